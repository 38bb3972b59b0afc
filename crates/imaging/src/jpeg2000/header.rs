//! The headers of a codestream (ISO/IEC 15444-1, annex A), as far as they decide what decoding costs.

use super::Fault;
use crate::bytes::{ByteOrder, Bytes};

const SOC: u16 = 0xff4f;
const SIZ: u16 = 0xff51;
const COD: u16 = 0xff52;
const COC: u16 = 0xff53;
const POC: u16 = 0xff5f;
const SOT: u16 = 0xff90;
const SOD: u16 = 0xff93;
const EOC: u16 = 0xffd9;
/// Bytes of a SOT marker with its segment.
const SOT_BYTES: u64 = 12;

const CUT: Fault = Fault::Damaged("its JPEG 2000 data are cut off");
const NO_PICTURE: Fault = Fault::Damaged("it is no JPEG 2000 codestream");

/// What the main header declares.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) components: u16,
    pub(super) bits: u8,
    pub(super) is_signed: bool,
    pub(super) tile_width: u32,
    pub(super) tile_height: u32,
    pub(super) tiles: u64,
    pub(super) layers: u16,
    /// Ways that components are coded: the default, then those that differ.
    pub(super) styles: Vec<Style>,
}

/// How a component is coded.
#[derive(Clone, Debug)]
pub(super) struct Style {
    pub(super) levels: u8,
    /// log2 of the sides of a code-block.
    pub(super) block_exponents: [u32; 2],
    /// log2 of the sides of a precinct per resolution, lowest first; empty for the largest.
    pub(super) precinct_exponents: Vec<[u32; 2]>,
}

/// Big-endian reads; what lies outside is [`CUT`].
struct Stream<'a>(Bytes<'a>);

impl Stream<'_> {
    fn u8(&self, offset: u64) -> Result<u8, Fault> {
        self.0.u8(offset, "").map_err(|_| CUT)
    }

    fn u16(&self, offset: u64) -> Result<u16, Fault> {
        self.0.u16(offset, "").map_err(|_| CUT)
    }

    fn u32(&self, offset: u64) -> Result<u32, Fault> {
        self.0.u32(offset, "").map_err(|_| CUT)
    }
}

impl Header {
    pub(super) fn parse(codestream: &[u8]) -> Result<Self, Fault> {
        let stream = Stream(Bytes::ordered("JPEG 2000", codestream, ByteOrder::Big));
        if stream.u16(0)? != SOC || stream.u16(2)? != SIZ {
            return Err(NO_PICTURE);
        }
        let mut header = size_segment(&stream)?;
        let mut has_style = false;
        let mut offset = 4 + u64::from(stream.u16(4)?);
        loop {
            let marker = stream.u16(offset)?;
            match marker {
                SOT => break,
                COD => {
                    has_style = true;
                    header.layers = stream.u16(offset + 6)?;
                    let precincts = stream.u8(offset + 4)? & 1 == 1;
                    header.styles.push(style(&stream, offset + 9, precincts)?);
                }
                COC => {
                    let wide = u64::from(header.components > 256);
                    let precincts = stream.u8(offset + 5 + wide)? & 1 == 1;
                    let found = style(&stream, offset + 6 + wide, precincts)?;
                    header.styles.push(found);
                }
                POC => return Err(Fault::Unsupported("changes of the progression order")),
                _ => {}
            }
            offset += 2 + segment_bytes(&stream, offset, marker)?;
        }
        match has_style {
            true => tile_parts(&stream, offset).map(|()| header),
            false => Err(Fault::Damaged("its JPEG 2000 data name no coding style")),
        }
    }
}

/// Bytes of the segment behind the marker at `offset`; markers 0xff30 to 0xff3f have none.
fn segment_bytes(stream: &Stream<'_>, offset: u64, marker: u16) -> Result<u64, Fault> {
    match marker {
        0xff30..=0xff3f => Ok(0),
        0xff4f..=0xff6f => match stream.u16(offset + 2)? {
            0 | 1 => Err(Fault::Damaged("a JPEG 2000 marker segment has no length")),
            length => Ok(length.into()),
        },
        _ => Err(Fault::Damaged(
            "an unknown JPEG 2000 marker stands in a header",
        )),
    }
}

