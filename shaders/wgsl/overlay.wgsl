// What lines and cursor share: where the picture lies in the viewport.

struct OverlayParams {
    // Physical px per image px (xy); picture's top left corner in physical px from the viewport's (zw).
    scale_and_offset: vec4<f32>,
    // Viewport's top left corner in framebuffer px (xy) and its size in physical px (zw).
    viewport: vec4<f32>,
    // Line opacity; 1 when the target encodes sRGB; half the cursor ring's width in physical px;
    // physical px per UI point.
    style: vec4<f32>,
    // Brush centre in image px (xy), its radius in image px, unused.
    cursor: vec4<f32>,
    // Straight, sRGB-encoded.
    cursor_colour: vec4<f32>,
    // The rim on both sides of the ring, which keeps it visible on any picture.
    cursor_rim: vec4<f32>,
}

@group(0) @binding(0) var<uniform> params: OverlayParams;

fn target_encodes_srgb() -> bool {
    return params.style.y > 0.5;
}

fn view_from_image(point_in_image: vec2<f32>) -> vec2<f32> {
    return point_in_image * params.scale_and_offset.xy + params.scale_and_offset.zw;
}

fn clip_from_view(point_in_view: vec2<f32>) -> vec4<f32> {
    let unit = point_in_view / params.viewport.zw;
    return vec4<f32>(unit.x * 2.0 - 1.0, 1.0 - unit.y * 2.0, 0.0, 1.0);
}

fn view_from_framebuffer(position: vec4<f32>) -> vec2<f32> {
    return position.xy - params.viewport.xy;
}

// Corner 0..5 of two triangles, as -1 or 1.
fn quad_corner(index: u32) -> vec2<f32> {
    let x = select(-1.0, 1.0, index == 1u || index == 3u || index == 4u);
    let y = select(-1.0, 1.0, index == 2u || index == 4u || index == 5u);
    return vec2<f32>(x, y);
}
