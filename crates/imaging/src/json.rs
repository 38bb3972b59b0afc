//! JSON of other tools: faults without the values at fault, which may name a person.

use serde::de::DeserializeOwned;

use crate::ReadError;

/// Parses `bytes`; a fault says where it was noticed and nothing of what stands there.
pub(crate) fn parse<T: DeserializeOwned>(
    format: &'static str,
    bytes: &[u8],
) -> Result<T, ReadError> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let skipped = (bytes.len() - text.len()) as u64;
    serde_json::from_slice(text).map_err(|error| {
        let offset = skipped + offset_of(text, error.line(), error.column());
        match error.classify() {
            serde_json::error::Category::Eof => {
                ReadError::truncated(format, bytes.len() as u64, "its JSON")
            }
            serde_json::error::Category::Data => ReadError::damaged(
                format,
                offset,
                "a value is missing or of another kind than belongs there",
            ),
            _ => ReadError::damaged(format, offset, "its JSON is not well formed"),
        }
    })
}

/// Byte offset of a line and column that count from 1.
fn offset_of(text: &[u8], line: usize, column: usize) -> u64 {
    let before = text.split_inclusive(|byte| *byte == b'\n');
    let before: usize = before.take(line.saturating_sub(1)).map(<[u8]>::len).sum();
    (before + column.saturating_sub(1)).min(text.len()) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_say_where_and_nothing_of_the_content() {
        let fault = |text: &str| {
            parse::<Vec<f64>>("test", text.as_bytes())
                .expect_err("at fault")
                .to_string()
        };
        let mistyped = fault("[1,\n\"Jane Doe\"]");
        assert!(
            mistyped.starts_with("The test file is damaged near byte 13: a value is missing"),
            "{mistyped}"
        );
        assert!(!mistyped.contains("Jane"), "{mistyped}");
        assert!(fault("[1, 2").starts_with("The test file is cut off at byte 5, inside its JSON"));
        assert!(
            fault("[1 2]").starts_with("The test file is damaged near byte 3: its JSON is not")
        );
    }
}