/// SIZ (A.5.1): picture, tiles and components.
fn size_segment(stream: &Stream<'_>) -> Result<Header, Fault> {
    let [x_end, y_end, x_start, y_start] = quad(stream, 8)?;
    let [tile_width, tile_height, tile_x, tile_y] = quad(stream, 24)?;
    let components = stream.u16(40)?;
    let depth = stream.u8(42)?;
    let outside = Fault::Damaged("its JPEG 2000 picture lies outside its tiles");
    let width = x_end.checked_sub(x_start).ok_or(outside)?;
    let height = y_end.checked_sub(y_start).ok_or(outside)?;
    let has_tiles = tile_width > 0 && tile_height > 0 && tile_x <= x_start && tile_y <= y_start;
    if !has_tiles || width == 0 || height == 0 {
        return Err(outside);
    }
    if !(1..=4).contains(&components) {
        return Err(Fault::Unsupported("more than four JPEG 2000 components"));
    }
    for component in 0..u64::from(components) {
        let at = 42 + 3 * component;
        if stream.u8(at)? != depth || stream.u8(at + 1)? != 1 || stream.u8(at + 2)? != 1 {
            return Err(Fault::Unsupported(
                "JPEG 2000 components of unequal depth or size",
            ));
        }
    }
    let bits = (depth & 0x7f) + 1;
    if bits > 16 {
        return Err(Fault::Unsupported("JPEG 2000 samples of more than 16 bits"));
    }
    let across = u64::from(x_end - tile_x).div_ceil(tile_width.into());
    let down = u64::from(y_end - tile_y).div_ceil(tile_height.into());
    Ok(Header {
        width,
        height,
        components,
        bits,
        is_signed: depth & 0x80 != 0,
        tile_width: tile_width.min(width),
        tile_height: tile_height.min(height),
        tiles: across * down,
        layers: 1,
        styles: Vec::new(),
    })
}

fn quad(stream: &Stream<'_>, offset: u64) -> Result<[u32; 4], Fault> {
    Ok([
        stream.u32(offset)?,
        stream.u32(offset + 4)?,
        stream.u32(offset + 8)?,
        stream.u32(offset + 12)?,
    ])
}

/// The parameters that COD and COC share (table A.20).
fn style(stream: &Stream<'_>, offset: u64, has_precincts: bool) -> Result<Style, Fault> {
    let levels = stream.u8(offset)?;
    let [x, y] = [stream.u8(offset + 1)?, stream.u8(offset + 2)?].map(|code| u32::from(code) + 2);
    if levels > 32 || x > 10 || y > 10 || x + y > 12 {
        return Err(Fault::Damaged("its JPEG 2000 coding style is out of range"));
    }
    let precinct_exponents = (0..=u64::from(levels))
        .filter(|_| has_precincts)
        .map(|resolution| {
            let sides = u32::from(stream.u8(offset + 5 + resolution)?);
            Ok([sides & 15, sides >> 4])
        })
        .collect::<Result<_, Fault>>()?;
    Ok(Style {
        levels,
        block_exponents: [x, y],
        precinct_exponents,
    })
}

/// Walks the tile-parts (A.4.2) to the end of the codestream; tiles may not change how they are coded, so that the
/// main header says what decoding costs.
fn tile_parts(stream: &Stream<'_>, mut offset: u64) -> Result<(), Fault> {
    loop {
        match stream.u16(offset)? {
            SOT => {}
            EOC => return Ok(()),
            _ => return Err(Fault::Damaged("its JPEG 2000 tiles are out of step")),
        }
        let length = u64::from(stream.u32(offset + 6)?);
        let mut at = offset + SOT_BYTES;
        loop {
            let marker = stream.u16(at)?;
            match marker {
                SOD => break,
                COD | COC | POC => {
                    return Err(Fault::Unsupported(
                        "JPEG 2000 tiles that are coded differently",
                    ));
                }
                _ => at += 2 + segment_bytes(stream, at, marker)?,
            }
        }
        match length {
            // The last one: it reaches to the end, which the decoder finds.
            0 => return Ok(()),
            _ if length < at + 2 - offset => {
                return Err(Fault::Damaged(
                    "a JPEG 2000 tile is shorter than its header",
                ));
            }
            _ => offset += length,
        }
    }
}
