//! Votes and reactions.
//!
//! Without a script there is no place for a secret that tells one reader from the others, and a cookie
//! would be sent along with whatever another site has a browser send. So the voice is made of what
//! comes with every request: the address and the browser, by a key of this day that nobody knows.
//! Whoever has the same of both has the same voice, and the next day another one.

use afterword::thread::thought::{heard, thinks, toggled, told};
use afterword_protocol::{ProblemKind, Thought};
use axum::extract::State;
use axum::http::header::USER_AGENT;
use axum::response::Response;

use super::{Sent, see_other};
use crate::config::Site;
use crate::domain::is_id;
use crate::error::{ApiError, Refusal};
use crate::http::client::{Act, Client};
use crate::http::request::Name;
use crate::http::thread::fetch::Deed;
use crate::http::thread::place::Place;
use crate::http::thread::visit::Visit;
use crate::http::{Context, Shared, origin};
use crate::store::Subject;

/// Votes for a comment or reacts to it, or takes that back.
pub(in crate::http) async fn think(
    State(context): State<Shared>,
    Name(id): Name,
    sent: Sent,
) -> Result<Response, ApiError> {
    let answer = context.thoughts_of_comment(&sent, &id).await;
    Ok(answer.unwrap_or_else(|error| sent.come_back(&context, error)))
}

/// Reacts to the article, or takes that back.
pub(in crate::http) async fn think_of_page(
    State(context): State<Shared>,
    sent: Sent,
) -> Result<Response, ApiError> {
    let answer = context.thoughts_of_page(&sent).await;
    Ok(answer.unwrap_or_else(|error| sent.come_back(&context, error)))
}

/// What an address says of the thread whose article somebody has just reacted to.
pub(in crate::http::thread) const REACTED: &str = "reacted";

impl Context {
    async fn thoughts_of_comment(&self, sent: &Sent, id: &str) -> Result<Response, ApiError> {
        let found = match is_id(id) {
            true => self.store.page_of(id).await?,
            false => None,
        };
        let (site, page) = found.ok_or(ProblemKind::NotFound)?;
        let place = Place::with(&sent.fields, Some(site), page);
        let site = &*self.named_site(place.site.as_deref())?;
        let thought = self.changed(sent, site, Subject::Comment(id)).await;
        let visit = &sent.visit;
        let refusal = match thought {
            Ok(()) => {
                let address = place.address(&visit.base, &[("comment", id)]);
                return Ok(see_other([&address, "#comment-", id].concat()));
            }
            Err(error) => error.refused()?,
        };
        self.may_look(sent)?;
        if refusal.kind == ProblemKind::NotFound {
            return Err(refusal.into());
        }
        let scene = self.about(visit, &place, site, id, Deed::Show, None);
        let scene = scene.await?.with_refusal(visit, &refusal);
        self.page(visit, &place, site, scene).await
    }

    async fn thoughts_of_page(&self, sent: &Sent) -> Result<Response, ApiError> {
        let (place, site) = self.place(sent)?;
        let site = &*site;
        let visit = &sent.visit;
        let subject = Subject::Page(&site.name, &place.page);
        let refusal = match self.changed(sent, site, subject).await {
            Ok(()) => return Ok(see_other(place.address(&visit.base, &[(REACTED, "1")]))),
            Err(error) => error.refused()?,
        };
        self.may_look(sent)?;
        let scene = self.reacted(visit, &place, site).await?;
        let scene = scene.with_refusal(visit, &refusal);
        self.page(visit, &place, site, scene).await
    }

    /// Adds a word to what a reader thinks, or takes it away.
    async fn changed(
        &self,
        sent: &Sent,
        site: &Site,
        subject: Subject<'_>,
    ) -> Result<(), ApiError> {
        let Visit { peer, headers, .. } = &sent.visit;
        origin::check_form(headers, site, self.config.public_url.as_ref())?;
        self.admit(*peer, headers, Act::Think)?;
        let before = heard(&self.thought_of(&sent.visit, site, subject).await?);
        let (word, is_added) = match (sent.fields.given("add"), sent.fields.given("remove")) {
            (Some(word), None) => (word, true),
            (None, Some(word)) => (word, false),
            _ => {
                let detail = "there is one thing to add, or to remove";
                return Err(Refusal::because(ProblemKind::InvalidRequest, detail).into());
            }
        };
        // Pressed twice, it is the same.
        let after = if thinks(&before, word) == is_added {
            before
        } else {
            toggled(&before, word)
        };
        let (client, voice) = self.voice_of(&sent.visit, subject);
        let thought = told(&after);
        let from = (client, sent.visit.peer, &sent.visit.headers);
        self.store_thought(site, subject, from, &voice, &thought)
            .await?;
        Ok(())
    }

    /// What a reader without a script thinks, of what the site takes.
    pub(in crate::http::thread) async fn thought_of(
        &self,
        visit: &Visit,
        site: &Site,
        subject: Subject<'_>,
    ) -> Result<Thought, ApiError> {
        let (_, voice) = self.voice_of(visit, subject);
        let mut thought = self.store.thought(&voice, subject).await?;
        thought
            .reactions
            .retain(|name| site.reactions.contains(name));
        Ok(thought)
    }

    fn voice_of(&self, visit: &Visit, subject: Subject<'_>) -> (Client, String) {
        let Visit { peer, headers, .. } = visit;
        let client = self.clients.client(*peer, headers, self.clock.now());
        // Readers behind one address mostly have not the same browser.
        let browser = headers
            .get(USER_AGENT)
            .map_or(&b""[..], |value| value.as_bytes());
        let [kind, first, second] = subject.parts();
        let voice = self
            .clients
            .key(client, &[b"without a script", browser, kind, first, second]);
        (client, voice)
    }
}
