//! Measures what a person waits for: a tile to open, a save to be durable.

use std::time::Instant;

use fovea_annotation::TileId;
use fovea_editor::{Command, Effect, Event, LatencyKind};

/// Wishes that are under way.
#[derive(Debug, Default)]
pub(crate) struct Waits {
    wish: Option<Instant>,
    opening: Option<(TileId, Instant)>,
    saving: Option<(TileId, Instant)>,
}

impl Waits {
    /// A wish arrives; the work that follows from it is measured from here.
    pub(crate) fn note_command(&mut self, _command: &Command) {
        self.wish = Some(Instant::now());
    }

    /// Work is handed to a worker.
    pub(crate) fn note_work(&mut self, work: &Effect) {
        let since = self.wish.unwrap_or_else(Instant::now);
        match work {
            Effect::OpenTile(tile) => self.opening = Some((*tile, since)),
            Effect::SaveVersion { tile, .. } => self.saving = Some((*tile, since)),
            _ => {}
        }
    }

    /// A worker reports; the time in ms when this is what was waited for.
    pub(crate) fn note_event(&mut self, event: &Event) -> Option<(LatencyKind, f32)> {
        let elapsed = |(_, since): (TileId, Instant)| since.elapsed().as_secs_f32() * 1000.0;
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
