//! What mails say.

use std::error::Error;

use afterword::i18n::Msg;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use url::Url;
use url::form_urlencoded::Serializer;

use super::Mailer;
use super::draw::{Block, Written, html, one_line, text};
use crate::domain::{Purpose, plain};
use crate::http::{Context, Language, Words};
use crate::store::{self, CONFIRM_WITHIN, Letter, LoginRow, Quoted};

macro_rules! fixed_header {
    ($(#[doc = $doc:literal])+ $type:ident: $name:literal = $value:literal) => {
        $(#[doc = $doc])+
        #[derive(Clone)]
        pub(super) struct $type;

        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }

            fn parse(_: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
                Ok(Self)
            }

            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), $value.to_owned())
            }
        }
    };
}

fixed_header! {
    /// No person wrote it: whoever is away needs not say so (RFC 3834).
    Automatic: "Auto-Submitted" = "auto-generated"
}

fixed_header! {
    /// One click is enough (RFC 8058).
    OneClick: "List-Unsubscribe-Post" = "List-Unsubscribe=One-Click"
}

/// Where one click ends such mails (RFC 2369, section 3.2).
#[derive(Clone)]
pub(super) struct Leave(pub(super) String);

impl Header for Leave {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(value: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self(value.trim_matches(['<', '>']).to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), format!("<{}>", self.0))
    }
}

/// A mail that says nothing but that it works.
pub(super) fn test(base: &str) -> Written {
    let english = Language::of(None);
    let subject = "Afterword can send mail".to_owned();
    let blocks = [Block::Line(format!(
        "This mail was sent by the comment server of {base}, whose owner wanted to see whether that works."
    ))];
    Written {
        text: text(&blocks),
        html: html(english, &subject, &blocks),
        subject,
        leave: None,
        about: None,
    }
}

/// What people know a site by: the host of its page, or the server's own.
pub(crate) fn host_of(url: Option<&str>, base: &str) -> String {
    let host = |url: &str| Url::parse(url).ok()?.host_str().map(str::to_owned);
    url.and_then(host)
        .or_else(|| host(base))
        .unwrap_or_default()
}

/// Where a comment is: in its article, or else on our own page.
fn address_of(comment: &Quoted, base: &str) -> String {
    let article = comment.url.as_deref().and_then(|url| Url::parse(url).ok());
    let anchor = ["comment-", &comment.id].concat();
    match article {
        Some(mut url) => {
            url.set_fragment(Some(&anchor));
            url.into()
        }
        None => {
            let mut query = Serializer::new(String::new());
            query.append_pair("comment", &comment.id);
            format!("{base}/thread?{}#{anchor}", query.finish())
        }
    }
}

/// What a page is called.
fn title_of(comment: &Quoted, host: &str) -> String {
    comment.title.clone().unwrap_or_else(|| host.to_owned())
}

impl Context {
    /// A letter with its address; none when there is nothing left to say, or nobody to say it to.
    pub(super) async fn write(
        &self,
        mailer: &Mailer,
        letter: &Letter,
    ) -> Result<Option<(String, Written)>, store::Error> {
        match letter {
            Letter::Confirm { claim } => self.write_confirm(mailer, *claim).await,
            Letter::Answers { address, answers } => {
                self.write_answers(mailer, *address, answers).await
            }
            Letter::SignIn { login } => self.write_sign_in(mailer, *login).await,
            Letter::Concerns { user, comments } => {
                self.write_concerns(mailer, user, comments).await
            }
        }
    }

    /// What the page is known by that waits for a reader to sign in. A program can say that it is any
    /// page: only what the owner of the site has named is told.
    pub(crate) fn host_of_login(&self, waiting: &LoginRow, base: &str) -> String {
        let site = self.sites.named(Some(&waiting.site));
        let is_named = site
            .is_some_and(|site| !site.origins.are_open() && site.origins.allow(&waiting.origin));
        host_of(is_named.then_some(waiting.origin.as_str()), base)
    }

