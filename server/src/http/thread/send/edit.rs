//! A new text for a comment.

use afterword::thread::Slot;
use afterword::ui::Panel;
use afterword_protocol::ProblemKind;
use axum::extract::State;
use axum::response::Response;

use super::{Outcome, Sent, see_other};
use crate::config::Site;
use crate::error::{ApiError, Refusal};
use crate::http::request::Name;
use crate::http::thread::fetch::Deed;
use crate::http::thread::place::Place;
use crate::http::thread::visit::Visit;
use crate::http::{Context, Shared};

/// Gives a comment a new text, or shows it as it will look.
pub(in crate::http) async fn edit(
    State(context): State<Shared>,
    Name(id): Name,
    sent: Sent,
) -> Result<Response, ApiError> {
    let answer = context.edit_of(&sent, &id).await;
    Ok(answer.unwrap_or_else(|error| sent.come_back(&context, error)))
}

impl Context {
    async fn edit_of(&self, sent: &Sent, id: &str) -> Result<Response, ApiError> {
        let (place, site) = self.place(sent)?;
        let site = &*site;
        let draft = sent.draft();
        let outcome = Outcome::of(self.edited(sent, &place, site, id, &draft.text).await)?;
        let (form, refusal) = match outcome {
            Outcome::Kept(address) => return Ok(see_other(address)),
            Outcome::Writing(form, refusal) => (form, refusal),
        };
        // A preview was counted before.
        if refusal.is_some() {
            self.may_look(sent)?;
        }
        let is_gone = |it: &Refusal| it.kind == ProblemKind::NotFound;
        if let Some(refusal) = refusal.clone().filter(is_gone) {
            return Err(refusal.into());
        }
        let (visit, token) = (&sent.visit, sent.token());
        let scene = self.about(visit, &place, site, id, Deed::Edit, Some(token));
        let mut scene = scene.await?;
        // What was typed stays there for who may not save it: it is theirs all the same.
        if let Some(subject) = &mut scene.subject {
            subject.panel = Panel::Edit(String::new());
        }
        if refusal.is_some() {
            // The composer says it.
            scene.notice = None;
        }
        let scene = scene.with_draft(Slot::Edit(id.to_owned()), draft, form);
        let scene = scene.refused(refusal.as_ref());
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
        self.is_here(sent, place, site, id).await?;
        let Visit { peer, headers, .. } = &sent.visit;
        let changed = self.change(id, sent.token_hash(), text, (*peer, headers));
        changed.await?;
        let more = [("comment", id), ("token", sent.token()), ("said", "saved")];
        let address = place.address(&sent.visit.base, &more);
        Ok(Outcome::Kept(format!("{address}#comment-{id}")))
    }
}
