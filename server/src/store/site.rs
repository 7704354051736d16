//! The sites that no file names.

use afterword_protocol::admin::DoneCode;
use sqlx::SqliteConnection;

use serde_json::{Value, json};

use super::audit::audit;
use super::{Error, Store};

/// A site as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct SiteRow {
    pub(crate) name: String,
    /// A JSON list.
    pub(crate) origins: String,
    /// A JSON object: what the owner has set, and nothing else.
    pub(crate) settings: String,
    /// Milliseconds since 1970.
    pub(crate) created: i64,
}

/// Who changes a site, and when.
#[derive(Clone, Copy)]
pub(crate) struct By<'a> {
    /// The user's id; none for the command line.
    pub(crate) user: Option<&'a str>,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
}

impl Store {
    /// All of them, by their names.
    pub(crate) async fn sites(&self) -> Result<Vec<SiteRow>, Error> {
        let rows =
            sqlx::query_as("SELECT name, origins, settings, created FROM site ORDER BY name");
        Ok(rows.fetch_all(&self.readers).await?)
    }

    /// The sites that have pages, whether or not they are still there.
    pub(crate) async fn sites_of_pages(&self) -> Result<Vec<String>, Error> {
        let sites = sqlx::query_scalar("SELECT DISTINCT site FROM page");
        Ok(sites.fetch_all(&self.readers).await?)
    }

    /// How many comments each site has, be they held or not, by their names.
    pub(crate) async fn comments_of_sites(&self) -> Result<Vec<(String, u32)>, Error> {
        // How many are published stands with each page.
        let counts = sqlx::query_as(
            "SELECT site, sum(n) FROM (SELECT site, comment_count AS n FROM page \
                 UNION ALL SELECT site, 1 FROM comment CROSS JOIN page ON page.id = page_id \
                 WHERE verdict IN ('pending', 'spam', 'hidden')) \
             GROUP BY site HAVING sum(n) > 0 ORDER BY site",
        );
        Ok(counts.fetch_all(&self.readers).await?)
    }

    /// Gives a site what `change` makes of it; none means that there is none (any more). Nobody else
    /// changes it meanwhile.
    pub(crate) async fn change_site<E: From<Error>>(
        &self,
        name: &str,
        by: By<'_>,
        change: impl FnOnce(Option<SiteRow>) -> Result<Option<SiteRow>, E>,
    ) -> Result<(), E> {
        let mut transaction = self.begin().await.map_err(E::from)?;
        let found = find(&mut transaction, name).await.map_err(E::from)?;
        let row = change(found.clone())?;
        let noted = note(&mut transaction, name, by, found.as_ref(), row.as_ref()).await;
        noted.map_err(E::from)?;
        let stored = store(&mut transaction, name, row).await;
        stored.map_err(E::from)?;
        let committed = transaction.commit().await;
        committed.map_err(|error| E::from(error.into()))
    }
}

/// Notes who has done what to a site: which of its settings have changed, and none of their values, for
/// some are secrets.
async fn note(
    change: &mut SqliteConnection,
    name: &str,
    by: By<'_>,
    before: Option<&SiteRow>,
    after: Option<&SiteRow>,
) -> Result<(), Error> {
    let deed = match (before, after) {
        (_, None) => DoneCode::SiteRemove,
        (None, Some(_)) => DoneCode::SiteAdd,
        (Some(_), Some(_)) => DoneCode::SiteChange,
    };
    let read = |row: Option<&SiteRow>| -> Value {
        let settings = row.and_then(|row| serde_json::from_str(&row.settings).ok());
        settings.unwrap_or_default()
    };
    let (was, is) = (read(before), read(after));
    let names = [&was, &is].into_iter().filter_map(Value::as_object);
    let mut names: Vec<&String> = names.flat_map(|fields| fields.keys()).collect();
    names.sort();
    names.dedup();
    names.retain(|field| was.get(field.as_str()) != is.get(field.as_str()));
    let mut changed: Vec<&str> = names.into_iter().map(String::as_str).collect();
    if before.map(|row| &row.origins) != after.map(|row| &row.origins) {
        changed.insert(0, "origins");
    }
    let detail = json!({ "changed": changed });
    audit(change, by.user, deed, Some(name), name, &detail, by.now).await
}

async fn find(change: &mut SqliteConnection, name: &str) -> Result<Option<SiteRow>, Error> {
    let row = sqlx::query_as("SELECT name, origins, settings, created FROM site WHERE name = ?");
    Ok(row.bind(name).fetch_optional(change).await?)
}

async fn store(
    change: &mut SqliteConnection,
    name: &str,
    row: Option<SiteRow>,
) -> Result<(), Error> {
    let Some(row) = row else {
        let gone = sqlx::query("DELETE FROM site WHERE name = ?").bind(name);
        gone.execute(change).await?;
        return Ok(());
    };
    sqlx::query(
        "INSERT INTO site (name, origins, settings, created) VALUES (?, ?, ?, ?) \
         ON CONFLICT DO UPDATE SET origins = excluded.origins, settings = excluded.settings",
    )
    .bind(&row.name)
    .bind(&row.origins)
    .bind(&row.settings)
    .bind(row.created)
    .execute(change)
    .await?;
    Ok(())
}
