//! A comment, and what can be done with it.

use afterword_protocol::admin::{
    Finding, ModeratedComment, ModeratedDetail, Person, SentReport, Verdict,
};
use leptos::prelude::*;

use super::{Row, Triage, act};
use crate::api::get;
use crate::app::App;
use crate::fetched::fetch;
use crate::host;
use crate::parts::{self, words};
use crate::route::{Route, encode};
use crate::shell::place_of;
use crate::texts::{count, fill, t};
use crate::view::{El, button, el, link, list};

/// A text that is longer is shown in part, until somebody wants to read on.
const LONG: usize = 900;

/// A comment of the list.
pub(super) fn draw(triage: Triage, row: Row) -> El {
    let id = row.with_untracked(|it| it.id.clone());
    let name_id = ["n-", &id].concat();
    let text_id = ["t-", &id].concat();
    // Who has come to this one alone wants to know all of it.
    let is_alone = |query: &Vec<(String, String)>| query.iter().any(|(name, _)| name == "id");
    let is_open = RwSignal::new(triage.query.with_untracked(is_alone));
    let is_selected = {
        let id = id.clone();
        Memo::new(move |_| triage.selected.with(|selected| selected.contains(&id)))
    };
    // One focus for the whole comment: what is in it is reached by Tab, the next one by a key.
    let card = el("article", "card")
        .attr("id", ["c-", &id].concat())
        .attr("tabindex", "0")
        .attr("aria-labelledby", &name_id)
        .attr("aria-describedby", &text_id)
        .live_attr("data-selected", move || is_selected.get().then(String::new))
        .live_attr("data-verdict", move || {
            Some(row.with(|it| it.verdict.as_str().to_owned()))
        })
        .child(select_box(triage, &id, row, is_selected))
        .part(move || Some(row.with(|it| head(triage, it, &name_id))))
        .part(move || row.with(|it| reasons(triage, &it.reasons)))
        .part(move || Some(row.with(|it| source(it, &text_id))))
        .child(buttons(triage, row, is_open))
        .part(move || is_open.get().then(|| details(triage, row)));
    el("li", "").child(card)
}

fn select_box(triage: Triage, id: &str, row: Row, is_selected: Memo<bool>) -> El {
    let id = id.to_owned();
    let author = row.with_untracked(name);
    let box_ = el("input", "tick card-select")
        .attr("type", "checkbox")
        .attr("aria-label", fill("select-of", &[("name", &author)]));
    let node = box_.node().clone();
    crate::view::effect(move || {
        use wasm_bindgen::JsCast;
        let is_selected = is_selected.get();
        if let Some(node) = node.dyn_ref::<web_sys::HtmlInputElement>() {
            node.set_checked(is_selected);
        }
    });
    let box_ = box_.on("change", move |_| triage.select(&id));
    el("label", "card-select-area").child(box_)
}

/// What the author is called.
pub(super) fn name(comment: &ModeratedComment) -> String {
    let author = comment.author.as_deref().filter(|it| !it.is_empty());
    author.map_or_else(|| t("nobody"), str::to_owned)
}

/// By what the author's other comments are found: the surest there is.
pub(super) fn person_key(comment: &ModeratedComment) -> Option<String> {
    let key = |kind: &str, value: &Option<String>| {
        let value = value.as_deref()?;
        Some([kind, value].concat())
    };
    key("person:", &comment.person)
        .or_else(|| key("network:", &comment.network))
        .or_else(|| key("author:", &comment.author))
}

fn head(triage: Triage, comment: &ModeratedComment, name_id: &str) -> El {
    let app = triage.app;
    let author = name(comment);
    let who = match person_key(comment) {
        Some(key) => link("card-author", place_of(app, "person", &key).address()),
        None => el("span", "card-author"),
    };
    let by =
        el("h2", "card-by")
            .attr("id", name_id)
            .child(who.child(el("bdi", "").text(author)))
            .maybe(comment.website.as_deref().map(|website| {
                el("bdi", "card-website").text(website.trim_start_matches("https://"))
            }));
    let page = comment.page_title.as_deref().unwrap_or(&comment.page);
    let mut place = el("p", "card-place");
    place = match &comment.page_url {
        // A page's address was told by a reader's browser: nothing but the web is opened.
        Some(url) if url.starts_with("https://") || url.starts_with("http://") => place.child(
            link("", [url.as_str(), "#comment-", &comment.id].concat())
                .attr("target", "_blank")
                .attr("rel", "noopener noreferrer")
                .child(el("bdi", "").text(page)),
        ),
        _ => place.child(el("bdi", "").text(page)),
    };
    if app.sites.with_untracked(|sites| sites.len() > 1) && app.site().is_empty() {
        place = place.child(el("span", "tag").text(&comment.site));
    }
    el("header", "card-head")
        .child(by)
        .children(marks(triage, comment))
        .child(el("span", "space"))
        .child(
            link(
                "quiet-link card-time",
                place_of_comment(app, &comment.id).address(),
            )
            .child(parts::time(&comment.created)),
        )
        .child(place)
}

