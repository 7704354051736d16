//! Spam defence: what tells a program from a person, and spam from what it pretends to be, without
//! anybody else being asked. Owners may have Akismet or a program of their own asked as well.

pub(crate) mod akismet;
pub(crate) mod bayes;
pub(crate) mod defend;
pub(crate) mod hook;
pub(crate) mod likeness;
pub(crate) mod proof;
pub(crate) mod pulse;
pub(crate) mod shape;
pub(crate) mod started;

use std::net::IpAddr;

use likeness::Echoes;
use proof::Proofs;
pub(crate) use pulse::Whence;
use pulse::{Of, Pulse};

use crate::config::Site;
use crate::screening::Verdict;

/// What is remembered to tell spam by.
pub(crate) struct Defence {
    pub(crate) proofs: Proofs,
    pub(crate) pulse: Pulse,
    pub(crate) echoes: Echoes,
}

/// What others are told of a comment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Subject<'a> {
    pub(crate) site: &'a str,
    pub(crate) page: &'a str,
    pub(crate) title: Option<&'a str>,
    pub(crate) url: Option<&'a str>,
    /// Of the comment that is edited.
    pub(crate) id: Option<&'a str>,
    pub(crate) parent: Option<&'a str>,
    pub(crate) is_reply: bool,
    pub(crate) is_edit: bool,
    pub(crate) author: Option<&'a str>,
    pub(crate) website: Option<&'a str>,
    pub(crate) email: Option<&'a str>,
    pub(crate) text: &'a str,
    pub(crate) html: &'a str,
    pub(crate) address: Option<IpAddr>,
    pub(crate) network: Option<&'a str>,
    pub(crate) user_agent: Option<&'a str>,
    pub(crate) referrer: Option<&'a str>,
}

/// Challenges a minute that a site gives out before they get harder for everybody.
const AT_EASE: u32 = 60;
/// Challenges a minute of one network that count for a site's: more than one who writes asks for.
const COUNTED: u32 = 6;
/// Challenges a minute that a network may ask for before they get harder for it alone, and twice as hard
/// again for each doubling.
const HASTE: u32 = 12;
/// What has to have come from a network before its challenges get harder, and twice as hard again for
/// each doubling.
const SUSPECT: u32 = 2;

impl Defence {
    pub(crate) fn new() -> Self {
        Self {
            proofs: Proofs::new(),
            pulse: Pulse::default(),
            echoes: Echoes::default(),
        }
    }

    /// How much work a challenge is to be: more where a site gets more comments than people write, up
    /// to four times; and more for a network that has sent what was no good.
    pub(crate) fn effort(&self, site: &str, whence: Whence<'_>, now: i64) -> u32 {
        let load = self.pulse.count(Of::Challenges(site), now) / AT_EASE;
        let load = (load + 1).next_power_of_two().min(4);
        let asked = |network| Of::Asked(network, site);
        let haste = self.pulse.count_from(whence, asked, now) / HASTE;
        let haste = (haste + 1).next_power_of_two().min(proof::MOST);
        let own = self.distrust(whence, now).saturating_mul(haste);
        load.saturating_mul(own).min(proof::MOST)
    }

    /// How much work a challenge is to be that is given out now, and counted.
    pub(crate) fn is_asked(&self, site: &str, whence: Whence<'_>, now: i64) -> u32 {
        let effort = self.effort(site, whence, now);
        // One machine that asks for ever is not to make it harder for everybody.
        let asked = |network| Of::Asked(network, site);
        if self.pulse.add_from(whence, asked, 1, now) < COUNTED {
            self.pulse.add(Of::Challenges(site), 1, now);
        }
        effort
    }

    /// How many times as much work is wanted of a network as of others.
    fn distrust(&self, whence: Whence<'_>, now: i64) -> u32 {
        let distrust = self.pulse.count_from(whence, Of::Distrust, now) / SUSPECT;
        (distrust + 1).next_power_of_two().min(proof::MOST)
    }

    /// What a verdict was about stands now, as that comment.
    pub(crate) fn is_said(&self, site: &Site, verdict: &Verdict, comment: &str) {
        if let Some(echo) = verdict.echo {
            self.echoes.stands(&site.name, echo, comment);
        }
    }

    /// What a verdict was about does not stand: its author will say it again.
    pub(crate) fn is_not_said(&self, site: &Site, verdict: &Verdict) {
        if let Some(echo) = verdict.echo {
            self.echoes.fails(&site.name, echo);
        }
    }

    /// Forgets what is over.
    pub(crate) fn forget(&self, now: i64) {
        self.proofs.forget(now);
        self.pulse.forget(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alone(network: &[u8]) -> Whence<'_> {
        Whence {
            network,
            line: network,
        }
    }

    #[test]
    fn effort_rises_with_load_and_distrust_and_falls_again() {
        let defence = Defence::new();
        let effort = |client, now| defence.effort("blog", alone(client), now);
        assert_eq!(effort(b"a", 0), 1);
        defence.pulse.add(Of::Distrust(b"a"), 6, 0);
        assert_eq!((effort(b"a", 0), effort(b"b", 0)), (4, 1));
        defence.pulse.add(Of::Challenges("blog"), 100, 0);
        assert_eq!((effort(b"a", 0), effort(b"b", 0)), (8, 2));
        defence.pulse.add(Of::Distrust(b"a"), 10_000, 0);
        defence.pulse.add(Of::Challenges("blog"), 10_000, 0);
        assert_eq!((effort(b"a", 0), effort(b"b", 0)), (proof::MOST, 4));
        let later = 3 * 60 * 60 * 1000;
        assert_eq!(effort(b"a", later), 1);
    }

    #[test]
    fn who_asks_for_ever_makes_it_harder_for_nobody_else() {
        let defence = Defence::new();
        let ask = |client| defence.is_asked("blog", alone(client), 0);
        for _ in 0..600 {
            ask(b"a");
        }
        assert_eq!((ask(b"a"), ask(b"b")), (proof::MOST, 1));
        // Many of them do.
        let many: Vec<u8> = (0..100).collect();
        for client in many.chunks(1) {
            ask(client);
        }
        assert_eq!(ask(b"b"), 2);
    }
}
