use std::net::SocketAddr;

use afterword_protocol::admin::{FoundCode, Right};
use afterword_protocol::{API_PREFIX, Created, NewComment, Problem, ProblemKind};
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;

use crate::config::Site;
use crate::domain::{
    Page, check_address, check_name, check_page_key, check_website, digest, page_title, page_url,
};
use crate::error::{ApiError, Refusal};
use crate::http::admin::Moderator;
use crate::http::language::Language;
use crate::http::login::Visitor;
use crate::http::request::{Body, IdempotencyKey, is_key};
use crate::http::{Context, Shared, origin};
use crate::screening::{Before, Decision, Found, Signals, Submission};
use crate::store::{Asker, Key, NewRow, Posted, ReaderRow, Subscriber};

/// Post a comment
///
/// The same request with the same `Idempotency-Key` is answered the same for 24 hours, and posts
/// one comment. What is held back for a moderator has the status `pending`: nobody but its author is
/// shown it. What moderators post in their session of the admin pages, on sites that they look after,
/// needs no proof of work, and waits for nobody.
#[utoipa::path(
    post,
    path = "/comments",
    operation_id = "createComment",
    tag = "comments",
    params(
        ("Idempotency-Key" = Option<String>, Header, pattern = "^[!-~]{16,128}$", description = "16 to 128 visible ASCII characters that nobody can guess, new for each comment"),
        ("Afterword-Reader" = Option<String>, Header, description = "Token of a reader who has signed in: the comment has their name and badge"),
    ),
    request_body = NewComment,
    security((), ("session" = [])),
    responses(
        (status = 201, description = "The comment stands, or waits for a moderator", body = Created, headers(("location" = String, description = "Where it can be read"))),
        (status = "default", description = "`invalid-request`, `idempotency-key-invalid`, `idempotency-key-reused`, `origin-not-allowed`, `site-unknown`, `page-invalid`, `text-empty`, `text-too-long`, `text-invalid`, `text-too-nested`, `too-many-links`, `author-too-long`, `author-invalid`, `website-invalid`, `email-invalid`, `parent-not-found`, `too-deep`, `closed`, `proof-required`, `text-refused`, `banned`, `slow-mode`, `login-required`, `body-too-large`, `unsupported-media-type`, `rate-limited`; `not-found` when it was posted by this key and has been deleted since", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn create(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    visitor: Visitor,
    moderator: Option<Moderator>,
    IdempotencyKey(key): IdempotencyKey,
    Body(comment): Body<NewComment>,
) -> Result<impl IntoResponse, ApiError> {
    let site = &*context.named_site(comment.site.as_deref())?;
    origin::check(&headers, [site])?;
    let signals = Signals {
        has_script: true,
        proof: comment.proof.clone(),
        honeypot: comment.trap.as_deref().is_some_and(|it| !it.is_empty()),
        ..Signals::of(&headers)
    };
    let is_moderator = moderator.is_some_and(|it| it.may(Right::Moderate, &site.name));
    let who = Who {
        reader: visitor.on(&site.name)?,
        is_moderator,
    };
    let from = (peer, &headers, who);
    let language = Language::preferred_among(&headers, &site.settings.languages);
    let posted = context.post(site, &comment, key.as_deref(), from, signals, language);
    let posted = posted.await?;
    let location = format!("{API_PREFIX}/comments/{}", posted.comment.id);
    let created = Created {
        comment: posted.comment,
        edit_token: posted.token.into_string(),
    };
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(created)))
}

/// Who posts a comment, as far as they have signed in.
#[derive(Clone, Copy, Default)]
pub(in crate::http) struct Who<'a> {
    pub(in crate::http) reader: Option<&'a ReaderRow>,
    /// Whether they look after the site's comments.
    pub(in crate::http) is_moderator: bool,
}

