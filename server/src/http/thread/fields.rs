//! Queries and forms as browsers send them (WHATWG URL, `application/x-www-form-urlencoded`).

use std::collections::HashSet;

use afterword_protocol::ProblemKind;
use url::form_urlencoded;

use crate::error::Refusal;

/// Names and values, in order. Names that nobody takes are of no account: links are given more of
/// them on their way.
#[derive(Clone, Debug)]
pub(in crate::http) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Refuses what is not UTF-8, and a name that is there twice.
    pub(in crate::http) fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let wrong = |detail: &str| Refusal::because(ProblemKind::InvalidRequest, detail);
        // Whoever decodes it below would put a substitute in the place of what is not UTF-8.
        let decoded = percent_encoding::percent_decode(bytes).decode_utf8();
        decoded.map_err(|_| wrong("a field is not UTF-8"))?;
        let fields: Vec<_> = form_urlencoded::parse(bytes).into_owned().collect();
        let mut names = HashSet::new();
        if let Some((name, _)) = fields.iter().find(|(name, _)| !names.insert(name)) {
            return Err(wrong(&format!("{name} is there twice")));
        }
        Ok(Self(fields))
    }

    /// The value of that name, if it was sent.
    pub(in crate::http) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The value of that name, if there is anything in it.
    pub(in crate::http) fn given(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// What was typed into a text area: a browser sends its lines with CR and LF.
    pub(in crate::http) fn typed(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().replace("\r\n", "\n")
    }

    /// Names and values but those of that name, in order.
    pub(in crate::http) fn without(&self, name: &str) -> impl Iterator<Item = (&str, &str)> {
        let others = self.0.iter().filter(move |(given, _)| given != name);
        others.map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_browsers_write_them() {
        let fields =
            Fields::parse(b"page=%2Fa%3Fb&text=1+%2B+1%0D%0A%F0%9F%92%AA&author=").unwrap();
        assert_eq!(fields.get("page"), Some("/a?b"));
        assert_eq!(fields.typed("text"), "1 + 1\n💪");
        assert_eq!(
            (fields.get("author"), fields.given("author")),
            (Some(""), None)
        );
        assert_eq!(fields.get("parent"), None);
        assert_eq!(fields.without("text").count(), 2);
    }

    /// Comparing each with all others took minutes.
    #[test]
    fn a_great_many_are_read_at_once() {
        let many: String = (0..300_000).map(|name| format!("{name}&")).collect();
        let fields = Fields::parse((many + "text=a").as_bytes()).unwrap();
        assert_eq!(fields.get("text"), Some("a"));
    }

    #[test]
    fn what_can_not_be_read_is_refused() {
        for wrong in ["text=%FF", "text=a&page=%2Fa&text=b", "te%78t=a&text=b"] {
            let refusal = Fields::parse(wrong.as_bytes()).unwrap_err();
            assert_eq!(refusal.kind, ProblemKind::InvalidRequest, "{wrong}");
        }
        assert!(Fields::parse(b"text=\xff").is_err());
    }
}
