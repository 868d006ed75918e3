//! Files that survive a power cut.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Makes a new file of what `write` puts into it, readable by its owner only where the
/// platform knows such a thing: whole and durable, or not there at all. A file of this name
/// is left as it is.
pub(crate) fn create(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    let (partial, mut file) = begin(path)?;
    let named = write(&mut file)
        .and_then(|()| file.sync_all())
        .and_then(|()| name(&partial, path));
    drop(file);
    // It has its second name by then, or failed.
    let _ = fs::remove_file(&partial);
    named?;
    sync_directory(path)
}

/// A file opened so that nobody else reads it.
pub(crate) fn private() -> OpenOptions {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has a mode"))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A new file survives a power cut only when its directory entry is on disk as well.
#[cfg(unix)]
pub(crate) fn sync_directory(path: &Path) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    File::open(directory)?.sync_all()
}

/// Other platforms do not let a directory be opened for this.
#[cfg(not(unix))]
pub(crate) fn sync_directory(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// A file beside `path`, of a name that was never used. What a crash leaves of it is in
/// nobody's way.
fn begin(path: &Path) -> io::Result<(PathBuf, File)> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let target = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    loop {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let mut name = OsString::from(".");
        name.push(target);
        name.push(format!(".{}-{count}.partial", std::process::id()));
        let partial = path.with_file_name(name);
        match private().write(true).create_new(true).open(&partial) {
            Ok(file) => return Ok((partial, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

/// Gives a file its name, unless another one has it.
fn name(partial: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(partial, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => claim(partial, path),
        done => done,
    }
}

/// For file systems without links, such as those of USB sticks: an empty file takes the
/// name, and is replaced at once.
fn claim(partial: &Path, path: &Path) -> io::Result<()> {
    private().write(true).create_new(true).open(path)?;
    fs::rename(partial, path).inspect_err(|_| {
        let _ = fs::remove_file(path);
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name();
        entries
            .map(|entry| name(entry).into_string().unwrap())
            .collect()
    }

    #[test]
    fn a_failed_write_leaves_nothing_and_the_next_one_succeeds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records");
        let failed = create(&path, |file| {
            file.write_all(b"half of")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert!(names(folder.path()).is_empty());
        create(&path, |file| file.write_all(b"all")).unwrap();
        assert_eq!(names(folder.path()), ["records"]);
        assert_eq!(fs::read(&path).unwrap(), b"all");
    }

    type Name = fn(&Path, &Path) -> io::Result<()>;

    #[test]
    fn a_name_that_is_taken_stays_with_its_file_with_links_and_without() {
        for give in [name as Name, claim as Name] {
            let folder = tempfile::tempdir().unwrap();
            let (partial, path) = (folder.path().join("partial"), folder.path().join("file"));
            fs::write(&partial, b"new").unwrap();
            give(&partial, &path).unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"new");
            // It may be the same file by another name.
            let _ = fs::remove_file(&partial);
            fs::write(&partial, b"newer").unwrap();
            let again = give(&partial, &path).unwrap_err();
            assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
            assert_eq!(fs::read(&path).unwrap(), b"new");
        }
    }

    #[test]
    fn a_file_without_a_name_or_a_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(create(Path::new("/"), |_| Ok(())).is_err());
        assert!(create(&folder.path().join("no/such"), |_| Ok(())).is_err());
    }
}
