//! A release as it is published: a `.zip` with containers and what accompanies them.

use std::fmt;

use rawzip::{CompressionMethod, ZipArchive, ZipFileHeaderRecord, ZipSliceArchive};

use crate::layout::{HEADER_LEN, TRAILER_LEN};
use crate::limits::Limits;

/// The containers of a release archive, each with its certificate, signature and
/// validity, unpacked.
///
/// Any bytes may be given as an archive: no panic; at most [`ReleaseArchive::MAX_ENTRIES`]
/// entries are looked at, only entries with a known ending are unpacked, each into no
/// more than its kind may have, and all together into no more than
/// [`ReleaseArchive::MAX_UNPACKED_BYTES`] bytes. Nothing is written to disk, so names with
/// directories in them do no harm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseArchive {
    packages: Vec<ReleasePackage>,
}

impl ReleaseArchive {
    /// An archive with more entries is refused: a release has four for each variant.
    pub const MAX_ENTRIES: usize = 64;
    /// All that is unpacked, together, in bytes.
    pub const MAX_UNPACKED_BYTES: usize = 96 * 1024 * 1024;
    /// A certificate chain, signature or information file, in bytes.
    pub const MAX_TEXT_BYTES: usize = 64 * 1024;

    /// Unpacks an archive with the default [`Limits`] for containers.
    ///
    /// # Errors
    /// See [`ArchiveError`].
    pub fn unpack(archive: &[u8]) -> Result<Self, ArchiveError> {
        Self::unpack_with(archive, Limits::new())
    }

    /// As [`ReleaseArchive::unpack`], with limits of the caller's choice.
    ///
    /// # Errors
    /// See [`ArchiveError`].
    pub fn unpack_with(archive: &[u8], limits: Limits) -> Result<Self, ArchiveError> {
        let zip = ZipArchive::with_max_search_space(DIRECTORY_END_SPACE)
            .locate_in_slice(archive)
            .map_err(|(_, error)| ArchiveError::malformed(error))?;
        let mut unpacking = Unpacking::new(limits);
        let mut entries = zip.entries();
        let mut seen = 0usize;
        while let Some(entry) = entries.next_entry().map_err(ArchiveError::malformed)? {
            seen = seen.saturating_add(1);
            if seen > Self::MAX_ENTRIES {
                return Err(ArchiveError::TooManyEntries);
            }
            unpacking.take(&zip, &entry)?;
        }
        Ok(Self {
            packages: unpacking.pair()?,
        })
    }

    /// The containers with their company, in the order of the archive; at least one.
    #[must_use]
    pub fn packages(&self) -> &[ReleasePackage] {
        &self.packages
    }

    /// Gives the containers away.
    #[must_use]
    pub fn into_packages(self) -> Vec<ReleasePackage> {
        self.packages
    }
}

/// One container of a release archive and what accompanies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasePackage {
    name: String,
    container: Vec<u8>,
    signature: Option<Vec<u8>>,
    certificates: Option<Vec<u8>>,
    information: Option<Vec<u8>>,
}

impl ReleasePackage {
    /// The container's file name, without directories.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bytes of the container; not checked yet.
    #[must_use]
    pub fn container_bytes(&self) -> &[u8] {
        &self.container
    }

    /// `*-sig.txt`: the detached signature.
    #[must_use]
    pub fn signature(&self) -> Option<&[u8]> {
        self.signature.as_deref()
    }

    /// `*-cert.pem`: the signing certificate and its chain.
    #[must_use]
    pub fn certificates(&self) -> Option<&[u8]> {
        self.certificates.as_deref()
    }

    /// `*-info.txt`: until when the package is valid.
    #[must_use]
    pub fn information(&self) -> Option<&[u8]> {
        self.information.as_deref()
    }
}

/// The part of a release that an entry is, by the end of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Container,
    Signature,
    Certificates,
    Information,
}

impl Role {
    const ENDINGS: [(&'static str, Self); 5] = [
        (".fwi", Self::Container),
        (".fwu", Self::Container),
        ("-sig.txt", Self::Signature),
        ("-cert.pem", Self::Certificates),
        ("-info.txt", Self::Information),
    ];

    /// The role and the name without the ending that gave it away.
    fn of(name: &str) -> Option<(Self, &str)> {
        Self::ENDINGS.iter().find_map(|(ending, role)| {
            let (stem, tail) = name.split_at_checked(name.len().checked_sub(ending.len())?)?;
            tail.eq_ignore_ascii_case(ending)
                .then_some((*role, stem.trim()))
        })
    }
}

struct Unpacked {
    role: Role,
    name: String,
    stem: String,
    bytes: Vec<u8>,
}

struct Unpacking {
    largest_container: usize,
    left: usize,
    parts: Vec<Unpacked>,
}

impl Unpacking {
    fn new(limits: Limits) -> Self {
        let payload = usize::try_from(limits.max_payload()).unwrap_or(usize::MAX);
        Self {
            largest_container: payload.saturating_add(HEADER_LEN + TRAILER_LEN),
            left: ReleaseArchive::MAX_UNPACKED_BYTES,
            parts: Vec::new(),
        }
    }

