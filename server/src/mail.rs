//! Mails: what is in the queue is sent, one after the other, beside whatever the server answers.

mod concerns;
mod draw;
mod letter;

use std::time::Duration;

use afterword_protocol::admin::{Obstacle, ObstacleKind, Tried};
use lettre::message::{Mailbox, Message, MultiPart};
use lettre::transport::smtp::{self, PoolConfig};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use tokio::sync::Notify;

use crate::app::chain;
use crate::config::{Config, Mail as Settings};
use crate::http::{Context, Shared};
use crate::store::{self, Ending, Letter, Mail};
pub(crate) use concerns::called;
use draw::Written;
pub(crate) use letter::host_of;

/// How often the queue is looked at.
const INTERVAL: Duration = Duration::from_secs(1);
/// For how long an SMTP server is left in peace that can't be had, in milliseconds.
const SHUT: i64 = 30_000;
/// Longest answer of an SMTP server that is kept, in characters.
const LONGEST: usize = 500;
/// How long the SMTP server may take for a step.
const PATIENCE: Duration = Duration::from_secs(20);
/// After how many seconds a mail is tried again: some four days in all.
const RETRIES: [i64; 10] = [
    60, 300, 900, 3_600, 10_800, 21_600, 43_200, 86_400, 86_400, 86_400,
];

/// How an SMTP server says that there is no such mailbox.
pub(crate) const NOBODY: &str = " 5.1.";

/// What sends mails.
pub(crate) struct Mailer {
    settings: Settings,
    transport: AsyncSmtpTransport<Tokio1Executor>,
    stop: Notify,
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// No SMTP server is named.
    #[error("no SMTP server is named: set smtp-url, mail-from and public-url")]
    NotSet,
    /// This is no address.
    #[error("{0:?} is no e-mail address")]
    Address(String),
    /// It can't be written.
    #[error("the mail can't be written: {0}")]
    Message(#[from] lettre::error::Error),
    /// The SMTP server didn't take it, or can't be reached.
    #[error("{}", chain(.0))]
    Smtp(#[from] smtp::Error),
}

impl MailError {
    /// Whether it would fail the same way again.
    fn is_final(&self) -> bool {
        /// Answers about this very mail, or its address (RFC 5321, section 4.2.3; RFC 7504). Others
        /// are about us: a wrong password is put right sooner or later.
        const REFUSALS: [u16; 7] = [521, 550, 551, 552, 553, 554, 556];
        match self {
            Self::Smtp(error) => {
                let code = error.status().map(u16::from);
                code.is_some_and(|code| REFUSALS.contains(&code))
            }
            _ => true,
        }
    }

    /// Whether nobody is there: the mailbox, and not what is written to it (RFC 3463, 3.2; an answer like
    /// "550 5.1.1 no such user").
    fn is_to_nobody(&self) -> bool {
        self.is_final() && matches!(self, Self::Smtp(error) if chain(error).contains(NOBODY))
    }

    /// What stood in the way.
    fn obstacle(&self) -> Obstacle {
        /// Answers about our own name and password (RFC 4954, section 6).
        const CREDENTIALS: [u16; 4] = [454, 530, 534, 535];
        let kind = match self {
            Self::Address(_) => ObstacleKind::Address,
            Self::Smtp(error) => match error.status().map(u16::from) {
                Some(code) if CREDENTIALS.contains(&code) => ObstacleKind::Credentials,
                Some(code) => return Obstacle::answered(code),
                None if error.is_timeout() => ObstacleKind::Late,
                None if error.is_client() || error.is_response() => ObstacleKind::Other,
                None => ObstacleKind::Unreachable,
            },
            Self::NotSet | Self::Message(_) => ObstacleKind::Other,
        };
        kind.into()
    }

    /// Whether the SMTP server itself can't be had, for this mail and for any other.
    fn is_of_the_way(&self) -> bool {
        /// It ends, or doesn't take us for who we are (RFC 5321, 4.2.3; RFC 4954, 6): who asks on and
        /// on with a wrong password is locked out.
        const SHUT: [u16; 6] = [421, 454, 530, 534, 535, 538];
        match self {
            Self::Smtp(error) => {
                let code = error.status().map(u16::from);
                code.is_none_or(|code| SHUT.contains(&code))
            }
            _ => false,
        }
    }
}

impl Mailer {
    pub(crate) fn new(settings: &Settings) -> Option<Self> {
        let pool = PoolConfig::new().max_size(1).idle_timeout(PATIENCE);
        let transport = settings.transport()?.timeout(Some(PATIENCE));
        Some(Self {
            settings: settings.clone(),
            transport: transport.pool_config(pool).build(),
            stop: Notify::new(),
        })
    }

    /// The server's own address.
    pub(crate) fn base(&self) -> &str {
        &self.settings.base
    }

    /// Ends [`run`] after the mail that is on its way.
    pub(crate) fn stop(&self) {
        self.stop.notify_one();
    }

    async fn send(&self, to: &str, id: &str, written: &Written) -> Result<String, MailError> {
        let address: Address = to.parse().map_err(|_| MailError::Address(to.to_owned()))?;
        let host = self.settings.from.email.domain();
        let mut message = Message::builder()
            .from(self.settings.from.clone())
            .to(Mailbox::new(None, address))
            .subject(&written.subject)
            .message_id(Some(format!("<{id}@{host}>")))
            .header(letter::Automatic);
        if let Some(about) = &written.about {
            let thread = format!("<{about}@{host}>");
            message = message.in_reply_to(thread.clone()).references(thread);
        }
        if let Some(leave) = &written.leave {
            message = message.header(letter::Leave(leave.clone()));
            message = message.header(letter::OneClick);
        }
        let parts = MultiPart::alternative_plain_html(written.text.clone(), written.html.clone());
        let answer = self.transport.send(message.multipart(parts)?).await?;
        let lines: Vec<&str> = answer.message().collect();
        Ok(format!("{} {}", answer.code(), lines.join(" ")))
    }

    async fn send_test(&self, address: &str) -> Result<String, MailError> {
        let id = format!("{:032x}", u128::from_le_bytes(crate::domain::random()));
        self.send(address, &id, &letter::test(self.base())).await
    }
}

/// Sends a user a mail at once that says nothing but that it works.
pub(crate) async fn try_mail(context: &Context, address: Option<&str>) -> Tried {
    let sent = match &context.mailer {
        Some(mailer) => mailer.send_test(address.unwrap_or_default()).await,
        None => Err(MailError::NotSet),
    };
    let failure = sent.err();
    let said = |failure: &MailError| without_addresses(&failure.to_string());
    Tried {
        taken: failure.is_none(),
        error: failure.as_ref().map(said),
        obstacle: failure.as_ref().map(MailError::obstacle),
    }
}

/// Sends a mail at once that says nothing but that it works; gives what the SMTP server answers.
///
/// # Errors
/// When it isn't taken.
pub async fn test_mail(config: &Config, address: &str) -> Result<String, MailError> {
    let mailer = config.mail.as_ref().and_then(Mailer::new);
    let mailer = mailer.ok_or(MailError::NotSet)?;
    let answer = mailer.send_test(address).await;
    // It has to say good-bye while there is a runtime.
    mailer.transport.shutdown().await;
    answer
}

/// Sends what is in the queue until [`Mailer::stop`].
pub(crate) async fn run(context: Shared) {
    let Some(mailer) = &context.mailer else {
        return;
    };
    let mut shut_until = i64::MIN;
    loop {
        tokio::select! {
            biased;
            () = mailer.stop.notified() => break,
            () = tokio::time::sleep(INTERVAL) => {}
        }
        if context.clock.now() < shut_until {
            continue;
        }
        match context.post_what_is_due(mailer).await {
            Ok(true) => {}
            Ok(false) => shut_until = context.clock.now() + SHUT,
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "the queue of mails can't be read"
            ),
        }
    }
    mailer.transport.shutdown().await;
}

/// What an SMTP server says, but for whom: it likes to say for whom it takes no mail, in its own way of
/// writing addresses.
fn without_addresses(answer: &str) -> String {
    let ends = |c: char| c.is_whitespace() || "<>()[]\"'`,;:=".contains(c);
    let mut said = String::new();
    let mut word = String::new();
    for c in answer.chars().take(LONGEST).chain([' ']) {
        if ends(c) {
            said.push_str(if word.contains('@') { "…" } else { &word });
            word.clear();
            said.push(c);
        } else {
            word.push(c);
        }
    }
    said.pop();
    said
}

impl Context {
    /// Sends what is due; false when the SMTP server can't be had.
    async fn post_what_is_due(&self, mailer: &Mailer) -> Result<bool, store::Error> {
        let delay = i64::from(mailer.settings.delay) * 1000;
        self.store.write_letters(self.clock.now(), delay).await?;
        self.store
            .write_to_moderators(self.clock.now(), delay)
            .await?;
        while let Some(mail) = self.store.due_mail(self.clock.now()).await? {
            if !self.post_mail(mailer, &mail).await? {
                return Ok(false);
            }
            if self.is_stopping.load(std::sync::atomic::Ordering::Relaxed) {
                break;
            }
        }
        Ok(true)
    }

