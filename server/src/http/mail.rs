//! The pages that links in mails lead to. A link is opened by programs, too, which look for what is
//! bad in a mail: it shows what it is for, and the button there does it.

mod decide;
mod sign_in;

pub(super) use decide::{decide, mute};
pub(super) use sign_in::sign_in;

use axum::extract::{FromRequest, Request, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use maud::{Markup, html};

use super::client::Act;
use super::language::Words;
use super::request::{peer_of, whole_of};
use super::thread::{Fields, Page, Visit};
use super::{Context, Shared};
use crate::domain::Purpose;
use crate::error::ApiError;
use crate::mail::{Mailer, host_of};

/// A link that was opened, or whose button was pressed.
pub(super) struct Opened {
    visit: Visit,
    /// The link's token.
    link: String,
    /// What was sent by the button; none when the link was only opened.
    sent: Option<Fields>,
}

impl FromRequest<Shared> for Opened {
    type Rejection = ApiError;

    async fn from_request(request: Request, context: &Shared) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let peer = peer_of(&parts)?;
        let fields = Fields::parse(parts.uri.query().unwrap_or_default().as_bytes())?;
        let visit = Visit::of(&parts, peer, Some(&fields));
        let is_sent = parts.method == Method::POST;
        let act = if is_sent { Act::Write } else { Act::Read };
        context.admit(peer, &visit.headers, act)?;
        let sent = if is_sent {
            let body = whole_of(body, 16 * 1024).await?;
            // Of one click (RFC 8058) it may be another kind of form: nothing of it is needed.
            Fields::parse(&body).or_else(|_| Fields::parse(b"")).ok()
        } else {
            None
        };
        Ok(Self {
            visit,
            link: fields.get("link").unwrap_or_default().to_owned(),
            sent,
        })
    }
}

impl Context {
    /// Which address, or whose claim to one, a link is about.
    fn number_of(&self, opened: &Opened, purpose: Purpose) -> Option<i64> {
        let subject = self
            .store
            .read_link(purpose, &opened.link, self.clock.now())?;
        subject.parse().ok()
    }
}

/// A page about mails.
fn page(visit: &Visit, status: StatusCode, article: Option<String>, body: Markup) -> Response {
    let heading = visit.language.say(Words::MailManage);
    Page::lone(visit, status, heading, article, body)
}

/// That something is done.
fn notice(visit: &Visit, words: Words) -> Markup {
    html! { p class="notice" role="status" { (visit.language.say(words)) } }
}

/// That something can't be done.
fn alert(visit: &Visit, words: Words) -> Markup {
    html! { div class="notice notice-error" role="alert" { p { (visit.language.say(words)) } } }
}

fn done(visit: &Visit, article: Option<String>, words: Words) -> Response {
    page(visit, StatusCode::OK, article, notice(visit, words))
}

fn outdated(visit: &Visit) -> Response {
    let body = alert(visit, Words::MailOutdated);
    page(visit, StatusCode::NOT_FOUND, None, body)
}

/// A form with one button, which sends that field to where the page is from.
fn button(visit: &Visit, words: Words, name: &str, value: &str, is_first: bool) -> Markup {
    press(visit.language.say(words), name, value, is_first)
}

fn press(label: &str, name: &str, value: &str, is_first: bool) -> Markup {
    let class = if is_first {
        "button button-primary"
    } else {
        "button"
    };
    html! {
        form class="deed" method="post" {
            button class=(class) name=(name) value=(value) { (label) }
        }
    }
}

