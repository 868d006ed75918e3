use crate::secret_buffer::SecretBuffer;

/// Bytes that came and were not understood yet. However small the pieces are in which
/// they come, each is searched for the end of its line twice at most.
#[derive(Default)]
pub(super) struct Unread {
    buffer: SecretBuffer,
    /// How many at the front are done with.
    skipped: usize,
    /// How many behind them were searched; a line feed among them was told.
    searched: usize,
}

impl Unread {
    /// Takes bytes in.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.buffer.drop_front(std::mem::take(&mut self.skipped));
        self.buffer.extend_from_slice(bytes);
    }

    /// All of them.
    pub(super) fn rest(&self) -> &[u8] {
        self.buffer.get(self.skipped..).unwrap_or_default()
    }

    /// Is done with the first `count` bytes.
    pub(super) fn skip(&mut self, count: usize) {
        self.skipped = self.skipped.saturating_add(count).min(self.buffer.len());
        self.searched = 0;
    }

    /// Is done with empty lines at the front.
    pub(super) fn skip_blank_lines(&mut self) {
        loop {
            let blank = match self.rest() {
                [b'\n', ..] => 1,
                [b'\r', b'\n', ..] => 2,
                _ => return,
            };
            self.skip(blank);
        }
    }

    /// The first line with its line feed, once it is complete. Skip it, or it is not found
    /// again.
    pub(super) fn line(&mut self) -> Option<&[u8]> {
        let end = self.next_line_feed()?;
        self.rest().get(..=end)
    }

    /// Whether another line has ended since the last call.
    pub(super) fn has_new_line(&mut self) -> bool {
        let mut found = false;
        while self.next_line_feed().is_some() {
            found = true;
        }
        found
    }

    /// All of them, to be kept.
    pub(super) fn take_all(&mut self) -> SecretBuffer {
        self.searched = 0;
        self.buffer.drop_front(std::mem::take(&mut self.skipped));
        std::mem::take(&mut self.buffer)
    }

    /// Where the next line feed is that was not told yet.
    fn next_line_feed(&mut self) -> Option<usize> {
        let new = self.rest().get(self.searched..).unwrap_or_default();
        let found = memchr::memchr(b'\n', new);
        let length = new.len();
        let end = found.map(|offset| self.searched + offset);
        self.searched += found.map_or(length, |offset| offset + 1);
        end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_told_once_however_it_comes() {
        let text = b"first\r\n\nthird\nrest";
        for size in 1..text.len() {
            let mut unread = Unread::default();
            let mut lines = Vec::new();
            for piece in text.chunks(size) {
                unread.push(piece);
                while let Some(line) = unread.line() {
                    let line = line.to_vec();
                    unread.skip(line.len());
                    lines.push(line);
                }
            }
            assert_eq!(lines, [&b"first\r\n"[..], b"\n", b"third\n"], "{size}");
            assert_eq!(unread.rest(), b"rest");
            assert_eq!(*unread.take_all(), *b"rest");
        }
    }

    #[test]
    fn only_new_bytes_are_searched() {
        let mut unread = Unread::default();
        unread.push(b"a\nb\nc");
        assert!(unread.has_new_line());
        assert_eq!(unread.searched, 5);
        assert!(!unread.has_new_line());
        unread.push(b"d");
        assert!(!unread.has_new_line());
        assert_eq!(unread.searched, 6);
        unread.skip(4);
        unread.push(b"\n");
        assert_eq!(unread.line(), Some(&b"cd\n"[..]));
    }
}
