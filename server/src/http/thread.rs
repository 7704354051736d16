//! A page's thread as HTML, drawn by the widget's own components: as a fragment for whoever builds
//! pages, and on pages of this server, where everything can be done without JavaScript.

mod compose;
mod fetch;
mod fields;
mod fragment;
mod linked_data;
mod page;
mod place;
mod problem;
mod scene;
mod send;
mod show;
mod visit;

// The macro that describes a route makes more than a function of it.
pub(super) use fields::Fields;
pub(super) use fragment::*;
pub(super) use page::Page;
pub(super) use place::own_address;
pub(super) use problem::in_html;
pub(super) use send::{create, delete, edit, think, think_of_page};
pub(super) use show::show;
pub(super) use visit::Visit;

use afterword::ui::{Forms, Opening};
use afterword::{Drawing, Subject};
use afterword_protocol::{CommentList, Sort};

use super::Turns;
use super::language::{Language, Words};
use crate::error::ApiError;

/// Deepest reply in view; those below stand beside what they answer, and say so.
const MAX_DEPTH: u32 = 6;

/// A thread, or a comment of it, that is to be drawn.
struct Picture {
    language: &'static Language,
    /// Whether it is for a page of our own.
    is_page: bool,
    list: CommentList,
    sort: Sort,
    max_depth: u32,
    forms: Forms,
    subject: Option<Subject>,
    opening: Option<Opening>,
    /// What the reader thinks of the article, where that is known.
    thought: String,
    /// Whether the widget is to take it over, and so is told what is in it.
    has_data: bool,
}

impl Picture {
    /// As HTML. That takes its time: others need not wait for it.
    async fn draw(self, turns: &Turns) -> Result<String, ApiError> {
        turns.take(|| self.html()).await
    }

    fn html(self) -> String {
        let data = if self.has_data {
            self.data()
        } else {
            String::new()
        };
        let i18n = if self.is_page {
            self.language.page_i18n()
        } else {
            self.language.i18n()
        };
        let drawing = Drawing {
            i18n,
            list: self.list,
            sort: self.sort,
            max_depth: self.max_depth,
            forms: self.forms,
            subject: self.subject,
            opening: self.opening,
            thought: self.thought,
        };
        afterword::render(drawing) + &data
    }

    /// What the widget needs to know that takes the HTML over: the list, without what stands in the
    /// HTML already.
    fn data(&self) -> String {
        let mut list = self.list.clone();
        for branch in &mut list.branches {
            for comment in std::iter::once(&mut branch.root).chain(&mut branch.replies) {
                comment.html.clear();
            }
        }
        let fields = &self.forms.fields;
        let lang = fields.iter().find(|(name, _)| *name == "lang");
        format!(
            "<template class=\"thread-data\" data-sort=\"{}\" data-max-depth=\"{}\" data-locale=\"{}\" data-note=\"{}\">{}</template>",
            self.sort.as_str(),
            self.max_depth,
            self.language.regional(lang.map(|(_, tag)| tag.as_str())),
            self.language.say(Words::Note).replace('"', "&quot;"),
            json(&list)
        )
    }
}

/// JSON that can stand in HTML: nothing of it is markup.
fn json(value: &impl serde::Serialize) -> String {
    let json = serde_json::to_string(value).unwrap_or_default();
    let escaped = json.replace('<', "\\u003c").replace('>', "\\u003e");
    escaped.replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    #[test]
    fn json_in_html_is_no_markup() {
        let text = "</template><!-- & ' \" \u{2028}";
        let json = super::json(&text);
        assert!(!json.contains(['<', '>', '&']), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
