//! Who may not comment.

use afterword_protocol::ProblemKind;
use afterword_protocol::admin::WrongCode;
use afterword_protocol::admin::{Ban, BanKind, Bans, ModeratedComment};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::moderated::Who;
use super::read::json_array;
use super::{Error, Store};
use crate::domain::{Named, bare, fold, hex, rfc3339, unhex, wider};
use crate::error::Refusal;
use crate::screening::Submission;

/// What stands for all sites.
pub(crate) const EVERYWHERE: &str = "*";

/// A ban to be laid.
#[derive(Clone, Debug)]
pub(crate) struct BanWanted {
    pub(crate) kind: BanKind,
    /// None: that of the authors of the comments.
    pub(crate) value: Option<String>,
    /// None: the comments' own.
    pub(crate) site: Option<String>,
    /// Milliseconds since 1970; none for good.
    pub(crate) until: Option<i64>,
    pub(crate) shadow: bool,
}

/// A ban as it is stored, also to be put back as it was.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow, serde::Serialize, serde::Deserialize)]
pub(super) struct BanRow {
    pub(super) id: i64,
    pub(super) site: String,
    kind: String,
    value: String,
    label: String,
    shadow: bool,
    until: Option<i64>,
    reason: Option<String>,
    user_id: Option<String>,
    created: i64,
    hits: u32,
}

const SELECT: &str = "SELECT ban.id, ban.site, ban.kind, ban.value, ban.label, ban.shadow, ban.until, \
     ban.reason, ban.user_id, ban.created, ban.hits, user.name \
     FROM ban LEFT JOIN user ON user.id = ban.user_id WHERE ";

#[derive(sqlx::FromRow)]
struct NamedBan {
    #[sqlx(flatten)]
    row: BanRow,
    name: Option<String>,
}

impl From<NamedBan> for Ban {
    fn from(NamedBan { row, name }: NamedBan) -> Self {
        Self {
            id: row.id,
            site: row.site,
            kind: BanKind::from_name(&row.kind).unwrap_or(BanKind::Author),
            value: row.value,
            label: row.label,
            until: row.until.map(rfc3339),
            shadow: row.shadow,
            reason: row.reason,
            user: name,
            created: rfc3339(row.created),
            hits: row.hits,
        }
    }
}

/// A ban that somebody is under.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Hit {
    pub(crate) id: i64,
    pub(crate) kind: String,
    value: String,
    pub(crate) shadow: bool,
}

