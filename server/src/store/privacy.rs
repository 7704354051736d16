//! What is kept of people: told, erased, and forgotten after a while.

mod around;
mod site;

use std::collections::BTreeSet;

use afterword_protocol::Version;
use afterword_protocol::admin::{
    DoneCode, Erased, ExportedAddress, ExportedComment, ExportedReader, ExportedReport,
    PersonExport,
};
use serde_json::json;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::image::{forget_unshown, shown_by};
use super::trash::clear;
use super::verdict::set_verdict;
use super::word::learn_anew;
use super::{Error, Store};
use crate::config::RetentionSettings;
use crate::domain::{hex, rfc3339, unhex};

const DAY: i64 = 24 * 3_600_000;
/// How many rows one transaction forgets: others want to write, too.
const PORTION: i64 = 500;

/// By what a person is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Keyed hash of a browser or account.
    Person(Vec<u8>),
    /// Keyed hash of a network.
    Network(Vec<u8>),
    /// A name, as it is.
    Author(String),
    /// An address at which they hear of answers.
    Email(String),
    /// Somebody's comment, alone.
    Comment(String),
    /// What a site calls its reader, or another server does at which they sign in.
    Account(String),
}

impl Whose {
    /// Who is meant by `person:HASH`, `network:HASH`, `author:NAME`, `email:ADDRESS`, `account:SUB` or
    /// `comment:ID`.
    pub(crate) fn from_key(key: &str) -> Option<Self> {
        let (kind, value) = key.split_once(':')?;
        let hash = || unhex(value).map(|hash: [u8; 16]| hash.to_vec());
        match kind {
            _ if value.is_empty() => None,
            "person" => hash().map(Self::Person),
            "network" => hash().map(Self::Network),
            "author" => Some(Self::Author(value.to_owned())),
            "email" => Some(Self::Email(value.to_owned())),
            "comment" => Some(Self::Comment(value.to_owned())),
            "account" => Some(Self::Account(value.to_owned())),
            _ => None,
        }
    }

    /// The condition that a comment is theirs. What they have just deleted is theirs, too.
    fn push(&self, sql: &mut QueryBuilder<Sqlite>) {
        match self {
            Self::Person(hash) => sql.push("comment.person = ").push_bind(hash.clone()),
            Self::Network(hash) => sql.push("comment.client = ").push_bind(hash.clone()),
            Self::Author(name) => sql
                .push("(comment.author = ")
                .push_bind(name.clone())
                .push(" OR comment.id IN (SELECT comment_id FROM trash WHERE author = ")
                .push_bind(name.clone())
                .push("))"),
            Self::Email(email) => sql
                .push(
                    "(comment.id IN (SELECT comment_id FROM subscription JOIN address \
                     ON address.id = address_id WHERE email = ",
                )
                .push_bind(email.clone())
                .push(" COLLATE NOCASE) OR comment.reader_id IN (SELECT id FROM reader WHERE email = ")
                .push_bind(email.clone())
                .push(" COLLATE NOCASE))"),
            Self::Comment(id) => sql.push("comment.id = ").push_bind(id.clone()),
            Self::Account(subject) => sql
                .push("comment.reader_id IN (SELECT id FROM reader WHERE subject = ")
                .push_bind(subject.clone())
                .push(")"),
        };
    }
}

/// Who has a person erased.
#[derive(Default)]
pub(crate) struct ErasedBy<'a> {
    /// The user; on the command line nobody who is known.
    pub(crate) user: Option<&'a str>,
    /// Why.
    pub(crate) reason: Option<&'a str>,
}

/// The site of such a list that has one alone: its log is where somebody looks.
fn only(sites: Option<&str>) -> Option<String> {
    let sites: Vec<String> = serde_json::from_str(sites?).ok()?;
    <[String; 1]>::try_from(sites).ok().map(|[site]| site)
}

#[derive(sqlx::FromRow)]
struct Kept {
    id: String,
    site: String,
    key: String,
    url: Option<String>,
    parent_id: Option<String>,
    author: Option<String>,
    website: Option<String>,
    created: i64,
    edited: Option<i64>,
    text: String,
    verdict: String,
    client: Option<Vec<u8>>,
    person: Option<Vec<u8>>,
    thoughts: u32,
    notifies: bool,
    badge: Option<String>,
}

