//! What the forms of a thread send without a script. Whatever becomes of it, what was typed comes
//! back.

use std::net::SocketAddr;

use afterword::thread::{Draft, Slot};
use afterword::ui::{FormState, Panel};
use afterword_protocol::{NewComment, ProblemKind, Sort};
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::header::{CONTENT_TYPE, LOCATION, USER_AGENT};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::fields::Fields;
use super::place::Place;
use super::problem::unsent;
use super::scene::{Deed, failed, previewed};
use super::visit::Visit;
use crate::config::Site;
use crate::domain::{check_page_key, digest, is_id};
use crate::error::{ApiError, Refusal};
use crate::http::client::Act;
use crate::http::comments::rendered;
use crate::http::request::{BearerHash, is_key, whole};
use crate::http::{Context, Shared, origin};

/// A form that was sent.
struct Sent {
    visit: Visit,
    fields: Fields,
    path: String,
}

impl Sent {
    async fn read(context: &Context, peer: SocketAddr, request: Request) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let body = whole(body, context).await?;
        if !is_form(&parts.headers) {
            return Err(ProblemKind::UnsupportedMediaType.into());
        }
        let fields = Fields::parse(&body)?;
        Ok(Self {
            visit: Visit::of(&parts, peer, Some(&fields)),
            fields,
            path: parts.uri.path().to_owned(),
        })
    }

    fn draft(&self) -> Draft {
        Draft {
            text: self.fields.typed("text"),
            author: self.fields.get("author").unwrap_or_default().to_owned(),
        }
    }

    fn token(&self) -> &str {
        self.fields.get("token").unwrap_or_default()
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let mime = value.and_then(|value| value.parse::<mime::Mime>().ok());
    mime.is_some_and(|mime| mime.essence_str() == mime::APPLICATION_WWW_FORM_URLENCODED.as_ref())
}

/// What became of a text.
enum Outcome {
    /// It is kept: this is where its author is led.
    Kept(String),
    /// It is not, and its author goes on writing, with that composer.
    Writing(FormState),
}

/// Posts a comment, or shows it as it will look.
pub(in crate::http) async fn create(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Result<Response, ApiError> {
    let sent = Sent::read(&context, peer, request).await?;
    let answer = context.create_of(&sent).await;
    Ok(answer.unwrap_or_else(|error| sent.come_back(&context, error)))
}

/// Gives a comment a new text, or shows it as it will look.
pub(in crate::http) async fn edit(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let sent = Sent::read(&context, peer, request).await?;
    let answer = context.edit_of(&sent, &id).await;
    Ok(answer.unwrap_or_else(|error| sent.come_back(&context, error)))
}

/// Deletes a comment.
pub(in crate::http) async fn delete(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let sent = Sent::read(&context, peer, request).await?;
    let answer = context.delete_of(&sent, &id).await;
    Ok(answer.unwrap_or_else(|error| sent.come_back(&context, error)))
}

impl Sent {
    /// The page where there is no composer that the text could stand in.
    fn come_back(&self, context: &Context, error: ApiError) -> Response {
        let Self {
            visit,
            fields,
            path,
        } = self;
        unsent(context, visit, fields, path, &error.refusal())
    }
}

/// Where the browser goes on, so that a reload sends nothing again.
fn see_other(address: String) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, address)]).into_response()
}

/// What is refused, where something can be said on the page that it came from. What failed is to be
/// sent again as it is.
fn refusal(error: ApiError) -> Result<Refusal, ApiError> {
    match error {
        ApiError::Refused(refusal) => Ok(refusal),
        error => Err(error),
    }
}

impl Context {
    fn place(&self, sent: &Sent) -> Result<(Place, &Site), ApiError> {
        let place = Place::of(&sent.fields)?;
        let site = self.named_site(place.site.as_deref())?;
        check_page_key(&place.page)?;
        Ok((place, site))
    }

