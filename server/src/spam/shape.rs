//! What a text is made of, as far as spam goes.

use url::Url;

/// The addresses of the web in a text, as they stand there.
pub(crate) fn links(text: &str) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    let mut links = Vec::new();
    let mut from = 0;
    while let Some(start) = next(&lower, from) {
        let rest = &text[start..];
        let end = rest
            .find(|sign: char| sign.is_whitespace() || "<>()[]\"'`|".contains(sign))
            .unwrap_or(rest.len());
        let link = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_']);
        links.push(link.to_owned());
        from = start + end.max(1);
        while !text.is_char_boundary(from) {
            from += 1;
        }
    }
    links
}

/// Where the next one begins.
fn next(lower: &str, from: usize) -> Option<usize> {
    let found = ["http://", "https://", "www."].into_iter();
    let found = found.filter_map(|start| lower.get(from..)?.find(start));
    found.min().map(|start| from + start)
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
}
