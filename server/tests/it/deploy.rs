//! What `server/deploy` holds is what the program takes: every command line, every setting, every secret; and whoever
//! knows such files has nothing against them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use fovea_server::{SettingsError, StartError};
use fovea_test_data::{Python, program};
use serde_json::Value;

use crate::process::Process;

const TEST: &str = "the test of server/deploy";
/// Prints the documents of YAML files as one JSON list.
const AS_JSON: &str = "
import json, sys, yaml
print(json.dumps([d for path in sys.argv[1:] for d in yaml.safe_load_all(open(path)) if d]))
";

fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy")
}

fn python() -> Python {
    Python::find(TEST).expect("`./x test` installs it")
}

fn documents(paths: &[PathBuf]) -> Vec<Value> {
    let found = python().run(AS_JSON, paths);
    found.as_array().expect("a list").clone()
}

fn manifests() -> Vec<PathBuf> {
    let names = std::fs::read_dir(deploy().join("kubernetes")).expect("lists");
    let mut paths: Vec<_> = names.map(|entry| entry.expect("entry").path()).collect();
    paths.sort();
    paths
}

fn units() -> Vec<PathBuf> {
    let names = std::fs::read_dir(deploy().join("systemd")).expect("lists");
    names.map(|entry| entry.expect("entry").path()).collect()
}

/// A program beside the interpreter of the independent readers.
fn linter(name: &str) -> Command {
    let python = std::env::var_os("FOVEA_ORACLE_PYTHON").expect("it was found");
    Command::new(Path::new(&python).with_file_name(name))
}

fn passes(output: Output) {
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "{said}");
}

/// Every list of texts below `value` that begins a command of the server, wherever it stands.
fn collect_commands(value: &Value, found: &mut BTreeSet<Vec<String>>) {
    match value {
        Value::Array(items) => {
            let texts: Vec<String> = items
                .iter()
                .filter_map(|i| i.as_str().map(str::to_owned))
                .collect();
            if texts.len() == items.len() {
                let skip = texts
                    .iter()
                    .position(|text| text.ends_with("/fovea-server"));
                found.insert(texts[skip.map_or(0, |at| at + 1)..].to_vec());
            }
            items.iter().for_each(|item| collect_commands(item, found));
        }
        Value::Object(entries) => entries
            .values()
            .for_each(|item| collect_commands(item, found)),
        _ => {}
    }
}

/// The command lines of all files: what a container or a unit gives to the program.
fn commands() -> Vec<Vec<String>> {
    let mut found = BTreeSet::new();
    let mut yaml = manifests();
    yaml.push(deploy().join("compose.yaml"));
    for document in documents(&yaml) {
        collect_commands(&document, &mut found);
    }
    for path in units() {
        let text = std::fs::read_to_string(path).expect("reads");
        let lines = text
            .lines()
            .filter_map(|line| line.strip_prefix("ExecStart="));
        found.extend(lines.map(|line| line.split(' ').skip(1).map(str::to_owned).collect()));
    }
    let text = std::fs::read_to_string(deploy().join("Containerfile")).expect("reads");
    let line = text.lines().find_map(|line| line.strip_prefix("CMD "));
    let line: Vec<String> = serde_json::from_str(line.expect("a CMD")).expect("a list");
    found.insert(line);
    let known = known_commands();
    found
        .into_iter()
        .filter(|words| words.first().is_some_and(|word| known.contains(word)))
        .collect()
}

/// The names of the program's own commands.
fn known_commands() -> BTreeSet<String> {
    let help = Command::new(env!("CARGO_BIN_EXE_fovea-server"))
        .arg("--help")
        .output();
    let help = String::from_utf8(help.expect("the server is built").stdout).expect("text");
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = lines
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next());
    names.map(str::to_owned).collect()
}

#[test]
fn every_command_line_is_one_that_the_program_takes() {
    let commands = commands();
    let named: BTreeSet<&str> = commands.iter().map(|words| words[0].as_str()).collect();
    let expected = ["api", "backup", "migrate", "probe", "serve", "worker"];
    assert_eq!(named, BTreeSet::from(expected));
    for words in &commands {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fovea-server"));
        passes(
            command
                .args(words)
                .arg("--help")
                .output()
                .expect("the server is built"),
        );
        // What is missing is told before a word for help is looked for only without it, so the options are counted.
        let data = words.iter().any(|word| word == "--data");
        assert!(data || words[0] == "probe", "{words:?}");
    }
}

#[test]
fn every_setting_is_one_that_the_program_takes() {
    let mut texts = vec![std::fs::read_to_string(deploy().join("server.toml")).expect("reads")];
    for document in documents(&manifests()) {
        let text = document
            .pointer("/data/server.toml")
            .and_then(Value::as_str);
        texts.extend(text.map(str::to_owned));
    }
    assert_eq!(texts.len(), 2);
    for text in texts {
        let folder = tempfile::tempdir().expect("a folder");
        // The secrets lie beside it here. The database is one that nobody answers for.
        let text = text
            .replace("/run/secrets/fovea/", "")
            .replace("/run/secrets/", "");
        let nobody = "postgres://fovea:x@127.0.0.1:1/fovea";
        std::fs::write(folder.path().join("database.url"), nobody).expect("writes");
        let text = text.replace("certificates = \"ca.pem\"", "");
        std::fs::write(folder.path().join("server.toml"), &text).expect("writes");
        let error = fovea_server::migrate(folder.path()).expect_err("nobody answers");
        let is_read = !matches!(
            &error,
            StartError::Settings(SettingsError::Format(_) | SettingsError::Read { .. })
        );
        assert!(is_read, "{error}\n{text}");
    }
}

