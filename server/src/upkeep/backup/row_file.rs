//! The rows of a database in a sealed file: a line for each table, followed by a line for each row.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;

use age::stream::StreamWriter;
use serde::{Deserialize, Serialize};

use super::super::UpkeepError;
use super::super::error::at;
use crate::db::{Cell, RowSink, Value, read_line, write_line};
use crate::objects::KeyRing;

pub(super) const ROW_FILE: &str = "metadata.jsonl.age";

/// The line before the rows of a table.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TableLine {
    table: String,
    columns: Vec<String>,
}

/// Writes rows into a file.
pub(super) struct RowWriter {
    output: BufWriter<StreamWriter<BufWriter<File>>>,
    path: String,
}

impl RowWriter {
    /// A new file at `path`, sealed with `key`.
    pub(super) fn create(path: &Path, key: &KeyRing) -> Result<Self, UpkeepError> {
        let begin = || key.sealer(BufWriter::new(File::create(path)?));
        Ok(Self {
            output: BufWriter::new(begin().map_err(at(path))?),
            path: path.display().to_string(),
        })
    }

    /// Returns once everything is on disk.
    pub(super) fn finish(self) -> Result<(), UpkeepError> {
        let path = self.path.clone();
        let end = || {
            let sealed = self.output.into_inner()?.finish()?;
            sealed.into_inner()?.sync_all()
        };
        end().map_err(|source| UpkeepError::Io { path, source })
    }

    fn failed(&self, source: std::io::Error) -> UpkeepError {
        let path = self.path.clone();
        UpkeepError::Io { path, source }
    }
}

impl RowSink for RowWriter {
    type Error = UpkeepError;

    fn table(&mut self, name: &str, columns: &[&str]) -> Result<(), UpkeepError> {
        let line = TableLine {
            table: name.to_owned(),
            columns: columns.iter().map(|name| (*name).to_owned()).collect(),
        };
        let written = serde_json::to_writer(&mut self.output, &line).map_err(Into::into);
        let written = written.and_then(|()| self.output.write_all(b"\n"));
        written.map_err(|error| self.failed(error))
    }

    fn row(&mut self, values: &[Value<'_>]) -> Result<(), UpkeepError> {
        let written = write_line(&mut self.output, values);
        written.map_err(|error| self.failed(error))
    }
}

/// Gives the rows of the file at `path` to `sink`.
pub(in crate::upkeep) fn load_rows<E: Into<UpkeepError>>(
    state_path: &Path,
    key: &KeyRing,
    sink: &mut impl RowSink<Error = E>,
) -> Result<(), UpkeepError> {
    let path = state_path.join(ROW_FILE);
    let damaged = || UpkeepError::Damaged(ROW_FILE.to_owned());
    let file = BufReader::new(File::open(&path).map_err(at(&path))?);
    let opened = key.opener(file).ok_or_else(damaged)?;
    for line in BufReader::new(opened).lines() {
        let line = line.map_err(|_| damaged())?;
        if line.starts_with('{') {
            let line: TableLine = serde_json::from_str(&line).map_err(|_| damaged())?;
            let columns: Vec<&str> = line.columns.iter().map(String::as_str).collect();
            sink.table(&line.table, &columns).map_err(Into::into)?;
        } else {
            let row = read_line(&line).ok_or_else(damaged)?;
            let values: Vec<Value<'_>> = row.iter().map(Cell::as_value).collect();
            sink.row(&values).map_err(Into::into)?;
        }
    }
    Ok(())
}
