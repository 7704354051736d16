//! What moderators do, and undoing it. Each is one transaction, with a line in the audit log for each
//! site that it concerns.

mod undo;

use afterword_protocol::admin::WrongCode;
use std::collections::{BTreeMap, HashMap};

use afterword_protocol::ProblemKind;
use afterword_protocol::admin::{
    Action, BanKind, DoneCode, ModeratedComment, Outcome, PageChange, Verdict,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::SqliteConnection;

use super::audit::audit;
use super::ban::{BanRow, BanWanted, EVERYWHERE, bans_by_ids, known_of, lay, lift, value_of};
use super::history::{By, keep_version};
use super::moderated::{action_named, by_ids};
use super::page::{PageRow, change_page, page_rows, page_with};
use super::relocate::{Place, relocate};
use super::rule::RuleBefore;
use super::verdict::set_verdict;
use super::word::{Lesson, learn, lesson};
use super::{Error, Store};
use crate::error::Refusal;

/// Something to be done.
pub(crate) struct Deed<'a> {
    pub(crate) action: Action,
    pub(crate) ids: &'a [String],
    pub(crate) pages: &'a [i64],
    /// Site (none for the comment's own) and key of the page to move to.
    pub(crate) to: Option<(Option<&'a str>, &'a str)>,
    /// The new text, as it is typed and as it is shown.
    pub(crate) text: Option<(&'a str, &'a str)>,
    pub(crate) bans: &'a [BanWanted],
    pub(crate) ban_ids: &'a [i64],
    /// What becomes of the comments of who is banned.
    pub(crate) then: Option<Verdict>,
    /// What is to be another about the pages.
    pub(crate) page: Option<&'a PageChange>,
    pub(crate) reason: Option<&'a str>,
}

impl Deed<'_> {
    /// One that concerns nothing yet.
    pub(crate) const fn of(action: Action) -> Self {
        Self {
            action,
            ids: &[],
            pages: &[],
            to: None,
            text: None,
            bans: &[],
            ban_ids: &[],
            then: None,
            page: None,
            reason: None,
        }
    }
}

impl Deed<'_> {
    /// What it decides about comments, if anything.
    fn verdict(&self) -> Option<Verdict> {
        match self.action {
            Action::Approve => Some(Verdict::Published),
            Action::Spam => Some(Verdict::Spam),
            Action::Hide => Some(Verdict::Hidden),
            Action::Delete => Some(Verdict::Deleted),
            Action::Ban => self.then,
            _ => None,
        }
    }
}

/// Whether a verdict says that something is spam, or is none.
fn is_spam(verdict: Verdict) -> Option<bool> {
    match verdict {
        Verdict::Published => Some(false),
        Verdict::Spam => Some(true),
        _ => None,
    }
}

/// Who does it.
pub(crate) struct Actor<'a> {
    /// Id of the user.
    pub(crate) user: &'a str,
    /// The sites whose comments they look after; none for all.
    pub(crate) sites: Option<&'a [String]>,
    pub(crate) now: i64,
}

impl Actor<'_> {
    fn check(&self, site: &str) -> Result<(), Refusal> {
        match self.sites {
            Some(sites) if !sites.iter().any(|own| own == site) => Err(Refusal::because(
                ProblemKind::Forbidden,
                format!("comments of the site {site:?} are for others to look after"),
            )),
            _ => Ok(()),
        }
    }
}

/// What was done.
pub(crate) struct Acted {
    /// Without the pages: what holds on them is for others to say.
    pub(crate) done: Outcome,
    pub(crate) pages: Vec<PageRow>,
    /// What is said of comments now that was said otherwise before: whether they are spam.
    pub(crate) found: Vec<(String, bool)>,
}

/// How it was.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Before {
    sites: Vec<String>,
    comments: Vec<CommentBefore>,
    pages: Vec<PageRow>,
    /// What became of the pages, in the same order.
    pages_after: Vec<PageRow>,
    /// What their authors have deleted, and could have restored as it was.
    barred: Vec<Barred>,
    /// Bans that were lifted, or that others took the place of.
    bans: Vec<BanRow>,
    /// Bans that were laid.
    laid: Vec<i64>,
    /// The sites that they are for.
    laid_on: BTreeMap<i64, String>,
    /// A rule that was made, changed or removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<RuleBefore>,
}

