//! Tokens that stand for personal data: they occur nowhere by chance, so that finding one means a leak.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Character sets in which a token is written (PS3.3, section C.12.1.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Charset {
    Ascii,
    Latin1,
    Utf8,
    Japanese,
}

pub(crate) const CHARSETS: [Charset; 4] = [
    Charset::Ascii,
    Charset::Latin1,
    Charset::Utf8,
    Charset::Japanese,
];

impl Charset {
    /// Value of SpecificCharacterSet.
    pub(crate) fn term(self) -> &'static str {
        match self {
            Self::Ascii => "ISO_IR 6",
            Self::Latin1 => "ISO_IR 100",
            Self::Utf8 => "ISO_IR 192",
            Self::Japanese => "ISO 2022 IR 87",
        }
    }
}

/// The tokens of one file.
#[derive(Clone, Debug)]
pub(crate) struct Canary {
    pub(crate) charset: Charset,
    /// Ten letters and digits, for what has no character set.
    pub(crate) plain: String,
    /// In the character set, for names and texts.
    pub(crate) text: String,
    /// Twelve digits, inside UIDs.
    pub(crate) digits: String,
    /// A day of the 19th century.
    pub(crate) date: String,
}

impl Canary {
    pub(crate) fn new(rng: &mut ChaCha8Rng, charset: Charset) -> Self {
        let mut pick = |alphabet: &str, count: usize| -> String {
            let letters: Vec<char> = alphabet.chars().collect();
            (0..count)
                .map(|_| letters[rng.random_range(0..letters.len())])
                .collect()
        };
        let plain = format!("QX{}", pick("BCDFGHJKLMNPQRSTVWXZ23456789", 8));
        let text = match charset {
            Charset::Ascii => plain.clone(),
            Charset::Latin1 => format!("{}QX{}", pick("ÄÖÜäöüßéèñ", 3), pick("bcdfghjklmnp", 4)),
            Charset::Utf8 => format!("{}{}", pick("ЖЩЪЮЯΔΘΛΞ", 3), pick("漢字東京眼科医療", 3)),
            Charset::Japanese => pick("山田太郎眼科医療東京大阪花子鈴木", 5),
        };
        Self {
            charset,
            plain,
            text,
            digits: format!("9{}", pick("0123456789", 11)),
            date: format!(
                "18{}0{}1{}",
                pick("3456789", 2),
                pick("123456789", 1),
                pick("0123456789", 1)
            ),
        }
    }

    /// Every way in which a token may be written, with its name.
    pub(crate) fn traces(&self) -> Vec<(&'static str, Vec<u8>)> {
        let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            text.encode_utf16().flat_map(bytes).collect()
        };
        let mut traces = vec![
            ("plain", self.plain.clone().into_bytes()),
            ("plain, UTF-16 LE", utf16(&self.plain, u16::to_le_bytes)),
            ("plain, UTF-16 BE", utf16(&self.plain, u16::to_be_bytes)),
            ("plain, hexadecimal", hex::encode(&self.plain).into_bytes()),
            ("digits of a UID", self.digits.clone().into_bytes()),
            ("text, UTF-8", self.text.clone().into_bytes()),
            ("text, UTF-16 LE", utf16(&self.text, u16::to_le_bytes)),
            ("text, UTF-16 BE", utf16(&self.text, u16::to_be_bytes)),
        ];
        match self.charset {
            Charset::Latin1 => {
                let latin = self.text.chars().map(|c| u32::from(c) as u8).collect();
                traces.push(("text, Latin-1", latin));
            }
            Charset::Japanese => traces.push(("text, ISO 2022 IR 87", iso_2022(&self.text))),
            Charset::Ascii | Charset::Utf8 => {}
        }
        traces
    }
}

/// The two-byte codes without their escape sequences, as `dicom-encoding` writes them.
fn iso_2022(text: &str) -> Vec<u8> {
    use dicom_encoding::text::{SpecificCharacterSet, TextCodec};
    let codec = SpecificCharacterSet::from_code("ISO_IR 87").expect("a known set");
    let encoded = codec.encode(text).expect("only kanji");
    encoded
        .into_iter()
        .filter(|byte| (0x21..=0x7e).contains(byte))
        .collect::<Vec<u8>>()[2..]
        .iter()
        .copied()
        .take(text.chars().count() * 2)
        .collect()
}
