//! Smooth random curves and fields.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::anatomy::smoothstep;

/// A smooth random curve over samples, with values in -1..1.
pub(crate) struct Curve {
    nodes: Vec<f32>,
    period: f32,
}

impl Curve {
    /// A curve over `0..length` whose nodes lie `period` samples apart.
    pub(crate) fn new(rng: &mut ChaCha8Rng, length: u32, period: f32) -> Self {
        let period = period.max(1.0);
        let count = (length as f32 / period) as usize + 3;
        Self {
            nodes: (0..count).map(|_| rng.random_range(-1.0..1.0)).collect(),
            period,
        }
    }

    pub(crate) fn at(&self, x: f32) -> f32 {
        let t = x.max(0.0) / self.period;
        let node = (t as usize).min(self.nodes.len() - 2);
        let (a, b) = (self.nodes[node], self.nodes[node + 1]);
        a + (b - a) * smoothstep(t - node as f32)
    }
}

/// A smooth random field, read column by column.
pub(crate) struct Texture {
    nodes: Vec<f32>,
    rows: usize,
    columns: usize,
    period: [f32; 2],
}

impl Texture {
    /// A field over `width` × `height` samples whose nodes lie `period` samples apart.
    pub(crate) fn new(rng: &mut ChaCha8Rng, width: u32, height: u32, period: [f32; 2]) -> Self {
        let period = period.map(|p| p.max(1.0));
        let columns = (width as f32 / period[0]) as usize + 3;
        let rows = (height as f32 / period[1]) as usize + 3;
        let nodes = (0..columns * rows)
            .map(|_| rng.random_range(-1.0..1.0))
            .collect();
        Self {
            nodes,
            rows,
            columns,
            period,
        }
    }

    /// Writes the values of one column, starting at sample `y0`, into `out`.
    pub(crate) fn column(&self, x: u32, y0: u32, out: &mut [f32]) {
        let t = x as f32 / self.period[0];
        let node = (t as usize).min(self.columns - 2);
        let blend = smoothstep(t - node as f32);
        let (left, right) = (
            &self.nodes[node * self.rows..],
            &self.nodes[(node + 1) * self.rows..],
        );
        let step = 1.0 / self.period[1];
        let mut s = y0 as f32 * step;
        for value in out {
            let row = (s as usize).min(self.rows - 2);
            let u = s - row as f32;
            let a = left[row] + (right[row] - left[row]) * blend;
            let b = left[row + 1] + (right[row + 1] - left[row + 1]) * blend;
            *value = a + (b - a) * u * u * (3.0 - 2.0 * u);
            s += step;
        }
    }
}
