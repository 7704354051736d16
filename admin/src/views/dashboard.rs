//! How it goes: what came in, what was held, what was spam, and how long people waited.

use afterword_protocol::admin::{Dashboard, Day, Right, Rule, Rules};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

use super::triage::check;
use crate::api::get;
use crate::app::App;
use crate::fetched::fetch;
use crate::host;
use crate::parts;
use crate::texts::{count, fill, t};
use crate::view::{El, el, link, list, svg};

/// The spans that can be looked at, in days.
const SPANS: [&str; 3] = ["7", "30", "90"];

/// What somebody looks at, while figures are drawn anew.
#[derive(Clone, Copy)]
struct Seen {
    /// The day that is pointed at, in all plots.
    day: RwSignal<Option<usize>>,
    has_table: RwSignal<bool>,
}

/// The page of figures.
pub(crate) fn view(app: App) -> El {
    let days = Memo::new(move |_| {
        let days = app.route.with(|route| route.get("days").to_owned());
        let known = SPANS.into_iter().find(|it| *it == days);
        known.unwrap_or("30").to_owned()
    });
    let figures = fetch::<Dashboard>(app, move || {
        app.news.track();
        let mut query = vec![("days".to_owned(), days.get())];
        let site = app.site();
        if !site.is_empty() {
            query.push(("site".to_owned(), site));
        }
        get("dashboard").query(&query)
    });
    let seen = Seen {
        day: RwSignal::new(None),
        has_table: RwSignal::new(false),
    };
    // What rules are called, for who may know.
    let rules = RwSignal::new(Vec::<Rule>::new());
    if app.may(Right::Rules) {
        spawn_local(async move {
            if let Ok(all) = app.ask::<Rules>(get("rules")).await {
                rules.try_set(all.items);
            }
        });
    }
    let spans = SPANS.map(|span| {
        let n = span.parse().unwrap_or(0);
        link("button", "")
            .live_attr("href", move || {
                Some(app.place("dashboard").with("days", span).address())
            })
            .live_attr("aria-current", move || {
                (days.get() == span).then(|| "true".to_owned())
            })
            .text(count("days", n))
    });
    el("section", "")
        .child(
            el("div", "page-head")
                .child(parts::heading(&t("dashboard")))
                .child(
                    el("div", "row")
                        .attr("role", "group")
                        .attr("aria-label", t("span"))
                        .children(spans),
                ),
        )
        .child(figures.show(move |figures| draw(app, rules, seen, figures)))
}

fn draw(app: App, rules: RwSignal<Vec<Rule>>, seen: Seen, figures: &Dashboard) -> El {
    let waiting = &figures.waiting;
    let tiles = [
        ("waiting", waiting.pending, ""),           // text
        ("reported", waiting.reported, "reported"), // text
        ("flagged", waiting.flagged, "flagged"),    // text
        ("spam", waiting.spam, "spam"),             // text
    ];
    let tiles = tiles.map(|(title, n, part)| {
        let to = app.place("queue").with("part", part).address();
        el("li", "").child(
            link("tile", to)
                .child(el("span", "tile-number").text(host::number(f64::from(n))))
                .child(el("span", "tile-title").text(t(title))),
        )
    });
    let days = &figures.days;
    let plots = [
        plot(
            seen.day,
            "plot-comments",
            days,
            |day| Some(f64::from(day.comments)),
            false,
        ), // text
        plot(
            seen.day,
            "plot-held",
            days,
            |day| Some(f64::from(day.held)),
            false,
        ), // text
        plot(
            seen.day,
            "plot-spam",
            days,
            |day| Some(f64::from(day.spam + day.rejected)),
            false,
        ), // text
        plot(
            seen.day,
            "plot-response",
            days,
            |day| day.response_seconds.map(|it| it as f64),
            true,
        ), // text
    ];
    let mut all = el("div", "")
        .child(list("ul", "tiles").children(tiles))
        .child(el("div", "plots").children(plots));
    if !figures.checks.is_empty() {
        let most = figures.checks.iter().map(|it| it.count).max().unwrap_or(1);
        let rows =
            figures.checks.iter().map(|found| {
                let to = app.place("comments").with("check", &found.check);
                let name = found.check.clone();
                let called = move || match name.strip_prefix("rule:") {
                    Some(id) => rules.with(|rules| {
                        let rule = rules.iter().find(|rule| rule.id.to_string() == id);
                        rule.map_or_else(|| check(&name), |rule| rule.name.clone())
                    }),
                    None => check(&name),
                };
                el("tr", "")
                    .child(el("th", "").attr("scope", "row").child(
                        link("quiet-link", to.address()).child(el("bdi", "").live_text(called)),
                    ))
                    .child(el("td", "number-cell").text(host::number(f64::from(found.count))))
                    .child(
                        el("td", "bar-cell").attr("aria-hidden", "true").child(
                            el("progress", "bar")
                                .attr("max", most.to_string())
                                .attr("value", found.count.to_string()),
                        ),
                    )
            });
        all = all
            .child(el("h2", "subtitle").text(t("what-checks-found")))
            .child(el("table", "table table-found").child(el("tbody", "").children(rows)));
    }
    all.child(table(days, seen.has_table))
}

