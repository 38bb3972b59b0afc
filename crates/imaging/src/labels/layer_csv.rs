//! Heights of layer lines as CSV: ours, and what people make of it in a spreadsheet.
//!
//! One row per A-scan: `bscan`, `ascan` (both from 0), then one column per boundary with its height in px from the
//! top edge of the picture (see [`crate::LayerLines`]). An empty cell says that the A-scan has no such boundary.

use fovea_geometry::SizePx;

use super::synonyms::plain;
use super::{ForeignBscan, ForeignLabels, LabelContext, LabelFormat};
use crate::{Budget, LayerLine, LayerLines, ReadError};

const FORMAT: &str = "layer CSV";
/// Far more boundaries than a retina has.
const LINES_MAX: usize = 64;
const NAME_BYTES_MAX: usize = 64;

const BSCAN: [&str; 6] = ["bscan", "bscanindex", "slice", "frame", "bscannumber", "z"];
const ASCAN: [&str; 6] = ["ascan", "ascanindex", "column", "col", "ascannumber", "x"];

/// What a column holds.
enum Column {
    Bscan,
    Ascan,
    Line(usize),
}

/// Reads a table separated by commas, semicolons (then with decimal points or commas) or tabs; a first line `sep=;`, as
/// spreadsheets write it, may say which. Without a column of B-scans all rows are of the first; without one of A-scans
/// they are in order.
pub(crate) fn read(
    bytes: &[u8],
    context: &LabelContext,
    budget: &Budget,
) -> Result<ForeignLabels, ReadError> {
    let text = after_separator_line(bytes);
    let skipped_bytes = (bytes.len() - text.len()) as u64;
    let skipped_lines = u64::from(skipped_bytes > 0);
    let fault = |error: csv::Error| fault(&error, skipped_bytes);
    let delimiter = delimiter(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text);
    let header = reader.headers().map_err(fault)?.clone();
    let (columns, names) = columns(&header)?;
    let mut table = Table::new(names, context, budget)?;
    let mut row = csv::StringRecord::new();
    while reader.read_record(&mut row).map_err(fault)? {
        let line = row.position().map_or(0, csv::Position::line) + skipped_lines;
        table.row(&columns, &row, line, delimiter)?;
    }
    Ok(table.finish())
}

/// The table without a line `sep=,` before its header. The header shows the separator as well.
fn after_separator_line(bytes: &[u8]) -> &[u8] {
    let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
    let first = parts.next().unwrap_or_default().trim_ascii();
    let is_separator = first.len() <= 5
        && first
            .get(..4)
            .is_some_and(|key| key.eq_ignore_ascii_case(b"sep="));
    match (is_separator, parts.next()) {
        (true, Some(rest)) => rest,
        _ => bytes,
    }
}

/// True when the first line is a header of this table.
pub(crate) fn is_layer_csv(text: &str) -> bool {
    let text = str::from_utf8(after_separator_line(text.as_bytes())).unwrap_or_default();
    let line = text.lines().next().unwrap_or_default();
    let cells: Vec<String> = line.split([',', ';', '\t']).map(plain).collect();
    let known = |cell: &String| {
        BSCAN.contains(&cell.as_str())
            || ASCAN.contains(&cell.as_str())
            || crate::layer_lines::boundary_name(cell).is_some()
    };
    cells.len() > 1 && cells.iter().any(known)
}

fn delimiter(text: &[u8]) -> u8 {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| line.iter().filter(|byte| **byte == delimiter).count();
    [b',', b';', b'\t']
        .into_iter()
        .rev()
        .max_by_key(|delimiter| count(*delimiter))
        .unwrap_or(b',')
}

fn columns(header: &csv::StringRecord) -> Result<(Vec<Column>, Vec<String>), ReadError> {
    let fault = |what: &str| ReadError::field(FORMAT, "its first line", what);
    let (mut columns, mut names) = (Vec::new(), Vec::<String>::new());
    for cell in header {
        let key = plain(cell);
        if BSCAN.contains(&key.as_str()) {
            columns.push(Column::Bscan);
        } else if ASCAN.contains(&key.as_str()) {
            columns.push(Column::Ascan);
        } else {
            let name = cell.strip_suffix("_px").unwrap_or(cell);
            if cell.ends_with("_um") || cell.ends_with("µm)") {
                return Err(fault("its heights are in µm, and px are needed"));
            }
            if name.is_empty() || name.len() > NAME_BYTES_MAX {
                return Err(fault("a column has no name, or one that is too long"));
            }
            if names.iter().any(|known| known == name) {
                return Err(fault("two columns have the same name"));
            }
            columns.push(Column::Line(names.len()));
            names.push(name.to_owned());
        }
    }
    if names.is_empty() || names.len() > LINES_MAX {
        return Err(fault("it names no boundary, or more than 64"));
    }
    let positions = columns
        .iter()
        .filter(|column| !matches!(column, Column::Line(_)));
    let twice = |kind: fn(&&Column) -> bool| positions.clone().filter(kind).count() > 1;
    match twice(|column| matches!(column, Column::Bscan))
        || twice(|column| matches!(column, Column::Ascan))
    {
        true => Err(fault("two columns number the B-scans or the A-scans")),
        false => Ok((columns, names)),
    }
}

