//! Writing a project, case by case.

use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};
use std::path::Path;

use fovea_annotation::{ContentHash, LabelSchema};
use serde::Serialize;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::manifest::{
    BscanRecord, CaseRecord, MANIFEST, MARKER, Manifest, Part, VERSION, folder_of, position_record,
    spacing_record,
};
use super::verify::verify;
use super::{FORMAT, Project, ProjectCase};
use crate::project::exact::Exact;
use crate::write::unwritable;
use crate::{Staged, WriteError, encode_png_gray8};

/// Writes the file at `path`, which must not be there yet, through `fill`, which adds the cases. The file appears when
/// all of it is on the disk.
pub fn write_project<E: From<WriteError>>(
    path: &Path,
    fill: impl FnOnce(&mut ProjectWriter<BufWriter<File>>) -> Result<(), E>,
) -> Result<(), E> {
    let mut staged = Staged::default();
    let mut writer = ProjectWriter::new(BufWriter::new(staged.open(path)?))?;
    fill(&mut writer)?;
    let file = writer.finish()?.into_inner();
    let synced = file
        .map_err(io::IntoInnerError::into_error)
        .and_then(|file| file.sync_all());
    synced.map_err(unwritable(path))?;
    Ok(staged.finish()?)
}

impl Project {
    /// The whole project into one file; see [`write_project`].
    pub fn write(&self, path: &Path) -> Result<(), WriteError> {
        write_project(path, |writer| {
            self.cases.iter().try_for_each(|case| writer.add_case(case))
        })
    }
}

/// Writes a project to anything that can be written and sought.
pub struct ProjectWriter<W: Write + Seek> {
    zip: ZipWriter<W>,
    parts: Vec<Part>,
    case_count: u32,
}

impl<W: Write + Seek> ProjectWriter<W> {
    /// Starts a project.
    pub fn new(to: W) -> Result<Self, WriteError> {
        let mut writer = Self {
            zip: ZipWriter::new(to),
            parts: Vec::new(),
            case_count: 0,
        };
        writer.store(MARKER, VERSION.as_bytes())?;
        Ok(writer)
    }

    /// Adds a case. One that does not hold together as [`super`] says is refused: it could not be read back.
    pub fn add_case(&mut self, case: &ProjectCase) -> Result<(), WriteError> {
        let number = self.case_count;
        let case_id = verify(case).map_err(|fault| WriteError::NotRepresentable {
            format: FORMAT,
            what: format!("case {}: {fault}", number + 1),
        })?;
        let (folder, volume) = (folder_of(number), &case.volume);
        let record = CaseRecord {
            case_id,
            source: volume.format,
            laterality: volume.laterality,
            pattern: volume.pattern,
            device: volume.device.clone(),
            spacing_um: volume.spacing_um.map(spacing_record),
            slo_spacing_um: volume.slo_spacing_um.map(|spacing| spacing.map(Exact)),
            has_slo: volume.slo.is_some(),
            has_lines: !volume.layer_lines.is_empty(),
            warnings: volume.warnings.clone(),
            bscans: bscan_records(case),
        };
        self.add_json(format!("{folder}/case.json"), &record)?;
        for (index, bscan) in volume.bscans.iter().enumerate() {
            let png = encode_png_gray8(bscan.size, &bscan.pixels)?;
            self.add(format!("{folder}/bscans/{index:04}.png"), &png)?;
        }
        if let Some(slo) = &volume.slo {
            let png = encode_png_gray8(slo.size, &slo.pixels)?;
            self.add(format!("{folder}/slo.png"), &png)?;
        }
        if record.has_lines {
            self.add_json(format!("{folder}/lines.json"), &volume.layer_lines)?;
        }
        let versions: Vec<_> = case.tiles.iter().map(|tile| &tile.versions).collect();
        self.add_json(format!("{folder}/versions.json"), &versions)?;
        for (hash, payload) in &case.payloads {
            self.add(format!("{folder}/payloads/{hash}"), payload)?;
        }
        self.case_count += 1;
        Ok(())
    }

    /// Writes the manifest and gives back what was written to.
    pub fn finish(mut self) -> Result<W, WriteError> {
        let manifest = Manifest {
            format: VERSION.to_owned(),
            schema: LabelSchema::oct_layers(),
            case_count: self.case_count,
            parts: std::mem::take(&mut self.parts),
        };
        self.store(MANIFEST, &to_json(&manifest))?;
        self.zip.finish().map_err(refused)
    }

    fn add_json(&mut self, name: String, value: &impl Serialize) -> Result<(), WriteError> {
        self.add(name, &to_json(value))
    }

    fn add(&mut self, name: String, content: &[u8]) -> Result<(), WriteError> {
        self.store(&name, content)?;
        self.parts.push(Part {
            name,
            bytes: content.len() as u64,
            sha256: ContentHash::of(content),
        });
        Ok(())
    }

    fn store(&mut self, name: &str, content: &[u8]) -> Result<(), WriteError> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        self.zip.start_file(name, options).map_err(refused)?;
        self.zip
            .write_all(content)
            .map_err(|reason| WriteError::Unwritable {
                name: "the project".to_owned(),
                reason,
            })
    }
}

fn bscan_records(case: &ProjectCase) -> Vec<BscanRecord> {
    let pairs = case.volume.bscans.iter().zip(&case.tiles);
    pairs
        .map(|(bscan, tile)| BscanRecord {
            position_mm: bscan.position.map(position_record),
            quality: bscan.quality,
            working: tile.working,
        })
        .collect()
}

/// Numbers, strings and lists: there is nothing that could fail to serialize.
fn to_json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

fn refused(error: zip::result::ZipError) -> WriteError {
    WriteError::Unwritable {
        name: "the project".to_owned(),
        reason: io::Error::other(error),
    }
}
