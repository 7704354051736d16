//! The database: SQLite, embedded. Nothing here knows HTTP.
//!
//! One connection writes, and so each write is a transaction that nobody else's comes between;
//! several read, each from a snapshot (write-ahead logging), and never wait for the writer.

mod action;
mod audit;
mod ban;
mod change;
mod concern;
mod dashboard;
mod face;
mod feed;
mod hidden;
mod history;
mod hook;
mod image;
mod invitation;
mod log;
mod login;
mod mail;
mod moderated;
mod opening;
mod page;
mod passkey;
mod privacy;
mod read;
mod reader;
mod receipt;
mod relocate;
mod report;
mod row;
mod rule;
mod salt;
mod search;
mod session;
mod site;
mod subscription;
mod thought;
mod trash;
mod user;
mod verdict;
mod word;
mod write;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tokio::sync::broadcast;

pub(crate) use action::{Acted, Actor, Deed};
pub(crate) use audit::Asked;
pub(crate) use audit::audit;
pub(crate) use ban::{BanWanted, EVERYWHERE};
use change::Change;
pub(crate) use feed::{Fed, Feeding};
pub(crate) use hidden::Asker;
pub(crate) use hook::{DeliveryRow, Happening, Outcome, WantedDeliveries};
pub(crate) use invitation::{Accepted, Invitation, NewInvitation};
pub(crate) use login::{LoginRow, NewLogin};
pub(crate) use mail::{Ending, Letter, Mail, Quoted, obstacle};
pub(crate) use moderated::{Wanted, Who};
pub(crate) use page::{PageRow, PageSettings};
pub(crate) use passkey::{Credential, Handle, check_most};
pub(crate) use privacy::{ErasedBy, Whose};
pub(crate) use read::{Portion, Standing};
pub(crate) use reader::{BY_EMAIL, BY_SITE, NewReader, NewSession, ReaderRow};
pub(crate) use receipt::Receipt;
pub(crate) use report::{Reported, Threshold, reports};
pub(crate) use salt::Network;
pub(crate) use session::{Means, Opened, Opening, Session, Which};
pub(crate) use site::{By, SiteRow};
pub(crate) use subscription::{CONFIRM_WITHIN, Subscriber};
pub(crate) use thought::{NewThought, Subject};
pub(crate) use user::{NewUser, User, UserChange};
pub(crate) use word::ENOUGH;
pub(crate) use write::{Key, NewRow, Ownership, Posted};

use crate::domain::{Ids, Secret, random};
use crate::error::Refusal;
use crate::spam::started;

/// Why something could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// What is stored already doesn't let it be.
    #[error("refused: {}", .0.kind.slug())]
    Refused(Refusal),
    /// The database failed, and has undone what it had begun.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// The database is of a version that this program can't take over.
    #[error("the database can't be brought to this version")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The file can't be used, and its owner can do something about it: what, in words.
    #[error("{0}")]
    File(String),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// SQLite's SQLITE_BUSY and SQLITE_LOCKED: another process has the file.
const PASSING: [u32; 2] = [5, 6];

/// Which kind of error of SQLite it is: the last byte of its code, which tells more above that.
fn kind_of(error: &dyn sqlx::error::DatabaseError) -> Option<u32> {
    let code: u32 = error.code()?.parse().ok()?;
    Some(code & 0xff)
}

impl Error {
    /// Whether the same may work in a moment.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Database(sqlx::Error::PoolTimedOut) => true,
            Self::Database(sqlx::Error::Database(error)) => {
                kind_of(error.as_ref()).is_some_and(|kind| PASSING.contains(&kind))
            }
            _ => false,
        }
    }
}

/// How long a request waits for the database before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(5);
/// Changed pages that are remembered for who has not heard of them yet.
const REMEMBERED: usize = 256;
/// Connections that read.
const READERS: u32 = 4;

/// What is stored.
pub(crate) struct Store {
    readers: SqlitePool,
    writer: SqlitePool,
    /// Writes the log through, and nothing else.
    log: SqlitePool,
    ids: Ids,
    /// What edit tokens are made from.
    secret: Secret,
    /// What stands for networks is made with them.
    salts: ArcSwapOption<salt::Salts>,
    /// Pages that the present transaction has changed.
    touched: Touched,
    /// Tells which pages have changed.
    changed: broadcast::Sender<i64>,
    /// Tells that comments or reports have changed.
    queue: broadcast::Sender<()>,
}

/// Ids of pages.
type Touched = Arc<Mutex<Vec<i64>>>;

