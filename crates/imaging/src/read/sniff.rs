//! Telling formats apart by content alone.

use crate::ReadError;

/// A format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Png,
    Tiff,
    Bmp,
    Jpeg,
    HeidelbergVol,
}

/// Signatures at the start of a file. The `ep-v` variant of Heidelberg's layout is what open tools write.
const KNOWN: [(&[u8], Kind); 8] = [
    (b"\x89PNG\r\n\x1a\n", Kind::Png),
    (b"II*\0", Kind::Tiff),
    (b"MM\0*", Kind::Tiff),
    (b"II+\0", Kind::Tiff),
    (b"MM\0+", Kind::Tiff),
    (b"\xff\xd8\xff", Kind::Jpeg),
    (b"HSF-OCT-", Kind::HeidelbergVol),
    (b"ep-v", Kind::HeidelbergVol),
];

const EXPORT_IMAGES: &str =
    "export the scan from the device as PNG, TIFF or Heidelberg .vol and import that";

/// Formats that are recognised, so that the refusal can name them: signature, offset, name, advice.
const FOREIGN: [(&[u8], usize, &str, &str); 19] = [
    (b"DICM", 128, "a DICOM file", EXPORT_IMAGES),
    (b"CMDb", 0, "a Heidelberg .e2e file", EXPORT_IMAGES),
    (b"FOCT", 0, "a Topcon .fda or .fds file", EXPORT_IMAGES),
    (b"n+1\0", 344, "a NIfTI-1 file", EXPORT_IMAGES),
    (b"n+2\0\r\n\x1a\n", 4, "a NIfTI-2 file", EXPORT_IMAGES),
    (b"MATLAB 5.0", 0, "a Matlab file", EXPORT_IMAGES),
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
    (b"%PDF", 0, "a PDF report", EXPORT_IMAGES),
    (
        b"PK\x03\x04",
        0,
        "a zip archive",
        "unpack it and choose the scan or the folder of images inside",
    ),
    (
        b"\x1f\x8b",
        0,
        "a gzip archive",
        "unpack it and choose the scan inside",
    ),
    (b"\x93NUMPY", 0, "a NumPy array", EXPORT_IMAGES),
    (
        b"<HEDX>",
        0,
        "a HEYEX XML file",
        "choose the folder of images that lies beside it",
    ),
    (
        b"<?xml",
        0,
        "an XML file",
        "choose the folder of images that lies beside it",
    ),
    (
        b"\xef\xbb\xbf<?xml",
        0,
        "an XML file",
        "choose the folder of images that lies beside it",
    ),
    (b"SQLite format 3\0", 0, "a database", "choose a scan"),
];

/// The format of a file, or why it is refused.
pub(crate) fn sniff(bytes: &[u8]) -> Result<Kind, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::EmptyFile);
    }
    // Foreign signatures come first: a DICOM file may dress up as TIFF in its preamble.
    let at = |offset: usize, magic: &[u8]| {
        bytes
            .get(offset..)
            .is_some_and(|rest| rest.starts_with(magic))
    };
    if let Some((.., format, advice)) = FOREIGN
        .iter()
        .find(|(magic, offset, ..)| at(*offset, magic))
    {
        return Err(ReadError::Foreign { format, advice });
    }
    if let Some((_, kind)) = KNOWN.iter().find(|(magic, _)| at(0, magic)) {
        return Ok(*kind);
    }
    if is_bmp(bytes) {
        return Ok(Kind::Bmp);
    }
    let first: Vec<String> = bytes
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Err(ReadError::NotRecognised {
        first_bytes: first.join(" "),
    })
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
        let mut dicom = b"II*\0".to_vec();
        dicom.resize(128, 0);
        dicom.extend_from_slice(b"DICM");
        let cases: [(&[u8], &str); 5] = [
            (
                &dicom,
                "This is a DICOM file, which is not supported yet; export the scan",
            ),
            (b"CMDb\0\0", "This is a Heidelberg .e2e file, which"),
            (b"FOCTFDA\x01", "This is a Topcon .fda or .fds file, which"),
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
