//! Builders, test GPU, UI harness; a dev-dependency only.
