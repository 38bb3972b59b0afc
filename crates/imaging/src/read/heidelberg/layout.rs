//! Sizes of a `.vol`, held against the budget and the length of the file before anything is allocated.

use fovea_geometry::SizePx;

use super::FORMAT;
use super::header::{BSCAN_HEADER_BYTES, FILE_HEADER_BYTES, FileHeader};
use crate::{Budget, ReadError};

/// Sizes that fit.
pub(super) struct Layout {
    pub(super) bscan: SizePx,
    pub(super) slo: Option<SizePx>,
}

impl Layout {
    pub(super) fn check(
        header: &FileHeader,
        file_bytes: u64,
        budget: &Budget,
    ) -> Result<Self, ReadError> {
        let bscan = budget.size(
            "A B-scan of the .vol file (bytes 12 to 24)",
            header.size_x.into(),
            header.size_z.into(),
        )?;
        let has_slo = header.slo_width > 0 && header.slo_height > 0;
        let slo = has_slo.then(|| {
            budget.size(
                "The SLO picture of the .vol file (bytes 48 to 56)",
                header.slo_width.into(),
                header.slo_height.into(),
            )
        });
        let slo = slo.transpose()?;
        let count = u64::from(header.bscan_count);
        if count == 0 {
            return Err(ReadError::damaged(FORMAT, 16, "it declares no B-scan"));
        }
        budget.frames("The .vol file (byte 16)", count)?;
        let pixel_bytes = bscan.len() as u64 * 4;
        budget.decoded("The .vol file", count.checked_mul(pixel_bytes))?;
        // Lines and padding come on top, but this much every file of these sizes has.
        let least = (pixel_bytes + BSCAN_HEADER_BYTES) * count
            + FILE_HEADER_BYTES
            + slo.map_or(0, |size| size.len() as u64);
        if least > file_bytes {
            let what = format!(
                "{count} B-scans of {}×{} px, which take at least {least} bytes",
                bscan.width, bscan.height
            );
            return Err(ReadError::truncated(FORMAT, file_bytes, what));
        }
        Ok(Self { bscan, slo })
    }
}
