//! Writes the seed corpus: one small file of each kind that a target branches on.
//!
//! `cargo run --example seeds` in this folder; the files are committed, and the tests of `fovea-imaging` read them too.

mod dicom;
mod dicom_labels;
mod deidentify;
mod grids;
mod heidelberg;
mod labels;
mod matlab;
mod pictures;
mod stored;
mod topcon;

use std::fs;
use std::io::Cursor;
use std::path::Path;

use fovea_geometry::SizePx;
use fovea_imaging::{encode_png_gray8, encode_png_index};
use fovea_phantom::{PhantomParams, generate, heidelberg_vol};
use tiff::encoder::{Compression, TiffEncoder, colortype};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let params = PhantomParams::sample()
        .with_size(SizePx::new(12, 10))
        .with_bscans(2);
    let phantom = generate(1, &params);
    dicom::write(&phantom)?;
    dicom_labels::write()?;
    deidentify::write()?;
    grids::write(&phantom)?;
    labels::write(&phantom.volume, &phantom.masks)?;
    matlab::write(&phantom)?;
    topcon::write(&phantom)?;
    let bscan = &phantom.volume.bscans[0];
    let gray = encode_png_gray8(bscan.size, &bscan.pixels)?;
    seed("png", "gray8", &gray)?;
    pictures::write(&gray)?;
    stored::write(&phantom.masks[0])?;
    seed("index_png", "gray8", &encode_png_index(&phantom.masks[0])?)?;
    for (name, compression) in [
        ("none", Compression::Uncompressed),
        ("lzw", Compression::Lzw),
        ("packbits", Compression::Packbits),
    ] {
        seed("tiff", name, &tiff_pages(compression, &bscan.pixels)?)?;
    }
    seed("tiff", "float", &tiff_float()?)?;
    seed("vol", "plain", &heidelberg_vol(&phantom.volume))?;
    let mut with_lines = phantom.volume;
    with_lines.layer_lines = phantom.layer_lines;
    seed("vol", "lines", &heidelberg_vol(&with_lines))?;
    heidelberg::write(&with_lines)
}

fn seed(target: &str, name: &str, bytes: &[u8]) -> Outcome<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target);
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join(name), bytes)?)
}

fn tiff_pages(compression: Compression, pixels: &[u8]) -> Outcome<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes)?.with_compression(compression);
    encoder.write_image::<colortype::Gray8>(12, 10, pixels)?;
    encoder.write_image::<colortype::Gray8>(12, 10, pixels)?;
    Ok(bytes.into_inner())
}

fn tiff_float() -> Outcome<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    TiffEncoder::new(&mut bytes)?.write_image::<colortype::Gray32Float>(
        3,
        2,
        &[0.0, 0.5, 1.0, f32::NAN, -1.0, 9.0],
    )?;
    Ok(bytes.into_inner())
}
