//! The one table of named commands: menu, palette, shortcut sheet and key handling all read it.

use crate::{Command, Dialog, RunsCommand, SegmentScope, ServerPage, SidebarTab, State, Tool};

/// Where a command stands in the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Menu {
    /// Import, export, quit.
    File,
    /// Undo, redo, tools, versions.
    Edit,
    /// What is shown and how.
    View,
    /// Moving between B-scans and tiles.
    Go,
    /// Model and server.
    Run,
    /// Sheets and pages.
    Help,
}

/// A command with a name.
#[derive(Clone, Copy, Debug)]
pub struct CommandSpec {
    /// Stable name, as key bindings are stored: `edit.undo`.
    pub id: &'static str,
    /// What a person reads.
    pub title: &'static str,
    /// Where it stands in the menu.
    pub menu: Menu,
    /// Key chords such as `Ctrl+Shift+Z`, the main one first. Held keys are not here (see the canvas).
    pub keys: &'static [&'static str],
    /// True when it makes sense now.
    pub enabled: fn(&State) -> bool,
    /// The command.
    pub command: fn() -> Command,
}

const fn spec(
    id: &'static str,
    title: &'static str,
    menu: Menu,
    keys: &'static [&'static str],
    enabled: fn(&State) -> bool,
    command: fn() -> Command,
) -> CommandSpec {
    CommandSpec {
        id,
        title,
        menu,
        keys,
        enabled,
        command,
    }
}

fn always(_: &State) -> bool {
    true
}

fn with_case(state: &State) -> bool {
    state.case.is_some()
}

fn with_device_lines(state: &State) -> bool {
    let case = state.case.as_ref();
    case.is_some_and(|case| case.summary.device_line_count > 0)
}

fn with_tile(state: &State) -> bool {
    state.tile.is_some()
}

fn can_undo(state: &State) -> bool {
    state.tile.as_ref().is_some_and(|t| t.undo_len() > 0)
}

fn can_redo(state: &State) -> bool {
    state.tile.as_ref().is_some_and(|t| t.redo_len() > 0)
}

fn can_save(state: &State) -> bool {
    state
        .tile
        .as_ref()
        .is_some_and(|t| t.has_unsaved_work() && !t.saving)
}

fn can_segment(state: &State) -> bool {
    state.tile.is_some() && state.segment.is_none()
}

fn may_manage(state: &State) -> bool {
    state.account.may_manage()
}

fn may_audit(state: &State) -> bool {
    state.account.may_audit()
}

fn with_returned(state: &State) -> bool {
    !state.returned.is_empty()
}

fn can_review(state: &State) -> bool {
    state.label_to_review().is_some()
}

fn with_queue(state: &State) -> bool {
    !state.queue.items.is_empty()
}

