//! What pointer, wheel and keys do to the label.

use std::sync::Arc;

use egui::{
    Event as Input, Key, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, TouchPhase,
    vec2,
};
use egui_kittest::kittest::Queryable as _;
use fovea_app::FileDialog;
use fovea_editor::{Command, Dialog, Event, NoticeKind, SegmentScope, SidebarTab, Tool};
use fovea_geometry::SizePx;
use fovea_gpu::wgpu;
use fovea_inference::{DeviceBuffer, DevicePictures};
use fovea_test_support::test_gpu;

use crate::stage::{Stage, aside, press, release};
use crate::store::Store;

const CLASS: u8 = 5;

fn stage() -> Stage {
    let mut stage = Stage::new(Store::with_phantom());
    stage.send(Command::SetClass(CLASS));
    stage.send(Command::SetBrushRadius(3.0));
    stage
}

fn line(steps: u32) -> Vec<(f32, f32)> {
    (0..=steps)
        .map(|step| (60.0 + 5.0 * step as f32, 40.0))
        .collect()
}

fn wheel(y: f32, modifiers: Modifiers) -> Input {
    Input::MouseWheel {
        unit: MouseWheelUnit::Line,
        delta: vec2(0.0, y),
        phase: TouchPhase::Move,
        source: MouseWheelSource::Unknown,
        modifiers,
    }
}

/// How many of the points lie in painted pixels.
fn reached(stage: &Stage, points: &[(f32, f32)]) -> usize {
    points
        .iter()
        .filter(|(x, y)| stage.mask().get(*x as u32, *y as u32) == Some(CLASS))
        .count()
}

#[test]
fn a_drag_of_sixty_steps_reaches_the_mask_and_is_one_undo_step() {
    let mut stage = stage();
    let points = line(60);
    stage.stroke(PointerButton::Primary, Modifiers::NONE, &points);
    assert_eq!(reached(&stage, &points), 61);
    assert_eq!(stage.journal_len(), 1);
    stage.key(Modifiers::CTRL, Key::Z);
    assert_eq!(stage.count(CLASS), 0);
    stage.key(Modifiers::CTRL.plus(Modifiers::SHIFT), Key::Z);
    assert_eq!(reached(&stage, &points), 61);
    assert_eq!(stage.journal_len(), 3, "undo and redo are in the journal");
}

#[test]
fn a_whole_stroke_in_one_frame_loses_nothing_and_moves_after_the_release_do_not_draw() {
    let mut stage = stage();
    let points = line(60);
    let mut events: Vec<Input> = Vec::new();
    for (at, (x, y)) in points.iter().enumerate() {
        let pos = stage.seen_at(*x, *y);
        events.push(Input::PointerMoved(pos));
        if at == 0 {
            events.push(press(pos, PointerButton::Primary, Modifiers::NONE));
        }
    }
    let last = stage.seen_at(360.0, 40.0);
    events.push(release(last, PointerButton::Primary, Modifiers::NONE));
    events.push(Input::PointerMoved(stage.seen_at(360.0, 200.0)));
    stage.one_frame(events);
    stage.settle();
    assert_eq!(reached(&stage, &points), 61);
    assert_eq!(stage.mask().get(360, 120), Some(0));
}

#[test]
fn right_button_and_alt_erase_and_the_eraser_tool_too() {
    for (button, modifiers, tool) in [
        (PointerButton::Secondary, Modifiers::NONE, Tool::Brush),
        (PointerButton::Primary, Modifiers::ALT, Tool::Brush),
        (PointerButton::Primary, Modifiers::NONE, Tool::Eraser),
    ] {
        let mut stage = stage();
        stage.stroke(PointerButton::Primary, Modifiers::NONE, &line(20));
        assert!(stage.count(CLASS) > 0);
        stage.send(Command::SetTool(tool));
        stage.send(Command::SetBrushRadius(5.0));
        stage.stroke(button, modifiers, &line(20));
        assert_eq!(stage.count(CLASS), 0, "{button:?} {modifiers:?} {tool:?}");
    }
}

