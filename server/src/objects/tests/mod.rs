//! What holds of the objects wherever they are: in a folder, in a bucket, in a bucket and sealed.

mod faults;

use bytes::Bytes;
use fovea_annotation::ContentHash;
use fovea_test_data::S3;
use object_store::{ObjectStoreExt as _, PutPayload};
use tempfile::TempDir;
use uuid::Uuid;

use super::settings::S3Section;
use super::{KeyRing, ObjectError, ObjectPlace, Objects};

const CACHE_BYTES: u64 = 16 << 20;
const KMS_KEY_ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

/// Objects in a place of their own.
struct Home {
    name: &'static str,
    objects: Objects,
    _folder: TempDir,
}

/// One home of each kind.
fn homes() -> Vec<Home> {
    vec![
        in_folder(),
        in_bucket("a bucket", &s3().endpoint(), None),
        in_bucket(
            "a bucket, sealed",
            &s3().endpoint(),
            Some(KeyRing::generate()),
        ),
    ]
}

fn s3() -> &'static S3 {
    S3::shared("the tests of the object store").expect("`./x test` installs it")
}

fn in_folder() -> Home {
    let folder = tempfile::tempdir().expect("a folder");
    let place = ObjectPlace::Folder {
        folder: folder.path().join("objects"),
        key_file: folder.path().join("objects.agekey"),
    };
    let objects = Objects::open(&place, Some(KeyRing::generate()), CACHE_BYTES);
    Home {
        name: "a folder",
        objects: objects.expect("opens"),
        _folder: folder,
    }
}

fn in_bucket(name: &'static str, endpoint: &str, ring: Option<KeyRing>) -> Home {
    let folder = tempfile::tempdir().expect("a folder");
    let bucket = S3Section {
        endpoint: Some(endpoint.into()),
        prefix: Some("here/objects".into()),
        ..bucket(&folder, s3().new_bucket())
    };
    Home {
        name,
        objects: open(bucket, ring),
        _folder: folder,
    }
}

fn bucket(folder: &TempDir, bucket: String) -> S3Section {
    let credentials = folder.path().join("credentials");
    std::fs::write(&credentials, S3::CREDENTIALS).expect("writes");
    S3Section {
        bucket,
        region: S3::REGION.into(),
        endpoint: Some(s3().endpoint()),
        prefix: None,
        credentials_file: Some(credentials),
        kms_key_id: None,
    }
}

fn open(bucket: S3Section, ring: Option<KeyRing>) -> Objects {
    let place = ObjectPlace::S3 {
        bucket,
        key_file: None,
    };
    Objects::open(&place, ring, CACHE_BYTES).expect("opens")
}

fn object(bytes: impl Into<Bytes>) -> (ContentHash, Bytes) {
    let bytes = bytes.into();
    (ContentHash::of(&bytes), bytes)
}

/// Writes something else over an object, behind the back of its home.
async fn overwrite(objects: &Objects, sha256: ContentHash, with: &[u8]) {
    let payload = PutPayload::from(with.to_vec());
    let put = objects.store.put(&objects.key(sha256), payload).await;
    put.expect("writes");
}

#[tokio::test]
async fn what_is_put_comes_back() {
    for home in homes() {
        for bytes in [vec![], vec![7], vec![1; 200_000]] {
            let (sha256, bytes) = object(bytes);
            let found = home.objects.get(sha256).await;
            assert!(matches!(found, Err(ObjectError::Missing)), "{}", home.name);
            for _ in 0..2 {
                let put = home.objects.put(sha256, bytes.clone(), false).await;
                put.expect(home.name);
                assert_eq!(home.objects.get(sha256).await.expect(home.name), bytes);
            }
        }
    }
}

#[tokio::test]
async fn large_objects_come_back() {
    let mut bytes = vec![0; 64 << 20];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = (at >> 9) as u8;
    }
    let (sha256, bytes) = object(bytes);
    for home in homes() {
        let put = home.objects.put(sha256, bytes.clone(), false).await;
        put.expect(home.name);
        assert!(home.objects.get(sha256).await.expect(home.name) == bytes);
    }
}

#[tokio::test]
async fn bytes_of_another_name_are_refused() {
    for home in homes() {
        let (sha256, _) = object("these");
        let put = home.objects.put(sha256, "those".into(), false).await;
        assert!(matches!(put, Err(ObjectError::WrongHash)), "{}", home.name);
        let found = home.objects.get(sha256).await;
        assert!(matches!(found, Err(ObjectError::Missing)), "{}", home.name);
    }
}

#[tokio::test]
async fn a_whole_object_is_left_alone() {
    for home in homes() {
        let (sha256, bytes) = object("bytes");
        home.objects
            .put(sha256, bytes.clone(), false)
            .await
            .expect(home.name);
        let modified = async || {
            let meta = home.objects.store.head(&home.objects.key(sha256)).await;
            let meta = meta.expect("is there");
            (meta.last_modified, meta.e_tag)
        };
        let before = modified().await;
        home.objects
            .put(sha256, bytes, false)
            .await
            .expect(home.name);
        assert_eq!(modified().await, before, "{}", home.name);
    }
}

