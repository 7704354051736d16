//! What a reader thinks of a comment, or of the article.
//!
//! In the browser it is a text of words with blanks between them: [`UP`] or [`DOWN`], and the names
//! of reactions. One button toggles one word.

use afterword_protocol::{Reaction, Thought, Vote};

/// The word of a vote up.
pub const UP: &str = "up";
/// The word of a vote down.
pub const DOWN: &str = "down";

fn words(thought: &str) -> impl Iterator<Item = &str> {
    thought.split(' ').filter(|word| !word.is_empty())
}

/// Whether the word is in the thought.
#[must_use]
pub fn thinks(thought: &str, word: &str) -> bool {
    words(thought).any(|it| it == word)
}

/// The thought with the word in it, or without it if it was. A vote takes the place of the other.
#[must_use]
pub fn toggled(thought: &str, word: &str) -> String {
    let other = match word {
        UP => DOWN,
        DOWN => UP,
        _ => "",
    };
    let is_in = thinks(thought, word);
    let mut new = String::new();
    let kept = words(thought).filter(|&it| it != word && it != other);
    for it in kept.chain((!is_in).then_some(word)) {
        if !new.is_empty() {
            new.push(' ');
        }
        new.push_str(it);
    }
    new
}

/// The thought as it goes over the wire.
#[must_use]
pub fn told(thought: &str) -> Thought {
    let mut told = Thought::default();
    for word in words(thought) {
        match word {
            UP => told.vote = Some(Vote::Up),
            DOWN => told.vote = Some(Vote::Down),
            name => told.reactions.push(name.to_owned()),
        }
    }
    told
}

/// What came over the wire, as it is in the browser.
#[must_use]
pub fn heard(thought: &Thought) -> String {
    let vote = thought.vote.map(|vote| match vote {
        Vote::Up => UP,
        Vote::Down => DOWN,
    });
    let names = thought.reactions.iter().map(String::as_str);
    let words: Vec<&str> = vote.into_iter().chain(names).collect();
    words.join(" ")
}

/// How many have given a reaction.
#[must_use]
pub fn given(reactions: &[Reaction], name: &str) -> u32 {
    let found = reactions.iter().find(|reaction| reaction.name == name);
    found.map_or(0, |reaction| reaction.count)
}

/// What all readers think, when one of them changes his mind.
pub struct Tally<'a> {
    /// Votes up.
    pub up: &'a mut u32,
    /// Votes down.
    pub down: &'a mut u32,
    /// Reactions.
    pub reactions: &'a mut Vec<Reaction>,
}

impl Tally<'_> {
    /// Counts what somebody thinks who has thought something else before.
    pub fn change(&mut self, before: &str, after: &str) {
        for word in words(before) {
            let count = self.count(word);
            *count = count.saturating_sub(1);
        }
        for word in words(after) {
            let count = self.count(word);
            *count = count.saturating_add(1);
        }
    }

    fn count(&mut self, word: &str) -> &mut u32 {
        match word {
            UP => self.up,
            DOWN => self.down,
            name => {
                let reactions = &mut *self.reactions;
                let found = reactions.iter().position(|it| it.name == name);
                let place = found.unwrap_or_else(|| {
                    reactions.push(Reaction {
                        name: name.to_owned(),
                        count: 0,
                    });
                    reactions.len() - 1
                });
                &mut reactions[place].count
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_comes_and_goes() {
        assert_eq!(toggled("", UP), "up");
        assert_eq!(toggled("up", UP), "");
        assert_eq!(toggled("up 😂", "😮"), "up 😂 😮");
        assert_eq!(toggled("up 😂 😮", "😂"), "up 😮");
    }

    #[test]
    fn there_is_one_vote() {
        assert_eq!(toggled("up 😂", DOWN), "😂 down");
        assert_eq!(toggled("down", UP), "up");
    }

    #[test]
    fn it_goes_over_the_wire() {
        let thought = told("😂 down ❤️");
        assert_eq!(thought.vote, Some(Vote::Down));
        assert_eq!(thought.reactions, ["😂", "❤️"]);
        assert_eq!(told(""), Thought::default());
        assert_eq!(heard(&thought), "down 😂 ❤️");
        assert_eq!(heard(&Thought::default()), "");
    }

    #[test]
    fn a_change_of_mind_is_counted() {
        let (mut up, mut down, mut reactions) = (3, 0, Vec::new());
        let mut tally = Tally {
            up: &mut up,
            down: &mut down,
            reactions: &mut reactions,
        };
        tally.change("up", "down 😂");
        tally.change("", "😂");
        assert_eq!((up, down, given(&reactions, "😂")), (2, 1, 2));
        // What was never counted can't be taken back.
        let mut tally = Tally {
            up: &mut up,
            down: &mut down,
            reactions: &mut reactions,
        };
        tally.change("❤️ down down", "");
        assert_eq!((down, given(&reactions, "❤️")), (0, 0));
    }
}
