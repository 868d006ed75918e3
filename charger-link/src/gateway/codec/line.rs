/// How a line ended. CANopenNode's server ends every answer with CR LF, so that a bare
/// LF is inside one; a line discipline in between may have taken the CR away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineEnd {
    CrLf,
    Lf,
}

/// A line without its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct RawLine<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) end: LineEnd,
    /// Bytes of this line that were dropped because it was too long.
    pub(super) dropped: usize,
}

impl<'a> RawLine<'a> {
    /// A line of which nothing was dropped; it may end in CR.
    #[inline]
    fn whole(text: &'a [u8]) -> Self {
        let mut bytes = text;
        while let [rest @ .., b'\r'] = bytes {
            bytes = rest;
        }
        let end = if bytes.len() < text.len() {
            LineEnd::CrLf
        } else {
            LineEnd::Lf
        };
        Self {
            bytes,
            end,
            dropped: 0,
        }
    }
}

/// Cuts a stream of bytes into lines, in memory that is bounded.
#[derive(Default)]
pub(super) struct LineSplitter {
    buffer: Vec<u8>,
    dropped: usize,
}

impl LineSplitter {
    /// Takes `bytes` in and calls `found` for every line that is complete. Of a line
    /// longer than `longest` only the beginning is kept.
    #[inline]
    pub(super) fn push(
        &mut self,
        bytes: &[u8],
        longest: usize,
        mut found: impl FnMut(RawLine<'_>),
    ) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let Some((text, after)) = first_line(rest) else {
                return self.append(rest, longest);
            };
            rest = after;
            if self.buffer.is_empty() && text.len() <= longest {
                found(RawLine::whole(text));
                continue;
            }
            self.append(text, longest);
            found(RawLine {
                dropped: self.dropped,
                ..RawLine::whole(&self.buffer)
            });
            self.clear();
        }
    }

    /// Forgets the line that has begun.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.buffer.clear();
        self.dropped = 0;
    }

    fn append(&mut self, text: &[u8], longest: usize) {
        let room = longest.saturating_sub(self.buffer.len()).min(text.len());
        let (kept, dropped) = text.split_at_checked(room).unwrap_or((text, &[]));
        self.buffer.extend_from_slice(kept);
        self.dropped = self.dropped.saturating_add(dropped.len());
    }
}

/// What stands in front of the first line feed, and what behind it.
#[inline]
fn first_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = if bytes.len() < SHORT {
        bytes.iter().position(|byte| *byte == b'\n')
    } else {
        memchr::memchr(b'\n', bytes)
    }?;
    Some((bytes.get(..end)?, bytes.get(end + 1..)?))
}

/// Below this a plain loop is done before `memchr` has chosen its instructions.
const SHORT: usize = 16;
