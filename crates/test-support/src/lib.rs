//! What tests share: the test GPU, pictures of a render pass, patterns. A dev-dependency only, so a missing
//! precondition panics with what to do about it.

mod gpu;
mod offscreen;
mod patterns;

pub use gpu::test_gpu;
pub use offscreen::render_to_rgba;
pub use patterns::{checkerboard, noise, rings};
