//! Rules, and what they ask of the comments that there are.

use afterword_protocol::admin::{DoneCode, NewRule, Rule, RuleAction};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::SqliteConnection;
use ulid::Ulid;

use super::action::keep_action;
use super::audit::audit;
use super::page::KNOWN;
use super::{Actor, Error, Store};
use crate::domain::rfc3339;
use crate::rules::Candidate;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub(super) struct RuleRow {
    id: i64,
    site: String,
    name: String,
    test: String,
    action: String,
    enabled: bool,
    hits: u32,
    last_hit: Option<i64>,
    created: i64,
}

impl RuleRow {
    /// The rule; none of a kind that this version doesn't know.
    fn rule(self) -> Option<Rule> {
        Some(Rule {
            id: self.id,
            site: self.site,
            name: self.name,
            test: serde_json::from_str(&self.test).ok()?,
            action: RuleAction::from_name(&self.action)?,
            enabled: self.enabled,
            hits: self.hits,
            last_hit: self.last_hit.map(rfc3339),
            created: rfc3339(self.created),
            action_id: None,
        })
    }

    /// Whether it is the same rule, whatever it has found meanwhile.
    fn is_as(&self, other: &Self) -> bool {
        let Self { hits, last_hit, .. } = *self;
        let other = other.clone();
        *self
            == Self {
                hits,
                last_hit,
                ..other
            }
    }
}

/// How a rule was before somebody made, changed or removed it, and after.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RuleBefore {
    was: Option<RuleRow>,
    became: Option<RuleRow>,
}

impl RuleBefore {
    /// The sites that it was, and is, for.
    pub(super) fn sites(&self) -> Vec<String> {
        let both = self.was.iter().chain(&self.became);
        let mut sites: Vec<String> = both.map(|row| row.site.clone()).collect();
        sites.dedup();
        sites
    }

    /// Puts the rule back as it was; gives whether it was still as it had become.
    pub(super) async fn take_back(&self, change: &mut SqliteConnection) -> Result<bool, Error> {
        let Some(id) = self.was.as_ref().or(self.became.as_ref()).map(|it| it.id) else {
            return Ok(false);
        };
        let now = row(change, id).await?;
        let is_still = match (&now, &self.became) {
            (Some(now), Some(became)) => now.is_as(became),
            (None, None) => true,
            _ => false,
        };
        if !is_still {
            return Ok(false);
        }
        sqlx::query("DELETE FROM rule WHERE id = ?")
            .bind(id)
            .execute(&mut *change)
            .await?;
        if let Some(was) = &self.was {
            // What it has found since counts, too.
            let found = now.as_ref().unwrap_or(was);
            sqlx::query(
                "INSERT INTO rule (id, site, name, test, action, enabled, hits, last_hit, created) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )
            .bind(id)
            .bind(&was.site)
            .bind(&was.name)
            .bind(&was.test)
            .bind(&was.action)
            .bind(was.enabled)
            .bind(found.hits)
            .bind(found.last_hit)
            .bind(was.created)
            .execute(change)
            .await?;
        }
        Ok(true)
    }
}

/// The first id of that time.
pub(super) fn id_at(milliseconds: i64) -> String {
    let milliseconds = u64::try_from(milliseconds).unwrap_or(0);
    Ulid::from_parts(milliseconds, 0).to_string()
}

/// Whether a text was posted on a site between two ids, or came to be by an edit between two times: by
/// those, and not by all of the site.
pub(super) const SAID: &str = "SELECT EXISTS (SELECT 1 FROM comment \
     CROSS JOIN page ON page.id = comment.page_id \
     WHERE ((comment.id >= ?1 AND comment.id < ?2) OR comment.edited BETWEEN ?3 AND ?4) \
     AND comment.id IS NOT ?5 AND page.site = ?6 AND text = ?7)";

impl Store {
    /// The rules of some sites (a JSON array; none for all), with those for all sites.
    pub(crate) async fn rules(&self, sites: Option<&str>) -> Result<Vec<Rule>, Error> {
        let rows: Vec<RuleRow> = sqlx::query_as(
            "SELECT * FROM rule WHERE ?1 IS NULL OR site = '*' \
             OR site IN (SELECT value FROM json_each(?1)) ORDER BY id",
        )
        .bind(sites)
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.into_iter().filter_map(RuleRow::rule).collect())
    }

    /// The rule of that number.
    pub(crate) async fn rule(&self, id: i64) -> Result<Option<Rule>, Error> {
        let mut reader = self.readers.acquire().await?;
        Ok(row(&mut reader, id).await?.and_then(RuleRow::rule))
    }

    /// Keeps a rule: a new one, or in the place of the one of that number.
    pub(crate) async fn keep_rule(
        &self,
        id: Option<i64>,
        new: &NewRule,
        actor: &Actor<'_>,
    ) -> Result<Option<Rule>, Error> {
        let mut change = self.begin().await?;
        let was = match id {
            Some(id) => row(&mut change, id).await?,
            None => None,
        };
        let test = serde_json::to_string(&new.test).unwrap_or_default();
        let kept: Option<i64> = match id {
            None => {
                sqlx::query_scalar(
                    "INSERT INTO rule (site, name, test, action, enabled, created) \
                     VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
                )
                .bind(&new.site)
                .bind(&new.name)
                .bind(test)
                .bind(new.action.as_str())
                .bind(new.enabled)
                .bind(actor.now)
                .fetch_optional(&mut *change)
                .await?
            }
            Some(id) => {
                sqlx::query_scalar(
                    "UPDATE rule SET site = ?, name = ?, test = ?, action = ?, enabled = ? \
                     WHERE id = ? RETURNING id",
                )
                .bind(&new.site)
                .bind(&new.name)
                .bind(test)
                .bind(new.action.as_str())
                .bind(new.enabled)
                .bind(id)
                .fetch_optional(&mut *change)
                .await?
            }
        };
        let Some(kept) = kept else { return Ok(None) };
        let deed = if id.is_none() {
            DoneCode::RuleAdd
        } else {
            DoneCode::RuleChange
        };
        log(&mut change, deed, kept, new, actor).await?;
        let became = row(&mut change, kept).await?;
        let before = RuleBefore {
            was,
            became: became.clone(),
        };
        let action_id = Some(keep_action(&mut change, before, actor).await?);
        change.commit().await?;
        let kept = became.and_then(RuleRow::rule);
        Ok(kept.map(|kept| Rule { action_id, ..kept }))
    }

