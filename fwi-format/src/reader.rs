//! Reading a container from [`std::io::Read`] in bounded memory.

use std::fmt;
use std::io::{self, Read};

use crate::error::ParseError;
use crate::header::Header;
use crate::limits::Limits;
use crate::pass::{Chunk, Pass, StreamHash, Streamed, Unhashed};

/// Reads a container piece by piece, whatever its size, through one buffer of 32 KiB.
///
/// Each [`ContainerReader::next_chunk`] passes on some bytes; all chunks together are
/// the file. The header is checked before the first byte of payload is passed on.
/// [`ContainerReader::finish`] says whether the container was whole: until then nothing
/// that was passed on may be believed.
///
/// # Example
/// ```
/// use fwi_format::{ContainerBuilder, ContainerReader};
///
/// let file = ContainerBuilder::preset(vec![7; 736]).build()?.into_bytes();
/// let mut copy = Vec::new();
/// let mut reader = ContainerReader::new(file.as_slice());
/// while let Some(chunk) = reader.next_chunk()? {
///     copy.extend_from_slice(chunk.as_bytes());
/// }
/// let container = reader.finish()?;
/// assert_eq!(container.header().payload_length(), 736);
/// assert_eq!(copy, file);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ContainerReader<R, H = Unhashed> {
    inner: R,
    pass: Pass<H>,
}

impl<R: Read> ContainerReader<R> {
    /// A reader with the default [`Limits`]. Nothing is read yet.
    pub fn new(inner: R) -> Self {
        Self::with_hash(inner, Limits::new(), Unhashed)
    }

    /// As [`ContainerReader::new`], with limits of the caller's choice.
    pub fn with_limits(inner: R, limits: Limits) -> Self {
        Self::with_hash(inner, limits, Unhashed)
    }
}

impl<R: Read, H: StreamHash> ContainerReader<R, H> {
    /// A reader that feeds all that passes to `hash`, so that verification needs no
    /// second pass; see `ContainerHasher` (feature `verify`).
    pub fn with_hash(inner: R, limits: Limits, hash: H) -> Self {
        Self {
            inner,
            pass: Pass::new(limits, hash),
        }
    }

    /// The next bytes of the file; `None` at its end.
    ///
    /// # Errors
    /// What is wrong with the container, or what the source reports. After an error of
    /// the format it is repeated; after one of the source reading may go on.
    pub fn next_chunk(&mut self) -> Result<Option<Chunk<'_>>, StreamError> {
        while !self.pass.advance()? {
            match self.inner.read(self.pass.room()) {
                Ok(length) => self.pass.received(length)?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(StreamError::Source(error)),
            }
        }
        Ok(self.pass.chunk())
    }

    /// The header, as soon as it was passed on.
    pub fn header(&self) -> Option<Header<'_>> {
        self.pass.header()
    }

    /// Reads on to the end, if it was not reached yet, and says what has passed.
    ///
    /// # Errors
    /// As [`ContainerReader::next_chunk`].
    pub fn finish(mut self) -> Result<Streamed<H::Output>, StreamError> {
        while self.next_chunk()?.is_some() {}
        Ok(self.pass.finish()?)
    }
}

/// Why a container could not be read to its end.
#[derive(Debug)]
#[non_exhaustive]
pub enum StreamError {
    /// The bytes are not a container.
    Format(ParseError),
    /// The source of the bytes failed.
    Source(io::Error),
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format(_) => f.write_str("what was read is not a container"),
            Self::Source(_) => f.write_str("the container could not be read"),
        }
    }
}

impl std::error::Error for StreamError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Format(error) => Some(error),
            Self::Source(error) => Some(error),
        }
    }
}

impl From<ParseError> for StreamError {
    fn from(error: ParseError) -> Self {
        Self::Format(error)
    }
}
