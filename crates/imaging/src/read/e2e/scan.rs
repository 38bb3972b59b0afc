//! The chunks of one scan, sorted by what they are.

use std::collections::BTreeMap;

use super::FORMAT;
use super::chunks::{Chunk, Kind, ScanKey};
use super::geometry::Geometry;
use super::picture::{Picture, PictureKind};
use crate::bytes::Bytes;
use crate::read::heidelberg::{LAYER_NAMES, floats, push_line};
use crate::{Budget, Laterality, LayerLines, ReadError};

/// One scan of an eye.
pub(super) struct Scan<'a> {
    pub(super) key: ScanKey,
    eyes: Vec<Laterality>,
    pub(super) fundus: Option<Picture<'a>>,
    slices: BTreeMap<i32, Slice<'a>>,
}

/// What belongs to one B-scan.
#[derive(Default)]
pub(super) struct Slice<'a> {
    pub(super) picture: Option<Picture<'a>>,
    pub(super) geometry: Option<Geometry>,
    lines: Vec<Chunk<'a>>,
}

/// The scans of a file, in the order in which they begin.
pub(super) fn scans<'a>(chunks: &[Chunk<'a>], budget: &Budget) -> Result<Vec<Scan<'a>>, ReadError> {
    let mut scans: Vec<Scan<'a>> = Vec::new();
    for chunk in chunks {
        let known = scans.iter().rposition(|scan| scan.key == chunk.scan);
        let index = known.unwrap_or(scans.len());
        if index == scans.len() {
            budget.frames("The .e2e file", scans.len() as u64 + 1)?;
            scans.push(Scan {
                key: chunk.scan,
                eyes: Vec::new(),
                fundus: None,
                slices: BTreeMap::new(),
            });
        }
        scans[index].take(chunk, budget)?;
    }
    Ok(scans)
}

impl<'a> Scan<'a> {
    fn take(&mut self, chunk: &Chunk<'a>, budget: &Budget) -> Result<(), ReadError> {
        match chunk.kind {
            Kind::Laterality => self.eyes.extend(laterality(chunk.payload)),
            Kind::Picture => match Picture::parse(chunk, budget)? {
                // A single B-scan has its fundus picture beside it, others have one for all.
                Some(picture) if picture.kind == PictureKind::Fundus => {
                    self.fundus.get_or_insert(picture);
                }
                Some(picture) => {
                    self.slice(chunk.slice).picture.get_or_insert(picture);
                }
                None => {}
            },
            Kind::BscanGeometry => {
                self.slice(chunk.slice).geometry = Some(Geometry::parse(chunk)?);
            }
            Kind::LayerLine => self.slice(chunk.slice).lines.push(*chunk),
        }
        Ok(())
    }

    fn slice(&mut self, place: i32) -> &mut Slice<'a> {
        self.slices.entry(place).or_default()
    }

    /// The B-scans in order.
    pub(super) fn bscans(&self) -> impl Iterator<Item = (&Slice<'a>, &Picture<'a>)> {
        let with_picture = |slice: &'_ Slice<'a>| slice.picture.is_some();
        self.slices
            .values()
            .filter(move |slice| with_picture(slice))
            .filter_map(|slice| Some((slice, slice.picture.as_ref()?)))
    }

    /// B-scans that the scan is said to have.
    pub(super) fn stated_count(&self) -> Option<usize> {
        let geometries = self.slices.values().filter_map(|slice| slice.geometry);
        geometries
            .map(|geometry| geometry.bscan_count as usize)
            .max()
    }

    /// The eye that all statements agree on.
    pub(super) fn laterality(&self) -> Laterality {
        match self.eyes.split_first() {
            Some((first, rest)) if rest.iter().all(|other| other == first) => *first,
            _ => Laterality::Unknown,
        }
    }
}

impl Slice<'_> {
    /// The device's lines of a B-scan of this size. Their heights stand at the end of the chunk, behind a header whose
    /// length depends on the edition.
    pub(super) fn layer_lines(&self, picture: &Picture<'_>) -> Result<LayerLines, ReadError> {
        let mut lines = LayerLines::default();
        for chunk in &self.lines {
            let damaged = |what| Err(ReadError::damaged(FORMAT, chunk.offset, what));
            let bytes = Bytes::little(FORMAT, chunk.payload);
            if bytes.len() < 16 {
                return damaged("a layer line has no header");
            }
            let what = "a layer line";
            let (id, count) = (bytes.u32(4, what)?, bytes.u32(12, what)?);
            let Some(name) = LAYER_NAMES.get(id as usize) else {
                continue;
            };
            if count != picture.size.width {
                return damaged("a layer line has not one height per A-scan");
            }
            let Some(start) = (bytes.len() - 16).checked_sub(u64::from(count) * 4) else {
                return damaged("a layer line is longer than its chunk");
            };
            let heights = bytes.slice(16 + start, u64::from(count) * 4, what)?;
            // Of two lines of one layer the first stays.
            if lines.get(name).is_none() {
                push_line(&mut lines, name, floats(heights), picture.size.height);
            }
        }
        Ok(lines)
    }
}

fn laterality(payload: &[u8]) -> Option<Laterality> {
    match payload.get(14) {
        Some(b'R') => Some(Laterality::Right),
        Some(b'L') => Some(Laterality::Left),
        _ => None,
    }
}
