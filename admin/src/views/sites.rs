//! Sites: whose pages may send comments, and what each site is like.

mod hooks;
mod settings;

pub(crate) use settings::label as setting_label;

use afterword_protocol::admin::{Items, NewSite, Right, Site, SiteChange, SiteSource};
use leptos::prelude::*;
use leptos::task::spawn_local;

use self::settings::Settings;
use crate::api::{delete, get, post, put};
use crate::app::App;
use crate::drafts;
use crate::fetched::{Fetched, fetch};
use crate::parts::{self, labelled};
use crate::route::{Route, encode};
use crate::texts::{count, fill, t};
use crate::view::{El, button, el, link, list};

/// The page of sites, or of one.
pub(crate) fn view(app: App) -> El {
    let name = app.route.with_untracked(|route| route.id.clone());
    if !name.is_empty() {
        return one(app, &name);
    }
    let sites = fetch::<Items<Site>>(app, move || get("sites"));
    el("section", "")
        .child(
            el("div", "page-head")
                .child(parts::heading(&t("sites")))
                .maybe(app.may_everywhere(Right::Server).then(|| {
                    button("button button-primary", move || add(app)).text(t("new-site"))
                })),
        )
        .child(sites.show(|all| list("ul", "things").children(all.items.iter().map(line))))
}

fn line(site: &Site) -> El {
    let to = Route::of("sites", &site.name).address();
    let origins = match site.origins.is_empty() {
        true => t("origins-none"),
        false => site.origins.join(", "),
    };
    let mut head = el("div", "thing-head")
        .child(el("h2", "thing-title").child(link("", to).child(el("bdi", "").text(&site.name))));
    if site.source == SiteSource::File {
        head = head.child(parts::tag("tag", &t("of-file")));
    }
    el("li", "thing")
        .child(head)
        .child(el("p", "muted").text(origins))
        .child(el("p", "muted").text(count("comment-count", u64::from(site.comments))))
}

fn one(app: App, name: &str) -> El {
    let path = ["sites/", &encode(name)].concat();
    let site = {
        let path = path.clone();
        fetch::<Site>(app, move || get(&path))
    };
    el("section", "form-wide")
        .child(
            el("div", "page-head")
                .child(parts::heading(name))
                .child(link("", Route::new("sites").address()).text(t("all-sites"))),
        )
        .child(site.show(move |it| form(app, &path, it, site)))
}

fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

fn form(app: App, path: &str, site: &Site, fetched: Fetched<Site>) -> El {
    let Some(settings) = &site.settings else {
        return parts::nothing(&t("not-yours"));
    };
    let settings = Settings::new(app, &site.name, settings);
    let origins = RwSignal::new(site.origins.join("\n"));
    let mut fields = settings.fields();
    fields.push(("origins".to_owned(), origins.into()));
    let kept = ["site:", &site.name].concat();
    let is_kept = site.changeable && drafts::keep(&kept, fields);
    let throw_away = {
        let kept = kept.clone();
        move || {
            drafts::forget(&kept);
            fetched.refresh();
        }
    };
    let problem = RwSignal::new(String::new());
    let is_busy = RwSignal::new(false);
    let fields = settings.view();
    let path = path.to_owned();
    let remove_path = path.clone();
    let origins_fixed = site.origins_fixed;
    let send = move || {
        let settings = match settings.value() {
            Ok(settings) => settings,
            Err(sentence) => return problem.set(sentence),
        };
        let change = SiteChange {
            origins: (!origins_fixed).then(|| lines(&origins.get_untracked())),
            settings: Some(settings),
        };
        is_busy.set(true);
        problem.set(String::new());
        let call = put(&path).json(&change);
        let kept = kept.clone();
        spawn_local(async move {
            let answer = app.ask::<Site>(call).await;
            is_busy.set(false);
            match answer {
                Ok(site) => {
                    drafts::forget(&kept);
                    app.tell(t("saved"), None);
                    crate::view::keep_focus();
                    fetched.value.set(Some(Ok(site)));
                }
                Err(failure) => problem.set(failure.sentence()),
            }
        });
    };
    let origins_field = parts::area(2, origins)
        .attr("dir", "ltr")
        .attr("spellcheck", "false")
        .flag("readonly", origins_fixed || !site.changeable);
    let notice = is_kept.then(|| {
        el("div", "notice row")
            .attr("role", "status")
            .child(el("p", "").text(t("not-saved-yet")))
            .child(el("span", "space"))
            .child(button("button", throw_away).text(t("throw-away")))
    });
    let whole = parts::form("form", send).maybe(notice).child(labelled(
        &t("origins"),
        &t("origins-hint"),
        origins_field,
    ));
    if !site.changeable {
        return el("div", "")
            .child(el("p", "notice").text(t("of-file-why")))
            .child(whole.child(el("fieldset", "").attr("disabled", "").child(fields)));
    }
    let mut buttons = el("div", "row").child(parts::submit(&t("save"), is_busy));
    if site.source == SiteSource::Database && app.may_everywhere(Right::Server) {
        let site = site.clone();
        buttons = buttons
            .child(el("span", "space"))
            .child(button("button", move || remove(app, &remove_path, &site)).text(t("remove")));
    }
    whole
        .child(fields)
        .child(parts::problem(problem))
        .child(buttons)
}

fn remove(app: App, path: &str, site: &Site) {
    let title = fill("remove-title", &[("name", &site.name)]);
    let text = [
        count("comment-count", u64::from(site.comments)).as_str(),
        ". ",
        &t("remove-site"),
    ]
    .concat();
    let path = path.to_owned();
    parts::confirm(&title, &text, &t("remove"), move || {
        let sure = [("with_comments".to_owned(), "true".to_owned())];
        let call = delete(&path).query(&sure);
        spawn_local(async move {
            match app.ask::<serde_json::Value>(call).await {
                Ok(_) => {
                    app.go(&Route::new("sites"));
                    app.tell(t("removed"), None);
                    app.read_sites();
                }
                Err(failure) => app.fail(&failure),
            }
        });
    });
}

fn add(app: App) {
    parts::dialog(&t("new-site"), move |dialog, close| {
        let name = drafts::text("site-name", "");
        let origins = drafts::text("site-origins", "");
        let problem = RwSignal::new(String::new());
        let is_busy = RwSignal::new(false);
        let send = move || {
            let new = NewSite {
                name: name.get_untracked().trim().to_owned(),
                origins: lines(&origins.get_untracked()),
                settings: None,
            };
            is_busy.set(true);
            problem.set(String::new());
            let close = close.clone();
            let call = post("sites").json(&new);
            spawn_local(async move {
                match app.ask::<Site>(call).await {
                    Ok(site) => {
                        drafts::forget("site-name");
                        drafts::forget("site-origins");
                        close.now();
                        app.read_sites();
                        app.go(&Route::of("sites", &site.name));
                    }
                    Err(failure) => {
                        is_busy.set(false);
                        problem.set(failure.sentence());
                    }
                }
            });
        };
        dialog.child(
            parts::form("form", send)
                .child(parts::problem(problem))
                .child(labelled(
                    &t("name"),
                    &t("site-name-hint"),
                    parts::field("text", name)
                        .attr("autocapitalize", "none")
                        .attr("autocomplete", "off"),
                ))
                .child(labelled(
                    &t("origins"),
                    &t("origins-hint"),
                    parts::area(2, origins).attr("dir", "ltr"),
                ))
                .child(el("div", "row row-end").child(parts::submit(&t("save"), is_busy))),
        )
    });
}
