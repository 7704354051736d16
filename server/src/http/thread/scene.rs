//! What is on a page: the thread or a comment of it, what is open, and what is said about it.

use afterword::Subject;
use afterword::i18n::Msg;
use afterword::thread::{Draft, Failure, Progress, Slot};
use afterword::ui::{FormState, Forms, Opening, Panel, Preview};
use afterword_protocol::{
    Branch, Comment, CommentDetail, CommentList, ProblemKind, Sort, Status, limits,
};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, PreEscaped, html};

use super::linked_data::LinkedData;
use super::page::Page;
use super::place::Place;
use super::visit::Visit;
use super::{MAX_DEPTH, Picture};
use crate::config::Site;
use crate::domain::{digest, random};
use crate::error::{ApiError, Refusal};
use crate::http::request::BearerHash;
use crate::http::{Context, status};
use crate::store::Portion;

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
    /// The edit token of the comment that it is about, where it is the right one.
    pub(super) token: Option<String>,
    /// What is said above it.
    pub(super) notice: Option<Markup>,
    /// Whether the widget may take it over.
    pub(super) has_widget: bool,
    /// Whether it is nobody else's.
    pub(super) is_secret: bool,
    pub(super) retry_after: Option<u32>,
}

/// What a page offers to do with a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Show,
    Reply,
    Edit,
    Delete,
}

