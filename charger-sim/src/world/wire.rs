use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The wire under a virtual link: it knows how long every reply was, and can flip one bit
/// of one of them. Clones are the same wire.
///
/// TLS would notice such a bit and break the connection, so on HTTPS this shows what the
/// layers above it make of damage that gets through; a serial line has nothing below it.
///
/// ```
/// use charger_sim::Wire;
///
/// // the lowest bit of the tenth byte of the third reply
/// let wire = Wire::flipping(3, 9 * 8);
/// assert!(wire.reply_lengths().is_empty());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Wire(Arc<Mutex<Tap>>);

#[derive(Debug, Default)]
struct Tap {
    flip: Option<(usize, usize)>,
    lengths: Vec<usize>,
}

impl Wire {
    /// A wire that changes nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// A wire that flips one bit of reply number `reply`, counted from 1. Bits count from
    /// the lowest of the first byte; one beyond the reply's end does not exist, and then
    /// nothing is flipped.
    pub fn flipping(reply: usize, bit: usize) -> Self {
        let flip = Some((reply, bit));
        let lengths = Vec::new();
        Self(Arc::new(Mutex::new(Tap { flip, lengths })))
    }

    /// The lengths of the replies so far, in bytes.
    pub fn reply_lengths(&self) -> Vec<usize> {
        self.tap().lengths.clone()
    }

    /// A reply goes over the wire.
    pub(crate) fn carry(&self, reply: &mut [u8]) {
        let mut tap = self.tap();
        tap.lengths.push(reply.len());
        let number = tap.lengths.len();
        if let Some((_, bit)) = tap.flip.filter(|(at, _)| *at == number)
            && let Some(byte) = reply.get_mut(bit / 8)
        {
            *byte ^= 1 << (bit % 8);
        }
    }

    fn tap(&self) -> MutexGuard<'_, Tap> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bit_of_one_reply_is_flipped() {
        let wire = Wire::flipping(2, 9);
        let carried = |reply: &[u8]| {
            let mut reply = reply.to_vec();
            wire.carry(&mut reply);
            reply
        };
        assert_eq!(carried(b"aa"), b"aa");
        assert_eq!(carried(b"aa"), b"ac");
        assert_eq!(carried(b"aa"), b"aa");
        assert_eq!(wire.reply_lengths(), [2, 2, 2]);
    }
}
