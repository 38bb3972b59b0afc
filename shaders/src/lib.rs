//! Every WGSL source of the product.
//!
//! WGSL has no include, so a program is the concatenation of the files it needs. `tests/validate.rs` validates every
//! program, and holds [`PROGRAMS`] against the files, with no graphics adapter.

/// One shader program: the text that is given to the device.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// What it is called in labels and reports.
    pub name: &'static str,
    /// The `.wgsl` files it is made of.
    pub files: &'static [&'static str],
    /// WGSL.
    pub source: &'static str,
}

macro_rules! program {
    ($name:literal, $($file:literal),+) => {
        Program {
            name: $name,
            files: &[$($file),+],
            source: concat!($(include_str!(concat!("../wgsl/", $file)), "\n"),+),
        }
    };
}

/// Raw picture, mask, uncertainty and difference in one pass. Entry points `vs_fullscreen`, `fs_compose`.
pub const COMPOSE: Program = program!("compose", "fullscreen.wgsl", "colour.wgsl", "compose.wgsl");

/// Antialiased polylines. Entry points `vs_lines`, `fs_lines`.
pub const LINES: Program = program!("lines", "colour.wgsl", "overlay.wgsl", "lines.wgsl");

/// The brush's footprint. Entry points `vs_cursor`, `fs_cursor`.
pub const CURSOR: Program = program!("cursor", "colour.wgsl", "overlay.wgsl", "cursor.wgsl");

/// Tensor on the adapter to canvas texture. Entry points `vs_fullscreen`, `fs_classes`, `fs_unit`.
pub const TENSOR_BLIT: Program = program!("tensor_blit", "fullscreen.wgsl", "tensor_blit.wgsl");

/// All programs.
pub const PROGRAMS: [Program; 4] = [COMPOSE, LINES, CURSOR, TENSOR_BLIT];
