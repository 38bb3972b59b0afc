//! A thousand intruders with the database, the heads file and a shell, but without the key: each is found.
//!
//! `FOVEA_TAMPER_TRIES` tries more often, `FOVEA_TAMPER_SEED` makes the same choices again.

use fovea_annotation::ContentHash;
use fovea_protocol::AuditPage;
use fovea_server::{Role, verify_audit};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::home::{Intruder, WITH_TRIGGERS, WITHOUT_TRIGGERS, bytes, digest};
use crate::sample::predicted_case;
use crate::site::Site;

const TRIES: u64 = 1_000;

/// A line as an intruder sees it.
#[derive(Clone, PartialEq)]
struct Line {
    seq: u64,
    at_us: i64,
    texts: [String; 4],
    previous: ContentHash,
    hash: ContentHash,
}

impl Line {
    /// What the documentation says, written down a second time.
    fn rehash(&mut self) {
        let [actor, action, subject, detail] = self.texts.each_ref().map(|text| text.as_bytes());
        self.hash = ContentHash::of_parts(&[
            b"fovea.audit/1",
            self.previous.as_bytes(),
            &self.seq.to_le_bytes(),
            &self.at_us.to_le_bytes(),
            actor,
            action,
            subject,
            detail,
        ]);
    }

    fn sql(&self) -> String {
        let texts = self.texts.each_ref().map(|text| text.replace('\'', "''"));
        let [actor, action, subject, detail] = texts;
        let (previous, hash) = (digest(self.previous), digest(self.hash));
        format!(
            "INSERT INTO audit VALUES ({}, {}, '{actor}', '{action}', '{subject}', '{detail}', {previous}, {hash});",
            self.seq, self.at_us
        )
    }
}

/// A head: number, hash and signature.
type Head = (u64, ContentHash, String);

/// A log and its heads, in the database and in the file, as they were and as an intruder leaves them.
#[derive(Clone, PartialEq)]
struct Log {
    lines: Vec<Line>,
    signed: Vec<Head>,
    heads: String,
}

impl Log {
    fn renumber(&mut self) {
        for (seq, line) in (1..).zip(&mut self.lines) {
            line.seq = seq;
        }
    }

    /// Chains the lines from `from` on anew, as somebody does who knows how it is done.
    fn rechain(&mut self, from: usize) {
        self.renumber();
        for at in from..self.lines.len() {
            if at > 0 {
                self.lines[at].previous = self.lines[at - 1].hash;
            }
            self.lines[at].rehash();
        }
    }

    /// Writes the heads that belong to the lines, with signatures of the intruder's own making.
    fn forge_heads(&mut self, random: &mut StdRng) {
        let forged = self.lines.iter().map(|line| {
            let signature: [u8; 64] = std::array::from_fn(|_| random.random());
            (line.seq, line.hash, hex::encode(signature))
        });
        self.signed = forged.collect();
        self.heads = text_of(&self.signed);
    }

    fn sql(&self) -> String {
        let lines: String = self.lines.iter().map(Line::sql).collect();
        let heads = self.signed.iter().map(|(seq, hash, signature)| {
            let (hash, signature) = (digest(*hash), bytes(signature));
            format!("INSERT INTO audit_heads VALUES ({seq}, {hash}, {signature});")
        });
        let heads: String = heads.collect();
        format!(
            "BEGIN; {WITHOUT_TRIGGERS} DELETE FROM audit; DELETE FROM audit_heads; {lines} {heads} {WITH_TRIGGERS} COMMIT;"
        )
    }
}

fn text_of(heads: &[Head]) -> String {
    let lines = heads
        .iter()
        .map(|(seq, hash, signature)| format!("{seq} {hash} {signature}\n"));
    lines.collect()
}

fn heads_of(text: &str) -> Vec<Head> {
    let head = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let (seq, hash) = (words[0].parse().expect("a number"), words[1].parse());
        (seq, hash.expect("a hash"), words[2].to_owned())
    };
    text.lines().map(head).collect()
}

