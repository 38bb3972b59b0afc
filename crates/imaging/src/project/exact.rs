//! Numbers that come back to the last bit: the id of a case is a hash over its geometry.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A finite number as the shortest decimal text that reads back as the same one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Exact(pub(crate) f64);

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let value = text.parse().ok().filter(|value: &f64| value.is_finite());
        value
            .map(Self)
            .ok_or_else(|| D::Error::custom("no finite number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_finite_number_comes_back(bits: u64) {
            let value = f64::from_bits(bits);
            let json = serde_json::to_string(&Exact(value)).expect("a text");
            let back = serde_json::from_str::<Exact>(&json);
            prop_assert_eq!(value.is_finite(), back.is_ok());
            if let Ok(Exact(back)) = back {
                prop_assert_eq!(back.to_bits(), bits);
            }
        }
    }
}
