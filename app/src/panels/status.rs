//! The bar at the bottom: how safe the work is, the server, the model's device, and the latency contract.

use egui::{
    Align, Layout, Margin, Panel, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo, pos2, vec2,
};
use fovea_editor::{Command, Connection, Dialog, LatencyKind, Passage, ServerPage, State};

use super::bar_frame;
use crate::theme::{Palette, regular, space, type_scale};
use crate::widgets::{Icon, save_stepper};

const ICON_SIZE: f32 = 14.0;

/// Draws the bar.
pub(crate) fn status_bar(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    Panel::bottom("status").exact_size(32.0).frame(bar_frame(Margin::symmetric(12, 4))).show(ui, |ui| {
        ui.horizontal_centered(|ui| {
            ui.spacing_mut().item_spacing.x = space::XL;
            let reached = state.tile.as_ref().and_then(fovea_editor::OpenTile::save_state);
            save_stepper(ui, reached).on_hover_text(
                "in hand: only in memory · on disk: in the journal, survives a crash · queued: saved as a version, waiting to be sent · on server: the server has it",
            );
            if sync(ui, state).clicked() {
                commands.push(Command::SyncNow);
            }
            if account(ui, state).clicked() {
                commands.push(Command::ShowDialog(Dialog::Account));
            }
            if sending(ui, state).is_some_and(|item| item.clicked()) {
                commands.push(Command::ShowDialog(Dialog::Server(ServerPage::Sending)));
            }
            if device(ui, state).clicked() {
                commands.push(Command::ShowDialog(Dialog::Preflight));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| latency(ui, state));
        });
    });
}

fn sync(ui: &mut Ui, state: &State) -> Response {
    let p = Palette::dark();
    let sync = &state.sync;
    let (icon, words, colour, hint) = match &sync.connection {
        Connection::NotConfigured => (
            Icon::CloudOff,
            "no server",
            p.text_faint,
            "No server is set up: everything stays on this machine.",
        ),
        Connection::Connecting => (
            Icon::Cloud,
            "connecting…",
            p.text_faint,
            "The server has not answered yet.",
        ),
        Connection::Online => (
            Icon::Cloud,
            "server online",
            p.ok,
            "The server answers. Click to sync now.",
        ),
        Connection::Offline { sentence } => {
            (Icon::CloudOff, "server away", p.warn, sentence.as_str())
        }
    };
    let mut text = words.to_owned();
    if sync.pending_count > 0 {
        text.push_str(&format!(" · {} to send", sync.pending_count));
    }
    if sync.parked_count > 0 {
        text.push_str(&format!(" · {} refused", sync.parked_count));
    }
    let colour = if sync.parked_count > 0 {
        p.error
    } else {
        colour
    };
    item(ui, icon, &text, colour).on_hover_text(hint)
}

/// Who is signed in.
fn account(ui: &mut Ui, state: &State) -> Response {
    let p = Palette::dark();
    let account = &state.account;
    let (text, colour, hint) = match &account.who {
        _ if account.must_change_password => (
            "choose a new password".to_owned(),
            p.warn,
            "The server takes nothing else until the password is changed.",
        ),
        Some(who) => (
            format!("{} · {}", who.name, who.role),
            p.text_soft,
            "Who is signed in to the server. Click to sign out or to change the password.",
        ),
        None => (
            "sign in".to_owned(),
            p.text_faint,
            "Nobody is known to be signed in to a server. Click to sign in.",
        ),
    };
    item(ui, Icon::Person, &text, colour).on_hover_text(hint)
}

/// Scans on their way; nothing when there are none.
fn sending(ui: &mut Ui, state: &State) -> Option<Response> {
    let p = Palette::dark();
    let sending = &state.sending;
    let is =
        |wanted: fn(&Passage) -> bool| sending.uploads.iter().any(|upload| wanted(&upload.passage));
    let is_going = is(|passage| matches!(passage, Passage::Sending { .. } | Passage::Checking));
    let (text, colour) = match sending.part() {
        Some(_) if is(|passage| matches!(passage, Passage::SignInNeeded)) => {
            ("sending waits for a sign-in".to_owned(), p.warn)
        }
        Some(part) if is_going => (format!("sending {:.0} %", 100.0 * part), p.accent),
        _ if is(|passage| matches!(passage, Passage::Refused { .. })) => {
            ("a scan was refused".to_owned(), p.error)
        }
        Some(_) => (
            format!("{} to send", scans(sending.open_count())),
            p.text_soft,
        ),
        None => return None,
    };
    let hint = "Scans on their way to the server. Click for each of them.";
    Some(item(ui, Icon::Send, &text, colour).on_hover_text(hint))
}

fn scans(count: usize) -> String {
    match count {
        1 => "1 scan".to_owned(),
        count => format!("{count} scans"),
    }
}

fn device(ui: &mut Ui, state: &State) -> Response {
    let p = Palette::dark();
    match &state.inference {
        Some(report) => {
            let text = format!("model on {}", report.device);
            item(ui, Icon::Chip, &text, p.text_soft)
                .on_hover_text(format!("{} Click for details.", report.reason))
        }
        None => item(ui, Icon::Chip, "looking for a device…", p.text_faint),
    }
}

/// p50 and p95 of what a person waits for.
fn latency(ui: &mut Ui, state: &State) {
    ui.spacing_mut().item_spacing.x = space::L;
    let kinds = [
        ("save", LatencyKind::Save),
        ("stroke", LatencyKind::StrokeToScreen),
        ("open", LatencyKind::TileOpen),
    ];
    for (name, kind) in kinds {
        let text = match state.latency.summary(kind) {
            Some(summary) => format!(
                "{name} {} / {} ms",
                figure(summary.p50_ms),
                figure(summary.p95_ms)
            ),
            None => format!("{name} –"),
        };
        let hint = match kind {
            LatencyKind::TileOpen => "Opening a B-scan",
            LatencyKind::StrokeToScreen => "From the pointer to the screen",
            LatencyKind::Save => "Saving a version until it is durable",
        };
        words(ui, &text, Palette::dark().text_faint)
            .on_hover_text(format!("{hint}: median / 95th percentile"));
    }
}

fn figure(ms: f32) -> String {
    if ms < 9.95 {
        format!("{ms:.1}")
    } else {
        format!("{ms:.0}")
    }
}

fn words(ui: &mut Ui, text: &str, colour: egui::Color32) -> Response {
    let galley = ui
        .painter()
        .layout_no_wrap(text.to_owned(), regular(type_scale::CAPTION), colour);
    let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::hover());
    ui.painter().galley(rect.min, galley, colour);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    response
}

/// An icon with words that can be clicked.
fn item(ui: &mut Ui, icon: Icon, text: &str, colour: egui::Color32) -> Response {
    let galley = ui
        .painter()
        .layout_no_wrap(text.to_owned(), regular(type_scale::CAPTION), colour);
    let size = vec2(ICON_SIZE + space::XS + galley.size().x, 24.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, text));
    let p = Palette::dark();
    let colour = if response.hovered() || response.has_focus() {
        p.text
    } else {
        colour
    };
    let icon_rect = Rect::from_center_size(
        pos2(rect.left() + ICON_SIZE / 2.0, rect.center().y),
        Vec2::splat(ICON_SIZE),
    );
    icon.paint(ui.painter(), icon_rect, colour);
    let at = pos2(
        icon_rect.right() + space::XS,
        rect.center().y - galley.size().y / 2.0,
    );
    ui.painter()
        .galley_with_override_text_color(at, galley, colour);
    response
}
