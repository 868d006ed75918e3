use std::time::{Duration, Instant};

/// The moment that is `timeout` after `now`, as far as the clock reaches: callers may ask
/// for [`Duration::MAX`], and adding that to a moment panics.
pub(crate) fn deadline(now: Instant, timeout: Duration) -> Instant {
    now.checked_add(timeout).unwrap_or_else(|| now + A_YEAR)
}

const A_YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_timeout_is_a_year() {
        let now = Instant::now();
        assert_eq!(deadline(now, Duration::MAX), now + A_YEAR);
        let second = Duration::from_secs(1);
        assert_eq!(deadline(now, second), now + second);
    }
}
