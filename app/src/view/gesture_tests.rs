//! What sequences of pointer events mean, as a table.

use egui::{MouseWheelSource, TouchPhase, pos2, vec2};

use super::*;

fn context(aim: Aim) -> GestureContext {
    GestureContext {
        viewport: Rect::from_min_size(pos2(100.0, 50.0), vec2(400.0, 300.0)),
        aim,
        space_held: false,
        accepts_input: true,
    }
}

fn walk(events: &[Event], context: &GestureContext) -> Vec<Gesture> {
    let (mut tracker, mut gestures) = (GestureTracker::default(), Vec::new());
    for event in events {
        tracker.take(event, context, &mut gestures);
    }
    gestures
}

fn to(x: f32, y: f32) -> Event {
    Event::PointerMoved(pos2(x, y))
}

fn button(x: f32, y: f32, button: PointerButton, pressed: bool, modifiers: Modifiers) -> Event {
    Event::PointerButton {
        pos: pos2(x, y),
        button,
        pressed,
        modifiers,
    }
}

fn press(x: f32, y: f32) -> Event {
    button(x, y, PointerButton::Primary, true, Modifiers::NONE)
}

fn release(x: f32, y: f32) -> Event {
    button(x, y, PointerButton::Primary, false, Modifiers::NONE)
}

fn wheel(y: f32, modifiers: Modifiers) -> Event {
    Event::MouseWheel {
        unit: MouseWheelUnit::Line,
        delta: vec2(0.0, y),
        phase: TouchPhase::Move,
        source: MouseWheelSource::Unknown,
        modifiers,
    }
}

#[test]
fn moves_in_the_frame_of_the_release_belong_to_the_stroke_and_later_ones_do_not() {
    let events = [
        press(110.0, 60.0),
        to(120.0, 60.0),
        to(130.0, 70.0),
        release(131.0, 70.0),
        to(140.0, 80.0),
    ];
    let expected = [
        Gesture::StrokeBegin {
            at: vec2(10.0, 10.0),
            erase: false,
        },
        Gesture::StrokeTo(vec2(20.0, 10.0)),
        Gesture::StrokeTo(vec2(30.0, 20.0)),
        Gesture::StrokeTo(vec2(31.0, 20.0)),
        Gesture::StrokeEnd,
    ];
    assert_eq!(walk(&events, &context(Aim::Paint)), expected);
}

#[test]
fn a_stroke_of_sixty_steps_keeps_all_sixty() {
    let mut events = vec![press(110.0, 60.0)];
    events.extend((0..60).map(|step| to(111.0 + step as f32, 60.0)));
    events.push(release(170.0, 60.0));
    let gestures = walk(&events, &context(Aim::Paint));
    assert_eq!(
        gestures
            .iter()
            .filter(|gesture| matches!(gesture, Gesture::StrokeTo(_)))
            .count(),
        60
    );
}

#[test]
fn buttons_and_modifiers_choose_what_happens() {
    let secondary = |modifiers| button(110.0, 60.0, PointerButton::Secondary, true, modifiers);
    let begin = |erase| Gesture::StrokeBegin {
        at: vec2(10.0, 10.0),
        erase,
    };
    let cases: [(Aim, Event, Option<Gesture>); 7] = [
        (Aim::Paint, press(110.0, 60.0), Some(begin(false))),
        (Aim::Erase, press(110.0, 60.0), Some(begin(true))),
        (
            Aim::Paint,
            button(110.0, 60.0, PointerButton::Primary, true, Modifiers::ALT),
            Some(begin(true)),
        ),
        (Aim::Paint, secondary(Modifiers::NONE), Some(begin(true))),
        (
            Aim::Paint,
            secondary(Modifiers::CTRL),
            Some(Gesture::WindowLevel(vec2(5.0, 0.0))),
        ),
        (
            Aim::Pan,
            press(110.0, 60.0),
            Some(Gesture::Pan(vec2(5.0, 0.0))),
        ),
        (Aim::Pan, secondary(Modifiers::NONE), None),
    ];
    for (aim, event, expected) in cases {
        let gestures = walk(&[event.clone(), to(115.0, 60.0)], &context(aim));
        assert_eq!(gestures.first().copied(), expected, "{aim:?} {event:?}");
    }
}

#[test]
fn space_or_the_middle_button_pans_with_a_drawing_tool() {
    let middle = button(110.0, 60.0, PointerButton::Middle, true, Modifiers::NONE);
    assert_eq!(
        walk(&[middle, to(112.0, 63.0)], &context(Aim::Paint)),
        [Gesture::Pan(vec2(2.0, 3.0))]
    );
    let space = GestureContext {
        space_held: true,
        ..context(Aim::Paint)
    };
    assert_eq!(
        walk(&[press(110.0, 60.0), to(112.0, 63.0)], &space),
        [Gesture::Pan(vec2(2.0, 3.0))]
    );
}

#[test]
fn nothing_begins_outside_or_under_a_dialog() {
    let covered = GestureContext {
        accepts_input: false,
        ..context(Aim::Paint)
    };
    for context in [context(Aim::Paint), covered] {
        let x = if context.accepts_input { 20.0 } else { 110.0 };
        assert_eq!(
            walk(
                &[press(x, 60.0), to(130.0, 70.0), release(130.0, 70.0)],
                &context
            ),
            []
        );
    }
}

#[test]
fn a_second_button_neither_ends_nor_restarts_the_stroke() {
    let other = |pressed| {
        button(
            112.0,
            60.0,
            PointerButton::Secondary,
            pressed,
            Modifiers::NONE,
        )
    };
    let gestures = walk(
        &[
            press(110.0, 60.0),
            other(true),
            other(false),
            to(113.0, 60.0),
            release(113.0, 60.0),
        ],
        &context(Aim::Paint),
    );
    let expected = [
        Gesture::StrokeBegin {
            at: vec2(10.0, 10.0),
            erase: false,
        },
        Gesture::StrokeTo(vec2(13.0, 10.0)),
        Gesture::StrokeEnd,
    ];
    assert_eq!(gestures, expected);
}

#[test]
fn a_window_that_loses_the_focus_keeps_the_stroke() {
    let gestures = walk(
        &[
            press(110.0, 60.0),
            Event::WindowFocused(false),
            to(120.0, 60.0),
        ],
        &context(Aim::Paint),
    );
    assert_eq!(gestures.last(), Some(&Gesture::StrokeEnd));
}

#[test]
fn the_wheel_scrolls_zooms_and_sizes() {
    let at = to(200.0, 150.0);
    let zoomed = Gesture::Zoom {
        at: vec2(100.0, 100.0),
        factor: ZOOM_PER_NOTCH,
    };
    let cases = [
        (Modifiers::NONE, Gesture::Scroll(-1)),
        (Modifiers::SHIFT, Gesture::BrushSteps(1)),
        (Modifiers::CTRL, zoomed),
    ];
    for (modifiers, expected) in cases {
        assert_eq!(
            walk(&[at.clone(), wheel(1.0, modifiers)], &context(Aim::Paint)),
            [expected]
        );
    }
    assert_eq!(
        walk(
            &[to(20.0, 20.0), wheel(1.0, Modifiers::NONE)],
            &context(Aim::Paint)
        ),
        []
    );
}
