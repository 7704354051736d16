//! `GET /thread`: the page of a thread, or of a comment of it.

use std::net::SocketAddr;

use afterword::i18n::Msg;
use afterword::ui::Panel;
use afterword_protocol::{ProblemKind, Sort};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

use super::fetch::Deed;
use super::fields::Fields;
use super::place::{Place, own_address};
use super::scene::Scene;
use super::send::REACTED;
use super::visit::Visit;
use crate::config::Site;
use crate::domain::check_page_key;
use crate::error::{ApiError, Refusal};
use crate::http::client::Act;
use crate::http::language::Words;
use crate::http::request::cursor;
use crate::http::{Context, Shared};
use crate::store::Receipt;

/// The page of a thread: where a site's policy refuses the widget, its readers are led here, and so
/// is whoever has no JavaScript, by every form and button of the thread.
pub(in crate::http) async fn show(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Result<Response, ApiError> {
    let (parts, _) = request.into_parts();
    let fields = Fields::parse(parts.uri.query().unwrap_or_default().as_bytes())?;
    let mut visit = Visit::of(&parts, peer, Some(&fields));
    context.admit(peer, &visit.headers, Act::Read)?;
    let place = context.thread_of(&fields).await?;
    let site = &*context.named_site(place.site.as_deref())?;
    visit.at(site);
    check_page_key(&place.page)?;
    let scene = context.asked(&visit, &place, site, &fields).await?;
    context.page(&visit, &place, site, scene).await
}

/// What an address can name a comment for.
const DEEDS: [(&str, Deed); 4] = [
    ("comment", Deed::Show),
    ("reply", Deed::Reply),
    ("edit", Deed::Edit),
    ("delete", Deed::Delete),
];

/// What an address names a root by whose branch is asked for.
const BRANCH: &str = "branch";

/// Offers no form that would be refused: who comes to a page that takes none is told so instead.
fn unless_closed(visit: &Visit, mut scene: Scene, deed: Deed) -> Scene {
    let takes_edits = |offers: &Vec<String>| offers.iter().any(|word| word == "edit");
    let is_closed = match deed {
        Deed::Reply => scene.list.closed,
        Deed::Edit => !scene.list.offers.as_ref().is_none_or(takes_edits),
        Deed::Show | Deed::Delete => false,
    };
    if !is_closed || scene.status != StatusCode::OK {
        return scene;
    }
    if let Some(subject) = &mut scene.subject {
        subject.panel = Panel::Closed;
    }
    scene.deed = None;
    scene.with_refusal(visit, &ProblemKind::Closed.into())
}

impl Context {
    /// The thread that an address names: by its page, or by a comment of it.
    async fn thread_of(&self, fields: &Fields) -> Result<Place, ApiError> {
        let mut names = DEEDS.iter().map(|(name, _)| *name).chain([BRANCH]);
        match names.find_map(|name| fields.given(name)) {
            Some(id) if fields.get("page").is_none() => {
                let found = self.store.page_of(id).await?;
                let (site, page) = found.ok_or(ProblemKind::NotFound)?;
                Ok(Place::with(fields, Some(site), page))
            }
            _ => Ok(Place::of(fields)?),
        }
    }

    async fn asked(
        &self,
        visit: &Visit,
        place: &Place,
        site: &Site,
        fields: &Fields,
    ) -> Result<Scene, ApiError> {
        let token = fields.given("token");
        let mut deeds = DEEDS.into_iter();
        let scene = match deeds.find_map(|(name, deed)| Some((fields.given(name)?, deed))) {
            Some((id, deed)) => {
                let scene = self.about(visit, place, site, id, deed, token).await?;
                unless_closed(visit, scene, deed)
            }
            None => match fields.given(BRANCH) {
                Some(root) => {
                    let after = fields.given("cursor");
                    cursor(after)?;
                    self.branch(visit, place, site, (root, after)).await?
                }
                None => self.asked_whole(visit, place, site, fields).await?,
            },
        };
        Ok(match fields.get("said") {
            Some("saved") => scene.with_message(visit, Msg::SaidSaved),
            Some("deleted") => scene.with_message(visit, Msg::SaidDeleted),
            _ => scene,
        })
    }

    async fn asked_whole(
        &self,
        visit: &Visit,
        place: &Place,
        site: &Site,
        fields: &Fields,
    ) -> Result<Scene, ApiError> {
        let after = fields.given("cursor");
        cursor(after)?;
        let sort = match fields.given("sort") {
            None => Sort::default(),
            Some(name) => Sort::from_name(name).ok_or_else(|| {
                let detail = "sort can be newest, oldest, top or discussed";
                Refusal::because(ProblemKind::InvalidRequest, detail)
            })?,
        };
        if fields.get(REACTED).is_some() {
            return self.reacted(visit, place, site).await;
        }
        let mut scene = self.thread(place, site, sort, after).await?;
        if let Some(key) = fields.given("receipt") {
            let (now, is_shown) = (self.clock.now(), visit.is_seen);
            let receipt = self
                .store
                .receipt(key, &site.name, &place.page, now, is_shown);
            scene.is_secret = true;
            if let Some(receipt) = receipt.await? {
                if receipt.is_hidden {
                    self.add_own(&mut scene, &receipt.id).await?;
                }
                let is_asked = fields.get("mail").is_some() && !receipt.is_pending;
                self.hand_out(visit, place, receipt, is_asked, &mut scene);
            }
        }
        Ok(scene)
    }

    /// Tells an author that the comment stands, how it can be changed, and whether a mail may have asked
    /// for an address.
    fn hand_out(
        &self,
        visit: &Visit,
        place: &Place,
        receipt: Receipt,
        is_asked: bool,
        scene: &mut Scene,
    ) {
        let Receipt {
            id,
            token,
            is_pending,
            ..
        } = receipt;
        let branches = scene.list.branches.iter();
        let mut shown = branches.flat_map(|it| std::iter::once(&it.root).chain(&it.replies));
        let is_in_view = shown.any(|comment| comment.id == id);
        let anchor = ["#comment-", &id].concat();
        let address = |base: &str, more: &[(&str, &str)]| place.address(base, more) + &anchor;
        let kept = token.map(|token| {
            // The page is known by now, with its title and address.
            let place = Place {
                title: None,
                url: None,
                ..place.clone()
            };
            let token = token.into_string();
            let more = [("comment", id.as_str()), ("token", token.as_str())];
            let own = own_address(&self.config, &visit.headers);
            let outside = place.address(&own, &more);
            let read = outside.trim_start_matches('/').to_owned();
            (place.address(&visit.base, &more), read)
        });
        let say = |words| visit.language.say(words);
        let posted = visit.language.message(match is_pending {
            true => Msg::SaidPending,
            false => Msg::SaidPosted,
        });
        scene.notice = Some(html! {
            div class="notice receipt" role="status" {
                p { strong { (posted) } }
                @if let Some((address, read)) = kept {
                    p {
                        (say(Words::KeepLink)) " "
                        a class="kept" dir="ltr" href=(address) { (read) }
                    }
                } @else {
                    p { (say(Words::LinkShown)) }
                }
                @if is_asked {
                    p { (say(Words::MailAsked)) }
                }
                @if !is_in_view && !is_pending {
                    p {
                        a href=(address(&visit.base, &[("comment", &id)])) target="_self" {
                            (say(Words::ShowComment))
                        }
                    }
                }
            }
        });
    }
}
