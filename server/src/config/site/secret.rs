//! What is set, and never shown again.

use serde_json::Value;

use super::SettingError;

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
///
/// # Errors
/// Where what has been given by one server would go to another one, which may be anybody's.
pub(crate) fn unmasked(value: &mut Value, before: &Value) -> Result<(), SettingError> {
    match value {
        Value::Object(fields) => {
            let named = |issuer: Option<&Value>| issuer.and_then(Value::as_str).map(str::to_owned);
            let goes_elsewhere = named(fields.get("issuer")) != named(before.get("issuer"));
            for (name, value) in fields {
                let before = before.get(name).unwrap_or(&Value::Null);
                match value {
                    Value::String(text) if is_secret(name) && text == MASK => {
                        if name == "client_secret" && goes_elsewhere {
                            let reason = "another issuer has another one: it has to be typed anew";
                            return Err(SettingError::new(name.clone(), reason.to_owned()));
                        }
                        *value = before.clone();
                    }
                    value => unmasked(value, before)?,
                }
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter_mut().enumerate() {
                unmasked(value, before.get(index).unwrap_or(&Value::Null))?;
            }
        }
        _ => {}
    }
    Ok(())
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
        unmasked(&mut shown, &kept).unwrap();
        assert_eq!(shown, kept);
        let mut other = json!({ "sso": { "secret": "t" } });
        unmasked(&mut other, &kept).unwrap();
        assert_eq!(other, json!({ "sso": { "secret": "t" } }));
    }

    #[test]
    fn a_secret_goes_to_nobody_else() {
        let kept = json!({ "oidc": { "issuer": "https://a.example", "client_secret": "s" } });
        for issuer in [json!("https://b.example"), Value::Null] {
            let mut other = json!({ "oidc": { "issuer": issuer, "client_secret": MASK } });
            assert!(unmasked(&mut other, &kept).is_err(), "{other}");
        }
    }
}
