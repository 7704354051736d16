//! In a window that a page under an article has opened: its moderator signs in here, where passkeys and
//! other servers are known, and the window hands them over to that page.

use afterword_protocol::admin::{WindowAsks, WindowHands};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::sign_in;
use crate::api::{Answer, Call, Failure, get, post};
use crate::app::{App, Stage};
use crate::fetched::fetch;
use crate::host;
use crate::parts;
use crate::route::encode;
use crate::texts::{fill, t};
use crate::view::{El, button, el};

/// The window's page.
pub(crate) fn view(app: App) -> El {
    let opened = app.route.with_untracked(|route| route.id.clone());
    match app.stage.get_untracked() {
        Stage::In => signed_in(app, opened),
        _ => sign_in::view_in_window(app, opened),
    }
}

/// Who is signed in here already says that they want to be there as well.
fn signed_in(app: App, opened: String) -> El {
    let problem = RwSignal::new(String::new());
    let is_busy = RwSignal::new(false);
    let name = app.user.get_untracked().map(|user| user.name);
    let asks = whose(app, &opened);
    let send = move || {
        is_busy.set(true);
        problem.set(String::new());
        let call = ask(&opened);
        spawn_local(async move {
            if let Err(sentence) = hand_over(app.ask(call).await) {
                problem.set(sentence);
            }
            is_busy.set(false);
        });
    };
    let go_on = fill("window-go-on", &[("name", &name.unwrap_or_default())]);
    el("main", "sign-in")
        .attr("id", "main")
        .child(parts::heading(&t("sign-in-title")))
        .child(
            parts::form("form", send)
                .child(parts::problem(problem))
                .child(asks)
                .child(parts::submit(&go_on, is_busy)),
        )
        .child(
            el("div", "other-ways")
                .child(button("button", move || app.sign_out()).text(t("window-other"))),
        )
}

/// On which pages one is about to moderate.
pub(super) fn whose(app: App, opened: &str) -> El {
    let path = ["session/window/", &encode(opened)].concat();
    let asks = fetch::<WindowAsks>(app, move || get(&path));
    el("div", "").part(move || {
        asks.value.with(|asks| {
            Some(match asks {
                None => parts::skeleton(),
                Some(Ok(asks)) => el("div", "notice")
                    .child(el("p", "").text(t("window-whose")))
                    .child(el("p", "").child(el("bdi", "strong").text(&asks.origin)))
                    .child(el("p", "muted").text(t("window-hint"))),
                Some(Err(failure)) => el("p", "notice notice-bad")
                    .attr("role", "alert")
                    .text(why(failure)),
            })
        })
    })
}

fn why(failure: &Failure) -> String {
    match failure.is("nothing-there") {
        true => t("window-late"),
        false => failure.sentence(),
    }
}

/// Asks for what the page that has opened the window gets the session by.
pub(super) fn ask(opened: &str) -> Call {
    post(&["session/window/", &encode(opened)].concat())
}

/// Hands that over; the window closes then.
pub(super) fn hand_over(answer: Answer<WindowHands>) -> Result<(), String> {
    let handed = answer.map_err(|failure| why(&failure))?;
    match host::hand(&handed.origin, &handed.code) {
        true => Ok(()),
        // The browser has cut it off, as some servers want it that one has been to meanwhile.
        false => Err(t("window-alone")),
    }
}
