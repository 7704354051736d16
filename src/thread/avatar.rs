//! What stands for a person's face: letters and a colour, made of the name alone.

/// How many colours there are; `style/comment.css` has them.
const HUES: u32 = 6;

/// Scripts that have initials end before that: Latin, Greek, Cyrillic. Elsewhere two letters would
/// join to a word, or be one already.
const WITH_INITIALS: char = '\u{530}';

/// The initials of a name: of its first and of its last word, where the script has such.
#[must_use]
pub fn initials(name: &str) -> String {
    let first = |word: &str| word.chars().find(|c| !c.is_ascii_punctuation());
    let mut letters = name.split(' ').filter_map(first);
    let mut initials = String::new();
    // A name of marks alone has at least a first one.
    let Some(letter) = letters.next().or_else(|| name.chars().next()) else {
        return initials;
    };
    initials.push(letter);
    if letter < WITH_INITIALS
        && let Some(last) = letters.next_back()
        && last < WITH_INITIALS
    {
        initials.push(last);
    }
    initials
}

/// The number of a name's colour. The same on a server and in every browser.
#[must_use]
pub fn hue(name: &str) -> u32 {
    let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let hash = name.bytes().fold(0x811c_9dc5, mix);
    // The lower bits alone repeat too soon.
    (hash ^ (hash >> 15)) % HUES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_its_initials() {
        let cases = [
            ("Ada", "A"),
            ("Ada Lovelace", "AL"),
            ("ada king  lovelace", "al"),
            ("<i>Ada</i>", "i"),
            ("Ольга Кобилянська", "ОК"),
            ("أبو بكر", "أ"),
            ("村上 春樹", "村"),
            ("Ada 春樹", "A"),
            ("💪 strong", "💪"),
            ("...", "."),
            ("", ""),
        ];
        for (name, expected) in cases {
            assert_eq!(initials(name), expected, "{name}");
        }
    }

    #[test]
    fn names_have_all_the_colours() {
        let names = [
            "Ada", "Grace", "Marit", "Oksana", "Pelle", "Anna", "Bob", "Eve", "Zoe", "Li", "Kim",
            "Maria",
        ];
        let mut hues: Vec<_> = names.map(hue).into();
        hues.sort_unstable();
        hues.dedup();
        assert_eq!(hues.len(), HUES as usize, "{hues:?}");
    }
}