/// The place of one comment, to be kept or handed on.
pub(crate) fn place_of_comment(app: App, id: &str) -> Route {
    app.place("comments").with("id", id)
}

/// The key of what a verdict is called.
pub(crate) fn verdict_key(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Published => "published", // text
        Verdict::Pending => "pending",     // text
        Verdict::Spam => "spam",           // text
        Verdict::Hidden => "hidden",       // text
        Verdict::Deleted => "deleted",     // text
    }
}

fn marks(triage: Triage, comment: &ModeratedComment) -> Vec<El> {
    let mut marks = Vec::new();
    // Where all have the same, none needs to say so, but the one that others have decided about.
    if triage.one_verdict() != Some(comment.verdict) {
        let verdict = el("span", "tag verdict").attr("data-verdict", comment.verdict.as_str());
        marks.push(verdict.text(t(verdict_key(comment.verdict))));
    }
    if comment.reports > 0 {
        let reports = count("reports", u64::from(comment.reports));
        marks.push(parts::tag("tag tag-bad", &reports));
    }
    let flags = [
        (comment.flagged, "flagged"),           // text
        (comment.parent.is_some(), "is-reply"), // text
        (comment.pinned, "pinned"),             // text
        (comment.featured, "featured"),         // text
        (comment.locked, "locked"),             // text
        (comment.shadowed, "shadowed"),         // text
        (comment.moderated, "moderated"),       // text
        (comment.erased, "erased"),             // text
    ];
    for (is_so, key) in flags {
        if is_so {
            marks.push(parts::tag("tag", &t(key)));
        }
    }
    marks
}

fn reasons(triage: Triage, reasons: &[Finding]) -> Option<El> {
    if reasons.is_empty() {
        return None;
    }
    let items = reasons.iter().map(|reason| {
        let label = check(&reason.check);
        let label = match reason.check.strip_prefix("rule:") {
            Some(_) if triage.app.may(afterword_protocol::admin::Right::Rules) => {
                link("", triage.app.place("rules").address()).text(label)
            }
            _ => el("b", "").text(label),
        };
        el("li", "").child(label).text(" ").child(found(reason))
    });
    Some(
        list("ul", "card-reasons")
            .attr("aria-label", t("reasons"))
            .children(items),
    )
}

/// What was found. What these pages have no sentence for stays English; what has no code is in somebody
/// else's words.
fn found(reason: &Finding) -> El {
    let Some(code) = &reason.code else {
        return words("", &reason.detail);
    };
    let Some(said) = host::said("found-", code, &reason.values) else {
        return words("", &reason.detail).attr("lang", "en");
    };
    match reason.values["rule"].as_str() {
        Some(rule) => words("", &[rule, ": ", &said].concat()),
        None => words("", &said),
    }
}

/// What a check is called; one that nobody has told these pages of keeps its own name.
pub(crate) fn check(name: &str) -> String {
    let (kind, number) = name.split_once(':').unwrap_or((name, ""));
    let key = match kind {
        "policy" => "check-policy",         // text
        "links" => "check-links",           // text
        "rule" => "check-rule",             // text
        "ban" => "check-ban",               // text
        "reports" => "check-reports",       // text
        "classifier" => "check-classifier", // text
        "honeypot" => "check-honeypot",     // text
        "too-fast" => "check-too-fast",     // text
        "duplicate" => "check-duplicate",   // text
        "burst" => "check-burst",           // text
        "akismet" => "check-akismet",       // text
        "hook" => "check-hook",             // text
        "distrust" => "check-distrust",     // text
        "no-proof" => "check-no-proof",     // text
        _ => return name.to_owned(),
    };
    fill(key, &[("n", number)]).trim_end().to_owned()
}

