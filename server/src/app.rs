//! The server as a whole.

mod listen;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::config::{Config, RetentionSettings};
use crate::demo;
use crate::domain::Clock;
use crate::errands::Errands;
use crate::hooks;
use crate::http::{
    self, Accounts, Cache, Clients, Context, Logins, Shared, Streams, Transfers, Turns,
};
use crate::mail::{self, Mailer};
use crate::outbound::Outbound;
use crate::rules::Rules;
use crate::screening::Rejections;
use crate::sites::{self, Sites, SitesError};
use crate::spam::Defence;
use crate::store::{self, Store};

/// Why the server can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address can't be had.
    #[error("cannot listen on {address}: {source}{}", listening(source))]
    Listen {
        /// The address of the configuration.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The database can't be opened.
    #[error("cannot open the database {}: {}", file.display(), chain(source.as_ref()))]
    Database {
        /// The file of the configuration.
        file: std::path::PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// What the database has of a site is nothing that it can be.
    #[error("{}", chain(.0.as_ref()))]
    Sites(Box<dyn std::error::Error + Send + Sync>),
    /// What sends requests can't be made.
    #[error("requests can't be sent: {}", chain(.0))]
    Outbound(reqwest::Error),
    /// The sample comments can't be stored.
    #[error("cannot store the demo's comments: {}", chain(.0.as_ref()))]
    Demo(Box<dyn std::error::Error + Send + Sync>),
}

/// What to do about an address that can't be had.
fn listening(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            ". Another program listens there, or this one already; --listen names another port"
        }
        io::ErrorKind::AddrNotAvailable => {
            ". This machine has no such address; 0.0.0.0 means all that it has"
        }
        io::ErrorKind::PermissionDenied => {
            ". Ports below 1024 are the system's: take another, and put a proxy in front of it"
        }
        _ => "",
    }
}

/// An error with its causes: an owner is told all of it.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        // Some say what their cause says.
        if !text.ends_with(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}

/// How long requests that were accepted may go on once the server has been asked to end.
const GRACE: Duration = Duration::from_secs(20);

/// How often what is to be forgotten is looked for.
const FORGETTING: Duration = Duration::from_secs(60);

/// How often it is looked for what is kept of people no longer.
const RETAINING: Duration = Duration::from_secs(3600);

/// A server that listens.
pub struct App {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
    context: Shared,
}

impl App {
    /// Opens the database and listens. Nothing is answered before [`App::serve`].
    ///
    /// # Errors
    /// When the address or the database can't be had.
    pub async fn start(config: Config, is_demo: bool) -> Result<Self, StartError> {
        Self::start_at(config, is_demo, Clock::system()).await
    }

