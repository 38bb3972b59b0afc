//! Reading a file and freeing it of the patient, before the policy is asked about the result.

use std::fs;
use std::path::Path;

use fovea_imaging::{SourceFormat, Volume, guarded, open_dicom, read_bytes_deep};

use crate::deid::deidentify;
use crate::facts::Facts;
use crate::policy::Evidence;
use crate::refusal::{not_readable, unreadable};
use crate::{Action, Decision, Flag, Intake, Refusal, Report, text, volume};

/// A file that was read and freed of the patient.
pub(crate) struct Cleaned {
    /// The scan, or why its pixels cannot be read.
    pub(crate) volume: Result<Volume, Refusal>,
    pub(crate) dicom: Option<Vec<u8>>,
    pub(crate) evidence: Evidence,
    pub(crate) report: Report,
}

impl Intake {
    /// A scan that is no DICOM: its pixels and geometry are all that is kept of it.
    pub(crate) fn foreign(&self, mut volume: Volume, evidence: Evidence) -> Cleaned {
        let mut report = self.report(volume.format);
        report.reencoded = vec![format!(
            "Pixels and geometry were taken out of the {}, and nothing else of it is kept.",
            match volume.format {
                SourceFormat::Folder => "folder of pictures".to_owned(),
                format => format!("{format} file"),
            }
        )];
        report
            .reencoded
            .extend(volume::clean(&mut volume, self.policy.devices()));
        let mut evidence = Evidence {
            format: Some(volume.format),
            text_score: text::text_score(&volume),
            ..evidence
        };
        note_colour(&mut evidence.flags, &volume);
        report.text_score = evidence.text_score;
        Cleaned {
            volume: Ok(volume),
            dicom: None,
            evidence,
            report,
        }
    }

    /// A folder of DICOM slices that were read as one volume: what any of them says counts for all.
    pub(crate) fn slices(&self, folder: &Path, volume: Volume) -> Result<Cleaned, Refusal> {
        let mut evidence: Option<Evidence> = None;
        for entry in fs::read_dir(folder).map_err(not_readable)? {
            let path = entry.map_err(not_readable)?.path();
            if !path.is_file() {
                continue;
            }
            // What is no DICOM file was left out of the volume too.
            let Ok(object) = open_dicom(&self.read(&path)?, &self.budget) else {
                continue;
            };
            let slice = evidence_of(&Facts::of(&object));
            let all = evidence.get_or_insert_with(|| slice.clone());
            all.flags.extend(slice.flags);
            if all.sop_class != slice.sop_class || all.modality != slice.modality {
                // Of no one kind, so no rule may take it for one.
                all.sop_class.clear();
                all.modality.clear();
            }
        }
        Ok(self.foreign(volume, evidence.unwrap_or_default()))
    }

    /// A DICOM file: de-identified first, and read from what is left.
    pub(crate) fn dicom(&self, bytes: &[u8]) -> Result<Cleaned, Refusal> {
        guarded(|| self.clean_dicom(bytes)).map_err(unreadable)?
    }

    fn clean_dicom(&self, bytes: &[u8]) -> Result<Cleaned, Refusal> {
        let object = open_dicom(bytes, &self.budget).map_err(unreadable)?;
        let facts = Facts::of(&object);
        let mut evidence = evidence_of(&facts);
        // What is rejected whatever the pixels show need not be cleaned or read; a report of text may not even be.
        if let (Decision::Reject, reason) = self.policy.decide(&evidence) {
            return Err(Refusal::Rejected {
                sentence: reason.sentence,
            });
        }
        let clean = deidentify(object, &facts, &self.policy, &self.key)?;
        // The file keeps its values, so what the window hides counts too.
        let volume = read_bytes_deep(&clean.bytes, &self.budget).map_err(unreadable);
        match &volume {
            Ok(volume) => {
                evidence.text_score = text::text_score(volume);
                note_colour(&mut evidence.flags, volume);
            }
            Err(_) => evidence.flags.push(Flag::PixelsUnread),
        }
        let mut volume = volume.map(Volume::without_depth);
        let mut report = self.report(SourceFormat::Dicom);
        report.text_score = evidence.text_score;
        report.reencoded = clean.reencoded;
        if let Ok(volume) = &mut volume {
            let said = volume::clean(volume, self.policy.devices());
            report.reencoded.extend(said);
        }
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
}

fn evidence_of(facts: &Facts) -> Evidence {
    Evidence {
        format: Some(SourceFormat::Dicom),
        sop_class: facts.sop_class.clone(),
        modality: facts.modality.clone(),
        flags: flags(facts),
        text_score: 0.0,
    }
}

fn note_colour(flags: &mut Vec<Flag>, volume: &Volume) {
    // The numbers of a DICOM file may have said it.
    if volume.had_colour && !flags.contains(&Flag::Colour) {
        flags.push(Flag::Colour);
    }
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
