//! The pages, command by command: blocks that follow a line `<!-- run -->` are one script, run as it stands. A block that
//! is not run says why: `<!-- not run: … -->`.

use std::path::Path;
use std::process::Command;

use crate::home;
use crate::intake::vol;

const MARK: &str = "<!-- run -->";
const BLOCK: &str = "```sh\n";
/// Longest time for all commands on a busy machine, s.
const TIMEOUT_S: &str = "600";
/// A command that fails ends it, and no server outlives it.
const PRELUDE: &str =
    "set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true; wait || true' EXIT\n";

/// The marked blocks of a page, in order, as one script.
pub(crate) fn script_of(page: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(page);
    let text = std::fs::read_to_string(path).expect("the page is there");
    for (before, _) in text.match_indices(BLOCK) {
        let mark = text[..before].trim_end().lines().last().unwrap_or_default();
        let reason = mark.strip_prefix("<!-- not run: ");
        let has_reason = reason.is_some_and(|reason| reason.len() > " -->".len());
        let place = text[..before].lines().count() + 1;
        assert!(
            mark == MARK || has_reason,
            "{page}, line {place}: a block of sh that is neither run nor says why"
        );
    }
    let block = |part: &str| {
        let begun = part.trim_start().strip_prefix(BLOCK);
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
    let here = tempfile::tempdir().expect("a folder");
    std::fs::write(here.path().join("scan.vol"), vol()).expect("writes");
    // The page makes its data; where they lie is what differs between the homes.
    let home = home::data_folder();
    std::os::unix::fs::symlink(home.path(), here.path().join("data")).expect("links");
    run(&script_of("API.md"), here.path(), &[]);
}
