//! The order of the active-learning queue.

use crate::{CaseId, TileId};
use std::collections::HashMap;

/// Longest queue handed to a person.
pub const QUEUE_LEN_MAX: usize = 50;
/// Most tiles of one case in a queue, so that one bad scan cannot fill it.
pub const QUEUE_PER_CASE_MAX: usize = 5;

/// A tile that may be queued.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueCandidate {
    /// The tile.
    pub tile: TileId,
    /// The case it belongs to.
    pub case: CaseId,
    /// See [`crate::score_tile`].
    pub score: f32,
}

/// Tiles above `threshold`, most doubtful first, ties by tile id, at most [`QUEUE_PER_CASE_MAX`] of a case and
/// [`QUEUE_LEN_MAX`] in all. A score that is no number never passes.
pub fn rank(mut candidates: Vec<QueueCandidate>, threshold: f32) -> Vec<QueueCandidate> {
    candidates.retain(|c| c.score > threshold);
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.tile.cmp(&b.tile)));
    let mut per_case = HashMap::new();
    candidates.retain(|c| {
        let taken = per_case.entry(c.case).or_insert(0_usize);
        *taken += 1;
        *taken <= QUEUE_PER_CASE_MAX
    });
    candidates.truncate(QUEUE_LEN_MAX);
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ContentHash;

    fn candidate(case: u32, index: u32, score: f32) -> QueueCandidate {
        let case = CaseId(ContentHash::of(&case.to_le_bytes()));
        QueueCandidate {
            tile: TileId::of(case, index),
            case,
            score,
        }
    }

    #[test]
    fn order_threshold_and_limits() {
        let mut all: Vec<_> = (0..40)
            .flat_map(|c| (0..8).map(move |i| candidate(c, i, 0.31 + (c as f32) * 0.01)))
            .collect();
        all.push(candidate(99, 0, f32::NAN));
        all.push(candidate(98, 0, 0.3));
        let queue = rank(all, 0.3);
        assert_eq!(queue.len(), QUEUE_LEN_MAX);
        assert!(
            queue
                .windows(2)
                .all(|w| w[0].score > w[1].score || w[0].tile < w[1].tile)
        );
        for item in &queue {
            assert!(queue.iter().filter(|q| q.case == item.case).count() <= QUEUE_PER_CASE_MAX);
            assert!(item.score > 0.3);
        }
    }
}
