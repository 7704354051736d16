//! What readers think: votes and reactions, each reader's once.

use afterword_protocol::{ProblemKind, Reaction, Thought, Thoughts, Vote};
use sqlx::SqliteConnection;

use super::hidden::is_hidden_one_of;
use super::row::reactions;
use super::{Asker, Error, Store};
use crate::domain::digest;
use crate::error::Refusal;

/// How many voices are counted that come from one address in a day, for one comment or article. A
/// household, an office or a school has one address; whoever makes up voices has them by the
/// thousand.
const VOICES: u32 = 10;

/// What is thought about.
#[derive(Clone, Copy)]
pub(crate) enum Subject<'a> {
    /// The article: the page of that site and key.
    Page(&'a str, &'a str),
    /// A comment, by its id.
    Comment(&'a str),
}

impl Subject<'_> {
    /// As parts of what is signed.
    pub(crate) fn parts(&self) -> [&[u8]; 3] {
        match self {
            Self::Page(site, key) => [b"page", site.as_bytes(), key.as_bytes()],
            Self::Comment(id) => [b"comment", id.as_bytes(), b""],
        }
    }
}

/// A thought to be stored.
pub(crate) struct NewThought<'a> {
    pub(crate) subject: Subject<'a>,
    /// The reader's secret. It is not stored.
    pub(crate) voice: &'a str,
    /// A key of the client's, for this subject and this day.
    pub(crate) client: &'a str,
    /// Who thinks it, where that may be the only one who is shown the comment.
    pub(crate) whose: Asker,
    /// With each reaction once, in the order in which they are shown.
    pub(crate) thought: &'a Thought,
}

/// A row that counts what is thought of it.
struct Counted {
    page: i64,
    comment: Option<String>,
    thoughts: Thoughts,
}

impl Store {
    /// How a voice stands in the database, for one subject.
    fn voice(&self, voice: &str, subject: Subject<'_>) -> [u8; 32] {
        let [kind, first, second] = subject.parts();
        self.secret
            .sign(&[b"voice", voice.as_bytes(), kind, first, second])
    }

    /// What a voice thinks.
    pub(crate) async fn thought(
        &self,
        voice: &str,
        subject: Subject<'_>,
    ) -> Result<Thought, Error> {
        let found: Option<(i64, String)> =
            sqlx::query_as("SELECT vote, reactions FROM thought WHERE voice = ?")
                .bind(self.voice(voice, subject).as_slice())
                .fetch_optional(&self.readers)
                .await?;
        Ok(found.map_or_else(Thought::default, |(vote, names)| read(vote, &names)))
    }

    /// Has a reader think just that, whatever it was before; gives what all readers think.
    pub(crate) async fn think(&self, new: NewThought<'_>) -> Result<Thoughts, Error> {
        let NewThought {
            subject,
            voice,
            client,
            whose,
            thought,
        } = new;
        let hash = self.voice(voice, subject);
        let mut change = self.begin().await?;
        let is_empty = *thought == Thought::default();
        let found = match subject {
            Subject::Comment(id) => Some(comment(&mut change, id, voice, &whose).await?),
            Subject::Page(site, key) => page(&mut change, site, key, !is_empty).await?,
        };
        // Nobody has thought anything of it, and nobody does.
        let Some(mut counted) = found else {
            return Ok(Thoughts::default());
        };
        let known: Option<(i64, String, bool)> =
            sqlx::query_as("SELECT vote, reactions, counted FROM thought WHERE voice = ?")
                .bind(hash.as_slice())
                .fetch_optional(&mut *change)
                .await?;
        let (before, is_counted) = match &known {
            Some((vote, names, is_counted)) => (read(*vote, names), *is_counted),
            None => {
                let voices: u32 = sqlx::query_scalar(
                    "SELECT count(*) FROM thought \
                     WHERE client = ? AND page_id = ? AND comment_id IS ? AND counted",
                )
                .bind(client)
                .bind(counted.page)
                .bind(&counted.comment)
                .fetch_one(&mut *change)
                .await?;
                (Thought::default(), voices < VOICES)
            }
        };
        if before == *thought {
            return Ok(counted.thoughts);
        }
        if is_empty {
            sqlx::query("DELETE FROM thought WHERE voice = ?")
                .bind(hash.as_slice())
                .execute(&mut *change)
                .await?;
        } else {
            sqlx::query(
                "INSERT INTO thought (voice, page_id, comment_id, vote, reactions, client, counted) \
                 VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (voice) DO UPDATE SET \
                     vote = excluded.vote, reactions = excluded.reactions",
            )
            .bind(hash.as_slice())
            .bind(counted.page)
            .bind(&counted.comment)
            .bind(number(thought.vote))
            .bind(json(&thought.reactions))
            .bind(client)
            .bind(is_counted)
            .execute(&mut *change)
            .await?;
        }
        if is_counted {
            let thoughts = &mut counted.thoughts;
            count(thoughts, &before, |count| count.saturating_sub(1));
            count(thoughts, thought, |count| count.saturating_add(1));
            thoughts.reactions.retain(|reaction| reaction.count > 0);
            counted.write(&mut change).await?;
        }
        change.commit().await?;
        Ok(counted.thoughts)
    }
}

