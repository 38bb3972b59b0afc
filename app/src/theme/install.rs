//! Puts palette, fonts and spacing into an egui context.

use std::sync::Arc;

use egui::epaint::Shadow;
use egui::style::{ScrollStyle, WidgetVisuals, Widgets};
use egui::{
    Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Stroke,
    Style, TextStyle, Theme, Visuals, vec2,
};

use super::{CONTROL_HEIGHT, Palette, RADIUS, STRONG_FAMILY, regular, space, strong, type_scale};

/// Sets fonts, colours and spacing. Call once, before the first frame.
pub(crate) fn install(ctx: &Context) {
    ctx.set_fonts(fonts());
    ctx.set_theme(Theme::Dark);
    let palette = Palette::dark();
    ctx.all_styles_mut(|style| {
        style.visuals = visuals(palette);
        set_spacing(style);
        set_text_styles(style);
        // Motion distracts from the picture, and every animated frame is a frame drawn.
        style.animation_time = 0.0;
        style.interaction.selectable_labels = false;
        style.interaction.tooltip_delay = 0.4;
        style.explanation_tooltips = false;
    });
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let faces: [(&str, &'static [u8]); 2] = [
        (
            "inter",
            include_bytes!("../../../assets/fonts/Inter-Regular.otf"),
        ),
        (
            "inter-strong",
            include_bytes!("../../../assets/fonts/Inter-SemiBold.otf"),
        ),
    ];
    for (name, bytes) in faces {
        fonts
            .font_data
            .insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let fallbacks = fonts
        .families
        .get(&FontFamily::Proportional)
        .cloned()
        .unwrap_or_default();
    let family = |first: &str| {
        std::iter::once(first.to_owned())
            .chain(fallbacks.iter().cloned())
            .collect::<Vec<_>>()
    };
    fonts
        .families
        .insert(FontFamily::Proportional, family("inter"));
    fonts.families.insert(
        FontFamily::Name(STRONG_FAMILY.into()),
        family("inter-strong"),
    );
    fonts
}

fn set_text_styles(style: &mut Style) {
    style.text_styles = [
        (TextStyle::Small, regular(type_scale::CAPTION)),
        (TextStyle::Body, regular(type_scale::BODY)),
        (TextStyle::Button, regular(type_scale::BODY)),
        (TextStyle::Heading, strong(type_scale::TITLE)),
        (TextStyle::Monospace, FontId::monospace(type_scale::CAPTION)),
    ]
    .into();
}

fn set_spacing(style: &mut Style) {
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(space::S, space::S);
    spacing.button_padding = vec2(space::M, space::XS);
    spacing.interact_size = vec2(CONTROL_HEIGHT, CONTROL_HEIGHT);
    spacing.window_margin = Margin::same(16);
    spacing.menu_margin = Margin::same(8);
    spacing.tooltip_width = 320.0;
    spacing.indent = space::L;
    spacing.scroll = ScrollStyle {
        bar_width: 8.0,
        floating_width: 4.0,
        ..ScrollStyle::floating()
    };
}

fn visuals(palette: &Palette) -> Visuals {
    let mut visuals = Visuals::dark();
    visuals.widgets = widgets(palette);
    visuals.panel_fill = palette.panel;
    visuals.window_fill = palette.raised;
    visuals.window_stroke = Stroke::new(1.0, palette.line_strong);
    visuals.window_corner_radius = CornerRadius::same(RADIUS + 4);
    visuals.menu_corner_radius = CornerRadius::same(RADIUS);
    visuals.extreme_bg_color = palette.well;
    visuals.faint_bg_color = palette.raised;
    visuals.code_bg_color = palette.raised;
    visuals.weak_text_color = Some(palette.text_faint);
    visuals.hyperlink_color = palette.accent;
    visuals.warn_fg_color = palette.warn;
    visuals.error_fg_color = palette.error;
    visuals.selection.bg_fill = palette.accent_soft;
    visuals.selection.stroke = Stroke::new(1.0, palette.accent);
    let shadow = Shadow {
        offset: [0, 6],
        blur: 20,
        spread: 0,
        color: Color32::from_black_alpha(140),
    };
    visuals.window_shadow = shadow;
    visuals.popup_shadow = shadow;
    // A blinking cursor is two frames a second for nothing, and slow on a software renderer.
    visuals.text_cursor.blink = false;
    visuals.slider_trailing_fill = true;
    visuals.disabled_alpha = 0.45;
    visuals
}

fn widgets(palette: &Palette) -> Widgets {
    let state = |fill: Color32, outline: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, outline),
        corner_radius: CornerRadius::same(RADIUS),
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    Widgets {
        noninteractive: state(palette.panel, palette.line, palette.text),
        inactive: state(palette.raised, palette.line, palette.text),
        hovered: state(palette.hover, palette.line_strong, palette.text),
        active: state(palette.pressed, palette.accent, palette.text),
        open: state(palette.hover, palette.line_strong, palette.text),
    }
}
