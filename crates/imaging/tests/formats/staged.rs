//! What is written appears whole or not at all, and nothing of anybody else is touched.

use std::fs;
use std::path::Path;

use fovea_imaging::{Staged, WriteError};

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("lists");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("lists").file_name();
    let mut names: Vec<String> = entries
        .map(|entry| name(entry).to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn everything_appears_at_the_end() {
    let dir = tempfile::tempdir().expect("a folder");
    let (file, folder) = (dir.path().join("scan.nii"), dir.path().join("case"));
    let mut staged = Staged::default();
    staged.file(&file, b"scan").expect("writes");
    staged
        .in_folder(&folder, "images/0.png", b"0")
        .expect("writes");
    staged
        .in_folder(&folder, "images/1.png", b"1")
        .expect("writes");
    assert!(!file.exists() && !folder.exists());
    staged.finish().expect("nothing is in the way");
    assert_eq!(fs::read(&file).expect("there"), b"scan");
    assert_eq!(names(&folder.join("images")), ["0.png", "1.png"]);
    assert_eq!(names(dir.path()), ["case", "scan.nii"]);
}

#[test]
fn files_that_look_like_ours_are_left_alone() {
    let dir = tempfile::tempdir().expect("a folder");
    let mine = [
        "out.partial".to_owned(),
        format!("fovea-{}-0.partial", std::process::id()),
        format!("fovea-{}-1.partial", std::process::id()),
    ];
    fs::create_dir(dir.path().join(&mine[1])).expect("makes");
    for name in [&mine[0], &mine[2]] {
        fs::write(dir.path().join(name), b"precious").expect("writes");
    }
    let before = names(dir.path());
    for is_finished in [false, true] {
        let mut staged = Staged::default();
        staged.file(&dir.path().join("out"), b"x").expect("writes");
        staged
            .in_folder(&dir.path().join("folder"), "a", b"x")
            .expect("writes");
        match is_finished {
            true => staged.finish().expect("nothing is in the way"),
            false => drop(staged),
        }
        let kept = |name: &String| dir.path().join(name).exists();
        assert!(before.iter().all(kept));
        assert_eq!(
            names(dir.path()).len(),
            before.len() + 2 * usize::from(is_finished)
        );
    }
    assert_eq!(names(&dir.path().join("folder")), ["a"]);
    let precious = fs::read(dir.path().join(&mine[2])).expect("there");
    assert_eq!(precious, b"precious");
    assert_eq!(names(&dir.path().join(&mine[1])), [""; 0]);
}

#[test]
fn what_is_there_is_refused_even_a_link_that_leads_nowhere() {
    let dir = tempfile::tempdir().expect("a folder");
    let target = |name: &str| dir.path().join(name);
    fs::write(target("file"), b"precious").expect("writes");
    fs::create_dir(target("folder")).expect("makes");
    let mut names_there = vec!["file", "folder"];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(target("nothing"), target("link")).expect("links");
        names_there.push("link");
    }
    for name in &names_there {
        let mut staged = Staged::default();
        let as_file = staged.file(&target(name), b"x").expect_err("it is there");
        let as_folder = staged.in_folder(&target(name), "a", b"x");
        for error in [as_file, as_folder.expect_err("it is there")] {
            assert!(matches!(error, WriteError::Exists { .. }), "{error}");
            let said =
                format!("{name} is there already; choose another name, or take it away first.");
            assert!(error.to_string().ends_with(&said), "{error}");
        }
    }
    assert_eq!(names(dir.path()), names_there);
    assert_eq!(fs::read(target("file")).expect("there"), b"precious");
}

/// What appears while something is written is kept, and then nothing of the rest appears.
#[test]
fn what_appears_meanwhile_is_kept() {
    for is_folder in [false, true] {
        let dir = tempfile::tempdir().expect("a folder");
        let (first, second) = (dir.path().join("first"), dir.path().join("second"));
        let mut staged = Staged::default();
        staged.in_folder(&first, "a", b"x").expect("writes");
        match is_folder {
            true => staged.in_folder(&second, "a", b"x").expect("writes"),
            false => staged.file(&second, b"x").expect("writes"),
        }
        fs::write(&second, b"precious").expect("writes");
        let error = staged.finish().expect_err("it is there now");
        assert!(matches!(error, WriteError::Exists { .. }), "{error}");
        assert_eq!(fs::read(&second).expect("there"), b"precious");
        assert_eq!(names(dir.path()), ["second"]);
    }
}

#[test]
fn a_folder_that_is_missing_is_named() {
    let dir = tempfile::tempdir().expect("a folder");
    let target = dir.path().join("missing/out");
    let error = Staged::default()
        .file(&target, b"x")
        .expect_err("no folder");
    assert!(matches!(error, WriteError::Unwritable { .. }), "{error}");
    assert!(error.to_string().contains("missing/out"), "{error}");
    assert!(!error.to_string().contains(".partial"), "{error}");
    assert_eq!(names(dir.path()), [""; 0]);
}