#[test]
fn every_secret_that_is_named_is_made_and_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = folder.path().join("secrets.sh");
    std::fs::copy(deploy().join("secrets.sh"), &script).expect("copies");
    for _ in 0..2 {
        passes(
            Command::new("sh")
                .arg(&script)
                .arg("fovea.example")
                .output()
                .expect("a shell"),
        );
    }
    let compose = &documents(&[deploy().join("compose.yaml")])[0];
    let secrets = compose["secrets"].as_object().expect("secrets");
    for (name, secret) in secrets {
        let file = secret["file"].as_str().expect("a file");
        let text = std::fs::read_to_string(folder.path().join(file));
        let text = text.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!text.trim().is_empty(), "{name}");
    }
    let settings = std::fs::read_to_string(deploy().join("server.toml")).expect("reads");
    let api: Vec<&str> = compose["services"]["api-1"]["secrets"]
        .as_array()
        .expect("secrets")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    for file in settings
        .split('"')
        .filter_map(|text| text.strip_prefix("/run/secrets/"))
    {
        assert!(api.contains(&file), "the API has no secret {file}");
    }
    assert!(api.len() >= 5, "{api:?}");
}

#[test]
fn whoever_knows_compose_has_nothing_against_it() {
    python();
    let path = deploy().join("compose.yaml");
    passes(
        linter("compose-lint")
            .args(["check", "--no-pager", "--no-env"])
            .arg(&path)
            .output()
            .expect("runs"),
    );
    let compose = &documents(&[path])[0];
    for (name, service) in compose["services"].as_object().expect("services") {
        assert_eq!(service["cap_drop"], serde_json::json!(["ALL"]), "{name}");
        assert!(service["mem_limit"].is_string(), "{name}");
    }
    let replicas = |name: &str| compose["services"][name]["scale"].as_u64().unwrap_or(1);
    assert_eq!(
        (replicas("api-1") + replicas("api-2"), replicas("worker")),
        (2, 3)
    );
}

#[test]
fn whoever_knows_kubernetes_has_nothing_against_it() {
    python();
    passes(
        linter("kubernetes-validate")
            .arg("--strict")
            .args(manifests())
            .output()
            .expect("runs"),
    );
    let mut yaml = manifests();
    yaml.push(deploy().join("compose.yaml"));
    let rules = "{extends: default, rules: {line-length: {max: 140}, document-start: disable, braces: {max-spaces-inside: 0}, truthy: disable}}";
    passes(
        linter("yamllint")
            .args(["--strict", "-d", rules])
            .args(yaml)
            .output()
            .expect("runs"),
    );
    let kinds: BTreeSet<String> = documents(&manifests())
        .iter()
        .filter_map(|d| Some(d["kind"].as_str()?.to_owned()))
        .collect();
    for kind in [
        "Deployment",
        "Job",
        "PodDisruptionBudget",
        "Service",
        "ConfigMap",
    ] {
        assert!(kinds.contains(kind), "{kind}");
    }
}

#[test]
fn whoever_knows_systemd_has_nothing_against_it() {
    let verify =
        program(TEST, "systemd-analyze").expect("it is part of every Debian system with systemd");
    let folder = tempfile::tempdir().expect("a folder");
    let mut paths = Vec::new();
    for unit in units() {
        let text = std::fs::read_to_string(&unit).expect("reads");
        let text = text.replace(
            "/usr/local/bin/fovea-server",
            env!("CARGO_BIN_EXE_fovea-server"),
        );
        let path = folder.path().join(unit.file_name().expect("a name"));
        std::fs::write(&path, text).expect("writes");
        paths.push(path);
    }
    let output = Command::new(verify)
        .arg("verify")
        .arg("--man=no")
        .args(paths)
        .output();
    passes(output.expect("runs"));
}

#[tokio::test]
async fn a_probe_says_how_a_server_is() {
    let folder = crate::home::data_folder();
    let mut process = Process::serving("serve", folder.path());
    let url = process.url();
    let probe = |url: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fovea-server"));
        command
            .args(["probe", "--url", url])
            .output()
            .expect("the server is built")
    };
    passes(probe(&format!("{url}/readyz")));
    for (url, says) in [
        (format!("{url}/nothing"), "the answer is 404"),
        ("http://192.0.2.1/healthz".to_owned(), "not this machine"),
        (
            "http://127.0.0.1:1/healthz".to_owned(),
            "there is no answer",
        ),
    ] {
        let output = probe(&url);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !output.status.success() && said.contains(says),
            "{url}: {said}"
        );
    }
}
