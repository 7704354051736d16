//! What is kept of somebody: handed out, and erased.

use afterword_protocol::admin::{Erased, Erasure, Person, PersonExport, Right};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{get, post};
use crate::app::App;
use crate::drafts;
use crate::host;
use crate::parts::{self, labelled};
use crate::route::encode;
use crate::texts::{count, fill, t};
use crate::view::{El, button, el};

/// The buttons for who looks after it.
pub(super) fn view(app: App, person: &Person, name: &str) -> Option<El> {
    if !app.may(Right::Privacy) {
        return None;
    }
    let (key, name) = (person.key.clone(), name.to_owned());
    let numbers = &person.numbers;
    let all = [
        numbers.published,
        numbers.pending,
        numbers.spam,
        numbers.hidden,
        numbers.deleted,
    ];
    let comments: u32 = all.iter().sum();
    let exported = key.clone();
    let whole = el("div", "labelled-list")
        .child(el("h3", "detail-title").text(t("their-data")))
        .child(
            el("div", "row")
                .child(button("button", move || export(app, &exported)).text(t("export")))
                .child(
                    button("button", move || ask(app, &key, &name, comments))
                        .attr("aria-haspopup", "dialog")
                        .text(t("erase-ask")),
                ),
        );
    Some(whole)
}

fn export(app: App, key: &str) {
    let site = Some(("site".to_owned(), app.site())).filter(|(_, site)| !site.is_empty());
    let path = ["people/", &encode(key), "/export"].concat();
    let call = get(&path).query(&site.into_iter().collect::<Vec<_>>());
    spawn_local(async move {
        match app.ask::<PersonExport>(call).await {
            Ok(all) => {
                let json = serde_json::to_string_pretty(&all).unwrap_or_default();
                host::save("person.json", &json);
                app.tell(count("exported", all.comments.len() as u64), None);
            }
            Err(failure) => app.fail(&failure),
        }
    });
}

/// Says what goes and what stays, and asks why.
fn ask(app: App, key: &str, name: &str, comments: u32) {
    let key = key.to_owned();
    let title = fill("erase-title", &[("name", name)]);
    parts::dialog(&title, move |dialog, close| {
        let keep_texts = RwSignal::new(false);
        let kept = ["erase:", &key].concat();
        let reason = drafts::text(&kept, "");
        let problem = RwSignal::new(String::new());
        let is_busy = RwSignal::new(false);
        let site = app.site();
        let mut where_ = el("p", "").text(count("comment-count", u64::from(comments)));
        where_ = where_.text(" · ").child(match site.as_str() {
            "" => el("span", "").text(t("all-sites-of-yours")),
            site => parts::words("", site),
        });
        let is_several = !key.starts_with("person:");
        let send = move || {
            if is_busy.get_untracked() {
                return;
            }
            let why = reason.get_untracked().trim().to_owned();
            if why.is_empty() {
                return problem.set(t("reason-needed"));
            }
            let erasure = Erasure {
                site: Some(site.clone()).filter(|site| !site.is_empty()),
                keep_texts: keep_texts.get_untracked(),
                reason: Some(why),
            };
            is_busy.set(true);
            problem.set(String::new());
            let call = post(&["people/", &encode(&key), "/erase"].concat()).json(&erasure);
            let (close, kept) = (close.clone(), kept.clone());
            spawn_local(async move {
                match app.ask::<Erased>(call).await {
                    Ok(erased) => {
                        drafts::forget(&kept);
                        close.now();
                        app.tell(count("erased-comments", u64::from(erased.comments)), None);
                        // Lists of it are read again.
                        app.undone
                            .update(|undone| *undone = (undone.0 + 1, Vec::new()));
                    }
                    Err(failure) => {
                        is_busy.set(false);
                        problem.set(failure.sentence());
                    }
                }
            });
        };
        dialog
            .child(where_)
            .maybe(is_several.then(|| el("p", "notice notice-bad").text(t("erase-several"))))
            .part(move || Some(consequences(keep_texts.get())))
            .child(
                parts::form("form", send)
                    .child(parts::problem(problem))
                    .child(parts::ticked(&t("erase-keep"), parts::tick(keep_texts)))
                    .child(labelled(
                        &t("reason"),
                        &t("erase-reason-hint"),
                        parts::field("text", reason).attr("maxlength", "500"),
                    ))
                    .child(
                        el("div", "row row-end").child(
                            el("button", "button button-danger")
                                .attr("type", "submit")
                                .live_attr("aria-disabled", move || {
                                    is_busy.get().then(|| "true".to_owned())
                                })
                                .text(t("erase")),
                        ),
                    ),
            )
    });
}

/// What goes, and what stays.
fn consequences(keep_texts: bool) -> El {
    let (goes, stays): (&[&str], &[&str]) = match keep_texts {
        false => (
            &["goes-texts", "goes-votes", "goes-mail"], // text
            &["stays-place", "stays-bans", "stays-log", "stays-backups"], // text
        ),
        true => (
            &["goes-names", "goes-mail"],                                 // text
            &["stays-texts", "stays-bans", "stays-log", "stays-backups"], // text
        ),
    };
    let part = |title: &str, keys: &[&str]| {
        let items = keys.iter().map(|key| el("li", "").text(t(key)));
        el("div", "consequence")
            .child(el("h3", "detail-title").text(t(title)))
            .child(el("ul", "bullets").children(items))
    };
    el("div", "consequences")
        .child(part("erase-goes", goes)) // text
        .child(part("erase-stays", stays)) // text
}
