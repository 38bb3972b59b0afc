//! The API described for machines. The committed copy is `docs/openapi.json`; a test holds the two together.

use fovea_protocol::{ProblemBody, Sha256};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder, Schema};
use utoipa::{Modify, OpenApi as _};

use super::routes;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Fovea server", description = "Cases, runs, tiles, the active-learning queue, label versions with audit, blobs."),
    paths(
        routes::health::healthz,
        routes::health::readyz,
        routes::health::openapi,
        routes::status::metrics,
        routes::status::page,
        routes::status::status,
        routes::auth::login,
        routes::auth::refresh,
        routes::auth::logout,
        routes::auth::password,
        routes::oidc::start,
        routes::oidc::callback,
        routes::oidc::device,
        routes::oidc::poll,
        routes::users::me,
        routes::users::list,
        routes::users::create,
        routes::users::show,
        routes::users::change,
        routes::users::tokens,
        routes::users::create_token,
        routes::users::end_token,
        routes::hello::hello,
        routes::sync::have,
        routes::sync::push,
        routes::changes::changes,
        routes::blobs::get_blob,
        routes::blobs::head_blob,
        routes::blobs::put_blob,
        routes::queue::queue,
        routes::leases::list,
        routes::leases::release,
        routes::leases::renew,
        routes::recompute::start,
        routes::recompute::show,
        routes::cases::list,
        routes::cases::show,
        routes::cases::create,
        routes::cases::intakes,
        routes::case_access::show,
        routes::case_access::change,
        routes::uploads::options,
        routes::uploads::create,
        routes::uploads::show,
        routes::uploads::append,
        routes::uploads::delete,
        routes::runs::create,
        routes::runs::list,
        routes::runs::show,
        routes::runs::logs,
        routes::runs::artifacts,
        routes::runs::manifest,
        routes::runs::cancel,
        routes::runs::retry,
        routes::run_events::events,
        routes::tiles::show,
        routes::tiles::versions,
        routes::labels::create,
        routes::labels::rollback,
        routes::labels::diff,
        routes::reviews::review,
        routes::reviews::reviews,
        routes::reviews::approve,
        routes::reviews::adjudicate,
        routes::reviews::merge,
        routes::reviews::preview,
        routes::reviews::disagreements,
        routes::audit::list,
        routes::audit::head,
        routes::audit::verify,
    ),
    components(schemas(ProblemBody, Sha256)),
    modifiers(&Everywhere)
)]
struct Api;

/// The description as pretty JSON with a line end.
pub fn openapi_json() -> String {
    // Serialising plain structs cannot fail; an empty text would fail the test that compares the committed copy.
    Api::openapi().to_pretty_json().unwrap_or_default() + "\n"
}

/// Bodies of operations stand beside the tag `op`, which `additionalProperties: false` would forbid.
fn open_for_the_tag(components: &mut Components) {
    for name in ["CaseMeta", "PredictionOffer", "VersionOffer"] {
        if let Some(RefOr::T(Schema::Object(object))) = components.schemas.get_mut(name) {
            object.additional_properties = None;
        }
    }
}

/// What holds for every operation: a name, a bearer token, and problem bodies.
struct Everywhere;

impl Modify for Everywhere {
    fn modify(&self, api: &mut OpenApi) {
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let components = api.components.get_or_insert_with(Components::new);
        components.add_security_scheme("bearer", bearer);
        open_for_the_tag(components);
        api.security = Some(vec![SecurityRequirement::new(
            "bearer",
            Vec::<String>::new(),
        )]);
        let problem = ResponseBuilder::new()
            .description("what went wrong and what to do (RFC 9457)")
            .content(
                fovea_protocol::PROBLEM_CONTENT_TYPE,
                ContentBuilder::new()
                    .schema(Some(Ref::from_schema_name("ProblemBody")))
                    .build(),
            )
            .build();
        for (path, item) in &mut api.paths.paths {
            let operations = [
                ("get", &mut item.get),
                ("head", &mut item.head),
                ("put", &mut item.put),
                ("post", &mut item.post),
                ("patch", &mut item.patch),
                ("delete", &mut item.delete),
                ("options", &mut item.options),
            ];
            for (method, operation) in operations {
                let Some(operation) = operation else { continue };
                operation.operation_id = Some(operation_id(method, path));
                operation
                    .responses
                    .responses
                    .insert("default".into(), problem.clone().into());
            }
        }
    }
}

/// A name that no other operation has: those of the functions come more than once.
fn operation_id(method: &str, path: &str) -> String {
    let words = path.split(|letter: char| !letter.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    let words: Vec<&str> = std::iter::once(method).chain(words).collect();
    words.join("_")
}
