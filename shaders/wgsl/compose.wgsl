// The picture under the annotations, its mask, the model's uncertainty and a difference, in one pass.
// Every line here has its twin in crates/canvas/src/cpu/compose.rs.

struct ComposeParams {
    // Viewport's top left corner in framebuffer px (xy); image px per physical px (zw).
    origin_and_step: vec4<f32>,
    // Picture's top left corner in physical px from the viewport's (xy); physical px per image px (zw).
    offset_and_scale: vec4<f32>,
    // Width, height, samples per axis of the raw picture, unused.
    size_and_taps: vec4<u32>,
    // Gray shown as black (0..1), gain after it, mask opacity, outline width in physical px.
    gray_and_mask: vec4<f32>,
    // Heat opacity, heat threshold (0..1), gain above the threshold, difference opacity.
    heat_and_diff: vec4<f32>,
    // Colour per difference code: 0 none, 1 added, 2 removed, 3 relabelled.
    diff_colours: array<vec4<f32>, 4>,
    // Colours at uncertainty 0, 1/4, 1/2, 3/4 and 1.
    heat_stops: array<vec4<f32>, 5>,
    // 256 straight RGBA colours, four bytes each, class 4 i + j in component j of entry i.
    class_colours: array<vec4<u32>, 64>,
}

// One pipeline per combination of what is shown: a software rasteriser runs what is switched off by a value in a
// buffer almost as slowly as what is on, and is five times faster without it.
override FLAGS: u32;

const FLAG_RAW: u32 = 1u;
const FLAG_MASK: u32 = 2u;
const FLAG_HEAT: u32 = 4u;
const FLAG_DIFF: u32 = 8u;
const FLAG_LINEAR: u32 = 16u;
const FLAG_REDUCED: u32 = 32u;
const FLAG_OUTLINE: u32 = 64u;
const FLAG_TARGET_SRGB: u32 = 128u;

@group(0) @binding(0) var<uniform> params: ComposeParams;
@group(0) @binding(1) var raw_picture: texture_2d<f32>;
@group(0) @binding(2) var class_mask: texture_2d<u32>;
@group(0) @binding(3) var uncertainty: texture_2d<f32>;
@group(0) @binding(4) var difference: texture_2d<u32>;

fn has(flag: u32) -> bool {
    return (FLAGS & flag) != 0u;
}

fn raw_at(pixel: vec2<i32>) -> f32 {
    let last = vec2<i32>(params.size_and_taps.xy) - 1;
    return textureLoad(raw_picture, clamp(pixel, vec2<i32>(0), last), 0).r;
}

// Between pixel centres, which lie at whole numbers plus a half.
fn raw_linear(point_in_image: vec2<f32>) -> f32 {
    let from_centre = point_in_image - 0.5;
    let base = floor(from_centre);
    let part = from_centre - base;
    let pixel = vec2<i32>(base);
    let top = mix(raw_at(pixel), raw_at(pixel + vec2<i32>(1, 0)), part.x);
    let bottom = mix(raw_at(pixel + vec2<i32>(0, 1)), raw_at(pixel + vec2<i32>(1, 1)), part.x);
    return mix(top, bottom, part.y);
}

// Several samples per screen pixel when the picture is shown smaller than it is.
fn raw_gray(point_in_image: vec2<f32>) -> f32 {
    if !has(FLAG_LINEAR) {
        return raw_at(vec2<i32>(floor(point_in_image)));
    }
    if !has(FLAG_REDUCED) {
        return raw_linear(point_in_image);
    }
    let taps = params.size_and_taps.z;
    let step = params.origin_and_step.zw;
    var sum = 0.0;
    for (var j = 0u; j < taps; j++) {
        for (var i = 0u; i < taps; i++) {
            let in_pixel = (vec2<f32>(f32(i), f32(j)) + 0.5) / f32(taps) - 0.5;
            sum += raw_linear(point_in_image + in_pixel * step);
        }
    }
    return sum / f32(taps * taps);
}

fn class_at(pixel: vec2<i32>) -> u32 {
    return textureLoad(class_mask, pixel, 0).r;
}

