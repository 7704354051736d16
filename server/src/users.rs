//! Who looks after the comments, as the owner of the machine has it: for the command line.

use std::fmt::Write;
use std::path::PathBuf;

use afterword_protocol::admin::{Grant, Role};
use sqlx::sqlite::SqliteConnectOptions;
use url::Url;

use crate::app::chain;
use crate::config::Config;
use crate::domain::{
    Clock, WrongPassword, check_email, check_password, check_user_name, hash_password, rfc3339,
};
use crate::error::Refusal;
use crate::http::invitation_link;
use crate::sites::Sites;
use crate::store::{self, NewInvitation, NewUser, Store, User, UserChange, Which};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Why something about users can't be done.
#[derive(Debug, thiserror::Error)]
pub enum UsersError {
    /// The database can't be opened, or fails.
    #[error("cannot use the database {}: {}", file.display(), chain(source.as_ref()))]
    Database {
        /// Its file.
        file: PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It is not to be.
    #[error("{0}")]
    Refused(String),
    /// There is no such database.
    #[error("there is no database {}: --database names the server's", .0.display())]
    NoDatabase(PathBuf),
    /// There is nobody of that name or address.
    #[error("there is no user {0:?}")]
    Nobody(String),
}

impl From<Refusal> for UsersError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(match refusal.detail {
            Some(detail) => detail,
            None => refusal.kind.title().to_owned(),
        })
    }
}

impl From<WrongPassword> for UsersError {
    fn from(wrong: WrongPassword) -> Self {
        Self::Refused(wrong.to_string())
    }
}

/// Somebody to be added.
#[derive(Clone, Default)]
pub struct Account {
    /// Their name.
    pub name: String,
    /// Their e-mail address.
    pub email: Option<String>,
    /// What they are where. Without any, an owner while there is none, else a moderator of all sites.
    pub grants: Vec<Grant>,
    /// Their password.
    pub password: Option<String>,
}

/// What is to change about somebody; what is absent stays.
#[derive(Clone, Default)]
pub struct AccountChange {
    /// Another name.
    pub name: Option<String>,
    /// Another address; an empty one takes it away.
    pub email: Option<String>,
    /// What they are instead, unless it is nothing.
    pub grants: Vec<Grant>,
    /// Another password.
    pub password: Option<String>,
    /// Whether they are kept out.
    pub disabled: Option<bool>,
    /// Whether all their passkeys go, and with them that one is needed.
    pub forget_passkeys: bool,
}

/// The users of a database. A server may be at work with it.
pub struct Users {
    store: Store,
    file: PathBuf,
    clock: Clock,
}

impl Users {
    /// Opens a database; makes it where there is none.
    ///
    /// # Errors
    /// When it can't be opened.
    pub async fn open(database: &SqliteConnectOptions) -> Result<Self, UsersError> {
        let file = database.get_filename().to_owned();
        match Store::open(database).await {
            Ok(store) => Ok(Self {
                store,
                file,
                clock: Clock::system(),
            }),
            Err(source) => Err(UsersError::Database {
                file,
                source: source.into(),
            }),
        }
    }

    /// The same of a database that is there already.
    ///
    /// # Errors
    /// When it isn't, or can't be opened.
    pub async fn of(database: &SqliteConnectOptions) -> Result<Self, UsersError> {
        let file = database.get_filename();
        match file.exists() {
            true => Self::open(database).await,
            false => Err(UsersError::NoDatabase(file.to_owned())),
        }
    }