#[tokio::test]
async fn damage_is_found_and_replaced() {
    for home in homes() {
        let (sha256, bytes) = object("bytes that rot");
        let put = async |replace| home.objects.put(sha256, bytes.clone(), replace).await;
        for replace in [true, false] {
            for rot in [&b"other bytes"[..], b"", b"age-encryption.org/v1\n"] {
                put(false).await.expect(home.name);
                overwrite(&home.objects, sha256, rot).await;
                let found = home.objects.get(sha256).await;
                assert!(matches!(found, Err(ObjectError::Damaged)), "{}", home.name);
                // An object that a crash left behind is not known to be damaged; it is looked at before it counts.
                put(replace).await.expect(home.name);
                assert_eq!(home.objects.get(sha256).await.expect(home.name), bytes);
            }
        }
    }
}

#[tokio::test]
async fn what_rots_in_the_store_is_served_from_memory_or_not_at_all() {
    for home in homes() {
        let (sha256, bytes) = object(vec![9; 5_000]);
        let len = bytes.len() as u64;
        let put = home.objects.put(sha256, bytes.clone(), false).await;
        put.expect(home.name);
        assert_eq!(home.objects.cached(sha256), None, "nothing was read yet");
        overwrite(&home.objects, sha256, b"rot").await;
        let found = home.objects.get_cached(sha256, len, None).await;
        assert!(matches!(found, Err(ObjectError::Damaged)), "{}", home.name);
        assert_eq!(home.objects.cached(sha256), None, "rot is not kept");
        let put = home.objects.put(sha256, bytes.clone(), true).await;
        put.expect(home.name);
        let found = home.objects.get_cached(sha256, len, None).await;
        assert_eq!(found.expect(home.name), bytes);
        overwrite(&home.objects, sha256, b"rot").await;
        assert_eq!(home.objects.cached(sha256), Some(bytes));
        let scrubbed = home.objects.get(sha256).await;
        assert!(
            matches!(scrubbed, Err(ObjectError::Damaged)),
            "{}",
            home.name
        );
    }
}

#[tokio::test]
async fn many_may_put_the_same() {
    for home in homes() {
        let (sha256, bytes) = object(vec![3; 50_000]);
        let puts = (0..16).map(|_| {
            let (objects, bytes) = (home.objects.clone(), bytes.clone());
            tokio::spawn(async move { objects.put(sha256, bytes, false).await })
        });
        let puts: Vec<_> = puts.collect();
        for put in puts {
            put.await.expect("joins").expect(home.name);
        }
        assert_eq!(home.objects.get(sha256).await.expect(home.name), bytes);
    }
}

#[tokio::test]
async fn a_bucket_belongs_to_one_server() {
    let (owner, other) = (Uuid::new_v4(), Uuid::new_v4());
    for home in homes() {
        home.objects.reach().await.expect(home.name);
        for _ in 0..2 {
            home.objects.claim(owner).await.expect(home.name);
        }
        let claimed = home.objects.claim(other).await;
        match home.objects.folder() {
            Some(_) => claimed.expect("a folder lies beside its database"),
            None => assert!(matches!(claimed, Err(ObjectError::OtherServer))),
        }
    }
}

#[tokio::test]
async fn a_bucket_that_is_gone_says_nothing_about_objects() {
    let folder = tempfile::tempdir().expect("a folder");
    let objects = open(bucket(&folder, "no-such-bucket".to_owned()), None);
    let (sha256, bytes) = object("bytes");
    let found = objects.get(sha256).await;
    assert!(matches!(found, Err(ObjectError::Store(_))), "{found:?}");
    let put = objects.put(sha256, bytes, false).await;
    assert!(matches!(put, Err(ObjectError::Store(_))), "{put:?}");
    assert!(objects.claim(Uuid::new_v4()).await.is_err());
    assert!(objects.reach().await.is_err());
}

#[tokio::test]
async fn objects_are_sealed_where_they_should_be() {
    let text = "a recognisable run of bytes".repeat(20);
    for home in homes() {
        let (sha256, bytes) = object(text.clone());
        home.objects
            .put(sha256, bytes, false)
            .await
            .expect(home.name);
        let key = home.objects.key(sha256);
        let stored = home.objects.store.get(&key).await.expect("is there");
        let stored = stored.bytes().await.expect("reads");
        let is_sealed = stored.starts_with(b"age-encryption.org/v1");
        assert_eq!(is_sealed, home.name != "a bucket", "{}", home.name);
        assert_eq!(is_sealed, key.as_ref().ends_with(".age"));
    }
}

#[tokio::test]
async fn the_bucket_is_asked_to_encrypt_with_the_key_of_the_settings() {
    let folder = tempfile::tempdir().expect("a folder");
    let name = s3().new_bucket();
    let section = S3Section {
        kms_key_id: Some(KMS_KEY_ID.into()),
        ..bucket(&folder, name.clone())
    };
    let objects = open(section, None);
    let (sha256, bytes) = object("bytes");
    objects.put(sha256, bytes, false).await.expect("puts");
    let seal = s3().seal(&name, objects.key(sha256).as_ref());
    assert_eq!(seal, format!("aws:kms {KMS_KEY_ID}"));
}
