//! Keys. The UI gets them before the menu bar does, so a shortcut means the same with and without a menu.

use std::rc::Rc;

use egui::{Event, Key, Modifiers};
use gtk::gdk::{self, EventMask};
use gtk::glib::Propagation;
use gtk::prelude::*;

use super::{ime::Ime, keymap};
use crate::host::Wake;
use crate::host::input::SharedInput;

/// What the drawing area asks GDK for.
pub(crate) const EVENTS: EventMask = EventMask::KEY_PRESS_MASK
    .union(EventMask::KEY_RELEASE_MASK)
    .union(EventMask::FOCUS_CHANGE_MASK);

struct Keyboard {
    area: gtk::DrawingArea,
    ime: Rc<Ime>,
    input: SharedInput,
    wake: Wake,
}

/// Listens on the top-level window, which sees every key first.
pub(crate) fn listen(
    top_level: &gtk::ApplicationWindow,
    area: &gtk::DrawingArea,
    ime: &Rc<Ime>,
    input: &SharedInput,
    wake: &Wake,
) {
    let keyboard = Rc::new(Keyboard {
        area: area.clone(),
        ime: ime.clone(),
        input: input.clone(),
        wake: wake.clone(),
    });
    let state = keyboard.clone();
    top_level.connect_key_press_event(move |_, event| state.key(event, true));
    let state = keyboard.clone();
    top_level.connect_key_release_event(move |_, event| state.key(event, false));
    let state = keyboard.clone();
    top_level.connect_focus_in_event(move |_, _| state.focus(true));
    top_level.connect_focus_out_event(move |_, _| keyboard.focus(false));
}

impl Keyboard {
    fn focus(&self, is_focused: bool) -> Propagation {
        self.input.borrow_mut().set_focused(is_focused);
        self.wake.frame();
        Propagation::Proceed
    }

    fn key(&self, event: &gdk::EventKey, pressed: bool) -> Propagation {
        if !self.area.is_focus() {
            return Propagation::Proceed;
        }
        let key = key_of(event);
        let modifiers = keymap::modifiers_after(keymap::modifiers(event.state()), key, pressed);
        self.input.borrow_mut().set_modifiers(modifiers);
        if let Some(event) = clipboard_event(key, modifiers, pressed) {
            self.input.borrow_mut().push(event);
        } else {
            self.press_or_release(event, key, modifiers, pressed);
        }
        self.wake.frame();
        // Alt and F10 also belong to the menu bar.
        let is_for_menu = modifiers.alt || matches!(key, Some(Key::F10 | Key::AltLeft));
        if is_for_menu {
            Propagation::Proceed
        } else {
            Propagation::Stop
        }
    }

    fn press_or_release(
        &self,
        event: &gdk::EventKey,
        key: Option<Key>,
        modifiers: Modifiers,
        pressed: bool,
    ) {
        // The input method may call back; nothing is borrowed meanwhile.
        let filtered = self.ime.filter(event, pressed);
        let mut input = self.input.borrow_mut();
        if let Some(key) = key.filter(|_| filtered.is_key_for_ui) {
            input.push(Event::Key {
                key,
                physical_key: None,
                pressed,
                repeat: false,
                modifiers,
            });
        }
        for event in filtered.events {
            input.push(event);
        }
    }
}

/// The key, or on a layout without Latin letters the one that sits at the same place on a Latin layout.
fn key_of(event: &gdk::EventKey) -> Option<Key> {
    let named = |keyval: gdk::keys::Key| {
        keymap::key(keyval.name().as_deref().unwrap_or(""), keyval.to_unicode())
    };
    named(event.keyval()).or_else(|| {
        let keymap = gdk::Keymap::for_display(&gdk::Display::default()?)?;
        let entries = keymap.entries_for_keycode(u32::from(event.hardware_keycode()));
        entries
            .into_iter()
            .find_map(|(_, keyval)| named(gdk::keys::Key::from(keyval)))
    })
}

/// Copy, cut and paste are events of their own. The frame fills in the text to paste.
fn clipboard_event(key: Option<Key>, modifiers: Modifiers, pressed: bool) -> Option<Event> {
    if !pressed || !modifiers.command || modifiers.alt || modifiers.shift {
        return None;
    }
    match key? {
        Key::C => Some(Event::Copy),
        Key::X => Some(Event::Cut),
        Key::V => Some(Event::Paste(String::new())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_plain_shortcuts_reach_the_clipboard() {
        let ctrl = Modifiers {
            ctrl: true,
            command: true,
            ..Modifiers::NONE
        };
        let ctrl_shift = Modifiers {
            shift: true,
            ..ctrl
        };
        assert_eq!(clipboard_event(Some(Key::C), ctrl, true), Some(Event::Copy));
        assert_eq!(clipboard_event(Some(Key::X), ctrl, true), Some(Event::Cut));
        assert_eq!(
            clipboard_event(Some(Key::V), ctrl, true),
            Some(Event::Paste(String::new()))
        );
        for (key, modifiers, pressed) in [
            (Key::C, ctrl, false),
            (Key::C, Modifiers::NONE, true),
            (Key::V, ctrl_shift, true),
            (Key::Z, ctrl, true),
        ] {
            assert_eq!(
                clipboard_event(Some(key), modifiers, pressed),
                None,
                "{key:?} {modifiers:?} {pressed}"
            );
        }
    }
}
