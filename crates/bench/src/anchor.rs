//! A Python program that does the same work as we, one job each time it is asked.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, ensure};

/// The running program: a job's name on a line goes in, its seconds come out.
pub(crate) struct Anchor {
    process: Child,
    jobs: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Anchor {
    /// Starts `script` in the Python at `FOVEA_ORACLE_PYTHON` with `folder` as its argument, and waits until it is ready.
    pub(crate) fn start(script: &str, folder: &Path) -> anyhow::Result<Self> {
        let python = std::env::var_os("FOVEA_ORACLE_PYTHON").context(
            "FOVEA_ORACLE_PYTHON does not say where the anchors are installed; './x bench' sets it.",
        )?;
        let mut process = Command::new(python)
            .args(["-W", "ignore", "-c", script])
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the Python of the anchors does not start")?;
        let jobs = process.stdin.take().context("no way in")?;
        let answers = BufReader::new(process.stdout.take().context("no way out")?);
        let mut anchor = Self {
            process,
            jobs,
            answers,
        };
        let ready = anchor.answer()?;
        ensure!(
            ready == "ready",
            "the anchors said '{ready}' at their start"
        );
        Ok(anchor)
    }

    /// Seconds of one run of `job`, on a processor or by the clock as the script measures it.
    pub(crate) fn seconds(&mut self, job: &str) -> anyhow::Result<f64> {
        writeln!(self.jobs, "{job}").context("the anchors have ended")?;
        let answer = self.answer()?;
        answer
            .parse()
            .with_context(|| format!("the anchor '{job}' said '{answer}'"))
    }

    fn answer(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }
}

impl Drop for Anchor {
    fn drop(&mut self) {
        // It waits for jobs and holds nothing that an abrupt end would lose.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
