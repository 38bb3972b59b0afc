//! Every attribute of the standard, and a value full of tokens for each.

use std::sync::LazyLock;

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry, VirtualVr};
use dicom_core::value::{C, DataSetSequence, PrimitiveValue, Value};
use dicom_core::{DataElement, Length, Tag, VR};
use dicom_dictionary_std::StandardDataDictionary;
use dicom_object::InMemDicomObject;
use dicom_object::mem::InMemElement;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::canary::Canary;

/// Groups of the standard that data sets may hold.
const GROUPS: [u16; 60] = [
    0x0008, 0x0010, 0x0012, 0x0014, 0x0016, 0x0018, 0x0020, 0x0022, 0x0024, 0x0028, 0x0032, 0x0034,
    0x0038, 0x003a, 0x0040, 0x0042, 0x0044, 0x0046, 0x0048, 0x0050, 0x0052, 0x0054, 0x0060, 0x0062,
    0x0064, 0x0066, 0x0068, 0x006a, 0x0070, 0x0072, 0x0074, 0x0076, 0x0078, 0x0080, 0x0082, 0x0088,
    0x0100, 0x0400, 0x2000, 0x2010, 0x2020, 0x2030, 0x2040, 0x2050, 0x2100, 0x2110, 0x2120, 0x2200,
    0x3002, 0x3004, 0x3006, 0x3008, 0x300a, 0x300c, 0x300e, 0x3010, 0x4000, 0x4008, 0x5000, 0x6000,
];

/// Attributes whose values are text, bytes or items.
pub(crate) static ATTRIBUTES: LazyLock<Vec<(Tag, VR)>> = LazyLock::new(|| {
    let tags = GROUPS
        .iter()
        .flat_map(|group| (1..=u16::MAX).map(|element| Tag(*group, element)));
    tags.filter_map(|tag| {
        let entry = StandardDataDictionary.by_tag(tag)?;
        let vr = match entry.vr() {
            VirtualVr::Exact(vr) => vr,
            VirtualVr::Ox => VR::OB,
            _ => return None,
        };
        let is_number = matches!(
            vr,
            VR::US | VR::SS | VR::UL | VR::SL | VR::UV | VR::SV | VR::FL | VR::FD | VR::AT
        );
        (!is_number).then_some((tag, vr))
    })
    .collect()
});

/// The attribute full of tokens, down to `depth` levels of items.
pub(crate) fn filled(
    (tag, vr): (Tag, VR),
    canary: &Canary,
    rng: &mut ChaCha8Rng,
    depth: usize,
) -> InMemElement {
    let text = || PrimitiveValue::from(canary.text.as_str());
    let plain = || PrimitiveValue::from(canary.plain.as_str());
    let value = match vr {
        VR::SQ => return DataElement::new(tag, VR::SQ, items(canary, rng, depth)),
        VR::LO | VR::PN | VR::SH | VR::UC | VR::LT | VR::ST | VR::UT => text(),
        VR::UI => PrimitiveValue::from(format!("1.2.826.0.1.{}.{}", canary.digits, tag.element())),
        VR::DA if rng.random() => PrimitiveValue::from(canary.date.as_str()),
        VR::DT if rng.random() => PrimitiveValue::from(format!("{}101530", canary.date)),
        VR::OB | VR::UN => PrimitiveValue::U8(C::from_slice(&even(canary.plain.as_bytes()))),
        VR::OW => PrimitiveValue::U16(words(canary.plain.as_bytes())),
        VR::OF | VR::OD | VR::OL | VR::OV => PrimitiveValue::Empty,
        _ => plain(),
    };
    DataElement::new(tag, vr, value)
}

fn even(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if bytes.len() % 2 == 1 {
        bytes.push(0);
    }
    bytes
}

pub(crate) fn words(bytes: &[u8]) -> C<u16> {
    let even = even(bytes);
    even.chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect()
}

/// One or two items of a few attributes each; sequences among them go on.
fn items(canary: &Canary, rng: &mut ChaCha8Rng, depth: usize) -> Value<InMemDicomObject> {
    let count = if depth == 0 {
        0
    } else {
        rng.random_range(1..=2)
    };
    let items: C<InMemDicomObject> = (0..count)
        .map(|_| {
            let mut elements: Vec<InMemElement> = (0..rng.random_range(2..6))
                .map(|_| {
                    let attribute = ATTRIBUTES[rng.random_range(0..ATTRIBUTES.len())];
                    filled(attribute, canary, rng, depth - 1)
                })
                .collect();
            elements.extend(private(canary));
            InMemDicomObject::from_element_iter(elements)
        })
        .collect();
    Value::from(DataSetSequence::new(items, Length::UNDEFINED))
}

/// A private block: its creator, text, bytes and items.
pub(crate) fn private(canary: &Canary) -> Vec<InMemElement> {
    let text = canary.text.as_str();
    let inner =
        InMemDicomObject::from_element_iter([DataElement::new(Tag(0x0010, 0x0010), VR::PN, text)]);
    let bytes = PrimitiveValue::U8(C::from_slice(&even(canary.plain.as_bytes())));
    vec![
        DataElement::new(Tag(0x0029, 0x0010), VR::LO, text),
        DataElement::new(Tag(0x0029, 0x1001), VR::LO, text),
        DataElement::new(Tag(0x0029, 0x1002), VR::UN, bytes),
        DataElement::new(
            Tag(0x0029, 0x1003),
            VR::SQ,
            Value::from(DataSetSequence::new(vec![inner], Length::UNDEFINED)),
        ),
    ]
}
