//! A real browser, driven over WebDriver. It ends with the test.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{ClientBuilder, Locator};
use fovea_test_data::program;
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::{Method, Url};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Under a busy machine a page takes a while; one that never comes is the failure here.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser with one window.
pub(crate) struct Browser {
    client: fantoccini::Client,
    driver: Driver,
    profile: TempDir,
}

impl Browser {
    /// A browser with a profile of its own; `None` where none is installed and nobody asks for it.
    pub(crate) async fn start(test: &str) -> Option<Self> {
        let chromium = program(test, "chromium")?;
        let driver = Driver::start(&program(test, "chromedriver")?);
        let profile = tempfile::tempdir().expect("a folder");
        let capabilities = json!({
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": {
                "binary": chromium,
                "args": [
                    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    format!("--user-data-dir={}", profile.path().display()),
                ],
            },
        });
        let Value::Object(capabilities) = capabilities else {
            unreachable!("it is an object");
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .expect("the browser starts");
        Some(Self {
            client,
            driver,
            profile,
        })
    }

    pub(crate) async fn open(&self, url: &str) {
        self.client.goto(url).await.expect("the page opens");
    }

    /// The text that the element with this id shows.
    pub(crate) async fn text(&self, id: &str) -> String {
        let element = self.client.find(Locator::Id(id)).await.expect(id);
        element.text().await.expect("text")
    }

    /// Types into the field with this id what was not there before.
    pub(crate) async fn fill(&self, id: &str, text: &str) {
        let element = self.client.find(Locator::Id(id)).await.expect(id);
        element.clear().await.expect("is a field");
        element.send_keys(text).await.expect("takes keys");
    }

    /// Presses a key where the keyboard is.
    pub(crate) async fn press(&self, key: fantoccini::key::Key) {
        let focused = self
            .client
            .active_element()
            .await
            .expect("has the keyboard");
        let text = char::from(key).to_string();
        focused.send_keys(&text).await.expect("takes keys");
    }

    /// What `script` returns.
    pub(crate) async fn evaluate(&self, script: &str) -> Value {
        let done = self.client.execute(script, Vec::new()).await;
        done.expect("the script runs")
    }

    /// Waits until `script` returns true.
    pub(crate) async fn until(&self, script: &str) {
        let script = format!("return Boolean({script});");
        let waited = tokio::time::timeout(PATIENCE, async {
            while self.evaluate(&script).await != Value::Bool(true) {
                tokio::task::yield_now().await;
            }
        });
        if waited.await.is_err() {
            let seen = self.evaluate("return document.body.innerText;").await;
            panic!("it never came to {script}; the page says: {seen}");
        }
    }

    /// Draws the window as a person with these wishes sees it, whole, into `file`.
    pub(crate) async fn picture(&self, file: &Path, scheme: &str, width_px: u32) {
        let scheme = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": scheme }))
            .await;
        let metrics = |height_px: u64| json!({ "width": width_px, "height": height_px, "deviceScaleFactor": 1, "mobile": false });
        let set = "Emulation.setDeviceMetricsOverride";
        self.devtools(set, metrics(600)).await;
        let height = self
            .evaluate("return document.documentElement.scrollHeight;")
            .await;
        self.devtools(set, metrics(height.as_u64().expect("a height")))
            .await;
        let png = self.client.screenshot().await.expect("a picture");
        std::fs::write(file, png).expect("writes");
    }

    /// Errors and warnings of the console since the last look; what the policy of the page forbids is among them.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let log = json!({ "type": "browser" });
        let lines = self.command("se/log", log).await;
        let lines = lines.as_array().cloned().unwrap_or_default();
        let loud = lines
            .iter()
            .filter(|line| line["level"] != "INFO" && line["level"] != "DEBUG");
        loud.map(ToString::to_string).collect()
    }

    /// A command of the browser's own protocol.
    pub(crate) async fn devtools(&self, name: &str, parameters: Value) -> Value {
        let command = json!({ "cmd": name, "params": parameters });
        self.command("goog/cdp/execute", command).await
    }

    async fn command(&self, path: &'static str, body: Value) -> Value {
        let command = Extension {
            path,
            body: body.to_string(),
        };
        self.client.issue_cmd(command).await.expect(path)
    }

    /// Closes the window and ends the browser.
    pub(crate) async fn close(self) {
        self.client.clone().close().await.expect("closes");
    }
}

impl Drop for Browser {
    /// After a test that failed the window is still open, and the driver does not see to its browser.
    fn drop(&mut self) {
        let _ = self.driver.child.kill();
        let _ = self.driver.child.wait();
        let mine = format!("--user-data-dir={}", self.profile.path().display());
        let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        for process in processes {
            let line = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
            if String::from_utf8_lossy(&line).contains(&mine) {
                let pid = process.file_name();
                let _ = Command::new("kill").arg("-KILL").arg(pid).status();
            }
        }
    }
}

/// The program between WebDriver and the browser.
struct Driver {
    child: Child,
    port: u16,
    /// It would be ended by the first line that nobody takes.
    _output: BufReader<ChildStdout>,
}

impl Driver {
    fn start(program: &Path) -> Self {
        let mut child = Command::new(program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the driver starts");
        let mut output = BufReader::new(child.stdout.take().expect("is piped"));
        let mut line = String::new();
        let port = loop {
            line.clear();
            assert_ne!(output.read_line(&mut line).expect("reads"), 0, "it ended");
            let words = line
                .trim_end()
                .trim_end_matches('.')
                .rsplit_once("successfully on port ");
            if let Some(port) = words.and_then(|(_, port)| port.parse().ok()) {
                break port;
            }
        };
        Self {
            child,
            port,
            _output: output,
        }
    }
}

/// A command that WebDriver has only in this driver.
#[derive(Debug)]
struct Extension {
    path: &'static str,
    body: String,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(
        &self,
        base: &Url,
        session: Option<&str>,
    ) -> Result<Url, <Url as std::str::FromStr>::Err> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/{}", self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.clone()))
    }
}
