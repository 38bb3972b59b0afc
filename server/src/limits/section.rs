//! `[limits]` in `server.toml`.

use std::time::Duration;

use serde::Deserialize;

/// What one client may ask for. A rate of 0 is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct LimitsSection {
    /// Requests per second with one token, in the long run.
    pub(crate) token_requests_per_s: u32,
    /// Requests with one token at once.
    pub(crate) token_burst: u32,
    /// Requests per second without a valid token from one address, in the long run.
    pub(crate) address_requests_per_s: u32,
    /// Requests without a valid token from one address at once.
    pub(crate) address_burst: u32,
    /// Attempts to sign in per minute from one address, in the long run: each costs the server a password hash.
    pub(crate) sign_ins_per_minute: u32,
    /// Attempts to sign in from one address at once.
    pub(crate) sign_in_burst: u32,
    /// Connections at a time; further ones wait in the backlog of the system.
    pub(crate) connections_max: u32,
    /// Connections of one address at a time; further ones are closed. Unset, it is [`super::Addresses`]' own.
    pub(crate) connections_per_address_max: Option<u32>,
    /// How long a client may take for the headers of a request, and for the handshake of TLS, in ms.
    pub(crate) header_timeout_ms: u32,
    /// Bytes per second that a client sends at least, over [`Self::body_window_ms`] in which the server waits for it.
    pub(crate) body_bytes_per_s_min: u32,
    /// Time over which the speed of a client is measured, in ms.
    pub(crate) body_window_ms: u32,
}

impl Default for LimitsSection {
    fn default() -> Self {
        Self {
            token_requests_per_s: 500,
            token_burst: 5_000,
            address_requests_per_s: 60,
            address_burst: 600,
            sign_ins_per_minute: 30,
            sign_in_burst: 30,
            connections_max: 512,
            connections_per_address_max: None,
            header_timeout_ms: 30_000,
            body_bytes_per_s_min: 1_024,
            body_window_ms: 30_000,
        }
    }
}

impl LimitsSection {
    /// What is wrong with these limits, if anything.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let needs_burst = |rate: u32, burst: u32| rate > 0 && burst == 0;
        let faults = [
            (
                needs_burst(self.token_requests_per_s, self.token_burst),
                "token_burst is at least 1",
            ),
            (
                needs_burst(self.address_requests_per_s, self.address_burst),
                "address_burst is at least 1",
            ),
            (
                needs_burst(self.sign_ins_per_minute, self.sign_in_burst),
                "sign_in_burst is at least 1",
            ),
            (
                !(1..=100_000).contains(&self.connections_max),
                "connections_max lies between 1 and 100000",
            ),
            (
                self.connections_per_address_max == Some(0),
                "connections_per_address_max is at least 1",
            ),
            (
                self.header_timeout_ms < 100,
                "header_timeout_ms is at least 100",
            ),
            (self.body_window_ms < 100, "body_window_ms is at least 100"),
        ];
        let fault = faults.into_iter().find(|(is_wrong, _)| *is_wrong);
        fault.map(|(_, what)| what)
    }

    /// [`Self::header_timeout_ms`] as a duration.
    pub(crate) fn header_timeout(&self) -> Duration {
        Duration::from_millis(u64::from(self.header_timeout_ms))
    }

    /// [`Self::body_window_ms`] as a duration.
    pub(crate) fn body_window(&self) -> Duration {
        Duration::from_millis(u64::from(self.body_window_ms))
    }

    /// Bytes that a client sends at least in each window.
    pub(crate) fn body_bytes_per_window(&self) -> u64 {
        u64::from(self.body_bytes_per_s_min) * u64::from(self.body_window_ms) / 1_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senseless_limits_are_refused() {
        assert_eq!(LimitsSection::default().fault(), None);
        for text in [
            "token_burst = 0",
            "address_burst = 0",
            "sign_in_burst = 0",
            "connections_max = 0",
            "connections_per_address_max = 0",
            "header_timeout_ms = 5",
            "body_window_ms = 5",
        ] {
            let limits: LimitsSection = toml::from_str(text).expect("reads");
            let name = text.split(' ').next().unwrap_or_default();
            assert!(
                limits.fault().is_some_and(|fault| fault.contains(name)),
                "{text}"
            );
        }
        let off: LimitsSection =
            toml::from_str("token_requests_per_s = 0\ntoken_burst = 0").expect("reads");
        assert_eq!(off.fault(), None);
    }
}