    /// Whether it may be posted. That is asked before anything else: a foreign page is not to learn
    /// by whose name it would have been.
    fn may_send(&self, sent: &Sent, site: &Site) -> Result<(), ApiError> {
        let headers = &sent.visit.headers;
        origin::check_form(headers, site, self.config.public_url.as_ref())?;
        Ok(self.admit(sent.visit.peer, headers, Act::Write)?)
    }

    /// What the preview button asks for, when it was that: a preview, or the text again.
    async fn preview_of(&self, sent: &Sent, text: &str) -> Result<Option<Outcome>, ApiError> {
        let form = match sent.fields.get("preview") {
            Some("on") => previewed(rendered(text, self.config.bounds).await?),
            Some(_) => FormState::default(),
            None => return Ok(None),
        };
        Ok(Some(Outcome::Writing(form)))
    }

    async fn create_of(&self, sent: &Sent) -> Result<Response, ApiError> {
        let (place, site) = self.place(sent)?;
        let draft = sent.draft();
        let (form, refusal) = match self.posted(sent, &place, site, &draft).await {
            Ok(Outcome::Kept(address)) => return Ok(see_other(address)),
            Ok(Outcome::Writing(form)) => (form, None),
            Err(error) => {
                let refusal = refusal(error)?;
                (failed(&refusal), Some(refusal))
            }
        };
        // It is a read from here on, and not for nothing.
        self.admit(sent.visit.peer, &sent.visit.headers, Act::Read)?;
        let is_orphan = |it: &Refusal| it.kind == ProblemKind::ParentNotFound;
        let parent = sent.fields.given("parent");
        let parent = parent.filter(|_| !refusal.as_ref().is_some_and(is_orphan));
        let (scene, slot) = match parent {
            None => (
                self.thread(&place, site, Sort::default(), None).await?,
                Slot::New,
            ),
            Some(parent) => (
                self.about(&sent.visit, &place, site, parent, Deed::Reply, None)
                    .await?,
                Slot::Reply(parent.to_owned()),
            ),
        };
        let scene = scene.with_draft(slot, draft, form);
        let scene = match &refusal {
            Some(refusal) => scene.refused(refusal),
            None => scene,
        };
        self.page(&sent.visit, &place, site, scene).await
    }

    async fn posted(
        &self,
        sent: &Sent,
        place: &Place,
        site: &Site,
        draft: &Draft,
    ) -> Result<Outcome, ApiError> {
        if let Some(outcome) = self.preview_of(sent, &draft.text).await? {
            return Ok(outcome);
        }
        self.may_send(sent, site)?;
        let parent = sent.fields.given("parent");
        let key = match sent.fields.given("key") {
            Some(key) if is_key(key) => key.to_owned(),
            Some(_) => return Err(ProblemKind::IdempotencyKeyInvalid.into()),
            None => self.key_of(sent, site, place, draft),
        };
        let comment = NewComment {
            site: place.site.clone(),
            page: place.page.clone(),
            title: place.title.clone(),
            url: place.url.clone(),
            parent: parent.map(str::to_owned),
            author: Some(draft.author.clone()),
            text: draft.text.clone(),
        };
        let posted = self.post(site, &comment, Some(&key)).await?;
        let address = place.address(&sent.visit.base, &[("receipt", &key)]);
        Ok(Outcome::Kept(format!(
            "{address}#comment-{}",
            posted.comment.id
        )))
    }

    /// The key of a comment whose form had none, being HTML that is kept and shown to many: whoever
    /// presses the button twice posts once.
    fn key_of(&self, sent: &Sent, site: &Site, place: &Place, draft: &Draft) -> String {
        /// For how many milliseconds the same text is taken for the same comment.
        const WINDOW: i64 = 10 * 60 * 1000;
        let Visit { peer, headers, .. } = &sent.visit;
        let now = self.clock.now();
        let client = self.clients.client(*peer, headers, now);
        let window = now.div_euclid(WINDOW).to_le_bytes();
        // Readers behind one address mostly have not the same browser.
        let browser = headers
            .get(USER_AGENT)
            .map_or(&b""[..], |value| value.as_bytes());
        let parts = [
            browser,
            site.name.as_bytes(),
            place.page.as_bytes(),
            sent.fields.get("parent").unwrap_or_default().as_bytes(),
            draft.author.as_bytes(),
            draft.text.as_bytes(),
            &window,
        ];
        self.clients.key(client, &parts)
    }

