//! Who may not comment.

use afterword_protocol::admin::Ban;
use leptos::prelude::*;

use super::person::ban_line;
use crate::api::get;
use crate::app::App;
use crate::parts;
use crate::portion::Portions;
use crate::texts::t;
use crate::view::{El, el, list};

/// The page of bans.
pub(crate) fn view(app: App) -> El {
    let bans = Portions::<Ban>::new(app, move |before| {
        app.undone.track();
        let mut query = Vec::new();
        let site = app.site();
        if !site.is_empty() {
            query.push(("site".to_owned(), site));
        }
        query.extend(before.map(|before| ("before".to_owned(), before)));
        get("bans").query(&query)
    });
    let items = list("ul", "things").items(
        move || bans.rows(),
        move |row| {
            let line = row.with_untracked(|ban| ban_line(app, ban, move || bans.refresh()));
            line.attr("class", "thing row ban")
        },
    );
    el("section", "")
        .child(el("div", "page-head").child(parts::heading(&t("bans"))))
        .child(bans.around(|| t("bans-empty"), items))
}
