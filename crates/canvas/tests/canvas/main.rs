//! The canvas on the test GPU. One binary, so that its scene is built and linked once.

mod gpu_matches_cpu;
mod scene;
mod tensors;
mod updates;
