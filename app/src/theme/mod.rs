//! How the interface looks: colours, type scale, spacing, and their installation into egui.

mod install;
mod palette;

pub(crate) use install::install;
pub(crate) use palette::Palette;

use egui::{FontFamily, FontId};

/// The spacing grid, in points. Every gap and margin is one of these.
pub(crate) mod space {
    /// Between things that belong together.
    pub(crate) const XS: f32 = 4.0;
    /// Between controls of one group.
    pub(crate) const S: f32 = 8.0;
    /// Inside panels and cards.
    pub(crate) const M: f32 = 12.0;
    /// Between groups.
    pub(crate) const L: f32 = 16.0;
    /// Around empty states and inside dialogs.
    pub(crate) const XL: f32 = 24.0;
}

/// Height of a control, in points: large enough for a hand that is not steady.
pub(crate) const CONTROL_HEIGHT: f32 = 28.0;

/// Corner radius of controls and cards, in points.
pub(crate) const RADIUS: u8 = 6;

/// The type scale, in points of font size.
pub(crate) mod type_scale {
    /// Captions, units, key caps.
    pub(crate) const CAPTION: f32 = 11.5;
    /// Everything that is read in passing.
    pub(crate) const BODY: f32 = 13.0;
    /// Titles of panels and dialogs.
    pub(crate) const TITLE: f32 = 15.0;
    /// The one large line of an empty state.
    pub(crate) const DISPLAY: f32 = 22.0;
}

/// The name under which the semi-bold face is installed.
pub(crate) const STRONG_FAMILY: &str = "strong";

/// The semi-bold face at `size_pt`.
pub(crate) fn strong(size_pt: f32) -> FontId {
    FontId::new(size_pt, FontFamily::Name(STRONG_FAMILY.into()))
}

/// The regular face at `size_pt`.
pub(crate) fn regular(size_pt: f32) -> FontId {
    FontId::new(size_pt, FontFamily::Proportional)
}
