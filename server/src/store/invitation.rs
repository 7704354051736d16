//! Links that make somebody a user, or let a user choose a new password.

use afterword_protocol::ProblemKind;
use afterword_protocol::admin::{self, DoneCode, Grant};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sqlx::SqliteConnection;

use super::audit::audit;
use super::session::{self, Means, Opened, Opening};
use super::user::{self, NewUser, User, end_sessions, give, user_of};
use super::{Error, Store};
use crate::domain::{digest, random, rfc3339};
use crate::error::Refusal;

/// An invitation to be.
pub(crate) struct NewInvitation<'a> {
    /// Whose password it is about; none for a new user.
    pub(crate) user: Option<&'a str>,
    pub(crate) name: Option<&'a str>,
    pub(crate) email: Option<&'a str>,
    pub(crate) grants: &'a [Grant],
    /// Who invites; none for the command line.
    pub(crate) by: Option<&'a str>,
    pub(crate) expires: i64,
}

/// An invitation that is good.
#[derive(Clone, Debug)]
pub(crate) struct Invitation {
    pub(crate) id: i64,
    /// Whose password it is about.
    pub(crate) user: Option<User>,
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) grants: Vec<Grant>,
    /// The name of who has invited.
    pub(crate) by: Option<String>,
    pub(crate) by_id: Option<String>,
    pub(crate) expires: i64,
}

impl From<Invitation> for admin::Invitation {
    fn from(invitation: Invitation) -> Self {
        let (name, email, grants) = match &invitation.user {
            Some(user) => (
                Some(user.name.clone()),
                user.email.clone(),
                user.grants.clone(),
            ),
            None => (invitation.name, invitation.email, invitation.grants),
        };
        Self {
            id: invitation.id.to_string(),
            reset: invitation.user.is_some(),
            grants,
            name,
            email,
            by: invitation.by,
            expires: rfc3339(invitation.expires),
        }
    }
}

/// What somebody accepts with.
pub(crate) struct Accepted<'a> {
    pub(crate) name: Option<&'a str>,
    pub(crate) email: Option<&'a str>,
    /// A hash.
    pub(crate) password: Option<&'a str>,
    pub(crate) means: Means,
    pub(crate) agent: &'a str,
}

#[derive(sqlx::FromRow)]
struct InvitationRow {
    id: i64,
    user_id: Option<String>,
    name: Option<String>,
    email: Option<String>,
    grants: String,
    by: Option<String>,
    by_id: Option<String>,
    expires: i64,
}

macro_rules! invitation_columns {
    () => {
        "id, user_id, name, email, grants, by_id, expires, \
         (SELECT user.name FROM user WHERE user.id = by_id) AS \"by\""
    };
}

async fn whole(reader: &mut SqliteConnection, row: InvitationRow) -> Result<Invitation, Error> {
    let user = match &row.user_id {
        Some(user) => user_of(reader, user).await?,
        None => None,
    };
    Ok(Invitation {
        id: row.id,
        user,
        name: row.name,
        email: row.email,
        grants: serde_json::from_str(&row.grants).unwrap_or_default(),
        by: row.by,
        by_id: row.by_id,
        expires: row.expires,
    })
}

async fn coded(
    reader: &mut SqliteConnection,
    code: &str,
    now: i64,
) -> Result<Option<Invitation>, Error> {
    let row: Option<InvitationRow> = sqlx::query_as(concat!(
        "SELECT ",
        invitation_columns!(),
        " FROM invitation WHERE code_hash = ? AND expires > ?"
    ))
    .bind(digest(code.as_bytes()).as_slice())
    .bind(now)
    .fetch_optional(&mut *reader)
    .await?;
    match row {
        Some(row) => Ok(Some(whole(reader, row).await?)),
        None => Ok(None),
    }
}

