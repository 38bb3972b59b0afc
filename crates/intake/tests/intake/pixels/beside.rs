//! Bits of samples that belong to no value.

use dicom_core::value::{C, PixelFragmentSequence, PrimitiveValue, Value};
use dicom_core::{DataElement, VR};
use dicom_dictionary_std::{tags, uids};

use super::image::{Bits, COLUMNS, ROWS, bits, cleaned, file, image, overlay, signed};

/// Uncompressed samples of 8, 16 or 32 bits as they are stored.
fn native(samples: &[u32], allocated: u16, is_big_endian: bool) -> (VR, PrimitiveValue) {
    match allocated {
        8 => {
            let bytes = samples.iter().map(|sample| *sample as u8).collect();
            (VR::OB, PrimitiveValue::U8(bytes))
        }
        16 => {
            let words = samples.iter().map(|sample| *sample as u16).collect();
            (VR::OW, PrimitiveValue::U16(words))
        }
        _ => {
            let words = samples.iter().flat_map(|sample| {
                let (low, high) = (*sample as u16, (*sample >> 16) as u16);
                match is_big_endian {
                    true => [high, low],
                    false => [low, high],
                }
            });
            (VR::OW, PrimitiveValue::U16(words.collect()))
        }
    }
}

/// One segment for each byte of the samples, in literal runs.
fn rle(samples: &[u32], allocated: u16) -> Vec<u8> {
    let planes = u32::from(allocated / 8);
    let mut frame = vec![0; 64];
    frame[0] = planes as u8;
    for plane in 0..planes {
        let start = (frame.len() as u32).to_le_bytes();
        frame[4 * (plane as usize + 1)..][..4].copy_from_slice(&start);
        frame.push(samples.len() as u8 - 1);
        let shift = 8 * (planes - 1 - plane);
        frame.extend(samples.iter().map(|sample| (sample >> shift) as u8));
        frame.resize(frame.len().next_multiple_of(2), 0);
    }
    frame
}

fn decoded_rle(frame: &[u8], allocated: u16) -> Vec<u32> {
    let planes = usize::from(allocated / 8);
    let pixels = usize::from(ROWS * COLUMNS);
    let mut samples = vec![0; pixels];
    for plane in 0..planes {
        let start = &frame[4 * (plane + 1)..][..4];
        let mut at = u32::from_le_bytes(start.try_into().expect("4 bytes")) as usize;
        let mut bytes = Vec::new();
        while bytes.len() < pixels {
            let head = usize::from(frame[at]);
            match head {
                0..=127 => {
                    bytes.extend_from_slice(&frame[at + 1..at + 2 + head]);
                    at += 2 + head;
                }
                _ => {
                    bytes.extend(std::iter::repeat_n(frame[at + 1], 257 - head));
                    at += 2;
                }
            }
        }
        assert_eq!(bytes.len(), pixels);
        for (sample, byte) in samples.iter_mut().zip(bytes) {
            *sample = *sample << 8 | u32::from(byte);
        }
    }
    samples
}

const BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";

/// How values lie, an overlay's position, and samples before and after.
type Case = (Bits, Option<u16>, [u32; 6], [u32; 6]);