impl Scene {
    fn of(list: CommentList, sort: Sort, subject: Option<Subject>) -> Self {
        Self {
            status: StatusCode::OK,
            list,
            sort,
            has_widget: subject.is_none(),
            subject,
            deed: None,
            opening: None,
            token: None,
            notice: None,
            is_secret: false,
            retry_after: None,
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

    /// What is told of a refusal besides the words.
    pub(super) fn refused(mut self, refusal: &Refusal) -> Self {
        self.status = status(refusal.kind);
        if refusal.kind == ProblemKind::RateLimited {
            self.retry_after = refusal.limit;
        }
        self
    }

    /// A refusal above it.
    pub(super) fn with_refusal(mut self, visit: &Visit, refusal: &Refusal) -> Self {
        let sentence = visit.sentence(refusal);
        self.notice = Some(html! {
            div class="notice notice-error" role="alert" { p { (sentence) } }
        });
        self.refused(refusal)
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

impl Context {
    /// A portion of the thread as a whole.
    pub(super) async fn thread(
        &self,
        place: &Place,
        site: &Site,
        sort: Sort,
        cursor: Option<&str>,
    ) -> Result<Scene, ApiError> {
        let portion = Portion {
            sort,
            roots: limits::PORTION.1,
            replies: limits::REPLIES.0,
            cursor,
        };
        let list = self.list(site, &place.page, portion).await?;
        Ok(Scene::of(list, sort, None))
    }

    /// A root with all its replies.
    pub(super) async fn branch(
        &self,
        place: &Place,
        site: &Site,
        root: &str,
    ) -> Result<Scene, ApiError> {
        let detail = self.detail(place, site, root).await?;
        let mut replies = Vec::new();
        let mut cursor = None;
        loop {
            let limit = limits::REPLIES.0;
            let found = self.store.replies(root, limit, cursor.as_deref()).await?;
            let mut found = found.ok_or(ProblemKind::NotFound)?;
            replies.append(&mut found.replies);
            cursor = found.next;
            if cursor.is_none() {
                break;
            }
        }
        let list = self.one_branch(detail.comment, replies);
        Ok(Scene::of(
            list,
            Sort::default(),
            Some(subject(root, false, Panel::Closed)),
        ))
    }

    /// A comment with what it answers, and what is to be done with it. Whoever may not do that is
    /// told so above it.
    pub(super) async fn about(
        &self,
        visit: &Visit,
        place: &Place,
        site: &Site,
        id: &str,
        deed: Deed,
        token: Option<&str>,
    ) -> Result<Scene, ApiError> {
        let detail = self.detail(place, site, id).await?;
        let is_gone = detail.comment.status == Status::Deleted;
        let owner = match token {
            _ if is_gone => Err(ProblemKind::NotFound.into()),
            Some(token) => {
                let owner = self.ownership(BearerHash(digest(token.as_bytes())));
                match self
                    .store
                    .check_owner(id, &owner)
                    .await
                    .map_err(ApiError::from)
                {
                    Ok(()) => Ok(()),
                    Err(ApiError::Refused(refusal)) => Err(refusal),
                    Err(error) => return Err(error),
                }
            }
            None => Err(Refusal::new(ProblemKind::TokenInvalid)),
        };
        let is_own = owner.is_ok();
        let (panel, msg, refusal) = match deed {
            Deed::Reply if is_gone => (
                Panel::Closed,
                None,
                Some(ProblemKind::ParentNotFound.into()),
            ),
            Deed::Reply => (Panel::Reply, Some(Msg::Reply), None),
            Deed::Edit if is_own => (Panel::Edit(detail.text), Some(Msg::Edit), None),
            Deed::Delete if is_own => (Panel::Delete, Some(Msg::Delete), None),
            Deed::Show if is_own || token.is_none() => (Panel::Closed, None, None),
            Deed::Show | Deed::Edit | Deed::Delete => (Panel::Closed, None, owner.err()),
        };
        let mut line = detail.ancestors;
        line.push(detail.comment);
        let root = line.remove(0);
        let list = self.one_branch(root, line);
        let mut scene = Scene::of(list, Sort::default(), Some(subject(id, is_own, panel)));
        scene.deed = msg;
        scene.is_secret = token.is_some();
        scene.token = token.filter(|_| is_own).map(str::to_owned);
        Ok(match refusal {
            Some(refusal) => scene.with_refusal(visit, &refusal),
            None => scene,
        })
    }

    /// A comment, when it stands on that page.
    async fn detail(
        &self,
        place: &Place,
        site: &Site,
        id: &str,
    ) -> Result<CommentDetail, ApiError> {
        if !self.store.is_on(id, &site.name, &place.page).await? {
            return Err(ProblemKind::NotFound.into());
        }
        let detail = self.store.detail(id).await?;
        Ok(detail.ok_or(ProblemKind::NotFound)?)
    }

    fn one_branch(&self, root: Comment, replies: Vec<Comment>) -> CommentList {
        let count = u32::try_from(replies.len()).unwrap_or(u32::MAX);
        CommentList {
            branches: vec![Branch {
                root,
                replies,
                reply_count: count,
                next: None,
            }],
            next: None,
            total: count.saturating_add(1),
            limits: self.limits(),
        }
    }

    /// The page of a scene.
    pub(super) async fn page(
        &self,
        visit: &Visit,
        place: &Place,
        site: &Site,
        scene: Scene,
    ) -> Result<Response, ApiError> {
        // What is known of the page counts for more than what the link says of it.
        let known = self.store.page(&site.name, &place.page).await?;
        let (title, url) = known.unwrap_or_default();
        let title = title.or_else(|| place.article_title());
        let article = url.or_else(|| place.article(site));
        let heading = title.unwrap_or_else(|| visit.language.message(Msg::Comments).to_owned());
        let is_whole = scene.subject.is_none();
        let deed = scene.deed.map(|msg| visit.language.message(msg));
        let anonymous = visit.language.message(Msg::Anonymous).to_owned();
        let data = (is_whole && scene.opening.is_none()).then(|| LinkedData {
            headline: heading.clone(),
            url: article.clone(),
            anonymous,
            list: scene.list.clone(),
        });
        let data = match data {
            Some(data) => Some(PreEscaped(data.write().await?)),
            None => None,
        };
        let key: [u8; 16] = random();
        let picture = Picture {
            language: visit.language,
            is_page: true,
            list: scene.list,
            sort: scene.sort,
            max_depth: MAX_DEPTH,
            forms: Forms {
                base: visit.base.clone(),
                fields: place.fields(),
                key: Some(format!("{:032x}", u128::from_le_bytes(key))),
                token: scene.token,
            },
            subject: scene.subject,
            opening: scene.opening,
            has_data: scene.has_widget,
        };
        let section = PreEscaped(picture.draw().await?);
        let body = html! {
            @if let Some(notice) = scene.notice { (notice) }
            @if scene.has_widget {
                afterword-comments data-loading="eager" data-refresh="no" data-site=(site.name)
                    data-page-id=(place.page) data-page-title=(heading) data-sort=(scene.sort.as_str())
                    data-max-depth=(MAX_DEPTH) {
                    div class="aw" data-theme="auto" { (section) }
                }
            } @else {
                (section)
            }
        };
        let is_listed = is_whole && !scene.is_secret;
        let page = Page {
            visit,
            status: scene.status,
            title: match deed {
                Some(deed) => format!("{deed} – {heading}"),
                None => heading.clone(),
            },
            heading,
            robots: if is_listed {
                &self.config.robots
            } else {
                "noindex"
            },
            article,
            thread: (!is_whole).then(|| place.address(&visit.base, &[])),
            is_canonical: is_whole,
            head: html! {
                @if let Some(data) = data {
                    script type="application/ld+json" { (data) }
                }
            },
            body,
            has_widget: scene.has_widget,
            is_secret: scene.is_secret,
            ancestors: site.origins.sources(),
            retry_after: scene.retry_after,
        };
        Ok(page.into_response())
    }
}

fn subject(id: &str, is_own: bool, panel: Panel) -> Subject {
    Subject {
        id: id.to_owned(),
        is_own,
        panel,
    }
}