/// The ids of a person's comments on those sites: a JSON list of them, or all.
async fn ids(
    reader: &mut SqliteConnection,
    whose: &Whose,
    sites: Option<&str>,
) -> Result<Vec<String>, Error> {
    let mut sql =
        QueryBuilder::new("SELECT comment.id FROM comment JOIN page ON page.id = page_id WHERE ");
    whose.push(&mut sql);
    if let Some(sites) = sites {
        sql.push(" AND site IN (SELECT value FROM json_each(")
            .push_bind(sites.to_owned())
            .push("))");
    }
    sql.push(" ORDER BY comment.id");
    let ids = sql.build_query_scalar();
    Ok(ids.fetch_all(reader).await?)
}

/// The addresses that those comments' answers are told to, or that is looked for itself, if answers on
/// one of those sites are told to it.
async fn addresses(
    reader: &mut SqliteConnection,
    whose: &Whose,
    ids: &str,
    sites: Option<&str>,
) -> Result<Vec<(i64, String, String, i64, Option<i64>)>, Error> {
    let email = match whose {
        Whose::Email(email) => Some(email.as_str()),
        // Others may use the same network or name.
        Whose::Network(_) | Whose::Author(_) => return Ok(Vec::new()),
        Whose::Person(_) | Whose::Comment(_) | Whose::Account(_) => None,
    };
    let found = sqlx::query_as(
        "SELECT id, email, language, created, confirmed FROM address \
         WHERE (?1 IS NOT NULL AND email = ?1 COLLATE NOCASE AND (?3 IS NULL OR id IN \
             (SELECT address_id FROM subscription JOIN comment ON comment.id = comment_id \
              JOIN page ON page.id = page_id WHERE site IN (SELECT value FROM json_each(?3))))) \
         OR (?1 IS NULL AND id IN (SELECT address_id FROM subscription \
              WHERE comment_id IN (SELECT value FROM json_each(?2)))) ORDER BY id",
    )
    .bind(email)
    .bind(ids)
    .bind(sites);
    Ok(found.fetch_all(reader).await?)
}

#[derive(sqlx::FromRow)]
struct SignedIn {
    id: i64,
    site: String,
    issuer: String,
    subject: String,
    name: String,
    email: Option<String>,
    badge: Option<String>,
    verified: bool,
    /// Name of their picture.
    picture: Option<String>,
    created: i64,
}

/// Who of those that have signed in on those sites wrote these comments, or has that address or account.
async fn signed_in(
    reader: &mut SqliteConnection,
    whose: &Whose,
    ids: &str,
    sites: Option<&str>,
) -> Result<Vec<SignedIn>, Error> {
    let (email, subject) = match whose {
        Whose::Email(email) => (Some(email.as_str()), None),
        Whose::Account(subject) => (None, Some(subject.as_str())),
        // Others may use the same network or name; and one comment is not all of somebody's.
        Whose::Network(_) | Whose::Author(_) | Whose::Comment(_) => return Ok(Vec::new()),
        Whose::Person(_) => (None, None),
    };
    let found = sqlx::query_as(
        "SELECT id, site, issuer, subject, reader.name, email, badge, verified, \
         reader_face.name AS picture, created \
         FROM reader LEFT JOIN reader_face ON reader_id = id \
         WHERE (email = ?1 COLLATE NOCASE OR subject = ?4 \
             OR (?1 IS NULL AND ?4 IS NULL AND id IN \
             (SELECT reader_id FROM comment WHERE id IN (SELECT value FROM json_each(?2))))) \
         AND (?3 IS NULL OR site IN (SELECT value FROM json_each(?3))) ORDER BY id",
    )
    .bind(email)
    .bind(ids)
    .bind(sites)
    .bind(subject);
    Ok(found.fetch_all(reader).await?)
}

/// What is kept of a person besides their comments.
#[derive(Default)]
struct Around {
    addresses: BTreeSet<i64>,
    /// Who has said that one of the addresses is theirs.
    claims: BTreeSet<i64>,
    readers: BTreeSet<i64>,
}