#[test]
fn escape_takes_the_stroke_in_hand_back_and_the_rest_of_the_drag_draws_nothing() {
    let mut stage = stage();
    let (from, to) = (stage.seen_at(60.0, 40.0), stage.seen_at(160.0, 40.0));
    stage.one_frame([
        Input::PointerMoved(from),
        press(from, PointerButton::Primary, Modifiers::NONE),
    ]);
    stage.one_frame([Input::PointerMoved(to)]);
    assert!(stage.count(CLASS) > 0);
    stage.key(Modifiers::NONE, Key::Escape);
    assert_eq!(stage.count(CLASS), 0);
    stage.one_frame([
        Input::PointerMoved(from),
        release(from, PointerButton::Primary, Modifiers::NONE),
    ]);
    assert_eq!((stage.count(CLASS), stage.journal_len()), (0, 0));
}

#[test]
fn keys_choose_tools_and_classes() {
    let mut stage = stage();
    for (key, tool) in [
        (Key::E, Tool::Eraser),
        (Key::H, Tool::Pan),
        (Key::B, Tool::Brush),
    ] {
        stage.key(Modifiers::NONE, key);
        assert_eq!(stage.state().tools.tool, tool);
    }
    for (key, class) in [
        (Key::Num1, 1),
        (Key::Num9, 9),
        (Key::Num0, 10),
        (Key::W, 11),
        (Key::Q, 10),
    ] {
        stage.key(Modifiers::NONE, key);
        assert_eq!(stage.state().tools.class, class, "{key:?}");
    }
    let before = stage.state().tools.radius_px;
    stage.key(Modifiers::NONE, Key::CloseBracket);
    assert!(stage.state().tools.radius_px > before);
}

#[test]
fn the_wheel_zooms_at_the_pointer_steps_through_the_volume_and_sizes_the_brush() {
    let mut stage = stage();
    let at = stage.seen_at(100.0, 80.0);
    let scale = stage.state().view.view_from_image.scale_x;
    stage.one_frame([Input::PointerMoved(at), wheel(2.0, Modifiers::CTRL)]);
    stage.settle();
    assert!((stage.state().view.view_from_image.scale_x / scale - 1.44).abs() < 0.01);
    let still = stage.seen_at(100.0, 80.0);
    assert!(
        (still - at).length() < 0.5,
        "the point under the pointer moved from {at:?} to {still:?}"
    );
    let radius = stage.state().tools.radius_px;
    stage.one_frame([wheel(1.0, Modifiers::SHIFT)]);
    assert!(stage.state().tools.radius_px > radius);
    stage.one_frame([wheel(-1.0, Modifiers::NONE)]);
    stage.settle();
    assert_eq!(stage.state().case.as_ref().expect("open").current, 1);
}

#[test]
fn dragging_moves_the_picture_and_sets_window_and_level() {
    let mut stage = stage();
    let at = stage.seen_at(100.0, 80.0);
    let before = stage.state().view.view_from_image;
    stage.one_frame([
        Input::PointerMoved(at),
        press(at, PointerButton::Middle, Modifiers::NONE),
    ]);
    stage.one_frame([Input::PointerMoved(at + vec2(30.0, 12.0))]);
    stage.one_frame([release(
        at + vec2(30.0, 12.0),
        PointerButton::Middle,
        Modifiers::NONE,
    )]);
    let after = stage.state().view.view_from_image;
    assert_eq!(
        (
            after.offset_x - before.offset_x,
            after.offset_y - before.offset_y
        ),
        (30.0, 12.0)
    );
    let (window, level) = (stage.state().view.window, stage.state().view.level);
    stage.one_frame([press(at, PointerButton::Secondary, Modifiers::CTRL)]);
    stage.one_frame([Input::PointerMoved(at + vec2(-50.0, 20.0))]);
    stage.one_frame([release(
        at + vec2(-50.0, 20.0),
        PointerButton::Secondary,
        Modifiers::CTRL,
    )]);
    assert!(stage.state().view.window < window && stage.state().view.level > level);
    assert_eq!(stage.journal_len(), 0, "nothing was drawn");
}

#[test]
fn uploads_survive_frames_that_are_never_painted() {
    let mut stage = stage();
    stage.send(Command::SetMaskOpacity(1.0));
    stage.harness.remove_cursor();
    stage.settle();
    stage.harness.render().expect("the first picture");
    // Sixty-two frames without a picture, then one.
    stage.stroke(PointerButton::Primary, Modifiers::NONE, &line(60));
    stage.harness.remove_cursor();
    stage.settle();
    for x in [60.0, 200.0, 359.0] {
        assert!(stage.shows(CLASS, x, 40.0), "at {x}");
    }
}

