//! Sample comments for the demo article.

use afterword_protocol::Sort;
use serde::Deserialize;

use crate::config::Config;
use crate::domain::{Bounds, Page, render};
use crate::store::{Error, NewRow, Portion, Store};

/// The article's key: it is served at `/`.
const PAGE: &str = "/";

#[derive(Deserialize)]
struct Sample {
    author: Option<String>,
    text: String,
    /// Which of the samples it answers, counted from 0.
    parent: Option<usize>,
    minutes_ago: i64,
}

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
pub(crate) async fn fill(store: &Store, config: &Config, now: i64) -> Result<(), DemoError> {
    let Some(site) = config.sites.first() else {
        return Ok(());
    };
    let portion = Portion {
        sort: Sort::Newest,
        roots: 1,
        replies: 1,
        cursor: None,
    };
    let (branches, ..) = store.list(&site.name, PAGE, portion).await?;
    if !branches.is_empty() {
        return Ok(());
    }
    let page = Page {
        site: site.name.clone(),
        key: PAGE.to_owned(),
        title: None,
        url: None,
    };
    let samples: Vec<Sample> = serde_json::from_str(include_str!("demo/thread.json"))?;
    let mut order: Vec<usize> = (0..samples.len()).collect();
    order.sort_by_key(|&index| -samples[index].minutes_ago);
    let mut ids = vec![None; samples.len()];
    for index in order {
        let sample = &samples[index];
        let html = render(&sample.text, &BOUNDS).map_err(Error::from)?;
        let parent = sample
            .parent
            .and_then(|parent| ids.get(parent).cloned().flatten());
        let posted = store
            .create(NewRow {
                page: &page,
                parent: parent.as_deref(),
                author: sample.author.as_deref(),
                text: &sample.text,
                html: &html,
                now: now - sample.minutes_ago * 60_000,
                key: None,
                max_depth: config.max_depth,
            })
            .await?;
        ids[index] = Some(posted.comment.id);
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
                    }
                )
                .is_ok()
            );
        }
    }
}
