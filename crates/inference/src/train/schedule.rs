//! The learning rate: a linear rise, then half a cosine.

/// Steps of the rise.
const WARM_UP_STEPS: u32 = 60;

/// Fraction of the highest rate that is left at the end.
const FLOOR: f64 = 0.01;

/// Rate of `step` of `steps`.
pub(super) fn learning_rate(step: u32, steps: u32, highest: f64) -> f64 {
    if step < WARM_UP_STEPS.min(steps / 4) {
        return highest * f64::from(step + 1) / f64::from(WARM_UP_STEPS.min(steps / 4));
    }
    let progress = (f64::from(step) / f64::from(steps.max(1))).min(1.0);
    highest * (FLOOR + (1.0 - FLOOR) * 0.5 * (1.0 + (std::f64::consts::PI * progress).cos()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rises_then_falls_and_never_reaches_zero() {
        let rates: Vec<f64> = (0..1000)
            .map(|step| learning_rate(step, 1000, 1.0))
            .collect();
        assert!(rates[..59].windows(2).all(|pair| pair[0] < pair[1]));
        assert!(rates[60..].windows(2).all(|pair| pair[0] > pair[1]));
        assert!(rates.iter().all(|&rate| rate > 0.0 && rate <= 1.0));
    }
}
