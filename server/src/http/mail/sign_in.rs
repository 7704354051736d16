//! The page that a link to sign in by opens.

use std::net::SocketAddr;

use afterword::i18n::Msg;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::press;
use crate::domain::Purpose;
use crate::error::ApiError;
use crate::http::Shared;
use crate::http::language::Words;
use crate::http::thread::{Page, Visit};
use crate::mail::host_of;

fn page(visit: &Visit, status: StatusCode, body: Markup) -> Response {
    Page::lone(visit, status, visit.language.message(Msg::SignIn), body)
}

fn outdated(visit: &Visit) -> Response {
    let said = visit.language.say(Words::LoginOutdated);
    let body = html! { div class="notice notice-error" role="alert" { p { (said) } } };
    page(visit, StatusCode::NOT_FOUND, body)
}

/// `/mail/sign-in`: shows where it signs in, and the button there does it.
pub(in crate::http) async fn sign_in(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Result<Response, ApiError> {
    let opened = context.opened(peer, request).await?;
    let visit = &opened.visit;
    let Some(id) = context.address_of(&opened, Purpose::SignIn) else {
        return Ok(outdated(visit));
    };
    let now = context.clock.now();
    let waiting = context.store.waiting_login(id, now).await?;
    let Some(waiting) = waiting.filter(|waiting| !waiting.is_confirmed) else {
        return Ok(outdated(visit));
    };
    if opened.sent.is_some() {
        return Ok(match context.store.confirm_login(id, now).await? {
            true => {
                let said = visit.language.say(Words::LoginDone);
                let body = html! { p class="notice" role="status" { (said) } };
                page(visit, StatusCode::OK, body)
            }
            false => outdated(visit),
        });
    }
    let base = context.mailer.as_ref().map_or("", |mailer| mailer.base());
    let host = host_of(Some(&waiting.origin), base);
    let body = html! {
        p { (visit.language.say_with(Words::LoginAsk, &[("host", &host)])) }
        p class="number" dir="ltr" { strong { (waiting.number) } }
        (press(visit.language.message(Msg::SignIn), "yes", "1", true))
    };
    Ok(page(visit, StatusCode::OK, body))
}
