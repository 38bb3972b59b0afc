//! Names of the elements that are read.

/// An element by its name; everything that is not read is [`Element::Other`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    Hedx,
    Body,
    /// Holds the studies; nothing else of it is looked at.
    Patient,
    Study,
    Series,
    Laterality,
    Type,
    GeneralEquipment,
    Manufacturer,
    ManufacturerModelName,
    Image,
    ImageType,
    /// `OphthalmicAcquisitionContext`.
    Context,
    Width,
    Height,
    ScaleX,
    ScaleY,
    ImageQuality,
    Start,
    End,
    Coord,
    X,
    Y,
    ImageData,
    ExamUrl,
    Segmentation,
    SegLine,
    Name,
    Array,
    Other,
}

/// Each name with its element, and whether its text is read.
const NAMES: [(&str, Element, bool); 29] = [
    ("HEDX", Element::Hedx, false),
    ("BODY", Element::Body, false),
    ("Patient", Element::Patient, false),
    ("Study", Element::Study, false),
    ("Series", Element::Series, false),
    ("Laterality", Element::Laterality, true),
    ("Type", Element::Type, true),
    ("GeneralEquipment", Element::GeneralEquipment, false),
    ("Manufacturer", Element::Manufacturer, true),
    (
        "ManufacturerModelName",
        Element::ManufacturerModelName,
        true,
    ),
    ("Image", Element::Image, false),
    ("ImageType", Element::ImageType, false),
    ("OphthalmicAcquisitionContext", Element::Context, false),
    ("Width", Element::Width, true),
    ("Height", Element::Height, true),
    ("ScaleX", Element::ScaleX, true),
    ("ScaleY", Element::ScaleY, true),
    ("ImageQuality", Element::ImageQuality, true),
    ("Start", Element::Start, false),
    ("End", Element::End, false),
    ("Coord", Element::Coord, false),
    ("X", Element::X, true),
    ("Y", Element::Y, true),
    ("ImageData", Element::ImageData, false),
    ("ExamURL", Element::ExamUrl, true),
    ("Segmentation", Element::Segmentation, false),
    ("SegLine", Element::SegLine, false),
    ("Name", Element::Name, true),
    ("Array", Element::Array, true),
];

impl Element {
    pub(super) fn named(name: &str) -> Self {
        let known = NAMES.iter().find(|(known, ..)| *known == name);
        known.map_or(Self::Other, |(_, element, _)| *element)
    }

    pub(super) fn has_text(self) -> bool {
        NAMES
            .iter()
            .any(|(_, element, text)| *element == self && *text)
    }
}
