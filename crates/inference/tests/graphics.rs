//! The graphics path: what the device holds is what the processor computes, and it reaches a shader's buffer unread.

use std::collections::BTreeMap;

use fovea_geometry::SizePx;
use fovea_gpu::{AdapterPreference, GpuContext, wgpu};
use fovea_imaging::GrayImage;
use fovea_inference::{Architecture, DeviceBuffer, Model, ModelCard, cpu_device, gpu_device};
use safetensors::tensor::{Dtype, TensorView};

const SIZE: SizePx = SizePx::new(30, 26);

/// A network of two narrow levels: software drivers compile its kernels in seconds.
fn tiny_card() -> ModelCard {
    let mut card = ModelCard::unknown("tiny".into());
    card.architecture = Architecture {
        widths: vec![4, 6],
        decoder_width: 4,
        ..card.architecture
    };
    card
}

/// Weights from a congruential generator, in the network's names.
fn tiny_weights() -> Vec<u8> {
    let mut shapes: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (block, channels_in, channels_out) in
        [("downs.0", 4, 4), ("downs.1", 4, 6), ("ups.0", 10, 4)]
    {
        for (index, from) in [(1, channels_in), (2, channels_out)] {
            shapes.insert(
                format!("{block}.conv{index}.weight"),
                vec![channels_out, from, 3, 3],
            );
            for part in ["weight", "bias", "running_mean", "running_var"] {
                shapes.insert(format!("{block}.bn{index}.{part}"), vec![channels_out]);
            }
        }
    }
    shapes.insert("head.weight".into(), vec![48, 4, 3, 3]);
    shapes.insert("head.bias".into(), vec![48]);
    let mut state = 1_u64;
    let mut value = |positive: bool| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let unit = (state >> 40) as f32 / (1_u64 << 24) as f32;
        if positive { 0.5 + unit } else { unit - 0.5 }
    };
    let data: Vec<(String, Vec<usize>, Vec<u8>)> = shapes
        .into_iter()
        .map(|(name, shape)| {
            let positive = name.ends_with("running_var");
            let values =
                (0..shape.iter().product::<usize>()).flat_map(|_| value(positive).to_le_bytes());
            let bytes = values.collect();
            (name, shape, bytes)
        })
        .collect();
    let views = data.iter().map(|(name, shape, bytes)| {
        (
            name,
            TensorView::new(Dtype::F32, shape.clone(), bytes).expect("consistent"),
        )
    });
    safetensors::serialize(views, None).expect("serialises")
}

/// Copies `picture` out of the shared buffer, on the queue that burn wrote it on, without waiting before.
fn read_back(gpu: &GpuContext, picture: &DeviceBuffer) -> Vec<u8> {
    let bytes = u64::from(picture.row_stride) * u64::from(SIZE.height) * 4;
    let target = gpu.device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("read back"),
        size: bytes,
        usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
        mapped_at_creation: false,
    });
    let mut encoder = gpu
        .device
        .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    encoder.copy_buffer_to_buffer(&picture.buffer, picture.offset_bytes, &target, 0, bytes);
    gpu.queue.submit([encoder.finish()]);
    target.map_async(wgpu::MapMode::Read, .., |result| result.expect("maps"));
    gpu.device
        .poll(wgpu::PollType::wait_indefinitely())
        .expect("the device answers");
    target.get_mapped_range(..).expect("mapped").to_vec()
}

#[test]
fn device_pictures_equal_those_of_the_processor() {
    let gpu = GpuContext::headless(AdapterPreference::Software)
        .expect("a Vulkan driver, at least a software one");
    let (weights, pixels) = (
        tiny_weights(),
        (0..SIZE.len())
            .map(|index| (index * 37 % 251) as u8)
            .collect(),
    );
    let image = GrayImage { size: SIZE, pixels };
    let segment = |device| {
        let model = Model::from_safetensors(&weights, tiny_card(), &device).expect("loads");
        model
            .segment(&image, &mut |_, _| {}, &|| false)
            .expect("segments")
    };
    let on_processor = segment(cpu_device());
    assert!(on_processor.on_device.is_none());
    let on_device = segment(gpu_device(&gpu).expect("burn takes the shared device"));
    let pictures = on_device
        .on_device
        .as_ref()
        .expect("the pictures stay on the device");

    let classes = read_back(&gpu, &pictures.classes);
    let classes: Vec<i32> = classes
        .chunks_exact(4)
        .map(|b| i32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        .collect();
    let shown: Vec<i32> = on_device
        .mask
        .classes()
        .iter()
        .map(|class| i32::from(*class))
        .collect();
    assert_eq!(classes, shown);
    let entropy = read_back(&gpu, &pictures.uncertainty);
    let entropy = entropy
        .chunks_exact(4)
        .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    for (device, shown) in entropy.zip(on_device.uncertainty.values()) {
        assert!((device - f32::from(*shown) / 255.0).abs() <= 0.5 / 255.0 + 1e-6);
    }

    let differing = on_device
        .mask
        .classes()
        .iter()
        .zip(on_processor.mask.classes())
        .filter(|(a, b)| a != b)
        .count();
    assert!(
        differing * 500 <= SIZE.len(),
        "{differing} of {} pixels differ",
        SIZE.len()
    );
    let doubt = on_device
        .uncertainty
        .values()
        .iter()
        .zip(on_processor.uncertainty.values());
    assert!(doubt.clone().all(|(a, b)| a.abs_diff(*b) <= 1));
}
