//! How much to send at a time, and how fast it goes.

use std::time::Duration;

/// A request of this size ends soon on any line.
const CHUNK_MIN: usize = 64 * 1024;
/// The most that is read into memory at a time.
const CHUNK_MAX: usize = 8 * 1024 * 1024;
const CHUNK_FIRST: usize = 256 * 1024;
/// A request that took longer should have been smaller: what it carried shows only when it is through.
const TOO_LONG: Duration = Duration::from_secs(3);
/// A request that took less should have been larger: each costs the server a file and a commit.
const TOO_SHORT: Duration = Duration::from_millis(750);
/// Weight of the newest request in the mean.
const NEWEST: f64 = 0.3;

/// Measures requests.
#[derive(Debug)]
pub(super) struct Pace {
    chunk_len: usize,
    bytes_per_s: Option<f64>,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            chunk_len: CHUNK_FIRST,
            bytes_per_s: None,
        }
    }
}

impl Pace {
    /// Bytes of the next request.
    pub(super) fn chunk_len(&self) -> usize {
        self.chunk_len
    }

    /// The mean, once something went through.
    pub(super) fn bytes_per_s(&self) -> Option<u64> {
        self.bytes_per_s.map(|mean| mean as u64)
    }

    /// A request went through.
    pub(super) fn note(&mut self, bytes: u64, took: Duration) {
        let now = bytes as f64 / took.as_secs_f64().max(1e-3);
        let mean = self
            .bytes_per_s
            .map_or(now, |mean| mean + NEWEST * (now - mean));
        self.bytes_per_s = Some(mean);
        self.chunk_len = match took {
            took if took > TOO_LONG => self.chunk_len / 2,
            took if took < TOO_SHORT => self.chunk_len * 2,
            _ => self.chunk_len,
        }
        .clamp(CHUNK_MIN, CHUNK_MAX);
    }

    /// A request broke: smaller ones have a better chance.
    pub(super) fn note_break(&mut self) {
        self.bytes_per_s = None;
        self.chunk_len = (self.chunk_len / 2).max(CHUNK_MIN);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_grow_on_a_fast_line_and_shrink_on_a_slow_one() {
        let mut pace = Pace::default();
        for _ in 0..10 {
            pace.note(1_000_000, Duration::from_millis(100));
        }
        assert_eq!(pace.chunk_len(), CHUNK_MAX);
        assert_eq!(pace.bytes_per_s(), Some(10_000_000));
        pace.note(1_000_000, Duration::from_secs(1));
        assert_eq!(pace.chunk_len(), CHUNK_MAX);
        assert_eq!(pace.bytes_per_s(), Some(7_300_000));
        for _ in 0..20 {
            pace.note(1_000, Duration::from_secs(5));
        }
        assert_eq!(pace.chunk_len(), CHUNK_MIN);
        pace.note_break();
        assert_eq!((pace.chunk_len(), pace.bytes_per_s()), (CHUNK_MIN, None));
    }
}
