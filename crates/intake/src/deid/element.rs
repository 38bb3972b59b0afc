//! One attribute: carries out its plan, and notes what was done.

use dicom_core::value::{C, DataSetSequence, PrimitiveValue, Value};
use dicom_core::{DataElement, Length, Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use dicom_object::mem::InMemElement;

use super::code::{self, Code};
use super::plan::{self, Missing, Place, Plan, PrivateBlocks};
use super::{Cleaner, DEPTH_MAX, pixels};
use crate::{Action, Refusal};

/// An attribute on its way through.
pub(super) struct Visit<'a> {
    pub(super) tag: Tag,
    pub(super) vr: VR,
    /// The representation of what takes the value's place.
    standard_vr: VR,
    keyword: &'static str,
    path: &'a str,
    length: Option<usize>,
}

impl Cleaner<'_> {
    pub(super) fn element(
        &mut self,
        element: InMemElement,
        private: &PrivateBlocks,
        path: &str,
        depth: usize,
    ) -> Result<Option<InMemElement>, Refusal> {
        let header = *element.header();
        let visit = Visit {
            tag: header.tag,
            vr: header.vr(),
            standard_vr: plan::standard_vr(header.tag, header.vr()),
            keyword: plan::keyword(header.tag),
            path,
            length: element
                .value()
                .primitive()
                .map(PrimitiveValue::calculate_byte_len),
        };
        let place = Place {
            is_top: depth == 0,
            facts: self.facts,
            private,
        };
        let plan = plan::of(visit.tag, visit.vr, place);
        let value = element.into_value();
        Ok(match plan {
            Plan::Take(missing) => self.take(&visit, missing),
            Plan::Ours => self.ours(&visit),
            Plan::Uid => self.uid(&visit, &value),
            Plan::Moment(missing) => self.moment(&visit, &value, missing),
            Plan::Items => self.items(&visit, value, depth)?,
            Plan::Terms(missing) => self.terms(&visit, value, missing),
            Plan::NumberText(missing) => self.number_text(&visit, value, missing),
            Plan::Number => self.number(&visit, value),
            Plan::Maker(missing) => {
                let devices = self.policy.devices();
                self.known(&visit, &value, missing, |text| {
                    devices.maker(text).map(str::to_owned)
                })
            }
            Plan::Model(missing) => {
                let devices = self.policy.devices();
                self.known(&visit, &value, missing, |text| {
                    devices.model(text).map(str::to_owned)
                })
            }
            Plan::PixelData => {
                let pixels = pixels::clean(value, self.facts, &mut self.reencoded)?;
                self.keep(&visit, pixels)
            }
            Plan::Palette => match value {
                Value::Primitive(table) => {
                    let table = pixels::clean_palette(table, self.facts, &mut self.reencoded);
                    self.keep(&visit, table.into())
                }
                _ => self.take(&visit, Missing::Remove),
            },
            Plan::SafePrivate => self.safe_private(&visit, value),
            Plan::SafeCreator => self.keep(&visit, value),
        })
    }

    pub(super) fn noted(&mut self, visit: &Visit<'_>, action: Action) {
        let named = (visit.tag, visit.keyword);
        self.note(visit.path, named, action, visit.vr, visit.length);
    }

    pub(super) fn keep(
        &mut self,
        visit: &Visit<'_>,
        value: Value<InMemDicomObject>,
    ) -> Option<InMemElement> {
        self.trail.kept += 1;
        Some(DataElement::new(visit.tag, visit.vr, value))
    }

    /// The value goes; what takes its place follows the representation of the dictionary.
    pub(super) fn take(&mut self, visit: &Visit<'_>, missing: Missing) -> Option<InMemElement> {
        match missing {
            Missing::Remove => {
                self.noted(visit, Action::Removed);
                None
            }
            Missing::Empty => {
                self.noted(visit, Action::Emptied);
                Some(empty(visit))
            }
            Missing::Dummy => {
                self.noted(visit, Action::Replaced);
                Some(match dummy(visit.standard_vr) {
                    Some(text) => DataElement::new(visit.tag, visit.standard_vr, text),
                    None => empty(visit),
                })
            }
        }
    }

    fn ours(&mut self, visit: &Visit<'_>) -> Option<InMemElement> {
        let action = match visit.tag {
            tags::PATIENT_ID | tags::PATIENT_NAME => Action::Remapped,
            _ => Action::Replaced,
        };
        self.noted(visit, action);
        None
    }

    fn items(
        &mut self,
        visit: &Visit<'_>,
        value: Value<InMemDicomObject>,
        depth: usize,
    ) -> Result<Option<InMemElement>, Refusal> {
        let items = match value.into_items() {
            Some(items) if depth < DEPTH_MAX => items,
            _ => return Ok(self.take(visit, Missing::Remove)),
        };
        let path = match visit.path {
            "" => visit.keyword.to_owned(),
            path => format!("{path}/{}", visit.keyword),
        };
        let mut clean: C<InMemDicomObject> = C::new();
        for mut item in items {
            let is_code = code::is_code(&item);
            let known = code::take_known(&mut item);
            let mut item = self.data_set(item, &path, depth + 1)?;
            match known {
                Some(code) => self.code(code, &mut item, &path),
                None if is_code => {
                    self.noted(visit, Action::Cleaned);
                    continue;
                }
                None => {}
            }
            clean.push(item);
        }
        Ok(self.keep(visit, sequence(clean)))
    }

    /// Value and scheme stay as they were, and the meaning is what the standard says.
    fn code(&mut self, code: Code, item: &mut InMemDicomObject, path: &str) {
        self.trail.kept += 2;
        match code.replaced_bytes() {
            None => self.trail.kept += 1,
            said => {
                let named = (tags::CODE_MEANING, plan::keyword(tags::CODE_MEANING));
                self.note(path, named, Action::Cleaned, VR::LO, said);
            }
        }
        code.put(item);
    }
}

pub(super) fn empty(visit: &Visit<'_>) -> InMemElement {
    match visit.standard_vr {
        VR::SQ => DataElement::new(visit.tag, VR::SQ, sequence(C::new())),
        vr => DataElement::empty(visit.tag, vr),
    }
}

/// A sequence whose end is marked, unless there is nothing in it.
fn sequence(items: C<InMemDicomObject>) -> Value<InMemDicomObject> {
    let length = match items.is_empty() {
        true => Length(0),
        false => Length::UNDEFINED,
    };
    Value::from(DataSetSequence::new(items, length))
}

/// A value that says nothing, for an attribute that must have one.
fn dummy(vr: VR) -> Option<&'static str> {
    Some(match vr {
        VR::DA => "19000101",
        VR::DT => "19000101000000",
        VR::TM => "000000",
        VR::AS => "000Y",
        VR::DS | VR::IS => "0",
        VR::CS => "UNKNOWN",
        VR::AE | VR::LO | VR::LT | VR::PN | VR::SH | VR::ST | VR::UC | VR::UT => "REMOVED",
        _ => return None,
    })
}
