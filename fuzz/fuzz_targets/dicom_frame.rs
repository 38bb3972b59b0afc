//! One compressed frame in a sound DICOM file: RLE, JPEG and JPEG 2000 without the header in the way.
//!
//! The first byte picks the transfer syntax; the frame is of 16×12 px, as the seeds are.

#![no_main]

use fovea_fuzz::in_time;
use fovea_geometry::SizePx;
use fovea_imaging::{Budget, read_bytes};
use fovea_phantom::{DicomPixels, dicom_tomogram};
use libfuzzer_sys::fuzz_target;

const SYNTAXES: [&str; 6] = [
    "1.2.840.10008.1.2.5",
    "1.2.840.10008.1.2.4.50",
    "1.2.840.10008.1.2.4.51",
    "1.2.840.10008.1.2.4.70",
    "1.2.840.10008.1.2.4.90",
    "1.2.840.10008.1.2.4.91",
];

fuzz_target!(|bytes: &[u8]| in_time(|| {
    let Some((first, frame)) = bytes.split_first() else {
        return;
    };
    let syntax = SYNTAXES[usize::from(*first) % SYNTAXES.len()];
    let pixels = DicomPixels::Fragments(&[frame]);
    let file = dicom_tomogram(syntax, SizePx::new(16, 12), 1, pixels);
    let _ = read_bytes(&file, &Budget::default());
}));
