//! A page with a widget on it, and what a reader does there.

use std::cell::Cell;
use std::rc::Rc;

use afterword::Widget;
use afterword::backend::Backend;
use afterword::browser::files::Files;
use afterword::browser::storage;
use afterword::browser::{property, text_property};
use afterword::config::{Attributes, Config};
use afterword::i18n::I18n;
use afterword::thread::Tree;
use afterword::ui::{Ui, thread};
use afterword_protocol::CommentList;
use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::{Owner, RenderHtml};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, Element, Event, EventInit, HtmlElement, HtmlInputElement, HtmlTextAreaElement,
    ShadowRoot, ShadowRootInit, ShadowRootMode, Window,
};

use crate::fake::{Fake, Script};

pub(crate) fn window() -> Window {
    web_sys::window().unwrap()
}

pub(crate) fn document() -> Document {
    window().document().unwrap()
}

/// Lets everything that is due happen.
pub(crate) async fn tick() {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        window().set_timeout_with_callback(&resolve).unwrap();
    });
    JsFuture::from(promise).await.unwrap();
}

/// Waits until it is so.
pub(crate) async fn until(what: &str, so: impl Fn() -> bool) {
    for _ in 0..1000 {
        if so() {
            return;
        }
        tick().await;
    }
    panic!("waited in vain for {what}");
}

thread_local! {
    static PAGES: Cell<u32> = const { Cell::new(0) };
}

/// A page: its readers share a browser's storage, and nothing with other pages.
#[derive(Clone)]
pub(crate) struct Page {
    api: String,
    key: String,
    max_depth: String,
    sort: String,
    title: Option<String>,
}

impl Page {
    pub(crate) fn new() -> Self {
        let number = PAGES.get() + 1;
        PAGES.set(number);
        // What readers of one page have chosen holds for all of them, and this is another story.
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.remove_item("afterword:sort");
        }
        let random = js_sys::Math::random().to_bits();
        Self {
            api: format!("https://comments-{random:x}.example.org"),
            key: format!("/{number}/"),
            max_depth: "6".to_owned(),
            sort: "oldest".to_owned(),
            title: None,
        }
    }

    pub(crate) fn max_depth(mut self, depth: u32) -> Self {
        self.max_depth = depth.to_string();
        self
    }

    pub(crate) fn newest_first(mut self) -> Self {
        "newest".clone_into(&mut self.sort);
        self
    }

    pub(crate) fn titled(mut self, title: &str) -> Self {
        self.title = Some(title.to_owned());
        self
    }

    pub(crate) fn config(&self) -> Config {
        let (config, warnings) = Config::new(Attributes {
            api: self.api.clone(),
            page_id: self.key.clone(),
            page_title: self.title.clone(),
            sort: Some(self.sort.clone()),
            max_depth: Some(self.max_depth.clone()),
            ..Attributes::default()
        });
        assert_eq!(warnings, Vec::<String>::new());
        config
    }

    /// Says that a comment is the reader's own.
    pub(crate) fn owns(&self, id: &str) {
        storage::keep_token(&self.config().api, id, &format!("token of {id}"));
    }

    /// A reader comes, and is shown that.
    pub(crate) async fn opened(&self, list: CommentList) -> Stage {
        let stage = self.opening(list);
        stage.is_loaded().await;
        stage
    }

    /// A reader comes, and waits.
    pub(crate) fn opening(&self, list: CommentList) -> Stage {
        let script = Rc::new(Script::default());
        script.list.replace(Some(list));
        self.opening_with(script)
    }

    /// A reader comes, and waits for that backend.
    pub(crate) fn opening_with(&self, script: Rc<Script>) -> Stage {
        let backend = Rc::new(Fake(Rc::clone(&script)));
        Stage::new(self.config(), backend, script)
    }

    /// A reader comes to what a server has drawn, and the widget is still on its way.
    pub(crate) fn drawn(&self, list: &CommentList) -> Stage {
        let config = self.config();
        let owner = Owner::new();
        let html = owner.with(|| {
            let english = I18n::english();
            let ui = Ui::new(
                english,
                String::new(),
                config.sort,
                String::new(),
                config.forms(),
            );
            let (mut tree, mut nodes) = (Tree::new(config.max_depth), Vec::new());
            ui.show_list(&mut tree, &mut nodes, list.clone(), list.branches.len());
            thread(ui).to_html()
        });
        owner.cleanup();
        let stage = Stage::empty(Rc::default());
        stage.root.set_inner_html(&html);
        // As the loader does: what is not taken over yet must not lead away.
        let stay: Closure<dyn FnMut(Event)> = Closure::new(|event: Event| event.prevent_default());
        let stay = stay.into_js_value();
        let root = &stage.root;
        root.add_event_listener_with_callback("click", stay.unchecked_ref())
            .unwrap();
        stage
    }
}

/// A reader in front of a widget.
pub(crate) struct Stage {
    pub(crate) widget: Option<Widget>,
    pub(crate) host: HtmlElement,
    pub(crate) shadow: ShadowRoot,
    pub(crate) root: HtmlElement,
    pub(crate) backend: Rc<Script>,
    /// What the tools were given that were opened.
    opened: Array,
}

