//! What stands around each page: where one can go, which site is looked at, who one is.

use afterword_protocol::admin::Right;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use crate::app::{App, Line, Stage};
use crate::drafts;
use crate::host;
use crate::parts;
use crate::route::Route;
use crate::texts::{fill, t};
use crate::view::{El, button, document, effect, el, focus, focus_title, link, list};
use crate::views;

/// A page: its name in the address, the key of its title, who may see it, and its picture in the
/// navigation, a path in a square of 16; none for what is found by links of others.
struct Page {
    view: &'static str,
    title: &'static str,
    right: Option<Right>,
    draw: fn(App) -> El,
    icon: &'static str,
    /// Which of the navigation's groups it stands in.
    group: u8,
}

const fn page(
    view: &'static str,
    title: &'static str,
    right: Option<Right>,
    draw: fn(App) -> El,
) -> Page {
    Page {
        view,
        title,
        right,
        draw,
        icon: "",
        group: 0,
    }
}

impl Page {
    const fn listed(self, group: u8, icon: &'static str) -> Self {
        Self {
            icon,
            group,
            ..self
        }
    }
}

/// The pages, in the order of the navigation.
const PAGES: &[Page] = &[
    page("queue", "queue", Some(Right::Moderate), views::queue::view) // text
        .listed(0, "M2 9.5 4 3h8l2 6.5V13H2zm0 0h3.5l1 2h3l1-2H14"),
    page(
        "comments",
        "comments",
        Some(Right::Moderate),
        views::comments::view,
    ) // text
    .listed(0, "M2.5 3h11v8H8l-3 2.5V11H2.5z"),
    page(
        "person",
        "a-person",
        Some(Right::Moderate),
        views::person::view,
    ), // text
    page(
        "dashboard",
        "dashboard",
        Some(Right::Moderate),
        views::dashboard::view,
    ) // text
    .listed(0, "M2.5 13.5v-5h3v5zm4 0v-11h3v11zm4 0v-8h3v8z"),
    page("pages", "pages", Some(Right::Moderate), views::pages::view) // text
        .listed(1, "M4 2.5h5.5L12.5 5.5v8H4zM6 8h4.5M6 10.5h4.5"),
    page("bans", "bans", Some(Right::Moderate), views::bans::view) // text
        .listed(1, "M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0M3.8 3.8l8.4 8.4"),
    page("rules", "rules", Some(Right::Rules), views::rules::view) // text
        .listed(1, "M2.5 3h11L9.5 8v5L6.5 11.5V8z"),
    page("sites", "sites", Some(Right::Settings), views::sites::view) // text
        .listed(
            2,
            "M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0M2 8h12M8 2c4 4 4 8 0 12C4 10 4 6 8 2",
        ),
    page("users", "users", Some(Right::Users), views::users::view) // text
        .listed(
            2,
            "M8.5 5.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0M1.5 13.5c.4-5 8.6-5 9 0M10.5 3.2a2.5 2.5 0 0 1 0 4.6M12.5 10c1.2.6 1.9 1.800 2 3.5",
        ),
    page("audit", "audit", Some(Right::Audit), views::audit::view) // text
        .listed(2, "M8 4.5V8l2.5 1.5M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0"),
    page(
        "deliveries",
        "deliveries",
        Some(Right::Settings),
        views::deliveries::view,
    ) // text
    .listed(3, "M14 2 2 7l4.5 2.5L9 14zM6.5 9.5 14 2"),
    page("mail", "mail", Some(Right::Server), views::mail::view) // text
        .listed(3, "M2 3.5h12v9H2zm0 0 6 5 6-5"),
    page("account", "account", None, views::account::view), // text
];

