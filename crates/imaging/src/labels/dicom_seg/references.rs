//! What frames of labels say of the frames of the scan that they were made from.

use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use crate::LabelContext;
use crate::dicom::lookup::{group_of, items_of, numbers_of, text_of};

/// One item of a Source Image Sequence.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::labels) struct Reference {
    /// Referenced SOP Instance UID.
    pub(in crate::labels) instance: Option<String>,
    /// Referenced Frame Number, counted from 1; empty where it names none.
    pub(in crate::labels) frames: Vec<u64>,
}

/// What a frame of labels refers to, in the order of the file.
pub(in crate::labels) fn references_of(set: &InMemDicomObject, frame: usize) -> Vec<Reference> {
    let derivation = group_of(set, frame, tags::DERIVATION_IMAGE_SEQUENCE);
    let sources = derivation.map_or(&[][..], |item| items_of(item, tags::SOURCE_IMAGE_SEQUENCE));
    let reference = |source: &InMemDicomObject| Reference {
        instance: text_of(source, tags::REFERENCED_SOP_INSTANCE_UID),
        frames: numbers_of(source, tags::REFERENCED_FRAME_NUMBER),
    };
    sources.iter().map(reference).collect()
}

/// The numbers of the one frame of one object that each entry refers to; none where one of them refers to no frame or to
/// several, and where they refer to objects that are one B-scan each.
pub(super) fn frame_numbers(
    of_frames: &[Vec<Reference>],
    context: &LabelContext,
) -> Option<Vec<u64>> {
    let known = context.bscans_by_instance();
    let single = |references: &Vec<Reference>| match references.as_slice() {
        [reference] => match reference.frames.as_slice() {
            [number] => Some((reference.instance.clone(), *number)),
            _ => None,
        },
        _ => None,
    };
    let found: Vec<(Option<String>, u64)> = of_frames.iter().map(single).collect::<Option<_>>()?;
    let (first, _) = found.first()?;
    let is_of_one_bscan =
        |uid: &String| context.bscan_count > 1 && known.contains_key(uid.as_str());
    let is_volume = found.iter().all(|(instance, _)| instance == first);
    (is_volume && !first.as_ref().is_some_and(is_of_one_bscan))
        .then(|| found.into_iter().map(|(_, number)| number).collect())
}

/// The B-scan whose object each entry refers to; none where one of them refers to no B-scan of the scan or to several.
pub(in crate::labels) fn instances(
    of_frames: &[Vec<Reference>],
    context: &LabelContext,
) -> Option<Vec<u32>> {
    let known = context.bscans_by_instance();
    let single = |references: &Vec<Reference>| {
        let instances = references
            .iter()
            .filter_map(|reference| reference.instance.as_deref());
        let mut bscans = instances.filter_map(|uid| known.get(uid).copied());
        let first = bscans.next()?;
        bscans.all(|bscan| bscan == first).then_some(first)
    };
    of_frames.iter().map(single).collect()
}

/// What to do about labels whose own places do not say which B-scans they are of.
pub(in crate::labels) fn advice(context: &LabelContext) -> &'static str {
    match context.sources.is_empty() {
        true => {
            "bring it in together with the DICOM files of its scan (fovea import --labels LABELS SCAN), or export it with references to the frames of the scan"
        }
        false => "export it with references to the frames of the scan",
    }
}

/// Whether entries refer to different objects, so that their own order need not be that of the scan.
pub(super) fn are_of_several_objects(of_frames: &[Vec<Reference>]) -> bool {
    let mut instances = of_frames
        .iter()
        .flatten()
        .filter_map(|reference| reference.instance.as_deref());
    let first = instances.next();
    first.is_some_and(|first| instances.any(|other| other != first))
}
