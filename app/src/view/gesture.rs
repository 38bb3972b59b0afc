//! From raw pointer events to what they mean on the picture, one event at a time and in order.
//!
//! egui's per-frame answers (`dragged`, `interact_pos`) drop moves that arrive in the same frame as a release. A stroke
//! needs every one of them, so this walks the events themselves.

use egui::{Event, Modifiers, MouseWheelUnit, PointerButton, Pos2, Rect, Vec2};

/// What the left button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aim {
    /// Paints the active class.
    Paint,
    /// Paints background.
    Erase,
    /// Moves the picture.
    Pan,
}

/// A meaning of pointer input. Positions are UI points from the viewport's top left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Gesture {
    /// A stroke begins here.
    StrokeBegin {
        /// Where.
        at: Vec2,
        /// True to paint background.
        erase: bool,
    },
    /// The stroke in hand goes on to here.
    StrokeTo(Vec2),
    /// The stroke in hand is finished.
    StrokeEnd,
    /// The picture moves by this much.
    Pan(Vec2),
    /// The picture grows by the factor around the point.
    Zoom {
        /// The fixed point.
        at: Vec2,
        /// Above 1 to come closer.
        factor: f32,
    },
    /// Right makes the window wider, down makes the level darker.
    WindowLevel(Vec2),
    /// Steps through the B-scans.
    Scroll(i32),
    /// Steps of the brush size.
    BrushSteps(i32),
}

/// What is being held down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hold {
    Stroke(PointerButton),
    Pan(PointerButton),
    WindowLevel,
}

/// What the tracker must know about the frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GestureContext {
    /// The viewport, in UI points of the window.
    pub(crate) viewport: Rect,
    /// What the left button does.
    pub(crate) aim: Aim,
    /// True while the space bar is held.
    pub(crate) space_held: bool,
    /// False while a dialog lies above the picture; nothing new begins then.
    pub(crate) accepts_input: bool,
}

/// Follows the pointer from frame to frame.
#[derive(Debug, Default)]
pub(crate) struct GestureTracker {
    hold: Option<Hold>,
    last_position: Option<Pos2>,
    scroll_remainder: f32,
}

/// Points of a smooth-scrolling device that count as one notch of a wheel.
const POINTS_PER_NOTCH: f32 = 40.0;
/// Zoom per notch.
const ZOOM_PER_NOTCH: f32 = 1.2;

impl GestureTracker {
    /// True while a stroke is in the hand.
    pub(crate) fn is_stroking(&self) -> bool {
        matches!(self.hold, Some(Hold::Stroke(_)))
    }

    /// True while the picture is being moved.
    pub(crate) fn is_panning(&self) -> bool {
        matches!(self.hold, Some(Hold::Pan(_)))
    }

    /// Forgets the stroke in hand, after it was cancelled elsewhere; its button may still be down.
    pub(crate) fn drop_stroke(&mut self) {
        if self.is_stroking() {
            self.hold = None;
        }
    }

    /// Takes one event and appends what it means.
    pub(crate) fn take(
        &mut self,
        event: &Event,
        context: &GestureContext,
        gestures: &mut Vec<Gesture>,
    ) {
        match *event {
            Event::PointerMoved(pos) => self.moved(pos, context, gestures),
            Event::PointerButton {
                pos,
                button,
                pressed: true,
                modifiers,
            } => {
                self.pressed(pos, button, modifiers, context, gestures);
            }
            Event::PointerButton {
                pos,
                button,
                pressed: false,
                ..
            } => {
                self.released(pos, button, context, gestures);
            }
            Event::MouseWheel {
                unit,
                delta,
                modifiers,
                ..
            } => {
                self.wheel(notches(unit, delta), modifiers, context, gestures);
            }
            Event::Zoom(factor) => self.zoom(factor, context, gestures),
            // The release goes to another window. What was drawn stays drawn.
            Event::WindowFocused(false) => {
                if self.is_stroking() {
                    gestures.push(Gesture::StrokeEnd);
                }
                self.hold = None;
            }
            _ => {}
        }
    }

