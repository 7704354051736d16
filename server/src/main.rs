//! `afterword-server`: see `afterword-server help`.

mod user_command;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use afterword_conformance::{self as conformance, Options, Told};
use afterword_server::config::{Config, ConfigError, LogFormat, Settings};
use afterword_server::{App, PersonCommand, SiteCommand};
use clap::{Args, Parser, Subcommand};
use tokio::signal;
use tracing_subscriber::EnvFilter;

/// Comments under any article: the server. Without a command it serves.
#[derive(Parser)]
#[command(
    name = "afterword-server",
    version,
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the comments and the widget until a signal (SIGINT, SIGTERM) ends it
    Serve(Box<Serve>),
    /// Print the API's description (OpenAPI 3.1) and end
    Openapi,
    /// Print what readers have reported, the latest first, and end; a server may run meanwhile
    Reports(Reports),
    /// Add, list, change and remove sites; a server may run meanwhile
    Site(Site),
    /// Add, list, change or remove who looks after the comments; a server may run meanwhile
    User(user_command::User),
    /// Export or erase what is kept of a person (docs/privacy.md); a server may run meanwhile
    Person(Person),
    /// Try out how mails are sent
    Mail(Mail),
    /// Check whether a server keeps the protocol (docs/protocol.md), and end: with status 0 when all
    /// holds, 1 where something falls short, 2 when it could not be found out
    Conformance(Conformance),
}

#[derive(clap::Args)]
struct Serve {
    #[command(flatten)]
    settings: Settings,
    /// A TOML file with the same settings, and with sites; options and variables win over it
    #[arg(long, env = "AFTERWORD_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Also serve a demo article at `/`, with sample comments when it has none
    #[arg(long)]
    demo: bool,
}

#[derive(clap::Args)]
struct Mail {
    #[command(subcommand)]
    command: MailCommand,
}

#[derive(Subcommand)]
enum MailCommand {
    /// Send a mail by the settings that `serve` has, at once, and print what the SMTP server answers
    Test(Box<MailTest>),
}

#[derive(clap::Args)]
struct MailTest {
    /// Where it is to go
    address: String,
    #[command(flatten)]
    settings: Settings,
    /// A TOML file with the same settings; options and variables win over it
    #[arg(long, env = "AFTERWORD_CONFIG", value_name = "FILE")]
    config: Option<std::path::PathBuf>,
}

#[derive(clap::Args)]
struct Reports {
    /// The server's SQLite file [default: that of AFTERWORD_DATABASE_URL, of the configuration file, or
    /// afterword.sqlite]
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// The server's configuration file
    #[arg(long, env = "AFTERWORD_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(clap::Args)]
struct Site {
    #[command(subcommand)]
    command: SiteCommand,
    /// The server's SQLite file [default: that of AFTERWORD_DATABASE_URL, of the configuration file, or
    /// afterword.sqlite]
    #[arg(long, value_name = "FILE", global = true)]
    database: Option<PathBuf>,
    /// The server's configuration file: its sites are shown, and not changed
    #[arg(long, env = "AFTERWORD_CONFIG", value_name = "FILE", global = true)]
    config: Option<PathBuf>,
}

#[derive(clap::Args)]
struct Person {
    #[command(subcommand)]
    command: PersonCommand,
    /// The server's SQLite file [default: that of AFTERWORD_DATABASE_URL, of the configuration file, or
    /// afterword.sqlite]
    #[arg(long, value_name = "FILE", global = true)]
    database: Option<PathBuf>,
    /// The server's configuration file
    #[arg(long, env = "AFTERWORD_CONFIG", value_name = "FILE", global = true)]
    config: Option<PathBuf>,
}

impl Person {
    fn run(self) -> ExitCode {
        let config = Config::load(of_database(self.database), self.config.as_deref());
        print(config, async |config: &Config| {
            self.command.run(config).await
        })
    }
}

/// It posts comments to pages of its own making, on the site that is named, and deletes them again.
#[derive(clap::Args)]
struct Conformance {
    /// Address of the server, as in https://comments.example.org: what /api/v1 follows
    url: String,
    /// The site, where the server has several
    #[arg(long)]
    site: Option<String>,
    /// What the keys of the pages begin with that it writes to
    #[arg(long, value_name = "KEY", default_value = "/afterword-conformance")]
    page: String,
    /// Send this `Origin`, as pages of the site do; without it none is sent
    #[arg(long, value_name = "ORIGIN")]
    origin: Option<String>,
    /// Make these checks alone; several with commas between them
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    only: Vec<String>,
    /// How many seconds it waits in all where the server says that it was asked too often (429)
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(0..=86_400))]
    patience: u64,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    /// Do it on another machine's server, too: it posts comments there, which others may see until
    /// they are deleted
    #[arg(long)]
    yes: bool,
}

