//! Coordinate spaces, sizes and transforms, with the unit in the type.
