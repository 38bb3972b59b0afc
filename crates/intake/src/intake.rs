//! The door itself.

use std::fs;
use std::path::Path;

use fovea_imaging::{Budget, ReadError, SourceFormat, Volume, open_dicom, read_bytes, read_path};

use crate::deid::deidentify;
use crate::facts::Facts;
use crate::policy::Evidence;
use crate::{
    Action, Admitted, Decision, Declared, Examination, Flag, Policy, Reason, Refusal, Report,
    SiteKey, text, volume,
};

/// Lets scans in by a policy.
#[derive(Clone, Debug)]
pub struct Intake {
    policy: Policy,
    key: SiteKey,
    budget: Budget,
}

/// A file that was read and freed of the patient, before the policy was asked.
struct Cleaned {
    volume: Volume,
    dicom: Option<Vec<u8>>,
    evidence: Evidence,
    report: Report,
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
        let is_dicom = path.is_file() && has_dicom_prefix(path);
        match is_dicom {
            true => {
                let bytes = self.read(path)?;
                self.examine_bytes(&bytes)
            }
            false => {
                let volume = read_path(path, &self.budget).map_err(unreadable)?;
                self.examined(self.foreign(volume))
            }
        }
    }

    /// As [`Intake::examine_path`], for the content of one file.
    ///
    /// # Errors
    /// As there.
    pub fn examine_bytes(&self, bytes: &[u8]) -> Result<Examination, Refusal> {
        let cleaned = match bytes.get(128..132) == Some(b"DICM") {
            true => self.dicom(bytes)?,
            false => self.foreign(read_bytes(bytes, &self.budget).map_err(unreadable)?),
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

    /// DICOM in, DICOM out: the same file without the patient, in the same transfer syntax.
    ///
    /// # Errors
    /// As for [`Intake::admit`], except that nothing has to be declared; a file that is no DICOM is unreadable.
    pub fn deidentify_bytes(&self, bytes: &[u8]) -> Result<(Vec<u8>, Report), Refusal> {
        let examination = self.examined(self.dicom(bytes)?)?;
        let sentence = |reasons: &[Reason]| {
            reasons
                .last()
                .map(|reason| reason.sentence.clone())
                .unwrap_or_default()
        };
        match examination.decision {
            Decision::Quarantine => Err(Refusal::Quarantined {
                sentence: sentence(&examination.reasons),
            }),
            Decision::Reject => Err(Refusal::Rejected {
                sentence: sentence(&examination.reasons),
            }),
            Decision::Allow | Decision::Deid => match examination.dicom {
                Some(dicom) => Ok((dicom, examination.report)),
                None => Err(no_dicom()),
            },
        }
    }

    fn examined(&self, cleaned: Cleaned) -> Result<Examination, Refusal> {
        let Cleaned {
            volume,
            dicom,
            evidence,
            mut report,
        } = cleaned;
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

    /// A scan that is no DICOM: its pixels and geometry are all that is kept of it.
    fn foreign(&self, mut volume: Volume) -> Cleaned {
        let mut report = self.report(volume.format);
        report.reencoded = vec![format!(
            "Pixels and geometry were taken out of the {}, and nothing else of it is kept.",
            match volume.format {
                SourceFormat::Folder => "folder of pictures".to_owned(),
                format => format!("{format} file"),
            }
        )];
        report.reencoded.extend(volume::clean(&mut volume));
        let evidence = Evidence {
            format: Some(volume.format),
            text_score: text::text_score(&volume),
            ..Evidence::default()
        };
        report.text_score = evidence.text_score;
        Cleaned {
            volume,
            dicom: None,
            evidence,
            report,
        }
    }

    /// A DICOM file: de-identified first, and read from what is left.
    fn dicom(&self, bytes: &[u8]) -> Result<Cleaned, Refusal> {
        let object = open_dicom(bytes, &self.budget).map_err(unreadable)?;
        let facts = Facts::of(&object);
        let mut evidence = Evidence {
            format: Some(SourceFormat::Dicom),
            sop_class: facts.sop_class.clone(),
            modality: facts.modality.clone(),
            flags: flags(&facts),
            text_score: 0.0,
        };
        // What is rejected whatever the pixels show need not be cleaned or read; a report of text may not even be.
        if let (Decision::Reject, reason) = self.policy.decide(&evidence) {
            return Err(Refusal::Rejected {
                sentence: reason.sentence,
            });
        }
        let clean = deidentify(object, &facts, &self.policy, &self.key)?;
        let mut volume = read_bytes(&clean.bytes, &self.budget).map_err(unreadable)?;
        evidence.text_score = text::text_score(&volume);
        let mut report = self.report(SourceFormat::Dicom);
        report.text_score = evidence.text_score;
        report.reencoded = clean.reencoded;
        report.reencoded.extend(volume::clean(&mut volume));
        report.uids_replaced = clean.trail.uids_replaced();
        report.dates_shifted = clean.trail.count(Action::Shifted);
        report.kept = clean.trail.kept;
        report.attributes = clean.trail.into_attributes();
        Ok(Cleaned {
            volume,
            dicom: Some(clean.bytes),
            evidence,
            report,
        })
    }

    fn report(&self, format: SourceFormat) -> Report {
        Report {
            policy: self.policy.id(),
            policy_sha256: self.policy.sha256().to_owned(),
            format,
            decision: Decision::Reject,
            reasons: Vec::new(),
            consent: None,
            device_id: None,
            released: None,
            text_score: 0.0,
            reencoded: Vec::new(),
            uids_replaced: 0,
            dates_shifted: 0,
            kept: 0,
            attributes: Vec::new(),
        }
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, Refusal> {
        let unreadable = |reason: std::io::Error| Refusal::Unreadable {
            sentence: format!(
                "The file cannot be read: {}; check that it exists and that you may read it.",
                reason.kind()
            ),
        };
        let length = fs::metadata(path).map_err(unreadable)?.len();
        match length <= self.budget.max_file_bytes {
            true => fs::read(path).map_err(unreadable),
            false => Err(Refusal::Unreadable {
                sentence: format!(
                    "The file has {length} bytes, over the limit of {} bytes; split it into smaller parts.",
                    self.budget.max_file_bytes
                ),
            }),
        }
    }
}

fn has_dicom_prefix(path: &Path) -> bool {
    use std::io::Read;
    let mut start = [0; 132];
    let read = fs::File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && start[128..] == *b"DICM"
}

fn no_dicom() -> Refusal {
    Refusal::Unreadable {
        sentence: "The file is no DICOM file; choose one that is.".to_owned(),
    }
}

/// The reader's sentence, without the name of a file: names of files are names of patients often enough.
fn unreadable(error: ReadError) -> Refusal {
    let sentence = match error {
        ReadError::Unreadable { reason, .. } => format!(
            "The file cannot be read: {}; check that it exists and that you may read it.",
            reason.kind()
        ),
        ReadError::InFile { fault, .. } => {
            let Refusal::Unreadable { sentence } = unreadable(*fault) else {
                return no_dicom();
            };
            format!("In one of the pictures of the folder: {sentence}")
        }
        ReadError::MixedSizes { first_size, other_size, .. } => format!(
            "One picture is {first_size} px but another is {other_size} px, and the B-scans of one volume must be of one size; put them in separate folders."
        ),
        ReadError::NotRecognised { .. } => {
            "The file is in no format that Fovea knows; choose a scan that `fovea info` can name, or a folder of PNG, TIFF, BMP or JPEG B-scans.".to_owned()
        }
        other => other.to_string(),
    };
    Refusal::Unreadable { sentence }
}

fn flags(facts: &Facts) -> Vec<Flag> {
    let is_capture = facts.sop_class == "1.2.840.10008.5.1.4.1.1.7"
        || facts.sop_class.starts_with("1.2.840.10008.5.1.4.1.1.7.");
    let is_video = facts
        .transfer_syntax
        .strip_prefix("1.2.840.10008.1.2.4.")
        .is_some_and(|kind| {
            matches!(
                kind.get(..3),
                Some("100" | "101" | "102" | "103" | "104" | "105" | "106" | "107" | "108")
            )
        });
    [
        (facts.is_burned_in, Flag::BurnedInAnnotation),
        (is_capture, Flag::SecondaryCapture),
        (facts.samples > 1, Flag::Colour),
        (!facts.has_pixels, Flag::NoPixels),
        (facts.has_document, Flag::EncapsulatedDocument),
        (is_video, Flag::Video),
    ]
    .into_iter()
    .filter_map(|(is_set, flag)| is_set.then_some(flag))
    .collect()
}
