//! Whether the same, or nearly the same, was said before on a site.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use crate::domain::{fold, is_of_word};

/// How many comments of a site are remembered.
pub(crate) const REMEMBERED: usize = 2_000;
/// Words in a row that are taken together.
const ROW: usize = 3;
/// How many of these are kept of a text: the least hashes (Broder's sketch).
const KEPT: usize = 64;
/// What part of them texts that are nearly the same have in common.
const COMMON: usize = 2;
/// Texts of fewer words than that are often the same by chance ("Thank you!").
const FEW: usize = 5;
/// Texts with more words than that are nearly the same by the rows that they have in common, others by
/// their words.
const MANY: usize = 12;
/// Of so many words one may be another.
const ONE_OF: usize = 6;

/// What is remembered of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sketch {
    /// Of all its words.
    exact: u64,
    /// Of words in a row: the least of all, in order.
    rows: Vec<u64>,
    /// Of its words, in order, where these are not many.
    few: Vec<u64>,
    words: usize,
}

/// How a text is like an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Likeness {
    Same,
    Nearly,
}

fn hash(value: impl Hash) -> u64 {
    // The same in every run.
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

impl Sketch {
    pub(crate) fn of(text: &str) -> Self {
        let lower = fold(text).to_lowercase();
        let words: Vec<&str> = lower
            .split(|sign: char| !is_of_word(sign))
            .filter(|word| word.contains(char::is_alphanumeric))
            .collect();
        let rows = words.windows(ROW).map(hash);
        let mut rows: Vec<u64> = rows.collect();
        rows.sort_unstable();
        rows.dedup();
        rows.truncate(KEPT);
        // What is no word at all (emoji) is what it is.
        let exact = if words.is_empty() {
            hash(lower.trim())
        } else {
            hash(&words)
        };
        let few = words.iter().filter(|_| words.len() <= MANY + MANY / ONE_OF);
        let mut few: Vec<u64> = few.map(hash).collect();
        few.sort_unstable();
        Self {
            exact,
            rows,
            few,
            words: words.len(),
        }
    }

    /// How it is like another.
    pub(crate) fn like(&self, other: &Self) -> Option<Likeness> {
        if self.exact == other.exact {
            return Some(Likeness::Same);
        }
        let is_near = match self.words > MANY && other.words > MANY {
            true => self.is_near(other),
            false => self.has_the_words_of(other),
        };
        is_near.then_some(Likeness::Nearly)
    }

    /// Whether hardly a word is another: who has the same to say in few words puts a number behind it.
    fn has_the_words_of(&self, other: &Self) -> bool {
        let most = self.words.max(other.words);
        let (mut a, mut b) = (self.few.iter().peekable(), other.few.iter().peekable());
        let mut common = 0;
        while let (Some(first), Some(second)) = (a.peek(), b.peek()) {
            let order = first.cmp(second);
            common += usize::from(order.is_eq());
            if order.is_le() {
                a.next();
            }
            if order.is_ge() {
                b.next();
            }
        }
        most >= ONE_OF && most - common <= most / ONE_OF
    }

    fn is_near(&self, other: &Self) -> bool {
        let (mut a, mut b) = (self.rows.iter().peekable(), other.rows.iter().peekable());
        let (mut all, mut common) = (0, 0);
        while all < KEPT
            && let (Some(first), Some(second)) = (a.peek(), b.peek())
        {
            let order = first.cmp(second);
            common += usize::from(order.is_eq());
            all += 1;
            if order.is_le() {
                a.next();
            }
            if order.is_ge() {
                b.next();
            }
        }
        all += (a.len() + b.len()).min(KEPT - all);
        common * COMMON >= all
    }

    /// Whether it has so many words that nobody else says nearly the same by chance.
    pub(crate) fn is_long(&self) -> bool {
        self.words > MANY
    }

    /// Whether it is too short for it to tell anything that others have said the same.
    pub(crate) fn is_short(&self) -> bool {
        self.words < FEW
    }
}

/// Whether a text is one that its comment had before, but for a word or a sign: of all that it said the
/// same, or of what it said first one that is nearly so. Whoever goes on from correction to correction
/// comes to something else.
pub(crate) fn is_correction(before: &[String], text: &str) -> bool {
    let sketch = Sketch::of(text);
    let likeness = |before: &String| sketch.like(&Sketch::of(before));
    before.iter().any(|it| likeness(it) == Some(Likeness::Same))
        || before
            .first()
            .is_some_and(|first| likeness(first).is_some() || is_little(first, text))
}

/// Whether less than a quarter of a short text is another: what lies between a beginning and an end that
/// are the same.
fn is_little(before: &str, text: &str) -> bool {
    let (before, text): (Vec<char>, Vec<char>) = (before.chars().collect(), text.chars().collect());
    let least = before.len().min(text.len());
    let same =
        |pairs: &mut dyn Iterator<Item = (&char, &char)>| pairs.take_while(|(a, b)| a == b).count();
    let start = same(&mut before.iter().zip(&text));
    let end = same(&mut before.iter().rev().zip(text.iter().rev())).min(least - start);
    let longest = before.len().max(text.len());
    (longest - start - end) * 4 < longest
}

struct Said {
    number: u64,
    /// None until it stands.
    comment: Option<String>,
    /// What makes its request known when it comes again.
    key: Option<u64>,
    at: i64,
    sketch: Sketch,
}

/// What was said on each site.
#[derive(Default)]
pub(crate) struct Echoes {
    sites: Mutex<Sites>,
}

#[derive(Default)]
struct Sites {
    last: u64,
    said: HashMap<String, VecDeque<Said>>,
}

/// What was found of a text that is about to be said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Echo {
    /// How it is like the one that is most like it.
    pub(crate) likeness: Option<Likeness>,
    /// How often the like was said.
    pub(crate) times: usize,
}

