//! Every role at every route.

use fovea_server::{Access, ROUTES, Role};
use reqwest::Method;

use crate::client::{Client, problem};
use crate::site::Site;

/// A path that the route takes; what stands there does not exist.
fn sample_path(template: &str) -> String {
    let id = "0".repeat(64);
    let parts = template.split('/').map(|part| {
        if part.starts_with('{') {
            id.as_str()
        } else {
            part
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn the_table_is_what_the_server_does() {
    let site = Site::start().await;
    for route in ROUTES {
        let method: Method = route.method.parse().expect("a method");
        let path = sample_path(route.path);
        let nobody = Client::new(&site.handle.url(), None)
            .send(method.clone(), &path)
            .await
            .status()
            .as_u16();
        let Access::Roles(allowed) = route.access else {
            assert!(
                nobody != 401 && nobody != 403,
                "{path} is public and answers {nobody}"
            );
            continue;
        };
        assert_eq!(nobody, 401, "{path} without a token");
        for role in Role::ALL {
            // A new account for each: signing out ends a token.
            let client = site.client(role.name(), role);
            let status = client.send(method.clone(), &path).await.status().as_u16();
            assert_eq!(
                status != 403,
                allowed.contains(&role),
                "{} {path} as {}: {status}",
                route.method,
                role.name()
            );
            assert!(
                status < 500 && status != 401,
                "{} {path} as {}: {status}",
                route.method,
                role.name()
            );
        }
    }
}

#[tokio::test]
async fn the_description_and_the_table_name_the_same_routes() {
    let api: serde_json::Value = serde_json::from_str(&fovea_server::openapi_json()).expect("JSON");
    let mut described = Vec::new();
    for (path, item) in api["paths"].as_object().expect("paths") {
        for method in item
            .as_object()
            .expect("operations")
            .keys()
            .filter(|method| *method != "head")
        {
            described.push((method.to_uppercase(), path.clone()));
        }
    }
    let mut table: Vec<_> = ROUTES
        .iter()
        .map(|route| (route.method.to_owned(), route.path.to_owned()))
        .collect();
    described.sort();
    table.sort();
    assert_eq!(described, table);
}

#[tokio::test]
async fn tokens_that_are_not_ours_are_refused() {
    let site = Site::start().await;
    let mut token = site.labeler().token.expect("a token");
    token.pop();
    for bad in [
        token.clone(),
        format!("{token}\u{61}\u{61}"),
        "x".into(),
        format!("fovea_{}", "0".repeat(64)),
        "é".into(),
    ] {
        let client = Client::new(&site.handle.url(), Some(bad));
        assert_eq!(
            problem(client.send(Method::GET, "/v1/hello").await)
                .await
                .code,
            "not_signed_in"
        );
    }
}
