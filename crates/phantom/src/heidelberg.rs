//! A phantom in Heidelberg's `.vol` layout: input for the reader's tests, with no vendor file.

use fovea_imaging::{Bscan, HEIDELBERG_LAYER_NAMES, Laterality, LayerLines, ScanPattern, Volume};

/// What stands in every field of the header that would name a patient. No reader may let it through.
pub const PATIENT_CANARY: &str = "CANARY^PATIENT";

const FILE_HEADER_BYTES: usize = 2048;
const BSCAN_HEADER_BYTES: usize = 256;
/// Lines of a clinical export: up to and including `RPE`.
const LINE_COUNT: usize = 17;

/// Writes `volume` as `HSF-OCT-103`. Display values become reflectivities of the same display value; lines that the layout
/// has no name for are left out, absent heights become the invalid value.
pub fn heidelberg_vol(volume: &Volume) -> Vec<u8> {
    let mut bytes = file_header(volume);
    if let Some(slo) = &volume.slo {
        bytes.extend_from_slice(&slo.pixels);
    }
    let no_lines = LayerLines::default();
    for (index, bscan) in volume.bscans.iter().enumerate() {
        let lines = volume.layer_lines.get(index).unwrap_or(&no_lines);
        push_bscan(&mut bytes, bscan, lines);
    }
    bytes
}

fn file_header(volume: &Volume) -> Vec<u8> {
    let mut header = vec![0; FILE_HEADER_BYTES];
    let mut put =
        |offset: usize, bytes: &[u8]| header[offset..offset + bytes.len()].copy_from_slice(bytes);
    let size = volume.bscan_size();
    put(0, b"HSF-OCT-103\0");
    put(12, &size.width.to_le_bytes());
    put(16, &(volume.bscans.len() as u32).to_le_bytes());
    put(20, &size.height.to_le_bytes());
    if let Some(spacing) = volume.spacing_um {
        put(24, &(spacing.x / 1e3).to_le_bytes());
        put(32, &(spacing.z / 1e3).to_le_bytes());
        put(40, &(spacing.y / 1e3).to_le_bytes());
    }
    if let Some(slo) = &volume.slo {
        put(48, &slo.size.width.to_le_bytes());
        put(52, &slo.size.height.to_le_bytes());
        let [x_um, y_um] = volume.slo_spacing_um.unwrap_or_default();
        put(56, &(x_um / 1e3).to_le_bytes());
        put(64, &(y_um / 1e3).to_le_bytes());
    }
    put(
        84,
        match volume.laterality {
            Laterality::Right => b"OD\0\0",
            Laterality::Left => b"OS\0\0",
            Laterality::Unknown => b"\0\0\0\0",
        },
    );
    put(96, &pattern_number(volume.pattern).to_le_bytes());
    // Then the fields that name a patient and a visit.
    put(100, &(bscan_header_bytes(size.width) as u32).to_le_bytes());
    for offset in [104, 120, 140, 180] {
        put(offset, PATIENT_CANARY.as_bytes());
    }
    header
}

fn pattern_number(pattern: ScanPattern) -> u32 {
    match pattern {
        ScanPattern::Line => 1,
        ScanPattern::Circle => 2,
        ScanPattern::Raster => 3,
        ScanPattern::Radial => 5,
        ScanPattern::EnFace | ScanPattern::Unknown => 0,
    }
}

fn bscan_header_bytes(width: u32) -> usize {
    BSCAN_HEADER_BYTES + LINE_COUNT * width as usize * 4
}

fn push_bscan(bytes: &mut Vec<u8>, bscan: &Bscan, lines: &LayerLines) {
    let start = bytes.len();
    bytes.resize(start + BSCAN_HEADER_BYTES, 0);
    let mut put = |offset: usize, field: &[u8]| {
        bytes[start + offset..start + offset + field.len()].copy_from_slice(field)
    };
    put(0, b"HSF-BS-103\0\0");
    put(
        12,
        &(bscan_header_bytes(bscan.size.width) as u32).to_le_bytes(),
    );
    if let Some(position) = bscan.position {
        let corners = [position.start_mm, position.end_mm].concat();
        for (index, mm) in corners.iter().enumerate() {
            put(16 + 8 * index, &mm.to_le_bytes());
        }
    }
    put(48, &(LINE_COUNT as u32).to_le_bytes());
    put(52, &(BSCAN_HEADER_BYTES as u32).to_le_bytes());
    put(56, &bscan.quality.unwrap_or(f32::MAX).to_le_bytes());
    for name in &HEIDELBERG_LAYER_NAMES[..LINE_COUNT] {
        for column in 0..bscan.size.width as usize {
            let height = lines.get(name).map_or(f32::NAN, |line| line.y_px[column]);
            let height = if height.is_finite() { height } else { f32::MAX };
            bytes.extend_from_slice(&height.to_le_bytes());
        }
    }
    for gray in &bscan.pixels {
        let root = f32::from(*gray) / 255.0;
        bytes.extend_from_slice(&(root * root * root * root).to_le_bytes());
    }
}