impl Echoes {
    /// Whether it is known what was said on a site.
    pub(crate) fn knows(&self, site: &str) -> bool {
        self.lock().said.contains_key(site)
    }

    /// Begins with what the database has of a site, the oldest first.
    pub(crate) fn begin(&self, site: &str, comments: Vec<(String, String, i64)>) {
        let mut sites = self.lock();
        if sites.said.contains_key(site) {
            return;
        }
        let said = comments.into_iter().map(|(comment, text, at)| Said {
            number: 0,
            comment: Some(comment),
            key: None,
            at,
            sketch: Sketch::of(&text),
        });
        let said = said.collect();
        sites.said.insert(site.to_owned(), said);
    }

    /// Looks for what is like a text since a time, and remembers the text. `comment` is what an edit
    /// is of: it may be like itself; so may what comes once more with the same key, whose sender was cut
    /// off before it stood. The number is for [`Echoes::stands`] and [`Echoes::fails`].
    pub(crate) fn hear(
        &self,
        site: &str,
        sketch: Sketch,
        (comment, key): (Option<&str>, Option<&str>),
        since: i64,
        now: i64,
    ) -> (Echo, u64) {
        let key = key.map(hash);
        let mut sites = self.lock();
        sites.last += 1;
        let number = sites.last;
        let said = sites.said.entry(site.to_owned()).or_default();
        said.retain(|it| key.is_none() || it.key != key || it.comment.is_some());
        let mut echo = Echo::default();
        let is_own = |other: &Said| comment.is_some() && other.comment.as_deref() == comment;
        // Whoever changes a word or two says nothing new, and others may have said it after them.
        let is_as_before = said
            .iter()
            .any(|other| is_own(other) && sketch.like(&other.sketch).is_some());
        let others = said.iter().filter(|_| !is_as_before);
        for other in others.filter(|other| other.at > since && !is_own(other)) {
            let Some(likeness) = sketch.like(&other.sketch) else {
                continue;
            };
            echo.times += 1;
            if echo.likeness != Some(Likeness::Same) {
                echo.likeness = Some(likeness);
            }
        }
        said.push_back(Said {
            number,
            comment: comment.map(str::to_owned),
            key,
            at: now,
            sketch,
        });
        if said.len() > REMEMBERED {
            said.pop_front();
        }
        (echo, number)
    }

    /// What was heard is that comment now.
    pub(crate) fn stands(&self, site: &str, number: u64, comment: &str) {
        if let Some(said) = self.lock().said.get_mut(site)
            && let Some(said) = said.iter_mut().rev().find(|said| said.number == number)
        {
            said.comment = Some(comment.to_owned());
        }
    }

