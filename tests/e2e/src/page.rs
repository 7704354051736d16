//! Pages that embed comments.

use axum::http::HeaderName;

use crate::site::Reply;

/// Somebody's page, as a story needs it.
#[derive(Clone, Debug)]
pub struct Page {
    html_attributes: String,
    head: String,
    article: String,
    embed: String,
    headers: Vec<(HeaderName, String)>,
}

impl Page {
    /// A short article in English whose page embeds nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            html_attributes: r#"lang="en""#.to_owned(),
            head: String::new(),
            article: "<h1>On slow news</h1>\
                <p>A newspaper that arrives a week late has one great merit: it is calm.</p>"
                .to_owned(),
            embed: String::new(),
            headers: Vec::new(),
        }
    }

    /// The script tag that every owner pastes, with more attributes if any.
    #[must_use]
    pub fn script(self, server: &str, attributes: &str) -> Self {
        self.body(&format!(
            r#"<script src="{server}/embed.js" defer {attributes}></script>"#
        ))
    }

    /// An element, and the script in the head.
    #[must_use]
    pub fn element(self, server: &str, attributes: &str) -> Self {
        let script = format!(r#"<script src="{server}/embed.js" defer></script>"#);
        let page = self.body(&format!(
            "<afterword-comments {attributes}></afterword-comments>"
        ));
        if page.head.contains(&script) {
            page
        } else {
            page.head(&script)
        }
    }

    /// More of the body, below the article.
    #[must_use]
    pub fn body(mut self, html: &str) -> Self {
        self.embed.push_str(html);
        self.embed.push('\n');
        self
    }

    /// More of the head.
    #[must_use]
    pub fn head(mut self, html: &str) -> Self {
        self.head.push_str(html);
        self.head.push('\n');
        self
    }

    /// A style sheet of the owner's.
    #[must_use]
    pub fn style(self, css: &str) -> Self {
        self.head(&format!("<style>{css}</style>"))
    }

    /// Other attributes of the root element than the language.
    #[must_use]
    pub fn html(mut self, attributes: &str) -> Self {
        attributes.clone_into(&mut self.html_attributes);
        self
    }

    /// Another article.
    #[must_use]
    pub fn article(mut self, html: &str) -> Self {
        html.clone_into(&mut self.article);
        self
    }

    /// A `Content-Security-Policy`.
    #[must_use]
    pub fn policy(self, policy: &str) -> Self {
        self.header("content-security-policy", policy)
    }

    /// A header that the page is served with.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        let name = HeaderName::from_static(name);
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The page as it is served.
    #[must_use]
    pub fn reply(&self) -> Reply {
        let Self {
            html_attributes,
            head,
            article,
            embed,
            headers,
        } = self;
        let page = Reply::html(format!(
            r#"<!doctype html>
<html {html_attributes}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>On slow news</title>
<script src="/probe.js"></script>
{head}</head>
<body>
<main>
<article>{article}</article>
{embed}</main>
</body>
</html>
"#
        ));
        headers
            .iter()
            .fold(page, |page, (name, value)| page.header(name.clone(), value))
    }
}

impl Default for Page {
    fn default() -> Self {
        Self::new()
    }
}