/// Draws all of it into the body.
pub(crate) fn show() {
    let app = App::new();
    app.begin();
    drafts::watch();
    let stage = Memo::new(move |_| app.stage.get());
    // The link of an invitation is for who hasn't signed in as well.
    let is_invited = Memo::new(move |_| app.route.with(|route| route.view == "invitation"));
    // So is a window that a page has opened.
    let is_window = Memo::new(move |_| app.route.with(|route| route.view == "window"));
    let whole = el("div", "whole")
        .child(
            el("div", "visually-hidden")
                .attr("id", "said")
                .attr("role", "status")
                .attr("aria-live", "polite")
                .live_text(move || app.said.get()),
        )
        .part(move || {
            if is_invited.get() && stage.get() != Stage::Asking {
                return Some(views::invitation::view(app));
            }
            if is_window.get() && stage.get() != Stage::Asking {
                return Some(views::window::view(app));
            }
            Some(match stage.get() {
                Stage::Asking => views::sign_in::asking(app),
                Stage::Out => views::sign_in::view(app),
                Stage::In => signed_in(app),
            })
        });
    if let Some(body) = document().body() {
        let _ = body.append_child(whole.node());
    }
    let place = Memo::new(move |_| {
        app.route
            .with(|route| [&route.view, "/", &route.id].concat())
    });
    effect(move || {
        // A memo that is only tracked has read nothing, and would not change.
        place.with(|_| ());
        stage.get();
        parts::close_dialogs();
    });
    effect(move || {
        let title = match stage.get() {
            _ if is_invited.get() => t("invitation-title"),
            _ if is_window.get() => t("sign-in-title"),
            Stage::In => current(app).map_or_else(|| t("not-found"), |page| t(page.title)),
            _ => t("sign-in-title"),
        };
        document().set_title(&fill("window-title", &[("title", &title)]));
    });
}

/// Where somebody lands who named no page.
fn first(app: App) -> Option<&'static Page> {
    PAGES.iter().find(|page| is_open(app, page))
}

fn is_open(app: App, page: &Page) -> bool {
    page.right.is_none_or(|right| app.may(right))
}

fn current(app: App) -> Option<&'static Page> {
    let view = app.route.with(|route| route.view.clone());
    if view.is_empty() {
        return first(app);
    }
    let found = PAGES.iter().find(|page| page.view == view);
    found.filter(|page| is_open(app, page))
}

fn signed_in(app: App) -> El {
    let is_open = RwSignal::new(false);
    crate::live::follow(app);
    // What is drawn anew: another page, or another thing of the same one. Filters are the page's affair.
    let place = Memo::new(move |_| {
        let index = current(app).and_then(|page| PAGES.iter().position(|it| it.view == page.view));
        (index, app.route.with(|route| route.id.clone()))
    });
    let mut is_first = true;
    effect(move || {
        place.track();
        is_open.set(false);
        app.done.set(None);
        if !is_first {
            // Whoever came by a link reads on at the page's title.
            let first = match app.seeks.get_untracked() {
                true => views::SEARCH,
                false => "#main h1",
            };
            app.seeks.set(false);
            request_animation_frame(move || {
                if let Ok(Some(title)) = document().query_selector(first) {
                    focus(&title);
                    window().scroll_to_with_x_and_y(0.0, 0.0);
                }
            });
        }
        is_first = false;
    });
    el("div", "frame")
        .child(skip_link())
        .child(head(app, is_open))
        .child(navigation(app, is_open))
        .child(
            el("main", "main")
                .attr("id", "main")
                .attr("tabindex", "-1")
                .part(move || {
                    let (index, _) = place.get();
                    let page = index.and_then(|index| PAGES.get(index));
                    Some(untrack(|| match page {
                        Some(page) => (page.draw)(app),
                        None => not_found(app),
                    }))
                }),
        )
        .child(bottom(app))
}

fn skip_link() -> El {
    // The address behind `#` is the place: the link moves the focus, and nothing else.
    link("skip-link", "#main")
        .click(|| {
            if let Some(main) = document().get_element_by_id("main") {
                focus(&main);
            }
        })
        .text(t("skip"))
}

fn not_found(app: App) -> El {
    let home = app.place("").address();
    el("section", "")
        .child(parts::heading(&t("not-found")))
        .child(parts::nothing(&t("not-found-why")))
        .child(el("p", "row row-centre").child(link("button", home).text(t("to-start"))))
}

fn head(app: App, is_open: RwSignal<bool>) -> El {
    el("header", "head")
        .child(
            button("icon-button menu-button", move || {
                is_open.update(|is_open| *is_open = !*is_open);
            })
            .attr("aria-controls", "navigation")
            .live_attr("aria-expanded", move || Some(is_open.get().to_string()))
            .attr("aria-label", t("menu"))
            .text("☰"),
        )
        .child(
            link("brand", "#/")
                .live_attr("href", move || Some(app.place("").address()))
                .text("Afterword"),
        )
        .child(site_choice(app))
        .part(move || {
            (app.line.get() == Line::Lost)
                .then(|| el("p", "offline").attr("role", "status").text(t("offline")))
        })
        .child(el("span", "space"))
        .child(account(app))
}

