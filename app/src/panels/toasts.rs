//! Short messages: in the lower right corner of the picture, or over the toolbar while a dialog is open, so that they cover
//! nothing that decides something.

use std::collections::BTreeMap;

use egui::{
    Align, Align2, Area, CornerRadius, Frame, Id, Layout, Margin, Order, Rect, Role, Sense, Stroke,
    Ui, UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};
use fovea_editor::{Command, Notice, NoticeKind, State};

use super::INSPECTOR_WIDTH;
use crate::theme::{Palette, RADIUS, regular, space, type_scale};
use crate::widgets::{ActionButton, Icon};

/// How long a message that leaves by itself stays.
const STAY_S: f64 = 6.0;
const WIDTH: f32 = 360.0;
/// Over a dialog there is room for one line.
const WIDTH_OVER_DIALOG: f32 = 640.0;
const ICON_SIZE: f32 = 18.0;
const DISMISS_WIDTH: f32 = 32.0;

/// When each message was seen first, in seconds of egui's clock.
#[derive(Debug, Default)]
pub(crate) struct Toasts {
    since_s: BTreeMap<u64, f64>,
}

impl Toasts {
    /// Draws the messages and takes those away that have been read.
    pub(crate) fn show(&mut self, ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
        let notices = shown(state);
        self.since_s
            .retain(|id, _| notices.iter().any(|notice| notice.id == *id));
        if notices.is_empty() {
            return;
        }
        let now_s = ui.input(|input| input.time);
        for notice in notices
            .iter()
            .filter(|notice| notice.kind != NoticeKind::Error)
        {
            let since_s = *self.since_s.entry(notice.id).or_insert(now_s);
            let left_s = STAY_S - (now_s - since_s);
            if left_s <= 0.0 {
                commands.push(Command::DismissNotice(notice.id));
            } else {
                ui.ctx().request_repaint_after_secs(left_s as f32);
            }
        }
        let (area, width) = match state.dialog {
            None => {
                let corner = vec2(-(INSPECTOR_WIDTH + space::M), -(32.0 + 56.0 + space::M));
                let area = Area::new(Id::unique("notices")).order(Order::Foreground);
                (area.anchor(Align2::RIGHT_BOTTOM, corner), WIDTH)
            }
            // Above the dialog, which lets through nothing that lies below it.
            Some(_) => {
                let area = Area::new(Id::unique("notices-over-dialog")).order(Order::Tooltip);
                let room = ui.ctx().content_rect().width() - 96.0;
                let top = vec2(0.0, 3.0);
                (
                    area.anchor(Align2::CENTER_TOP, top),
                    WIDTH_OVER_DIALOG.min(room),
                )
            }
        };
        area.show(ui.ctx(), |ui| {
            ui.spacing_mut().item_spacing.y = space::S;
            for notice in notices {
                toast(ui, notice, width, commands);
            }
        });
    }
}

/// All messages; over a dialog only the newest, because there is no room for more. The others come when it has left.
fn shown(state: &State) -> &[Notice] {
    let notices = state.notices.list();
    match state.dialog {
        None => notices,
        Some(_) => &notices[notices.len().saturating_sub(1)..],
    }
}

fn toast(ui: &mut Ui, notice: &Notice, width: f32, commands: &mut Vec<Command>) {
    let p = Palette::dark();
    let outline = if notice.kind == NoticeKind::Error {
        p.error
    } else {
        p.line_strong
    };
    Frame::new()
        .fill(p.raised)
        .stroke(Stroke::new(1.0, outline))
        .corner_radius(CornerRadius::same(RADIUS))
        .inner_margin(Margin {
            left: 12,
            right: 4,
            top: 4,
            bottom: 4,
        })
        .shadow(ui.visuals().popup_shadow)
        .show(ui, |ui| {
            let rect = message(ui, notice, width);
            let button =
                Rect::from_min_max(pos2(rect.right() - DISMISS_WIDTH, rect.top()), rect.max);
            let row = UiBuilder::new()
                .max_rect(button)
                .layout(Layout::right_to_left(Align::Center));
            if ui
                .new_child(row)
                .add(ActionButton::icon(Icon::Cross, "Dismiss"))
                .clicked()
            {
                commands.push(Command::DismissNotice(notice.id));
            }
        });
}

/// The sign and the words of a message; gives the rectangle of the whole row.
fn message(ui: &mut Ui, notice: &Notice, width: f32) -> Rect {
    let p = Palette::dark();
    let (icon, colour) = match notice.kind {
        NoticeKind::Done => (Icon::Check, p.ok),
        NoticeKind::Info => (Icon::Info, p.accent),
        NoticeKind::Error => (Icon::Warning, p.error),
    };
    let text_width = width - ICON_SIZE - DISMISS_WIDTH - 2.0 * space::S;
    let galley = ui.painter().layout(
        notice.text.clone(),
        regular(type_scale::BODY),
        p.text,
        text_width,
    );
    let size = vec2(width, (galley.size().y + space::S).max(DISMISS_WIDTH));
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Alert, true, &notice.text));
    let centre = pos2(rect.left() + ICON_SIZE / 2.0, rect.center().y);
    icon.paint(
        ui.painter(),
        Rect::from_center_size(centre, Vec2::splat(ICON_SIZE)),
        colour,
    );
    let at = pos2(
        rect.left() + ICON_SIZE + space::S,
        rect.center().y - galley.size().y / 2.0,
    );
    ui.painter().galley(at, galley, p.text);
    rect
}
