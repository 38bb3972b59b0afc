//! The pictures that an export names.

use std::collections::HashSet;

use super::FORMAT;
use super::series::Image;
use crate::frame::Frame;
use crate::read::beside::Beside;
use crate::read::frames_of;
use crate::read::sniff::{Kind, sniff};
use crate::{Budget, ReadError};

/// Reads pictures from the folder of the export, each once.
pub(super) struct Pictures<'a> {
    beside: &'a Beside<'a>,
    left: Budget,
    names: HashSet<&'a str>,
    /// Whether one of them was a JPEG.
    pub(super) is_lossy: bool,
}

impl<'a> Pictures<'a> {
    pub(super) fn new(beside: &'a Beside<'a>, budget: &Budget) -> Self {
        Self {
            beside,
            left: *budget,
            names: HashSet::new(),
            is_lossy: false,
        }
    }

    /// The picture of `image`, at the size that the document states; `what` names it for a person, because the name
    /// of its file comes from the document.
    pub(super) fn read(&mut self, image: &'a Image, what: &str) -> Result<Frame, ReadError> {
        let fault = |error| match error {
            ReadError::Unreadable { reason, .. } => ReadError::Unreadable {
                name: what.to_owned(),
                reason,
            },
            ReadError::NotBeside => ReadError::NotBeside,
            other => other.in_file(what),
        };
        // A picture that is named again and again would cost memory that the export has no bytes for.
        if !self.names.insert(&image.file_name) {
            let found = format!("{what} has the file of another picture");
            return Err(ReadError::field(FORMAT, "ExamURL", found));
        }
        let bytes = self
            .beside
            .read(&image.file_name, &self.left)
            .map_err(fault)?;
        let kind = sniff(&bytes).map_err(fault)?;
        let (mut frames, _) = frames_of(kind, &bytes, &self.left).map_err(fault)?;
        let frame = match (frames.pop(), frames.is_empty()) {
            (Some(frame), true) => frame,
            _ => {
                let found = format!("{what} is not one picture");
                return Err(ReadError::field(FORMAT, "ExamURL", found));
            }
        };
        let decoded = frame.decoded_bytes();
        self.left.max_decoded_bytes = self.left.max_decoded_bytes.saturating_sub(decoded);
        self.is_lossy |= kind == Kind::Jpeg;
        has_stated_size(image, &frame, what)?;
        Ok(frame)
    }
}

/// Scales and lines hold for the stated size alone.
fn has_stated_size(image: &Image, frame: &Frame, what: &str) -> Result<(), ReadError> {
    let found = [frame.size.width, frame.size.height].map(u64::from);
    for (axis, name) in ["Width", "Height"].into_iter().enumerate() {
        if image.size_px[axis].is_some_and(|stated| stated != found[axis]) {
            let what = format!("{what} has {} px", found[axis]);
            return Err(ReadError::field(FORMAT, name, what));
        }
    }
    Ok(())
}
