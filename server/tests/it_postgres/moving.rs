//! From a file and a folder to PostgreSQL and a bucket, and back.

use std::path::Path;

use fovea_server::{
    MoveReport, Progress, Role, StartError, UpkeepError, migrate, move_store, verify_audit,
};
use tempfile::TempDir;

use crate::client::Client;
use crate::contents::{answers, audit_lines, hello, populate, served};
use crate::home;
use crate::process::Process;
use crate::sample::predicted_case;

/// Moves; a server that has just stopped may take a moment to let go of its database.
async fn moved(from: &Path, to: &Path) -> MoveReport {
    loop {
        match move_store(from, to, Progress::silent()).await {
            Err(UpkeepError::InUse) => tokio::task::yield_now().await,
            other => return other.expect("moves"),
        }
    }
}

struct People {
    labeler: String,
    auditor: String,
}

impl People {
    fn new(data: &Path) -> Self {
        let account =
            |name, role| fovea_server::create_user(data, name, role, None).expect("an account");
        Self {
            labeler: account("ada", Role::Labeler),
            auditor: account("olga", Role::Auditor),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_comes_along_there_and_back() {
    let files = tempfile::tempdir().expect("a folder");
    let people = People::new(files.path());
    let handle = served(&files).await;
    let client = Client::new(&handle.url(), Some(people.labeler.clone()));
    populate(&client, 11).await;
    let auditor = Client::new(&handle.url(), Some(people.auditor.clone()));
    let mut expected = (answers(&client).await, audit_lines(&auditor, 1_000).await);
    let identity = hello(&client).await;
    handle.shutdown().await;

    let mut from = files;
    let homes: [fn() -> TempDir; 2] =
        [home::data_folder, || tempfile::tempdir().expect("a folder")];
    for (at, make) in homes.into_iter().enumerate() {
        let to = make();
        let report = moved(from.path(), to.path()).await;
        assert_eq!(report.lost, 0);
        let rows = |name: &str| {
            report
                .tables
                .iter()
                .find(|(table, _)| table == name)
                .map(|(_, rows)| *rows)
        };
        assert_eq!(rows("users"), Some(2));
        assert_eq!(rows("blobs"), Some(report.objects));
        let refused =
            fovea_server::Server::start(fovea_server::Config::on_free_port(from.path())).await;
        assert!(
            matches!(refused, Err(StartError::Moved)),
            "the old home serves nobody"
        );
        let again = move_store(from.path(), to.path(), Progress::silent()).await;
        assert!(matches!(again, Err(UpkeepError::Moved)), "{again:?}");

        let handle = served(&to).await;
        let client = Client::new(&handle.url(), Some(people.labeler.clone()));
        let auditor = Client::new(&handle.url(), Some(people.auditor.clone()));
        assert_eq!(answers(&client).await, expected.0);
        assert_eq!(audit_lines(&auditor, expected.1.len()).await, expected.1);
        let now = hello(&client).await;
        assert_eq!(
            (now.server_id, now.incarnation, now.cursor),
            (identity.server_id, identity.incarnation, now.cursor)
        );
        predicted_case(&client, &format!("after move {at}"), &[0.5]).await;
        expected = (answers(&client).await, audit_lines(&auditor, 1_000).await);
        handle.shutdown().await;
        assert_eq!(verify_audit(to.path()).expect("reads").faults, []);
        let said = "SELECT count(*) FROM audit WHERE action = 'STORE_MOVE'";
        let said = if at == 0 {
            home::intrude(to.path(), said)
        } else {
            Ok("1".to_owned())
        };
        assert_eq!(said.as_deref(), Ok("1"));
        from = to;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_at_work_is_not_moved_from_under() {
    for source in [home::data_folder(), tempfile::tempdir().expect("a folder")] {
        migrate(source.path()).expect("makes the tables");
        let mut process = Process::serving("serve", source.path());
        process.url();
        let target = home::data_folder();
        let refused = move_store(source.path(), target.path(), Progress::silent()).await;
        assert!(
            matches!(
                refused,
                Err(UpkeepError::InUse | UpkeepError::Start(StartError::InUse))
            ),
            "{refused:?}"
        );
        process.signal("TERM");
        assert!(process.wait(), "it stops in good order");
        moved(source.path(), target.path()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_was_broken_off_goes_on() {
    let files = tempfile::tempdir().expect("a folder");
    let people = People::new(files.path());
    let handle = served(&files).await;
    let client = Client::new(&handle.url(), Some(people.labeler.clone()));
    populate(&client, 5).await;
    let before = answers(&client).await;
    handle.shutdown().await;
    // The bucket goes away in the middle of the objects.
    let proxy = fovea_test_data::Proxy::before(home::store().port());
    let target = home::data_folder_behind(&proxy.endpoint());
    proxy.fail("PUT", fovea_test_data::Fault::Answer500, u32::MAX);
    let broken = move_store(files.path(), target.path(), Progress::silent()).await;
    assert!(matches!(broken, Err(UpkeepError::Objects(_))), "{broken:?}");
    proxy.heal();
    let refused =
        fovea_server::Server::start(fovea_server::Config::on_free_port(target.path())).await;
    assert!(matches!(refused, Err(StartError::Unfinished)));
    // The old home is as it was until the new one counts.
    served(&files).await.shutdown().await;
    moved(files.path(), target.path()).await;
    let handle = served(&target).await;
    let client = Client::new(&handle.url(), Some(people.labeler));
    assert_eq!(answers(&client).await, before);
    handle.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_one_engine_is_restored_on_the_other() {
    let homes: [fn() -> TempDir; 2] =
        [home::data_folder, || tempfile::tempdir().expect("a folder")];
    for (source, target) in [(homes[0], homes[1]), (homes[1], homes[0])] {
        let source = source();
        let people = People::new(source.path());
        let handle = served(&source).await;
        let client = Client::new(&handle.url(), Some(people.labeler.clone()));
        populate(&client, 9).await;
        let before = answers(&client).await;
        let vault = crate::backup::Vault::new();
        vault
            .backup(source.path())
            .await
            .expect("is written beside the server");
        handle.shutdown().await;
        let target = target();
        vault.restore(target.path()).await.expect("restores");
        let handle = served(&target).await;
        let client = Client::new(&handle.url(), Some(people.labeler));
        assert_eq!(answers(&client).await, before);
        handle.shutdown().await;
        assert_eq!(verify_audit(target.path()).expect("reads").faults, []);
    }
}
