//! The sites as they are now: those of the file, and those of the database, which the owner can change
//! while the server runs, by a command or on the admin pages.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::Mutex;

use crate::config::{self, Config, Origins, SettingError, Site, SiteSettings, Source};
use crate::http::Shared;
use crate::store::{self, SiteRow, Store};

/// How soon it is noticed that another process has changed a site.
pub(crate) const NOTICED: Duration = Duration::from_secs(1);

/// Why the sites can't be told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SitesError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// What is stored of one is nothing that it can be.
    #[error("the database has of the site {site}: {error}")]
    Site {
        /// Its name.
        site: String,
        /// What is wrong.
        error: SettingError,
    },
}

/// The sites as they are now.
pub(crate) struct Sites {
    all: ArcSwap<Vec<Arc<Site>>>,
    /// What the database had when they were made. It is held while that is read: nobody puts what was
    /// there before in the place of what is there now.
    rows: Mutex<Vec<SiteRow>>,
}

impl Sites {
    /// The sites of the file and of the database.
    pub(crate) async fn load(config: &Config, store: &Store) -> Result<Self, SitesError> {
        let rows = store.sites().await?;
        for row in &rows {
            if in_file(config, &row.name) {
                tracing::warn!(
                    site = row.name,
                    "the site is in the file and in the database: the file's is taken"
                );
            }
        }
        let all = merged(config, &rows, None)?;
        Ok(Self {
            all: ArcSwap::from_pointee(all),
            rows: Mutex::new(rows),
        })
    }

    /// All of them.
    pub(crate) fn all(&self) -> Arc<Vec<Arc<Site>>> {
        self.all.load_full()
    }

    /// The site of that name; without a name, the only one, or the one called `default`.
    pub(crate) fn named(&self, name: Option<&str>) -> Option<Arc<Site>> {
        let all = self.all.load();
        if let (None, [only]) = (name, all.as_slice()) {
            return Some(Arc::clone(only));
        }
        let name = name.unwrap_or(config::DEFAULT);
        all.iter().find(|site| site.name == name).cloned()
    }

    /// Looks whether the database has other sites by now.
    pub(crate) async fn reload(&self, config: &Config, store: &Store) -> Result<(), SitesError> {
        let mut known = self.rows.lock().await;
        let rows = store.sites().await?;
        if *known != rows {
            let all = merged(config, &rows, Some(&self.all.load()))?;
            self.all.store(Arc::new(all));
            *known = rows;
            tracing::info!("the sites have changed");
        }
        Ok(())
    }
}

/// Looks now and then whether another process has changed a site. It has no end.
pub(crate) async fn watch(context: Shared) {
    let mut interval = tokio::time::interval(NOTICED);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        let reloaded = context.sites.reload(&context.config, &context.store);
        if let Err(error) = reloaded.await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the sites could not be read"
            );
        }
    }
}

/// Whether the configuration file names it.
pub(crate) fn in_file(config: &Config, name: &str) -> bool {
    let mut sites = config.sites.iter();
    sites.any(|site| site.source == Source::File && site.name == name)
}

/// Those of the file, and those of the database that it doesn't name. What of a site can't be read is
/// as it was before.
pub(crate) fn merged(
    config: &Config,
    rows: &[SiteRow],
    before: Option<&Vec<Arc<Site>>>,
) -> Result<Vec<Arc<Site>>, SitesError> {
    let is_named = |site: &&Site| site.source == Source::File;
    let named = config.sites.iter().filter(is_named).cloned().map(Arc::new);
    let mut sites: Vec<Arc<Site>> = named.collect();
    let is_in_file = !sites.is_empty();
    for row in rows.iter().filter(|row| !in_file(config, &row.name)) {
        match of_row(config, row) {
            Ok(site) => sites.push(Arc::new(site)),
            Err(error) => {
                let known = before.and_then(|all| all.iter().find(|site| site.name == row.name));
                let Some(known) = known else {
                    let site = row.name.clone();
                    return Err(SitesError::Site { site, error });
                };
                tracing::error!(
                    site = row.name,
                    error = &error as &dyn std::error::Error,
                    "what the database has of the site can't be read: it stays as it was"
                );
                sites.push(Arc::clone(known));
            }
        }
    }
    // An owner who names origins and no site has named this one.
    let has_usual = sites.iter().any(|site| site.name == config::DEFAULT);
    if !is_in_file && !has_usual && (sites.is_empty() || config.usual.origins.is_some()) {
        let usual = config.sites.iter().cloned().map(Arc::new);
        sites.splice(0..0, usual);
    }
    Ok(sites)
}

/// The site that a row tells of.
pub(crate) fn of_row(config: &Config, row: &SiteRow) -> Result<Site, SettingError> {
    let json = |field: &str, error: serde_json::Error| SettingError::new(field, error.to_string());
    let origins: Vec<String> =
        serde_json::from_str(&row.origins).map_err(|error| json("origins", error))?;
    let origins = config::read_origins(Some(&origins))
        .map_err(|error| SettingError::new("origins", error.to_string()))?;
    let settings = serde_json::from_str(&row.settings).map_err(|error| json("settings", error))?;
    let settings = SiteSettings::read(settings)?;
    let origins = match &config.usual.origins {
        Some(said) if row.name == config::DEFAULT => said.clone(),
        _ => origins,
    };
    Ok(Site::new(
        row.name.clone(),
        origins,
        settings,
        &config.usual,
        Source::Database,
    ))
}

/// Says in the log how to go on, as long as no owner has named any page.
pub(crate) fn say_how_to_go_on(sites: &Sites, config: &Config) {
    if let [only] = sites.all().as_slice()
        && only.source == Source::Usual
        && only.origins == Origins::Loopback
    {
        let file = config.database.get_filename();
        tracing::info!(
            "only pages of this machine (localhost) may send comments so far; for yours: \
             afterword-server site set {} origins=https://www.example.org --database {}",
            only.name,
            file.display()
        );
    }
}
