//! Two readings as pictures: where they agree they are dim, where they differ they have their full colours.

use egui::{
    Color32, ColorImage, Context, CornerRadius, Pos2, Rect, Role, Sense, Stroke, StrokeKind,
    TextureHandle, TextureOptions, Ui, WidgetInfo, pos2,
};
use fovea_annotation::{LabelSchema, Mask, VersionId};
use fovea_editor::Readings;

use crate::theme::Palette;

/// How bright a pixel is on which both agree.
const AGREED: f32 = 0.34;

/// Pictures that are on the graphics device: those of the readings that are shown.
#[derive(Default)]
pub(super) struct Pictures {
    kept: Option<([VersionId; 2], [TextureHandle; 2])>,
}

impl Pictures {
    /// Draws the picture of reading `at`, as wide as `width` and no higher than `height_max`.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        schema: &LabelSchema,
        readings: &Readings,
        at: usize,
        size_max: egui::Vec2,
    ) {
        let heads = readings.heads();
        if self.kept.as_ref().is_none_or(|(known, _)| *known != heads) {
            let [one, other] = &readings.masks;
            let upload = |mask, beside| upload(ui.ctx(), schema, mask, beside);
            self.kept = Some((heads, [upload(one, other), upload(other, one)]));
        }
        let Some((_, textures)) = &self.kept else {
            return;
        };
        let shape = textures[at].size_vec2();
        let scale = (size_max.x / shape.x.max(1.0)).min(size_max.y / shape.y.max(1.0));
        let (rect, response) = ui.allocate_exact_size(shape * scale, Sense::hover());
        let name = format!("Reading {}", ["A", "B"][at]);
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
        let uv = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
        ui.painter()
            .image(textures[at].id(), rect, uv, Color32::WHITE);
        let outline = Stroke::new(1.0, Palette::dark().line_strong);
        ui.painter()
            .rect_stroke(rect, CornerRadius::ZERO, outline, StrokeKind::Outside);
    }
}

fn upload(ctx: &Context, schema: &LabelSchema, mask: &Mask, beside: &Mask) -> TextureHandle {
    let size = [mask.size().width as usize, mask.size().height as usize];
    let pixels = paint(schema, mask, beside);
    let picture = ColorImage::new(size, pixels);
    ctx.load_texture("reading", picture, TextureOptions::LINEAR)
}

/// The colours of `mask`, dim where `beside` says the same. Masks of one tile are of one size.
fn paint(schema: &LabelSchema, mask: &Mask, beside: &Mask) -> Vec<Color32> {
    let colour = |class: u8| {
        let [red, green, blue] = schema.class(class).map_or([0; 3], |known| known.colour_rgb);
        Color32::from_rgb(red, green, blue)
    };
    let pairs = mask.classes().iter().zip(beside.classes());
    pairs
        .map(|(class, other)| match (class == other, *class) {
            (true, class) => Color32::BLACK.lerp_to_gamma(colour(class), AGREED),
            // Background where the other reading has a class is seen as well.
            (false, 0) => Color32::from_gray(0x48),
            (false, class) => colour(class),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use fovea_geometry::SizePx;

    use super::*;

    #[test]
    fn what_differs_stands_out() {
        let schema = LabelSchema::oct_layers();
        let mask = |classes: [u8; 4]| {
            Mask::new(SizePx::new(4, 1), classes.to_vec()).expect("one class per pixel")
        };
        let painted = paint(&schema, &mask([0, 5, 5, 0]), &mask([0, 5, 6, 6]));
        let [red, green, blue] = schema.class(5).expect("a class").colour_rgb;
        assert_eq!(painted[0], Color32::BLACK);
        assert_ne!(painted[1], Color32::from_rgb(red, green, blue), "dim");
        assert_eq!(painted[2], Color32::from_rgb(red, green, blue));
        assert_eq!(painted[3], Color32::from_gray(0x48));
    }
}
