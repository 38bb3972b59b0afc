//! The colours of the interface, read from `assets/theme/dark.json`.

use std::sync::OnceLock;

use egui::Color32;
use serde::Deserialize;

/// Every colour that the interface uses outside the picture itself.
///
/// There is one accent. `ok`, `warn` and `error` carry meaning and are never decoration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Palette {
    /// Behind the scan; nearly black, so that the picture sets the eye's adaptation.
    #[serde(deserialize_with = "hex")]
    pub(crate) well: Color32,
    /// Panels and bars.
    #[serde(deserialize_with = "hex")]
    pub(crate) panel: Color32,
    /// Cards, fields and dialogs, one step above a panel.
    #[serde(deserialize_with = "hex")]
    pub(crate) raised: Color32,
    /// Under the pointer.
    #[serde(deserialize_with = "hex")]
    pub(crate) hover: Color32,
    /// While a button is held.
    #[serde(deserialize_with = "hex")]
    pub(crate) pressed: Color32,
    /// Hairlines between areas.
    #[serde(deserialize_with = "hex")]
    pub(crate) line: Color32,
    /// Outlines of controls, which must be told apart from their surroundings.
    #[serde(deserialize_with = "hex")]
    pub(crate) line_strong: Color32,
    /// Main text.
    #[serde(deserialize_with = "hex")]
    pub(crate) text: Color32,
    /// Secondary text.
    #[serde(deserialize_with = "hex")]
    pub(crate) text_soft: Color32,
    /// Captions and hints; still readable at 4.5:1.
    #[serde(deserialize_with = "hex")]
    pub(crate) text_faint: Color32,
    /// The one accent: what is active, and the next thing to do.
    #[serde(deserialize_with = "hex")]
    pub(crate) accent: Color32,
    /// The accent under the pointer.
    #[serde(deserialize_with = "hex")]
    pub(crate) accent_hover: Color32,
    /// Background of a selected row or tool.
    #[serde(deserialize_with = "hex")]
    pub(crate) accent_soft: Color32,
    /// Text on the accent.
    #[serde(deserialize_with = "hex")]
    pub(crate) on_accent: Color32,
    /// Done, safe, on the server.
    #[serde(deserialize_with = "hex")]
    pub(crate) ok: Color32,
    /// Needs a look, nothing lost.
    #[serde(deserialize_with = "hex")]
    pub(crate) warn: Color32,
    /// Failed.
    #[serde(deserialize_with = "hex")]
    pub(crate) error: Color32,
}

impl Palette {
    /// The dark palette, the only one so far: scans are read in dim rooms.
    pub(crate) fn dark() -> &'static Self {
        static DARK: OnceLock<Palette> = OnceLock::new();
        DARK.get_or_init(|| {
            serde_json::from_str(include_str!("../../../assets/theme/dark.json"))
                .expect("the built-in theme is checked by a test of this file")
        })
    }
}

fn hex<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Color32, D::Error> {
    let text = String::deserialize(deserializer)?;
    Color32::from_hex(&text)
        .map_err(|_| serde::de::Error::custom(format!("{text:?} is not a colour like \"#12ab9f\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance after WCAG 2.2.
    fn luminance(colour: Color32) -> f32 {
        let channel = |value: u8| {
            let value = f32::from(value) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(colour.r()) + 0.7152 * channel(colour.g()) + 0.0722 * channel(colour.b())
    }

    fn contrast(a: Color32, b: Color32) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_reaches_wcag_aa_on_every_surface_it_stands_on() {
        let p = Palette::dark();
        let surfaces = [
            ("panel", p.panel),
            ("raised", p.raised),
            ("hover", p.hover),
            ("well", p.well),
        ];
        let texts = [
            ("text", p.text),
            ("text_soft", p.text_soft),
            ("text_faint", p.text_faint),
            ("accent", p.accent),
            ("ok", p.ok),
            ("warn", p.warn),
            ("error", p.error),
        ];
        for (surface_name, surface) in surfaces {
            for (text_name, text) in texts {
                let ratio = contrast(text, surface);
                assert!(
                    ratio >= 4.5,
                    "{text_name} on {surface_name} has only {ratio:.2}:1"
                );
            }
        }
        for (text, surface) in [
            (p.on_accent, p.accent),
            (p.text, p.accent_soft),
            (p.accent, p.accent_soft),
        ] {
            assert!(contrast(text, surface) >= 4.5);
        }
    }

    #[test]
    fn control_outlines_can_be_told_apart() {
        let p = Palette::dark();
        assert!(contrast(p.accent, p.panel) >= 3.0);
        assert!(contrast(p.line_strong, p.panel) >= 2.0);
    }
}