    /// The address of a page that a link in a mail opens.
    pub(super) fn way(&self, mailer: &Mailer, path: &str, language: &str, token: &str) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs([("lang", language), ("link", token)]);
        format!("{}/mail/{path}?{}", mailer.base(), query.finish())
    }

    async fn write_confirm(
        &self,
        mailer: &Mailer,
        id: i64,
    ) -> Result<Option<(String, Written)>, store::Error> {
        let claim = self.store.claim(id).await?;
        let comment = self.store.latest_of(id).await?;
        let (Some(claim), Some(comment)) = (claim, comment) else {
            return Ok(None);
        };
        if claim.is_confirmed {
            return Ok(None);
        }
        let language = Language::of(Some(&claim.language));
        // Nothing that whoever typed the address could have written: it may be somebody else's.
        let host = host_of(comment.url.as_deref(), mailer.base());
        let until = self.clock.now() + CONFIRM_WITHIN;
        let token = self
            .store
            .sign_link(Purpose::Confirm, &id.to_string(), until);
        let blocks = [
            Block::Line(language.say_with(Words::MailConfirm, &[("host", &host)])),
            Block::Way {
                label: language.say(Words::MailConfirmYes).to_owned(),
                address: self.way(mailer, "confirm", language.tag(), &token),
            },
            Block::Line(language.say(Words::MailConfirmElse).to_owned()),
        ];
        let subject = language.say(Words::MailConfirmSubject).to_owned();
        let written = Written {
            text: text(&blocks),
            html: html(language, &subject, &blocks),
            subject,
            leave: None,
            about: None,
        };
        Ok(Some((claim.email, written)))
    }

    async fn write_sign_in(
        &self,
        mailer: &Mailer,
        login: i64,
    ) -> Result<Option<(String, Written)>, store::Error> {
        let waiting = self.store.waiting_login(login, self.clock.now()).await?;
        let Some(waiting) = waiting.filter(|waiting| !waiting.is_confirmed) else {
            return Ok(None);
        };
        let language = Language::of(Some(&waiting.language));
        // Nothing that whoever typed the address could have written: it may be somebody else's.
        let host = self.host_of_login(&waiting, mailer.base());
        let token = self
            .store
            .sign_link(Purpose::SignIn, &login.to_string(), waiting.expires);
        let blocks = [
            Block::Line(language.say_with(Words::LoginMail, &[("host", &host)])),
            Block::Way {
                label: language.message(Msg::SignIn).to_owned(),
                address: self.way(mailer, "sign-in", language.tag(), &token),
            },
            Block::Line(language.say(Words::MailConfirmElse).to_owned()),
        ];
        let subject = language.say_with(Words::LoginSubject, &[("host", &host)]);
        let subject = one_line(&subject);
        let written = Written {
            text: text(&blocks),
            html: html(language, &subject, &blocks),
            subject,
            leave: None,
            about: None,
        };
        Ok(Some((waiting.email, written)))
    }

    async fn write_answers(
        &self,
        mailer: &Mailer,
        address: i64,
        answers: &[String],
    ) -> Result<Option<(String, Written)>, store::Error> {
        let reader = self.store.reader(address).await?;
        let Some(reader) = reader.filter(|reader| reader.is_confirmed) else {
            return Ok(None);
        };
        let answers = self.store.answers(address, answers).await?;
        let Some((_, first)) = answers.first() else {
            return Ok(None);
        };
        let language = Language::of(Some(&reader.language));
        let host = host_of(first.url.as_deref(), mailer.base());
        let title = title_of(first, &host);
        let name_of = |comment: &Quoted| {
            let name = comment.author.as_deref();
            name.unwrap_or(language.message(Msg::Anonymous)).to_owned()
        };
        let subject = match answers.as_slice() {
            [(_, only)] => {
                let fields = [("name", name_of(only)), ("title", title)];
                let fields = fields
                    .each_ref()
                    .map(|(name, value)| (*name, value.as_str()));
                language.say_with(Words::MailAnswer, &fields)
            }
            _ => language.say_with(Words::MailAnswers, &[("title", &title)]),
        };
        let mut blocks = Vec::new();
        let mut quoted = None;
        for (parent, answer) in &answers {
            if quoted != Some(&parent.id) {
                quoted = Some(&parent.id);
                blocks.push(Block::Line(language.say(Words::MailYouSaid).to_owned()));
                blocks.push(Block::Quote(plain(&parent.html)));
            }
            let said = language.say_with(Words::MailSaid, &[("name", &name_of(answer))]);
            blocks.push(Block::Line(said));
            blocks.push(Block::Quote(plain(&answer.html)));
            blocks.push(Block::Way {
                label: language.say(Words::MailShow).to_owned(),
                address: address_of(answer, mailer.base()),
            });
        }
        let way = |purpose, path, subject: &str| {
            let token = self.store.sign_link(purpose, subject, 0);
            self.way(mailer, path, language.tag(), &token)
        };
        let subject_of_leave = format!("{address}-{}", first.page_id);
        let leave = way(Purpose::Leave, "leave", &subject_of_leave);
        let manage = way(Purpose::Manage, "manage", &address.to_string());
        blocks.push(Block::Foot {
            why: Some(language.say_with(Words::MailWhy, &[("host", &host)])),
            ways: vec![
                (language.say(Words::MailLeave).to_owned(), leave.clone()),
                (language.say(Words::MailManage).to_owned(), manage),
            ],
        });
        let subject = one_line(&subject);
        let written = Written {
            text: text(&blocks),
            html: html(language, &subject, &blocks),
            subject,
            leave: Some(leave),
            about: Some(self.store.mail_id(&["thread:", &subject_of_leave].concat())),
        };
        Ok(Some((reader.email, written)))
    }
}
