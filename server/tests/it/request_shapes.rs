//! Every body that the description names, with each of its objects given as a list instead: serde would take a list
//! whose values come in the order of the fields, and a client that sends one is wrong about what it sends.

use fovea_protocol::{OpBody, OpOutcome};
use fovea_server::Role;
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::client::{Client, problem};
use crate::sample::{case_id, case_op, mask, sent_version, tile_id};
use crate::site::Site;

/// Longer objects are tried in the order of their names and of `required` only.
const SHUFFLED_FIELDS_MAX: usize = 4;
const SHA256: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const UUID: &str = "00000000-0000-4000-8000-000000000001";

/// The description of the API.
struct Api(Value);

impl Api {
    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(reference) => self.0.pointer(&reference[1..]).expect("it leads somewhere"),
            None => schema,
        }
    }

    /// Values that `schema` describes: at least one, and one for each of its alternatives.
    fn samples(&self, schema: &Value) -> Vec<Value> {
        let schema = self.resolve(schema);
        if let Some(alternatives) = schema["oneOf"].as_array() {
            return alternatives
                .iter()
                .flat_map(|one| self.samples(one))
                .collect();
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let objects = parts.iter().map(|part| self.samples(part).remove(0));
            let merged = objects.flat_map(|part| part.as_object().cloned().unwrap_or_default());
            return vec![Value::Object(merged.collect())];
        }
        if let Some(words) = schema["enum"].as_array() {
            return vec![words[0].clone()];
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds[0].as_str(),
            kind => kind.as_str(),
        };
        match kind {
            Some("object") => self.objects(schema),
            Some("array") => vec![self.list(schema)],
            Some("integer") => vec![json!(schema["minimum"].as_u64().unwrap_or(1).max(1))],
            Some("number") => vec![json!(0.5)],
            Some("boolean") => vec![json!(false)],
            Some("null") => vec![Value::Null],
            _ => vec![text(schema)],
        }
    }

    fn list(&self, schema: &Value) -> Value {
        let count = schema["minItems"].as_u64().unwrap_or(1).max(1) as usize;
        let all = self.samples(&schema["items"]);
        let repeated = all.iter().cycle().take(count.max(all.len()));
        Value::Array(repeated.cloned().collect())
    }

    /// An object with all of its fields, for each value that one of them may have.
    fn objects(&self, schema: &Value) -> Vec<Value> {
        let fields = schema["properties"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        let samples: Vec<(String, Vec<Value>)> = fields
            .iter()
            .map(|(name, field)| (name.clone(), self.samples(field)))
            .collect();
        let most = samples.iter().map(|(_, all)| all.len()).max().unwrap_or(1);
        let object = |at: usize| {
            let fields = samples
                .iter()
                .map(|(name, all)| (name.clone(), all[at % all.len()].clone()));
            Value::Object(fields.collect())
        };
        (0..most).map(object).collect()
    }
}

fn text(schema: &Value) -> Value {
    match (schema["format"].as_str(), schema["pattern"].as_str()) {
        (Some("uuid"), _) => json!(UUID),
        (_, Some(_)) => json!(SHA256),
        _ => json!("word"),
    }
}

/// The body with each object of it, the body itself included, as lists of its values; with the place of that object.
fn with_lists(body: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let mut open = vec![String::new()];
    while let Some(place) = open.pop() {
        match body.pointer(&place).expect("a place in it") {
            Value::Object(object) => {
                for list in lists(object) {
                    let mut changed = body.clone();
                    *changed.pointer_mut(&place).expect("a place in it") = list;
                    found.push((place.clone(), changed));
                }
                open.extend(object.keys().map(|name| format!("{place}/{name}")));
            }
            Value::Array(list) => open.extend((0..list.len()).map(|at| format!("{place}/{at}"))),
            _ => {}
        }
    }
    found
}

/// The values of an object in the orders that its fields may have been declared in.
fn lists(object: &Map<String, Value>) -> Vec<Value> {
    let values: Vec<Value> = object.values().cloned().collect();
    match values.len() <= SHUFFLED_FIELDS_MAX {
        true => orders(&values).into_iter().map(Value::Array).collect(),
        false => vec![Value::Array(values)],
    }
}

fn orders(values: &[Value]) -> Vec<Vec<Value>> {
    if values.is_empty() {
        return vec![Vec::new()];
    }
    let each = (0..values.len()).flat_map(|at| {
        let mut rest = values.to_vec();
        let first = rest.remove(at);
        orders(&rest).into_iter().map(move |mut order| {
            order.insert(0, first.clone());
            order
        })
    });
    each.collect()
}

async fn refusal(client: &Client, method: &str, path: &str, body: &Value) -> Option<(u16, String)> {
    let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
    let answer = client
        .request(method, path)
        .json(body)
        .send()
        .await
        .expect("answers");
    if answer.status().is_success() {
        return None;
    }
    let kind = answer.headers()["content-type"]
        .to_str()
        .expect("a word")
        .to_owned();
    assert_eq!(kind, "application/problem+json", "{path}");
    let problem = problem(answer).await;
    Some((problem.status, problem.code))
}

#[tokio::test]
async fn a_list_in_place_of_an_object_is_refused_everywhere() {
    let api = Api(serde_json::from_str(&fovea_server::openapi_json()).expect("JSON"));
    let limits = "[limits]\ntoken_requests_per_s = 1000000\ntoken_burst = 1000000\naddress_requests_per_s = 1000000\naddress_burst = 1000000\nsign_ins_per_minute = 1000000\nsign_in_burst = 1000000\n";
    let site = Site::start_with(limits).await;
    let client = site.client("ada", Role::Admin);
    // What an address names is there: what is not is refused before the body is read.
    let label = sent_version(&client, tile_id("case", 0), 1, vec![], &mask(7, 5)).await;
    let label_id = label.id.to_string();
    let held = vec![
        case_op(&client, "case", 1).await,
        OpBody::PushVersion(label),
    ];
    assert_eq!(
        client.push(held).await,
        [OpOutcome::Accepted, OpOutcome::Accepted]
    );
    let (mut bodies, mut tried) = (0, 0);
    for (path, operations) in api.0["paths"].as_object().expect("paths") {
        let address = path
            .replace("{name}", "nobody")
            .replace("{case_id}", &case_id("case").to_string())
            .replace("{label_id}", &label_id);
        for (method, operation) in operations.as_object().expect("operations") {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            if schema.is_null() {
                continue;
            }
            bodies += 1;
            for body in api.samples(schema) {
                let as_it_is = refusal(&client, method, &address, &body).await;
                let is_read = as_it_is
                    .is_none_or(|(_, code)| !["bad_body", "bad_json"].contains(&code.as_str()));
                assert!(is_read, "{method} {path} does not take {body}");
                for (place, wrong) in with_lists(&body) {
                    tried += 1;
                    let said = refusal(&client, method, &address, &wrong).await;
                    let is_refused = said.as_ref().is_some_and(|(status, code)| {
                        matches!(
                            (*status, code.as_str()),
                            (400, "bad_json") | (422, "bad_body")
                        )
                    });
                    assert!(
                        is_refused,
                        "{method} {path} with a list at '{place}': {wrong}, answered {said:?}"
                    );
                }
            }
        }
    }
    assert!(
        bodies >= 20 && tried > 200,
        "{bodies} bodies, {tried} lists"
    );
}
