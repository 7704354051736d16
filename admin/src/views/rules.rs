//! Rules by which comments are held, refused or flagged.

use afterword_protocol::admin::{
    NewRule, Rule, RuleAction, RuleFindings, RuleRemoved, RuleTest, RuleTrial, Rules,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::triage::verdict_key;
use crate::api::{delete, get, post, put};
use crate::app::App;
use crate::drafts;
use crate::fetched::{Fetched, fetch};
use crate::host;
use crate::parts::{self, labelled};
use crate::texts::{count, fill, t};
use crate::view::{El, button, el, link, list};

/// The site of a rule for all sites.
const ALL: &str = "*";

/// The page of rules.
pub(crate) fn view(app: App) -> El {
    let rules = fetch::<Rules>(app, move || {
        app.undone.track();
        let site = app.site();
        let site = (!site.is_empty()).then(|| ("site".to_owned(), site));
        get("rules").query(&site.into_iter().collect::<Vec<_>>())
    });
    el("section", "")
        .child(
            el("div", "page-head")
                .child(parts::heading(&t("rules")))
                .child(
                    button("button button-primary", move || edit(app, rules, None))
                        .text(t("new-rule")),
                ),
        )
        .child(rules.show(move |all| {
            if all.items.is_empty() {
                return parts::nothing(&t("rules-empty"));
            }
            let items = all.items.iter().map(|rule| line(app, rules, rule));
            list("ul", "things").children(items)
        }))
}

fn line(app: App, rules: Fetched<Rules>, rule: &Rule) -> El {
    let (whole, gone) = (rule.clone(), rule.clone());
    let site = match rule.site.as_str() {
        ALL => t("all-sites"),
        site => site.to_owned(),
    };
    let hits = count("hits", u64::from(rule.hits));
    // What was refused left nothing that could be shown.
    let found = match rule.hits > 0 && rule.action != RuleAction::Reject {
        true => {
            let check = ["rule:", &rule.id.to_string()].concat();
            link("", app.place("comments").with("check", &check).address()).text(hits)
        }
        false => el("span", "").text(hits),
    };
    el("li", "thing")
        .flag("data-off", !rule.enabled)
        .child(
            el("div", "thing-head")
                .child(el("h2", "thing-title").child(el("bdi", "").text(&rule.name)))
                .child(parts::tag("tag", &t(action_key(rule.action))))
                .child(parts::tag("tag", &site))
                .maybe((!rule.enabled).then(|| parts::tag("tag", &t("off")))),
        )
        .child(el("p", "").text(says(&rule.test)))
        .child(
            el("p", "muted row")
                .child(found)
                .maybe(rule.last_hit.as_deref().map(parts::time)),
        )
        .child(
            el("div", "row")
                .child(
                    button("button", move || edit(app, rules, Some(&whole)))
                        .text(t("change"))
                        .child(el("span", "visually-hidden").text(" ").text(&rule.name)),
                )
                .child(
                    button("button", move || remove(app, rules, &gone))
                        .text(t("remove"))
                        .child(el("span", "visually-hidden").text(" ").text(&rule.name)),
                ),
        )
}

pub(super) fn action_key(action: RuleAction) -> &'static str {
    match action {
        RuleAction::Flag => "rule-flag",     // text
        RuleAction::Hold => "rule-hold",     // text
        RuleAction::Spam => "rule-spam",     // text
        RuleAction::Reject => "rule-reject", // text
    }
}

/// What a rule looks for, as a sentence.
pub(super) fn says(test: &RuleTest) -> String {
    let number = |n: u32| host::number(f64::from(n));
    let span = |seconds: u32| host::duration(f64::from(seconds));
    match test {
        RuleTest::Links { most } => fill("says-links", &[("n", &number(*most))]),
        RuleTest::Words { words } => {
            let shown: Vec<_> = words.iter().take(12).map(String::as_str).collect();
            let more = if words.len() > shown.len() {
                ", …"
            } else {
                ""
            };
            let shown = [shown.join(", ").as_str(), more].concat();
            fill("says-words", &[("words", &shown)])
        }
        // From left to right, whatever the sentence is (UAX #9, isolates).
        RuleTest::Pattern { pattern } => {
            let pattern = ["\u{2066}", pattern, "\u{2069}"].concat();
            fill("says-pattern", &[("pattern", &pattern)])
        }
        RuleTest::Repeated { seconds } => fill("says-repeated", &[("time", &span(*seconds))]),
        RuleTest::Newcomer {} => t("says-newcomer"),
        RuleTest::Speed { most, seconds } => fill(
            "says-speed",
            &[("n", &number(*most)), ("time", &span(*seconds))],
        ),
        RuleTest::Reports { least } => fill("says-reports", &[("n", &number(*least))]),
    }
}

