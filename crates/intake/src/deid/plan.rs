//! What is to be done with an attribute: the table of the standard first, then the allow-list.

use std::collections::HashMap;

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry, VirtualVr};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, tags};
use dicom_object::InMemDicomObject;

use crate::facts::Facts;
use crate::{Policy, profile, vocabulary};

/// What takes the place of a value that may not stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// The attribute goes.
    Remove,
    /// It stays without a value.
    Empty,
    /// It gets a dummy.
    Dummy,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// The value goes whatever it is.
    Take(Missing),
    /// Written by us at the end.
    Ours,
    /// A UID: mapped unless it is one of the standard.
    Uid,
    /// A date, a date with time or a time.
    Moment(Missing),
    /// A sequence, item by item.
    Items,
    /// Values that the standard defines stay.
    Terms(Missing),
    /// Numbers in text form stay if they are numbers.
    NumberText(Missing),
    /// Binary numbers stay.
    Number,
    /// Maker of the device.
    Maker(Missing),
    /// Model of the device.
    Model(Missing),
    /// Samples of the picture.
    PixelData,
    /// A look-up table of colours, as long as its descriptor says.
    Palette,
    /// Private, and on the list of the policy.
    SafePrivate,
    /// Names the owner of a private block that is on the list.
    SafeCreator,
}

/// Attributes that [`super::marks`] writes.
const OURS: [Tag; 7] = [
    tags::SPECIFIC_CHARACTER_SET,
    tags::PATIENT_NAME,
    tags::PATIENT_ID,
    tags::PATIENT_IDENTITY_REMOVED,
    tags::DEIDENTIFICATION_METHOD,
    tags::DEIDENTIFICATION_METHOD_CODE_SEQUENCE,
    tags::LONGITUDINAL_TEMPORAL_INFORMATION_MODIFIED,
];

/// Look-up tables without which a picture with a palette has no meaning. Anywhere else bytes may hold anything.
const PALETTE: [Tag; 3] = [
    tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DATA,
    tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DATA,
    tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DATA,
];

/// Where an attribute stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// At the top, not in an item.
    pub(super) is_top: bool,
    pub(super) facts: &'a Facts,
    pub(super) private: &'a PrivateBlocks,
}

/// Keyword of an attribute; empty for one that the standard does not know.
pub(super) fn keyword(tag: Tag) -> &'static str {
    let entry = StandardDataDictionary.by_tag(tag);
    entry.map_or("", |entry| entry.alias())
}

/// The plan for an attribute at the top or in an item.
pub(super) fn of(tag: Tag, vr: VR, place: Place<'_>) -> Plan {
    if tag.group() % 2 == 1 {
        return place.private.plan(tag);
    }
    // Curves and overlays as a whole, command and meta attributes, group lengths, padding.
    let is_outside = matches!(tag.group() & 0xff00, 0x5000 | 0x6000)
        || tag.group() < 0x0008
        || tag.element() == 0
        || tag.group() == 0xfffc;
    let entry = StandardDataDictionary.by_tag(tag).filter(|_| !is_outside);
    let Some(entry) = entry else {
        return Plan::Take(Missing::Remove);
    };
    if place.is_top && OURS.contains(&tag) {
        return Plan::Ours;
    }
    let eye_type = vocabulary::eye_type(entry.alias()).filter(|_| place.facts.is_eye);
    let profile = profile::of(tag);
    let missing = missing(profile, eye_type);
    if !fits(entry.vr(), vr) {
        return Plan::Take(missing);
    }
    match profile {
        Some(profile) if profile.allows("U") => match (vr, eye_type) {
            (VR::UI, _) => Plan::Uid,
            (_, Some("U")) => Plan::Items,
            _ => Plan::Take(missing),
        },
        // Whatever an item holds is asked for itself, so that cleaning it gives the dummy items.
        Some(_) if vr == VR::SQ && missing == Missing::Dummy => Plan::Items,
        Some(profile) if profile.shifts_date => Plan::Moment(missing),
        Some(_) => Plan::Take(missing),
        None => allowed(tag, vr, place, missing),
    }
}

