//! What all pages share: who has signed in, where one is, and what is said.

use afterword_protocol::admin::{CurrentSession, Items, Right, SignedIn, Site, User, Waiting};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use crate::api::{Answer, Call, Failure, delete, get};
use crate::drafts;
use crate::host;
use crate::route::Route;
use crate::texts::t;
use crate::views::again;

/// Under which name the session's token is kept.
const TOKEN: &str = "afterword:admin:token";

/// What became of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It is not known yet whether the kept token is any good.
    Asking,
    /// Nobody has signed in.
    Out,
    /// Somebody has.
    In,
}

/// Whether the server is heard from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// It is.
    Open,
    /// It was, and will be again.
    Lost,
}

/// A sentence about what was done, with a way back.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Done {
    /// What was done.
    pub(crate) sentence: String,
    /// The action that can be undone.
    pub(crate) undo: Option<String>,
    /// Whether it went wrong.
    pub(crate) is_failure: bool,
}

/// The state that all pages share.
#[derive(Clone, Copy)]
pub(crate) struct App {
    pub(crate) route: RwSignal<Route>,
    pub(crate) stage: RwSignal<Stage>,
    pub(crate) user: RwSignal<Option<User>>,
    pub(crate) token: RwSignal<Option<String>>,
    /// The sites that the user sees, by name.
    pub(crate) sites: RwSignal<Vec<String>>,
    /// What assistive technology is told.
    pub(crate) said: RwSignal<String>,
    /// What was done last.
    pub(crate) done: RwSignal<Option<Done>>,
    pub(crate) line: RwSignal<Line>,
    /// Counts what happened elsewhere.
    pub(crate) news: RwSignal<u32>,
    /// Counts what was undone here, so that lists are read again; and which comments that was.
    pub(crate) undone: RwSignal<(u32, Vec<String>)>,
    /// What was done here and can be undone, the latest last; with the comments that it was done to.
    pub(crate) actions: RwSignal<Vec<(String, Vec<String>)>>,
    /// How much waits for moderators.
    pub(crate) waiting: RwSignal<Waiting>,
    /// What is to be said on the sign-in page.
    pub(crate) notice: RwSignal<String>,
    /// Whether one goes to a page to search there.
    pub(crate) seeks: RwSignal<bool>,
}

impl App {
    pub(crate) fn new() -> Self {
        let app = Self {
            route: RwSignal::new(here()),
            stage: RwSignal::new(Stage::Asking),
            user: RwSignal::new(None),
            token: RwSignal::new(host::read(TOKEN)),
            sites: RwSignal::new(Vec::new()),
            said: RwSignal::new(String::new()),
            done: RwSignal::new(None),
            line: RwSignal::new(Line::Open),
            news: RwSignal::new(0),
            undone: RwSignal::new((0, Vec::new())),
            actions: RwSignal::new(Vec::new()),
            waiting: RwSignal::new(Waiting::default()),
            notice: RwSignal::new(String::new()),
            seeks: RwSignal::new(false),
        };
        let moved = Closure::<dyn Fn()>::new(move || app.route.set(here())).into_js_value();
        let _ = window().add_event_listener_with_callback("hashchange", moved.unchecked_ref());
        app
    }

    /// Goes to a place; the back button leads here again.
    pub(crate) fn go(self, route: &Route) {
        let _ = window().location().set_hash(&route.address());
    }

    /// Goes to a place instead of this one: the back button leads to the one before.
    pub(crate) fn replace(self, route: &Route) {
        let _ = window().location().replace(&route.address());
    }

    /// The place with that view, for the site that is looked at.
    pub(crate) fn place(self, view: &str) -> Route {
        Route::new(view).with("site", &self.site())
    }

    /// The site that is looked at; empty for all of them.
    pub(crate) fn site(self) -> String {
        self.route.with(|route| route.get("site").to_owned())
    }

    /// Whether the user may do that on the site that is looked at, or anywhere where that is none.
    pub(crate) fn may(self, right: Right) -> bool {
        let site = self.site();
        self.user.with(|user| {
            let grants = user.as_ref().map(|user| user.grants.as_slice());
            let mut grants = grants.unwrap_or_default().iter();
            match site.as_str() {
                "" => grants.any(|grant| grant.role.may(right)),
                site => grants.any(|grant| grant.allows(right, Some(site))),
            }
        })
    }

    /// Whether the user may do that everywhere.
    pub(crate) fn may_everywhere(self, right: Right) -> bool {
        self.user.with(|user| {
            let grants = user.as_ref().map(|user| user.grants.as_slice());
            let mut grants = grants.unwrap_or_default().iter();
            grants.any(|grant| grant.allows(right, None))
        })
    }

    /// Tells assistive technology.
    pub(crate) fn say(self, sentence: impl Into<String>) {
        let mut sentence = sentence.into();
        // The same again is said again only if it is another text.
        if self.said.with_untracked(|said| *said == sentence) {
            sentence.push('\u{a0}');
        }
        self.said.set(sentence);
    }

