//! What a page says to programs: schema.org's DiscussionForumPosting as JSON-LD, in the form that
//! search engines ask for.

use std::collections::HashMap;

use crate::domain::plain;
use afterword_protocol::{Comment, CommentList, Status};
use serde_json::{Map, Value, json};

use crate::error::ApiError;
use crate::http::Turns;

/// A thread: what it is about, where the article is, and what is said below it.
pub(super) struct LinkedData {
    pub(super) headline: String,
    /// The article's address.
    pub(super) url: Option<String>,
    /// What whoever gave no name is called.
    pub(super) anonymous: String,
    pub(super) list: CommentList,
}

impl LinkedData {
    /// As JSON for HTML. That takes its time: others need not wait for it.
    pub(super) async fn write(self, turns: &Turns) -> Result<String, ApiError> {
        turns.take(move || super::json(&self.data())).await
    }

    fn data(&self) -> Value {
        let comments = self.list.branches.iter().flat_map(|branch| {
            let mut children: HashMap<&str, Vec<&Comment>> = HashMap::new();
            for reply in &branch.replies {
                let parent = reply.parent.as_deref().unwrap_or_default();
                children.entry(parent).or_default().push(reply);
            }
            self.comment(&branch.root, &children)
        });
        let mut data = json!({
            "@context": "https://schema.org",
            "@type": "DiscussionForumPosting",
            "headline": self.headline,
            "commentCount": self.list.total,
            "interactionStatistic": {
                "@type": "InteractionCounter",
                "interactionType": "https://schema.org/CommentAction",
                "userInteractionCount": self.list.total,
            },
            "comment": comments.collect::<Vec<_>>(),
        });
        if let Some(url) = &self.url {
            data["url"] = url.as_str().into();
        }
        data
    }

    /// A comment with its replies; of one that was deleted, its replies alone.
    fn comment(&self, comment: &Comment, children: &HashMap<&str, Vec<&Comment>>) -> Vec<Value> {
        let below = children.get(comment.id.as_str()).into_iter().flatten();
        let replies: Vec<Value> = below
            .flat_map(|reply| self.comment(reply, children))
            .collect();
        if comment.status != Status::Published {
            return replies;
        }
        let mut data = Map::from_iter([
            ("@type".to_owned(), "Comment".into()),
            (
                "author".to_owned(),
                json!({
                    "@type": "Person",
                    "name": comment.author.as_deref().unwrap_or(&self.anonymous),
                }),
            ),
            ("datePublished".to_owned(), comment.created.as_str().into()),
            ("text".to_owned(), plain(&comment.html).into()),
        ]);
        if let Some(edited) = &comment.edited {
            data.insert("dateModified".to_owned(), edited.as_str().into());
        }
        if !replies.is_empty() {
            data.insert("comment".to_owned(), replies.into());
        }
        vec![data.into()]
    }
}
