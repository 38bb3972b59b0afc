//! Mean thickness in the grid of the Early Treatment Diabetic Retinopathy Study.
//!
//! Circles of 1, 3 and 6 mm diameter around the fovea; the two rings are quartered at 45° (ETDRS report 10,
//! Ophthalmology 1991;98:786). Nasal and temporal are those of the eye: in the right one nasal is on the right of the
//! fundus picture, in the left one on the left.

use serde_json::json;

use super::Labelled;
use super::grid_places::{GridCentre, PlacedCentre, Places, places};
use super::layer_csv::Table;
use super::thickness::thickness_maps;
use crate::{Laterality, WriteError};

const RADII_MM: [f64; 3] = [0.5, 1.5, 3.0];
/// A-scans of a centred scan lie exactly on the borders of sectors; rounding must not spread them over both. A spacing
/// that a file holds as a 32-bit float is off by a ten-millionth, which over 3 mm is less than this. mm.
const ROUNDING: f64 = 1e-6;

/// One sector of one layer.
#[derive(Clone, Debug, PartialEq)]
pub struct EtdrsRow {
    /// The layer, as [`crate::ThicknessMap::layer`] names it.
    pub layer: String,
    /// `central`, `inner superior`, … `outer temporal`; `left` and `right` of the fundus picture where the eye is not
    /// known.
    pub sector: String,
    /// Mean over the A-scans that have the layer, µm; `None` where none has.
    pub mean_um: Option<f64>,
    /// A-scans that the mean is of.
    pub ascans_used: u64,
    /// A-scans of the scan in this sector.
    pub ascans: u64,
}

/// The grid of all layers.
#[derive(Clone, Debug, PartialEq)]
pub struct EtdrsGrid {
    /// Layer by layer, nine sectors each.
    pub rows: Vec<EtdrsRow>,
    /// What the circles lie around.
    pub centre: PlacedCentre,
    /// What a person should know about these figures, one sentence each.
    pub warnings: Vec<String>,
}

/// Means of [`thickness_maps`] in the sectors of the grid around `centre`.
pub fn etdrs_grid(labelled: &Labelled<'_>, centre: GridCentre) -> Result<EtdrsGrid, WriteError> {
    let maps = thickness_maps(labelled)?;
    let Places {
        from_centre_mm,
        centre,
        mut warnings,
    } = places(labelled.volume, centre)?;
    let laterality = labelled.volume.laterality;
    if laterality == Laterality::Unknown {
        warnings.push(
            "The eye is not known, so sectors are called left and right as in the fundus picture."
                .to_owned(),
        );
    }
    let sectors: Vec<Option<usize>> = from_centre_mm.iter().map(|place| sector(*place)).collect();
    if reaches_beyond(&from_centre_mm) {
        warnings.push(
            "The grid reaches beyond the scan; its outer sectors are means of what was scanned."
                .to_owned(),
        );
    }
    let names = sector_names(laterality);
    let mut rows = Vec::new();
    for map in maps {
        let mut sums = [(0.0, 0, 0); 9];
        for (um, sector) in map.um.iter().zip(&sectors) {
            let Some(sector) = *sector else { continue };
            let (sum, used, ascans) = &mut sums[sector];
            *ascans += 1;
            if um.is_finite() {
                *sum += f64::from(*um);
                *used += 1;
            }
        }
        for (name, (sum, used, ascans)) in names.iter().zip(sums) {
            rows.push(EtdrsRow {
                layer: map.layer.clone(),
                sector: name.clone(),
                mean_um: (used > 0).then(|| sum / used as f64),
                ascans_used: used,
                ascans,
            });
        }
    }
    Ok(EtdrsGrid {
        rows,
        centre,
        warnings,
    })
}

impl EtdrsGrid {
    /// The grid as a table: `layer`, `sector`, `mean_um` with two decimals (empty where there is none),
    /// `ascans_used`, `ascans`, and in every row how the centre was chosen, so that no part of the table goes without it.
    pub fn to_csv(&self) -> Result<String, WriteError> {
        let header = [
            "layer",
            "sector",
            "mean_um",
            "ascans_used",
            "ascans",
            "centre",
        ];
        let mut table = Table::new(header)?;
        for row in &self.rows {
            table.row([
                row.layer.clone(),
                row.sector.clone(),
                row.mean_um.map(|um| format!("{um:.2}")).unwrap_or_default(),
                row.ascans_used.to_string(),
                row.ascans.to_string(),
                self.centre.words().to_owned(),
            ])?;
        }
        table.finish()
    }