    /// The same by another clock.
    ///
    /// # Errors
    /// When the address or the database can't be had.
    pub async fn start_at(config: Config, is_demo: bool, clock: Clock) -> Result<Self, StartError> {
        // Whoever was first has set it; for whatever asks other servers.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let database = |source: store::Error| StartError::Database {
            file: config.database.get_filename().to_owned(),
            source: source.into(),
        };
        let store = Store::open(&config.database).await.map_err(database)?;
        let erased = store.erase(clock.now(), config.undo_window).await;
        erased.map_err(database)?;
        let sites = Sites::load(&config, &store)
            .await
            .map_err(|error| match error {
                SitesError::Store(error) => database(error),
                error @ SitesError::Site { .. } => StartError::Sites(error.into()),
            })?;
        sites::say_how_to_go_on(&sites, &config);
        if store.users().await.map_err(database)?.is_empty() {
            tracing::info!(
                "nobody can sign in at /admin so far; the first owner is added by: \
                 afterword-server user add NAME --database {}",
                config.database.get_filename().display()
            );
        }
        if is_demo {
            demo::fill(&store, &sites, &config, clock.now())
                .await
                .map_err(|error| StartError::Demo(error.into()))?;
        }
        let refused = |source| StartError::Listen {
            address: config.listen,
            source,
        };
        let listener = TcpListener::bind(config.listen).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        if !http::has_widget() {
            tracing::warn!(
                "this program was built without the widget: `cargo xtask dist` makes it"
            );
        }
        let outbound = Outbound::new(config.outbound_private).map_err(StartError::Outbound)?;
        let rules = Rules::load(&store).await.map_err(database)?;
        let context = Arc::new(Context {
            rules,
            rejections: Rejections::default(),
            clients: Clients::new(&config),
            accounts: Accounts::new().map_err(StartError::Outbound)?,
            logins: Logins::default(),
            defence: Defence::new(),
            outbound,
            errands: Errands::default(),
            cache: Cache::new(config.cache_bytes),
            transfers: Transfers::default(),
            streams: Streams::new(&config),
            queue_streams: Streams::new(&config),
            reading: Turns::one(),
            drawing: Turns::of_the_machine(),
            room: http::room(config.image_bytes),
            mailer: config.mail.as_ref().and_then(Mailer::new),
            config,
            sites,
            store,
            clock,
            is_stopping: AtomicBool::new(false),
        });
        Ok(Self {
            listener,
            address,
            router: http::router(&context, is_demo),
            context,
        })
    }

    /// Where it listens: the port is the kernel's choice when the configuration's is 0.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop`; what was accepted by then is answered.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) {
        let Self {
            listener,
            router,
            context,
            ..
        } = self;
        let stopping = Arc::new(Notify::new());
        let announce = {
            let (context, stopping) = (Arc::clone(&context), Arc::clone(&stopping));
            async move {
                stop.await;
                tracing::info!("ending: no new requests are taken");
                context.is_stopping.store(true, Ordering::Relaxed);
                context.streams.end();
                context.queue_streams.end();
                stopping.notify_one();
            }
        };
        let serve = listen::serve(listener, router, listen::PATIENCE, announce);
        let posting = {
            let context = Arc::clone(&context);
            let posting = move || mail::run(Arc::clone(&context));
            tokio::spawn(async move { lasting("mails", posting).await })
        };
        let background = async {
            tokio::join!(
                lasting("forgetting", || forget(Arc::clone(&context))),
                lasting("retention", || retain(Arc::clone(&context))),
                lasting("sites", || sites::watch(Arc::clone(&context))),
                lasting("hooks", || hooks::run(Arc::clone(&context))),
            )
        };
        let too_late = async {
            stopping.notified().await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            () = serve => {}
            () = too_late => tracing::warn!("some requests did not end in {GRACE:?}"),
            _ = background => {}
        }
        if let Some(mailer) = &context.mailer {
            mailer.stop();
        }
        // A mail that is on its way arrives, and it is written down that it did.
        if tokio::time::timeout(GRACE, posting).await.is_err() {
            tracing::warn!("a mail did not get away in {GRACE:?}");
        }
        if tokio::time::timeout(GRACE, context.errands.done())
            .await
            .is_err()
        {
            tracing::warn!("what was begun for others is not done after {GRACE:?}");
        }
        tell_failures([(REFUSED, context.rejections.keep(&context.store).await)]);
        // Whoever was not done in time may still be at it.
        if tokio::time::timeout(GRACE, context.store.close())
            .await
            .is_err()
        {
            tracing::warn!("the database is still in use after {GRACE:?}");
        }
        tracing::info!("ended");
    }
}

/// How long it is waited before what ended by a panic begins anew.
const AGAIN: Duration = Duration::from_millis(if cfg!(test) { 1 } else { 1_000 });

/// Does something beside all else, and begins it anew should it end by a panic: what nobody waits for is
/// missed by nobody either. It ends with this future.
async fn lasting<T>(what: &str, work: impl Fn() -> T)
where
    T: Future<Output = ()> + Send + 'static,
{
    loop {
        let mut running = JoinSet::new();
        running.spawn(work());
        let Some(Err(error)) = running.join_next().await else {
            return;
        };
        tracing::error!(%error, "{what}: begun anew after a panic");
        tokio::time::sleep(AGAIN).await;
    }
}

