//! What did not work, as a page.

use std::net::SocketAddr;

use afterword_protocol::ProblemKind;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::Method;
use axum::http::header::ALLOW;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::fields::Fields;
use super::page::Page;
use super::place::Place;
use super::visit::Visit;
use crate::error::Refusal;
use crate::http::language::Words;
use crate::http::{Context, Shared, status};

/// Says in HTML what the routes of pages would say in a problem document: a browser shows it as it
/// is.
pub(in crate::http) async fn in_html(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let is_page = path == "/thread" || path.starts_with("/thread/") || path.starts_with("/mail/");
    if !is_page {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    let fields = Fields::parse(query).ok();
    let visit = Visit::of(&parts, peer, fields.as_ref());
    let is_form = parts.method == Method::POST;
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let Some(refusal) = response.extensions_mut().remove::<Refusal>() else {
        return response;
    };
    let more = html! {
        @if is_form { p { (visit.language.say(Words::GoBack)) } }
    };
    let mut page = error(&context, &visit, fields.as_ref(), &refusal, &more);
    if let Some(allow) = response.headers_mut().remove(ALLOW) {
        page.headers_mut().insert(ALLOW, allow);
    }
    page
}

/// The page that a form ends with where there is no composer that the text could stand in. What can
/// be sent again, can be.
pub(super) fn unsent(
    context: &Context,
    visit: &Visit,
    fields: &Fields,
    path: &str,
    refusal: &Refusal,
) -> Response {
    let can_again = matches!(
        refusal.kind,
        ProblemKind::TooSlow
            | ProblemKind::RateLimited
            | ProblemKind::SlowMode
            | ProblemKind::Internal
            | ProblemKind::Unavailable
    );
    let text = fields.get("text");
    let action = [&visit.base, path].concat();
    let more = html! {
        @if text.is_some() || can_again {
            form class="unsent" method="post" action=(action) target="_self" {
                @if let Some(text) = text {
                    label class="field-label" for="text" { (visit.language.say(Words::YourText)) }
                    // A parser drops the first line break.
                    textarea class="field" id="text" name="text" rows="8" dir="auto"
                        readonly[!can_again] { "\n" (text) }
                }
                @if can_again {
                    @for (name, value) in fields.without("text") {
                        input type="hidden" name=(name) value=(value);
                    }
                    button class="button button-primary" { (visit.language.say(Words::SendAgain)) }
                }
            }
        }
    };
    error(context, visit, Some(fields), refusal, &more)
}

/// The one page that says what did not work.
fn error(
    context: &Context,
    visit: &Visit,
    fields: Option<&Fields>,
    refusal: &Refusal,
    more: &Markup,
) -> Response {
    let place = fields.and_then(|fields| Place::of(fields).ok());
    let site = place
        .as_ref()
        .and_then(|place| context.named_site(place.site.as_deref()).ok());
    let site = site.as_deref();
    let article = place
        .as_ref()
        .zip(site)
        .and_then(|(place, site)| place.article(site));
    let is_thread = site.is_some() && refusal.kind != ProblemKind::PageInvalid;
    let thread = place
        .filter(|_| is_thread)
        .map(|place| place.address(&visit.base, &[]));
    let sources: Vec<String> = match site {
        Some(site) => vec![site.origins.sources()],
        None => {
            let sites = context.sites.all();
            sites.iter().map(|site| site.origins.sources()).collect()
        }
    };
    // A body that is too large is, to whoever typed it, a text that is too long.
    let told = match refusal.kind {
        ProblemKind::BodyTooLarge => {
            Refusal::over(ProblemKind::TextTooLong, context.config.bounds.text_bytes)
        }
        _ => refusal.clone(),
    };
    let heading = visit.language.say(Words::Failed).to_owned();
    let page = Page {
        visit,
        status: status(refusal.kind),
        title: heading.clone(),
        heading,
        robots: "noindex",
        article,
        thread,
        is_canonical: false,
        head: html! {},
        body: html! {
            div class="notice notice-error" role="alert" { p { (visit.sentence(&told)) } }
            (more)
        },
        has_widget: false,
        is_secret: true,
        ancestors: sources.join(" "),
        retry_after: refusal.limit.filter(|_| {
            matches!(
                refusal.kind,
                ProblemKind::RateLimited | ProblemKind::SlowMode
            )
        }),
    };
    page.into_response()
}
