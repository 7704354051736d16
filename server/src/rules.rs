//! The rules by which an owner has comments held, refused or flagged: read once, and kept ready.

use std::sync::Arc;

use afterword_protocol::ProblemKind;
use afterword_protocol::admin::{FoundCode, Rule, RuleAction, RuleTest, WrongCode};
use arc_swap::ArcSwap;
use regex::{Regex, RegexBuilder};
use tokio::sync::Mutex;

use crate::domain::{Shown, bare, fold, together};
use crate::error::{Refusal, Wrong};
use crate::screening::{Decision, Found};
use crate::store::{self, EVERYWHERE, Store};

/// Longest pattern, in characters.
const PATTERN: usize = 1000;
/// Most words, and longest word in characters.
const WORDS: (usize, usize) = (2000, 100);
/// How much memory a pattern and a list of words may take, in bytes.
const SIZE: (usize, usize) = (1 << 20, 1 << 25);
/// Longest time that a rule looks back, in seconds.
const YEAR: u32 = 366 * 24 * 60 * 60;

/// A comment that a rule is tried on.
#[derive(Clone, Debug)]
pub(crate) struct Candidate<'a> {
    pub(crate) site: &'a str,
    /// None for one that is not stored yet.
    pub(crate) id: Option<&'a str>,
    /// Whether it is a new text for it.
    pub(crate) is_edit: bool,
    pub(crate) author: Option<&'a str>,
    pub(crate) website: Option<&'a str>,
    pub(crate) text: &'a str,
    pub(crate) html: &'a str,
    pub(crate) network: Option<[u8; 16]>,
    pub(crate) earlier_network: Option<[u8; 16]>,
    pub(crate) person: Option<[u8; 16]>,
    /// When it is, or was, posted, in milliseconds since 1970.
    pub(crate) at: i64,
}

impl Candidate<'_> {
    /// Before which id there are the comments that came before it.
    pub(crate) fn end(&self) -> &str {
        // Sorts after every id.
        self.id.filter(|_| !self.is_edit).unwrap_or("~")
    }
}

/// What a rule looks for, ready to be looked for.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    Links(u32),
    Found(Regex),
    Repeated { seconds: u32 },
    Newcomer,
    Speed { most: u32, seconds: u32 },
    Reports(u32),
}

fn refused(detail: impl Into<String>) -> Refusal {
    Refusal::because(ProblemKind::InvalidRequest, detail)
}

impl Test {
    /// What is wrong with it, or how it is looked for.
    pub(crate) fn of(test: &RuleTest) -> Result<Self, Refusal> {
        let seconds = |seconds: u32| match seconds {
            1..=YEAR => Ok(seconds),
            _ => {
                let refusal = refused(format!("seconds can be 1 to {YEAR}"));
                Err(refusal.coded(Wrong::bounds(WrongCode::Range, 1, YEAR)))
            }
        };
        Ok(match test {
            RuleTest::Links { most } => Self::Links(*most),
            RuleTest::Words { words } => Self::Found(any_of(words)?),
            RuleTest::Pattern { pattern } => {
                if pattern.is_empty() || pattern.chars().count() > PATTERN {
                    let refusal = refused(format!("a pattern has 1 to {PATTERN} characters"));
                    let length = Wrong::from(WrongCode::Length);
                    let length = length.with("least", 1).with("most", PATTERN);
                    return Err(refusal.coded(length));
                }
                Self::Found(compiled(pattern, SIZE.0)?)
            }
            RuleTest::Repeated { seconds: within } => Self::Repeated {
                seconds: seconds(*within)?,
            },
            RuleTest::Newcomer {} => Self::Newcomer,
            RuleTest::Speed { most: 0, .. } => {
                let refusal = refused("most can be 1 or more");
                return Err(refusal.coded(Wrong::bounds(WrongCode::Range, 1, u32::MAX)));
            }
            RuleTest::Speed {
                most,
                seconds: within,
            } => Self::Speed {
                most: *most,
                seconds: seconds(*within)?,
            },
            RuleTest::Reports { least: 0 } => {
                let refusal = refused("least can be 1 or more");
                return Err(refusal.coded(Wrong::bounds(WrongCode::Range, 1, u32::MAX)));
            }
            RuleTest::Reports { least } => Self::Reports(*least),
        })
    }

    /// What it finds in a comment, if anything.
    pub(crate) async fn finds(
        &self,
        store: &Store,
        candidate: &Candidate<'_>,
    ) -> Result<Option<Found>, store::Error> {
        Ok(match self {
            Self::Links(most) => {
                let links = links(candidate.html);
                (links > *most).then(|| links_found(links))
            }
            Self::Found(regex) => {
                let readings = readings(candidate);
                let found = readings.iter().find_map(|text| regex.find(text));
                found.map(|found| Found::quoted(format!("{:?}", shortened(found.as_str()))))
            }
            Self::Repeated { seconds } => store
                .was_said(candidate, *seconds)
                .await?
                .then(|| Found::new(FoundCode::Repeated, "the same text was posted before")),
            Self::Newcomer => (!store.was_known(candidate).await?)
                .then(|| Found::new(FoundCode::Newcomer, "nothing of this person is published")),
            Self::Speed { most, seconds } => {
                let before = store.written(candidate, *seconds).await?;
                (before >= *most).then(|| {
                    let detail = format!("{} comments in {seconds} s", before + 1);
                    let found = Found::new(FoundCode::Speed, detail);
                    found.with("n", before + 1).with("time", *seconds)
                })
            }
            // Asked when somebody reports it.
            Self::Reports(_) => None,
        })
    }
}