/// Mask and uncertainty on the graphics device, as the model leaves them: `class` everywhere, no doubt.
fn pictures_on_device(size: SizePx, class: i32) -> DevicePictures {
    let gpu = test_gpu();
    let buffer = |value: [u8; 4]| {
        let bytes = value.repeat(size.len());
        let buffer = gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("result of a model"),
            size: bytes.len() as u64,
            usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        gpu.queue.write_buffer(&buffer, 0, &bytes);
        DeviceBuffer {
            buffer,
            offset_bytes: 0,
            row_stride: size.width,
            keep_alive: Arc::new(()),
        }
    };
    DevicePictures {
        size,
        classes: buffer(class.to_le_bytes()),
        uncertainty: buffer(0.0_f32.to_le_bytes()),
    }
}

#[test]
fn a_prediction_on_the_graphics_device_is_shown_from_there_until_the_first_edit() {
    let mut stage = stage();
    stage.send(Command::SetMaskOpacity(1.0));
    // Another class than the label on this side has there, so that the picture tells which of the two is shown.
    let size = stage.state().tile.as_ref().expect("open").image.size;
    stage.store().on_device = Some(pictures_on_device(size, 2));
    stage.send(Command::Segment(SegmentScope::Bscan));
    stage.harness.remove_cursor();
    stage.settle();
    assert!(stage.store().on_device.is_none(), "taken once");
    assert_ne!(stage.mask().get(200, 20), Some(2));
    assert!(
        stage.shows(2, 200.0, 20.0),
        "shown without a way through main memory"
    );

    stage.stroke(PointerButton::Primary, Modifiers::NONE, &line(10));
    stage.harness.remove_cursor();
    stage.settle();
    assert!(stage.shows(CLASS, 80.0, 40.0), "the stroke");
    assert!(!stage.shows(2, 200.0, 20.0), "the label that is edited");
}

#[test]
fn saving_says_what_changed_and_the_notice_leaves_by_itself() {
    let mut stage = stage();
    stage.stroke(PointerButton::Primary, Modifiers::NONE, &line(10));
    stage.harness.get_by_label("Save").click();
    stage.settle();
    let tile = stage.state().tile.as_ref().expect("open");
    assert_eq!(tile.versions.len(), 1);
    let notice = stage
        .state()
        .notices
        .list()
        .last()
        .expect("a notice")
        .clone();
    assert_eq!(notice.kind, NoticeKind::Done);
    assert!(notice.text.starts_with("Saved v1"), "{}", notice.text);
    // The harness' clock moves with every frame; no frame is asked for at once.
    for _ in 0..60 {
        stage.harness.input_mut().time = None;
        stage.harness.run_steps(10);
    }
    assert!(stage.state().notices.list().is_empty());
}

#[test]
fn an_idle_window_asks_for_no_frame() {
    let mut stage = stage();
    stage.harness.event(Input::PointerMoved(aside()));
    stage.settle();
    for _ in 0..3 {
        stage.harness.step();
        let output = &stage.harness.output().viewport_output[&egui::ViewportId::ROOT];
        assert_eq!(output.repaint_delay, std::time::Duration::MAX);
    }
}

#[test]
fn widgets_send_their_commands() {
    let mut stage = stage();
    stage.harness.get_by_label("Eraser").click();
    stage.settle();
    assert_eq!(stage.state().tools.tool, Tool::Eraser);
    stage.harness.get_by_label("ONL").click();
    stage.settle();
    assert_eq!(stage.state().tools.class, 9);
    stage.harness.get_by_label("Hide INL").click();
    stage.settle();
    assert_eq!(stage.state().view.hidden, [7]);
    stage.harness.get_by_label("Queue").click();
    stage.settle();
    assert_eq!(stage.state().tab, SidebarTab::Queue);
    stage.harness.get_by_label("Next B-scan").click();
    stage.settle();
    assert_eq!(stage.state().case.as_ref().expect("open").current, 1);
    stage.shell().answer = vec!["scan.png".into()];
    stage.harness.get_by_label("Open files…").click();
    stage.settle();
    assert_eq!(stage.shell().dialogs, [FileDialog::ImportFiles]);
    assert!(
        matches!(stage.store().unanswered.last(), Some(fovea_editor::Effect::Inspect { files, .. }) if files.len() == 1)
    );
}

