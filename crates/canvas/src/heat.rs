//! The colour ramp of the uncertainty overlay.

/// sRGB-encoded colours at uncertainty 0, 1/4, 1/2, 3/4 and 1: from dark violet over magenta and orange to pale
/// yellow. Lightness rises all the way, so the order is seen without colour vision too, and no class colour is pale
/// yellow.
pub const HEAT_STOPS: [[u8; 3]; 5] = [
    [40, 11, 84],
    [137, 34, 106],
    [212, 72, 66],
    [251, 155, 6],
    [252, 255, 164],
];
