//! Bytes to OCT volumes and masks, and back; total on hostile input.
