//! What depends on the time.

/// Whether an author may still change a comment: `created` and `now` in milliseconds since 1970,
/// `window` in seconds, 0 for always.
///
/// A comment from the future (the reader's clock is behind) may be changed; the server has the
/// last word.
#[must_use]
pub fn may_change(created: f64, now: f64, window: u32) -> bool {
    window == 0 || now - created < f64::from(window) * 1000.0
}

#[cfg(test)]
mod tests {
    use super::may_change;

    #[test]
    fn a_window_closes() {
        assert!(may_change(0.0, 899_999.0, 900));
        assert!(!may_change(0.0, 900_000.0, 900));
    }

    #[test]
    fn no_window_stays_open() {
        assert!(may_change(0.0, 1e15, 0));
    }

    #[test]
    fn a_clock_behind_the_server_leaves_it_open() {
        assert!(may_change(1_000_000.0, 0.0, 900));
    }
}
