//! The spelling of one line: JSON, its last member the SHA-256 of the chain so far.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Entry, Event, JournalError};
use crate::Moment;
use crate::hex::hex;

/// What separates the hashed part of a line from its hash.
const SEPARATOR: &str = ",\"chain\":\"";

/// The hash of everything so far; empty before the first line.
#[derive(Debug, Clone, Default)]
pub(super) struct Chain(String);

impl Chain {
    /// The chain after a line with this hashed part.
    fn after(&self, body: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0.as_bytes());
        hash.update(body.as_bytes());
        Self(hex(hash.finalize()))
    }
}

pub(super) struct ReadJournal {
    pub(super) entries: Vec<Entry>,
    pub(super) chain: Chain,
    /// How many bytes belong to complete lines.
    pub(super) intact: usize,
}

#[derive(Serialize)]
struct BodyOut<'a> {
    n: u64,
    at: Moment,
    event: &'a Event,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BodyIn {
    n: u64,
    at: Moment,
    event: Event,
}

/// The bytes of the line for `entry`, newline included, and the chain after it.
pub(super) fn write(chain: &Chain, entry: &Entry) -> Result<(Vec<u8>, Chain), JournalError> {
    let body = BodyOut {
        n: entry.number,
        at: entry.at,
        event: &entry.event,
    };
    let body = serde_json::to_string(&body).map_err(|_| JournalError::Broken {
        line: entry.number,
        what: "an event cannot be written as JSON",
    })?;
    let next = chain.after(&body);
    let open = body.strip_suffix('}').unwrap_or(&body);
    let line = format!("{open}{SEPARATOR}{}\"}}\n", next.0);
    Ok((line.into_bytes(), next))
}

/// Reads complete lines; what follows the last newline is left out.
pub(super) fn read_all(bytes: &[u8]) -> Result<ReadJournal, JournalError> {
    let mut journal = ReadJournal {
        entries: Vec::new(),
        chain: Chain::default(),
        intact: 0,
    };
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let Some(text) = line.strip_suffix(b"\n") else {
            break;
        };
        let number = journal.entries.len() as u64 + 1;
        let (entry, chain) = read(&journal.chain, number, text)
            .map_err(|what| JournalError::Broken { line: number, what })?;
        journal.entries.push(entry);
        journal.chain = chain;
        journal.intact += line.len();
    }
    Ok(journal)
}

fn read(chain: &Chain, number: u64, line: &[u8]) -> Result<(Entry, Chain), &'static str> {
    let line = std::str::from_utf8(line).map_err(|_| "it is not text")?;
    let (open, rest) = line.rsplit_once(SEPARATOR).ok_or("its hash is missing")?;
    let hash = rest.strip_suffix("\"}").ok_or("its hash is missing")?;
    let body = format!("{open}}}");
    let next = chain.after(&body);
    if next.0 != hash {
        return Err("its hash does not fit the lines before it");
    }
    let body: BodyIn =
        serde_json::from_str(&body).map_err(|_| "its event is not one this version knows")?;
    if body.n != number {
        return Err("its number is not the next one");
    }
    let entry = Entry {
        number,
        at: body.at,
        event: body.event,
    };
    Ok((entry, next))
}
