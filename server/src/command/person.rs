//! `afterword-server person`: what is kept of a person.

use afterword_protocol::admin::Erased;

use crate::config::Config;
use crate::domain::Clock;
use crate::sites::Sites;
use crate::store::{self, ErasedBy, Store, Whose};

/// What is asked about a person.
#[derive(Debug, clap::Subcommand)]
pub enum PersonCommand {
    /// Print all that is kept of a person, as JSON
    Export(Person),
    /// Erase all that is kept of a person. It can't be undone; a running server goes by it at once
    Erase {
        /// Who is meant.
        #[command(flatten)]
        person: Person,
        /// What they wrote stays, and who wrote it is forgotten
        #[arg(long)]
        keep_texts: bool,
        /// Do it; without this it is said how much would be erased
        #[arg(long)]
        yes: bool,
    },
}

/// Who is meant.
#[derive(Debug, clap::Args)]
pub struct Person {
    /// By what they are known: author:NAME, email:ADDRESS, account:SUB (what a site calls its reader, or
    /// another server does where they sign in), comment:ID, or what the admin pages have as person:HASH
    /// and network:HASH. A name may be several people's
    #[arg(value_name = "KEY")]
    key: String,
    /// On that site alone
    #[arg(long, value_name = "SITE")]
    site: Option<String>,
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum PersonCommandError {
    /// The database failed.
    #[error("cannot use the database: {}", crate::app::chain(.0.as_ref()))]
    Database(Box<dyn std::error::Error + Send + Sync>),
    /// There is none.
    #[error("there is no database {}: --database names the server's", .0.display())]
    NoDatabase(std::path::PathBuf),
    /// There is no such site.
    #[error("there is no site {0:?}; `afterword-server site list` has them")]
    NoSite(String),
    /// The key is none.
    #[error(
        "{0:?} is nobody: say author:NAME, email:ADDRESS, account:SUB, comment:ID, person:HASH or \
         network:HASH"
    )]
    Nobody(String),
    /// It was not said that it is meant.
    #[error(
        "{comments} comments, {addresses} addresses and {readers} accounts would be erased for good. Say \
         --yes to do it; `person export` prints them."
    )]
    Unsure {
        /// How many comments.
        comments: usize,
        /// How many addresses.
        addresses: usize,
        /// How many accounts of who has signed in.
        readers: usize,
    },
}

impl From<store::Error> for PersonCommandError {
    fn from(error: store::Error) -> Self {
        Self::Database(error.into())
    }
}

impl PersonCommand {
    /// Does it; gives what is to be said.
    ///
    /// # Errors
    /// When it can't be done; nothing has changed then.
    pub async fn run(self, config: &Config) -> Result<String, PersonCommandError> {
        let file = config.database.get_filename();
        if !file.exists() {
            return Err(PersonCommandError::NoDatabase(file.to_owned()));
        }
        let (person, erasure) = match self {
            Self::Export(person) => (person, None),
            Self::Erase {
                person,
                keep_texts,
                yes,
            } => (person, Some((keep_texts, yes))),
        };
        let nobody = || PersonCommandError::Nobody(person.key.clone());
        let whose = Whose::from_key(&person.key).ok_or_else(nobody)?;
        let store = Store::open(&config.database).await?;
        if let Some(site) = &person.site {
            let sites = Sites::load(config, &store).await;
            let sites = sites.map_err(|error| PersonCommandError::Database(error.into()))?;
            // Of one that was removed, the comments stay.
            let counts = store.comments_of_sites().await?;
            if sites.named(Some(site)).is_none() && !counts.iter().any(|(name, _)| name == site) {
                return Err(PersonCommandError::NoSite(site.clone()));
            }
        }
        let site = person
            .site
            .map(|site| serde_json::json!([site]).to_string());
        let now = Clock::system().now();
        let export = store
            .export_person(&person.key, &whose, site.as_deref(), now)
            .await?;
        let said = match erasure {
            None => {
                let noted = store.note_export(&export, site.as_deref(), None, now);
                noted.await?;
                let json = serde_json::to_string_pretty(&export).unwrap_or_default();
                Ok(json + "\n")
            }
            Some((_, false)) => Err(PersonCommandError::Unsure {
                comments: export.comments.len(),
                addresses: export.addresses.len(),
                readers: export.readers.len(),
            }),
            Some((keep_texts, true)) => {
                let Erased {
                    comments,
                    addresses,
                    readers,
                } = store
                    .erase_person(
                        &whose,
                        site.as_deref(),
                        keep_texts,
                        &ErasedBy::default(),
                        now,
                    )
                    .await?;
                Ok(format!(
                    "{comments} comments, {addresses} addresses and {readers} accounts are erased.\n"
                ))
            }
        };
        store.close().await;
        said
    }
}
