//! The figures, side by side with the anchors.
fn main() {}
