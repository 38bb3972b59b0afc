//! Key chords as the command table writes them: `Ctrl+Shift+Z`, `[`, `Left`.

use egui::{Key, Modifiers};

/// A key with the modifiers that must be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chord {
    key: Key,
    ctrl: bool,
    shift: bool,
    /// The key is a sign that some layouts reach with Shift only, so Shift is not compared.
    shift_is_free: bool,
}

impl Chord {
    /// Reads a chord; `None` when the key is not known.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (mut rest, mut ctrl, mut shift) = (text, false, false);
        loop {
            if let Some(after) = rest.strip_prefix("Ctrl+") {
                (rest, ctrl) = (after, true);
            } else if let Some(after) = rest.strip_prefix("Shift+") {
                (rest, shift) = (after, true);
            } else {
                break;
            }
        }
        let key = Key::from_name(rest)?;
        let shift_is_free = rest.chars().count() == 1 && !rest.chars().all(char::is_alphanumeric);
        Some(Self {
            key,
            ctrl,
            shift,
            shift_is_free,
        })
    }

    /// True when pressing `key` with `modifiers` is this chord.
    pub(crate) fn matches(self, key: Key, modifiers: Modifiers) -> bool {
        let ctrl = modifiers.ctrl || modifiers.command;
        let shift_fits = self.shift_is_free || self.shift == modifiers.shift;
        key == self.key && ctrl == self.ctrl && shift_fits && !modifiers.alt
    }
}

/// The chord as people read it on keys, part by part: `["Ctrl", "Shift", "Z"]`.
pub(crate) fn caps(chord: &str) -> Vec<String> {
    let mut rest = chord;
    let mut caps = Vec::new();
    while let Some((modifier, after)) = rest.split_once('+') {
        // The plus key itself ends a chord.
        if modifier.is_empty() || after.is_empty() {
            break;
        }
        caps.push(modifier.to_owned());
        rest = after;
    }
    caps.push(match rest {
        "Left" => "←".to_owned(),
        "Right" => "→".to_owned(),
        "Up" => "↑".to_owned(),
        "Down" => "↓".to_owned(),
        other => other.to_owned(),
    });
    caps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chord_of_the_command_table_is_known() {
        for spec in fovea_editor::COMMANDS {
            for key in spec.keys {
                assert!(Chord::parse(key).is_some(), "{}: {key}", spec.id);
            }
        }
    }

    #[test]
    fn modifiers_must_fit_but_signs_may_need_shift() {
        let ctrl_shift = Modifiers::CTRL.plus(Modifiers::SHIFT);
        let cases = [
            ("Ctrl+Z", Key::Z, Modifiers::CTRL, true),
            ("Ctrl+Z", Key::Z, ctrl_shift, false),
            ("Ctrl+Shift+Z", Key::Z, ctrl_shift, true),
            ("B", Key::B, Modifiers::NONE, true),
            ("B", Key::B, Modifiers::CTRL, false),
            ("B", Key::B, Modifiers::ALT, false),
            ("?", Key::Questionmark, Modifiers::SHIFT, true),
            ("Ctrl++", Key::Plus, ctrl_shift, true),
            ("Shift+Left", Key::ArrowLeft, Modifiers::SHIFT, true),
            ("Ctrl+1", Key::Num1, Modifiers::CTRL, true),
        ];
        for (chord, key, modifiers, expected) in cases {
            let parsed = Chord::parse(chord).expect("a known key");
            assert_eq!(
                parsed.matches(key, modifiers),
                expected,
                "{chord} {key:?} {modifiers:?}"
            );
        }
    }

    #[test]
    fn caps_are_what_stands_on_the_keys() {
        let cases: [(&str, &[&str]); 4] = [
            ("Ctrl+Shift+Z", &["Ctrl", "Shift", "Z"]),
            ("Ctrl++", &["Ctrl", "+"]),
            ("+", &["+"]),
            ("Left", &["←"]),
        ];
        for (chord, expected) in cases {
            assert_eq!(caps(chord), expected, "{chord}");
        }
    }
}
