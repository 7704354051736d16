//! Who one is here.

use leptos::prelude::*;

use crate::app::App;
use crate::parts;
use crate::texts::t;
use crate::view::{El, button, el, list};

/// The page of who has signed in.
pub(crate) fn view(app: App) -> El {
    let user = app.user.get_untracked();
    let grants = user.as_ref().map(|user| user.grants.clone());
    let name = user.map(|user| user.name).unwrap_or_default();
    el("section", "")
        .child(el("div", "page-head").child(parts::heading(&t("account"))))
        .child(el("p", "").child(parts::words("strong", &name)))
        .child(list("ul", "tags").children(grants.unwrap_or_default().iter().map(grant)))
        .child(
            el("p", "row row-below")
                .child(button("button", move || app.sign_out()).text(t("sign-out"))),
        )
}

/// A role on a site.
pub(crate) fn grant(grant: &afterword_protocol::admin::Grant) -> El {
    use afterword_protocol::admin::Role;
    let role = match grant.role {
        Role::Owner => t("role-owner"),
        Role::Admin => t("role-admin"),
        Role::Moderator => t("role-moderator"),
    };
    let site = match &grant.site {
        Some(site) => site.clone(),
        None => t("all-sites"),
    };
    el("li", "tag").text(role).text(" · ").text(site)
}
