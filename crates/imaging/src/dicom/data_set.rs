//! A data set with its nested sequences (PS3.5 section 7), as the object that `dicom-object` would have made of it.

use dicom_core::Length;
use dicom_core::value::{C, DataSetSequence, PixelFragmentSequence, Value};
use dicom_core::{PrimitiveValue, Tag, VR};
use dicom_dictionary_std::tags;
use dicom_encoding::text::SpecificCharacterSet;
use dicom_object::InMemDicomObject;
use dicom_object::mem::{InMemElement, InMemFragment};

use super::attribute::name_of;
use super::cursor::{Cursor, Part};
use super::element::{
    ElementHeader, Encoding, ITEM, ITEM_END, ITEM_GROUP, SEQUENCE_END, read_header, read_tag,
};
use super::value::{decode, most_values};
use crate::ReadError;
use crate::bytes::Bytes;

type ElementValue = Value<InMemDicomObject, InMemFragment>;

/// Sequences inside sequences. Real data sets reach 8.
const MAX_DEPTH: u32 = 64;

/// Reads elements one after the other.
pub(super) struct DataSetReader<'a> {
    cursor: Cursor<'a>,
    encoding: Encoding,
    depth: u32,
}

/// What the elements before decide about those behind, in nested data sets too.
#[derive(Clone)]
struct Context {
    charset: SpecificCharacterSet,
    /// Pixel values carry a sign, so attributes that may do so as well do.
    is_signed: bool,
}

/// Where a sequence or an item ends.
#[derive(Clone, Copy)]
enum End {
    At(u64),
    Delimiter(Tag),
}

impl<'a> DataSetReader<'a> {
    pub(super) fn new(bytes: Bytes<'a>, encoding: Encoding, at: u64) -> Self {
        Self {
            cursor: Cursor::new(bytes, at),
            encoding,
            depth: 0,
        }
    }

    /// Position of the next element.
    pub(super) fn at(&self) -> u64 {
        self.cursor.at
    }

    /// Everything up to the end of the bytes, or up to the zeros that some archives fill the last block with.
    pub(super) fn whole(&mut self) -> Result<InMemDicomObject, ReadError> {
        let end = self.cursor.end - self.cursor.zeros_at_end();
        self.object(End::At(end), Context::root(), |_| true)
    }

    /// The elements of `group` that come next.
    pub(super) fn group(&mut self, group: u16) -> Result<InMemDicomObject, ReadError> {
        self.object(End::At(self.cursor.end), Context::root(), |tag| {
            tag.group() == group
        })
    }

    fn object(
        &mut self,
        end: End,
        mut context: Context,
        belongs: impl Fn(Tag) -> bool,
    ) -> Result<InMemDicomObject, ReadError> {
        let mut object = InMemDicomObject::new_empty();
        while !self.has_ended(end)? {
            if !belongs(read_tag(&self.cursor.bytes, self.cursor.at)?) {
                break;
            }
            self.cursor.count(1)?;
            let start = self.cursor.at;
            let header = read_header(&self.cursor.bytes, self.encoding, start, context.is_signed)?;
            self.cursor.skip(header.size, Part::ElementHeader)?;
            if matches!(header.tag.group(), 0x0000 | ITEM_GROUP) {
                let fault = format!("{} is out of place", name_of(header.tag));
                return Err(self.cursor.damaged(start, fault));
            }
            let value = self.value(&header, &context)?;
            // Lengths of groups are retired, and wrong as soon as anything changes.
            if header.tag.element() == 0 {
                continue;
            }
            context.note(header.tag, &value);
            let element = InMemElement::new(header.tag, header.vr, value);
            if object.put(element).is_some() {
                return Err(self
                    .cursor
                    .damaged(start, format!("{} occurs twice", name_of(header.tag))));
            }
        }
        Ok(object)
    }

    /// True at the end; a delimiter is consumed.
    fn has_ended(&mut self, end: End) -> Result<bool, ReadError> {
        let delimiter = match end {
            End::At(end) => return Ok(self.cursor.at >= end),
            End::Delimiter(tag) => tag,
        };
        if read_tag(&self.cursor.bytes, self.cursor.at)? != delimiter {
            return Ok(false);
        }
        self.cursor.skip(8, Part::Value(delimiter))?;
        Ok(true)
    }

