//! The tables, in Markdown.

use std::fmt::Write;

use crate::deeds::{Measured, Took};
use crate::pages::Way;
use crate::threads::Thread;
use crate::visit::{Answer, Profile, Visit};

/// All visits to one page.
#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) way: Way,
    pub(crate) visits: Vec<Visit>,
}

impl Series {
    /// The median of what was measured.
    fn of(&self, measure: impl Fn(&Visit) -> f64) -> Option<f64> {
        median(self.visits.iter().map(measure).collect())
    }

    /// The median of what was measured after the click; none where nothing was clicked.
    fn answer(&self, measure: impl Fn(&Answer) -> f64) -> Option<f64> {
        let answers: Option<Vec<_>> = self.visits.iter().map(|it| it.answer).collect();
        median(answers?.iter().map(measure).collect())
    }
}

/// All visits to the pages of one thread, on one profile.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) thread: Thread,
    pub(crate) series: Vec<Series>,
}

impl Group {
    fn series(&self, way: Way) -> Option<&Series> {
        self.series.iter().find(|it| it.way == way)
    }

    /// How many times as much as in that way.
    fn ratio(
        &self,
        series: &Series,
        to: Way,
        measure: impl Fn(&Visit) -> f64 + Copy,
    ) -> Option<f64> {
        ratio(series.of(measure), self.series(to)?.of(measure))
    }
}

/// The middle one; between the two of them, where there are two.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(match values.len() % 2 {
        0 => (values[middle - 1] + upper) / 2.0,
        _ => upper,
    })
}

pub(crate) fn ratio(value: Option<f64>, to: Option<f64>) -> Option<f64> {
    let to = to.filter(|it| *it > 0.0)?;
    Some(value? / to)
}

fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |it| format!("{it:.decimals$}"))
}

/// Nothing is nothing, and not 0.0000.
fn shift(value: Option<f64>) -> String {
    match value {
        Some(0.0) => "0".to_owned(),
        value => number(value, 4),
    }
}

const KILO: f64 = 1000.0;
const MEGA: f64 = 1_000_000.0;

const HEAD: &str = "\
| comments | way | first comment, ms | × vanilla | × plain | last comment, ms | × vanilla | composer, ms | kB before first | requests before first | reply opens after click, ms | kB before it opens | heap and Wasm, MB | long tasks, longest in ms | shift |
| --: | :-- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |
";

/// How many comments there are, and how many of them come at first.
fn comments(thread: Thread) -> String {
    let (all, shown) = (thread.comments(), thread.shown());
    if all == shown {
        all.to_string()
    } else {
        format!("{all}, first {shown}")
    }
}

/// What is done where all comments are loaded.
pub(crate) const DEEDS: &str = "5,000 comments loaded, the program active";

/// What is done where a thread comes in portions.
pub(crate) const READING: &str = "20,000 comments, in portions of 50 conversations of 20";

impl Measured {
    fn median(&self) -> Option<f64> {
        median(self.took.iter().map(|it| it.ms).collect())
    }
}

fn worst(took: &[Took], measure: impl Fn(&Took) -> f64) -> f64 {
    took.iter().map(measure).fold(0.0, f64::max)
}

/// The table of what a reader does, with what is the least that it could take beside it.
pub(crate) fn measured(title: &str, all: &[Measured]) -> String {
    let mut table = format!("### {title}\n\n");
    table.push_str(
        "| what | ms | worst, ms | frames, at most | floor | ms | worst, ms | × floor |\n",
    );
    table.push_str("| :-- | --: | --: | --: | :-- | --: | --: | --: |\n");
    for it in all {
        let least = median(it.least.iter().map(|it| it.ms).collect());
        let cells = [
            it.what.to_owned(),
            number(it.median(), 1),
            number(Some(worst(&it.took, |it| it.ms)), 1),
            number(
                Some(worst(&it.took, |it| it.frames)).filter(|it| *it > 0.0),
                0,
            ),
            it.floor.to_owned(),
            number(least, 1),
            number(Some(worst(&it.least, |it| it.ms)), 1),
            number(ratio(it.median(), least), 2),
        ];
        // Writing to a string doesn't fail.
        let _ = writeln!(table, "| {} |", cells.join(" | "));
    }
    table
}

