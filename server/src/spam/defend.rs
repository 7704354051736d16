//! What the defence says of a comment that somebody wants to post, or to change.

use afterword_protocol::ProblemKind;
use afterword_protocol::admin::FoundCode;

use super::likeness::{Likeness, Sketch};
use super::proof::Proven;
use super::pulse::Of;
use super::shape::{destination, links};
use super::{Defence, Subject, Whence, akismet, hook};
use crate::config::{ProofPolicy, SpamSettings};
use crate::domain::Shown;
use crate::error::{ApiError, Refusal};
use crate::http::Context;
use crate::screening::{Decision, Found, Submission, Verdict};

/// From how much distrust on everything from a network is held.
const DISTRUSTED: u32 = 6;
/// How often others may have said the same few words within the time.
const OFTEN: usize = 4;
/// From which score on a comment is held, and from which it is taken for spam.
const HELD: f64 = 0.9;
const SPAM: f64 = 0.995;
/// How many times as much work as was done makes new work necessary.
const OUTGROWN: u32 = 4;

/// What the checks of this module that need no waiting look at.
struct Sent<'a> {
    submission: &'a Submission<'a>,
    settings: &'a SpamSettings,
    whence: Whence<'a>,
    /// What readers would see.
    shown: Shown,
}

impl Context {
    /// Adds what the defence says of a comment.
    pub(crate) async fn defend(
        &self,
        submission: &Submission<'_>,
        verdict: &mut Verdict,
    ) -> Result<(), ApiError> {
        let settings = &submission.site.settings.spam;
        if !settings.on || !self.config.spam {
            return Ok(());
        }
        let sent = Sent {
            submission,
            settings,
            whence: submission.sender.whence(),
            shown: Shown::of(submission.html),
        };
        let mut found = Verdict::default();
        let site = submission.site.name.as_str();
        if let Some(before) = submission.before.unproven {
            look_for_new_links(&sent, before, &mut found);
        }
        if !submission.is_edit() {
            verdict.is_unproven =
                settings.proof != ProofPolicy::Off && !submission.signals.has_script;
            let proven = match self.defence.proven(&sent) {
                Ok(proven) => proven,
                Err(refusal) => {
                    let detail = refusal.detail.clone().unwrap_or_default();
                    verdict.reject("no-proof", refusal, detail);
                    return Ok(());
                }
            };
            self.defence.look_at_signals(&sent, proven, &mut found);
        }
        if settings.duplicates > 0 {
            self.remember_site(site, since(&sent)).await?;
            verdict.echo = Some(self.defence.look_for_echoes(&sent, &mut found));
        }
        self.defence.look_at_pulse(&sent, &mut found);
        if settings.classifier {
            self.classify(&sent, &mut found).await?;
        }
        self.defence.note(&sent, found.decision);
        verdict.take(found);
        self.ask_others(&sent, verdict).await;
        Ok(())
    }

    /// Reads what was said on a site of late, once.
    async fn remember_site(&self, site: &str, since: i64) -> Result<(), ApiError> {
        if !self.defence.echoes.knows(site) {
            let said = self.store.recent_texts(site, since).await?;
            self.defence.echoes.begin(site, said);
        }
        Ok(())
    }

    async fn classify(&self, sent: &Sent<'_>, found: &mut Verdict) -> Result<(), ApiError> {
        let Sent {
            submission,
            settings,
            ..
        } = sent;
        let words = (submission.html, submission.author, submission.website);
        let site = submission.site.name.as_str();
        let opinion = self.store.opinion(site, settings.shared, words).await?;
        if let Some(opinion) = opinion {
            let decision = match opinion.score {
                SPAM.. => Decision::Spam,
                HELD..SPAM => Decision::Hold,
                _ => return Ok(()),
            };
            found.add("classifier", decision, opinion.told());
        }
        Ok(())
    }

