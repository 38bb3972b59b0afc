//! The picture area: turns gestures into commands and draws the canvas with what lies over it.

use egui::{Context, CursorIcon, Event, Order, Rect, Role, Sense, Ui, Vec2, WidgetInfo};
use fovea_editor::{Command, State, Tool};
use fovea_geometry::PointPx;

use super::canvas_host::image_size;
use super::{Aim, CanvasHost, Gesture, GestureContext, GestureTracker, overlay};
use crate::theme::Palette;

/// Gray values per point of the pointer's way while window and level are dragged.
const GRAY_PER_POINT: f32 = 0.6;

/// The picture area of the window.
#[derive(Debug)]
pub(crate) struct CanvasView {
    viewport: Rect,
    tracker: GestureTracker,
}

impl Default for CanvasView {
    fn default() -> Self {
        Self {
            viewport: Rect::NOTHING,
            tracker: GestureTracker::default(),
        }
    }
}

impl CanvasView {
    /// Where the picture was drawn last, in UI points of the window.
    pub(crate) fn viewport(&self) -> Rect {
        self.viewport
    }

    /// What `event` means on the picture.
    pub(crate) fn gestures(
        &mut self,
        event: &Event,
        state: &State,
        ctx: &Context,
        space_held: bool,
    ) -> Vec<Gesture> {
        let mut gestures = Vec::new();
        let context = GestureContext {
            viewport: self.viewport,
            aim: match state.tools.tool {
                Tool::Brush => Aim::Paint,
                Tool::Eraser => Aim::Erase,
                Tool::Pan => Aim::Pan,
            },
            space_held,
            accepts_input: state.dialog.is_none()
                && state.tile.is_some()
                && is_uncovered(event, ctx),
        };
        self.tracker.take(event, &context, &mut gestures);
        gestures
    }

    /// The command for a gesture, in the coordinates that the picture has now.
    pub(crate) fn command_of(&self, gesture: Gesture, state: &State) -> Command {
        let in_image = |at: Vec2| state.view.view_from_image.image_from_view(at.x, at.y);
        match gesture {
            Gesture::StrokeBegin { at, erase } => Command::StrokeBegin {
                point: in_image(at),
                erase,
            },
            Gesture::StrokeTo(at) => Command::StrokeMove(in_image(at)),
            Gesture::StrokeEnd => Command::StrokeEnd,
            Gesture::Pan(delta) => Command::PanBy {
                dx: delta.x,
                dy: delta.y,
            },
            Gesture::Zoom { at, factor } => Command::ZoomAt {
                x: at.x,
                y: at.y,
                factor,
            },
            Gesture::Scroll(steps) => Command::StepBscan(steps),
            Gesture::BrushSteps(steps) => Command::StepBrushRadius(steps),
            Gesture::WindowLevel(delta) => Command::SetWindowLevel {
                window: state.view.window + delta.x * GRAY_PER_POINT,
                level: state.view.level + delta.y * GRAY_PER_POINT,
            },
        }
    }

    /// Lets go of a stroke that the editor has ended or never begun.
    pub(crate) fn follow(&mut self, state: &State) {
        if !state
            .tile
            .as_ref()
            .is_some_and(fovea_editor::OpenTile::is_stroking)
        {
            self.tracker.drop_stroke();
        }
    }

    /// Draws the picture over all of the space that is left.
    pub(crate) fn show(
        &mut self,
        ui: &mut Ui,
        state: &State,
        canvas: &CanvasHost,
        commands: &mut Vec<Command>,
    ) {
        let rect = whole_pixels(ui.available_rect_before_wrap(), ui.pixels_per_point());
        let response = ui.allocate_rect(rect, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, "B-scan"));
        self.viewport = rect;
        if (rect.width(), rect.height()) != state.view.viewport {
            commands.push(Command::ViewportResized {
                width: rect.width(),
                height: rect.height(),
            });
        }
        ui.painter().rect_filled(rect, 0.0, Palette::dark().well);
        let hovered = response
            .hover_pos()
            .filter(|_| state.dialog.is_none() && response.contains_pointer());
        let pointer = hovered.map(|pos| in_image(state, pos - rect.min));
        let painter = ui.painter_at(rect);
        painter.add(canvas.shape(
            state,
            rect,
            ui.pixels_per_point(),
            pointer.filter(|_| !self.tracker.is_panning()),
        ));
        overlay::paint(&painter, rect, state, pointer);
        if canvas.shows_changes() {
            overlay::paint_changes_legend(&painter, rect);
        }
        if hovered.is_some() {
            ui.ctx().set_cursor_icon(self.cursor(ui, state));
        }
    }

    fn cursor(&self, ui: &Ui, state: &State) -> CursorIcon {
        let space_held = ui.input(|input| input.key_down(egui::Key::Space));
        match (
            self.tracker.is_panning(),
            state.tools.tool == Tool::Pan || space_held,
        ) {
            (true, _) => CursorIcon::Grabbing,
            (false, true) => CursorIcon::Grab,
            (false, false) => CursorIcon::Crosshair,
        }
    }
}

fn in_image(state: &State, at: Vec2) -> PointPx {
    state.view.view_from_image.image_from_view(at.x, at.y)
}

/// A press on a menu, tooltip or dialog that lies over the picture is not meant for the picture.
fn is_uncovered(event: &Event, ctx: &Context) -> bool {
    let pos = match event {
        Event::PointerButton { pos, .. } => Some(*pos),
        _ => ctx.pointer_latest_pos(),
    };
    pos.and_then(|pos| ctx.layer_id_at(pos))
        .is_none_or(|layer| layer.order == Order::Background)
}

/// The canvas must begin and end on physical pixels, or its picture is off by a fraction against the pointer.
fn whole_pixels(rect: Rect, pixels_per_point: f32) -> Rect {
    let round = |points: f32| (points * pixels_per_point).round() / pixels_per_point;
    Rect::from_min_max(
        egui::pos2(round(rect.left()), round(rect.top())),
        egui::pos2(round(rect.right()), round(rect.bottom())),
    )
}

/// True when the point lies on the picture.
pub(super) fn is_on_picture(state: &State, point: PointPx) -> bool {
    image_size(state).is_some_and(|size| point.pixel_in(size).is_some())
}
