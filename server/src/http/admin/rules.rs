//! Rules by which comments are held, refused or flagged.

use crate::error::Wrong;
use afterword_protocol::admin::WrongCode;
use afterword_protocol::admin::{
    ModeratedComment, NewRule, Right, Rule, RuleAction, RuleFindings, RuleRemoved, RuleTest,
    RuleTrial, Rules, Verdict,
};
use afterword_protocol::{Problem, ProblemKind};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;

use super::actions::actor;
use super::{Moderator, Reach};
use crate::domain::unhex;
use crate::error::{ApiError, Refusal};
use crate::http::request::{Body, Number, Query};
use crate::http::{Context, Shared};
use crate::rules::{Candidate, Test};
use crate::store::{EVERYWHERE, Wanted};

/// Longest name, in characters.
const NAME: usize = 100;
/// How many past comments a rule is tried on at most, in what portions, and how many that it finds are
/// shown.
const TRIED: u32 = 5000;
const AT_ONCE: u32 = 500;
const SHOWN: usize = 50;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct RulesQuery {
    /// The site, with those for all sites; absent for all whose rules one looks after.
    site: Option<String>,
}

/// List rules
#[utoipa::path(
    get,
    path = "/rules",
    operation_id = "listRules",
    tag = "moderation",
    params(RulesQuery),
    security(("session" = [])),
    responses(
        (status = 200, description = "All of them", body = Rules),
        (status = "default", description = "`login-required`, `forbidden`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn rules(
    State(context): State<Shared>,
    moderator: Moderator,
    Query(query): Query<RulesQuery>,
) -> Result<Json<Rules>, ApiError> {
    let reach = moderator.reach(Right::Rules, query.site.as_deref())?;
    let items = context.store.rules(reach.json().as_deref()).await?;
    Ok(Json(Rules { items }))
}

/// Make a rule
#[utoipa::path(
    post,
    path = "/rules",
    operation_id = "addRule",
    tag = "moderation",
    request_body = NewRule,
    security(("session" = [])),
    responses(
        (status = 201, description = "The rule, at work from now on", body = Rule),
        (status = "default", description = "`login-required`, `forbidden`, `invalid-request`, `site-unknown`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn add_rule(
    State(context): State<Shared>,
    moderator: Moderator,
    Body(new): Body<NewRule>,
) -> Result<(StatusCode, Json<Rule>), ApiError> {
    let rule = context.keep_rule(&moderator, None, new).await?;
    Ok((StatusCode::CREATED, Json(rule)))
}

/// Change a rule
#[utoipa::path(
    put,
    path = "/rules/{id}",
    operation_id = "changeRule",
    tag = "moderation",
    params(("id" = i64, Path, description = "Number of the rule")),
    request_body = NewRule,
    security(("session" = [])),
    responses(
        (status = 200, description = "The rule as it is now", body = Rule),
        (status = "default", description = "`login-required`, `forbidden`, `not-found`, `invalid-request`, `site-unknown`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn change_rule(
    State(context): State<Shared>,
    moderator: Moderator,
    Number(id): Number,
    Body(new): Body<NewRule>,
) -> Result<Json<Rule>, ApiError> {
    let rule = context.rule_of(&moderator, id).await?;
    Ok(Json(
        context.keep_rule(&moderator, Some(rule.id), new).await?,
    ))
}

/// Remove a rule
///
/// It can be undone, as making and changing one.
#[utoipa::path(
    delete,
    path = "/rules/{id}",
    operation_id = "removeRule",
    tag = "moderation",
    params(("id" = i64, Path, description = "Number of the rule")),
    security(("session" = [])),
    responses(
        (status = 200, description = "It is no more; the number by which that is undone", body = RuleRemoved),
        (status = "default", description = "`login-required`, `forbidden`, `not-found`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn remove_rule(
    State(context): State<Shared>,
    moderator: Moderator,
    Number(id): Number,
) -> Result<Json<RuleRemoved>, ApiError> {
    let rule = context.rule_of(&moderator, id).await?;
    let actor = actor(&context, &moderator, None);
    let removed = context.store.remove_rule(&rule, &actor).await?;
    context.rules.reload(&context.store).await?;
    let action_id = removed.ok_or(ProblemKind::NotFound)?;
    Ok(Json(RuleRemoved { action_id }))
}

/// Try a rule on past comments
///
/// Nothing becomes of them.
#[utoipa::path(
    post,
    path = "/rules/try",
    operation_id = "tryRule",
    tag = "moderation",
    request_body = RuleTrial,
    security(("session" = [])),
    responses(
        (status = 200, description = "What it would have found", body = RuleFindings),
        (status = "default", description = "`login-required`, `forbidden`, `invalid-request`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn try_rule(
    State(context): State<Shared>,
    moderator: Moderator,
    Body(trial): Body<RuleTrial>,
) -> Result<Json<RuleFindings>, ApiError> {
    may_rule(&moderator, &trial.site)?;
    if !(1..=366).contains(&trial.days) {
        let detail = "days can be 1 to 366";
        return Err(Refusal::because(ProblemKind::InvalidRequest, detail).into());
    }
    let test = ready(trial.test).await?;
    let sites = match trial.site.as_str() {
        EVERYWHERE => None,
        site => Some(serde_json::json!([site]).to_string()),
    };
    let since =
        crate::domain::rfc3339(context.clock.now() - i64::from(trial.days) * 24 * 60 * 60 * 1000);
    let mut findings = RuleFindings::default();
    let mut before: Option<String> = None;
    'all: while findings.tried < TRIED {
        let wanted = Wanted {
            sites: sites.as_deref(),
            before: before.as_deref(),
            limit: AT_ONCE,
            ..Wanted::default()
        };
        let portion = context.store.moderated(&wanted).await?;
        for comment in portion.items {
            // Times on the wire sort as text.
            if comment.created < since {
                break 'all;
            }
            if comment.erased {
                continue;
            }
            findings.tried += 1;
            if context.would_find(&test, &comment).await? {
                findings.found += 1;
                findings.published += u32::from(comment.verdict == Verdict::Published);
                if findings.items.len() < SHOWN {
                    findings.items.push(comment);
                }
            }
        }
        before = portion.next;
        if before.is_none() {
            break;
        }
    }
    Ok(Json(findings))
}

/// What a rule looks for, made ready apart: a long list of words takes its time.
async fn ready(test: RuleTest) -> Result<Test, ApiError> {
    Ok(tokio::task::spawn_blocking(move || Test::of(&test)).await??)
}

/// A rule for all sites is for who looks after the rules of all of them.
fn may_rule(moderator: &Moderator, site: &str) -> Result<(), Refusal> {
    if site == EVERYWHERE {
        return moderator.require_everywhere(Right::Rules);
    }
    moderator.require(Right::Rules, site)
}

impl Context {
    async fn would_find(&self, test: &Test, comment: &ModeratedComment) -> Result<bool, ApiError> {
        if let Test::Reports(least) = test {
            return Ok(self.store.reports_on(&comment.id).await? >= *least);
        }
        let hash = |text: &Option<String>| text.as_deref().and_then(unhex);
        let candidate = Candidate {
            site: &comment.site,
            id: Some(&comment.id),
            is_edit: false,
            author: comment.author.as_deref(),
            website: comment.website.as_deref(),
            text: &comment.text,
            html: &comment.html,
            network: hash(&comment.network),
            earlier_network: None,
            person: hash(&comment.person),
            at: crate::domain::id_time(&comment.id),
        };
        Ok(test.finds(&self.store, &candidate).await?.is_some())
    }

    async fn rule_of(&self, moderator: &Moderator, id: i64) -> Result<Rule, ApiError> {
        // Who looks after no rules is not told which there are.
        let reach = moderator.reach(Right::Rules, None)?;
        let rule = self.store.rule(id).await?;
        let rule = rule.ok_or(ProblemKind::NotFound)?;
        if !matches!(reach, Reach::All) {
            may_rule(moderator, &rule.site)?;
        }
        Ok(rule)
    }

    async fn keep_rule(
        &self,
        moderator: &Moderator,
        id: Option<i64>,
        mut new: NewRule,
    ) -> Result<Rule, ApiError> {
        may_rule(moderator, &new.site)?;
        if new.site != EVERYWHERE {
            self.named_site(Some(&new.site))?;
        }
        let refused = |detail: String| Refusal::because(ProblemKind::InvalidRequest, detail);
        new.name = new.name.trim().to_owned();
        if new.name.is_empty() || new.name.chars().count() > NAME {
            let length = Wrong::from(WrongCode::Length)
                .with("least", 1)
                .with("most", NAME);
            let refusal = refused(format!("a name has 1 to {NAME} characters"));
            return Err(refusal.coded(length).into());
        }
        if matches!(new.test, RuleTest::Reports { .. }) && new.action == RuleAction::Reject {
            let detail = "what was reported stands already: it can be held, but not refused";
            return Err(refused(detail.to_owned())
                .coded(WrongCode::ReportsRefused)
                .into());
        }
        ready(new.test.clone()).await?;
        let actor = actor(self, moderator, None);
        let kept = self.store.keep_rule(id, &new, &actor).await?;
        self.rules.reload(&self.store).await?;
        Ok(kept.ok_or(ProblemKind::NotFound)?)
    }
}