/// What a wrong command line or configuration ends with, as clap has it.
const WRONG_USE: u8 = 2;

fn main() -> ExitCode {
    // For whatever asks other servers.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let Arguments { command, serve } = Arguments::parse();
    match command {
        None => serve.run(),
        Some(Command::Serve(serve)) => serve.run(),
        Some(Command::Reports(reports)) => reports.run(),
        Some(Command::Site(site)) => site.run(),
        Some(Command::User(user)) => user.run(),
        Some(Command::Person(person)) => person.run(),
        Some(Command::Mail(Mail {
            command: MailCommand::Test(test),
        })) => test.run(),
        Some(Command::Conformance(conformance)) => conformance.run(),
        Some(Command::Openapi) => {
            say(&afterword_server::openapi());
            ExitCode::SUCCESS
        }
    }
}

/// The settings of a command that asks for nothing but the database.
fn of_database(file: Option<PathBuf>) -> Settings {
    let url = match file {
        Some(file) => Some(url_of(&file)),
        None => std::env::var("AFTERWORD_DATABASE_URL").ok(),
    };
    Settings {
        database_url: url,
        ..Settings::default()
    }
}

/// A file as the setting `database-url` has it, where percents and question marks have a meaning.
fn url_of(file: &Path) -> String {
    let name = file.display().to_string();
    format!("sqlite:{}", name.replace('%', "%25").replace('?', "%3F"))
}