/// What was to be forgotten, and whether it was.
type Forgotten = (&'static str, Result<(), store::Error>);

/// Whichever fails keeps none of the others from it.
fn tell_failures(done: impl IntoIterator<Item = Forgotten>) {
    for (what, result) in done {
        if let Err(error) = result {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "{what} could not be forgotten");
        }
    }
}

/// Forgets what is kept of people no longer.
async fn retain(context: Shared) {
    let mut interval = tokio::time::interval(RETAINING);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        let (store, now) = (&context.store, context.clock.now());
        let audit = store.forget_audit(context.config.audit_days, now);
        tell_failures([
            ("salts of networks", store.forget_salts(now).await),
            ("bans that are over", store.forget_bans(now).await),
            ("what moderators did long ago", audit.await),
            ("old deliveries", store.forget_deliveries(now).await),
        ]);
        let sites = context.sites.all();
        for site in sites.iter() {
            let retained = retain_site(store, &site.name, &site.settings.retention, now);
            tell_failures([("what a site keeps no longer", retained.await)]);
        }
        // Of a site that was removed, the comments stay; for no longer than they would.
        let usual = RetentionSettings::default();
        let of_pages = store.sites_of_pages().await.unwrap_or_else(|error| {
            tell_failures([("what is left of removed sites", Err(error))]);
            Vec::new()
        });
        let is_removed = |name: &&String| !sites.iter().any(|site| site.name == **name);
        for name in of_pages.iter().filter(is_removed) {
            let retained = retain_site(store, name, &usual, now);
            tell_failures([("what is left of a removed site", retained.await)]);
        }
        tell_failures([(OVERWRITTEN, store.write_through().await)]);
    }
}

async fn retain_site(
    store: &Store,
    site: &str,
    retention: &RetentionSettings,
    now: i64,
) -> Result<(), store::Error> {
    while store.retain(site, retention, now).await? {}
    Ok(())
}

/// Of which nothing is kept but how much it was.
const REFUSED: &str = "what was refused, but for its number,";

/// What stands in the log of the database until it is written through.
const OVERWRITTEN: &str = "what is overwritten in the database's log";

/// Forgets clients that are quiet, transfers that nobody fetches, and what was deleted for good.
async fn forget(context: Shared) {
    let mut interval = tokio::time::interval(FORGETTING);
    loop {
        interval.tick().await;
        let (store, now) = (&context.store, context.clock.now());
        context.clients.forget_the_quiet();
        context.defence.forget(now);
        context.transfers.forget_the_old(now);
        context.accounts.forget_the_old(now);
        context.logins.forget_the_old(now);
        context.forget_images().await;
        let erased = store.erase(now, context.config.undo_window);
        tell_failures([
            ("deleted comments", erased.await.map(drop)),
            ("sessions that have ended", store.forget_sessions(now).await),
            ("readers' sessions", store.forget_readers(now).await),
            (
                "requests that nobody repeats",
                store.forget_requests(now).await,
            ),
            ("old mails", store.forget_mail(now).await),
            (REFUSED, context.rejections.keep(store).await),
            (OVERWRITTEN, store.write_through().await),
        ]);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;

    #[tokio::test]
    async fn what_nobody_waits_for_begins_anew_after_a_panic() {
        let begun = Arc::new(AtomicU32::new(0));
        lasting("a task", || {
            let begun = Arc::clone(&begun);
            async move {
                let before = begun.fetch_add(1, Ordering::Relaxed);
                assert!(before > 0, "the first time it fails");
            }
        })
        .await;
        assert_eq!(begun.load(Ordering::Relaxed), 2);
    }
}
