//! What is on a page: the thread or a comment of it, what is open, and what is said about it.

use afterword::Subject;
use afterword::i18n::Msg;
use afterword::thread::{Draft, Failure, Progress, Slot};
use afterword::ui::{FormState, Opening, Preview};
use afterword_protocol::{CommentList, ProblemKind, Sort};
use axum::http::StatusCode;
use maud::{Markup, html};

use super::visit::Visit;
use crate::error::Refusal;
use crate::http::status;

/// What is on a page.
pub(super) struct Scene {
    pub(super) status: StatusCode,
    pub(super) list: CommentList,
    pub(super) sort: Sort,
    /// The comment that it is about; none for the thread as a whole.
    pub(super) subject: Option<Subject>,
    /// What is to be done, for the page's title.
    pub(super) deed: Option<Msg>,
    pub(super) opening: Option<Opening>,
    /// What the reader thinks of the article, where that is known.
    pub(super) thought: String,
    /// The edit token of the comment that it is about, where it is the right one.
    pub(super) token: Option<String>,
    /// What is said above it.
    pub(super) notice: Option<Markup>,
    /// Whether the widget may take it over.
    pub(super) has_widget: bool,
    /// Whether it is nobody else's.
    pub(super) is_secret: bool,
    pub(super) retry_after: Option<u32>,
    /// When its composer was shown first, in milliseconds since 1970; none for now.
    pub(super) since: Option<i64>,
}

impl Scene {
    /// The thread as a whole, or the comment that is its subject.
    pub(super) fn of(list: CommentList, sort: Sort, subject: Option<Subject>) -> Self {
        Self {
            status: StatusCode::OK,
            list,
            sort,
            has_widget: subject.is_none(),
            subject,
            deed: None,
            opening: None,
            thought: String::new(),
            token: None,
            notice: None,
            is_secret: false,
            retry_after: None,
            since: None,
        }
    }

    /// A composer in it that doesn't begin with nothing.
    pub(super) fn with_draft(mut self, slot: Slot, draft: Draft, form: FormState) -> Self {
        self.opening = Some(Opening {
            slot,
            draft: Some(draft),
            form,
        });
        // Whoever has no script has sent this, and what was typed stands in it.
        self.has_widget = false;
        self.is_secret = true;
        self
    }

    /// What is told of a refusal, if there was one, besides the words.
    pub(super) fn refused(mut self, refusal: Option<&Refusal>) -> Self {
        if let Some(refusal) = refusal {
            self.status = status(refusal.kind);
            let is_early = refusal.kind == ProblemKind::RateLimited;
            self.retry_after = refusal.limit.filter(|_| is_early);
        }
        self
    }

    /// A refusal above it.
    pub(super) fn with_refusal(mut self, visit: &Visit, refusal: &Refusal) -> Self {
        let sentence = visit.sentence(refusal);
        self.notice = Some(html! {
            div class="notice notice-error" role="alert" { p { (sentence) } }
        });
        self.refused(Some(refusal))
    }

    /// A good message above it.
    pub(super) fn with_message(mut self, visit: &Visit, msg: Msg) -> Self {
        let sentence = visit.language.message(msg);
        self.notice = Some(html! { p class="notice" role="status" { (sentence) } });
        self
    }
}

impl Visit {
    /// What a reader is told of a refusal.
    pub(super) fn sentence(&self, refusal: &Refusal) -> String {
        let failure = Failure::Problem(refusal.kind, refusal.limit);
        self.language.page_i18n().failure(failure)
    }
}

/// A composer whose text was refused.
pub(super) fn failed(refusal: &Refusal) -> FormState {
    FormState {
        progress: Progress::Failed(Failure::Problem(refusal.kind, refusal.limit)),
        ..FormState::default()
    }
}

/// A composer that shows its text as it will look.
pub(super) fn previewed(html: String) -> FormState {
    FormState {
        preview: Preview::Ready(html),
        ..FormState::default()
    }
}
