//! Tells others what happens: each site's hooks, by signed requests, as often as it takes.
//!
//! What has happened is written down by the transaction that does it (triggers); here requests are made
//! of it, and sent. The scheme is that of <https://www.standardwebhooks.com>.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use afterword_protocol::admin::{HookEvent, Obstacle, ObstacleKind, Tried};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::{Value, json};
use tokio::time::MissedTickBehavior;

use crate::app::chain;
use crate::config::Hook;
use crate::domain::rfc3339;
use crate::http::{Context, Shared};
use crate::outbound::{OutboundError, signatures};
use crate::store::{DeliveryRow, Error, Happening, Outcome};

/// How soon it is told.
const SOON: Duration = Duration::from_secs(1);
/// How long a receiver may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// After how many seconds it is tried again, each time that it fails; then it is given up.
const AGAIN: [i64; 8] = [30, 120, 600, 1800, 7200, 21_600, 43_200, 86_400];
/// The longest that a receiver may have us wait, in seconds.
const LONGEST_PAUSE: i64 = 86_400;

/// Whom something is sent to: a site, and the address of its hook.
type Receiver = (String, String);

/// Tells what happens, for as long as the server runs. Each receiver has a row of its own: who is slow
/// keeps nobody else waiting.
pub(crate) async fn run(context: Shared) {
    let context = &*context;
    let failed = |error: Error| {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "hooks could not be told"
        );
    };
    let mut interval = tokio::time::interval(SOON);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut sending = FuturesUnordered::new();
    let mut busy = BTreeSet::new();
    loop {
        tokio::select! {
            Some((receiver, result)) = sending.next(), if !sending.is_empty() => {
                busy.remove(&receiver);
                if let Err(error) = result {
                    failed(error);
                }
            }
            _ = interval.tick() => match due(context).await {
                Err(error) => failed(error),
                Ok(due) => {
                    for (receiver, due) in due {
                        if busy.insert(receiver.clone()) {
                            let sent = async move { (receiver, send_all(context, due).await) };
                            sending.push(sent);
                        }
                    }
                }
            },
        }
    }
}

/// Makes requests of what has happened, and gives those that are due, by whom they are for.
async fn due(context: &Context) -> Result<BTreeMap<Receiver, Vec<DeliveryRow>>, Error> {
    while context.store.has_happened().await? {
        let happenings = context.store.happenings().await?;
        let now = context.clock.now();
        let mut requests = Vec::new();
        for happening in &happenings {
            requests.extend(requests_of(context, happening, now));
        }
        let last = happenings.last().map(|last| last.number);
        context.store.tell(last, &requests).await?;
    }
    let mut receivers: BTreeMap<Receiver, Vec<DeliveryRow>> = BTreeMap::new();
    for delivery in context.store.due(context.clock.now()).await? {
        let receiver = (delivery.site.clone(), delivery.url.clone());
        receivers.entry(receiver).or_default().push(delivery);
    }
    Ok(receivers)
}

/// Those of a site's hooks that wish to hear of it.
fn hooks(context: &Context, site: &str) -> Vec<Hook> {
    let site = context.sites.named(Some(site));
    site.map(|site| site.settings.hooks.to.clone())
        .unwrap_or_default()
}

fn requests_of(context: &Context, happening: &Happening, now: i64) -> Vec<DeliveryRow> {
    let Some(event) = HookEvent::from_name(&happening.event) else {
        return Vec::new();
    };
    // What is held for what it says now was told as that.
    if event == HookEvent::Edited && happening.verdict != "published" {
        return Vec::new();
    }
    let hooks = hooks(context, &happening.site);
    let wanted = hooks.into_iter().filter(|hook| hook.wants(event));
    wanted
        .map(|hook| DeliveryRow {
            id: context.store.next_id(now),
            site: happening.site.clone(),
            url: hook.url,
            event: happening.event.clone(),
            comment_id: happening.comment_id.clone(),
            body: body(happening, event, now).to_string(),
            state: "waiting".to_owned(),
            due: now,
            tries: 0,
            error: None,
            obstacle: None,
            code: None,
            created: now,
            ended: None,
        })
        .collect()
}

/// What is sent. What readers no longer see is not told again.
fn body(happening: &Happening, event: HookEvent, now: i64) -> Value {
    let mut comment = json!({
        "id": happening.comment_id,
        "parent": happening.parent_id,
        "created": rfc3339(happening.created),
        "verdict": happening.verdict,
    });
    if event != HookEvent::Deleted {
        let said = json!({
            "number": (happening.comment_number > 0).then_some(happening.comment_number),
            "edited": happening.edited.map(rfc3339),
            "author": happening.author,
            "website": happening.website,
            "text": happening.text,
            "html": happening.html,
            "shadowed": happening.shadowed,
            "reasons": serde_json::from_str::<Value>(&happening.reasons).unwrap_or_default(),
        });
        if let (Value::Object(comment), Value::Object(said)) = (&mut comment, said) {
            comment.extend(said);
        }
    }
    let report = happening
        .report_reason
        .as_ref()
        .map(|reason| json!({ "reason": reason, "text": happening.report_text }));
    json!({
        "type": format!("comment.{}", event.as_str()),
        "timestamp": rfc3339(now),
        "data": {
            "site": happening.site,
            "page": { "key": happening.key, "url": happening.url, "title": happening.title },
            "comment": comment,
            "report": report,
        },
    })
}