const SAMPLES: [Case; 12] = [
    // Above the values, with and without an overlay that says so.
    (
        bits(16, 12, 11),
        Some(12),
        [0x1fff, 0x0123, 0x1000, 0xf456, 0, 7],
        [0x0fff, 0x0123, 0, 0x0456, 0, 7],
    ),
    (
        bits(16, 12, 11),
        None,
        [0x1fff, 0x0123, 0x1000, 0xf456, 0, 7],
        [0x0fff, 0x0123, 0, 0x0456, 0, 7],
    ),
    // Below them.
    (
        bits(16, 12, 15),
        Some(0),
        [0xfff1, 0x1231, 0x0001, 0x4560, 0, 0x70],
        [0xfff0, 0x1230, 0, 0x4560, 0, 0x70],
    ),
    (
        bits(16, 12, 15),
        Some(1),
        [0xfff2, 0x1232, 0x0002, 0x4560, 0, 0x70],
        [0xfff0, 0x1230, 0, 0x4560, 0, 0x70],
    ),
    (
        bits(8, 7, 6),
        Some(7),
        [0xff, 0x81, 0x80, 0x12, 0, 7],
        [0x7f, 1, 0, 0x12, 0, 7],
    ),
    (
        bits(8, 7, 7),
        Some(0),
        [0xff, 0x81, 0x01, 0x12, 0, 7],
        [0xfe, 0x80, 0, 0x12, 0, 6],
    ),
    (
        bits(32, 20, 23),
        None,
        [0x8123_4567, 15, 16, 0, 1 << 24, 7 << 4],
        [0x0023_4560, 0, 16, 0, 0, 7 << 4],
    ),
    // Nothing beside the values.
    (
        bits(16, 16, 15),
        Some(0),
        [0xffff, 1, 2, 3, 4, 5],
        [0xffff, 1, 2, 3, 4, 5],
    ),
    // Signs reach up to the top, or nothing is there at all; anything else becomes the sign.
    (
        signed(16, 12, 11),
        None,
        [0xffff, 0xf800, 0x07ff, 0, 1, 2],
        [0xffff, 0xf800, 0x07ff, 0, 1, 2],
    ),
    (
        signed(16, 12, 11),
        None,
        [0x0fff, 0x0800, 0x07ff, 0, 1, 2],
        [0x0fff, 0x0800, 0x07ff, 0, 1, 2],
    ),
    (
        signed(16, 12, 11),
        Some(12),
        [0x1fff, 0x0800, 0x17ff, 0x1000, 1, 2],
        [0xffff, 0xf800, 0x07ff, 0, 1, 2],
    ),
    (
        signed(32, 31, 30),
        None,
        [0x8000_0000, 0x4000_0000, 0, 1, 2, 3],
        [0, 0xc000_0000, 0, 1, 2, 3],
    ),
];

#[test]
fn nothing_lies_beside_the_values_of_samples() {
    for (bits, position, before, after) in SAMPLES {
        for syntax in [
            uids::EXPLICIT_VR_LITTLE_ENDIAN,
            BIG_ENDIAN,
            uids::RLE_LOSSLESS,
        ] {
            let mut image = image(bits);
            if let Some(position) = position {
                overlay(&mut image, position, false);
            }
            let native = |samples| native(samples, bits.allocated, syntax == BIG_ENDIAN);
            let pixels = match syntax {
                uids::RLE_LOSSLESS => {
                    let frame = rle(&before, bits.allocated);
                    let pixels = PixelFragmentSequence::new(C::new(), vec![frame]);
                    DataElement::new(tags::PIXEL_DATA, VR::OB, Value::PixelSequence(pixels))
                }
                _ => {
                    let (vr, samples) = native(&before);
                    DataElement::new(tags::PIXEL_DATA, vr, samples)
                }
            };
            image.put(pixels);
            let (clean, report) = cleaned(&file(image, syntax)).expect("comes out");
            let name = format!("{bits:?} {position:?} {syntax}");
            let found = clean.get(tags::PIXEL_DATA).expect("pixels").value();
            match found.fragments() {
                Some(frames) => {
                    assert_eq!(decoded_rle(&frames[0], bits.allocated), after, "{name}");
                }
                None => {
                    let found = found.primitive().expect("samples");
                    assert_eq!(found, &native(&after).1, "{name}");
                }
            }
            let is_told = report
                .reencoded
                .iter()
                .any(|said| said.contains("unused bits"));
            assert_eq!(is_told, before != after, "{name}: {report}");
            let is_dropped = report.reencoded.iter().any(|said| said.contains("dropped"));
            assert!(!is_dropped, "{name}: {report}");
        }
    }
}
