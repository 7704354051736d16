//! Comments.

mod create;
mod delete;
mod edit;
mod history;
mod list;
mod replies;
mod report;
mod restore;
mod show;

// The macro that describes a route makes more than a function of each.
pub(super) use create::*;
pub(super) use delete::*;
pub(super) use edit::*;
pub(super) use history::*;
pub(super) use list::*;
pub(super) use replies::*;
pub(super) use report::*;
pub(super) use restore::*;
pub(super) use show::*;

use std::net::SocketAddr;
use std::sync::Arc;

use afterword_protocol::ProblemKind;
use axum::http::HeaderMap;

use super::Context;
use super::login::Author;
use crate::config::Site;
use crate::domain::{check_text, named_images, network, render};
use crate::error::{ApiError, Refusal};
use crate::screening::Sender;
use crate::store::{Asker, Ownership, Standing};

impl Context {
    /// The HTML of a text that is taken. Hostile ones take their time: others need not wait for it.
    pub(super) async fn rendered(&self, text: &str) -> Result<String, ApiError> {
        let bounds = self.config.bounds;
        check_text(text, &bounds)?;
        let images = self.store.known_images(&named_images(text)).await?;
        let text = text.to_owned();
        Ok(tokio::task::spawn_blocking(move || render(&text, &bounds, &images)).await??)
    }

    /// The site of that name; without a name, the only one, or the one called `default`.
    pub(super) fn named_site(&self, name: Option<&str>) -> Result<Arc<Site>, Refusal> {
        let name = name.filter(|name| !name.is_empty());
        self.sites.named(name).ok_or_else(|| {
            let detail = match name {
                Some(name) => format!("there is no site {name:?}"),
                None => "this server has several sites: name one".to_owned(),
            };
            Refusal::because(ProblemKind::SiteUnknown, detail)
        })
    }

    /// What a comment is that its author changes or restores, the site that it is on, and who sends
    /// that: its author, wherever they are now.
    pub(super) async fn standing(
        &self,
        id: &str,
        peer: SocketAddr,
        headers: &HeaderMap,
        now: i64,
    ) -> Result<(Standing, Arc<Site>, Sender), ApiError> {
        let standing = self.store.standing(id).await?;
        let standing = standing.ok_or(ProblemKind::NotFound)?;
        let site = self.named_site(Some(&standing.page.site))?;
        let mut sender = self.sender(peer, headers, now).await?;
        sender.person = standing.person;
        sender.email.clone_from(&standing.email);
        sender.is_known = standing.is_known;
        Ok((standing, site, sender))
    }

    /// Who sends something.
    pub(super) async fn sender(
        &self,
        peer: SocketAddr,
        headers: &HeaderMap,
        now: i64,
    ) -> Result<Sender, ApiError> {
        let address = self.clients.address(peer, headers);
        Ok(Sender {
            address,
            client: self.clients.client(peer, headers, now),
            line: self.clients.voice(peer, headers, now),
            network: self.store.network(&network(address), now).await?,
            person: None,
            email: None,
            is_known: false,
            is_moderator: false,
        })
    }

    /// Whoever sends something from a network, as the author of what nobody else is shown.
    pub(super) async fn whose_network(
        &self,
        peer: SocketAddr,
        headers: &HeaderMap,
    ) -> Result<Asker, ApiError> {
        let network = self.clients.network(peer, headers);
        let network = self.store.network(&network, self.clock.now()).await?;
        Ok(Asker {
            network: Some(network),
            ..Asker::default()
        })
    }

    pub(super) fn ownership(&self, author: impl Into<Author>) -> Ownership {
        let Author { token, reader } = author.into();
        Ownership {
            token,
            reader,
            now: self.clock.now(),
            window: self.config.edit_window,
        }
    }
}