impl Around {
    /// Adds what belongs to those comments, or to the address that is looked for.
    async fn meet(
        &mut self,
        reader: &mut SqliteConnection,
        whose: &Whose,
        ids: &[String],
        sites: Option<&str>,
    ) -> Result<(), Error> {
        let list = json!(ids).to_string();
        let addresses = addresses(reader, whose, &list, sites).await?;
        let numbers: Vec<i64> = addresses.iter().map(|(id, ..)| *id).collect();
        let claims = around::claims(reader, &numbers, sites).await?;
        self.claims.extend(claims.iter().map(|claim| claim.id));
        self.addresses.extend(numbers);
        let readers = signed_in(reader, whose, &list, sites).await?;
        self.readers.extend(readers.iter().map(|reader| reader.id));
        Ok(())
    }

    async fn erase(
        &self,
        change: &mut SqliteConnection,
        whose: &Whose,
        sites: Option<&str>,
    ) -> Result<(), Error> {
        // An address goes with the last comment that needs it, which may be on a site of others.
        for id in &self.addresses {
            sqlx::query(
                "DELETE FROM subscription WHERE address_id = ?1 AND (?2 IS NULL OR comment_id IN \
                 (SELECT comment.id FROM comment JOIN page ON page.id = page_id \
                  WHERE site IN (SELECT value FROM json_each(?2))))",
            )
            .bind(id)
            .bind(sites)
            .execute(&mut *change)
            .await?;
            sqlx::query(
                "DELETE FROM address WHERE id = ?1 AND NOT EXISTS \
                 (SELECT 1 FROM subscription WHERE address_id = ?1)",
            )
            .bind(id)
            .execute(&mut *change)
            .await?;
        }
        let all = |ids: &BTreeSet<i64>| ids.iter().copied().collect::<Vec<i64>>();
        let (addresses, claims) = (all(&self.addresses), all(&self.claims));
        around::erase(change, whose, &addresses, &claims, sites).await?;
        // Their sessions go with them.
        for reader in &self.readers {
            sqlx::query("DELETE FROM reader WHERE id = ?")
                .bind(reader)
                .execute(&mut *change)
                .await?;
        }
        Ok(())
    }
}

impl Store {
    /// All that is kept of a person on those sites: a JSON list of them, or all.
    pub(crate) async fn export_person(
        &self,
        key: &str,
        whose: &Whose,
        sites: Option<&str>,
        now: i64,
    ) -> Result<PersonExport, Error> {
        let mut snapshot = self.readers.begin().await?;
        let found = json!(ids(&mut snapshot, whose, sites).await?).to_string();
        let kept: Vec<Kept> = sqlx::query_as(
            "SELECT comment.id, site, key, url, parent_id, \
             coalesce(comment.author, trash.author) AS author, \
             coalesce(comment.website, trash.website) AS website, comment.created, \
             coalesce(comment.edited, trash.edited) AS edited, \
             coalesce(trash.text, comment.text) AS text, comment.verdict, client, person, badge, \
             (SELECT count(*) FROM thought WHERE thought.comment_id = comment.id) AS thoughts, \
             EXISTS (SELECT 1 FROM subscription WHERE subscription.comment_id = comment.id) \
                 AS notifies \
             FROM comment JOIN page ON page.id = page_id \
             LEFT JOIN trash ON trash.comment_id = comment.id \
             WHERE comment.id IN (SELECT value FROM json_each(?)) ORDER BY comment.id",
        )
        .bind(&found)
        .fetch_all(&mut *snapshot)
        .await?;
        let mut comments = Vec::new();
        for kept in kept {
            let versions: Vec<(i64, String, String)> = sqlx::query_as(
                "SELECT created, text, html FROM version WHERE comment_id = ? ORDER BY number",
            )
            .bind(&kept.id)
            .fetch_all(&mut *snapshot)
            .await?;
            let reasons = sqlx::query_scalar(
                "SELECT check_name || ': ' || detail FROM reason WHERE comment_id = ? ORDER BY rowid",
            )
            .bind(&kept.id)
            .fetch_all(&mut *snapshot)
            .await?;
            let images = sqlx::query_scalar(
                "SELECT '/images/' || name FROM image_use JOIN image USING (hash) \
                 WHERE comment_id = ? ORDER BY name",
            )
            .bind(&kept.id)
            .fetch_all(&mut *snapshot)
            .await?;
            let reports: Vec<(String, String, i64)> = sqlx::query_as(
                "SELECT reason, text, created FROM report WHERE comment_id = ? ORDER BY created",
            )
            .bind(&kept.id)
            .fetch_all(&mut *snapshot)
            .await?;
            let reports = reports.into_iter();
            comments.push(ExportedComment {
                images,
                reports: reports
                    .map(|(reason, text, created)| ExportedReport {
                        reason,
                        text,
                        created: rfc3339(created),
                    })
                    .collect(),
                ..exported(kept, versions, reasons)
            });
        }
        let addresses = addresses(&mut snapshot, whose, &found, sites).await?;
        let numbers: Vec<i64> = addresses.iter().map(|(id, ..)| *id).collect();
        let claims = around::claims(&mut snapshot, &numbers, sites).await?;
        let sign_ins = around::sign_ins(&mut snapshot, whose, sites).await?;
        let mails = around::mails(&mut snapshot, &numbers, &claims, &sign_ins).await?;
        let requests = around::requests(&mut snapshot, &found).await?;
        let bans = self.bans_on(&mut snapshot, whose, &comments, sites).await?;
        let addresses = addresses.into_iter();
        let mut readers = Vec::new();
        for reader in signed_in(&mut snapshot, whose, &found, sites).await? {
            readers.push(ExportedReader {
                sessions: around::sessions(&mut snapshot, reader.id).await?,
                site: reader.site,
                issuer: reader.issuer,
                subject: reader.subject,
                name: reader.name,
                email: reader.email,
                badge: reader.badge,
                verified: reader.verified,
                picture: reader.picture.map(|name| ["/faces/", &name].concat()),
                created: rfc3339(reader.created),
            });
        }
        Ok(PersonExport {
            key: key.to_owned(),
            exported: rfc3339(now),
            comments,
            readers,
            sign_ins: sign_ins.into_iter().map(|(_, it)| it).collect(),
            mails,
            requests,
            bans,
            addresses: addresses
                .map(
                    |(id, email, language, created, confirmed)| ExportedAddress {
                        email,
                        language,
                        created: rfc3339(created),
                        confirmed: confirmed.map(rfc3339),
                        claims: around::claims_of(&claims, id),
                    },
                )
                .collect(),
        })
    }

