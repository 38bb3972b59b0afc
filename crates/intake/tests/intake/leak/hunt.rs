//! Looks for tokens in what came out.

use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::canary::Canary;

/// The tokens of one file, ready to be looked for.
pub(crate) struct Hunt {
    /// In lower case: software changes the case of names.
    traces: Vec<(&'static str, Vec<u8>)>,
    date: Vec<u8>,
    /// True for a byte with which a trace begins.
    begins: [bool; 256],
}

impl Hunt {
    pub(crate) fn new(canary: &Canary) -> Self {
        let mut begins = [false; 256];
        let traces: Vec<(&'static str, Vec<u8>)> = canary
            .traces()
            .into_iter()
            .map(|(name, trace)| (name, trace.to_ascii_lowercase()))
            .collect();
        let date = canary.date.clone().into_bytes();
        for trace in traces.iter().map(|(_, trace)| trace).chain([&date]) {
            begins[usize::from(trace[0])] = true;
        }
        Self {
            traces,
            date,
            begins,
        }
    }

    /// The first token in `bytes`, as they are or inflated, with what stands around it.
    pub(crate) fn find(&self, bytes: &[u8]) -> Option<String> {
        let inflated = || {
            let streams = streams(bytes);
            streams.iter().find_map(|stream| self.in_plain(stream))
        };
        self.in_plain(bytes).or_else(inflated)
    }

    fn in_plain(&self, bytes: &[u8]) -> Option<String> {
        let lower = bytes.to_ascii_lowercase();
        let starts = lower
            .iter()
            .enumerate()
            .filter(|(_, byte)| self.begins[usize::from(**byte)]);
        starts.map(|(at, _)| at).find_map(|at| {
            let rest = &lower[at..];
            let token = self
                .traces
                .iter()
                .find(|(_, trace)| rest.starts_with(trace));
            let name = token.map(|(name, _)| *name);
            let name = name.or_else(|| is_date(&lower, at, &self.date).then_some("date"))?;
            let around = &bytes[at.saturating_sub(60)..(at + 40).min(bytes.len())];
            Some(format!("{name} in {:?}", String::from_utf8_lossy(around)))
        })
    }
}

/// A date counts when no digit stands beside it: UIDs are long enough to hold any eight digits.
fn is_date(bytes: &[u8], at: usize, date: &[u8]) -> bool {
    let is_digit = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    bytes[at..].starts_with(date)
        && !is_digit(at.checked_sub(1))
        && !is_digit(Some(at + date.len()))
}

/// What inflates: zlib and gzip streams by their first bytes, and a deflated data set behind its meta group.
fn streams(bytes: &[u8]) -> Vec<Vec<u8>> {
    const MOST: u64 = 8 << 20;
    let mut streams = Vec::new();
    for (at, pair) in bytes.windows(2).enumerate() {
        let mut inflated = Vec::new();
        let rest = &bytes[at..];
        let _ = match pair {
            [0x78, 0x01 | 0x5e | 0x9c | 0xda] => {
                ZlibDecoder::new(rest).take(MOST).read_to_end(&mut inflated)
            }
            [0x1f, 0x8b] => MultiGzDecoder::new(rest)
                .take(MOST)
                .read_to_end(&mut inflated),
            _ => continue,
        };
        streams.push(inflated);
    }
    streams.extend(deflated_data_set(bytes));
    streams
}

/// The data set of a file in Deflated Explicit VR Little Endian.
fn deflated_data_set(bytes: &[u8]) -> Option<Vec<u8>> {
    // Preamble, `DICM`, then the length of the meta group as a whole element of 12 bytes.
    let length = bytes.get(140..144)?;
    let length = u32::from_le_bytes(length.try_into().ok()?) as usize;
    let data_set = bytes.get(144 + length..)?;
    let mut inflated = Vec::new();
    DeflateDecoder::new(data_set)
        .take(8 << 20)
        .read_to_end(&mut inflated)
        .ok()?;
    Some(inflated)
}
