//! Why something could not be sent.

use afterword_protocol::admin::{Obstacle, ObstacleKind, Tried};
use leptos::task::spawn_local;

use crate::api::Call;
use crate::app::App;
use crate::parts;
use crate::texts::{fill, t};
use crate::view::{El, el};

/// Why, in the language of these pages.
pub(super) fn sentence(obstacle: Option<Obstacle>) -> String {
    let kind = obstacle.map_or(ObstacleKind::Other, |it| it.kind);
    match kind {
        ObstacleKind::Unreachable => t("unsent-unreachable"),
        ObstacleKind::Late => t("unsent-late"),
        ObstacleKind::Private => t("unsent-private"),
        ObstacleKind::Answered => {
            let code = obstacle.and_then(|it| it.code).unwrap_or_default();
            fill("unsent-answered", &[("code", &code.to_string())])
        }
        ObstacleKind::Credentials => t("unsent-credentials"),
        ObstacleKind::Address => t("unsent-address"),
        ObstacleKind::Unset => t("unsent-unset"),
        ObstacleKind::Other => t("unsent-other"),
    }
}

/// Has something sent to see whether it arrives, and tells what came of it.
pub(super) fn attempt(app: App, call: Call, taken: String) {
    spawn_local(async move {
        match app.ask::<Tried>(call).await {
            Ok(it) if it.taken => app.tell(taken, None),
            Ok(it) => {
                let why = sentence(it.obstacle);
                app.tell_failure(fill("hook-not-taken", &[("why", &why)]));
            }
            Err(failure) => app.fail(&failure),
        }
    });
}

/// Why, and what else the server has to say of it, in English: for who looks for the cause.
pub(super) fn view(obstacle: Option<Obstacle>, error: Option<&str>) -> El {
    let whole = el("div", "unsent").child(el("p", "").text(sentence(obstacle)));
    // What a mail server answers says more than its number.
    let more = error.filter(|error| match obstacle.map(|it| it.kind) {
        Some(ObstacleKind::Answered) => !error.starts_with("it answered "),
        Some(ObstacleKind::Unreachable | ObstacleKind::Credentials | ObstacleKind::Other) => true,
        Some(_) => false,
        None => true,
    });
    whole.maybe(more.map(|error| parts::words("muted", error).attr("lang", "en")))
}