/// One way to tamper; what it says of itself is for the message of a failed test.
fn tamper(log: &mut Log, random: &mut StdRng) -> String {
    let len = log.lines.len();
    let at = random.random_range(0..len);
    match random.random_range(0..10) {
        0 => flip(&mut log.lines[at], random),
        1 => {
            let count = random.random_range(1..4).min(len - at);
            log.lines.drain(at..at + count);
            format!("delete {count} from {at}")
        }
        2 => {
            log.lines.remove(at);
            log.renumber();
            format!("delete {at} and close the gap")
        }
        3 => {
            let other = (at + random.random_range(1..len)) % len;
            log.lines.swap(at, other);
            log.renumber();
            format!("swap {at} and {other}")
        }
        4 => {
            let (line, to) = (log.lines[at].clone(), random.random_range(0..=len));
            log.lines.insert(to, line);
            log.renumber();
            format!("copy {at} to {to}")
        }
        5 => {
            log.lines.truncate(at);
            log.signed.retain(|head| head.0 <= at as u64);
            format!("truncate to {at}, with the heads of the database")
        }
        6 => {
            log.lines[at].texts[0] = "eve".into();
            log.rechain(at);
            format!("replace the tail from {at}, chained anew")
        }
        7 => {
            let mut line = log.lines[at].clone();
            line.texts[3] = format!("{{\"made\":{}}}", random.random::<u32>());
            log.lines.push(line);
            log.rechain(len);
            "a line at the end, well chained".into()
        }
        8 => {
            log.lines[at].at_us += 1;
            log.rechain(at);
            log.forge_heads(random);
            format!("replace the tail from {at} and forge the heads")
        }
        _ => {
            let mut bytes = log.heads.clone().into_bytes();
            let digits: Vec<usize> = (0..bytes.len())
                .filter(|at| bytes[*at].is_ascii_alphanumeric())
                .collect();
            let at = digits[random.random_range(0..digits.len())];
            bytes[at] = if bytes[at] == b'7' { b'3' } else { b'7' };
            log.heads = String::from_utf8(bytes).expect("ASCII");
            format!("change byte {at} of the heads")
        }
    }
}

fn flip(line: &mut Line, random: &mut StdRng) -> String {
    let column = random.random_range(0..8);
    let flip_hash = |hash: &mut ContentHash, random: &mut StdRng| {
        let mut bytes = *hash.as_bytes();
        bytes[random.random_range(0..32)] ^= 1 << random.random_range(0..8);
        *hash = ContentHash::from_bytes(bytes);
    };
    match column {
        0 => line.seq ^= 1 << random.random_range(6..20),
        1 => line.at_us ^= 1 << random.random_range(0..50),
        2 => flip_hash(&mut line.previous, random),
        3 => flip_hash(&mut line.hash, random),
        text => {
            let text = &mut line.texts[text - 4];
            let mut chars: Vec<char> = text.chars().collect();
            let at = random.random_range(0..chars.len());
            chars[at] = if chars[at] == 'x' { 'y' } else { 'x' };
            *text = chars.into_iter().collect();
        }
    }
    format!("flip in column {column}")
}

/// A server's log with every kind of line, of a server that has stopped.
async fn a_log() -> (tempfile::TempDir, Vec<Line>) {
    let site = Site::start().await;
    let root = site.client("root", Role::Admin);
    for case in 0..3 {
        predicted_case(&root, &format!("case {case}"), &[0.5; 8]).await;
    }
    let mut lines = Vec::new();
    let mut after = 0;
    loop {
        let page: AuditPage = root.get(&format!("/v1/audit?after={after}")).await;
        lines.extend(page.entries.into_iter().map(|entry| Line {
            seq: entry.seq,
            at_us: entry.at_us,
            texts: [
                entry.actor,
                entry.action,
                entry.subject,
                entry.detail.to_string(),
            ],
            previous: entry.previous,
            hash: entry.hash,
        }));
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    (site.stop().await.0, lines)
}

#[test]
fn a_thousand_intruders_are_found() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let tries: u64 = number("FOVEA_TAMPER_TRIES").unwrap_or(TRIES);
    let seed: u64 = number("FOVEA_TAMPER_SEED").unwrap_or(1);
    eprintln!("{tries} tries; FOVEA_TAMPER_SEED={seed} makes the same choices again");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (data, lines) = runtime.block_on(a_log());
    let heads_path = data.path().join("audit-heads.txt");
    let heads = std::fs::read_to_string(&heads_path).expect("heads were written");
    let signed = heads_of(&heads);
    let untouched = Log {
        lines,
        signed,
        heads,
    };
    let mut intruder = Intruder::enter(data.path());
    let mut leave = |log: &Log| {
        intruder.run(&log.sql());
        std::fs::write(&heads_path, &log.heads).expect("writes");
    };
    // Whoever writes everything back as it was has changed nothing: no false alarm.
    leave(&untouched);
    assert_eq!(verify_audit(data.path()).expect("reads").faults, []);
    let mut random = StdRng::seed_from_u64(seed);
    let mut missed = Vec::new();
    for at in 0..tries {
        let mut log = untouched.clone();
        let what = tamper(&mut log, &mut random);
        assert!(log != untouched, "{what} changes something");
        leave(&log);
        // A log that cannot even be read is found as well.
        if verify_audit(data.path()).is_ok_and(|report| report.faults.is_empty()) {
            missed.push((at, what));
        }
    }
    assert!(missed.is_empty(), "these were not found: {missed:?}");
    leave(&untouched);
    assert_eq!(verify_audit(data.path()).expect("reads").faults, []);
}
