//! Rust text, read just closely enough to measure it: what is code, what is test, where functions begin and end.

mod mask;

use std::ops::Range;

pub(crate) use self::mask::code_only;

/// A function in a file: where it starts, and how many lines from its `fn` to its closing brace.
#[derive(Debug, PartialEq)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) lines: usize,
}

/// Byte ranges of `code` (see [`code_only`]) that belong to `#[cfg(test)]` items.
pub(crate) fn test_regions(code: &str) -> Vec<Range<usize>> {
    const MARK: &str = "#[cfg(test)]";
    let mut regions: Vec<Range<usize>> = Vec::new();
    for (start, _) in code.match_indices(MARK) {
        if regions.last().is_some_and(|last| last.contains(&start)) {
            continue;
        }
        let body = start + MARK.len();
        regions.push(start..end_of_item(code, body).unwrap_or(code.len()));
    }
    regions
}

/// Every function with a body in `code`, outside `skipped` ranges, in order.
pub(crate) fn functions(code: &str, skipped: &[Range<usize>]) -> Vec<Function> {
    let mut found = Vec::new();
    for (start, _) in code.match_indices("fn ") {
        let is_word = start == 0 || !is_name(code.as_bytes()[start - 1]);
        if !is_word || skipped.iter().any(|range| range.contains(&start)) {
            continue;
        }
        let name: String = code[start + 3..]
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        // `fn(u8) -> u8` is a type; a trait's method without a body has no length.
        let (false, Some(end)) = (name.is_empty(), end_of_item(code, start)) else {
            continue;
        };
        if code[..end].ends_with('}') {
            let line = code[..start].matches('\n').count() + 1;
            found.push(Function {
                name,
                line,
                lines: code[start..end].matches('\n').count() + 1,
            });
        }
    }
    found
}

/// The end of the item that starts at `from`: after its closing brace, or after the `;` of an item without a body.
fn end_of_item(code: &str, from: usize) -> Option<usize> {
    let (mut curly, mut other) = (0usize, 0usize);
    for (offset, byte) in code.as_bytes()[from..].iter().enumerate() {
        match byte {
            b'{' => curly += 1,
            b'}' => {
                curly = curly.saturating_sub(1);
                if curly == 0 && other == 0 {
                    return Some(from + offset + 1);
                }
            }
            b'(' | b'[' => other += 1,
            b')' | b']' => other = other.saturating_sub(1),
            b';' if curly == 0 && other == 0 => return Some(from + offset + 1),
            _ => {}
        }
    }
    None
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_measured_from_fn_to_brace() {
        type Spans = &'static [(&'static str, usize, usize)];
        let cases: &[(&str, Spans)] = &[
            ("fn one() {}", &[("one", 1, 1)]),
            (
                "/// doc\npub fn two(\n  x: [u8; 2],\n) -> u8 {\n  { 1 }\n}\n",
                &[("two", 2, 5)],
            ),
            (
                "trait T { fn bodyless(&self); fn with(&self) { } }",
                &[("with", 1, 1)],
            ),
            (
                "type F = fn (u8) -> u8; fn three() { \"}\"; }",
                &[("three", 1, 1)],
            ),
            (
                "fn outer() {\n fn inner() {\n }\n}",
                &[("outer", 1, 4), ("inner", 2, 2)],
            ),
            (
                "// fn ghost() {}\n/* fn ghost() {} */ const S: &str = \"fn ghost() {}\";",
                &[],
            ),
        ];
        for (text, expected) in cases {
            let code = code_only(text);
            let found = functions(&code, &[]);
            let shown: Vec<_> = found
                .iter()
                .map(|f| (f.name.as_str(), f.line, f.lines))
                .collect();
            assert_eq!(&shown, expected, "{text}");
        }
    }

    #[test]
    fn test_modules_are_left_out() {
        let text = "fn product() {}\n#[cfg(test)]\nmod tests {\n fn t() { if true {} }\n}\nfn after() {}\n";
        let code = code_only(text);
        let regions = test_regions(&code);
        assert_eq!(regions.len(), 1);
        let names: Vec<_> = functions(&code, &regions)
            .into_iter()
            .map(|f| f.name)
            .collect();
        assert_eq!(names, ["product", "after"]);
    }

    #[test]
    fn a_test_module_in_its_own_file_ends_at_its_semicolon() {
        let code = code_only("#[cfg(test)]\nmod tests;\nfn product() {}\n");
        assert_eq!(functions(&code, &test_regions(&code)).len(), 1);
    }
}
