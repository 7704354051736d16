//! What is set, and never shown again.

use serde_json::{Map, Value};

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

/// Whether a secret of that name would go to somebody else than before: by the address beside it.
fn goes_elsewhere(name: &str, now: &Map<String, Value>, before: &Value) -> bool {
    let is_other = |place: &str| {
        let named = |place: Option<&Value>| place.and_then(Value::as_str).map(str::to_owned);
        named(now.get(place)).unwrap_or_default() != named(before.get(place)).unwrap_or_default()
    };
    // The issuer of a site's tokens is whom they come from: nothing is sent there.
    is_other("url") || name == "client_secret" && is_other("issuer")
}

/// What an element of a list was before: the one with its address, or else the one at its place.
fn earlier<'a>(element: &Value, index: usize, before: &'a Value) -> &'a Value {
    let all = before.as_array().map(Vec::as_slice).unwrap_or_default();
    let url = element.get("url").filter(|url| url.is_string());
    let same = url.and_then(|url| all.iter().find(|one| one.get("url") == Some(url)));
    same.or_else(|| all.get(index)).unwrap_or(&Value::Null)
}

/// Puts the secrets that there were where they come back covered.
///
/// # Errors
/// Where what has been given by one server would go to another one, which may be anybody's.
pub(crate) fn unmasked(value: &mut Value, before: &Value) -> Result<(), SettingError> {
    match value {
        Value::Object(fields) => {
            let elsewhere: Vec<&str> = SECRETS
                .into_iter()
                .filter(|name| goes_elsewhere(name, fields, before))
                .collect();
            for (name, value) in fields {
                let before = before.get(name).unwrap_or(&Value::Null);
                match value {
                    Value::String(text) if is_secret(name) && text == MASK => {
                        if elsewhere.contains(&name.as_str()) {
                            let reason = "it was given to another one: it has to be typed anew";
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
                let before = earlier(value, index, before);
                unmasked(value, before)?;
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
        for (place, secret) in [
            ("issuer", "client_secret"),
            ("url", "api_key"),
            ("url", "secret"),
        ] {
            let kept = json!({ "one": { place: "https://a.example", secret: "s" } });
            for elsewhere in [json!("https://b.example"), Value::Null] {
                let mut other = json!({ "one": { place: elsewhere, secret: MASK } });
                assert!(unmasked(&mut other, &kept).is_err(), "{other}");
            }
        }
    }

    #[test]
    fn secrets_of_a_list_stay_with_whom_they_are_for() {
        let [a, b] = ["https://a.example", "https://b.example"];
        let kept = json!([{ "url": a, "secret": "a's" }, { "url": b, "secret": "b's" }]);
        let mut other = json!([{ "url": b, "secret": MASK }, { "url": a, "secret": MASK }]);
        unmasked(&mut other, &kept).unwrap();
        assert_eq!(
            other,
            json!([{ "url": b, "secret": "b's" }, { "url": a, "secret": "a's" }])
        );
        let mut other = json!([{ "url": "https://evil.example", "secret": MASK }]);
        assert!(unmasked(&mut other, &kept).is_err());
        let mut other = json!([{ "url": a, "secret": MASK }, { "url": "https://evil.example", "secret": MASK }]);
        assert!(unmasked(&mut other, &kept).is_err());
    }
}
