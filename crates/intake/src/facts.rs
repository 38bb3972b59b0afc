//! What decides about a DICOM file, read from it before anything is changed. None of it is personal.

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::mem::InMemElement;
use dicom_object::{DefaultDicomObject, InMemDicomObject};
use fovea_imaging::native_pixel_bits;

use crate::deid::is_as_defined;
use crate::vocabulary;

/// Roots of the SOP classes whose information objects we know by heart: images of the eye, segmentations.
const EYE: [&str; 3] = [
    "1.2.840.10008.5.1.4.1.1.77.1.5.",
    "1.2.840.10008.5.1.4.1.1.66.4",
    "1.2.840.10008.5.1.4.1.1.81.1",
];

/// Facts of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) sop_class: String,
    pub(crate) modality: String,
    pub(crate) transfer_syntax: String,
    /// True for images of the eye and segmentations.
    pub(crate) is_eye: bool,
    pub(crate) rows: u64,
    pub(crate) columns: u64,
    pub(crate) samples: u64,
    pub(crate) bits_allocated: u64,
    pub(crate) bits_stored: u64,
    /// Position of the most significant bit of a value.
    pub(crate) high_bit: u64,
    /// Values are two's complement.
    pub(crate) is_signed: bool,
    /// Chroma is there for every second pixel only.
    pub(crate) is_422: bool,
    pub(crate) frames: u64,
    pub(crate) has_pixels: bool,
    /// Samples are indices into a palette.
    pub(crate) has_palette: bool,
    pub(crate) palette: Palette,
    pub(crate) has_document: bool,
    /// Something else than `NO` in BurnedInAnnotation.
    pub(crate) is_burned_in: bool,
    /// The bits of a sample in which overlays lie, by what the file says (retired, but files with it exist).
    pub(crate) overlay_bits: u64,
}

/// How long a palette is, by its descriptor (PS3.3, section C.7.6.3.1.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Palette {
    /// 0 stands for 65,536.
    pub(crate) entries: u16,
    /// 8 or 16, of each colour.
    pub(crate) bits: u16,
}

impl Palette {
    fn of(object: &InMemDicomObject) -> Self {
        let descriptor = that_stays(object, tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR);
        let numbers: Option<Vec<i32>> =
            descriptor.and_then(|element| element.value().to_multi_int().ok());
        match numbers.as_deref() {
            // Numbers above 32,767 look negative where samples carry a sign.
            Some([entries, _, bits]) => Self {
                entries: *entries as u16,
                bits: *bits as u16,
            },
            _ => Self::default(),
        }
    }
}

impl Facts {
    pub(crate) fn of(object: &DefaultDicomObject) -> Self {
        let sop_class = text_that_stays(object, tags::SOP_CLASS_UID);
        let facts = Self {
            modality: text_that_stays(object, tags::MODALITY),
            transfer_syntax: object.meta().transfer_syntax().to_owned(),
            // Another class is given another name, by which nobody knows it for an eye's.
            is_eye: vocabulary::is_standard_uid(&sop_class)
                && EYE.iter().any(|root| sop_class.starts_with(root)),
            sop_class,
            has_palette: text_that_stays(object, tags::PHOTOMETRIC_INTERPRETATION)
                == "PALETTE COLOR",
            palette: Palette::of(object),
            has_pixels: object.get(tags::PIXEL_DATA).is_some(),
            has_document: object.get(tags::ENCAPSULATED_DOCUMENT).is_some(),
            is_burned_in: is_burned_in(object),
            overlay_bits: overlay_bits(object),
            ..Self::default()
        };
        facts.with_numbers_of(object)
    }

    /// The same facts with the numbers of another data set: those that are left when everything else is cleaned say
    /// how many samples a reader will look for.
    pub(crate) fn with_numbers_of(self, object: &InMemDicomObject) -> Self {
        let number = |tag: Tag, default: u64| {
            let element = that_stays(object, tag);
            let found = element.and_then(|element| element.to_int().ok());
            found.unwrap_or(default)
        };
        let bits_allocated = number(tags::BITS_ALLOCATED, 0);
        let bits_stored = number(tags::BITS_STORED, bits_allocated);
        let photometric = text_that_stays(object, tags::PHOTOMETRIC_INTERPRETATION);
        Self {
            rows: number(tags::ROWS, 0),
            columns: number(tags::COLUMNS, 0),
            samples: number(tags::SAMPLES_PER_PIXEL, 1),
            bits_allocated,
            bits_stored,
            high_bit: number(tags::HIGH_BIT, bits_stored.saturating_sub(1)),
            is_signed: number(tags::PIXEL_REPRESENTATION, 0) == 1,
            is_422: matches!(photometric.as_str(), "YBR_FULL_422" | "YBR_PARTIAL_422"),
            frames: number(tags::NUMBER_OF_FRAMES, 1),
            ..self
        }
    }

    /// Bytes of the uncompressed samples; none when the numbers do not go together.
    pub(crate) fn native_bytes(&self) -> Option<u64> {
        let bits = self
            .rows
            .checked_mul(self.columns)?
            .checked_mul(self.frames)?
            .checked_mul(native_pixel_bits(
                self.is_422,
                self.samples,
                self.bits_allocated,
            )?)?;
        Some(bits.div_ceil(8))
    }
}

/// The attribute, unless its representation is another than the standard's, because then it will go: only what stays
/// may decide, so that a file that was cleaned is the same to whoever cleans it again.
fn that_stays(object: &InMemDicomObject, tag: Tag) -> Option<&InMemElement> {
    object
        .get(tag)
        .filter(|element| is_as_defined(tag, element.vr()))
}

fn text_that_stays(object: &InMemDicomObject, tag: Tag) -> String {
    that_stays(object, tag).map(text_of).unwrap_or_default()
}

/// True unless the file says nothing about text in its pixels, or plainly `NO`: any other word is no promise.
fn is_burned_in(object: &InMemDicomObject) -> bool {
    let Some(element) = object.get(tags::BURNED_IN_ANNOTATION) else {
        return false;
    };
    let Some(value) = element.value().primitive() else {
        return true;
    };
    let says_no = |text: &String| {
        let text = text.trim_matches([' ', '\0']);
        text.is_empty() || text.eq_ignore_ascii_case("NO")
    };
    !value.to_multi_str().iter().all(says_no)
}

/// The bits that overlays without data of their own point at. Position 0 beside data of its own says nothing.
fn overlay_bits(object: &InMemDicomObject) -> u64 {
    let claimed = (0u16..16).filter_map(|n| {
        let group = 0x6000 + 2 * n;
        let position: u64 = object.get(Tag(group, 0x0102))?.to_int().ok()?;
        let has_data = object.get(Tag(group, 0x3000)).is_some();
        (position < 64 && !(position == 0 && has_data)).then(|| 1 << position)
    });
    claimed.fold(0, |all, bit: u64| all | bit)
}

fn text_of(element: &InMemElement) -> String {
    let text = element.to_str().unwrap_or_default();
    text.trim_matches([' ', '\0']).to_owned()
}
