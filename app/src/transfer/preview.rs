//! Small pictures of a scan for the import dialog.

use std::sync::Arc;

use fovea_editor::SloPreview;
use fovea_geometry::SizePx;
use fovea_imaging::{Bscan, BscanPosition, GrayImage, ScanPattern, Volume};

/// Longest side of a preview: what a dialog shows on a display of two px per point.
const SIDE_PX_MAX: u32 = 640;
/// Straight pieces that stand for a circle scan.
const CIRCLE_PARTS: u32 = 48;

/// The B-scan in the middle.
pub(super) fn middle(volume: &Volume) -> Arc<GrayImage> {
    let bscan = volume.bscans.get(volume.bscans.len() / 2);
    let image = bscan.map_or_else(
        || GrayImage {
            size: SizePx::new(1, 1),
            pixels: vec![0],
        },
        |bscan: &Bscan| smaller(bscan.size, &bscan.pixels),
    );
    Arc::new(image)
}

/// The fundus with the places of the B-scans, where both are known; the fundus alone where the places are not.
pub(super) fn fundus(volume: &Volume) -> Option<SloPreview> {
    let slo = volume.slo.as_ref()?;
    let mut lines = volume
        .slo_spacing_um
        .map_or_else(Vec::new, |um| lines(volume, slo.size, um));
    if volume.pattern != ScanPattern::Circle && lines.len() == volume.bscans.len() {
        // The one that is shown comes last.
        let shown = lines.remove(volume.bscans.len() / 2);
        lines.push(shown);
    }
    Some(SloPreview {
        image: Arc::new(smaller(slo.size, &slo.pixels)),
        lines,
    })
}

fn lines(volume: &Volume, slo: SizePx, um: [f64; 2]) -> Vec<[f32; 4]> {
    let part = |[x, y]: [f64; 2]| {
        let x = x * 1000.0 / (um[0] * f64::from(slo.width));
        let y = y * 1000.0 / (um[1] * f64::from(slo.height));
        [x as f32, y as f32]
    };
    let piece = |from: [f64; 2], to: [f64; 2]| {
        let ([x0, y0], [x1, y1]) = (part(from), part(to));
        [x0, y0, x1, y1]
    };
    let positions = volume.bscans.iter().filter_map(|bscan| bscan.position);
    positions
        .flat_map(|at: BscanPosition| match volume.pattern {
            ScanPattern::Circle => circle(at.start_mm, at.end_mm)
                .windows(2)
                .map(|pair| piece(pair[0], pair[1]))
                .collect::<Vec<_>>(),
            _ => vec![piece(at.start_mm, at.end_mm)],
        })
        .collect()
}

/// Points of the circle through `rim` around `centre`, the first one again at the end.
fn circle(rim: [f64; 2], centre: [f64; 2]) -> Vec<[f64; 2]> {
    let radius = (rim[0] - centre[0]).hypot(rim[1] - centre[1]);
    let point = |step: u32| {
        let angle = std::f64::consts::TAU * f64::from(step) / f64::from(CIRCLE_PARTS);
        [
            centre[0] + radius * angle.cos(),
            centre[1] + radius * angle.sin(),
        ]
    };
    (0..=CIRCLE_PARTS).map(point).collect()
}

/// The picture, each px the mean of a square of the original where that is larger than a preview.
fn smaller(size: SizePx, pixels: &[u8]) -> GrayImage {
    let step = size.width.max(size.height).div_ceil(SIDE_PX_MAX).max(1);
    let small = SizePx::new((size.width / step).max(1), (size.height / step).max(1));
    let mean = |x: u32, y: u32| {
        let (mut sum, mut count) = (0_u32, 0_u32);
        for row in y * step..((y + 1) * step).min(size.height) {
            for column in x * step..((x + 1) * step).min(size.width) {
                sum += u32::from(pixels[size.index(column, row)]);
                count += 1;
            }
        }
        (sum / count.max(1)) as u8
    };
    let pixels = (0..small.height).flat_map(|y| (0..small.width).map(move |x| (x, y)));
    GrayImage {
        size: small,
        pixels: pixels.map(|(x, y)| mean(x, y)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fovea_imaging::SourceFormat;

    #[test]
    fn a_large_picture_becomes_the_mean_of_its_squares() {
        let size = SizePx::new(1280, 2);
        let pixels: Vec<u8> = (0..size.len()).map(|at| (at % 2 * 200) as u8).collect();
        let small = smaller(size, &pixels);
        assert_eq!(small.size, SizePx::new(640, 1));
        assert!(small.pixels.iter().all(|gray| *gray == 100));
        let kept = smaller(SizePx::new(2, 1), &[3, 4]);
        assert_eq!(kept.pixels, [3, 4]);
    }

    fn scan(pattern: ScanPattern, places: &[[f64; 4]]) -> Volume {
        let size = SizePx::new(1, 1);
        let bscan = |[x0, y0, x1, y1]: &[f64; 4]| Bscan {
            position: Some(BscanPosition {
                start_mm: [*x0, *y0],
                end_mm: [*x1, *y1],
            }),
            ..Bscan::new(size, vec![0])
        };
        let bscans = places.iter().map(bscan).collect();
        Volume {
            pattern,
            slo: Some(GrayImage {
                size: SizePx::new(100, 200),
                pixels: vec![0; 20_000],
            }),
            slo_spacing_um: Some([10.0, 10.0]),
            ..Volume::of_bscans(bscans, SourceFormat::HeidelbergVol)
        }
    }

    #[test]
    fn lines_lie_in_parts_of_the_fundus_and_the_shown_one_is_last() {
        let raster = scan(
            ScanPattern::Raster,
            &[
                [0.0, 0.0, 1.0, 0.0],
                [0.25, 1.0, 0.75, 1.0],
                [0.0, 2.0, 1.0, 2.0],
            ],
        );
        let lines = fundus(&raster).expect("a fundus").lines;
        assert_eq!(
            lines,
            [
                [0.0, 0.0, 1.0, 0.0],
                [0.0, 1.0, 1.0, 1.0],
                [0.25, 0.5, 0.75, 0.5]
            ]
        );
        let ring = scan(ScanPattern::Circle, &[[0.75, 1.0, 0.5, 1.0]]);
        let lines = fundus(&ring).expect("a fundus").lines;
        assert_eq!(lines.len(), CIRCLE_PARTS as usize);
        for [x, y, ..] in lines {
            let radius = (x - 0.5).hypot((y - 0.5) * 2.0);
            assert!((radius - 0.25).abs() < 1e-4, "{radius}");
        }
    }
}
