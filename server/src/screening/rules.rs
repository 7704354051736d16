//! What the site's settings and its owner's rules find.

use super::{Decision, Submission, Verdict};
use crate::error::{ApiError, Refusal};
use crate::http::Context;
use crate::rules::{Candidate, Test, links, links_found};
use crate::store::Threshold;

use afterword_protocol::ProblemKind;

impl Context {
    pub(super) async fn check_rules(
        &self,
        submission: &Submission<'_>,
        verdict: &mut Verdict,
    ) -> Result<(), ApiError> {
        let links = links(submission.html);
        if submission
            .site
            .settings
            .links_held
            .is_some_and(|most| links > most)
        {
            verdict.add("links", Decision::Hold, links_found(links));
        }
        let candidate = Candidate {
            site: &submission.site.name,
            id: submission.id,
            is_edit: submission.is_edit(),
            author: submission.author,
            website: submission.website,
            text: submission.text,
            html: submission.html,
            network: Some(submission.sender.network.hash),
            earlier_network: submission.sender.network.earlier,
            person: submission.sender.person,
            at: submission.now,
        };
        let mut hits = Vec::new();
        for rule in self.rules.of(candidate.site) {
            let is_beside = match rule.test {
                // An edit is no further comment.
                Test::Speed { .. } => submission.is_edit(),
                Test::Repeated { .. } => submission.before.is_corrected,
                _ => false,
            };
            if is_beside {
                continue;
            }
            let Some(found) = rule.test.finds(&self.store, &candidate).await? else {
                continue;
            };
            hits.push(rule.id);
            let check = format!("rule:{}", rule.id);
            let found = found.by_rule(&rule.name);
            if rule.decision == Decision::Reject {
                let refusal = Refusal::new(ProblemKind::TextRefused);
                verdict.reject(check, refusal, found.detail);
            } else {
                verdict.add(check, rule.decision, found);
            }
        }
        if !hits.is_empty() {
            self.store.rules_hit(&hits, submission.now).await?;
        }
        Ok(())
    }

    /// What becomes of a comment on that site when so many have reported it.
    pub(crate) fn thresholds(&self, site: &str) -> Vec<Threshold> {
        let settings = self
            .sites
            .named(Some(site))
            .map(|it| it.settings.reports_hidden);
        let usual = settings.filter(|least| *least > 0).map(|least| Threshold {
            check: "reports".to_owned(),
            rule: None,
            least,
            decision: Decision::Hold,
        });
        let rules = self.rules.of(site).into_iter();
        let ruled = rules.filter_map(|rule| match rule.test {
            Test::Reports(least) => Some(Threshold {
                check: format!("rule:{}", rule.id),
                rule: Some(rule.id),
                least,
                decision: rule.decision,
            }),
            _ => None,
        });
        usual.into_iter().chain(ruled).collect()
    }
}
