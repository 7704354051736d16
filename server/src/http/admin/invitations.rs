//! Invitations by link.

use afterword_protocol::admin::WrongCode;
use afterword_protocol::admin::{
    Acceptance, Invitation, Invited, Items, NewInvitation, Right, SignedIn,
};
use afterword_protocol::{Problem, ProblemKind};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::Moderator;
use super::session::{agent, signed_in};
use crate::domain::{check_email, check_user_name};
use crate::error::{ApiError, Refusal};
use crate::http::request::{Body, Name};
use crate::http::{Context, Shared};
use crate::store::{self, Accepted, Means};

const DAY: i64 = 24 * 60 * 60 * 1000;
/// Most and usual days that one is good for.
const DAYS: (u32, u32) = (30, 7);

/// An invitation with its link, for whoever hands it over.
pub(super) fn invited(
    context: &Context,
    (invitation, code): (store::Invitation, String),
) -> Invited {
    Invited {
        url: link(context.config.public_url.as_ref(), &code),
        invitation: invitation.into(),
        code,
    }
}

/// The link of a code. What follows `#` is sent to no server.
pub(crate) fn link(public_url: Option<&url::Url>, code: &str) -> String {
    let own = public_url.map_or("", |url| url.as_str().trim_end_matches('/'));
    [own, "/admin#/invitation/", code].concat()
}

