//! Sample comments for the demo article.

use std::collections::HashSet;

use afterword_protocol::{Sort, Thought, Vote};
use serde::Deserialize;

use crate::config::Config;
use crate::domain::{Bounds, Page, render};
use crate::screening::Verdict;
use crate::sites::Sites;
use crate::store::{Asker, Error, NewRow, NewThought, Portion, Store, Subject};

/// The article's key: it is served at `/`.
const PAGE: &str = "/";
/// The article's headline.
const TITLE: &str = "The town that switched off the night";

#[derive(Deserialize)]
struct Sample {
    author: Option<String>,
    text: String,
    /// Which of the samples it answers, counted from 0.
    parent: Option<usize>,
    minutes_ago: i64,
    /// How many have voted it up.
    #[serde(default)]
    up: u32,
    /// How many have voted it down.
    #[serde(default)]
    down: u32,
    /// Reactions, and how many gave them.
    #[serde(default)]
    reactions: Vec<(String, u32)>,
}

/// What readers think of the article.
const ARTICLE: [(&str, u32); 2] = [("❤️", 14), ("😮", 3)];

/// The samples need no bounds: they are ours.
const BOUNDS: Bounds = Bounds {
    text_bytes: u32::MAX,
    author_bytes: u32::MAX,
    nesting: u32::MAX,
    links: u32::MAX,
};

/// Why there are no samples.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoError {
    /// The file inside this program can't be read.
    #[error("the sample thread can't be read")]
    Samples(#[from] serde_json::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] Error),
}

/// Stores the samples, unless the article has comments already.
pub(crate) async fn fill(
    store: &Store,
    sites: &Sites,
    config: &Config,
    now: i64,
) -> Result<(), DemoError> {
    let sites = sites.all();
    let Some(site) = sites.first() else {
        return Ok(());
    };
    let portion = Portion {
        sort: Sort::Newest,
        roots: 1,
        replies: 1,
        cursor: None,
    };
    let part = store.list(&site.name, PAGE, portion).await?;
    if !part.branches.is_empty() {
        return Ok(());
    }
    let page = Page {
        site: site.name.clone(),
        key: PAGE.to_owned(),
        title: Some(TITLE.to_owned()),
        url: None,
    };
    let samples: Vec<Sample> = serde_json::from_str(include_str!("demo/thread.json"))?;
    let mut order: Vec<usize> = (0..samples.len()).collect();
    order.sort_by_key(|&index| -samples[index].minutes_ago);
    let mut ids = vec![None; samples.len()];
    for index in order {
        let sample = &samples[index];
        let html = render(&sample.text, &BOUNDS, &HashSet::new()).map_err(Error::from)?;
        let parent = sample
            .parent
            .and_then(|parent| ids.get(parent).cloned().flatten());
        let posted = store
            .create(NewRow {
                answers_hidden: false,
                page: &page,
                parent: parent.as_deref(),
                author: sample.author.as_deref(),
                website: None,
                text: &sample.text,
                html: &html,
                now: now - sample.minutes_ago * 60_000,
                key: None,
                max_depth: config.max_depth,
                verdict: &Verdict::default(),
                sender: None,
                subscriber: None,
                reader: None,
            })
            .await?;
        let id = posted.comment.id;
        let votes = (sample.up, sample.down);
        think(store, Subject::Comment(&id), votes, &sample.reactions).await?;
        ids[index] = Some(id);
    }
    let reactions = ARTICLE.map(|(name, count)| (name.to_owned(), count));
    think(store, Subject::Page(&site.name, PAGE), (0, 0), &reactions).await
}

/// Has readers that there never were think something.
async fn think(
    store: &Store,
    subject: Subject<'_>,
    (up, down): (u32, u32),
    reactions: &[(String, u32)],
) -> Result<(), DemoError> {
    let counts = reactions.iter().map(|(_, count)| *count);
    let readers = counts.fold(up + down, u32::max);
    for reader in 0..readers {
        let given = reactions.iter().filter(|(_, count)| reader < *count);
        let thought = Thought {
            vote: match reader {
                reader if reader < up => Some(Vote::Up),
                reader if reader < up + down => Some(Vote::Down),
                _ => None,
            },
            reactions: given.map(|(name, _)| name.clone()).collect(),
        };
        let reader = reader.to_string();
        let new = NewThought {
            whose: Asker::default(),
            subject,
            voice: &reader,
            client: &reader,
            thought: &thought,
        };
        store.think(new).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_answer_earlier_samples() {
        let samples: Vec<Sample> = serde_json::from_str(include_str!("demo/thread.json")).unwrap();
        for sample in &samples {
            if let Some(parent) = sample.parent {
                assert!(
                    samples[parent].minutes_ago > sample.minutes_ago,
                    "{}",
                    sample.text
                );
            }
            assert!(
                render(
                    &sample.text,
                    &Bounds {
                        nesting: 8,
                        links: 10,
                        ..BOUNDS
                    },
                    &HashSet::new(),
                )
                .is_ok()
            );
        }
    }
}
