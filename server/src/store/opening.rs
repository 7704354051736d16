//! What an owner is told when the database file can't be used.

use std::path::Path;

use sqlx::SqlitePool;
use sqlx::migrate::MigrateError;

use super::{Error, kind_of};

/// Makes the file where there is none, for whoever runs the server alone: it holds secrets, and addresses
/// of people. One that is there stays as its owner has it, and what can't be made is told by SQLite.
pub(super) fn make(file: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    drop(options.open(file));
}

/// Refuses a file in which another program keeps its tables.
pub(super) async fn refuse_others(pool: &SqlitePool) -> Result<(), Error> {
    let is_other: bool = sqlx::query_scalar(
        "SELECT count(*) > 0 AND NOT sum(name = '_sqlx_migrations') FROM sqlite_master \
         WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    )
    .fetch_one(pool)
    .await?;
    match is_other {
        true => Err(Error::File(
            "it is another program's database: name a file of its own".to_owned(),
        )),
        false => Ok(()),
    }
}

/// The same error with what can be done about it, where that is known.
pub(super) fn explained(error: Error, file: &Path) -> Error {
    let words = match &error {
        Error::Migration(MigrateError::VersionMissing(_)) => {
            "a newer version of this program has used it: run that one, or restore a backup from before"
                .to_owned()
        }
        Error::Migration(MigrateError::VersionMismatch(_)) => {
            "its tables were made by another build of this program: run that one".to_owned()
        }
        Error::Migration(MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _)) => {
            match of_code(cause, file) {
                Some(words) => words,
                None => return error,
            }
        }
        Error::Database(cause) => match of_code(cause, file) {
            Some(words) => words,
            None => return error,
        },
        _ => return error,
    };
    Error::File(words)
}

/// By the kind of SQLite's error.
fn of_code(cause: &sqlx::Error, file: &Path) -> Option<String> {
    let sqlx::Error::Database(cause) = cause else {
        return None;
    };
    let kind = kind_of(cause.as_ref())?;
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty());
    Some(match kind {
        5 | 6 => "another program is at work with it".to_owned(),
        8 => "it can't be written: whoever runs the server needs the right to write the file and its folder"
            .to_owned(),
        11 => "it is damaged: restore a backup".to_owned(),
        13 => "the disk is full".to_owned(),
        14 => match folder {
            _ if file.is_dir() => "it is a folder: name a file".to_owned(),
            Some(folder) if !folder.is_dir() => {
                format!("there is no folder {}: make it first", folder.display())
            }
            _ => "whoever runs the server needs the right to write the file and its folder".to_owned(),
        },
        26 => "it is no SQLite database: name another file".to_owned(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use sqlx::sqlite::SqliteConnectOptions;
    use sqlx::{ConnectOptions, Connection};

    use super::super::Store;

    async fn told(file: &std::path::Path) -> String {
        let opened = Store::open(&SqliteConnectOptions::new().filename(file)).await;
        opened
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    }

    async fn run(file: &std::path::Path, sql: &'static str) {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true);
        let mut database = options.connect().await.unwrap();
        sqlx::query(sql).execute(&mut database).await.unwrap();
        database.close().await.unwrap();
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_new_file_is_its_owner_s_alone() {
        use std::fs::{Permissions, metadata, set_permissions};
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.sqlite");
        let mode = |name: &str| {
            metadata(folder.path().join(name))
                .unwrap()
                .permissions()
                .mode()
        };
        let options = SqliteConnectOptions::new().filename(&file);
        let store = Store::open(&options).await.unwrap();
        for name in ["c.sqlite", "c.sqlite-wal", "c.sqlite-shm"] {
            assert_eq!(mode(name) & 0o777, 0o600, "{name}");
        }
        store.close().await;
        // An owner may have it otherwise.
        set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        Store::open(&options).await.unwrap().close().await;
        assert_eq!(mode("c.sqlite") & 0o777, 0o640);
    }

    #[tokio::test]
    async fn an_owner_is_told_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| -> PathBuf { folder.path().join(name) };

        let words = told(&path("nowhere/c.sqlite")).await;
        assert!(words.starts_with("there is no folder "), "{words}");
        assert!(words.ends_with("nowhere: make it first"), "{words}");
        assert_eq!(told(folder.path()).await, "it is a folder: name a file");

        std::fs::write(path("text"), "not a database, but a text of some length").unwrap();
        assert_eq!(
            told(&path("text")).await,
            "it is no SQLite database: name another file"
        );

        run(&path("other"), "CREATE TABLE comments (id INTEGER)").await;
        assert_eq!(
            told(&path("other")).await,
            "it is another program's database: name a file of its own"
        );

        assert_eq!(told(&path("ours")).await, "");
        run(
            &path("ours"),
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES (9999, 'later', TRUE, x'00', 0)",
        )
        .await;
        assert_eq!(
            told(&path("ours")).await,
            "a newer version of this program has used it: run that one, or restore a backup from before"
        );
    }
}
