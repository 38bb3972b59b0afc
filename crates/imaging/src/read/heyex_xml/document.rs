//! The elements of an export, one event at a time: no tree is built, and what describes a person is never taken in.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;

use super::FORMAT;
use super::element::Element;
use super::series::Series;
use crate::{Budget, ReadError};

/// Elements inside each other; exports use ten.
const MAX_DEPTH: usize = 32;
/// Longest text of an element that is read: the heights of one line of the widest B-scan.
const MAX_TEXT_BYTES: usize = 1 << 20;

/// Reads all series of the document, in its order.
pub(super) fn parse(bytes: &[u8], budget: &Budget) -> Result<Vec<Series>, ReadError> {
    // Names of people may be in an older encoding than the rest; they are not looked at, so they may be lost.
    let text = match bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes) {
        content if content.is_ascii() => Cow::from(str::from_utf8(content).unwrap_or_default()),
        content => String::from_utf8_lossy(content),
    };
    let mut reader = Reader::from_str(&text);
    reader.config_mut().expand_empty_elements = true;
    let mut document = Document::default();
    loop {
        let event = reader
            .read_event()
            .map_err(|error| explain(&error, reader.error_position(), bytes.len() as u64))?;
        if matches!(event, Event::Eof) {
            break;
        }
        document.take(event, reader.buffer_position(), budget)?;
    }
    match document.path.is_empty() {
        true => Ok(document.series),
        false => Err(ReadError::truncated(
            FORMAT,
            bytes.len() as u64,
            "the elements of the export",
        )),
    }
}

/// Where the series are.
const SERIES: [Element; 5] = [
    Element::Hedx,
    Element::Body,
    Element::Patient,
    Element::Study,
    Element::Series,
];

#[derive(Default)]
struct Document {
    /// From the root to the element at hand.
    path: Vec<Element>,
    /// Text of the element at hand, if it is one that is read.
    text: String,
    series: Vec<Series>,
    /// Pictures of all series.
    image_count: u64,
}

impl Document {
    fn take(&mut self, event: Event<'_>, offset: u64, budget: &Budget) -> Result<(), ReadError> {
        match event {
            Event::Start(start) => self.open(Element::named(start.name().0), offset, budget),
            Event::End(_) => self.close(),
            Event::Text(text) => self.push(&text, offset),
            Event::CData(text) => self.push(&text, offset),
            Event::GeneralRef(reference) if self.is_wanted() => {
                let known = match reference.resolve_char_ref() {
                    Ok(Some(character)) => Some(character.to_string()),
                    _ => resolve_predefined_entity(&reference).map(str::to_owned),
                };
                let unknown = || ReadError::damaged(FORMAT, offset, "an entity has no meaning");
                self.push(&known.ok_or_else(unknown)?, offset)
            }
            // Entities of the document's own could grow without bound, so there are none.
            Event::DocType(_) => Err(ReadError::Unsupported {
                format: FORMAT,
                feature: "a document type definition".to_owned(),
                advice: "export the scan from HEYEX again",
            }),
            _ => Ok(()),
        }
    }

    fn is_wanted(&self) -> bool {
        self.path.last().is_some_and(|element| element.has_text())
    }

    fn open(&mut self, element: Element, offset: u64, budget: &Budget) -> Result<(), ReadError> {
        if self.path.len() == MAX_DEPTH {
            let what = format!("elements lie in each other deeper than {MAX_DEPTH}");
            return Err(ReadError::damaged(FORMAT, offset, what));
        }
        self.path.push(element);
        self.text.clear();
        match self.path.strip_prefix(&SERIES) {
            Some([]) => {
                budget.frames("The HEYEX XML file", self.series.len() as u64 + 1)?;
                self.series.push(Series::default());
            }
            Some([Element::Image]) => {
                self.image_count += 1;
                budget.frames("The HEYEX XML file", self.image_count)?;
            }
            _ => {}
        }
        match (self.path.strip_prefix(&SERIES), self.series.last_mut()) {
            (Some(inner), Some(series)) => series.open(inner),
            _ => Ok(()),
        }
    }

    fn close(&mut self) -> Result<(), ReadError> {
        let outcome = match (self.path.strip_prefix(&SERIES), self.series.last_mut()) {
            (Some(inner), Some(series)) => series.close(inner, self.text.trim()),
            _ => Ok(()),
        };
        self.path.pop();
        self.text.clear();
        outcome
    }

    fn push(&mut self, text: &str, offset: u64) -> Result<(), ReadError> {
        if !self.is_wanted() {
            return Ok(());
        }
        if self.text.len() + text.len() > MAX_TEXT_BYTES {
            let what = format!("an element holds more than {MAX_TEXT_BYTES} bytes of text");
            return Err(ReadError::damaged(FORMAT, offset, what));
        }
        self.text.push_str(text);
        Ok(())
    }
}

/// The parser's own words may quote the file, so they are not passed on.
fn explain(error: &quick_xml::Error, offset: u64, length: u64) -> ReadError {
    match error {
        quick_xml::Error::Syntax(_) => ReadError::truncated(FORMAT, length, "a tag"),
        quick_xml::Error::IllFormed(_) => {
            ReadError::damaged(FORMAT, offset, "its elements do not close in order")
        }
        _ => ReadError::damaged(FORMAT, offset, "it is not well-formed"),
    }
}
