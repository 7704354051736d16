//! The mail that tells a moderator of comments that wait for them.

use afterword::i18n::Msg;

use super::Mailer;
use super::draw::{Block, Written, html, one_line, text};
use super::host_of;
use crate::domain::{Purpose, plain};
use crate::http::{Context, Language, Words};
use crate::store;

/// For how long links act without anybody signing in, in milliseconds.
const ACT_WITHIN: i64 = 7 * 24 * 60 * 60 * 1000;

/// What links do, each with what it is called.
const DEEDS: [Purpose; 3] = [Purpose::Approve, Purpose::Spam, Purpose::Delete];

/// What a deed is called.
pub(crate) fn called(language: &Language, purpose: Purpose) -> &str {
    match purpose {
        Purpose::Spam => language.say(Words::MailSpam),
        Purpose::Delete => language.message(Msg::Delete),
        _ => language.say(Words::MailApprove),
    }
}

impl Context {
    pub(super) async fn write_concerns(
        &self,
        mailer: &Mailer,
        user: &str,
        comments: &[String],
    ) -> Result<Option<(String, Written)>, store::Error> {
        let Some(recipient) = self.store.recipient(user).await? else {
            return Ok(None);
        };
        let mut concerns = Vec::new();
        for comment in comments {
            let Some(concern) = self.store.concern(comment).await? else {
                continue;
            };
            // The queue may have waited for days.
            if self.moderator_of(user, &concern.site).await?.is_some() {
                concerns.push(concern);
            }
        }
        let Some(first) = concerns.first() else {
            return Ok(None);
        };
        let language = Language::of(Some(&recipient.language));
        let host = host_of(first.url.as_deref(), mailer.base());
        let subject = one_line(&language.say_with(Words::MailWaits, &[("host", &host)]));
        let until = self.clock.now() + ACT_WITHIN;
        let mut blocks = Vec::new();
        for concern in &concerns {
            let name = concern.author.as_deref();
            let name = name.unwrap_or(language.message(Msg::Anonymous));
            let title = concern.title.as_deref().unwrap_or(&concern.key);
            let words = match concern.kind.as_str() {
                "held" => Words::MailHeld,
                _ => Words::MailReported,
            };
            let fields = [("name", name), ("title", title)];
            blocks.push(Block::Line(language.say_with(words, &fields)));
            blocks.push(Block::Quote(plain(&concern.html)));
            let ways = DEEDS.iter().map(|purpose| {
                let subject = format!("{}-{user}", concern.id);
                let token = self.store.sign_link(*purpose, &subject, until);
                let path = ["decide/", purpose.name()].concat();
                let label = called(language, *purpose).to_owned();
                (label, self.way(mailer, &path, language.tag(), &token))
            });
            let place = format!("{}/admin#/comments?id={}", mailer.base(), concern.id);
            let show = (language.say(Words::ShowComment).to_owned(), place);
            blocks.push(Block::Ways(ways.chain([show]).collect()));
        }
        blocks.push(Block::Way {
            label: language.say(Words::MailQueue).to_owned(),
            address: [mailer.base(), "/admin"].concat(),
        });
        let token = self.store.sign_link(Purpose::Mute, user, 0);
        let mute = self.way(mailer, "mute", language.tag(), &token);
        blocks.push(Block::Foot {
            why: Some(language.say_with(Words::MailWhyModerator, &[("host", &host)])),
            ways: vec![(language.say(Words::MailLeaveAll).to_owned(), mute.clone())],
        });
        let written = Written {
            text: text(&blocks),
            html: html(language, &subject, &blocks),
            subject,
            leave: Some(mute),
            about: None,
        };
        Ok(Some((recipient.email, written)))
    }
}