    /// Notes that a person's data were handed out; not whose.
    pub(crate) async fn note_export(
        &self,
        export: &PersonExport,
        sites: Option<&str>,
        user: Option<&str>,
        now: i64,
    ) -> Result<(), Error> {
        let mut change = self.begin().await?;
        let detail = json!({ "comments": export.comments.len(),
            "addresses": export.addresses.len() });
        let site = only(sites);
        let site = site.as_deref();
        super::audit(
            &mut change,
            user,
            DoneCode::PersonExport,
            site,
            "",
            &detail,
            now,
        )
        .await?;
        change.commit().await?;
        Ok(())
    }

    /// Erases what is kept of a person on those sites, or all; with `keep_texts`, who they are alone.
    /// Portion by portion: whoever wrote very much keeps others from writing for no longer. What was cut
    /// off is begun again by the same call, and goes on.
    pub(crate) async fn erase_person(
        &self,
        whose: &Whose,
        sites: Option<&str>,
        keep_texts: bool,
        by: &ErasedBy<'_>,
        now: i64,
    ) -> Result<Erased, Error> {
        let mut snapshot = self.readers.begin().await?;
        let ids = ids(&mut snapshot, whose, sites).await?;
        let mut around = Around::default();
        // Who has an account, or an address, need not have written anything.
        around.meet(&mut snapshot, whose, &[], sites).await?;
        // Whoever is looked for by an address is not found any more once that is gone: it goes last.
        let is_by_email = matches!(whose, Whose::Email(_));
        snapshot.commit().await?;
        for portion in ids.chunks(usize::try_from(PORTION).unwrap_or(1)) {
            let mut change = self.begin().await?;
            if !is_by_email {
                around.meet(&mut change, whose, portion, sites).await?;
            }
            if keep_texts {
                forget_author(&mut change, portion).await?;
            } else {
                erase_comments(&mut change, portion, now).await?;
            }
            if !is_by_email {
                around.erase(&mut change, whose, sites).await?;
            }
            change.commit().await?;
        }
        let mut change = self.begin().await?;
        around.erase(&mut change, whose, sites).await?;
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let erased = Erased {
            comments: count(ids.len()),
            addresses: count(around.addresses.len()),
            readers: count(around.readers.len()),
        };
        // Who was erased is not what the log is to remember.
        let detail = json!({ "comments": erased.comments, "addresses": erased.addresses,
            "keep_texts": keep_texts, "reason": by.reason });
        let site = only(sites);
        super::audit(
            &mut change,
            by.user,
            DoneCode::PersonErase,
            site.as_deref(),
            "",
            &detail,
            now,
        )
        .await?;
        change.commit().await?;
        self.write_through().await?;
        Ok(erased)
    }