/// Sends what is due to one receiver, one after the other. Who can't be reached isn't asked again at
/// once: all that is for them waits.
async fn send_all(context: &Context, due: Vec<DeliveryRow>) -> Result<(), Error> {
    for delivery in due {
        let hooks = hooks(context, &delivery.site);
        let hook = hooks.iter().find(|hook| hook.url == delivery.url);
        let now = context.clock.now();
        let Some(hook) = hook else {
            let words = "the site has no such hook any more";
            let gone = Outcome::Failed(words, ObstacleKind::Unset.into(), None);
            context.store.tried(&delivery.id, gone, now).await?;
            continue;
        };
        let sent = send(context, hook, &delivery.id, &delivery.body).await;
        let now = context.clock.now();
        let Err(failure) = sent else {
            let taken = Outcome::Taken;
            context.store.tried(&delivery.id, taken, now).await?;
            continue;
        };
        let tries = usize::try_from(delivery.tries).unwrap_or(usize::MAX);
        let again = AGAIN.get(tries).filter(|_| !failure.is_final);
        let pause = failure.pause.unwrap_or_default();
        let due = again.map(|seconds| now + pause.max(*seconds) * 1000);
        let outcome = Outcome::Failed(&failure.words, failure.obstacle, due);
        context.store.tried(&delivery.id, outcome, now).await?;
        if failure.pause.is_some() {
            let later = now + pause * 1000;
            context.store.put_off(&delivery, later).await?;
            break;
        }
    }
    Ok(())
}

/// Why a request was not taken.
struct Failure {
    words: String,
    obstacle: Obstacle,
    /// Whether nobody would take it later, either.
    is_final: bool,
    /// For how many seconds nothing else is to be sent there, either.
    pause: Option<i64>,
}

/// How long somebody has us wait who has too much to do (RFC 9110, 10.2.3). A date says so as well, but who
/// has no seconds to name is asked again as ever.
fn pause(status: StatusCode, headers: &HeaderMap) -> Option<i64> {
    let is_busy = matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    );
    let wanted = headers.get(RETRY_AFTER).and_then(|it| it.to_str().ok());
    let wanted = wanted.and_then(|it| it.trim().parse::<i64>().ok());
    is_busy.then(|| wanted.unwrap_or_default().clamp(AGAIN[0], LONGEST_PAUSE))
}

async fn send(context: &Context, hook: &Hook, id: &str, body: &str) -> Result<(), Failure> {
    let seconds = context.clock.now().div_euclid(1000);
    let signed = signatures(&hook.secret, id, seconds, body.as_bytes());
    let request = context
        .outbound
        .client()
        .post(&hook.url)
        .header("content-type", "application/json")
        .header("webhook-id", id)
        .header("webhook-timestamp", seconds.to_string())
        .header("webhook-signature", signed)
        .body(body.to_owned())
        .build();
    // What is answered besides is nobody's affair.
    let sent = match request {
        Ok(request) => context.outbound.tell(request, PATIENCE).await,
        Err(error) => Err(error.into()),
    };
    match sent {
        Ok((status, _)) if status.is_success() => Ok(()),
        Ok((status, headers)) => Err(Failure {
            words: format!("it answered {status}"),
            obstacle: Obstacle::answered(status.as_u16()),
            // It is not to be sent again.
            is_final: status == StatusCode::GONE,
            pause: pause(status, &headers),
        }),
        Err(error) => Err(Failure {
            obstacle: error.obstacle().into(),
            words: match error {
                OutboundError::Failed(error) => chain(&error),
                error => error.to_string(),
            },
            is_final: false,
            pause: Some(AGAIN[0]),
        }),
    }
}

/// Sends something to a hook that tells of nothing; gives what came of it.
pub(crate) async fn try_hook(context: &Context, site: &str, hook: &Hook) -> Tried {
    let now = context.clock.now();
    let id = context.store.next_id(now);
    let body = json!({ "type": "test", "timestamp": rfc3339(now), "data": { "site": site } });
    let failure = send(context, hook, &id, &body.to_string()).await.err();
    Tried {
        taken: failure.is_none(),
        obstacle: failure.as_ref().map(|failure| failure.obstacle),
        error: failure.map(|failure| failure.words),
    }
}
