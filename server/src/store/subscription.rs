//! Who wishes to hear of answers by mail.

use sqlx::SqliteConnection;

use super::{Error, Store};
use crate::domain::Purpose;
use crate::domain::link;

/// An author who wishes to hear of answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subscriber<'a> {
    /// As mail is sent there.
    pub(crate) email: &'a str,
    /// Tag of the language that mails are in.
    pub(crate) language: &'a str,
}

/// A comment whose author has left an address, and who that is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Left<'a> {
    pub(super) comment: &'a str,
    pub(super) site: &'a str,
    /// What shows that several comments are theirs.
    pub(super) person: Option<&'a [u8]>,
}

/// Somebody's claim that an address is theirs.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Claim {
    pub(crate) address_id: i64,
    pub(crate) email: String,
    pub(crate) language: String,
    pub(crate) is_confirmed: bool,
}

/// A page whose answers an address gets.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Followed {
    pub(crate) page_id: i64,
    pub(crate) key: String,
    pub(crate) title: Option<String>,
    pub(crate) url: Option<String>,
}

/// For how long an address waits to be confirmed, in milliseconds.
pub(crate) const CONFIRM_WITHIN: i64 = 7 * 24 * 60 * 60 * 1000;

impl Store {
    /// A token for a link in a mail.
    pub(crate) fn sign_link(&self, purpose: Purpose, subject: &str, until: i64) -> String {
        link::sign(&self.secret, purpose, subject, until)
    }

