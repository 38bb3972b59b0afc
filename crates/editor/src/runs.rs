//! Runs of the server, as the page about them shows them. The server's own records stand in the state: nothing of them is
//! decided here.

use fovea_annotation::{CaseId, ContentHash};
use fovea_protocol::{PipelineConfig, RunArtifact, RunCreate, RunEvent, RunRecord, RunsPage};
use std::collections::BTreeSet;
use std::path::PathBuf;
use uuid::Uuid;

/// What is shown of the chosen run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RunPart {
    /// How far each step is.
    #[default]
    Steps,
    /// What happened, line by line.
    Log,
    /// What it made.
    Artifacts,
    /// What decides its result.
    Manifest,
}

/// A wish about runs.
#[derive(Clone, Debug, PartialEq)]
pub enum RunsCommand {
    /// Runs over the open case only, or all.
    OnlyOpenCase(bool),
    /// Show older runs too.
    Older,
    /// Show this run.
    Choose(Uuid),
    /// Show this of it.
    Show(RunPart),
    /// Ask how a run over this case is to be; over the open one where none is named.
    AskForRun(Option<CaseId>),
    /// Weights to segment with, as hexadecimal digits; nothing is the server's own model.
    SetModel(String),
    /// Seed, as digits; nothing is 0.
    SetSeed(String),
    /// Start the run that was asked for.
    Start,
    /// Do not start it.
    Forget,
    /// Stop a run.
    Cancel(Uuid),
    /// Go on with a run that failed or was stopped.
    Retry(Uuid),
    /// Ask the host where to save an artifact.
    PickPlace(Box<RunArtifact>),
    /// Save it there.
    SaveTo(Box<RunArtifact>, PathBuf),
}

/// A run before it starts.
#[derive(Clone, Debug, PartialEq)]
pub struct RunWish {
    /// The case.
    pub case: CaseId,
    /// As typed.
    pub model: String,
    /// As typed.
    pub seed: String,
    /// The server was asked, and has not answered.
    pub is_sent: bool,
}

impl RunWish {
    pub(crate) fn new(case: CaseId) -> Self {
        Self {
            case,
            model: String::new(),
            seed: String::new(),
            is_sent: false,
        }
    }

    /// What the server is asked for, or what is wrong with what was typed, one sentence.
    pub fn order(&self) -> Result<RunCreate, &'static str> {
        let model = self.model.trim();
        let model_digest =
            match model.is_empty() {
                true => None,
                false => Some(model.parse::<ContentHash>().map_err(
                    |_| "A model is named by the 64 hexadecimal digits of its SHA-256.",
                )?),
            };
        let seed = match self.seed.trim() {
            "" => 0,
            digits => digits
                .parse()
                .map_err(|_| "A seed is a whole number from 0 to 4294967295.")?,
        };
        Ok(RunCreate {
            case_id: self.case,
            pipeline_config: PipelineConfig { model_digest, seed },
        })
    }
}

/// The page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Runs {
    /// Newest first; `None` before the server has answered.
    pub list: Option<Vec<RunRecord>>,
    /// Where older runs begin; `None` when there are none.
    pub older: Option<u64>,
    /// Why the list is not fresh, one sentence.
    pub away: Option<String>,
    /// Runs over this case only.
    pub of_case: Option<CaseId>,
    /// The run that is shown.
    pub chosen: Option<Uuid>,
    /// What is shown of it.
    pub part: RunPart,
    /// Its log, once it is here.
    pub log: Option<String>,
    /// A run before it starts.
    pub wish: Option<RunWish>,
    /// Started here; their end is told.
    pub(crate) own: BTreeSet<Uuid>,
}

impl Runs {
    /// The run that is shown.
    pub fn shown(&self) -> Option<&RunRecord> {
        self.find(self.chosen?)
    }

    pub(crate) fn find(&self, run: Uuid) -> Option<&RunRecord> {
        self.list.as_ref()?.iter().find(|known| known.run_id == run)
    }

    /// The first page again; older runs that were loaded stay.
    pub(crate) fn take_newest(&mut self, page: RunsPage) {
        let known = self.list.take().unwrap_or_default();
        let end_us = page.runs.last().map(|run| run.created_at_us);
        let was_longer = known.len() > page.runs.len();
        let is_older = |run: &RunRecord| {
            page.next.is_some() && end_us.is_some_and(|end_us| run.created_at_us < end_us)
        };
        let older: Vec<RunRecord> = known.iter().filter(|run| is_older(run)).cloned().collect();
        if older.is_empty() || !was_longer {
            self.older = page.next;
        }
        let mut list: Vec<RunRecord> = page
            .runs
            .into_iter()
            .map(|run| with_artifacts(run, &known))
            .collect();
        list.extend(older);
        self.list = Some(list);
        self.away = None;
    }

    pub(crate) fn take_older(&mut self, page: RunsPage) {
        let list = self.list.get_or_insert_default();
        self.older = page.next;
        for run in page.runs {
            if !list.iter().any(|known| known.run_id == run.run_id) {
                list.push(run);
            }
        }
    }

    /// A run as the server has it; one that is new here comes first.
    pub(crate) fn take_one(&mut self, run: RunRecord) {
        let list = self.list.get_or_insert_default();
        match list.iter_mut().find(|known| known.run_id == run.run_id) {
            Some(known) => *known = run,
            None => list.insert(0, run),
        }
    }

    pub(crate) fn take_change(&mut self, event: RunEvent) {
        let list = self.list.iter_mut().flatten();
        for run in list.filter(|run| run.run_id == event.run_id) {
            run.state = event.state;
            run.steps.clone_from(&event.steps);
            run.error.clone_from(&event.error);
            run.updated_at_us = event.updated_at_us;
        }
    }
}

/// Lists leave artifacts out; those that were shown stay.
fn with_artifacts(run: RunRecord, known: &[RunRecord]) -> RunRecord {
    let before = known.iter().find(|known| known.run_id == run.run_id);
    match before {
        Some(before) if run.artifacts.is_empty() => RunRecord {
            artifacts: before.artifacts.clone(),
            ..run
        },
        _ => run,
    }
}