    /// What a person should know about the table, as JSON: the centre, how it was chosen, and the warnings.
    pub fn to_json(&self) -> String {
        let PlacedCentre {
            ascan,
            bscan,
            at_mm,
            is_on_fundus,
            ..
        } = self.centre;
        // To the nm, without the noise of sums.
        let [right_mm, down_mm] = at_mm.map(|mm| (mm * 1e6).round() / 1e6);
        let corner = match is_on_fundus {
            true => "fundus picture",
            false => "scan",
        };
        let about = json!({
            "format": "fovea.etdrs/1",
            "centre": {
                "chosen": self.centre.words(),
                "bscan": bscan,
                "ascan": ascan,
                "right_mm": right_mm,
                "down_mm": down_mm,
                "from_top_left_of": corner,
            },
            "diameters_mm": RADII_MM.map(|radius| 2.0 * radius),
            "warnings": self.warnings,
        });
        format!("{about:#}\n")
    }
}

impl PlacedCentre {
    fn words(&self) -> &'static str {
        match self.chosen {
            GridCentre::ScanMiddle => "middle of the scan",
            GridCentre::At { .. } => "fovea as given",
        }
    }
}

/// Sector of a place: 0 in the middle, then four of the inner ring and four of the outer: above, right, below, left.
/// Circles belong to what is inside, diagonals to above and below.
fn sector([right_mm, down_mm]: [f64; 2]) -> Option<usize> {
    let radius = right_mm.hypot(down_mm);
    let ring = RADII_MM
        .iter()
        .position(|limit| radius <= limit + ROUNDING)?;
    let quarter = match right_mm.abs() > down_mm.abs() + ROUNDING {
        true if right_mm > 0.0 => 1,
        true => 3,
        false if down_mm > 0.0 => 2,
        false => 0,
    };
    Some(if ring == 0 { 0 } else { 4 * ring - 3 + quarter })
}

fn sector_names(laterality: Laterality) -> Vec<String> {
    let (right, left) = match laterality {
        Laterality::Right => ("nasal", "temporal"),
        Laterality::Left => ("temporal", "nasal"),
        Laterality::Unknown => ("right", "left"),
    };
    let quarters = ["superior", right, "inferior", left];
    let rings = ["inner", "outer"].into_iter();
    let named = rings.flat_map(|ring| quarters.map(|quarter| format!("{ring} {quarter}")));
    std::iter::once("central".to_owned()).chain(named).collect()
}

/// True when the largest circle leaves the rectangle around all places.
fn reaches_beyond(places: &[[f64; 2]]) -> bool {
    let radius = RADII_MM[2];
    let beyond = |axis: usize, sign: f64| {
        let farthest = places
            .iter()
            .map(|place| sign * place[axis])
            .fold(f64::MIN, f64::max);
        // The outermost A-scans stand for half of their distance more; a tenth of a mm is no matter.
        farthest < radius - 0.1
    };
    [(0, 1.0), (0, -1.0), (1, 1.0), (1, -1.0)]
        .into_iter()
        .any(|(axis, sign)| beyond(axis, sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sectors_lie_where_the_study_drew_them() {
        for (place, expected) in [
            ([0.0, 0.0], Some(0)),
            ([0.4, 0.3], Some(0)),
            ([0.0, -1.0], Some(1)),
            ([1.0, 0.5], Some(2)),
            ([0.5, 1.0], Some(3)),
            ([-1.0, 0.5], Some(4)),
            ([0.0, -2.0], Some(5)),
            ([2.9, 0.0], Some(6)),
            ([0.0, 3.0], Some(7)),
            ([-2.0, 1.9], Some(8)),
            ([2.5, 2.5], None),
        ] {
            assert_eq!(sector(place), expected, "{place:?}");
        }
        assert_eq!(sector_names(Laterality::Right)[2], "inner nasal");
        assert_eq!(sector_names(Laterality::Left)[8], "outer nasal");
    }
}
