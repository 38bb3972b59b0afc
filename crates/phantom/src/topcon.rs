//! A phantom in Topcon's layout of named chunks: input for the reader's tests, with no vendor file.

use fovea_imaging::{Laterality, LayerLines, ScanPattern, Volume};

use crate::PATIENT_CANARY;

/// A JPEG 2000 codestream of 16×12 gray samples, `7 x + 13 y` modulo 256, reversibly coded by OpenJPEG.
pub const GRADIENT_J2C: &[u8] = include_bytes!("../data/gradient.j2c");

/// Topcon's names of boundaries that phantoms have.
const CONTOURS: [(&str, &str); 8] = [
    ("MULTILAYERS_1", "ILM"),
    ("MULTILAYERS_2", "RNFL"),
    ("MULTILAYERS_4", "IPL"),
    ("MULTILAYERS_8", "INL"),
    ("NFL_3", "OPL"),
    ("MULTILAYERS_9", "ELM"),
    ("MULTILAYERS_6", "RPE"),
    ("MULTILAYERS_7", "BM"),
];

/// A chunk: its name and content.
pub type TopconChunk = (&'static str, Vec<u8>);

/// A file of `chunks`; `kind` is `FDA`, `FAA` or `FDS`.
pub fn topcon_file(kind: &str, chunks: &[TopconChunk]) -> Vec<u8> {
    let mut bytes = [b"FOCT", kind.as_bytes(), &1u32.to_le_bytes(), &[0; 4]].concat();
    for (name, content) in chunks {
        bytes.push(name.len() as u8);
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(&(content.len() as u32).to_le_bytes());
        bytes.extend_from_slice(content);
    }
    bytes.push(0);
    bytes
}

/// What a `.fds` of `volume` holds, with [`PATIENT_CANARY`] in every field about a person. Display values become the
/// high bytes of samples; contours start with the last B-scan.
pub fn topcon_chunks(volume: &Volume) -> Vec<TopconChunk> {
    let mut chunks = vec![
        ("@HW_INFO_03", hardware()),
        ("@PATIENT_INFO_02", personal(615)),
        ("@CAPTURE_INFO_02", capture(volume)),
        ("@IMG_SCAN_03", samples(volume)),
        ("@PARAM_SCAN_04", scan_size(volume)),
    ];
    if let Some(slo) = &volume.slo {
        let colours = slo.pixels.iter().flat_map(|gray| [*gray; 3]).collect();
        let (width, height) = (slo.size.width, slo.size.height);
        chunks.push(("@IMG_OBS", picture([width, height, 24, 1], colours)));
    }
    for (topcon, name) in CONTOURS {
        if volume
            .layer_lines
            .iter()
            .any(|lines| lines.get(name).is_some())
        {
            chunks.push(("@CONTOUR_INFO", contour(volume, topcon, name)));
        }
    }
    chunks.push(("@PATIENTEXT_INFO", personal(64)));
    chunks
}

/// `@IMG_JPEG` of pictures that are coded already.
pub fn topcon_jpeg(pattern: u8, size: [u32; 2], codestreams: &[&[u8]]) -> TopconChunk {
    let mut content = vec![pattern];
    let count = codestreams.len() as u32;
    for number in [0, 0, size[0], size[1], count, 0xa02] {
        content.extend_from_slice(&number.to_le_bytes());
    }
    for codestream in codestreams {
        content.extend_from_slice(&(codestream.len() as u32).to_le_bytes());
        content.extend_from_slice(codestream);
    }
    ("@IMG_JPEG", content)
}

fn personal(length: usize) -> Vec<u8> {
    let canary = PATIENT_CANARY.bytes().chain([0, 0]);
    canary.cycle().take(length).collect()
}

/// Model, then serial numbers.
fn hardware() -> Vec<u8> {
    let mut content = b"3DOCT-2000\0\0\0\0\0\0".to_vec();
    content.extend_from_slice(&personal(84));
    content
}

/// Eye and mode, then a label and a date.
fn capture(volume: &Volume) -> Vec<u8> {
    let eye = match volume.laterality {
        Laterality::Right => 0,
        Laterality::Left => 1,
        Laterality::Unknown => 255,
    };
    let mut content = vec![eye, 2];
    content.extend_from_slice(&personal(116));
    content
}

fn samples(volume: &Volume) -> Vec<u8> {
    let pattern = match volume.pattern {
        ScanPattern::Line => 0,
        ScanPattern::Circle => 1,
        ScanPattern::Raster => 2,
        ScanPattern::Radial => 3,
        ScanPattern::EnFace | ScanPattern::Unknown => 99,
    };
    let size = volume.bscan_size();
    let pixels = volume.bscans.iter().flat_map(|bscan| &bscan.pixels);
    let samples = pixels.flat_map(|gray| [0, *gray]).collect();
    let numbers = [size.width, size.height, 16, volume.bscans.len() as u32];
    let mut content = vec![pattern];
    content.extend(picture(numbers, samples));
    content
}

/// Width, height, bits and count; a format (raw) and the length; the samples.
fn picture(numbers: [u32; 4], samples: Vec<u8>) -> Vec<u8> {
    let mut content: Vec<u8> = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
    content.push(0);
    content.extend_from_slice(&(samples.len() as u32).to_le_bytes());
    content.extend(samples);
    content
}

fn scan_size(volume: &Volume) -> Vec<u8> {
    let mut content = vec![0; 61];
    if let Some(spacing) = volume.spacing_um {
        let width_mm = spacing.x * f64::from(volume.bscan_size().width) / 1e3;
        let field_mm = spacing.z * volume.bscans.len() as f64 / 1e3;
        for (index, number) in [width_mm, field_mm, spacing.y].iter().enumerate() {
            let offset = 12 + 8 * index;
            content[offset..offset + 8].copy_from_slice(&number.to_le_bytes());
        }
    }
    content
}

/// Heights over the lower edge, rounded, as the device stores them.
fn contour(volume: &Volume, topcon: &str, name: &str) -> Vec<u8> {
    let mut content = topcon.as_bytes().to_vec();
    content.resize(22, 0);
    let size = volume.bscan_size();
    let count = volume.bscans.len() as u32;
    for number in [size.width, count, size.width * count * 2] {
        content.extend_from_slice(&number.to_le_bytes());
    }
    let absent = LayerLines::default();
    for index in (0..volume.bscans.len()).rev() {
        let lines = volume.layer_lines.get(index).unwrap_or(&absent);
        for column in 0..size.width as usize {
            let y_px = lines.get(name).map_or(f32::NAN, |line| line.y_px[column]);
            let over_edge = (size.height as f32 - y_px).round();
            let stored = if over_edge.is_finite() {
                over_edge as u16
            } else {
                u16::MAX
            };
            content.extend_from_slice(&stored.to_le_bytes());
        }
    }
    content.extend_from_slice(&[0; 32]);
    content
}
