//! What the forms of a thread send without a script. Whatever becomes of it, what was typed comes
//! back.

mod create;
mod delete;
mod edit;
mod think;

pub(in crate::http) use create::create;
pub(in crate::http) use delete::delete;
pub(in crate::http) use edit::edit;
pub(in crate::http::thread) use think::REACTED;
pub(in crate::http) use think::{think, think_of_page};

use std::sync::Arc;

use afterword::thread::Draft;
use afterword::ui::FormState;
use afterword_protocol::ProblemKind;
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::fields::Fields;
use super::place::Place;
use super::problem::unsent;
use super::scene::{failed, previewed};
use super::visit::Visit;
use crate::config::Site;
use crate::domain::{check_page_key, digest, is_id};
use crate::error::{ApiError, Refusal};
use crate::http::client::Act;
use crate::http::request::{BearerHash, peer_of, whole};
use crate::http::{Context, Shared, origin};

/// A form that was sent.
pub(in crate::http) struct Sent {
    visit: Visit,
    fields: Fields,
    path: String,
}

impl FromRequest<Shared> for Sent {
    type Rejection = ApiError;

    async fn from_request(request: Request, context: &Shared) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let peer = peer_of(&parts)?;
        let body = whole(body, context).await?;
        if !is_form(&parts.headers) {
            return Err(ProblemKind::UnsupportedMediaType.into());
        }
        // Forms of which a page has hundreds have no fields, but an address that tells as much.
        let query = parts.uri.query().unwrap_or_default().as_bytes();
        let fields = Fields::parse(&[query, b"&", &body].concat())?;
        let mut visit = Visit::of(&parts, peer, Some(&fields));
        if let Ok(site) = context.named_site(fields.given("site")) {
            visit.at(&site);
        }
        Ok(Self {
            visit,
            fields,
            path: parts.uri.path().to_owned(),
        })
    }
}

impl Sent {
    fn draft(&self) -> Draft {
        Draft {
            text: self.fields.typed("text"),
            author: self.fields.get("author").unwrap_or_default().to_owned(),
            website: self.fields.get("website").unwrap_or_default().to_owned(),
            email: self.fields.get("email").unwrap_or_default().to_owned(),
        }
    }

    fn token(&self) -> &str {
        self.fields.get("token").unwrap_or_default()
    }

    fn token_hash(&self) -> BearerHash {
        BearerHash(digest(self.token().as_bytes()))
    }

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
    /// It is not, and its author goes on writing, with that composer; with why, if it was refused.
    Writing(FormState, Option<Refusal>),
}

impl Outcome {
    /// A refusal is for the composer to say. What failed is to be sent again as it is.
    fn of(result: Result<Self, ApiError>) -> Result<Self, ApiError> {
        result.or_else(|error| {
            let refusal = error.refused()?;
            Ok(Self::Writing(failed(&refusal), Some(refusal)))
        })
    }
}

/// Where the browser goes on, so that a reload sends nothing again.
fn see_other(address: String) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, address)]).into_response()
}

impl Context {
    fn place(&self, sent: &Sent) -> Result<(Place, Arc<Site>), ApiError> {
        let place = Place::of(&sent.fields)?;
        let site = self.named_site(place.site.as_deref())?;
        check_page_key(&place.page)?;
        Ok((place, site))
    }

    /// Refuses what was sent from a page that may not, and by whoever has sent too much.
    fn may_send(&self, sent: &Sent, site: &Site) -> Result<(), ApiError> {
        let headers = &sent.visit.headers;
        origin::check_form(headers, site, self.config.public_url.as_ref())?;
        Ok(self.admit(sent.visit.peer, headers, Act::Write)?)
    }

    /// What the preview button asks for, when it was that: a preview, or the text again. It is counted
    /// as something that is read, before it is drawn.
    async fn preview_of(&self, sent: &Sent, text: &str) -> Result<Option<Outcome>, ApiError> {
        if sent.fields.get("preview").is_some() {
            self.may_look(sent)?;
        }
        let form = match sent.fields.get("preview") {
            Some("on") => previewed(self.rendered(text).await?),
            Some(_) => FormState::default(),
            None => return Ok(None),
        };
        Ok(Some(Outcome::Writing(form, None)))
    }

    /// Counts the page that comes back as one that was asked for.
    fn may_look(&self, sent: &Sent) -> Result<(), ApiError> {
        let Visit { peer, headers, .. } = &sent.visit;
        Ok(self.admit(*peer, headers, Act::Read)?)
    }

    /// Refuses the id of a comment that does not stand on that page.
    async fn is_here(
        &self,
        sent: &Sent,
        place: &Place,
        site: &Site,
        id: &str,
    ) -> Result<(), ApiError> {
        let token = sent.token_hash().0;
        let is_on = self.store.is_on(id, &site.name, &place.page, Some(&token));
        if is_id(id) && is_on.await? {
            return Ok(());
        }
        Err(ProblemKind::NotFound.into())
    }
}
