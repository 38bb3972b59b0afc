//! Seeded synthetic OCT volumes with exact truth.
