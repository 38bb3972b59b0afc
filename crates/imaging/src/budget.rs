//! Limits that hold before anything is allocated.

use fovea_geometry::SizePx;

use crate::ReadError;

/// What one import may cost. The defaults hold any clinical volume with room to spare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Most decoded pixel bytes of a volume, at the depth of the file.
    pub max_decoded_bytes: u64,
    /// Most B-scans, pages or files of a volume.
    pub max_frames: u32,
    /// Longest side of a picture.
    pub max_side_px: u32,
    /// Largest file that is read at all.
    pub max_file_bytes: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            max_decoded_bytes: 4 << 30,
            max_frames: 20_000,
            max_side_px: 16_384,
            max_file_bytes: 4 << 30,
        }
    }
}

impl Budget {
    /// `width` × `height` as a size, refused when it is empty or a side is too long.
    pub(crate) fn size(&self, what: &str, width: u64, height: u64) -> Result<SizePx, ReadError> {
        let limit = u64::from(self.max_side_px);
        if width == 0 || height == 0 {
            return Err(ReadError::EmptyPicture {
                what: what.to_owned(),
                width,
                height,
            });
        }
        if width > limit || height > limit {
            return Err(ReadError::over(
                what,
                format!("{width}×{height} px"),
                format!("{limit} px a side"),
            ));
        }
        Ok(SizePx::new(width as u32, height as u32))
    }

    /// Refuses more than `max_frames` frames.
    pub(crate) fn frames(&self, what: &str, count: u64) -> Result<(), ReadError> {
        let limit = u64::from(self.max_frames);
        match count <= limit {
            true => Ok(()),
            false => Err(ReadError::over(
                what,
                format!("{count} frames"),
                format!("{limit} frames"),
            )),
        }
    }

    /// Refuses more than `max_decoded_bytes` decoded bytes; `None` stands for a product that overflowed.
    pub(crate) fn decoded(&self, what: &str, bytes: Option<u64>) -> Result<u64, ReadError> {
        let limit = self.max_decoded_bytes;
        match bytes {
            Some(bytes) if bytes <= limit => Ok(bytes),
            Some(bytes) => Err(ReadError::over(what, bytes_text(bytes), bytes_text(limit))),
            None => Err(ReadError::over(
                what,
                "more bytes than can be counted".to_owned(),
                bytes_text(limit),
            )),
        }
    }

    /// Refuses pixels that no compression could have put into `file_bytes`, so that a small file cannot ask for
    /// much memory. LZW, the densest in use, reaches less than 4096 : 1.
    pub(crate) fn plausible(
        &self,
        format: &'static str,
        decoded: Option<u64>,
        file_bytes: u64,
    ) -> Result<(), ReadError> {
        match decoded.is_some_and(|decoded| decoded / 4_096 <= file_bytes) {
            true => Ok(()),
            false => Err(ReadError::truncated(format, file_bytes, "the picture data")),
        }
    }

    /// Refuses a file larger than `max_file_bytes`.
    pub(crate) fn file(&self, bytes: u64) -> Result<(), ReadError> {
        match bytes <= self.max_file_bytes {
            true => Ok(()),
            false => Err(ReadError::over(
                "The file",
                bytes_text(bytes),
                bytes_text(self.max_file_bytes),
            )),
        }
    }
}

fn bytes_text(bytes: u64) -> String {
    match bytes {
        0..1_048_576 => format!("{bytes} bytes"),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}