/// That a comment has so many links.
pub(crate) fn links_found(links: u32) -> Found {
    Found::new(FoundCode::Links, format!("{links} links")).with("n", links)
}

/// How many links a comment has.
pub(crate) fn links(html: &str) -> u32 {
    u32::try_from(html.matches("<a ").count()).unwrap_or(u32::MAX)
}

/// How it can be read: as people see it, as it was typed, and that to the letter; and as people see it
/// whatever it is made of. Text that is typed in one way can be shown in another: `v&#105;agra`, with
/// letters that nobody sees, with those of another script, or one by one.
fn readings(candidate: &Candidate<'_>) -> Vec<String> {
    let whole = |text: &str| {
        let parts = [Some(text), candidate.author, candidate.website];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        parts.join("\n")
    };
    let typed = whole(candidate.text);
    let shown = whole(&Shown::of(candidate.html).all());
    let shown = bare(&shown);
    let folded = fold(&shown);
    // One by one they are words of their own, each of one script.
    let together = fold(&together(&folded));
    let mut readings = vec![shown];
    for reading in [bare(&typed), typed, folded, together] {
        if !readings.contains(&reading) {
            readings.push(reading);
        }
    }
    readings
}

fn shortened(found: &str) -> String {
    const MOST: usize = 60;
    if found.chars().count() <= MOST {
        return found.to_owned();
    }
    found.chars().take(MOST).chain(['…']).collect()
}

fn compiled(pattern: &str, size: usize) -> Result<Regex, Refusal> {
    let built = RegexBuilder::new(pattern)
        .case_insensitive(true)
        .size_limit(size)
        .dfa_size_limit(size)
        .build();
    built.map_err(|error| {
        let why = error.to_string();
        let refusal = refused(format!("the pattern can't be used: {why}"));
        refusal.coded(Wrong::from(WrongCode::Pattern).with("why", why))
    })
}

/// What finds any of the words.
fn any_of(words: &[String]) -> Result<Regex, Refusal> {
    // As they are in what they are looked for in.
    let words = words.iter().map(|it| bare(it).trim().to_owned());
    let mut words: Vec<String> = words.filter(|it| !it.is_empty()).collect();
    let is_bad =
        |word: &String| word.chars().count() > WORDS.1 || word.trim_matches('*').trim().is_empty();
    if words.is_empty() || words.len() > WORDS.0 || words.iter().any(is_bad) {
        let (most, longest) = WORDS;
        let detail = format!("words can be 1 to {most}, of 1 to {longest} characters each");
        let words = Wrong::from(WrongCode::Words).with("most", most);
        return Err(refused(detail).coded(words.with("longest", longest)));
    }
    let folded = words.iter().filter_map(|it| {
        let folded = fold(it);
        (folded != *it && !folded.is_empty()).then_some(folded)
    });
    let folded: Vec<String> = folded.collect();
    words.extend(folded);
    let patterns: Vec<String> = words.iter().map(|it| of_word(it)).collect();
    compiled(&patterns.join("|"), SIZE.1)
}

/// A word as a pattern: whole, in scripts that set words apart, and with more letters where it has `*`.
fn of_word(word: &str) -> String {
    let bare = word.trim_matches('*').trim();
    let parts: Vec<String> = bare.split_whitespace().map(regex::escape).collect();
    let edge = |letter: Option<char>, is_open: bool| match letter {
        _ if is_open => r"\w*",
        Some(letter) if is_set_apart(letter) => r"\b",
        _ => "",
    };
    [
        edge(bare.chars().next(), word.starts_with('*')),
        &parts.join(r"\s+"),
        edge(bare.chars().last(), word.ends_with('*')),
    ]
    .concat()
}

/// Whether words with that letter have blanks around them.
fn is_set_apart(letter: char) -> bool {
    let is_run_on = matches!(
        u32::from(letter),
        0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x3040..=0x30ff | 0x3400..=0x9fff
            | 0xac00..=0xd7af | 0x20000..
    );
    letter.is_alphanumeric() && !is_run_on
}

/// A rule that is at work.
#[derive(Clone, Debug)]
pub(crate) struct Ready {
    pub(crate) id: i64,
    site: String,
    pub(crate) name: String,
    pub(crate) decision: Decision,
    pub(crate) test: Test,
}

/// The rules that are at work.
#[derive(Default)]
pub(crate) struct Rules {
    all: ArcSwap<Vec<Arc<Ready>>>,
    /// Held while they are read: nobody puts what was there before in the place of what is there now.
    reading: Mutex<()>,
}

