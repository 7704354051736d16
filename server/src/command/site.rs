//! `afterword-server site`: the sites of the database.

#![allow(rustdoc::bare_urls, reason = "the help shows them as they stand")]

use std::fmt::Write;

use afterword_protocol::admin::Grant;
use serde_json::{Map, Value};

use crate::config::{
    self, Config, ConfigError, SettingError, SiteSettings, Source, check_name, masked, unmasked,
};
use crate::domain::{Clock, rfc3339};
use crate::sites::{self, Sites, SitesError};
use crate::store::{self, By, SiteRow, Store};

/// What is asked about sites.
#[derive(Debug, clap::Subcommand)]
pub enum SiteCommand {
    /// Add a site, with what is set for it
    Add {
        /// Its name, as `data-site` has it: 1 to 64 letters, digits, dots, hyphens and underscores
        name: String,
        /// What is set, as in origins=https://www.example.org,https://*.example.org policy=first
        #[arg(value_name = "KEY=VALUE")]
        settings: Vec<String>,
    },
    /// List the sites, with how many comments each has
    List,
    /// Show what is set for a site; secrets are covered
    Show {
        /// Its name
        name: String,
    },
    /// Set something for a site, as in origins=https://www.example.org policy=first; an empty value
    /// takes back what was set. A running server goes by it within a second
    Set {
        /// Its name
        name: String,
        /// What is set; `site show` has the keys
        #[arg(value_name = "KEY=VALUE", required = true)]
        settings: Vec<String>,
    },
    /// Remove a site. Its comments stay in the database, unseen, until a site of that name is added; or
    /// are erased
    Remove {
        /// Its name; with --erase also that of a site that was removed before
        name: String,
        /// Erase its comments, and all that is kept of who wrote them. It can't be undone
        #[arg(long)]
        erase: bool,
        /// Do it although it has comments
        #[arg(long)]
        yes: bool,
    },
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum SiteCommandError {
    /// The database failed.
    #[error("cannot use the database: {}", crate::app::chain(.0.as_ref()))]
    Database(Box<dyn std::error::Error + Send + Sync>),
    /// There is none.
    #[error("there is no database {}: --database names the server's", .0.display())]
    NoDatabase(std::path::PathBuf),
    /// What is to be set can't be.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// A name or an origin is none.
    #[error(transparent)]
    Value(#[from] ConfigError),
    /// It has no equals sign.
    #[error("{0:?} sets nothing: say KEY=VALUE, as in origins=https://www.example.org")]
    NoValue(String),
    /// There is no such site.
    #[error("there is no site {0:?}; `afterword-server site add {0}` adds it")]
    Unknown(String),
    /// There is one already.
    #[error("there is a site {0:?} already; `afterword-server site set {0}` changes it")]
    Known(String),
    /// The file has it.
    #[error("the site {0:?} is in the configuration file, which is to be changed instead")]
    InFile(String),
    /// Nobody has added it.
    #[error(
        "the site {0:?} is there because no other is: it can be set, and goes when another is added"
    )]
    Usual(String),
    /// Its origins are an option's.
    #[error("the origins of the site {0:?} are set by --origins or AFTERWORD_ORIGINS")]
    OriginsSaid(String),
    /// It has comments.
    #[error(
        "the site {name:?} has {comments} comments. They would stay in the database, unseen, until a \
         site of that name is added again (or be erased, with --erase). Say --yes to remove it."
    )]
    HasComments {
        /// The site's name.
        name: String,
        /// How many.
        comments: u32,
    },
    /// The same, and they are to be erased.
    #[error(
        "the site {name:?} has {comments} comments. They would be erased for good, with all that is kept \
         of who wrote them. Say --yes to do it."
    )]
    Erases {
        /// The site's name.
        name: String,
        /// How many.
        comments: u32,
    },
}

