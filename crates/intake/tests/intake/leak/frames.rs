//! Compressed frames with tokens beside the samples, made without the code under test.

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder};

pub(crate) const WIDTH: u16 = 24;
pub(crate) const HEIGHT: u16 = 16;

/// A gradient.
pub(crate) fn pixels() -> Vec<u8> {
    let (width, height) = (usize::from(WIDTH), usize::from(HEIGHT));
    (0..width * height)
        .map(|at| (at % width * 5 + at / width * 3) as u8)
        .collect()
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = (content.len() + 2) as u16;
    [&[0xff, marker], &length.to_be_bytes()[..], content].concat()
}

/// A JPEG with the token in a comment, in EXIF, in an unknown segment, in the thumbnail of JFIF, behind the last block and
/// behind the end.
pub(crate) fn jpeg(token: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    JpegEncoder::new_with_quality(&mut plain, 95)
        .write_image(
            &pixels(),
            WIDTH.into(),
            HEIGHT.into(),
            ExtendedColorType::L8,
        )
        .expect("encodes");
    let thumbnail = [b"JFIF\0\x01\x01\0\0\x01\0\x01\x02\x04", token, &[0; 24]].concat();
    let exif = [b"Exif\0\0II*\0", token].concat();
    let extra = [
        segment(0xe0, &thumbnail),
        segment(0xfe, token),
        segment(0xe1, &exif),
        segment(0xef, token),
    ];
    let (picture, end) = plain.split_at(plain.len() - 2);
    [
        &picture[..2],
        &extra.concat(),
        &picture[2..],
        token,
        end,
        token,
    ]
    .concat()
}

/// A JPEG 2000 codestream of one tile without detail (one empty packet: all samples are 128), with the token in comments
/// of the main header and of the tile, in a JP2 file with a box of its own when `is_boxed`.
pub(crate) fn jpeg_2000(token: &[u8], is_boxed: bool) -> Vec<u8> {
    let size = |value: u16| u32::from(value).to_be_bytes();
    let siz = [
        &[0, 0][..],
        &size(WIDTH),
        &size(HEIGHT),
        &[0; 8],
        &size(WIDTH),
        &size(HEIGHT),
        &[0; 8],
        &[0, 1, 7, 1, 1],
    ]
    .concat();
    let cod = [0, 0, 0, 1, 0, 0, 4, 4, 0, 1];
    let qcd = [0x40, 0x40];
    let comment = segment(0x64, &[&[0, 1], token].concat());
    let data = [&comment[..], &[0xff, 0x93, 0]].concat();
    let length = (12 + data.len()) as u32;
    let sot = segment(
        0x90,
        &[&[0, 0], &length.to_be_bytes()[..], &[0, 1]].concat(),
    );
    let stream = [
        &[0xff, 0x4f],
        &segment(0x51, &siz)[..],
        &segment(0x52, &cod),
        &segment(0x5c, &qcd),
        &comment,
        &sot,
        &data,
        &[0xff, 0xd9],
    ]
    .concat();
    if !is_boxed {
        return stream;
    }
    let boxed = |kind: &[u8; 4], content: &[u8]| {
        [
            &((content.len() + 8) as u32).to_be_bytes()[..],
            kind,
            content,
        ]
        .concat()
    };
    let header = [&size(HEIGHT)[..], &size(WIDTH), &[0, 1, 7, 7, 0, 0]].concat();
    [
        boxed(b"jP  ", b"\r\n\x87\n"),
        boxed(b"ftyp", b"jp2 \0\0\0\0jp2 "),
        boxed(
            b"jp2h",
            &[
                boxed(b"ihdr", &header),
                boxed(b"colr", &[1, 0, 0, 0, 0, 0, 17]),
            ]
            .concat(),
        ),
        boxed(b"xml ", token),
        boxed(b"jp2c", &stream),
    ]
    .concat()
}

/// One segment of literal runs, with the token in the unused part of the header, before the segment and behind it.
pub(crate) fn rle(token: &[u8]) -> Vec<u8> {
    let mut frame = vec![0; 64];
    frame[0] = 1;
    frame[4..8].copy_from_slice(&(64 + token.len() as u32).to_le_bytes());
    let room = token.len().min(48);
    frame[12..12 + room].copy_from_slice(&token[..room]);
    frame.extend_from_slice(token);
    for run in pixels().chunks(128) {
        frame.push((run.len() - 1) as u8);
        frame.extend_from_slice(run);
    }
    frame.extend_from_slice(token);
    if frame.len() % 2 == 1 {
        frame.push(0);
    }
    frame
}
