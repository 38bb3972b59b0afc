//! Files with tokens wherever something personal may stand.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use dicom_core::{DataElement, PrimitiveValue, VR};
use dicom_dictionary_std::tags;
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};
use fovea_geometry::SizePx;
use fovea_phantom::{
    MatlabValue, MatlabWriter, PATIENT_CANARY, PhantomParams, PhantomVolume, matlab_spectralis,
    topcon_chunks, topcon_file,
};

/// What no one may find again.
pub(crate) const TOKEN: &str = "CANARY7Q";

/// OPT Image Storage, and Explicit VR Little Endian.
const OPT: &str = "1.2.840.10008.5.1.4.1.1.77.1.5.4";
const EXPLICIT: &str = "1.2.840.10008.1.2.1";

/// Writes one file of each kind.
pub(crate) fn write_all(folder: &Path) -> Vec<PathBuf> {
    let files = [
        ("a.vol", heidelberg(&phantom(1))),
        ("b.png", png(&phantom(2))),
        ("c.dcm", dicom(&phantom(3))),
        ("d.fds", topcon(&phantom(4))),
        ("e.mat", matlab(&phantom(5))),
    ];
    files
        .into_iter()
        .map(|(name, bytes)| {
            let path = folder.join(format!("{TOKEN}-{name}"));
            std::fs::write(&path, bytes).expect("the folder is writable");
            path
        })
        .collect()
}

/// What is in a compressed file, as far as it is one.
pub(crate) fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        flate2::read::GzDecoder::new(bytes)
            .read_to_end(&mut out)
            .expect("our own gzip");
    }
    out
}

fn phantom(seed: u64) -> PhantomVolume {
    let params = PhantomParams::normal()
        .with_size(SizePx::new(96, 80))
        .with_bscans(2);
    fovea_phantom::generate(seed, &params)
}

/// IDs, visit and patient of the file header, and the bytes that B-scan headers keep free.
fn heidelberg(phantom: &PhantomVolume) -> Vec<u8> {
    let mut bytes = fovea_phantom::heidelberg_vol(&phantom.volume);
    for at in [104, 120, 140, 176, 400, 1200] {
        bytes[at..at + TOKEN.len()].copy_from_slice(TOKEN.as_bytes());
    }
    bytes
}

/// Every chunk about the patient, and what follows model and eye in those about the device.
fn topcon(phantom: &PhantomVolume) -> Vec<u8> {
    let mut chunks = topcon_chunks(&phantom.volume);
    for (name, content) in &mut chunks {
        let from = match *name {
            "@HW_INFO_03" => 16,
            "@CAPTURE_INFO_02" => 2,
            name if name.starts_with("@PATIENT") => 0,
            _ => continue,
        };
        let text = TOKEN.bytes().cycle();
        content[from..]
            .iter_mut()
            .zip(text)
            .for_each(|(place, byte)| *place = byte);
    }
    topcon_file("FDS", &chunks)
}

/// The text of the header, and every variable with text about the patient.
fn matlab(phantom: &PhantomVolume) -> Vec<u8> {
    let mut variables = matlab_spectralis(&phantom.volume);
    for (_, value) in &mut variables {
        match value {
            MatlabValue::Text(text) if text == PATIENT_CANARY => *text = TOKEN.to_owned(),
            _ => {}
        }
    }
    let writer = MatlabWriter {
        is_big_endian: false,
    };
    let mut bytes = writer.file(&variables);
    bytes[24..24 + TOKEN.len()].copy_from_slice(TOKEN.as_bytes());
    bytes
}

/// A text chunk (PNG specification, 11.3.4.3) before the end.
fn png(phantom: &PhantomVolume) -> Vec<u8> {
    let bscan = &phantom.volume.bscans[0];
    let mut bytes = fovea_imaging::encode_png_gray8(bscan.size, &bscan.pixels).expect("a PNG");
    let end = bytes.len() - 12;
    let text = format!("tEXtAuthor\0{TOKEN}");
    let mut chunk = (text.len() as u32 - 4).to_be_bytes().to_vec();
    chunk.extend(text.as_bytes());
    let mut crc = flate2::Crc::new();
    crc.update(text.as_bytes());
    chunk.extend(crc.sum().to_be_bytes());
    bytes.splice(end..end, chunk);
    bytes
}

/// An OPT image whose patient, site, people, device and private elements are all the token.
fn dicom(phantom: &PhantomVolume) -> Vec<u8> {
    let bscan = &phantom.volume.bscans[0];
    let mut set = InMemDicomObject::new_empty();
    let mut put = |tag, vr, value: PrimitiveValue| {
        set.put(DataElement::new(tag, vr, value));
    };
    put(tags::SOP_CLASS_UID, VR::UI, OPT.into());
    put(tags::SOP_INSTANCE_UID, VR::UI, "2.25.1234".into());
    put(tags::STUDY_INSTANCE_UID, VR::UI, "2.25.1235".into());
    put(tags::SERIES_INSTANCE_UID, VR::UI, "2.25.1236".into());
    put(tags::MODALITY, VR::CS, "OPT".into());
    put(tags::PATIENT_NAME, VR::PN, TOKEN.into());
    put(tags::PATIENT_ID, VR::LO, TOKEN.into());
    put(tags::OPERATORS_NAME, VR::PN, TOKEN.into());
    put(tags::REFERRING_PHYSICIAN_NAME, VR::PN, TOKEN.into());
    put(tags::INSTITUTION_NAME, VR::LO, TOKEN.into());
    put(tags::STUDY_DESCRIPTION, VR::LO, TOKEN.into());
    put(tags::SERIES_DESCRIPTION, VR::LO, TOKEN.into());
    put(tags::IMAGE_COMMENTS, VR::LT, TOKEN.into());
    put(tags::DEVICE_SERIAL_NUMBER, VR::LO, TOKEN.into());
    put(tags::MANUFACTURER, VR::LO, TOKEN.into());
    put(tags::MANUFACTURER_MODEL_NAME, VR::LO, TOKEN.into());
    put(tags::ACCESSION_NUMBER, VR::SH, TOKEN.into());
    put(dicom_core::Tag(0x0009, 0x0010), VR::LO, TOKEN.into());
    put(dicom_core::Tag(0x0009, 0x1001), VR::LO, TOKEN.into());
    put(tags::SAMPLES_PER_PIXEL, VR::US, 1_u16.into());
    put(
        tags::PHOTOMETRIC_INTERPRETATION,
        VR::CS,
        "MONOCHROME2".into(),
    );
    put(tags::NUMBER_OF_FRAMES, VR::IS, "1".into());
    put(tags::ROWS, VR::US, (bscan.size.height as u16).into());
    put(tags::COLUMNS, VR::US, (bscan.size.width as u16).into());
    put(tags::BITS_ALLOCATED, VR::US, 8_u16.into());
    put(tags::BITS_STORED, VR::US, 8_u16.into());
    put(tags::HIGH_BIT, VR::US, 7_u16.into());
    put(tags::PIXEL_REPRESENTATION, VR::US, 0_u16.into());
    put(
        tags::PIXEL_DATA,
        VR::OB,
        PrimitiveValue::U8(bscan.pixels.clone().into()),
    );
    let meta = FileMetaTableBuilder::new()
        .media_storage_sop_class_uid(OPT)
        .media_storage_sop_instance_uid("2.25.1234")
        .transfer_syntax(EXPLICIT)
        .implementation_class_uid("2.25.1");
    let file = set.with_meta(meta).expect("a whole meta group");
    let mut bytes = Vec::new();
    file.write_all(&mut bytes).expect("writes to memory");
    bytes
}
