//! Where comments come from and go to.

mod afterword;

pub use afterword::Afterword;

use std::future::Future;
use std::pin::Pin;

use afterword_protocol::{
    Comment, CommentDetail, CommentList, Created, Deletion, NewComment, Replies, Sort, Thoughts,
};

use crate::thread::Failure;

/// An answer that is still to come. Not `Send`: a page has one thread.
pub type Answer<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;

/// A source of comments. Every answer is untrusted: sizes are bounded and HTML is cleaned by who
/// asks.
pub trait Backend {
    /// What it does, as far as that is known before its first answer: words of
    /// [`afterword_protocol::offers`] with blanks between them. The interface offers just that.
    fn offers(&self) -> String;
    /// A portion of the page's thread, from the beginning or from a cursor on.
    fn list(&self, sort: Sort, limit: u32, cursor: Option<String>) -> Answer<CommentList>;
    /// More descendants of a root; with an empty cursor the first of them.
    fn replies(&self, root: String, cursor: String) -> Answer<Replies>;
    /// One comment with its source and with what it answers. A token, which may be empty, shows its author
    /// also what nobody else is shown.
    fn detail(&self, id: String, token: &str) -> Answer<CommentDetail>;
    /// Posts a comment. The same key posts the same comment once, however often it is called.
    fn create(&self, comment: NewComment, key: String) -> Answer<Created>;
    /// Gives a comment a new text.
    fn edit(&self, id: String, token: String, text: String) -> Answer<Comment>;
    /// Deletes a comment.
    fn delete(&self, id: String, token: String) -> Answer<Deletion>;
    /// Has the reader with that secret think just that of a comment, or of the article, and tells
    /// what all readers do; see [`crate::thread::thought`].
    fn think(&self, id: Option<String>, voice: String, thought: &str) -> Answer<Thoughts>;
    /// Restores a comment that was deleted with that token.
    fn restore(&self, id: String, token: String) -> Answer<Comment>;
    /// Markdown as HTML.
    fn preview(&self, text: String) -> Answer<String>;
}
