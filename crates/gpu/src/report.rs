//! What the adapter is, and whether inference may use it.

use serde::{Deserialize, Serialize};

/// Overrides where inference runs: `gpu` or `cpu`. Any other value is ignored with a warning.
pub const INFERENCE_ENV: &str = "FOVEA_INFERENCE";

/// Tensors of one tile and its weights fit into a binding of this size with room to spare.
const STORAGE_BINDING_BYTES_MIN: u64 = 128 << 20;

/// The largest workgroup that burn's matrix kernels ask for.
const WORKGROUP_INVOCATIONS_MIN: u32 = 256;

/// Where inference runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "device", rename_all = "snake_case")]
pub enum InferenceDevice {
    /// On the shared graphics device.
    Gpu,
    /// On the processor.
    Cpu {
        /// Why not on the graphics adapter, as a sentence for the user.
        reason: String,
    },
}

/// What the user or a test asked for in [`INFERENCE_ENV`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InferenceOverride {
    /// Use the adapter if it can compute at all, software or not.
    Gpu,
    /// Use the processor.
    Cpu,
}

impl InferenceOverride {
    /// The override in the environment, if there is one.
    pub fn from_env() -> Option<Self> {
        match std::env::var(INFERENCE_ENV).ok()?.as_str() {
            "gpu" => Some(Self::Gpu),
            "cpu" => Some(Self::Cpu),
            "" => None,
            _ => {
                tracing::warn!("{INFERENCE_ENV} is neither gpu nor cpu and is ignored");
                None
            }
        }
    }
}

/// The facts that decide where inference runs; a plain value, so that every decision can be tested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdapterFacts {
    /// True for a rasteriser that runs on the processor.
    pub is_software: bool,
    /// True for the GL backend, whose compute support is too uneven to trust.
    pub is_gl: bool,
    /// True when the adapter runs compute shaders.
    pub has_compute: bool,
    /// Largest storage buffer that a shader can see.
    pub storage_binding_bytes: u64,
    /// Largest workgroup.
    pub workgroup_invocations: u32,
}

impl AdapterFacts {
    /// Reads the facts of an adapter.
    pub fn of_adapter(adapter: &wgpu::Adapter) -> Self {
        let (info, limits) = (adapter.get_info(), adapter.limits());
        let downlevel = adapter.get_downlevel_capabilities().flags;
        Self {
            is_software: is_software(&info),
            is_gl: info.backend == wgpu::Backend::Gl,
            has_compute: downlevel.contains(wgpu::DownlevelFlags::COMPUTE_SHADERS),
            storage_binding_bytes: limits.max_storage_buffer_binding_size,
            workgroup_invocations: limits.max_compute_invocations_per_workgroup,
        }
    }

    /// Where inference runs on such an adapter.
    pub fn inference_device(&self, wanted: Option<InferenceOverride>) -> InferenceDevice {
        let cpu = |reason: &str| InferenceDevice::Cpu {
            reason: reason.to_owned(),
        };
        match wanted {
            Some(InferenceOverride::Cpu) => {
                cpu("The processor was chosen in the settings of this start.")
            }
            _ if !self.has_compute => cpu("The graphics adapter cannot run compute shaders."),
            Some(InferenceOverride::Gpu) => InferenceDevice::Gpu,
            _ if self.is_software => cpu(
                "Only a software graphics driver was found, which is slower than the processor alone.",
            ),
            _ if self.is_gl => {
                cpu("The graphics adapter is only reachable through OpenGL: update its driver.")
            }
            _ if self.storage_binding_bytes < STORAGE_BINDING_BYTES_MIN => {
                cpu("The graphics adapter cannot hold a tensor of the size that the model needs.")
            }
            _ if self.workgroup_invocations < WORKGROUP_INVOCATIONS_MIN => {
                cpu("The graphics adapter's workgroups are too small for the model's kernels.")
            }
            _ => InferenceDevice::Gpu,
        }
    }
}

/// The graphics adapter as the preflight and the about window show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdapterReport {
    /// Name of the adapter.
    pub name: String,
    /// `Vulkan`, `Metal`, `Dx12`, `Gl` or `none`.
    pub backend: String,
    /// Driver with its version.
    pub driver: String,
    /// `DiscreteGpu`, `IntegratedGpu`, `VirtualGpu`, `Cpu`, `Other` or `none`.
    pub device_type: String,
    /// True for a rasteriser that runs on the processor.
    pub is_software: bool,
    /// Where inference runs, and why.
    pub inference: InferenceDevice,
}

impl AdapterReport {
    /// The report on an adapter, with the override of the environment applied.
    pub fn of_adapter(adapter: &wgpu::Adapter) -> Self {
        let info = adapter.get_info();
        let facts = AdapterFacts::of_adapter(adapter);
        Self {
            driver: format!("{} {}", info.driver, info.driver_info)
                .trim()
                .to_owned(),
            backend: format!("{:?}", info.backend),
            device_type: format!("{:?}", info.device_type),
            is_software: facts.is_software,
            inference: facts.inference_device(InferenceOverride::from_env()),
            name: info.name,
        }
    }

    /// The report on a machine where no device could be opened.
    pub fn without_adapter() -> Self {
        Self {
            name: "none".into(),
            backend: "none".into(),
            driver: String::new(),
            device_type: "none".into(),
            is_software: false,
            inference: InferenceDevice::Cpu {
                reason: "No graphics adapter was found.".into(),
            },
        }
    }
}

fn is_software(info: &wgpu::AdapterInfo) -> bool {
    let name = info.name.to_lowercase();
    let known = [
        "llvmpipe",
        "softpipe",
        "swiftshader",
        "microsoft basic render",
    ];
    info.device_type == wgpu::DeviceType::Cpu
        || known.iter().any(|software| name.contains(software))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> AdapterFacts {
        AdapterFacts {
            is_software: false,
            is_gl: false,
            has_compute: true,
            storage_binding_bytes: 1 << 30,
            workgroup_invocations: 1024,
        }
    }

    #[test]
    fn inference_runs_where_it_can() {
        use InferenceOverride::{Cpu, Gpu};
        let software = AdapterFacts {
            is_software: true,
            ..good()
        };
        let gl = AdapterFacts {
            is_gl: true,
            ..good()
        };
        let no_compute = AdapterFacts {
            has_compute: false,
            ..good()
        };
        let small = AdapterFacts {
            storage_binding_bytes: 1 << 20,
            ..good()
        };
        let narrow = AdapterFacts {
            workgroup_invocations: 64,
            ..good()
        };
        let cases = [
            (&good(), None, ""),
            (&good(), Some(Gpu), ""),
            (&good(), Some(Cpu), "chosen"),
            (&software, None, "software"),
            (&software, Some(Gpu), ""),
            (&gl, None, "OpenGL"),
            (&no_compute, None, "compute"),
            (&no_compute, Some(Gpu), "compute"),
            (&small, None, "tensor"),
            (&narrow, None, "workgroups"),
        ];
        for (facts, wanted, expected) in cases {
            match facts.inference_device(wanted) {
                InferenceDevice::Gpu => assert_eq!(expected, "", "{facts:?} {wanted:?}"),
                InferenceDevice::Cpu { reason } => {
                    assert!(
                        !expected.is_empty() && reason.contains(expected),
                        "{facts:?} {wanted:?}: {reason}"
                    );
                }
            }
        }
    }
}
