use std::time::Duration;

/// How many requests came in the present minute.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rate {
    since: Duration,
    count: u32,
}

impl Rate {
    /// Counts one more; false if that is one too many.
    pub(crate) fn admits(&mut self, now: Duration, most: Option<u32>) -> bool {
        if now.saturating_sub(self.since) >= MINUTE {
            *self = Self {
                since: now,
                count: 0,
            };
        }
        self.count = self.count.saturating_add(1);
        most.is_none_or(|most| self.count <= most)
    }
}

const MINUTE: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_minute_begins_anew() {
        let mut rate = Rate::default();
        let mut admits = |second| rate.admits(Duration::from_secs(second), Some(2));
        assert!(admits(0) && admits(1));
        assert!(!admits(59));
        assert!(admits(60));
        assert!(Rate::default().admits(Duration::ZERO, None));
    }
}
