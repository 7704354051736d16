//! What readers think: votes and reactions, on comments and on the article.

use std::net::SocketAddr;

use afterword_protocol::{Problem, ProblemKind, Thought, Thoughts, Vote, Votes};
use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use utoipa::IntoParams;

use super::client::Client;
use super::request::{Body, Id, Query, Voice, peer_of};
use super::{Context, Shared, origin};
use crate::config::Site;
use crate::domain::{check_page_key, digest};
use crate::error::{ApiError, Refusal};
use crate::store::{Asker, NewThought, Subject};

/// Say what one thinks of a comment
///
/// The body is all that this reader thinks of it, whatever it was before; an empty one takes it
/// back. Who the reader is tells a secret that the reader's client has made up and keeps: sent as
/// `Authorization: Bearer SECRET`, 16 to 128 visible ASCII characters that nobody can guess. Each
/// secret counts once, and of one address at most 10 in a day for the same comment: those beyond are
/// kept, and not counted. Asker secret is the comment's edit token is its author, who has no say.
#[utoipa::path(
    put,
    path = "/comments/{id}/thoughts",
    operation_id = "thinkOfComment",
    tag = "comments",
    params(("id" = String, Path, description = "Id of the comment")),
    request_body = Thought,
    security(("voice" = [])),
    responses(
        (status = 200, description = "What all readers think of it", body = Thoughts),
        (status = "default", description = "`not-found`, `own-comment`, `invalid-request`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn of_comment(
    State(context): State<Shared>,
    Id(id): Id,
    reader: Reader,
) -> Result<Json<Thoughts>, ApiError> {
    let found = context.store.page_of(&id).await?;
    let (site, _) = found.ok_or(ProblemKind::NotFound)?;
    let site = &*context.named_site(Some(&site))?;
    context.think(site, Subject::Comment(&id), reader).await
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// The site; absent where the server has only one.
    site: Option<String>,
    /// Key of the page.
    #[param(min_length = 1, max_length = 1024)]
    page: String,
}

/// Say what one thinks of the article
///
/// Like [a comment](#/comments/thinkOfComment), but without a vote.
#[utoipa::path(
    put,
    path = "/thoughts",
    operation_id = "thinkOfPage",
    tag = "pages",
    params(PageQuery),
    request_body = Thought,
    security(("voice" = [])),
    responses(
        (status = 200, description = "What all readers think of it", body = Thoughts),
        (status = "default", description = "`invalid-request`, `page-invalid`, `site-unknown`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn of_page(
    State(context): State<Shared>,
    Query(query): Query<PageQuery>,
    reader: Reader,
) -> Result<Json<Thoughts>, ApiError> {
    let site = &*context.named_site(query.site.as_deref())?;
    check_page_key(&query.page)?;
    if reader.thought.vote.is_some() {
        return Err(not_taken("an article takes no vote").into());
    }
    let subject = Subject::Page(&site.name, &query.page);
    context.think(site, subject, reader).await
}

/// Who thinks something, and what.
pub(super) struct Reader {
    client: Client,
    peer: SocketAddr,
    headers: HeaderMap,
    voice: String,
    thought: Thought,
}

impl FromRequest<Shared> for Reader {
    type Rejection = ApiError;

    async fn from_request(request: Request, context: &Shared) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let Voice(voice) = Voice::from_request_parts(&mut parts, context).await?;
        let peer = peer_of(&parts)?;
        let now = context.clock.now();
        let client = context.clients.client(peer, &parts.headers, now);
        let headers = parts.headers.clone();
        let request = Request::from_parts(parts, body);
        let Body(thought) = Body::from_request(request, context).await?;
        Ok(Self {
            client,
            peer,
            headers,
            voice,
            thought,
        })
    }
}

impl Context {
    async fn think(
        &self,
        site: &Site,
        subject: Subject<'_>,
        reader: Reader,
    ) -> Result<Json<Thoughts>, ApiError> {
        let Reader {
            client,
            peer,
            headers,
            voice,
            thought,
        } = reader;
        origin::check(&headers, std::slice::from_ref(site))?;
        let stored = self.store_thought(site, subject, (client, peer, &headers), &voice, &thought);
        Ok(Json(stored.await?))
    }

    /// Has a voice think just that.
    pub(super) async fn store_thought(
        &self,
        site: &Site,
        subject: Subject<'_>,
        (client, peer, headers): (Client, SocketAddr, &HeaderMap),
        voice: &str,
        thought: &Thought,
    ) -> Result<Thoughts, ApiError> {
        let thought = taken(site, thought)?;
        let found;
        let page = match subject {
            Subject::Page(_, page) => page,
            Subject::Comment(id) => {
                found = self.store.page_of(id).await?;
                let page = found.as_ref().map(|(_, page)| page.as_str());
                page.ok_or(ProblemKind::NotFound)?
            }
        };
        if self
            .policy(site, page, self.clock.now())
            .await?
            .is_read_only
        {
            return Err(ProblemKind::Closed.into());
        }
        let [kind, first, second] = subject.parts();
        let client = self.clients.key(client, &[b"voice", kind, first, second]);
        let whose = Asker {
            token: Some(digest(voice.as_bytes())),
            person: Some(self.store.person(&[b"browser", voice.as_bytes()])),
            ..self.whose_network(peer, headers).await?
        };
        let new = NewThought {
            subject,
            whose,
            voice,
            client: &client,
            thought: &thought,
        };
        Ok(self.store.think(new).await?)
    }
}

/// The thought, if it is of what the site's readers may think: each reaction once, in the order of the
/// set.
fn taken(site: &Site, thought: &Thought) -> Result<Thought, Refusal> {
    let is_taken = match thought.vote {
        None => true,
        Some(Vote::Up) => site.votes != Votes::None,
        Some(Vote::Down) => site.votes == Votes::Both,
    };
    if !is_taken {
        return Err(not_taken("this site takes no such votes"));
    }
    let mut names = thought.reactions.iter();
    if let Some(name) = names.find(|name| !site.reactions.contains(name)) {
        return Err(not_taken(&format!(
            "{name:?} is none of the site's reactions"
        )));
    }
    let set = site.reactions.iter();
    let given = set.filter(|name| thought.reactions.contains(name));
    Ok(Thought {
        vote: thought.vote,
        reactions: given.cloned().collect(),
    })
}

fn not_taken(detail: &str) -> Refusal {
    Refusal::because(ProblemKind::InvalidRequest, detail)
}
