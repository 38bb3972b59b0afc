//! A scan on its way out to the server: in a form without the patient, which the firewall itself has let through.

use chrono::NaiveDateTime;
use fovea_annotation::CaseId;
use fovea_editor::{SendItem, SendOrder, Source};
use fovea_imaging::{
    DicomExport, Laterality, Volume, WriteError, case_id_of, encode_dicom_opt,
    encode_meta_image_volume, encode_tiff_volume,
};
use fovea_intake::{Decision, Declared, Report};
use fovea_local_store::{NewUpload, Store};

use super::door::{Door, Seen, ground};
use super::removals::removals_of;
use super::stored::read_case;
use super::words::{sentence, word_of};

/// What is sent of a scan.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// A file of some format; nothing in it is personal.
    pub bytes: Vec<u8>,
    /// The case that the server will make of it.
    pub case: CaseId,
    laterality: Laterality,
}

/// The scan, and the de-identified file where it was DICOM.
struct Clean {
    volume: Volume,
    dicom: Option<Vec<u8>>,
}

impl Door {
    /// Looks at a case of the store as at a file.
    pub(super) fn look_at_case(&self, store: &Store, case: CaseId) -> Result<Seen, String> {
        let volume = read_case(store, case, &mut || Ok(()))?.volume;
        let intakes = store.intakes(case).map_err(sentence)?;
        let report: Option<Report> = intakes
            .last()
            .and_then(|record| serde_json::from_str(&record.intake.report).ok());
        let is_reduced =
            |report: &Report| report.decision != Decision::Allow && report.attributes.is_empty();
        Ok(Seen {
            id: case,
            is_reduced: report.as_ref().is_some_and(is_reduced),
            removals: report.map_or_else(Vec::new, |report| removals_of(&report.attributes)),
            volume,
            held_back: Vec::new(),
        })
    }

    /// What is sent of a scan. It passes the firewall twice: as what it is, and again in the form in which it leaves, as
    /// the server will see it.
    pub fn outgoing(
        &self,
        store: &Store,
        item: &SendItem,
        order: &SendOrder,
    ) -> Result<Outgoing, String> {
        let clean = match &item.source {
            Source::Path(path) => self.clean(path, item, order)?,
            Source::Case { case, .. } => Clean {
                volume: read_case(store, *case, &mut || Ok(()))?.volume,
                dicom: None,
            },
        };
        let wanted = case_id_of(&clean.volume);
        let mut first = Err(String::new());
        for form in forms(&clean) {
            let found = form
                .map_err(sentence)
                .and_then(|bytes| self.checked(bytes, &clean.volume));
            match found {
                Ok(outgoing) if outgoing.case == wanted => return Ok(outgoing),
                // A pixel size may lose its last digits on the way, which makes another case of it.
                found => first = first.or(found),
            }
        }
        first
    }

    fn clean(
        &self,
        path: &std::path::Path,
        item: &SendItem,
        order: &SendOrder,
    ) -> Result<Clean, String> {
        let found = self.intake.examine_path(path).map_err(sentence)?;
        if item.seen != case_id_of(&found.volume) {
            return Err("The file has changed since it was looked at; send it again.".to_owned());
        }
        let own_spacing_um = found.volume.spacing_um;
        let declared = Declared {
            consent: Some(ground(order.consent)),
            device_id: (!order.device_id.is_empty()).then(|| order.device_id.clone()),
            laterality: Some(item.laterality),
            spacing_um: item.spacing_um,
            release: None,
        };
        let admitted = self.intake.admit(found, &declared).map_err(sentence)?;
        // A pixel size that a person entered is not in the file.
        let is_as_declared = admitted.volume.spacing_um == own_spacing_um;
        Ok(Clean {
            dicom: admitted.dicom.filter(|_| is_as_declared),
            volume: admitted.volume,
        })
    }

    /// Lets the form in which a scan leaves through the firewall.
    fn checked(&self, bytes: Vec<u8>, volume: &Volume) -> Result<Outgoing, String> {
        let found = self.intake.examine_bytes(&bytes).map_err(sentence)?;
        if !matches!(found.decision, Decision::Allow | Decision::Deid) {
            let reasons = found.reasons.into_iter().map(|reason| reason.sentence);
            return Err(reasons.collect::<Vec<_>>().join(" "));
        }
        let arrived = Volume {
            laterality: volume.laterality,
            ..found.volume
        };
        Ok(Outgoing {
            bytes,
            case: case_id_of(&arrived),
            laterality: volume.laterality,
        })
    }
}

impl Outgoing {
    /// Puts it in line for the server.
    pub fn put_in_line(
        &self,
        store: &mut Store,
        name: &str,
        order: &SendOrder,
    ) -> Result<(), String> {
        let new = NewUpload {
            name,
            case_id: self.case,
            device_id: &order.device_id,
            consent: &word_of(ground(order.consent)),
            laterality: &word_of(self.laterality),
            bytes: &self.bytes,
        };
        store.add_upload(&new).map(drop).map_err(sentence)
    }
}

/// The forms in which a scan can leave, the best one first.
fn forms(clean: &Clean) -> impl Iterator<Item = Result<Vec<u8>, WriteError>> + '_ {
    let volume = &clean.volume;
    let is_measured = volume.spacing_um.is_some();
    let tomogram = is_measured.then_some(move || {
        // Without a time of its own the same scan gives the same bytes.
        encode_dicom_opt(
            volume,
            &DicomExport::of_case(volume, NaiveDateTime::default()),
        )
    });
    let plain = move || match is_measured {
        true => encode_meta_image_volume(volume),
        false => encode_tiff_volume(volume),
    };
    let made = tomogram.into_iter().map(|form| form());
    let plain = std::iter::once_with(plain);
    clean
        .dicom
        .clone()
        .map(Ok)
        .into_iter()
        .chain(made)
        .chain(plain)
}
