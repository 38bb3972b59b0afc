//! De-identification of a whole data set: every attribute at every depth is asked for, and what is not known to be
//! safe goes (PS3.15, Annex E, with an allow-list that is stricter than its Table E.1-1).

mod code;
mod dates;
mod element;
mod gray_curve;
mod marks;
mod pixels;
mod plan;
mod values;

pub(crate) use plan::is_as_defined;

use dicom_core::{Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::{DefaultDicomObject, InMemDicomObject};

use crate::facts::Facts;
use crate::report::Trail;
use crate::{Action, Policy, Refusal, SiteKey};

/// Deepest nesting of sequences that is followed; what lies deeper goes.
const DEPTH_MAX: usize = 32;

/// A file without the patient, and the account of the way there.
pub(crate) struct Deidentified {
    pub(crate) bytes: Vec<u8>,
    pub(crate) trail: Trail,
    pub(crate) reencoded: Vec<String>,
}

/// Takes the patient out of a DICOM file. Pixels keep their values and the file its transfer syntax.
pub(crate) fn deidentify(
    object: DefaultDicomObject,
    facts: &Facts,
    policy: &Policy,
    key: &SiteKey,
) -> Result<Deidentified, Refusal> {
    let patient = Patient::of(&object, policy, key);
    let left;
    let mut cleaner = Cleaner {
        key,
        policy,
        facts,
        days_back: patient.days_back,
        trail: Trail::default(),
        reencoded: Vec::new(),
    };
    let mut object = object.into_inner();
    let pixels = object.take(tags::PIXEL_DATA);
    let mut clean = cleaner.data_set(object, "", 0)?;
    if let Some(pixels) = pixels {
        // Samples are held against the numbers that are left: a reader knows no others.
        left = facts.clone().with_numbers_of(&clean);
        cleaner.facts = &left;
        let pixels = cleaner.element(pixels, &plan::PrivateBlocks::default(), "", 0)?;
        pixels.into_iter().for_each(|pixels| {
            clean.put(pixels);
        });
    }
    marks::put(&mut clean, &patient.pseudonym, policy);
    let bytes = marks::file(clean, facts)?;
    let mut reencoded = cleaner.reencoded;
    reencoded.insert(
        0,
        "The preamble and the file meta group were written anew.".to_owned(),
    );
    Ok(Deidentified {
        bytes,
        trail: cleaner.trail,
        reencoded,
    })
}

/// The patient as known from here on.
struct Patient {
    pseudonym: String,
    days_back: u32,
}

impl Patient {
    /// From the patient's id; a file without one stands for itself, so that patients are never thrown together.
    fn of(object: &InMemDicomObject, policy: &Policy, key: &SiteKey) -> Self {
        let text = |tag| {
            let element = object.get(tag)?;
            let text = element.value().to_str().ok()?;
            let text = text.trim_matches([' ', '\0']);
            (!text.is_empty()).then(|| text.to_owned())
        };
        let id = text(tags::PATIENT_ID);
        if let Some(id) = id.as_ref().filter(|id| key.is_own_patient(id)) {
            let is_marked = text(tags::PATIENT_IDENTITY_REMOVED).as_deref() == Some("YES")
                && text(tags::LONGITUDINAL_TEMPORAL_INFORMATION_MODIFIED).is_some();
            if is_marked {
                return Self {
                    pseudonym: id.clone(),
                    days_back: 0,
                };
            }
        }
        let message = id
            .or_else(|| text(tags::STUDY_INSTANCE_UID).map(|uid| format!("study {uid}")))
            .or_else(|| text(tags::SOP_INSTANCE_UID).map(|uid| format!("instance {uid}")))
            .unwrap_or_default();
        Self {
            pseudonym: key.patient(message.as_bytes()),
            days_back: key.days_back(message.as_bytes(), policy.date_shift_days_max()),
        }
    }
}

/// Walks a data set.
struct Cleaner<'a> {
    key: &'a SiteKey,
    policy: &'a Policy,
    facts: &'a Facts,
    days_back: u32,
    trail: Trail,
    reencoded: Vec<String>,
}

impl Cleaner<'_> {
    fn data_set(
        &mut self,
        object: InMemDicomObject,
        path: &str,
        depth: usize,
    ) -> Result<InMemDicomObject, Refusal> {
        let private = plan::PrivateBlocks::of(&object, self.policy);
        let mut clean = Vec::new();
        let is_curve = gray_curve::is_curve(&object);
        for element in object {
            let tag = element.header().tag;
            if tag == tags::LUT_DATA && !is_curve {
                let length = element.value().primitive().map(|v| v.calculate_byte_len());
                let named = (tag, plan::keyword(tag));
                self.note(path, named, Action::Removed, element.vr(), length);
                continue;
            }
            clean.extend(self.element(element, &private, path, depth)?);
        }
        Ok(InMemDicomObject::from_element_iter(clean))
    }

    fn note(
        &mut self,
        path: &str,
        named: (Tag, &str),
        action: Action,
        vr: VR,
        length: Option<usize>,
    ) {
        self.trail.note(path, named, action, vr, length);
    }
}
