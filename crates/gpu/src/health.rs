//! Whether the device still answers.

use std::sync::{Arc, OnceLock};

/// Tells every holder of a [`crate::GpuContext`] that its device was lost, and why.
///
/// Once lost, a device never comes back: the holder drops the context and opens a new one.
#[derive(Clone, Debug, Default)]
pub struct DeviceHealth {
    lost: Arc<OnceLock<String>>,
}

impl DeviceHealth {
    /// True after the driver gave the device up.
    pub fn is_lost(&self) -> bool {
        self.lost.get().is_some()
    }

    /// What the driver said when the device was lost.
    pub fn lost_reason(&self) -> Option<&str> {
        self.lost.get().map(String::as_str)
    }

    /// Records the loss of `device`. A device that was destroyed on purpose is not lost.
    pub(crate) fn watch(&self, device: &wgpu::Device) {
        let health = self.clone();
        device.set_device_lost_callback(move |reason, message| health.record(reason, message));
    }

    fn record(&self, reason: wgpu::DeviceLostReason, message: String) {
        if matches!(reason, wgpu::DeviceLostReason::Unknown) {
            tracing::error!(%message, "graphics device lost");
            // Only the first report says why; later ones are its consequences.
            let _ = self.lost.set(message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_loss_is_kept_and_a_wanted_end_is_none() {
        let health = DeviceHealth::default();
        health.record(wgpu::DeviceLostReason::Destroyed, "closed".into());
        assert!(!health.is_lost());
        health.record(wgpu::DeviceLostReason::Unknown, "driver reset".into());
        health.record(wgpu::DeviceLostReason::Unknown, "later".into());
        assert!(health.clone().is_lost());
        assert_eq!(health.lost_reason(), Some("driver reset"));
    }
}
