//! A classifier that knows nothing but what moderators have taught it: how often words were in spam,
//! and how often in what was good.
//!
//! The combination is Fisher's, of Robinson's estimates, as mail filters have had it for twenty years
//! (SpamBayes): what is seldom seen says little, and what says nothing is left out.

use std::collections::BTreeSet;

use afterword_protocol::admin::FoundCode;
use serde_json::json;

use super::shape::{apart, destination, host};
use crate::domain::{Shown, fold, is_of_word};
use crate::screening::Found;

/// Most words of a comment that are looked at: more than there are in one, or spam would stand behind
/// words without a meaning.
const WORDS: usize = 10_000;
/// Longest word, in characters; longer ones are codes and addresses, which never come again.
const LONGEST: usize = 30;
/// Most words that decide.
const DECIDING: usize = 150;
/// How much is believed of a word that was never seen, and what.
const STRENGTH: f64 = 0.45;
const NEUTRAL: f64 = 0.5;
/// How far from neutral a word has to be.
const TELLING: f64 = 0.1;

/// What a comment is known by: its words as they are shown, its author's, and where its links lead.
pub(crate) fn words_of(
    html: &str,
    author: Option<&str>,
    website: Option<&str>,
) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let shown = Shown::of(html);
    let led = shown.links.iter().filter_map(|href| destination(href));
    let led: Vec<String> = led.filter(url::Url::has_host).map(String::from).collect();
    // Addresses that are no links may stand there as well.
    let (written, prose) = apart(&shown.text);
    for link in led
        .iter()
        .map(String::as_str)
        .chain(written.iter().copied())
    {
        if let Some(host) = host(link) {
            words.insert(format!("link:{host}"));
        }
    }
    match led.len().max(written.len()) {
        0 => {}
        1 => drop(words.insert("links:1".to_owned())),
        2..=4 => drop(words.insert("links:some".to_owned())),
        _ => drop(words.insert("links:many".to_owned())),
    }
    if let Some(host) = website.and_then(host) {
        words.insert(format!("website:{host}"));
    }
    for word in split(author.unwrap_or_default()).take(8) {
        words.insert(format!("name:{word}"));
    }
    for word in split(&prose) {
        if words.len() >= WORDS {
            break;
        }
        words.insert(word);
    }
    words
}

/// Words in small letters; of scripts that put no space between words, pairs of signs.
fn split(text: &str) -> impl Iterator<Item = String> {
    let lower = fold(text).to_lowercase();
    let mut words = Vec::new();
    for word in lower.split(|sign: char| !(is_of_word(sign) || sign == '\'')) {
        let word = word.trim_matches('\'');
        let signs: Vec<char> = word.chars().collect();
        if signs.iter().any(|sign| is_unspaced(*sign)) {
            words.extend(signs.windows(2).map(|pair| pair.iter().collect()));
        } else if (2..=LONGEST).contains(&signs.len()) {
            words.push(word.to_owned());
        }
    }
    words.into_iter()
}

/// Chinese, Japanese, Thai, Lao, Khmer and Burmese.
fn is_unspaced(sign: char) -> bool {
    matches!(u32::from(sign),
        0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x3040..=0x30ff
        | 0x3400..=0x9fff | 0x20000..=0x3ffff)
}

/// How many comments were learned from, as spam and as good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Learned {
    pub(crate) spam: u32,
    pub(crate) good: u32,
}

/// In how many of them a word was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) word: String,
    pub(crate) spam: u32,
    pub(crate) good: u32,
}

/// What a word says: 0 of good, 1 of spam.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Weight {
    pub(crate) word: String,
    pub(crate) weight: f64,
    pub(crate) spam: u32,
    pub(crate) good: u32,
}

impl Weight {
    /// What a word says that was seen so often; none if it says nothing.
    pub(crate) fn of(learned: Learned, seen: Seen) -> Option<Self> {
        let share = |number: u32, of: u32| f64::from(number.min(of)) / f64::from(of.max(1));
        let (spam, good) = (
            share(seen.spam, learned.spam),
            share(seen.good, learned.good),
        );
        if spam + good == 0.0 {
            return None;
        }
        let times = f64::from(seen.spam) + f64::from(seen.good);
        let guess = spam / (spam + good);
        let weight = (STRENGTH * NEUTRAL + times * guess) / (STRENGTH + times);
        let is_telling = (weight - NEUTRAL).abs() >= TELLING;
        is_telling.then_some(Self {
            word: seen.word,
            weight,
            spam: seen.spam,
            good: seen.good,
        })
    }
}

/// What the classifier makes of a comment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Opinion {
    /// 0 is good, 1 is spam.
    pub(crate) score: f64,
    /// The words that decided, the strongest first.
    pub(crate) words: Vec<Weight>,
}

impl Opinion {
    /// The opinion of a comment by its words that were seen before.
    pub(crate) fn of(learned: Learned, seen: Vec<Seen>) -> Self {
        let words = seen.into_iter();
        let words = words.filter_map(|seen| Weight::of(learned, seen));
        let mut words: Vec<Weight> = words.collect();
        let strength = |word: &Weight| (word.weight - NEUTRAL).abs();
        words.sort_by(|a, b| {
            let order = strength(b).total_cmp(&strength(a));
            order.then_with(|| a.word.cmp(&b.word))
        });
        words.truncate(DECIDING);
        Self {
            score: combined(&words),
            words,
        }
    }