    /// Asks Akismet and the owner's own program, where there are such. Whatever goes wrong with them
    /// costs nobody a comment: it goes on by what is known without them.
    async fn ask_others(&self, sent: &Sent<'_>, verdict: &mut Verdict) {
        let Sent {
            submission,
            settings,
            ..
        } = sent;
        let akismet = &submission.site.settings.akismet;
        let asks_akismet = !akismet.api_key.is_empty();
        let asks_hook = !settings.hook.url.is_empty();
        if verdict.decision >= Decision::Spam || !(asks_akismet || asks_hook) {
            return;
        }
        let network = submission.sender.network.hash;
        let network: String = network.iter().map(|byte| format!("{byte:02x}")).collect();
        let subject = Subject {
            site: &submission.site.name,
            page: &submission.page.key,
            title: submission.page.title.as_deref(),
            url: submission.page.url.as_deref(),
            id: submission.id,
            parent: submission.parent,
            is_reply: submission.parent.is_some(),
            is_edit: submission.is_edit(),
            author: submission.author,
            website: submission.website,
            email: submission.email,
            text: submission.text,
            html: submission.html,
            address: submission.signals.address,
            network: Some(&network),
            user_agent: submission.signals.user_agent.as_deref(),
            referrer: submission.signals.referrer.as_deref(),
        };
        let outbound = &self.outbound;
        let by_akismet = async {
            match asks_akismet {
                true => Some(akismet::check(outbound, akismet, &subject).await),
                false => None,
            }
        };
        let by_hook = async {
            let hook = &settings.hook;
            let (decision, reasons) = (verdict.decision, &verdict.reasons);
            let now = submission.now;
            match asks_hook {
                true => Some(hook::ask(outbound, hook, &subject, decision, reasons, now).await),
                false => None,
            }
        };
        let (by_akismet, by_hook) = tokio::join!(by_akismet, by_hook);
        match by_akismet {
            Some(Ok(akismet::Answer::Surely)) => {
                let detail = "Akismet is sure that it is spam";
                let found = Found::new(FoundCode::AkismetSure, detail);
                verdict.add("akismet", Decision::Spam, found);
            }
            Some(Ok(akismet::Answer::Spam)) => {
                let found = Found::new(FoundCode::Akismet, "Akismet takes it for spam");
                verdict.add("akismet", Decision::Hold, found);
            }
            Some(Err(error)) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "Akismet is silent"
                );
                let silent = Found::quoted(format!("no answer: {error}"));
                verdict.add("akismet", Decision::Publish, silent);
            }
            Some(Ok(akismet::Answer::Good)) | None => {}
        }
        match by_hook {
            Some(Ok(Some((Decision::Reject, reason)))) => {
                let refusal = Refusal::new(ProblemKind::TextRefused);
                verdict.reject("hook", refusal, reason);
            }
            Some(Ok(Some((decision, reason)))) => {
                verdict.add("hook", decision, Found::quoted(reason));
            }
            Some(Err(error)) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the hook is silent"
                );
                let silent = Found::quoted(format!("no answer: {error}"));
                verdict.add("hook", Decision::Publish, silent);
            }
            Some(Ok(None)) | None => {}
        }
    }
}

impl Context {
    /// Tells Akismet what a moderator has found, where the owner has it asked: of comments, whether they are
    /// spam.
    pub(crate) async fn tell_akismet(&self, found: &[(String, bool)]) {
        for (id, is_spam) in found {
            let Ok(Some(detail)) = self.store.moderated_detail(id).await else {
                continue;
            };
            let comment = &detail.comment;
            let Some(site) = self.sites.named(Some(&comment.site)) else {
                continue;
            };
            let settings = &site.settings.akismet;
            let spam = &site.settings.spam;
            if settings.api_key.is_empty() || !spam.on || !self.config.spam {
                continue;
            }
            let subject = Subject {
                site: &comment.site,
                page: &comment.page,
                title: comment.page_title.as_deref(),
                url: comment.page_url.as_deref(),
                is_reply: comment.parent.is_some(),
                author: comment.author.as_deref(),
                website: comment.website.as_deref(),
                text: &comment.text,
                html: &comment.html,
                ..Subject::default()
            };
            if let Err(error) = akismet::tell(&self.outbound, settings, &subject, *is_spam).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "Akismet could not be told what a moderator has found"
                );
            }
        }
    }
}

fn since(sent: &Sent<'_>) -> i64 {
    let hours = i64::from(sent.settings.duplicates);
    sent.submission.now - hours * 60 * 60 * 1000
}

