//! What a text is made of, as far as spam goes.

use url::Url;

/// The addresses of the web in a text, as they stand there.
pub(crate) fn links(text: &str) -> Vec<&str> {
    apart(text).0
}

/// The same, and what the text is without them. In one pass: a text may be nothing but such addresses.
pub(crate) fn apart(text: &str) -> (Vec<&str>, String) {
    let mut links = Vec::new();
    let mut prose = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = first(rest) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|sign: char| sign.is_whitespace() || "<>()[]\"'`|".contains(sign));
        let (link, behind) = from.split_at(end.unwrap_or(from.len()));
        links.push(link.trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_']));
        prose.push_str(before);
        prose.push(' ');
        rest = behind;
    }
    prose.push_str(rest);
    (links, prose)
}

/// Where the first one begins.
fn first(text: &str) -> Option<usize> {
    let begins = |place: &usize| {
        let bytes = &text.as_bytes()[*place..];
        ["http://", "https://", "www."].iter().any(|start| {
            let head = bytes.get(..start.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
        })
    };
    let letters = text.match_indices(['h', 'H', 'w', 'W']);
    letters.map(|(place, _)| place).find(begins)
}

/// Where a link leads, if it leads away from the page that it is on.
pub(crate) fn destination(href: &str) -> Option<Url> {
    let page = Url::parse("https://page.invalid/").ok()?;
    let url = page.join(href).ok()?;
    (url.host_str() != page.host_str()).then_some(url)
}

/// The host of an address, without `www.`.
pub(crate) fn host(link: &str) -> Option<String> {
    let url = match link.contains("://") {
        true => Url::parse(link),
        false => Url::parse(&format!("https://{link}")),
    };
    let url = url.ok()?;
    let host = url.host_str()?;
    Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_nothing_but_addresses_is_soon_read() {
        let text = "www.a ".repeat(100_000);
        let begun = std::time::Instant::now();
        let (links, prose) = apart(&text);
        assert_eq!((links.len(), prose.trim()), (100_000, ""));
        // One pass takes milliseconds; looking through all of it for each takes minutes.
        assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
    }

    #[test]
    fn what_stands_around_addresses_stays() {
        let (links, prose) = apart("See WWW.A.example, or http://b.example/x!y now");
        assert_eq!(links, ["WWW.A.example", "http://b.example/x!y"]);
        assert_eq!(prose, "See   or   now");
    }

    #[test]
    fn links_are_found_wherever_they_stand() {
        let found = |text| links(text);
        assert_eq!(
            found("See https://a.example/b?c=d, <HTTP://B.example> and www.c.example."),
            [
                "https://a.example/b?c=d",
                "HTTP://B.example",
                "www.c.example"
            ]
        );
        assert_eq!(
            found("[a](https://a.example/x)[b](http://b.example)"),
            ["https://a.example/x", "http://b.example"]
        );
        assert_eq!(found("http colon slash, wwwx"), [""; 0]);
        assert_eq!(found("https://"), ["https://"]);
        assert_eq!(found("ünï https://ö.example ü"), ["https://ö.example"]);
        assert_eq!(
            host("https://www.A.example/x"),
            Some("a.example".to_owned())
        );
        assert_eq!(host("www.a.example"), Some("a.example".to_owned()));
        assert_eq!(host("https://"), None);
    }

    #[test]
    fn a_link_leads_away_however_it_is_written() {
        let leads = |href| destination(href).map(|url| url.to_string());
        let there = Some("https://evil.example/".to_owned());
        for href in [
            "https://evil.example",
            "//EVIL.example",
            "\\\\evil.example/",
            "/\\ev%69l.example",
        ] {
            assert_eq!(leads(href), there, "{href}");
        }
        assert_eq!(
            leads("mailto:a@b.example").as_deref(),
            Some("mailto:a@b.example")
        );
        assert_eq!(
            (leads("#chapter-2"), leads("/a"), leads("b.example")),
            (None, None, None)
        );
    }
}
