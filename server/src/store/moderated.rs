//! Comments as moderators see them.

use std::collections::HashMap;

use afterword_protocol::admin::{
    Action, DoneAction, Finding, ModeratedComment, ModeratedComments, ModeratedDetail, Numbers,
    Person, SentReport, Verdict, Waiting,
};
use afterword_protocol::{Reason as ReportReason, Version};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::ban::bans_of;
use super::read::json_array;
use super::row::number;
use super::rule::id_at;
use super::search::{INDEXED, phrases};
use super::{Error, Store};
use crate::domain::{hex, rfc3339, unhex};

/// Which comments a moderator asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted<'a> {
    /// Sites, as a JSON array; none for all.
    pub(crate) sites: Option<&'a str>,
    pub(crate) id: Option<&'a str>,
    pub(crate) verdict: Option<Verdict>,
    /// What is to stand in text or name.
    pub(crate) words: Vec<String>,
    pub(crate) who: Option<Who>,
    pub(crate) page: Option<&'a str>,
    pub(crate) page_id: Option<i64>,
    /// Whether it was reported, and nobody has seen to that.
    pub(crate) is_reported: bool,
    pub(crate) is_flagged: bool,
    /// What a check of that name has found.
    pub(crate) check: Option<&'a str>,
    /// From that time on, and until before that one, in milliseconds.
    pub(crate) since: Option<i64>,
    pub(crate) until: Option<i64>,
    /// Only what is older than the comment of that id.
    pub(crate) before: Option<&'a str>,
    pub(crate) limit: u32,
}

/// Whose comments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// By browser or account.
    Person([u8; 16]),
    Network([u8; 16]),
    Author(String),
    /// By the address at which they wish to hear of answers, or by which they have signed in.
    Email(String),
}

impl Who {
    /// Who is meant by `person:HASH`, `network:HASH` `author:NAME` or `email:ADDRESS`.
    pub(crate) fn from_key(key: &str) -> Option<Self> {
        let (kind, value) = key.split_once(':')?;
        match kind {
            "person" => unhex(value).map(Self::Person),
            "network" => unhex(value).map(Self::Network),
            "author" => Some(Self::Author(value.to_owned())),
            "email" => Some(Self::Email(value.to_owned())),
            _ => None,
        }
    }

    fn key(&self) -> String {
        match self {
            Self::Person(hash) => format!("person:{}", hex(hash)),
            Self::Network(hash) => format!("network:{}", hex(hash)),
            Self::Author(name) => format!("author:{name}"),
            Self::Email(email) => format!("email:{email}"),
        }
    }

    /// Who wrote a comment: by the most certain that is known.
    fn of(comment: &ModeratedComment) -> Option<Self> {
        let hash = |text: &Option<String>| text.as_deref().and_then(unhex);
        let person = hash(&comment.person).map(Self::Person);
        let network = || hash(&comment.network).map(Self::Network);
        let author = || comment.author.clone().map(Self::Author);
        person.or_else(network).or_else(author)
    }

    fn push(&self, sql: &mut QueryBuilder<Sqlite>) {
        match self {
            Self::Person(hash) => sql.push("comment.person = ").push_bind(hash.to_vec()),
            Self::Network(hash) => sql.push("comment.client = ").push_bind(hash.to_vec()),
            Self::Author(name) => sql.push("comment.author = ").push_bind(name.clone()),
            Self::Email(email) => sql
                .push(
                    "(comment.id IN (SELECT comment_id FROM subscription \
                     JOIN address ON address.id = address_id WHERE email = ",
                )
                .push_bind(email.clone())
                .push(" COLLATE NOCASE) OR comment.reader_id IN (SELECT id FROM reader WHERE email = ")
                .push_bind(email.clone())
                .push(" COLLATE NOCASE))"),
        };
    }
}

