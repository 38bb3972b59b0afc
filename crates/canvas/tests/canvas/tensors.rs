//! Results of inference are shown from the buffer that they were computed in.

use crate::scene::{IMAGE, TARGET, assert_close, draw};
use fovea_canvas::{
    CanvasContent, CanvasError, CanvasFrame, CanvasRenderer, ClassLut, TensorBuffer,
    TensorPictures, classes_cpu, compose_cpu, unit_cpu,
};
use fovea_geometry::{RectPx, SizePx};
use fovea_gpu::wgpu;
use fovea_test_support::{noise, test_gpu};
use std::sync::Arc;

/// Longer rows than the picture has, beginning where no binding may begin.
const ROW_STRIDE: u32 = 70;
const FIRST_ELEMENT: usize = 65;

fn tensor(elements: &[u32]) -> TensorBuffer {
    let gpu = test_gpu();
    let buffer = gpu.device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("tensor"),
        size: ((FIRST_ELEMENT + elements.len()) * 4) as u64,
        usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    let bytes: Vec<u8> = elements.iter().flat_map(|v| v.to_le_bytes()).collect();
    gpu.queue
        .write_buffer(&buffer, (FIRST_ELEMENT * 4) as u64, &bytes);
    TensorBuffer {
        buffer,
        offset_bytes: (FIRST_ELEMENT * 4) as u64,
        row_stride: ROW_STRIDE,
        keep_alive: Arc::new(()),
    }
}

fn padded() -> SizePx {
    SizePx::new(ROW_STRIDE, IMAGE.height)
}

/// Indices, with what no index can be among them.
fn class_elements() -> Vec<u32> {
    let strange = [(-1i32) as u32, 256, u32::MAX, 255];
    let value = |(i, v): (usize, &u8)| {
        if i % 97 == 0 {
            strange[i / 97 % 4]
        } else {
            u32::from(*v)
        }
    };
    noise(padded(), 11).iter().enumerate().map(value).collect()
}

/// Values over all of 0 to 1, with what lies outside among them.
fn unit_elements() -> Vec<u32> {
    let strange = [f32::NAN, f32::INFINITY, -1.0, 2.0, -0.0, f32::MIN_POSITIVE];
    let value = |(i, v): (usize, &u8)| {
        if i % 89 == 0 {
            strange[i / 89 % 6]
        } else {
            f32::from(*v) / 256.0 + 0.001
        }
    };
    noise(padded(), 13)
        .iter()
        .enumerate()
        .map(value)
        .map(f32::to_bits)
        .collect()
}

/// One class per gray value, so that every class index is seen exactly, and opaque heat.
fn frame() -> CanvasFrame {
    let mut frame = crate::scene::plain_frame(1.7);
    frame.raw.is_visible = false;
    frame.mask.is_visible = true;
    frame.mask.opacity = 1.0;
    frame.mask.classes = ClassLut::from_colours((0..=255).map(|v| [v, 255 - v, v / 2, 255]));
    frame
}

fn bare_content() -> CanvasContent {
    let mut content = CanvasContent::new();
    content
        .set_image(IMAGE, &crate::scene::gray())
        .expect("a picture of its size");
    content
}

#[test]
fn tensors_show_what_their_twin_says() {
    let gpu = test_gpu();
    let (classes, units) = (class_elements(), unit_elements());
    let pictures = TensorPictures {
        classes: Some(tensor(&classes)),
        uncertainty: Some(tensor(&units)),
    };
    let mut content = bare_content();
    content.set_from_buffers(IMAGE, pictures).expect("both fit");
    let mut expected = bare_content();
    expected
        .set_mask(IMAGE, &classes_cpu(&classes, ROW_STRIDE as usize, IMAGE))
        .expect("of the size");
    expected
        .set_uncertainty(IMAGE, &unit_cpu(&units, ROW_STRIDE as usize, IMAGE))
        .expect("of the size");
    let mut renderer = CanvasRenderer::new(&gpu.device, TARGET);
    let mut heat = frame();
    heat.mask.is_visible = false;
    heat.uncertainty.is_visible = true;
    heat.uncertainty.opacity = 1.0;
    for (name, frame) in [("classes", frame()), ("uncertainty", heat)] {
        renderer.prepare(&gpu.device, &gpu.queue, &mut content, &frame);
        let painted = draw(&renderer, &frame, TARGET);
        assert_close(
            name,
            &painted,
            &compose_cpu(&expected, &frame),
            frame.viewport.width_px,
            1,
        );
    }
}

#[test]
fn a_tensor_is_released_after_its_copy_and_edits_need_the_mask() {
    let gpu = test_gpu();
    let held = Arc::new(());
    let mut classes = tensor(&class_elements());
    classes.keep_alive = held.clone();
    let mut content = bare_content();
    let pictures = TensorPictures {
        classes: Some(classes),
        uncertainty: None,
    };
    content.set_from_buffers(IMAGE, pictures).expect("it fits");
    assert_eq!(Arc::strong_count(&held), 2, "waits for the frame");
    let mut renderer = CanvasRenderer::new(&gpu.device, TARGET);
    renderer.prepare(&gpu.device, &gpu.queue, &mut content, &frame());
    assert_eq!(Arc::strong_count(&held), 1, "given back");
    assert_eq!(
        content.update_mask_rect(RectPx::of_pixel(1, 1), &[1]),
        Err(CanvasError::NoMask)
    );
    content
        .set_mask(IMAGE, &noise(IMAGE, 1))
        .expect("of the size");
    content
        .update_mask_rect(RectPx::of_pixel(1, 1), &[1])
        .expect("known now");
}

#[test]
fn tensors_that_cannot_be_read_are_refused() {
    let good = tensor(&class_elements());
    let odd_offset = TensorBuffer {
        offset_bytes: 2,
        ..good.clone()
    };
    let short_rows = TensorBuffer {
        row_stride: IMAGE.width - 1,
        ..good.clone()
    };
    let beyond = TensorBuffer {
        offset_bytes: good.buffer.size() - 8,
        ..good.clone()
    };
    let overflow = TensorBuffer {
        offset_bytes: u64::MAX - 3,
        ..good.clone()
    };
    for tensor in [odd_offset, short_rows, beyond, overflow] {
        let pictures = TensorPictures {
            classes: None,
            uncertainty: Some(tensor),
        };
        let refused = bare_content().set_from_buffers(IMAGE, pictures);
        assert_eq!(refused, Err(CanvasError::UnusableTensor("uncertainty")));
    }
    let pictures = TensorPictures {
        classes: Some(good),
        uncertainty: None,
    };
    assert_eq!(
        CanvasContent::new().set_from_buffers(IMAGE, pictures),
        Err(CanvasError::NoImage("tensor"))
    );
}