struct Table {
    names: Vec<String>,
    size: SizePx,
    /// Per B-scan: heights line by line, and how many A-scans were read.
    bscans: Vec<Option<BscanTable>>,
    outside: u64,
}

struct BscanTable {
    y_px: Vec<Vec<f32>>,
    is_read: Vec<bool>,
    next: usize,
}

impl Table {
    fn new(names: Vec<String>, context: &LabelContext, budget: &Budget) -> Result<Self, ReadError> {
        let (size, count) = (context.size, context.bscan_count);
        budget.size("The label", size.width.into(), size.height.into())?;
        budget.frames("The label", count.into())?;
        let heights = u64::from(count) * u64::from(size.width) * (4 * names.len() as u64 + 1);
        budget.decoded("The label", Some(heights))?;
        Ok(Self {
            names,
            size,
            bscans: (0..count).map(|_| None).collect(),
            outside: 0,
        })
    }

    fn row(
        &mut self,
        columns: &[Column],
        row: &csv::StringRecord,
        line: u64,
        delimiter: u8,
    ) -> Result<(), ReadError> {
        let fault = |what: &str| ReadError::field(FORMAT, format!("line {line}"), what);
        let (mut bscan, mut ascan) = (0, None);
        for (column, cell) in columns.iter().zip(row) {
            let number = || {
                cell.parse::<usize>()
                    .map_err(|_| fault("a number of a B-scan or an A-scan is missing"))
            };
            match column {
                Column::Bscan => bscan = number()?,
                Column::Ascan => ascan = Some(number()?),
                Column::Line(_) => {}
            }
        }
        let (lines, width) = (self.names.len(), self.size.width as usize);
        let of_bscan = self.bscans.get_mut(bscan);
        let of_bscan = of_bscan.ok_or_else(|| fault("the volume has no such B-scan"))?;
        let table = of_bscan.get_or_insert_with(|| BscanTable {
            y_px: vec![vec![f32::NAN; width]; lines],
            is_read: vec![false; width],
            next: 0,
        });
        let ascan = ascan.unwrap_or(table.next);
        table.next = ascan.saturating_add(1);
        let is_read = table.is_read.get_mut(ascan);
        let is_read = is_read.ok_or_else(|| fault("the B-scan has no such A-scan"))?;
        if std::mem::replace(is_read, true) {
            return Err(fault("the A-scan was in an earlier line already"));
        }
        for (column, cell) in columns.iter().zip(row) {
            if let Column::Line(at) = column {
                let y_px =
                    height(cell, delimiter).ok_or_else(|| fault("a height is not a number"))?;
                let is_inside = (0.0..=self.size.height as f32).contains(&y_px);
                self.outside += u64::from(y_px.is_finite() && !is_inside);
                table.y_px[*at][ascan] = if is_inside { y_px } else { f32::NAN };
            }
        }
        Ok(())
    }

    fn finish(self) -> ForeignLabels {
        let names = &self.names;
        let bscan = |(bscan_index, table): (u32, Option<BscanTable>)| {
            let lines = names.iter().zip(table?.y_px);
            let lines = lines.map(|(name, y_px)| LayerLine {
                name: name.clone(),
                y_px,
            });
            Some(ForeignBscan {
                bscan_index,
                image_name: None,
                mask: None,
                lines: LayerLines {
                    lines: lines.collect(),
                },
            })
        };
        let warning = (self.outside > 0).then(|| {
            format!(
                "{} heights lie outside the picture and count as absent.",
                self.outside
            )
        });
        ForeignLabels {
            format: LabelFormat::LayerCsv,
            classes: Vec::new(),
            bscans: (0..).zip(self.bscans).filter_map(bscan).collect(),
            warnings: warning.into_iter().collect(),
        }
    }
}

/// The height in a cell, NaN for an empty one; `None` for what is no height.
fn height(cell: &str, delimiter: u8) -> Option<f32> {
    if cell.is_empty() || ["nan", "na", "null"].contains(&cell.to_ascii_lowercase().as_str()) {
        return Some(f32::NAN);
    }
    let height = match delimiter {
        b',' => cell.parse(),
        _ => cell.replace(',', ".").parse(),
    };
    height.ok().filter(|height: &f32| height.is_finite())
}

/// A fault of the table, without what stands in it.
fn fault(error: &csv::Error, skipped_bytes: u64) -> ReadError {
    let position = error.position().map_or(0, csv::Position::byte) + skipped_bytes;
    let what = match error.kind() {
        csv::ErrorKind::UnequalLengths { .. } => "a line has more or fewer cells than the first",
        csv::ErrorKind::Utf8 { .. } => "it is no text in UTF-8",
        _ => "it is no table",
    };
    ReadError::damaged(FORMAT, position, what)
}