#[derive(sqlx::FromRow)]
struct ModeratedRow {
    id: String,
    number: i64,
    site: String,
    key: String,
    page_id: i64,
    title: Option<String>,
    url: Option<String>,
    parent_id: Option<String>,
    author: Option<String>,
    website: Option<String>,
    client: Option<Vec<u8>>,
    person: Option<Vec<u8>>,
    created: i64,
    edited: Option<i64>,
    held: Option<i64>,
    decided: Option<i64>,
    text: String,
    html: String,
    verdict: String,
    shadowed: bool,
    pinned: Option<i64>,
    featured: bool,
    locked: bool,
    moderated: bool,
    flagged: bool,
    erased: bool,
    up: u32,
    down: u32,
    reports: u32,
    replies: u32,
}

const SELECT: &str = "SELECT comment.id, comment.number, page.site, page.key, comment.page_id, \
     page.title, page.url, comment.parent_id, comment.author, comment.website, comment.client, \
     comment.person, comment.created, comment.edited, comment.held, comment.decided, comment.text, \
     comment.html, comment.verdict, comment.shadowed, comment.pinned, comment.featured, \
     comment.locked, comment.moderated, comment.flagged, comment.token_hash = x'' AS erased, \
     comment.up, comment.down, \
     (SELECT count(*) FROM report WHERE comment_id = comment.id AND handled IS NULL) AS reports, \
     (SELECT count(*) FROM comment AS reply \
         WHERE reply.parent_id = comment.id AND reply.state <> 'gone') AS replies \
     FROM comment JOIN page ON page.id = comment.page_id WHERE ";

/// Flagged, which few are, and published, which most are.
const FLAGGED: &str = "comment.flagged = 1 AND +comment.verdict = 'published'";

/// Reported, and nobody has seen to it.
const REPORTED: &str = "comment.id IN (SELECT comment_id FROM report WHERE handled IS NULL) \
     AND comment.verdict <> 'deleted'";

impl From<ModeratedRow> for ModeratedComment {
    fn from(row: ModeratedRow) -> Self {
        Self {
            id: row.id,
            number: number(row.number),
            site: row.site,
            page: row.key,
            page_id: row.page_id,
            page_title: row.title,
            page_url: row.url,
            parent: row.parent_id,
            author: row.author,
            website: row.website,
            network: row.client.map(|it| hex(&it)),
            person: row.person.map(|it| hex(&it)),
            created: rfc3339(row.created),
            edited: row.edited.map(rfc3339),
            held: row.held.map(rfc3339),
            decided: row.decided.map(rfc3339),
            text: row.text,
            html: row.html,
            verdict: Verdict::from_name(&row.verdict).unwrap_or_default(),
            shadowed: row.shadowed,
            pinned: row.pinned.is_some(),
            featured: row.featured,
            locked: row.locked,
            moderated: row.moderated,
            flagged: row.flagged,
            erased: row.erased,
            up: row.up,
            down: row.down,
            reports: row.reports,
            replies: row.replies,
            reasons: Vec::new(),
        }
    }
}

