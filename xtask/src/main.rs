//! The house's own checks: layers, shaders, sizes.
fn main() {}
