//! Lets Tauri write its build-time context.
fn main() {}