/// Does what takes no server, and prints what it says.
fn print<E: std::fmt::Display>(
    config: Result<Config, ConfigError>,
    work: impl AsyncFnOnce(&Config) -> Result<String, E>,
) -> ExitCode {
    let config = match config {
        Ok(config) => config,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(WRONG_USE);
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let result = match runtime {
        Ok(runtime) => runtime
            .block_on(work(&config))
            .map_err(|error| error.to_string()),
        Err(error) => Err(format!("cannot start: {error}")),
    };
    match result {
        Ok(text) => {
            // Whoever reads no further, as `head` does, has seen enough.
            let _ = std::io::stdout().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

impl Reports {
    fn run(self) -> ExitCode {
        let config = Config::load(of_database(self.database), self.config.as_deref());
        print(config, async |config: &Config| {
            afterword_server::reports(&config.database).await
        })
    }
}

impl Site {
    fn run(self) -> ExitCode {
        let origins = std::env::var("AFTERWORD_ORIGINS").ok();
        let settings = Settings {
            // Whoever says them there can't set them here.
            origins: origins.map(|origins| origins.split(',').map(str::to_owned).collect()),
            ..of_database(self.database)
        };
        let config = Config::load(settings, self.config.as_deref());
        let command = self.command;
        print(config, async |config: &Config| command.run(config).await)
    }
}

impl MailTest {
    fn run(self) -> ExitCode {
        let config = match Config::load(self.settings, self.config.as_deref()) {
            Ok(config) => config,
            Err(error) => {
                eprintln!("error: {error}");
                return ExitCode::from(WRONG_USE);
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let result = match runtime {
            Ok(runtime) => runtime
                .block_on(afterword_server::test_mail(&config, &self.address))
                .map_err(|error| error.to_string()),
            Err(error) => Err(format!("cannot start: {error}")),
        };
        match result {
            Ok(answer) => {
                say(&format!("sent: {answer}"));
                ExitCode::SUCCESS
            }
            Err(error) => {
                eprintln!("error: {error}");
                ExitCode::FAILURE
            }
        }
    }
}

impl Conformance {
    fn run(self) -> ExitCode {
        let code = match self.report() {
            Ok(code) => code,
            Err(error) => {
                eprintln!("error: {error}");
                WRONG_USE
            }
        };
        ExitCode::from(code)
    }

    fn report(self) -> Result<u8, String> {
        let options = Options::new(&self.url).map_err(|error| error.to_string())?;
        let options = Options {
            site: self.site,
            page: self.page,
            origin: self.origin,
            only: self.only,
            patience: Duration::from_secs(self.patience),
            ..options
        };
        if !self.yes && !options.is_local() {
            return Err(format!(
                "{} is not on this machine. It would be sent some 350 requests, and some 50 comments on pages \
                 whose keys begin with {}, each of which is deleted again; others may see them meanwhile. \
                 Say --yes to do it.",
                options.url, options.page
            ));
        }
        let is_json = self.json;
        let tell = |told: Told<'_>| match told {
            // Standard output has the report alone, whoever reads it.
            Told::Waits(pause) => eprintln!("  … waits {} s, as told (429)", pause.as_secs()),
            Told::Begun(page) if !is_json => say(&format!(
                "Checks {}\nIt posts comments on pages whose keys begin with {page}, and deletes them again.\n",
                options.url
            )),
            Told::Checked(checked) if !is_json => say(&checked.to_string()),
            _ => {}
        };
        let report = conformance::run(&options, &tell).map_err(|error| error.to_string())?;
        match is_json {
            true => say(&report.json()),
            false => say(&format!("\n{}", report.summary())),
        }
        Ok(report.exit_code())
    }
}

/// A line of standard output, at once: whoever started us may wait for it. Whoever reads no further, as
/// `head` does, has seen enough.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

impl Serve {
    fn run(self) -> ExitCode {
        let config = match Config::load(self.settings, self.config.as_deref()) {
            Ok(config) => config,
            Err(error) => {
                eprintln!("error: {error}");
                return ExitCode::from(WRONG_USE);
            }
        };
        start_log(&config);
        for name in misspelt() {
            tracing::warn!("{name} is no setting: `afterword-server serve --help` has all");
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build();
        let result = match runtime {
            Ok(runtime) => runtime.block_on(serve(config, self.demo)),
            Err(error) => Err(format!("cannot start: {error}")),
        };
        match result {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("error: {error}");
                ExitCode::FAILURE
            }
        }
    }
}

/// Variables that look like settings, and are none.
fn misspelt() -> Vec<String> {
    let command = Serve::augment_args(clap::Command::new("serve"));
    let known = command.get_arguments().filter_map(clap::Arg::get_env);
    let known: Vec<&std::ffi::OsStr> = known.collect();
    let names = std::env::vars_os().map(|(name, _)| name);
    let names = names.filter(|name| !known.contains(&name.as_os_str()));
    let names = names.filter_map(|name| name.into_string().ok());
    names
        .filter(|name| name.starts_with("AFTERWORD_"))
        .collect()
}

/// The log goes to standard error: standard output says where the server listens, for programs.
fn start_log(config: &Config) {
    let log = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(&config.log))
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

async fn serve(config: Config, demo: bool) -> Result<(), String> {
    let app = App::start(config, demo)
        .await
        .map_err(|error| error.to_string())?;
    say(&format!("listening on http://{}", app.address()));
    app.serve(asked_to_stop()).await;
    Ok(())
}

/// Until SIGINT (Ctrl-C) or SIGTERM.
async fn asked_to_stop() {
    let interrupt = signal::ctrl_c();
    #[cfg(unix)]
    {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            },
            Err(_) => drop(interrupt.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
}
