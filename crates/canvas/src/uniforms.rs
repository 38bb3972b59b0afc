//! Content and frame as the shaders read them. The field order is that of the WGSL structs.

use crate::{CanvasContent, CanvasFrame, HEAT_STOPS, RawFilter, Rgba};
use bytemuck::{Pod, Zeroable};

pub(crate) const FLAG_RAW: u32 = 1;
pub(crate) const FLAG_MASK: u32 = 2;
pub(crate) const FLAG_HEAT: u32 = 4;
pub(crate) const FLAG_DIFF: u32 = 8;
pub(crate) const FLAG_LINEAR: u32 = 16;
pub(crate) const FLAG_REDUCED: u32 = 32;
pub(crate) const FLAG_OUTLINE: u32 = 64;
pub(crate) const FLAG_TARGET_SRGB: u32 = 128;

/// From this many physical px per image px on, pixels are shown as squares.
const NEAREST_FROM_SCALE: f32 = 3.0;

/// Samples per axis at most when a picture is shown smaller than it is.
const TAPS_MAX: f32 = 4.0;

/// Half the ring's width in UI points, and the rim's colour around it.
const CURSOR_HALF_WIDTH_POINTS: f32 = 0.75;
const CURSOR_RIM: Rgba = [0, 0, 0, 160];

/// `ComposeParams` of compose.wgsl.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub(crate) struct ComposeParams {
    pub(crate) origin_and_step: [f32; 4],
    pub(crate) offset_and_scale: [f32; 4],
    pub(crate) size_and_taps: [u32; 4],
    pub(crate) gray_and_mask: [f32; 4],
    pub(crate) heat_and_diff: [f32; 4],
    pub(crate) diff_colours: [[f32; 4]; 4],
    pub(crate) heat_stops: [[f32; 4]; 5],
    pub(crate) class_colours: [[u32; 4]; 64],
}

/// `OverlayParams` of overlay.wgsl.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub(crate) struct OverlayParams {
    pub(crate) scale_and_offset: [f32; 4],
    pub(crate) viewport: [f32; 4],
    pub(crate) style: [f32; 4],
    pub(crate) cursor: [f32; 4],
    pub(crate) cursor_colour: [f32; 4],
    pub(crate) cursor_rim: [f32; 4],
}

/// Physical px per image px (x, y), then the picture's top left corner in physical px from the viewport's.
fn scale_and_offset(frame: &CanvasFrame) -> [f32; 4] {
    let (view, ppp) = (frame.view, frame.viewport.pixels_per_point);
    [
        view.scale_x * ppp,
        view.scale_y * ppp,
        view.offset_x * ppp,
        view.offset_y * ppp,
    ]
}

impl ComposeParams {
    pub(crate) fn new(content: &CanvasContent, frame: &CanvasFrame) -> Self {
        let [scale_x, scale_y, offset_x, offset_y] = scale_and_offset(frame);
        let size = content.size().unwrap_or_default();
        let window = frame.raw.window;
        let heat = frame.uncertainty;
        Self {
            origin_and_step: [
                frame.viewport.left_px as f32,
                frame.viewport.top_px as f32,
                1.0 / scale_x,
                1.0 / scale_y,
            ],
            offset_and_scale: [offset_x, offset_y, scale_x, scale_y],
            size_and_taps: [size.width, size.height, taps(frame), 0],
            gray_and_mask: [
                window.black / 255.0,
                255.0 / (window.white - window.black).max(1e-3),
                frame.mask.opacity.clamp(0.0, 1.0),
                frame.mask.outline_points * frame.viewport.pixels_per_point,
            ],
            heat_and_diff: [
                heat.opacity.clamp(0.0, 1.0),
                heat.threshold,
                1.0 / (1.0 - heat.threshold).max(1e-3),
                1.0,
            ],
            diff_colours: [
                [0; 4],
                frame.diff.added,
                frame.diff.removed,
                frame.diff.relabelled,
            ]
            .map(unit),
            heat_stops: HEAT_STOPS.map(|[r, g, b]| unit([r, g, b, 255])),
            class_colours: frame.mask.classes.packed(),
        }
    }
}

impl OverlayParams {
    pub(crate) fn new(frame: &CanvasFrame, target_is_srgb: bool) -> Self {
        let viewport = frame.viewport;
        let cursor = frame.cursor;
        Self {
            scale_and_offset: scale_and_offset(frame),
            viewport: [
                viewport.left_px,
                viewport.top_px,
                viewport.width_px.max(1),
                viewport.height_px.max(1),
            ]
            .map(|v| v as f32),
            style: [
                frame.lines.opacity.clamp(0.0, 1.0),
                f32::from(u8::from(target_is_srgb)),
                CURSOR_HALF_WIDTH_POINTS * viewport.pixels_per_point,
                viewport.pixels_per_point,
            ],
            cursor: cursor.map_or([0.0; 4], |c| {
                [c.center_in_image.x, c.center_in_image.y, c.radius_px, 0.0]
            }),
            cursor_colour: unit(cursor.map_or([0; 4], |c| c.colour)),
            cursor_rim: unit(CURSOR_RIM),
        }
    }
}

/// Samples per axis of a picture that is shown smaller than it is.
fn taps(frame: &CanvasFrame) -> u32 {
    let [scale_x, scale_y, ..] = scale_and_offset(frame);
    (1.0 / scale_x.min(scale_y)).ceil().clamp(1.0, TAPS_MAX) as u32
}

/// What is drawn, as bits: the pipeline that draws it is made for exactly these.
pub(crate) fn compose_flags(
    content: &CanvasContent,
    frame: &CanvasFrame,
    target_is_srgb: bool,
) -> u32 {
    let [scale_x, scale_y, ..] = scale_and_offset(frame);
    let is_linear = match frame.raw.filter {
        RawFilter::Nearest => false,
        RawFilter::Linear => true,
        RawFilter::ByZoom => scale_x.min(scale_y) < NEAREST_FROM_SCALE,
    } && frame.raw.is_visible;
    let has_mask = frame.mask.is_visible && content.mask.is_present();
    let set = [
        (FLAG_RAW, frame.raw.is_visible),
        (FLAG_MASK, has_mask),
        (
            FLAG_HEAT,
            frame.uncertainty.is_visible && content.uncertainty.is_present(),
        ),
        (
            FLAG_DIFF,
            frame.diff.is_visible && content.diff.is_present(),
        ),
        (FLAG_LINEAR, is_linear),
        (FLAG_REDUCED, is_linear && taps(frame) > 1),
        (FLAG_OUTLINE, has_mask && frame.mask.outline_points > 0.0),
        (FLAG_TARGET_SRGB, target_is_srgb),
    ];
    set.iter()
        .filter(|(_, is_set)| *is_set)
        .fold(0, |flags, (flag, _)| flags | flag)
}

fn unit(colour: Rgba) -> [f32; 4] {
    colour.map(|v| f32::from(v) / 255.0)
}
