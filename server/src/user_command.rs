//! `afterword-server user`.

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;

use afterword_protocol::admin::{Grant, Role};
use afterword_server::config::Config;
use afterword_server::{Account, AccountChange, Users};
use clap::Subcommand;

use crate::{of_database, print};

/// Who looks after the comments.
#[derive(clap::Args)]
pub(crate) struct User {
    #[command(subcommand)]
    command: Command,
    /// The server's SQLite file [default: that of AFTERWORD_DATABASE_URL, of the configuration file, or
    /// afterword.sqlite]
    #[arg(long, value_name = "FILE", global = true)]
    database: Option<PathBuf>,
    /// The server's configuration file
    #[arg(long, env = "AFTERWORD_CONFIG", value_name = "FILE", global = true)]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Add somebody. The password is asked for, or read from standard input
    Add(Add),
    /// List who there is
    List,
    /// Change somebody: what is not named stays
    Set(Set),
    /// Print a link by which somebody chooses a new password. It is good for a day
    Reset {
        /// Name or e-mail address
        name: String,
    },
    /// End all sessions of somebody, on all devices
    SignOut {
        /// Name or e-mail address
        name: String,
    },
    /// Remove somebody, with all their sessions; the log of what they did stays
    Remove {
        /// Name or e-mail address
        name: String,
    },
}

#[derive(clap::Args)]
struct Add {
    /// What they are called, and sign in with
    name: String,
    /// They can sign in with that, too
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// owner, admin or moderator, of all sites or of one, as in moderator@blog; may be given several
    /// times [default: owner, while there is none; else moderator]
    #[arg(long, value_name = "ROLE[@SITE]", value_parser = grant)]
    role: Vec<Grant>,
    /// Ask for no password, but print a link by which they choose one
    #[arg(long)]
    invite: bool,
    /// For how many days the link is good
    #[arg(long, requires = "invite", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=30))]
    days: u32,
}

#[derive(clap::Args)]
struct Set {
    /// Name or e-mail address
    user: String,
    /// Another name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Another e-mail address; an empty one takes it away
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// What they are from now on, instead of all that they were
    #[arg(long, value_name = "ROLE[@SITE]", value_parser = grant)]
    role: Vec<Grant>,
    /// Another password: it is asked for, or read from standard input. All sessions end
    #[arg(long)]
    password: bool,
    /// Forget all their passkeys, as when the device is lost: from then on the password is enough. All
    /// sessions end
    #[arg(long)]
    forget_passkeys: bool,
    /// Keep them out. All sessions end
    #[arg(long, conflicts_with = "enable")]
    disable: bool,
    /// Let them in again
    #[arg(long)]
    enable: bool,
}

impl Set {
    fn says_nothing(&self) -> bool {
        let is_said = self.name.is_some() || self.email.is_some() || !self.role.is_empty();
        let is_ticked = self.password || self.forget_passkeys || self.disable || self.enable;
        !is_said && !is_ticked
    }
}

/// A role as it is typed.
fn grant(text: &str) -> Result<Grant, String> {
    let (role, site) = match text.split_once('@') {
        Some((role, site)) => (role, Some(site.to_owned())),
        None => (text, None),
    };
    let role = Role::from_name(role).ok_or("a role is owner, admin or moderator")?;
    match (role, &site) {
        (Role::Owner, Some(_)) => Err("an owner is one of all sites".to_owned()),
        (_, Some(site)) if site.is_empty() => Err("a site has a name".to_owned()),
        _ => Ok(Grant { site, role }),
    }
}

impl User {
    pub(crate) fn run(self) -> ExitCode {
        let config = Config::load(of_database(self.database), self.config.as_deref());
        let command = self.command;
        print(config, async |config: &Config| -> Result<String, String> {
            // A server may still be to be started for the first time.
            let users = match command {
                Command::Add(_) => Users::open(&config.database).await,
                _ => Users::of(&config.database).await,
            };
            let users = users.map_err(told)?;
            match command {
                Command::Add(add) => {
                    let account = Account {
                        name: add.name,
                        email: add.email,
                        grants: add.role,
                        password: None,
                    };
                    let missing = users.missing(&account.grants, config).await.map_err(told)?;
                    if add.invite {
                        let link = users.invite(account, add.days, config.public_url.as_ref());
                        return Ok(link.await.map_err(told)? + &missing);
                    }
                    // Before anybody thinks of a password.
                    users.check(&account).map_err(told)?;
                    let password = Some(password().map_err(told)?);
                    let account = Account {
                        password,
                        ..account
                    };
                    Ok(users.add(account).await.map_err(told)? + &missing)
                }
                Command::List => users.list().await.map_err(told),
                Command::Set(set) => {
                    if set.says_nothing() {
                        let what = "say what is to change: --name, --email, --role, --password, \
                                    --forget-passkeys, --disable or --enable";
                        return Err(what.to_owned());
                    }
                    let missing = users.missing(&set.role, config).await.map_err(told)?;
                    let password = match set.password {
                        true => Some(password().map_err(told)?),
                        false => None,
                    };
                    let change = AccountChange {
                        name: set.name,
                        email: set.email,
                        grants: set.role,
                        password,
                        disabled: match (set.disable, set.enable) {
                            (true, _) => Some(true),
                            (_, true) => Some(false),
                            _ => None,
                        },
                        forget_passkeys: set.forget_passkeys,
                    };
                    Ok(users.set(&set.user, change).await.map_err(told)? + &missing)
                }
                Command::Reset { name } => {
                    let link = users.reset(&name, config.public_url.as_ref());
                    link.await.map_err(told)
                }
                Command::SignOut { name } => users.sign_out(&name).await.map_err(told),
                Command::Remove { name } => users.remove(&name).await.map_err(told),
            }
        })
    }
}

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// The password: typed twice where nobody sees it, or the first line of standard input.
fn password() -> io::Result<String> {
    if !io::stdin().is_terminal() {
        let mut line = String::new();
        io::stdin().read_line(&mut line)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let password = rpassword::prompt_password("Password: ")?;
    if rpassword::prompt_password("The same again: ")? != password {
        return Err(io::Error::other("these were two different ones"));
    }
    Ok(password)
}
