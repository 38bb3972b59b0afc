// The brush's footprint: the border of the disc, in image px, whose pixels a dab would paint.
// The twin is in crates/canvas/src/cpu/overlay.rs.

// Width in physical px of the rim on either side of the ring.
const RIM_PX: f32 = 1.0;

@vertex
fn vs_cursor(@builtin(vertex_index) index: u32) -> @builtin(position) vec4<f32> {
    let centre = view_from_image(params.cursor.xy);
    let reach = params.cursor.z * params.scale_and_offset.xy + params.style.z + RIM_PX + 1.0;
    return clip_from_view(centre + quad_corner(index) * reach);
}

// Physical px to the footprint's border, negative inside. First order: exact for square pixels.
fn distance_to_border(point_in_view: vec2<f32>) -> f32 {
    let scale = params.scale_and_offset.xy;
    let from_centre = (point_in_view - view_from_image(params.cursor.xy)) / scale;
    let radius = length(from_centre);
    if radius < 1e-6 {
        return -params.cursor.z * min(scale.x, scale.y);
    }
    return (radius - params.cursor.z) / length(from_centre / (radius * scale));
}

@fragment
fn fs_cursor(@builtin(position) position: vec4<f32>) -> @location(0) vec4<f32> {
    let distance = abs(distance_to_border(view_from_framebuffer(position)));
    let ring = clamp(params.style.z + 0.5 - distance, 0.0, 1.0) * params.cursor_colour.a;
    let rim = clamp(params.style.z + RIM_PX + 0.5 - distance, 0.0, 1.0) * params.cursor_rim.a;
    let alpha = ring + rim * (1.0 - ring);
    if alpha <= 0.0 {
        return vec4<f32>(0.0);
    }
    let rgb = (params.cursor_colour.rgb * ring + params.cursor_rim.rgb * rim * (1.0 - ring)) / alpha;
    return for_target(vec4<f32>(rgb, alpha), target_encodes_srgb());
}