    /// What was heard has come to nothing: its author will say it again.
    pub(crate) fn fails(&self, site: &str, number: u64) {
        if let Some(said) = self.lock().said.get_mut(site) {
            said.retain(|said| said.number != number);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Sites> {
        self.sites.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "I was looking for a good roofer for a long time and then I found \
                        this company, which did everything well and for little money.";

    #[test]
    fn the_same_in_other_clothes_is_the_same() {
        let like = |a: &str, b: &str| Sketch::of(a).like(&Sketch::of(b));
        assert_eq!(
            like("Buy *cheap* watches!", "buy   cheap\nWATCHES"),
            Some(Likeness::Same)
        );
        // With an accent it is another word.
        assert_eq!(like("Buy cheap watches", "Buy che\u{301}ap watches"), None);
        assert_eq!(
            like("Buy cheap watches", "Вuу сhе\u{336}аp ｗatches"),
            Some(Likeness::Same)
        );
        assert_eq!(like("💪💪", "💪💪"), Some(Likeness::Same));
        assert_eq!(like("💪💪", "🎉"), None);
        assert_eq!(like("Я согласен с этим", "Я не согласен с этим"), None);
    }

    #[test]
    fn a_word_changed_here_and_there_is_nearly_the_same() {
        let changed = TEXT.replace("roofer", "plumber") + " Greetings from Bonn";
        let (a, b) = (Sketch::of(TEXT), Sketch::of(&changed));
        assert_ne!(a.exact, b.exact);
        assert_eq!(a.like(&b), Some(Likeness::Nearly));
    }

    #[test]
    fn a_number_makes_few_words_no_others() {
        let like = |a: &str, b: &str| Sketch::of(a).like(&Sketch::of(b));
        let near = Some(Likeness::Nearly);
        let spam = "Buy cheap pills at pills.example";
        assert_eq!(like(&format!("{spam} 17"), &format!("{spam} 4711")), near);
        assert_eq!(like(spam, &format!("27 {spam}")), near);
        assert_eq!(like(spam, &format!("{spam} 1 2 3")), None);
        // What people say is not so like, or so short that it is so by chance.
        assert_eq!(like("So do I", "So do you"), None);
        assert_eq!(like("💪💪 🎉", "🎉"), None);
        assert_eq!(
            like(
                "I would rather have a bridge than a ferry",
                "I would rather go by train than by car"
            ),
            None
        );
    }

    #[test]
    fn different_texts_about_the_same_are_not() {
        let texts = [
            TEXT,
            "The article leaves out that the council had decided on all of this in spring, long \
             before anybody was asked what they think of it.",
            "The council had decided on nothing in spring. It was asked by the mayor what it thinks \
             of it, and the article says so in its third paragraph.",
            "I have lived in this street for thirty years, and nobody has ever asked me what I \
             think of the trees that are to be cut down for the parking lot.",
        ];
        for (index, a) in texts.iter().enumerate() {
            for b in &texts[index + 1..] {
                assert_eq!(Sketch::of(a).like(&Sketch::of(b)), None, "{a}\n{b}");
            }
        }
    }

    #[test]
    fn who_corrects_a_word_says_nothing_else() {
        let is = |before: &[&str], text: &str| {
            let before: Vec<String> = before.iter().map(|it| (*it).to_owned()).collect();
            is_correction(&before, text)
        };
        assert!(is(&["Thank yuo!"], "Thank you!"));
        assert!(is(&["Thank you"], "thank you!"));
        assert!(is(&["Thank you.", "So do I."], "So do I!"));
        assert!(is(&[TEXT], &TEXT.replace("roofer", "plumber")));
        assert!(is(&[""], "") && is(&["aaaa aaaa"], "aaaa aaa"));
        assert!(!is(&["Thank you!"], "Buy now!"));
        assert!(!is(&["aa"], "aaaa") && !is(&["a"], ""));
        assert!(!is(&["I am in favour."], TEXT));
        // Step by step it becomes another.
        assert!(!is(
            &["one two three", "one two four?", "one ten four?"],
            "six ten four?"
        ));
    }

    #[test]
    fn an_edit_is_like_itself_and_a_failure_is_forgotten() {
        let echoes = Echoes::default();
        let hear =
            |comment, now| echoes.hear("blog", Sketch::of(TEXT), (comment, None), now - 1_000, now);
        let (echo, number) = hear(None, 10);
        assert_eq!(echo, Echo::default());
        echoes.fails("blog", number);
        let (echo, number) = hear(None, 20);
        assert_eq!(echo.times, 0);
        echoes.stands("blog", number, "a");
        assert_eq!(hear(Some("a"), 30).0.times, 0);
        let (echo, _) = hear(None, 40);
        assert_eq!((echo.likeness, echo.times), (Some(Likeness::Same), 2));
        assert_eq!(hear(Some("a"), 45).0.times, 0);
        assert_eq!(hear(Some("b"), 46).0.times, 4);
        let elsewhere = echoes.hear("news", Sketch::of(TEXT), (None, None), 0, 50);
        assert_eq!(elsewhere.0.times, 0);
        // Long ago.
        assert_eq!(hear(None, 5_000).0.times, 0);
    }

    #[test]
    fn the_same_request_again_is_no_echo_of_itself_but_of_others() {
        let echoes = Echoes::default();
        let hear = |key| echoes.hear("blog", Sketch::of(TEXT), (None, Some(key)), 0, 10);
        // Its sender was cut off.
        hear("mine");
        let (echo, number) = hear("mine");
        assert_eq!(echo, Echo::default());
        assert_eq!(hear("another's").0.times, 1);
        echoes.stands("blog", number, "a");
        assert_eq!(hear("mine").0.times, 2);
    }
}
