//! A scan on its way out to the server: in a form without the patient, which the firewall itself has let through.

use chrono::NaiveDateTime;
use fovea_annotation::CaseId;
use fovea_editor::{SendItem, SendOrder, Source};
use fovea_geometry::SpacingUm;
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

/// Times that a form is written again so that a pixel size arrives as it is.
const ROUNDINGS_MAX: usize = 3;

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
        self.leaving(clean)
    }

    /// The first form of which the server makes the same case; where there is none, the first that may leave.
    fn leaving(&self, clean: Clean) -> Result<Outgoing, String> {
        let Clean { mut volume, dicom } = clean;
        let (wanted, wanted_um) = (case_id_of(&volume), volume.spacing_um);
        let mut best = match dicom {
            Some(bytes) => self.checked(bytes, &volume).map(|(outgoing, _)| outgoing),
            None => Err(String::new()),
        };
        for form in forms(&volume) {
            volume.spacing_um = wanted_um;
            for _ in 0..ROUNDINGS_MAX {
                if best.as_ref().is_ok_and(|outgoing| outgoing.case == wanted) {
                    return best;
                }
                let checked = form(&volume)
                    .map_err(sentence)
                    .and_then(|bytes| self.checked(bytes, &volume));
                let (found, arrived_um) = match checked {
                    Ok((outgoing, arrived_um)) => (Ok(outgoing), arrived_um),
                    Err(why) => (Err(why), None),
                };
                best = match found {
                    Ok(outgoing) if outgoing.case == wanted => return Ok(outgoing),
                    found => best.or(found),
                };
                // A pixel size may lose its last digits in a form, which makes another case of it.
                match towards(volume.spacing_um, arrived_um, wanted_um) {
                    Some(closer) => volume.spacing_um = Some(closer),
                    None => break,
                }
            }
        }
        best
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

    /// Lets the form in which a scan leaves through the firewall; gives the pixel size that it arrives with.
    fn checked(
        &self,
        bytes: Vec<u8>,
        volume: &Volume,
    ) -> Result<(Outgoing, Option<SpacingUm>), String> {
        let found = self.intake.examine_bytes(&bytes).map_err(sentence)?;
        if !matches!(found.decision, Decision::Allow | Decision::Deid) {
            let reasons = found.reasons.into_iter().map(|reason| reason.sentence);
            return Err(reasons.collect::<Vec<_>>().join(" "));
        }
        let arrived = Volume {
            laterality: volume.laterality,
            ..found.volume
        };
        let outgoing = Outgoing {
            bytes,
            case: case_id_of(&arrived),
            laterality: volume.laterality,
        };
        Ok((outgoing, arrived.spacing_um))
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

type Form = fn(&Volume) -> Result<Vec<u8>, WriteError>;

/// The forms in which a scan can leave, the best one first.
fn forms(volume: &Volume) -> &'static [Form] {
    match volume.spacing_um {
        Some(_) => &[tomogram, encode_meta_image_volume],
        None => &[encode_tiff_volume],
    }
}

/// Without a time of its own the same scan gives the same bytes.
fn tomogram(volume: &Volume) -> Result<Vec<u8>, WriteError> {
    encode_dicom_opt(
        volume,
        &DicomExport::of_case(volume, NaiveDateTime::default()),
    )
}

/// What to write so that what arrives comes closer to what is wanted; `None` when it cannot.
fn towards(
    written: Option<SpacingUm>,
    arrived: Option<SpacingUm>,
    wanted: Option<SpacingUm>,
) -> Option<SpacingUm> {
    let (written, arrived, wanted) = (written?, arrived?, wanted?);
    let closer = |written: f64, arrived: f64, wanted: f64| written + (wanted - arrived);
    let next = SpacingUm::new(
        closer(written.x, arrived.x, wanted.x),
        closer(written.y, arrived.y, wanted.y),
        closer(written.z, arrived.z, wanted.z),
    )?;
    (next != written).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fovea_geometry::SizePx;
    use fovea_imaging::{Bscan, SourceFormat};
    use fovea_intake::Policy;

    fn scan(spacing_um: Option<SpacingUm>) -> Volume {
        let size = SizePx::new(24, 16);
        let bscan = |gray| Bscan::new(size, vec![gray; size.len()]);
        Volume {
            spacing_um,
            laterality: Laterality::Left,
            ..Volume::of_bscans(vec![bscan(90), bscan(120)], SourceFormat::Phantom)
        }
    }

    #[test]
    fn a_scan_arrives_as_the_case_that_it_is_whatever_its_pixel_size() {
        let door = Door::for_looking(Policy::default(), "ada");
        let um = SpacingUm::new;
        for spacing_um in [
            None,
            um(11.33, 3.87, 240.7),
            um(11.34, 3.872, 120.0),
            um(5_800.0 / 512.0, 3.871_650_457_382_2, 6_000.0 / 24.0),
            um(1.0 / 3.0, 2.0 / 3.0, 1e3 / 7.0),
        ] {
            let volume = scan(spacing_um);
            let wanted = case_id_of(&volume);
            let clean = Clean {
                volume,
                dicom: None,
            };
            let outgoing = door.leaving(clean).expect("it may leave");
            assert_eq!(outgoing.case, wanted, "{spacing_um:?}");
        }
    }
}
