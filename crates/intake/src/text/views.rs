//! Pictures of values, so that text shows in one of them wherever in the range of the values it lies.
//!
//! A window, or one bright pixel, makes text vanish from what is shown, and it is still in the file.

use fovea_imaging::Samples;

use super::histogram::Histogram;

/// Every so many stored values are looked at for the range that a picture uses.
const STEP: usize = 5;
/// Share of the values that may lie beyond a range, on each side: less than a word of a small font takes.
const BEYOND_ALL: f64 = 0.000_2;
/// As before, of the range that most values use: text and bright layers may lie beyond.
const BEYOND_MOST: f64 = 0.005;
/// Levels of a display over which nothing needs to be stretched: text in them would stand out anyway.
const WIDE_LEVELS: f32 = 128.0;
/// Levels under which there is nothing to be read, even by a person who stretches them.
const NARROW_LEVELS: f32 = 6.0;

/// The picture stretched over all levels, if it uses few.
pub(super) fn of_display(pixels: &[u8]) -> Option<Vec<u8>> {
    let (low, high) = Histogram::of(pixels).range(BEYOND_ALL)?;
    let range = f32::from(high.saturating_sub(low));
    let window = Window {
        low: low.into(),
        high: high.into(),
    };
    (NARROW_LEVELS..WIDE_LEVELS).contains(&range).then(|| {
        pixels
            .iter()
            .map(|value| window.shown(f32::from(*value)))
            .collect()
    })
}

/// Stored values over the range that all of them use but a few, and over the range of most.
pub(super) fn of_stored(samples: &Samples) -> impl Iterator<Item = Vec<u8>> {
    windows(sorted(samples))
        .into_iter()
        .map(|window| match samples {
            Samples::U8(values) => values.iter().map(|v| window.shown((*v).into())).collect(),
            Samples::U16(values) => values.iter().map(|v| window.shown((*v).into())).collect(),
            Samples::F32(values) => values.iter().map(|v| window.shown(*v)).collect(),
        })
}

fn sorted(samples: &Samples) -> Vec<f32> {
    let mut values: Vec<f32> = match samples {
        Samples::U8(values) => values.iter().step_by(STEP).map(|v| (*v).into()).collect(),
        Samples::U16(values) => values.iter().step_by(STEP).map(|v| (*v).into()).collect(),
        Samples::F32(values) => values.iter().step_by(STEP).copied().collect(),
    };
    values.retain(|value| value.is_finite());
    values.sort_unstable_by(f32::total_cmp);
    values
}

fn windows(sorted: Vec<f32>) -> Vec<Window> {
    let windows = [BEYOND_ALL, BEYOND_MOST].map(|share| {
        let beyond = (sorted.len() as f64 * share) as usize;
        let high = *sorted.get(sorted.len().checked_sub(1 + beyond)?)?;
        let low = *sorted.get(beyond)?;
        (high > low).then_some(Window { low, high })
    });
    windows.into_iter().flatten().collect()
}

/// Values from black to white.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Window {
    low: f32,
    high: f32,
}

impl Window {
    fn shown(self, value: f32) -> u8 {
        // Halved, as above. Casts saturate; what is no number is black.
        let share = (value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0);
        (share * 255.0 + 0.5) as u8
    }
}
