//! What is kept of a person besides what they have written.

use afterword_protocol::admin::{
    ExportedBan, ExportedClaim, ExportedComment, ExportedMail, ExportedRequest, ExportedSession,
    ExportedSignIn,
};
use serde_json::json;
use sqlx::SqliteConnection;

use super::Whose;
use crate::domain::{hex, rfc3339};
use crate::store::ban::named;
use crate::store::{Error, Store};

/// Which of the links to sign in by are meant: by the address that they were sent to, on those sites.
const WAITING: &str =
    "email = ?1 COLLATE NOCASE AND (?2 IS NULL OR site IN (SELECT value FROM json_each(?2)))";

/// Links to sign in by that were asked for, each with its number.
pub(super) async fn sign_ins(
    reader: &mut SqliteConnection,
    whose: &Whose,
    sites: Option<&str>,
) -> Result<Vec<(i64, ExportedSignIn)>, Error> {
    let Whose::Email(email) = whose else {
        return Ok(Vec::new());
    };
    let sql = [
        "SELECT id, site, name, email, expires FROM reader_login WHERE ",
        WAITING,
    ]
    .concat();
    let found: Vec<(i64, String, String, String, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(email)
        .bind(sites)
        .fetch_all(reader)
        .await?;
    let found = found.into_iter();
    let sign_ins = found.map(|(id, site, name, email, expires)| {
        let expires = rfc3339(expires);
        (
            id,
            ExportedSignIn {
                site,
                name,
                email,
                expires,
            },
        )
    });
    Ok(sign_ins.collect())
}

/// That somebody has said that an address is theirs.
#[derive(sqlx::FromRow)]
pub(super) struct Claimed {
    pub(super) id: i64,
    address_id: i64,
    site: String,
    created: i64,
    confirmed: Option<i64>,
}

/// Who has said on those sites that one of the addresses of those numbers is theirs.
pub(super) async fn claims(
    reader: &mut SqliteConnection,
    addresses: &[i64],
    sites: Option<&str>,
) -> Result<Vec<Claimed>, Error> {
    let found = sqlx::query_as(
        "SELECT id, address_id, site, created, confirmed FROM claim \
         WHERE address_id IN (SELECT value FROM json_each(?1)) \
         AND (?2 IS NULL OR site IN (SELECT value FROM json_each(?2))) ORDER BY id",
    );
    let found = found.bind(json!(addresses).to_string()).bind(sites);
    Ok(found.fetch_all(reader).await?)
}

/// Those of one address.
pub(super) fn claims_of(all: &[Claimed], address: i64) -> Vec<ExportedClaim> {
    let own = all.iter().filter(|claim| claim.address_id == address);
    own.map(|claim| ExportedClaim {
        site: claim.site.clone(),
        created: rfc3339(claim.created),
        confirmed: claim.confirmed.map(rfc3339),
    })
    .collect()
}

/// Mails to the addresses of those numbers, those that ask whether one is somebody's, and those with links
/// to sign in by.
pub(super) async fn mails(
    reader: &mut SqliteConnection,
    addresses: &[i64],
    claims: &[Claimed],
    sign_ins: &[(i64, ExportedSignIn)],
) -> Result<Vec<ExportedMail>, Error> {
    let claims: Vec<i64> = claims.iter().map(|claim| claim.id).collect();
    let sign_ins: Vec<i64> = sign_ins.iter().map(|(id, _)| *id).collect();
    let found: Vec<(String, String, i64, Option<i64>)> = sqlx::query_as(
        "SELECT coalesce(letter ->> 'kind', ''), state, created, ended FROM mail \
         WHERE letter ->> 'address' IN (SELECT value FROM json_each(?)) \
         OR letter ->> 'claim' IN (SELECT value FROM json_each(?)) \
         OR letter ->> 'login' IN (SELECT value FROM json_each(?)) ORDER BY id",
    )
    .bind(json!(addresses).to_string())
    .bind(json!(claims).to_string())
    .bind(json!(sign_ins).to_string())
    .fetch_all(reader)
    .await?;
    let found = found.into_iter();
    let mails = found.map(|(kind, state, created, ended)| ExportedMail {
        kind,
        state,
        created: rfc3339(created),
        ended: ended.map(rfc3339),
    });
    Ok(mails.collect())
}

/// Requests to hooks that tell of those comments: a JSON list of ids. Not to whom: that may be a secret.
pub(super) async fn requests(
    reader: &mut SqliteConnection,
    comments: &str,
) -> Result<Vec<ExportedRequest>, Error> {
    let found: Vec<(String, String, String, i64, Option<i64>, String)> = sqlx::query_as(
        "SELECT comment_id, event, state, created, ended, body FROM delivery \
         WHERE comment_id IN (SELECT value FROM json_each(?)) ORDER BY id",
    )
    .bind(comments)
    .fetch_all(reader)
    .await?;
    let found = found.into_iter();
    let requests = found.map(
        |(comment, event, state, created, ended, body)| ExportedRequest {
            comment,
            event,
            state,
            created: rfc3339(created),
            ended: ended.map(rfc3339),
            body: Some(body).filter(|body| !body.is_empty()),
        },
    );
    Ok(requests.collect())
}

/// Where a reader is signed in.
pub(super) async fn sessions(
    reader: &mut SqliteConnection,
    id: i64,
) -> Result<Vec<ExportedSession>, Error> {
    let found: Vec<(String, i64)> = sqlx::query_as(
        "SELECT origin, expires FROM reader_session WHERE reader_id = ? ORDER BY expires",
    )
    .bind(id)
    .fetch_all(reader)
    .await?;
    let found = found.into_iter();
    let sessions = found.map(|(origin, expires)| ExportedSession {
        origin,
        expires: rfc3339(expires),
    });
    Ok(sessions.collect())
}

/// Erases links to sign in by, and what is known of mails to addresses that are gone.
pub(super) async fn erase(
    change: &mut SqliteConnection,
    whose: &Whose,
    addresses: &[i64],
    claims: &[i64],
    sites: Option<&str>,
) -> Result<(), Error> {
    let gone = sign_ins(change, whose, sites).await?;
    let gone: Vec<i64> = gone.iter().map(|(id, _)| *id).collect();
    for (sql, ids) in [
        (
            "DELETE FROM mail WHERE letter ->> 'login' IN (SELECT value FROM json_each(?))",
            &gone[..],
        ),
        (
            "DELETE FROM reader_login WHERE id IN (SELECT value FROM json_each(?))",
            &gone[..],
        ),
        (
            "DELETE FROM mail WHERE letter ->> 'address' IN (SELECT value FROM json_each(?)) \
             AND NOT EXISTS (SELECT 1 FROM address WHERE id = letter ->> 'address')",
            addresses,
        ),
        (
            "DELETE FROM mail WHERE letter ->> 'claim' IN (SELECT value FROM json_each(?)) \
             AND NOT EXISTS (SELECT 1 FROM claim WHERE id = letter ->> 'claim')",
            claims,
        ),
    ] {
        let ids = json!(ids).to_string();
        sqlx::query(sql).bind(ids).execute(&mut *change).await?;
    }
    Ok(())
}

/// Site, kind, label, until when, reason, and when it was laid.
type BanRow = (String, String, String, Option<i64>, Option<String>, i64);

impl Store {
    /// The bans that somebody is under who has written those comments: others may have the same name,
    /// or come from the same network.
    pub(super) async fn bans_on(
        &self,
        reader: &mut SqliteConnection,
        whose: &Whose,
        comments: &[ExportedComment],
        sites: Option<&str>,
    ) -> Result<Vec<ExportedBan>, Error> {
        let mut keys = match whose {
            Whose::Person(hash) => vec![["person:", &hex(hash)].concat()],
            Whose::Network(hash) => vec![["network:", &hex(hash)].concat()],
            Whose::Author(name) => vec![["author:", &named(name)].concat()],
            Whose::Email(email) => {
                let known = self.addresses(email);
                known.iter().map(|it| ["email:", it].concat()).collect()
            }
            Whose::Comment(_) | Whose::Account(_) => Vec::new(),
        };
        if !matches!(whose, Whose::Network(_) | Whose::Author(_)) {
            for comment in comments {
                let person = comment.person.as_deref();
                keys.extend(person.map(|person| ["person:", person].concat()));
            }
        }
        let found: Vec<BanRow> = sqlx::query_as(
            "SELECT site, kind, label, until, reason, created FROM ban \
                 WHERE kind || ':' || value IN (SELECT value FROM json_each(?1)) \
                 AND (?2 IS NULL OR site = '*' OR site IN (SELECT value FROM json_each(?2))) \
                 ORDER BY id",
        )
        .bind(json!(keys).to_string())
        .bind(sites)
        .fetch_all(reader)
        .await?;
        let found = found.into_iter();
        let bans = found.map(|(site, kind, label, until, reason, created)| ExportedBan {
            site,
            kind,
            label,
            until: until.map(rfc3339),
            reason,
            created: rfc3339(created),
        });
        Ok(bans.collect())
    }
}
