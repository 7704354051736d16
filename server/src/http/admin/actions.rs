//! What moderators do.

use std::sync::Arc;

use afterword_protocol::admin::{Action, BanKind, NewAction, NewBan, Outcome, Right, Verdict};
use afterword_protocol::{Problem, ProblemKind};
use axum::Json;
use axum::extract::State;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::pages::told;
use super::{InPlace, Moderator, Reach};
use crate::domain::{Named, check_page_key, hex, network};
use crate::error::{ApiError, Refusal};
use crate::http::request::{Body, Number};
use crate::http::{Context, Shared};
use crate::store::{Acted, Actor, BanWanted, Deed, EVERYWHERE};

/// Most comments that something is done to at once.
const MOST: usize = 500;
/// Most pages, and most bans.
const MOST_OTHERS: usize = 100;
/// Longest reason, in characters.
pub(super) const REASON: usize = 500;

/// Do something
///
/// With as many comments as there are to it: all of it is done, or nothing. What it was before is kept:
/// `actions/{id}/undo` takes it back.
#[utoipa::path(
    post,
    path = "/actions",
    operation_id = "act",
    tag = "moderation",
    request_body = NewAction,
    security(("session" = [])),
    responses(
        (status = 200, description = "What was done", body = Outcome),
        (status = "default", description = "`login-required`, `forbidden`, `invalid-request`, `not-found` when nothing is another by that; for `edit` those of a comment's text, for `move` `page-invalid` and `site-unknown`; `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn act(
    State(context): State<Shared>,
    InPlace(moderator): InPlace,
    Body(new): Body<NewAction>,
) -> Result<Json<Outcome>, ApiError> {
    let sites = sites_of(&moderator)?;
    check(&new)?;
    let html = match &new.text {
        Some(text) => Some(context.rendered(text).await?),
        None => None,
    };
    if let Some(page) = &new.page {
        check_page_key(page)?;
    }
    let site = match new.site.as_deref() {
        Some(site) => Some(context.named_site(Some(site))?.name.clone()),
        None => None,
    };
    let now = context.clock.now();
    let mut bans = Vec::new();
    for ban in &new.bans {
        bans.push(BanWanted {
            value: context.named(ban, now).await?,
            ..wanted(ban, now)?
        });
    }
    let deed = Deed {
        action: new.action,
        ids: &new.ids,
        pages: &new.pages,
        to: new.page.as_deref().map(|page| (site.as_deref(), page)),
        text: new.text.as_deref().zip(html.as_deref()),
        bans: &bans,
        ban_ids: &new.ban_ids,
        then: new.then.and_then(then),
        page: None,
        reason: new.reason.as_deref(),
    };
    let actor = actor(&context, &moderator, sites.as_deref());
    let acted = context.store.act(&deed, &actor).await?;
    tell(&context, &acted);
    Ok(Json(context.whole(acted)?))
}

/// Undo something
///
/// As far as nobody has done something else since; what that is stays, and is among `skipped`.
#[utoipa::path(
    post,
    path = "/actions/{id}/undo",
    operation_id = "undo",
    tag = "moderation",
    params(("id" = i64, Path, description = "Number of the action")),
    security(("session" = [])),
    responses(
        (status = 200, description = "What is as it was", body = Outcome),
        (status = "default", description = "`login-required`, `forbidden`, `not-found`; `duplicate` when it was undone before, or somebody has done something else since with all that it concerns; `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn undo(
    State(context): State<Shared>,
    InPlace(moderator): InPlace,
    Number(id): Number,
) -> Result<Json<Outcome>, ApiError> {
    sites_of(&moderator)?;
    let is_rule = context.store.action(id).await? == Some(Action::Rule);
    let right = if is_rule {
        Right::Rules
    } else {
        Right::Moderate
    };
    let sites = sites_to(&moderator, right)?;
    let actor = actor(&context, &moderator, sites.as_deref());
    let acted = context.store.undo(id, &actor).await?;
    if is_rule {
        context.rules.reload(&context.store).await?;
    }
    tell(&context, &acted);
    Ok(Json(context.whole(acted)?))
}

/// Has Akismet told what moderators have found, where it is asked. Nobody waits for it.
pub(in crate::http) fn tell(context: &Shared, acted: &Acted) {
    if acted.found.is_empty() {
        return;
    }
    let (telling, found) = (Arc::clone(context), acted.found.clone());
    drop(
        context
            .errands
            .begin(async move { telling.tell_akismet(&found).await }),
    );
}

/// The sites that somebody looks after; none for all.
pub(super) fn sites_of(moderator: &Moderator) -> Result<Option<Vec<String>>, Refusal> {
    sites_to(moderator, Right::Moderate)
}

fn sites_to(moderator: &Moderator, right: Right) -> Result<Option<Vec<String>>, Refusal> {
    match moderator.reach(right, None)? {
        Reach::All => Ok(None),
        Reach::Sites(sites) => Ok(Some(sites)),
    }
}

pub(super) fn actor<'a>(
    context: &Context,
    moderator: &'a Moderator,
    sites: Option<&'a [String]>,
) -> Actor<'a> {
    Actor {
        user: moderator.id(),
        sites,
        now: context.clock.now(),
    }
}