fn remove(app: App, rules: Fetched<Rules>, rule: &Rule) {
    let title = fill("remove-title", &[("name", &rule.name)]);
    let id = rule.id;
    parts::confirm(&title, &t("remove-rule"), &t("remove"), move || {
        spawn_local(async move {
            let call = delete(&["rules/", &id.to_string()].concat());
            match app.ask::<RuleRemoved>(call).await {
                Ok(done) => {
                    done_with(app, t("removed"), Some(done.action_id));
                    rules.refresh();
                }
                Err(failure) => app.fail(&failure),
            }
        });
    });
}

/// Says what was done, with the way back.
fn done_with(app: App, sentence: String, action: Option<i64>) {
    app.say(sentence.clone());
    match action {
        Some(id) => app.done_action(sentence, id.to_string(), Vec::new()),
        None => app.tell(sentence, None),
    }
}

/// What a rule is made from, as it stands in the form.
#[derive(Clone, Copy)]
struct Form {
    kind: RwSignal<String>,
    /// Words, one a line; or the pattern.
    text: RwSignal<String>,
    number: RwSignal<String>,
    seconds: RwSignal<String>,
    name: RwSignal<String>,
    site: RwSignal<String>,
    action: RwSignal<String>,
    is_enabled: RwSignal<bool>,
}

/// The kinds of rules, with the key of what each is called.
const KINDS: [(&str, &str); 7] = [
    ("words", "kind-words"),       // text
    ("links", "kind-links"),       // text
    ("pattern", "kind-pattern"),   // text
    ("repeated", "kind-repeated"), // text
    ("newcomer", "kind-newcomer"), // text
    ("speed", "kind-speed"),       // text
    ("reports", "kind-reports"),   // text
];

impl Form {
    fn new(app: App, rule: Option<&Rule>) -> Self {
        let (kind, text, number, seconds) = match rule.map(|rule| &rule.test) {
            Some(RuleTest::Words { words }) => ("words", words.join("\n"), 3, 60),
            Some(RuleTest::Pattern { pattern }) => ("pattern", pattern.clone(), 3, 60),
            Some(RuleTest::Links { most }) => ("links", String::new(), *most, 60),
            Some(RuleTest::Repeated { seconds }) => ("repeated", String::new(), 3, *seconds),
            Some(RuleTest::Newcomer {}) => ("newcomer", String::new(), 3, 60),
            Some(RuleTest::Speed { most, seconds }) => ("speed", String::new(), *most, *seconds),
            Some(RuleTest::Reports { least }) => ("reports", String::new(), *least, 60),
            None => ("words", String::new(), 3, 60),
        };
        let site = match app.site() {
            site if !site.is_empty() => site,
            _ if app.may_everywhere(afterword_protocol::admin::Right::Rules) => ALL.to_owned(),
            _ => app
                .sites
                .with_untracked(|sites| sites.first().cloned())
                .unwrap_or_default(),
        };
        Self {
            kind: RwSignal::new(kind.to_owned()),
            text: RwSignal::new(text),
            number: RwSignal::new(number.to_string()),
            seconds: RwSignal::new(seconds.to_string()),
            name: RwSignal::new(rule.map(|it| it.name.clone()).unwrap_or_default()),
            site: RwSignal::new(rule.map_or(site, |it| it.site.clone())),
            action: RwSignal::new(rule.map_or("hold", |it| it.action.as_str()).to_owned()),
            is_enabled: RwSignal::new(rule.is_none_or(|it| it.enabled)),
        }
    }

