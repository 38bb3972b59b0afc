//! The page about runs: what is listed, what is shown, what is started and stopped.

use crate::runs::RunWish;
use crate::{Dialog, Effect, RunPart, RunsCommand, ServerPage, State};

const PAGE: Dialog = Dialog::Server(ServerPage::Runs);

pub(super) fn apply(state: &mut State, command: RunsCommand) -> Vec<Effect> {
    use RunsCommand as C;
    let runs = &mut state.runs;
    match command {
        C::OnlyOpenCase(only) => {
            let open = state.case.as_ref().map(|case| case.summary.id);
            (runs.of_case, runs.list, runs.older) = (open.filter(|_| only), None, None);
            vec![Effect::ShowRuns { case: runs.of_case }]
        }
        C::Older => {
            let older = runs.older.take();
            let ask = older.map(|after| Effect::LoadOlderRuns {
                case: runs.of_case,
                after,
            });
            ask.into_iter().collect()
        }
        C::Choose(run) => {
            (runs.chosen, runs.log, runs.wish) = (Some(run), None, None);
            let log = (runs.part == RunPart::Log).then_some(Effect::LoadRunLog(run));
            Some(Effect::LoadRun(run)).into_iter().chain(log).collect()
        }
        C::Show(part) => {
            runs.part = part;
            let shown = runs.chosen.filter(|_| part == RunPart::Log);
            shown.map(Effect::LoadRunLog).into_iter().collect()
        }
        C::AskForRun(case) => {
            let open = state.case.as_ref().map(|case| case.summary.id);
            runs.wish = case.or(open).map(RunWish::new);
            (runs.chosen, runs.log) = (None, None);
            super::show_dialog(state, PAGE)
        }
        C::SetModel(text) => change_wish(state, |wish| wish.model = text),
        C::SetSeed(text) => change_wish(state, |wish| wish.seed = text),
        C::Start => start(state),
        C::Forget => {
            runs.wish = None;
            Vec::new()
        }
        C::Cancel(run) => vec![Effect::CancelRun(run)],
        C::Retry(run) => {
            runs.own.insert(run);
            vec![Effect::RetryRun(run)]
        }
        C::PickPlace(artifact) => vec![Effect::PickPlaceFor(artifact)],
        C::SaveTo(artifact, path) => vec![Effect::SaveArtifact(artifact, path)],
    }
}

fn change_wish(state: &mut State, change: impl FnOnce(&mut RunWish)) -> Vec<Effect> {
    if let Some(wish) = state.runs.wish.as_mut().filter(|wish| !wish.is_sent) {
        change(wish);
    }
    Vec::new()
}

fn start(state: &mut State) -> Vec<Effect> {
    let Some(wish) = state.runs.wish.as_mut().filter(|wish| !wish.is_sent) else {
        return Vec::new();
    };
    let Ok(order) = wish.order() else {
        return Vec::new();
    };
    wish.is_sent = true;
    vec![Effect::StartRun(order)]
}