/// How a comment was, without what anybody wrote.
#[derive(Debug, Serialize, Deserialize)]
struct CommentBefore {
    id: String,
    verdict: Verdict,
    /// What was decided.
    after: Verdict,
    /// Whether nothing was: its author alone was banned.
    #[serde(default)]
    is_named: bool,
    shadowed: bool,
    flagged: bool,
    pinned: Option<i64>,
    featured: bool,
    locked: bool,
    moderated: bool,
    edited: Option<i64>,
    #[serde(default)]
    held: Option<i64>,
    decided: Option<i64>,
    place: Option<Place>,
    /// The sites that it was on, and is on.
    #[serde(default)]
    sites: Vec<String>,
    /// What had been learned from it: whether that it is spam.
    #[serde(default)]
    had: Option<bool>,
}

/// What a comment comes back as when its author restores it.
#[derive(Debug, Serialize, Deserialize)]
struct Barred {
    id: String,
    site: String,
    was: String,
    became: String,
}

/// Has a comment that its author has deleted come back as something else, should they restore it; none
/// where there is nothing to be restored, or that is so already.
async fn bar(
    change: &mut SqliteConnection,
    comment: &ModeratedComment,
    verdict: Verdict,
) -> Result<Option<Barred>, Error> {
    let became = verdict.as_str().to_owned();
    let was: Option<String> =
        sqlx::query_scalar("SELECT verdict FROM trash WHERE comment_id = ? AND verdict <> ?")
            .bind(&comment.id)
            .bind(&became)
            .fetch_optional(&mut *change)
            .await?;
    let Some(was) = was else {
        return Ok(None);
    };
    sqlx::query("UPDATE trash SET verdict = ? WHERE comment_id = ?")
        .bind(&became)
        .bind(&comment.id)
        .execute(change)
        .await?;
    Ok(Some(Barred {
        id: comment.id.clone(),
        site: comment.site.clone(),
        was,
        became,
    }))
}

/// When what was done to a comment.
#[derive(sqlx::FromRow)]
struct Times {
    pinned: Option<i64>,
    edited: Option<i64>,
    held: Option<i64>,
    decided: Option<i64>,
}

async fn times(change: &mut SqliteConnection, id: &str) -> Result<Times, Error> {
    let times = sqlx::query_as("SELECT pinned, edited, held, decided FROM comment WHERE id = ?");
    Ok(times.bind(id).fetch_one(change).await?)
}

/// Most audit subjects that are listed one by one.
const LISTED: usize = 100;

