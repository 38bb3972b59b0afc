//! The pages, command by command: blocks that follow a line `<!-- run -->` are one script, run as it stands.

use std::path::Path;
use std::process::Command;

use fovea_server::{Role, create_user};

use crate::home;
use crate::intake::vol;
use crate::process::Process;

const MARK: &str = "<!-- run -->";
/// Longest time for all commands on a busy machine, s.
const TIMEOUT_S: &str = "600";
/// A command that fails ends it, and no server outlives it.
const PRELUDE: &str =
    "set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true; wait || true' EXIT\n";

/// The marked blocks of a page, in order, as one script.
pub(crate) fn script_of(page: &str) -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(page);
    let text = std::fs::read_to_string(page).expect("the page is there");
    let block = |part: &str| {
        let begun = part.trim_start().strip_prefix("```sh\n");
        let block = begun.and_then(|text| text.split_once("\n```"));
        block.expect("a block of sh follows the mark").0.to_owned()
    };
    let blocks: Vec<String> = text.split(MARK).skip(1).map(block).collect();
    assert!(blocks.len() >= 5, "{} blocks", blocks.len());
    blocks.join("\n")
}

/// Runs a script in `folder`, with the server's program at hand.
pub(crate) fn run(script: &str, folder: &Path, variables: &[(&str, String)]) {
    std::fs::write(folder.join("script"), format!("{PRELUDE}{script}\n")).expect("writes");
    let server = Path::new(env!("CARGO_BIN_EXE_fovea-server"));
    let bin = server.parent().expect("it lies in a folder").display();
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("timeout")
        .args([TIMEOUT_S, "bash", "-x", "script"])
        .current_dir(folder)
        .env("PATH", format!("{bin}:{path}"))
        .envs(variables.iter().cloned())
        .output()
        .expect("there is a bash");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

#[test]
fn the_api_is_used_as_its_page_says() {
    let data = home::data_folder();
    let here = tempfile::tempdir().expect("a folder");
    let token = create_user(data.path(), "rosa", Role::Researcher, None).expect("an account");
    std::fs::write(here.path().join("token"), token).expect("writes");
    std::fs::write(here.path().join("scan.vol"), vol()).expect("writes");
    let mut process = Process::serving("serve", data.path());
    let script = script_of("API.md");
    // An answer that is an error ends the script.
    let script = script.replace("curl --silent", "curl --fail-with-body --silent");
    let at_home = script.replace("http://127.0.0.1:7171", &process.url());
    assert_ne!(at_home, script, "the page names the server's address");
    run(&at_home, here.path(), &[]);
}
