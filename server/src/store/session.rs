//! Sessions of who is signed in.

use afterword_protocol::admin::{DoneCode, SessionSeen};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sqlx::SqliteConnection;

use super::audit::audit;
use super::user::{User, user_of};
use super::{Error, Store};
use crate::domain::{digest, random, rfc3339};

/// For how long a session lasts that nobody uses, in milliseconds.
const IDLE: i64 = 14 * 24 * 60 * 60 * 1000;
/// How long one lasts at most.
const LONGEST: i64 = 90 * 24 * 60 * 60 * 1000;
/// The same of one that is for the pages of an origin, whose scripts can all read its token.
const IDLE_IN_PLACE: i64 = 24 * 60 * 60 * 1000;
const LONGEST_IN_PLACE: i64 = 7 * 24 * 60 * 60 * 1000;
/// How often it is noted that one is used.
const NOTED: i64 = 5 * 60 * 1000;

/// What a session is opened by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Means {
    Password,
    Invitation,
    Passkey,
    Oidc,
    Window,
}

impl Means {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Invitation => "invitation",
            Self::Passkey => "passkey",
            Self::Oidc => "oidc",
            Self::Window => "window",
        }
    }
}

/// Which sessions of a user.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which {
    All,
    One(i64),
    But(i64),
}

/// A session to be.
#[derive(Clone, Copy)]
pub(crate) struct Opening<'a> {
    pub(crate) means: Means,
    /// What the browser says that it is.
    pub(crate) agent: &'a str,
    /// The origin of the pages that it is for alone.
    pub(crate) origin: Option<&'a str>,
}

/// A session that was opened.
pub(crate) struct Opened {
    pub(crate) token: String,
    pub(crate) expires: i64,
    pub(crate) user: User,
}

/// A session that a request is made in.
pub(crate) struct Session {
    pub(crate) id: i64,
    /// When who is in it has last shown that it is they.
    pub(crate) confirmed: i64,
    pub(crate) expires: i64,
    /// The origin of the pages that it is for alone.
    pub(crate) origin: Option<String>,
    pub(crate) user: User,
}

/// When a session was opened, what it is for alone, and when it was last confirmed.
type SessionRow = (i64, String, i64, i64, i64, Option<String>, i64);

impl Store {
    /// Opens a session of a user, who may not have been kept out meanwhile.
    pub(crate) async fn sign_in(
        &self,
        user: &str,
        new: Opening<'_>,
        now: i64,
    ) -> Result<Option<Opened>, Error> {
        let mut change = self.begin().await?;
        let means = new.means.as_str();
        let opened = open(&mut change, user, new, now).await?;
        if opened.is_none() {
            // Who is kept out had a passkey, or whatever it was, that was right.
            let deed = DoneCode::SignInFailed;
            let name = user_of(&mut change, user).await?.map(|it| it.name);
            let detail = json!({ "name": name, "means": means });
            audit(&mut change, None, deed, None, user, &detail, now).await?;
        }
        change.commit().await?;
        Ok(opened)
    }

    /// Who is in a session that lasts still, as they are now; nobody who is kept out.
    pub(crate) async fn user_in(&self, session: i64, now: i64) -> Result<Option<User>, Error> {
        let mut reader = self.readers.acquire().await?;
        let user: Option<String> =
            sqlx::query_scalar("SELECT user_id FROM session WHERE id = ? AND expires > ?")
                .bind(session)
                .bind(now)
                .fetch_optional(&mut *reader)
                .await?;
        let user = match user {
            Some(user) => user_of(&mut reader, &user).await?,
            None => None,
        };
        Ok(user.filter(|user| !user.disabled))
    }

    /// The session of that token, if it lasts still.
    pub(crate) async fn session(&self, token: &str, now: i64) -> Result<Option<Session>, Error> {
        let mut reader = self.readers.acquire().await?;
        let found: Option<SessionRow> = sqlx::query_as(
            "SELECT id, user_id, created, used, expires, origin, coalesce(confirmed, created) \
             FROM session \
             WHERE token_hash = ? AND expires > ?",
        )
        .bind(digest(token.as_bytes()).as_slice())
        .bind(now)
        .fetch_optional(&mut *reader)
        .await?;
        let Some((id, user, created, used, mut expires, origin, confirmed)) = found else {
            return Ok(None);
        };
        let user = user_of(&mut reader, &user).await?;
        let Some(user) = user.filter(|user| !user.disabled) else {
            return Ok(None);
        };
        drop(reader);
        if now - used >= NOTED {
            expires = end(created, now, origin.is_some());
            sqlx::query("UPDATE session SET used = ?, expires = ? WHERE id = ?")
                .bind(now)
                .bind(expires)
                .bind(id)
                .execute(&self.writer)
                .await?;
        }
        Ok(Some(Session {
            id,
            confirmed,
            expires,
            origin,
            user,
        }))
    }

    /// The sessions of a user that last, the latest used first.
    pub(crate) async fn sessions(
        &self,
        user: &str,
        current: i64,
        now: i64,
    ) -> Result<Vec<SessionSeen>, Error> {
        #[allow(clippy::type_complexity, reason = "a row, as the query has it")]
        let rows: Vec<(i64, String, Option<String>, String, i64, i64, i64)> = sqlx::query_as(
            "SELECT id, means, origin, agent, created, used, expires FROM session \
             WHERE user_id = ? AND expires > ? ORDER BY used DESC, id DESC",
        )
        .bind(user)
        .bind(now)
        .fetch_all(&self.readers)
        .await?;
        let seen = rows.into_iter();
        let seen = seen.map(
            |(id, means, origin, agent, created, used, expires)| SessionSeen {
                id: id.to_string(),
                means,
                origin,
                agent,
                created: rfc3339(created),
                used: rfc3339(used),
                expires: rfc3339(expires),
                current: id == current,
            },
        );
        Ok(seen.collect())
    }

