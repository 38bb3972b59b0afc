//! Rules: what they look at, and when they fit.

use fovea_imaging::SourceFormat;
use serde::{Deserialize, Serialize};

use super::{Decision, Reason};

/// Something about a file that a rule may look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The file says that text is burned into its pixels.
    BurnedInAnnotation,
    /// A screenshot or a scanned page, by its SOP class.
    SecondaryCapture,
    /// The pictures use colour, not gray written as colour.
    Colour,
    /// There is no pixel data.
    NoPixels,
    /// A document lies inside.
    EncapsulatedDocument,
    /// The pixels are a video stream.
    Video,
    /// The pixels cannot be read here, so nobody knows whether they hold text.
    PixelsUnread,
}

/// What is known of a file when the policy is asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    pub(crate) format: Option<SourceFormat>,
    pub(crate) sop_class: String,
    pub(crate) modality: String,
    pub(crate) flags: Vec<Flag>,
    pub(crate) text_score: f32,
}

/// A rule as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub(super) name: String,
    pub(super) when: When,
    pub(super) then: Decision,
    pub(super) reason: String,
}

/// All keys that are given must fit; of a list, one entry.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct When {
    format: Option<Vec<SourceFormat>>,
    sop_class: Option<Vec<String>>,
    modality: Option<Vec<String>>,
    flags: Option<Vec<Flag>>,
    text_score_min: Option<f32>,
}

impl Rule {
    pub(super) fn reason(&self) -> Reason {
        Reason {
            rule: self.name.clone(),
            sentence: self.reason.clone(),
        }
    }

    /// A rule without a condition would fit everything, one with a condition that no file can meet would protect
    /// nobody, and a reason that is no sentence would help nobody.
    pub(super) fn check(&self) -> Result<(), String> {
        let when = &self.when;
        let is_empty = when.format.is_none()
            && when.sop_class.is_none()
            && when.modality.is_none()
            && when.flags.is_none()
            && when.text_score_min.is_none();
        let is_sentence = self.reason.ends_with('.') && !self.reason.contains(['\n', '\r']);
        match () {
            () if self.name.is_empty() => Err("a rule has no name".to_owned()),
            () if is_empty => Err("a rule has no condition under `when`".to_owned()),
            () if when.has_empty_list() => {
                Err("a rule has an empty list under `when`, which no file can fit".to_owned())
            }
            () if when
                .text_score_min
                .is_some_and(|least| !(0.0..=1.0).contains(&least)) =>
            {
                Err("when.text_score_min must be a number from 0 to 1".to_owned())
            }
            () if !is_sentence => {
                Err("the reason of a rule is not one line that ends with a full stop".to_owned())
            }
            () => Ok(()),
        }
    }
}

impl When {
    fn has_empty_list(&self) -> bool {
        let is_empty = [
            self.format.as_ref().map(Vec::is_empty),
            self.sop_class.as_ref().map(Vec::is_empty),
            self.modality.as_ref().map(Vec::is_empty),
            self.flags.as_ref().map(Vec::is_empty),
        ];
        is_empty.contains(&Some(true))
    }

    pub(super) fn fits(&self, evidence: &Evidence) -> bool {
        fn one_of<T: PartialEq>(wanted: Option<&Vec<T>>, found: &T) -> bool {
            wanted.is_none_or(|wanted| wanted.contains(found))
        }
        let flags = self.flags.as_ref();
        evidence
            .format
            .is_none_or(|format| one_of(self.format.as_ref(), &format))
            && one_of(self.sop_class.as_ref(), &evidence.sop_class)
            && one_of(self.modality.as_ref(), &evidence.modality)
            && flags.is_none_or(|wanted| wanted.iter().any(|flag| evidence.flags.contains(flag)))
            && self
                .text_score_min
                .is_none_or(|least| evidence.text_score >= least)
    }
}
