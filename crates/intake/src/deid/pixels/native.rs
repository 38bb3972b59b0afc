//! Uncompressed samples.

use dicom_core::value::PrimitiveValue;

use crate::facts::Facts;

/// As [`clean`], for one frame of several.
pub(super) fn clean_frame(
    frame: &[u8],
    facts: &Facts,
    reencoded: &mut Vec<String>,
) -> Option<Vec<u8>> {
    let of_one = Facts {
        frames: 1,
        ..facts.clone()
    };
    let samples = PrimitiveValue::U8(frame.into());
    Some(clean(samples, &of_one, reencoded).to_bytes().into_owned())
}

/// The samples without what lies behind them, and without an overlay in bits that no sample uses.
pub(super) fn clean(
    samples: PrimitiveValue,
    facts: &Facts,
    reencoded: &mut Vec<String>,
) -> PrimitiveValue {
    let mut samples = samples;
    let expected = facts.native_bytes().map(|bytes| bytes.next_multiple_of(2));
    let expected = expected.and_then(|bytes| usize::try_from(bytes).ok());
    if let Some(expected) = expected.filter(|bytes| *bytes < samples.calculate_byte_len()) {
        let values = match &samples {
            PrimitiveValue::U16(_) | PrimitiveValue::I16(_) => expected / 2,
            _ => expected,
        };
        samples.truncate(values);
        reencoded.push("Bytes behind the samples were dropped.".to_owned());
    }
    let bits = facts.bits_stored;
    if facts.has_overlay_in_pixels && facts.bits_allocated == 16 && (1..16).contains(&bits) {
        let mask = ((1u32 << bits) - 1) as u16;
        match &mut samples {
            PrimitiveValue::U16(values) => values.iter_mut().for_each(|value| *value &= mask),
            PrimitiveValue::U8(bytes) => {
                for pair in bytes.chunks_exact_mut(2) {
                    let value = u16::from_le_bytes([pair[0], pair[1]]) & mask;
                    pair.copy_from_slice(&value.to_le_bytes());
                }
            }
            _ => {}
        }
        reencoded.push("Overlays in unused bits of the samples were cleared.".to_owned());
    }
    samples
}
