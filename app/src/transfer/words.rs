//! The store keeps formats, eyes and patterns as the words of their serde names; errors become sentences.

use fovea_imaging::{Laterality, ScanPattern, SourceFormat};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The word for a unit variant.
pub(super) fn word_of(value: impl Serialize) -> String {
    // A unit variant always has a name; the fallback is never stored.
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn from_word<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::from(word)).ok()
}

/// The format of a word that the store holds.
pub(crate) fn format_of(word: &str) -> Option<SourceFormat> {
    from_word(word)
}

/// The eye of a word that the store holds.
pub(crate) fn laterality_of(word: &str) -> Laterality {
    from_word(word).unwrap_or_default()
}

/// The pattern of a word that the store holds.
pub(crate) fn pattern_of(word: &str) -> ScanPattern {
    from_word(word).unwrap_or_default()
}

/// An error as a sentence: with a full stop.
pub(crate) fn sentence(error: impl std::fmt::Display) -> String {
    let text = error.to_string();
    if text.ends_with(['.', '!', '?']) {
        text
    } else {
        format!("{text}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_the_store() {
        for format in [
            SourceFormat::Png,
            SourceFormat::HeidelbergVol,
            SourceFormat::Folder,
            SourceFormat::Phantom,
        ] {
            assert_eq!(format_of(&word_of(format)), Some(format));
        }
        for eye in [Laterality::Right, Laterality::Left, Laterality::Unknown] {
            assert_eq!(laterality_of(&word_of(eye)), eye);
        }
        for pattern in [ScanPattern::Line, ScanPattern::EnFace, ScanPattern::Unknown] {
            assert_eq!(pattern_of(&word_of(pattern)), pattern);
        }
        assert_eq!(pattern_of("a word of tomorrow"), ScanPattern::Unknown);
    }
}
