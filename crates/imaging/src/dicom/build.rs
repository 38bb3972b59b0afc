//! Putting data sets together: the representation of every attribute comes from the dictionary.

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_core::value::DataSetSequence;
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, uids};
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};

use super::FORMAT;
use crate::WriteError;

/// Attributes put by tag.
pub(crate) trait Build {
    /// Text, numbers or an empty value.
    fn value(&mut self, tag: Tag, value: impl Into<PrimitiveValue>);
    /// A value whose representation the dictionary leaves open, such as Pixel Data.
    fn value_as(&mut self, tag: Tag, vr: VR, value: impl Into<PrimitiveValue>);
    /// Numbers as decimal strings (DS).
    fn decimals(&mut self, tag: Tag, values: &[f64]);
    /// A sequence of items.
    fn items(&mut self, tag: Tag, items: Vec<InMemDicomObject>);
    /// A sequence of one item.
    fn item(&mut self, tag: Tag, item: InMemDicomObject) {
        self.items(tag, vec![item]);
    }
    /// Attributes of type 2 that are left empty.
    fn empty(&mut self, tags: &[Tag]) {
        for tag in tags {
            self.value(*tag, PrimitiveValue::Empty);
        }
    }
}

impl Build for InMemDicomObject {
    fn value(&mut self, tag: Tag, value: impl Into<PrimitiveValue>) {
        let entry = StandardDataDictionary.by_tag(tag);
        let vr = entry.map_or(VR::UN, |entry| entry.vr().relaxed());
        self.value_as(tag, vr, value);
    }

    fn value_as(&mut self, tag: Tag, vr: VR, value: impl Into<PrimitiveValue>) {
        self.put(DataElement::new(tag, vr, value.into()));
    }

    fn decimals(&mut self, tag: Tag, values: &[f64]) {
        let texts: Vec<String> = values.iter().map(|value| decimal(*value)).collect();
        self.value(tag, PrimitiveValue::Strs(texts.into()));
    }

    fn items(&mut self, tag: Tag, items: Vec<InMemDicomObject>) {
        self.put(DataElement::new(tag, VR::SQ, DataSetSequence::from(items)));
    }
}

/// A data set filled by `fill`.
pub(crate) fn built(fill: impl FnOnce(&mut InMemDicomObject)) -> InMemDicomObject {
    let mut item = InMemDicomObject::new_empty();
    fill(&mut item);
    item
}

/// A finite number in the 16 characters of a decimal string (PS3.5 section 6.2), with as many digits as fit.
pub(crate) fn decimal(value: f64) -> String {
    // Without the sign of a negative zero.
    let value = value + 0.0;
    let plain = format!("{value}");
    if plain.len() <= 16 {
        return plain;
    }
    let error = |text: &String| {
        let read: f64 = text.parse().unwrap_or(f64::INFINITY);
        (read - value).abs()
    };
    (0..=15)
        .flat_map(|digits| [format!("{value:.digits$}"), format!("{value:.digits$e}")])
        .filter(|text| text.len() <= 16)
        .min_by(|a, b| error(a).total_cmp(&error(b)))
        .unwrap_or_else(|| "0".to_owned())
}

/// The bytes of a file in explicit VR little endian; class and instance are those of the data set.
pub(crate) fn to_file(data_set: InMemDicomObject) -> Result<Vec<u8>, WriteError> {
    let refused = |error: &dyn std::error::Error| WriteError::NotRepresentable {
        format: FORMAT,
        what: format!("this data set ({error})"),
    };
    let meta = FileMetaTableBuilder::new().transfer_syntax(uids::EXPLICIT_VR_LITTLE_ENDIAN);
    let file = data_set.with_meta(meta).map_err(|error| refused(&error))?;
    let mut bytes = Vec::new();
    file.write_all(&mut bytes)
        .map_err(|error| refused(&error))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_fit_and_stay_close() {
        for value in [
            0.0,
            1.0,
            -0.5,
            0.1 + 0.2,
            1.0 / 3.0,
            -1.0 / 3.0e7,
            1.0e-9 / 3.0,
            123_456.789_012_345_6,
            -7.0e22 / 9.0,
        ] {
            let text = decimal(value);
            let back: f64 = text.parse().expect("a number");
            assert!(text.len() <= 16, "{text}");
            assert!(
                (back - value).abs() <= 1e-9 * value.abs(),
                "{value}: {text}"
            );
        }
    }
}
