//! Readers who have signed in.

use afterword_protocol::OwnComment;

use super::row::theirs;
use super::{Error, Store};

/// Somebody of whom another vouches that it is them.
#[derive(Clone, Debug)]
pub(crate) struct NewReader<'a> {
    pub(crate) site: &'a str,
    pub(crate) issuer: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) name: &'a str,
    pub(crate) email: Option<&'a str>,
    pub(crate) badge: Option<&'a str>,
    pub(crate) verified: bool,
}

/// What a session is to be.
pub(crate) struct NewSession<'a> {
    /// SHA-256 of its token.
    pub(crate) hash: [u8; 32],
    /// The origin of the pages that it is for; empty for a program.
    pub(crate) origin: &'a str,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
    pub(crate) expires: i64,
}

/// A reader who has signed in.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct ReaderRow {
    pub(crate) id: i64,
    pub(crate) site: String,
    /// Who vouches for them.
    pub(crate) issuer: String,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) badge: Option<String>,
    pub(crate) verified: bool,
    /// The origin of the pages that the token was given to.
    pub(crate) origin: String,
}

/// [`NewReader::issuer`] of who signs in by an address: anybody has one.
pub(crate) const BY_EMAIL: &str = "email";

/// The same of who comes with a token of the site's own.
pub(crate) const BY_SITE: &str = "sso";

impl ReaderRow {
    /// Whether the site says who they are, or trusts who says so: they are known from the first comment
    /// on. Anybody has an address, and an account somewhere.
    pub(crate) fn is_known(&self) -> bool {
        self.verified || self.issuer == BY_SITE
    }
}

impl Store {
    /// Lets a reader in, as what is said of them now; gives their id.
    pub(crate) async fn let_in(
        &self,
        new: NewReader<'_>,
        session: NewSession<'_>,
    ) -> Result<i64, Error> {
        let mut change = self.begin().await?;
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO reader (site, issuer, subject, name, email, badge, verified, created) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?) \
             ON CONFLICT (site, issuer, subject) DO UPDATE SET name = excluded.name, \
             email = excluded.email, badge = excluded.badge, verified = excluded.verified \
             RETURNING id",
        )
        .bind(new.site)
        .bind(new.issuer)
        .bind(new.subject)
        .bind(new.name)
        .bind(new.email)
        .bind(new.badge)
        .bind(new.verified)
        .bind(session.now)
        .fetch_one(&mut *change)
        .await?;
        sqlx::query(
            "INSERT INTO reader_session (token_hash, reader_id, origin, expires) \
             VALUES (?, ?, ?, ?)",
        )
        .bind(session.hash.as_slice())
        .bind(id)
        .bind(session.origin)
        .bind(session.expires)
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(id)
    }

    /// Whose token that is the hash of, unless it has expired.
    pub(crate) async fn visitor(
        &self,
        hash: [u8; 32],
        now: i64,
    ) -> Result<Option<ReaderRow>, Error> {
        let row = sqlx::query_as(
            "SELECT reader.id, site, issuer, name, email, badge, verified, origin \
             FROM reader_session JOIN reader ON reader.id = reader_id \
             WHERE token_hash = ? AND expires > ?",
        );
        let row = row.bind(hash.as_slice()).bind(now);
        Ok(row.fetch_optional(&self.readers).await?)
    }

    /// What a reader has written on a page, the latest first.
    pub(crate) async fn written_by(&self, id: i64, page: &str) -> Result<Vec<OwnComment>, Error> {
        const MOST: u32 = 500;
        let found: Vec<(String, bool)> = sqlx::query_as(concat!(
            "SELECT comment.id, comment.verdict <> 'published' AND comment.shadowed = 0 FROM comment \
             JOIN page ON page.id = comment.page_id \
             JOIN reader ON reader.id = comment.reader_id AND reader.site = page.site \
             WHERE comment.reader_id = ? AND page.key = ? AND ",
            theirs!(),
            " ORDER BY comment.id DESC LIMIT ?"
        ))
        .bind(id)
        .bind(page)
        .bind(MOST)
        .fetch_all(&self.readers)
        .await?;
        let own = found.into_iter();
        let own = own.map(|(id, waiting)| OwnComment { id, waiting });
        Ok(own.collect())
    }

    /// Makes a token worth nothing.
    pub(crate) async fn let_out(&self, hash: [u8; 32]) -> Result<(), Error> {
        sqlx::query("DELETE FROM reader_session WHERE token_hash = ?")
            .bind(hash.as_slice())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Forgets tokens that have expired, and readers who hold none and have written nothing.
    pub(crate) async fn forget_readers(&self, now: i64) -> Result<(), Error> {
        const OUTDATED: [&str; 3] = [
            "reader_login WHERE expires <= ?1",
            "reader_session WHERE expires <= ?1",
            "reader WHERE ?1 = ?1 AND NOT EXISTS \
                 (SELECT 1 FROM reader_session WHERE reader_id = reader.id) \
             AND NOT EXISTS (SELECT 1 FROM comment WHERE reader_id = reader.id)",
        ];
        for outdated in OUTDATED {
            // The writer is not disturbed for nothing.
            let is_any = format!("SELECT EXISTS (SELECT 1 FROM {outdated})");
            let is_any: bool = sqlx::query_scalar(sqlx::AssertSqlSafe(is_any))
                .bind(now)
                .fetch_one(&self.readers)
                .await?;
            if is_any {
                sqlx::query(sqlx::AssertSqlSafe(format!("DELETE FROM {outdated}")))
                    .bind(now)
                    .execute(&self.writer)
                    .await?;
            }
        }
        Ok(())
    }
}
