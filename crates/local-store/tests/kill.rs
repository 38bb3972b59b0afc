//! A process that is killed at a random moment loses nothing that it had acknowledged.
//!
//! The test starts itself again as a child that appends strokes and saves, and prints each acknowledgement; it
//! kills the child with SIGKILL after a random number of acknowledgements and looks at what is on the disk.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use fovea_annotation::{CaseId, ContentHash, Edit, History, JournalEntry, Mask, Stroke, TileId};
use fovea_geometry::{PointPx, SizePx};
use fovea_local_store::{NewCase, NewTile, SaveRequest, Store, StoreKey};

const CHILD_FOLDER: &str = "FOVEA_KILL_TEST_FOLDER";
const SIZE: SizePx = SizePx::new(64, 48);
const SAVE_EVERY: u64 = 7;

fn key() -> StoreKey {
    StoreKey::from_bytes([5; 32])
}

fn tile_id() -> TileId {
    TileId::of(CaseId(ContentHash::of(b"case")), 0)
}

fn open(folder: &Path) -> Store {
    Store::open(&folder.join("store.db"), &key()).expect("opens")
}

fn import(store: &mut Store) {
    let case = NewCase {
        case_id: CaseId(ContentHash::of(b"case")),
        title: "case".into(),
        format: "phantom".into(),
        laterality: "left".into(),
        spacing_um: None,
        tiles: vec![NewTile {
            size: SIZE,
            raw_png: vec![1, 2, 3],
            facts: Default::default(),
        }],
        slo_png: None,
        facts: Default::default(),
        intake: None,
        warnings: Vec::new(),
    };
    store.import_case(&case).expect("imports");
}

/// Stroke number `seq` is a function of its number, so that both processes know it.
fn stroke(mask: &mut Mask, seq: u64) -> Edit {
    let mut stroke = Stroke::new((seq % 11) as u8 + 1, 4.0, &[]);
    stroke.sample(
        mask,
        PointPx::new((seq * 13 % 64) as f32, (seq * 7 % 48) as f32),
    );
    stroke.finish(mask)
}

fn label_after(strokes: u64) -> Mask {
    let mut mask = Mask::background(SIZE);
    (1..=strokes).for_each(|seq| drop(stroke(&mut mask, seq)));
    mask
}

/// What the child does, for ever; a plain pass when the test is not a child.
#[test]
fn child() {
    let Some(folder) = std::env::var_os(CHILD_FOLDER) else {
        return;
    };
    let mut store = open(Path::new(&folder));
    import(&mut store);
    let done = store.open_tile(tile_id()).expect("opens").through_seq;
    let mut mask = label_after(done);
    let mut out = std::io::stdout();
    for seq in done.. {
        if seq > done {
            let entry = JournalEntry::Edit(stroke(&mut mask, seq));
            let ack = store.append_journal(tile_id(), &[entry]).expect("appends");
            writeln!(out, "journal {}", ack.through_seq)
                .and_then(|()| out.flush())
                .expect("the parent reads");
        }
        // The one before may have been killed between the stroke and its save: save again, it is the same version.
        if seq > 0 && seq % SAVE_EVERY == 0 {
            let request = SaveRequest {
                tile_id: tile_id(),
                mask: &mask,
                author: "ada",
                comment: "",
            };
            let version = store
                .save_version(&request)
                .expect("saves")
                .version()
                .number;
            writeln!(out, "version {version}")
                .and_then(|()| out.flush())
                .expect("the parent reads");
        }
    }
}

/// Runs the child until it has acknowledged `lines_max` times, kills it, and returns the last acknowledgements.
fn run_and_kill(folder: &Path, lines_max: usize) -> (u64, u32) {
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "child", "--nocapture"])
        .env(CHILD_FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let (mut journal, mut version) = (0, 0);
    let mut count = 0;
    for line in lines {
        let line = line.expect("text");
        // The harness writes its own words before the first acknowledgement, perhaps on the same line.
        if let Some((_, number)) = line.split_once("journal ") {
            journal = number.parse().expect("a number");
        } else if let Some((_, number)) = line.split_once("version ") {
            version = number.parse().expect("a number");
        } else {
            continue;
        }
        count += 1;
        if count == lines_max {
            child.kill().expect("SIGKILL");
        }
    }
    child.wait().expect("ends");
    (journal, version)
}

#[test]
fn kill_9_loses_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut journal_acked, mut version_acked) = (0, 0);
    for round in 0..12_usize {
        // Lengths without a common step, so that kills fall between strokes as well as around saves.
        let (journal, version) = run_and_kill(folder.path(), 3 + round * 5 % 17);
        journal_acked = journal_acked.max(journal);
        version_acked = version_acked.max(version);

        let mut store = open(folder.path());
        store.check_integrity().expect("sound");
        let tile = store.open_tile(tile_id()).expect("opens");
        assert!(
            tile.through_seq >= journal_acked,
            "{} of {journal_acked} strokes",
            tile.through_seq
        );
        assert!(
            tile.through_seq <= journal_acked + 2,
            "one unacknowledged stroke per kill at most"
        );
        let number = tile.working.as_ref().map_or(0, |version| version.number);
        assert!(number >= version_acked, "v{number} of v{version_acked}");
        if let Some(working) = &tile.working {
            let saved = store
                .version_mask(working.id)
                .expect("the payload is there");
            assert_eq!(saved, label_after(u64::from(number) * SAVE_EVERY));
        }
        let (mask, history) = History::replay(tile.base_mask, tile.journal).expect("replays");
        assert_eq!(mask, label_after(tile.through_seq));
        assert!(history.undo_len() > 0, "undo still works");
        journal_acked = tile.through_seq;
    }
    assert!(journal_acked > 60);
}
