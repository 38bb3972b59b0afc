//! What the repository says about itself is true: links lead somewhere, the entry point offers what the README names.
//!
//! It is also the one small test that `./x run` builds, so that dependencies are compiled with the features that all
//! tests use.

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<PathBuf> {
    let mut pages = vec![root().join("README.md"), root().join("CONTRIBUTING.md")];
    for entry in std::fs::read_dir(root().join("docs")).expect("docs/ is there") {
        let path = entry.expect("docs/ lists").path();
        if path.extension().is_some_and(|e| e == "md") {
            pages.push(path);
        }
    }
    pages
}

/// The targets of `[text](target)` in a page, without anchors and without addresses on the web.
fn local_links(text: &str) -> Vec<String> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|target| !target.contains("://") && !target.starts_with('#'))
        .map(|target| target.split('#').next().unwrap_or_default().to_string())
        .collect()
}

#[test]
fn every_link_between_pages_leads_to_a_file() {
    let mut count = 0;
    for page in pages() {
        let text =
            std::fs::read_to_string(&page).unwrap_or_else(|e| panic!("{}: {e}", page.display()));
        for target in local_links(&text) {
            let path = page
                .parent()
                .expect("a page lies in a folder")
                .join(&target);
            assert!(
                path.exists(),
                "{} links to {target}, which is not there",
                page.display()
            );
            count += 1;
        }
    }
    assert!(
        count > 5,
        "only {count} links were found: the reader of links is broken"
    );
}

#[test]
fn every_path_in_the_code_map_is_there() {
    let text = std::fs::read_to_string(root().join("docs/ARCHITECTURE.md"))
        .expect("the architecture page reads");
    let map = text
        .split("## Code map")
        .nth(1)
        .expect("the page has a code map")
        .split("\n## ")
        .next()
        .unwrap_or_default();
    let paths: Vec<&str> = map
        .lines()
        .filter_map(|l| l.strip_prefix("### `")?.split('`').next())
        .collect();
    assert!(paths.len() > 10, "only {} entries were found", paths.len());
    for path in paths {
        assert!(
            root().join(path).exists(),
            "the code map names {path}, which is not there"
        );
    }
}

#[test]
fn the_readme_names_only_commands_that_exist() {
    let help = Command::new("bash")
        .arg(root().join("x"))
        .arg("help")
        .output()
        .expect("bash starts");
    assert!(help.status.success());
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let readme = std::fs::read_to_string(root().join("README.md")).expect("the README reads");
    for used in readme.split("./x ").skip(1) {
        let word: String = used.chars().take_while(char::is_ascii_lowercase).collect();
        assert!(
            help.contains(&word),
            "the README says ./x {word}, and ./x help does not know it"
        );
    }
}