    /// Forgets what a site keeps no longer; gives whether there may be more of it.
    pub(crate) async fn retain(
        &self,
        site: &str,
        retention: &RetentionSettings,
        now: i64,
    ) -> Result<bool, Error> {
        let before = |days: u32| (days > 0).then(|| now - i64::from(days) * DAY);
        let mut is_more = false;
        for (days, verdicts) in [
            (retention.spam_days, json!(["spam"])),
            (retention.removed_days, json!(["hidden", "deleted"])),
        ] {
            let Some(before) = before(days) else { continue };
            let outdated: Vec<String> = sqlx::query_scalar(
                "SELECT comment.id FROM comment CROSS JOIN page ON page.id = page_id \
                 WHERE site = ?1 AND verdict IN (SELECT value FROM json_each(?2)) \
                 AND coalesce(decided, held, comment.created) <= ?3 \
                 AND (text <> '' OR author IS NOT NULL OR html <> '') \
                 AND comment.id NOT IN (SELECT comment_id FROM trash) LIMIT ?4",
            )
            .bind(site)
            .bind(verdicts.to_string())
            .bind(before)
            .bind(PORTION)
            .fetch_all(&self.readers)
            .await?;
            if outdated.is_empty() {
                continue;
            }
            let mut change = self.begin().await?;
            erase_comments(&mut change, &outdated, now).await?;
            change.commit().await?;
            self.write_through().await?;
            is_more |= outdated.len() == usize::try_from(PORTION).unwrap_or_default();
        }
        for (days, column) in [
            (retention.network_days, "client"),
            (retention.person_days, "person"),
        ] {
            let Some(before) = before(days) else { continue };
            is_more |= self.forget_column(site, column, before).await?;
        }
        for (days, which) in [
            (retention.reports_days, "handled <= ?1"),
            (
                retention.open_reports_days,
                "handled IS NULL AND report.created <= ?1",
            ),
        ] {
            let Some(before) = before(days) else { continue };
            let mut sql = QueryBuilder::<Sqlite>::new("DELETE FROM report WHERE ");
            sql.push(which).push(
                " AND comment_id IN \
                 (SELECT comment.id FROM comment JOIN page ON page.id = page_id WHERE site = ?2)",
            );
            let query = sql.build().bind(before).bind(site);
            query.execute(&self.writer).await?;
        }
        Ok(is_more)
    }

    async fn forget_column(
        &self,
        site: &str,
        column: &'static str,
        before: i64,
    ) -> Result<bool, Error> {
        let select = match column {
            "client" => "client IS NOT NULL",
            _ => "person IS NOT NULL",
        };
        let mut sql = QueryBuilder::<Sqlite>::new(
            "SELECT comment.id FROM comment JOIN page ON page.id = page_id WHERE ",
        );
        sql.push(select)
            .push(" AND site = ")
            .push_bind(site.to_owned())
            .push(" AND comment.created <= ")
            .push_bind(before)
            .push(" LIMIT ")
            .push_bind(PORTION);
        let outdated: Vec<String> = sql.build_query_scalar().fetch_all(&self.readers).await?;
        if outdated.is_empty() {
            return Ok(false);
        }
        let list = json!(outdated).to_string();
        let forget = match column {
            "client" => {
                "UPDATE comment SET client = NULL WHERE id IN (SELECT value FROM json_each(?))"
            }
            // An account says as much as the hash of one.
            _ => {
                "UPDATE comment SET person = NULL, reader_id = NULL WHERE id IN (SELECT value FROM json_each(?))"
            }
        };
        let mut change = self.begin().await?;
        sqlx::query(forget).bind(list).execute(&mut *change).await?;
        change.commit().await?;
        Ok(outdated.len() == usize::try_from(PORTION).unwrap_or_default())
    }