    /// What a token of a link is about.
    pub(crate) fn read_link<'a>(
        &self,
        purpose: Purpose,
        token: &'a str,
        now: i64,
    ) -> Option<&'a str> {
        link::read(&self.secret, purpose, token, now)
    }

    /// Keeps an author's address with their comment, unless its owner wants no mails at all. It is
    /// written to when its owner has confirmed it to be this person's, on this site.
    pub(super) async fn subscribe(
        &self,
        change: &mut SqliteConnection,
        left: Left<'_>,
        subscriber: Subscriber<'_>,
        now: i64,
    ) -> Result<(), Error> {
        let refused: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM address_refused WHERE hash = ?)")
                .bind(self.address_hash(subscriber.email).as_slice())
                .fetch_one(&mut *change)
                .await?;
        if refused {
            return Ok(());
        }
        // Whoever types somebody else's address doesn't change in which language its owner is
        // written to.
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO address (email, language, created) VALUES (?, ?, ?) \
             ON CONFLICT (email) DO UPDATE SET language = \
                 CASE WHEN confirmed IS NULL THEN excluded.language ELSE language END \
             RETURNING id",
        )
        .bind(subscriber.email)
        .bind(subscriber.language)
        .bind(now)
        .fetch_one(&mut *change)
        .await?;
        let claim: i64 = sqlx::query_scalar(
            "INSERT INTO claim (address_id, site, person, created) VALUES (?, ?, ?, ?) \
             ON CONFLICT DO UPDATE SET person = excluded.person RETURNING id",
        )
        .bind(id)
        .bind(left.site)
        .bind(left.person.unwrap_or(left.comment.as_bytes()))
        .bind(now)
        .fetch_one(&mut *change)
        .await?;
        sqlx::query("INSERT INTO subscription (comment_id, address_id, claim_id) VALUES (?, ?, ?)")
            .bind(left.comment)
            .bind(id)
            .bind(claim)
            .execute(change)
            .await?;
        Ok(())
    }

    pub(super) fn address_hash(&self, email: &str) -> [u8; 32] {
        let parts = ["refused address", &email.to_lowercase()];
        self.secret.sign(&parts.map(str::as_bytes))
    }

    /// A claim, with its address.
    pub(crate) async fn claim(&self, id: i64) -> Result<Option<Claim>, Error> {
        Ok(sqlx::query_as(
            "SELECT address_id, email, language, claim.confirmed IS NOT NULL AS is_confirmed \
             FROM claim JOIN address ON address.id = address_id WHERE claim.id = ?",
        )
        .bind(id)
        .fetch_optional(&self.readers)
        .await?)
    }

    /// Takes an address for that of who claims it; false when it is not waiting for that any more.
    pub(crate) async fn confirm_claim(&self, id: i64, now: i64) -> Result<bool, Error> {
        let mut change = self.begin().await?;
        let address: Option<i64> = sqlx::query_scalar(
            "UPDATE claim SET confirmed = coalesce(confirmed, ?1) WHERE id = ?2 \
             AND (confirmed IS NOT NULL OR created > ?3) RETURNING address_id",
        )
        .bind(now)
        .bind(id)
        .bind(now - CONFIRM_WITHIN)
        .fetch_optional(&mut *change)
        .await?;
        sqlx::query("UPDATE address SET confirmed = coalesce(confirmed, ?) WHERE id = ?")
            .bind(now)
            .bind(address)
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        Ok(address.is_some())
    }

    /// Never writes to an address again.
    pub(crate) async fn refuse_address(&self, id: i64, now: i64) -> Result<(), Error> {
        let mut change = self.begin().await?;
        let email: Option<String> = sqlx::query_scalar("SELECT email FROM address WHERE id = ?")
            .bind(id)
            .fetch_optional(&mut *change)
            .await?;
        if let Some(email) = email {
            self.refuse(&mut change, &email, now).await?;
            leave(&mut change, id, None).await?;
        }
        change.commit().await?;
        self.write_through().await
    }

    /// The same for one that somebody wants to sign in by: that ends, too.
    pub(crate) async fn refuse_login(&self, id: i64, email: &str, now: i64) -> Result<(), Error> {
        let mut change = self.begin().await?;
        self.refuse(&mut change, email, now).await?;
        sqlx::query("DELETE FROM reader_login WHERE id = ?")
            .bind(id)
            .execute(&mut *change)
            .await?;
        let address: Option<i64> =
            sqlx::query_scalar("SELECT id FROM address WHERE email = ? COLLATE NOCASE")
                .bind(email)
                .fetch_optional(&mut *change)
                .await?;
        if let Some(address) = address {
            leave(&mut change, address, None).await?;
        }
        change.commit().await?;
        self.write_through().await
    }

    async fn refuse(
        &self,
        change: &mut SqliteConnection,
        email: &str,
        now: i64,
    ) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO address_refused (hash, created) VALUES (?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(self.address_hash(email).as_slice())
        .bind(now)
        .execute(change)
        .await?;
        Ok(())
    }

    /// Ends the mails to an address, about a page or about all.
    pub(crate) async fn unsubscribe(&self, id: i64, page: Option<i64>) -> Result<(), Error> {
        let mut change = self.begin().await?;
        leave(&mut change, id, page).await?;
        change.commit().await?;
        self.write_through().await
    }

    /// The pages whose answers an address gets, the latest first.
    pub(crate) async fn followed(&self, id: i64) -> Result<Vec<Followed>, Error> {
        Ok(sqlx::query_as(
            "SELECT page.id AS page_id, page.key, page.title, page.url FROM subscription \
             JOIN claim ON claim.id = claim_id AND confirmed IS NOT NULL \
             JOIN comment ON comment.id = comment_id JOIN page ON page.id = page_id \
             WHERE subscription.address_id = ? GROUP BY page.id ORDER BY max(comment.id) DESC LIMIT 200",
        )
        .bind(id)
        .fetch_all(&self.readers)
        .await?)
    }

    /// A page's address, if the page has one that is known.
    pub(crate) async fn page_by_id(&self, id: i64) -> Result<Option<Followed>, Error> {
        Ok(
            sqlx::query_as("SELECT id AS page_id, key, title, url FROM page WHERE id = ?")
                .bind(id)
                .fetch_optional(&self.readers)
                .await?,
        )
    }
}

async fn leave(
    change: &mut SqliteConnection,
    address: i64,
    page: Option<i64>,
) -> Result<(), Error> {
    sqlx::query(
        "DELETE FROM subscription WHERE address_id = ?1 AND (?2 IS NULL OR comment_id IN \
         (SELECT id FROM comment WHERE page_id = ?2))",
    )
    .bind(address)
    .bind(page)
    .execute(change)
    .await?;
    Ok(())
}
