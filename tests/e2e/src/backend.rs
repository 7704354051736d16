//! A backend of somebody else's, which answers whatever a story wants.

use afterword_protocol::{API_PREFIX, Branch, Comment, CommentList, Limits};
use anyhow::Result;
use axum::http::Method;
use serde::Serialize;

use crate::site::{Reply, Site};

/// A backend that knows nothing but the answers it was given.
#[derive(Debug)]
pub struct Backend(Site);

/// The one call at `/comments`, for [`Backend::answers`].
pub const COMMENTS: &str = "/comments";

impl Backend {
    /// One that has no comments.
    ///
    /// # Errors
    /// When the system has no port left.
    pub async fn start() -> Result<Self> {
        let backend = Self(Site::start().await?);
        backend.lists(Vec::new())?;
        Ok(backend)
    }

    /// Its address, for `data-api`.
    #[must_use]
    pub fn url(&self) -> String {
        self.0.url("")
    }

    /// From now on every page has these comments, each of them a root.
    ///
    /// # Errors
    /// Never, but writers of JSON may fail.
    pub fn lists(&self, comments: Vec<Comment>) -> Result<()> {
        self.answers(Method::GET, COMMENTS, reply(&list(comments))?);
        Ok(())
    }

    /// From now on the answer to that call: a method, and a path below `/api/v1`.
    pub fn answers(&self, method: Method, call: &str, reply: Reply) {
        self.0.serve_to(method, &path(call), reply);
    }

    /// How often it was called so.
    #[must_use]
    pub fn calls(&self, method: &str, call: &str) -> usize {
        self.0.requests(method, &path(call))
    }
}

fn path(call: &str) -> String {
    format!("{API_PREFIX}{call}")
}

/// A value of the protocol as the answer of a backend.
///
/// # Errors
/// Never, but writers of JSON may fail.
pub fn reply(value: &impl Serialize) -> Result<Reply> {
    Ok(Reply::json(serde_json::to_vec(value)?))
}

/// These comments as a page's whole thread.
#[must_use]
pub fn list(comments: Vec<Comment>) -> CommentList {
    CommentList {
        total: u32::try_from(comments.len()).unwrap_or(u32::MAX),
        branches: comments.into_iter().map(branch).collect(),
        limits: Limits {
            text_bytes: 10_000,
            author_bytes: 100,
            ..Limits::default()
        },
        ..CommentList::default()
    }
}

fn branch(root: Comment) -> Branch {
    Branch {
        root,
        replies: Vec::new(),
        reply_count: 0,
        next: None,
    }
}

/// A comment with that HTML, by nobody, with what else it needs.
#[must_use]
pub fn comment(number: u32, html: &str) -> Comment {
    Comment {
        id: format!("c{number:04}"),
        number,
        created: "2026-11-23T19:14:36.626Z".to_owned(),
        html: html.to_owned(),
        ..Comment::default()
    }
}
