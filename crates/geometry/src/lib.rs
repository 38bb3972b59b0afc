//! Coordinate spaces, sizes and transforms, with the space and the unit in the name.
//!
//! Spaces: *image px* (pixel `(0, 0)` covers `[0, 1) × [0, 1)`, x to the right along the A-scans' row, y down
//! the A-scan), *world µm* (image px times [`SpacingUm`]) and *UI points* (egui's logical pixels).

mod rect;
mod size;
mod spacing;
mod view;

pub use rect::RectPx;
pub use size::{PointPx, SizePx};
pub use spacing::SpacingUm;
pub use view::ViewFromImage;