#[test]
fn a_dialog_takes_the_pointer_and_the_keys() {
    let mut stage = stage();
    stage.send(Command::ShowDialog(Dialog::Shortcuts));
    stage.stroke(PointerButton::Primary, Modifiers::NONE, &line(20));
    stage.key(Modifiers::NONE, Key::E);
    assert_eq!(
        (stage.count(CLASS), stage.state().tools.tool),
        (0, Tool::Brush)
    );
    stage.send(Command::ShowDialog(Dialog::Shortcuts));
    stage.key(Modifiers::NONE, Key::Escape);
    assert_eq!(stage.state().dialog, None);
}

#[test]
fn closing_with_unsaved_work_asks_first() {
    let mut stage = stage();
    stage.send(Command::RequestClose);
    assert!(stage.shell().has_quit, "nothing to lose, nothing to ask");
    let mut stage = self::stage();
    stage.stroke(PointerButton::Primary, Modifiers::NONE, &line(5));
    assert!(stage.shell().title.starts_with('•'), "the title says so");
    stage.send(Command::RequestClose);
    assert!(!stage.shell().has_quit);
    stage.harness.get_by_label("Save and close").click();
    stage.settle();
    assert!(stage.shell().has_quit);
    assert_eq!(stage.state().tile.as_ref().expect("open").versions.len(), 1);
}

#[test]
fn holding_v_shows_the_version_before() {
    let mut stage = stage();
    let id = stage.state().tile.as_ref().expect("open").id;
    stage.store().predict(id);
    stage.send(Command::SelectBscan(1));
    stage.send(Command::SelectBscan(0));
    stage.send(Command::SetMaskOpacity(1.0));
    stage.stroke(PointerButton::Primary, Modifiers::NONE, &line(20));
    stage.send(Command::Save);
    let colour_at = |stage: &mut Stage| {
        let at = stage.seen_at(100.5, 40.5);
        stage.harness.remove_cursor();
        stage.settle();
        stage
            .harness
            .render()
            .expect("a picture")
            .get_pixel(at.x as u32, at.y as u32)
            .0
    };
    let now = colour_at(&mut stage);
    stage.harness.key_down(Key::V);
    stage.settle();
    assert!(stage.state().view.compare);
    assert_ne!(colour_at(&mut stage), now);
    stage.harness.key_up(Key::V);
    stage.settle();
    assert_eq!(colour_at(&mut stage), now);
}

#[test]
fn pointing_at_the_newest_version_shows_what_it_changed() {
    let mut stage = stage();
    let id = stage.state().tile.as_ref().expect("open").id;
    stage.store().predict(id);
    stage.send(Command::SelectBscan(1));
    stage.send(Command::SelectBscan(0));
    stage.stroke(PointerButton::Primary, Modifiers::NONE, &line(20));
    stage.send(Command::Save);
    stage.harness.get_by_label_contains("v2, Edit").hover();
    stage.settle();
    let picture = stage.harness.render().expect("a picture");
    let at = stage.seen_at(100.5, 40.5);
    let [r, g, b, _] = picture.get_pixel(at.x as u32, at.y as u32).0;
    let [want_r, want_g, want_b, alpha] = fovea_canvas::DiffStyle::default().added;
    // The scan is black there.
    for (found, want) in [(r, want_r), (g, want_g), (b, want_b)] {
        let want = f32::from(want) * f32::from(alpha) / 255.0;
        assert!((f32::from(found) - want).abs() < 16.0, "{:?}", [r, g, b]);
    }
}

#[test]
fn failures_stay_until_they_are_dismissed() {
    let mut stage = stage();
    stage.report(Event::Failed {
        sentence: "The store is full: free some space.".to_owned(),
    });
    stage.harness.run_steps(600);
    assert_eq!(stage.state().notices.list().len(), 1);
    stage.harness.get_by_label("Dismiss").click();
    stage.settle();
    assert!(stage.state().notices.list().is_empty());
}
