//! A stroke that shows which of its pointer steps reached the mask.
//!
//! Between two samples the brush draws a straight line, so a lost step on a straight stroke would go unseen. This one
//! zigzags with uneven teeth: a lost step leaves its tooth unpainted, and the shape fits the mask in one place only.

use fovea_annotation::Mask;

/// Horizontal distance of two steps. Two teeth on one side are twice as far apart: wider than the brush.
const STEP_PX: i32 = 8;
/// Teeth are between this and twice this high.
const TOOTH_PX: i32 = 40;

/// `steps` points, alternately low and high, around `centre`.
pub(crate) fn zigzag(centre: (i32, i32), steps: usize) -> Vec<(i32, i32)> {
    let width = STEP_PX * (steps as i32 - 1);
    // A fixed sequence without a period (a linear congruence), so that every run draws the same teeth.
    let mut state: u32 = 12_345;
    (0..steps)
        .map(|i| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let height = TOOTH_PX / 2 + (state >> 16) as i32 % (TOOTH_PX / 2);
            let side = if i % 2 == 0 { -1 } else { 1 };
            (
                centre.0 - width / 2 + STEP_PX * i as i32,
                centre.1 + side * height,
            )
        })
        .collect()
}

/// Where a stroke lies in a mask.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Fit {
    /// Mask position of screen position (0, 0), in px.
    pub origin: (i32, i32),
    /// How many of the points are painted.
    pub reached: usize,
}

/// Finds the place in the mask, shown at one screen px per mask px, where most `points` have `class`.
pub(crate) fn fit(mask: &Mask, class: u8, points: &[(i32, i32)]) -> Fit {
    let (width, height) = (mask.size().width as i32, mask.size().height as i32);
    let mut best = Fit {
        origin: (0, 0),
        reached: 0,
    };
    for x in 0..width {
        for y in 0..height {
            let origin = (x - points[0].0, y - points[0].1);
            let reached = reached_at(mask, class, points, origin);
            if reached > best.reached {
                best = Fit { origin, reached };
            }
        }
    }
    best
}

/// How many `points` have `class` when screen position (0, 0) lies at `origin` of the mask.
pub(crate) fn reached_at(
    mask: &Mask,
    class: u8,
    points: &[(i32, i32)],
    origin: (i32, i32),
) -> usize {
    let is_painted = |(x, y): (i32, i32)| {
        let (x, y) = (
            u32::try_from(x + origin.0).ok()?,
            u32::try_from(y + origin.1).ok()?,
        );
        mask.get(x, y).filter(|found| *found == class)
    };
    points
        .iter()
        .filter(|point| is_painted(**point).is_some())
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use fovea_annotation::Stroke;
    use fovea_geometry::{PointPx, SizePx};

    const CLASS: u8 = 2;
    const ORIGIN: (i32, i32) = (-300, -200);

    /// The mask after a stroke from which `lost` steps are missing.
    fn painted(points: &[(i32, i32)], lost: &[usize]) -> Mask {
        let mut mask = Mask::background(SizePx {
            width: 640,
            height: 300,
        });
        let mut stroke = Stroke::new(CLASS, 2.0, &[]);
        for (_, (x, y)) in points.iter().enumerate().filter(|(i, _)| !lost.contains(i)) {
            let point = PointPx {
                x: (x + ORIGIN.0) as f32 + 0.5,
                y: (y + ORIGIN.1) as f32 + 0.5,
            };
            stroke.sample(&mut mask, point);
        }
        mask
    }

    #[test]
    fn every_lost_step_is_counted() {
        let points = zigzag((600, 350), 60);
        for lost in [&[][..], &[0], &[59], &[17], &[3, 4], &[10, 20, 30, 40, 50]] {
            let fit = fit(&painted(&points, lost), CLASS, &points);
            assert_eq!(fit.reached, 60 - lost.len(), "lost {lost:?}");
            assert!(
                (fit.origin.0 - ORIGIN.0).abs() <= 2 && (fit.origin.1 - ORIGIN.1).abs() <= 2,
                "{fit:?}"
            );
        }
    }
}
