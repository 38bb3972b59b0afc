//! Matlab files (*MAT-File Format*, level 5) of phantoms: input for the reader's tests, with no foreign file.

use fovea_imaging::{Laterality, ScanPattern, Volume};

use crate::PATIENT_CANARY;

/// A value as Matlab stores it; columns one after the other.
#[derive(Clone, Debug)]
pub enum MatlabValue {
    /// `uint8` of these dimensions.
    U8(Vec<u32>, Vec<u8>),
    /// `uint16` of these dimensions.
    U16(Vec<u32>, Vec<u16>),
    /// `single` of these dimensions.
    F32(Vec<u32>, Vec<f32>),
    /// `double` of these dimensions.
    F64(Vec<u32>, Vec<f64>),
    /// A row of characters.
    Text(String),
    /// A row of cells.
    Cells(Vec<MatlabValue>),
    /// One structure.
    Struct(Vec<(&'static str, MatlabValue)>),
}

/// Writes values in one byte order.
#[derive(Clone, Copy, Debug)]
pub struct MatlabWriter {
    /// Most significant byte first.
    pub is_big_endian: bool,
}

impl MatlabWriter {
    /// A whole file. [`PATIENT_CANARY`] stands in the text that precedes the variables.
    pub fn file(self, variables: &[(&str, MatlabValue)]) -> Vec<u8> {
        let mut bytes = self.header();
        for (name, value) in variables {
            bytes.extend(self.variable(name, value));
        }
        bytes
    }

    /// The first 128 bytes.
    pub fn header(self) -> Vec<u8> {
        let mut bytes = format!("MATLAB 5.0 MAT-file, by {PATIENT_CANARY}").into_bytes();
        bytes.resize(124, b' ');
        bytes.extend(self.number16(0x100));
        bytes.extend_from_slice(if self.is_big_endian { b"MI" } else { b"IM" });
        bytes
    }

    /// One variable as a `miMATRIX` element.
    pub fn variable(self, name: &str, value: &MatlabValue) -> Vec<u8> {
        let (class, dimensions) = match value {
            MatlabValue::U8(dimensions, _) => (9, dimensions.clone()),
            MatlabValue::U16(dimensions, _) => (11, dimensions.clone()),
            MatlabValue::F32(dimensions, _) => (7, dimensions.clone()),
            MatlabValue::F64(dimensions, _) => (6, dimensions.clone()),
            MatlabValue::Text(text) => (4, vec![1, text.len() as u32]),
            MatlabValue::Cells(cells) => (1, vec![1, cells.len() as u32]),
            MatlabValue::Struct(_) => (2, vec![1, 1]),
        };
        let flags = [self.number32(class), self.number32(0)].concat();
        let mut content = self.element(6, &flags);
        let dimensions: Vec<u8> = dimensions
            .iter()
            .flat_map(|side| self.number32(*side))
            .collect();
        content.extend(self.element(5, &dimensions));
        content.extend(self.element(1, name.as_bytes()));
        content.extend(self.data(value));
        self.element(14, &content)
    }

    fn data(self, value: &MatlabValue) -> Vec<u8> {
        match value {
            MatlabValue::U8(_, values) => self.element(2, values),
            MatlabValue::U16(_, values) => {
                let raw: Vec<u8> = values.iter().flat_map(|v| self.number16(*v)).collect();
                self.element(4, &raw)
            }
            MatlabValue::F32(_, values) => {
                let raw: Vec<u8> = values
                    .iter()
                    .flat_map(|v| self.number32(v.to_bits()))
                    .collect();
                self.element(7, &raw)
            }
            MatlabValue::F64(_, values) => {
                let raw: Vec<u8> = values
                    .iter()
                    .flat_map(|v| self.number64(v.to_bits()))
                    .collect();
                self.element(9, &raw)
            }
            MatlabValue::Text(text) => {
                let raw: Vec<u8> = text.bytes().flat_map(|b| self.number16(b.into())).collect();
                self.element(4, &raw)
            }
            MatlabValue::Cells(cells) => cells.iter().flat_map(|c| self.variable("", c)).collect(),
            MatlabValue::Struct(fields) => {
                let names = fields.iter().flat_map(|(name, _)| {
                    let mut name = name.as_bytes().to_vec();
                    name.resize(32, 0);
                    name
                });
                let names: Vec<u8> = names.collect();
                let mut bytes = self.element(5, &self.number32(32));
                bytes.extend(self.element(1, &names));
                bytes.extend(
                    fields
                        .iter()
                        .flat_map(|(_, value)| self.variable("", value)),
                );
                bytes
            }
        }
    }

    /// A tag and its data: in the tag itself where there are at most four bytes, padded to eight elsewhere.
    pub fn element(self, kind: u16, data: &[u8]) -> Vec<u8> {
        let length = data.len() as u32;
        let mut bytes = match data.len() {
            1..=4 => [
                self.number32(length << 16 | u32::from(kind)).as_slice(),
                data,
            ]
            .concat(),
            _ => [&self.number32(kind.into()), &self.number32(length), data].concat(),
        };
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        bytes
    }

    fn number16(self, number: u16) -> [u8; 2] {
        if self.is_big_endian {
            number.to_be_bytes()
        } else {
            number.to_le_bytes()
        }
    }

    fn number32(self, number: u32) -> [u8; 4] {
        if self.is_big_endian {
            number.to_be_bytes()
        } else {
            number.to_le_bytes()
        }
    }

    fn number64(self, number: u64) -> [u8; 8] {
        if self.is_big_endian {
            number.to_be_bytes()
        } else {
            number.to_le_bytes()
        }
    }
}

/// `volume` under the names of Heidelberg's header, with [`PATIENT_CANARY`] in the fields about a person. Display values
/// become reflectivities of the same display value.
pub fn matlab_spectralis(volume: &Volume) -> Vec<(&'static str, MatlabValue)> {
    const BSCANS: [(&str, &str); 4] = [
        ("B0", "B0seg"),
        ("B1", "B1seg"),
        ("B2", "B2seg"),
        ("B3", "B3seg"),
    ];
    let scalar = |value: f64| MatlabValue::F64(vec![1, 1], vec![value]);
    let size = volume.bscan_size();
    let mut variables = vec![
        ("PatientID", MatlabValue::Text(PATIENT_CANARY.to_owned())),
        ("ID", MatlabValue::Text(PATIENT_CANARY.to_owned())),
        ("DOB", scalar(40_371.0)),
        ("VisitDate", scalar(40_372.5)),
        ("NumBScans", scalar(volume.bscans.len() as f64)),
        (
            "ScanPosition",
            MatlabValue::Text(match volume.laterality {
                Laterality::Right => "OD  ".to_owned(),
                Laterality::Left => "OS  ".to_owned(),
                Laterality::Unknown => String::new(),
            }),
        ),
        (
            "ScanPattern",
            scalar(if volume.pattern == ScanPattern::Raster {
                3.0
            } else {
                0.0
            }),
        ),
    ];
    if let Some(spacing) = volume.spacing_um {
        let scales = [
            ("ScaleX", spacing.x),
            ("ScaleZ", spacing.y),
            ("Distance", spacing.z),
        ];
        variables.extend(scales.map(|(name, um)| (name, scalar(um / 1e3))));
    }
    if let (Some(slo), Some([x, y])) = (&volume.slo, volume.slo_spacing_um) {
        let (width, height) = (slo.size.width, slo.size.height);
        let columns = by_columns(&slo.pixels, width as usize);
        variables.push(("SLO", MatlabValue::U8(vec![height, width], columns)));
        variables.push(("ScaleXSlo", scalar(x / 1e3)));
        variables.push(("ScaleYSlo", scalar(y / 1e3)));
    }
    for (index, (bscan, (name, lines_name))) in volume.bscans.iter().zip(BSCANS).enumerate() {
        let values = by_columns(&bscan.pixels, size.width as usize);
        let values = values
            .iter()
            .map(|gray| (f32::from(*gray) / 255.0).powi(4))
            .collect();
        variables.push((
            name,
            MatlabValue::F32(vec![size.height, size.width], values),
        ));
        if let Some(lines) = volume.layer_lines.get(index) {
            let rows = ["ILM", "BM", "RNFL"].map(|name| lines.get(name));
            let heights = (0..size.width as usize)
                .flat_map(|x| rows.map(|row| row.map_or(f32::MAX, |line| line.y_px[x])));
            let heights = MatlabValue::F32(vec![3, size.width], heights.collect());
            variables.push((lines_name, heights));
        }
    }
    variables
}

/// Column-major values of a row-major picture.
fn by_columns(pixels: &[u8], width: usize) -> Vec<u8> {
    (0..width)
        .flat_map(|x| pixels.iter().skip(x).step_by(width).copied())
        .collect()
}
