//! Handing a result to the canvas without a way through main memory.

use std::any::Any;
use std::sync::Arc;

use burn::backend::wgpu::{CubeBackend, Wgpu};
use burn::tensor::{Int, Tensor};
use cubecl::wgpu::{AutoCompiler, WgpuServer};
use fovea_geometry::SizePx;
use fovea_gpu::wgpu;

/// A row-major picture of 4-byte elements in a buffer of the shared device.
#[derive(Clone, Debug)]
pub struct DeviceBuffer {
    /// The buffer: a page that holds other tensors too.
    pub buffer: wgpu::Buffer,
    /// Where the picture begins.
    pub offset_bytes: u64,
    /// Elements from one row to the next.
    pub row_stride: u32,
    /// Keeps the memory from being used again; drop it after the reading commands were submitted.
    pub keep_alive: Arc<dyn Any + Send + Sync>,
}

/// Mask and uncertainty of one B-scan. The commands that fill them are submitted: later work on the same queue sees the
/// values without waiting.
#[derive(Clone, Debug)]
pub struct DevicePictures {
    /// Size of both.
    pub size: SizePx,
    /// Class indices, `i32`.
    pub classes: DeviceBuffer,
    /// Normalised entropy, `f32`.
    pub uncertainty: DeviceBuffer,
}

/// The buffers of `[1, 1, H, W]` tensors on the graphics device.
///
/// # Errors
/// A sentence fragment when the tensors live elsewhere or the device refused a kernel.
pub(crate) fn pictures(
    classes: Tensor<4, Int>,
    entropy: Tensor<4>,
    size: SizePx,
) -> Result<DevicePictures, String> {
    let classes = classes
        .try_into_primitive::<Wgpu>()
        .map_err(|error| format!("{error:?}"))?;
    let entropy = entropy
        .try_into_primitive::<Wgpu>()
        .map_err(|error| format!("{error:?}"))?;
    let classes = classes
        .client
        .clone()
        .resolve_tensor_int::<CubeBackend>(classes);
    let entropy = entropy
        .client
        .clone()
        .resolve_tensor_float::<CubeBackend>(entropy);
    Ok(DevicePictures {
        size,
        classes: buffer(&classes, size.width)?,
        uncertainty: buffer(&entropy, size.width)?,
    })
}

fn buffer(tensor: &burn::backend::wgpu::CubeTensor, width: u32) -> Result<DeviceBuffer, String> {
    if !tensor.is_contiguous() {
        return Err("a result is not laid out row by row".into());
    }
    let resource = tensor
        .client
        .get_resource::<WgpuServer<AutoCompiler>>(tensor.handle.clone())
        .map_err(|error| format!("{error:?}"))?;
    tensor
        .client
        .flush()
        .map_err(|error| format!("{error:?}"))?;
    let inner = resource.resource();
    Ok(DeviceBuffer {
        buffer: inner.buffer.clone(),
        offset_bytes: inner.offset,
        row_stride: width,
        keep_alive: Arc::new(std::sync::Mutex::new(resource)),
    })
}