impl From<store::Error> for SiteCommandError {
    fn from(error: store::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<SitesError> for SiteCommandError {
    fn from(error: SitesError) -> Self {
        Self::Database(error.into())
    }
}

impl SiteCommand {
    /// Does it; gives what is to be said.
    ///
    /// # Errors
    /// When it can't be done; nothing has changed then.
    pub async fn run(self, config: &Config) -> Result<String, SiteCommandError> {
        let file = config.database.get_filename();
        // A server may still be to be started for the first time.
        let is_new = matches!(self, Self::Add { .. } | Self::Set { .. });
        if !is_new && !file.exists() {
            return Err(SiteCommandError::NoDatabase(file.to_owned()));
        }
        let store = Store::open(&config.database).await?;
        let said = self.on(config, &store).await;
        store.close().await;
        said
    }

    async fn on(self, config: &Config, store: &Store) -> Result<String, SiteCommandError> {
        match self {
            Self::Add { name, settings } => add(config, store, &name, &settings).await,
            Self::List => list(config, store).await,
            Self::Show { name } => show(config, store, &name).await,
            Self::Set { name, settings } => set(config, store, &name, &settings).await,
            Self::Remove { name, erase, yes } => match erase {
                false => remove(config, store, &name, yes).await,
                true => erase_all(config, store, &name, yes).await,
            },
        }
    }
}

async fn add(
    config: &Config,
    store: &Store,
    name: &str,
    given: &[String],
) -> Result<String, SiteCommandError> {
    check_name(name)?;
    refuse_file(config, name)?;
    let change = |found: Option<SiteRow>| match found {
        Some(_) => Err(SiteCommandError::Known(name.to_owned())),
        None => Ok(Some(changed(config, new(name), given)?)),
    };
    let before = Sites::load(config, store).await?;
    store.change_site(name, by(), change).await?;
    let mut text = format!("Added the site {name}. Its pages name it by data-site=\"{name}\".\n");
    // The one that nobody has named goes when another is added.
    let after = Sites::load(config, store).await?;
    let counts = store.comments_of_sites().await?;
    for site in before.all().iter() {
        let (gone, comments) = (&site.name, of(&counts, &site.name));
        if comments > 0 && after.named(Some(gone)).is_none() {
            // Writing to a String can't fail.
            let _ = writeln!(
                text,
                "The site {gone}, which nobody had named, has gone, and nobody sees its {comments} comments. \
                 `afterword-server site add {gone}` brings them back."
            );
        }
    }
    Ok(text)
}

async fn set(
    config: &Config,
    store: &Store,
    name: &str,
    given: &[String],
) -> Result<String, SiteCommandError> {
    refuse_file(config, name)?;
    // Whoever sets something for the site that needs no name has named it.
    let sites = Sites::load(config, store).await?;
    let is_usual = sites
        .named(Some(name))
        .is_some_and(|site| site.source == Source::Usual);
    let change = |found: Option<SiteRow>| {
        let row = found.or_else(|| is_usual.then(|| new(name)));
        let row = row.ok_or_else(|| SiteCommandError::Unknown(name.to_owned()))?;
        Ok::<_, SiteCommandError>(Some(changed(config, row, given)?))
    };
    store.change_site(name, by(), change).await?;
    show(config, store, name).await
}

async fn list(config: &Config, store: &Store) -> Result<String, SiteCommandError> {
    let sites = Sites::load(config, store).await?;
    let counts = store.comments_of_sites().await?;
    let mut text = String::new();
    for site in sites.all().iter() {
        let origins = site.origins.to_strings();
        let origins = match origins.is_empty() {
            true => "pages of this machine".to_owned(),
            false => origins.join(" "),
        };
        let source = match site.source {
            Source::File => "  (in the file)",
            Source::Usual => "  (nobody has named a site)",
            Source::Database => "",
        };
        let comments = of(&counts, &site.name);
        // Writing to a String can't fail.
        let _ = writeln!(
            text,
            "{}  {comments} comments  {origins}{source}",
            site.name
        );
    }
    let is_listed = |name: &str| sites.named(Some(name)).is_some();
    for (name, comments) in counts.iter().filter(|(name, _)| !is_listed(name)) {
        let _ = writeln!(
            text,
            "({name} has {comments} comments and is no site: `afterword-server site add` brings them back)"
        );
    }
    Ok(text)
}

async fn show(config: &Config, store: &Store, name: &str) -> Result<String, SiteCommandError> {
    let sites = Sites::load(config, store).await?;
    let site = sites
        .named(Some(name))
        .ok_or_else(|| SiteCommandError::Unknown(name.to_owned()))?;
    let rows = store.sites().await?;
    let mut text = format!("origins={}\n", site.origins.to_strings().join(","));
    let mut settings = site.settings.json();
    masked(&mut settings);
    flat("", &settings, &mut text);
    let row = rows.iter().find(|row| row.name == name);
    if let (Source::Database, Some(row)) = (site.source, row) {
        let _ = writeln!(text, "# added {}", rfc3339(row.created));
    }
    for user in store.users().await? {
        let is_here = |grant: &&Grant| grant.site.as_deref().is_none_or(|site| site == name);
        let roles = user.grants.iter().filter(is_here).map(|grant| grant.role);
        if let Some(role) = roles.max() {
            let out = if user.disabled { ", kept out" } else { "" };
            let _ = writeln!(text, "# {} {}{out}", role.as_str(), user.name);
        }
    }
    Ok(text)
}

async fn remove(
    config: &Config,
    store: &Store,
    name: &str,
    yes: bool,
) -> Result<String, SiteCommandError> {
    refuse_file(config, name)?;
    let comments = of(&store.comments_of_sites().await?, name);
    let sites = Sites::load(config, store).await?;
    let source = sites.named(Some(name)).map(|site| site.source);
    let change = |found: Option<SiteRow>| match (found, source) {
        (Some(_), _) if comments == 0 || yes => Ok(None),
        (Some(_), _) => Err(SiteCommandError::HasComments {
            name: name.to_owned(),
            comments,
        }),
        (None, Some(Source::Usual)) => Err(SiteCommandError::Usual(name.to_owned())),
        (None, _) => Err(SiteCommandError::Unknown(name.to_owned())),
    };
    store.change_site(name, by(), change).await?;
    Ok(format!("Removed the site {name}.\n"))
}

/// Removes a site, if it is there still, and erases what was written on it.
async fn erase_all(
    config: &Config,
    store: &Store,
    name: &str,
    yes: bool,
) -> Result<String, SiteCommandError> {
    refuse_file(config, name)?;
    let comments = of(&store.comments_of_sites().await?, name);
    if comments > 0 && !yes {
        let name = name.to_owned();
        return Err(SiteCommandError::Erases { name, comments });
    }
    let is_there = store.sites().await?.iter().any(|row| row.name == name);
    if is_there {
        remove(config, store, name, true).await?;
        // A server that runs goes by it then, and takes no comment any more.
        tokio::time::sleep(2 * sites::NOTICED).await;
    } else if !store.sites_of_pages().await?.iter().any(|it| it == name) {
        return Err(SiteCommandError::Unknown(name.to_owned()));
    } else if Sites::load(config, store)
        .await?
        .named(Some(name))
        .is_some()
    {
        return Err(SiteCommandError::Usual(name.to_owned()));
    }
    let erased = store.erase_site(name, Clock::system().now()).await?;
    Ok(format!(
        "The site {name} is removed, and {erased} comments are erased with all that was kept of who wrote them.\n"
    ))
}

/// The owner of the machine.
fn by() -> By<'static> {
    By {
        user: None,
        now: Clock::system().now(),
    }
}

fn of(counts: &[(String, u32)], name: &str) -> u32 {
    let found = counts.iter().find(|(site, _)| site == name);
    found.map_or(0, |(_, comments)| *comments)
}

fn new(name: &str) -> SiteRow {
    SiteRow {
        name: name.to_owned(),
        origins: "[]".to_owned(),
        settings: "{}".to_owned(),
        created: Clock::system().now(),
    }
}

fn refuse_file(config: &Config, name: &str) -> Result<(), SiteCommandError> {
    match sites::in_file(config, name) {
        true => Err(SiteCommandError::InFile(name.to_owned())),
        false => Ok(()),
    }
}

/// A row with what `KEY=VALUE`s say.
fn changed(
    config: &Config,
    mut row: SiteRow,
    given: &[String],
) -> Result<SiteRow, SiteCommandError> {
    let settings = serde_json::from_str(&row.settings);
    let before: Value = settings.unwrap_or_else(|_| Value::Object(Map::new()));
    let mut settings = before.clone();
    for pair in given {
        let (key, value) = pair
            .split_once('=')
            .ok_or_else(|| SiteCommandError::NoValue(pair.clone()))?;
        if key == "origins" {
            if row.name == config::DEFAULT && config.usual.origins.is_some() {
                return Err(SiteCommandError::OriginsSaid(row.name));
            }
            let origins: Vec<String> = value.split(',').map(str::to_owned).collect();
            let origins = config::read_origins(Some(&origins))?.to_strings();
            row.origins = serde_json::to_string(&origins).unwrap_or_default();
        } else {
            settings = with(settings, &key.replace('-', "_"), value)?;
        }
    }
    // As `show` prints it.
    unmasked(&mut settings, &before)?;
    SiteSettings::read(settings.clone())?;
    row.settings = settings.to_string();
    Ok(row)
}

/// The settings with another value for a key. Of what a value can mean, the first is taken that the
/// field can have: JSON, a text, a list with commas.
fn with(settings: Value, key: &str, value: &str) -> Result<Value, SettingError> {
    if value.is_empty() {
        let mut settings = settings;
        put(&mut settings, key, None);
        return Ok(settings);
    }
    let json: Option<Value> = serde_json::from_str(value).ok();
    let text = Value::String(value.to_owned());
    let list = value.split(',').map(str::trim).filter(|it| !it.is_empty());
    let list = Value::Array(list.map(|it| Value::String(it.to_owned())).collect());
    let mut first = None;
    for meant in [json, Some(text), Some(list)].into_iter().flatten() {
        let mut settings = settings.clone();
        put(&mut settings, key, Some(meant));
        match SiteSettings::parse(settings.clone()) {
            Ok(_) => return Ok(settings),
            // A value of the right type that can't be tells more than one of another type.
            Err(error) if !error.reason.starts_with("invalid type") => {
                return Err(error.beside_origins());
            }
            Err(error) => first = first.or(Some(error)),
        }
    }
    Err(first.unwrap_or_else(|| SettingError::new(key, "it has no value")))
}

/// Puts a value at a path like `spam.difficulty`, or takes away what is there.
fn put(settings: &mut Value, key: &str, value: Option<Value>) {
    let Value::Object(fields) = settings else {
        return;
    };
    match (key.split_once('.'), value) {
        (Some((field, rest)), value) => {
            let inner = fields.entry(field);
            let inner = inner.or_insert_with(|| Value::Object(Map::new()));
            put(inner, rest, value);
        }
        (None, Some(value)) => {
            fields.insert(key.to_owned(), value);
        }
        (None, None) => {
            fields.remove(key);
        }
    }
}

/// Lines of `KEY=VALUE`, as `set` takes them.
fn flat(key: &str, value: &Value, text: &mut String) {
    let shown = match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                let key = match key {
                    "" => field.clone(),
                    key => format!("{key}.{field}"),
                };
                flat(&key, value, text);
            }
            return;
        }
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) if values.iter().all(Value::is_string) => {
            let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
            values.join(",")
        }
        value => value.to_string(),
    };
    let _ = writeln!(text, "{key}={}", shown.replace('\n', "\\n"));
}
