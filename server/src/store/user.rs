//! Who looks after the comments.

use afterword_protocol::ProblemKind;
use afterword_protocol::admin::WrongCode;
use afterword_protocol::admin::{self, DoneCode, Grant, Role};
use serde_json::json;
use sqlx::SqliteConnection;
use ulid::Ulid;

use super::audit::audit;
use super::{Error, Store};
use crate::domain::rfc3339;
use crate::error::Refusal;

/// What stands for all sites.
const ALL: &str = "*";

/// A user, with what they are where.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) disabled: bool,
    pub(crate) created: i64,
    pub(crate) signed_in: Option<i64>,
    pub(crate) grants: Vec<Grant>,
    pub(crate) has_password: bool,
    pub(crate) passkeys: u32,
    pub(crate) second_factor: bool,
}

impl User {
    /// Whether they are an owner.
    pub(crate) fn is_owner(&self) -> bool {
        self.grants.iter().any(|grant| grant.role == Role::Owner)
    }

    /// Whether their password alone lets nobody in.
    pub(crate) fn needs_passkey(&self) -> bool {
        self.second_factor && self.passkeys > 0
    }
}

impl From<User> for admin::User {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            name: user.name,
            email: user.email,
            grants: user.grants,
            disabled: user.disabled,
            created: rfc3339(user.created),
            signed_in: user.signed_in.map(rfc3339),
            has_password: user.has_password,
            passkeys: user.passkeys,
            second_factor: user.second_factor,
        }
    }
}

/// A user to be.
#[derive(Clone, Debug)]
pub(crate) struct NewUser<'a> {
    pub(crate) name: &'a str,
    pub(crate) email: Option<&'a str>,
    /// A hash.
    pub(crate) password: Option<&'a str>,
    pub(crate) grants: &'a [Grant],
}

/// What changes of a user; what is absent stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct UserChange<'a> {
    pub(crate) name: Option<&'a str>,
    /// `Some(None)` takes it away.
    pub(crate) email: Option<Option<&'a str>>,
    /// A hash; `Some(None)` takes it away. Either ends all sessions but `session`.
    pub(crate) password: Option<Option<&'a str>>,
    /// Keeping somebody out ends their sessions.
    pub(crate) disabled: Option<bool>,
    pub(crate) grants: Option<&'a [Grant]>,
    /// Whether the password alone lets nobody in any more.
    pub(crate) second_factor: Option<bool>,
    /// Whether all their passkeys go, and with them that one is needed. Ends all sessions.
    pub(crate) forget_passkeys: bool,
    /// The session that goes on.
    pub(crate) session: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct UserRow {
    id: String,
    name: String,
    email: Option<String>,
    disabled: bool,
    created: i64,
    signed_in: Option<i64>,
    /// JSON: pairs of site and role.
    grants: String,
    has_password: bool,
    passkeys: u32,
    second_factor: bool,
}

macro_rules! user_columns {
    () => {
        "id, name, email, disabled, created, signed_in, second_factor, \
         password IS NOT NULL AS has_password, \
         (SELECT count(*) FROM passkey WHERE user_id = user.id) AS passkeys, \
         (SELECT coalesce(json_group_array(json_array(site, role)), '[]') \
          FROM \"grant\" WHERE user_id = user.id) AS grants"
    };
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        let grants: Vec<(String, String)> = serde_json::from_str(&row.grants).unwrap_or_default();
        let grants = grants.into_iter().filter_map(|(site, role)| {
            Some(Grant {
                site: (site != ALL).then_some(site),
                role: Role::from_name(&role)?,
            })
        });
        Self {
            grants: grants.collect(),
            id: row.id,
            name: row.name,
            email: row.email,
            disabled: row.disabled,
            created: row.created,
            signed_in: row.signed_in,
            has_password: row.has_password,
            passkeys: row.passkeys,
            second_factor: row.second_factor,
        }
    }
}

