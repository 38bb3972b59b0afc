// Polylines (retinal layer borders): every segment is a capsule with an antialiased rim.
// The twin of `coverage` is in crates/canvas/src/cpu/overlay.rs.

struct Segment {
    @location(0) start_in_image: vec2<f32>,
    @location(1) end_in_image: vec2<f32>,
    @location(2) colour: vec4<f32>,
    @location(3) half_width_points: f32,
}

struct SegmentOnScreen {
    @builtin(position) position: vec4<f32>,
    @location(0) @interpolate(flat) start_in_view: vec2<f32>,
    @location(1) @interpolate(flat) end_in_view: vec2<f32>,
    @location(2) @interpolate(flat) colour: vec4<f32>,
    // In physical px.
    @location(3) @interpolate(flat) half_width: f32,
}

@vertex
fn vs_lines(@builtin(vertex_index) index: u32, segment: Segment) -> SegmentOnScreen {
    var out: SegmentOnScreen;
    out.start_in_view = view_from_image(segment.start_in_image);
    out.end_in_view = view_from_image(segment.end_in_image);
    out.colour = segment.colour;
    out.half_width = segment.half_width_points * params.style.w;
    let along = out.end_in_view - out.start_in_view;
    let length_px = length(along);
    var direction = vec2<f32>(1.0, 0.0);
    if length_px > 1e-6 {
        direction = along / length_px;
    }
    let across = vec2<f32>(-direction.y, direction.x);
    let reach = out.half_width + 1.0;
    let corner = quad_corner(index);
    let end = select(out.start_in_view, out.end_in_view, corner.x > 0.0);
    out.position = clip_from_view(end + direction * corner.x * reach + across * corner.y * reach);
    return out;
}

// 1 inside the capsule, 0 outside, with a ramp of one physical px between.
fn coverage(point: vec2<f32>, start: vec2<f32>, end: vec2<f32>, half_width: f32) -> f32 {
    let along = end - start;
    let from_start = point - start;
    let t = clamp(dot(from_start, along) / max(dot(along, along), 1e-12), 0.0, 1.0);
    return clamp(half_width + 0.5 - length(from_start - along * t), 0.0, 1.0);
}

@fragment
fn fs_lines(in: SegmentOnScreen) -> @location(0) vec4<f32> {
    let point = view_from_framebuffer(in.position);
    let covered = coverage(point, in.start_in_view, in.end_in_view, in.half_width);
    return for_target(vec4<f32>(in.colour.rgb, in.colour.a * covered * params.style.x), target_encodes_srgb());
}
