//! Texts of the server as sentences.

/// With a capital letter and a full stop: the server's details have neither.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    let end = match text.ends_with(['.', '!', '?']) {
        true => "",
        false => ".",
    };
    format!("{}{}{end}", first.unwrap_or_default(), letters.as_str())
}
