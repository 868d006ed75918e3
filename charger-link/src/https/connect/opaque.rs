//! What an engine's stream is wrapped in, so that no type of the engine is part of this
//! crate's interface: a new version of it is then no breaking change here.

/// Reads and writes through to the field of a newtype. Its `Debug` shows nothing: what
/// the engines would show are keys and contents.
macro_rules! reads_and_writes {
    ($name:ident) => {
        impl ::std::io::Read for $name {
            fn read(&mut self, buffer: &mut [u8]) -> ::std::io::Result<usize> {
                self.0.read(buffer)
            }
        }

        impl ::std::io::Write for $name {
            fn write(&mut self, bytes: &[u8]) -> ::std::io::Result<usize> {
                self.0.write(bytes)
            }

            fn flush(&mut self) -> ::std::io::Result<()> {
                self.0.flush()
            }
        }

        $crate::https::connect::opaque::shows_nothing!($name);
    };
}

/// The same for tokio.
#[cfg(feature = "tokio")]
macro_rules! polls_through {
    ($name:ident) => {
        impl ::tokio::io::AsyncRead for $name {
            fn poll_read(
                mut self: ::std::pin::Pin<&mut Self>,
                context: &mut ::std::task::Context<'_>,
                buffer: &mut ::tokio::io::ReadBuf<'_>,
            ) -> ::std::task::Poll<::std::io::Result<()>> {
                ::std::pin::Pin::new(&mut self.0).poll_read(context, buffer)
            }
        }

        impl ::tokio::io::AsyncWrite for $name {
            fn poll_write(
                mut self: ::std::pin::Pin<&mut Self>,
                context: &mut ::std::task::Context<'_>,
                bytes: &[u8],
            ) -> ::std::task::Poll<::std::io::Result<usize>> {
                ::std::pin::Pin::new(&mut self.0).poll_write(context, bytes)
            }

            fn poll_flush(
                mut self: ::std::pin::Pin<&mut Self>,
                context: &mut ::std::task::Context<'_>,
            ) -> ::std::task::Poll<::std::io::Result<()>> {
                ::std::pin::Pin::new(&mut self.0).poll_flush(context)
            }

            fn poll_shutdown(
                mut self: ::std::pin::Pin<&mut Self>,
                context: &mut ::std::task::Context<'_>,
            ) -> ::std::task::Poll<::std::io::Result<()>> {
                ::std::pin::Pin::new(&mut self.0).poll_shutdown(context)
            }
        }

        $crate::https::connect::opaque::shows_nothing!($name);
    };
}

macro_rules! shows_nothing {
    ($name:ident) => {
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
}

#[cfg(feature = "tokio")]
pub(crate) use polls_through;
pub(crate) use {reads_and_writes, shows_nothing};
