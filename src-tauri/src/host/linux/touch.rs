//! Fingers on a touch screen. The first finger also acts as the pointer.

use std::cell::Cell;
use std::rc::Rc;

use egui::{Event, PointerButton, Pos2, TouchDeviceId, TouchId, TouchPhase};
use gtk::gdk::{self, EventMask, EventType};
use gtk::glib::Propagation;
use gtk::glib::translate::ToGlibPtr;
use gtk::prelude::*;

use super::keymap;
use crate::host::Wake;
use crate::host::input::{InputQueue, SharedInput};

/// What the drawing area asks GDK for.
pub(crate) const EVENTS: EventMask = EventMask::TOUCH_MASK;

/// The screen's fingers, apart from the pen.
const SCREEN: TouchDeviceId = TouchDeviceId(2);

/// Listens to fingers.
pub(crate) fn listen(widget: &gtk::DrawingArea, input: &SharedInput, wake: &Wake) {
    let (input, wake) = (input.clone(), wake.clone());
    let pointing: Rc<Cell<Option<TouchId>>> = Rc::default();
    widget.connect_touch_event(move |widget, event| {
        let (Some(phase), Some((x, y))) = (phase_of(event.event_type()), event.coords()) else {
            return Propagation::Proceed;
        };
        if phase == TouchPhase::Start {
            widget.grab_focus();
        }
        let pos = Pos2::new(x as f32, y as f32);
        let id = finger(event);
        let mut queue = input.borrow_mut();
        queue.push(Event::Touch {
            device_id: SCREEN,
            id,
            phase,
            pos,
            force: None,
        });
        if pointing.get().is_none_or(|first| first == id) {
            let modifiers =
                keymap::modifiers(event.state().unwrap_or_else(gdk::ModifierType::empty));
            queue.set_modifiers(modifiers);
            act_as_pointer(&mut queue, phase, pos, modifiers);
            let is_over = matches!(phase, TouchPhase::End | TouchPhase::Cancel);
            pointing.set(if is_over { None } else { Some(id) });
        }
        drop(queue);
        wake.frame();
        Propagation::Stop
    });
}

fn act_as_pointer(
    queue: &mut InputQueue,
    phase: TouchPhase,
    pos: Pos2,
    modifiers: egui::Modifiers,
) {
    let button = |pressed| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers,
    };
    queue.push(Event::PointerMoved(pos));
    match phase {
        TouchPhase::Start => queue.push(button(true)),
        TouchPhase::Move => {}
        TouchPhase::End | TouchPhase::Cancel => {
            queue.push(button(false));
            queue.push(Event::PointerGone);
        }
    }
}

fn phase_of(kind: EventType) -> Option<TouchPhase> {
    match kind {
        EventType::TouchBegin => Some(TouchPhase::Start),
        EventType::TouchUpdate => Some(TouchPhase::Move),
        EventType::TouchEnd => Some(TouchPhase::End),
        EventType::TouchCancel => Some(TouchPhase::Cancel),
        _ => None,
    }
}

/// GDK names a finger by the address of its sequence, which stays the same until the finger is lifted.
fn finger(event: &gdk::Event) -> TouchId {
    let address = event.event_sequence().map_or(0, |sequence| {
        let raw: *const gdk::ffi::GdkEventSequence = sequence.to_glib_none().0;
        raw as usize
    });
    TouchId(address as u64)
}