/// Bars of a number for each day, on a scale; whoever points at a day reads its number. A table below
/// has the same in numbers.
fn plot(
    at: RwSignal<Option<usize>>,
    title: &'static str,
    days: &[Day],
    value: fn(&Day) -> Option<f64>,
    is_time: bool,
) -> El {
    let values: Vec<_> = days.iter().map(value).collect();
    let most = values.iter().flatten().copied().fold(0.0, f64::max);
    let say = move |value: f64| match is_time {
        true => host::duration(value),
        false => host::number(value),
    };
    let sum: f64 = values.iter().flatten().sum();
    let summary = match is_time {
        // The middle of the days' medians.
        true => {
            let mut known: Vec<_> = values.iter().flatten().copied().collect();
            known.sort_by(f64::total_cmp);
            known.get(known.len() / 2).map(|it| say(*it))
        }
        false => Some(say(sum)),
    };
    let summary = summary.unwrap_or_else(|| "–".to_owned());
    let top = top_of(most, is_time);
    let told: Vec<_> = days
        .iter()
        .zip(&values)
        .map(|(day, value)| {
            let value = value.map_or_else(|| "–".to_owned(), say);
            (host::day(&day.date), value)
        })
        .collect();
    let count = days.len();
    let label = fill(
        "plot-label",
        &[
            ("title", &t(title)),
            ("sum", &summary),
            ("most", &say(most)),
        ],
    );
    let mut bars = svg("svg", "plot-bars")
        .attr(
            "viewBox",
            ["0 0 ", &(count * 10).to_string(), " 1000"].concat(),
        )
        .attr("preserveAspectRatio", "none")
        .attr("role", "img")
        .attr("aria-label", label)
        .child(
            svg("rect", "plot-cursor")
                .attr("width", "10")
                .attr("height", "1000")
                .live_attr("x", move || at.get().map(|at| (at * 10).to_string()))
                .live_attr("visibility", move || {
                    at.get().is_none().then(|| "hidden".to_owned())
                }),
        );
    for (index, value) in values.iter().enumerate() {
        let Some(value) = value else { continue };
        // Something is seen of what is not nothing.
        let height = (value / top * 1000.0).max(if *value > 0.0 { 15.0 } else { 0.0 }) as u32;
        bars = bars.child(
            svg("rect", "plot-bar")
                .attr("x", (index * 10 + 1).to_string())
                .attr("y", (1000 - height.min(1000)).to_string())
                .attr("width", "8")
                .attr("height", height.to_string()),
        );
    }
    let node = bars.node().clone();
    let point = move |event: web_sys::Event| {
        let number = |name: &str| {
            let value = js_sys::Reflect::get(&event, &name.into()).ok()?;
            value.as_f64()
        };
        let width = f64::from(node.client_width());
        if let Some(x) = number("offsetX")
            && width > 0.0
        {
            let index = (x / width * count as f64) as usize;
            at.set(Some(index.min(count.saturating_sub(1))));
        }
    };
    let bars = bars
        .on("pointermove", point.clone())
        .on("pointerdown", point)
        .on("pointerleave", move |_| at.set(None));
    let day = |index: usize| {
        let day = days.get(index).map(|it| host::day(&it.date));
        el("span", "").text(day.unwrap_or_default())
    };
    let middle = (count > 4).then(|| day(count / 2));
    let scale = [Some(top), Some(top / 2.0), None]
        .map(|value| el("span", "").text(value.map_or_else(|| host::number(0.0), say)));
    el("figure", "plot")
        .child(
            el("figcaption", "plot-title")
                .child(el("span", "").text(t(title)))
                .child(el("span", "plot-day").live_text({
                    let told = told.clone();
                    move || {
                        let day = at.get().and_then(|at| told.get(at));
                        day.map(|(day, _)| day.clone()).unwrap_or_default()
                    }
                }))
                .child(el("b", "plot-sum").live_text(move || {
                    let value = at.get().and_then(|at| told.get(at));
                    value.map_or_else(|| summary.clone(), |(_, value)| value.clone())
                })),
        )
        .child(
            el("div", "plot-frame")
                .child(
                    el("div", "plot-scale")
                        .attr("aria-hidden", "true")
                        .children(scale),
                )
                .child(bars),
        )
        .child(
            el("p", "plot-days")
                .attr("aria-hidden", "true")
                .child(day(0))
                .maybe(middle)
                .child(day(count.saturating_sub(1))),
        )
}

