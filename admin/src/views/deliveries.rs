//! What was sent to hooks, and what could not be.

use afterword_protocol::admin::{Delivery, DeliveryState, HookEvent};

use super::sendings::{self, Sending};
use crate::app::App;
use crate::parts;
use crate::route::encode;
use crate::texts::t;
use crate::view::{El, el};

/// The page of deliveries.
pub(crate) fn view(app: App) -> El {
    let heads = &["when", "what", "receiver", "verdict", "tries", ""];
    sendings::view(
        app,
        "deliveries",
        "hooks/deliveries",
        heads,
        "deliveries-empty",
        sending,
    )
}

pub(super) const fn event_key(event: HookEvent) -> &'static str {
    match event {
        HookEvent::New => "event-new",       // text
        HookEvent::Edited => "event-edited", // text
        HookEvent::Held => "event-held",     // text
        HookEvent::Reported => "reported",   // text
        HookEvent::Deleted => "deleted",     // text
    }
}

fn sending(delivery: &Delivery) -> Sending {
    let what = el("div", "")
        .child(el("p", "").text(t(event_key(delivery.event))))
        .child(parts::words("muted", &delivery.site));
    Sending {
        id: encode(&delivery.id),
        created: delivery.created.clone(),
        what: vec![
            ("what", what),                                    // text
            ("receiver", parts::words("code", &delivery.url)), // text
        ],
        state: match delivery.state {
            DeliveryState::Waiting => "waiting",
            DeliveryState::Sent => "sent",
            DeliveryState::Dead => "dead",
        }
        .to_owned(),
        tries: delivery.tries,
        error: delivery.error.clone(),
        obstacle: delivery.obstacle,
        due: delivery.due.clone(),
    }
}
