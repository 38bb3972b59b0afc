// All mixing is done on sRGB-encoded values, as the UI around the canvas does it. Only a target that encodes by
// itself gets linear values.

fn linear_from_srgb(encoded: vec3<f32>) -> vec3<f32> {
    let low = encoded / 12.92;
    let high = pow((encoded + 0.055) / 1.055, vec3<f32>(2.4));
    return select(high, low, encoded <= vec3<f32>(0.04045));
}

// Straight alpha, sRGB-encoded, to what the target's blending wants: premultiplied, in the target's encoding.
fn for_target(colour: vec4<f32>, target_encodes_srgb: bool) -> vec4<f32> {
    var rgb = clamp(colour.rgb, vec3<f32>(0.0), vec3<f32>(1.0));
    if target_encodes_srgb {
        rgb = linear_from_srgb(rgb);
    }
    return vec4<f32>(rgb * colour.a, colour.a);
}
