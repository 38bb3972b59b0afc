//! How the interface looks: colours, type scale, spacing, and their installation into egui.

mod install;
mod palette;

pub use install::install;
pub use palette::Palette;

use egui::{FontFamily, FontId};

/// The spacing grid, in points. Every gap and margin is one of these.
pub mod space {
    /// Between things that belong together.
    pub const XS: f32 = 4.0;
    /// Between controls of one group.
    pub const S: f32 = 8.0;
    /// Inside panels and cards.
    pub const M: f32 = 12.0;
    /// Between groups.
    pub const L: f32 = 16.0;
    /// Around empty states and inside dialogs.
    pub const XL: f32 = 24.0;
}

/// Height of a control, in points: large enough for a hand that is not steady.
pub const CONTROL_HEIGHT: f32 = 28.0;

/// Corner radius of controls and cards, in points.
pub const RADIUS: u8 = 6;

/// The type scale, in points of font size.
pub mod type_scale {
    /// Captions, units, key caps.
    pub const CAPTION: f32 = 11.5;
    /// Everything that is read in passing.
    pub const BODY: f32 = 13.0;
    /// Titles of panels and dialogs.
    pub const TITLE: f32 = 15.0;
    /// The one large line of an empty state.
    pub const DISPLAY: f32 = 22.0;
}

/// The name under which the semi-bold face is installed.
pub const STRONG_FAMILY: &str = "strong";

/// The semi-bold face at `size_pt`.
pub fn strong(size_pt: f32) -> FontId {
    FontId::new(size_pt, FontFamily::Name(STRONG_FAMILY.into()))
}

/// The regular face at `size_pt`.
pub fn regular(size_pt: f32) -> FontId {
    FontId::new(size_pt, FontFamily::Proportional)
}
