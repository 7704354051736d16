//! A new comment.

use afterword::thread::{Draft, Slot};
use afterword::ui::Panel;
use afterword_protocol::{NewComment, ProblemKind, Sort};
use axum::extract::State;
use axum::http::header::USER_AGENT;
use axum::response::Response;

use super::{Outcome, Sent, see_other};
use crate::config::Site;
use crate::error::{ApiError, Refusal};
use crate::http::comments::Who;
use crate::http::request::is_key;
use crate::http::thread::fetch::Deed;
use crate::http::thread::place::Place;
use crate::http::thread::scene::{Scene, failed};
use crate::http::thread::visit::Visit;
use crate::http::{Context, Shared};
use crate::screening::Signals;

/// Posts a comment, or shows it as it will look.
pub(in crate::http) async fn create(
    State(context): State<Shared>,
    sent: Sent,
) -> Result<Response, ApiError> {
    let answer = context.create_of(&sent).await;
    Ok(answer.unwrap_or_else(|error| sent.come_back(&context, error)))
}

impl Context {
    async fn create_of(&self, sent: &Sent) -> Result<Response, ApiError> {
        let (place, site) = self.place(sent)?;
        let site = &*site;
        let draft = sent.draft();
        let outcome = Outcome::of(self.posted(sent, &place, site, &draft).await)?;
        let (form, refusal) = match outcome {
            Outcome::Kept(address) => return Ok(see_other(address)),
            Outcome::Writing(form, refusal) => (form, refusal),
        };
        // A preview was counted before.
        if refusal.is_some() {
            self.may_look(sent)?;
        }
        let reply = match sent.fields.given("parent") {
            Some(parent) => Some((parent, self.reply_to(sent, &place, site, parent).await?)),
            None => None,
        };
        let scene = match reply {
            Some((parent, Some(scene))) => {
                let slot = Slot::Reply(parent.to_owned());
                scene
                    .with_draft(slot, draft, form)
                    .refused(refusal.as_ref())
            }
            // It can be a comment of its own.
            Some((_, None)) => {
                let orphan = Refusal::new(ProblemKind::ParentNotFound);
                let scene = self.thread(&place, site, Sort::default(), None).await?;
                let scene = scene.with_draft(Slot::New, draft, failed(&orphan));
                scene.refused(Some(&orphan))
            }
            None => {
                let scene = self.thread(&place, site, Sort::default(), None).await?;
                scene
                    .with_draft(Slot::New, draft, form)
                    .refused(refusal.as_ref())
            }
        };
        let shown = |key| self.store.form_shown(&site.name, key, self.clock.now());
        let scene = Scene {
            since: sent.fields.given("key").and_then(shown),
            ..scene
        };
        self.page(&sent.visit, &place, site, scene).await
    }

    /// What is answered, with a composer below it; none when it is gone.
    async fn reply_to(
        &self,
        sent: &Sent,
        place: &Place,
        site: &Site,
        parent: &str,
    ) -> Result<Option<Scene>, ApiError> {
        let scene = self.about(&sent.visit, place, site, parent, Deed::Reply, None);
        match scene.await {
            Ok(scene) => {
                let subject = scene.subject.as_ref();
                let has_composer = subject.is_some_and(|subject| subject.panel == Panel::Reply);
                Ok(has_composer.then_some(scene))
            }
            Err(error) => match error.refused()? {
                refusal if refusal.kind == ProblemKind::NotFound => Ok(None),
                refusal => Err(refusal.into()),
            },
        }
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
            website: Some(draft.website.clone()).filter(|website| !website.is_empty()),
            email: Some(draft.email.clone()).filter(|email| !email.is_empty()),
            person: None,
            text: draft.text.clone(),
            proof: None,
            trap: None,
        };
        let Visit {
            peer,
            headers,
            language,
            ..
        } = &sent.visit;
        let now = self.clock.now();
        let shown = self.store.form_shown(&site.name, &key, now);
        let signals = Signals {
            honeypot: sent.fields.given("trap").is_some(),
            elapsed_ms: shown.map(|shown| now - shown),
            ..Signals::of(headers)
        };
        let posted = self.post(
            site,
            &comment,
            Some(&key),
            (*peer, headers, Who::default()),
            signals,
            language,
        );
        let posted = posted.await?;
        let mut more = vec![("receipt", key.as_str())];
        if comment.email.is_some() {
            more.push(("mail", "1"));
        }
        let address = place.address(&sent.visit.base, &more);
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
            draft.website.as_bytes(),
            draft.email.as_bytes(),
            draft.text.as_bytes(),
            &window,
        ];
        self.clients.key(client, &parts)
    }
}
