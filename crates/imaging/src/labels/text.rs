//! Text of label files in one encoding.

/// The content in UTF-8 without a mark of its byte order. Spreadsheets and consoles of Windows write UTF-16 with such a
/// mark; what has none, or is no text, stays as it is.
pub(crate) fn in_utf8(content: Vec<u8>) -> Vec<u8> {
    let units = |to_unit: fn([u8; 2]) -> u16| {
        let (pairs, rest) = content[2..].as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|pair| to_unit(*pair)).collect();
        rest.is_empty().then_some(units)
    };
    let units = match &content[..] {
        [0xef, 0xbb, 0xbf, text @ ..] => return text.to_vec(),
        [0xff, 0xfe, ..] => units(u16::from_le_bytes),
        [0xfe, 0xff, ..] => units(u16::from_be_bytes),
        _ => None,
    };
    let text = units.and_then(|units| String::from_utf16(&units).ok());
    text.map_or(content, String::into_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_is_understood_and_damage_left_alone() {
        let text = "bscan,Größe\n";
        let little = text.encode_utf16().flat_map(u16::to_le_bytes);
        let big = text.encode_utf16().flat_map(u16::to_be_bytes);
        for marked in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            [0xff, 0xfe].into_iter().chain(little).collect(),
            [0xfe, 0xff].into_iter().chain(big).collect(),
        ] {
            assert_eq!(in_utf8(marked), text.as_bytes());
        }
        for odd in [
            &b""[..],
            b"\xff\xfe\x00",
            b"\xff\xfe\x00\xd8",
            b"\xff\xd8\xff",
        ] {
            assert_eq!(in_utf8(odd.to_vec()), odd);
        }
    }
}
