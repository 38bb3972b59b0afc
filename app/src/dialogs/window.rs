//! The frame that all dialogs share, and the question with two or three answers.

use egui::{
    Align, Color32, Context, CornerRadius, Frame, Id, Layout, Margin, Modal, ModalResponse,
    RichText, Stroke, Ui,
};

use crate::theme::{Palette, RADIUS, space, strong, type_scale};
use crate::widgets::{ActionButton, Icon, Weight};

/// Shows a dialog in the middle of the window. True when Esc, the cross or a click beside it asked to close it.
pub(crate) fn dialog(
    ctx: &Context,
    id: &str,
    title: &str,
    width: f32,
    contents: impl FnOnce(&mut Ui),
) -> bool {
    let response = modal(ctx, id, title, width, contents);
    response.inner || response.should_close()
}

/// As [`dialog`], for one that holds much work: a click beside it does not throw that away.
pub(crate) fn sheet(
    ctx: &Context,
    id: &str,
    title: &str,
    width: f32,
    contents: impl FnOnce(&mut Ui),
) -> bool {
    modal(ctx, id, title, width, contents).inner
}

/// The frame; its answer is whether the cross was pressed.
fn modal(
    ctx: &Context,
    id: &str,
    title: &str,
    width: f32,
    contents: impl FnOnce(&mut Ui),
) -> ModalResponse<bool> {
    let p = Palette::dark();
    let frame = Frame::new()
        .fill(p.panel)
        .stroke(Stroke::new(1.0, p.line_strong))
        .corner_radius(CornerRadius::same(RADIUS + 4))
        .inner_margin(Margin::same(20))
        .shadow(ctx.global_style().visuals.popup_shadow);
    let modal = Modal::new(Id::unique(("dialog", id)))
        .frame(frame)
        .backdrop_color(Color32::from_black_alpha(150));
    modal.show(ctx, |ui| {
        ui.set_width(width);
        let mut crossed = false;
        ui.horizontal(|ui| {
            ui.label(RichText::new(title).font(strong(type_scale::TITLE)));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                crossed = ui.add(ActionButton::icon(Icon::Cross, "Close")).clicked();
            });
        });
        ui.add_space(space::S);
        contents(ui);
        crossed
    })
}

/// An answer of a [`question`].
pub(crate) struct Answer<'a, T> {
    pub(crate) words: &'a str,
    pub(crate) weight: Weight,
    pub(crate) means: T,
}

/// Asks one thing. `on_close` is what closing the dialog without an answer means.
pub(crate) fn question<T>(
    ctx: &Context,
    id: &str,
    title: &str,
    body: &str,
    answers: Vec<Answer<'_, T>>,
    on_close: T,
) -> Option<T> {
    let mut chosen = None;
    let closed = dialog(ctx, id, title, 440.0, |ui| {
        ui.label(RichText::new(body).color(Palette::dark().text_soft));
        ui.add_space(space::L);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            for answer in answers {
                let button = ActionButton::words(answer.words)
                    .weight(answer.weight)
                    .min_width(88.0);
                if ui.add(button).clicked() {
                    chosen = Some(answer.means);
                }
            }
        });
    });
    chosen.or(closed.then_some(on_close))
}