/// What imports files: all tools there may be, which do nothing but tell that they were opened.
fn tools(opened: &Array) -> Function {
    let import = Function::new_with_args(
        "opened, name",
        "return name.startsWith('tools/')
             ? { default: (context) => void opened.push({ name, context }) }
             : Promise.reject(Error(name));",
    );
    import.bind1(&JsValue::NULL, opened).unchecked_into()
}

impl Stage {
    pub(crate) fn new(config: Config, backend: Rc<dyn Backend>, script: Rc<Script>) -> Self {
        let mut stage = Self::empty(script);
        stage.mount(config, backend, None);
        stage
    }

    /// The widget comes, and is told what stands there.
    pub(crate) fn widget_comes(&mut self, page: &Page, list: &CommentList) {
        let mut list = list.clone();
        for branch in &mut list.branches {
            branch.root.html.clear();
            branch.replies.iter_mut().for_each(|it| it.html.clear());
        }
        let backend = Rc::new(Fake(Rc::clone(&self.backend)));
        self.mount(page.config(), backend, Some(list));
    }

    fn mount(&mut self, config: Config, backend: Rc<dyn Backend>, found: Option<CommentList>) {
        let options = Object::new();
        let load = tools(&self.opened);
        Reflect::set(&options, &"load".into(), &load).unwrap();
        let options = options.into();
        self.widget = Some(Widget::new(
            self.root.clone(),
            self.host.clone(),
            I18n::english(),
            config,
            backend,
            Files::new(options),
            found,
        ));
    }