fn site_choice(app: App) -> El {
    el("div", "site-choice").part(move || {
        let sites = app.sites.get();
        if sites.len() < 2 {
            return None;
        }
        let mut choices = vec![(String::new(), t("all-sites"))];
        choices.extend(sites.iter().map(|site| (site.clone(), site.clone())));
        let value = RwSignal::new(untrack(|| app.site()));
        effect(move || {
            let site = app.site();
            if value.get_untracked() != site {
                value.set(site);
            }
        });
        let field = parts::choice(&choices, value)
            .attr("aria-label", t("site"))
            .on("change", move |_| {
                let route = app.route.get_untracked();
                app.go(&route.with("site", &value.get_untracked()));
            });
        Some(field)
    })
}

fn account(app: App) -> El {
    let name = Memo::new(move |_| {
        app.user
            .with(|user| user.as_ref().map(|user| user.name.clone()))
            .unwrap_or_default()
    });
    el("div", "account")
        .part(move || {
            let name = name.get();
            let initial: String = name.chars().take(1).collect();
            let picture = el("span", "account-picture").attr("aria-hidden", "true");
            Some(
                link("account-link", "#/account")
                    .child(picture.text(initial.to_uppercase()))
                    .child(el("bdi", "account-name").text(name)),
            )
        })
        .child(button("text-button", move || app.sign_out()).text(t("sign-out")))
}

fn navigation(app: App, is_open: RwSignal<bool>) -> El {
    let may = Memo::new(move |_| {
        let pages = PAGES.iter().enumerate();
        let open = pages.filter(|(_, page)| is_open_in_navigation(app, page));
        open.map(|(index, _)| index).collect::<Vec<_>>()
    });
    let items = list("ul", "navigation-list").items(
        move || may.get(),
        move |index| {
            // Only what is in the list has an index.
            let Some(page) = PAGES.get(*index) else {
                return el("li", "");
            };
            let view = page.view;
            let mut here = link("navigation-link", "")
                .live_attr("href", move || Some(app.place(view).address()))
                .live_attr("aria-current", move || {
                    let is_here = current(app).is_some_and(|page| page.view == view);
                    is_here.then(|| "page".to_owned())
                })
                .child(parts::icon(page.icon))
                .child(el("span", "").text(t(page.title)));
            if view == "queue" {
                here = here.child(el("span", "space")).part(move || {
                    let n = app.waiting.with(|waiting| waiting.pending);
                    (n > 0).then(|| el("span", "badge").text(host::number(f64::from(n))))
                });
            }
            el("li", "")
                .attr("data-group", page.group.to_string())
                .child(here)
        },
    );
    el("nav", "navigation")
        .attr("id", "navigation")
        .attr("aria-label", t("navigation"))
        .live_attr("data-open", move || is_open.get().then(String::new))
        .on("keydown", move |event| {
            let key = event.dyn_ref::<web_sys::KeyboardEvent>();
            if key.is_some_and(|key| key.key() == "Escape") && is_open.get_untracked() {
                is_open.set(false);
                if let Ok(Some(opener)) = document().query_selector(".menu-button") {
                    focus(&opener);
                }
            }
        })
        .child(items)
}

/// Some are found by links of others: a person, one's own account.
fn is_open_in_navigation(app: App, page: &Page) -> bool {
    !page.icon.is_empty() && is_open(app, page)
}

/// What was done last, with a way back.
fn bottom(app: App) -> El {
    // A landmark of its own, so that whoever goes by these finds the way back.
    let around = el("aside", "bottom").attr("aria-label", t("history"));
    around.part(move || {
        let done = app.done.get()?;
        let class = if done.is_failure {
            "toast toast-bad"
        } else {
            "toast"
        };
        let mut toast = el("div", class).child(el("p", "").text(done.sentence));
        if let Some(id) = done.undo {
            toast = toast.child(
                button("button", move || views::undo(app, &id))
                    .attr("data-undo", "")
                    .text(t("undo")),
            );
        }
        Some(
            toast.child(
                button("icon-button", move || {
                    app.done.set(None);
                    focus_title();
                })
                .attr("aria-label", t("close"))
                .text("✕"),
            ),
        )
    })
}

/// The route of a page for a thing, with the site that is looked at.
pub(crate) fn place_of(app: App, view: &str, id: &str) -> Route {
    Route::of(view, id).with("site", &app.site())
}
