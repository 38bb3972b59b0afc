//! The event loop's input as the interface's events; used where the window system has no better source.

use egui::{
    Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, Pos2, TouchDeviceId,
    TouchId, Vec2,
};
use tauri_runtime_wry::tao::event::{
    ElementState, Force, MouseButton, MouseScrollDelta, Touch, TouchPhase, WindowEvent,
};
use tauri_runtime_wry::tao::keyboard::{Key as TaoKey, ModifiersState};

use super::input::InputQueue;

/// What the loop's events leave to be remembered.
#[derive(Default)]
pub(crate) struct Translator {
    pointer: Pos2,
    modifiers: Modifiers,
}

impl Translator {
    /// Adds what `event` means to the queue. Positions are device pixels.
    pub(crate) fn translate(&mut self, event: &WindowEvent<'_>, queue: &mut InputQueue) {
        match event {
            WindowEvent::Focused(is_focused) => queue.set_focused(*is_focused),
            WindowEvent::ModifiersChanged(state) => {
                self.modifiers = modifiers(*state);
                queue.set_modifiers(self.modifiers);
            }
            WindowEvent::CursorMoved { position, .. } => {
                self.pointer = Pos2::new(position.x as f32, position.y as f32);
                queue.push(Event::PointerMoved(self.pointer));
            }
            WindowEvent::CursorLeft { .. } => queue.push(Event::PointerGone),
            WindowEvent::MouseInput { state, button, .. } => {
                if let Some(button) = button_of(*button) {
                    let pressed = *state == ElementState::Pressed;
                    queue.push(Event::PointerButton {
                        pos: self.pointer,
                        button,
                        pressed,
                        modifiers: self.modifiers,
                    });
                }
            }
            WindowEvent::MouseWheel { delta, .. } => queue.push(self.wheel(*delta)),
            WindowEvent::Touch(touch) => self.touch(touch, queue),
            WindowEvent::KeyboardInput { event, .. } => {
                self.key(
                    &event.logical_key,
                    event.text,
                    event.state == ElementState::Pressed,
                    queue,
                );
            }
            WindowEvent::HoveredFile(_) => queue.set_file_over_window(true),
            WindowEvent::HoveredFileCancelled => queue.set_file_over_window(false),
            WindowEvent::DroppedFile(path) => queue.drop_files(vec![path.clone()]),
            _ => {}
        }
    }

    fn wheel(&self, delta: MouseScrollDelta) -> Event {
        let (unit, delta) = match delta {
            MouseScrollDelta::PixelDelta(px) => {
                (MouseWheelUnit::Point, Vec2::new(px.x as f32, px.y as f32))
            }
            MouseScrollDelta::LineDelta(x, y) => (MouseWheelUnit::Line, Vec2::new(x, y)),
            _ => (MouseWheelUnit::Line, Vec2::ZERO),
        };
        let (phase, source) = (egui::TouchPhase::Move, MouseWheelSource::Unknown);
        Event::MouseWheel {
            unit,
            delta,
            phase,
            source,
            modifiers: self.modifiers,
        }
    }

    /// A pen or finger is also the pointer.
    fn touch(&mut self, touch: &Touch, queue: &mut InputQueue) {
        let pos = Pos2::new(touch.location.x as f32, touch.location.y as f32);
        let force = match touch.force {
            Some(Force::Normalized(force)) => Some(force as f32),
            Some(Force::Calibrated {
                force,
                max_possible_force,
                ..
            }) => Some((force / max_possible_force) as f32),
            _ => None,
        };
        let phase = match touch.phase {
            TouchPhase::Started => egui::TouchPhase::Start,
            TouchPhase::Moved => egui::TouchPhase::Move,
            TouchPhase::Ended => egui::TouchPhase::End,
            _ => egui::TouchPhase::Cancel,
        };
        self.pointer = pos;
        queue.push(Event::PointerMoved(pos));
        queue.push(Event::Touch {
            device_id: TouchDeviceId(1),
            id: TouchId(touch.id),
            phase,
            pos,
            force,
        });
        if phase != egui::TouchPhase::Move {
            let pressed = phase == egui::TouchPhase::Start;
            let (button, modifiers) = (PointerButton::Primary, self.modifiers);
            queue.push(Event::PointerButton {
                pos,
                button,
                pressed,
                modifiers,
            });
        }
    }

