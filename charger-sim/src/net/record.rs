//! Watches the size of the TLS records that arrive: chargers reset a connection on which
//! large ones come during an upload.

use std::io::{self, Read, Write};

/// A transport below TLS that notes the largest record header it has seen.
#[derive(Debug)]
pub(crate) struct RecordMeter<S> {
    stream: S,
    header: [u8; 5],
    have: usize,
    skip: usize,
    largest: usize,
}

impl<S> RecordMeter<S> {
    pub(crate) const fn new(stream: S) -> Self {
        Self {
            stream,
            header: [0; 5],
            have: 0,
            skip: 0,
            largest: 0,
        }
    }

    /// Forgets the records seen so far.
    pub(crate) const fn reset(&mut self) {
        self.largest = 0;
    }

    /// The length of the largest record since then, without its header.
    pub(crate) const fn largest(&self) -> usize {
        self.largest
    }

    pub(crate) const fn get_ref(&self) -> &S {
        &self.stream
    }

    fn watch(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let skipped = self.skip.min(bytes.len());
            self.skip -= skipped;
            bytes = bytes.get(skipped..).unwrap_or_default();
            let [first, rest @ ..] = bytes else { return };
            if let Some(place) = self.header.get_mut(self.have) {
                *place = *first;
                self.have += 1;
            }
            bytes = rest;
            if self.have == self.header.len() {
                let [_, _, _, high, low] = self.header;
                self.skip = usize::from(u16::from_be_bytes([high, low]));
                self.largest = self.largest.max(self.skip);
                self.have = 0;
            }
        }
    }
}

impl<S: Read> Read for RecordMeter<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        self.watch(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

impl<S: Write> Write for RecordMeter<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(length: u16) -> Vec<u8> {
        let mut record = vec![23, 3, 3];
        record.extend_from_slice(&length.to_be_bytes());
        record.resize(5 + usize::from(length), 0xAB);
        record
    }

    #[test]
    fn records_are_measured_however_they_are_cut() {
        let bytes = [record(100), record(0), record(7016), record(20)].concat();
        for step in [1, 2, 3, 5, 64, 9000] {
            let mut meter = RecordMeter::new(bytes.as_slice());
            let mut buffer = vec![0; step];
            while meter.read(&mut buffer).unwrap() > 0 {}
            assert_eq!(meter.largest(), 7016, "{step} bytes at a time");
        }
    }
}