    fn value(
        &mut self,
        header: &ElementHeader,
        context: &Context,
    ) -> Result<ElementValue, ReadError> {
        match (header.vr, header.length) {
            (VR::SQ, _) | (VR::UN, None) => self.nested(header, context),
            (_, None) if header.tag == tags::PIXEL_DATA => self.fragments(),
            (_, None) => {
                let fault = format!("{} has no length", name_of(header.tag));
                Err(self.cursor.damaged(self.cursor.at, fault))
            }
            (vr, Some(length)) => {
                let start = self.cursor.at;
                let bytes = self.cursor.take(length, Part::Value(header.tag))?;
                self.cursor.count(most_values(vr, bytes))?;
                let order = self.encoding.order;
                let value = decode(vr, bytes, order, &context.charset);
                value.map(Value::Primitive).ok_or_else(|| {
                    let fault = format!(
                        "{} has {length} bytes, which is no multiple of what one value takes",
                        name_of(header.tag)
                    );
                    self.cursor.damaged(start, fault)
                })
            }
        }
    }

    /// A sequence. What was passed on as unknown is implicit VR inside.
    fn nested(
        &mut self,
        header: &ElementHeader,
        context: &Context,
    ) -> Result<ElementValue, ReadError> {
        let outer = (self.encoding, self.cursor.end);
        if header.is_implicit {
            self.encoding = Encoding::IMPLICIT;
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let fault = format!("sequences are nested more than {MAX_DEPTH} deep");
            return Err(self.cursor.damaged(self.cursor.at, fault));
        }
        let end = self.enter(header.length, SEQUENCE_END, Part::Value(header.tag))?;
        let mut items = C::new();
        while !self.has_ended(end)? {
            items.push(self.item(context)?);
        }
        self.depth -= 1;
        (self.encoding, self.cursor.end) = outer;
        Ok(DataSetSequence::new(items, Length::UNDEFINED).into())
    }

    fn item(&mut self, context: &Context) -> Result<InMemDicomObject, ReadError> {
        self.cursor.count(1)?;
        let length = self.item_header()?;
        let outer_end = self.cursor.end;
        let end = self.enter(length, ITEM_END, Part::Item)?;
        let object = self.object(end, context.clone(), |_| true)?;
        self.cursor.end = outer_end;
        Ok(object)
    }

    /// Encapsulated pixels: an offset table, then fragments (PS3.5 section A.4).
    fn fragments(&mut self) -> Result<ElementValue, ReadError> {
        let mut table = None;
        let mut fragments: C<InMemFragment> = C::new();
        let end = End::Delimiter(SEQUENCE_END);
        while !self.has_ended(end)? {
            self.cursor.count(1)?;
            let start = self.cursor.at;
            let Some(length) = self.item_header()? else {
                return Err(self
                    .cursor
                    .damaged(start, "a fragment of the pixel data has no length"));
            };
            let bytes = self.cursor.take(length, Part::Fragment)?;
            match table {
                None => table = Some(self.offsets(start, bytes)?),
                Some(_) => fragments.push(bytes.to_vec()),
            }
        }
        Ok(PixelFragmentSequence::new(table.unwrap_or_default(), fragments).into())
    }

    fn offsets(&self, at: u64, bytes: &[u8]) -> Result<C<u32>, ReadError> {
        let (offsets, rest) = bytes.as_chunks();
        match rest.is_empty() {
            true => Ok(offsets.iter().map(|le| u32::from_le_bytes(*le)).collect()),
            false => Err(self
                .cursor
                .damaged(at, "the basic offset table has a cut-off entry")),
        }
    }

    /// Length of the item that must come next; none when a delimiter ends it.
    fn item_header(&mut self) -> Result<Option<u64>, ReadError> {
        let start = self.cursor.at;
        let header = read_header(&self.cursor.bytes, self.encoding, start, false)?;
        if header.tag != ITEM {
            let fault = format!("{} stands where an item must", name_of(header.tag));
            return Err(self.cursor.damaged(start, fault));
        }
        self.cursor.skip(header.size, Part::ItemHeader)?;
        Ok(header.length)
    }

    /// Where a value that begins here ends. A known length bounds everything inside.
    fn enter(&mut self, length: Option<u64>, delimiter: Tag, what: Part) -> Result<End, ReadError> {
        let Some(length) = length else {
            return Ok(End::Delimiter(delimiter));
        };
        self.cursor.end = self.cursor.reach(length, what)?;
        Ok(End::At(self.cursor.end))
    }
}

impl Context {
    fn root() -> Self {
        Self {
            charset: SpecificCharacterSet::default(),
            is_signed: false,
        }
    }

    fn note(&mut self, tag: Tag, value: &ElementValue) {
        let Value::Primitive(value) = value else {
            return;
        };
        match (tag, value) {
            (tags::PIXEL_REPRESENTATION, PrimitiveValue::U16(values)) => {
                self.is_signed = values.first() == Some(&1);
            }
            (tags::SPECIFIC_CHARACTER_SET, value) => {
                let codes = value.to_multi_str();
                let code = codes
                    .iter()
                    .map(|code| code.trim())
                    .find(|code| !code.is_empty());
                self.charset = code
                    .and_then(SpecificCharacterSet::from_code)
                    .unwrap_or_default();
            }
            _ => {}
        }
    }
}