/// The text as it was typed: whatever it holds, it is text.
fn source(comment: &ModeratedComment, text_id: &str) -> El {
    let text = comment.text.as_str();
    let source = el("div", "card-source")
        .attr("id", text_id)
        .attr("dir", "auto");
    if text.is_empty() {
        return source.child(el("span", "muted").text(t("no-text")));
    }
    let cut = text.char_indices().nth(LONG).map(|(at, _)| at);
    let Some((start, _)) = cut.and_then(|at| text.split_at_checked(at)) else {
        return source.text(text);
    };
    let whole = text.to_owned();
    let node = source.node().clone();
    source.text(start).text("… ").child(
        button("text-button", move || {
            node.set_text_content(Some(&whole));
        })
        .text(t("read-on")),
    )
}

fn buttons(triage: Triage, row: Row, is_open: RwSignal<bool>) -> El {
    let id = move || row.with_untracked(|it| it.id.clone());
    let state =
        Memo::new(move |_| row.with(|it| (it.verdict, it.erased, it.reports > 0 || it.flagged)));
    el("div", "card-buttons")
        .part(move || {
            let (verdict, is_erased, is_raised) = state.get();
            let buttons = act::MAIN.iter().filter(|decision| {
                !is_erased
                    && (decision.verdict != Some(verdict)
                        || (is_raised && verdict == Verdict::Published))
            });
            Some(el("div", "row").children(buttons.map(|decision| {
                let action = decision.action;
                button("button", move || triage.act(action, vec![id()]))
                    .attr("data-action", action.as_str())
                    .text(t(decision.label))
            })))
        })
        .child(
            button("button", move || triage.ban(vec![id()]))
                .attr("data-action", "ban")
                .text(t("ban")),
        )
        .part(move || {
            let (_, is_erased, _) = state.get();
            (!is_erased).then(|| {
                button("button", move || triage.reply(&id()))
                    .attr("data-action", "reply")
                    .text(t("reply"))
            })
        })
        .child(el("span", "space"))
        .child(
            button("text-button card-details", move || {
                is_open.update(|is_open| *is_open = !*is_open);
            })
            .live_attr("aria-expanded", move || Some(is_open.get().to_string()))
            .text(t("details")),
        )
}

/// All there is to know about a comment, and what is seldom done.
fn details(triage: Triage, row: Row) -> El {
    let app = triage.app;
    let id = row.with_untracked(|it| it.id.clone());
    let detail = fetch::<ModeratedDetail>(app, move || {
        // As it is now, whenever it has changed.
        row.track();
        get(&["comments/", &encode(&id)].concat())
    });
    el("div", "details")
        .child(more_buttons(triage, row))
        .child(detail.show(move |detail| known(triage, detail)))
}

fn more_buttons(triage: Triage, row: Row) -> El {
    use afterword_protocol::admin::Action;
    el("div", "row").part(move || {
        let comment = row.get();
        let id = comment.id.clone();
        let is_wanted = |action: Action| match action {
            Action::Hide => comment.verdict != Verdict::Hidden,
            Action::Pin => !comment.pinned && comment.parent.is_none(),
            Action::Unpin => comment.pinned,
            Action::Feature => !comment.featured,
            Action::Unfeature => comment.featured,
            Action::Lock => !comment.locked,
            Action::Unlock => comment.locked,
            _ => false,
        };
        let mut buttons = el("div", "row");
        if comment.erased {
            return None;
        }
        for decision in act::MORE.iter().filter(|it| is_wanted(it.action)) {
            let (action, id) = (decision.action, id.clone());
            buttons = buttons.child(
                button("button", move || triage.act(action, vec![id.clone()]))
                    .attr("data-action", action.as_str())
                    .text(t(decision.label)),
            );
        }
        let (edited, moved) = (id.clone(), id);
        Some(
            buttons
                .child(button("button", move || triage.edit(&edited)).text(t("edit")))
                .child(button("button", move || triage.move_to(&moved)).text(t("move"))),
        )
    })
}