impl Store {
    /// Comments as moderators see them, the latest first.
    pub(crate) async fn moderated(&self, wanted: &Wanted<'_>) -> Result<ModeratedComments, Error> {
        let mut snapshot = self.readers.begin().await?;
        let mut sql = QueryBuilder::<Sqlite>::new(SELECT);
        sql.push("comment.id < ");
        sql.push_bind(wanted.before.unwrap_or("~").to_owned());
        if let Some(sites) = wanted.sites {
            // But for a page, they are looked for among the latest, and not those among all of the site.
            let column = wanted.page.map_or("+page.site", |_| "page.site");
            sql.push(" AND ").push(column);
            sql.push(" IN (SELECT value FROM json_each(");
            sql.push_bind(sites.to_owned()).push("))");
        }
        if let Some(id) = wanted.id {
            sql.push(" AND comment.id = ").push_bind(id.to_owned());
        }
        if let Some(verdict) = wanted.verdict {
            sql.push(" AND comment.verdict = ");
            sql.push_bind(verdict.as_str());
        }
        if let Some(page) = wanted.page {
            sql.push(" AND page.key = ").push_bind(page.to_owned());
        }
        if let Some(page) = wanted.page_id {
            sql.push(" AND comment.page_id = ").push_bind(page);
        }
        if let Some(who) = &wanted.who {
            sql.push(" AND ");
            who.push(&mut sql);
        }
        if wanted.is_flagged {
            sql.push(" AND ").push(FLAGGED);
        }
        if wanted.is_reported {
            sql.push(" AND ").push(REPORTED);
        }
        if let Some(check) = wanted.check {
            sql.push(" AND comment.id IN (SELECT comment_id FROM reason WHERE check_name = ");
            sql.push_bind(check.to_owned()).push(")");
        }
        // Ids begin with the time.
        if let Some(since) = wanted.since {
            sql.push(" AND comment.id >= ").push_bind(id_at(since));
        }
        if let Some(until) = wanted.until {
            sql.push(" AND comment.id < ").push_bind(id_at(until));
        }
        if !wanted.words.is_empty() {
            sql.push(" AND comment.id IN (");
            said(&mut sql, &wanted.words);
            sql.push(")");
        }
        sql.push(" ORDER BY comment.id DESC LIMIT ");
        sql.push_bind(wanted.limit + 1);
        let rows: Vec<ModeratedRow> = sql.build_query_as().fetch_all(&mut *snapshot).await?;
        let is_all = rows.len() <= wanted.limit as usize;
        let rows = rows.into_iter().take(wanted.limit as usize);
        let mut items: Vec<ModeratedComment> = rows.map(Into::into).collect();
        give_reasons(&mut snapshot, &mut items).await?;
        let last = items.last().filter(|_| !is_all);
        Ok(ModeratedComments {
            next: last.map(|last| last.id.clone()),
            items,
        })
    }

    /// A comment with all that is known about it; none when there is no such comment.
    pub(crate) async fn moderated_detail(
        &self,
        id: &str,
    ) -> Result<Option<ModeratedDetail>, Error> {
        let mut snapshot = self.readers.begin().await?;
        let found = by_ids(&mut snapshot, &[id.to_owned()]).await?;
        let Some(comment) = found.into_iter().next() else {
            return Ok(None);
        };
        let parent = match &comment.parent {
            Some(parent) => by_ids(&mut snapshot, std::slice::from_ref(parent)).await?,
            None => Vec::new(),
        };
        let reports: Vec<(String, String, i64, Option<i64>)> = sqlx::query_as(
            "SELECT reason, text, created, handled FROM report WHERE comment_id = ? \
             ORDER BY created DESC",
        )
        .bind(id)
        .fetch_all(&mut *snapshot)
        .await?;
        let versions: Vec<(i64, String, String)> = sqlx::query_as(
            "SELECT created, text, html FROM version WHERE comment_id = ? ORDER BY number",
        )
        .bind(id)
        .fetch_all(&mut *snapshot)
        .await?;
        let person = match Who::of(&comment) {
            Some(who) => Some(person(&mut snapshot, &who, Some(&comment.site)).await?),
            None => None,
        };
        Ok(Some(ModeratedDetail {
            reports: reports
                .into_iter()
                .map(|(reason, text, created, handled)| SentReport {
                    reason: report_reason(&reason),
                    text,
                    created: rfc3339(created),
                    handled: handled.map(rfc3339),
                })
                .collect(),
            versions: versions
                .into_iter()
                .map(|(created, text, html)| Version {
                    created: rfc3339(created),
                    text,
                    html,
                })
                .collect(),
            person,
            actions: actions_on(&mut snapshot, id).await?,
            parent: parent.into_iter().next(),
            comment,
        }))
    }

    /// What is known of a person on some sites (a JSON array; none for all).
    pub(crate) async fn person_known(
        &self,
        who: &Who,
        sites: Option<&str>,
    ) -> Result<Person, Error> {
        let mut snapshot = self.readers.begin().await?;
        person_of(&mut snapshot, who, sites).await
    }

