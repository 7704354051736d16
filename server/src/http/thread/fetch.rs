//! What is fetched for a page.

use afterword::Subject;
use afterword::i18n::Msg;
use afterword::thread::thought::heard;
use afterword::ui::Panel;
use afterword_protocol::{
    Branch, Comment, CommentDetail, CommentList, ProblemKind, Sort, Status, limits,
};
use maud::html;

use super::place::Place;
use super::scene::Scene;
use super::visit::Visit;
use crate::config::Site;
use crate::domain::digest;
use crate::error::{ApiError, Refusal};
use crate::http::Context;
use crate::http::request::BearerHash;
use crate::store::{Portion, Subject as StoreSubject};

/// How many portions of a branch are drawn at once.
const PORTIONS: usize = 2;

/// What a page offers to do with a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Show,
    Reply,
    Edit,
    Delete,
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
            replies: limits::REPLIES.1,
            cursor,
        };
        let list = self.list(site, &place.page, portion).await?;
        Ok(Scene::of(list, sort, None))
    }

    /// The thread as a whole, with what a reader without a script thinks of the article.
    pub(super) async fn reacted(
        &self,
        visit: &Visit,
        place: &Place,
        site: &Site,
    ) -> Result<Scene, ApiError> {
        let mut scene = self.thread(place, site, Sort::default(), None).await?;
        let about = StoreSubject::Page(&site.name, &place.page);
        scene.thought = heard(&self.thought_of(visit, site, about).await?);
        scene.has_widget = false;
        scene.is_secret = true;
        Ok(scene)
    }

    /// A root with its replies; with very many, those after the cursor, and the way to more.
    pub(super) async fn branch(
        &self,
        visit: &Visit,
        place: &Place,
        site: &Site,
        (root, after): (&str, Option<&str>),
    ) -> Result<Scene, ApiError> {
        let detail = self.detail(place, site, root, None).await?;
        let mut replies = Vec::new();
        let mut next = after.map(str::to_owned);
        for _ in 0..PORTIONS {
            let limit = limits::REPLIES.0;
            let found = self.store.replies(root, limit, next.as_deref()).await?;
            let mut found = found.ok_or(ProblemKind::NotFound)?;
            replies.append(&mut found.replies);
            next = found.next;
            if next.is_none() {
                break;
            }
        }
        let of = (site, place.page.as_str());
        let list = self.one_branch(of, detail.comment, replies).await?;
        let shown = subject(root, false, Panel::Closed);
        let mut scene = Scene::of(list, Sort::default(), Some(shown));
        if let Some(next) = next {
            let more = [("branch", root), ("cursor", next.as_str())];
            let address = place.address(&visit.base, &more);
            scene.notice = Some(html! {
                p class="notice" {
                    a href=(address) target="_self" { (visit.language.message(Msg::MoreComments)) }
                }
            });
        }
        Ok(scene)
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
        let hash = token.map(|token| digest(token.as_bytes()));
        // Who answers without a script says nothing of who they are.
        let is_theirs = deed == Deed::Reply && self.is_seen_by(visit, id).await?;
        let detail = match is_theirs {
            true => self
                .store
                .hidden_detail(id)
                .await?
                .ok_or(ProblemKind::NotFound)?,
            false => self.detail(place, site, id, hash.as_ref()).await?,
        };
        let is_gone = detail.comment.status == Status::Deleted;
        let owner = match token {
            _ if is_gone => Err(Refusal::new(ProblemKind::NotFound)),
            Some(token) => self.owner(id, token).await?,
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
        let of = (site, place.page.as_str());
        let list = self.one_branch(of, root, line).await?;
        let mut shown = subject(id, is_own, panel);
        if !is_own && shown.panel == Panel::Closed {
            let thought = self.thought_of(visit, site, StoreSubject::Comment(id));
            shown.thought = heard(&thought.await?);
        }
        // It is what this reader thinks.
        let is_secret = token.is_some() || !shown.thought.is_empty();
        let mut scene = Scene::of(list, Sort::default(), Some(shown));
        scene.deed = msg;
        scene.is_secret = is_secret;
        scene.token = token.filter(|_| is_own).map(str::to_owned);
        Ok(match refusal {
            Some(refusal) => scene.with_refusal(visit, &refusal),
            None => scene,
        })
    }

    /// Whether a comment is shown to nobody but who sends that.
    async fn is_seen_by(&self, visit: &Visit, id: &str) -> Result<bool, ApiError> {
        let whose = self.whose_network(visit.peer, &visit.headers).await?;
        Ok(self.store.is_hidden_one_of(id, &whose).await?)
    }

    /// Shows an author in the thread what nobody else is shown there.
    pub(super) async fn add_own(&self, scene: &mut Scene, id: &str) -> Result<(), ApiError> {
        let Some(detail) = self.store.hidden_detail(id).await? else {
            return Ok(());
        };
        let own = detail.comment;
        let list = &mut scene.list;
        list.total += 1;
        let branch = detail.ancestors.first().and_then(|root| {
            let mut branches = list.branches.iter_mut();
            branches.find(|branch| branch.root.id == root.id)
        });
        match (branch, detail.ancestors.is_empty()) {
            (Some(branch), _) => {
                branch.replies.push(own);
                branch.reply_count += 1;
            }
            (None, true) => list.branches.insert(
                0,
                Branch {
                    root: own,
                    replies: Vec::new(),
                    reply_count: 0,
                    next: None,
                },
            ),
            // It stands further below.
            (None, false) => {}
        }
        Ok(())
    }

    /// Whether the token may change the comment, or why not.
    async fn owner(&self, id: &str, token: &str) -> Result<Result<(), Refusal>, ApiError> {
        let owner = self.ownership(BearerHash(digest(token.as_bytes())));
        match self.store.check_owner(id, &owner).await {
            Ok(()) => Ok(Ok(())),
            Err(error) => ApiError::from(error).refused().map(Err),
        }
    }

    /// A comment, when it stands on that page.
    async fn detail(
        &self,
        place: &Place,
        site: &Site,
        id: &str,
        token: Option<&[u8; 32]>,
    ) -> Result<CommentDetail, ApiError> {
        let is_on = self.store.is_on(id, &site.name, &place.page, token);
        if !is_on.await? {
            return Err(ProblemKind::NotFound.into());
        }
        let detail = self.store.detail(id, token, None).await?;
        Ok(detail.ok_or(ProblemKind::NotFound)?)
    }

    /// A part of a page's thread, with what is accepted there.
    async fn one_branch(
        &self,
        (site, page): (&Site, &str),
        root: Comment,
        replies: Vec<Comment>,
    ) -> Result<CommentList, ApiError> {
        let policy = self.policy(site, page, self.clock.now()).await?;
        let count = u32::try_from(replies.len()).unwrap_or(u32::MAX);
        Ok(CommentList {
            branches: vec![Branch {
                root,
                replies,
                reply_count: count,
                next: None,
            }],
            total: count.saturating_add(1),
            reactions: site.of_the_set(&[]),
            ..self.taken(site, &policy)
        })
    }
}

fn subject(id: &str, is_own: bool, panel: Panel) -> Subject {
    Subject {
        id: id.to_owned(),
        is_own,
        panel,
        thought: String::new(),
    }
}
