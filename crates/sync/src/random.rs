//! Randomness as a port: back-off is drawn, and simulations choose the draws.

use std::hash::{BuildHasher, Hasher, RandomState};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// Draws numbers.
pub trait Random {
    /// A number in `0.0..1.0`.
    fn unit(&mut self) -> f64;
}

/// A seeded generator.
#[derive(Debug)]
pub struct SeededRandom(StdRng);

impl SeededRandom {
    /// The same seed gives the same draws.
    pub fn new(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }

    /// A seed that differs per process: clients that lost one server must not come back in step.
    pub fn from_system() -> Self {
        Self::new(RandomState::new().build_hasher().finish())
    }
}

impl Random for SeededRandom {
    fn unit(&mut self) -> f64 {
        self.0.random()
    }
}