/// The top of a scale, whose half is as easy to read.
fn top_of(most: f64, is_time: bool) -> f64 {
    const MINUTE: f64 = 60.0;
    const HOUR: f64 = 60.0 * MINUTE;
    const TIMES: [f64; 11] = [
        2.0 * MINUTE,
        10.0 * MINUTE,
        20.0 * MINUTE,
        HOUR,
        2.0 * HOUR,
        4.0 * HOUR,
        8.0 * HOUR,
        12.0 * HOUR,
        24.0 * HOUR,
        48.0 * HOUR,
        96.0 * HOUR,
    ];
    if is_time && let Some(top) = TIMES.into_iter().find(|top| *top >= most) {
        return top;
    }
    let mut unit = if is_time { 240.0 * HOUR } else { 1.0 };
    loop {
        // Of so few there are no halves.
        let steps: &[f64] = match unit > 1.0 {
            true => &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0],
            false => &[2.0, 4.0, 6.0, 8.0],
        };
        if let Some(step) = steps.iter().find(|step| **step * unit >= most) {
            return step * unit;
        }
        unit *= 10.0;
    }
}

fn table(days: &[Day], is_open: RwSignal<bool>) -> El {
    let titles = [
        "day",           // text
        "plot-comments", // text
        "plot-held",     // text
        "spam",          // text
        "rejected",      // text
        "reports-title", // text
        "plot-response", // text
    ];
    let heads = titles.map(|title| el("th", "").attr("scope", "col").text(t(title)));
    let rows = days.iter().rev().map(|day| {
        let numbers = [day.comments, day.held, day.spam, day.rejected, day.reports];
        let response = day.response_seconds.map(|it| host::duration(it as f64));
        el("tr", "")
            .child(el("th", "").attr("scope", "row").text(host::day(&day.date)))
            .children(numbers.map(|n| el("td", "number-cell").text(host::number(f64::from(n)))))
            .child(el("td", "number-cell").text(response.unwrap_or_else(|| "–".to_owned())))
    });
    el("details", "figures")
        .flag("open", is_open.get_untracked())
        .on("toggle", move |event| {
            let target = event
                .target()
                .map(JsCast::unchecked_into::<web_sys::Element>);
            is_open.set(target.is_some_and(|it| it.has_attribute("open")));
        })
        .child(el("summary", "").text(t("as-table")))
        .child(
            el("div", "table-wrap")
                .attr("tabindex", "0")
                .attr("role", "region")
                .attr("aria-label", t("as-table"))
                .child(
                    el("table", "table table-numbers")
                        .child(el("thead", "").child(el("tr", "").children(heads)))
                        .child(el("tbody", "").children(rows)),
                ),
        )
}
