//! What changes on a page, as it happens: server-sent events (HTML, section 9.2).

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use afterword_protocol::Problem;
use axum::extract::{ConnectInfo, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval, interval_at};

use super::Shared;
use super::changes::{ChangesQuery, version};
use super::request::Query;
use super::streams::Place;
use crate::domain::check_page_key;
use crate::error::ApiError;

/// How often something is sent whatever happens, so that nobody on the way takes the connection for
/// dead, and the dead are noticed; and how soon it is told what an owner changes by hand.
const HEARTBEAT: Duration = Duration::from_secs(20);

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Told to proxies of nginx's kind: not to wait until there is more.
const UNBUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

/// Tell what changes on a page, as it happens
///
/// Each event is called `changes`, has the changes as JSON in its data and their cursor as its id. The
/// first one comes at once. The stream ends when the server does.
#[utoipa::path(
    get,
    path = "/events",
    operation_id = "streamChanges",
    tag = "comments",
    params(
        ChangesQuery,
        ("Last-Event-ID" = Option<String>, Header, description = "Id of the last event, instead of `since`"),
    ),
    responses(
        (status = 200, description = "Events whose data are `Changes`", body = String, content_type = "text/event-stream"),
        (status = "default", description = "`invalid-request`, `page-invalid`, `site-unknown`; `rate-limited` and `unavailable` when too many streams are open: changes can be asked for instead", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn events(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Query(query): Query<ChangesQuery>,
) -> Result<Response, ApiError> {
    let site = context.named_site(query.site.as_deref())?.name.clone();
    check_page_key(&query.page)?;
    let last = headers.get(LAST_EVENT_ID);
    let last = last
        .and_then(|id| id.to_str().ok())
        .filter(|id| !id.is_empty());
    let since = version(last.or(query.since.as_deref()))?;
    let client = context.clients.client(peer, &headers, context.clock.now());
    let reader = Reader {
        place: context.streams.take(client)?,
        // Before the changes are read: what comes after is not missed.
        changed: context.store.watch(),
        heartbeat: interval_at(Instant::now() + HEARTBEAT, HEARTBEAT),
        site,
        page: query.page,
        id: None,
        since,
        is_due: true,
        is_new: true,
        context,
    };
    let events = stream::unfold(reader, |mut reader| async {
        let event = reader.next().await?;
        Some((Ok::<_, Infallible>(event), reader))
    });
    Ok(([UNBUFFERED], Sse::new(events)).into_response())
}

/// Whether an answer has no end of its own.
pub(super) fn is_stream(response: &Response) -> bool {
    let media_type = response.headers().get(CONTENT_TYPE);
    media_type.is_some_and(|it| it.as_bytes().starts_with(b"text/event-stream"))
}

/// Somebody who is told of changes.
struct Reader {
    context: Shared,
    place: Place,
    changed: Receiver<i64>,
    heartbeat: Interval,
    site: String,
    page: String,
    /// The page's id, as soon as it has one.
    id: Option<i64>,
    since: Option<i64>,
    /// Whether something may have changed.
    is_due: bool,
    /// Whether nothing was told yet.
    is_new: bool,
}

impl Reader {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if self.is_due {
                self.is_due = false;
                if let Some(event) = self.told().await? {
                    return Some(event);
                }
            }
            tokio::select! {
                () = self.place.is_over() => return None,
                page = self.changed.recv() => match page {
                    Ok(page) => self.is_due = self.id.is_none_or(|id| id == page),
                    Err(RecvError::Lagged(_)) => self.is_due = true,
                    Err(RecvError::Closed) => return None,
                },
                _ = self.heartbeat.tick() => {
                    self.is_due = true;
                    return Some(Event::default().comment(""));
                }
            }
        }
    }

    /// What there is to tell, if anything; none when that can't be read.
    async fn told(&mut self) -> Option<Option<Event>> {
        let site = &*self.context.sites.named(Some(&self.site))?;
        let found = self.context.changes(site, &self.page, self.since).await;
        let (id, changes) = match found {
            Ok(found) => found,
            Err(error) => {
                // In the log; whoever listens asks again.
                let _ = error.refusal();
                return None;
            }
        };
        self.id = id;
        let now = changes.cursor.parse().ok();
        if now == self.since && !self.is_new {
            return Some(None);
        }
        self.since = now;
        self.is_new = false;
        let event = Event::default().event("changes").id(&changes.cursor);
        Some(event.json_data(changes).ok())
    }
}
