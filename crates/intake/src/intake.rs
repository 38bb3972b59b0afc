//! The door itself.

use std::fs;
use std::path::Path;

use fovea_imaging::{Budget, SourceFormat, read_bytes, read_path};

use crate::cleaned::Cleaned;
use crate::policy::Evidence;
use crate::refusal::{not_readable, unreadable};
use crate::{Admitted, Decision, Declared, Examination, Policy, Refusal, SiteKey, volume};

/// Lets scans in by a policy.
#[derive(Clone, Debug)]
pub struct Intake {
    pub(crate) policy: Policy,
    pub(crate) key: SiteKey,
    pub(crate) budget: Budget,
}

impl Intake {
    /// A door with a policy and the key of the site.
    pub fn new(policy: Policy, key: SiteKey) -> Self {
        Self {
            policy,
            key,
            budget: Budget::default(),
        }
    }

    /// The same door with other limits.
    pub fn with_budget(self, budget: Budget) -> Self {
        Self { budget, ..self }
    }

    /// The policy by which it decides.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Looks at a file, or at a folder of pictures. Nothing is stored.
    ///
    /// # Errors
    /// [`Refusal::Unreadable`], and [`Refusal::Rejected`] for DICOM files that hold no scan.
    pub fn examine_path(&self, path: &Path) -> Result<Examination, Refusal> {
        if path.is_file() && has_dicom_prefix(path) {
            return self.examine_bytes(&self.read(path)?);
        }
        let volume = read_path(path, &self.budget).map_err(unreadable)?;
        self.examined(match (volume.format, path.is_file()) {
            // Without the signature that files of DICOM start with.
            (SourceFormat::Dicom, true) => self.dicom(&self.read(path)?)?,
            (SourceFormat::Dicom, false) => self.slices(path, volume)?,
            _ => self.foreign(volume, Evidence::default()),
        })
    }

    /// As [`Intake::examine_path`], for the content of one file.
    ///
    /// # Errors
    /// As there.
    pub fn examine_bytes(&self, bytes: &[u8]) -> Result<Examination, Refusal> {
        let cleaned = match bytes.get(128..132) == Some(b"DICM") {
            true => self.dicom(bytes)?,
            false => match read_bytes(bytes, &self.budget).map_err(unreadable)? {
                volume if volume.format == SourceFormat::Dicom => self.dicom(bytes)?,
                volume => self.foreign(volume, Evidence::default()),
            },
        };
        self.examined(cleaned)
    }

    /// Lets in what was examined.
    ///
    /// # Errors
    /// What the policy asks for is not declared, or it rejects the file, or quarantines it and nobody released it.
    pub fn admit(
        &self,
        examination: Examination,
        declared: &Declared,
    ) -> Result<Admitted, Refusal> {
        self.policy.check(declared)?;
        let mut report = examination.report;
        let mut decided = (examination.decision, examination.reasons);
        if decided.0 == Decision::Quarantine {
            let release = declared.release.as_ref().filter(|release| {
                !release.by.trim().is_empty() && !release.reason.trim().is_empty()
            });
            report.released = release.cloned();
            if release.is_some() {
                decided.1.push(examination.released.1);
                decided.0 = examination.released.0;
            }
        }
        let sentence = decided.1.last().map(|reason| reason.sentence.clone());
        let sentence = sentence.unwrap_or_default();
        match decided.0 {
            Decision::Quarantine => return Err(Refusal::Quarantined { sentence }),
            Decision::Reject => return Err(Refusal::Rejected { sentence }),
            Decision::Allow | Decision::Deid => {}
        }
        (report.decision, report.reasons) = decided;
        report.consent = declared.consent;
        report.device_id = declared.device_id.clone();
        let mut volume = examination.volume;
        volume::declare(&mut volume, declared);
        Ok(Admitted {
            volume,
            report,
            dicom: examination.dicom,
        })
    }

    /// Examines and lets in a file, or a folder of pictures.
    ///
    /// # Errors
    /// Those of [`Intake::examine_path`] and [`Intake::admit`]; what is not declared is said before the file is read.
    pub fn admit_path(&self, path: &Path, declared: &Declared) -> Result<Admitted, Refusal> {
        self.policy.check(declared)?;
        self.admit(self.examine_path(path)?, declared)
    }

    /// As [`Intake::admit_path`], for the content of one file.
    ///
    /// # Errors
    /// As there.
    pub fn admit_bytes(&self, bytes: &[u8], declared: &Declared) -> Result<Admitted, Refusal> {
        self.policy.check(declared)?;
        self.admit(self.examine_bytes(bytes)?, declared)
    }

    fn examined(&self, cleaned: Cleaned) -> Result<Examination, Refusal> {
        let Cleaned {
            volume,
            dicom,
            evidence,
            mut report,
        } = cleaned;
        let volume = volume?;
        let (decision, reason) = self.policy.decide(&evidence);
        report.decision = decision;
        report.reasons = vec![reason.clone()];
        Ok(Examination {
            format: volume.format,
            decision,
            reasons: vec![reason],
            flags: evidence.flags.clone(),
            text_score: evidence.text_score,
            attributes: report.attributes.clone(),
            released: self.policy.decide_released(&evidence),
            volume,
            report,
            dicom,
        })
    }

    pub(crate) fn read(&self, path: &Path) -> Result<Vec<u8>, Refusal> {
        let length = fs::metadata(path).map_err(not_readable)?.len();
        match length <= self.budget.max_file_bytes {
            true => fs::read(path).map_err(not_readable),
            false => Err(Refusal::Unreadable {
                sentence: format!(
                    "The file has {length} bytes, over the limit of {} bytes; split it into smaller parts.",
                    self.budget.max_file_bytes
                ),
            }),
        }
    }
}

pub(crate) fn has_dicom_prefix(path: &Path) -> bool {
    use std::io::Read;
    let mut start = [0; 132];
    let read = fs::File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && start[128..] == *b"DICM"
}
