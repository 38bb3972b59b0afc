//! Mouse, trackpad and pen, as GDK reports them: every motion, in order, with its own position.

use std::cell::Cell;
use std::rc::Rc;

use egui::{
    Event, MouseWheelSource, MouseWheelUnit, PointerButton, Pos2, TouchDeviceId, TouchId,
    TouchPhase, Vec2,
};
use gtk::gdk::{self, AxisUse, EventMask, EventType, ScrollDirection};
use gtk::glib::Propagation;
use gtk::prelude::*;

use super::keymap;
use crate::host::Wake;
use crate::host::input::SharedInput;

/// What the drawing area asks GDK for.
pub(crate) const EVENTS: EventMask = EventMask::POINTER_MOTION_MASK
    .union(EventMask::BUTTON_PRESS_MASK)
    .union(EventMask::BUTTON_RELEASE_MASK)
    .union(EventMask::ENTER_NOTIFY_MASK)
    .union(EventMask::LEAVE_NOTIFY_MASK)
    .union(EventMask::SCROLL_MASK)
    .union(EventMask::SMOOTH_SCROLL_MASK);

/// One pen at a time: its touches all carry this number.
const PEN: TouchId = TouchId(1);

#[derive(Clone)]
struct Pointer {
    input: SharedInput,
    wake: Wake,
    buttons_down: Rc<Cell<u32>>,
    is_outside: Rc<Cell<bool>>,
}

/// Listens to motion, buttons, wheel and the pointer's coming and going.
pub(crate) fn listen(widget: &gtk::DrawingArea, input: &SharedInput, wake: &Wake) {
    let pointer = Pointer {
        input: input.clone(),
        wake: wake.clone(),
        buttons_down: Rc::default(),
        is_outside: Rc::default(),
    };
    let state = pointer.clone();
    widget.connect_motion_notify_event(move |_, event| {
        state.moved(event);
        Propagation::Stop
    });
    let state = pointer.clone();
    widget.connect_button_press_event(move |widget, event| {
        widget.grab_focus();
        // GDK adds an event of another type for the second press of a double click; the UI counts for itself.
        if event.event_type() == EventType::ButtonPress {
            state.button(event, true);
        }
        Propagation::Stop
    });
    let state = pointer.clone();
    widget.connect_button_release_event(move |_, event| {
        state.button(event, false);
        Propagation::Stop
    });
    let state = pointer.clone();
    widget.connect_scroll_event(move |_, event| {
        state.scrolled(event);
        Propagation::Stop
    });
    let state = pointer.clone();
    widget.connect_enter_notify_event(move |_, _| {
        state.is_outside.set(false);
        Propagation::Proceed
    });
    widget.connect_leave_notify_event(move |_, _| {
        pointer.left();
        Propagation::Proceed
    });
}

impl Pointer {
    fn moved(&self, event: &gdk::EventMotion) {
        let pos = position(event.position());
        {
            let mut input = self.input.borrow_mut();
            input.set_modifiers(keymap::modifiers(event.state()));
            input.push(Event::PointerMoved(pos));
            if self.buttons_down.get() > 0
                && let Some(touch) = pen_touch(event, TouchPhase::Move, pos)
            {
                input.push(touch);
            }
        }
        self.wake.frame();
    }

    fn button(&self, event: &gdk::EventButton, pressed: bool) {
        let Some(button) = button_of(event.button()) else {
            return;
        };
        let pos = position(event.position());
        let modifiers = keymap::modifiers(event.state());
        let down = self.buttons_down.get();
        self.buttons_down.set(if pressed {
            down + 1
        } else {
            down.saturating_sub(1)
        });
        {
            let mut input = self.input.borrow_mut();
            input.set_modifiers(modifiers);
            input.push(Event::PointerMoved(pos));
            let phase = if pressed {
                TouchPhase::Start
            } else {
                TouchPhase::End
            };
            if let Some(touch) = pen_touch(event, phase, pos) {
                input.push(touch);
            }
            input.push(Event::PointerButton {
                pos,
                button,
                pressed,
                modifiers,
            });
        }
        if self.is_outside.get() && self.buttons_down.get() == 0 {
            self.input.borrow_mut().push(Event::PointerGone);
        }
        self.wake.frame();
    }

    fn scrolled(&self, event: &gdk::EventScroll) {
        let lines = match event.direction() {
            ScrollDirection::Smooth => {
                let (right, down) = event.delta();
                Vec2::new(-right as f32, -down as f32)
            }
            ScrollDirection::Up => Vec2::new(0.0, 1.0),
            ScrollDirection::Down => Vec2::new(0.0, -1.0),
            ScrollDirection::Left => Vec2::new(1.0, 0.0),
            ScrollDirection::Right => Vec2::new(-1.0, 0.0),
            _ => return,
        };
        let modifiers = keymap::modifiers(event.state());
        let is_smooth = event.direction() == ScrollDirection::Smooth;
        {
            let mut input = self.input.borrow_mut();
            input.set_modifiers(modifiers);
            input.push(Event::PointerMoved(position(event.position())));
            input.push(Event::MouseWheel {
                unit: MouseWheelUnit::Line,
                delta: lines,
                phase: if event.is_stop() {
                    TouchPhase::End
                } else {
                    TouchPhase::Move
                },
                source: if is_smooth {
                    MouseWheelSource::Unknown
                } else {
                    MouseWheelSource::Wheel
                },
                modifiers,
            });
        }
        self.wake.frame();
    }

    /// While a button is held the window system still reports the pointer, so the stroke goes on outside.
    fn left(&self) {
        self.is_outside.set(true);
        if self.buttons_down.get() == 0 {
            self.input.borrow_mut().push(Event::PointerGone);
            self.wake.frame();
        }
    }
}

fn position((x, y): (f64, f64)) -> Pos2 {
    Pos2::new(x as f32, y as f32)
}

fn button_of(number: u32) -> Option<PointerButton> {
    match number {
        1 => Some(PointerButton::Primary),
        2 => Some(PointerButton::Middle),
        3 => Some(PointerButton::Secondary),
        8 => Some(PointerButton::Extra1),
        9 => Some(PointerButton::Extra2),
        _ => None,
    }
}

/// The pen's pressure; a device without a pressure axis gives no touch.
fn pen_touch(event: &gdk::Event, phase: TouchPhase, pos: Pos2) -> Option<Event> {
    let force = event.axis(AxisUse::Pressure)?;
    Some(Event::Touch {
        device_id: TouchDeviceId(1),
        id: PEN,
        phase,
        pos,
        force: Some(force as f32),
    })
}
