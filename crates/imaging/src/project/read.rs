//! Reading a project: all of it is checked before any of it is given out.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::Path;

use fovea_annotation::{ContentHash, LabelSchema};
use fovea_geometry::SpacingUm;
use serde::de::DeserializeOwned;

use super::manifest::{
    BscanRecord, CaseRecord, MANIFEST, MARKER, Manifest, Part, VERSION, VersionRecords, folder_of,
    position_of,
};
use super::verify::verify;
use super::{FORMAT, Project, ProjectCase, ProjectTile};
use crate::archive::Archive;
use crate::frame::same_size;
use crate::{Bscan, Budget, GrayImage, LayerLines, ReadError, Volume, decode_png_gray8, json};

/// A project whose every part has been checked. Cases are read again one by one, so that a large project does not
/// have to fit into memory.
pub struct ProjectReader<R> {
    archive: Archive<R>,
    parts: BTreeMap<String, Part>,
    case_count: u32,
    budget: Budget,
}

impl ProjectReader<BufReader<File>> {
    /// Opens and checks the file at `path`.
    pub fn open(path: &Path, budget: &Budget) -> Result<Self, ReadError> {
        let unreadable = |reason| ReadError::Unreadable {
            name: path.display().to_string(),
            reason,
        };
        let file = File::open(path).map_err(unreadable)?;
        let length = file.metadata().map_err(unreadable)?.len();
        Self::check(BufReader::new(file), length, budget)
    }
}

impl<'a> ProjectReader<Cursor<&'a [u8]>> {
    /// Checks a project in memory.
    pub fn of_bytes(bytes: &'a [u8], budget: &Budget) -> Result<Self, ReadError> {
        Self::check(Cursor::new(bytes), bytes.len() as u64, budget)
    }
}

impl Project {
    /// The whole project in one file.
    pub fn read(path: &Path, budget: &Budget) -> Result<Self, ReadError> {
        let mut reader = ProjectReader::open(path, budget)?;
        let cases = (0..reader.case_count()).map(|number| reader.case(number));
        let cases = cases.collect::<Result<_, _>>()?;
        Ok(Self { cases })
    }
}

impl<R: Read + Seek> ProjectReader<R> {
    fn check(from: R, length: u64, budget: &Budget) -> Result<Self, ReadError> {
        if length == 0 {
            return Err(ReadError::EmptyFile);
        }
        let mut archive = Archive::open(FORMAT, from, length, budget)?;
        if archive.require(MARKER, length)? != VERSION.as_bytes() {
            return Err(of_another_version());
        }
        let manifest: Manifest = parse(MANIFEST, &archive.require(MANIFEST, length)?)?;
        if manifest.format != VERSION || manifest.schema != LabelSchema::oct_layers() {
            return Err(of_another_version());
        }
        let mut reader = Self {
            parts: parts(manifest.parts, &archive, length)?,
            archive,
            case_count: manifest.case_count,
            budget: *budget,
        };
        reader.check_cases()?;
        Ok(reader)
    }

    /// Reads every case once, and sees that nothing is left over.
    fn check_cases(&mut self) -> Result<(), ReadError> {
        let mut left: BTreeSet<String> = self.parts.keys().cloned().collect();
        let mut ids = BTreeSet::new();
        for number in 0..self.case_count {
            let (case, id) = self.verified(number, &mut |name| {
                left.remove(name);
            })?;
            drop(case);
            if !ids.insert(id) {
                let name = format!("{}/case.json", folder_of(number));
                return Err(ReadError::field(
                    FORMAT,
                    name,
                    "another case has the same id",
                ));
            }
        }
        match left.len() {
            0 => Ok(()),
            count => Err(ReadError::field(
                FORMAT,
                MANIFEST,
                format!("{count} of its parts belong to no case"),
            )),
        }
    }

    /// Number of cases.
    pub fn case_count(&self) -> u32 {
        self.case_count
    }

    /// Case `number`, from 0.
    pub fn case(&mut self, number: u32) -> Result<ProjectCase, ReadError> {
        Ok(self.verified(number, &mut |_| {})?.0)
    }

    /// A case with its id; `visit` is told of every part that belongs to it.
    fn verified(
        &mut self,
        number: u32,
        visit: &mut dyn FnMut(&str),
    ) -> Result<(ProjectCase, fovea_annotation::CaseId), ReadError> {
        let folder = folder_of(number);
        let name = format!("{folder}/case.json");
        let mut parts = CaseParts {
            reader: self,
            folder,
            visit,
        };
        let record: CaseRecord = parts.json("case.json")?;
        let case = parts.case(&record)?;
        let case_id =
            verify(&case).map_err(|fault| ReadError::field(FORMAT, name.as_str(), fault))?;
        match case_id == record.case_id {
            true => Ok((case, case_id)),
            false => Err(ReadError::field(
                FORMAT,
                name,
                "the scan is not the one that its id says",
            )),
        }
    }

    fn part(&mut self, name: &str) -> Result<Vec<u8>, ReadError> {
        let fault = |what: &str| ReadError::field(FORMAT, name, what);
        let listed = self
            .parts
            .get(name)
            .ok_or_else(|| fault("the part is missing"))?;
        let content = self.archive.require(name, listed.bytes)?;
        match ContentHash::of(&content) == listed.sha256 {
            true => Ok(content),
            false => Err(fault("it is not what its checksum says")),
        }
    }
}

/// The parts of one case.
struct CaseParts<'a, R> {
    reader: &'a mut ProjectReader<R>,
    folder: String,
    visit: &'a mut dyn FnMut(&str),
}

