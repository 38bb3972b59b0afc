//! docs/OPERATIONS.md, command by command: the blocks that follow a line `<!-- run -->` are one script, run as it stands.

use std::path::Path;
use std::process::Command;

use fovea_test_data::S3;

use crate::home;

const MARK: &str = "<!-- run -->";
/// Longest time for all commands on a busy machine, s.
const TIMEOUT_S: &str = "600";
/// A command that fails ends it, and no server outlives it.
const PRELUDE: &str =
    "set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true; wait || true' EXIT\n";

/// The marked blocks of a page, in order.
fn marked_blocks(page: &str) -> Vec<String> {
    let mut parts = page.split(MARK);
    parts.next();
    let block = |part: &str| {
        let begin = part.trim_start().strip_prefix("```sh\n");
        let (block, _) = begin
            .and_then(|text| text.split_once("\n```"))
            .expect("a block of sh follows the mark");
        block.to_owned()
    };
    parts.map(block).collect()
}

#[test]
fn the_way_from_one_machine_to_many_is_as_described() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/OPERATIONS.md");
    let blocks = marked_blocks(&std::fs::read_to_string(page).expect("reads"));
    assert!(blocks.len() >= 6, "{} blocks", blocks.len());
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("credentials"), S3::CREDENTIALS).expect("writes");
    let script = format!("{PRELUDE}{}\n", blocks.join("\n"));
    std::fs::write(folder.path().join("script"), &script).expect("writes");
    let server = Path::new(env!("CARGO_BIN_EXE_fovea-server"));
    let path = std::env::var("PATH").unwrap_or_default();
    let bin = server.parent().expect("a folder").display();
    let output = Command::new("timeout")
        .args([TIMEOUT_S, "bash", "-x", "script"])
        .current_dir(folder.path())
        .env("PATH", format!("{bin}:{path}"))
        .env("DATABASE_URL", home::server().new_database())
        .env("S3_ENDPOINT", home::store().endpoint())
        .env("S3_BUCKET", home::store().new_bucket())
        .env("S3_REGION", S3::REGION)
        .env("S3_CREDENTIALS", folder.path().join("credentials"))
        .output()
        .expect("there is a bash");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}