/// The table of a profile.
pub(crate) fn table(profile: Profile, groups: &[Group]) -> String {
    let mut table = format!("### {}\n\n{HEAD}", profile.name);
    for group in groups {
        for series in &group.series {
            let first = |it: &Visit| it.first;
            let last = |it: &Visit| it.last;
            let tasks = series.of(|it| it.tasks as f64);
            let longest = match series.of(|it| it.longest) {
                Some(longest) if longest > 0.0 => format!(" ({longest:.0})"),
                _ => String::new(),
            };
            let cells = [
                comments(group.thread),
                series.way.name().to_owned(),
                number(series.of(first), 0),
                number(group.ratio(series, Way::Vanilla, first), 2),
                number(group.ratio(series, Way::Plain, first), 2),
                number(series.of(last), 0),
                number(group.ratio(series, Way::Vanilla, last), 2),
                number(series.of(|it| it.composer), 0),
                number(series.of(|it| it.before_first.bytes / KILO), 1),
                number(series.of(|it| it.before_first.requests as f64), 0),
                number(series.answer(|it| it.took), 0),
                number(series.answer(|it| it.bytes / KILO), 1),
                number(series.of(|it| it.heap / MEGA), 1),
                format!("{}{longest}", number(tasks, 0)),
                shift(series.of(|it| it.shift)),
            ];
            // Writing to a string doesn't fail.
            let _ = writeln!(table, "| {} |", cells.join(" | "));
        }
    }
    table
}

