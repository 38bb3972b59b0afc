//! The brush: strokes, undo, redo, and the tools' settings.

use crate::{
    BRUSH_RADIUS_PX_MAX, BRUSH_RADIUS_PX_MIN, Command, Effect, NoticeKind, OpenTile, State, Tool,
};
use fovea_annotation::{EditError, JournalEntry, Stroke};
use fovea_geometry::{PointPx, RectPx};

/// Class 0 is what the eraser paints.
const BACKGROUND: u8 = 0;

pub(super) fn begin(state: &mut State, point: PointPx, erase: bool) -> Vec<Effect> {
    let mut effects = end(state);
    let erase = erase || state.tools.tool == Tool::Eraser;
    let class = if erase { BACKGROUND } else { state.tools.class };
    let stroke = Stroke::new(class, state.tools.radius_px, &state.tools.locked);
    // While a tile is being opened the picture is about to change under the pointer: paint would land elsewhere.
    if state.opening.is_some() || state.view.compare {
        return effects;
    }
    let Some(tile) = &mut state.tile else {
        return effects;
    };
    tile.stroke = Some(stroke);
    effects.extend(sample(state, point));
    effects
}

pub(super) fn sample(state: &mut State, point: PointPx) -> Vec<Effect> {
    let Some(OpenTile {
        stroke: Some(stroke),
        mask,
        ..
    }) = &mut state.tile
    else {
        return Vec::new();
    };
    redraw(stroke.sample(mask, point))
}

/// Ends the stroke in hand. One with no effect leaves no trace.
pub(super) fn end(state: &mut State) -> Vec<Effect> {
    let Some(tile) = &mut state.tile else {
        return Vec::new();
    };
    let Some(stroke) = tile.stroke.take() else {
        return Vec::new();
    };
    let edit = stroke.finish(&tile.mask);
    if edit.is_empty() {
        return Vec::new();
    }
    tile.history.record(edit.clone());
    vec![tile.journal(JournalEntry::Edit(edit))]
}

pub(super) fn cancel(state: &mut State) -> Vec<Effect> {
    let Some(tile) = &mut state.tile else {
        return Vec::new();
    };
    tile.stroke
        .take()
        .map_or_else(Vec::new, |stroke| redraw(stroke.cancel(&mut tile.mask)))
}

pub(super) fn undo(state: &mut State) -> Vec<Effect> {
    step_history(state, JournalEntry::Undo)
}

pub(super) fn redo(state: &mut State) -> Vec<Effect> {
    step_history(state, JournalEntry::Redo)
}

fn step_history(state: &mut State, entry: JournalEntry) -> Vec<Effect> {
    let Some(tile) = &mut state.tile else {
        return Vec::new();
    };
    // An undo between the wish to read a tile again and its arrival would be in the journal, but not on the screen.
    if tile.stroke.is_some() || state.opening.is_some() {
        return Vec::new();
    }
    let stepped = match entry {
        JournalEntry::Undo => tile.history.undo(&mut tile.mask),
        _ => tile.history.redo(&mut tile.mask),
    };
    match stepped {
        Ok(Some(rect)) => {
            let mut effects = redraw(rect);
            effects.push(tile.journal(entry));
            effects
        }
        Ok(None) => Vec::new(),
        Err(error) => refuse(state, error),
    }
}

fn refuse(state: &mut State, error: EditError) -> Vec<Effect> {
    state.notices.push(NoticeKind::Error, error.to_string());
    Vec::new()
}

fn redraw(rect: RectPx) -> Vec<Effect> {
    if rect.is_empty() {
        Vec::new()
    } else {
        vec![Effect::MaskChanged(rect)]
    }
}

pub(super) fn set_tools(state: &mut State, command: Command) {
    let class_count = state.schema.len() as i32;
    let tools = &mut state.tools;
    match command {
        Command::SetTool(tool) => tools.tool = tool,
        Command::SetClass(class) if usize::from(class) < state.schema.len() => tools.class = class,
        // Class 0 is the eraser's, so stepping goes round among the others.
        Command::StepClass(steps) if class_count > 1 => {
            tools.class =
                (i32::from(tools.class) - 1 + steps).rem_euclid(class_count - 1) as u8 + 1;
        }
        Command::SetBrushRadius(radius) if radius.is_finite() => {
            tools.radius_px = radius.clamp(BRUSH_RADIUS_PX_MIN, BRUSH_RADIUS_PX_MAX);
        }
        Command::StepBrushRadius(steps) => tools.radius_px = tools.stepped_radius_px(steps),
        Command::ToggleClassLock(class) => toggle_sorted(&mut tools.locked, class),
        _ => {}
    }
}

/// Puts a class into an ascending list, or takes it out.
fn toggle_sorted(list: &mut Vec<u8>, class: u8) {
    match list.binary_search(&class) {
        Ok(at) => drop(list.remove(at)),
        Err(at) => list.insert(at, class),
    }
}
