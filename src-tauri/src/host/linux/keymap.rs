//! Names of GDK keys and what the UI calls them.

use egui::{Key, Modifiers};
use gtk::gdk;

/// The UI's key for a GDK key name and the character that it types, if it types one.
pub(crate) fn key(name: &str, character: Option<char>) -> Option<Key> {
    named_key(name).or_else(|| {
        let mut buffer = [0; 4];
        character.and_then(|character| Key::from_name(character.encode_utf8(&mut buffer)))
    })
}

fn named_key(name: &str) -> Option<Key> {
    Some(match name {
        "Return" | "KP_Enter" | "ISO_Enter" => Key::Enter,
        "Escape" => Key::Escape,
        "Tab" | "ISO_Left_Tab" | "KP_Tab" => Key::Tab,
        "BackSpace" => Key::Backspace,
        "Delete" | "KP_Delete" => Key::Delete,
        "Insert" | "KP_Insert" => Key::Insert,
        "Home" | "KP_Home" => Key::Home,
        "End" | "KP_End" => Key::End,
        "Page_Up" | "KP_Page_Up" => Key::PageUp,
        "Page_Down" | "KP_Page_Down" => Key::PageDown,
        "Left" | "KP_Left" => Key::ArrowLeft,
        "Right" | "KP_Right" => Key::ArrowRight,
        "Up" | "KP_Up" => Key::ArrowUp,
        "Down" | "KP_Down" => Key::ArrowDown,
        "KP_Space" => Key::Space,
        "Shift_L" => Key::ShiftLeft,
        "Shift_R" => Key::ShiftRight,
        "Control_L" => Key::ControlLeft,
        "Control_R" => Key::ControlRight,
        "Alt_L" => Key::AltLeft,
        "Alt_R" => Key::AltRight,
        "Caps_Lock" => Key::CapsLock,
        "Menu" => Key::Menu,
        "Print" => Key::PrintScreen,
        "Pause" => Key::Pause,
        _ if is_function_key(name) => return Key::from_name(name),
        _ => return None,
    })
}

fn is_function_key(name: &str) -> bool {
    name.strip_prefix('F').is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The modifier keys in GDK's state bits.
pub(crate) fn modifiers(state: gdk::ModifierType) -> Modifiers {
    let ctrl = state.contains(gdk::ModifierType::CONTROL_MASK);
    Modifiers {
        alt: state.contains(gdk::ModifierType::MOD1_MASK),
        ctrl,
        shift: state.contains(gdk::ModifierType::SHIFT_MASK),
        mac_cmd: false,
        command: ctrl,
    }
}

/// The modifier keys after `key` went down or up; GDK's state bits describe the moment before.
pub(crate) fn modifiers_after(mut before: Modifiers, key: Option<Key>, pressed: bool) -> Modifiers {
    match key {
        Some(Key::ShiftLeft | Key::ShiftRight) => before.shift = pressed,
        Some(Key::AltLeft) => before.alt = pressed,
        Some(Key::ControlLeft | Key::ControlRight) => {
            before.ctrl = pressed;
            before.command = pressed;
        }
        _ => {}
    }
    before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_by_name_and_by_character() {
        let cases = [
            ("Return", Some('\r'), Some(Key::Enter)),
            ("KP_Enter", Some('\r'), Some(Key::Enter)),
            ("ISO_Left_Tab", None, Some(Key::Tab)),
            ("F", Some('F'), Some(Key::F)),
            ("F5", None, Some(Key::F5)),
            ("F35", None, Some(Key::F35)),
            ("b", Some('b'), Some(Key::B)),
            ("KP_4", Some('4'), Some(Key::Num4)),
            ("bracketleft", Some('['), Some(Key::OpenBracket)),
            ("space", Some(' '), Some(Key::Space)),
            ("Page_Up", None, Some(Key::PageUp)),
            ("Cyrillic_de", Some('д'), None),
            ("dead_acute", None, None),
        ];
        for (name, character, expected) in cases {
            assert_eq!(key(name, character), expected, "{name}");
        }
    }

    #[test]
    fn modifiers_describe_the_moment_after_the_key() {
        let down = modifiers_after(Modifiers::NONE, Some(Key::ControlLeft), true);
        assert_eq!(
            down,
            Modifiers {
                ctrl: true,
                command: true,
                ..Modifiers::NONE
            }
        );
        assert_eq!(
            modifiers_after(down, Some(Key::ControlLeft), false),
            Modifiers::NONE
        );
        assert_eq!(modifiers_after(down, Some(Key::Z), true), down);
        let state = gdk::ModifierType::CONTROL_MASK
            | gdk::ModifierType::SHIFT_MASK
            | gdk::ModifierType::BUTTON1_MASK;
        assert_eq!(
            modifiers(state),
            Modifiers {
                ctrl: true,
                command: true,
                shift: true,
                ..Modifiers::NONE
            }
        );
    }
}
