//! What the window is started with: folder, server, files to open.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Names the server when `--server` does not.
const SERVER_ENV: &str = "FOVEA_SERVER";

/// Options of the window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WindowOptions {
    /// Folder of the encrypted store, the logs and the settings.
    pub(crate) data_dir: PathBuf,
    /// Address of the site's server, if there is one.
    pub(crate) server: Option<String>,
    /// Make sure that the sample case exists.
    pub(crate) sample: bool,
    /// Files and folders to import.
    pub(crate) paths: Vec<PathBuf>,
}

/// How the process was started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Launch {
    /// Open the window.
    Window(WindowArguments),
    /// Run a command without a window; its own parser reads the arguments.
    CommandLine,
}

/// The window's arguments as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WindowArguments {
    data_dir: Option<PathBuf>,
    server: Option<String>,
    sample: bool,
    paths: Vec<PathBuf>,
}

/// Reads the arguments after the program's name.
///
/// A word that is neither an option nor a path is a command, and so is every option that the window does not know:
/// the command line's parser answers with its help.
pub(crate) fn parse(arguments: &[OsString]) -> Launch {
    let mut window = WindowArguments::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let (name, inline_value) = split_option(argument);
        match name.as_deref() {
            Some("--sample") => window.sample = true,
            Some("--data-dir") => match inline_value.or_else(|| rest.next().cloned()) {
                Some(value) => window.data_dir = Some(value.into()),
                None => return Launch::CommandLine,
            },
            Some("--server") => match inline_value
                .or_else(|| rest.next().cloned())
                .map(OsString::into_string)
            {
                Some(Ok(value)) => window.server = Some(value),
                _ => return Launch::CommandLine,
            },
            Some(_) => return Launch::CommandLine,
            None if looks_like_path(argument) => window.paths.push(argument.into()),
            None => return Launch::CommandLine,
        }
    }
    Launch::Window(window)
}

impl WindowArguments {
    /// Fills in what was not typed from the environment, and the data folder's default.
    pub(crate) fn resolve(self) -> anyhow::Result<WindowOptions> {
        let server = self
            .server
            .or_else(|| std::env::var(SERVER_ENV).ok())
            .filter(|server| !server.is_empty());
        let here = std::env::current_dir().unwrap_or_default();
        Ok(WindowOptions {
            data_dir: crate::data_dir::open(self.data_dir)?,
            server,
            sample: self.sample,
            paths: self.paths.into_iter().map(|path| here.join(path)).collect(),
        })
    }
}

/// The files that a second start was asked to open; it sends its arguments with the program's name first.
pub(crate) fn paths_of_second_start(arguments: &[String], working_dir: &str) -> Vec<PathBuf> {
    let arguments: Vec<OsString> = arguments.iter().skip(1).map(OsString::from).collect();
    match parse(&arguments) {
        Launch::Window(window) => window
            .paths
            .iter()
            .map(|path| Path::new(working_dir).join(path))
            .collect(),
        Launch::CommandLine => Vec::new(),
    }
}

fn split_option(argument: &OsString) -> (Option<String>, Option<OsString>) {
    match argument.to_str() {
        Some(text) if text.starts_with('-') && text.len() > 1 => match text.split_once('=') {
            Some((name, value)) => (Some(name.to_owned()), Some(value.into())),
            None => (Some(text.to_owned()), None),
        },
        _ => (None, None),
    }
}

/// A command is one word of letters; a file has an extension or a folder, or is there.
fn looks_like_path(argument: &OsString) -> bool {
    let path = Path::new(argument);
    path.extension().is_some() || path.components().count() > 1 || path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(text: &str) -> Vec<OsString> {
        text.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn window_or_command() {
        let window = |data_dir: Option<&str>, server: Option<&str>, sample, paths: &[&str]| {
            Launch::Window(WindowArguments {
                data_dir: data_dir.map(PathBuf::from),
                server: server.map(str::to_owned),
                sample,
                paths: paths.iter().map(PathBuf::from).collect(),
            })
        };
        let cases = [
            ("", window(None, None, false, &[])),
            ("--sample", window(None, None, true, &[])),
            (
                "--data-dir d scan.vol",
                window(Some("d"), None, false, &["scan.vol"]),
            ),
            (
                "--data-dir=d --server=http://h",
                window(Some("d"), Some("http://h"), false, &[]),
            ),
            (
                "--server http://h a/b c.png",
                window(None, Some("http://h"), false, &["a/b", "c.png"]),
            ),
            ("import x.vol", Launch::CommandLine),
            ("--data-dir d segment --input x.png", Launch::CommandLine),
            ("--help", Launch::CommandLine),
            ("-V", Launch::CommandLine),
            ("--data-dir", Launch::CommandLine),
            ("--unknown", Launch::CommandLine),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(&arguments(text)), expected, "{text}");
        }
    }

    #[test]
    fn a_second_start_names_files_from_its_own_folder() {
        let typed = ["fovea", "--data-dir", "d", "a.vol", "/b/c.png"].map(str::to_owned);
        assert_eq!(
            paths_of_second_start(&typed, "/home/x"),
            [PathBuf::from("/home/x/a.vol"), "/b/c.png".into()]
        );
    }
}
