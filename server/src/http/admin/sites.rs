//! Sites: what is set for them holds at once.

use crate::error::Wrong;
use afterword_protocol::admin::WrongCode;
use afterword_protocol::admin::{Items, NewSite, Right, Site, SiteChange, SiteSource};
use afterword_protocol::{Problem, ProblemKind};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Moderator;
use crate::config::{
    self, ConfigError, SettingError, SiteSettings, Source, check_name, masked, unmasked,
};
use crate::domain::rfc3339;
use crate::error::{ApiError, Refusal};
use crate::http::request::{Body, Name, Query};
use crate::http::{Context, Shared};
use crate::sites;
use crate::store::{By, SiteRow};

/// List the sites
///
/// Those on which whoever asks is something.
#[utoipa::path(
    get,
    path = "/sites",
    operation_id = "listSites",
    tag = "sites",
    security(("session" = [])),
    responses(
        (status = 200, description = "The sites", body = Items<Site>),
        (status = "default", description = "`login-required`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn list(
    State(context): State<Shared>,
    moderator: Moderator,
) -> Result<Json<Items<Site>>, ApiError> {
    let reach = moderator.sites();
    let mut items = context.seen_sites(&moderator).await?;
    items.retain(|site| reach.has(&site.name));
    Ok(Json(Items::all(items)))
}

/// Add a site
#[utoipa::path(
    post,
    path = "/sites",
    operation_id = "addSite",
    tag = "sites",
    security(("session" = [])),
    request_body = NewSite,
    responses(
        (status = 201, description = "The site", body = Site),
        (status = "default", description = "`login-required`, `forbidden`; `invalid-request` with the field that is wrong; `duplicate`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn add(
    State(context): State<Shared>,
    moderator: Moderator,
    Body(new): Body<NewSite>,
) -> Result<(StatusCode, Json<Site>), ApiError> {
    moderator.require_everywhere(Right::Server)?;
    let NewSite {
        name,
        origins,
        settings,
    } = new;
    check_name(&name).map_err(wrong)?;
    if sites::in_file(&context.config, &name) {
        return Err(of_file(&name).into());
    }
    let now = context.clock.now();
    let change = SiteChange {
        origins: Some(origins).filter(|origins| !origins.is_empty()),
        settings,
    };
    let row = |found: Option<SiteRow>| match found {
        Some(_) => {
            let detail = format!("there is a site {name:?} already");
            let refusal = Refusal::because(ProblemKind::Duplicate, detail);
            Err(ApiError::from(refusal.coded(WrongCode::SiteTaken)))
        }
        None => Ok(Some(context.changed_site(new_row(&name, now), &change)?)),
    };
    let by = by(&moderator, now);
    context.store.change_site(&name, by, row).await?;
    context.take_over().await?;
    let site = context.seen_site(&moderator, &name).await?;
    Ok((StatusCode::CREATED, Json(site)))
}

/// Show a site
#[utoipa::path(
    get,
    path = "/sites/{name}",
    operation_id = "showSite",
    tag = "sites",
    security(("session" = [])),
    params(("name" = String, Path, description = "Name of the site")),
    responses(
        (status = 200, description = "The site", body = Site),
        (status = "default", description = "`login-required`, `forbidden`, `site-unknown`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn show(
    State(context): State<Shared>,
    moderator: Moderator,
    Name(name): Name,
) -> Result<Json<Site>, ApiError> {
    moderator.require(Right::Settings, &name)?;
    Ok(Json(context.seen_site(&moderator, &name).await?))
}

/// Change a site
///
/// It holds at once.
#[utoipa::path(
    put,
    path = "/sites/{name}",
    operation_id = "changeSite",
    tag = "sites",
    security(("session" = [])),
    params(("name" = String, Path, description = "Name of the site")),
    request_body = SiteChange,
    responses(
        (status = 200, description = "The site", body = Site),
        (status = "default", description = "`login-required`, `forbidden` also for a site of the configuration file, `site-unknown`; `invalid-request` with the field that is wrong; `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn change(
    State(context): State<Shared>,
    moderator: Moderator,
    Name(name): Name,
    Body(change): Body<SiteChange>,
) -> Result<Json<Site>, ApiError> {
    moderator.require(Right::Settings, &name)?;
    let site = context.known_site(&name)?;
    if site.source == Source::File {
        return Err(of_file(&name).into());
    }
    let now = context.clock.now();
    let row = |found: Option<SiteRow>| {
        // Nobody has named it so far: whoever changes it does.
        let is_new = found.is_none() && site.source == Source::Usual;
        let row = found.or_else(|| is_new.then(|| new_row(&name, now)));
        let row = row.ok_or_else(|| ApiError::from(unknown(&name)))?;
        Ok::<_, ApiError>(Some(context.changed_site(row, &change)?))
    };
    let by = by(&moderator, now);
    context.store.change_site(&name, by, row).await?;
    context.take_over().await?;
    Ok(Json(context.seen_site(&moderator, &name).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Removal {
    #[serde(default)]
    with_comments: bool,
}

/// Remove a site
///
/// Its comments stay in the database, unseen, until a site of that name is added again.
#[utoipa::path(
    delete,
    path = "/sites/{name}",
    operation_id = "removeSite",
    tag = "sites",
    security(("session" = [])),
    params(
        ("name" = String, Path, description = "Name of the site"),
        ("with_comments" = Option<bool>, Query, description = "`true` where it has comments"),
    ),
    responses(
        (status = 204, description = "There is no such site any more"),
        (status = "default", description = "`login-required`, `forbidden` also for a site of the configuration file, `site-unknown`; `invalid-request` where it has comments, with their number as `limit`, unless `with_comments` is said; `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn remove(
    State(context): State<Shared>,
    moderator: Moderator,
    Name(name): Name,
    Query(removal): Query<Removal>,
) -> Result<StatusCode, ApiError> {
    moderator.require_everywhere(Right::Server)?;
    let site = context.known_site(&name)?;
    match site.source {
        Source::File => return Err(of_file(&name).into()),
        Source::Usual => {
            let detail = "this site is there because no other is, and goes when one is added";
            return Err(Refusal::because(ProblemKind::Forbidden, detail).into());
        }
        Source::Database => {}
    }
    let comments = of(&context.store.comments_of_sites().await?, &name);
    if comments > 0 && !removal.with_comments {
        let detail = format!("the site has {comments} comments");
        let refusal = Refusal::because(ProblemKind::InvalidRequest, detail);
        let limit = Some(comments);
        return Err(Refusal { limit, ..refusal }.into());
    }
    let gone = |_| Ok::<_, ApiError>(None);
    let by = by(&moderator, context.clock.now());
    context.store.change_site(&name, by, gone).await?;
    context.take_over().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn by(moderator: &Moderator, now: i64) -> By<'_> {
    By {
        user: Some(moderator.id()),
        now,
    }
}

fn of(counts: &[(String, u32)], name: &str) -> u32 {
    let found = counts.iter().find(|(site, _)| site == name);
    found.map_or(0, |(_, comments)| *comments)
}

fn unknown(name: &str) -> Refusal {
    let detail = format!("there is no site {name:?}");
    Refusal::because(ProblemKind::SiteUnknown, detail)
}

fn of_file(name: &str) -> Refusal {
    let detail =
        format!("the site {name:?} is in the server's configuration file: change it there");
    Refusal::because(ProblemKind::Forbidden, detail).coded(WrongCode::OfFile)
}

fn wrong(error: ConfigError) -> ApiError {
    let refusal = Refusal::because(ProblemKind::InvalidRequest, error.to_string());
    match error {
        ConfigError::SiteName(_) => refusal.coded(WrongCode::SiteName).into(),
        ConfigError::Entry { value, .. } => {
            let origin = Wrong::from(WrongCode::Origin);
            refusal.coded(origin.with("value", value)).into()
        }
        _ => refusal.into(),
    }
}

fn wrong_setting(error: SettingError) -> ApiError {
    let refusal = Refusal::because(ProblemKind::InvalidRequest, error.to_string());
    match error.wrong {
        Some(wrong) => refusal.coded(wrong.with("field", error.field)).into(),
        None => refusal.into(),
    }
}

fn new_row(name: &str, now: i64) -> SiteRow {
    SiteRow {
        name: name.to_owned(),
        origins: "[]".to_owned(),
        settings: "{}".to_owned(),
        created: now,
    }
}

impl Context {
    fn known_site(&self, name: &str) -> Result<std::sync::Arc<config::Site>, ApiError> {
        let site = self.sites.named(Some(name));
        site.ok_or_else(|| unknown(name).into())
    }

    /// Has what was stored hold from now on.
    async fn take_over(&self) -> Result<(), ApiError> {
        let reloaded = self.sites.reload(&self.config, &self.store).await;
        reloaded.map_err(|error| match error {
            sites::SitesError::Store(error) => error.into(),
            sites::SitesError::Site { error, .. } => wrong_setting(error),
        })
    }

    /// A row as it is to be from now on.
    fn changed_site(&self, mut row: SiteRow, change: &SiteChange) -> Result<SiteRow, ApiError> {
        if let Some(origins) = &change.origins {
            let origins = config::read_origins(Some(origins)).map_err(wrong)?;
            let origins = origins.to_strings();
            let is_fixed = row.name == config::DEFAULT && self.config.usual.origins.is_some();
            if is_fixed
                && self
                    .config
                    .usual
                    .origins
                    .as_ref()
                    .map(crate::config::Origins::to_strings)
                    != Some(origins.clone())
            {
                let detail = "the origins of this site are set by --origins or AFTERWORD_ORIGINS";
                let refusal = Refusal::because(ProblemKind::Forbidden, detail);
                return Err(refusal.coded(WrongCode::OriginsFixed).into());
            }
            if !is_fixed {
                row.origins = serde_json::to_string(&origins).unwrap_or_default();
            }
        }
        if let Some(settings) = &change.settings {
            let mut settings = match settings {
                Value::Null => Value::Object(Map::new()),
                settings => settings.clone(),
            };
            let before = serde_json::from_str(&row.settings).unwrap_or(Value::Null);
            unmasked(&mut settings, &before).map_err(wrong_setting)?;
            SiteSettings::read(settings.clone()).map_err(wrong_setting)?;
            row.settings = settings.to_string();
        }
        Ok(row)
    }

    async fn seen_site(&self, moderator: &Moderator, name: &str) -> Result<Site, ApiError> {
        let sites = self.seen_sites(moderator).await?;
        let found = sites.into_iter().find(|site| site.name == name);
        Ok(found.ok_or_else(|| unknown(name))?)
    }

    /// All sites, as somebody sees them.
    async fn seen_sites(&self, moderator: &Moderator) -> Result<Vec<Site>, ApiError> {
        let counts = self.store.comments_of_sites().await?;
        let rows = self.store.sites().await?;
        let all = self.sites.all();
        let seen = all.iter().map(|site| {
            let row = rows.iter().find(|row| row.name == site.name);
            let may_change = moderator.may(Right::Settings, &site.name);
            let settings = may_change.then(|| {
                let mut settings = site.settings.json();
                masked(&mut settings);
                settings
            });
            Site {
                name: site.name.clone(),
                source: match site.source {
                    Source::File => SiteSource::File,
                    Source::Usual => SiteSource::Usual,
                    Source::Database => SiteSource::Database,
                },
                changeable: may_change && site.source != Source::File,
                origins: site.origins.to_strings(),
                origins_fixed: site.source == Source::File
                    || site.name == config::DEFAULT && self.config.usual.origins.is_some(),
                settings,
                comments: of(&counts, &site.name),
                created: row
                    .filter(|_| site.source == Source::Database)
                    .map(|row| rfc3339(row.created)),
            }
        });
        Ok(seen.collect())
    }
}