impl Store {
    /// Bans on some sites (a JSON array; none for all), the latest first.
    pub(crate) async fn bans(
        &self,
        sites: Option<&str>,
        words: Option<&str>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Bans, Error> {
        let mut sql = QueryBuilder::<Sqlite>::new(SELECT);
        sql.push("ban.id < ").push_bind(before.unwrap_or(i64::MAX));
        if let Some(sites) = sites {
            sql.push(" AND (ban.site = '*' OR ban.site IN (SELECT value FROM json_each(");
            sql.push_bind(sites.to_owned()).push(")))");
        }
        if let Some(words) = words {
            sql.push(" AND instr(lower(ban.label || char(10) || ban.value), lower(");
            sql.push_bind(words.to_owned()).push("))");
        }
        sql.push(" ORDER BY ban.id DESC LIMIT ")
            .push_bind(limit + 1);
        let rows: Vec<NamedBan> = sql.build_query_as().fetch_all(&self.readers).await?;
        let is_all = rows.len() <= limit as usize;
        let rows = rows.into_iter().take(limit as usize);
        let items: Vec<Ban> = rows.map(Into::into).collect();
        let last = items.last().filter(|_| !is_all);
        Ok(Bans {
            next: last.map(|last| last.id.to_string()),
            items,
        })
    }

    /// The bans that somebody is under who wants to comment, those that are told first. Who comes from
    /// a network that was banned in the last period is banned for this one as well; who comes from a wider
    /// one that was named, as long as that ban is there.
    pub(crate) async fn banned(&self, submission: &Submission<'_>) -> Result<Vec<Hit>, Error> {
        let sender = submission.sender;
        let network = hex(&sender.network.hash);
        let mut known = vec![("network", network.clone())];
        known.extend(sender.network.earlier.map(|it| ("network", hex(&it))));
        known.extend(sender.person.map(|it| ("person", hex(&it))));
        if let Some(author) = submission.author {
            // Earlier versions have kept a name as it was written.
            known.push(("author", one_line(author).to_lowercase()));
            known.push(("author", named(author)));
        }
        for email in [submission.email, sender.email.as_deref()]
            .into_iter()
            .flatten()
        {
            known.extend(self.addresses(email).map(|it| ("email", it)));
        }
        let wider = wider(sender.address).into_iter();
        known.extend(wider.map(|it| ("network", it)));
        let mut sql = QueryBuilder::<Sqlite>::new(
            "SELECT id, kind, value, shadow FROM ban WHERE site IN ('*', ",
        );
        sql.push_bind(submission.site.name.clone());
        sql.push(") AND (until IS NULL OR until > ");
        sql.push_bind(submission.now).push(") AND (0");
        for (kind, value) in known {
            sql.push(" OR (kind = ").push_bind(kind);
            sql.push(" AND value = ").push_bind(value).push(")");
        }
        sql.push(") ORDER BY shadow");
        let hits: Vec<Hit> = sql.build_query_as().fetch_all(&self.readers).await?;
        if let Some(first) = hits.first() {
            sqlx::query("UPDATE ban SET hits = hits + 1 WHERE id = ?")
                .bind(first.id)
                .execute(&self.writer)
                .await?;
        }
        for hit in &hits {
            let is_wide = hit.value.contains('/');
            if hit.kind == "network" && !is_wide && hit.value != network {
                sqlx::query("UPDATE OR IGNORE ban SET value = ? WHERE id = ?")
                    .bind(&network)
                    .bind(hit.id)
                    .execute(&self.writer)
                    .await?;
            }
        }
        Ok(hits)
    }

    /// What stands for the addresses of a comment's author: that at which they wish to hear of answers, and
    /// that by which they have signed in.
    pub(super) async fn addresses_of(
        &self,
        change: &mut SqliteConnection,
        id: &str,
    ) -> Result<Vec<String>, Error> {
        let emails: Vec<String> = sqlx::query_scalar(
            "SELECT email FROM subscription JOIN address ON address.id = address_id \
             WHERE comment_id = ?1 \
             UNION SELECT email FROM reader JOIN comment ON comment.reader_id = reader.id \
             WHERE comment.id = ?1 AND email IS NOT NULL",
        )
        .bind(id)
        .fetch_all(change)
        .await?;
        let addresses = emails.iter().map(|email| self.address(&mailbox(email)));
        Ok(addresses.collect())
    }

    /// What may stand for an e-mail address in bans: earlier versions have kept it as it was written.
    pub(super) fn addresses(&self, email: &str) -> [String; 2] {
        [self.address(email), self.address(&mailbox(email))]
    }

    /// What stands for an e-mail address.
    pub(crate) fn address(&self, email: &str) -> String {
        hex(&self.person(&[b"email", email.trim().to_lowercase().as_bytes()]))
    }
}

/// A name as bans have it: whatever its letters are made of.
pub(super) fn named(author: &str) -> String {
    one_line(&fold(&bare(author))).to_lowercase()
}

fn one_line(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An e-mail address without what its owner adds to it at will: `ada+news@example.org`.
fn mailbox(email: &str) -> String {
    let Some((local, host)) = email.rsplit_once('@') else {
        return email.to_owned();
    };
    let (bare, _) = local.split_once('+').unwrap_or((local, ""));
    match bare {
        "" => email.to_owned(),
        bare => [bare, "@", host].concat(),
    }
}

/// The value of a ban as it was asked for.
pub(super) fn value_of(store: &Store, kind: BanKind, value: &str) -> Result<String, Refusal> {
    let refused = |detail| Refusal::because(ProblemKind::InvalidRequest, detail);
    match kind {
        BanKind::Network if value.contains('/') => match Named::from_text(value) {
            Some(Named::Wide(net)) => Ok(net),
            _ => Err(refused("a network is like 203.0.113.0/24 or 2001:db8::/32")),
        },
        BanKind::Person | BanKind::Network => unhex(value)
            .map(|hash| hex(&hash))
            .ok_or_else(|| refused("a person or network is 32 hexadecimal digits")),
        BanKind::Author if !value.trim().is_empty() => Ok(named(value)),
        BanKind::Email if value.contains('@') => Ok(store.address(&mailbox(value))),
        BanKind::Author | BanKind::Email => {
            Err(refused("that is no name or address").coded(WrongCode::BanValue))
        }
    }
}

/// What a comment's author is known by, of that kind.
pub(super) fn known_of(comment: &ModeratedComment, kind: BanKind) -> Option<String> {
    match kind {
        BanKind::Person => comment.person.clone(),
        BanKind::Network => comment.network.clone(),
        BanKind::Author => comment.author.as_deref().map(named),
        BanKind::Email => None,
    }
}

/// Lays a ban; gives its number, and the one that it takes the place of.
#[allow(clippy::too_many_arguments, reason = "the columns of a table")]
pub(super) async fn lay(
    change: &mut SqliteConnection,
    wanted: &BanWanted,
    site: &str,
    value: &str,
    label: &str,
    reason: Option<&str>,
    user: &str,
    now: i64,
) -> Result<(i64, Option<BanRow>), Error> {
    let before: Option<BanRow> =
        sqlx::query_as("SELECT * FROM ban WHERE site = ? AND kind = ? AND value = ?")
            .bind(site)
            .bind(wanted.kind.as_str())
            .bind(value)
            .fetch_optional(&mut *change)
            .await?;
    let id = sqlx::query_scalar(
        "INSERT INTO ban (site, kind, value, label, shadow, until, reason, user_id, created) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (site, kind, value) DO UPDATE SET shadow = excluded.shadow, \
             until = excluded.until, reason = excluded.reason, user_id = excluded.user_id, \
             created = excluded.created \
         RETURNING id",
    )
    .bind(site)
    .bind(wanted.kind.as_str())
    .bind(value)
    .bind(label)
    .bind(wanted.shadow)
    .bind(wanted.until)
    .bind(reason)
    .bind(user)
    .bind(now)
    .fetch_one(change)
    .await?;
    Ok((id, before))
}

/// Lifts bans, and gives them as they were.
pub(super) async fn lift(change: &mut SqliteConnection, ids: &[i64]) -> Result<Vec<BanRow>, Error> {
    Ok(
        sqlx::query_as("DELETE FROM ban WHERE id IN (SELECT value FROM json_each(?)) RETURNING *")
            .bind(json_array(ids))
            .fetch_all(change)
            .await?,
    )
}

/// Lifts those of the bans that nobody has laid anew since that time; gives their numbers.
pub(super) async fn lift_laid(
    change: &mut SqliteConnection,
    ids: &[i64],
    laid: i64,
) -> Result<Vec<i64>, Error> {
    Ok(sqlx::query_scalar(
        "DELETE FROM ban WHERE created = ? AND id IN (SELECT value FROM json_each(?)) RETURNING id",
    )
    .bind(laid)
    .bind(json_array(ids))
    .fetch_all(change)
    .await?)
}

/// Puts a ban back as it was; gives whether there was none of the same person.
pub(super) async fn put_back(change: &mut SqliteConnection, row: &BanRow) -> Result<bool, Error> {
    let put = sqlx::query(
        "INSERT OR IGNORE INTO ban (id, site, kind, value, label, shadow, until, reason, user_id, \
         created, hits) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(row.id)
    .bind(&row.site)
    .bind(&row.kind)
    .bind(&row.value)
    .bind(&row.label)
    .bind(row.shadow)
    .bind(row.until)
    .bind(&row.reason)
    .bind(&row.user_id)
    .bind(row.created)
    .bind(row.hits)
    .execute(change)
    .await?;
    Ok(put.rows_affected() > 0)
}

/// The bans of those numbers.
pub(super) async fn bans_by_ids(
    connection: &mut SqliteConnection,
    ids: &[i64],
) -> Result<Vec<Ban>, Error> {
    let mut sql = QueryBuilder::<Sqlite>::new(SELECT);
    sql.push("ban.id IN (SELECT value FROM json_each(");
    sql.push_bind(json_array(ids)).push(")) ORDER BY ban.id");
    let rows: Vec<NamedBan> = sql.build_query_as().fetch_all(connection).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The bans that a person is under, by all that is known of them.
pub(super) async fn bans_of(
    connection: &mut SqliteConnection,
    who: &Who,
    networks: &[String],
    persons: &[String],
    authors: &[String],
    sites: Option<&str>,
) -> Result<Vec<Ban>, Error> {
    let is_name = matches!(who, Who::Author(_));
    let authors: Vec<String> = authors.iter().map(|it| named(it)).collect();
    let mut sql = QueryBuilder::<Sqlite>::new(SELECT);
    sql.push("(0");
    // Others may have the same name, or come from the same network: only what certainly is theirs.
    let kinds = [
        ("person", persons, !is_name),
        ("network", networks, !is_name),
        ("author", authors.as_slice(), true),
    ];
    for (kind, values, is_theirs) in kinds {
        if is_theirs {
            sql.push(" OR (ban.kind = ").push_bind(kind);
            sql.push(" AND ban.value IN (SELECT value FROM json_each(");
            sql.push_bind(json_array(values)).push(")))");
        }
    }
    sql.push(")");
    if let Some(sites) = sites {
        sql.push(" AND (ban.site = '*' OR ban.site IN (SELECT value FROM json_each(");
        sql.push_bind(sites.to_owned()).push(")))");
    }
    sql.push(" ORDER BY ban.id DESC LIMIT 20");
    let rows: Vec<NamedBan> = sql.build_query_as().fetch_all(connection).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
