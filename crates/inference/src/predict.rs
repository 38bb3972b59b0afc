//! One picture through the network, whole.

use burn::tensor::{Device, Tensor, TensorData};
use fovea_geometry::SizePx;

use crate::{InputScale, OctUnet};

/// Logits `[class, pixel]` of one B-scan, computed in one piece on `device`.
pub(crate) fn logits(
    network: &OctUnet,
    stride_px: usize,
    scale: &InputScale,
    size: SizePx,
    pixels: &[u8],
    device: &Device,
) -> Result<Vec<f32>, String> {
    let (width, height) = (size.width as usize, size.height as usize);
    let (padded_width, padded_height) = (
        width.next_multiple_of(stride_px),
        height.next_multiple_of(stride_px),
    );
    let mut input = Vec::with_capacity(padded_width * padded_height);
    for row in 0..padded_height {
        let line = &pixels[row.min(height - 1) * width..][..width];
        input.extend((0..padded_width).map(|column| scale.of_pixel(line[column.min(width - 1)])));
    }
    let input = Tensor::<4>::from_data(
        TensorData::new(input, [1, 1, padded_height, padded_width]),
        device,
    );
    let logits = network.forward(input);
    let classes = logits.dims()[1];
    let logits = logits.slice([0..1, 0..classes, 0..height, 0..width]);
    let data = logits
        .try_into_data()
        .map_err(|error| format!("{error:?}"))?;
    data.try_into_vec::<f32>()
        .map_err(|error| format!("{error:?}"))
}