impl<R: Read + Seek> CaseParts<'_, R> {
    fn bytes(&mut self, name: &str) -> Result<Vec<u8>, ReadError> {
        let name = format!("{}/{name}", self.folder);
        (self.visit)(&name);
        self.reader.part(&name)
    }

    fn json<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, ReadError> {
        let content = self.bytes(name)?;
        parse(&format!("{}/{name}", self.folder), &content)
    }

    fn picture(&mut self, name: &str) -> Result<GrayImage, ReadError> {
        let content = self.bytes(name)?;
        let budget = self.reader.budget;
        decode_png_gray8(&content, &budget)
            .map_err(|error| error.in_file(format!("{}/{name}", self.folder)))
    }

    fn case(&mut self, record: &CaseRecord) -> Result<ProjectCase, ReadError> {
        let name = format!("{}/case.json", self.folder);
        let fault = |what: &str| ReadError::field(FORMAT, name.as_str(), what);
        let mut volume = Volume::of_bscans(self.bscans(&record.bscans)?, record.source);
        volume.laterality = record.laterality;
        volume.pattern = record.pattern;
        volume.device.clone_from(&record.device);
        volume.warnings.clone_from(&record.warnings);
        volume.slo_spacing_um = record.slo_spacing_um.map(|spacing| spacing.map(|v| v.0));
        if let Some([x, y, z]) = record.spacing_um {
            let spacing = SpacingUm::new(x.0, y.0, z.0);
            volume.spacing_um = Some(spacing.ok_or_else(|| fault("its spacing is no distance"))?);
        }
        if record.has_slo {
            volume.slo = Some(self.picture("slo.png")?);
        }
        if record.has_lines {
            volume.layer_lines = self.lines(&volume)?;
        }
        let versions: VersionRecords = self.json("versions.json")?;
        let mut payloads = BTreeMap::new();
        for hash in versions.iter().flatten().map(|version| version.payload) {
            if let Entry::Vacant(vacant) = payloads.entry(hash) {
                vacant.insert(self.bytes(&format!("payloads/{hash}"))?);
            }
        }
        let working = record.bscans.iter().map(|bscan| bscan.working);
        if versions.len() != record.bscans.len() {
            return Err(fault("it has labels for another number of B-scans"));
        }
        let tiles = versions.into_iter().zip(working);
        let tiles = tiles.map(|(versions, working)| ProjectTile { versions, working });
        Ok(ProjectCase {
            volume,
            tiles: tiles.collect(),
            payloads,
        })
    }

    fn bscans(&mut self, records: &[BscanRecord]) -> Result<Vec<Bscan>, ReadError> {
        let budget = self.reader.budget;
        budget.frames("A case of the project", records.len() as u64)?;
        let mut decoded = 0;
        let mut bscans = Vec::new();
        for (index, record) in records.iter().enumerate() {
            let image = self.picture(&format!("bscans/{index:04}.png"))?;
            decoded += image.size.len() as u64;
            budget.decoded("A case of the project", Some(decoded))?;
            bscans.push(Bscan {
                position: record.position_mm.map(position_of),
                quality: record.quality,
                ..Bscan::from(image)
            });
        }
        let folder = &self.folder;
        same_size(bscans.iter().map(|bscan| bscan.size), |index| {
            format!("{folder}/bscans/{index:04}.png")
        })?;
        Ok(bscans)
    }

    fn lines(&mut self, volume: &Volume) -> Result<Vec<LayerLines>, ReadError> {
        let lines: Vec<LayerLines> = self.json("lines.json")?;
        let width = volume.bscan_size().width as usize;
        let fits = lines.len() == volume.bscans.len()
            && lines
                .iter()
                .flat_map(|of| &of.lines)
                .all(|line| line.y_px.len() == width);
        match fits {
            true => Ok(lines),
            false => Err(ReadError::field(
                FORMAT,
                format!("{}/lines.json", self.folder),
                "its lines are not those of the B-scans",
            )),
        }
    }
}

/// The parts by name, each once, with nothing in the archive that is not listed, and no longer than the file.
fn parts<R: Read + Seek>(
    listed: Vec<Part>,
    archive: &Archive<R>,
    length: u64,
) -> Result<BTreeMap<String, Part>, ReadError> {
    let fault = |what: &str| ReadError::field(FORMAT, MANIFEST, what);
    let total = listed
        .iter()
        .try_fold(0_u64, |sum, part| sum.checked_add(part.bytes));
    if total.is_none_or(|total| total > length) {
        return Err(fault("its parts are longer than the file"));
    }
    let count = listed.len();
    let parts: BTreeMap<String, Part> = listed
        .into_iter()
        .map(|part| (part.name.clone(), part))
        .collect();
    if parts.len() != count {
        return Err(fault("a part is listed twice"));
    }
    let mut there = 0;
    for name in archive
        .names()
        .filter(|name| ![MARKER, MANIFEST].contains(&name.as_ref()))
    {
        there += 1;
        if !parts.contains_key(name.as_ref()) {
            return Err(fault("the archive has a part that is not listed"));
        }
    }
    match there == count {
        true => Ok(parts),
        false => Err(fault("a part that is listed is missing")),
    }
}

fn parse<T: DeserializeOwned>(name: &str, content: &[u8]) -> Result<T, ReadError> {
    json::parse(FORMAT, content).map_err(|error| error.in_file(name))
}

fn of_another_version() -> ReadError {
    ReadError::Unsupported {
        format: FORMAT,
        feature: "another version of the format or of the label schema".to_owned(),
        advice: "update Fovea and import it again",
    }
}
