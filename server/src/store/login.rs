//! Readers who wait to be signed in by a link in a mail.

use super::mail::{Letter, enqueue};
use super::{Error, Store};

/// Somebody who wants to sign in by an address.
#[derive(Clone, Debug)]
pub(crate) struct NewLogin<'a> {
    pub(crate) site: &'a str,
    /// SHA-256 of what the page that waits holds.
    pub(crate) hash: [u8; 32],
    /// The origin of that page; empty for a program.
    pub(crate) origin: &'a str,
    pub(crate) name: &'a str,
    /// As mail is sent there.
    pub(crate) email: &'a str,
    /// Tag of the language that the mail is in.
    pub(crate) language: &'a str,
    /// What stands on the page that waits, and has to be chosen on the other.
    pub(crate) number: &'a str,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
    pub(crate) expires: i64,
}

/// The same, as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct LoginRow {
    pub(crate) id: i64,
    pub(crate) site: String,
    pub(crate) origin: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) language: String,
    pub(crate) number: String,
    pub(crate) expires: i64,
    pub(crate) is_confirmed: bool,
}

const COLUMNS: &str = "SELECT id, site, origin, name, email, language, number, expires, \
     confirmed IS NOT NULL AS is_confirmed FROM reader_login";

impl Store {
    /// Keeps that somebody wants to sign in, and has a link sent; unless the owner of the address wants
    /// no mails at all: then nothing comes.
    pub(crate) async fn begin_login(&self, new: &NewLogin<'_>) -> Result<(), Error> {
        let hash = self.address_hash(new.email);
        let mut change = self.begin().await?;
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO reader_login \
             (site, secret_hash, origin, name, email, language, number, expires) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        )
        .bind(new.site)
        .bind(new.hash.as_slice())
        .bind(new.origin)
        .bind(new.name)
        .bind(new.email)
        .bind(new.language)
        .bind(new.number)
        .bind(new.expires)
        .fetch_one(&mut *change)
        .await?;
        let refused: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM address_refused WHERE hash = ?)")
                .bind(hash.as_slice())
                .fetch_one(&mut *change)
                .await?;
        if !refused {
            let letter = Letter::SignIn { login: id };
            enqueue(&mut change, &format!("sign-in:{id}"), &letter, new.now).await?;
        }
        Ok(change.commit().await?)
    }

    /// Who waits, unless they have waited for too long.
    pub(crate) async fn waiting_login(&self, id: i64, now: i64) -> Result<Option<LoginRow>, Error> {
        let query = [COLUMNS, " WHERE id = ? AND expires > ?"].concat();
        let row = sqlx::query_as(sqlx::AssertSqlSafe(query));
        Ok(row.bind(id).bind(now).fetch_optional(&self.readers).await?)
    }

    /// Says that the address is theirs who wait; once.
    pub(crate) async fn confirm_login(&self, id: i64, now: i64) -> Result<bool, Error> {
        let changed = sqlx::query(
            "UPDATE reader_login SET confirmed = ?1 \
             WHERE id = ?2 AND confirmed IS NULL AND expires > ?1",
        )
        .bind(now)
        .bind(id)
        .execute(&self.writer)
        .await?;
        Ok(changed.rows_affected() > 0)
    }

    /// Who holds the secret with that hash, on a site.
    pub(crate) async fn login_of(
        &self,
        site: &str,
        hash: [u8; 32],
        now: i64,
    ) -> Result<Option<LoginRow>, Error> {
        let query = [
            COLUMNS,
            " WHERE site = ? AND secret_hash = ? AND expires > ?",
        ]
        .concat();
        let row = sqlx::query_as(sqlx::AssertSqlSafe(query));
        let row = row.bind(site).bind(hash.as_slice()).bind(now);
        Ok(row.fetch_optional(&self.readers).await?)
    }

    /// Ends the waiting; false when that has been done already.
    pub(crate) async fn end_login(&self, id: i64) -> Result<bool, Error> {
        let ended = sqlx::query("DELETE FROM reader_login WHERE id = ?")
            .bind(id)
            .execute(&self.writer)
            .await?;
        Ok(ended.rows_affected() > 0)
    }
}
