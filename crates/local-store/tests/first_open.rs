//! The first databases of a process, opened by several threads at the same moment.

use std::path::Path;
use std::process::Command;
use std::sync::Barrier;

use fovea_local_store::{Store, StoreError, StoreKey};

/// Set for a process that is to open; the folder with the databases.
const CHILD: &str = "FOVEA_FIRST_OPEN";
/// Without the wait for the cipher about one process of twenty fails.
const PROCESSES: usize = 200;
const THREADS: usize = 6;

#[test]
fn the_first_stores_of_a_process_may_open_at_once() {
    if let Some(folder) = std::env::var_os(CHILD) {
        return open_at_once(folder.as_ref());
    }
    // What no key opens is refused after the key was taken, and before anything is written: that is fast.
    let folder = tempfile::tempdir().expect("a folder");
    for thread in 0..THREADS {
        let path = folder.path().join(format!("{thread}.db"));
        std::fs::write(path, [7; 4_096]).expect("writes");
    }
    let program = std::env::current_exe().expect("this program");
    for process in 0..PROCESSES {
        let child = Command::new(&program).env(CHILD, folder.path()).output();
        let child = child.expect("it starts");
        let said = String::from_utf8_lossy(&child.stdout);
        assert!(child.status.success(), "process {process}: {said}");
    }
}

/// A database without a key first, as a server in the same process opens one; the others come while it is set up.
fn open_at_once(folder: &Path) {
    let start = Barrier::new(1 + THREADS);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (path, start) = (folder.join(format!("{thread}.db")), &start);
            scope.spawn(move || {
                start.wait();
                let opened = Store::open(&path, &StoreKey::from_bytes([1; 32]));
                assert!(
                    matches!(opened, Err(StoreError::WrongKey { .. })),
                    "{opened:?}"
                );
            });
        }
        start.wait();
        rusqlite::Connection::open_in_memory().expect("opens");
    });
}
