//! The languages that pages are in: those of the widget, by the same files, with times and numbers
//! as Unicode's CLDR has them.

mod tags;
mod words;

use std::collections::HashMap;
use std::sync::LazyLock;

use afterword::i18n::{I18n, Msg};
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use icu_calendar::Iso;
use icu_datetime::fieldsets::{YMD, YMDT};
use icu_datetime::input::{Date, DateTime, Time};
use icu_datetime::options::TimePrecision;
use icu_datetime::{DateTimeFormatter, DateTimeFormatterLoadError};
use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};
use rust_embed::RustEmbed;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

pub(crate) use words::Words;

#[derive(RustEmbed)]
#[folder = "../locales"]
struct Files;

/// A language that there are texts in.
pub(crate) struct Language {
    /// Its tag (BCP 47), as its file is named.
    tag: String,
    /// By their keys; English has none, for it is compiled in.
    texts: HashMap<String, String>,
}

/// "pt-BR" before "pt"; English last.
static LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(|| {
    let files = Files::iter().filter_map(|name| {
        let file = Files::get(&name)?;
        Some(Language {
            tag: name.strip_suffix(".json")?.to_owned(),
            texts: serde_json::from_slice(&file.data).ok()?,
        })
    });
    let mut languages: Vec<Language> = files.collect();
    languages.sort_by_key(|language| std::cmp::Reverse(language.tag.len()));
    languages.push(Language {
        tag: "en".to_owned(),
        texts: HashMap::new(),
    });
    languages
});

/// How many languages a browser may ask for; each takes its time to be found.
const RANGES: usize = 50;

impl Language {
    /// The language with that tag, if there are texts in it.
    fn find(tag: &str) -> Option<&'static Self> {
        let tag = tags::canonical(tag);
        let is_of = |language: &&Self| tags::is_of(&tag, &language.tag.to_ascii_lowercase());
        LANGUAGES.iter().find(is_of)
    }

    /// The language with that tag; English where there are no texts in it, or no tag.
    pub(crate) fn of(tag: Option<&str>) -> &'static Self {
        let english = || &LANGUAGES[LANGUAGES.len() - 1];
        tag.and_then(Self::find).unwrap_or_else(english)
    }

    /// The one that a browser asks for most (RFC 9110, section 12.5.4).
    pub(super) fn preferred(headers: &HeaderMap) -> &'static Self {
        Self::preferred_among(headers, &[])
    }

    /// The same of those languages, the first where the browser asks for none of them; of all where there
    /// are none of them.
    pub(super) fn preferred_among(headers: &HeaderMap, tags: &[String]) -> &'static Self {
        let among: Vec<&str> = tags
            .iter()
            .filter_map(|tag| Self::find(tag))
            .map(Self::tag)
            .collect();
        let ranges = headers.get_all(ACCEPT_LANGUAGE).iter();
        let ranges = ranges.filter_map(|value| value.to_str().ok());
        let mut ranges: Vec<(&str, f32)> = ranges
            .flat_map(|value| value.split(','))
            .take(RANGES)
            .map(|range| {
                let (tag, weight) = range.split_once(';').unwrap_or((range, ""));
                let weight = weight.trim().strip_prefix("q=");
                let weight = weight.map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
                (tag.trim(), weight)
            })
            .filter(|(_, weight)| *weight > 0.0)
            .collect();
        ranges.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        let mut found = ranges.into_iter().filter_map(|(tag, _)| Self::find(tag));
        let found = found.find(|language| among.is_empty() || among.contains(&language.tag()));
        found.unwrap_or_else(|| Self::of(among.first().copied()))
    }

    /// Its tag (BCP 47).
    pub(crate) fn tag(&self) -> &str {
        &self.tag
    }

    /// What to call it towards a browser, which knows more of them than there are texts: "de-AT" for
    /// times and numbers where that was asked for.
    pub(super) fn regional(&self, asked: Option<&str>) -> String {
        let asked = asked.filter(|_| self.tag != "en");
        let locale = asked.and_then(|tag| tag.replace('_', "-").parse::<Locale>().ok());
        locale.map_or_else(|| self.tag.clone(), |locale| locale.to_string())
    }

    /// In which direction it is written: `ltr` or `rtl`.
    pub(crate) fn direction(&self) -> &str {
        self.texts.get("dir").map_or("ltr", String::as_str)
    }

    /// What a page of the server itself says.
    pub(crate) fn say(&self, words: Words) -> &str {
        let text = self.texts.get(words.key());
        text.map_or(words.english(), String::as_str)
    }

    /// The same, with what stands in braces.
    pub(crate) fn say_with(&self, words: Words, fields: &[(&str, &str)]) -> String {
        let mut said = String::new();
        for piece in self.say(words).split_inclusive('}') {
            // What is put in is no text of ours: its braces are of no account.
            let field = piece.split_once('{').and_then(|(before, name)| {
                let name = name.strip_suffix('}')?;
                let (_, value) = fields.iter().find(|(given, _)| *given == name)?;
                Some([before, value].concat())
            });
            said.push_str(field.as_deref().unwrap_or(piece));
        }
        said
    }

    /// A message of the widget that is about nobody and no number.
    pub(crate) fn message(&self, msg: Msg) -> &str {
        let text = self.texts.get(msg.key());
        text.map_or(msg.english(), String::as_str)
    }

    /// The widget's texts, with times that stay true however long the HTML is kept.
    pub(super) fn i18n(&'static self) -> I18n {
        self.with(|key| self.texts.get(key).cloned())
    }

    /// The same on a page of the server: some sentences are about buttons that it has not.
    pub(super) fn page_i18n(&'static self) -> I18n {
        self.with(|key| match Words::instead_of(key) {
            Some(words) => Some(self.say(words).to_owned()),
            None => self.texts.get(key).cloned(),
        })
    }

    fn with(&self, lookup: impl Fn(&str) -> Option<String> + 'static) -> I18n {
        // Day, month, year and 24 hours: what most of the world takes for English.
        let name = if self.tag == "en" { "en-GB" } else { &self.tag };
        let locale = name.parse().unwrap_or(Locale::UNKNOWN);
        let rules = PluralRules::try_new_cardinal(locale.clone().into()).ok();
        let times = Times::new(&locale).ok();
        let times = std::rc::Rc::new(times);
        let (of_day, of_minute) = (std::rc::Rc::clone(&times), times);
        I18n::new(
            lookup,
            move |n| {
                let category = rules.as_ref().map(|rules| rules.category_for(n));
                category_name(category.unwrap_or(PluralCategory::Other)).to_owned()
            },
            move |time, _| of_day.as_ref().as_ref()?.day(time),
            move |time| of_minute.as_ref().as_ref()?.minute(time),
        )
    }
}