    /// Has it keep what is typed.
    fn keep(self, form: &str) {
        let texts = [
            ("kind", self.kind),
            ("text", self.text),
            ("number", self.number),
            ("seconds", self.seconds),
            ("name", self.name),
            ("site", self.site),
            ("action", self.action),
        ];
        let texts = texts.map(|(name, text)| (name.to_owned(), text.into()));
        drafts::keep(form, texts.into());
    }

    fn test(self) -> Result<RuleTest, String> {
        let number = |value: RwSignal<String>| {
            let value = value.get_untracked();
            value.trim().parse::<u32>().map_err(|_| t("not-a-number"))
        };
        Ok(match self.kind.get_untracked().as_str() {
            "links" => RuleTest::Links {
                most: number(self.number)?,
            },
            "pattern" => RuleTest::Pattern {
                pattern: self.text.get_untracked(),
            },
            "repeated" => RuleTest::Repeated {
                seconds: number(self.seconds)?,
            },
            "newcomer" => RuleTest::Newcomer {},
            "speed" => RuleTest::Speed {
                most: number(self.number)?,
                seconds: number(self.seconds)?,
            },
            "reports" => RuleTest::Reports {
                least: number(self.number)?,
            },
            _ => {
                let text = self.text.get_untracked();
                let words = text.lines().map(str::trim).filter(|it| !it.is_empty());
                let words: Vec<_> = words.map(str::to_owned).collect();
                if words.is_empty() {
                    return Err(t("words-needed"));
                }
                RuleTest::Words { words }
            }
        })
    }

    /// The fields that the kind of rule has.
    fn fields(self) -> El {
        let kind = Memo::new(move |_| self.kind.get());
        el("div", "").part(move || {
            let number = || parts::field("number", self.number).attr("min", "0");
            let seconds = || parts::field("number", self.seconds).attr("min", "1");
            let fields = el("div", "form");
            Some(match kind.get().as_str() {
                "links" => fields.child(labelled(&t("most-links"), "", number())),
                "pattern" => fields.child(labelled(
                    &t("pattern"),
                    &t("pattern-hint"),
                    parts::area(2, self.text)
                        .attr("dir", "ltr")
                        .attr("spellcheck", "false"),
                )),
                "repeated" => fields.child(labelled(&t("within-seconds"), "", seconds())),
                "newcomer" => fields,
                "speed" => fields
                    .child(labelled(&t("most-comments"), "", number()))
                    .child(labelled(&t("within-seconds"), "", seconds())),
                "reports" => fields.child(labelled(&t("least-reports"), "", number())),
                _ => fields.child(labelled(
                    &t("words"),
                    &t("words-hint"),
                    parts::area(5, self.text).attr("spellcheck", "false"),
                )),
            })
        })
    }
}

