//! Forms and links that lead to pages of the server where no script carries them out.

use super::Ui;
use super::view::{Element, el, press};
use crate::i18n::Msg;
use crate::thread::Slot;

/// Where the thread's forms lead without a script: to the server's own pages.
#[derive(Clone, Debug)]
pub struct Forms {
    /// The server's address, without a slash at its end.
    pub base: String,
    /// What tells the thread: `site`, `page`, and what else a page of it has to know.
    pub fields: Vec<(&'static str, String)>,
    /// Idempotency key of the next comment. None in HTML that is kept and shown to many.
    pub key: Option<String>,
    /// Edit token of the comment that the page is about.
    pub token: Option<String>,
    /// Whether a program may come and take the thread over.
    pub has_program: bool,
}

impl Forms {
    /// The fields that tell a thread, those that are given. In this order wherever its forms are
    /// drawn: a server's HTML is the widget's.
    #[must_use]
    pub fn fields(
        site: Option<&String>,
        page: &String,
        title: Option<&String>,
        url: Option<&String>,
        lang: Option<&String>,
    ) -> Vec<(&'static str, String)> {
        let fields = [
            ("site", site),
            ("page", Some(page)),
            ("title", title),
            ("url", url),
            ("lang", lang),
        ];
        let fields = fields.into_iter();
        let given = fields.filter_map(|(name, value)| Some((name, value?.clone())));
        given.collect()
    }
}

pub(super) fn hidden(name: &'static str, value: impl Into<String>) -> Element {
    el("input", "")
        .attr("type", "hidden")
        .attr("name", name)
        .attr("value", value)
}

impl Element {
    /// Makes a form of it that is sent to a page of the server.
    pub(super) fn leads(self, ui: Ui, method: &'static str, path: &str) -> Self {
        ui.forms(|forms| match forms {
            None => self,
            Some(forms) => {
                let token = forms.token.as_ref();
                let token = token.map(|token| hidden("token", token));
                let fields = forms.fields.iter();
                // A page that a site has in a frame keeps to it.
                self.attr("target", "_self")
                    .attr("method", method)
                    .attr("action", [&forms.base, "/thread", path].concat())
                    // A page in another encoding would send another one.
                    .attr("accept-charset", "utf-8")
                    .children(fields.map(|(name, value)| hidden(name, value)))
                    .children(token)
            }
        })
    }

    /// Makes a form of it whose buttons have a page of the server say what a reader thinks of a
    /// comment. It has no fields: a thread has hundreds of these.
    pub(super) fn thinks_of(self, ui: Ui, id: &str) -> Self {
        ui.forms(|forms| match forms {
            None => self,
            Some(forms) => {
                let mut action = [&forms.base, "/thread/comments/", id, "/thoughts"].concat();
                let lang = forms.fields.iter().find(|(name, _)| *name == "lang");
                if let Some((_, lang)) = lang {
                    action.push_str("?lang=");
                    action.push_str(lang);
                }
                self.attr("target", "_self")
                    .attr("method", "post")
                    .attr("action", action)
            }
        })
    }

    /// Adds what a new comment has beside what its author writes.
    pub(super) fn new_comment(self, ui: Ui, parent: Option<String>) -> Self {
        ui.forms(|forms| match forms {
            None => self,
            Some(forms) => {
                let key = forms.key.as_ref();
                // Programs fill in whatever there is.
                let trap = el("input", "")
                    .attr("name", "trap")
                    .attr("tabindex", "-1")
                    .attr("autocomplete", "off");
                let trap = el("label", "visually-hidden")
                    .attr("aria-hidden", "true")
                    .text(ui.text(Msg::LeaveEmpty))
                    .child(trap);
                self.children(key.map(|key| hidden("key", key)))
                    .children(parent.map(|parent| hidden("parent", parent)))
                    .child(trap)
            }
        })
    }
}

/// Whether what only a program can do is to be offered: not on pages of the server that none takes
/// over.
#[cfg(feature = "ssr")]
pub(super) fn has_program(ui: Ui) -> bool {
    ui.forms(|forms| forms.is_none_or(|forms| forms.has_program))
}

#[cfg(not(feature = "ssr"))]
pub(super) fn has_program(_: Ui) -> bool {
    true
}

/// What opens something at a comment: without a script, the page of the server that is about it. A
/// link, because each button of a form that stands elsewhere costs as much time as there are such
/// buttons: with 1,000 of them a thread's HTML took a browser eight times as long to read.
pub(super) fn opener(
    ui: Ui,
    class: &'static str,
    what: &'static str,
    id: &str,
    click: impl Fn() + Send + 'static,
) -> Element {
    let href = ui.forms(|forms| {
        let forms = forms?;
        let mut href = [&forms.base, "/thread?", what, "=", id].concat();
        let lang = forms.fields.iter().find(|(name, _)| *name == "lang");
        let given = [
            ("&lang=", lang.map(|(_, lang)| lang)),
            ("&token=", forms.token.as_ref()),
        ];
        for (name, value) in given {
            if let Some(value) = value {
                href.push_str(name);
                href.push_str(value);
            }
        }
        Some(href)
    });
    match href {
        Some(href) => press("a", class, click)
            .attr("target", "_self")
            .attr("href", href),
        None => press("button", class, click).attr("type", "button"),
    }
}

// What a page of the server is about has the focus when it begins, and so is in view.
impl Element {
    /// What such pages alone have open from the beginning.
    #[cfg(feature = "ssr")]
    pub(super) fn first(self) -> Self {
        self.attr("autofocus", "")
    }

    #[cfg(not(feature = "ssr"))]
    pub(super) fn first(self) -> Self {
        self
    }

    /// A field of that composer, if the page is about it.
    #[cfg(feature = "ssr")]
    pub(super) fn first_of(self, ui: Ui, slot: &Slot) -> Self {
        if ui.is_called_for(slot) {
            self.first()
        } else {
            self
        }
    }

    #[cfg(not(feature = "ssr"))]
    pub(super) fn first_of(self, _: Ui, _: &Slot) -> Self {
        self
    }
}
