//! What happened in the window since the last frame.
//!
//! The window system's callbacks only add to this queue and ask for a frame; the frame takes everything at once.
//! Positions are kept in the window system's logical pixels and become UI points when they are taken.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use egui::{Event, Modifiers};

/// More events than a hand can make between two frames; beyond it only the newest pointer position is kept.
const EVENTS_MAX: usize = 16_384;

/// The queue as the callbacks and the frame share it, on the main thread.
pub(crate) type SharedInput = Rc<RefCell<InputQueue>>;

/// Everything that arrived since the last frame.
#[derive(Default)]
pub(crate) struct InputQueue {
    events: Vec<Event>,
    dropped: Vec<PathBuf>,
    modifiers: Modifiers,
    is_file_over_window: bool,
    is_focused: bool,
    size: Option<AreaSize>,
}

/// Size of the drawing area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct AreaSize {
    /// Width in the window system's logical pixels.
    pub(crate) width: u32,
    /// Height in the window system's logical pixels.
    pub(crate) height: u32,
    /// Device pixels per logical pixel.
    pub(crate) scale: u32,
    /// The user's enlargement of text and controls, on top of `scale`.
    pub(crate) text_scale: f32,
}

impl AreaSize {
    /// Size in device pixels.
    pub(crate) fn pixels(&self) -> [u32; 2] {
        [self.width * self.scale, self.height * self.scale]
    }

    /// Device pixels per UI point at zoom 1.
    pub(crate) fn pixels_per_point(&self) -> f32 {
        self.scale as f32 * self.text_scale
    }
}

/// What a frame takes from the queue.
pub(crate) struct TakenInput {
    /// Events in the order in which they happened.
    pub(crate) events: Vec<Event>,
    /// Files that were dropped on the window.
    pub(crate) dropped: Vec<PathBuf>,
    /// True while files are dragged over the window.
    pub(crate) is_file_over_window: bool,
    /// True while the window has the keyboard.
    pub(crate) is_focused: bool,
}

impl InputQueue {
    /// Adds an event. A flood of pointer moves is thinned instead of growing without limit.
    pub(crate) fn push(&mut self, event: Event) {
        if self.events.len() >= EVENTS_MAX && matches!(event, Event::PointerMoved(_)) {
            if let Some(last) = self
                .events
                .last_mut()
                .filter(|last| matches!(last, Event::PointerMoved(_)))
            {
                *last = event;
            }
            return;
        }
        self.events.push(event);
    }

    /// Notes the modifier keys and tells the UI when they changed.
    pub(crate) fn set_modifiers(&mut self, modifiers: Modifiers) {
        if self.modifiers != modifiers {
            self.modifiers = modifiers;
            self.push(Event::ModifiersChanged(modifiers));
        }
    }

    /// Notes whether the window has the keyboard.
    pub(crate) fn set_focused(&mut self, is_focused: bool) {
        if self.is_focused != is_focused {
            self.is_focused = is_focused;
            if !is_focused {
                self.set_modifiers(Modifiers::NONE);
            }
            self.push(Event::WindowFocused(is_focused));
        }
    }

    /// Notes files dragged over the window.
    pub(crate) fn set_file_over_window(&mut self, is_over: bool) {
        self.is_file_over_window = is_over;
    }

    /// Adds dropped files.
    pub(crate) fn drop_files(&mut self, paths: Vec<PathBuf>) {
        self.is_file_over_window = false;
        self.dropped.extend(paths);
    }

    /// Notes the size of the drawing area; true if it changed. An empty area is a window on its way and is ignored.
    pub(crate) fn set_size(&mut self, size: AreaSize) -> bool {
        if size.width == 0 || size.height == 0 || self.size == Some(size) {
            return false;
        }
        self.size = Some(size);
        true
    }

    /// The last known size of the drawing area.
    pub(crate) fn size(&self) -> Option<AreaSize> {
        self.size
    }

    /// Takes everything; positions are multiplied by `points_per_logical_px`.
    pub(crate) fn take(&mut self, points_per_logical_px: f32) -> TakenInput {
        let mut events = std::mem::take(&mut self.events);
        for event in &mut events {
            scale_positions(event, points_per_logical_px);
        }
        TakenInput {
            events,
            dropped: std::mem::take(&mut self.dropped),
            is_file_over_window: self.is_file_over_window,
            is_focused: self.is_focused,
        }
    }
}

fn scale_positions(event: &mut Event, factor: f32) {
    match event {
        Event::PointerMoved(pos) | Event::PointerButton { pos, .. } | Event::Touch { pos, .. } => {
            *pos = (pos.to_vec2() * factor).to_pos2();
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    #[test]
    fn events_keep_their_order_and_positions_become_points() {
        let mut queue = InputQueue::default();
        queue.set_focused(true);
        queue.set_modifiers(Modifiers::CTRL);
        queue.set_modifiers(Modifiers::CTRL);
        queue.push(Event::PointerMoved(pos2(10.0, 20.0)));
        let taken = queue.take(0.5);
        assert_eq!(
            taken.events,
            [
                Event::WindowFocused(true),
                Event::ModifiersChanged(Modifiers::CTRL),
                Event::PointerMoved(pos2(5.0, 10.0))
            ]
        );
        assert!(taken.is_focused);
        assert!(queue.take(1.0).events.is_empty());
    }

    #[test]
    fn a_flood_of_moves_keeps_the_newest_and_never_loses_a_release() {
        let mut queue = InputQueue::default();
        for i in 0..EVENTS_MAX + 100 {
            queue.push(Event::PointerMoved(pos2(i as f32, 0.0)));
        }
        queue.push(Event::PointerGone);
        let events = queue.take(1.0).events;
        assert_eq!(events.len(), EVENTS_MAX + 1);
        assert_eq!(
            events[EVENTS_MAX - 1],
            Event::PointerMoved(pos2((EVENTS_MAX + 99) as f32, 0.0))
        );
        assert_eq!(events[EVENTS_MAX], Event::PointerGone);
    }

    #[test]
    fn an_empty_area_is_ignored() {
        let mut queue = InputQueue::default();
        let size = AreaSize {
            width: 4,
            height: 3,
            scale: 2,
            text_scale: 1.5,
        };
        assert!(!queue.set_size(AreaSize { width: 0, ..size }));
        assert!(queue.set_size(size));
        assert!(!queue.set_size(size));
        assert_eq!(queue.size().map(|size| size.pixels()), Some([8, 6]));
        assert_eq!(size.pixels_per_point(), 3.0);
    }

    #[test]
    fn losing_the_keyboard_releases_the_modifiers() {
        let mut queue = InputQueue::default();
        queue.set_focused(true);
        queue.set_modifiers(Modifiers::SHIFT);
        queue.take(1.0);
        queue.set_focused(false);
        assert_eq!(
            queue.take(1.0).events,
            [
                Event::ModifiersChanged(Modifiers::NONE),
                Event::WindowFocused(false)
            ]
        );
    }
}
