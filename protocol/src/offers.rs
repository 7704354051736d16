//! What a backend does, so that a client offers just that. Each is a word; a client ignores those that
//! it doesn't know.

/// What a backend does that says nothing about it.
pub const USUAL: &str = "post reply name website edit delete preview newest oldest top discussed \
    unvote reactions search history report transfer";

/// What a backend does as well that sends authors mails.
pub const MAIL: &str = "email answers";

/// Each word with what it means, for the documentation.
pub const MEANINGS: &[(&str, &str)] = &[
    ("post", "comments can be posted"),
    ("reply", "and answered"),
    ("name", "a comment can have a name"),
    ("website", "a name can have a website"),
    (
        "email",
        "an author can leave an e-mail address, which readers are never shown",
    ),
    (
        "answers",
        "authors are told of answers by mail, once they have confirmed their address",
    ),
    ("name-required", "a comment must have a name"),
    ("email-required", "an author must leave an e-mail address"),
    ("edit", "authors can edit their comments"),
    ("delete", "authors can delete their comments"),
    ("unanswered", "both only as long as nobody has answered"),
    ("preview", "Markdown can be shown as it will look"),
    ("newest", "the order with the latest first"),
    ("oldest", "the order with the first first"),
    ("top", "the order by votes"),
    ("discussed", "the order by the number of answers"),
    ("unvote", "a vote can be taken back, or changed"),
    (
        "reactions",
        "the article and its comments can be reacted to",
    ),
    ("search", "the thread can be searched"),
    ("history", "earlier texts of a comment can be read"),
    ("report", "a comment can be reported"),
    ("transfer", "edit tokens can be taken to another device"),
    ("login", "readers can sign in"),
    (
        "setup",
        "comments could be posted, if the page were set up for it",
    ),
    ("local", "comments are kept in this browser alone"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_has_a_meaning() {
        for word in USUAL.split_whitespace().chain(MAIL.split_whitespace()) {
            assert!(MEANINGS.iter().any(|(known, _)| *known == word), "{word}");
        }
    }
}
