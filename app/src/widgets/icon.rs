//! The icons, drawn as strokes on a 24 × 24 grid, so that they are sharp at every scale.

use egui::epaint::{CircleShape, PathShape, PathStroke};
use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, pos2};

use super::icon_shapes;

/// A pictogram of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    Brush,
    Eraser,
    Hand,
    Undo,
    Redo,
    Refresh,
    Segment,
    Save,
    Eye,
    EyeOff,
    Fit,
    ActualSize,
    Outline,
    Folder,
    Import,
    Send,
    Pause,
    Play,
    Copy,
    Person,
    Check,
    Cross,
    Warning,
    Info,
    ChevronLeft,
    ChevronRight,
    Cloud,
    CloudOff,
    Disk,
    Clock,
    Pen,
    Chip,
    Rollback,
    Compare,
    Keyboard,
    Search,
    Layers,
    Scan,
    Lock,
    LockOpen,
}

/// One stroke or area of an icon, on the 24 × 24 grid.
pub(super) enum Part {
    /// An open line through points.
    Line(&'static [(f32, f32)]),
    /// A closed outline.
    Ring(&'static [(f32, f32)]),
    /// A filled convex area.
    Area(&'static [(f32, f32)]),
    /// A circle: centre and radius.
    Circle(f32, f32, f32),
    /// A filled circle: centre and radius.
    Dot(f32, f32, f32),
    /// Part of a circle: centre, radius, first and last angle in degrees, clockwise from the right.
    Arc(f32, f32, f32, f32, f32),
}

const GRID: f32 = 24.0;
const ARC_STEPS: u8 = 20;

impl Icon {
    /// Draws the icon into the largest square inside `rect`.
    pub(crate) fn paint(self, painter: &Painter, rect: Rect, colour: Color32) {
        let side = rect.width().min(rect.height());
        let origin = rect.center() - egui::Vec2::splat(side / 2.0);
        let scale = side / GRID;
        let stroke = Stroke::new((1.7 * scale).max(1.2), colour);
        for part in icon_shapes::parts(self) {
            painter.add(shape(part, origin, scale, stroke));
        }
    }
}

fn shape(part: &Part, origin: Pos2, scale: f32, stroke: Stroke) -> Shape {
    let at = |(x, y): (f32, f32)| pos2(origin.x + x * scale, origin.y + y * scale);
    let path = |points: &[(f32, f32)]| points.iter().map(|point| at(*point)).collect::<Vec<_>>();
    match *part {
        Part::Line(points) => Shape::line(path(points), stroke),
        Part::Ring(points) => Shape::closed_line(path(points), stroke),
        Part::Area(points) => Shape::Path(PathShape::convex_polygon(
            path(points),
            stroke.color,
            PathStroke::NONE,
        )),
        Part::Circle(x, y, r) => Shape::Circle(CircleShape::stroke(at((x, y)), r * scale, stroke)),
        Part::Dot(x, y, r) => {
            Shape::Circle(CircleShape::filled(at((x, y)), r * scale, stroke.color))
        }
        Part::Arc(x, y, r, first_deg, last_deg) => {
            let points = (0..=ARC_STEPS).map(|step| {
                let t = f32::from(step) / f32::from(ARC_STEPS);
                let angle = (first_deg + (last_deg - first_deg) * t).to_radians();
                at((x + r * angle.cos(), y + r * angle.sin()))
            });
            Shape::line(points.collect(), stroke)
        }
    }
}
