//! Comments that nobody is shown but their author, who is not told of it (`comment.shadowed`). For them such
//! a comment stands, and what others can do with one that stands they can do with it.

use sqlx::SqliteConnection;

use super::row::theirs;
use super::{Error, Network, Store};

/// Who asks, by what they may be known.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Asker {
    /// SHA-256 of the edit token.
    pub(crate) token: Option<[u8; 32]>,
    pub(crate) reader: Option<i64>,
    pub(crate) person: Option<[u8; 16]>,
    /// Of who has no secret, as without a script.
    pub(crate) network: Option<Network>,
}

#[derive(sqlx::FromRow)]
struct Hidden {
    token_hash: Vec<u8>,
    reader_id: Option<i64>,
    person: Option<Vec<u8>>,
    client: Option<Vec<u8>>,
}

impl Asker {
    fn is_of(&self, hidden: &Hidden) -> bool {
        let is = |known: Option<&[u8]>, its: Option<&[u8]>| known.is_some() && known == its;
        let network =
            |hash: Option<&[u8; 16]>| is(hash.map(<[u8; 16]>::as_slice), hidden.client.as_deref());
        is(
            self.token.as_ref().map(<[u8; 32]>::as_slice),
            Some(&hidden.token_hash),
        ) || self.reader.is_some() && self.reader == hidden.reader_id
            || is(
                self.person.as_ref().map(<[u8; 16]>::as_slice),
                hidden.person.as_deref(),
            )
            || network(self.network.as_ref().map(|it| &it.hash))
            || network(self.network.as_ref().and_then(|it| it.earlier.as_ref()))
    }
}

impl Store {
    /// Whether a comment is shown to nobody but its author, and whoever asks is they.
    pub(crate) async fn is_hidden_one_of(&self, id: &str, whose: &Asker) -> Result<bool, Error> {
        let mut reader = self.readers.acquire().await?;
        is_hidden_one_of(&mut reader, id, whose).await
    }
}

/// The same on a connection.
pub(super) async fn is_hidden_one_of(
    connection: &mut SqliteConnection,
    id: &str,
    whose: &Asker,
) -> Result<bool, Error> {
    let hidden: Option<Hidden> = sqlx::query_as(concat!(
        "SELECT token_hash, reader_id, person, client FROM comment \
         WHERE id = ? AND shadowed = 1 AND state <> 'published' AND ",
        theirs!()
    ))
    .bind(id)
    .fetch_optional(connection)
    .await?;
    Ok(hidden.is_some_and(|hidden| whose.is_of(&hidden)))
}