/// Every named command, in menu order.
#[rustfmt::skip]
pub const COMMANDS: &[CommandSpec] = &[
    spec("file.open", "Open files…", Menu::File, &["Ctrl+O"], always, || Command::OpenFiles),
    spec("file.open-folder", "Open folder as volume…", Menu::File, &["Ctrl+Shift+O"], always, || Command::OpenFolder),
    spec("file.labels", "Import labels…", Menu::File, &["Ctrl+Shift+L"], with_case, || Command::OpenLabels),
    spec("file.device-lines", "Use the device's layer lines", Menu::File, &[], with_device_lines, || Command::UseDeviceLines),
    spec("file.export", "Export case…", Menu::File, &["Ctrl+E"], with_case, || Command::ExportCase),
    spec("file.send", "Send files to the server…", Menu::File, &["Ctrl+Shift+S"], always, || Command::OpenFilesToSend),
    spec("file.send-case", "Send case to the server…", Menu::File, &["Ctrl+U"], with_case, || Command::SendCase),
    spec("file.quit", "Quit", Menu::File, &["Ctrl+Shift+Q"], always, || Command::RequestClose),

    spec("edit.undo", "Undo", Menu::Edit, &["Ctrl+Z"], can_undo, || Command::Undo),
    spec("edit.redo", "Redo", Menu::Edit, &["Ctrl+Shift+Z", "Ctrl+Y"], can_redo, || Command::Redo),
    spec("edit.save", "Save version", Menu::Edit, &["Ctrl+S"], can_save, || Command::Save),
    spec("tool.brush", "Brush", Menu::Edit, &["B"], always, || Command::SetTool(Tool::Brush)),
    spec("tool.eraser", "Eraser", Menu::Edit, &["E"], always, || Command::SetTool(Tool::Eraser)),
    spec("tool.pan", "Pan", Menu::Edit, &["H"], always, || Command::SetTool(Tool::Pan)),
    spec("tool.smaller", "Smaller brush", Menu::Edit, &["[", "-"], always, || Command::StepBrushRadius(-1)),
    spec("tool.bigger", "Bigger brush", Menu::Edit, &["]", "+"], always, || Command::StepBrushRadius(1)),
    spec("class.previous", "Previous class", Menu::Edit, &["Q"], always, || Command::StepClass(-1)),
    spec("class.next", "Next class", Menu::Edit, &["W"], always, || Command::StepClass(1)),

    spec("view.fit", "Fit picture", Menu::View, &["R"], with_tile, || Command::FitView),
    spec("view.one-to-one", "Actual size (1:1)", Menu::View, &["Ctrl+1"], with_tile, || Command::OneToOne),
    spec("view.zoom-in", "Zoom in", Menu::View, &["Ctrl++", "Ctrl+="], with_tile, || Command::ZoomStep(1)),
    spec("view.zoom-out", "Zoom out", Menu::View, &["Ctrl+-"], with_tile, || Command::ZoomStep(-1)),
    spec("view.auto-contrast", "Auto contrast", Menu::View, &["C"], with_tile, || Command::AutoContrast),
    spec("view.reset-contrast", "Reset contrast", Menu::View, &["Shift+C"], with_tile, || Command::ResetContrast),
    spec("view.overlay", "Show or hide overlay", Menu::View, &["S"], with_tile, || Command::ToggleOverlay),
    spec("view.uncertainty", "Show or hide uncertainty", Menu::View, &["U"], with_tile, || Command::ToggleUncertainty),
    spec("view.outline", "Outlines or filled", Menu::View, &["O"], with_tile, || Command::ToggleOutline),
    spec("view.less-opaque", "Overlay more transparent", Menu::View, &[","], with_tile, || Command::StepMaskOpacity(-1)),
    spec("view.more-opaque", "Overlay more opaque", Menu::View, &["."], with_tile, || Command::StepMaskOpacity(1)),

    spec("go.previous", "Previous B-scan", Menu::Go, &["D", "Left", "Up"], with_case, || Command::StepBscan(-1)),
    spec("go.next", "Next B-scan", Menu::Go, &["F", "Right", "Down"], with_case, || Command::StepBscan(1)),
    spec("go.back-ten", "Ten B-scans back", Menu::Go, &["Shift+D", "Shift+Left"], with_case, || Command::StepBscan(-10)),
    spec("go.on-ten", "Ten B-scans on", Menu::Go, &["Shift+F", "Shift+Right"], with_case, || Command::StepBscan(10)),
    spec("go.next-doubt", "Next doubt", Menu::Go, &["N"], with_case, || Command::StepDoubt(1)),
    spec("go.previous-doubt", "Previous doubt", Menu::Go, &["Shift+N"], with_case, || Command::StepDoubt(-1)),
    spec("go.next-tile", "Next B-scan of the queue", Menu::Go, &["Ctrl+Enter"], with_queue, || Command::NextInQueue),
    spec("go.next-returned", "Next label sent back", Menu::Go, &["Ctrl+Shift+Enter"], with_returned, || Command::NextReturned),
    spec("go.cases", "Show cases", Menu::Go, &[], always, || Command::SetTab(SidebarTab::Cases)),
    spec("go.queue", "Show queue", Menu::Go, &[], always, || Command::SetTab(SidebarTab::Queue)),

    spec("run.segment", "Segment this B-scan", Menu::Run, &["Ctrl+R"], can_segment, || Command::Segment(SegmentScope::Bscan)),
    spec("run.segment-case", "Segment all B-scans", Menu::Run, &["Ctrl+Shift+R"], can_segment, || Command::Segment(SegmentScope::Case)),
    spec("run.account", "Sign in or out…", Menu::Run, &["Ctrl+Shift+A"], always, || Command::ShowDialog(Dialog::Account)),
    spec("run.runs", "Runs of the server", Menu::Run, &["Ctrl+Shift+J"], always, || Command::ShowDialog(Dialog::Server(ServerPage::Runs))),
    spec("run.review", "Readings that differ", Menu::Run, &["Ctrl+Shift+D"], always, || Command::ShowDialog(Dialog::Server(ServerPage::Review))),
    spec("run.review-label", "Review or approve…", Menu::Run, &["Ctrl+Shift+Y"], can_review, || Command::ShowDialog(Dialog::ReviewLabel)),
    spec("run.users", "Accounts of the server", Menu::Run, &[], may_manage, || Command::ShowDialog(Dialog::Server(ServerPage::Users))),
    spec("run.audit", "Audit log of the server", Menu::Run, &["Ctrl+Shift+K"], may_audit, || Command::ShowDialog(Dialog::Server(ServerPage::Audit))),
    spec("run.start", "Start a run on the server…", Menu::Run, &[], with_case, || Command::Runs(RunsCommand::AskForRun(None))),
    spec("run.sending", "Scans on their way", Menu::Run, &["Ctrl+Shift+U"], always, || Command::ShowDialog(Dialog::Server(ServerPage::Sending))),
    spec("run.sync", "Sync now", Menu::Run, &[], always, || Command::SyncNow),
    spec("run.refresh-queue", "Refresh queue", Menu::Run, &["F5"], always, || Command::RefreshQueue),

    spec("help.shortcuts", "Keyboard shortcuts", Menu::Help, &["F1", "?"], always, || Command::ShowDialog(Dialog::Shortcuts)),
    spec("help.palette", "Command palette", Menu::Help, &["Ctrl+K"], always, || Command::ShowDialog(Dialog::Palette)),
    spec("help.preflight", "This machine", Menu::Help, &[], always, || Command::ShowDialog(Dialog::Preflight)),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_and_keys_are_unique() {
        let mut seen = HashSet::new();
        for spec in COMMANDS {
            assert!(seen.insert(spec.id), "{} twice", spec.id);
            for key in spec.keys {
                assert!(seen.insert(key), "{key} bound twice");
            }
        }
    }
}