    /// What there is to say about sites that nobody has named so far.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn missing(&self, grants: &[Grant], config: &Config) -> Result<String, UsersError> {
        let sites = Sites::load(config, &self.store).await;
        let sites = sites.map_err(|error| UsersError::Database {
            file: self.file.clone(),
            source: error.into(),
        })?;
        let mut text = String::new();
        for name in grants.iter().filter_map(|grant| grant.site.as_deref()) {
            if sites.named(Some(name)).is_none() {
                // Writing to a String can't fail.
                let _ = writeln!(
                    text,
                    "There is no site {name} so far: `afterword-server site add {name}` adds it, \
                     unless the server's configuration file names it."
                );
            }
        }
        Ok(text)
    }

    fn error(&self, error: store::Error) -> UsersError {
        match error {
            store::Error::Refused(refusal) => refusal.into(),
            error => UsersError::Database {
                file: self.file.clone(),
                source: error.into(),
            },
        }
    }

    /// Refuses what can't be added, but for its password.
    ///
    /// # Errors
    /// When name or address are none.
    pub fn check(&self, account: &Account) -> Result<(), UsersError> {
        check_user_name(&account.name)?;
        check_email(account.email.as_deref().unwrap_or_default())?;
        Ok(())
    }

    /// Adds somebody; gives what there is to say.
    ///
    /// # Errors
    /// When something about them is wrong, or taken.
    pub async fn add(&self, account: Account) -> Result<String, UsersError> {
        let name = check_user_name(&account.name)?;
        let email = check_email(account.email.as_deref().unwrap_or_default())?;
        let grants = self.grants(account.grants).await?;
        let password = match &account.password {
            Some(password) => {
                check_password(password, &[Some(name), email])?;
                Some(hash_password(password))
            }
            None => None,
        };
        let new = NewUser {
            name,
            email,
            password: password.as_deref(),
            grants: &grants,
        };
        let added = self.store.add_user(new, None, self.clock.now()).await;
        let user = added.map_err(|error| self.error(error))?;
        Ok(format!(
            "{} is {} in {}\n",
            user.name,
            roles(&user.grants),
            self.file.display()
        ))
    }

    /// Those, or what somebody is of whom nothing is said.
    async fn grants(&self, grants: Vec<Grant>) -> Result<Vec<Grant>, UsersError> {
        if !grants.is_empty() {
            return Ok(grants);
        }
        let users = self.store.users().await;
        let users = users.map_err(|error| self.error(error))?;
        let role = match users.iter().any(User::is_owner) {
            true => Role::Moderator,
            false => Role::Owner,
        };
        Ok(vec![Grant { site: None, role }])
    }

    /// Invites somebody; gives the link, which is good for so many days.
    ///
    /// # Errors
    /// When something about them is wrong, or taken.
    pub async fn invite(
        &self,
        account: Account,
        days: u32,
        public_url: Option<&Url>,
    ) -> Result<String, UsersError> {
        let grants = self.grants(account.grants).await?;
        // Whoever opens the link could do nothing about that.
        for name in [Some(&account.name), account.email.as_ref()]
            .into_iter()
            .flatten()
        {
            if let Ok(user) = self.named(name).await {
                let taken = format!("{name} is {} already", user.name);
                return Err(UsersError::Refused(taken));
            }
        }
        let now = self.clock.now();
        let new = NewInvitation {
            user: None,
            name: Some(check_user_name(&account.name)?),
            email: check_email(account.email.as_deref().unwrap_or_default())?,
            grants: &grants,
            by: None,
            expires: now + i64::from(days) * DAY,
        };
        self.link(&new, public_url, now).await
    }

    /// Makes a link by which somebody chooses a new password; it is good for a day.
    ///
    /// # Errors
    /// When there is no such one.
    pub async fn reset(&self, user: &str, public_url: Option<&Url>) -> Result<String, UsersError> {
        let user = self.named(user).await?;
        let now = self.clock.now();
        let new = NewInvitation {
            user: Some(&user.id),
            name: Some(&user.name),
            email: None,
            grants: &[],
            by: None,
            expires: now + DAY,
        };
        self.link(&new, public_url, now).await
    }

    async fn link(
        &self,
        new: &NewInvitation<'_>,
        public_url: Option<&Url>,
        now: i64,
    ) -> Result<String, UsersError> {
        let made = self.store.invite(new, now).await;
        let (_, code) = made.map_err(|error| self.error(error))?;
        let link = invitation_link(public_url, &code);
        let until = rfc3339(new.expires);
        let how = match public_url {
            Some(_) => String::new(),
            None => " at the server's address (`--public-url` says it)".to_owned(),
        };
        Ok(format!(
            "{link}\nThis link is good until {until}, once{how}.\n"
        ))
    }

    /// All there are, as lines for people.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self) -> Result<String, UsersError> {
        let users = self.store.users().await;
        let users = users.map_err(|error| self.error(error))?;
        let mut text = String::new();
        for user in users {
            let seen = match user.signed_in {
                Some(time) => format!("signed in {}", rfc3339(time)),
                None => "has never signed in".to_owned(),
            };
            let email = user.email.as_deref().unwrap_or("no address");
            let out = if user.disabled { "  kept out" } else { "" };
            // Writing to a String can't fail.
            let _ = writeln!(
                text,
                "{}  {email}  {}  {}  {seen}{out}",
                user.name,
                roles(&user.grants),
                means(&user)
            );
        }
        if text.is_empty() {
            "There is no user. `afterword-server user add NAME` adds one.\n".clone_into(&mut text);
        }
        Ok(text)
    }

    async fn named(&self, name: &str) -> Result<User, UsersError> {
        let found = self.store.user_named(name.trim()).await;
        let found = found.map_err(|error| self.error(error))?;
        match found {
            Some((user, _)) => Ok(user),
            None => Err(UsersError::Nobody(name.to_owned())),
        }
    }

    /// Changes somebody; gives what there is to say.
    ///
    /// # Errors
    /// When there is no such one, something is wrong or taken, or there would be no owner any more.
    pub async fn set(&self, user: &str, change: AccountChange) -> Result<String, UsersError> {
        let user = self.named(user).await?;
        let name = change.name.as_deref().map(check_user_name).transpose()?;
        let email = change.email.as_deref().map(check_email).transpose()?;
        let password = match &change.password {
            Some(password) => {
                let known = [
                    Some(name.unwrap_or(&user.name)),
                    email.unwrap_or(user.email.as_deref()),
                ];
                check_password(password, &known)?;
                Some(hash_password(password))
            }
            None => None,
        };
        let what = UserChange {
            name,
            email,
            password: password.as_deref().map(Some),
            disabled: change.disabled,
            grants: Some(change.grants.as_slice()).filter(|grants| !grants.is_empty()),
            forget_passkeys: change.forget_passkeys,
            session: None,
            second_factor: None,
        };
        let changed = self
            .store
            .change_user(&user.id, &what, None, self.clock.now());
        let changed = changed.await.map_err(|error| self.error(error))?;
        let changed = changed.ok_or_else(|| UsersError::Nobody(user.name))?;
        let out = if changed.disabled {
            ", and kept out"
        } else {
            ""
        };
        Ok(format!(
            "{} is {}{out}\n",
            changed.name,
            roles(&changed.grants)
        ))
    }

    /// Ends all sessions of somebody; gives what there is to say.
    ///
    /// # Errors
    /// When there is no such one.
    pub async fn sign_out(&self, user: &str) -> Result<String, UsersError> {
        let user = self.named(user).await?;
        let now = self.clock.now();
        let ended = self.store.end_sessions(&user.id, Which::All, None, now);
        let ended = ended.await.map_err(|error| self.error(error))?;
        Ok(match ended {
            1 => format!("1 session of {} has ended\n", user.name),
            _ => format!("{ended} sessions of {} have ended\n", user.name),
        })
    }

    /// Removes somebody; gives what there is to say.
    ///
    /// # Errors
    /// When there is no such one, or there would be no owner any more.
    pub async fn remove(&self, user: &str) -> Result<String, UsersError> {
        let user = self.named(user).await?;
        let removed = self.store.remove_user(&user.id, None, self.clock.now());
        removed.await.map_err(|error| self.error(error))?;
        Ok(format!("{} is removed\n", user.name))
    }
}

/// By what somebody signs in here, in words.
fn means(user: &User) -> &'static str {
    match (user.has_password, user.passkeys > 0) {
        (true, true) if user.second_factor => "password and passkey together",
        (true, true) => "password or passkey",
        (true, false) => "password",
        (false, true) => "passkey",
        // As at another server.
        (false, false) => "neither password nor passkey",
    }
}

/// What somebody is, in words.
fn roles(grants: &[Grant]) -> String {
    let words = grants.iter().map(|Grant { site, role }| {
        let role = role.as_str();
        match site {
            Some(site) => format!("{role} of {site}"),
            None => format!("{role} of all sites"),
        }
    });
    match words.collect::<Vec<_>>() {
        words if words.is_empty() => "nothing anywhere".to_owned(),
        words => words.join(", "),
    }
}
