//! A phantom in the layout of Heidelberg's `.e2e`: input for the reader's tests, with no vendor file.

use fovea_imaging::{
    Bscan, GrayImage, HEIDELBERG_LAYER_NAMES, Laterality, LayerLines, ScanPattern, Volume,
};

use crate::PATIENT_CANARY;

const HEADER_BYTES: usize = 36;
const DIRECTORY_BYTES: usize = 52;
const ENTRY_BYTES: usize = 44;
/// Database numbers of patient, study and series.
const SCAN: [i32; 3] = [7, 8, 9];
/// Stands for "not of one B-scan", "not of one series" and so on.
const WHOLE: i32 = -1;

struct Chunk {
    scan: [i32; 3],
    slice: i32,
    index: u16,
    kind: u32,
    payload: Vec<u8>,
}

/// Writes `volumes` as one file, each as a series of its own. Display values become 16-bit floats of the same display value;
/// spacing becomes angles in an eye of 289.6 µm per degree. [`PATIENT_CANARY`] stands where a patient would.
pub fn heidelberg_e2e(volumes: &[Volume]) -> Vec<u8> {
    let mut chunks = vec![chunk([SCAN[0], WHOLE, WHOLE], WHOLE, 9, patient())];
    for (series, volume) in (0..).zip(volumes) {
        push_volume(&mut chunks, volume, [SCAN[0], SCAN[1], SCAN[2] + series]);
    }
    file(&chunks)
}

fn chunk(scan: [i32; 3], slice: i32, kind: u32, payload: Vec<u8>) -> Chunk {
    Chunk {
        scan,
        slice,
        index: 0,
        kind,
        payload,
    }
}

fn push_volume(chunks: &mut Vec<Chunk>, volume: &Volume, scan: [i32; 3]) {
    let mut eye = vec![0; 27];
    eye[14] = match volume.laterality {
        Laterality::Right => b'R',
        Laterality::Left => b'L',
        Laterality::Unknown => 0,
    };
    chunks.push(chunk(scan, WHOLE, 11, eye));
    chunks.push(chunk(scan, WHOLE, 9007, texts(["Infra-Red", "IR"])));
    if let Some(slo) = &volume.slo {
        chunks.push(chunk(scan, WHOLE, 0x4000_0000, fundus(slo)));
    }
    // The database counts B-scans in twos, and a single one from two.
    let first = if volume.bscans.len() == 1 { 2 } else { 0 };
    let no_lines = LayerLines::default();
    for (index, bscan) in volume.bscans.iter().enumerate() {
        let slice = first + 2 * index as i32;
        chunks.push(chunk(scan, slice, 10_004, geometry(volume, index)));
        chunks.push(Chunk {
            index: 1,
            ..chunk(scan, slice, 0x4000_0000, picture(bscan))
        });
        let lines = volume.layer_lines.get(index).unwrap_or(&no_lines);
        for (id, name) in (0u32..).zip(HEIDELBERG_LAYER_NAMES) {
            if let Some(line) = lines.get(name) {
                chunks.push(chunk(scan, slice, 10_019, layer_line(id, &line.y_px)));
            }
        }
    }
}

/// Header, main directory, one directory, chunks.
fn file(chunks: &[Chunk]) -> Vec<u8> {
    let mut bytes = b"CMDb\0\0\0\0\0\0\0\0".to_vec();
    push_version(&mut bytes);
    let directory = (HEADER_BYTES + DIRECTORY_BYTES) as u32;
    push_directory(&mut bytes, b"MDbMDir\0\0\0\0\0", chunks.len(), directory);
    push_directory(&mut bytes, b"MDbDir\0\0\0\0\0\0", chunks.len(), directory);
    let mut start = bytes.len() + ENTRY_BYTES * chunks.len();
    for chunk in chunks {
        push_u32(&mut bytes, directory);
        push_u32(&mut bytes, start as u32);
        push_u32(&mut bytes, chunk.payload.len() as u32);
        push_place(&mut bytes, chunk);
        start += 60 + chunk.payload.len();
    }
    for chunk in chunks {
        let start = bytes.len() as u32;
        bytes.extend_from_slice(b"MDbData\0\0\0\0\0");
        push_u32(&mut bytes, 0);
        push_u32(&mut bytes, directory);
        push_u32(&mut bytes, start);
        push_u32(&mut bytes, chunk.payload.len() as u32);
        push_place(&mut bytes, chunk);
        bytes.extend_from_slice(&chunk.payload);
    }
    bytes
}

fn push_u32(bytes: &mut Vec<u8>, number: u32) {
    bytes.extend_from_slice(&number.to_le_bytes());
}

fn push_version(bytes: &mut Vec<u8>) {
    push_u32(bytes, 100);
    bytes.extend_from_slice(&[0xff; 18]);
    bytes.extend_from_slice(&[0; 2]);
}

