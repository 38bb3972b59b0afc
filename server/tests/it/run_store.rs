//! A store that fails for a while: here, files of the local store that cannot be read.

use fovea_annotation::ContentHash;
use fovea_protocol::StepState;

use crate::objects;
use crate::run_client::{log, start, succeeded, until};
use crate::run_faults::{site_without_worker, worker_of};
use crate::sample::gray_png;

#[tokio::test]
async fn a_failure_that_may_pass_is_tried_again() {
    let (site, client) = site_without_worker().await;
    let raw = ContentHash::of(&gray_png(9));
    objects::put_into_store(site.data(), raw);
    let name = raw.to_hex();
    let shelf = site.data().join("objects").join(&name[..2]);
    let aside = site.data().join("aside");
    std::fs::rename(&shelf, &aside).expect("is there");
    // Not a missing file, which would be the end, but a folder that cannot be entered.
    std::fs::write(&shelf, "").expect("writes");
    let run_id = start(&client, "case", 0).await;
    // Its cache is empty, other than that of the process that took the case.
    let worker = worker_of(&site).await;
    for attempt in 1..=2 {
        let failed = until(&client, run_id, |event| {
            let step = &event.steps[0];
            (step.state, step.attempt) == (StepState::Queued, attempt)
        });
        let failed = failed.await;
        let last = failed.last().expect("an event");
        assert!(
            last.steps[0]
                .next_at_us
                .is_some_and(|at_us| at_us > site.now_us())
        );
        if attempt == 2 {
            std::fs::remove_file(&shelf).expect("is removed");
            std::fs::rename(&aside, &shelf).expect("is put back");
        }
        site.advance_seconds(8);
    }
    let record = succeeded(&client, run_id).await;
    assert_eq!(record.steps[0].attempt, 3);
    let said = log(&client, run_id).await;
    assert_eq!(
        said.matches("#1 failed (").count() + said.matches("#2 failed (").count(),
        2,
        "{said}"
    );
    worker.shutdown().await;
}