/// List the invitations that nobody has accepted yet
///
/// Those that the sender could have made.
#[utoipa::path(
    get,
    path = "/invitations",
    operation_id = "listInvitations",
    tag = "accounts",
    security(("session" = [])),
    responses(
        (status = 200, description = "The latest first", body = Items<Invitation>),
        (status = "default", description = "`login-required`, `forbidden`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn list(
    State(context): State<Shared>,
    moderator: Moderator,
) -> Result<Json<Items<Invitation>>, ApiError> {
    moderator.reach(Right::Users, None)?;
    let all = context.store.invitations(context.clock.now()).await?;
    let own = all.into_iter().map(Invitation::from);
    let own = own.filter(|invitation| moderator.may_give(&invitation.grants).is_ok());
    Ok(Json(Items::all(own.collect())))
}

/// Invite somebody
#[utoipa::path(
    post,
    path = "/invitations",
    operation_id = "invite",
    tag = "accounts",
    security(("session" = [])),
    request_body = NewInvitation,
    responses(
        (status = 201, description = "The link, shown once", body = Invited),
        (status = "default", description = "`login-required`, `forbidden`, `site-unknown`, `author-too-long`, `author-invalid`, `invalid-request`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn invite(
    State(context): State<Shared>,
    moderator: Moderator,
    Body(new): Body<NewInvitation>,
) -> Result<(StatusCode, Json<Invited>), ApiError> {
    moderator.reach(Right::Users, None)?;
    moderator.may_give(&new.grants)?;
    context.check_sites(&new.grants)?;
    if new.grants.is_empty() {
        let detail = "an invitation says what somebody will be";
        let refusal = Refusal::because(ProblemKind::InvalidRequest, detail);
        return Err(refusal.coded(WrongCode::RoleNeeded).into());
    }
    let days = crate::http::request::number("days", new.days, DAYS)?;
    let name = new.name.as_deref().filter(|name| !name.trim().is_empty());
    let now = context.clock.now();
    let new = store::NewInvitation {
        user: None,
        name: name.map(check_user_name).transpose()?,
        email: check_email(new.email.as_deref().unwrap_or_default())?,
        grants: &new.grants,
        by: Some(moderator.id()),
        expires: now + i64::from(days) * DAY,
    };
    let made = context.store.invite(&new, now).await?;
    Ok((StatusCode::CREATED, Json(invited(&context, made))))
}

/// Show what one is invited to
#[utoipa::path(
    get,
    path = "/invitations/{code}",
    operation_id = "showInvitation",
    tag = "accounts",
    params(("code" = String, Path, description = "The invitation's code")),
    responses(
        (status = 200, description = "The invitation", body = Invitation),
        (status = "default", description = "`nothing-there` when it was used, withdrawn, or is too old; `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn show(
    State(context): State<Shared>,
    Name(code): Name,
) -> Result<Json<Invitation>, ApiError> {
    let found = context.store.invitation(&code, context.clock.now()).await?;
    Ok(Json(found.ok_or(ProblemKind::NothingThere)?.into()))
}

/// Accept an invitation
///
/// Makes a new user of who sends a password, and signs them in. Who is signed in, and sends none,
/// becomes more than they are; their session goes on, and its token is not said again. An invitation
/// that is a link to a new password sets that, and ends all sessions that there were. Whoever needs a
/// passkey beside the password hears `passkey-required` then: the password is the new one, and nobody is
/// signed in before both are shown.
#[utoipa::path(
    post,
    path = "/invitations/{code}",
    operation_id = "acceptInvitation",
    tag = "accounts",
    params(("code" = String, Path, description = "The invitation's code")),
    request_body = Acceptance,
    responses(
        (status = 201, description = "A session; `token` is empty for who had one", body = SignedIn),
        (status = "default", description = "`nothing-there`, `passkey-required` once the password is set, `taken`, `author-too-long`, `author-invalid`, `invalid-request`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn accept(
    State(context): State<Shared>,
    moderator: Option<Moderator>,
    headers: HeaderMap,
    Name(code): Name,
    Body(with): Body<Acceptance>,
) -> Result<(StatusCode, Json<SignedIn>), ApiError> {
    let now = context.clock.now();
    let found = context.store.invitation(&code, now).await?;
    let invitation = found.ok_or(ProblemKind::NothingThere)?;
    let Some(password) = with.password else {
        let detail = "a password is needed of who isn't signed in";
        let wrong = || Refusal::because(ProblemKind::InvalidRequest, detail);
        let moderator = moderator
            .filter(|_| invitation.user.is_none())
            .ok_or_else(wrong)?;
        let joined = context.store.join(&invitation, moderator.id(), now).await?;
        let joined = joined.ok_or(ProblemKind::NothingThere)?;
        let session = SignedIn {
            token: String::new(),
            expires: crate::domain::rfc3339(moderator.expires),
            user: joined.into(),
        };
        return Ok((StatusCode::CREATED, Json(session)));
    };
    let name = with.name.as_deref().filter(|name| !name.trim().is_empty());
    let name = name.map(check_user_name).transpose()?;
    let email = with
        .email
        .as_deref()
        .map(check_email)
        .transpose()?
        .flatten();
    let known = match &invitation.user {
        Some(user) => (Some(user.name.as_str()), user.email.as_deref()),
        None => (
            name.or(invitation.name.as_deref()),
            email.or(invitation.email.as_deref()),
        ),
    };
    if known.0.is_none() {
        let detail = "a user has a name";
        let refusal = Refusal::because(ProblemKind::InvalidRequest, detail);
        return Err(refusal.coded(WrongCode::NameNeeded).into());
    }
    let hash = context.accounts.hash(password, &[known.0, known.1]).await?;
    let accepted = Accepted {
        name,
        email,
        password: Some(&hash),
        means: Means::Invitation,
        agent: &agent(&headers),
    };
    let opened = context.store.accept(&invitation, &accepted, now).await?;
    // The password of who is kept out has changed; it lets them in as little as the one before.
    let opened = opened.ok_or(ProblemKind::CredentialsWrong)?;
    Ok((StatusCode::CREATED, Json(signed_in(opened))))
}

/// Withdraw an invitation
///
/// By its id: the code is known to nobody but who was given it.
#[utoipa::path(
    delete,
    path = "/invitations/{code}",
    operation_id = "withdrawInvitation",
    tag = "accounts",
    security(("session" = [])),
    params(("code" = String, Path, description = "The invitation's id")),
    responses(
        (status = 204, description = "It is good for nothing any more"),
        (status = "default", description = "`login-required`, `forbidden`, `nothing-there`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn withdraw(
    State(context): State<Shared>,
    moderator: Moderator,
    Name(id): Name,
) -> Result<StatusCode, ApiError> {
    moderator.reach(Right::Users, None)?;
    let now = context.clock.now();
    let all = context.store.invitations(now).await?;
    let found = all.into_iter().find(|other| other.id.to_string() == id);
    let found = found.ok_or(ProblemKind::NothingThere)?;
    let number = found.id;
    moderator.may_give(&Invitation::from(found).grants)?;
    context.store.withdraw(number, moderator.id(), now).await?;
    Ok(StatusCode::NO_CONTENT)
}