    /// Forgets bans that have ended.
    pub(crate) async fn forget_bans(&self, now: i64) -> Result<(), Error> {
        sqlx::query("DELETE FROM ban WHERE until <= ?")
            .bind(now)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Forgets what was done so long ago, and how it was before; 0 days mean never.
    pub(crate) async fn forget_audit(&self, days: u32, now: i64) -> Result<(), Error> {
        if days > 0 {
            for sql in [
                "DELETE FROM audit WHERE created <= ?",
                "DELETE FROM action WHERE created <= ?",
            ] {
                sqlx::query(sql)
                    .bind(now - i64::from(days) * DAY)
                    .execute(&self.writer)
                    .await?;
            }
        }
        Ok(())
    }
}

fn exported(
    kept: Kept,
    versions: Vec<(i64, String, String)>,
    reasons: Vec<String>,
) -> ExportedComment {
    let hash = |hash: Option<Vec<u8>>| hash.map(|hash| hex(&hash));
    let versions = versions.into_iter();
    ExportedComment {
        id: kept.id,
        site: kept.site,
        page: kept.key,
        url: kept.url,
        parent: kept.parent_id,
        author: kept.author,
        website: kept.website,
        created: rfc3339(kept.created),
        edited: kept.edited.map(rfc3339),
        text: kept.text,
        versions: versions
            .map(|(created, text, html)| Version {
                created: rfc3339(created),
                text,
                html,
            })
            .collect(),
        verdict: kept.verdict,
        reasons,
        network: hash(kept.client),
        person: hash(kept.person),
        thoughts: kept.thoughts,
        notifies: kept.notifies,
        badge: kept.badge,
        ..ExportedComment::default()
    }
}

/// Takes away who has written some comments. What they wrote stays.
async fn forget_author(change: &mut SqliteConnection, ids: &[String]) -> Result<(), Error> {
    let list = json!(ids).to_string();
    for sql in [
        // The classifier and owners' rules name what they have found in names, too.
        "DELETE FROM reason WHERE comment_id IN (SELECT value FROM json_each(?)) AND EXISTS \
         (SELECT 1 FROM comment WHERE comment.id = comment_id AND (instr(detail, 'name:') \
          OR instr(detail, 'website:') OR instr(lower(detail), lower(comment.author))))",
        "UPDATE comment SET author = NULL, website = NULL, client = NULL, person = NULL, \
         reader_id = NULL, badge = NULL, token_hash = x'' WHERE id IN (SELECT value FROM json_each(?))",
        "UPDATE trash SET author = NULL, website = NULL, token_hash = x'' \
         WHERE comment_id IN (SELECT value FROM json_each(?))",
        "DELETE FROM subscription WHERE comment_id IN (SELECT value FROM json_each(?))",
        "DELETE FROM delivery WHERE event <> 'deleted' \
         AND comment_id IN (SELECT value FROM json_each(?))",
    ] {
        sqlx::query(sql).bind(&list).execute(&mut *change).await?;
    }
    for id in ids {
        learn_anew(change, id).await?;
    }
    Ok(())
}

/// Erases some comments for good: nobody sees them, and nothing of them is kept but their place.
async fn erase_comments(
    change: &mut SqliteConnection,
    ids: &[String],
    now: i64,
) -> Result<(), Error> {
    for id in ids {
        let verdict: Option<String> =
            sqlx::query_scalar("SELECT verdict FROM comment WHERE id = ?")
                .bind(id)
                .fetch_optional(&mut *change)
                .await?;
        if verdict.is_some_and(|verdict| verdict != "deleted") {
            set_verdict(change, id, "deleted", now).await?;
        }
    }
    let list = json!(ids).to_string();
    let images = shown_by(change, &list).await?;
    for sql in [
        "DELETE FROM trash WHERE comment_id IN (SELECT value FROM json_each(?))",
        "UPDATE comment SET author = NULL, website = NULL, text = '', html = '', edited = NULL, \
         token_hash = x'' WHERE id IN (SELECT value FROM json_each(?))",
    ] {
        sqlx::query(sql).bind(&list).execute(&mut *change).await?;
    }
    clear(change, ids).await?;
    forget_unshown(change, &images).await
}