impl Defence {
    /// What the proof of work tells, if one is wanted; a refusal where it doesn't hold.
    fn proven(&self, sent: &Sent<'_>) -> Result<Option<Proven>, Refusal> {
        let Sent {
            submission,
            settings,
            whence,
            ..
        } = sent;
        let signals = submission.signals;
        let refuse = |detail: &str| Refusal::because(ProblemKind::ProofRequired, detail);
        if settings.proof == ProofPolicy::Off {
            return Ok(None);
        }
        if !signals.has_script {
            // A form that the server has shown for this comment tells when that was. It comes back to
            // whoever sends another, and is sent once more then.
            return match signals.elapsed_ms {
                Some(_) => Ok(None),
                None => Err(refuse(
                    "the form was not shown for this comment, or too long ago",
                )),
            };
        }
        let Some(proof) = &signals.proof else {
            return Err(refuse("GET /api/v1/challenge gives what is to be solved"));
        };
        let (site, now) = (&submission.site.name, submission.now);
        let key = signals.key.as_deref();
        let proven = self.proofs.take(proof, site, key, now).map_err(|error| {
            // What a restart has made worthless, nobody is blamed for.
            if !matches!(
                error,
                super::proof::Unproven::Foreign | super::proof::Unproven::Old
            ) {
                self.pulse.add_from(*whence, Of::Distrust, 1, now);
            }
            refuse(&error.to_string())
        })?;
        if self.distrust(*whence, now) >= proven.effort.saturating_mul(OUTGROWN) {
            return Err(refuse("more work is wanted by now"));
        }
        Ok(Some(proven))
    }

    /// How it was sent.
    fn look_at_signals(&self, sent: &Sent<'_>, proven: Option<Proven>, found: &mut Verdict) {
        let Sent {
            submission,
            settings,
            whence,
            shown,
        } = sent;
        let (signals, now) = (submission.signals, submission.now);
        if signals.honeypot {
            let detail = "a field was filled in that people don't see";
            let filled = Found::new(FoundCode::Honeypot, detail);
            found.add("honeypot", Decision::Spam, filled);
        }
        let elapsed = match proven {
            Some(proven) => Some(now - proven.issued),
            None => signals.elapsed_ms,
        };
        if let Some(elapsed) = elapsed
            && elapsed < i64::from(settings.seconds) * 1000
        {
            let detail = format!("written within {elapsed} milliseconds");
            #[expect(clippy::cast_precision_loss, reason = "seconds, and few of them")]
            let time = elapsed.max(0) as f64 / 1000.0;
            let fast = Found::new(FoundCode::TooFast, detail).with("time", time);
            found.add("too-fast", Decision::Hold, fast);
        }
        if signals.has_script || settings.proof == ProofPolicy::Off {
            return;
        }
        // Nobody has to run scripts; but who doesn't is looked at more closely.
        let links = leads(shown).len() + usize::from(submission.website.is_some());
        let challenges = self.pulse.count(Of::Challenges(&submission.site.name), now);
        let (code, detail) = if settings.proof == ProofPolicy::Always {
            let detail = "sent without a script, and so without a proof of work";
            (FoundCode::NoScript, detail)
        } else if links > 0 {
            let detail = "sent without a script, and with a link";
            (FoundCode::NoScriptLink, detail)
        } else if self.pulse.count_from(*whence, Of::Distrust, now) > 0 {
            let detail = "sent without a script, from a network that has sent spam";
            (FoundCode::NoScriptSpam, detail)
        } else if challenges >= super::AT_EASE {
            let detail =
                "sent without a script, while the site gets more comments than people write";
            (FoundCode::NoScriptRush, detail)
        } else {
            return;
        };
        found.add("no-proof", Decision::Hold, Found::new(code, detail));
    }

    /// Whether the like was said before. Remembers it.
    fn look_for_echoes(&self, sent: &Sent<'_>, found: &mut Verdict) -> u64 {
        let Submission { site, id, now, .. } = *sent.submission;
        let key = sent.submission.signals.key.as_deref();
        let sketch = Sketch::of(&sent.shown.all());
        let (is_short, is_long) = (sketch.is_short(), sketch.is_long());
        let (echo, number) = self
            .echoes
            .hear(&site.name, sketch, (id, key), since(sent), now);
        let hours = sent.settings.duplicates;
        let times = echo.times;
        let (code, what) = match echo.likeness {
            Some(Likeness::Same) if !is_short || times >= OFTEN => {
                (FoundCode::Same, "the same text")
            }
            Some(Likeness::Nearly) if is_long || times >= OFTEN => {
                (FoundCode::Alike, "nearly the same text")
            }
            _ => return number,
        };
        let detail = format!("{what} {times} times in {hours} hours");
        let echoed = Found::new(code, detail).with("n", times);
        let echoed = echoed.with("time", u64::from(hours) * 60 * 60);
        found.add("duplicate", Decision::Hold, echoed);
        number
    }