    /// Shows and says what was done.
    pub(crate) fn tell(self, sentence: impl Into<String>, undo: Option<String>) {
        let sentence = sentence.into();
        self.say(sentence.clone());
        self.done.set(Some(Done {
            sentence,
            undo,
            is_failure: false,
        }));
    }

    /// Shows what was done to comments, which can be undone. It has been said before.
    pub(crate) fn done_action(self, sentence: String, id: String, ids: Vec<String>) {
        self.actions.update(|all| all.push((id.clone(), ids)));
        self.done.set(Some(Done {
            sentence,
            undo: Some(id),
            is_failure: false,
        }));
    }

    /// What was done by that action; it is about to be undone, and is once only.
    pub(crate) fn take_action(self, id: &str) -> Option<Vec<String>> {
        let mut taken = None;
        self.actions.update(|all| {
            let at = all.iter().position(|(other, _)| other == id);
            taken = at.map(|at| all.remove(at).1);
        });
        taken
    }

    /// Shows and says why something was not done.
    pub(crate) fn fail(self, failure: &Failure) {
        if *failure == Failure::SignedOut {
            return;
        }
        self.tell_failure(failure.sentence());
    }

    /// Shows and says that something has failed.
    pub(crate) fn tell_failure(self, sentence: String) {
        self.say(sentence.clone());
        self.done.set(Some(Done {
            sentence,
            undo: None,
            is_failure: true,
        }));
    }

    /// Shows and says why an action was not undone, with another try.
    pub(crate) fn not_undone(self, failure: &Failure, id: String, ids: Vec<String>) {
        self.fail(failure);
        self.actions.update(|all| all.push((id.clone(), ids)));
        self.done.update(|done| {
            if let Some(done) = done {
                done.undo = Some(id);
            }
        });
    }

    /// Makes a call in the session. Where the server wants to know whether it is still they, who is
    /// signed in is asked, and the call is made again.
    pub(crate) async fn ask<T: DeserializeOwned>(self, call: Call) -> Answer<T> {
        match self.once(call.clone()).await {
            Err(failure) if failure.is("confirmation-needed") && again::asks(self).await => {
                self.once(call).await
            }
            answer => answer,
        }
    }

    /// Makes a call in the session.
    pub(crate) async fn once<T: DeserializeOwned>(self, call: Call) -> Answer<T> {
        let token = self.token.get_untracked();
        let answer = call.token(token.clone()).answer().await;
        // Another one may have signed in meanwhile.
        if matches!(answer, Err(Failure::SignedOut)) && self.token.get_untracked() == token {
            self.forget();
            self.notice.set(t("fail-signed-out"));
        }
        answer
    }

    /// Asks who has signed in.
    pub(crate) fn begin(self) {
        if self.token.get_untracked().is_none() {
            return self.stage.set(Stage::Out);
        }
        self.notice.set(String::new());
        spawn_local(async move {
            let session = get("session");
            match self.ask::<CurrentSession>(session).await {
                Ok(session) => self.enter(session.user),
                Err(Failure::SignedOut) => {}
                Err(failure) => {
                    self.notice.set(failure.sentence());
                    self.stage.set(Stage::Asking);
                }
            }
        });
    }

    /// The user is as the server says now.
    pub(crate) fn user_is(self, user: User) {
        crate::view::keep_focus();
        self.user.set(Some(user));
    }

    /// Asks anew who has signed in: something about them has changed.
    pub(crate) fn read_user(self) {
        spawn_local(async move {
            let session = get("session");
            match self.ask::<CurrentSession>(session).await {
                Ok(session) => self.user_is(session.user),
                Err(failure) => self.fail(&failure),
            }
        });
    }

    /// Somebody has signed in.
    pub(crate) fn sign_in(self, session: SignedIn) {
        host::keep(TOKEN, Some(session.token.clone()));
        self.token.set(Some(session.token));
        self.enter(session.user);
    }

    fn enter(self, user: User) {
        self.notice.set(String::new());
        drafts::are_of(&user.id);
        self.user.set(Some(user));
        self.stage.set(Stage::In);
        self.read_sites();
    }

    /// Asks which sites there are for the user.
    pub(crate) fn read_sites(self) {
        spawn_local(async move {
            // Without them there is nothing to choose from.
            if let Ok(sites) = self.ask::<Items<Site>>(get("sites")).await {
                let names = sites.items.into_iter().map(|site| site.name);
                self.sites.set(names.collect());
            }
        });
    }

    /// Ends the session.
    pub(crate) fn sign_out(self) {
        drafts::forget_all();
        let call = delete("session").token(self.token.get_untracked());
        self.forget();
        self.notice.set(t("signed-out"));
        spawn_local(async move {
            let _ = call.text().await;
        });
    }

    fn forget(self) {
        // Another tab may keep the one of a newer session.
        if host::read(TOKEN) == self.token.get_untracked() {
            host::keep(TOKEN, None);
        }
        self.token.set(None);
        self.user.set(None);
        self.sites.set(Vec::new());
        self.done.set(None);
        self.actions.set(Vec::new());
        self.stage.set(Stage::Out);
    }
}

fn here() -> Route {
    Route::parse(&window().location().hash().unwrap_or_default())
}