impl Context {
    /// Posts a comment: one for each key, however often it is sent.
    pub(in crate::http) async fn post(
        &self,
        site: &Site,
        comment: &NewComment,
        key: Option<&str>,
        (peer, headers, who): (SocketAddr, &HeaderMap, Who<'_>),
        signals: Signals,
        language: &Language,
    ) -> Result<Posted, ApiError> {
        let Who {
            reader,
            is_moderator,
        } = who;
        if comment.email.is_some() && self.mailer.is_none() {
            let detail = "this server takes no e-mail addresses";
            return Err(Refusal::because(ProblemKind::InvalidRequest, detail).into());
        }
        if comment.person.as_deref().is_some_and(|it| !is_key(it)) {
            let detail = "person is not 16 to 128 visible ASCII characters";
            return Err(Refusal::because(ProblemKind::InvalidRequest, detail).into());
        }
        let email = check_address(comment.email.as_deref())?;
        if reader.is_none() && !is_moderator && site.settings.sso.required {
            return Err(ProblemKind::LoginRequired.into());
        }
        let bounds = self.config.bounds;
        // Who has signed in has the name that they are known by, whatever else they have typed.
        let author = match reader {
            Some(reader) => Some(reader.name.as_str()),
            None => check_name(comment.author.as_deref(), bounds.author_bytes)?,
        };
        let website = check_website(comment.website.as_deref())?.filter(|_| author.is_some());
        let html = self.rendered(&comment.text).await?;
        let page = page(site, comment)?;
        let signals = Signals {
            key: key.map(str::to_owned),
            address: Some(self.clients.address(peer, headers)),
            ..signals
        };
        // What proves that work was done is another each time, and whose browser it is may be told by the
        // second time alone.
        let said = NewComment {
            person: None,
            proof: None,
            trap: None,
            ..comment.clone()
        };
        let body = serde_json::to_vec(&said).unwrap_or_default();
        let key = key.map(|key| Key {
            key,
            body: digest(&body),
        });
        let now = self.clock.now();
        // What is only said again is not looked at again.
        if let Some(key) = &key
            && let Some(posted) = self.store.posted_before(key, now).await?
        {
            return Ok(posted);
        }
        let mut sender = self.sender(peer, headers, now).await?;
        let person = comment.person.as_deref();
        sender.person = person.map(|it| self.store.person(&[b"browser", it.as_bytes()]));
        sender.is_moderator = is_moderator;
        if let Some(reader) = reader {
            let id = reader.id.to_le_bytes();
            sender.person = Some(self.store.person(&[b"reader", &id]));
            sender.email.clone_from(&reader.email);
            sender.is_known = reader.is_known();
        }
        let whose = Asker {
            token: None,
            reader: reader.map(|reader| reader.id),
            person: sender.person,
            network: Some(sender.network),
        };
        let mut verdict = self
            .screen(&Submission {
                site,
                page: &page,
                page_id: self.store.page_id(&site.name, &page.key).await?,
                id: None,
                author,
                website: website.as_deref(),
                email: comment.email.as_deref(),
                text: &comment.text,
                html: &html,
                parent: comment.parent.as_deref(),
                before: Before::default(),
                sender: &sender,
                signals: &signals,
                now,
            })
            .await?;
        // Who answers what they alone are shown is shown that alone, as what they answer.
        let is_hidden = match comment.parent.as_deref() {
            Some(parent) => self.store.is_hidden_one_of(parent, &whose).await?,
            None => false,
        };
        if is_hidden {
            verdict.is_shadowed |= verdict.decision < Decision::Hold;
            let detail = "answers what its author alone is shown";
            let found = Found::new(FoundCode::AnswersHidden, detail);
            verdict.add("ban", Decision::Spam, found);
        }
        let posted = self.store.create(NewRow {
            answers_hidden: is_hidden || verdict.is_shadowed,
            page: &page,
            parent: comment.parent.as_deref(),
            author,
            website: website.as_deref(),
            text: &comment.text,
            html: &html,
            now,
            key,
            max_depth: self.config.max_depth,
            verdict: &verdict,
            sender: Some(&sender),
            subscriber: email.as_deref().map(|email| Subscriber {
                email,
                language: language.tag(),
            }),
            reader,
        });
        let posted = posted.await;
        match &posted {
            Ok(posted) => self.defence.is_said(site, &verdict, &posted.comment.id),
            Err(_) => self.defence.is_not_said(site, &verdict),
        }
        Ok(posted?)
    }
}

/// The page that a comment is for. Its address is kept when it is one of the site's own.
fn page(site: &Site, comment: &NewComment) -> Result<Page, Refusal> {
    check_page_key(&comment.page)?;
    if comment
        .parent
        .as_deref()
        .is_some_and(|parent| !crate::domain::is_id(parent))
    {
        return Err(ProblemKind::ParentNotFound.into());
    }
    let url = comment.url.as_deref().and_then(page_url);
    Ok(Page {
        site: site.name.clone(),
        key: comment.page.clone(),
        title: comment.title.as_deref().and_then(page_title),
        url: url
            .filter(|url| site.origins.allow(&url.origin().ascii_serialization()))
            .map(String::from),
    })
}
