//! Floors: what the work costs when it is written out for exactly one case.

use ocpp_config::{DictionaryEntry, Document, Interface, Snapshot};

/// The rules between values that the peers know, over the typed document. A count of
/// violations and nothing else: no codes, no places, no advice.
pub fn violations(document: &Document) -> usize {
    let mut found = usize::from(document.identity.is_none());
    let mut priorities = [false; 256];
    let mut is_tls = false;
    for (_, profile) in document.network_profiles.iter() {
        if !profile.is_used() {
            continue;
        }
        if let Some(number) = profile.priority.map(ocpp_config::Priority::number) {
            let seen = priorities.get_mut(usize::from(number));
            found += usize::from(seen.is_some_and(|seen| std::mem::replace(seen, true)));
        }
        found += usize::from(profile.ocpp_version.is_none());
        found += usize::from(profile.interface.is_none());
        let uses_tls = profile
            .security_profile
            .is_some_and(ocpp_config::SecurityProfile::uses_tls);
        is_tls |= uses_tls;
        match &profile.csms_url {
            None => found += 1,
            Some(url) => {
                let url = url.as_str();
                found += usize::from(uses_tls && !url.starts_with("wss://"));
                found += usize::from(url.contains("://localhost") || url.contains("://127."));
            }
        }
        let timeout = profile.message_timeout.map(ocpp_config::Seconds::number);
        found += usize::from(timeout.is_some_and(|seconds| !(10..=300).contains(&seconds)));
        let is_mobile = profile.interface == Some(Interface::MOBILE);
        found += usize::from(is_mobile && profile.apn.name.is_none());
    }
    found + usize::from(is_tls && document.cpo_name.is_none())
}

/// A header: its checksum and four of its fields.
pub fn header(file: &[u8]) -> Option<(u32, u16, u16, u32)> {
    let head: &[u8; 160] = file.first_chunk()?;
    let word = |at: usize| {
        head.get(at..at + 4)
            .and_then(|bytes| bytes.first_chunk().copied())
            .map(u32::from_le_bytes)
    };
    let half = |at: usize| {
        head.get(at..at + 2)
            .and_then(|bytes| bytes.first_chunk().copied())
            .map(u16::from_le_bytes)
    };
    let stored = word(0)?;
    let (_, checked) = head.split_at_checked(4)?;
    (crc32fast::hash(checked) == stored).then_some(())?;
    Some((stored, half(8)?, half(10)?, word(0x14)?))
}

/// The number of 32 bits in an answer such as `[7] 1600`, with the sequence number that is
/// expected.
pub fn gateway_number(line: &[u8], sequence: u32) -> Option<u32> {
    let line = line.strip_suffix(b"\r\n")?;
    let text = std::str::from_utf8(line).ok()?;
    let (number, value) = text.strip_prefix('[')?.split_once("] ")?;
    (number.parse::<u32>().ok()? == sequence).then_some(())?;
    value.parse().ok()
}

/// The text in an answer such as `[7] "NG910"`, and its length. A copy, since the bytes
/// of a line do not stay; one with a quote in it would need more work.
pub fn gateway_text(line: &[u8], sequence: u32) -> Option<([u8; 36], usize)> {
    let line = line.strip_suffix(b"\r\n")?;
    let text = std::str::from_utf8(line).ok()?;
    let (number, value) = text.strip_prefix('[')?.split_once("] ")?;
    (number.parse::<u32>().ok()? == sequence).then_some(())?;
    let plain = value.strip_prefix('"')?.strip_suffix('"')?;
    (!plain.contains('"')).then_some(())?;
    let mut copy = [0; 36];
    copy.get_mut(..plain.len())?
        .copy_from_slice(plain.as_bytes());
    Some((copy, plain.len()))
}

/// A read as bytes, into a buffer that is there already.
pub fn gateway_read(buffer: &mut Vec<u8>, sequence: u32, node: u8, index: u16, sub: u8) {
    use std::io::Write as _;
    buffer.clear();
    // Writing to a `Vec` cannot fail.
    let _ = write!(buffer, "[{sequence}] {node} r 0x{index:04X} {sub} u32\r\n");
}

/// Every object of the dictionary looked up in a snapshot: what a plan and a way back
/// cannot do without.
pub fn lookups(snapshot: &Snapshot) -> usize {
    DictionaryEntry::all()
        .filter(|entry| snapshot.get(entry.id()).is_some())
        .count()
}