impl Store {
    /// Opens the database, makes it when it is not there, and brings it to this version.
    pub(crate) async fn open(options: &SqliteConnectOptions) -> Result<Self, Error> {
        let opened = Self::open_file(options).await;
        opened.map_err(|error| opening::explained(error, options.get_filename()))
    }

    async fn open_file(options: &SqliteConnectOptions) -> Result<Self, Error> {
        opening::make(options.get_filename());
        let options = options
            .clone()
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // With write-ahead logging this loses nothing but, when the machine itself dies, the
            // last moments; never the whole.
            .synchronous(SqliteSynchronous::Normal)
            // What was deleted is overwritten.
            .pragma("secure_delete", "ON")
            .busy_timeout(PATIENCE);
        let pool = |connections| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(PATIENCE)
        };
        let touched = Touched::default();
        let noted = Arc::clone(&touched);
        let writer = pool(1)
            .after_connect(move |connection, _| {
                let noted = Arc::clone(&noted);
                Box::pin(async move { change::watch(connection, noted).await })
            })
            .connect_with(options.clone())
            .await?;
        opening::refuse_others(&writer).await?;
        sqlx::migrate!().run(&writer).await?;
        Self::name_images(&writer).await?;
        let log = pool(1).connect_lazy_with(options.clone().busy_timeout(log::HOLD));
        let readers = pool(READERS).connect_with(options.read_only(true)).await?;
        let newest: Option<String> = sqlx::query_scalar("SELECT max(id) FROM comment")
            .fetch_one(&writer)
            .await?;
        let secret = secret(&writer).await?;
        Ok(Self {
            readers,
            writer,
            log,
            ids: Ids::after(newest.as_deref()),
            secret,
            salts: ArcSwapOption::empty(),
            touched,
            changed: broadcast::channel(REMEMBERED).0,
            queue: broadcast::channel(1).0,
        })
    }

    /// Whether the database answers.
    pub(crate) async fn check(&self) -> Result<(), Error> {
        for pool in [&self.readers, &self.writer] {
            sqlx::query("SELECT 1").execute(pool).await?;
        }
        Ok(())
    }

    /// The idempotency key of a form that was shown at that time.
    pub(crate) fn form_key(&self, site: &str, at: i64) -> String {
        started::key(&self.secret, site, at)
    }

    /// When the form of that key was shown, if the server has shown it within a day.
    pub(crate) fn form_shown(&self, site: &str, key: &str, now: i64) -> Option<i64> {
        started::read(&self.secret, site, key, now)
    }

    /// Waits until what was begun is done, and closes the database.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.log.close().await;
        self.writer.close().await;
    }

    /// An id for something new, greater than those before.
    pub(crate) fn next_id(&self, now: i64) -> String {
        self.ids.next(now).0
    }

    async fn begin(&self) -> Result<Change<'_>, Error> {
        // At once, or a transaction that has read could find that it may not write.
        let transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        // What an earlier one has undone has changed nothing.
        self.touched
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        Ok(Change::new(self, transaction))
    }
}

