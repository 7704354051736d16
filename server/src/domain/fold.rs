//! One spelling for what is read as the same.

use std::sync::LazyLock;

use icu_normalizer::ComposingNormalizerBorrowed;
use regex::Regex;

/// A text as filters read it, whatever its signs are made of: composed letters, full-width and mathematical
/// ones as the usual ones, nothing struck through, and the letters of other scripts in a word as those of
/// the script that the word is in.
///
/// Unicode's skeletons (UTS 39) go further: they take "modern" for "modem", too.
pub(crate) fn fold(text: &str) -> String {
    let text = ComposingNormalizerBorrowed::new_nfkc().normalize(text);
    let mut folded = String::with_capacity(text.len());
    let mut word = String::new();
    for sign in text.chars().filter(|sign| !is_decoration(*sign)) {
        if sign.is_alphabetic() {
            word.push(sign);
            continue;
        }
        push_word(&mut folded, &word);
        word.clear();
        folded.push(sign);
    }
    push_word(&mut folded, &word);
    folded
}

/// What is left of marks where there is no letter with them, and what Arabic words are written with or
/// without.
fn is_decoration(sign: char) -> bool {
    matches!(u32::from(sign),
        0x0300..=0x036f | 0x0483..=0x0489 | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x20d0..=0x20ff
        | 0xfe20..=0xfe2f | 0x0640 | 0x064b..=0x0652 | 0x0670)
}

fn push_word(folded: &mut String, word: &str) {
    let has_latin = word.contains(|sign: char| sign.is_ascii_alphabetic());
    if word.is_ascii() || !has_latin {
        return folded.push_str(word);
    }
    let as_latin = word.chars().map(|sign| match sign.is_ascii() {
        true => Some(sign),
        false => latin(sign).or_else(|| is_latin(sign).then_some(sign)),
    });
    // The Latin letters in it may be the ones that were put in.
    let as_cyrillic = || {
        word.chars().map(|sign| match sign.is_ascii() {
            true => cyrillic(sign),
            false => is_cyrillic(sign).then_some(sign),
        })
    };
    let other: Option<String> = as_latin.collect();
    let other = other.or_else(|| as_cyrillic().collect());
    folded.push_str(other.as_deref().unwrap_or(word));
}

fn is_latin(sign: char) -> bool {
    matches!(u32::from(sign), 0x00c0..=0x02af | 0x1e00..=0x1eff)
}

fn is_cyrillic(sign: char) -> bool {
    matches!(u32::from(sign), 0x0400..=0x052f)
}

/// Cyrillic letters, small and capital, and the Latin ones that they look like.
const CYRILLIC: [(char, char, char); 21] = [
    ('а', 'А', 'a'),
    ('в', 'В', 'b'),
    ('с', 'С', 'c'),
    ('ԁ', 'Ԁ', 'd'),
    ('е', 'Е', 'e'),
    ('һ', 'Һ', 'h'),
    ('н', 'Н', 'h'),
    ('і', 'І', 'i'),
    ('ј', 'Ј', 'j'),
    ('к', 'К', 'k'),
    ('ӏ', 'Ӏ', 'l'),
    ('м', 'М', 'm'),
    ('о', 'О', 'o'),
    ('р', 'Р', 'p'),
    ('ԛ', 'Ԛ', 'q'),
    ('ѕ', 'Ѕ', 's'),
    ('т', 'Т', 't'),
    ('ѵ', 'Ѵ', 'v'),
    ('ԝ', 'Ԝ', 'w'),
    ('х', 'Х', 'x'),
    ('у', 'У', 'y'),
];