/// The user of that id.
pub(super) async fn user_of(
    reader: &mut SqliteConnection,
    id: &str,
) -> Result<Option<User>, Error> {
    let row: Option<UserRow> = sqlx::query_as(concat!(
        "SELECT ",
        user_columns!(),
        " FROM user WHERE id = ?"
    ))
    .bind(id)
    .fetch_optional(reader)
    .await?;
    Ok(row.map(User::from))
}

impl Store {
    /// The user of that id.
    pub(crate) async fn user(&self, id: &str) -> Result<Option<User>, Error> {
        user_of(&mut *self.readers.acquire().await?, id).await
    }

    /// The user of that name or address, with the hash of their password.
    pub(crate) async fn user_named(
        &self,
        name: &str,
    ) -> Result<Option<(User, Option<String>)>, Error> {
        let mut reader = self.readers.acquire().await?;
        let found: Option<(String, Option<String>)> =
            sqlx::query_as("SELECT id, password FROM user WHERE name = ?1 OR email = ?1")
                .bind(name)
                .fetch_optional(&mut *reader)
                .await?;
        let Some((id, password)) = found else {
            return Ok(None);
        };
        let user = user_of(&mut reader, &id).await?;
        Ok(user.map(|user| (user, password)))
    }

    /// The hash of a user's password.
    pub(crate) async fn password(&self, id: &str) -> Result<Option<String>, Error> {
        let found: Option<Option<String>> =
            sqlx::query_scalar("SELECT password FROM user WHERE id = ?")
                .bind(id)
                .fetch_optional(&self.readers)
                .await?;
        Ok(found.flatten())
    }

    /// All users, by name.
    pub(crate) async fn users(&self) -> Result<Vec<User>, Error> {
        let rows: Vec<UserRow> = sqlx::query_as(concat!(
            "SELECT ",
            user_columns!(),
            " FROM user ORDER BY name COLLATE NOCASE"
        ))
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.into_iter().map(User::from).collect())
    }

    /// Adds a user. `by` is who does it; nobody, where it is the command line.
    pub(crate) async fn add_user(
        &self,
        new: NewUser<'_>,
        by: Option<&str>,
        now: i64,
    ) -> Result<User, Error> {
        let mut change = self.begin().await?;
        let user = add(&mut change, &new, by, now).await?;
        change.commit().await?;
        Ok(user)
    }

    /// Changes a user; none when there is no such one.
    pub(crate) async fn change_user(
        &self,
        id: &str,
        what: &UserChange<'_>,
        by: Option<&str>,
        now: i64,
    ) -> Result<Option<User>, Error> {
        let mut change = self.begin().await?;
        let Some(before) = user_of(&mut change, id).await? else {
            return Ok(None);
        };
        let after = changed(&mut change, &before, what, by, now).await?;
        change.commit().await?;
        Ok(Some(after))
    }

    /// Has a user be what `grants` makes of what they are: nobody else makes another thing of that
    /// meanwhile. None when there is no such one.
    pub(crate) async fn set_grants(
        &self,
        id: &str,
        grants: impl FnOnce(&[Grant]) -> Result<Vec<Grant>, Refusal>,
        by: Option<&str>,
        now: i64,
    ) -> Result<Option<User>, Error> {
        let mut change = self.begin().await?;
        let Some(before) = user_of(&mut change, id).await? else {
            return Ok(None);
        };
        let grants = grants(&before.grants)?;
        let what = UserChange {
            grants: Some(&grants),
            ..UserChange::default()
        };
        let after = changed(&mut change, &before, &what, by, now).await?;
        change.commit().await?;
        Ok(Some(after))
    }

    /// Removes a user, with all that is theirs; the log keeps their name. Gives whether there was one.
    pub(crate) async fn remove_user(
        &self,
        id: &str,
        by: Option<&str>,
        now: i64,
    ) -> Result<bool, Error> {
        let mut change = self.begin().await?;
        let Some(user) = user_of(&mut change, id).await? else {
            return Ok(false);
        };
        let detail = json!({ "name": user.name });
        audit(
            &mut change,
            by,
            DoneCode::UserRemove,
            None,
            id,
            &detail,
            now,
        )
        .await?;
        sqlx::query("DELETE FROM user WHERE id = ?")
            .bind(id)
            .execute(&mut *change)
            .await?;
        keep_an_owner(&mut change).await?;
        change.commit().await?;
        Ok(true)
    }
}

