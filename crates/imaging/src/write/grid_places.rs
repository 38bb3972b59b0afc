//! Where the A-scans of a volume lie on the fundus, seen from the centre of a grid.

use crate::{BscanPosition, ScanPattern, Volume, WriteError};

/// Where the middle of a grid is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GridCentre {
    /// In the middle of the scan.
    ScanMiddle,
    /// At an A-scan, from 0; fractions lie between two.
    At {
        /// Along the B-scan.
        ascan: f64,
        /// Across the B-scans.
        bscan: f64,
    },
}

/// Places of all A-scans, and what to say about them.
pub(crate) struct Places {
    /// Right and down in the fundus picture, mm; B-scan by B-scan, A-scan by A-scan.
    pub(crate) from_centre_mm: Vec<[f64; 2]>,
    pub(crate) warnings: Vec<String>,
}

/// Places by the positions of the B-scans where the source states all of them, else by the spacing.
pub(crate) fn places(volume: &Volume, centre: GridCentre) -> Result<Places, WriteError> {
    let refused = |what: &str| WriteError::NotRepresentable {
        format: "a grid",
        what: what.to_owned(),
    };
    let is_flat = !matches!(
        volume.pattern,
        ScanPattern::Circle | ScanPattern::Radial | ScanPattern::EnFace
    );
    if !is_flat || volume.bscans.len() < 2 {
        return Err(refused("a scan that is not of parallel B-scans"));
    }
    let mut warnings = Vec::new();
    let (ascans, bscans) = (
        f64::from(volume.bscan_size().width),
        volume.bscans.len() as f64,
    );
    let (ascan, bscan) = match centre {
        GridCentre::At { ascan, bscan } => (ascan, bscan),
        GridCentre::ScanMiddle => {
            warnings.push(
                "The grid lies in the middle of the scan, which need not be the fovea.".to_owned(),
            );
            ((ascans - 1.0) / 2.0, (bscans - 1.0) / 2.0)
        }
    };
    let inside = (0.0..ascans).contains(&ascan) && (0.0..bscans).contains(&bscan);
    if !inside {
        return Err(refused("a centre outside the scan"));
    }
    let lines = lines_mm(volume, &mut warnings)
        .ok_or_else(|| refused("a scan whose spacing is not known"))?;
    let last = f64::from(volume.bscan_size().width.max(2) - 1);
    let at = |line: &Line, ascan: f64| between(line.start, line.end, ascan / last);
    let (before, after) = (bscan.floor() as usize, bscan.ceil() as usize);
    let after = after.min(lines.len() - 1);
    let middle = between(
        at(&lines[before], ascan),
        at(&lines[after], ascan),
        bscan.fract(),
    );
    let width = volume.bscan_size().width;
    let place = |line: &Line, ascan: u32| {
        let [x, y] = at(line, f64::from(ascan));
        [x - middle[0], y - middle[1]]
    };
    let row = |line| (0..width).map(move |ascan| (line, ascan));
    let all = lines.iter().flat_map(row);
    Ok(Places {
        from_centre_mm: all.map(|(line, ascan)| place(line, ascan)).collect(),
        warnings,
    })
}

/// First and last A-scan of a B-scan, mm.
struct Line {
    start: [f64; 2],
    end: [f64; 2],
}

fn lines_mm(volume: &Volume, warnings: &mut Vec<String>) -> Option<Vec<Line>> {
    let positions: Option<Vec<BscanPosition>> =
        volume.bscans.iter().map(|bscan| bscan.position).collect();
    // A device that does not know writes the same place, or nothing, for all.
    let positions = positions.filter(|positions| {
        positions
            .iter()
            .all(|position| position.start_mm != position.end_mm)
            && positions.windows(2).all(|pair| pair[0] != pair[1])
    });
    if let Some(positions) = positions {
        let line = |position: BscanPosition| Line {
            start: position.start_mm,
            end: position.end_mm,
        };
        return Some(positions.into_iter().map(line).collect());
    }
    let spacing = volume.spacing_um?;
    warnings.push(
        "The source does not say where the B-scans lie, so the first is taken as the uppermost and its first A-scan \
         as the leftmost in the fundus picture; superior and inferior, or nasal and temporal, may be exchanged."
            .to_owned(),
    );
    let last = f64::from(volume.bscan_size().width.max(2) - 1);
    let line = |bscan: usize| {
        let y = bscan as f64 * spacing.z / 1_000.0;
        Line {
            start: [0.0, y],
            end: [last * spacing.x / 1_000.0, y],
        }
    };
    Some((0..volume.bscans.len()).map(line).collect())
}

fn between(a: [f64; 2], b: [f64; 2], share: f64) -> [f64; 2] {
    [0, 1].map(|axis| a[axis] * (1.0 - share) + b[axis] * share)
}