/// Others that look like Latin ones.
const OTHERS: [(char, char); 36] = [
    ('α', 'a'),
    ('ɑ', 'a'),
    ('Α', 'a'),
    ('Β', 'b'),
    ('ϲ', 'c'),
    ('ε', 'e'),
    ('Ε', 'e'),
    ('ɡ', 'g'),
    ('Η', 'h'),
    ('հ', 'h'),
    ('ι', 'i'),
    ('Ι', 'i'),
    ('ɩ', 'i'),
    ('ϳ', 'j'),
    ('κ', 'k'),
    ('Κ', 'k'),
    ('Μ', 'm'),
    ('η', 'n'),
    ('Ν', 'n'),
    ('ո', 'n'),
    ('ο', 'o'),
    ('Ο', 'o'),
    ('օ', 'o'),
    ('ρ', 'p'),
    ('Ρ', 'p'),
    ('τ', 't'),
    ('Τ', 't'),
    ('υ', 'u'),
    ('ս', 'u'),
    ('ν', 'v'),
    ('ω', 'w'),
    ('χ', 'x'),
    ('Χ', 'x'),
    ('γ', 'y'),
    ('Υ', 'y'),
    ('Ζ', 'z'),
];

/// The Latin letter that a letter of another script looks like.
fn latin(sign: char) -> Option<char> {
    let cyrillic = CYRILLIC.iter();
    let mut cyrillic = cyrillic.filter(|(small, capital, _)| [*small, *capital].contains(&sign));
    let found = cyrillic.next().map(|(.., latin)| *latin);
    found.or_else(|| {
        let mut others = OTHERS.iter().filter(|(other, _)| *other == sign);
        others.next().map(|(_, latin)| *latin)
    })
}

/// The Cyrillic letter that a Latin one looks like.
fn cyrillic(sign: char) -> Option<char> {
    let mut all = CYRILLIC.iter();
    let found = all.find(|(.., latin)| *latin == sign.to_ascii_lowercase());
    found.map(|(small, ..)| *small)
}

/// A text with the letters together that were set apart: `v.i.a.g.r.a`.
pub(crate) fn together(text: &str) -> String {
    let joined = APART.replace_all(text, |found: &regex::Captures<'_>| {
        let letters = found[0].chars().filter(|sign| sign.is_alphabetic());
        letters.collect::<String>()
    });
    joined.into_owned()
}

/// Four single letters or more, with little between them.
static APART: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?:\p{Alphabetic}[^\p{Alphabetic}\p{N}\p{M}\n]{1,3}){3,}\p{Alphabetic}\b")
        .unwrap_or_else(|error| unreachable!("the pattern is a constant: {error}"))
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_the_same_whatever_it_is_made_of() {
        for disguise in [
            "viagra",
            "vі\u{430}gr\u{430}",
            "νιagra",
            "ｖｉａｇｒａ",
            "𝐯𝐢𝐚𝐠𝐫𝐚",
            "ⓥⓘⓐⓖⓡⓐ",
            "v̶i̶a̶g̶r̶a̶",
            "v\u{20dd}iagra\u{489}",
        ] {
            assert_eq!(fold(disguise), "viagra", "{disguise}");
        }
        assert_eq!(fold("ѕаlе"), "sale");
        // The other way round.
        assert_eq!(fold("кaзинo"), "казино");
        assert_eq!(fold("cafe\u{301}"), "café");
        assert_eq!(fold("مـرحـبًا"), "مرحبا");
    }

    #[test]
    fn honest_words_stay_as_they_are() {
        for text in [
            "Übergrößenträger, naïve café",
            "Việt Nam có nhiều dấu",
            "Он сказал: нет",
            "Το άρθρο",
            "क्या हिन्दी में",
            "東京都 한국어 ไทย",
            "modern modem",
            "USB-кабель, ИИ и GPT",
            "λx.x",
        ] {
            assert_eq!(fold(text), text);
        }
    }

    #[test]
    fn letters_that_are_set_apart_are_together() {
        assert_eq!(together("buy v.i.a.g.r.a now"), "buy viagra now");
        assert_eq!(together("c a s i n o!"), "casino!");
        assert_eq!(together("к - а - з - и"), "кази");
        for text in [
            "I am a b.",
            "U.S.",
            "plan a, b, or c of 4",
            "a\nb\nc\nd",
            "",
        ] {
            assert_eq!(together(text), text);
        }
    }
}
