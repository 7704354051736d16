//! The thread as HTML, by the components of the browser: for a server.

use afterword_protocol::{CommentList, Sort};
use leptos::prelude::*;

use crate::i18n::I18n;
use crate::thread::Tree;
use crate::ui::{Forms, Opening, Panel, Ui, lone, thread};

/// What is to be drawn.
pub struct Drawing {
    /// The reader's language.
    pub i18n: I18n,
    /// The comments. Their HTML is written as it is: the server has cleaned it.
    pub list: CommentList,
    /// Their order.
    pub sort: Sort,
    /// Replies below it stand beside what they answer, and say so.
    pub max_depth: u32,
    /// Where forms lead.
    pub forms: Forms,
    /// The one comment that the page is about; none for the thread as a whole.
    pub subject: Option<Subject>,
    /// A composer that doesn't begin with nothing.
    pub opening: Option<Opening>,
    /// What the reader thinks of the article, where that is known.
    pub thought: String,
}

/// A comment that a page of the server is about.
pub struct Subject {
    /// Its id.
    pub id: String,
    /// Whether the reader may change it.
    pub is_own: bool,
    /// What is open below it.
    pub panel: Panel,
    /// What the reader thinks of it; see [`crate::thread::thought`].
    pub thought: String,
}

/// A portion of a thread, as the widget would draw it before anybody has touched it; or a comment
/// with what it answers and its replies, without what stands around a thread.
#[must_use]
pub fn render(drawing: Drawing) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        let forms = Some(drawing.forms);
        let ui = Ui::new(
            drawing.i18n,
            String::new(),
            drawing.sort,
            String::new(),
            forms,
        );
        if let Some(opening) = drawing.opening {
            ui.open(opening);
        }
        let mut nodes = Vec::new();
        let portion = drawing.list.branches.len();
        let mut tree = Tree::new(drawing.max_depth);
        ui.show_list(&mut tree, &mut nodes, drawing.list, portion);
        ui.state.update(|state| state.thought = drawing.thought);
        match drawing.subject {
            None => thread(ui).to_html(),
            Some(subject) => {
                if let Some(node) = nodes.iter().find(|node| node.id() == subject.id) {
                    node.row.update(|row| {
                        row.own = subject.is_own;
                        row.panel = subject.panel;
                        row.thought = subject.thought;
                        // A page of its own has room for all of them.
                        row.is_choosing = !row.own && row.panel == Panel::Closed;
                    });
                }
                lone(ui).to_html()
            }
        }
    });
    owner.cleanup();
    html
}