impl Context {
    /// What a ban is of that names somebody: of an address what stands for its network.
    async fn named(&self, ban: &NewBan, now: i64) -> Result<Option<String>, ApiError> {
        let value = ban.value.as_deref();
        let named = value.filter(|_| ban.kind == BanKind::Network);
        Ok(match named.and_then(Named::from_text) {
            Some(Named::One(address)) => {
                let network = self.store.network(&network(address), now).await?;
                Some(hex(&network.hash))
            }
            Some(Named::Wide(net)) => Some(net),
            None => value.map(str::to_owned),
        })
    }

    /// What was done, with the pages as they are now.
    pub(super) fn whole(&self, acted: Acted) -> Result<Outcome, ApiError> {
        let pages = acted.pages.into_iter();
        let pages = pages.map(|row| told(self, row));
        Ok(Outcome {
            pages: pages.collect(),
            ..acted.done
        })
    }
}

fn refused(detail: impl Into<String>) -> Refusal {
    Refusal::because(ProblemKind::InvalidRequest, detail)
}

/// Refuses what doesn't go together.
fn check(new: &NewAction) -> Result<(), Refusal> {
    if new.ids.len() > MOST {
        return Err(refused(format!("ids can be {MOST}")));
    }
    let others = [new.pages.len(), new.bans.len(), new.ban_ids.len()];
    if others.iter().any(|length| *length > MOST_OTHERS) {
        return Err(refused(format!(
            "pages, bans and ban_ids can be {MOST_OTHERS}"
        )));
    }
    let reason = new.reason.as_deref().unwrap_or_default();
    if reason.chars().count() > REASON {
        return Err(refused(format!("reason can have {REASON} characters")));
    }
    let is_about = |wanted: bool, said: bool, name: &str| match (wanted, said) {
        (true, false) => Err(refused(format!("{name} is missing"))),
        (false, true) => Err(refused(format!("{name} is nothing that this action takes"))),
        _ => Ok(()),
    };
    let action = new.action;
    is_about(action == Action::Edit, new.text.is_some(), "text")?;
    is_about(action == Action::Move, new.page.is_some(), "page")?;
    is_about(action == Action::Ban, !new.bans.is_empty(), "bans")?;
    is_about(action == Action::Unban, !new.ban_ids.is_empty(), "ban_ids")?;
    if !matches!(action, Action::Lock | Action::Unlock) {
        is_about(false, !new.pages.is_empty(), "pages")?;
    }
    if action == Action::Edit && new.ids.len() != 1 {
        return Err(refused("one comment at a time is given another text"));
    }
    let has_then = new.then.is_some_and(|it| then(it).is_some());
    if new.then.is_some() && !(has_then && action == Action::Ban) {
        return Err(refused(
            "then can be spam, hide or delete, with the action ban",
        ));
    }
    if action == Action::Page {
        return Err(refused("what a page takes is changed by pages/{id}"));
    }
    if action == Action::Rule {
        return Err(refused("rules are changed by rules/{id}"));
    }
    Ok(())
}

fn then(action: Action) -> Option<Verdict> {
    match action {
        Action::Spam => Some(Verdict::Spam),
        Action::Hide => Some(Verdict::Hidden),
        Action::Delete => Some(Verdict::Deleted),
        _ => None,
    }
}

/// For how many years somebody can be banned who isn't for good.
const YEARS: i64 = 100;

/// When a ban ends.
fn end_of(until: &str, now: i64) -> Result<i64, Refusal> {
    let refused = |detail| Refusal::because(ProblemKind::TimeInvalid, detail);
    let until = time_of(until)
        .map_err(|_| refused("until is no time like 2026-11-24T08:00:00Z".to_owned()))?;
    if until <= now {
        return Err(refused("until is over already".to_owned()));
    }
    if until > now + YEARS * 366 * 24 * 60 * 60 * 1000 {
        let detail =
            format!("until is more than {YEARS} years away; leave it out for a ban for good");
        return Err(refused(detail));
    }
    Ok(until)
}

fn wanted(new: &NewBan, now: i64) -> Result<BanWanted, Refusal> {
    if new.value.is_some() && new.site.is_none() {
        return Err(refused(format!(
            "a ban that names somebody needs a site; {EVERYWHERE} is all of them"
        )));
    }
    Ok(BanWanted {
        kind: new.kind,
        value: new.value.clone(),
        site: new.site.clone(),
        until: new.until.as_deref().map(|it| end_of(it, now)).transpose()?,
        shadow: new.shadow,
    })
}

/// Milliseconds since 1970 of a time on the wire.
pub(super) fn time_of(text: &str) -> Result<i64, Refusal> {
    let time = OffsetDateTime::parse(text, &Rfc3339);
    let time = time.map_err(|_| refused("a time is like 2026-11-24T08:00:00Z"))?;
    i64::try_from(time.unix_timestamp_nanos() / 1_000_000)
        .map_err(|_| refused("that time is too far away"))
}