    /// How much else has come. Counts it at once: what comes meanwhile is to see it.
    fn look_at_pulse(&self, sent: &Sent<'_>, found: &mut Verdict) {
        let Sent {
            submission,
            settings,
            whence,
            ..
        } = sent;
        self.look_at_distrust(sent, found);
        // Nothing more is said where a word is corrected.
        if submission.before.is_corrected {
            return;
        }
        let (site, now) = (submission.site.name.as_str(), submission.now);
        let mut hold = |most: u32, count: u32, code: FoundCode| {
            if most == 0 || count < most {
                return;
            }
            let (time, what) = match code {
                FoundCode::BurstNetwork => (600, "comments from its network in 10 minutes"),
                FoundCode::BurstPerson => (600, "comments of this person in 10 minutes"),
                FoundCode::BurstPage => (60, "comments on this page in a minute"),
                _ => (60, "comments on this site in a minute"),
            };
            let burst = Found::new(code, format!("{count} {what}"));
            let burst = burst.with("n", count).with("time", time);
            found.add("burst", Decision::Hold, burst);
        };
        let network = |network| Of::Network(network, site);
        let count = self.pulse.add_from(*whence, network, 1, now);
        hold(settings.burst, count, FoundCode::BurstNetwork);
        if let Some(person) = person(submission) {
            let count = self.pulse.add(Of::Person(&person, site), 1, now);
            hold(settings.person, count, FoundCode::BurstPerson);
        }
        let (on_page, on_site) = (Of::Page(site, &submission.page.key), Of::Site(site));
        let count = self.pulse.count(on_page, now);
        hold(settings.page, count, FoundCode::BurstPage);
        let count = self.pulse.count(on_site, now);
        hold(settings.site, count, FoundCode::BurstSite);
        if found.decision < Decision::Hold {
            self.pulse.add(on_page, 1, now);
            self.pulse.add(on_site, 1, now);
        }
    }

    /// What else has come from its network of late.
    fn look_at_distrust(&self, sent: &Sent<'_>, found: &mut Verdict) {
        let now = sent.submission.now;
        if self.pulse.count_from(sent.whence, Of::Distrust, now) >= DISTRUSTED {
            let detail = "its network has sent what was held or spam within the last hour";
            let distrusted = Found::new(FoundCode::Distrust, detail).with("time", 60 * 60);
            found.add("distrust", Decision::Hold, distrusted);
        }
    }

    /// Remembers of its network what was found.
    fn note(&self, sent: &Sent<'_>, decision: Decision) {
        let distrust = match decision {
            Decision::Publish | Decision::Flag => return,
            Decision::Hold => 1,
            Decision::Spam | Decision::Reject => 3,
        };
        let now = sent.submission.now;
        self.pulse
            .add_from(sent.whence, Of::Distrust, distrust, now);
    }
}

/// What leads elsewhere in it, however it is written.
fn leads(shown: &Shown) -> Vec<String> {
    let led = shown.links.iter().filter_map(|href| destination(href));
    let written = links(&shown.text).into_iter().map(str::to_owned);
    led.map(String::from).chain(written).collect()
}

/// Whether an edit brings links to what came without a proof of work: it would have been held with them.
fn look_for_new_links(sent: &Sent<'_>, before: &str, found: &mut Verdict) {
    let before = leads(&Shown::of(before));
    let is_new = leads(&sent.shown).iter().any(|it| !before.contains(it));
    let is_said_anew = !sent.submission.before.is_corrected;
    let (code, detail) = match sent.settings.proof {
        ProofPolicy::Always if is_said_anew => {
            let detail = "sent without a proof of work, and changed";
            (FoundCode::NoProofChanged, detail)
        }
        ProofPolicy::Always | ProofPolicy::Scripts if is_new => {
            let detail = "sent without a script, and given a link later";
            (FoundCode::NoScriptLater, detail)
        }
        _ => return,
    };
    found.add("no-proof", Decision::Hold, Found::new(code, detail));
}

/// Who writes, as far as that is known: by their browser's secret, or by name.
fn person(submission: &Submission<'_>) -> Option<String> {
    match (submission.sender.person, submission.author) {
        (Some(person), _) => Some(format!("{person:?}")),
        (None, Some(author)) => Some(author.to_lowercase()),
        (None, None) => None,
    }
}
