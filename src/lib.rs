//! The widget: comments under any article.
//!
//! `thread` is the model, `backend` fetches and sends, `ui` draws, `session` lets them work
//! together, `browser` is the untyped corner; `docs/architecture.md` has the picture.

pub mod backend;
pub mod browser;
pub mod config;
pub mod i18n;
#[cfg(feature = "ssr")]
mod render;
mod session;
pub mod thread;
pub mod ui;

#[cfg(feature = "ssr")]
pub use render::{Drawing, Subject, render};

use std::any::Any;
use std::rc::Rc;

use afterword_protocol::CommentList;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use crate::backend::{Afterword, Backend};
use crate::browser::files::Files;
use crate::browser::{property, storage, text_property, wire};
use crate::config::{Attributes, Config};
use crate::i18n::I18n;
use crate::session::{Session, Watch};
use crate::ui::{Command, Ui};

/// Takes the same time however many comments there are, and little room in the download.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// A mounted widget. `free()` takes it off the page.
#[wasm_bindgen]
pub struct Widget {
    session: Rc<Session>,
    watch: Option<Watch>,
    view: Option<Box<dyn Any>>,
    /// What the signals live in.
    owner: Owner,
}

impl Widget {
    /// Mounts a widget into `root`, whose events go to `host`. `found` are the comments of a thread
    /// that stands in `root` already, drawn by a server: without their HTML, which stands there. It
    /// is taken over.
    #[must_use]
    pub fn new(
        root: HtmlElement,
        host: HtmlElement,
        i18n: I18n,
        config: Config,
        backend: Rc<dyn Backend>,
        files: Files,
        found: Option<CommentList>,
    ) -> Self {
        let owner = Owner::new();
        // What a server has drawn is in the order that it says: the reader's, where the loader could know it.
        let drawn = found.as_ref().map(|_| config.sort);
        let wanted = storage::sort().unwrap_or(config.sort);
        let (ui, session) = owner.with(|| {
            let ui = Ui::new(
                i18n,
                backend.offers(),
                drawn.unwrap_or(wanted),
                config.storage_prefix(),
                config.forms(),
            );
            let session = Session::new(ui, backend, config, host, root.clone(), files);
            (ui, session)
        });
        session.tick();
        let is_found = found.is_some();
        if let Some(list) = found {
            session.take_over(list);
        }
        let view = owner.with(|| leptos::mount::mount_to(root, move || ui::thread(ui)));
        if is_found {
            session.go_on();
            if drawn != Some(wanted) {
                ui.ask(Command::Sort(wanted));
            }
        } else {
            ui.ask(Command::Load);
            session.notify("active");
        }
        session.tool("style", &JsValue::UNDEFINED);
        Self {
            watch: Some(Watch::new(&session)),
            session,
            view: Some(Box::new(view)),
            owner,
        }
    }
}

#[wasm_bindgen]
impl Widget {
    /// Takes over what stands around an element, if that has not come to it yet: somebody is about
    /// to use it.
    pub fn reach(&self, target: &web_sys::Node) {
        ui::take_over(target);
    }
}

impl Drop for Widget {
    fn drop(&mut self) {
        self.session.end();
        self.watch = None;
        self.view = None;
        // Whoever still waits for an answer holds the session, and with it the owner: it would live
        // on.
        self.owner.cleanup();
    }
}

/// Mounts a widget into `root`, an element inside the shadow root of `options.host`.
///
/// `options` is what the loader made of the element's attributes: `host`, `messages` (parsed
/// `locales/LANG.json`) or else `english` (parsed `english.json`), `load` (a function that imports a file beside the Wasm),
/// `post` (a server's: [`Afterword::new`]), `adapter` and `offers` (of a backend that doesn't speak the protocol: [`Afterword::new`]),
/// and as texts or undefined `api`, `backend`, `site`, `pageId`, `pageTitle`, `pageUrl`, `lang`,
/// `sort`, `pageSize`, `maxDepth`, `live`; and `thread`, when a server has drawn it: what it says
/// about that in JSON.
#[wasm_bindgen]
#[must_use]
pub fn mount(root: HtmlElement, options: &JsValue) -> Widget {
    let text = |name| text_property(options, name);
    let (config, warnings) = Config::new(Attributes {
        api: text("api").unwrap_or_default(),
        backend: text("backend"),
        site: text("site"),
        page_id: text("pageId").unwrap_or_default(),
        page_title: text("pageTitle"),
        page_url: text("pageUrl"),
        lang: text("lang"),
        sort: text("sort"),
        page_size: text("pageSize"),
        max_depth: text("maxDepth"),
        live: text("live"),
    });
    for warning in warnings {
        browser::warn(&warning);
    }
    let lang = text("lang").unwrap_or_default();
    let i18n = browser::intl::i18n(&lang, options);
    let host = property(options, "host").unwrap_or_else(|| root.clone());
    let adapter = property(options, "adapter");
    let offers = text("offers").unwrap_or_default();
    let post = property(options, "post");
    let backend = Rc::new(Afterword::new(&config, adapter, post, offers));
    let files = Files::new(options.clone());
    let found = text("thread").and_then(|json| wire::from_json(&json));
    if found.is_none() {
        root.set_text_content(None);
    }
    Widget::new(root, host, i18n, config, backend, files, found)
}