    fn moved(&mut self, pos: Pos2, context: &GestureContext, gestures: &mut Vec<Gesture>) {
        let delta = self.last_position.map_or(Vec2::ZERO, |last| pos - last);
        self.last_position = Some(pos);
        match self.hold {
            Some(Hold::Stroke(_)) => gestures.push(Gesture::StrokeTo(pos - context.viewport.min)),
            Some(Hold::Pan(_)) if delta != Vec2::ZERO => gestures.push(Gesture::Pan(delta)),
            Some(Hold::WindowLevel) if delta != Vec2::ZERO => {
                gestures.push(Gesture::WindowLevel(delta))
            }
            _ => {}
        }
    }

    fn pressed(
        &mut self,
        pos: Pos2,
        button: PointerButton,
        modifiers: Modifiers,
        context: &GestureContext,
        gestures: &mut Vec<Gesture>,
    ) {
        self.last_position = Some(pos);
        if self.hold.is_some() || !context.accepts_input || !context.viewport.contains(pos) {
            return;
        }
        let hold = match button {
            PointerButton::Middle => Hold::Pan(button),
            PointerButton::Primary if context.space_held || context.aim == Aim::Pan => {
                Hold::Pan(button)
            }
            PointerButton::Secondary if modifiers.ctrl || modifiers.command => Hold::WindowLevel,
            PointerButton::Primary | PointerButton::Secondary if context.aim != Aim::Pan => {
                Hold::Stroke(button)
            }
            _ => return,
        };
        self.hold = Some(hold);
        if let Hold::Stroke(button) = hold {
            let erase =
                button == PointerButton::Secondary || modifiers.alt || context.aim == Aim::Erase;
            gestures.push(Gesture::StrokeBegin {
                at: pos - context.viewport.min,
                erase,
            });
        }
    }

    fn released(
        &mut self,
        pos: Pos2,
        button: PointerButton,
        context: &GestureContext,
        gestures: &mut Vec<Gesture>,
    ) {
        let ends = match self.hold {
            Some(Hold::Stroke(held) | Hold::Pan(held)) => held == button,
            Some(Hold::WindowLevel) => button == PointerButton::Secondary,
            None => false,
        };
        if ends {
            // The release may be the only report of the last bit of way.
            if self.last_position != Some(pos) {
                self.moved(pos, context, gestures);
            }
            if self.is_stroking() {
                gestures.push(Gesture::StrokeEnd);
            }
            self.hold = None;
        }
        self.last_position = Some(pos);
    }

    fn wheel(
        &mut self,
        notches: f32,
        modifiers: Modifiers,
        context: &GestureContext,
        gestures: &mut Vec<Gesture>,
    ) {
        let Some(pos) = self.hovered(context) else {
            return;
        };
        if modifiers.ctrl || modifiers.command {
            let factor = ZOOM_PER_NOTCH.powf(notches);
            gestures.push(Gesture::Zoom {
                at: pos - context.viewport.min,
                factor,
            });
            return;
        }
        self.scroll_remainder += notches;
        let whole = self.scroll_remainder.trunc();
        self.scroll_remainder -= whole;
        let steps = whole as i32;
        // A B-scan must not change under a brush that is down.
        if steps != 0 && modifiers.shift {
            gestures.push(Gesture::BrushSteps(steps));
        } else if steps != 0 && self.hold.is_none() {
            gestures.push(Gesture::Scroll(-steps));
        }
    }

    fn zoom(&mut self, factor: f32, context: &GestureContext, gestures: &mut Vec<Gesture>) {
        if let Some(pos) = self.hovered(context) {
            gestures.push(Gesture::Zoom {
                at: pos - context.viewport.min,
                factor,
            });
        }
    }

    fn hovered(&self, context: &GestureContext) -> Option<Pos2> {
        self.last_position
            .filter(|pos| context.accepts_input && context.viewport.contains(*pos))
    }
}

/// Notches of a wheel, away from the hand positive. Some systems turn Shift + wheel into sideways scrolling.
fn notches(unit: MouseWheelUnit, delta: Vec2) -> f32 {
    let along = if delta.y != 0.0 { delta.y } else { delta.x };
    match unit {
        MouseWheelUnit::Line => along,
        MouseWheelUnit::Page => along * 10.0,
        MouseWheelUnit::Point => along / POINTS_PER_NOTCH,
    }
}

#[cfg(test)]
#[path = "gesture_tests.rs"]
mod tests;