    /// How much waits on some sites (a JSON array; none for all).
    pub(crate) async fn waiting(&self, sites: Option<&str>) -> Result<Waiting, Error> {
        let mut reader = self.readers.acquire().await?;
        let of = "page.site IN (SELECT value FROM json_each(?1)) OR ?1 IS NULL";
        let counted = |condition: &str| {
            format!(
                "SELECT count(*) FROM comment JOIN page ON page.id = comment.page_id \
                 WHERE {condition} AND ({of})"
            )
        };
        let conditions = [
            "comment.verdict = 'pending'",
            "comment.verdict = 'spam'",
            FLAGGED,
            REPORTED,
        ];
        let mut counts = [0; 4];
        for (count, condition) in counts.iter_mut().zip(conditions) {
            let sql = sqlx::AssertSqlSafe(counted(condition));
            *count = sqlx::query_scalar(sql)
                .bind(sites)
                .fetch_one(&mut *reader)
                .await?;
        }
        let [pending, spam, flagged, reported] = counts;
        Ok(Waiting {
            pending,
            spam,
            flagged,
            reported,
        })
    }
}

/// The ids of the comments that have all those words. Those that readers see are in an index.
fn said(sql: &mut QueryBuilder<Sqlite>, words: &[String]) {
    let like = |sql: &mut QueryBuilder<Sqlite>| {
        for word in words {
            let escaped = word
                .replace('\\', "\\\\")
                .replace('%', "\\%")
                .replace('_', "\\_");
            sql.push(" AND text || char(10) || coalesce(author, '') LIKE ");
            sql.push_bind(format!("%{escaped}%")).push(" ESCAPE '\\'");
        }
    };
    let is_indexed = words.iter().all(|word| word.chars().count() >= INDEXED);
    if is_indexed {
        let all: Vec<&String> = words.iter().collect();
        sql.push(
            "SELECT comment.id FROM search CROSS JOIN comment \
             ON comment.page_id = search.rowid / 4294967296 \
             AND comment.number = search.rowid % 4294967296 WHERE search MATCH ",
        );
        sql.push_bind(phrases(&all));
        sql.push(
            " UNION ALL SELECT id FROM comment \
             WHERE verdict IN ('pending', 'spam', 'hidden', 'deleted')",
        );
    } else {
        sql.push("SELECT id FROM comment WHERE 1");
    }
    like(sql);
}

/// Comments as moderators see them, in the order of their ids.
pub(super) async fn by_ids(
    connection: &mut SqliteConnection,
    ids: &[String],
) -> Result<Vec<ModeratedComment>, Error> {
    let mut sql = QueryBuilder::<Sqlite>::new(SELECT);
    sql.push("comment.id IN (SELECT value FROM json_each(");
    sql.push_bind(json_array(ids))
        .push(")) ORDER BY comment.id");
    let rows: Vec<ModeratedRow> = sql.build_query_as().fetch_all(&mut *connection).await?;
    let mut comments: Vec<ModeratedComment> = rows.into_iter().map(Into::into).collect();
    give_reasons(connection, &mut comments).await?;
    Ok(comments)
}

#[derive(sqlx::FromRow)]
struct ReasonRow {
    comment_id: String,
    check_name: String,
    action: String,
    detail: String,
    code: Option<String>,
    code_values: Option<String>,
    created: i64,
}

async fn give_reasons(
    connection: &mut SqliteConnection,
    comments: &mut [ModeratedComment],
) -> Result<(), Error> {
    let ids: Vec<&str> = comments.iter().map(|it| it.id.as_str()).collect();
    let found: Vec<ReasonRow> = sqlx::query_as(
        "SELECT comment_id, check_name, action, detail, code, code_values, created FROM reason \
         WHERE comment_id IN (SELECT value FROM json_each(?)) ORDER BY rowid",
    )
    .bind(json_array(&ids))
    .fetch_all(connection)
    .await?;
    let mut reasons: HashMap<String, Vec<Finding>> = HashMap::new();
    for row in found {
        let values = row.code_values.as_deref().map(serde_json::from_str);
        reasons.entry(row.comment_id).or_default().push(Finding {
            check: row.check_name,
            action: row.action,
            detail: row.detail,
            code: row.code,
            values: values.and_then(Result::ok).unwrap_or_default(),
            created: rfc3339(row.created),
        });
    }
    for comment in comments {
        comment.reasons = reasons.remove(&comment.id).unwrap_or_default();
    }
    Ok(())
}