/// The allow-list for what the table does not name.
fn allowed(tag: Tag, vr: VR, place: Place<'_>, missing: Missing) -> Plan {
    match vr {
        _ if tag == tags::PIXEL_DATA && place.is_top => Plan::PixelData,
        _ if PALETTE.contains(&tag) && place.is_top && place.facts.has_palette => Plan::Palette,
        VR::US | VR::SS | VR::UL | VR::SL | VR::UV | VR::SV | VR::FL | VR::FD | VR::AT => {
            Plan::Number
        }
        VR::DS | VR::IS => Plan::NumberText(missing),
        VR::CS => Plan::Terms(missing),
        VR::UI => Plan::Uid,
        VR::SQ => Plan::Items,
        VR::DA | VR::DT | VR::TM => Plan::Moment(missing),
        VR::LO if tag == tags::MANUFACTURER => Plan::Maker(missing),
        VR::LO if tag == tags::MANUFACTURER_MODEL_NAME => Plan::Model(missing),
        _ => Plan::Take(missing),
    }
}

/// The alternative of the table that the type of the attribute asks for; the strictest where the type is not known.
fn missing(profile: Option<profile::Entry>, eye_type: Option<&str>) -> Missing {
    let allows = |code| profile.is_none_or(|entry| entry.allows(code));
    match eye_type {
        Some("1") if allows("D") => Missing::Dummy,
        Some("1" | "2") if allows("Z") => Missing::Empty,
        _ if allows("X") => Missing::Remove,
        _ if allows("Z") => Missing::Empty,
        _ => Missing::Dummy,
    }
}

/// True for an attribute of the standard that a file gives one of the standard's representations.
pub(crate) fn is_as_defined(tag: Tag, vr: VR) -> bool {
    let entry = StandardDataDictionary.by_tag(tag);
    entry.is_some_and(|entry| fits(entry.vr(), vr))
}

/// The representation that an attribute is written with: the file's where the standard allows it, and otherwise the
/// standard's, as which anybody would read it.
pub(super) fn standard_vr(tag: Tag, found: VR) -> VR {
    match StandardDataDictionary.by_tag(tag) {
        Some(entry) if !fits(entry.vr(), found) => entry.vr().relaxed(),
        _ => found,
    }
}

/// True when the file gives the attribute a representation that the standard allows for it. A text in the place of a
/// number, or bytes of unknown meaning, cannot be judged.
fn fits(known: VirtualVr, found: VR) -> bool {
    match known {
        VirtualVr::Exact(vr) => vr == found,
        VirtualVr::Xs => matches!(found, VR::US | VR::SS),
        VirtualVr::Ox | VirtualVr::Px => matches!(found, VR::OB | VR::OW),
        VirtualVr::Lt => matches!(found, VR::US | VR::SS | VR::OW),
        _ => false,
    }
}

/// The private blocks of one data set that the policy lets stay.
#[derive(Default)]
pub(super) struct PrivateBlocks {
    /// Group and block → elements of it, by their last two digits.
    safe: HashMap<(u16, u16), Vec<u8>>,
}

impl PrivateBlocks {
    pub(super) fn of(object: &InMemDicomObject, policy: &Policy) -> Self {
        let mut safe = HashMap::new();
        if policy.safe_private().is_empty() {
            return Self { safe };
        }
        for element in object.iter() {
            let tag = element.header().tag;
            let is_creator = tag.group() % 2 == 1 && (0x10..=0xff).contains(&tag.element());
            let creator = is_creator.then(|| element.value().to_str().ok()).flatten();
            let Some(creator) = creator else { continue };
            let listed = policy
                .safe_private()
                .iter()
                .find(|listed| listed.group == tag.group() && listed.creator == creator.trim());
            if let Some(listed) = listed {
                safe.insert((tag.group(), tag.element()), listed.elements.clone());
            }
        }
        Self { safe }
    }

    fn plan(&self, tag: Tag) -> Plan {
        let (block, offset) = (tag.element() >> 8, (tag.element() & 0xff) as u8);
        if self.safe.contains_key(&(tag.group(), tag.element())) {
            return Plan::SafeCreator;
        }
        let listed = self.safe.get(&(tag.group(), block));
        match listed.is_some_and(|elements| elements.contains(&offset)) {
            true => Plan::SafePrivate,
            false => Plan::Take(Missing::Remove),
        }
    }
}
