//! The one way by which HTML reaches the page.
//!
//! A backend's HTML was cleaned where it was made, and is cleaned again here, because a page may
//! name any backend: by `Element.setHTML()` where the browser has it (HTML Sanitizer API), by
//! DOMPurify where not. Both keep to the list of [`afterword_protocol::html`].

use std::cell::RefCell;

use afterword_protocol::html;
use js_sys::{Array, Function, Object};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomParser, Element, HtmlAnchorElement, Node, SupportedType};

use super::files::Files;
use super::{property, set};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Element)]
    type Cleaning;

    #[wasm_bindgen(method, getter, js_name = setHTML)]
    fn setter(this: &Cleaning) -> JsValue;

    #[wasm_bindgen(method, catch, js_name = setHTML)]
    fn set_html(this: &Cleaning, html: &str, options: &Object) -> Result<(), JsValue>;

    type Purify;

    #[wasm_bindgen(method, catch)]
    fn sanitize(this: &Purify, html: &str, options: &Object) -> Result<Node, JsValue>;
}

thread_local! {
    static PURIFY: RefCell<Option<Purify>> = const { RefCell::new(None) };
    /// Where all HTML is cleaned: a document that loads nothing. To make one for each comment took
    /// longer than all the rest of showing it.
    static INERT: Option<Element> = inert();
}

fn inert() -> Option<Element> {
    let document = web_sys::window()?.document()?;
    let inert = document
        .implementation()
        .ok()?
        .create_html_document()
        .ok()?;
    inert.body().map(JsCast::unchecked_into)
}

/// What the HTML of a thread refers to.
pub struct Around {
    /// What a spoiler is called in the reader's language.
    pub spoiler: String,
    /// The address that the server's images stand below; empty where there are none.
    pub images: String,
}

fn names(names: impl Iterator<Item = &'static str>) -> JsValue {
    names.map(JsValue::from).collect::<Array>().into()
}

fn elements() -> JsValue {
    names(html::ELEMENTS.iter().copied())
}

/// Each name once: a browser refuses a list with a name in it twice.
fn attributes() -> JsValue {
    let all = html::ATTRIBUTES.iter().map(|(_, attribute)| *attribute);
    let first = |(index, name): &(usize, &str)| {
        let mut before = html::ATTRIBUTES.iter().take(*index);
        !before.any(|(_, other)| other == name)
    };
    names(all.enumerate().filter(first).map(|(_, name)| name))
}

/// Gets ready to clean: loads DOMPurify when the browser can't clean by itself. It is on its way when this returns; awaiting
/// the result means waiting until it is there. Does nothing the second time.
pub fn prepare(files: &Files) -> impl Future<Output = ()> + use<> {
    let browser_cleans = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.create_element("div").ok())
        .is_some_and(|div| div.unchecked_into::<Cleaning>().setter().is_function());
    let is_ready = browser_cleans || PURIFY.with_borrow(Option::is_some);
    let module = (!is_ready).then(|| files.load("purify.js")).flatten();
    async move {
        let Some(module) = module else { return };
        let Ok(module) = JsFuture::from(module).await else {
            return;
        };
        if let Some(purify) = property::<Function>(&module, "default") {
            PURIFY.set(Some(purify.unchecked_into()));
        }
    }
}

