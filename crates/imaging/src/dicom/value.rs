//! The bytes of one value to numbers or text (PS3.5 section 6.2).

use dicom_core::smallvec::Array;
use dicom_core::value::C;
use dicom_core::{PrimitiveValue, Tag, VR};
use dicom_encoding::text::SpecificCharacterSet;

use super::escapes;
use crate::bytes::ByteOrder;

/// What the value of `vr` says; none when its length is no multiple of what one number takes.
pub(crate) fn decode(
    vr: VR,
    bytes: &[u8],
    order: ByteOrder,
    charset: &SpecificCharacterSet,
) -> Option<PrimitiveValue> {
    use PrimitiveValue as Value;
    if bytes.is_empty() {
        return Some(Value::Empty);
    }
    Some(match vr {
        VR::US => Value::U16(numbers(bytes, order, u16::from_le_bytes)?),
        VR::SS => Value::I16(numbers(bytes, order, i16::from_le_bytes)?),
        VR::UL | VR::OL => Value::U32(numbers(bytes, order, u32::from_le_bytes)?),
        VR::SL => Value::I32(numbers(bytes, order, i32::from_le_bytes)?),
        VR::FL | VR::OF => Value::F32(numbers(bytes, order, f32::from_le_bytes)?),
        VR::FD | VR::OD => Value::F64(numbers(bytes, order, f64::from_le_bytes)?),
        VR::UV | VR::OV => Value::U64(numbers(bytes, order, u64::from_le_bytes)?),
        VR::SV => Value::I64(numbers(bytes, order, i64::from_le_bytes)?),
        VR::AT if bytes.len().is_multiple_of(4) => Value::Tags(
            numbers(bytes, order, u16::from_le_bytes)?
                .chunks_exact(2)
                .map(|pair| Tag(pair[0], pair[1]))
                .collect(),
        ),
        VR::AT => return None,
        // Frames of an odd number of bytes are often left without their padding.
        VR::OW => match numbers(bytes, order, u16::from_le_bytes) {
            Some(words) => Value::U16(words),
            None => Value::U8(C::from_slice(bytes)),
        },
        VR::OB | VR::UN | VR::SQ => Value::U8(C::from_slice(bytes)),
        VR::LT | VR::ST | VR::UT => Value::Str(text(bytes, charset)),
        VR::UR => Value::Str(text(bytes, &SpecificCharacterSet::default())),
        VR::LO | VR::PN | VR::SH | VR::UC => split(text(bytes, charset)),
        _ => split(text(bytes, &SpecificCharacterSet::default())),
    })
}

/// Values that text of `bytes` may hold at most; 1 for everything that is no list.
pub(crate) fn most_values(vr: VR, bytes: &[u8]) -> usize {
    use VR::*;
    match vr {
        AE | AS | CS | DA | DS | DT | IS | LO | PN | SH | TM | UC | UI => {
            1 + bytes.iter().filter(|byte| **byte == b'\\').count()
        }
        _ => 1,
    }
}

fn numbers<const N: usize, T>(
    bytes: &[u8],
    order: ByteOrder,
    from_le: impl Fn([u8; N]) -> T,
) -> Option<C<T>>
where
    [T; 2]: Array<Item = T>,
{
    let (chunks, rest) = bytes.as_chunks::<N>();
    rest.is_empty().then(|| {
        chunks
            .iter()
            .map(|chunk| {
                let mut chunk = *chunk;
                if order == ByteOrder::Big {
                    chunk.reverse();
                }
                from_le(chunk)
            })
            .collect()
    })
}

/// Text in its character set. Bytes that it does not have are taken as Latin-1, so that no text is lost unseen.
fn text(bytes: &[u8], charset: &SpecificCharacterSet) -> String {
    escapes::decode(bytes, charset)
        .unwrap_or_else(|| bytes.iter().map(|byte| char::from(*byte)).collect())
}

fn split(text: String) -> PrimitiveValue {
    match text.contains('\\') {
        true => PrimitiveValue::Strs(text.split('\\').map(str::to_owned).collect()),
        false => PrimitiveValue::Str(text),
    }
}