    /// Ends the sessions of a user: one, or all but one, or all; gives their number.
    pub(crate) async fn end_sessions(
        &self,
        user: &str,
        which: Which,
        by: Option<&str>,
        now: i64,
    ) -> Result<u64, Error> {
        let mut change = self.begin().await?;
        let (one, but) = match which {
            Which::One(id) => (Some(id), None),
            Which::But(id) => (None, Some(id)),
            Which::All => (None, None),
        };
        let ended = sqlx::query(
            "DELETE FROM session WHERE user_id = ?1 AND (?2 IS NULL OR id = ?2) AND id IS NOT ?3",
        )
        .bind(user)
        .bind(one)
        .bind(but)
        .execute(&mut *change)
        .await?
        .rows_affected();
        let detail = json!({ "sessions": ended });
        audit(
            &mut change,
            by,
            DoneCode::SessionsEnd,
            None,
            user,
            &detail,
            now,
        )
        .await?;
        change.commit().await?;
        Ok(ended)
    }

    /// Notes that who is in a session has shown that it is they.
    pub(crate) async fn confirm_session(&self, session: i64, now: i64) -> Result<(), Error> {
        sqlx::query("UPDATE session SET confirmed = ? WHERE id = ?")
            .bind(now)
            .bind(session)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Whether a user has signed in from a network before, not too long ago.
    pub(crate) async fn knows_network(
        &self,
        user: &str,
        network: [u8; 8],
        now: i64,
    ) -> Result<bool, Error> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM user_network WHERE user_id = ? AND hash = ? AND used > ?)",
        )
        .bind(user)
        .bind(self.network_of(user, network))
        .bind(now - LONGEST)
        .fetch_one(&self.readers)
        .await?)
    }

    /// Remembers where a user has signed in.
    pub(crate) async fn remember_network(
        &self,
        user: &str,
        network: [u8; 8],
        now: i64,
    ) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO user_network (user_id, hash, used) SELECT id, ?2, ?3 FROM user WHERE id = ?1 \
             ON CONFLICT DO UPDATE SET used = excluded.used",
        )
        .bind(user)
        .bind(self.network_of(user, network))
        .bind(now)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// A network, as it is known to be a user's: nobody can tell that it is another's, too.
    fn network_of(&self, user: &str, network: [u8; 8]) -> Vec<u8> {
        let parts = [&b"network of a user"[..], user.as_bytes(), &network];
        self.secret.sign(&parts).to_vec()
    }

    /// Ends a session, at its user's wish.
    pub(crate) async fn sign_out(&self, session: i64, by: &str, now: i64) -> Result<(), Error> {
        let mut change = self.begin().await?;
        sqlx::query("DELETE FROM session WHERE id = ?")
            .bind(session)
            .execute(&mut *change)
            .await?;
        audit(
            &mut change,
            by,
            DoneCode::SignOut,
            None,
            by,
            &json!({}),
            now,
        )
        .await?;
        Ok(change.commit().await?)
    }

    /// Forgets the sessions that have ended, the invitations that are too old, and where nobody has
    /// signed in for as long as a session lasts.
    pub(crate) async fn forget_sessions(&self, now: i64) -> Result<(), Error> {
        for ended in [
            "DELETE FROM session WHERE expires <= ?",
            "DELETE FROM invitation WHERE expires <= ?",
        ] {
            sqlx::query(ended).bind(now).execute(&self.writer).await?;
        }
        sqlx::query("DELETE FROM user_network WHERE used <= ?")
            .bind(now - LONGEST)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

/// When a session ends that was opened then, and is used now.
const fn end(created: i64, now: i64, is_in_place: bool) -> i64 {
    let (idle, longest) = match is_in_place {
        true => (IDLE_IN_PLACE, LONGEST_IN_PLACE),
        false => (IDLE, LONGEST),
    };
    let (idle, last) = (now + idle, created + longest);
    if idle < last { idle } else { last }
}

/// Opens a session, in a transaction of more.
pub(super) async fn open(
    change: &mut SqliteConnection,
    user: &str,
    new: Opening<'_>,
    now: i64,
) -> Result<Option<Opened>, Error> {
    sqlx::query("UPDATE user SET signed_in = ? WHERE id = ? AND NOT disabled")
        .bind(now)
        .bind(user)
        .execute(&mut *change)
        .await?;
    let user = user_of(change, user).await?;
    let Some(user) = user.filter(|user| !user.disabled) else {
        return Ok(None);
    };
    let token = URL_SAFE_NO_PAD.encode(random::<32>());
    let expires = end(now, now, new.origin.is_some());
    sqlx::query(
        "INSERT INTO session (user_id, token_hash, means, agent, created, used, expires, origin) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7)",
    )
    .bind(&user.id)
    .bind(digest(token.as_bytes()).as_slice())
    .bind(new.means.as_str())
    .bind(new.agent)
    .bind(now)
    .bind(expires)
    .bind(new.origin)
    .execute(&mut *change)
    .await?;
    let detail = match new.origin {
        Some(origin) => json!({ "means": new.means.as_str(), "under_articles_of": origin }),
        None => json!({ "means": new.means.as_str() }),
    };
    audit(
        change,
        user.id.as_str(),
        DoneCode::SignIn,
        None,
        &user.id,
        &detail,
        now,
    )
    .await?;
    Ok(Some(Opened {
        token,
        expires,
        user,
    }))
}
