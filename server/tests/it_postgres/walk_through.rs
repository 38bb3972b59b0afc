//! docs/OPERATIONS.md, command by command, on a real PostgreSQL and S3.

use fovea_test_data::S3;

use crate::home;
use crate::pages::{run, script_of};

#[test]
fn the_way_from_one_machine_to_many_is_as_described() {
    let folder = tempfile::tempdir().expect("a folder");
    let credentials = folder.path().join("credentials");
    std::fs::write(&credentials, S3::CREDENTIALS).expect("writes");
    let variables = [
        ("DATABASE_URL", home::server().new_database()),
        ("S3_ENDPOINT", home::store().endpoint()),
        ("S3_BUCKET", home::store().new_bucket()),
        ("S3_REGION", S3::REGION.to_owned()),
        ("S3_CREDENTIALS", credentials.display().to_string()),
    ];
    run(&script_of("OPERATIONS.md"), folder.path(), &variables);
}
