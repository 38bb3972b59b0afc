//! Where the attributes of one frame stand: in its own functional groups, in those that all frames share (PS3.3 section
//! C.7.6.16), or, as in older objects, in the image itself.

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use crate::dicom::lookup::{decimals_of, item_of, items_of};

/// What is said of one frame.
#[derive(Clone, Copy)]
pub(super) struct FrameGroups<'a> {
    own: Option<&'a InMemDicomObject>,
    shared: Option<&'a InMemDicomObject>,
    image: &'a InMemDicomObject,
}

impl<'a> FrameGroups<'a> {
    /// One for each of the `frames` of an image, in the order of the file.
    pub(super) fn of(image: &'a InMemDicomObject, frames: usize) -> impl Iterator<Item = Self> {
        let own = items_of(image, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE);
        let shared = item_of(image, tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE);
        (0..frames).map(move |index| Self {
            own: own.get(index),
            shared,
            image,
        })
    }

    /// The functional group `sequence` of this frame, then the one of all frames.
    pub(super) fn items(&self, sequence: Tag) -> impl Iterator<Item = &'a InMemDicomObject> {
        let groups = [self.own, self.shared];
        groups
            .into_iter()
            .flatten()
            .filter_map(move |group| item_of(group, sequence))
    }

    /// The functional group `sequence`, or the image where there is none.
    pub(super) fn holder(&self, sequence: Tag) -> &'a InMemDicomObject {
        self.items(sequence).next().unwrap_or(self.image)
    }

    /// All numbers of an attribute of the functional group `sequence`, or of the image; empty where nothing states it.
    pub(super) fn decimals(&self, sequence: Tag, tag: Tag) -> Vec<f64> {
        let holders = self.items(sequence).chain([self.image]);
        let mut stated = holders.map(|holder| decimals_of(holder, tag));
        stated
            .find(|numbers| !numbers.is_empty())
            .unwrap_or_default()
    }

    /// The image that the frame is of.
    pub(super) fn image(&self) -> &'a InMemDicomObject {
        self.image
    }
}
