//! The tests of `tests/it` once more, on PostgreSQL and S3, and what only such a home can suffer.

mod bucket_faults;
mod differential;
mod full_disk;
mod home;
mod moving;
mod neighbours;
mod restart;
mod walk_through;

#[path = "../it/access.rs"]
mod access;
#[path = "../it/audit.rs"]
mod audit;
#[path = "../it/backup.rs"]
mod backup;
#[path = "../it/bad_requests.rs"]
mod bad_requests;
#[path = "../it/case_access.rs"]
mod case_access;
#[path = "../it/case_blobs.rs"]
mod case_blobs;
#[path = "../it/cli.rs"]
mod cli;
#[path = "../it/client.rs"]
mod client;
#[path = "../it/clock_jumps.rs"]
mod clock_jumps;
#[path = "../it/contents.rs"]
mod contents;
#[path = "../it/decision_histories.rs"]
mod decision_histories;
#[path = "../it/diagrams.rs"]
mod diagrams;
#[path = "../it/durability.rs"]
mod durability;
#[path = "../it/first_admin.rs"]
mod first_admin;
#[path = "../it/flow.rs"]
mod flow;
#[path = "../it/intake.rs"]
mod intake;
#[path = "../it/leases.rs"]
mod leases;
#[path = "../it/lifecycle.rs"]
mod lifecycle;
#[path = "../it/limits.rs"]
mod limits;
#[path = "../it/merges.rs"]
mod merges;
#[path = "../it/objects.rs"]
mod objects;
#[path = "../it/oidc.rs"]
mod oidc;
#[path = "../it/oidc_provider.rs"]
mod oidc_provider;
#[path = "../it/pages.rs"]
mod pages;
#[path = "../it/process.rs"]
mod process;
#[path = "../it/push.rs"]
mod push;
#[path = "../it/queue.rs"]
mod queue;
#[path = "../it/recompute.rs"]
mod recompute;
#[path = "../it/request_shapes.rs"]
mod request_shapes;
#[path = "../it/reviews.rs"]
mod reviews;
#[path = "../it/rotate_key.rs"]
mod rotate_key;
#[path = "../it/run_client.rs"]
mod run_client;
#[path = "../it/run_faults.rs"]
mod run_faults;
#[path = "../it/run_kills.rs"]
mod run_kills;
#[path = "../it/run_processes.rs"]
mod run_processes;
#[path = "../it/run_wishes.rs"]
mod run_wishes;
#[path = "../it/runs.rs"]
mod runs;
#[path = "../it/sample.rs"]
mod sample;
#[path = "../it/schemathesis.rs"]
mod schemathesis;
#[path = "../it/scrub.rs"]
mod scrub;
#[path = "../it/sign_in.rs"]
mod sign_in;
#[path = "../it/signed_heads.rs"]
mod signed_heads;
#[path = "../it/site.rs"]
mod site;
#[path = "../it/slowdown.rs"]
mod slowdown;
#[path = "../it/status.rs"]
mod status;
#[path = "../it/tampering.rs"]
mod tampering;
#[path = "../it/tls.rs"]
mod tls;
#[path = "../it/upkeep_kills.rs"]
mod upkeep_kills;
#[path = "../it/uploads.rs"]
mod uploads;
#[path = "../it/users.rs"]
mod users;
