//! Heads as they are written down: a line is `seq hash signature`, in decimal and hexadecimal.

use fovea_annotation::ContentHash;

use crate::SignedHead;

/// What a text with heads says.
#[derive(Clone, Debug, Default)]
pub struct WrittenHeads {
    /// The heads, in the order of the text.
    pub heads: Vec<SignedHead>,
    /// Lines that are no heads.
    pub unreadable: u64,
}

impl WrittenHeads {
    /// Reads a text. A last line without its end was cut short by a crash and says nothing.
    pub fn parse(text: &str) -> Self {
        let mut written = Self::default();
        for line in text.split_inclusive('\n') {
            match line.strip_suffix('\n').map(head_of) {
                Some(Some(head)) => written.heads.push(head),
                Some(None) => written.unreadable += 1,
                None => {}
            }
        }
        written
    }
}

impl SignedHead {
    /// The line that [`WrittenHeads::parse`] reads.
    pub fn to_line(&self) -> String {
        let signature = hex::encode(self.signature);
        format!("{} {} {signature}\n", self.seq, self.hash)
    }
}

fn head_of(line: &str) -> Option<SignedHead> {
    let mut words = line.split(' ');
    let (seq, hash) = (words.next()?.parse().ok()?, words.next()?);
    let hash: ContentHash = hash.parse().ok()?;
    let mut signature = [0; 64];
    hex::decode_to_slice(words.next()?, &mut signature).ok()?;
    let head = SignedHead {
        seq,
        hash,
        signature,
    };
    words.next().is_none().then_some(head)
}
