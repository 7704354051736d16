//! The thread as HTML, by the components of the browser: for a server.

use afterword_protocol::{CommentList, Sort};
use leptos::prelude::*;

use crate::backend::Capabilities;
use crate::i18n::I18n;
use crate::thread::Tree;
use crate::ui::{Ui, thread};

/// A portion of a thread, as the widget would draw it before anybody has touched it.
///
/// `list` holds HTML as the server cleaned it: it is written as it is. Replies below `max_depth`
/// stand beside what they answer, and say so.
#[must_use]
pub fn render(i18n: I18n, list: CommentList, sort: Sort, max_depth: u32) -> String {
    let can = Capabilities {
        preview: true,
        local: false,
    };
    let owner = Owner::new();
    let html = owner.with(|| {
        let ui = Ui::new(i18n, can, sort, String::new());
        ui.show_list(&mut Tree::new(max_depth), &mut Vec::new(), list);
        thread(ui).to_html()
    });
    owner.cleanup();
    html
}