fn known(triage: Triage, detail: &ModeratedDetail) -> El {
    let shown = el("div", "rendered").attr("dir", "auto");
    host::show_html(shown.node(), &detail.comment.html);
    let mut all = el("div", "known");
    if let Some(parent) = &detail.parent {
        all = all.child(section(
            "answers",
            el("blockquote", "card-source quoted")
                .attr("dir", "auto")
                .child(el("p", "muted").child(el("bdi", "").text(name(parent))))
                .text(&parent.text),
        ));
    }
    all = all.child(section("as-readers-see", shown));
    if !detail.reports.is_empty() {
        let items = detail.reports.iter().map(report);
        all = all.child(section(
            "reports-title",
            list("ul", "lines").children(items),
        ));
    }
    if !detail.versions.is_empty() {
        let items = detail.versions.iter().map(|version| {
            el("li", "").child(parts::time(&version.created)).child(
                el("div", "card-source")
                    .attr("dir", "auto")
                    .text(&version.text),
            )
        });
        all = all.child(section(
            "earlier-texts",
            list("ol", "lines").children(items),
        ));
    }
    if let Some(person) = &detail.person {
        let more = link("", Route::of("person", &person.key).address()).text(t("all-of-person"));
        all = all.child(section(
            "person",
            numbers(person).child(el("p", "").child(more)),
        ));
    }
    if !detail.actions.is_empty() {
        let items = detail.actions.iter().map(|action| {
            let mut line = el("li", "row")
                .child(el("b", "").text(action_name(action.action)))
                .child(el("bdi", "").text(action.user.as_deref().unwrap_or("–")))
                .child(parts::time(&action.created));
            if let Some(reason) = &action.reason {
                line = line.child(words("muted", reason));
            }
            if action.undone.is_some() {
                return line.child(parts::tag("tag", &t("taken-back")));
            }
            let (id, about) = (action.id.to_string(), detail.comment.id.clone());
            let undo = button("text-button", move || {
                super::undo_of(triage.app, &id, &about);
            });
            let name = action_name(action.action);
            line.child(
                undo.text(t("undo"))
                    .child(el("span", "visually-hidden").text(" ").text(name)),
            )
        });
        all = all.child(section("history", list("ul", "lines").children(items)));
    }
    all
}

fn section(title: &str, content: El) -> El {
    el("section", "detail")
        .child(el("h3", "detail-title").text(t(title)))
        .child(content)
}

fn report(report: &SentReport) -> El {
    use afterword_protocol::Reason;
    let reason = match report.reason {
        Reason::Spam => "report-spam",          // text
        Reason::Abuse => "report-abuse",        // text
        Reason::OffTopic => "report-off-topic", // text
        Reason::Other => "report-other",        // text
    };
    let mut line = el("li", "row")
        .child(el("b", "").text(t(reason)))
        .child(words("", &report.text))
        .child(parts::time(&report.created));
    if report.handled.is_some() {
        line = line.child(parts::tag("tag", &t("handled")));
    }
    line
}

/// How many comments somebody has written.
pub(crate) fn numbers(person: &Person) -> El {
    let numbers = &person.numbers;
    let all = [
        (Verdict::Published, numbers.published),
        (Verdict::Pending, numbers.pending),
        (Verdict::Spam, numbers.spam),
        (Verdict::Hidden, numbers.hidden),
        (Verdict::Deleted, numbers.deleted),
    ];
    let items = all.into_iter().map(|(verdict, n)| {
        el("div", "number")
            .child(el("dt", "").text(t(verdict_key(verdict))))
            .child(el("dd", "").text(host::number(f64::from(n))))
    });
    el("div", "").child(el("dl", "numbers").children(items))
}

/// What an action is called.
pub(crate) fn action_name(action: afterword_protocol::admin::Action) -> String {
    use afterword_protocol::admin::Action as It;
    t(match action {
        It::Approve => "approve",     // text
        It::Spam => "spam",           // text
        It::Hide => "hide",           // text
        It::Delete => "delete",       // text
        It::Pin => "pin",             // text
        It::Unpin => "unpin",         // text
        It::Feature => "feature",     // text
        It::Unfeature => "unfeature", // text
        It::Lock => "lock",           // text
        It::Unlock => "unlock",       // text
        It::Move => "move",           // text
        It::Edit => "edit",           // text
        It::Ban => "ban",             // text
        It::Unban => "unban",         // text
        It::Page => "page",           // text
        It::Rule => "rules",          // text
    })
}