impl Store {
    /// Does something: all of it, or nothing.
    pub(crate) async fn act(&self, deed: &Deed<'_>, actor: &Actor<'_>) -> Result<Acted, Error> {
        let mut change = self.begin().await?;
        let comments = by_ids(&mut change, deed.ids).await?;
        let mut sites: Vec<String> = comments.iter().map(|it| it.site.clone()).collect();
        for comment in &comments {
            actor.check(&comment.site)?;
        }
        let mut before = Before::default();
        let mut changed = Vec::new();
        for comment in &comments {
            if comment.erased {
                let verdict = deed.verdict().filter(|it| *it != Verdict::Published);
                if let Some(verdict) = verdict {
                    let barred = bar(&mut change, comment, verdict).await?;
                    before.barred.extend(barred);
                }
                continue;
            }
            let was = self
                .do_to(&mut change, comment, deed, actor, &mut sites)
                .await?;
            if let Some(was) = was {
                before.comments.push(was);
                changed.push(comment.id.clone());
            }
        }
        for page in page_rows(&mut change, deed.pages).await? {
            actor.check(&page.site)?;
            sites.push(page.site.clone());
            let mut wanted = match deed.page {
                Some(change) => page_with(&page, change),
                None => page.clone(),
            };
            match deed.action {
                Action::Lock => wanted.closed = Some(true),
                Action::Unlock => wanted.closed = None,
                _ => {}
            }
            if wanted != page {
                change_page(&mut change, &wanted).await?;
                before.pages.push(page);
                before.pages_after.push(wanted);
            }
        }
        self.lay_all(&mut change, deed, actor, &comments, &mut before, &mut sites)
            .await?;
        if deed.action == Action::Unban {
            let lifted = lift(&mut change, deed.ban_ids).await?;
            for row in &lifted {
                actor_of_ban(actor, &row.site)?;
                sites.push(row.site.clone());
            }
            before.bans = lifted;
        }
        if changed.is_empty()
            && before.barred.is_empty()
            && before.pages.is_empty()
            && before.laid.is_empty()
            && before.bans.is_empty()
        {
            let detail = "there is nothing that this would change";
            return Err(Refusal::because(ProblemKind::NotFound, detail).into());
        }
        sites.sort_unstable();
        sites.dedup();
        before.sites = sites;
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO action (name, user_id, created, reason, before) VALUES (?, ?, ?, ?, ?) \
             RETURNING id",
        )
        .bind(deed.action.as_str())
        .bind(actor.user)
        .bind(actor.now)
        .bind(deed.reason)
        .bind(serde_json::to_string(&before).unwrap_or_default())
        .fetch_one(&mut *change)
        .await?;
        let barred = before.barred.iter().map(|it| &it.id);
        for comment in changed.iter().chain(barred) {
            sqlx::query("INSERT INTO action_comment (comment_id, action_id) VALUES (?, ?)")
                .bind(comment)
                .bind(id)
                .execute(&mut *change)
                .await?;
        }
        log(
            &mut change,
            deed.action.into(),
            id,
            &before,
            deed.reason,
            actor,
        )
        .await?;
        let done = done(&mut change, id, deed.ids, &changed, &before).await?;
        change.commit().await?;
        let found = deed.verdict().and_then(is_spam);
        let found = found.map(|is_spam| changed.into_iter().map(|id| (id, is_spam)).collect());
        Ok(Acted {
            found: found.unwrap_or_default(),
            ..done
        })
    }

    /// Does something to one comment; gives how it was, if that is another now.
    async fn do_to(
        &self,
        change: &mut SqliteConnection,
        comment: &ModeratedComment,
        deed: &Deed<'_>,
        actor: &Actor<'_>,
        sites: &mut Vec<String>,
    ) -> Result<Option<CommentBefore>, Error> {
        let id = &comment.id;
        let Times {
            pinned,
            edited,
            held,
            decided,
        } = times(change, id).await?;
        let mut was = CommentBefore {
            id: id.clone(),
            verdict: comment.verdict,
            after: comment.verdict,
            is_named: false,
            shadowed: comment.shadowed,
            flagged: comment.flagged,
            pinned,
            featured: comment.featured,
            locked: comment.locked,
            moderated: comment.moderated,
            edited,
            held,
            decided,
            place: None,
            sites: vec![comment.site.clone()],
            had: None,
        };
        if let Some(verdict) = deed.verdict() {
            if comment.verdict == verdict && !comment.flagged && comment.reports == 0 {
                return Ok(None);
            }
            was.after = verdict;
            // What a moderator decides, the classifier learns.
            let had = learn(
                change,
                id,
                lesson(comment.verdict.as_str(), verdict.as_str()),
            );
            was.had = had.await?.map(|it| it == Lesson::Spam);
            if comment.verdict != verdict {
                set_verdict(change, id, verdict.as_str(), actor.now).await?;
            }
            // Who is not told of a ban is not told of this, either.
            sqlx::query(
                "UPDATE comment SET flagged = 0, decided = ?, \
                 shadowed = iif(verdict = 'published', 0, shadowed) WHERE id = ?",
            )
            .bind(actor.now)
            .bind(id)
            .execute(&mut *change)
            .await?;
            sqlx::query("UPDATE report SET handled = ? WHERE comment_id = ? AND handled IS NULL")
                .bind(actor.now)
                .bind(id)
                .execute(&mut *change)
                .await?;
            return Ok(Some(was));
        }
        match deed.action {
            Action::Pin | Action::Unpin => {
                let is_wanted = deed.action == Action::Pin;
                if is_wanted && comment.parent.is_some() {
                    let detail = "only a comment that answers none can be pinned";
                    let refusal = Refusal::because(ProblemKind::InvalidRequest, detail);
                    return Err(refusal.coded(WrongCode::PinReply).into());
                }
                if comment.pinned == is_wanted {
                    return Ok(None);
                }
                set(change, "pinned", is_wanted.then_some(actor.now), id).await?;
            }
            Action::Feature | Action::Unfeature => {
                let is_wanted = deed.action == Action::Feature;
                if comment.featured == is_wanted {
                    return Ok(None);
                }
                set(change, "featured", Some(i64::from(is_wanted)), id).await?;
            }
            Action::Lock | Action::Unlock => {
                let is_wanted = deed.action == Action::Lock;
                if comment.locked == is_wanted {
                    return Ok(None);
                }
                set(change, "locked", Some(i64::from(is_wanted)), id).await?;
            }
            Action::Edit => {
                let Some((text, html)) = deed.text else {
                    return Ok(None);
                };
                if comment.text == text {
                    return Ok(None);
                }
                keep_version(change, id, text, By::Moderator).await?;
                sqlx::query(
                    "UPDATE comment SET text = ?, html = ?, edited = ?, moderated = 1 WHERE id = ?",
                )
                .bind(text)
                .bind(html)
                .bind(actor.now)
                .bind(id)
                .execute(&mut *change)
                .await?;
            }
            Action::Move => {
                let Some((site, page)) = deed.to else {
                    return Ok(None);
                };
                let site = site.unwrap_or(&comment.site);
                actor.check(site)?;
                let to = enter(change, site, page, actor.now).await?;
                // What stands below another that was moved has gone with it.
                let now_on: i64 = sqlx::query_scalar("SELECT page_id FROM comment WHERE id = ?")
                    .bind(id)
                    .fetch_one(&mut *change)
                    .await?;
                if now_on == to {
                    return Ok(None);
                }
                sites.push(site.to_owned());
                was.sites.push(site.to_owned());
                was.place = Some(relocate(change, id, to, None, &HashMap::new()).await?);
            }
            Action::Ban => was.is_named = true,
            _ => return Ok(None),
        }
        Ok(Some(was))
    }

    async fn lay_all(
        &self,
        change: &mut SqliteConnection,
        deed: &Deed<'_>,
        actor: &Actor<'_>,
        comments: &[ModeratedComment],
        before: &mut Before,
        sites: &mut Vec<String>,
    ) -> Result<(), Error> {
        if deed.action != Action::Ban {
            return Ok(());
        }
        // By site, kind and value: several comments may be of one person.
        let mut wanted: BTreeMap<(String, &'static str, String), (&BanWanted, String)> =
            BTreeMap::new();
        for ban in deed.bans {
            if let Some(value) = &ban.value {
                let Some(site) = &ban.site else {
                    let detail = "a ban of somebody who is named needs a site";
                    return Err(Refusal::because(ProblemKind::InvalidRequest, detail).into());
                };
                let known = value_of(self, ban.kind, value)?;
                let label = match ban.kind {
                    BanKind::Author => value.trim().to_owned(),
                    BanKind::Network if known.contains('/') => known.clone(),
                    _ => String::new(),
                };
                let key = (site.clone(), ban.kind.as_str(), known);
                wanted.insert(key, (ban, label));
                continue;
            }
            for comment in comments {
                let known = match ban.kind {
                    BanKind::Email => self.addresses_of(change, &comment.id).await?,
                    kind => known_of(comment, kind).into_iter().collect(),
                };
                for value in known {
                    let site = ban.site.as_ref().unwrap_or(&comment.site);
                    let label = comment.author.clone().unwrap_or_default();
                    let key = (site.clone(), ban.kind.as_str(), value);
                    wanted.entry(key).or_insert((ban, label));
                }
            }
        }
        if wanted.is_empty() {
            let detail = "nothing is known any more by which these authors could be banned";
            let refusal = Refusal::because(ProblemKind::InvalidRequest, detail);
            return Err(refusal.coded(WrongCode::BanUnknown).into());
        }
        for ((site, _, value), (ban, label)) in &wanted {
            actor_of_ban(actor, site)?;
            sites.push(site.clone());
            let (id, replaced) = lay(
                change,
                ban,
                site,
                value,
                label,
                deed.reason,
                actor.user,
                actor.now,
            )
            .await?;
            before.bans.extend(replaced);
            before.laid.push(id);
            before.laid_on.insert(id, site.clone());
        }
        Ok(())
    }

    /// What was done under that number.
    pub(crate) async fn action(&self, id: i64) -> Result<Option<Action>, Error> {
        let name: Option<String> = sqlx::query_scalar("SELECT name FROM action WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.readers)
            .await?;
        Ok(name.as_deref().and_then(action_named))
    }
}

/// Keeps how a rule was, so that it can be put back; gives the number of that.
pub(super) async fn keep_action(
    change: &mut SqliteConnection,
    rule: RuleBefore,
    actor: &Actor<'_>,
) -> Result<i64, Error> {
    let before = Before {
        sites: rule.sites(),
        rule: Some(rule),
        ..Before::default()
    };
    let id = sqlx::query_scalar(
        "INSERT INTO action (name, user_id, created, before) VALUES (?, ?, ?, ?) RETURNING id",
    )
    .bind(Action::Rule.as_str())
    .bind(actor.user)
    .bind(actor.now)
    .bind(serde_json::to_string(&before).unwrap_or_default());
    Ok(id.fetch_one(change).await?)
}

/// Bans may be for all sites: those are for who looks after all of them.
fn actor_of_ban(actor: &Actor<'_>, site: &str) -> Result<(), Refusal> {
    if site == EVERYWHERE && actor.sites.is_none() {
        return Ok(());
    }
    actor.check(site)
}

async fn set(
    change: &mut SqliteConnection,
    column: &'static str,
    value: Option<i64>,
    id: &str,
) -> Result<(), Error> {
    let sql = match column {
        "pinned" => "UPDATE comment SET pinned = ? WHERE id = ?",
        "featured" => "UPDATE comment SET featured = ? WHERE id = ?",
        _ => "UPDATE comment SET locked = ? WHERE id = ?",
    };
    sqlx::query(sql)
        .bind(value)
        .bind(id)
        .execute(change)
        .await?;
    Ok(())
}

/// The page of that key, made if there is none yet.
async fn enter(
    change: &mut SqliteConnection,
    site: &str,
    page: &str,
    now: i64,
) -> Result<i64, Error> {
    Ok(sqlx::query_scalar(
        "INSERT INTO page (site, key, opened) VALUES (?, ?, ?) \
         ON CONFLICT (site, key) DO UPDATE SET opened = coalesce(opened, excluded.opened) \
         RETURNING id",
    )
    .bind(site)
    .bind(page)
    .bind(now)
    .fetch_one(change)
    .await?)
}

async fn log(
    change: &mut SqliteConnection,
    deed: DoneCode,
    id: i64,
    before: &Before,
    reason: Option<&str>,
    actor: &Actor<'_>,
) -> Result<(), Error> {
    for site in &before.sites {
        // Who looks after one site is told of nothing on another.
        let is_here = |own: &str| site == EVERYWHERE || own == site;
        let is_alone = before.sites.len() == 1;
        let comments = before.comments.iter();
        let comments = comments.filter(|it| is_alone || it.sites.iter().any(|own| is_here(own)));
        let barred = before.barred.iter().filter(|it| is_here(&it.site));
        let ids = comments.map(|it| it.id.as_str());
        let ids: Vec<&str> = ids.chain(barred.map(|it| it.id.as_str())).collect();
        let pages = before.pages.iter().filter(|it| is_here(&it.site));
        let is_laid_here = |id: &&i64| match before.laid_on.get(*id) {
            Some(on) => is_here(on),
            None => is_alone,
        };
        let subject = match ids.as_slice() {
            [] => format!("action {id}"),
            [only] => (*only).to_owned(),
            all => format!("{} comments", all.len()),
        };
        let detail = json!({
            "action_id": id,
            "comments": ids.iter().take(LISTED).collect::<Vec<_>>(),
            "pages": pages.map(|it| &it.key).collect::<Vec<_>>(),
            "bans": before.laid.iter().filter(is_laid_here).collect::<Vec<_>>(),
            "reason": reason,
        });
        let site = (site != EVERYWHERE).then_some(site.as_str());
        audit(change, actor.user, deed, site, &subject, &detail, actor.now).await?;
    }
    Ok(())
}

async fn done(
    change: &mut SqliteConnection,
    id: i64,
    asked: &[String],
    changed: &[String],
    before: &Before,
) -> Result<Acted, Error> {
    let mut bans = before.laid.clone();
    bans.extend(before.bans.iter().map(|it| it.id));
    let pages: Vec<i64> = before.pages.iter().map(|it| it.id).collect();
    let skipped = asked.iter().filter(|id| !changed.contains(id));
    Ok(Acted {
        found: Vec::new(),
        done: Outcome {
            action_id: id,
            skipped: skipped.cloned().collect(),
            changed: by_ids(change, changed).await?,
            bans: bans_by_ids(change, &bans).await?,
            pages: Vec::new(),
        },
        pages: page_rows(change, &pages).await?,
    })
}
