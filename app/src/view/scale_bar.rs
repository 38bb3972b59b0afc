//! The scale bar: a round number of µm at the width that the zoom gives it.

use egui::{Align2, Painter, Rect, Stroke, pos2, vec2};

use crate::theme::{Palette, regular, type_scale};

/// A bar of `length_um`, `width_pt` wide on screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ScaleBar {
    pub length_um: f64,
    pub width_pt: f64,
}

const WIDTH_PT_MAX: f64 = 140.0;

impl ScaleBar {
    /// The longest bar of 1, 2 or 5 × 10ⁿ µm that is at most 140 points wide.
    pub(crate) fn fitting(points_per_um: f64) -> Option<Self> {
        if !points_per_um.is_finite() || points_per_um <= 0.0 {
            return None;
        }
        let longest_um = WIDTH_PT_MAX / points_per_um;
        let decade = 10_f64.powf(longest_um.log10().floor());
        let length_um = [5.0, 2.0, 1.0]
            .map(|step| step * decade)
            .into_iter()
            .find(|um| *um <= longest_um)?;
        Some(Self {
            length_um,
            width_pt: length_um * points_per_um,
        })
    }

    /// The length in words.
    pub(crate) fn label(self) -> String {
        if self.length_um >= 1000.0 {
            format!("{} mm", self.length_um / 1000.0)
        } else {
            format!("{} µm", self.length_um)
        }
    }

    /// Draws the bar into the lower left corner of `viewport`.
    pub(crate) fn paint(self, painter: &Painter, viewport: Rect) {
        let p = Palette::dark();
        let left = viewport.left_bottom() + vec2(16.0, -18.0);
        let right = pos2(left.x + self.width_pt as f32, left.y);
        for (width, colour) in [(4.0, egui::Color32::from_black_alpha(180)), (2.0, p.text)] {
            let stroke = Stroke::new(width, colour);
            painter.line_segment([left, right], stroke);
            for end in [left, right] {
                painter.line_segment([end - vec2(0.0, 4.0), end + vec2(0.0, 4.0)], stroke);
            }
        }
        let at = pos2(left.x, left.y - 8.0);
        let font = regular(type_scale::CAPTION);
        painter.text(
            at + vec2(1.0, 1.0),
            Align2::LEFT_BOTTOM,
            self.label(),
            font.clone(),
            egui::Color32::BLACK,
        );
        painter.text(at, Align2::LEFT_BOTTOM, self.label(), font, p.text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_round_and_fits() {
        let cases = [
            (0.5, 200.0, "200 µm"),
            (0.1, 1000.0, "1 mm"),
            (0.05, 2000.0, "2 mm"),
            (10.0, 10.0, "10 µm"),
            (70.0, 2.0, "2 µm"),
        ];
        for (points_per_um, length_um, label) in cases {
            let bar = ScaleBar::fitting(points_per_um).expect("a positive scale");
            assert!(
                (bar.length_um - length_um).abs() < 1e-9,
                "{points_per_um}: {bar:?}"
            );
            assert_eq!(bar.label(), label);
            assert!(bar.width_pt <= WIDTH_PT_MAX && bar.width_pt > WIDTH_PT_MAX / 2.6);
        }
        assert_eq!(ScaleBar::fitting(0.0), None);
    }
}
