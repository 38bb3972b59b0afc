//! Seeded synthetic OCT volumes with exact truth.
//!
//! [`generate`] makes a volume of a healthy or diseased macula (and, where the scan reaches it, the optic disc)
//! together with its masks and layer lines. The same seed and parameters give the same bytes on every machine:
//! randomness is ChaCha8 and transcendental functions come from `libm`, not from the platform.
//!
//! A phantom is drawn in three steps, one module each: *anatomy* in µm ([`Anatomy`], [`Lesions`]), *section* (the
//! boundaries of one B-scan in px), *optics* ([`Optics`]: reflectivity in dB, attenuation, speckle, display).
//! Masks and lines come from the section alone, so noise never touches the truth.

mod anatomy;
mod dicom;
mod e2e;
mod heidelberg;
mod heyex;
mod lesions;
mod matlab;
mod noise;
mod params;
mod raster;
mod reflectivity;
mod render;
mod scene;
mod section;
mod speckle;
mod topcon;
mod varied;
mod vessels;

pub use anatomy::Anatomy;
pub use dicom::{DicomPixels, dicom_tomogram};
pub use e2e::heidelberg_e2e;
pub use heidelberg::{PATIENT_CANARY, heidelberg_vol};
pub use heyex::{ExportFile, heyex_export};
pub use lesions::Lesions;
pub use matlab::{MatlabValue, MatlabWriter, matlab_spectralis};
pub use params::{Optics, PhantomParams};
pub use render::{PhantomVolume, generate};
pub use section::{BOUNDARY_NAMES, Boundary};
pub use topcon::{GRADIENT_J2C, TopconChunk, topcon_chunks, topcon_file, topcon_jpeg};
