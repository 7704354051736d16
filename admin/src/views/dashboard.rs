//! How it goes: what came in, what was held, what was spam, and how long people waited.

use afterword_protocol::admin::{Dashboard, Day};
use leptos::prelude::*;

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
        .child(figures.show(move |figures| draw(app, figures)))
}

fn draw(app: App, figures: &Dashboard) -> El {
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
            "plot-comments",
            days,
            |day| Some(f64::from(day.comments)),
            false,
        ), // text
        plot("plot-held", days, |day| Some(f64::from(day.held)), false), // text
        plot(
            "plot-spam",
            days,
            |day| Some(f64::from(day.spam + day.rejected)),
            false,
        ), // text
        plot(
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
        let rows = figures.checks.iter().map(|found| {
            el("tr", "")
                .child(el("th", "").attr("scope", "row").text(check(&found.check)))
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
            .child(el("table", "table").child(el("tbody", "").children(rows)));
    }
    all.child(table(days))
}

/// Bars of a number for each day. A table below has the same in numbers.
fn plot(title: &'static str, days: &[Day], value: fn(&Day) -> Option<f64>, is_time: bool) -> El {
    let values: Vec<_> = days.iter().map(value).collect();
    let most = values.iter().flatten().copied().fold(0.0, f64::max);
    let say = |value: f64| match is_time {
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
    let width = (days.len() * 10).max(10);
    let mut bars = svg("svg", "plot-bars")
        .attr("viewBox", ["0 0 ", &width.to_string(), " 100"].concat())
        .attr("preserveAspectRatio", "none")
        .attr("role", "img")
        .attr(
            "aria-label",
            fill(
                "plot-label",
                &[
                    ("title", &t(title)),
                    ("sum", &summary),
                    ("most", &say(most)),
                ],
            ),
        );
    for (index, (day, value)) in days.iter().zip(&values).enumerate() {
        let Some(value) = value else { continue };
        let height = if most > 0.0 {
            value / most * 100.0
        } else {
            0.0
        };
        // Something is seen of what is not nothing.
        let height = if *value > 0.0 { height.max(1.5) } else { 0.0 };
        let tip = [host::day(&day.date), ": ".to_owned(), say(*value)].concat();
        bars = bars.child(
            svg("rect", "plot-bar")
                .attr("x", (index * 10 + 1).to_string())
                .attr("y", (100.0 - height).to_string())
                .attr("width", "8")
                .attr("height", height.to_string())
                .child(svg("title", "").text(tip)),
        );
    }
    let ends = |day: Option<&Day>| {
        el("span", "").text(day.map(|it| host::day(&it.date)).unwrap_or_default())
    };
    el("figure", "plot")
        .child(
            el("figcaption", "plot-title")
                .child(el("span", "").text(t(title)))
                .child(el("b", "plot-sum").text(summary)),
        )
        .child(
            el("p", "plot-most")
                .attr("aria-hidden", "true")
                .text(if most > 0.0 { say(most) } else { String::new() }),
        )
        .child(bars)
        .child(
            el("p", "plot-days")
                .attr("aria-hidden", "true")
                .child(ends(days.first()))
                .child(ends(days.last())),
        )
}

fn table(days: &[Day]) -> El {
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
