//! How it goes, and that something has happened in the queue.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use afterword_protocol::admin::{Dashboard, Queue, Right};
use afterword_protocol::{Problem, ProblemKind};
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderName};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Deserialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval, interval_at};
use utoipa::IntoParams;

use super::Moderator;
use crate::error::ApiError;
use crate::http::Shared;
use crate::http::request::{Query, within};
use crate::http::streams::Place;

/// Days that are told at most, and when nobody says how many.
const DAYS: (u32, u32) = (366, 30);
/// How often something is sent whatever happens; and how soon it is noticed that the moderator is none any
/// more.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// What happens within that time is told at once.
const TOGETHER: Duration = Duration::from_millis(250);

const UNBUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct DashboardQuery {
    /// The site; absent for all that one looks after.
    site: Option<String>,
    /// The last so many days: 1 to 366, 30 when absent.
    #[param(minimum = 1, maximum = 366)]
    days: Option<u32>,
}

/// Tell how it goes
#[utoipa::path(
    get,
    path = "/dashboard",
    operation_id = "showDashboard",
    tag = "moderation",
    params(DashboardQuery),
    security(("session" = [])),
    responses(
        (status = 200, description = "What waits, and numbers by day", body = Dashboard),
        (status = "default", description = "`login-required`, `forbidden`, `invalid-request`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn dashboard(
    State(context): State<Shared>,
    moderator: Moderator,
    Query(query): Query<DashboardQuery>,
) -> Result<Json<Dashboard>, ApiError> {
    let reach = moderator.reach(Right::Moderate, query.site.as_deref())?;
    let days = within("days", query.days, 1..=DAYS.0, DAYS.1)?;
    let sites = reach.json();
    context.rejections.keep(&context.store).await?;
    let now = context.clock.now();
    let (days, checks) = context.store.days(sites.as_deref(), days, now).await?;
    Ok(Json(Dashboard {
        waiting: context.store.waiting(sites.as_deref()).await?,
        days,
        checks,
    }))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct EventsQuery {
    /// The site; absent for all that one looks after.
    site: Option<String>,
}

/// Tell when something happens in the queue, as it happens
///
/// Each event is called `queue` and has in its data how much waits, and which comment came last. The
/// first one comes at once. The stream ends with the session.
#[utoipa::path(
    get,
    path = "/events",
    operation_id = "streamQueue",
    tag = "moderation",
    params(EventsQuery),
    security(("session" = [])),
    responses(
        (status = 200, description = "Events whose data are `Queue`", body = String, content_type = "text/event-stream"),
        (status = "default", description = "`login-required`, `forbidden`; `rate-limited` and `unavailable` when too many streams are open", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn events(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    moderator: Moderator,
    Query(query): Query<EventsQuery>,
) -> Result<Response, ApiError> {
    moderator.reach(Right::Moderate, query.site.as_deref())?;
    let now = context.clock.now();
    let client = context.clients.client(peer, &headers, now);
    let watcher = Watcher {
        place: context.queue_streams.take(client)?,
        changed: context.store.watch_queue(),
        heartbeat: interval_at(Instant::now() + HEARTBEAT, HEARTBEAT),
        site: query.site,
        moderator,
        told: None,
        is_due: true,
        context,
    };
    let events = stream::unfold(watcher, |mut watcher| async {
        let event = watcher.next().await?;
        Some((Ok::<_, Infallible>(event), watcher))
    });
    Ok(([UNBUFFERED], Sse::new(events)).into_response())
}

/// A moderator who is told of the queue.
struct Watcher {
    context: Shared,
    place: Place,
    changed: Receiver<()>,
    heartbeat: Interval,
    /// The site that was asked for, if one was.
    site: Option<String>,
    moderator: Moderator,
    told: Option<Queue>,
    is_due: bool,
}

impl Watcher {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if self.is_due {
                self.is_due = false;
                if let Some(event) = self.news().await? {
                    return Some(event);
                }
            }
            tokio::select! {
                () = self.place.is_over() => return None,
                changed = self.changed.recv() => match changed {
                    Ok(()) | Err(RecvError::Lagged(_)) => {
                        tokio::time::sleep(TOGETHER).await;
                        self.changed = self.context.store.watch_queue();
                        self.is_due = true;
                    }
                    Err(RecvError::Closed) => return None,
                },
                _ = self.heartbeat.tick() => {
                    self.is_due = true;
                    return Some(Event::default().comment(""));
                }
            }
        }
    }

    /// How much waits where they still look after comments.
    async fn read(&mut self) -> Result<Queue, ApiError> {
        let (store, now) = (&self.context.store, self.context.clock.now());
        let user = store.user_in(self.moderator.session, now).await?;
        self.moderator.user = user.ok_or(ProblemKind::LoginRequired)?;
        let reach = self
            .moderator
            .reach(Right::Moderate, self.site.as_deref())?;
        let sites = reach.json();
        Ok(Queue {
            waiting: store.waiting(sites.as_deref()).await?,
            newest: store.newest_waiting(sites.as_deref()).await?,
        })
    }

    /// What there is to tell, if it is another than before; none when that can't be read, or is not theirs
    /// to know any more.
    async fn news(&mut self) -> Option<Option<Event>> {
        let queue = match self.read().await {
            Ok(queue) => queue,
            Err(error) => {
                // In the log; whoever listens asks again.
                let _ = error.refusal();
                return None;
            }
        };
        if self.told.as_ref() == Some(&queue) {
            return Some(None);
        }
        let event = Event::default().event("queue").json_data(&queue).ok();
        self.told = Some(queue);
        Some(event)
    }
}
