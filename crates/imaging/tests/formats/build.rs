//! Small files of every format, made without the code under test.

use std::io::{Cursor, Write};

use fovea_geometry::{SizePx, SpacingUm};
use fovea_imaging::{Bscan, BscanPosition, GrayImage, Samples, ScanPattern, SourceFormat, Volume};
use fovea_phantom::{PhantomParams, generate, heidelberg_e2e, heidelberg_vol, heyex_export};

use image::{DynamicImage, ImageFormat};
use tiff::encoder::{TiffEncoder, colortype};

/// A gradient that differs in every row and column.
pub(crate) fn gradient(width: u32, height: u32) -> Vec<u8> {
    (0..height)
        .flat_map(|y| (0..width).map(move |x| (x * 7 + y * 13) as u8))
        .collect()
}

pub(crate) fn png(
    width: u32,
    height: u32,
    color: png::ColorType,
    depth: png::BitDepth,
    data: &[u8],
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    if color == png::ColorType::Indexed {
        encoder.set_palette((0..=255u8).flat_map(|i| [255 - i; 3]).collect::<Vec<u8>>());
    }
    let mut writer = encoder.write_header().expect("valid header");
    writer.write_image_data(data).expect("data fits");
    writer.finish().expect("writes to memory");
    bytes
}

pub(crate) fn png_gray(width: u32, height: u32) -> Vec<u8> {
    png(
        width,
        height,
        png::ColorType::Grayscale,
        png::BitDepth::Eight,
        &gradient(width, height),
    )
}

/// One page per entry.
pub(crate) fn tiff<C: colortype::ColorType>(
    width: u32,
    height: u32,
    pages: &[&[C::Inner]],
) -> Vec<u8>
where
    [C::Inner]: tiff::encoder::TiffValue,
{
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes).expect("writes to memory");
    for page in pages {
        encoder
            .write_image::<C>(width, height, page)
            .expect("data fits");
    }
    bytes.into_inner()
}

pub(crate) fn tiff_gray(width: u32, height: u32) -> Vec<u8> {
    tiff::<colortype::Gray8>(width, height, &[&gradient(width, height)])
}

pub(crate) fn by_image(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let gray =
        image::GrayImage::from_raw(width, height, gradient(width, height)).expect("data fits");
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(gray)
        .write_to(&mut bytes, format)
        .expect("writes to memory");
    bytes.into_inner()
}

/// A phantom volume with everything that a `.vol` can carry.
pub(crate) fn phantom_volume(width: u32, height: u32, bscans: u32) -> Volume {
    let params = PhantomParams::sample()
        .with_size(SizePx::new(width, height))
        .with_bscans(bscans);
    let phantom = generate(4, &params);
    let mut volume = phantom.volume;
    volume.layer_lines = phantom.layer_lines;
    volume.slo = Some(GrayImage {
        size: SizePx::new(9, 6),
        pixels: gradient(9, 6),
    });
    volume.slo_spacing_um = Some([11.5, 12.5]);
    volume.pattern = ScanPattern::Raster;
    for (index, bscan) in volume.bscans.iter_mut().enumerate() {
        bscan.quality = Some(25.5 + index as f32);
        let y_mm = index as f64 * 0.25;
        bscan.position = Some(BscanPosition {
            start_mm: [1.5, y_mm],
            end_mm: [7.5, y_mm],
        });
    }
    volume
}

pub(crate) fn vol() -> Vec<u8> {
    heidelberg_vol(&phantom_volume(16, 12, 2))
}

/// 5×4×3 samples of which no two are alike, so that no flip or turn goes unseen; `depth` 0 is 8 bits, 1 is 16, 2 is floats.
pub(crate) fn marked(depth: usize, value: impl Fn(u32) -> f32) -> Volume {
    let size = SizePx::new(5, 4);
    let bscan = |b: u32| {
        let values = (0..4).flat_map(move |y| (0..5).map(move |x| 1 + x + 10 * y + 50 * b));
        let values: Vec<f32> = values.map(&value).collect();
        let pixels = values.iter().map(|v| *v as u8).collect();
        let deep = match depth {
            0 => None,
            1 => Some(Samples::U16(values.iter().map(|v| *v as u16).collect())),
            _ => Some(Samples::F32(values)),
        };
        Bscan {
            deep,
            ..Bscan::new(size, pixels)
        }
    };
    let bscans = (0..3).map(bscan).collect();
    let mut volume = Volume::of_bscans(bscans, SourceFormat::Phantom);
    volume.spacing_um = SpacingUm::new(11.5, 3.875, 250.0);
    volume
}

/// The samples of a B-scan at their depth.
pub(crate) fn samples_f64(bscan: &Bscan) -> Vec<f64> {
    match &bscan.deep {
        None => bscan.pixels.iter().map(|v| f64::from(*v)).collect(),
        Some(Samples::U8(values)) => values.iter().map(|v| f64::from(*v)).collect(),
        Some(Samples::U16(values)) => values.iter().map(|v| f64::from(*v)).collect(),
        Some(Samples::F32(values)) => values.iter().map(|v| f64::from(*v)).collect(),
    }
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("writes to memory");
    encoder.finish().expect("writes to memory")
}

/// The XML file of an export, without its pictures.
pub(crate) fn heyex_xml() -> Vec<u8> {
    let files = heyex_export(&phantom_volume(4, 3, 1)).expect("a phantom fits");
    files.into_iter().next().expect("the XML file").bytes
}

pub(crate) fn e2e() -> Vec<u8> {
    heidelberg_e2e(&[phantom_volume(16, 12, 2)])
}