impl Rules {
    /// Those of the database.
    pub(crate) async fn load(store: &Store) -> Result<Self, store::Error> {
        let rules = Self::default();
        rules.reload(store).await?;
        Ok(rules)
    }

    /// Takes what the database has by now.
    pub(crate) async fn reload(&self, store: &Store) -> Result<(), store::Error> {
        let _reading = self.reading.lock().await;
        let all = store.rules(None).await?;
        let enabled = all.into_iter().filter(|rule| rule.enabled);
        let enabled: Vec<Rule> = enabled.collect();
        // A long list of words takes its time.
        let ready = move || {
            enabled
                .into_iter()
                .filter_map(ready)
                .map(Arc::new)
                .collect()
        };
        // Where that ends by a panic, those from before stay at work.
        if let Ok(ready) = tokio::task::spawn_blocking(ready).await {
            self.all.store(Arc::new(ready));
        }
        Ok(())
    }

    /// Those for a site.
    pub(crate) fn of(&self, site: &str) -> Vec<Arc<Ready>> {
        let all = self.all.load();
        let own = all
            .iter()
            .filter(|it| it.site == EVERYWHERE || it.site == site);
        own.cloned().collect()
    }
}

fn ready(rule: Rule) -> Option<Ready> {
    let test = match Test::of(&rule.test) {
        Ok(test) => test,
        Err(refusal) => {
            // It was checked when it was kept: by another version, perhaps.
            tracing::error!(
                rule = rule.id,
                detail = refusal.detail,
                "a rule can't be used"
            );
            return None;
        }
    };
    Some(Ready {
        id: rule.id,
        site: rule.site,
        name: rule.name,
        decision: match rule.action {
            RuleAction::Flag => Decision::Flag,
            RuleAction::Hold => Decision::Hold,
            RuleAction::Spam => Decision::Spam,
            RuleAction::Reject => Decision::Reject,
        },
        test,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(words: &[&str], text: &str) -> bool {
        let words: Vec<String> = words.iter().map(|it| (*it).to_owned()).collect();
        any_of(&words).unwrap().is_match(text)
    }

    #[test]
    fn words_are_found_whole_and_in_any_case() {
        assert!(finds(&["casino"], "The CASINO is open"));
        assert!(!finds(&["casino"], "casinos"));
        assert!(finds(&["casino*"], "casinos"));
        assert!(finds(&["*casino"], "megacasino"));
        assert!(finds(&["straße"], "STRAßE"));
        assert!(finds(&["buy  now"], "buy\nnow!"));
        assert!(finds(&["赌场"], "在线赌场开户"));
        assert!(finds(&["c++"], "I like C++ a lot"));
        assert!(finds(&["a.b"], "a.b") && !finds(&["a.b"], "axb"));
        assert!(finds(&["x", "казино"], "Казино!"));
    }

    #[test]
    fn words_that_find_everything_are_none() {
        for words in [vec![], vec!["*".to_owned()], vec!["a".repeat(101)]] {
            assert!(any_of(&words).is_err(), "{words:?}");
        }
    }

    #[test]
    fn a_pattern_that_takes_too_much_is_refused() {
        let of = |pattern: &str| {
            let pattern = pattern.to_owned();
            Test::of(&RuleTest::Pattern { pattern })
        };
        assert!(of(r"(?:\pL{1000}){1000}").is_err());
        assert!(of("(").is_err());
        assert!(of("").is_err());
        assert!(of(r"(a+)+$").is_ok());
    }

    #[test]
    fn letters_that_nobody_sees_hide_nothing() {
        let candidate = Candidate {
            site: "s",
            id: None,
            is_edit: false,
            author: Some("A\u{200b}da"),
            website: None,
            text: "ca\u{ad}si\u{200b}no v&#105;*agr*a",
            html: "<p>ca\u{ad}si\u{200b}no vi<em>agr</em>a</p>\n",
            network: None,
            earlier_network: None,
            person: None,
            at: 0,
        };
        assert_eq!(
            readings(&candidate),
            [
                "casino viagra\nAda",
                "casino v&#105;*agr*a\nAda",
                "ca\u{ad}si\u{200b}no v&#105;*agr*a\nA\u{200b}da"
            ]
        );
        let disguised = Candidate {
            text: "c.a.s.i.n.o",
            html: "<p>c.\u{430}.s.i.n.o ｖі\u{430}gra</p>\n",
            ..candidate
        };
        assert_eq!(
            readings(&disguised).last().map(String::as_str),
            Some("casino viagra\nAda")
        );
        let hearts = "❤\u{fe0f}";
        assert!(finds(&[hearts], &bare(hearts)) && finds(&["می\u{200c}خواهم"], "میخواهم"));
    }

    #[test]
    fn two_thousand_words_can_be_looked_for() {
        let words: Vec<String> = (0..2000).map(|number| format!("wörd{number}ß")).collect();
        let regex = any_of(&words).unwrap();
        assert!(regex.is_match("so: WÖRD1999ß"));
    }
}
