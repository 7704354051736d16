//! A backend's HTML.

use leptos::prelude::*;

use super::lean::{Part, part};

/// A backend's HTML, cleaned on its way to the page.
///
/// In a browser it goes through [`crate::browser::clean::show`] and nothing else. A server that
/// renders the thread writes the HTML that it cleaned itself: this is the one place of the project
/// where HTML is taken as it is.
pub(super) fn html(class: &'static str, html: Memo<String>) -> Part {
    part(move || Some(element(class, html.get())))
}

#[cfg(not(feature = "ssr"))]
fn element(class: &'static str, html: String) -> AnyView {
    let show = move |element: web_sys::Element| crate::browser::clean::show(&element, &html);
    view! { <div class=class use:show></div> }.into_any()
}

#[cfg(feature = "ssr")]
fn element(class: &'static str, html: String) -> AnyView {
    view! { <div class=class inner_html=html></div> }.into_any()
}