/// Adds a user, in a transaction of more.
pub(super) async fn add(
    change: &mut SqliteConnection,
    new: &NewUser<'_>,
    by: Option<&str>,
    now: i64,
) -> Result<User, Error> {
    let time = u64::try_from(now).unwrap_or(0);
    let id = Ulid::from_parts(time, u128::from_le_bytes(crate::domain::random())).to_string();
    sqlx::query("INSERT INTO user (id, name, email, password, created) VALUES (?, ?, ?, ?, ?)")
        .bind(&id)
        .bind(new.name)
        .bind(new.email)
        .bind(new.password)
        .bind(now)
        .execute(&mut *change)
        .await
        .map_err(taken)?;
    give(change, &id, new.grants).await?;
    let detail = json!({ "name": new.name, "grants": new.grants });
    audit(change, by, DoneCode::UserAdd, None, &id, &detail, now).await?;
    let user = user_of(change, &id).await?;
    Ok(user.ok_or(sqlx::Error::RowNotFound)?)
}

/// A name or an address that is there already is for its sender to hear of.
fn taken(error: sqlx::Error) -> Error {
    match &error {
        sqlx::Error::Database(cause) if cause.is_unique_violation() => {
            let (what, code) = match cause.message().contains("user.email") {
                true => (
                    "another user has that e-mail address",
                    WrongCode::TakenEmail,
                ),
                false => ("another user has that name", WrongCode::TakenName),
            };
            Refusal::because(ProblemKind::Taken, what)
                .coded(code)
                .into()
        }
        _ => error.into(),
    }
}

pub(super) async fn give(
    change: &mut SqliteConnection,
    user: &str,
    grants: &[Grant],
) -> Result<(), Error> {
    for grant in grants {
        let site = match grant.role {
            Role::Owner => ALL,
            _ => grant.site.as_deref().unwrap_or(ALL),
        };
        sqlx::query(
            "INSERT INTO \"grant\" (user_id, site, role) VALUES (?, ?, ?) \
             ON CONFLICT (user_id, site) DO UPDATE SET role = excluded.role",
        )
        .bind(user)
        .bind(site)
        .bind(grant.role.as_str())
        .execute(&mut *change)
        .await?;
    }
    Ok(())
}

/// Ends the sessions of a user, but for one.
pub(super) async fn end_sessions(
    change: &mut SqliteConnection,
    user: &str,
    but: Option<i64>,
) -> Result<u64, Error> {
    let ended = sqlx::query("DELETE FROM session WHERE user_id = ? AND id IS NOT ?")
        .bind(user)
        .bind(but)
        .execute(change)
        .await?;
    Ok(ended.rows_affected())
}

