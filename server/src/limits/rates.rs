//! Requests per time, by token, and by address where there is no valid token.
//!
//! By the token first: behind a proxy all clients have one address, and somebody who works must not wait for a neighbour.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use fovea_annotation::ContentHash;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::LimitsSection;

/// Clients that were quiet long enough are forgotten after so many questions.
const QUESTIONS_PER_CLEANING: u32 = 4_096;

/// A client that asks too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany {
    /// Which limit it met: `token`, `address` or `sign_in`.
    pub(crate) by: &'static str,
    /// When the next request will be taken.
    pub(crate) wait: Duration,
}

/// The rates of all clients; clones share them.
#[derive(Clone)]
pub(crate) struct Rates(Arc<Limiters>);

struct Limiters {
    tokens: Option<Limiter<ContentHash>>,
    addresses: Option<Limiter<IpAddr>>,
    sign_ins: Option<Limiter<IpAddr>>,
}

impl Rates {
    pub(crate) fn new(limits: &LimitsSection) -> Self {
        Self(Arc::new(Limiters {
            tokens: Limiter::new("token", limits.token_requests_per_s, limits.token_burst, 1),
            addresses: Limiter::new(
                "address",
                limits.address_requests_per_s,
                limits.address_burst,
                1,
            ),
            sign_ins: Limiter::new(
                "sign_in",
                limits.sign_ins_per_minute,
                limits.sign_in_burst,
                60,
            ),
        }))
    }

    /// Counts a request with a token that is valid: the number of those is what was handed out.
    pub(crate) fn with_token(&self, token_hash: ContentHash) -> Result<(), TooMany> {
        let tokens = self.0.tokens.as_ref();
        tokens.map_or(Ok(()), |limiter| limiter.check(token_hash))
    }

    /// Counts a request without a valid token.
    pub(crate) fn without_token(&self, address: IpAddr) -> Result<(), TooMany> {
        let addresses = self.0.addresses.as_ref();
        addresses.map_or(Ok(()), |limiter| limiter.check(network(address)))
    }

    /// Counts an attempt to sign in.
    pub(crate) fn sign_in(&self, address: IpAddr) -> Result<(), TooMany> {
        let sign_ins = self.0.sign_ins.as_ref();
        sign_ins.map_or(Ok(()), |limiter| limiter.check(network(address)))
    }
}

/// One limit.
struct Limiter<K: Hash + Eq + Clone> {
    name: &'static str,
    kept: DefaultKeyedRateLimiter<K>,
    clock: DefaultClock,
    questions: AtomicU32,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    /// `rate` requests in `period_s` seconds and `burst` at once; `None` where `rate` is 0.
    fn new(name: &'static str, rate: u32, burst: u32, period_s: u64) -> Option<Self> {
        let (rate, burst) = (NonZeroU32::new(rate)?, NonZeroU32::new(burst)?);
        let period = Duration::from_secs(period_s) / rate.get();
        let quota = Quota::with_period(period)?.allow_burst(burst);
        Some(Self {
            name,
            kept: RateLimiter::keyed(quota),
            clock: DefaultClock::default(),
            questions: AtomicU32::new(0),
        })
    }

    fn check(&self, key: K) -> Result<(), TooMany> {
        let asked = self.questions.fetch_add(1, Ordering::Relaxed);
        if asked % QUESTIONS_PER_CLEANING == QUESTIONS_PER_CLEANING - 1 {
            self.kept.retain_recent();
            self.kept.shrink_to_fit();
        }
        self.kept.check_key(&key).map_err(|until| TooMany {
            by: self.name,
            wait: until.wait_time_from(self.clock.now()),
        })
    }
}

/// Who has one address of version 6 has the other 2⁶⁴ of its network too.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(text: &str) -> Rates {
        Rates::new(&toml::from_str(text).expect("reads"))
    }

    #[test]
    fn each_token_and_each_network_has_its_own_budget() {
        let rates = rates(
            "token_requests_per_s = 1\ntoken_burst = 3\naddress_requests_per_s = 1\naddress_burst = 2",
        );
        let (one, other) = (ContentHash::of(b"1"), ContentHash::of(b"2"));
        for _ in 0..3 {
            assert_eq!(rates.with_token(one), Ok(()));
        }
        let refused = rates.with_token(one).expect_err("is too much");
        assert_eq!(refused.by, "token");
        assert!(refused.wait <= Duration::from_secs(1), "{refused:?}");
        assert_eq!(rates.with_token(other), Ok(()));
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        assert_eq!(rates.without_token(address("2001:db8::1")), Ok(()));
        assert_eq!(rates.without_token(address("2001:db8::2")), Ok(()));
        assert!(rates.without_token(address("2001:db8::3")).is_err());
        assert_eq!(rates.without_token(address("2001:db8:0:1::3")), Ok(()));
        assert_eq!(rates.without_token(address("10.0.0.1")), Ok(()));
        assert_eq!(rates.without_token(address("::ffff:10.0.0.1")), Ok(()));
        assert!(rates.without_token(address("10.0.0.1")).is_err());
    }

    #[test]
    fn nothing_is_refused_without_a_limit() {
        let rates = rates("token_requests_per_s = 0");
        let token = ContentHash::of(b"1");
        assert!((0..50_000).all(|_| rates.with_token(token).is_ok()));
    }
}
