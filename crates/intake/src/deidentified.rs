//! A file out again without the patient: DICOM as it was, everything else as DICOM made anew.

use std::path::Path;

use chrono::NaiveDateTime;
use fovea_imaging::{
    DicomExport, SourceFormat, Volume, encode_dicom_fundus, encode_dicom_opt, read_path_deep,
};

use crate::cleaned::Cleaned;
use crate::intake::has_dicom_prefix;
use crate::policy::Evidence;
use crate::refusal::{no_dicom, not_writable, unreadable};
use crate::{Decision, Intake, Refusal, Report};

/// What a file became. None of it holds anything personal.
#[derive(Clone, Debug)]
pub struct Deidentified {
    /// The scan as a DICOM file.
    pub scan: Vec<u8>,
    /// The picture of the fundus that lay in the same file, as a DICOM file of the same study. DICOM files have none:
    /// there it is a file of its own.
    pub fundus: Option<Vec<u8>>,
    /// What was done.
    pub report: Report,
}

impl Intake {
    /// DICOM in, DICOM out: the same file without the patient, in the same transfer syntax.
    ///
    /// # Errors
    /// As for [`Intake::admit`], except that nothing has to be declared; a file that is no DICOM is unreadable.
    pub fn deidentify_bytes(&self, bytes: &[u8]) -> Result<(Vec<u8>, Report), Refusal> {
        let (cleaned, report) = self.passed(self.dicom(bytes)?)?;
        Ok((cleaned.dicom.ok_or_else(no_dicom)?, report))
    }

    /// Any scan in, DICOM out. DICOM stays what it is; of other files a tomogram is made of pixels and geometry, at the
    /// depth of the file where that is up to 16 bits, and says `written_at` where a time is asked for.
    ///
    /// # Errors
    /// As for [`Intake::deidentify_bytes`]; and a scan without a known pixel size cannot become a tomogram.
    pub fn deidentify_path(
        &self,
        path: &Path,
        written_at: NaiveDateTime,
    ) -> Result<Deidentified, Refusal> {
        let of_dicom = |bytes: &[u8]| {
            let (scan, report) = self.deidentify_bytes(bytes)?;
            Ok(Deidentified {
                scan,
                fundus: None,
                report,
            })
        };
        if has_dicom_prefix(path) {
            return of_dicom(&self.read(path)?);
        }
        let volume = read_path_deep(path, &self.budget).map_err(unreadable)?;
        if volume.format == SourceFormat::Dicom {
            // Without the signature that files of DICOM start with.
            return of_dicom(&self.read(path)?);
        }
        let (cleaned, report) = self.passed(self.foreign(volume, Evidence::default()))?;
        let volume = cleaned.volume?;
        let export = DicomExport::of_case(&volume, written_at);
        Ok(Deidentified {
            scan: encode_dicom_opt(&volume, &export).map_err(not_writable)?,
            fundus: fundus(&volume, &export)?,
            report,
        })
    }

    /// What the policy lets pass, and the report that says so.
    fn passed(&self, cleaned: Cleaned) -> Result<(Cleaned, Report), Refusal> {
        let (decision, reason) = self.policy.decide(&cleaned.evidence);
        let sentence = reason.sentence.clone();
        match decision {
            Decision::Quarantine => Err(Refusal::Quarantined { sentence }),
            Decision::Reject => Err(Refusal::Rejected { sentence }),
            Decision::Allow | Decision::Deid => {
                let mut report = cleaned.report.clone();
                (report.decision, report.reasons) = (decision, vec![reason]);
                Ok((cleaned, report))
            }
        }
    }
}

fn fundus(volume: &Volume, export: &DicomExport) -> Result<Option<Vec<u8>>, Refusal> {
    let picture = volume
        .slo
        .as_ref()
        .map(|_| encode_dicom_fundus(volume, export));
    picture.transpose().map_err(not_writable)
}
