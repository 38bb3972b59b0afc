//! Serde takes a list for an object whose fields come in order, at every depth; the API does not.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// Where the body `given` has a list and what was read of it is an object: the way to it, such as `ops/0/body`, empty
/// for the whole body. What was read is written again for that, so that it holds for every type, however it is read.
pub(super) fn list_for_object(given: &[u8], read: &impl Serialize) -> Option<String> {
    if !given.contains(&b'[') {
        return None;
    }
    let read = serde_json::to_value(read).ok()?;
    let mut found = None;
    let beside = Beside {
        read: &read,
        found: &mut found,
    };
    // It was read once, so nothing else can be wrong with it. No tree is made of it: a push has 100 versions.
    let _ = beside.deserialize(&mut serde_json::Deserializer::from_slice(given));
    found.map(|steps| steps.into_iter().rev().collect::<Vec<_>>().join("/"))
}

/// Walks what was given beside what was read of it.
struct Beside<'a> {
    read: &'a Value,
    /// The steps to the list, the last one first.
    found: &'a mut Option<Vec<String>>,
}

impl Beside<'_> {
    /// The same for a part of what was read.
    fn part<'b>(&'b mut self, read: &'b Value) -> Beside<'b> {
        Beside {
            read,
            found: self.found,
        }
    }

    /// Notes, on the way back, through which part of the whole the walk went.
    fn came_by<T, E>(&mut self, step: impl ToString, walked: Result<T, E>) -> Result<T, E> {
        if let (Err(_), Some(steps)) = (&walked, self.found.as_mut()) {
            steps.push(step.to_string());
        }
        walked
    }
}

impl<'de> DeserializeSeed<'de> for Beside<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, given: D) -> Result<(), D::Error> {
        match self.read {
            Value::Object(_) | Value::Array(_) => given.deserialize_any(self),
            _ => given.deserialize_ignored_any(IgnoredAny).map(drop),
        }
    }
}

/// Only where an object or a list was read; any other value stands there for `null`, or is converted.
impl<'de> Visitor<'de> for Beside<'_> {
    type Value = ();

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("any JSON")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut given: A) -> Result<(), A::Error> {
        let Value::Array(parts) = self.read else {
            *self.found = Some(Vec::new());
            return Err(A::Error::custom("a list for an object"));
        };
        for (at, part) in parts.iter().enumerate() {
            let walked = given.next_element_seed(self.part(part));
            self.came_by(at, walked)?;
        }
        while given.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut given: A) -> Result<(), A::Error> {
        let read = self.read;
        while let Some(name) = given.next_key::<Cow<'_, str>>()? {
            match read.get(&*name) {
                Some(part) => {
                    let walked = given.next_value_seed(self.part(part));
                    self.came_by(name, walked)?;
                }
                None => drop(given.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
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