    fn key(&self, key: &TaoKey<'_>, text: Option<&str>, pressed: bool, queue: &mut InputQueue) {
        let key = key_of(key);
        let clipboard = match key {
            Some(Key::C) => Some(Event::Copy),
            Some(Key::X) => Some(Event::Cut),
            Some(Key::V) => Some(Event::Paste(String::new())),
            _ => None,
        };
        if let Some(event) = clipboard.filter(|_| pressed && self.modifiers.command_only()) {
            return queue.push(event);
        }
        if let Some(key) = key {
            queue.push(Event::Key {
                key,
                physical_key: None,
                pressed,
                repeat: false,
                modifiers: self.modifiers,
            });
        }
        let is_shortcut = self.modifiers.command || self.modifiers.ctrl || self.modifiers.mac_cmd;
        if let Some(text) =
            text.filter(|text| pressed && !is_shortcut && !text.chars().any(char::is_control))
        {
            queue.push(Event::Text(text.to_owned()));
        }
    }
}

/// The loop's key names are the web's, and the interface knows those.
fn key_of(key: &TaoKey<'_>) -> Option<Key> {
    match key {
        TaoKey::Character(text) => Key::from_name(text),
        named => Key::from_name(&format!("{named:?}")),
    }
}

fn modifiers(state: ModifiersState) -> Modifiers {
    let (ctrl, logo) = (state.control_key(), state.super_key());
    let is_mac = cfg!(target_os = "macos");
    Modifiers {
        alt: state.alt_key(),
        ctrl,
        shift: state.shift_key(),
        mac_cmd: is_mac && logo,
        command: if is_mac { logo } else { ctrl },
    }
}

fn button_of(button: MouseButton) -> Option<PointerButton> {
    match button {
        MouseButton::Left => Some(PointerButton::Primary),
        MouseButton::Right => Some(PointerButton::Secondary),
        MouseButton::Middle => Some(PointerButton::Middle),
        MouseButton::Other(4 | 8) => Some(PointerButton::Extra1),
        MouseButton::Other(5 | 9) => Some(PointerButton::Extra2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(modifiers: Modifiers, key: TaoKey<'static>, text: Option<&str>) -> Vec<Event> {
        let (mut queue, translator) = (
            InputQueue::default(),
            Translator {
                modifiers,
                ..Translator::default()
            },
        );
        translator.key(&key, text, true, &mut queue);
        queue.take(1.0).events
    }

    #[test]
    fn keys_type_text_and_shortcuts_do_not() {
        let ctrl = Modifiers {
            ctrl: true,
            command: true,
            ..Modifiers::NONE
        };
        let key = |key, modifiers| Event::Key {
            key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers,
        };
        let cases = [
            (
                Modifiers::NONE,
                TaoKey::Character("b"),
                Some("b"),
                vec![key(Key::B, Modifiers::NONE), Event::Text("b".into())],
            ),
            (
                Modifiers::NONE,
                TaoKey::ArrowLeft,
                None,
                vec![key(Key::ArrowLeft, Modifiers::NONE)],
            ),
            (
                Modifiers::NONE,
                TaoKey::Enter,
                Some("\r"),
                vec![key(Key::Enter, Modifiers::NONE)],
            ),
            (
                Modifiers::NONE,
                TaoKey::Character("д"),
                Some("д"),
                vec![Event::Text("д".into())],
            ),
            (
                ctrl,
                TaoKey::Character("z"),
                Some("z"),
                vec![key(Key::Z, ctrl)],
            ),
            (ctrl, TaoKey::Character("c"), Some("c"), vec![Event::Copy]),
        ];
        for (modifiers, pressed, text, expected) in cases {
            assert_eq!(
                keys(modifiers, pressed.clone(), text),
                expected,
                "{pressed:?}"
            );
        }
    }

    #[test]
    fn the_pointer_is_remembered_for_its_buttons() {
        let (mut queue, mut translator) = (InputQueue::default(), Translator::default());
        translator.translate(&WindowEvent::Focused(true), &mut queue);
        translator.translate(&WindowEvent::HoveredFile("a".into()), &mut queue);
        translator.translate(&WindowEvent::DroppedFile("a".into()), &mut queue);
        let taken = queue.take(1.0);
        assert_eq!(taken.events, [Event::WindowFocused(true)]);
        assert_eq!(taken.dropped, [std::path::PathBuf::from("a")]);
        assert!(!taken.is_file_over_window);
    }
}
