//! Which burn device the model runs on.

use burn::tensor::Device;
use burn::tensor::wgpu::WgpuSetup;
use fovea_gpu::{AdapterReport, GpuContext, InferenceDevice};

/// Commands that burn gathers before it submits them. Few, so that the frames of the user interface, which share the
/// queue, come in between.
const TASKS_PER_SUBMIT_MAX: usize = 8;

/// Kind of device, for messages and for the choice between reading back and handing over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComputeDevice {
    /// The processor.
    Cpu,
    /// The shared graphics device.
    Gpu,
}

impl ComputeDevice {
    pub(crate) fn of(device: &Device) -> Self {
        if *device == Device::flex() {
            Self::Cpu
        } else {
            Self::Gpu
        }
    }

    /// True for the graphics device.
    pub fn is_gpu(self) -> bool {
        self == Self::Gpu
    }
}

/// The processor.
pub fn cpu_device() -> Device {
    Device::flex()
}

/// The device that the report on the adapter chose, and why, as a sentence. Registers the graphics device with burn at
/// most once per call: keep the result.
pub fn choose_device(gpu: Option<&GpuContext>) -> (Device, InferenceDevice) {
    let Some(gpu) = gpu else {
        return (Device::flex(), AdapterReport::without_adapter().inference);
    };
    match gpu.report().inference {
        InferenceDevice::Gpu => match gpu_device(gpu) {
            Ok(device) => (device, InferenceDevice::Gpu),
            Err(what) => {
                let reason =
                    format!("The graphics device could not be used for inference ({what}).");
                (Device::flex(), InferenceDevice::Cpu { reason })
            }
        },
        cpu => (Device::flex(), cpu),
    }
}

/// Registers the shared graphics device with burn. [`choose_device`] does so where the adapter is fit for it.
///
/// # Errors
/// What burn says when it cannot use the device.
pub fn gpu_device(gpu: &GpuContext) -> Result<Device, String> {
    let setup = WgpuSetup {
        instance: gpu.instance.clone(),
        adapter: gpu.adapter.clone(),
        device: gpu.device.clone(),
        queue: gpu.queue.clone(),
        backend: gpu.info.backend,
    };
    Device::wgpu_options()
        .tasks_max(TASKS_PER_SUBMIT_MAX)
        .setup(setup)
        .init()
        .map_err(|error| format!("{error:?}").chars().take(160).collect())
}