    /// Removes a rule; gives the number by which that is undone, if there was one.
    pub(crate) async fn remove_rule(
        &self,
        rule: &Rule,
        actor: &Actor<'_>,
    ) -> Result<Option<i64>, Error> {
        let mut change = self.begin().await?;
        let was: Option<RuleRow> = sqlx::query_as("DELETE FROM rule WHERE id = ? RETURNING *")
            .bind(rule.id)
            .fetch_optional(&mut *change)
            .await?;
        if was.is_none() {
            return Ok(None);
        }
        let before = RuleBefore { was, became: None };
        let removed = NewRule {
            site: rule.site.clone(),
            name: rule.name.clone(),
            test: rule.test.clone(),
            action: rule.action,
            enabled: rule.enabled,
        };
        log(&mut change, DoneCode::RuleRemove, rule.id, &removed, actor).await?;
        let id = keep_action(&mut change, before, actor).await?;
        change.commit().await?;
        Ok(Some(id))
    }

    /// Counts that rules have found something.
    pub(crate) async fn rules_hit(&self, ids: &[i64], now: i64) -> Result<(), Error> {
        sqlx::query(
            "UPDATE rule SET hits = hits + 1, last_hit = ? \
             WHERE id IN (SELECT value FROM json_each(?))",
        )
        .bind(now)
        .bind(super::read::json_array(ids))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Whether another comment on the site has come to say the same shortly before: by being posted, or
    /// by being edited.
    pub(crate) async fn was_said(
        &self,
        candidate: &Candidate<'_>,
        seconds: u32,
    ) -> Result<bool, Error> {
        let (from, to) = time_before(candidate, seconds);
        Ok(sqlx::query_scalar(SAID)
            .bind(from)
            .bind(to)
            .bind(candidate.at - i64::from(seconds) * 1000)
            .bind(candidate.at)
            .bind(candidate.id)
            .bind(candidate.site)
            .bind(candidate.text)
            .fetch_one(&self.readers)
            .await?)
    }

    /// How much the same person, or somebody from the same network, has posted on the site shortly
    /// before.
    pub(crate) async fn written(
        &self,
        candidate: &Candidate<'_>,
        seconds: u32,
    ) -> Result<u32, Error> {
        let (from, to) = time_before(candidate, seconds);
        let (network, earlier, person) = hashes(candidate);
        Ok(sqlx::query_scalar(
            "SELECT count(*) FROM comment JOIN page ON page.id = comment.page_id \
             WHERE comment.id >= ? AND comment.id < ? AND comment.id IS NOT ? AND page.site = ? \
             AND (client IN (?, ?) OR person = ?)",
        )
        .bind(from)
        .bind(to)
        .bind(candidate.id)
        .bind(candidate.site)
        .bind(network)
        .bind(earlier)
        .bind(person)
        .fetch_one(&self.readers)
        .await?)
    }

    /// Whether something that the same person posted before is published on the site: of the same
    /// browser, or under the same name from the same network.
    pub(crate) async fn was_known(&self, candidate: &Candidate<'_>) -> Result<bool, Error> {
        let (network, earlier, person) = hashes(candidate);
        Ok(sqlx::query_scalar(KNOWN)
            .bind(candidate.site)
            .bind(candidate.end())
            .bind(candidate.id)
            .bind(person)
            .bind(network)
            .bind(earlier)
            .bind(candidate.author)
            .fetch_one(&self.readers)
            .await?)
    }
}

/// Between which ids the comments of so many seconds before lie.
fn time_before(candidate: &Candidate<'_>, seconds: u32) -> (String, String) {
    let from = id_at(candidate.at - i64::from(seconds) * 1000);
    (from, candidate.end().to_owned())
}

type Hash<'a> = Option<&'a [u8]>;

fn hashes<'a>(candidate: &'a Candidate<'_>) -> (Hash<'a>, Hash<'a>, Hash<'a>) {
    (
        candidate.network.as_ref().map(<[u8; 16]>::as_slice),
        candidate.earlier_network.as_ref().map(<[u8; 16]>::as_slice),
        candidate.person.as_ref().map(<[u8; 16]>::as_slice),
    )
}

async fn row(connection: &mut SqliteConnection, id: i64) -> Result<Option<RuleRow>, Error> {
    let row = sqlx::query_as("SELECT * FROM rule WHERE id = ?").bind(id);
    Ok(row.fetch_optional(connection).await?)
}

async fn log(
    change: &mut SqliteConnection,
    deed: DoneCode,
    id: i64,
    new: &NewRule,
    actor: &Actor<'_>,
) -> Result<(), Error> {
    let site = (new.site != super::EVERYWHERE).then_some(new.site.as_str());
    let detail =
        json!({ "rule": id, "test": new.test, "action": new.action, "enabled": new.enabled });
    audit(
        change, actor.user, deed, site, &new.name, &detail, actor.now,
    )
    .await
}
