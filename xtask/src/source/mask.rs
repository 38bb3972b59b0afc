//! Blanks out everything that is not code, byte for byte, so that places and line numbers stay what they were.

/// `text` with comments and the insides of string and character literals replaced by spaces; line breaks stay.
pub(crate) fn code_only(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let end = end_of_literal(bytes, at).unwrap_or(at);
        if end == at {
            out.push(if bytes[at].is_ascii() {
                bytes[at]
            } else {
                b' '
            });
            at += 1;
        } else {
            out.extend(
                bytes[at..end]
                    .iter()
                    .map(|b| if *b == b'\n' { b'\n' } else { b' ' }),
            );
            at = end;
        }
    }
    // Every byte pushed is ASCII.
    String::from_utf8_lossy(&out).into_owned()
}

/// Where the comment or literal that begins at `at` ends, if one does.
fn end_of_literal(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at..];
    match rest {
        [b'/', b'/', ..] => Some(find(bytes, at, b"\n")),
        [b'/', b'*', ..] => Some(end_of_block_comment(bytes, at)),
        [b'"', ..] => Some(end_of_string(bytes, at + 1, b'"')),
        [b'r', b'"' | b'#', ..] if !follows_name(bytes, at) => end_of_raw_string(bytes, at + 1),
        [b'\'', b'\\', ..] => Some(end_of_string(bytes, at + 1, b'\'')),
        // 'x' is a character, 'x without a second quote a lifetime; a character has at most four bytes.
        [b'\'', tail @ ..] => {
            let width = std::str::from_utf8(&tail[..tail.len().min(4)])
                .or_else(|e| std::str::from_utf8(&tail[..e.valid_up_to()]))
                .ok()
                .and_then(|s| s.chars().next())
                .map_or(1, char::len_utf8);
            (tail.get(width) == Some(&b'\'')).then_some(at + width + 2)
        }
        _ => None,
    }
}

fn follows_name(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map(|i| bytes[i]);
    // `br"…"` and `cr"…"` are raw strings too.
    before.is_some_and(|b| (b.is_ascii_alphanumeric() && !matches!(b, b'b' | b'c')) || b == b'_')
}

fn end_of_block_comment(bytes: &[u8], at: usize) -> usize {
    let (mut depth, mut i) = (0usize, at);
    while i + 1 < bytes.len() {
        match &bytes[i..i + 2] {
            b"/*" => (depth, i) = (depth + 1, i + 2),
            b"*/" => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            return i;
        }
    }
    bytes.len()
}

fn end_of_string(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b if b == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn end_of_raw_string(bytes: &[u8], at: usize) -> Option<usize> {
    let hashes = bytes[at..].iter().take_while(|b| **b == b'#').count();
    // `r#name` is an identifier, not a string.
    if bytes.get(at + hashes) != Some(&b'"') {
        return None;
    }
    let close: Vec<u8> = std::iter::once(b'"')
        .chain(std::iter::repeat_n(b'#', hashes))
        .collect();
    Some((find(bytes, at + hashes + 1, &close) + close.len()).min(bytes.len()))
}

fn find(bytes: &[u8], from: usize, what: &[u8]) -> usize {
    bytes[from..]
        .windows(what.len())
        .position(|window| window == what)
        .map_or(bytes.len(), |offset| from + offset)
}

#[cfg(test)]
mod tests {
    use super::code_only;

    #[test]
    fn only_code_is_left() {
        let cases = [
            ("a // b\nc", "a     \nc"),
            ("a /* b /* c */ d */ e", "a                   e"),
            (r#"f("}\"{") + 1"#, "f(       ) + 1"),
            ("r#\"a\"b\"# + r\"c\" + r#type", "         +      + r#type"),
            ("'{' + '\\'' + x::<'a>('b')", "    +      + x::<'a>(   )"),
            ("\"é\n\";", "   \n ;"),
        ];
        for (text, expected) in cases {
            let code = code_only(text);
            assert_eq!(
                code.split_whitespace().collect::<Vec<_>>(),
                expected.split_whitespace().collect::<Vec<_>>(),
                "{text}"
            );
            assert_eq!(code.len(), text.len(), "{text}");
        }
    }
}
