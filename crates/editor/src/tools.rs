//! Brush, eraser and their settings.

/// Smallest brush radius in image px.
pub const BRUSH_RADIUS_PX_MIN: f32 = 0.5;
/// Largest brush radius in image px.
pub const BRUSH_RADIUS_PX_MAX: f32 = 256.0;

/// What the left button does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tool {
    /// Paints the active class.
    #[default]
    Brush,
    /// Paints background.
    Eraser,
    /// Moves the picture.
    Pan,
}

/// The tool in hand and its settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Tools {
    /// What the left button does.
    pub tool: Tool,
    /// The class that the brush paints.
    pub class: u8,
    /// Brush radius in image px.
    pub radius_px: f32,
    /// Classes that are not painted over; ascending.
    pub locked: Vec<u8>,
}

impl Default for Tools {
    fn default() -> Self {
        Self {
            tool: Tool::Brush,
            class: 5,
            radius_px: 6.0,
            locked: Vec::new(),
        }
    }
}

impl Tools {
    /// The radius so many steps away: half a pixel while small, an eighth of the radius when large.
    pub(crate) fn stepped_radius_px(&self, steps: i32) -> f32 {
        let mut radius = self.radius_px;
        for _ in 0..steps.unsigned_abs().min(100) {
            let step = (radius / 8.0).max(0.5);
            radius += if steps > 0 { step } else { -step };
            radius = radius.clamp(BRUSH_RADIUS_PX_MIN, BRUSH_RADIUS_PX_MAX);
        }
        radius
    }
}