async fn actions_on(connection: &mut SqliteConnection, id: &str) -> Result<Vec<DoneAction>, Error> {
    #[allow(clippy::type_complexity, reason = "a row, as the query has it")]
    let found: Vec<(
        i64,
        String,
        Option<String>,
        i64,
        Option<String>,
        Option<i64>,
    )> = sqlx::query_as(
        "SELECT action.id, action.name, user.name, action.created, reason, undone \
             FROM action_comment JOIN action ON action.id = action_id \
             LEFT JOIN user ON user.id = action.user_id \
             WHERE comment_id = ? ORDER BY action.id DESC LIMIT 50",
    )
    .bind(id)
    .fetch_all(connection)
    .await?;
    let done = found
        .into_iter()
        .filter_map(|(id, name, user, created, reason, undone)| {
            Some(DoneAction {
                id,
                action: action_named(&name)?,
                user,
                created: rfc3339(created),
                reason,
                undone: undone.map(rfc3339),
            })
        });
    Ok(done.collect())
}

/// The action of that name.
pub(super) fn action_named(name: &str) -> Option<Action> {
    serde_json::from_value(name.into()).ok()
}

fn report_reason(name: &str) -> ReportReason {
    serde_json::from_value(name.into()).unwrap_or(ReportReason::Other)
}

async fn person(
    connection: &mut SqliteConnection,
    who: &Who,
    site: Option<&str>,
) -> Result<Person, Error> {
    let sites = site.map(|site| json_array(&[site]));
    person_of(connection, who, sites.as_deref()).await
}

async fn person_of(
    connection: &mut SqliteConnection,
    who: &Who,
    sites: Option<&str>,
) -> Result<Person, Error> {
    // What a query begins with, what is asked of whose comments, and how it ends.
    let ask = |begin: &str, end: &str| {
        let mut sql = QueryBuilder::<Sqlite>::new(begin);
        sql.push(" FROM comment JOIN page ON page.id = comment.page_id WHERE ");
        who.push(&mut sql);
        if let Some(sites) = sites {
            sql.push(" AND page.site IN (SELECT value FROM json_each(");
            sql.push_bind(sites.to_owned()).push("))");
        }
        sql.push(end);
        sql
    };
    let counted: Vec<(String, u32, i64, i64)> = ask(
        "SELECT comment.verdict, count(*), min(comment.created), max(comment.created)",
        " GROUP BY comment.verdict",
    )
    .build_query_as()
    .fetch_all(&mut *connection)
    .await?;
    let mut numbers = Numbers::default();
    for (verdict, count, ..) in &counted {
        match Verdict::from_name(verdict).unwrap_or_default() {
            Verdict::Published => numbers.published = *count,
            Verdict::Pending => numbers.pending = *count,
            Verdict::Spam => numbers.spam = *count,
            Verdict::Hidden => numbers.hidden = *count,
            Verdict::Deleted => numbers.deleted = *count,
        }
    }
    let mut used = Vec::new();
    for column in [
        "author",
        "website",
        "lower(hex(client))",
        "lower(hex(person))",
    ] {
        let values: Vec<String> = ask(
            &format!("SELECT {column} AS value"),
            " AND value <> '' GROUP BY value ORDER BY max(comment.id) DESC LIMIT 20",
        )
        .build_query_scalar()
        .fetch_all(&mut *connection)
        .await?;
        used.push(values);
    }
    let [authors, websites, networks, persons] = used.try_into().unwrap_or_default();
    let bans = bans_of(connection, who, &networks, &persons, &authors, sites).await?;
    Ok(Person {
        key: who.key(),
        numbers,
        first: counted.iter().map(|it| it.2).min().map(rfc3339),
        last: counted.iter().map(|it| it.3).max().map(rfc3339),
        authors,
        websites,
        networks,
        persons,
        bans,
    })
}