impl Store {
    /// Invites somebody; gives the invitation, and its secret.
    pub(crate) async fn invite(
        &self,
        new: &NewInvitation<'_>,
        now: i64,
    ) -> Result<(Invitation, String), Error> {
        let code = URL_SAFE_NO_PAD.encode(random::<18>());
        let mut change = self.begin().await?;
        if new.user.is_some() {
            // The latest link is the good one.
            sqlx::query("DELETE FROM invitation WHERE user_id = ?")
                .bind(new.user)
                .execute(&mut *change)
                .await?;
        }
        sqlx::query(
            "INSERT INTO invitation (code_hash, user_id, name, email, grants, by_id, created, expires) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(digest(code.as_bytes()).as_slice())
        .bind(new.user)
        .bind(new.name)
        .bind(new.email)
        .bind(json!(new.grants).to_string())
        .bind(new.by)
        .bind(now)
        .bind(new.expires)
        .execute(&mut *change)
        .await?;
        let invitation = coded(&mut change, &code, now).await?;
        let invitation = invitation.ok_or(sqlx::Error::RowNotFound)?;
        let (deed, subject) = match new.user {
            Some(user) => (DoneCode::PasswordLink, user.to_owned()),
            None => (DoneCode::Invite, invitation.id.to_string()),
        };
        let detail = json!({ "name": new.name, "grants": new.grants });
        audit(&mut change, new.by, deed, None, &subject, &detail, now).await?;
        change.commit().await?;
        Ok((invitation, code))
    }

    /// The invitation of that code, if it is good.
    pub(crate) async fn invitation(
        &self,
        code: &str,
        now: i64,
    ) -> Result<Option<Invitation>, Error> {
        coded(&mut *self.readers.acquire().await?, code, now).await
    }

    /// Those that are good, the latest first.
    pub(crate) async fn invitations(&self, now: i64) -> Result<Vec<Invitation>, Error> {
        let mut reader = self.readers.acquire().await?;
        let rows: Vec<InvitationRow> = sqlx::query_as(concat!(
            "SELECT ",
            invitation_columns!(),
            " FROM invitation WHERE expires > ? ORDER BY id DESC"
        ))
        .bind(now)
        .fetch_all(&mut *reader)
        .await?;
        let mut invitations = Vec::with_capacity(rows.len());
        for row in rows {
            invitations.push(whole(&mut reader, row).await?);
        }
        Ok(invitations)
    }

    /// The one of that address for somebody new, if there is one that is good: the latest.
    pub(crate) async fn invitation_of(
        &self,
        email: &str,
        now: i64,
    ) -> Result<Option<Invitation>, Error> {
        let mut reader = self.readers.acquire().await?;
        let row: Option<InvitationRow> = sqlx::query_as(concat!(
            "SELECT ",
            invitation_columns!(),
            " FROM invitation WHERE email = ? AND expires > ? AND user_id IS NULL \
             ORDER BY id DESC LIMIT 1"
        ))
        .bind(email)
        .bind(now)
        .fetch_optional(&mut *reader)
        .await?;
        match row {
            Some(row) => Ok(Some(whole(&mut reader, row).await?)),
            None => Ok(None),
        }
    }

    /// Withdraws an invitation.
    pub(crate) async fn withdraw(&self, id: i64, by: &str, now: i64) -> Result<(), Error> {
        let mut change = self.begin().await?;
        take(&mut change, id).await?;
        let subject = id.to_string();
        let deed = DoneCode::InviteWithdraw;
        audit(&mut change, by, deed, None, &subject, &json!({}), now).await?;
        Ok(change.commit().await?)
    }

    /// Makes of who accepts what the invitation says, and signs them in. Whoever has said that their
    /// password is not enough has a new one by then, and has still to show the passkey.
    pub(crate) async fn accept(
        &self,
        invitation: &Invitation,
        with: &Accepted<'_>,
        now: i64,
    ) -> Result<Option<Opened>, Error> {
        let mut change = self.begin().await?;
        take(&mut change, invitation.id).await?;
        let by = invitation.by_id.as_deref();
        let user = match &invitation.user {
            Some(user) => {
                sqlx::query("UPDATE user SET password = ? WHERE id = ?")
                    .bind(with.password)
                    .bind(&user.id)
                    .execute(&mut *change)
                    .await?;
                end_sessions(&mut change, &user.id, None).await?;
                let detail = json!({ "set": true, "link": true });
                let id = user.id.as_str();
                audit(&mut change, id, DoneCode::Password, None, id, &detail, now).await?;
                if user.needs_passkey() && !user.disabled {
                    change.commit().await?;
                    return Err(Refusal::new(ProblemKind::PasskeyRequired).into());
                }
                user.id.clone()
            }
            None => {
                let name = with.name.or(invitation.name.as_deref());
                let new = NewUser {
                    name: name.ok_or_else(|| Refusal::new(ProblemKind::InvalidRequest))?,
                    email: with.email.or(invitation.email.as_deref()),
                    password: with.password,
                    grants: &invitation.grants,
                };
                user::add(&mut change, &new, by, now).await?.id
            }
        };
        let new = Opening {
            means: with.means,
            agent: with.agent,
            origin: None,
        };
        let opened = session::open(&mut change, &user, new, now).await?;
        change.commit().await?;
        Ok(opened)
    }

    /// Makes of a user what an invitation says, besides what they are.
    pub(crate) async fn join(
        &self,
        invitation: &Invitation,
        user: &str,
        now: i64,
    ) -> Result<Option<User>, Error> {
        let mut change = self.begin().await?;
        take(&mut change, invitation.id).await?;
        let before = user_of(&mut change, user).await?;
        let Some(before) = before else {
            return Ok(None);
        };
        // Nobody becomes less by being invited.
        let more = invitation.grants.iter().filter(|grant| {
            let same = before.grants.iter().find(|own| own.site == grant.site);
            same.is_none_or(|own| own.role < grant.role)
        });
        let more: Vec<Grant> = more.cloned().collect();
        give(&mut change, user, &more).await?;
        let after = user_of(&mut change, user).await?;
        let detail = json!({ "name": before.name, "before": before.grants, "more": more });
        let by = invitation.by_id.as_deref();
        audit(&mut change, by, DoneCode::Grants, None, user, &detail, now).await?;
        change.commit().await?;
        Ok(after)
    }
}

/// Takes an invitation, which is good once.
async fn take(change: &mut SqliteConnection, id: i64) -> Result<(), Error> {
    let taken = sqlx::query("DELETE FROM invitation WHERE id = ?")
        .bind(id)
        .execute(change)
        .await?;
    match taken.rows_affected() {
        0 => Err(Refusal::new(ProblemKind::NothingThere).into()),
        _ => Ok(()),
    }
}
