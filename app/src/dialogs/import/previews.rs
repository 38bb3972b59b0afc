//! The pictures of the dialog: the B-scan in the middle, and the fundus with the places of the B-scans.

use std::collections::BTreeMap;

use egui::{
    Color32, ColorImage, Context, CornerRadius, Pos2, Rect, Role, Sense, Stroke, StrokeKind,
    TextureHandle, TextureOptions, Ui, Vec2, WidgetInfo, pos2, vec2,
};
use fovea_editor::{FileId, ScanFinding, SloPreview};
use fovea_imaging::GrayImage;

use crate::theme::Palette;

const HEIGHT: f32 = 152.0;
/// A wide B-scan leaves room for what was recognised beside it.
const BSCAN_WIDTH_MAX: f32 = 236.0;
/// More lines than this would hide the fundus; every so manieth is drawn then.
const LINES_MAX: usize = 49;

/// Pictures that are on the graphics device.
#[derive(Default)]
pub(super) struct Previews {
    kept: BTreeMap<FileId, (TextureHandle, Option<TextureHandle>)>,
}

impl Previews {
    /// Draws the pictures of a scan into a row.
    pub(super) fn show(&mut self, ui: &mut Ui, file: FileId, scan: &ScanFinding) {
        let ctx = ui.ctx().clone();
        let (bscan, slo) = self.kept.entry(file).or_insert_with(|| {
            let slo = scan.slo.as_ref();
            (
                upload(&ctx, "import-bscan", &scan.preview),
                slo.map(|slo| upload(&ctx, "import-slo", &slo.image)),
            )
        });
        let shape = vec2(scan.bscan_size.width as f32, scan.bscan_size.height as f32);
        let room = vec2(BSCAN_WIDTH_MAX, HEIGHT);
        picture(ui, bscan, shape, room, "B-scan in the middle");
        if let (Some(texture), Some(slo)) = (slo, &scan.slo) {
            let size = texture.size_vec2();
            let name = "Fundus with the places of the B-scans";
            let rect = picture(ui, texture, size, Vec2::splat(HEIGHT), name);
            paint_lines(ui, rect, slo);
        }
    }
}

fn upload(ctx: &Context, name: &str, image: &GrayImage) -> TextureHandle {
    let size = [image.size.width as usize, image.size.height as usize];
    let picture = ColorImage::from_gray(size, &image.pixels);
    ctx.load_texture(name, picture, TextureOptions::LINEAR)
}

/// Draws a picture as large as fits into `room`, and gives where it is.
fn picture(ui: &mut Ui, texture: &TextureHandle, shape: Vec2, room: Vec2, name: &str) -> Rect {
    let p = Palette::dark();
    let scale = (room.x / shape.x.max(1.0)).min(room.y / shape.y.max(1.0));
    let (rect, response) = ui.allocate_exact_size(shape * scale, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    let uv = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
    ui.painter().image(texture.id(), rect, uv, Color32::WHITE);
    let outline = Stroke::new(1.0, p.line_strong);
    ui.painter()
        .rect_stroke(rect, CornerRadius::ZERO, outline, StrokeKind::Outside);
    rect
}

/// Draws where the B-scans lie; the one that is shown stands out.
fn paint_lines(ui: &Ui, rect: Rect, slo: &SloPreview) {
    let p = Palette::dark();
    let painter = ui.painter().with_clip_rect(rect);
    let every = slo.lines.len().div_ceil(LINES_MAX).max(1);
    let at = |x: f32, y: f32| rect.min + vec2(x * rect.width(), y * rect.height());
    let draw = |line: &[f32; 4], colour| {
        let [x0, y0, x1, y1] = *line;
        painter.line_segment([at(x0, y0), at(x1, y1)], Stroke::new(1.0, colour));
    };
    let faint = p.accent.gamma_multiply(0.45);
    slo.lines
        .iter()
        .step_by(every)
        .for_each(|line| draw(line, faint));
    if let Some(shown) = slo.lines.last() {
        draw(shown, p.warn);
    }
}