/// Changes a user, in a transaction of more.
async fn changed(
    change: &mut SqliteConnection,
    before: &User,
    what: &UserChange<'_>,
    by: Option<&str>,
    now: i64,
) -> Result<User, Error> {
    let id = before.id.as_str();
    let name = what.name.unwrap_or(&before.name);
    let email = what.email.unwrap_or(before.email.as_deref());
    let disabled = what.disabled.unwrap_or(before.disabled);
    let second_factor = what.second_factor.unwrap_or(before.second_factor);
    let second_factor = second_factor && !what.forget_passkeys;
    sqlx::query(
        "UPDATE user SET name = ?, email = ?, disabled = ?, second_factor = ? WHERE id = ?",
    )
    .bind(name)
    .bind(email)
    .bind(disabled)
    .bind(second_factor)
    .bind(id)
    .execute(&mut *change)
    .await
    .map_err(taken)?;
    if let Some(password) = what.password {
        sqlx::query("UPDATE user SET password = ? WHERE id = ?")
            .bind(password)
            .bind(id)
            .execute(&mut *change)
            .await?;
    }
    if what.forget_passkeys {
        sqlx::query("DELETE FROM passkey WHERE user_id = ?")
            .bind(id)
            .execute(&mut *change)
            .await?;
    }
    if what.password.is_some() || what.forget_passkeys || disabled {
        end_sessions(change, id, what.session).await?;
    }
    let is_less = what.grants.is_some_and(|after| {
        let mut before = before.grants.iter();
        before.any(|grant| !after.contains(grant))
    });
    if disabled || is_less {
        // They may not be theirs to give any more.
        sqlx::query("DELETE FROM invitation WHERE by_id = ?")
            .bind(id)
            .execute(&mut *change)
            .await?;
    }
    if let Some(grants) = what.grants {
        sqlx::query("DELETE FROM \"grant\" WHERE user_id = ?")
            .bind(id)
            .execute(&mut *change)
            .await?;
        give(change, id, grants).await?;
    }
    let after = user_of(change, id).await?;
    let after = after.ok_or(sqlx::Error::RowNotFound)?;
    // The last of their passkeys may have gone meanwhile. Whom somebody else helps has a link.
    if by == Some(id) && after.passkeys == 0 {
        let refusal = |detail| Refusal::because(ProblemKind::InvalidRequest, detail);
        if what.password == Some(None) {
            let detail = "register a passkey first: this is all that there is to sign in by";
            return Err(refusal(detail).into());
        }
        if what.second_factor == Some(true) {
            let detail = "without a passkey nobody would come in";
            return Err(refusal(detail).coded(WrongCode::PasskeyNeeded).into());
        }
    }
    keep_an_owner(change).await?;
    for (deed, detail) in told(before, &after, what) {
        audit(change, by, deed, None, id, &detail, now).await?;
    }
    Ok(after)
}

/// Refuses what has left the server without an owner.
async fn keep_an_owner(change: &mut SqliteConnection) -> Result<(), Error> {
    let (users, owners): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM user), (SELECT count(*) FROM \"grant\" \
         JOIN user ON user.id = user_id WHERE role = 'owner' AND NOT disabled)",
    )
    .fetch_one(change)
    .await?;
    match (users, owners) {
        // The last of all may be removed, or nobody could begin anew.
        (0, _) => Ok(()),
        (_, 0) => Err(Refusal::new(ProblemKind::LastOwner).into()),
        _ => Ok(()),
    }
}

/// What is said of a change in the log.
fn told(before: &User, after: &User, what: &UserChange<'_>) -> Vec<(DoneCode, serde_json::Value)> {
    let mut told = Vec::new();
    if before.name != after.name || before.email != after.email {
        let detail =
            json!({ "name": [before.name, after.name], "email": before.email != after.email });
        told.push((DoneCode::UserChange, detail));
    }
    if let Some(password) = what.password {
        told.push((DoneCode::Password, json!({ "set": password.is_some() })));
    }
    match (before.disabled, after.disabled) {
        (false, true) => told.push((DoneCode::UserDisable, json!({ "name": after.name }))),
        (true, false) => told.push((DoneCode::UserEnable, json!({ "name": after.name }))),
        _ => {}
    }
    if what.forget_passkeys {
        told.push((DoneCode::PasskeyRemove, json!({ "all": before.passkeys })));
    }
    if before.second_factor != after.second_factor {
        told.push((
            DoneCode::SecondFactor,
            json!({ "needed": after.second_factor }),
        ));
    }
    if before.grants != after.grants {
        let detail = json!({ "name": after.name, "before": before.grants, "after": after.grants });
        told.push((DoneCode::Grants, detail));
    }
    told
}
