//! Reading a container from [`tokio::io::AsyncRead`] in bounded memory.

use ::tokio::io::{AsyncRead, AsyncReadExt as _};

use crate::header::Header;
use crate::limits::Limits;
use crate::pass::{Chunk, Pass, StreamHash, Streamed, Unhashed};
use crate::reader::StreamError;

/// The asynchronous twin of [`ContainerReader`](crate::ContainerReader), which
/// documents what both do.
///
/// # Example
/// ```
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// use fwi_format::{AsyncContainerReader, ContainerBuilder};
///
/// let file = ContainerBuilder::preset(vec![7; 736]).build()?.into_bytes();
/// let mut reader = AsyncContainerReader::new(file.as_slice());
/// while let Some(chunk) = reader.next_chunk().await? {
///     assert!(!chunk.as_bytes().is_empty());
/// }
/// assert_eq!(reader.finish().await?.length(), 160 + 736 + 256);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct AsyncContainerReader<R, H = Unhashed> {
    inner: R,
    pass: Pass<H>,
}

impl<R: AsyncRead + Unpin> AsyncContainerReader<R> {
    /// A reader with the default [`Limits`]. Nothing is read yet.
    pub fn new(inner: R) -> Self {
        Self::with_hash(inner, Limits::new(), Unhashed)
    }

    /// As [`AsyncContainerReader::new`], with limits of the caller's choice.
    pub fn with_limits(inner: R, limits: Limits) -> Self {
        Self::with_hash(inner, limits, Unhashed)
    }
}

impl<R: AsyncRead + Unpin, H: StreamHash> AsyncContainerReader<R, H> {
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
    /// Cancel safe: a dropped future has passed on nothing and lost nothing, provided
    /// that the source's own reads are cancel safe.
    ///
    /// # Errors
    /// As [`ContainerReader::next_chunk`](crate::ContainerReader::next_chunk).
    pub async fn next_chunk(&mut self) -> Result<Option<Chunk<'_>>, StreamError> {
        while !self.pass.advance()? {
            let read = self.inner.read(self.pass.room()).await;
            self.pass.received(read.map_err(StreamError::Source)?)?;
        }
        Ok(self.pass.chunk())
    }

    /// The header, as soon as it was passed on.
    pub fn header(&self) -> Option<Header<'_>> {
        self.pass.header()
    }

    /// Reads on to the end, if it was not reached yet, and says what has passed.
    ///
    /// Not cancel safe: it consumes the reader.
    ///
    /// # Errors
    /// As [`AsyncContainerReader::next_chunk`].
    pub async fn finish(mut self) -> Result<Streamed<H::Output>, StreamError> {
        while self.next_chunk().await?.is_some() {}
        Ok(self.pass.finish()?)
    }
}
