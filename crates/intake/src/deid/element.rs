//! One attribute: carries out its plan, and notes what was done.

use dicom_core::value::{C, DataSetSequence, PrimitiveValue, Value};
use dicom_core::{DataElement, Length, Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use dicom_object::mem::InMemElement;

use super::plan::{self, Missing, Place, Plan, PrivateBlocks};
use super::{Cleaner, DEPTH_MAX, dates, pixels};
use crate::{Action, Refusal, vocabulary};

/// An attribute on its way through.
struct Visit<'a> {
    tag: Tag,
    vr: VR,
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
            Plan::Maker(missing) => self.known(&visit, &value, missing, |text| {
                vocabulary::maker(text).map(str::to_owned)
            }),
            Plan::Model(missing) => self.known(&visit, &value, missing, |text| {
                vocabulary::model(text).map(str::to_owned)
            }),
            Plan::PixelData => {
                let pixels = pixels::clean(value, self.facts, &mut self.reencoded)?;
                self.keep(&visit, pixels)
            }
            Plan::SafePrivate => self.safe_private(&visit, value),
            Plan::SafeCreator => self.keep(&visit, value),
        })
    }

    fn noted(&mut self, visit: &Visit<'_>, action: Action) {
        let named = (visit.tag, visit.keyword);
        self.note(visit.path, named, action, visit.vr, visit.length);
    }

    fn keep(&mut self, visit: &Visit<'_>, value: Value<InMemDicomObject>) -> Option<InMemElement> {
        self.trail.kept += 1;
        Some(DataElement::new(visit.tag, visit.vr, value))
    }

    /// The value goes; what takes its place follows the representation of the dictionary.
    fn take(&mut self, visit: &Visit<'_>, missing: Missing) -> Option<InMemElement> {
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
                Some(match dummy(visit.vr) {
                    Some(text) => DataElement::new(visit.tag, visit.vr, text),
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

    fn uid(&mut self, visit: &Visit<'_>, value: &Value<InMemDicomObject>) -> Option<InMemElement> {
        let Some(value) = value
            .primitive()
            .filter(|value| value.calculate_byte_len() > 0)
        else {
            return Some(empty(visit));
        };
        let found = value.to_multi_str();
        let mapped: C<String> = found
            .iter()
            .map(|uid| match uid.trim_end_matches(['\0', ' ']) {
                uid if vocabulary::is_standard_uid(uid) => uid.to_owned(),
                uid => self.key.uid(uid),
            })
            .collect();
        let is_same = found
            .iter()
            .zip(&mapped)
            .all(|(old, new)| old.trim_end_matches(['\0', ' ']) == new);
        match is_same {
            true => self.trail.kept += 1,
            false => self.noted(visit, Action::Remapped),
        }
        Some(DataElement::new(
            visit.tag,
            visit.vr,
            PrimitiveValue::Strs(mapped),
        ))
    }

    fn moment(
        &mut self,
        visit: &Visit<'_>,
        value: &Value<InMemDicomObject>,
        missing: Missing,
    ) -> Option<InMemElement> {
        let Some(value) = value
            .primitive()
            .filter(|value| value.calculate_byte_len() > 0)
        else {
            return self.without_value(visit, value);
        };
        let policy = self.policy;
        let (days, keeps_time) = (self.days_back, policy.keeps_times());
        let moved = |text: &String| {
            let text = text.trim_matches([' ', '\0']);
            match visit.vr {
                _ if !policy.shifts_dates() => None,
                VR::DA => dates::date_back(text, days),
                VR::DT => dates::date_time_back(text, days, keeps_time),
                VR::TM if !keeps_time => Some("000000".to_owned()),
                VR::TM => dates::is_time(text).then(|| text.to_owned()),
                _ => None,
            }
        };
        let found = value.to_multi_str();
        let Some(moved) = found.iter().map(moved).collect::<Option<C<String>>>() else {
            return self.take(visit, missing);
        };
        match moved.as_slice() == &*found {
            true => self.trail.kept += 1,
            false => self.noted(visit, Action::Shifted),
        }
        Some(DataElement::new(
            visit.tag,
            visit.vr,
            PrimitiveValue::Strs(moved),
        ))
    }

    fn without_value(
        &mut self,
        visit: &Visit<'_>,
        value: &Value<InMemDicomObject>,
    ) -> Option<InMemElement> {
        // A sequence under the tag of a plain value is no value that can be judged.
        match value.primitive() {
            Some(_) => {
                self.trail.kept += 1;
                Some(empty(visit))
            }
            None => self.take(visit, Missing::Remove),
        }
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
        for item in items {
            let is_code = CODE_VALUES.iter().any(|tag| item.get(*tag).is_some());
            let code = known_code(&item);
            let mut item = self.data_set(item, &path, depth + 1)?;
            match code {
                Some(code) => code.put(&mut item),
                None if is_code => {
                    self.noted(visit, Action::Cleaned);
                    continue;
                }
                None => {}
            }
            clean.push(item);
        }
        let sequence = DataSetSequence::new(clean, Length::UNDEFINED);
        Ok(self.keep(visit, Value::from(sequence)))
    }

    fn terms(
        &mut self,
        visit: &Visit<'_>,
        value: Value<InMemDicomObject>,
        missing: Missing,
    ) -> Option<InMemElement> {
        let Some(found) = value.primitive() else {
            return self.take(visit, Missing::Remove);
        };
        if found.calculate_byte_len() == 0 {
            return self.without_value(visit, &value);
        }
        let found = found.to_multi_str();
        let known: C<String> = found
            .iter()
            .map(|text| match text.trim() {
                text if vocabulary::is_term(text) => text.to_owned(),
                _ => String::new(),
            })
            .collect();
        if known.iter().all(String::is_empty) && found.iter().any(|text| !text.trim().is_empty()) {
            return self.take(visit, missing);
        }
        match found.iter().zip(&known).all(|(old, new)| old.trim() == new) {
            true => self.trail.kept += 1,
            false => self.noted(visit, Action::Cleaned),
        }
        Some(DataElement::new(
            visit.tag,
            visit.vr,
            PrimitiveValue::Strs(known),
        ))
    }

    fn number_text(
        &mut self,
        visit: &Visit<'_>,
        value: Value<InMemDicomObject>,
        missing: Missing,
    ) -> Option<InMemElement> {
        let Some(found) = value.primitive() else {
            return self.take(visit, Missing::Remove);
        };
        let is_number = |text: &String| {
            let text = text.trim_matches([' ', '\0']);
            text.is_empty() || is_decimal(text)
        };
        match found.to_multi_str().iter().all(is_number) {
            true => self.keep(visit, value),
            false => self.take(visit, missing),
        }
    }

    fn number(
        &mut self,
        visit: &Visit<'_>,
        value: Value<InMemDicomObject>,
    ) -> Option<InMemElement> {
        let is_text = matches!(
            value.primitive(),
            None | Some(PrimitiveValue::Str(_) | PrimitiveValue::Strs(_))
        );
        match is_text {
            true => self.take(visit, Missing::Remove),
            false => self.keep(visit, value),
        }
    }

    /// A private attribute stays only if it is a number or a moment: free text cannot be vouched for by a list.
    fn safe_private(
        &mut self,
        visit: &Visit<'_>,
        value: Value<InMemDicomObject>,
    ) -> Option<InMemElement> {
        match visit.vr {
            VR::US | VR::SS | VR::UL | VR::SL | VR::UV | VR::SV | VR::FL | VR::FD => {
                self.number(visit, value)
            }
            VR::DS | VR::IS => self.number_text(visit, value, Missing::Remove),
            VR::CS => self.terms(visit, value, Missing::Remove),
            _ => self.take(visit, Missing::Remove),
        }
    }

    fn known(
        &mut self,
        visit: &Visit<'_>,
        value: &Value<InMemDicomObject>,
        missing: Missing,
        known: impl Fn(&str) -> Option<String>,
    ) -> Option<InMemElement> {
        let text = value.to_str().ok();
        let text = text
            .as_deref()
            .unwrap_or_default()
            .trim_matches([' ', '\0']);
        match known(text) {
            Some(name) => {
                match name == text {
                    true => self.trail.kept += 1,
                    false => self.noted(visit, Action::Cleaned),
                }
                Some(DataElement::new(visit.tag, visit.vr, name))
            }
            None => self.take(visit, missing),
        }
    }
}

fn empty(visit: &Visit<'_>) -> InMemElement {
    match visit.vr {
        VR::SQ => DataElement::new(
            visit.tag,
            VR::SQ,
            Value::from(DataSetSequence::new(
                C::<InMemDicomObject>::new(),
                Length(0),
            )),
        ),
        vr => DataElement::empty(visit.tag, vr),
    }
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

/// A number of at most 16 characters, as `DS` and `IS` are.
fn is_decimal(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
    text.len() <= 16 && text.chars().all(plain) && text.parse::<f64>().is_ok()
}

const CODE_VALUES: [Tag; 3] = [
    tags::CODE_VALUE,
    tags::LONG_CODE_VALUE,
    tags::URN_CODE_VALUE,
];

/// A code of the standard, with the standard's words for it.
struct Code {
    value: String,
    scheme: String,
    meaning: &'static str,
}

fn known_code(item: &InMemDicomObject) -> Option<Code> {
    let text = |tag| {
        let text = item.get(tag)?.value().to_str().ok()?;
        Some(text.trim_matches([' ', '\0']).to_owned())
    };
    let value = text(tags::CODE_VALUE)?;
    let scheme = text(tags::CODING_SCHEME_DESIGNATOR)?;
    let meaning = vocabulary::code_meaning(&scheme, &value)?;
    Some(Code {
        value,
        scheme,
        meaning,
    })
}

impl Code {
    fn put(self, item: &mut InMemDicomObject) {
        item.put(DataElement::new(tags::CODE_VALUE, VR::SH, self.value));
        item.put(DataElement::new(
            tags::CODING_SCHEME_DESIGNATOR,
            VR::SH,
            self.scheme,
        ));
        item.put(DataElement::new(tags::CODE_MEANING, VR::LO, self.meaning));
    }
}
