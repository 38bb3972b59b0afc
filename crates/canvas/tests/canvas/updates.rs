//! Changed parts of the mask reach the screen, whether or not every frame is painted, at the price of the part.

use crate::scene::{IMAGE, TARGET, assert_close, draw, full_content, plain_frame};
use fovea_canvas::{CanvasError, CanvasRenderer, Polyline, compose_cpu};
use fovea_geometry::{PointPx, RectPx, SizePx};
use fovea_test_support::{noise, test_gpu};

fn dab(x0: u32, y0: u32, side: u32, class: u8) -> (RectPx, Vec<u8>) {
    (
        RectPx {
            x0,
            y0,
            x1: x0 + side,
            y1: y0 + side,
        },
        vec![class; (side * side) as usize],
    )
}

#[test]
fn dabs_between_frames_and_in_unpainted_frames_are_kept() {
    let gpu = test_gpu();
    let mut frame = plain_frame(2.3);
    frame.mask.is_visible = true;
    let mut content = full_content();
    let mut renderer = CanvasRenderer::new(&gpu.device, TARGET);
    renderer.prepare(&gpu.device, &gpu.queue, &mut content, &frame);
    for round in 0..4 {
        // Forty dabs at once is more than the list of parts holds; then a frame that is prepared but not painted.
        for i in 0..40 {
            let (rect, rows) = dab(
                (i * 11 + round) % 50,
                (i * 7 + round * 3) % 36,
                1 + i % 7,
                (i % 6) as u8,
            );
            content
                .update_mask_rect(rect, &rows)
                .expect("inside the mask");
        }
        renderer.prepare(&gpu.device, &gpu.queue, &mut content, &frame);
        let (rect, rows) = dab(round * 5, round * 4, 6, 3);
        content
            .update_mask_rect(rect, &rows)
            .expect("inside the mask");
    }
    renderer.prepare(&gpu.device, &gpu.queue, &mut content, &frame);
    let painted = draw(&renderer, &frame, TARGET);
    assert_close(
        "dabs",
        &painted,
        &compose_cpu(&content, &frame),
        frame.viewport.width_px,
        2,
    );
}

#[test]
fn an_upload_costs_what_changed_and_a_still_frame_costs_nothing() {
    let gpu = test_gpu();
    let frame = plain_frame(2.0);
    let large = SizePx::new(1024, 512);
    let mut content = fovea_canvas::CanvasContent::new();
    content
        .set_image(large, &noise(large, 1))
        .expect("a picture of its size");
    content
        .set_mask(large, &noise(large, 2))
        .expect("of the picture's size");
    let mut renderer = CanvasRenderer::new(&gpu.device, TARGET);
    let first = renderer.prepare(&gpu.device, &gpu.queue, &mut content, &frame);
    assert!(first as usize >= 2 * large.len(), "{first}");
    assert_eq!(
        renderer.prepare(&gpu.device, &gpu.queue, &mut content, &frame),
        0
    );
    let (rect, rows) = dab(300, 200, 20, 1);
    content
        .update_mask_rect(rect, &rows)
        .expect("inside the mask");
    // Twenty rows, each padded to 256 bytes.
    assert_eq!(
        renderer.prepare(&gpu.device, &gpu.queue, &mut content, &frame),
        20 * 256
    );
}

#[test]
fn a_new_renderer_gets_everything_again() {
    let gpu = test_gpu();
    let mut frame = plain_frame(2.3);
    frame.mask.is_visible = true;
    frame.lines.is_visible = true;
    let mut content = full_content();
    CanvasRenderer::new(&gpu.device, TARGET).prepare(&gpu.device, &gpu.queue, &mut content, &frame);
    content.mark_all_changed();
    let painted = crate::scene::draw_once(&mut content, &frame, TARGET);
    assert_close(
        "second renderer",
        &painted,
        &compose_cpu(&content, &frame),
        frame.viewport.width_px,
        2,
    );
}

#[test]
fn lines_may_grow_and_vanish() {
    let gpu = test_gpu();
    let mut frame = plain_frame(2.3);
    frame.lines.is_visible = true;
    let mut content = full_content();
    let mut renderer = CanvasRenderer::new(&gpu.device, TARGET);
    let zigzag = |corners: u32| Polyline {
        points_in_image: (0..corners)
            .map(|i| PointPx::new(5.0 + (i % 2) as f32 * 40.0, 10.0))
            .collect(),
        colour: [255, 0, 0, 255],
        width_points: 2.0,
    };
    let is_red = |pixel: &[u8]| pixel[0] == 255 && pixel[1] == 0;
    // More segments than the buffer has room for at first; then few; then none.
    for (lines, is_seen) in [
        (vec![zigzag(9001)], true),
        (vec![zigzag(2)], true),
        (Vec::new(), false),
    ] {
        content.set_lines(lines);
        renderer.prepare(&gpu.device, &gpu.queue, &mut content, &frame);
        let painted = draw(&renderer, &frame, TARGET);
        assert_eq!(painted.chunks_exact(4).any(is_red), is_seen);
    }
}

#[test]
fn unfitting_content_is_refused_and_the_old_one_stays() {
    let mut content = full_content();
    let frame = plain_frame(2.0);
    let before = compose_cpu(&content, &frame);
    let small = SizePx::new(4, 4);
    assert!(matches!(
        content.set_image(small, &[0; 15]),
        Err(CanvasError::WrongLength { .. })
    ));
    assert!(matches!(
        content.set_image(SizePx::new(0, 4), &[]),
        Err(CanvasError::UnusableSize(_))
    ));
    assert!(matches!(
        content.set_image(SizePx::new(9000, 1), &[0; 9000]),
        Err(CanvasError::UnusableSize(_))
    ));
    assert!(matches!(
        content.set_mask(small, &[0; 16]),
        Err(CanvasError::SizeMismatch { .. })
    ));
    let outside = RectPx {
        x0: IMAGE.width - 1,
        y0: 0,
        x1: IMAGE.width + 1,
        y1: 1,
    };
    assert!(matches!(
        content.update_mask_rect(outside, &[0; 2]),
        Err(CanvasError::OutsideMask { .. })
    ));
    assert!(matches!(
        content.update_mask_rect(RectPx::of_pixel(1, 1), &[]),
        Err(CanvasError::WrongLength { .. })
    ));
    assert_eq!(compose_cpu(&content, &frame), before);
    content.clear_mask();
    assert_eq!(
        content.update_mask_rect(RectPx::of_pixel(1, 1), &[1]),
        Err(CanvasError::NoMask)
    );
    content.clear();
    assert_eq!(
        content.set_mask(IMAGE, &noise(IMAGE, 1)),
        Err(CanvasError::NoImage("mask"))
    );
}