    /// The words that decided, for a moderator.
    pub(crate) fn told(&self) -> Found {
        let percent = (self.score * 100.0).round();
        let words = self.words.iter().take(8);
        let words: Vec<(&str, f64)> = words
            .map(|it| (it.word.as_str(), (it.weight * 100.0).round()))
            .collect();
        let told: Vec<String> = words
            .iter()
            .map(|(word, percent)| format!("{word} {percent}%"))
            .collect();
        let detail = format!("{percent}% spam by its words: {}", told.join(", "));
        let words = words
            .iter()
            .map(|(word, percent)| json!({ "word": word, "percent": percent }));
        Found::new(FoundCode::Words, detail)
            .with("percent", percent)
            .with("words", words.collect::<Vec<_>>())
    }
}

/// Fisher's method, for spam and against it.
fn combined(words: &[Weight]) -> f64 {
    if words.is_empty() {
        return NEUTRAL;
    }
    let sum = |of: &dyn Fn(f64) -> f64| -> f64 {
        let logs = words.iter().map(|word| of(word.weight).max(1e-9).ln());
        -2.0 * logs.sum::<f64>()
    };
    let spam = 1.0 - chance(sum(&|weight| 1.0 - weight), words.len());
    let good = 1.0 - chance(sum(&|weight| weight), words.len());
    (1.0 + spam - good) / 2.0
}

/// How probable a sum is at least that large by chance: chi squared with twice that many degrees of
/// freedom.
fn chance(sum: f64, number: usize) -> f64 {
    let half = sum / 2.0;
    let mut term = (-half).exp();
    let mut total = term;
    for index in 1..number {
        #[expect(clippy::cast_precision_loss, reason = "a few hundred at most")]
        let index = index as f64;
        term *= half / index;
        total += term;
    }
    total.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(word: &str, spam: u32, good: u32) -> Seen {
        Seen {
            word: word.to_owned(),
            spam,
            good,
        }
    }

    #[test]
    fn words_are_those_of_text_name_website_and_links() {
        let words = words_of(
            "<p>Don't <em>b</em>uy at <a href=\"//Shop.Example/a?b=c\">this shop</a>! 東京\u{200b}都</p>",
            Some("Cheap Pills"),
            Some("https://pills.example/x"),
        );
        let expected = [
            "at",
            "buy",
            "don't",
            "link:shop.example",
            "links:1",
            "name:cheap",
            "name:pills",
            "shop",
            "this",
            "website:pills.example",
            "京都",
            "東京",
        ];
        assert_eq!(words.iter().collect::<Vec<_>>(), expected);
        let long = words_of(&"a1b2c3 ".repeat(10_000), None, None);
        assert_eq!(long.len(), 1);
        let many: String = (0..20_000).map(|number| format!("w{number} ")).collect();
        assert_eq!(words_of(&many, None, None).len(), WORDS);
        // Marks are parts of words.
        let hindi = words_of("क्या यह हिन्दी है", None, None);
        assert_eq!(
            hindi.iter().collect::<Vec<_>>(),
            ["क्या", "यह", "हिन्दी", "है"]
        );
        assert_eq!(
            words_of("c\u{430}sin\u{43e}", None, None),
            words_of("ｃasino", None, None)
        );
    }

    #[test]
    fn it_has_no_opinion_of_what_it_has_not_seen() {
        let learned = Learned { spam: 20, good: 20 };
        assert_eq!(Opinion::of(learned, Vec::new()).score, 0.5);
        let even = Opinion::of(learned, vec![seen("the", 18, 18)]);
        assert_eq!((even.score, even.words.len()), (0.5, 0));
    }

    #[test]
    fn words_of_spam_make_spam_and_words_of_good_ones_don_t() {
        let learned = Learned { spam: 40, good: 60 };
        let spam = Opinion::of(
            learned,
            vec![
                seen("casino", 30, 0),
                seen("bonus", 22, 0),
                seen("the", 35, 55),
            ],
        );
        assert!(spam.score > 0.95, "{spam:?}");
        assert_eq!(spam.words[0].word, "casino");
        assert!(spam.told().detail.contains("casino 99%"), "{spam:?}");
        let good = Opinion::of(
            learned,
            vec![
                seen("article", 0, 30),
                seen("council", 0, 22),
                seen("the", 35, 55),
            ],
        );
        assert!(good.score < 0.05, "{good:?}");
        // Both: it is not sure.
        let both = Opinion::of(
            learned,
            vec![
                seen("casino", 30, 0),
                seen("bonus", 22, 0),
                seen("council", 0, 22),
                seen("article", 0, 30),
            ],
        );
        assert!((0.3..0.7).contains(&both.score), "{both:?}");
    }

    #[test]
    fn many_strong_words_stay_numbers() {
        let learned = Learned {
            spam: 1_000,
            good: 1_000,
        };
        let words = (0..400).map(|number| seen(&number.to_string(), 900, 0));
        let opinion = Opinion::of(learned, words.collect());
        assert!(
            opinion.score > 0.999 && opinion.score <= 1.0,
            "{}",
            opinion.score
        );
        assert_eq!(opinion.words.len(), DECIDING);
    }
}
