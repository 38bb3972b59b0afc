// Copies a tensor that inference left on the adapter into the canvas's own textures, so that a result is shown
// without reading it back. Reading the buffer in a shader needs no alignment of its rows, which a buffer to
// texture copy would. The twin is in crates/canvas/src/cpu/tensor.rs.

struct BlitParams {
    // First element of the tensor in the bound range, elements per row, width, height.
    extent: vec4<u32>,
}

@group(0) @binding(0) var<uniform> params: BlitParams;
@group(0) @binding(1) var<storage, read> elements: array<u32>;

fn element_at(position: vec4<f32>) -> u32 {
    let pixel = vec2<u32>(position.xy);
    return elements[params.extent.x + pixel.y * params.extent.y + pixel.x];
}

// i32 or u32 class indices; what is not a class index becomes 255, which no schema uses.
@fragment
fn fs_classes(@builtin(position) position: vec4<f32>) -> @location(0) u32 {
    return min(element_at(position), 255u);
}

// f32 in 0..1; what is not a number counts as wholly uncertain.
@fragment
fn fs_unit(@builtin(position) position: vec4<f32>) -> @location(0) vec4<f32> {
    let bits = element_at(position);
    let is_nan = (bits & 0x7fffffffu) > 0x7f800000u;
    let value = select(clamp(bitcast<f32>(bits), 0.0, 1.0), 1.0, is_nan);
    return vec4<f32>(floor(value * 255.0 + 0.5) / 255.0, 0.0, 0.0, 1.0);
}