fn category_name(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

/// How a language writes times. All are in UTC: nobody tells a server where its reader is.
struct Times {
    day: DateTimeFormatter<YMD>,
    minute: DateTimeFormatter<YMDT>,
}

impl Times {
    fn new(locale: &Locale) -> Result<Self, DateTimeFormatterLoadError> {
        let minute = YMDT::long().with_time_precision(TimePrecision::Minute);
        Ok(Self {
            day: DateTimeFormatter::try_new(locale.into(), YMD::long())?,
            minute: DateTimeFormatter::try_new(locale.into(), minute)?,
        })
    }

    /// Day, month and year.
    fn day(&self, time: &str) -> Option<String> {
        Some(self.day.format(&parse(time)?.date).to_string())
    }

    /// The same with hour and minute.
    fn minute(&self, time: &str) -> Option<String> {
        Some(format!("{} UTC", self.minute.format(&parse(time)?)))
    }
}

/// A time of the protocol (RFC 3339).
fn parse(time: &str) -> Option<DateTime<Iso>> {
    let time = OffsetDateTime::parse(time, &Rfc3339).ok()?;
    Some(DateTime {
        date: Date::try_new_iso(time.year(), time.month().into(), time.day()).ok()?,
        time: Time::try_new(time.hour(), time.minute(), time.second(), 0).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preferred(value: &str) -> &'static str {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, value.parse().unwrap());
        Language::preferred(&headers).tag()
    }

    #[test]
    fn a_language_is_found_by_its_beginning() {
        let of = |tag| Language::of(Some(tag)).tag();
        assert_eq!(of("de"), "de");
        assert_eq!(of("DE-at"), "de");
        assert_eq!(of("den"), "en");
        assert_eq!(of("d"), "en");
        assert_eq!(of("ä"), "en");
        assert_eq!(of("en-US"), "en");
        assert_eq!(of("tlh"), "en");
        assert_eq!(Language::of(None).tag(), "en");
    }

    #[test]
    fn a_region_has_its_own_times() {
        let of = |tag| Language::of(Some(tag)).regional(Some(tag));
        assert_eq!(of("de-AT"), "de-AT");
        assert_eq!(of("de_at"), "de-AT");
        assert_eq!(of("de"), "de");
        assert_eq!(of("de-\""), "de");
        assert_eq!(of("en-GB"), "en");
        assert_eq!(of("tlh"), "en");
        assert_eq!(Language::of(Some("ar")).regional(None), "ar");
    }

    #[test]
    fn a_browser_has_its_order() {
        assert_eq!(preferred("de-DE,de;q=0.9,en;q=0.8"), "de");
        assert_eq!(preferred("tlh, ar;q=0.4, de;q=0.7"), "de");
        assert_eq!(preferred("en-GB, de;q=0.9"), "en");
        assert_eq!(preferred("de;q=0, tlh, *;q=0.1"), "en");
        assert_eq!(preferred("de;q=x"), "en");
        assert_eq!(preferred(""), "en");
    }

    #[test]
    fn times_and_numbers_are_of_the_language() {
        let told = |tag| {
            let i18n = Language::of(Some(tag)).i18n();
            let time = "2026-11-24T08:05:09.000Z";
            (
                i18n.ago(time, 0.0),
                i18n.exact(time),
                i18n.count(Msg::CommentCount, 3),
            )
        };
        let expected = |day: &str, minute: &str, count: &str| {
            (day.to_owned(), minute.to_owned(), count.to_owned())
        };
        assert_eq!(
            told("en"),
            expected(
                "24 November 2026",
                "24 November 2026 at 08:05 UTC",
                "3 comments"
            )
        );
        assert_eq!(
            told("de"),
            expected(
                "24. November 2026",
                "24. November 2026 um 08:05 UTC",
                "3 Kommentare"
            )
        );
        let (day, minute, count) = told("ar");
        assert_eq!(
            (day.as_str(), count.as_str()),
            ("24 نوفمبر 2026", "3 تعليقات")
        );
        assert!(minute.ends_with(" UTC"), "{minute}");
    }

    #[test]
    fn what_is_put_in_braces_stays_as_it_is() {
        let english = Language::of(None);
        let fields = [("name", "{title}"), ("title", "A } b")];
        let said = english.say_with(Words::MailAnswer, &fields);
        assert_eq!(said, "{title} answered you: A } b");
    }

    #[test]
    fn what_is_no_time_stays_as_it_is() {
        let i18n = Language::of(None).i18n();
        assert_eq!(i18n.exact("yesterday"), "yesterday");
    }

    /// Languages that must have all words; when it is empty, all. The widget's test of its own
    /// messages (`src/i18n/locales.rs`) has the same.
    const WHOLE: &[&str] = &[];

    /// The files have the words of the server's pages, no more and no less.
    #[test]
    fn every_language_has_all_words() {
        let asked = std::env::var("AFTERWORD_LANGUAGE").ok();
        let keys = Words::ALL.iter().map(|words| words.key());
        let mut wanted: Vec<&str> = keys.collect();
        wanted.sort_unstable();
        let mut report = Vec::new();
        for Language { tag, texts } in LANGUAGES.iter().filter(|language| language.tag != "en") {
            for key in texts.keys().filter(|key| key.starts_with("page-")) {
                if !wanted.contains(&key.as_str()) {
                    report.push(format!("locales/{tag}.json: nothing says \"{key}\""));
                }
            }
            let is_whole = WHOLE.is_empty() || WHOLE.contains(&tag.as_str());
            if !is_whole && asked.as_ref() != Some(tag) {
                continue;
            }
            for words in Words::ALL {
                let (key, english) = (words.key(), words.english());
                if !texts.contains_key(key) {
                    report.push(format!(
                        "locales/{tag}.json: missing: \"{key}\": {english:?},"
                    ));
                }
            }
        }
        assert!(report.is_empty(), "\n{}\n", report.join("\n"));
    }

    /// The forms by number that docs/languages.md tells translators are those of CLDR.
    #[test]
    fn the_forms_of_every_language_are_known() {
        let document = include_str!("../../../docs/languages.md");
        let mut rows = 0;
        let mut unknown = Vec::new();
        for row in document.lines().filter(|line| line.starts_with("| `")) {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let tag = cells[1].trim_matches('`');
            let locale: Locale = tag.parse().unwrap();
            let rules = PluralRules::try_new_cardinal(locale.into()).unwrap();
            let numbers: Vec<PluralCategory> =
                (0..1000_u32).map(|n| rules.category_for(n)).collect();
            let order = [
                PluralCategory::Zero,
                PluralCategory::One,
                PluralCategory::Two,
                PluralCategory::Few,
                PluralCategory::Many,
            ];
            let forms = order.into_iter().filter_map(|category| {
                let name = category_name(category);
                let of_it: Vec<usize> = (0..1000).filter(|n| numbers[*n] == category).collect();
                match of_it[..] {
                    [] => None,
                    [number] => Some(format!("`{name}={number}`")),
                    _ => Some(format!("`{name}`")),
                }
            });
            let forms: Vec<String> = forms.collect();
            // What is only for fractions and millions is in parentheses.
            let told = cells[5].split(" (").next().unwrap_or_default();
            // Swiss German and others have no rules here, though browsers have them; Vietnamese has
            // had another form of late, which browsers don't ask for, and does without it.
            if (forms.is_empty() && !told.is_empty()) || tag == "vi" {
                unknown.push(tag);
                continue;
            }
            assert_eq!(told, forms.join(" "), "{tag}");
            rows += 1;
        }
        assert!(rows > 36 && unknown.len() < 4, "{rows}, {unknown:?}");
    }

    #[test]
    fn a_sentence_instead_of_the_widget_s_stands_for_one() {
        for words in Words::ALL {
            let Some(of_widget) = words.key().strip_prefix("page-fail-") else {
                continue;
            };
            let of_widget = ["fail-", of_widget].concat();
            assert!(
                Msg::ALL.iter().any(|msg| msg.key() == of_widget),
                "{of_widget}"
            );
        }
    }
}
