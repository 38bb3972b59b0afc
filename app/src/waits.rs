//! Measures what a person waits for: a tile to open, a save to be durable.

use std::time::Instant;

use fovea_annotation::TileId;
use fovea_editor::{Effect, Event, LatencyKind};

use crate::clock::Clock;

/// Wishes that are under way.
#[derive(Debug, Default)]
pub(crate) struct Waits {
    wish: Option<Instant>,
    opening: Option<(TileId, Instant)>,
    saving: Option<(TileId, Instant)>,
}

impl Waits {
    /// A wish arrives; the work that follows from it is measured from here.
    pub(crate) fn note_command(&mut self, now: Instant) {
        self.wish = Some(now);
    }

    /// Work is handed to a worker.
    pub(crate) fn note_work(&mut self, work: &Effect, now: Instant) {
        let since = self.wish.unwrap_or(now);
        match work {
            Effect::OpenTile(tile) => self.opening = Some((*tile, since)),
            Effect::SaveVersion { tile, .. } => self.saving = Some((*tile, since)),
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
