//! Overlays and segments inside compressed frames, and bytes behind samples.

use dicom_core::value::{C, PixelFragmentSequence, PrimitiveValue, Value};
use dicom_core::{DataElement, VR};
use dicom_dictionary_std::{tags, uids};

use super::image::{TOKEN, bits, cleaned, file, image, number, overlay};
use crate::leak;

/// Compressed samples are not taken apart, so an overlay inside them keeps the file out. Many files name position 0
/// beside overlays of their own.
#[test]
fn an_overlay_inside_compressed_samples_is_refused() {
    let (low, high) = (bits(16, 8, 7), bits(16, 8, 15));
    let cases = [
        ("above the values", low, 8, false, false),
        ("above the values, beside data", low, 8, true, false),
        ("below the values", high, 0, false, false),
        ("position 0 of data of its own", high, 0, true, true),
        ("inside the values", low, 0, false, true),
        ("where no bit is", low, 16, true, true),
    ];
    for (name, bits, position, has_data, is_clean) in cases {
        let mut image = image(bits);
        image.put(number(tags::ROWS, leak::HEIGHT));
        image.put(number(tags::COLUMNS, leak::WIDTH));
        overlay(&mut image, position, has_data);
        let frames = vec![leak::jpeg(b"")];
        let pixels = Value::PixelSequence(PixelFragmentSequence::new(C::new(), frames));
        image.put(DataElement::new(tags::PIXEL_DATA, VR::OB, pixels));
        let outcome = cleaned(&file(image, uids::JPEG_BASELINE8_BIT));
        match is_clean {
            true => assert!(outcome.is_ok(), "{name}: {:?}", outcome.err()),
            false => {
                let sentence = outcome.expect_err(name).to_string();
                assert!(sentence.contains("an overlay inside"), "{name}: {sentence}");
            }
        }
    }
}

/// No reader looks at how components lie against each other, so nothing has to stay of it.
#[test]
fn a_registration_of_components_goes() {
    let plain = leak::jpeg_2000(b"", false);
    let (header, rest) = plain.split_at(2 + 2 + 41);
    let length = (TOKEN.len() as u16 + 2).to_be_bytes();
    let marked = [header, &[0xff, 0x63], &length, TOKEN, rest].concat();
    let frame = |frame: Vec<u8>| {
        let mut image = image(bits(8, 8, 7));
        image.put(number(tags::ROWS, leak::HEIGHT));
        image.put(number(tags::COLUMNS, leak::WIDTH));
        let pixels = Value::PixelSequence(PixelFragmentSequence::new(C::new(), vec![frame]));
        image.put(DataElement::new(tags::PIXEL_DATA, VR::OB, pixels));
        let (clean, _) = cleaned(&file(image, uids::JPEG2000_LOSSLESS)).expect("comes out");
        let pixels = clean.get(tags::PIXEL_DATA).expect("pixels").value();
        pixels.fragments().expect("a frame")[0].clone()
    };
    assert_eq!(frame(marked), frame(plain));
}

#[test]
fn bits_that_do_not_fit_are_refused() {
    let mut image = image(bits(16, 12, 10));
    let samples = PrimitiveValue::U16(C::from_elem(7, 6));
    image.put(DataElement::new(tags::PIXEL_DATA, VR::OW, samples));
    let sentence = cleaned(&file(image, uids::EXPLICIT_VR_LITTLE_ENDIAN))
        .expect_err("refused")
        .to_string();
    assert!(sentence.contains("BitsStored does not fit"), "{sentence}");
}

/// Bytes of the samples by what the file says of its pixels, each with a token behind them.
#[test]
fn nothing_lies_behind_the_samples() {
    // Photometric interpretation, samples per pixel, columns, bytes that stay.
    let cases = [
        ("MONOCHROME2", 1, 3, 6),
        ("MONOCHROME2", 1, 4, 8),
        ("RGB", 3, 4, 24),
        ("YBR_FULL", 3, 4, 24),
        ("YBR_FULL_422", 3, 4, 16),
        ("YBR_PARTIAL_422", 3, 4, 16),
    ];
    for (photometric, samples, columns, bytes) in cases {
        let mut image = image(bits(8, 8, 7));
        image.put(DataElement::new(
            tags::PHOTOMETRIC_INTERPRETATION,
            VR::CS,
            photometric,
        ));
        image.put(number(tags::SAMPLES_PER_PIXEL, samples));
        image.put(number(tags::COLUMNS, columns));
        let data = [vec![7; bytes], TOKEN.to_vec()].concat();
        image.put(DataElement::new(
            tags::PIXEL_DATA,
            VR::OB,
            PrimitiveValue::U8(data.into()),
        ));
        let (clean, report) =
            cleaned(&file(image, uids::EXPLICIT_VR_LITTLE_ENDIAN)).expect("comes out");
        let found = clean.get(tags::PIXEL_DATA).expect("pixels");
        let found = found.value().primitive().expect("samples").to_bytes();
        assert_eq!(&found[..], vec![7; bytes], "{photometric}");
        assert!(
            report.to_string().contains("behind the samples"),
            "{report}"
        );
    }
}

/// The byte that makes the number of bytes even is no place for anything either.
#[test]
fn the_padding_of_samples_is_empty() {
    let mut image = image(bits(8, 8, 7));
    image.put(number(tags::ROWS, 1));
    let data = PrimitiveValue::U8(C::from_slice(b"\x07\x07\x07S"));
    image.put(DataElement::new(tags::PIXEL_DATA, VR::OB, data));
    let (clean, _) = cleaned(&file(image, uids::EXPLICIT_VR_LITTLE_ENDIAN)).expect("comes out");
    let found = clean.get(tags::PIXEL_DATA).expect("pixels");
    let found = found.value().primitive().expect("samples").to_bytes();
    assert_eq!(&found[..], [7, 7, 7, 0]);
}