impl Counted {
    async fn write(&self, change: &mut SqliteConnection) -> Result<(), Error> {
        let reactions = match self.thoughts.reactions.as_slice() {
            [] => String::new(),
            reactions => json(reactions),
        };
        let query = match &self.comment {
            Some(id) => {
                sqlx::query("UPDATE comment SET reactions = ?, up = ?, down = ? WHERE id = ?")
                    .bind(reactions)
                    .bind(self.thoughts.up)
                    .bind(self.thoughts.down)
                    .bind(id)
            }
            None => sqlx::query("UPDATE page SET reactions = ? WHERE id = ?")
                .bind(reactions)
                .bind(self.page),
        };
        query.execute(change).await?;
        Ok(())
    }
}

/// A comment that stands, and is not that reader's own.
async fn comment(
    change: &mut SqliteConnection,
    id: &str,
    voice: &str,
    whose: &Asker,
) -> Result<Counted, Error> {
    let is_hidden = is_hidden_one_of(change, id, whose).await?;
    let found: Option<(i64, u32, u32, String, Vec<u8>)> = sqlx::query_as(
        "SELECT page_id, up, down, reactions, token_hash FROM comment \
         WHERE id = ? AND (state = 'published' OR ?)",
    )
    .bind(id)
    .bind(is_hidden)
    .fetch_optional(change)
    .await?;
    let (page, up, down, given, token) =
        found.ok_or_else(|| Refusal::new(ProblemKind::NotFound))?;
    if token == digest(voice.as_bytes()) {
        return Err(Refusal::new(ProblemKind::OwnComment).into());
    }
    Ok(Counted {
        page,
        comment: Some(id.to_owned()),
        thoughts: Thoughts {
            up,
            down,
            reactions: reactions(&given),
        },
    })
}

/// A page; if it is to be made, also where nobody has said anything yet.
async fn page(
    change: &mut SqliteConnection,
    site: &str,
    key: &str,
    is_made: bool,
) -> Result<Option<Counted>, Error> {
    if is_made {
        sqlx::query("INSERT INTO page (site, key) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(site)
            .bind(key)
            .execute(&mut *change)
            .await?;
    }
    let found: Option<(i64, String)> =
        sqlx::query_as("SELECT id, reactions FROM page WHERE site = ? AND key = ?")
            .bind(site)
            .bind(key)
            .fetch_optional(change)
            .await?;
    Ok(found.map(|(page, given)| Counted {
        page,
        comment: None,
        thoughts: Thoughts {
            reactions: reactions(&given),
            ..Thoughts::default()
        },
    }))
}

/// Changes the counts of what somebody thinks.
fn count(thoughts: &mut Thoughts, thought: &Thought, change: impl Fn(u32) -> u32) {
    match thought.vote {
        Some(Vote::Up) => thoughts.up = change(thoughts.up),
        Some(Vote::Down) => thoughts.down = change(thoughts.down),
        None => {}
    }
    for name in &thought.reactions {
        let mut known = thoughts.reactions.iter_mut();
        match known.find(|reaction| reaction.name == *name) {
            Some(reaction) => reaction.count = change(reaction.count),
            None => thoughts.reactions.push(Reaction {
                name: name.clone(),
                count: change(0),
            }),
        }
    }
}

const fn number(vote: Option<Vote>) -> i64 {
    match vote {
        Some(Vote::Up) => 1,
        None => 0,
        Some(Vote::Down) => -1,
    }
}

fn read(vote: i64, names: &str) -> Thought {
    Thought {
        vote: match vote {
            1 => Some(Vote::Up),
            -1 => Some(Vote::Down),
            _ => None,
        },
        reactions: serde_json::from_str(names).unwrap_or_default(),
    }
}

fn json<T: serde::Serialize + ?Sized>(values: &T) -> String {
    serde_json::to_string(values).unwrap_or_default()
}
