//! One wgpu device for UI, canvas and inference; the only wgpu version pin.
