//! Text whose character set changes on the way, by escape sequences (PS3.3, section C.12.1.1.2; ISO 2022). Each writer
//! may set other ones, so only text without them is the same from file to file.

use dicom_encoding::text::{SpecificCharacterSet, TextCodec};

const ESCAPE: u8 = 0x1b;

/// Sets of two-byte characters in the lower half: their decoder reads these escape sequences itself.
const JAPANESE: [&[u8]; 3] = [b"$B", b"$@", b"$(D"];
const JAPANESE_CODE: &str = "ISO_IR 87";

/// Sets of the lower half that have the letters and digits of ASCII.
const LATIN: [&[u8]; 2] = [b"(B", b"(J"];

/// Sets of the upper half.
const UPPER: [(&[u8], &str); 13] = [
    (b"-A", "ISO_IR 100"),
    (b"-B", "ISO_IR 101"),
    (b"-C", "ISO_IR 109"),
    (b"-D", "ISO_IR 110"),
    (b"-F", "ISO_IR 126"),
    (b"-G", "ISO_IR 127"),
    (b"-H", "ISO_IR 138"),
    (b"-L", "ISO_IR 144"),
    (b"-T", "ISO_IR 166"),
    (b")I", "ISO_IR 13"),
    (b"$)A", "GBK"),
    (b"$)C", "ISO_IR 149"),
    (b"$A", "GBK"),
];

/// The text of `bytes`, which begin in `charset`; none where a set does not have them.
pub(super) fn decode(bytes: &[u8], charset: &SpecificCharacterSet) -> Option<String> {
    let mut parts = bytes.split(|byte| *byte == ESCAPE);
    let mut text = charset.decode(parts.next()?).ok()?;
    let mut upper = charset.clone();
    for part in parts {
        if let Some(set) = JAPANESE.iter().find(|set| part.starts_with(set)) {
            let japanese = SpecificCharacterSet::from_code(JAPANESE_CODE)?;
            let again = [&[ESCAPE], *set, &part[set.len()..]].concat();
            text += &japanese.decode(&again).ok()?;
            continue;
        }
        let latin = LATIN.iter().find(|set| part.starts_with(set));
        let other = UPPER.iter().find(|(set, _)| part.starts_with(set));
        let length = match (latin, other) {
            (Some(set), _) => set.len(),
            (None, Some((set, code))) => {
                upper = SpecificCharacterSet::from_code(code)?;
                set.len()
            }
            // No escape sequence of DICOM: it stays in the text.
            (None, None) => {
                text.push(ESCAPE.into());
                0
            }
        };
        // The next value begins as the first one did.
        let (value, others) = part[length..].split_at(end_of_value(&part[length..]));
        text += &upper.decode(value).ok()?;
        if !others.is_empty() {
            upper = charset.clone();
            text += &upper.decode(others).ok()?;
        }
    }
    Some(text)
}

fn end_of_value(bytes: &[u8]) -> usize {
    let end = bytes.iter().position(|byte| *byte == b'\\');
    end.unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_the_same_in_every_set() {
        let cases: [(&str, &[u8], &str); 9] = [
            ("ISO_IR 192", "김1".as_bytes(), "김1"),
            ("ISO 2022 IR 149", b"\x1b$)C\xb1\xe81", "김1"),
            ("ISO 2022 IR 6", b"\x1b$)C\xb1\xe8\x1b(B1", "김1"),
            ("ISO 2022 IR 58", b"\x1b$)A\xc9\xbd1", "山1"),
            ("ISO 2022 IR 87", b"\x1b$B;3ED\x1b(B1", "山田1"),
            ("ISO 2022 IR 13", b"\x1b$B;3ED\x1b(J1", "山田1"),
            ("ISO 2022 IR 100", b"\xe9\x1b-L\xbf1", "éП1"),
            ("ISO 2022 IR 100", b"\x1b-L\xbf\\\xe9", "П\\é"),
            ("ISO 2022 IR 100", b"a\x1bXb", "a\u{1b}Xb"),
        ];
        for (code, bytes, expected) in cases {
            let charset = SpecificCharacterSet::from_code(code).expect("a known set");
            let found = decode(bytes, &charset);
            assert_eq!(found.as_deref(), Some(expected), "{code}");
        }
    }
}