fn push_directory(bytes: &mut Vec<u8>, mark: &[u8; 12], count: usize, current: u32) {
    bytes.extend_from_slice(mark);
    push_version(bytes);
    push_u32(bytes, count as u32);
    push_u32(bytes, current);
    push_u32(bytes, 0);
    push_u32(bytes, 0);
}

/// What an entry and the header of its chunk share.
fn push_place(bytes: &mut Vec<u8>, chunk: &Chunk) {
    push_u32(bytes, 0);
    for number in chunk.scan.into_iter().chain([chunk.slice]) {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(&chunk.index.to_le_bytes());
    bytes.extend_from_slice(&[0; 2]);
    push_u32(bytes, chunk.kind);
    push_u32(bytes, 0);
}

/// First name, surname, birth date, sex, number.
fn patient() -> Vec<u8> {
    let mut payload = vec![0; 131];
    for offset in [0, 31, 106] {
        payload[offset..offset + PATIENT_CANARY.len()].copy_from_slice(PATIENT_CANARY.as_bytes());
    }
    payload
}

fn texts(texts: [&str; 2]) -> Vec<u8> {
    let mut payload = Vec::new();
    push_u32(&mut payload, 2);
    push_u32(&mut payload, 256);
    for text in texts {
        let start = payload.len();
        payload.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        payload.resize(start + 256, 0);
    }
    payload
}

fn push_picture_header(bytes: &mut Vec<u8>, kind: u32, size: [u32; 2], sample_bytes: u32) {
    let [width, height] = size;
    push_u32(bytes, width * height * sample_bytes);
    push_u32(bytes, kind);
    push_u32(bytes, width * height);
    push_u32(bytes, height);
    push_u32(bytes, width);
}

fn fundus(slo: &GrayImage) -> Vec<u8> {
    let mut payload = Vec::new();
    push_picture_header(
        &mut payload,
        0x0201_0201,
        [slo.size.width, slo.size.height],
        1,
    );
    payload.extend_from_slice(&slo.pixels);
    payload
}

fn picture(bscan: &Bscan) -> Vec<u8> {
    let mut payload = Vec::new();
    push_picture_header(
        &mut payload,
        0x0220_0201,
        [bscan.size.width, bscan.size.height],
        2,
    );
    payload.extend(
        bscan
            .pixels
            .iter()
            .flat_map(|gray| float(*gray).to_le_bytes()),
    );
    payload
}

/// The nearest 16-bit float: 6 bits of exponent above 10 of mantissa, no sign.
fn float(gray: u8) -> u16 {
    let root = f32::from(gray) / 255.0;
    let bits = (root * root * root * root).to_bits() + (1 << 12);
    // Exponents are counted from 127 in the one and from 63 in the other.
    (bits >> 13).saturating_sub((127 - 63) << 10) as u16
}

fn geometry(volume: &Volume, index: usize) -> Vec<u8> {
    const UM_PER_DEGREE: f64 = 289.6;
    let mut payload = vec![0; 428];
    let mut put = |offset: usize, field: [u8; 4]| {
        payload[offset..offset + 4].copy_from_slice(&field);
    };
    let bscan = &volume.bscans[index];
    put(4, bscan.size.height.to_le_bytes());
    put(8, bscan.size.width.to_le_bytes());
    put(60, bscan.size.width.to_le_bytes());
    put(64, (volume.bscans.len() as u32).to_le_bytes());
    put(68, (index as u32).to_le_bytes());
    if let Some(um) = volume.spacing_um {
        let half = um.x * f64::from(bscan.size.width) / 2.0 / UM_PER_DEGREE;
        let y = um.z * index as f64 / UM_PER_DEGREE;
        put(12, (-half as f32).to_le_bytes());
        put(16, (y as f32).to_le_bytes());
        put(20, (half as f32).to_le_bytes());
        put(24, (y as f32).to_le_bytes());
        put(36, ((um.y / 1e3) as f32).to_le_bytes());
        put(80, (y as f32).to_le_bytes());
    }
    let pattern: u32 = match volume.pattern {
        ScanPattern::Line => 1,
        ScanPattern::Circle => 2,
        ScanPattern::Raster => 3,
        ScanPattern::Radial => 5,
        ScanPattern::EnFace | ScanPattern::Unknown => 0,
    };
    put(72, pattern.to_le_bytes());
    put(156, bscan.quality.unwrap_or(f32::MAX).to_le_bytes());
    payload
}

/// Absent heights become the invalid value.
fn layer_line(id: u32, y_px: &[f32]) -> Vec<u8> {
    let mut payload = Vec::new();
    for number in [0, id, 0, y_px.len() as u32, 0, 0, 0, 0, 0] {
        push_u32(&mut payload, number);
    }
    let valid = |y: f32| if y.is_finite() { y } else { f32::MAX };
    payload.extend(y_px.iter().flat_map(|y| valid(*y).to_le_bytes()));
    payload
}
