//! The threads that are measured: the same in every run, of texts as readers write them.

use std::fmt::Write;

use afterword_e2e::Server;
use afterword_protocol::{API_PREFIX, Created, NewComment};
use anyhow::{Context, Result, ensure};

/// The comments of a thread, by its roots and the replies to each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Thread {
    roots: usize,
    replies: usize,
    /// The most roots in one portion.
    portion: usize,
}

impl Thread {
    /// All of its 5,000 comments are on the page at once.
    pub(crate) const FULL: Self = Self::of(200, 24, 200);

    /// 20,000 comments, in portions larger than those that a page gets that asks for none of its own.
    pub(crate) const LONG: Self = Self::of(1000, 19, 50);

    /// A portion has 200 roots at most: of the first three, the whole thread is one.
    pub(crate) const ALL: [Self; 4] = [
        Self::of(50, 1, 200),
        Self::of(200, 4, 200),
        Self::FULL,
        Self::LONG,
    ];

    const fn of(roots: usize, replies: usize, portion: usize) -> Self {
        Self {
            roots,
            replies,
            portion,
        }
    }

    /// The most roots that its page asks for at once.
    pub(crate) fn portion(self) -> usize {
        self.portion
    }

    /// How many comments are in the first portion.
    pub(crate) fn shown(self) -> usize {
        self.roots.min(self.portion) * (1 + self.replies)
    }

    /// How many comments it has.
    pub(crate) fn comments(self) -> usize {
        self.roots * (1 + self.replies)
    }

    /// The key of its page.
    pub(crate) fn page(self) -> String {
        format!("/{}", self.comments())
    }

    /// Posts all of its comments. The id is that of the last reply to the first root: where the
    /// newest come first, nothing is further away.
    pub(crate) async fn post(self, server: &Server) -> Result<String> {
        let client = reqwest::Client::new();
        let mut writer = Writer::default();
        let mut deepest = None;
        for _ in 0..self.roots {
            let root = self.send(&client, server, &mut writer, None).await?;
            let mut last = root.clone();
            for index in 0..self.replies {
                // A third of them answer the root, the others the reply before: up to three deep.
                let parent = if index % 3 == 0 { &root } else { &last };
                last = self
                    .send(&client, server, &mut writer, Some(parent))
                    .await?;
            }
            deepest.get_or_insert(last);
        }
        deepest.context("a thread without a root")
    }

    async fn send(
        self,
        client: &reqwest::Client,
        server: &Server,
        writer: &mut Writer,
        parent: Option<&String>,
    ) -> Result<String> {
        let comment = NewComment {
            page: self.page(),
            parent: parent.cloned(),
            author: writer.author().map(str::to_owned),
            text: writer.text()?,
            ..NewComment::default()
        };
        let answer = client
            .post(format!("{}{API_PREFIX}/comments", server.url()))
            .json(&comment)
            .send()
            .await?;
        let status = answer.status();
        let body = answer.text().await?;
        ensure!(
            status.is_success(),
            "the server answered {status}: {body}\n{}",
            comment.text
        );
        let created: Created = serde_json::from_str(&body).context(body)?;
        Ok(created.comment.id)
    }
}

const NAMES: &[&str] = &[
    "Ann",
    "Jörg Weiß",
    "M. Okonkwo",
    "tidewaiter",
    "Harbour Cat",
    "Łucja",
    "Prof. Dunmore",
    "reader_1987",
    "Ngozi",
    "سلمى",
    "Old Tom",
    "Eva from the bakery",
    "q",
    "Sanjay P.",
    "日向",
    "The other Ann",
];

const SENTENCES: &[&str] = &[
    "I have lived on that street for thirty years and never once saw the lamps fail.",
    "Thank you for this.",
    "The second paragraph says what nobody at the meeting would say aloud.",
    "My daughter counted the stars from our balcony and got to **forty**.",
    "That isn't how the harbour office works, though: they ask the port first, and the port asks nobody.",
    "Who pays for it?",
    "It was the same in our town, only that it took two winters and a lawsuit before anybody listened.",
    "Could you add a map?",
    "The figures are from 2019, aren't they, and a good deal has been built since then.",
    "I was against it at first and am for it now, which the people who were for it at first find _suspicious_.",
    "One thing is missing: the ferry has to find the quay, and it does so by exactly the lights that were switched off.",
    "Yes.",
    "There is a good book about it in the town library, third shelf on the left, if it has come back by now.",
    "We measured it ourselves with a cheap sensor on the roof, and it came out at about a fifth of what it had been.",
    "I'd rather read a week late and have it right.",
    "No bird has hit our windows this autumn.",
    "Whoever wrote the headline hasn't read the article.",
    "See https://example.org/harbour/lamps for the minutes of that meeting, page four and onwards.",
    "For those who ask: it costs less than the fountain did, and the fountain never worked.",
    "I don't agree, but it is well put.",
    "As long as the path behind the school is lit, I don't mind what becomes of the car park.",
    "It reminds me of the power cut of 1978, when the whole valley stood in the road and looked up.",
];

const EMOJI: &[&str] = &["🙂", "👏🏽", "🌌", "💡", "🇳🇴", "👩‍👩‍👧", "🤔"];

const CODE: &str =
    "```\nlux = sensor.read()\nif lux > 0.3 and hour >= 23:\n    print(\"too bright\", lux)\n```";

/// Writes one comment after the other, always the same ones.
#[derive(Default)]
pub(crate) struct Writer {
    state: u64,
}

impl Writer {
    /// A number below that one. An LCG with the constants of Knuth's MMIX; its upper bits are good.
    fn below(&mut self, bound: usize) -> usize {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as usize % bound
    }

    fn any(&mut self, of: &'static [&'static str]) -> &'static str {
        of[self.below(of.len())]
    }

    /// One in five gives no name.
    fn author(&mut self) -> Option<&'static str> {
        (self.below(5) > 0).then(|| self.any(NAMES))
    }

    /// One to five sentences, often in two paragraphs; one in six quotes, one in eight has emoji,
    /// one in fifteen code.
    pub(crate) fn text(&mut self) -> Result<String> {
        let mut text = String::new();
        if self.below(6) == 0 {
            write!(text, "> {}\n\n", self.any(SENTENCES))?;
        }
        let sentences = 1 + self.below(5);
        for index in 0..sentences {
            text.push_str(self.any(SENTENCES));
            text.push_str(if index % 3 == 2 { "\n\n" } else { " " });
        }
        if self.below(8) == 0 {
            text.push_str(self.any(EMOJI));
        }
        if self.below(15) == 0 {
            write!(text, "\n\n{CODE}")?;
        }
        Ok(text)
    }
}
