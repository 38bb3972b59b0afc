//! Telling formats apart by content alone.

use crate::ReadError;
use crate::dicom::is_without_preamble;

/// A format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Png,
    Tiff,
    Bmp,
    Jpeg,
    HeidelbergVol,
    HeidelbergE2e,
    HeyexXml,
    Topcon,
    Dicom,
    Nifti,
    MetaImage,
    Matlab,
    Eyelab,
}

/// Bytes at the start of a file that decide about its format.
pub(crate) const HEAD_BYTES: u64 = 1_024;

/// Signatures with their offsets; the first that fits decides. DICOM comes first, because its preamble may dress it up
/// as TIFF. The `ep-v` variant of Heidelberg's layout is what open tools write.
const KNOWN: [(&[u8], usize, Kind); 19] = [
    (b"DICM", 128, Kind::Dicom),
    (b"\x89PNG\r\n\x1a\n", 0, Kind::Png),
    (b"II*\0", 0, Kind::Tiff),
    (b"MM\0*", 0, Kind::Tiff),
    (b"II+\0", 0, Kind::Tiff),
    (b"MM\0+", 0, Kind::Tiff),
    (b"\xff\xd8\xff", 0, Kind::Jpeg),
    (b"HSF-OCT-", 0, Kind::HeidelbergVol),
    (b"ep-v", 0, Kind::HeidelbergVol),
    (b"CMDb", 0, Kind::HeidelbergE2e),
    (b"FOCT", 0, Kind::Topcon),
    (b"MATLAB 5.0", 0, Kind::Matlab),
    (b"n+1\0", 344, Kind::Nifti),
    (b"ni1\0", 344, Kind::Nifti),
    (b"n+2\0\r\n\x1a\n", 4, Kind::Nifti),
    (b"ni2\0\r\n\x1a\n", 4, Kind::Nifti),
    // Of the gzip archives only NIfTI is a scan; its reader says what else it found.
    (b"\x1f\x8b", 0, Kind::Nifti),
    (b"<HEDX>", 0, Kind::HeyexXml),
    (b"ObjectType", 0, Kind::MetaImage),
];

const EXPORT_IMAGES: &str =
    "export the scan from the device as DICOM, TIFF or Heidelberg .vol and import that";

/// Formats that are recognised, so that the refusal can name them: signature, offset, name, advice.
const FOREIGN: [(&[u8], usize, &str, &str); 11] = [
    (b"\x89HDF\r\n\x1a\n", 0, "an HDF5 file", EXPORT_IMAGES),
    (
        b"\0\0\0\x0cjP  \r\n\x87\n",
        0,
        "a JPEG 2000 file",
        "save it as PNG or TIFF and import that",
    ),
    (
        b"\xff\x4f\xff\x51",
        0,
        "a JPEG 2000 file",
        "save it as PNG or TIFF and import that",
    ),
    (
        b"GIF8",
        0,
        "a GIF file",
        "save it as PNG or TIFF and import that",
    ),
    (
        b"WEBP",
        8,
        "a WebP file",
        "save it as PNG or TIFF and import that",
    ),
    (
        b"MATLAB 7.3",
        0,
        "a Matlab file of version 7.3",
        "save it with the option -v7 and import that",
    ),
    (b"%PDF", 0, "a PDF report", EXPORT_IMAGES),
    (b"\x93NUMPY", 0, "a NumPy array", EXPORT_IMAGES),
    (b"SQLite format 3\0", 0, "a database", "choose a scan"),
    (
        b"fovea-project",
        30,
        "a Fovea project",
        "import it as a project, which brings scans and labels together",
    ),
    (
        b"PK\x03\x04",
        0,
        "a zip archive",
        "unpack it and choose the scan or the folder of images inside",
    ),
];

/// The format of a file, or why it is refused.
pub(crate) fn sniff(bytes: &[u8]) -> Result<Kind, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::EmptyFile);
    }
    let at = |offset: usize, magic: &[u8]| {
        bytes
            .get(offset..)
            .is_some_and(|rest| rest.starts_with(magic))
    };
    if let Some((.., kind)) = KNOWN.iter().find(|(magic, offset, _)| at(*offset, magic)) {
        return Ok(*kind);
    }
    if let Some(kind) = without_signature(bytes) {
        return Ok(kind);
    }
    if let Some((.., format, advice)) = FOREIGN
        .iter()
        .find(|(magic, offset, ..)| at(*offset, magic))
    {
        return Err(ReadError::Foreign { format, advice });
    }
    Err(ReadError::not_recognised(bytes))
}

/// Formats that are told by more than a few bytes at one place.
fn without_signature(bytes: &[u8]) -> Option<Kind> {
    let head = &bytes[..bytes.len().min(HEAD_BYTES as usize)];
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let has = |part: &[u8]| head.windows(part.len()).any(|window| window == part);
    match () {
        () if is_bmp(bytes) => Some(Kind::Bmp),
        () if text.starts_with(b"<?xml") && has(b"<HEDX") => Some(Kind::HeyexXml),
        () if text.starts_with(b"<HEDX") => Some(Kind::HeyexXml),
        () if has(b"DimSize") && has(b"ElementDataFile") => Some(Kind::MetaImage),
        () if head.starts_with(b"PK\x03\x04") && (has(b"raw_volume.npy") || has(b"meta.json")) => {
            Some(Kind::Eyelab)
        }
        () if is_without_preamble(bytes) => Some(Kind::Dicom),
        () => None,
    }
}

/// `BM` alone is too weak a signature; the size of the second header must be one that exists.
fn is_bmp(bytes: &[u8]) -> bool {
    let header_size = bytes
        .get(14..18)
        .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    bytes.starts_with(b"BM")
        && matches!(header_size, None | Some(12 | 40 | 52 | 56 | 64 | 108 | 124))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_files_are_named() {
        let cases: [(&[u8], &str); 3] = [
            (b"\x93NUMPY\x01", "This is a NumPy array, which"),
            (
                b"PK\x03\x04rest",
                "This is a zip archive, which is not supported yet; unpack it",
            ),
            (b"%PDF-1.7", "This is a PDF report, which"),
        ];
        for (bytes, expected) in cases {
            let error = sniff(bytes).expect_err("foreign").to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn dicom_wins_over_what_its_preamble_pretends() {
        let mut dicom = b"II*\0".to_vec();
        dicom.resize(128, 0);
        dicom.extend_from_slice(b"DICM");
        assert_eq!(sniff(&dicom).expect("known"), Kind::Dicom);
    }

    #[test]
    fn unknown_files_show_their_first_bytes() {
        let error = sniff(b"BMW is no bitmap, nor a scan")
            .expect_err("unknown")
            .to_string();
        assert!(
            error.starts_with(
                "The file starts with bytes 42 4d 57 20 69 73 20 6e, which is no format"
            ),
            "{error}"
        );
    }
}
