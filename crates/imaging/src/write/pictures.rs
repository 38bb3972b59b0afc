//! PNG and TIFF out, at the depth of the scan. BMP has no more than 8 bits and JPEG loses some, so neither is written.

use std::io::{Cursor, Seek, Write};

use fovea_geometry::{SizePx, SpacingUm};
use png::{BitDepth, ColorType};
use tiff::TiffResult;
use tiff::encoder::colortype::{Gray8, Gray16, Gray32Float};
use tiff::encoder::{Rational, TiffEncoder, TiffKind, TiffKindBig, TiffValue, colortype};
use tiff::tags::{ResolutionUnit, Tag};

use super::depth::Depth;
use crate::{Bscan, Samples, Volume, WriteError, encode_png_gray8};

/// Offsets of a TIFF are 32 bits wide; what comes near takes a BigTIFF.
const MAX_CLASSIC_BYTES: u64 = 4_000_000_000;

/// A B-scan as a gray PNG of 8 or 16 bits, whichever holds its samples as they are. PNG has no floats.
pub fn encode_png_deep(bscan: &Bscan) -> Result<Vec<u8>, WriteError> {
    match &bscan.deep {
        None => encode_png_gray8(bscan.size, &bscan.pixels),
        Some(Samples::U8(pixels)) => encode_png_gray8(bscan.size, pixels),
        Some(Samples::U16(values)) => encode_png_gray16(bscan.size, values),
        Some(Samples::F32(_)) => Err(WriteError::NotRepresentable {
            format: "PNG",
            what: "samples of 32-bit floats, which TIFF can".to_owned(),
        }),
    }
}

fn encode_png_gray16(size: SizePx, values: &[u16]) -> Result<Vec<u8>, WriteError> {
    if size.len() != values.len() || size.is_empty() {
        return Err(WriteError::WrongLength {
            width: size.width,
            height: size.height,
            pixels: values.len(),
        });
    }
    let mut bytes = Vec::with_capacity(values.len() + 64);
    let mut encoder = png::Encoder::new(&mut bytes, size.width, size.height);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Sixteen);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    let big_endian: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_be_bytes())
        .collect();
    writer.write_image_data(&big_endian)?;
    writer.finish()?;
    Ok(bytes)
}

/// All B-scans as the pages of one TIFF, at the depth of the deepest: 8 or 16 bits, or 32-bit floats, not compressed.
///
/// Spacing goes in as ImageJ writes it (`unit` and `spacing` of the description, resolution in pixels per µm). The same
/// input gives the same bytes.
pub fn encode_tiff_volume(volume: &Volume) -> Result<Vec<u8>, WriteError> {
    let depth = Depth::of(volume)?;
    let voxels = volume.bscans.len() as u64 * volume.bscan_size().len() as u64;
    let mut bytes = Cursor::new(Vec::new());
    match voxels * depth.bytes() as u64 > MAX_CLASSIC_BYTES {
        true => pages::<_, TiffKindBig>(TiffEncoder::new_big(&mut bytes)?, volume, depth)?,
        false => pages(TiffEncoder::new(&mut bytes)?, volume, depth)?,
    }
    Ok(bytes.into_inner())
}

fn pages<W: Write + Seek, K: TiffKind>(
    mut encoder: TiffEncoder<W, K>,
    volume: &Volume,
    depth: Depth,
) -> TiffResult<()> {
    let geometry = volume.spacing_um.and_then(Geometry::of);
    for bscan in &volume.bscans {
        match depth.samples(bscan) {
            Samples::U8(values) => {
                page::<_, Gray8, _>(&mut encoder, bscan.size, &values, &geometry)?
            }
            Samples::U16(values) => {
                page::<_, Gray16, _>(&mut encoder, bscan.size, &values, &geometry)?
            }
            Samples::F32(values) => {
                page::<_, Gray32Float, _>(&mut encoder, bscan.size, &values, &geometry)?
            }
        }
    }
    Ok(())
}

fn page<W: Write + Seek, C: colortype::ColorType, K: TiffKind>(
    encoder: &mut TiffEncoder<W, K>,
    size: SizePx,
    values: &[C::Inner],
    geometry: &Option<Geometry>,
) -> TiffResult<()>
where
    [C::Inner]: TiffValue,
{
    let mut image = encoder.new_image::<C>(size.width, size.height)?;
    if let Some(geometry) = geometry {
        image.resolution_unit(ResolutionUnit::None);
        image.x_resolution(geometry.x_per_um.clone());
        image.y_resolution(geometry.y_per_um.clone());
        image
            .encoder()
            .write_tag(Tag::ImageDescription, &geometry.description[..])?;
    }
    image.write_data(values)
}

/// Spacing as ImageJ writes it. The number of pages is left out: ImageJ would take them to lie in one block.
struct Geometry {
    x_per_um: Rational,
    y_per_um: Rational,
    description: String,
}

impl Geometry {
    /// `None` for a spacing of several mm, which a fraction of 32-bit numbers does not hold at this precision.
    fn of(spacing: SpacingUm) -> Option<Self> {
        const PARTS: u32 = 1_000_000;
        let per_um = |um: f64| {
            let d = (um * f64::from(PARTS)).round();
            (d >= 1.0 && d <= f64::from(u32::MAX)).then_some(Rational {
                n: PARTS,
                d: d as u32,
            })
        };
        Some(Self {
            x_per_um: per_um(spacing.x)?,
            y_per_um: per_um(spacing.y)?,
            description: format!(
                "ImageJ=1.54f\nunit=micron\nspacing={}\nloop=false\n",
                spacing.z
            ),
        })
    }
}