    /// Tries to send a mail; false when the SMTP server can't be had.
    async fn post_mail(&self, mailer: &Mailer, mail: &Mail) -> Result<bool, store::Error> {
        let Some((to, written)) = self.write(mailer, &mail.letter).await? else {
            self.store
                .settle_mail(mail.id, Ending::Needless, self.clock.now())
                .await?;
            return Ok(true);
        };
        // The same however often it is tried: who gets it twice can see that.
        let id = self.store.mail_id(&mail.key);
        let sent = mailer.send(&to, &id, &written).await;
        let now = self.clock.now();
        let (ending, is_way_open) = match sent {
            Ok(_) => (Ending::Sent, true),
            Err(failure) => {
                if let Letter::Answers { address, .. } = mail.letter
                    && failure.is_to_nobody()
                {
                    self.store.nobody_is_at(address, now).await?;
                }
                let error = without_addresses(&failure.to_string());
                let wait = RETRIES.get(mail.tries as usize);
                let wait = wait.filter(|_| !failure.is_final());
                tracing::warn!(
                    mail = mail.id,
                    error,
                    again_in = wait,
                    "a mail was not sent"
                );
                let obstacle = failure.obstacle();
                let ending = match wait {
                    Some(seconds) => Ending::Later {
                        due: now + seconds * 1000,
                        error,
                        obstacle,
                    },
                    None => Ending::Dead { error, obstacle },
                };
                (ending, !failure.is_of_the_way())
            }
        };
        self.store.settle_mail(mail.id, ending, now).await?;
        Ok(is_way_open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_names_no_address() {
        for (answer, said) in [
            (
                "550 5.1.1 <Ada@EXAMPLE.org>: nobody",
                "550 5.1.1 <…>: nobody",
            ),
            ("no \"ada+x@example.org\", rcpt=ada@b", "no \"…\", rcpt=…"),
            ("\"@\" is no e-mail address", "\"…\" is no e-mail address"),
            ("451 later", "451 later"),
        ] {
            assert_eq!(without_addresses(answer), said);
        }
        assert_eq!(without_addresses(&"ä".repeat(900)).chars().count(), LONGEST);
    }
}
