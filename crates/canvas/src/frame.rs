//! How the content is shown in one frame.

use crate::{ClassLut, Rgba};
use fovea_geometry::{PointPx, ViewFromImage};

/// Everything that may differ from frame to frame without any upload of pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct CanvasFrame {
    /// Where on the screen the canvas is drawn.
    pub viewport: Viewport,
    /// Zoom and position of the picture, in UI points from the viewport's top left corner.
    pub view: ViewFromImage,
    /// The picture itself.
    pub raw: RawStyle,
    /// The class mask.
    pub mask: MaskStyle,
    /// The model's uncertainty.
    pub uncertainty: HeatStyle,
    /// A difference between two masks.
    pub diff: DiffStyle,
    /// Polylines.
    pub lines: LineStyle,
    /// The brush, when the pointer is over the canvas.
    pub cursor: Option<BrushCursor>,
}

impl CanvasFrame {
    /// The content as it is, in `viewport` at `view`, with every overlay that has content at its default strength.
    pub fn new(viewport: Viewport, view: ViewFromImage) -> Self {
        Self {
            viewport,
            view,
            raw: RawStyle::default(),
            mask: MaskStyle::default(),
            uncertainty: HeatStyle::default(),
            diff: DiffStyle::default(),
            lines: LineStyle::default(),
            cursor: None,
        }
    }
}

/// The canvas's rectangle in the framebuffer, in physical pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// Left edge.
    pub left_px: u32,
    /// Top edge.
    pub top_px: u32,
    /// Width.
    pub width_px: u32,
    /// Height.
    pub height_px: u32,
    /// Physical pixels per UI point.
    pub pixels_per_point: f32,
}

/// Gray values shown as black and as white; contrast and brightness.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GrayWindow {
    /// This value (0 to 255) and everything below is black.
    pub black: f32,
    /// This value (0 to 255) and everything above is white.
    pub white: f32,
}

impl Default for GrayWindow {
    fn default() -> Self {
        Self {
            black: 0.0,
            white: 255.0,
        }
    }
}

/// How the picture is read between its pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RawFilter {
    /// Smooth until a pixel is three physical pixels wide, then square pixels, so that labelling sees the truth.
    #[default]
    ByZoom,
    /// Square pixels.
    Nearest,
    /// Smooth.
    Linear,
}

/// How the picture is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RawStyle {
    /// Black when false, so that a mask can be judged alone.
    pub is_visible: bool,
    /// Contrast and brightness.
    pub window: GrayWindow,
    /// Reading between pixels.
    pub filter: RawFilter,
}

impl Default for RawStyle {
    fn default() -> Self {
        Self {
            is_visible: true,
            window: GrayWindow::default(),
            filter: RawFilter::default(),
        }
    }
}

/// How the mask is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct MaskStyle {
    /// Nothing of the mask is drawn when false.
    pub is_visible: bool,
    /// Colour, alpha and visibility per class.
    pub classes: ClassLut,
    /// Multiplies every class's alpha, 0 to 1. The outline is not faded.
    pub opacity: f32,
    /// Width of the class outline in UI points; 0 for none.
    pub outline_points: f32,
}

impl Default for MaskStyle {
    fn default() -> Self {
        Self {
            is_visible: true,
            classes: ClassLut::default(),
            opacity: 0.5,
            outline_points: 0.0,
        }
    }
}

/// How uncertainty is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeatStyle {
    /// Nothing is drawn when false.
    pub is_visible: bool,
    /// Opacity at uncertainty 1; it falls to 0 at the threshold.
    pub opacity: f32,
    /// Uncertainty (0 to 1) below which nothing is drawn.
    pub threshold: f32,
}

impl Default for HeatStyle {
    fn default() -> Self {
        Self {
            is_visible: false,
            opacity: 0.8,
            threshold: 0.0,
        }
    }
}

/// How a difference is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiffStyle {
    /// Nothing is drawn when false.
    pub is_visible: bool,
    /// Colour of pixels that got a class (code 1).
    pub added: Rgba,
    /// Colour of pixels that lost their class (code 2).
    pub removed: Rgba,
    /// Colour of pixels that changed from one class to another (code 3).
    pub relabelled: Rgba,
}

impl Default for DiffStyle {
    /// Blue, orange and violet: apart from each other for every kind of colour vision, and no red against green.
    fn default() -> Self {
        Self {
            is_visible: false,
            added: [86, 180, 233, 204],
            removed: [230, 159, 0, 204],
            relabelled: [204, 121, 167, 204],
        }
    }
}

/// How polylines are shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineStyle {
    /// Nothing is drawn when false.
    pub is_visible: bool,
    /// Multiplies every line's alpha, 0 to 1.
    pub opacity: f32,
}

impl Default for LineStyle {
    fn default() -> Self {
        Self {
            is_visible: true,
            opacity: 1.0,
        }
    }
}

/// The brush's footprint, as a ring.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BrushCursor {
    /// Centre.
    pub center_in_image: PointPx,
    /// Radius in image px: the disc that a dab paints.
    pub radius_px: f32,
    /// Colour of the ring; a dark rim on both sides keeps it visible.
    pub colour: Rgba,
}
