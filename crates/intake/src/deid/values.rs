//! Values that may stay in part, or in another form.

use dicom_core::value::{C, PrimitiveValue, Value};
use dicom_core::{DataElement, VR};
use dicom_object::InMemDicomObject;
use dicom_object::mem::InMemElement;

use super::element::{Visit, empty};
use super::plan::Missing;
use super::{Cleaner, dates};
use crate::{Action, vocabulary};

impl Cleaner<'_> {
    pub(super) fn uid(
        &mut self,
        visit: &Visit<'_>,
        value: &Value<InMemDicomObject>,
    ) -> Option<InMemElement> {
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
        self.texts(visit, mapped, is_same, Action::Remapped)
    }

    pub(super) fn moment(
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
        let is_same = moved.as_slice() == &*found;
        self.texts(visit, moved, is_same, Action::Shifted)
    }

    /// The attribute with `texts` as its values, counted as kept or as what was done to it.
    fn texts(
        &mut self,
        visit: &Visit<'_>,
        texts: C<String>,
        is_same: bool,
        action: Action,
    ) -> Option<InMemElement> {
        match is_same {
            true => self.trail.kept += 1,
            false => self.noted(visit, action),
        }
        let texts = PrimitiveValue::Strs(texts);
        Some(DataElement::new(visit.tag, visit.vr, texts))
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

    pub(super) fn terms(
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
        let is_same = found.iter().zip(&known).all(|(old, new)| old.trim() == new);
        self.texts(visit, known, is_same, Action::Cleaned)
    }

    pub(super) fn number_text(
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

    pub(super) fn number(
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
    pub(super) fn safe_private(
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

    pub(super) fn known(
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

/// A number of at most 16 characters, as `DS` and `IS` are.
fn is_decimal(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
    text.len() <= 16 && text.chars().all(plain) && text.parse::<f64>().is_ok()
}
