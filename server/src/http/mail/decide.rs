//! What moderators decide by links in mails, without signing in.

use afterword::i18n::Msg;
use afterword_protocol::ProblemKind;
use afterword_protocol::admin::{Action, MailMode, Right};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

use super::{Opened, button, done, outdated, page, press};
use crate::domain::{Purpose, plain};
use crate::error::ApiError;
use crate::http::admin::tell;
use crate::http::language::Words;
use crate::http::{Context, Shared};
use crate::mail::called;
use crate::store::{self, Actor, Deed, User};

impl Context {
    /// Whoever was given a link, if they still look after that site.
    pub(crate) async fn moderator_of(
        &self,
        user: &str,
        site: &str,
    ) -> Result<Option<User>, store::Error> {
        let user = self.store.user(user).await?;
        Ok(user.filter(|user| {
            let mut grants = user.grants.iter();
            !user.disabled && grants.any(|grant| grant.allows(Right::Moderate, Some(site)))
        }))
    }
}

/// `/mail/decide/{deed}`: shows a comment that waits, and the button there does it.
pub(in crate::http) async fn decide(
    State(context): State<Shared>,
    Path(deed): Path<String>,
    opened: Opened,
) -> Result<Response, ApiError> {
    let visit = &opened.visit;
    let (purpose, action) = match deed.as_str() {
        "approve" => (Purpose::Approve, Action::Approve),
        "spam" => (Purpose::Spam, Action::Spam),
        "delete" => (Purpose::Delete, Action::Delete),
        _ => return Ok(outdated(visit)),
    };
    let now = context.clock.now();
    let subject = context.store.read_link(purpose, &opened.link, now);
    let Some((comment, user)) = subject.and_then(|subject| subject.split_once('-')) else {
        return Ok(outdated(visit));
    };
    let Some(concern) = context.store.concern(comment).await? else {
        return Ok(done(visit, None, Words::MailSeenTo));
    };
    let Some(user) = context.moderator_of(user, &concern.site).await? else {
        return Ok(outdated(visit));
    };
    if opened.sent.is_some() {
        let ids = [comment.to_owned()];
        let deed = Deed {
            ids: &ids,
            ..Deed::of(action)
        };
        let sites = [concern.site.clone()];
        let actor = Actor {
            user: &user.id,
            sites: Some(&sites),
            now,
        };
        let said = match context.store.act(&deed, &actor).await {
            Ok(acted) => {
                tell(&context, &acted);
                Words::MailDone
            }
            // Somebody else was quicker.
            Err(error) => match ApiError::from(error).refused()? {
                refusal if refusal.kind == ProblemKind::NotFound => Words::MailSeenTo,
                refusal => return Err(refusal.into()),
            },
        };
        return Ok(done(visit, concern.url, said));
    }
    let name = concern.author.as_deref();
    let name = name.unwrap_or(visit.language.message(Msg::Anonymous));
    let title = concern.title.as_deref().unwrap_or(&concern.key);
    let words = match concern.kind.as_str() {
        "held" => Words::MailHeld,
        _ => Words::MailReported,
    };
    let said = visit
        .language
        .say_with(words, &[("name", name), ("title", title)]);
    let body = html! {
        p dir="auto" { (said) }
        blockquote class="said" dir="auto" { (plain(&concern.html)) }
        (press(called(visit.language, purpose), "do", "1", true))
    };
    Ok(page(visit, StatusCode::OK, concern.url.clone(), body))
}

/// `/mail/mute`: no more mails to a moderator.
pub(in crate::http) async fn mute(
    State(context): State<Shared>,
    opened: Opened,
) -> Result<Response, ApiError> {
    let visit = &opened.visit;
    let now = context.clock.now();
    let Some(user) = context.store.read_link(Purpose::Mute, &opened.link, now) else {
        return Ok(outdated(visit));
    };
    if opened.sent.is_some() {
        let store = &context.store;
        store.set_mail_mode(user, MailMode::None, None).await?;
        return Ok(done(visit, None, Words::MailLeft));
    }
    let body = html! { (button(visit, Words::MailLeaveAll, "all", "1", true)) };
    Ok(page(visit, StatusCode::OK, None, body))
}