/// `/mail/confirm`: whether an address is its owner's.
pub(super) async fn confirm(
    State(context): State<Shared>,
    opened: Opened,
) -> Result<Response, ApiError> {
    let visit = &opened.visit;
    let Some(id) = context.number_of(&opened, Purpose::Confirm) else {
        return Ok(outdated(visit));
    };
    let Some(claim) = context.store.claim(id).await? else {
        return Ok(outdated(visit));
    };
    let now = context.clock.now();
    let article = context.store.latest_of(id).await?;
    let article = article.and_then(|comment| comment.url);
    if let Some(sent) = &opened.sent {
        if sent.get("never").is_some() {
            let address = claim.address_id;
            context.store.refuse_address(address, now).await?;
            return Ok(done(visit, None, Words::MailLeft));
        }
        return Ok(match context.store.confirm_claim(id, now).await? {
            true => done(visit, article, Words::MailConfirmed),
            false => outdated(visit),
        });
    }
    if claim.is_confirmed {
        return Ok(done(visit, None, Words::MailConfirmed));
    }
    let base = context.mailer.as_ref().map_or("", Mailer::base);
    let host = host_of(article.as_deref(), base);
    let asked = visit
        .language
        .say_with(Words::MailConfirm, &[("host", &host)]);
    let body = html! {
        p { (asked) }
        p dir="auto" { strong { (claim.email) } }
        (button(visit, Words::MailConfirmYes, "yes", "1", true))
        (button(visit, Words::MailNever, "never", "1", false))
        p { (visit.language.say(Words::MailConfirmElse)) }
    };
    Ok(page(visit, StatusCode::OK, None, body))
}

/// `/mail/leave`: no more mails about a page. Mail programs send the form for their reader.
pub(super) async fn leave(
    State(context): State<Shared>,
    opened: Opened,
) -> Result<Response, ApiError> {
    let visit = &opened.visit;
    let now = context.clock.now();
    let subject = context.store.read_link(Purpose::Leave, &opened.link, now);
    let ids = subject.and_then(|subject| {
        let (address, page) = subject.split_once('-')?;
        Some((address.parse::<i64>().ok()?, page.parse::<i64>().ok()?))
    });
    let Some((address, page_id)) = ids else {
        return Ok(outdated(visit));
    };
    let article = context.store.page_by_id(page_id).await?;
    let (title, url) = article.map_or((None, None), |page| (page.title, page.url));
    if let Some(sent) = &opened.sent {
        let page = sent.get("all").is_none().then_some(page_id);
        context.store.unsubscribe(address, page).await?;
        return Ok(done(visit, url, Words::MailLeft));
    }
    let body = html! {
        @if let Some(title) = title { p dir="auto" { strong { (title) } } }
        (button(visit, Words::MailLeave, "page", "1", true))
        (button(visit, Words::MailLeaveAll, "all", "1", false))
    };
    Ok(page(visit, StatusCode::OK, url, body))
}

/// `/mail/manage`: what an address gets mails about.
pub(super) async fn manage(
    State(context): State<Shared>,
    opened: Opened,
) -> Result<Response, ApiError> {
    let visit = &opened.visit;
    let Some(address) = context.number_of(&opened, Purpose::Manage) else {
        return Ok(outdated(visit));
    };
    let mut said = None;
    if let Some(sent) = &opened.sent {
        if sent.get("never").is_some() {
            let now = context.clock.now();
            context.store.refuse_address(address, now).await?;
            said = Some(Words::MailLeft);
        } else if sent.get("all").is_some() {
            context.store.unsubscribe(address, None).await?;
            said = Some(Words::MailLeft);
        } else if let Some(Ok(page)) = sent.get("page").map(str::parse) {
            context.store.unsubscribe(address, Some(page)).await?;
            said = Some(Words::MailLeft);
        }
    }
    let followed = context.store.followed(address).await?;
    let say = |words| visit.language.say(words);
    let body = html! {
        @if let Some(said) = said { p class="notice" role="status" { (say(said)) } }
        @if followed.is_empty() {
            p { (say(Words::MailNone)) }
        } @else {
            ul class="followed" {
                @for page in &followed {
                    li {
                        p dir="auto" {
                            @let name = page.title.as_deref().unwrap_or(&page.key);
                            @match &page.url {
                                Some(url) => a href=(url) { (name) },
                                None => (name),
                            }
                        }
                        (button(visit, Words::MailLeave, "page", &page.page_id.to_string(), false))
                    }
                }
            }
            (button(visit, Words::MailLeaveAll, "all", "1", true))
            (button(visit, Words::MailNever, "never", "1", false))
        }
    };
    Ok(page(visit, StatusCode::OK, None, body))
}