/// Shows a backend's HTML in the element: what the protocol allows of it, and of the rest the
/// text at most. Nothing of it runs, loads or submits, but the server's own images.
pub fn show(element: &Element, html: &str, around: &Around) {
    element.set_text_content(None);
    // To parse an empty document would be refused where a page insists on trusted types.
    let Some(inert) = INERT.with(Clone::clone) else {
        return;
    };
    let cleaning: &Cleaning = inert.unchecked_ref();
    let cleaned = if cleaning.setter().is_function() {
        let sanitizer = Object::new();
        set(&sanitizer, "elements", &elements());
        set(&sanitizer, "attributes", &attributes());
        // What stands in an element that is not allowed is kept where it is text.
        let unwrapped = ["b", "div", "i", "ins", "s", "section", "u"];
        set(
            &sanitizer,
            "replaceWithChildrenElements",
            &names(unwrapped.into_iter()),
        );
        let options = Object::new();
        set(&options, "sanitizer", &sanitizer);
        cleaning.set_html(html, &options).is_ok()
    } else {
        purify(&inert, html)
    };
    if !cleaned {
        // Neither is to be had: a reader still gets the words. A parsed document is inert, and its
        // text is only text.
        let text = DomParser::new()
            .and_then(|parser| parser.parse_from_string(html, SupportedType::TextHtml))
            .ok()
            .and_then(|document| document.document_element())
            .and_then(|root| root.text_content());
        element.set_text_content(text.as_deref());
        return;
    }
    finish(&inert, around);
    while let Some(child) = inert.first_child() {
        let _ = element.append_child(&child);
    }
}

fn purify(element: &Element, html: &str) -> bool {
    PURIFY.with_borrow(|purify| {
        let Some(purify) = purify else { return false };
        let options = Object::new();
        set(&options, "ALLOWED_TAGS", &elements());
        set(&options, "ALLOWED_ATTR", &attributes());
        set(&options, "ALLOW_DATA_ATTR", &JsValue::FALSE);
        set(&options, "ALLOW_ARIA_ATTR", &JsValue::FALSE);
        set(&options, "RETURN_DOM_FRAGMENT", &JsValue::TRUE);
        let Ok(fragment) = purify.sanitize(html, &options) else {
            return false;
        };
        element.set_text_content(None);
        element.append_child(&fragment).is_ok()
    })
}

/// What neither cleaner knows of: which schemes a link may have, what it passes on, which attribute
/// belongs to which element, where images are, and that what scrolls can be reached by keyboard.
fn finish(element: &Element, around: &Around) {
    let Ok(found) = element.query_selector_all("*") else {
        return;
    };
    for index in 0..found.length() {
        let Some(child) = found
            .get(index)
            .and_then(|node| node.dyn_into::<Element>().ok())
        else {
            continue;
        };
        let tag = child.local_name();
        for name in child.get_attribute_names() {
            let name = name.as_string().unwrap_or_default();
            if !html::ATTRIBUTES.contains(&(tag.as_str(), name.as_str())) {
                let _ = child.remove_attribute(&name);
            }
        }
        match tag.as_str() {
            "a" => {
                if let Some(link) = child.dyn_ref::<HtmlAnchorElement>() {
                    let protocol = link.protocol();
                    let scheme = protocol.strip_suffix(':').unwrap_or(&protocol);
                    if !html::LINK_SCHEMES.contains(&scheme) {
                        let _ = link.remove_attribute("href");
                    }
                    let _ = link.set_attribute("rel", html::LINK_REL);
                }
            }
            "code" => {
                let class = child.class_name();
                if !class.starts_with("language-") || class.contains(char::is_whitespace) {
                    let _ = child.remove_attribute("class");
                }
            }
            "span" => match child.class_name().as_str() {
                // It says what it is, and is uncovered by the focus (the style does that).
                "spoiler" => {
                    let label = ("aria-label", around.spoiler.as_str());
                    for (name, value) in [("tabindex", "0"), ("role", "group"), label] {
                        let _ = child.set_attribute(name, value);
                    }
                }
                class if html::SPAN_CLASSES.contains(&class) => {}
                _ => {
                    let _ = child.remove_attribute("class");
                }
            },
            "img" => {
                let src = child.get_attribute("src").unwrap_or_default();
                if html::is_image(&src) && !around.images.is_empty() {
                    let _ = child.set_attribute("src", &[around.images.as_str(), &src].concat());
                } else {
                    child.remove();
                }
            }
            "pre" => {
                let _ = child.set_attribute("tabindex", "0");
            }
            _ => {}
        }
    }
}
