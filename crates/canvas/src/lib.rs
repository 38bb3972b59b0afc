//! Primitives in, pixels out: image, mask, uncertainty, diff, brush cursor.
