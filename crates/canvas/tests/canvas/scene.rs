//! A content with every layer, and the canvas drawn by adapter and by processor.

use fovea_canvas::{CanvasContent, CanvasFrame, CanvasRenderer, ClassLut, Polyline, Viewport};
use fovea_geometry::{PointPx, SizePx, ViewFromImage};
use fovea_gpu::wgpu;
use fovea_test_support::{checkerboard, noise, render_to_rgba, rings, test_gpu};

/// Odd on purpose: no row is aligned to anything.
pub(crate) const IMAGE: SizePx = SizePx {
    width: 61,
    height: 43,
};

/// The format that the UI prefers.
pub(crate) const TARGET: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

/// Smooth enough that reading between pixels is visible, with speckle on top.
pub(crate) fn gray() -> Vec<u8> {
    let speckle = noise(IMAGE, 7);
    (0..IMAGE.height)
        .flat_map(|y| (0..IMAGE.width).map(move |x| (x, y)))
        .map(|(x, y)| (x * 3 + y * 2 + u32::from(speckle[IMAGE.index(x, y)]) / 8).min(255) as u8)
        .collect()
}

pub(crate) fn full_content() -> CanvasContent {
    let mut content = CanvasContent::new();
    content
        .set_image(IMAGE, &gray())
        .expect("a picture of its size");
    content
        .set_mask(IMAGE, &rings(IMAGE, 5, 6))
        .expect("a mask of the picture's size");
    content
        .set_uncertainty(IMAGE, &noise(IMAGE, 3))
        .expect("of the picture's size");
    content
        .set_diff(IMAGE, &checkerboard(IMAGE, 4, 4))
        .expect("of the picture's size");
    let wave = |x: u32| PointPx::new(x as f32 + 0.5, 20.0 + (x as f32 / 6.0).sin() * 8.0);
    content.set_lines(vec![Polyline {
        points_in_image: (0..IMAGE.width).map(wave).collect(),
        colour: [255, 220, 40, 255],
        width_points: 1.5,
    }]);
    content
}

pub(crate) fn classes() -> ClassLut {
    ClassLut::from_colours([
        [0, 0, 0, 0],
        [230, 25, 75, 255],
        [60, 180, 75, 200],
        [0, 130, 200, 255],
        [245, 130, 48, 0],
        [145, 30, 180, 120],
    ])
}

/// A frame with all overlays off; `scale` is in physical px per image px.
pub(crate) fn plain_frame(scale: f32) -> CanvasFrame {
    let viewport = Viewport {
        left_px: 9,
        top_px: 5,
        width_px: 120,
        height_px: 90,
        pixels_per_point: 1.5,
    };
    let view = ViewFromImage {
        scale_x: scale / 1.5,
        scale_y: scale / 1.5,
        offset_x: 3.17,
        offset_y: 2.43,
    };
    let mut frame = CanvasFrame::new(viewport, view);
    frame.mask.is_visible = false;
    frame.mask.classes = classes();
    frame.lines.is_visible = false;
    frame
}

/// The viewport's pixels as the adapter draws them into a larger target.
pub(crate) fn draw(
    renderer: &CanvasRenderer,
    frame: &CanvasFrame,
    format: wgpu::TextureFormat,
) -> Vec<u8> {
    let v = frame.viewport;
    let target = SizePx::new(v.left_px + v.width_px + 4, v.top_px + v.height_px + 3);
    let rgba = render_to_rgba(test_gpu(), format, target, |pass| {
        let [x, y, width, height] =
            [v.left_px, v.top_px, v.width_px, v.height_px].map(|v| v as f32);
        pass.set_viewport(x, y, width, height, 0.0, 1.0);
        renderer.paint(pass);
    });
    let row_bytes = target.width as usize * 4;
    let (left, width) = (v.left_px as usize * 4, v.width_px as usize * 4);
    let rows = rgba
        .chunks_exact(row_bytes)
        .skip(v.top_px as usize)
        .take(v.height_px as usize);
    rows.flat_map(|row| &row[left..left + width])
        .copied()
        .collect()
}

/// Prepares and draws in one go, with a renderer of its own.
pub(crate) fn draw_once(
    content: &mut CanvasContent,
    frame: &CanvasFrame,
    format: wgpu::TextureFormat,
) -> Vec<u8> {
    let gpu = test_gpu();
    let mut renderer = CanvasRenderer::new(&gpu.device, format);
    renderer.prepare(&gpu.device, &gpu.queue, content, frame);
    draw(&renderer, frame, format)
}

/// Fails with the first pixel that differs by more than `tolerance`.
pub(crate) fn assert_close(name: &str, gpu: &[u8], cpu: &[u8], width_px: u32, tolerance: u8) {
    assert_eq!(gpu.len(), cpu.len(), "{name}");
    let worst = gpu
        .iter()
        .zip(cpu)
        .map(|(a, b)| a.abs_diff(*b))
        .max()
        .unwrap_or(0);
    let first = gpu
        .iter()
        .zip(cpu)
        .position(|(a, b)| a.abs_diff(*b) > tolerance);
    if let Some(index) = first {
        let pixel = index as u32 / 4;
        let (x, y) = (pixel % width_px, pixel / width_px);
        let start = index / 4 * 4;
        panic!(
            "{name}: pixel ({x}, {y}) is {:?} on the adapter and {:?} on the processor; worst difference {worst}",
            &gpu[start..start + 4],
            &cpu[start..start + 4]
        );
    }
}