    fn empty(script: Rc<Script>) -> Self {
        let host: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&host).unwrap();
        let shadow = host
            .attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))
            .unwrap();
        let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        shadow.append_child(&root).unwrap();
        Self {
            widget: None,
            host,
            shadow,
            root,
            backend: script,
            opened: Array::new(),
        }
    }

    pub(crate) async fn is_loaded(&self) {
        until("the thread", || {
            self.find(".thread")
                .is_some_and(|it| it.get_attribute("aria-busy").as_deref() == Some("false"))
        })
        .await;
    }

    // Looking.

    pub(crate) fn find(&self, selector: &str) -> Option<HtmlElement> {
        let found = self.root.query_selector(selector).unwrap()?;
        Some(found.unchecked_into())
    }

    pub(crate) fn all(&self, selector: &str) -> Vec<HtmlElement> {
        elements(&self.root, selector)
    }

    pub(crate) fn text(&self, selector: &str) -> String {
        text(
            &self
                .find(selector)
                .unwrap_or_else(|| panic!("no {selector} in {}", self.html())),
        )
    }

    /// Without what this browser alone has, which no server draws.
    pub(crate) fn html(&self) -> String {
        let html = self.root.inner_html();
        let foot = html.split_once("<p class=\"thread-foot\"");
        match foot.and_then(|(before, rest)| Some((before, rest.split_once("</p>")?.1))) {
            Some((before, after)) => [before, after].concat(),
            None => html,
        }
    }

    /// Ids of the comments in view, from top to bottom.
    pub(crate) fn ids(&self) -> Vec<String> {
        let articles = self.all("article.comment");
        let ids = articles
            .iter()
            .map(|it| it.id().replacen("comment-", "", 1));
        ids.collect()
    }

    /// The comment with those words in it.
    pub(crate) fn comment(&self, words: &str) -> Option<HtmlElement> {
        let articles = self.all("article.comment");
        articles.into_iter().find(|it| {
            let body = it.query_selector(".comment-body").unwrap();
            body.is_some_and(|body| text(&body).contains(words))
        })
    }

    /// The comment with those words, which must be there.
    pub(crate) fn the_comment(&self, words: &str) -> HtmlElement {
        self.comment(words)
            .unwrap_or_else(|| panic!("no comment says {words} in {}", self.html()))
    }

    pub(crate) fn is(&self, words: &str, state: &str) -> bool {
        self.comment(words)
            .is_some_and(|it| it.class_list().contains(&format!("is-{state}")))
    }

    /// The branch of the comment with those words: it, and what stands below it.
    pub(crate) fn branch(&self, words: &str) -> Element {
        self.the_comment(words).closest("li").unwrap().unwrap()
    }

    /// What is to be read on the buttons of a comment.
    pub(crate) fn buttons(&self, words: &str) -> Vec<String> {
        let plain = ":is(.button, .text-button):not([aria-haspopup])";
        let buttons = elements(&self.the_comment(words), plain);
        buttons.iter().map(|it| text(it)).collect()
    }

    /// What the live region says.
    pub(crate) fn hears(&self) -> String {
        self.text("[role=status]").trim().to_owned()
    }

    /// What alerts say.
    pub(crate) fn alerts(&self) -> Vec<String> {
        let alerts = self.all("[role=alert]");
        alerts.iter().map(|it| text(it)).collect()
    }

    /// Id of the element that has the focus.
    pub(crate) fn focus(&self) -> String {
        self.shadow
            .active_element()
            .map(|it| it.id())
            .unwrap_or_default()
    }

    /// What the tool of that name was given, if it was opened.
    pub(crate) fn opened(&self, name: &str) -> Option<JsValue> {
        let file = format!("tools/{name}.js");
        let is_it = |opened: &JsValue| text_property(opened, "name").as_ref() == Some(&file);
        let found = self.opened.iter().find(is_it)?;
        Some(property::<Object>(&found, "context")?.into())
    }

    /// The same, as soon as it is.
    pub(crate) async fn tool(&self, name: &str) -> JsValue {
        until(name, || self.opened(name).is_some()).await;
        self.opened(name).unwrap()
    }

    // Waiting.

    pub(crate) async fn waits(&self, what: &str, so: impl Fn(&Self) -> bool) {
        for _ in 0..1000 {
            if so(self) {
                return;
            }
            tick().await;
        }
        panic!("waited in vain for {what}; in view is {}", self.html());
    }

    /// Waits until a comment with those words stands as one's own.
    pub(crate) async fn stands(&self, words: &str) {
        self.waits(words, |it| {
            it.is(words, "own") && !it.is(words, "sending") && !it.is(words, "failed")
        })
        .await;
    }

    /// Waits until a comment with those words could not be sent.
    pub(crate) async fn fails(&self, words: &str) {
        self.waits(words, |it| it.is(words, "failed")).await;
    }

    // Acting.

    /// Clicks a button of the comment with those words, or of what is open in its place.
    pub(crate) fn clicks_on(&self, words: &str, button: &str) {
        click(&self.the_comment(words), button);
    }

    /// Clicks a button anywhere.
    pub(crate) fn clicks(&self, button: &str) {
        click(&self.root, button);
    }

    /// The composer below the comment with those words, or that of the thread.
    pub(crate) fn composer(&self, below: Option<&str>) -> Option<Element> {
        match below {
            None => self.root.query_selector(".thread > form.composer").unwrap(),
            Some(words) => self.branch(words).query_selector("form.composer").unwrap(),
        }
    }

    /// What stands in a composer.
    pub(crate) fn written(&self, below: Option<&str>) -> String {
        let composer = self.composer(below).expect("a composer");
        textarea(&composer).value()
    }

    /// Types into a composer, in place of what stands there.
    pub(crate) fn types(&self, below: Option<&str>, words: &str) {
        let composer = self.composer(below).expect("a composer");
        enter(&textarea(&composer), words);
    }

    /// Types a name into the thread's composer.
    pub(crate) fn signs(&self, name: &str) {
        self.fills("author", name);
    }

    /// Fills the field of that name.
    pub(crate) fn fills(&self, name: &str, value: &str) {
        let composer = self.composer(None).expect("a composer");
        let input = composer.query_selector(&format!("[name={name}]"));
        let input = input.unwrap().unwrap();
        input.unchecked_ref::<HtmlInputElement>().set_value(value);
        fire(&input, "input");
    }

    /// Sends off what stands in a composer.
    pub(crate) fn submits(&self, below: Option<&str>) {
        let composer = self.composer(below).expect("a composer");
        fire(&composer, "submit");
    }

    /// Writes a comment and sends it off.
    pub(crate) fn posts(&self, words: &str) {
        self.types(None, words);
        self.submits(None);
    }

    /// Opens the composer below a comment, and waits for it.
    pub(crate) async fn replies_to(&self, words: &str) {
        self.clicks_on(words, "Reply");
        self.waits("a composer", |it| it.composer(Some(words)).is_some())
            .await;
    }

    /// Chooses an order.
    pub(crate) fn sorts(&self, order: &str) {
        self.find(&format!(".sort [value={order}]"))
            .unwrap()
            .click();
    }

    /// Leaves the page.
    pub(crate) fn leaves(mut self) {
        self.widget = None;
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.backend.release();
        self.widget = None;
        self.host.remove();
    }
}

pub(crate) fn text(element: &Element) -> String {
    element.text_content().unwrap_or_default()
}

pub(crate) fn elements(below: &Element, selector: &str) -> Vec<HtmlElement> {
    let found = below.query_selector_all(selector).unwrap();
    (0..found.length())
        .map(|index| found.get(index).unwrap().unchecked_into())
        .collect()
}

fn click(below: &Element, label: &str) {
    let buttons = elements(below, ".button, .text-button");
    let button = buttons.iter().find(|it| text(it) == label);
    let button = button.unwrap_or_else(|| panic!("no button {label} in {}", below.inner_html()));
    // A pointer gives the focus, too.
    button.focus().unwrap();
    button.click();
}

fn textarea(composer: &Element) -> HtmlTextAreaElement {
    let field = composer.query_selector("textarea").unwrap().unwrap();
    field.unchecked_into()
}

fn enter(field: &HtmlTextAreaElement, words: &str) {
    field.set_value(words);
    fire(field, "input");
}

pub(crate) fn fire(element: &Element, name: &str) {
    let init = EventInit::new();
    init.set_bubbles(true);
    init.set_cancelable(true);
    let event = Event::new_with_event_init_dict(name, &init).unwrap();
    element.dispatch_event(&event).unwrap();
}
