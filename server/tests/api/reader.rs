//! A reader whose browser runs no scripts: it parses pages, sends forms as HTML has it (the form
//! data set, in UTF-8), and goes where it is led.

use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{Client, Method, StatusCode, redirect};
use scraper::{ElementRef, Html, Selector};
use url::Url;
use url::form_urlencoded::Serializer;

use crate::app::{Answer, TestApp};

/// A reader on a page.
pub(crate) struct Reader {
    client: Client,
    /// Where the page is from.
    pub(crate) url: Url,
    pub(crate) answer: Answer,
    /// What is typed, by the names of the fields.
    typed: Vec<(String, String)>,
    /// What the browser says of itself, and of where a form stands.
    pub(crate) headers: HeaderMap,
}

/// A form as it is sent.
pub(crate) struct Form {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) fields: Vec<(String, String)>,
}

impl Form {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The form with another value in a field.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(given, _)| given != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn body(&self) -> String {
        let mut body = Serializer::new(String::new());
        body.extend_pairs(&self.fields).finish()
    }
}

pub(crate) fn select<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    let selector = Selector::parse(selector).unwrap();
    html.select(&selector).collect()
}

/// What can be read in an element, on one line.
pub(crate) fn text_of(element: ElementRef<'_>) -> String {
    let text: String = element.text().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Reader {
    /// A reader who opens an address of the server.
    pub(crate) async fn opens(app: &TestApp, path: &str) -> Self {
        Self::opens_as(app, path, HeaderMap::new()).await
    }

    pub(crate) async fn opens_as(app: &TestApp, path: &str, headers: HeaderMap) -> Self {
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .build()
            .unwrap();
        let url: Url = app.url(path).parse().unwrap();
        let answer = Answer::to(client.get(url.clone()).headers(headers.clone())).await;
        Self {
            client,
            url,
            answer,
            typed: Vec::new(),
            headers,
        }
    }

    /// Types into the field of that name, of whatever form is sent next.
    pub(crate) fn types(&mut self, name: &str, text: &str) -> &mut Self {
        self.typed.push((name.to_owned(), text.to_owned()));
        self
    }

    pub(crate) fn html(&self) -> Html {
        Html::parse_document(&self.answer.body)
    }

    /// What can be read in the elements of that selector.
    pub(crate) fn reads(&self, selector: &str) -> Vec<String> {
        let html = self.html();
        select(&html, selector).into_iter().map(text_of).collect()
    }

    /// What can be read in the one element of that selector.
    #[track_caller]
    pub(crate) fn read(&self, selector: &str) -> String {
        let mut all = self.reads(selector);
        assert_eq!(all.len(), 1, "{selector}: {all:?} in {}", self.answer.body);
        all.remove(0)
    }

    pub(crate) fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let html = self.html();
        let element = select(&html, selector).into_iter().next()?;
        element.attr(name).map(str::to_owned)
    }

    /// What stands in the field of that selector.
    pub(crate) fn value(&self, selector: &str) -> String {
        let html = self.html();
        let elements = select(&html, selector);
        let [element] = elements.as_slice() else {
            panic!("{selector}: {} in {}", elements.len(), self.answer.body)
        };
        value_of(*element)
    }

    /// The form that a button belongs to, as pressing the button would send it. `selector` may lead
    /// to several: the first that is called so.
    pub(crate) fn form(&self, selector: &str, name: &str) -> Form {
        let html = self.html();
        let buttons = select(&html, selector);
        let button = buttons.iter().find(|it| text_of(**it) == name);
        let Some(button) = button else {
            let all: Vec<_> = buttons.iter().map(|it| text_of(*it)).collect();
            panic!("no {name:?} in {all:?} of {}", self.answer.body)
        };
        assert!(
            matches!(button.attr("type"), None | Some("submit")),
            "{name:?} does nothing without a script"
        );
        let mut around = button.ancestors().filter_map(ElementRef::wrap);
        let form = around.find(|it| it.value().name() == "form").unwrap();
        let controls = Selector::parse("input, textarea").unwrap();
        let mut fields: Vec<(String, String)> = form
            .select(&controls)
            .filter_map(|it| Some((it.attr("name")?.to_owned(), value_of(it))))
            .collect();
        for (name, text) in &self.typed {
            let field = fields.iter_mut().find(|(given, _)| given == name);
            // A browser sends the lines of a text area with CR and LF.
            field.unwrap().1 = text.replace('\n', "\r\n");
        }
        if let Some(name) = button.attr("name") {
            let value = button.attr("value").unwrap_or_default();
            fields.push((name.to_owned(), value.to_owned()));
        }
        Form {
            method: form.attr("method").unwrap().to_uppercase().parse().unwrap(),
            url: self.url.join(form.attr("action").unwrap_or("")).unwrap(),
            fields,
        }
    }

    /// Presses the button of that name, or the link that looks like one.
    pub(crate) async fn presses(&mut self, name: &str) -> &mut Self {
        self.presses_of("button, a.button, a.text-button", name)
            .await
    }

    pub(crate) async fn presses_of(&mut self, selector: &str, name: &str) -> &mut Self {
        let href = {
            let html = self.html();
            let found = select(&html, selector);
            let named = found.iter().find(|it| text_of(**it) == name);
            named.and_then(|it| it.attr("href").map(str::to_owned))
        };
        match href {
            Some(href) => {
                self.url = self.url.join(&href).unwrap();
                self.reloads().await
            }
            None => {
                let form = self.form(selector, name);
                self.sends(form).await
            }
        }
    }

    /// Sends a form, and goes where that leads.
    pub(crate) async fn sends(&mut self, form: Form) -> &mut Self {
        self.answer = self.send(&form).await;
        self.typed.clear();
        let query = (form.method == Method::GET).then(|| form.body());
        self.url = form.url;
        if query.is_some() {
            self.url.set_query(query.as_deref());
        }
        while self.answer.status.is_redirection() {
            assert_eq!(self.answer.status, StatusCode::SEE_OTHER);
            let location = self.answer.headers[LOCATION].to_str().unwrap();
            self.url = self.url.join(location).unwrap();
            self.reloads().await;
        }
        self
    }

    /// Sends a form, and goes nowhere.
    pub(crate) async fn send(&self, form: &Form) -> Answer {
        let request = if form.method == Method::GET {
            let mut url = form.url.clone();
            url.set_query(Some(&form.body()));
            self.client.get(url)
        } else {
            let origin = self.url.origin().ascii_serialization();
            let mut request = self.client.post(form.url.clone());
            if !self.headers.contains_key("origin") {
                request = request.header("origin", origin);
            }
            request
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form.body())
        };
        Answer::to(request.headers(self.headers.clone())).await
    }

    /// Follows the link of that name.
    pub(crate) async fn follows(&mut self, name: &str) -> &mut Self {
        let html = self.html();
        let links = select(&html, "a[href]");
        let link = links.iter().find(|it| text_of(**it) == name);
        let Some(link) = link else {
            panic!("no link {name:?} in {}", self.answer.body)
        };
        let url = self.url.join(link.attr("href").unwrap()).unwrap();
        drop(html);
        self.url = url;
        self.reloads().await
    }

    /// Gets the page anew.
    pub(crate) async fn reloads(&mut self) -> &mut Self {
        let request = self.client.get(self.url.clone());
        self.answer = Answer::to(request.headers(self.headers.clone())).await;
        self.typed.clear();
        self
    }
}

fn value_of(control: ElementRef<'_>) -> String {
    match control.value().name() {
        "textarea" => control.text().collect(),
        _ => control.attr("value").unwrap_or_default().to_owned(),
    }
}