fn class_colour(class_index: u32) -> vec4<f32> {
    return unpack4x8unorm(params.class_colours[class_index >> 2u][class_index & 3u]);
}

// How far the neighbour in `direction` is, in physical px; far away when it has the same class.
fn border_distance(pixel: vec2<i32>, own: u32, direction: vec2<i32>, distance: f32) -> f32 {
    let neighbour = pixel + direction;
    let inside = all(neighbour >= vec2<i32>(0)) && all(neighbour < vec2<i32>(params.size_and_taps.xy));
    if !inside {
        return 1e9;
    }
    return select(1e9, distance, class_at(neighbour) != own);
}

fn outline_coverage(point_in_image: vec2<f32>, pixel: vec2<i32>, own: u32) -> f32 {
    let width = params.gray_and_mask.w;
    let scale = params.offset_and_scale.zw;
    let part = point_in_image - vec2<f32>(pixel);
    let left = border_distance(pixel, own, vec2<i32>(-1, 0), part.x * scale.x);
    let right = border_distance(pixel, own, vec2<i32>(1, 0), (1.0 - part.x) * scale.x);
    let top = border_distance(pixel, own, vec2<i32>(0, -1), part.y * scale.y);
    let bottom = border_distance(pixel, own, vec2<i32>(0, 1), (1.0 - part.y) * scale.y);
    let nearest = min(min(left, right), min(top, bottom));
    return clamp(width - nearest + 0.5, 0.0, 1.0);
}

fn heat_colour(value: f32) -> vec3<f32> {
    let position = clamp(value, 0.0, 1.0) * 4.0;
    let index = min(u32(position), 3u);
    return mix(params.heat_stops[index].rgb, params.heat_stops[index + 1u].rgb, position - f32(index));
}

fn with_heat(under: vec3<f32>, pixel: vec2<i32>) -> vec3<f32> {
    let value = textureLoad(uncertainty, pixel, 0).r;
    let alpha = params.heat_and_diff.x * clamp((value - params.heat_and_diff.y) * params.heat_and_diff.z, 0.0, 1.0);
    return mix(under, heat_colour(value), alpha);
}

fn with_diff(under: vec3<f32>, pixel: vec2<i32>) -> vec3<f32> {
    let colour = params.diff_colours[textureLoad(difference, pixel, 0).r & 3u];
    return mix(under, colour.rgb, colour.a * params.heat_and_diff.w);
}

@fragment
fn fs_compose(@builtin(position) position: vec4<f32>) -> @location(0) vec4<f32> {
    let point_in_view = position.xy - params.origin_and_step.xy;
    let point_in_image = (point_in_view - params.offset_and_scale.xy) * params.origin_and_step.zw;
    let size = vec2<f32>(params.size_and_taps.xy);
    if any(point_in_image < vec2<f32>(0.0)) || any(point_in_image >= size) {
        return vec4<f32>(0.0);
    }
    let pixel = vec2<i32>(floor(point_in_image));
    var rgb = vec3<f32>(0.0);
    if has(FLAG_RAW) {
        let gray = (raw_gray(point_in_image) - params.gray_and_mask.x) * params.gray_and_mask.y;
        rgb = vec3<f32>(clamp(gray, 0.0, 1.0));
    }
    var own = 0u;
    var fill = vec4<f32>(0.0);
    if has(FLAG_MASK) {
        own = class_at(pixel);
        fill = class_colour(own);
        rgb = mix(rgb, fill.rgb, fill.a * params.gray_and_mask.z);
    }
    if has(FLAG_HEAT) {
        rgb = with_heat(rgb, pixel);
    }
    if has(FLAG_DIFF) {
        rgb = with_diff(rgb, pixel);
    }
    if has(FLAG_OUTLINE) {
        let shown = select(0.0, 1.0, fill.a > 0.0);
        rgb = mix(rgb, fill.rgb, shown * outline_coverage(point_in_image, pixel, own));
    }
    return for_target(vec4<f32>(rgb, 1.0), has(FLAG_TARGET_SRGB));
}