/// What was aimed at, beside what was measured of HTML first.
pub(crate) fn targets(full: &[Group], slow: &[Group]) -> String {
    let measured =
        |groups: &[Group], comments, measure: &dyn Fn(&Group, &Series) -> Option<f64>| {
            let group = groups.iter().find(|it| it.thread.comments() == comments)?;
            measure(group, group.series(Way::HtmlFirst)?)
        };
    let last = |it: &Visit| it.last;
    let rows = [
        (
            "loader and style before the first of 1,000 comments, kB without heads",
            "7",
            number(
                measured(full, 1000, &|_, ours| {
                    ours.of(|it| it.before_first.beside / KILO)
                }),
                1,
            ),
        ),
        (
            "CORS preflights before it",
            "0",
            number(
                measured(full, 1000, &|_, ours| {
                    ours.of(|it| it.before_first.preflights as f64)
                }),
                0,
            ),
        ),
        (
            "1,000 comments on screen, × vanilla",
            "1.3",
            number(
                measured(full, 1000, &|group, ours| {
                    group.ratio(ours, Way::Vanilla, last)
                }),
                2,
            ),
        ),
        (
            "longest task of more than 50 ms at 1,000 comments, ms",
            "none",
            match measured(full, 1000, &|_, ours| ours.of(|it| it.longest)) {
                Some(0.0) => "none".to_owned(),
                longest => number(longest, 0),
            },
        ),
        (
            "layout shift of what stands above when the widget takes over, 1,000 comments",
            "0",
            shift(measured(full, 1000, &|_, ours| ours.answer(|it| it.shift))),
        ),
        (
            "by how many pixels it is moved",
            "0",
            shift(measured(full, 1000, &|_, ours| ours.answer(|it| it.moved))),
        ),
        (
            "100 comments on screen where all is slow, × plain HTML",
            "1.2",
            number(
                measured(slow, 100, &|group, ours| {
                    group.ratio(ours, Way::Plain, last)
                }),
                2,
            ),
        ),
    ];
    let mut table = "| HTML first | at most | measured |\n| :-- | --: | --: |\n".to_owned();
    for (what, most, measured) in rows {
        // Writing to a string doesn't fail.
        let _ = writeln!(table, "| {what} | {most} | {measured} |");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Loaded;

    #[test]
    fn the_median_is_the_middle_of_what_was_measured() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![7.0]), Some(7.0));
        assert_eq!(median(vec![9.0, 1.0, 100.0]), Some(9.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 100.0]), Some(3.0));
    }

    #[test]
    fn a_ratio_needs_both_and_something_to_divide_by() {
        assert_eq!(ratio(Some(3.0), Some(2.0)), Some(1.5));
        assert_eq!(ratio(Some(3.0), Some(0.0)), None);
        assert_eq!(ratio(None, Some(2.0)), None);
        assert_eq!(ratio(Some(3.0), None), None);
    }

    fn visit(last: f64, answer: Option<Answer>) -> Visit {
        Visit {
            first: 80.0,
            last,
            composer: 70.0,
            before_first: Loaded {
                bytes: 5_250.0,
                beside: 4_449.0,
                requests: 3,
                preflights: 0,
            },
            heap: 2_450_000.0,
            tasks: 0,
            longest: 0.0,
            shift: 0.0,
            answer,
        }
    }

    fn groups() -> Vec<Group> {
        let answer = Answer {
            took: 120.0,
            bytes: 90_000.0,
            shift: 0.0,
            moved: 0.0,
        };
        let series = |way, last: [f64; 3], answer| Series {
            way,
            visits: last.map(|last| visit(last, answer)).to_vec(),
        };
        let all = Thread::ALL.map(|thread| Group {
            thread,
            series: vec![
                series(Way::HtmlFirst, [130.0, 110.0, 120.0], Some(answer)),
                series(Way::Vanilla, [100.0, 90.0, 500.0], Some(answer)),
                series(Way::Plain, [80.0, 80.0, 80.0], None),
            ],
        });
        all.into()
    }

    #[test]
    fn a_row_has_medians_and_their_ratios() {
        let table = table(Profile::FULL, &groups());
        let long = "| 20000, first 1000 | vanilla | 80 | 1.00 |";
        assert!(table.lines().any(|line| line.starts_with(long)), "{table}");
        let row = "| 1000 | HTML first | 80 | 1.00 | 1.00 | 120 | 1.20 | 70 | 5.2 | 3 | 120 | 90.0 | 2.5 | 0 | 0 |";
        assert!(table.lines().any(|line| line == row), "{table}");
        let row = "| 100 | plain HTML | 80 | 1.00 | 1.00 | 80 | 0.80 | 70 | 5.2 | 3 | – | – | 2.5 | 0 | 0 |";
        assert!(table.lines().any(|line| line == row), "{table}");
    }

    fn deed() -> Measured {
        let took = |ms, frames| Took { ms, frames };
        Measured {
            what: "vote",
            took: vec![took(20.0, 1.0), took(90.0, 3.0), took(18.0, 1.0)],
            floor: "button",
            least: vec![took(10.0, 1.0)],
        }
    }

    #[test]
    fn what_is_done_stands_beside_its_floor() {
        let table = measured("Title", &[deed()]);
        let row = "| vote | 20.0 | 90.0 | 3 | button | 10.0 | 10.0 | 2.00 |";
        assert!(table.lines().any(|line| line == row), "{table}");
    }

    #[test]
    fn targets_stand_beside_what_was_measured() {
        let table = targets(&groups(), &groups());
        for row in [
            "| loader and style before the first of 1,000 comments, kB without heads | 7 | 4.4 |",
            "| 1,000 comments on screen, × vanilla | 1.3 | 1.20 |",
            "| 100 comments on screen where all is slow, × plain HTML | 1.2 | 1.50 |",
        ] {
            assert!(table.lines().any(|line| line == row), "{table}");
        }
    }
}