/// The secret that this database was born with.
async fn secret(writer: &SqlitePool) -> Result<Secret, Error> {
    const NAME: &str = "edit-token";
    sqlx::query("INSERT INTO secret (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .bind(NAME)
        .bind(random::<32>().as_slice())
        .execute(writer)
        .await?;
    let value: Vec<u8> = sqlx::query_scalar("SELECT value FROM secret WHERE name = ?")
        .bind(NAME)
        .fetch_one(writer)
        .await?;
    let value = value
        .try_into()
        .map_err(|_| sqlx::Error::Decode("a secret is not 32 bytes long".into()))?;
    Ok(Secret(value))
}

#[cfg(test)]
mod tests {
    use sqlx::Row;

    use super::*;

    async fn store() -> (Store, tempfile::TempDir) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("comments.sqlite");
        let store = Store::open(
            &SqliteConnectOptions::new()
                .filename(file)
                .foreign_keys(true),
        )
        .await;
        (store.expect("a database"), folder)
    }

    async fn runs(store: &Store, statements: &[&'static str]) {
        for statement in statements {
            let run = sqlx::query(*statement).execute(&store.writer).await;
            run.expect("a statement that is right");
        }
    }

    #[tokio::test]
    async fn a_mail_that_is_thrown_away_while_it_is_tried_is_not_tried_again() {
        let (store, _folder) = store().await;
        runs(
            &store,
            &["INSERT INTO mail (key, letter, due, created) \
               VALUES ('a', '{\"kind\":\"sign-in\",\"login\":1}', 0, 0)"],
        )
        .await;
        let mail = store.due_mail(1).await.expect("a queue").expect("a mail");
        assert!(store.drop_mail(mail.id, "ada", 1).await.expect("a queue"));
        let later = Ending::Later {
            due: 2,
            error: "451".to_owned(),
            obstacle: afterword_protocol::admin::ObstacleKind::Other.into(),
        };
        store.settle_mail(mail.id, later, 1).await.expect("a queue");
        assert!(store.due_mail(3).await.expect("a queue").is_none());
        store.close().await;
    }

    fn passkey(number: u8) -> Credential {
        Credential {
            id: vec![number],
            fixed: Vec::new(),
            changing: Vec::new(),
            transports: 0,
        }
    }

    #[tokio::test]
    async fn nobody_leaves_themselves_nothing_to_sign_in_by() {
        let (store, _folder) = store().await;
        runs(
            &store,
            &[
                "INSERT INTO user (id, name, created, password) VALUES ('a', 'A', 0, 'x')",
                "INSERT INTO \"grant\" (user_id, site, role) VALUES ('a', '*', 'owner')",
            ],
        )
        .await;
        let added = store.add_passkey("a", "key", &passkey(0), 0).await;
        let id = added.expect("a passkey").id.parse().expect("a number");
        let without = UserChange {
            password: Some(None),
            ..UserChange::default()
        };
        let needing = UserChange {
            second_factor: Some(true),
            ..UserChange::default()
        };
        // Both are asked for at once, when both were well: whichever is second is refused.
        store.remove_passkey("a", id, 1).await.expect("a password");
        for what in [&without, &needing] {
            let changed = store.change_user("a", what, Some("a"), 1).await;
            assert!(matches!(changed, Err(Error::Refused(_))), "{changed:?}");
        }
        let user = store.user("a").await.expect("a database").expect("a user");
        assert!(user.has_password && !user.second_factor);
        // Whom an owner helps is given a link.
        let changed = store.change_user("a", &without, None, 1).await;
        changed.expect("what the command line may do");
        store.close().await;
    }

    #[tokio::test]
    async fn a_user_has_no_more_passkeys_than_it_is_said() {
        let (store, _folder) = store().await;
        runs(
            &store,
            &["INSERT INTO user (id, name, created) VALUES ('a', 'A', 0)"],
        )
        .await;
        for number in 0..20 {
            let added = store.add_passkey("a", "key", &passkey(number), 0).await;
            added.expect("a passkey");
        }
        let added = store.add_passkey("a", "key", &passkey(20), 0).await;
        assert!(matches!(added, Err(Error::Refused(_))), "{added:?}");
        store.close().await;
    }

    /// A page with so many comments of one person.
    async fn wrote(store: &Store, comments: u32) {
        runs(
            store,
            &["INSERT INTO page (id, site, key) VALUES (1, 'x', '/a')"],
        )
        .await;
        sqlx::query(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) \
             INSERT INTO comment (id, page_id, root_id, depth, number, text, html, created, \
                 state, token_hash, verdict, person) \
             SELECT printf('%05d', i), 1, printf('%05d', i), 0, -i, 'x', 'x', 0, 'published', x'', \
                 'published', zeroblob(16) FROM n",
        )
        .bind(comments)
        .execute(&store.writer)
        .await
        .expect("comments");
        runs(
            store,
            &["UPDATE page SET comment_count = (SELECT count(*) FROM comment)"],
        )
        .await;
    }

    #[tokio::test]
    async fn who_has_written_much_is_erased_in_portions() {
        let (store, _folder) = store().await;
        wrote(&store, 1_200).await;
        let left = async || -> u32 {
            let left = sqlx::query_scalar("SELECT count(*) FROM comment WHERE person NOT NULL");
            left.fetch_one(&store.readers).await.expect("a number")
        };
        let whose = Whose::Person(vec![0; 16]);
        let by = ErasedBy::default();
        // Cut off after the first portion: what is done stays done.
        let mut changed = store.watch();
        tokio::select! {
            biased;
            page = changed.recv() => assert_eq!(page, Ok(1)),
            erased = store.erase_person(&whose, None, false, &by, 1) => panic!("at once: {erased:?}"),
        }
        let remaining = left().await;
        assert!((1..1_200).contains(&remaining), "{remaining}");
        // Begun again, it goes on.
        let erased = store.erase_person(&whose, None, false, &by, 1).await;
        let erased = erased.expect("a database");
        assert!((1..=remaining).contains(&erased.comments), "{erased:?}");
        assert_eq!(left().await, 0);
        store.close().await;
    }

    #[tokio::test]
    async fn who_reads_for_long_keeps_nobody_from_writing() {
        let (store, folder) = store().await;
        wrote(&store, 1).await;
        let mut reading = store.readers.begin().await.expect("a reader");
        sqlx::query("SELECT count(*) FROM comment")
            .execute(&mut *reading)
            .await
            .expect("a snapshot");
        runs(&store, &["UPDATE comment SET text = 'y'"]).await;
        // It can't be done while somebody reads what was before.
        tokio::select! {
            biased;
            () = async { store.write_through().await.expect("a database") } =>
                panic!("writing had to wait"),
            () = runs(&store, &["UPDATE comment SET text = 'z'"]) => {}
        }
        drop(reading);
        store.write_through().await.expect("a database");
        let log = folder.path().join("comments.sqlite-wal");
        let length = std::fs::metadata(log).expect("a log").len();
        assert_eq!(length, 0);
        store.close().await;
    }

    #[tokio::test]
    async fn who_is_told_tomorrow_keeps_nobody_from_hearing_today() {
        let (store, _folder) = store().await;
        runs(
            &store,
            &[
                "INSERT INTO user (id, name, email, created) \
                 VALUES ('a', 'A', 'a@x.example', 0), ('b', 'B', 'b@x.example', 0)",
                "INSERT INTO \"grant\" (user_id, site, role) \
                 VALUES ('a', '*', 'owner'), ('b', 'x', 'moderator')",
                "INSERT INTO moderator_mail (user_id, mode, sent) VALUES ('a', 'digest', 1)",
                "INSERT INTO moderator_mail (user_id, mode) VALUES ('b', 'each')",
                "INSERT INTO page (id, site, key) VALUES (1, 'x', '/a')",
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2001) \
                 INSERT INTO comment (id, page_id, root_id, depth, number, text, html, created, \
                     state, token_hash, verdict) \
                 SELECT printf('%05d', i), 1, printf('%05d', i), 0, -i, 'x', 'x', 0, 'gone', x'', \
                     'pending' FROM n",
            ],
        )
        .await;
        store.write_to_moderators(2, 0).await.expect("a queue");
        let mail = store.due_mail(2).await.expect("a queue").expect("a mail");
        assert!(matches!(mail.letter, Letter::Concerns { user, .. } if user == "b"));
        store.close().await;
    }

    /// By what queries go that are asked every second, at every comment, or by anybody: none looks at all
    /// comments that there are, or at all of a site or a page.
    #[tokio::test]
    async fn what_is_asked_often_goes_by_an_index() {
        let (store, _folder) = store().await;
        let to = feed::asked(Feeding::To("a"), false, None);
        let site = feed::asked(Feeding::Site("a"), false, None);
        let known = page::KNOWN;
        for (sql, ways) in [
            (mail::TO_ASK, &["claim USING INDEX claim_unconfirmed"][..]),
            (mail::TO_TELL, &["answer USING INDEX answer_untold"]),
            (concern::UNTOLD, &["concern USING INTEGER PRIMARY KEY"]),
            (
                known,
                &["comment_person (person=?)", "comment_client (client=?)"],
            ),
            (
                rule::SAID,
                &["comment_1 (id>? AND id<?)", "comment_edited (edited>?"],
            ),
            (word::RECENTLY_SAID, &["comment_1 (id>?)"]),
            (read::ROOTS, &["comment_root (page_id=?)"]),
            (
                to.sql().as_str(),
                &["comment_person (person=?)", "comment_child (parent_id=?)"],
            ),
            (
                site.sql().as_str(),
                &["SCAN comment USING INDEX sqlite_autoindex_comment_1"],
            ),
        ] {
            let explain = format!("EXPLAIN QUERY PLAN {sql}");
            let steps = sqlx::query(sqlx::AssertSqlSafe(explain)).fetch_all(&store.readers);
            let steps = steps.await.expect("a plan");
            let plan: Vec<String> = steps.iter().map(|step| step.get("detail")).collect();
            for way in ways {
                assert!(plan.iter().any(|it| it.contains(way)), "{sql}: {plan:#?}");
            }
            let is_search = |it: &String| {
                !it.contains("SCAN comment") || ways.iter().any(|way| it.contains(way))
            };
            assert!(plan.iter().all(is_search), "{sql}: {plan:#?}");
        }
        store.close().await;
    }
}
