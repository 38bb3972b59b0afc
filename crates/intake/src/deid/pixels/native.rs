//! Uncompressed samples.

use dicom_core::value::PrimitiveValue;

use super::BIG_ENDIAN;
use super::sample_bits::SampleBits;
use crate::Refusal;
use crate::facts::Facts;

/// As [`clean`], for one frame of several.
pub(super) fn clean_frame(
    frame: &[u8],
    facts: &Facts,
    reencoded: &mut Vec<String>,
) -> Result<Vec<u8>, Refusal> {
    let of_one = Facts {
        frames: 1,
        ..facts.clone()
    };
    let samples = PrimitiveValue::U8(frame.into());
    Ok(clean(samples, &of_one, reencoded)?.to_bytes().into_owned())
}

/// The samples without what lies behind them, and without what lies in bits that no value uses.
pub(super) fn clean(
    mut samples: PrimitiveValue,
    facts: &Facts,
    reencoded: &mut Vec<String>,
) -> Result<PrimitiveValue, Refusal> {
    if cut(&mut samples, facts) {
        reencoded.push("Bytes behind the samples were dropped.".to_owned());
    }
    let Some(bits) = SampleBits::of(facts)? else {
        return Ok(samples);
    };
    let is_big_endian = facts.transfer_syntax == BIG_ENDIAN;
    let mut beside = 0;
    each(&mut samples, &bits, is_big_endian, |sample| {
        beside |= sample & bits.unused();
        sample
    });
    // Where nothing lies beside any value, negative ones need no sign there either.
    if beside != 0 {
        let mut has_changed = false;
        each(&mut samples, &bits, is_big_endian, |sample| {
            let cleared = bits.cleared(sample);
            has_changed |= cleared != sample;
            cleared
        });
        if has_changed {
            reencoded.push(super::CLEARED.to_owned());
        }
    }
    Ok(samples)
}

/// Drops what lies behind the samples, and clears the byte that makes their number even. True if anything was there.
fn cut(samples: &mut PrimitiveValue, facts: &Facts) -> bool {
    let expected = facts.native_bytes();
    let Some(bytes) = expected.and_then(|bytes| usize::try_from(bytes).ok()) else {
        return false;
    };
    let even = bytes.next_multiple_of(2);
    let is_longer = even < samples.calculate_byte_len();
    if is_longer {
        let values = match samples {
            PrimitiveValue::U16(_) | PrimitiveValue::I16(_) => even / 2,
            _ => even,
        };
        samples.truncate(values);
    }
    if even == bytes {
        return is_longer;
    }
    match samples {
        PrimitiveValue::U8(all) => all.get_mut(bytes).is_some_and(|byte| {
            let was_used = *byte != 0;
            *byte = 0;
            was_used || is_longer
        }),
        PrimitiveValue::U16(words) => words.get_mut(bytes / 2).is_some_and(|word| {
            let was_used = *word > 0xff;
            *word &= 0xff;
            was_used || is_longer
        }),
        _ => is_longer,
    }
}

/// Lets `change` see every sample and say what it becomes.
fn each(
    samples: &mut PrimitiveValue,
    bits: &SampleBits,
    is_big_endian: bool,
    mut change: impl FnMut(u32) -> u32,
) {
    match (samples, bits.bytes) {
        (PrimitiveValue::U16(words), 1) => {
            for word in words {
                let bytes = word.to_le_bytes();
                *word = u16::from_le_bytes(bytes.map(|byte| change(byte.into()) as u8));
            }
        }
        (PrimitiveValue::U16(words), 2) => {
            words
                .iter_mut()
                .for_each(|word| *word = change((*word).into()) as u16);
        }
        (PrimitiveValue::U16(words), _) => {
            for pair in words.chunks_exact_mut(2) {
                let (low, high) = if is_big_endian { (1, 0) } else { (0, 1) };
                let sample = change(u32::from(pair[high]) << 16 | u32::from(pair[low]));
                (pair[low], pair[high]) = (sample as u16, (sample >> 16) as u16);
            }
        }
        (PrimitiveValue::U8(all), bytes) => {
            for sample in all.chunks_exact_mut(bytes) {
                let mut value = [0; 4];
                value[..bytes].copy_from_slice(sample);
                if is_big_endian {
                    value[..bytes].reverse();
                }
                value = change(u32::from_le_bytes(value)).to_le_bytes();
                if is_big_endian {
                    value[..bytes].reverse();
                }
                sample.copy_from_slice(&value[..bytes]);
            }
        }
        _ => {}
    }
}
