//! Taking scans in: the firewall stands in front of everything that is stored.

use fovea_geometry::SizePx;
use fovea_phantom::{PATIENT_CANARY, PhantomParams, generate, heidelberg_vol};
use fovea_protocol::{AuditPage, CaseRecord, CaseTaken, IntakesPage, TileView};
use fovea_server::Role;
use reqwest::{Method, Response};

use crate::client::{Client, problem};
use crate::site::Site;

/// A `.vol` with a patient's name in every field of its header that can hold one.
pub(crate) fn vol() -> Vec<u8> {
    let params = PhantomParams::sample()
        .with_size(SizePx::new(64, 48))
        .with_bscans(3);
    heidelberg_vol(&generate(7, &params).volume)
}

const BOUNDARY: &str = "fovea-test-boundary";

/// A form as a browser sends it; the name of the file names a patient too.
fn form(file: &[u8], fields: &[(&str, &str)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend_from_slice(
            format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            )
            .as_bytes(),
        );
    }
    body.extend_from_slice(
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{PATIENT_CANARY}.vol\"\r\nContent-Type: application/octet-stream\r\n\r\n")
            .as_bytes(),
    );
    body.extend_from_slice(file);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    body
}

pub(crate) async fn post(client: &Client, file: &[u8], fields: &[(&str, &str)]) -> Response {
    client
        .request(Method::POST, "/v1/cases")
        .header(
            "content-type",
            format!("multipart/form-data; boundary={BOUNDARY}"),
        )
        .body(form(file, fields))
        .send()
        .await
        .expect("the server answers")
}

pub(crate) const DECLARED: [(&str, &str); 2] =
    [("device_id", "spectralis-1"), ("consent", "written")];

#[tokio::test]
async fn a_scan_becomes_a_case_and_the_same_scan_is_the_same_case() {
    let site = Site::start().await;
    let client = site.labeler();
    let response = post(&client, &vol(), &DECLARED).await;
    assert_eq!(response.status(), 201);
    let taken: CaseTaken = response.json().await.expect("a case");
    assert_eq!(taken.tile_count, 3);

    let case: CaseRecord = client.get(&format!("/v1/cases/{}", taken.case_id)).await;
    assert_eq!((case.tile_count, case.tiles.len()), (3, 3));
    let tile: TileView = client
        .get(&format!("/v1/tiles/{}", case.tiles[1].tile_id))
        .await;
    let raw = client.send(Method::GET, &tile.raw_img.href).await;
    assert!(raw.bytes().await.expect("bytes").starts_with(b"\x89PNG"));
    let volume = client
        .send(Method::GET, &format!("/v1/blobs/{}", taken.volume))
        .await;
    let volume = volume.bytes().await.expect("bytes");
    assert_eq!(&volume[128..132], b"DICM", "vendor files are re-emitted");

    let again = post(&client, &vol(), &DECLARED).await;
    assert_eq!(again.status(), 200);
    let again: CaseTaken = again.json().await.expect("a case");
    assert_eq!(again, taken);

    let intakes: IntakesPage = site
        .client("rosa", Role::Researcher)
        .get(&format!("/v1/cases/{}/intakes", taken.case_id))
        .await;
    assert_eq!(intakes.intakes.len(), 2, "each file has its report");
    assert_eq!(intakes.intakes[0].device_id, "spectralis-1");
    assert_eq!(intakes.intakes[0].report["consent"], "written");
    let audit: AuditPage = site.client("olga", Role::Auditor).get("/v1/audit").await;
    let actions = audit.entries.iter().map(|entry| entry.action.as_str());
    let told: Vec<_> = actions.filter(|a| a.starts_with("CASE_")).collect();
    assert_eq!(told, ["CASE_REGISTER", "CASE_INTAKE", "CASE_INTAKE"]);
}

#[tokio::test]
async fn nothing_comes_in_undeclared_or_unread() {
    let site = Site::start().await;
    let client = site.labeler();
    /// A file, the other fields of its form, and the answer.
    type Case<'a> = (&'a [u8], &'a [(&'a str, &'a str)], u16, &'a str);
    let cases: [Case<'_>; 7] = [
        (&vol(), &[("device_id", "x")], 422, "consent_missing"),
        (&vol(), &[("consent", "written")], 422, "device_missing"),
        (
            &vol(),
            &[("consent", "written"), ("device_id", "no spaces please")],
            422,
            "device_missing",
        ),
        (
            &vol(),
            &[("consent", "surely"), ("device_id", "x")],
            422,
            "bad_consent",
        ),
        (
            &vol(),
            &[
                ("consent", "written"),
                ("device_id", "x"),
                ("laterality", "both"),
            ],
            422,
            "bad_laterality",
        ),
        (b"no scan at all", &DECLARED, 422, "unreadable"),
        (&vol(), &[("surprise", "1")], 400, "bad_form"),
    ];
    for (file, fields, status, code) in cases {
        let body = problem(post(&client, file, fields).await).await;
        assert_eq!(
            (body.status, body.code.as_str()),
            (status, code),
            "{fields:?}"
        );
        assert!(!body.detail.contains("CANARY"), "{}", body.detail);
    }
    let page: fovea_protocol::CasesPage = client.get("/v1/cases").await;
    assert!(page.cases.is_empty());
    let blobs = site.intrude("SELECT count(*) FROM blobs");
    assert_eq!(blobs.as_deref(), Ok("0"), "what is refused leaves nothing");
}

#[tokio::test]
async fn no_word_about_the_patient_is_on_the_disk() {
    let site = Site::start().await;
    let client = site.labeler();
    let file = vol();
    assert!(
        contains(&file, PATIENT_CANARY.as_bytes()),
        "the token is in the file"
    );
    assert_eq!(post(&client, &file, &DECLARED).await.status(), 201);
    let taken: CaseTaken = post(&client, &file, &DECLARED)
        .await
        .json()
        .await
        .expect("a case");
    // Objects are encrypted on disk, so they are asked for; everything else is searched as it lies there.
    let case: CaseRecord = client.get(&format!("/v1/cases/{}", taken.case_id)).await;
    let mut blobs = vec![taken.volume];
    blobs.extend(case.tiles.iter().map(|tile| tile.raw));
    for blob in blobs {
        let bytes = client.send(Method::GET, &format!("/v1/blobs/{blob}")).await;
        assert!(!contains(&bytes.bytes().await.expect("bytes"), b"CANARY"));
    }
    let mut open = vec![site.data().to_owned()];
    let mut searched = 0;
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("lists") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => open.push(path),
                false => {
                    let bytes = std::fs::read(&path).expect("reads");
                    assert!(!contains(&bytes, b"CANARY"), "{}", path.display());
                    searched += 1;
                }
            }
        }
    }
    assert!(searched > 5);
}

fn contains(bytes: &[u8], token: &[u8]) -> bool {
    bytes.windows(token.len()).any(|window| window == token)
}
