//! Twin of compose.wgsl, function by function.

use crate::CanvasContent;
use crate::layer::Layer;
use crate::uniforms::{
    ComposeParams, FLAG_DIFF, FLAG_HEAT, FLAG_LINEAR, FLAG_MASK, FLAG_OUTLINE, FLAG_RAW,
    FLAG_REDUCED,
};

type Rgb = [f32; 3];

/// What the fragment shader sees.
pub(super) struct Compose<'a> {
    pub(super) params: ComposeParams,
    pub(super) flags: u32,
    pub(super) content: &'a CanvasContent,
}

impl Compose<'_> {
    /// Straight colour at a point of the viewport, in physical px.
    pub(super) fn pixel(&self, point_in_view: [f32; 2]) -> [f32; 4] {
        let p = &self.params;
        let point =
            [0, 1].map(|i| (point_in_view[i] - p.offset_and_scale[i]) * p.origin_and_step[i + 2]);
        let size = [p.size_and_taps[0], p.size_and_taps[1]];
        if (0..2).any(|i| point[i] < 0.0 || point[i] >= size[i] as f32) {
            return [0.0; 4];
        }
        let pixel = point.map(|v| v.floor() as i32);
        let mut rgb = [0.0; 3];
        if self.has(FLAG_RAW) {
            rgb = [((self.raw_gray(point) - p.gray_and_mask[0]) * p.gray_and_mask[1])
                .clamp(0.0, 1.0); 3];
        }
        let own = if self.has(FLAG_MASK) {
            self.class_at(pixel)
        } else {
            0
        };
        let class_colour = self.class_colour(own);
        if self.has(FLAG_MASK) {
            rgb = mix(
                rgb,
                opaque(class_colour),
                class_colour[3] * p.gray_and_mask[2],
            );
        }
        if self.has(FLAG_HEAT) {
            rgb = self.with_heat(rgb, pixel);
        }
        if self.has(FLAG_DIFF) {
            rgb = self.with_diff(rgb, pixel);
        }
        if self.has(FLAG_OUTLINE) && class_colour[3] > 0.0 {
            rgb = mix(
                rgb,
                opaque(class_colour),
                self.outline_coverage(point, pixel, own),
            );
        }
        [rgb[0], rgb[1], rgb[2], 1.0]
    }

    fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    fn value_at(&self, pixels: Option<&[u8]>, [x, y]: [i32; 2]) -> u8 {
        let width = self.params.size_and_taps[0] as usize;
        pixels.map_or(0, |pixels| pixels[y as usize * width + x as usize])
    }

    fn raw_at(&self, pixel: [i32; 2]) -> f32 {
        let last = [0, 1].map(|i| self.params.size_and_taps[i] as i32 - 1);
        let inside = [pixel[0].clamp(0, last[0]), pixel[1].clamp(0, last[1])];
        f32::from(self.value_at(self.content.image.as_ref().map(Layer::pixels), inside)) / 255.0
    }

    fn raw_linear(&self, point: [f32; 2]) -> f32 {
        let from_centre = point.map(|v| v - 0.5);
        let base = from_centre.map(f32::floor);
        let [part_x, part_y] = [from_centre[0] - base[0], from_centre[1] - base[1]];
        let [x, y] = base.map(|v| v as i32);
        let row = |y: i32| lerp(self.raw_at([x, y]), self.raw_at([x + 1, y]), part_x);
        lerp(row(y), row(y + 1), part_y)
    }

    fn raw_gray(&self, point: [f32; 2]) -> f32 {
        if !self.has(FLAG_LINEAR) {
            return self.raw_at(point.map(|v| v.floor() as i32));
        }
        if !self.has(FLAG_REDUCED) {
            return self.raw_linear(point);
        }
        let taps = self.params.size_and_taps[2];
        let [_, _, step_x, step_y] = self.params.origin_and_step;
        let in_pixel = |i: u32| (i as f32 + 0.5) / taps as f32 - 0.5;
        let mut sum = 0.0;
        for j in 0..taps {
            for i in 0..taps {
                sum += self.raw_linear([
                    point[0] + in_pixel(i) * step_x,
                    point[1] + in_pixel(j) * step_y,
                ]);
            }
        }
        sum / (taps * taps) as f32
    }

    fn class_at(&self, pixel: [i32; 2]) -> u8 {
        self.value_at(self.content.mask.pixels(), pixel)
    }

    fn class_colour(&self, class: u8) -> [f32; 4] {
        let packed = self.params.class_colours[usize::from(class >> 2)][usize::from(class & 3)];
        packed.to_le_bytes().map(|v| f32::from(v) / 255.0)
    }

    fn border_distance(&self, pixel: [i32; 2], own: u8, direction: [i32; 2], distance: f32) -> f32 {
        let neighbour = [pixel[0] + direction[0], pixel[1] + direction[1]];
        let inside =
            (0..2).all(|i| neighbour[i] >= 0 && neighbour[i] < self.params.size_and_taps[i] as i32);
        if inside && self.class_at(neighbour) != own {
            distance
        } else {
            1e9
        }
    }

    fn outline_coverage(&self, point: [f32; 2], pixel: [i32; 2], own: u8) -> f32 {
        let width = self.params.gray_and_mask[3];
        let [_, _, scale_x, scale_y] = self.params.offset_and_scale;
        let part = [point[0] - pixel[0] as f32, point[1] - pixel[1] as f32];
        let nearest = [
            self.border_distance(pixel, own, [-1, 0], part[0] * scale_x),
            self.border_distance(pixel, own, [1, 0], (1.0 - part[0]) * scale_x),
            self.border_distance(pixel, own, [0, -1], part[1] * scale_y),
            self.border_distance(pixel, own, [0, 1], (1.0 - part[1]) * scale_y),
        ]
        .into_iter()
        .fold(f32::MAX, f32::min);
        (width - nearest + 0.5).clamp(0.0, 1.0)
    }

    fn heat_colour(&self, value: f32) -> Rgb {
        let position = value.clamp(0.0, 1.0) * 4.0;
        let index = (position as usize).min(3);
        let stops = &self.params.heat_stops;
        mix(
            opaque(stops[index]),
            opaque(stops[index + 1]),
            position - index as f32,
        )
    }

    fn with_heat(&self, under: Rgb, pixel: [i32; 2]) -> Rgb {
        let value = f32::from(self.value_at(self.content.uncertainty.pixels(), pixel)) / 255.0;
        let [opacity, threshold, gain, _] = self.params.heat_and_diff;
        mix(
            under,
            self.heat_colour(value),
            opacity * ((value - threshold) * gain).clamp(0.0, 1.0),
        )
    }

    fn with_diff(&self, under: Rgb, pixel: [i32; 2]) -> Rgb {
        let code = self.value_at(self.content.diff.pixels(), pixel) & 3;
        let colour = self.params.diff_colours[usize::from(code)];
        mix(
            under,
            opaque(colour),
            colour[3] * self.params.heat_and_diff[3],
        )
    }
}

fn opaque([r, g, b, _]: [f32; 4]) -> Rgb {
    [r, g, b]
}

fn lerp(a: f32, b: f32, t: f32) -> f32 {
    a * (1.0 - t) + b * t
}

fn mix(a: Rgb, b: Rgb, t: f32) -> Rgb {
    [0, 1, 2].map(|i| lerp(a[i], b[i], t))
}
