use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::{Upload, UploadSource};

impl Upload {
    /// An upload of the file at `path`, of which only the piece that is being sent is
    /// in memory. The file must not change meanwhile; if it gets shorter, the upload
    /// fails with [`LinkErrorKind::UploadSource`](crate::LinkErrorKind::UploadSource).
    ///
    /// # Errors
    /// If the file cannot be opened, or is not a regular one.
    pub fn from_file(path: impl AsRef<Path>) -> io::Result<Self> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "not a regular file",
            ));
        }
        Ok(Self::new(FileSource {
            length: metadata.len(),
            file: Mutex::new(file),
        }))
    }
}

struct FileSource {
    length: u64,
    file: Mutex<File>,
}

impl UploadSource for FileSource {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset))?;
        file.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_file_is_read_at_any_place() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"0123456789").unwrap();
        let upload = Upload::from_file(file.path()).unwrap();
        assert_eq!(upload.len(), 10);
        let mut buffer = [0; 4];
        assert_eq!(upload.read_at(3, &mut buffer).unwrap(), 4);
        assert_eq!(&buffer, b"3456");
        assert_eq!(upload.read_at(8, &mut buffer).unwrap(), 2);
        assert_eq!(upload.read_at(10, &mut buffer).unwrap(), 0);
    }

    #[test]
    fn a_folder_is_no_container() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Upload::from_file(folder.path()).is_err());
    }
}
