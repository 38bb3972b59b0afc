//! Serde takes a list for an object whose fields come in order, at every depth; the API does not.

use serde::Serialize;
use serde_json::Value;

/// Where the body `given` has a list and what was read of it is an object: the way to it, such as `ops/0/body`, empty
/// for the whole body. What was read is written again for that, so that it holds for every type, however it is read.
pub(super) fn list_for_object(given: &[u8], read: &impl Serialize) -> Option<String> {
    if !given.contains(&b'[') {
        return None;
    }
    // Both are JSON: the one was read, the other is written here.
    let given = serde_json::from_slice(given).ok()?;
    let read = serde_json::to_value(read).ok()?;
    let mut way = Vec::new();
    differs(&given, &read, &mut way).then(|| way.join("/"))
}

/// True with the way to the first difference in `way`.
fn differs(given: &Value, read: &Value, way: &mut Vec<String>) -> bool {
    match (given, read) {
        (Value::Array(_), Value::Object(_)) => true,
        (Value::Array(given), Value::Array(read)) => {
            let pairs = given.iter().zip(read).enumerate();
            any(pairs.map(|(at, (g, r))| (at.to_string(), g, r)), way)
        }
        (Value::Object(given), Value::Object(read)) => {
            let pairs = given
                .iter()
                .filter_map(|(name, g)| Some((name.clone(), g, read.get(name)?)));
            any(pairs, way)
        }
        _ => false,
    }
}

fn any<'a>(
    mut pairs: impl Iterator<Item = (String, &'a Value, &'a Value)>,
    way: &mut Vec<String>,
) -> bool {
    pairs.any(|(step, given, read)| {
        way.push(step);
        let found = differs(given, read, way);
        if !found {
            way.pop();
        }
        found
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_in_place_of_an_object_is_found_with_its_way() {
        let read = json!({"ops": [{"body": {"size": {"width": 1, "height": 2}}}], "names": ["a"]});
        for (given, expected) in [
            (read.clone(), None),
            (json!([[], []]), Some("")),
            (json!({"ops": [[{}]]}), Some("ops/0")),
            (
                json!({"names": ["a"], "ops": [{"body": {"size": [1, 2]}}]}),
                Some("ops/0/body/size"),
            ),
            (json!({"elsewhere": [1]}), None),
        ] {
            let found = list_for_object(given.to_string().as_bytes(), &read);
            assert_eq!(found.as_deref(), expected, "{given}");
        }
    }
}
