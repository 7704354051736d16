//! What is set, and never shown again.

use serde_json::Value;

/// What stands where a secret is.
pub(crate) const MASK: &str = "********";

/// Names of fields whose values are secrets.
const SECRETS: [&str; 4] = ["secret", "client_secret", "password", "api_key"];

fn is_secret(name: &str) -> bool {
    SECRETS.contains(&name)
}

/// Covers the secrets in what is shown.
pub(crate) fn masked(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if is_secret(name) && !text.is_empty() => {
                        MASK.clone_into(text);
                    }
                    value => masked(value),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(masked),
        _ => {}
    }
}

/// Puts the secrets that there were where they come back covered.
pub(crate) fn unmasked(value: &mut Value, before: &Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let before = before.get(name).unwrap_or(&Value::Null);
                match value {
                    Value::String(text) if is_secret(name) && text == MASK => {
                        *value = before.clone();
                    }
                    value => unmasked(value, before),
                }
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter_mut().enumerate() {
                unmasked(value, before.get(index).unwrap_or(&Value::Null));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_secret_is_covered_and_comes_back() {
        let kept = json!({ "sso": { "secret": "s", "list": [{ "password": "p", "user": "u" }] } });
        let mut shown = kept.clone();
        masked(&mut shown);
        assert_eq!(
            shown,
            json!({ "sso": { "secret": MASK, "list": [{ "password": MASK, "user": "u" }] } })
        );
        unmasked(&mut shown, &kept);
        assert_eq!(shown, kept);
        let mut other = json!({ "sso": { "secret": "t" } });
        unmasked(&mut other, &kept);
        assert_eq!(other, json!({ "sso": { "secret": "t" } }));
    }
}
