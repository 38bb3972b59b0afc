//! A store that fails: nothing is lost, nothing is half there, and the next try succeeds.

use std::io;

use fovea_test_data::{Fault, Proxy};

use super::{KeyRing, in_bucket, object, s3};
use crate::objects::{ObjectError, Objects};

/// A try, its retries by the client and its tries by the house.
const ALWAYS: u32 = u32::MAX;

fn behind(proxy: &Proxy) -> Vec<Objects> {
    let rings = [None, Some(KeyRing::generate())];
    let homes = rings.map(|ring| in_bucket("a bucket", &proxy.endpoint(), ring));
    homes.into_iter().map(|home| home.objects).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_that_passes_is_not_noticed() {
    let proxy = Proxy::before(s3().port());
    let (sha256, bytes) = object(vec![5; 300_000]);
    for (method, fault) in [
        ("PUT", Fault::Answer500),
        ("PUT", Fault::CutRequest(100_000)),
        // The store has the object and could not say so.
        ("PUT", Fault::CutAnswer(5)),
        ("GET", Fault::Answer500),
        ("GET", Fault::CutAnswer(100_000)),
    ] {
        for objects in behind(&proxy) {
            proxy.fail(method, fault, 2);
            let put = objects.put(sha256, bytes.clone(), false).await;
            put.unwrap_or_else(|error| panic!("{method} {fault:?}: {error}"));
            let found = objects.get(sha256).await;
            assert_eq!(found.expect("is there"), bytes, "{method} {fault:?}");
            assert_eq!(proxy.heal(), 2, "{method} {fault:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_that_stays_is_told_and_leaves_nothing_half() {
    let proxy = Proxy::before(s3().port());
    let (sha256, bytes) = object(vec![6; 300_000]);
    for (fault, reading) in [
        (Fault::Answer500, Fault::Answer500),
        (Fault::CutRequest(100_000), Fault::CutAnswer(1_000)),
    ] {
        for objects in behind(&proxy) {
            proxy.fail("PUT", fault, ALWAYS);
            let put = objects.put(sha256, bytes.clone(), false).await;
            assert!(matches!(put, Err(ObjectError::Store(_))), "{put:?}");
            assert!(proxy.heal() > 1, "{fault:?} was tried again");
            let found = objects.get(sha256).await;
            assert!(matches!(found, Err(ObjectError::Missing)), "{fault:?}");
            let put = objects.put(sha256, bytes.clone(), false).await;
            put.expect("the next try succeeds");
            proxy.fail("GET", reading, ALWAYS);
            let found = objects.get(sha256).await;
            assert!(matches!(found, Err(ObjectError::Store(_))), "{reading:?}");
            proxy.heal();
            assert_eq!(objects.get(sha256).await.expect("is there"), bytes);
        }
    }
}

#[tokio::test]
async fn no_room_is_told_apart() {
    for (kind, is_full) in [
        (io::ErrorKind::StorageFull, true),
        (io::ErrorKind::QuotaExceeded, true),
        (io::ErrorKind::FileTooLarge, true),
        (io::ErrorKind::PermissionDenied, false),
    ] {
        let cause = io::Error::new(kind, "said the disk");
        let wrapped = object_store::Error::Generic {
            store: "test",
            source: Box::new(object_store::Error::Generic {
                store: "test",
                source: Box::new(cause),
            }),
        };
        let error = ObjectError::from(wrapped);
        assert_eq!(matches!(error, ObjectError::Full), is_full, "{error}");
    }
}
