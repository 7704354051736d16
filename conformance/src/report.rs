//! What was found.

use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use crate::checks::Check;
use crate::client::{Stop, Verdict};

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "outcome", content = "detail")]
pub enum Outcome {
    /// The promise is kept.
    Holds,
    /// It is not, and how that showed.
    Fault(String),
    /// The server need not make it, and says that it doesn't; by what.
    NotOffered(String),
    /// Nobody knows, because of that.
    NotChecked(String),
}

/// A check, and what came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Checked {
    /// Its name.
    pub name: &'static str,
    /// The part of the suite that it stands in.
    pub part: &'static str,
    /// The promise.
    pub says: &'static str,
    /// Where `docs/protocol.md` makes it.
    pub paragraph: String,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

impl Checked {
    pub(crate) fn new(check: &Check, verdict: Verdict) -> Self {
        Self {
            name: check.name,
            part: check.part,
            says: check.says,
            paragraph: format!("docs/protocol.md#{}", paragraph(check.section)),
            outcome: match verdict {
                Ok(()) => Outcome::Holds,
                Err(Stop::Fault(detail)) => Outcome::Fault(detail),
                Err(Stop::NotOffered(by)) => Outcome::NotOffered(by),
                Err(Stop::NotChecked(why)) => Outcome::NotChecked(why),
            },
        }
    }
}

/// The anchor that a heading of Markdown has on GitHub.
#[must_use]
pub fn paragraph(heading: &str) -> String {
    let kept = |c: char| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        _ => c.is_alphanumeric().then_some(c),
    };
    heading.to_lowercase().chars().filter_map(kept).collect()
}

impl Display for Checked {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (mark, detail) = match &self.outcome {
            Outcome::Holds => ('✓', String::new()),
            Outcome::Fault(detail) => ('✗', detail.clone()),
            Outcome::NotOffered(by) => ('–', format!("not offered: {by}")),
            Outcome::NotChecked(why) => ('?', format!("not checked: {why}")),
        };
        write!(f, "  {mark} {:<23} {}", self.name, self.says)?;
        match &self.outcome {
            Outcome::Holds => Ok(()),
            Outcome::NotOffered(_) | Outcome::NotChecked(_) => write!(f, " ({detail})"),
            Outcome::Fault(_) => write!(f, "\n      {detail}\n      {}", self.paragraph),
        }
    }
}

/// What was found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The server.
    pub url: String,
    /// What the keys of the pages begin with that were written to.
    pub page: String,
    /// The checks, in the order in which they were made.
    pub checks: Vec<Checked>,
    /// Ids of comments that could not be deleted.
    pub left: Vec<String>,
}

impl Report {
    /// The checks that showed a fault.
    pub fn faults(&self) -> impl Iterator<Item = &Checked> {
        let is_fault = |checked: &&Checked| matches!(checked.outcome, Outcome::Fault(_));
        self.checks.iter().filter(is_fault)
    }

    /// The check of that name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Checked> {
        self.checks.iter().find(|checked| checked.name == name)
    }

    /// 0 when all holds, 1 where something falls short, 2 where something could not be found out.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        let counts = self.counts();
        match (counts.faults, counts.not_checked) {
            (0, 0) => 0,
            (0, _) => 2,
            _ => 1,
        }
    }

    fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for checked in &self.checks {
            *match checked.outcome {
                Outcome::Holds => &mut counts.holds,
                Outcome::Fault(_) => &mut counts.faults,
                Outcome::NotOffered(_) => &mut counts.not_offered,
                Outcome::NotChecked(_) => &mut counts.not_checked,
            } += 1;
        }
        counts
    }

    /// All of it, for programs.
    #[must_use]
    pub fn json(&self) -> String {
        #[derive(Serialize)]
        struct Whole<'a> {
            #[serde(flatten)]
            report: &'a Report,
            counts: Counts,
        }
        let whole = Whole {
            report: self,
            counts: self.counts(),
        };
        serde_json::to_string_pretty(&whole).unwrap_or_default()
    }

    /// How many of each, and what is left behind.
    #[must_use]
    pub fn summary(&self) -> String {
        let Counts {
            holds,
            faults,
            not_offered,
            not_checked,
        } = self.counts();
        let mut text = format!("{holds} hold, {faults} fall short, {not_offered} are not offered");
        if not_checked > 0 {
            text.push_str(&format!(", {not_checked} could not be checked"));
        }
        if !self.left.is_empty() {
            text.push_str(&format!(
                "\nThese comments could not be deleted again: {}",
                self.left.join(" ")
            ));
        }
        text
    }
}

#[derive(Clone, Copy, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Counts {
    holds: usize,
    faults: usize,
    not_offered: usize,
    not_checked: usize,
}
