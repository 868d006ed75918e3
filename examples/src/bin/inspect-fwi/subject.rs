//! The files on disk, and what a release puts beside them.

use std::error::Error;
use std::path::{Path, PathBuf};

use examples::{ReadError, read_bounded};
use fwi_format::{
    ForeignFile, HEADER_LEN, Limits, ReleaseArchive, ReleasePackage, ReleaseSignature, TRAILER_LEN,
};

/// A file to report on: a container or what was taken for one.
#[derive(Debug)]
pub(crate) struct Subject {
    /// As the report calls it.
    pub(crate) title: String,
    /// The file name, which says as much as the content.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) release: Release,
}

/// The signature that a release gives its container.
#[derive(Debug)]
pub(crate) enum Release {
    Missing,
    Unreadable(String),
    Present(Box<ReleaseSignature>),
}

/// A text beside a container, in bytes.
pub(crate) const LARGEST_TEXT: u64 = ReleaseArchive::MAX_TEXT_BYTES as u64;

/// What there is to report on in a file: itself, or the containers of an archive.
pub(crate) fn read(path: &Path) -> Result<Vec<Subject>, Box<dyn Error>> {
    let bytes = read_bounded(path, LARGEST_FILE)?;
    let title = path.display().to_string();
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    if ForeignFile::by_content(&bytes) != Some(ForeignFile::Zip) {
        let release = beside(path)?;
        return Ok(vec![Subject {
            title,
            name,
            bytes,
            release,
        }]);
    }
    let archive = ReleaseArchive::unpack(&bytes).map_err(|error| format!("{title}: {error}"))?;
    Ok(archive
        .into_packages()
        .iter()
        .map(|package| packed(&title, package))
        .collect())
}

/// The largest container, or an archive of it that did not shrink.
const LARGEST_FILE: u64 =
    Limits::MAX_PAYLOAD as u64 + (HEADER_LEN + TRAILER_LEN) as u64 + 4 * LARGEST_TEXT;

fn packed(archive: &str, package: &ReleasePackage) -> Subject {
    let release = match (package.signature(), package.certificates()) {
        (None, None) => Release::Missing,
        _ => match ReleaseSignature::from_package(package) {
            Ok(signature) => Release::Present(Box::new(signature)),
            Err(error) => Release::Unreadable(error.to_string()),
        },
    };
    Subject {
        title: format!("{archive}: {}", package.name()),
        name: package.name().to_owned(),
        bytes: package.container_bytes().to_vec(),
        release,
    }
}

fn beside(path: &Path) -> Result<Release, ReadError> {
    let part = |ending: &str| -> Result<Option<Vec<u8>>, ReadError> {
        let part = sibling(path, ending);
        part.is_file()
            .then(|| read_bounded(&part, LARGEST_TEXT))
            .transpose()
    };
    let (Some(signature), Some(certificates)) = (part("-sig.txt")?, part("-cert.pem")?) else {
        return Ok(Release::Missing);
    };
    let information = part("-info.txt")?;
    Ok(
        match ReleaseSignature::from_files(&signature, &certificates, information.as_deref()) {
            Ok(signature) => Release::Present(Box::new(signature)),
            Err(error) => Release::Unreadable(error.to_string()),
        },
    )
}

fn sibling(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_os_string();
    name.push(ending);
    path.with_file_name(name)
}
