//! Look-up tables of colours (PS3.3, section C.7.9).

use dicom_core::value::PrimitiveValue;

use crate::facts::Facts;

/// The table without what lies behind its last colour: of 8 bits they may be packed two to a word.
pub(crate) fn clean(
    mut table: PrimitiveValue,
    facts: &Facts,
    reencoded: &mut Vec<String>,
) -> PrimitiveValue {
    let entries = usize::from(facts.palette.entries.wrapping_sub(1)) + 1;
    let bytes = table.calculate_byte_len();
    let used = match facts.palette.bits {
        8 if bytes < 2 * entries => entries.next_multiple_of(2),
        _ => 2 * entries,
    };
    if used < bytes {
        table.truncate(match &table {
            PrimitiveValue::U16(_) => used / 2,
            _ => used,
        });
        reencoded.push("Bytes behind the colours of the palette were dropped.".to_owned());
    }
    table
}
