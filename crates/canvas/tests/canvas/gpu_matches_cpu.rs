//! Holds the shaders and their twin on the processor together, to 2 of 255.

use crate::scene::{IMAGE, TARGET, assert_close, draw_once, full_content, plain_frame};
use fovea_canvas::{BrushCursor, CanvasContent, CanvasFrame, GrayWindow, RawFilter, compose_cpu};
use fovea_geometry::PointPx;
use fovea_gpu::wgpu;

type Setup = (&'static str, f32, fn(&mut CanvasFrame));

const SETUPS: [Setup; 16] = [
    ("nearest", 2.7, |frame| {
        frame.raw.filter = RawFilter::Nearest
    }),
    ("linear", 2.7, |frame| frame.raw.filter = RawFilter::Linear),
    ("by zoom, near", 5.3, |_| ()),
    ("by zoom, far", 1.3, |_| ()),
    ("reduced", 0.37, |_| ()),
    ("window", 1.9, |frame| {
        frame.raw.window = GrayWindow {
            black: 60.0,
            white: 140.0,
        }
    }),
    ("empty window", 1.9, |frame| {
        frame.raw.window = GrayWindow {
            black: 99.5,
            white: 99.5,
        }
    }),
    ("mask", 2.3, |frame| frame.mask.is_visible = true),
    ("mask alone, opaque", 2.3, |frame| {
        frame.raw.is_visible = false;
        frame.mask.is_visible = true;
        frame.mask.opacity = 1.0;
    }),
    ("outline", 6.1, |frame| {
        frame.mask.is_visible = true;
        frame.mask.opacity = 0.2;
        frame.mask.outline_points = 1.0;
    }),
    ("heat", 2.3, |frame| frame.uncertainty.is_visible = true),
    ("heat above a threshold", 2.3, |frame| {
        frame.uncertainty.is_visible = true;
        frame.uncertainty.threshold = 0.6;
        frame.uncertainty.opacity = 1.0;
    }),
    ("difference", 2.3, |frame| frame.diff.is_visible = true),
    ("lines", 2.3, |frame| {
        frame.lines.is_visible = true;
        frame.lines.opacity = 0.8;
    }),
    ("cursor on wide pixels", 2.3, |frame| {
        frame.view.scale_x *= 1.7;
        frame.cursor = Some(BrushCursor {
            center_in_image: PointPx::new(14.2, 17.8),
            radius_px: 6.5,
            colour: [255, 255, 255, 255],
        });
    }),
    ("everything", 3.4, |frame| {
        frame.mask.is_visible = true;
        frame.mask.outline_points = 0.8;
        frame.uncertainty.is_visible = true;
        frame.diff.is_visible = true;
        frame.lines.is_visible = true;
        frame.view.offset_x -= 20.0;
        frame.cursor = Some(BrushCursor {
            center_in_image: PointPx::new(30.0, 12.0),
            radius_px: 3.0,
            colour: [0, 255, 255, 230],
        });
    }),
];

#[test]
fn shaders_and_twin_agree() {
    for (name, scale, set_up) in SETUPS {
        let mut frame = plain_frame(scale);
        set_up(&mut frame);
        let mut content = full_content();
        let gpu = draw_once(&mut content, &frame, TARGET);
        let cpu = compose_cpu(&content, &frame);
        assert!(
            cpu.iter().any(|v| *v != 0),
            "{name}: an empty picture proves nothing"
        );
        assert_close(name, &gpu, &cpu, frame.viewport.width_px, 2);
    }
}

#[test]
fn a_target_that_encodes_srgb_stores_the_same_colours() {
    let mut frame = plain_frame(2.3);
    frame.mask.is_visible = true;
    frame.uncertainty.is_visible = true;
    let mut content = full_content();
    let gpu = draw_once(&mut content, &frame, wgpu::TextureFormat::Rgba8UnormSrgb);
    assert_close(
        "sRGB target",
        &gpu,
        &compose_cpu(&content, &frame),
        frame.viewport.width_px,
        2,
    );
}

#[test]
fn nothing_is_drawn_without_a_picture() {
    let frame = plain_frame(2.0);
    let gpu = draw_once(&mut CanvasContent::new(), &frame, TARGET);
    assert!(gpu.iter().all(|v| *v == 0));
}

#[test]
fn a_mask_never_outlives_its_picture() {
    let mut content = full_content();
    let mut frame = plain_frame(2.0);
    frame.mask.is_visible = true;
    content
        .set_image(IMAGE, &crate::scene::gray())
        .expect("a picture of its size");
    let painted = draw_once(&mut content, &frame, TARGET);
    frame.mask.is_visible = false;
    let bare = compose_cpu(&content, &frame);
    assert_close("bare", &painted, &bare, frame.viewport.width_px, 2);
}
