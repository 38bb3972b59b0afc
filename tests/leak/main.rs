//! Nothing personal of a file gets past the intake: not into the decrypted database, not into an export, an error or
//! what the program prints.
//!
//! Files are filled with tokens wherever a maker or a clinic writes names, ids and free text. After they came in
//! through the real import path, every byte that the program kept or wrote is searched for them.

mod canary;

use std::path::{Path, PathBuf};
use std::process::Command;

use canary::TOKEN;
use fovea_app::transfer::{Door, bring_in, export_case, labels_of_device, store_labels};
use fovea_editor::{Consent, ExportFormat, FileOrder, ImportOrder};
use fovea_imaging::GridCentre;
use fovea_intake::Policy;
use fovea_local_store::{Store, StoreKey};

const KEY: [u8; 32] = [7; 32];

/// True when the bytes hold the token, as they are or as UTF-16.
fn leaks(bytes: &[u8]) -> bool {
    let wide: Vec<u8> = TOKEN.bytes().flat_map(|byte| [byte, 0]).collect();
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    holds(TOKEN.as_bytes()) || holds(&wide)
}

fn order(paths: &[PathBuf]) -> ImportOrder {
    let file = |path: &PathBuf| FileOrder {
        path: path.clone(),
        seen: None,
        laterality: None,
        spacing_um: None,
        released_because: Some("a test picture".to_owned()),
    };
    ImportOrder {
        files: paths.iter().map(file).collect(),
        consent: Some(Consent::NoPerson),
        device_id: "oct-2".to_owned(),
    }
}

/// A store with every canary in it.
fn filled(folder: &Path) -> (Store, usize) {
    let files = canary::write_all(folder);
    for file in &files {
        let bytes = std::fs::read(file).expect("just written");
        assert!(leaks(&bytes), "{} has no token to lose", file.display());
    }
    let mut store =
        Store::open(&folder.join("store.db"), &StoreKey::from_bytes(KEY)).expect("opens");
    let door = Door::open(&mut store, Policy::default(), "tester").expect("opens");
    let order = order(&files);
    for file in &order.files {
        let imported = bring_in(&mut store, &door, file, &order, None)
            .unwrap_or_else(|error| panic!("{}: {error}", file.path.display()));
        for case in imported {
            assert!(!leaks(
                format!("{case:?}")
                    .replace(&name_of(&file.path), "")
                    .as_bytes()
            ));
        }
    }
    (store, files.len())
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .expect("a name")
        .to_string_lossy()
        .into_owned()
}

#[test]
fn no_token_is_in_the_decrypted_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let (store, file_count) = filled(folder.path());
    assert_eq!(store.list_cases().expect("lists").len(), file_count);
    let path = store.path().to_owned();
    drop(store);
    let conn = rusqlite::Connection::open(path).expect("opens");
    let key: String = KEY.iter().map(|byte| format!("{byte:02x}")).collect();
    conn.execute_batch(&format!("PRAGMA key = \"x'{key}'\""))
        .expect("sets the key");
    let tables: Vec<String> = conn
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
        .and_then(|mut tables| {
            let names = tables.query_map([], |row| row.get(0))?;
            names.collect()
        })
        .expect("decrypted");
    let mut seen_bytes = 0;
    for table in &tables {
        let mut rows = conn
            .prepare(&format!("SELECT * FROM {table}"))
            .expect("reads");
        let columns = rows.column_count();
        let mut rows = rows.query([]).expect("reads");
        while let Some(row) = rows.next().expect("reads") {
            for column in 0..columns {
                let bytes = match row.get_ref(column).expect("reads") {
                    rusqlite::types::ValueRef::Text(bytes)
                    | rusqlite::types::ValueRef::Blob(bytes) => bytes,
                    _ => continue,
                };
                seen_bytes += bytes.len();
                assert!(!leaks(bytes), "{table}, column {column}");
            }
        }
    }
    assert!(
        tables.len() > 10 && seen_bytes > 10_000,
        "{seen_bytes} bytes of {} tables were looked at",
        tables.len()
    );
}

#[test]
fn no_token_is_in_an_export() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut store, _) = filled(folder.path());
    let out = folder.path().join("out");
    std::fs::create_dir(&out).expect("makes");
    let mut written = 0;
    for case in store.list_cases().expect("lists") {
        if case.device_line_count > 0 {
            let lines = labels_of_device(&store, case.case_id).expect("lines");
            store_labels(&mut store, &lines, "tester").expect("stores");
        }
        for format in ExportFormat::ALL {
            let out = out.join(format!("{format:?}"));
            std::fs::create_dir_all(&out).expect("makes");
            let going = &mut |_, _| Ok(());
            // What a form cannot hold is refused in a sentence, which must not leak either.
            let middle = GridCentre::ScanMiddle;
            let said = match export_case(&store, case.case_id, format, middle, &out, going) {
                Ok(exported) => {
                    written += 1;
                    exported.warnings.join(" ")
                }
                Err(refusal) => refusal.to_string(),
            };
            assert!(!leaks(said.as_bytes()), "{said}");
        }
    }
    assert!(written > 8, "only {written} exports were written");
    let mut folders = vec![out];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("lists") {
            let path = entry.expect("lists").path();
            assert!(!leaks(path.display().to_string().as_bytes()));
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    let bytes = std::fs::read(&path).expect("reads");
                    assert!(!leaks(&bytes), "{}", path.display());
                    let unpacked = canary::unpacked(&bytes);
                    assert!(!leaks(&unpacked), "inside {}", path.display());
                }
            }
        }
    }
}

#[test]
fn no_token_is_in_what_the_program_says_of_whole_and_of_damaged_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let passphrase = folder.path().join("passphrase");
    std::fs::write(&passphrase, "a passphrase for one test\n").expect("writes");
    for file in canary::write_all(folder.path()) {
        let bytes = std::fs::read(&file).expect("reads");
        let damaged = folder.path().join("damaged");
        std::fs::write(&damaged, &bytes[..bytes.len() * 2 / 3]).expect("writes");
        let plain = folder.path().join("plain");
        std::fs::write(&plain, &bytes).expect("writes");
        for path in [&plain, &damaged] {
            let import = ["import", "--consent", "no-person", "--device", "oct-2"];
            for command in [&["info"][..], &["info", "--json"], &import] {
                let done = Command::new(env!("CARGO_BIN_EXE_fovea"))
                    .args(command)
                    .arg(path)
                    .env("HOME", folder.path())
                    .env("FOVEA_DATA_DIR", folder.path().join("data"))
                    .env("FOVEA_PASSPHRASE_FILE", &passphrase)
                    .env("FOVEA_LOG", "trace")
                    .env_remove("DISPLAY")
                    .env_remove("DBUS_SESSION_BUS_ADDRESS")
                    .output()
                    .expect("starts");
                for said in [&done.stdout, &done.stderr] {
                    assert!(
                        !leaks(said),
                        "{command:?} of {}: {}",
                        file.display(),
                        String::from_utf8_lossy(said)
                    );
                }
            }
        }
    }
}
