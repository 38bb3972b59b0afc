//! Where the A-scans of a volume lie on the fundus, seen from the centre of a grid.

use crate::{BscanPosition, ScanPattern, Volume, WriteError};

/// Where the middle of a grid is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum GridCentre {
    /// In the middle of the scan.
    #[default]
    ScanMiddle,
    /// At an A-scan, from 0; fractions lie between two.
    At {
        /// Along the B-scan.
        ascan: f64,
        /// Across the B-scans.
        bscan: f64,
    },
}

/// The middle of a grid that was laid over a scan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlacedCentre {
    /// How it was chosen.
    pub chosen: GridCentre,
    /// Along the B-scan, from 0; fractions lie between two A-scans.
    pub ascan: f64,
    /// Across the B-scans, from 0; fractions lie between two.
    pub bscan: f64,
    /// Right and down from the top left corner of the fundus picture; where the source does not say where the B-scans
    /// lie, from the upper left corner of the scan. mm.
    pub at_mm: [f64; 2],
    /// Whether the source says where the B-scans lie.
    pub is_on_fundus: bool,
}

/// Places of all A-scans, and what to say about them.
pub(crate) struct Places {
    /// Right and down in the fundus picture, mm; B-scan by B-scan, A-scan by A-scan.
    pub(crate) from_centre_mm: Vec<[f64; 2]>,
    pub(crate) centre: PlacedCentre,
    pub(crate) warnings: Vec<String>,
}

/// Places by the positions of the B-scans where the source states all of them, else by the spacing.
pub(crate) fn places(volume: &Volume, centre: GridCentre) -> Result<Places, WriteError> {
    let is_flat = !matches!(
        volume.pattern,
        ScanPattern::Circle | ScanPattern::Radial | ScanPattern::EnFace
    );
    if !is_flat || volume.bscans.len() < 2 {
        return Err(WriteError::NoGrid {
            needs: "a scan of parallel B-scans",
        });
    }
    let mut warnings = Vec::new();
    if centre == GridCentre::ScanMiddle {
        warnings.push(
            "The grid lies in the middle of the scan, which need not be the fovea.".to_owned(),
        );
    }
    let [ascan, bscan] = inside(volume, centre)?;
    let placed = lines_on_fundus(volume);
    let is_on_fundus = placed.is_some();
    if !is_on_fundus {
        warnings.push(TAKEN_AS_LOWEST.to_owned());
    }
    let lines = placed
        .or_else(|| stacked_lines(volume))
        .ok_or(WriteError::NoGrid {
            needs: "the pixel size, or the places of the B-scans",
        })?;
    let (before, after) = (bscan.floor() as usize, bscan.ceil() as usize);
    let width = volume.bscan_size().width;
    let of_line = |index: usize| lines[index].at(ascan, width);
    let middle = between(of_line(before), of_line(after), bscan.fract());
    let row = |line| (0..width).map(move |ascan| (line, ascan));
    let place = |(line, ascan): (&Line, u32)| {
        let [x, y] = line.at(f64::from(ascan), width);
        [x - middle[0], y - middle[1]]
    };
    Ok(Places {
        from_centre_mm: lines.iter().flat_map(row).map(place).collect(),
        centre: PlacedCentre {
            chosen: centre,
            ascan,
            bscan,
            at_mm: middle,
            is_on_fundus,
        },
        warnings,
    })
}

/// The centre as A-scan and B-scan, refused where the scan has neither.
fn inside(volume: &Volume, centre: GridCentre) -> Result<[f64; 2], WriteError> {
    let counts = [volume.bscan_size().width as usize, volume.bscans.len()];
    let last = counts.map(|count| count as f64 - 1.0);
    let GridCentre::At { ascan, bscan } = centre else {
        return Ok(last.map(|last| last / 2.0));
    };
    match (0.0..=last[0]).contains(&ascan) && (0.0..=last[1]).contains(&bscan) {
        true => Ok([ascan, bscan]),
        false => Err(WriteError::OutsideScan {
            what: format!("A fovea at B-scan {bscan} and A-scan {ascan}"),
            scan: format!("{} B-scans of {} A-scans", counts[1], counts[0]),
        }),
    }
}

/// First and last A-scan of a B-scan, mm.
struct Line {
    start: [f64; 2],
    end: [f64; 2],
}

impl Line {
    /// Place of an A-scan of `width`.
    fn at(&self, ascan: f64, width: u32) -> [f64; 2] {
        between(self.start, self.end, ascan / f64::from(width.max(2) - 1))
    }
}

fn lines_on_fundus(volume: &Volume) -> Option<Vec<Line>> {
    let positions: Option<Vec<BscanPosition>> =
        volume.bscans.iter().map(|bscan| bscan.position).collect();
    // A device that does not know writes the same place, or nothing, for all.
    let positions = positions.filter(|positions| {
        positions
            .iter()
            .all(|position| position.start_mm != position.end_mm)
            && positions.windows(2).all(|pair| pair[0] != pair[1])
    });
    let line = |position: BscanPosition| Line {
        start: position.start_mm,
        end: position.end_mm,
    };
    Some(positions?.into_iter().map(line).collect())
}

const TAKEN_AS_LOWEST: &str = "The source does not say where the B-scans lie, so the first is taken as the lowest and its \
    first A-scan as the leftmost in the fundus picture; superior and inferior, or nasal and temporal, may be exchanged.";

/// As Heidelberg devices scan and as every form that is written has it: the first B-scan is the lowest.
fn stacked_lines(volume: &Volume) -> Option<Vec<Line>> {
    let spacing = volume.spacing_um?;
    let last = f64::from(volume.bscan_size().width.max(2) - 1);
    let count = volume.bscans.len();
    let line = |bscan: usize| {
        let y = (count - 1 - bscan) as f64 * spacing.z / 1_000.0;
        Line {
            start: [0.0, y],
            end: [last * spacing.x / 1_000.0, y],
        }
    };
    Some((0..count).map(line).collect())
}

fn between(a: [f64; 2], b: [f64; 2], share: f64) -> [f64; 2] {
    [0, 1].map(|axis| a[axis] * (1.0 - share) + b[axis] * share)
}
