//! The interface's colours, for what the desktop draws around it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// One colour of the theme as `#rrggbb`.
pub(crate) fn css(name: &str) -> &'static str {
    static THEME: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    let theme = THEME.get_or_init(|| {
        // The file is part of the program and checked by the tests; without it the desktop's colours stay.
        serde_json::from_str(include_str!("../../../assets/theme/dark.json")).unwrap_or_default()
    });
    theme.get(name).map_or("#000000", String::as_str)
}

/// One colour of the theme as red, green and blue.
pub(crate) fn rgb(name: &str) -> [u8; 3] {
    let digits = u32::from_str_radix(css(name).trim_start_matches('#'), 16).unwrap_or(0);
    let [_, red, green, blue] = digits.to_be_bytes();
    [red, green, blue]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_theme_has_the_colours_that_the_shell_uses() {
        for name in [
            "panel",
            "raised",
            "hover",
            "line",
            "text",
            "text_soft",
            "text_faint",
            "accent_soft",
        ] {
            let [red, green, blue] = rgb(name);
            assert_eq!(
                css(name),
                format!("#{red:02x}{green:02x}{blue:02x}"),
                "{name}"
            );
            assert_ne!(css(name), "#000000", "{name}");
        }
    }
}
