//! Measures what a person waits for: a tile to open, a save to be durable.

use std::time::Instant;

use fovea_annotation::TileId;
use fovea_editor::{Effect, Event, LatencyKind};

use crate::clock::Clock;

/// Wishes that are under way.
#[derive(Debug, Default)]
pub(crate) struct Waits {
    /// The command that is being carried out.
    wish: Option<Instant>,
    /// A case was wished for; its first tile is opened when the case is known.
    case_wish: Option<Instant>,
    opening: Option<(TileId, Instant)>,
    saving: Option<(TileId, Instant)>,
}

impl Waits {
    /// A person's command begins to be carried out.
    pub(crate) fn begin(&mut self, now: Instant) {
        self.wish = Some(now);
    }

    /// The command is carried out; work that begins later is nobody's wish.
    pub(crate) fn end(&mut self) {
        self.wish = None;
    }

    /// Work is handed to a worker.
    pub(crate) fn note_work(&mut self, work: &Effect, now: Instant) {
        match work {
            Effect::OpenCase(_) => self.case_wish = Some(self.wish.unwrap_or(now)),
            Effect::OpenTile(tile) => {
                let since = self.wish.or(self.case_wish.take()).unwrap_or(now);
                self.opening = Some((*tile, since));
            }
            Effect::SaveVersion { tile, .. } => {
                self.saving = Some((*tile, self.wish.unwrap_or(now)))
            }
            _ => {}
        }
    }

    /// A worker reports; the time in ms when this is what was waited for.
    pub(crate) fn note_event(
        &mut self,
        event: &Event,
        clock: &Clock,
    ) -> Option<(LatencyKind, f32)> {
        let elapsed = |(_, since): (TileId, Instant)| clock.ms_since(since);
        match event {
            Event::TileOpened(loaded) => {
                let wait = self.opening.take_if(|(tile, _)| *tile == loaded.tile)?;
                Some((LatencyKind::TileOpen, elapsed(wait)))
            }
            Event::VersionSaved(version) => {
                let wait = self.saving.take_if(|(tile, _)| *tile == version.tile)?;
                Some((LatencyKind::Save, elapsed(wait)))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use fovea_annotation::{CaseId, ContentHash};

    use super::*;

    #[test]
    fn a_tile_is_waited_for_from_the_wish_and_not_from_an_older_one() {
        let case = CaseId(ContentHash::of(b"case"));
        let open = Effect::OpenTile(TileId::of(case, 0));
        let start = Instant::now();
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        let since = |waits: &Waits| waits.opening.map(|(_, since)| since);

        let mut waits = Waits::default();
        waits.begin(at(1));
        waits.note_work(&Effect::OpenCase(case), at(2));
        waits.end();
        waits.note_work(&open, at(3));
        assert_eq!(since(&waits), Some(at(1)), "the case was wished for");

        waits.begin(at(4));
        waits.end();
        waits.note_work(&open, at(9));
        assert_eq!(
            since(&waits),
            Some(at(9)),
            "the model has been over the tile"
        );
    }
}
