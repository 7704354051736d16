//! The end of a comment.

use afterword_protocol::ProblemKind;
use axum::extract::State;
use axum::response::Response;

use super::{Sent, see_other};
use crate::config::Site;
use crate::error::ApiError;
use crate::http::request::Name;
use crate::http::thread::fetch::Deed;
use crate::http::thread::place::Place;
use crate::http::{Context, Shared};

/// Deletes a comment.
pub(in crate::http) async fn delete(
    State(context): State<Shared>,
    Name(id): Name,
    sent: Sent,
) -> Result<Response, ApiError> {
    let answer = context.delete_of(&sent, &id).await;
    Ok(answer.unwrap_or_else(|error| sent.come_back(&context, error)))
}

impl Context {
    async fn delete_of(&self, sent: &Sent, id: &str) -> Result<Response, ApiError> {
        let (place, site) = self.place(sent)?;
        let site = &*site;
        let visit = &sent.visit;
        let refusal = match self.deleted(sent, &place, site, id).await {
            Ok(()) => {
                let address = place.address(&visit.base, &[("said", "deleted")]);
                return Ok(see_other(address));
            }
            Err(error) => error.refused()?,
        };
        self.may_look(sent)?;
        if refusal.kind == ProblemKind::NotFound {
            return Err(refusal.into());
        }
        let token = Some(sent.token());
        let scene = self.about(visit, &place, site, id, Deed::Delete, token);
        let scene = scene.await?.with_refusal(visit, &refusal);
        self.page(visit, &place, site, scene).await
    }

    async fn deleted(
        &self,
        sent: &Sent,
        place: &Place,
        site: &Site,
        id: &str,
    ) -> Result<(), ApiError> {
        self.may_send(sent, site)?;
        self.is_here(sent, place, site, id).await?;
        // The question was whether for good.
        self.take_away(id, sent.token_hash(), 0).await?;
        Ok(())
    }
}
