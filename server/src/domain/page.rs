//! Pages.

use afterword_protocol::{ProblemKind, limits};
use url::Url;

use crate::error::Refusal;

/// A page as a request names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) site: String,
    pub(crate) key: String,
    /// For moderators and feeds; the first that is sent is kept.
    pub(crate) title: Option<String>,
    /// For links back to it; likewise.
    pub(crate) url: Option<String>,
}

/// Refuses a key that is empty, too long, or holds control characters.
pub(crate) fn check_page_key(key: &str) -> Result<(), Refusal> {
    let detail = if key.is_empty() {
        "it is empty".to_owned()
    } else if key.len() > limits::PAGE_KEY_BYTES {
        format!("it is longer than {} bytes", limits::PAGE_KEY_BYTES)
    } else if let Some(control) = key.chars().find(|character| character.is_control()) {
        format!("it holds U+{:04X}", u32::from(control))
    } else {
        return Ok(());
    };
    Err(Refusal::because(ProblemKind::PageInvalid, detail))
}

/// The title on one line, cut to the longest allowed; none when nothing is left.
pub(crate) fn page_title(title: &str) -> Option<String> {
    let mut line: String = title
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    line.truncate(line.floor_char_boundary(limits::PAGE_TITLE_BYTES));
    (!line.is_empty()).then_some(line)
}

/// The page's address, when it is one that a link may lead to. Anything else is no reason to refuse
/// a comment.
pub(crate) fn page_url(url: &str) -> Option<Url> {
    if url.len() > limits::PAGE_URL_BYTES {
        return None;
    }
    let url = Url::parse(url).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.username().is_empty()).then_some(url)
}

/// An author's own page as a link may lead there; none when nothing was given. Who types a host alone
/// means `https`.
pub(crate) fn check_website(website: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(typed) = website.map(str::trim).filter(|typed| !typed.is_empty()) else {
        return Ok(None);
    };
    let address = match typed.split_once(':') {
        // A port is no scheme.
        Some((_, rest)) if !rest.starts_with(|first: char| first.is_ascii_digit()) => {
            typed.to_owned()
        }
        _ => format!("https://{typed}"),
    };
    let url = page_url(&address).filter(|url| {
        url.password().is_none()
            && url.as_str().len() <= limits::WEBSITE_BYTES
            && url
                .domain()
                .is_none_or(|domain| domain.trim_matches('.').contains('.'))
    });
    url.map(|url| Some(url.into()))
        .ok_or_else(|| ProblemKind::WebsiteInvalid.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_checked() {
        assert_eq!(check_page_key("/2026/11/ä?b"), Ok(()));
        assert_eq!(check_page_key(&"x".repeat(1024)), Ok(()));
        for wrong in ["", "a\nb", "\u{85}", &"x".repeat(1025), &"x".repeat(5_000)] {
            let refusal = check_page_key(wrong).unwrap_err();
            assert_eq!(refusal.kind, ProblemKind::PageInvalid, "{wrong}");
        }
    }

    #[test]
    fn a_title_is_one_line_and_cut_at_a_character() {
        assert_eq!(page_title(" a\n\tb\u{0}c ").as_deref(), Some("a b c"));
        assert_eq!(page_title(" \n "), None);
        assert_eq!(page_title(&"ä".repeat(400)), Some("ä".repeat(256)));
        assert_eq!(
            page_title(&format!("x{}", "ä".repeat(400))).map(|title| title.len()),
            Some(511)
        );
    }

    #[test]
    fn only_the_web_has_addresses() {
        assert!(page_url("https://example.org/a?b#c").is_some());
        for wrong in [
            "",
            "/a",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://a:b@c.org/",
        ] {
            assert_eq!(page_url(wrong), None, "{wrong}");
        }
        assert_eq!(
            page_url(&format!("https://example.org/{}", "x".repeat(3_000))),
            None
        );
    }

    #[test]
    fn a_website_is_one_that_a_link_may_lead_to() {
        let check = |typed: &str| check_website(Some(typed)).map_err(|refusal| refusal.kind);
        let is = |typed: &str, address: &str| {
            assert_eq!(check(typed), Ok(Some(address.to_owned())), "{typed}");
        };
        assert_eq!(check_website(None), Ok(None));
        assert_eq!(check("  "), Ok(None));
        is(" example.org ", "https://example.org/");
        is("http://example.org/~ada?a#b", "http://example.org/~ada?a#b");
        is("example.org:8080", "https://example.org:8080/");
        is("bücher.example", "https://xn--bcher-kva.example/");
        for wrong in [
            "javascript:alert(1)",
            "data:text/html,x",
            "mailto:a@b.example",
            "https://a:b@example.org",
            "https://a@example.org",
            "ada",
            "two words",
            "..",
            "ada.",
            &format!("https://example.org/{}", "x".repeat(300)),
        ] {
            assert_eq!(check(wrong), Err(ProblemKind::WebsiteInvalid), "{wrong}");
        }
    }
}
