//! Objects in memory: bytes that were hashed when they were read, up to a budget.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use fovea_annotation::ContentHash;
use quick_cache::Weighter;

/// One object may take this part of the budget, so that a volume does not drive all tiles out.
const SHARE_MAX: u64 = 32;
/// Bytes of a typical object, for the size of the table.
const TYPICAL_BYTES: u64 = 128 * 1024;

/// The objects in memory; clones share them.
#[derive(Clone)]
pub(super) struct Cache {
    kept: Option<Arc<quick_cache::sync::Cache<ContentHash, Bytes, ByLength>>>,
    object_bytes_max: u64,
}

#[derive(Clone)]
struct ByLength;

impl Weighter<ContentHash, Bytes> for ByLength {
    fn weight(&self, _: &ContentHash, bytes: &Bytes) -> u64 {
        // Empty objects take room as well: without a weight they would never go.
        bytes.len() as u64 + 64
    }
}

impl Cache {
    /// A cache of up to `bytes`; 0 keeps nothing.
    pub(super) fn with_budget(bytes: u64) -> Self {
        let items = usize::try_from(bytes / TYPICAL_BYTES).unwrap_or(usize::MAX);
        let kept = (bytes > 0).then(|| {
            let cache = quick_cache::sync::Cache::with_weighter(items.max(16), bytes, ByLength);
            Arc::new(cache)
        });
        Self {
            kept,
            object_bytes_max: bytes / SHARE_MAX,
        }
    }

    /// The object, where it is in memory.
    pub(super) fn get(&self, sha256: ContentHash) -> Option<Bytes> {
        self.kept.as_ref()?.get(&sha256)
    }

    /// The object of `len` bytes, from memory or by `load`, which checks them. Requests that want it at the same time
    /// wait for one that loads it; when that fails, the next one tries.
    pub(super) async fn get_or_load<E>(
        &self,
        sha256: ContentHash,
        len: u64,
        load: impl Future<Output = Result<Bytes, E>>,
    ) -> Result<Bytes, E> {
        match &self.kept {
            Some(kept) if len <= self.object_bytes_max => {
                kept.get_or_insert_async(&sha256, load).await
            }
            _ => load.await,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    const KIB: u64 = 1024;

    fn object(at: u32, len: u64) -> (ContentHash, Bytes) {
        let mut bytes = vec![0; len as usize];
        bytes[..4].copy_from_slice(&at.to_le_bytes());
        (ContentHash::of(&bytes), bytes.into())
    }

    async fn load(cache: &Cache, (sha256, bytes): &(ContentHash, Bytes)) -> Bytes {
        let found = async { Ok::<_, ()>(bytes.clone()) };
        let loaded = cache.get_or_load(*sha256, bytes.len() as u64, found).await;
        loaded.expect("loads")
    }

    #[tokio::test]
    async fn the_budget_is_kept() {
        let cache = Cache::with_budget(1024 * KIB);
        let objects: Vec<_> = (0..400).map(|at| object(at, 10 * KIB)).collect();
        for object in &objects {
            assert_eq!(load(&cache, object).await, object.1);
        }
        let kept = objects
            .iter()
            .filter(|(hash, _)| cache.get(*hash).is_some());
        let kept = kept.count() as u64 * 10 * KIB;
        assert!((300 * KIB..=1024 * KIB).contains(&kept), "{kept}");
    }

    #[tokio::test]
    async fn large_objects_pass_by_and_a_budget_of_nothing_keeps_nothing() {
        for (budget, len) in [(1024 * KIB, 33 * KIB), (0, 10)] {
            let (cache, object) = (Cache::with_budget(budget), object(1, len));
            assert_eq!(load(&cache, &object).await, object.1);
            assert_eq!(cache.get(object.0), None);
        }
    }

    #[tokio::test]
    async fn one_of_many_loads_and_a_failure_is_not_kept() {
        let (cache, loads) = (Cache::with_budget(1024 * KIB), AtomicU32::new(0));
        let (sha256, bytes) = object(7, 100);
        let ask = || {
            cache.get_or_load(sha256, 100, async {
                tokio::task::yield_now().await;
                match loads.fetch_add(1, Ordering::SeqCst) {
                    0 => Err("the store is away"),
                    _ => Ok(bytes.clone()),
                }
            })
        };
        let asked = futures_util::future::join_all((0..20).map(|_| ask())).await;
        let failed = asked.iter().filter(|answer| answer.is_err()).count();
        assert_eq!((failed, loads.load(Ordering::SeqCst)), (1, 2));
    }
}