    async fn edit_of(&self, sent: &Sent, id: &str) -> Result<Response, ApiError> {
        let (place, site) = self.place(sent)?;
        let draft = sent.draft();
        let (form, refusal) = match self.edited(sent, &place, site, id, &draft.text).await {
            Ok(Outcome::Kept(address)) => return Ok(see_other(address)),
            Ok(Outcome::Writing(form)) => (form, None),
            Err(error) => {
                let refusal = refusal(error)?;
                (failed(&refusal), Some(refusal))
            }
        };
        self.admit(sent.visit.peer, &sent.visit.headers, Act::Read)?;
        if let Some(refusal) = refusal
            .as_ref()
            .filter(|it| it.kind == ProblemKind::NotFound)
        {
            return Err(refusal.clone().into());
        }
        let (visit, token) = (&sent.visit, sent.token());
        let mut scene = self
            .about(visit, &place, site, id, Deed::Edit, Some(token))
            .await?;
        // What was typed stays there for who may not save it: it is theirs all the same.
        if let Some(subject) = &mut scene.subject {
            subject.panel = Panel::Edit(String::new());
        }
        let scene = scene.with_draft(Slot::Edit(id.to_owned()), draft, form);
        let scene = match &refusal {
            Some(refusal) => scene.refused(refusal),
            None => scene,
        };
        self.page(visit, &place, site, scene).await
    }

    async fn edited(
        &self,
        sent: &Sent,
        place: &Place,
        site: &Site,
        id: &str,
        text: &str,
    ) -> Result<Outcome, ApiError> {
        if let Some(outcome) = self.preview_of(sent, text).await? {
            return Ok(outcome);
        }
        self.may_send(sent, site)?;
        self.is_here(place, site, id).await?;
        let token = BearerHash(digest(sent.token().as_bytes()));
        self.change(id, token, text).await?;
        let more = [("comment", id), ("token", sent.token()), ("said", "saved")];
        let address = place.address(&sent.visit.base, &more);
        Ok(Outcome::Kept(format!("{address}#comment-{id}")))
    }

    async fn delete_of(&self, sent: &Sent, id: &str) -> Result<Response, ApiError> {
        let (place, site) = self.place(sent)?;
        let deleted = async {
            self.may_send(sent, site)?;
            self.is_here(&place, site, id).await?;
            let token = BearerHash(digest(sent.token().as_bytes()));
            self.take_away(id, token).await
        };
        let (visit, token) = (&sent.visit, sent.token());
        let refusal = match deleted.await {
            Ok(_) => {
                let address = place.address(&visit.base, &[("said", "deleted")]);
                return Ok(see_other(address));
            }
            Err(error) => refusal(error)?,
        };
        self.admit(visit.peer, &visit.headers, Act::Read)?;
        if refusal.kind == ProblemKind::NotFound {
            return Err(refusal.into());
        }
        let mut scene = self
            .about(visit, &place, site, id, Deed::Delete, Some(token))
            .await?
            .with_refusal(visit, &refusal);
        scene.has_widget = false;
        self.page(visit, &place, site, scene).await
    }

    /// Refuses the id of a comment that does not stand on that page.
    async fn is_here(&self, place: &Place, site: &Site, id: &str) -> Result<(), ApiError> {
        if is_id(id) && self.store.is_on(id, &site.name, &place.page).await? {
            return Ok(());
        }
        Err(ProblemKind::NotFound.into())
    }
}