fn edit(app: App, rules: Fetched<Rules>, rule: Option<&Rule>) {
    let title = match rule {
        Some(rule) => rule.name.clone(),
        None => t("new-rule"),
    };
    let id = rule.map(|rule| rule.id);
    let rule = rule.cloned();
    parts::dialog(&title, move |dialog, close| {
        let form = Form::new(app, rule.as_ref());
        let kept = ["rule:", &id.map(|id| id.to_string()).unwrap_or_default()].concat();
        form.keep(&kept);
        let problem = RwSignal::new(String::new());
        let is_busy = RwSignal::new(false);
        let found: RwSignal<Option<RuleFindings>> = RwSignal::new(None);
        let send = move || {
            let test = match form.test() {
                Ok(test) => test,
                Err(sentence) => return problem.set(sentence),
            };
            let name = form.name.get_untracked();
            if name.trim().is_empty() {
                return problem.set(t("name-needed"));
            }
            let new = NewRule {
                site: form.site.get_untracked(),
                name: name.trim().to_owned(),
                test,
                action: RuleAction::from_name(&form.action.get_untracked())
                    .unwrap_or(RuleAction::Hold),
                enabled: form.is_enabled.get_untracked(),
            };
            is_busy.set(true);
            problem.set(String::new());
            let call = match id {
                Some(id) => put(&["rules/", &id.to_string()].concat()),
                None => post("rules"),
            };
            let (close, kept) = (close.clone(), kept.clone());
            spawn_local(async move {
                match app.ask::<Rule>(call.json(&new)).await {
                    Ok(rule) => {
                        drafts::forget(&kept);
                        close.now();
                        done_with(app, t("saved"), rule.action_id);
                        rules.refresh();
                    }
                    Err(failure) => {
                        is_busy.set(false);
                        problem.set(failure.sentence());
                    }
                }
            });
        };
        let attempt = move || {
            let test = match form.test() {
                Ok(test) => test,
                Err(sentence) => return problem.set(sentence),
            };
            let trial = RuleTrial {
                site: form.site.get_untracked(),
                test,
                days: 90,
            };
            problem.set(String::new());
            is_busy.set(true);
            spawn_local(async move {
                let answer = app
                    .ask::<RuleFindings>(post("rules/try").json(&trial))
                    .await;
                is_busy.set(false);
                match answer {
                    Ok(findings) => found.set(Some(findings)),
                    Err(failure) => problem.set(failure.sentence()),
                }
            });
        };
        let kinds = KINDS.map(|(kind, key)| (kind.to_owned(), t(key)));
        let actions = [
            RuleAction::Flag,
            RuleAction::Hold,
            RuleAction::Spam,
            RuleAction::Reject,
        ]
        .map(|it| (it.as_str().to_owned(), t(action_key(it))));
        let mut sites: Vec<_> = app
            .sites
            .get_untracked()
            .into_iter()
            .map(|site| (site.clone(), site))
            .collect();
        if app.may_everywhere(afterword_protocol::admin::Right::Rules) {
            sites.insert(0, (ALL.to_owned(), t("all-sites")));
        }
        dialog
            .child(
                parts::form("form", send)
                    .child(parts::problem(problem))
                    .child(labelled(
                        &t("name"),
                        "",
                        parts::field("text", form.name)
                            .attr("maxlength", "100")
                            .attr("autofocus", ""),
                    ))
                    .child(labelled(
                        &t("looks-for"),
                        "",
                        parts::choice(&kinds, form.kind),
                    ))
                    .child(form.fields())
                    .child(labelled(
                        &t("does"),
                        "",
                        parts::choice(&actions, form.action),
                    ))
                    .maybe(
                        (sites.len() > 1)
                            .then(|| labelled(&t("site"), "", parts::choice(&sites, form.site))),
                    )
                    .child(parts::ticked(&t("at-work"), parts::tick(form.is_enabled)))
                    .child(
                        el("div", "row row-end")
                            .child(button("button", attempt).text(t("try-rule")))
                            .child(parts::submit(&t("save"), is_busy)),
                    ),
            )
            // What stands outside of a dialog is silent while it is open.
            .child(
                el("p", "visually-hidden")
                    .attr("role", "status")
                    .live_text(move || {
                        let sentence = found.with(|found| found.as_ref().map(sentence));
                        sentence.unwrap_or_default()
                    }),
            )
            .part(move || found.with(|found| found.as_ref().map(findings)))
    });
}

fn sentence(found: &RuleFindings) -> String {
    let number = |n: u32| host::number(f64::from(n));
    fill(
        "would-find",
        &[
            ("tried", &number(found.tried)),
            ("found", &number(found.found)),
            ("published", &number(found.published)),
        ],
    )
}

/// What a rule would have found among past comments.
fn findings(found: &RuleFindings) -> El {
    let items = found.items.iter().map(|comment| {
        let verdict = t(verdict_key(comment.verdict));
        el("li", "finding")
            .child(
                el("p", "row")
                    .child(parts::words(
                        "strong",
                        comment.author.as_deref().unwrap_or("–"),
                    ))
                    .child(
                        el("span", "tag verdict")
                            .attr("data-verdict", comment.verdict.as_str())
                            .text(verdict),
                    )
                    .child(parts::time(&comment.created)),
            )
            .child(
                el("p", "card-source clamped")
                    .attr("dir", "auto")
                    .text(&comment.text),
            )
    });
    el("section", "findings")
        .attr("aria-label", t("try-rule"))
        .child(el("p", "").text(sentence(found)))
        .child(list("ol", "lines").children(items))
}