    fn take(
        &mut self,
        zip: &ZipSliceArchive<&[u8]>,
        entry: &ZipFileHeaderRecord<'_>,
    ) -> Result<(), ArchiveError> {
        let path = String::from_utf8_lossy(entry.file_path().as_bytes()).into_owned();
        let name = path.rsplit(['/', '\\']).next().unwrap_or(&path).trim();
        let Some((role, stem)) = Role::of(name) else {
            return Ok(());
        };
        let most = match role {
            Role::Container => self.largest_container,
            _ => ReleaseArchive::MAX_TEXT_BYTES,
        };
        let bytes = inflate(zip, entry, name, most.min(self.left))?;
        self.left = self.left.saturating_sub(bytes.len());
        let (name, stem) = (name.to_owned(), stem.to_owned());
        self.parts.push(Unpacked {
            role,
            name,
            stem,
            bytes,
        });
        Ok(())
    }

    /// Gives each container the parts of its own name, and where an archive holds a
    /// single container, the only part of a kind whatever its name.
    fn pair(self) -> Result<Vec<ReleasePackage>, ArchiveError> {
        let (containers, parts): (Vec<_>, Vec<_>) = self
            .parts
            .into_iter()
            .partition(|part| part.role == Role::Container);
        if containers.is_empty() {
            return Err(ArchiveError::NoContainer);
        }
        let alone = containers.len() == 1;
        let find = |stem: &str, role: Role| {
            let mut of_role = parts.iter().filter(|part| part.role == role);
            let named = of_role
                .clone()
                .find(|part| part.stem.eq_ignore_ascii_case(stem));
            let only = (alone && of_role.clone().count() == 1)
                .then(|| of_role.next())
                .flatten();
            named.or(only).map(|part| part.bytes.clone())
        };
        let package = |container: Unpacked| ReleasePackage {
            signature: find(&container.stem, Role::Signature),
            certificates: find(&container.stem, Role::Certificates),
            information: find(&container.stem, Role::Information),
            name: container.name,
            container: container.bytes,
        };
        Ok(containers.into_iter().map(package).collect())
    }
}

/// Unpacks an entry into at most `most` bytes, and checks its length and checksum.
fn inflate(
    zip: &ZipSliceArchive<&[u8]>,
    entry: &ZipFileHeaderRecord<'_>,
    name: &str,
    most: usize,
) -> Result<Vec<u8>, ArchiveError> {
    let stated = entry.uncompressed_size_hint();
    let name = || name.to_owned();
    if stated > most as u64 {
        return Err(ArchiveError::EntryTooLarge {
            name: name(),
            length: stated,
        });
    }
    if entry.flags().is_encrypted() {
        return Err(ArchiveError::Unreadable { name: name() });
    }
    let found = zip
        .get_entry(entry.wayfinder())
        .map_err(ArchiveError::malformed)?;
    let bytes = match entry.compression_method() {
        CompressionMethod::STORE if found.data().len() <= most => found.data().to_vec(),
        CompressionMethod::DEFLATE => {
            // No more than the stated length is unpacked, so nothing can swell.
            let limit = usize::try_from(stated).unwrap_or(most);
            miniz_oxide::inflate::decompress_to_vec_with_limit(found.data(), limit)
                .map_err(|_| ArchiveError::EntryDamaged { name: name() })?
        }
        CompressionMethod::STORE => return Err(ArchiveError::EntryDamaged { name: name() }),
        _ => return Err(ArchiveError::Unreadable { name: name() }),
    };
    if bytes.len() as u64 != stated || crc32fast::hash(&bytes) != entry.crc32() {
        return Err(ArchiveError::EntryDamaged { name: name() });
    }
    Ok(bytes)
}

/// The record that ends an archive and the longest comment after it.
const DIRECTORY_END_SPACE: u64 = 66 * 1024;

/// Why a release archive cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum ArchiveError {
    /// It is not a `.zip`, or it is damaged.
    #[non_exhaustive]
    Malformed {
        /// What the reader of the archive found.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// More than [`ReleaseArchive::MAX_ENTRIES`] entries: this is no release.
    TooManyEntries,
    /// An entry, or all entries together, would take too much memory.
    #[non_exhaustive]
    EntryTooLarge {
        /// The entry.
        name: String,
        /// Its length in bytes, as the archive states it.
        length: u64,
    },
    /// An entry is encrypted, or packed in a way that releases are not.
    #[non_exhaustive]
    Unreadable {
        /// The entry.
        name: String,
    },
    /// An entry does not have the length or the checksum that the archive states.
    #[non_exhaustive]
    EntryDamaged {
        /// The entry.
        name: String,
    },
    /// There is no `.fwi` or `.fwu` in it.
    NoContainer,
}

impl ArchiveError {
    fn malformed(error: rawzip::Error) -> Self {
        Self::Malformed {
            source: Box::new(error),
        }
    }
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { .. } => f.write_str("not a zip archive, or a damaged one"),
            Self::TooManyEntries => write!(
                f,
                "more than {} entries: this is not a release",
                ReleaseArchive::MAX_ENTRIES
            ),
            Self::EntryTooLarge { name, length } => {
                write!(f, "{name} would take {length} bytes, more than is allowed")
            }
            Self::Unreadable { name } => {
                write!(
                    f,
                    "{name} is encrypted or packed in an unknown way: unpack it by hand"
                )
            }
            Self::EntryDamaged { name } => {
                write!(f, "{name} is damaged: fetch the archive again")
            }
            Self::NoContainer => f.write_str("the archive holds no .fwi or .fwu"),
        }
    }
}

impl std::error::Error for ArchiveError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Malformed { source } => Some(source.as_ref()),
            _ => None,
        }
    }
}
