//! What the classifier of spam has learned, and what it makes of a comment.

use afterword_protocol::admin::{Classified, Classifier, ClassifierWord, Right};
use afterword_protocol::{Problem, ProblemKind};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Moderator;
use crate::error::ApiError;
use crate::http::Shared;
use crate::http::request::{Id, Query};
use crate::spam::bayes::Weight;
use crate::store::ENOUGH;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct ClassifierQuery {
    /// The site.
    site: String,
}

/// What it says, of a hundred.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is 0 to 1"
)]
fn percent(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * 100.0).round() as u32
}

fn told(weight: Weight) -> ClassifierWord {
    ClassifierWord {
        percent: percent(weight.weight),
        word: weight.word,
        spam: weight.spam,
        good: weight.good,
    }
}

/// Tell what the classifier of spam has learned
#[utoipa::path(
    get,
    path = "/classifier",
    operation_id = "showClassifier",
    tag = "moderation",
    params(ClassifierQuery),
    security(("session" = [])),
    responses(
        (status = 200, description = "From how many comments it has learned, and the words that tell most", body = Classifier),
        (status = "default", description = "`login-required`, `forbidden`, `invalid-request`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn classifier(
    State(context): State<Shared>,
    moderator: Moderator,
    Query(ClassifierQuery { site }): Query<ClassifierQuery>,
) -> Result<Json<Classifier>, ApiError> {
    moderator.require(Right::Moderate, &site)?;
    let learned = context.store.learned(&site).await?;
    let words = context.store.telling_words(&site).await?;
    Ok(Json(Classifier {
        spam: learned.spam,
        good: learned.good,
        enough: ENOUGH,
        words: words.into_iter().map(told).collect(),
    }))
}

/// Tell what the classifier of spam makes of a comment
#[utoipa::path(
    get,
    path = "/comments/{id}/classifier",
    operation_id = "classify",
    tag = "moderation",
    params(("id" = String, Path, description = "Id of the comment")),
    security(("session" = [])),
    responses(
        (status = 200, description = "Its opinion as of now, and the words that decided", body = Classified),
        (status = "default", description = "`login-required`, `forbidden`, `not-found`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn classify(
    State(context): State<Shared>,
    moderator: Moderator,
    Id(id): Id,
) -> Result<Json<Classified>, ApiError> {
    let detail = context.store.moderated_detail(&id).await?;
    let comment = detail.ok_or(ProblemKind::NotFound)?.comment;
    moderator.require(Right::Moderate, &comment.site)?;
    let site = context.sites.named(Some(&comment.site));
    let shares = site.is_some_and(|site| site.settings.spam.shared);
    let words = (
        comment.html.as_str(),
        comment.author.as_deref(),
        comment.website.as_deref(),
    );
    let opinion = context.store.opinion(&comment.site, shares, words).await?;
    Ok(Json(match opinion {
        Some(opinion) => Classified {
            percent: Some(percent(opinion.score)),
            words: opinion.words.into_iter().take(30).map(told).collect(),
        },
        None => Classified {
            percent: None,
            words: Vec::new(),
        },
    }))
}
