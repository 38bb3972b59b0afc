//! Backups bring everything back, are told from broken ones, and cannot be made up.

use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

use fovea_annotation::ContentHash;
use fovea_server::{
    BackupReport, BackupToCheck, Progress, RestoreReport, Role, Server, StartError, UpkeepError,
    backup, check_backup, restore, verify_audit,
};
use tempfile::TempDir;

use crate::client::Client;
use crate::contents::{add_versions, answers, audit_lines, hello, populate, served, stopped};
use crate::home;
use crate::objects;
use crate::sample::{predicted_case, tile_id};
use crate::site::Site;

const PASSPHRASE: &str = "correct horse battery staple";

/// A folder of backups and the passphrase beside it.
pub(crate) struct Vault {
    folder: TempDir,
}

impl Vault {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("passphrase"), PASSPHRASE).expect("writes");
        Self { folder }
    }

    pub(crate) fn passphrase_file(&self) -> PathBuf {
        self.folder.path().join("passphrase")
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("backups")
    }

    fn wanted(&self) -> BackupToCheck {
        BackupToCheck {
            from: self.path(),
            state: None,
            passphrase_file: self.passphrase_file(),
        }
    }

    pub(crate) async fn backup(&self, data: &Path) -> Result<BackupReport, UpkeepError> {
        let file = self.passphrase_file();
        backup(data, &self.path(), &file, Progress::silent()).await
    }

    pub(crate) async fn check(&self) -> Result<String, UpkeepError> {
        check_backup(self.wanted(), Progress::silent()).await
    }

    pub(crate) async fn restore(&self, data: &Path) -> Result<RestoreReport, UpkeepError> {
        restore(self.wanted(), data, Progress::silent()).await
    }

    /// Folder of the newest state.
    fn newest(&self) -> PathBuf {
        let states = std::fs::read_dir(self.path().join("states")).expect("lists");
        let mut states: Vec<_> = states.map(|entry| entry.expect("entry").path()).collect();
        states.sort();
        states.pop().expect("a state")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_restored_answers_as_before() {
    for seed in 1..=4 {
        let site = Site::start().await;
        let client = site.labeler();
        let auditor = site.client("olga", Role::Auditor);
        populate(&client, seed).await;
        let (before, lines) = (answers(&client).await, audit_lines(&auditor, 1_000).await);
        let identity = hello(&client).await;
        let vault = Vault::new();
        let written = vault
            .backup(site.data())
            .await
            .expect("is written beside the server");
        assert_eq!(
            (written.copied, written.lost),
            (written.objects, 0),
            "seed {seed}"
        );
        // What comes later is not in it.
        predicted_case(&client, "later", &[0.5]).await;
        let old = stopped(site).await;

        let new = home::data_folder();
        let restored = vault.restore(new.path()).await.expect("restores");
        assert_eq!((restored.objects, restored.lost), (written.objects, 0));
        let handle = served(&new).await;
        let client = Client::new(&handle.url(), client.token);
        assert_eq!(answers(&client).await, before, "seed {seed}");
        let auditor = Client::new(&handle.url(), auditor.token);
        assert_eq!(
            audit_lines(&auditor, lines.len()).await,
            lines,
            "seed {seed}"
        );
        let now = hello(&client).await;
        assert_eq!(now.server_id, identity.server_id);
        assert_ne!(
            now.incarnation, identity.incarnation,
            "clients offer everything again"
        );
        // Work goes on: counters of the engine are behind what is there.
        predicted_case(&client, "after", &[0.5]).await;
        add_versions(&client, tile_id("after", 0), 1, 3, 4).await;
        handle.shutdown().await;
        let report = verify_audit(new.path()).expect("reads");
        assert_eq!(report.faults, [], "seed {seed}");
        let said = home::intrude(
            new.path(),
            "SELECT count(*) FROM audit WHERE action = 'RESTORE'",
        );
        assert_eq!(said.as_deref(), Ok("1"));
        drop(old);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_backup_has_is_not_copied_again() {
    let site = Site::start().await;
    let client = site.labeler();
    let vault = Vault::new();
    let mut states = Vec::new();
    for (name, copied) in [("one", true), ("two", true)] {
        predicted_case(&client, name, &[0.25]).await;
        client.put_blob(name.as_bytes().to_vec()).await;
        let written = vault.backup(site.data()).await.expect("is written");
        assert_eq!(written.copied > 0, copied);
        states.push((written, answers(&client).await));
    }
    let again = vault.backup(site.data()).await.expect("is written");
    assert_eq!(again.copied, 0, "nothing is new");
    let second = &states[1].0;
    assert_eq!((second.copied, second.objects), (1, again.objects));
    let old = stopped(site).await;
    // Each state can be had.
    for (written, expected) in states {
        let new = home::data_folder();
        let wanted = BackupToCheck {
            state: Some(written.state),
            ..vault.wanted()
        };
        let restored = restore(wanted, new.path(), Progress::silent()).await;
        assert_eq!(restored.expect("restores").objects, written.objects);
        let handle = served(&new).await;
        let client = Client::new(&handle.url(), client.token.clone());
        assert_eq!(answers(&client).await, expected);
        handle.shutdown().await;
    }
    drop(old);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_was_broken_off_does_not_count_and_is_taken_up() {
    let site = Site::start().await;
    populate(&site.labeler(), 7).await;
    let vault = Vault::new();
    let (sender, said) = sync_channel(100);
    let task = {
        let (data, to, file) = (
            site.data().to_owned(),
            vault.path(),
            vault.passphrase_file(),
        );
        let progress = Progress::new(move |line| drop(sender.try_send(line.to_owned())));
        tokio::spawn(async move { backup(&data, &to, &file, progress).await })
    };
    let first = tokio::task::spawn_blocking(move || said.recv());
    first.await.expect("joins").expect("it says what it does");
    task.abort();
    // It may have been quicker than the word that stopped it.
    if task.await.is_err() {
        let none = vault.check().await;
        assert!(matches!(none, Err(UpkeepError::NoBackup(_))), "{none:?}");
    }
    let written = loop {
        match vault.backup(site.data()).await {
            // The thread that was left behind still has the folder.
            Err(UpkeepError::BackupInUse) => tokio::task::yield_now().await,
            other => break other.expect("is written"),
        }
    };
    vault.check().await.expect("is whole");
    // A power cut before the last file.
    std::fs::remove_file(vault.newest().join("manifest.json")).expect("removes");
    let (sender, said) = sync_channel(100);
    let progress = Progress::new(move |line| drop(sender.try_send(line.to_owned())));
    let file = vault.passphrase_file();
    let again = backup(site.data(), &vault.path(), &file, progress).await;
    let again = again.expect("is written");
    assert_eq!((again.copied, again.objects), (0, written.objects));
    let said: Vec<String> = said.try_iter().collect();
    assert!(
        said.iter().any(|line| line.contains("was broken off")),
        "{said:?}"
    );
    vault.check().await.expect("is whole");
}

/// Files of a state and of the folder, one of each kind.
fn files(vault: &Vault, object: ContentHash) -> Vec<PathBuf> {
    let (state, name) = (vault.newest(), object.to_hex());
    let object = vault.path().join("objects").join(&name[..2]);
    let names = [
        "metadata.jsonl.age",
        "keys.json.age",
        "objects.jsonl.age",
        "manifest.json",
    ];
    let mut files: Vec<_> = names.iter().map(|name| state.join(name)).collect();
    files.push(object.join(format!("{name}.age")));
    files.push(vault.path().join("key.age"));
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_or_missing_file_is_refused_before_anything_is_written() {
    let site = Site::start().await;
    let client = site.labeler();
    predicted_case(&client, "case", &[0.5]).await;
    let object = client.put_blob(b"bytes".to_vec()).await;
    let vault = Vault::new();
    vault.backup(site.data()).await.expect("is written");
    let old = stopped(site).await;
    let new = home::data_folder();
    let listed = || {
        let names = std::fs::read_dir(new.path()).expect("lists");
        names.count()
    };
    let before = listed();
    for path in files(&vault, object) {
        let whole = std::fs::read(&path).expect("reads");
        let mut flipped = whole.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 1;
        for damage in [Some(flipped), Some(whole[..whole.len() - 1].to_vec()), None] {
            match damage {
                Some(bytes) => std::fs::write(&path, bytes).expect("writes"),
                None => std::fs::remove_file(&path).expect("removes"),
            }
            let error = vault.restore(new.path()).await.expect_err("is refused");
            let text = error.to_string();
            assert!(
                text.contains("of the backup")
                    || text.contains("no whole backup")
                    || text.contains("passphrase"),
                "{path:?}: {text}"
            );
            assert_eq!((text.lines().count(), listed()), (1, before), "{path:?}");
        }
        std::fs::write(&path, whole).expect("writes");
    }
    vault.check().await.expect("is whole again");
    vault.restore(new.path()).await.expect("restores");
    drop(old);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_knows_the_passphrase_reads_or_makes_one() {
    let site = Site::start().await;
    predicted_case(&site.labeler(), "a telling name", &[0.5]).await;
    let vault = Vault::new();
    vault.backup(site.data()).await.expect("is written");
    std::fs::write(vault.passphrase_file(), "another horse battery").expect("writes");
    for refused in [
        vault.check().await.map(drop),
        vault.backup(site.data()).await.map(drop),
    ] {
        assert!(
            matches!(refused, Err(UpkeepError::Passphrase)),
            "{refused:?}"
        );
    }
    std::fs::write(vault.passphrase_file(), "short\n").expect("writes");
    let refused = vault.check().await;
    assert!(matches!(refused, Err(UpkeepError::PassphraseShort)));
    // A manifest that says something else was not made by who has the key.
    std::fs::write(vault.passphrase_file(), PASSPHRASE).expect("writes");
    let manifest = vault.newest().join("manifest.json");
    let text = std::fs::read_to_string(&manifest).expect("reads");
    std::fs::write(&manifest, text.replacen("\"rows\": 1", "\"rows\": 2", 1)).expect("writes");
    let refused = vault.check().await;
    assert!(
        matches!(refused, Err(UpkeepError::Damaged(_))),
        "{refused:?}"
    );
    nothing_is_readable(&vault.path());
}

/// No file of a backup but its manifests holds anything but sealed bytes.
fn nothing_is_readable(folder: &Path) {
    for entry in std::fs::read_dir(folder).expect("lists") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            nothing_is_readable(&path);
        } else if path.extension().is_some_and(|end| end == "age") {
            let bytes = std::fs::read(&path).expect("reads");
            assert!(bytes.starts_with(b"age-encryption.org/v1"), "{path:?}");
        } else {
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            assert!(
                ["manifest.json", "backup.lock"].contains(&name.as_str()),
                "{name}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_empty_home_is_filled() {
    let site = Site::start().await;
    predicted_case(&site.labeler(), "case", &[0.5]).await;
    let vault = Vault::new();
    vault.backup(site.data()).await.expect("is written");
    let old = stopped(site).await;
    let refused = vault.restore(old.path()).await;
    assert!(matches!(refused, Err(UpkeepError::Used(_))), "{refused:?}");
    let handle = served(&old).await;
    handle.shutdown().await;

    // Tables that a deployment has made already are no use of the home.
    let new = home::data_folder();
    fovea_server::migrate(new.path()).expect("makes the tables");
    vault.restore(new.path()).await.expect("restores");
    let refused = vault.restore(new.path()).await;
    assert!(matches!(refused, Err(UpkeepError::Used(_))), "{refused:?}");
    // Backups of one server do not go into the folder of another.
    let other = Site::start().await;
    predicted_case(&other.labeler(), "case", &[0.5]).await;
    let refused = vault.backup(other.data()).await;
    assert!(
        matches!(refused, Err(UpkeepError::OtherServer)),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_that_was_not_filled_to_its_end_serves_nobody() {
    let site = Site::start().await;
    predicted_case(&site.labeler(), "case", &[0.5]).await;
    let vault = Vault::new();
    vault.backup(site.data()).await.expect("is written");
    let old = stopped(site).await;
    let new = home::data_folder();
    let mark = new.path().join("unfinished");
    std::fs::write(&mark, "something else").expect("writes");
    let refused = vault.restore(new.path()).await;
    assert!(
        matches!(refused, Err(UpkeepError::OtherFill)),
        "{refused:?}"
    );
    let config = fovea_server::Config::on_free_port(new.path());
    let started = Server::start(config).await;
    assert!(matches!(started, Err(StartError::Unfinished)));
    std::fs::remove_file(&mark).expect("removes");
    let restored = vault.restore(new.path()).await.expect("restores");
    // A power cut after the commit and before the mark went: the same command finds that all is done.
    std::fs::write(&mark, format!("backup {}", restored.state)).expect("writes");
    vault
        .restore(new.path())
        .await
        .expect("has nothing left to do");
    served(&new).await.shutdown().await;
    drop(old);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_home_has_lost_comes_back_from_an_earlier_backup_or_is_asked_for() {
    let site = Site::start().await;
    let client = site.labeler();
    predicted_case(&client, "case", &[0.5]).await;
    let early = client.put_blob(b"kept by the first backup".to_vec()).await;
    let vault = Vault::new();
    vault.backup(site.data()).await.expect("is written");
    let late = client.put_blob(b"kept by no backup".to_vec()).await;
    objects::remove(site.data(), early);
    objects::remove(site.data(), late);
    let written = vault
        .backup(site.data())
        .await
        .expect("is written all the same");
    assert_eq!(written.lost, 1);
    let old = stopped(site).await;
    let new = home::data_folder();
    assert_eq!(vault.restore(new.path()).await.expect("restores").lost, 1);
    let handle = served(&new).await;
    let client = Client::new(&handle.url(), client.token);
    let status = async |sha256| {
        let path = format!("/v1/blobs/{sha256}");
        client
            .send(reqwest::Method::GET, &path)
            .await
            .status()
            .as_u16()
    };
    assert_eq!((status(early).await, status(late).await), (200, 404));
    client.put_blob(b"kept by no backup".to_vec()).await;
    assert_eq!(status(late).await, 200);
    handle.shutdown().await;
    drop(old);
}
