//! Accessibility, as far as a program can tell.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::json;

use crate::reader::Reader;
use crate::server::target;

#[derive(Debug, Deserialize)]
struct Violation {
    id: String,
    help: String,
    targets: Vec<String>,
}

/// Rules that ask about a whole page, which is the owner's. All others of axe-core run.
const PAGES_OWN: &[&str] = &[
    "region",
    "landmark-one-main",
    "page-has-heading-one",
    "bypass",
];

/// Rules that axe-core leaves out unless it is asked: the size of targets (WCAG 2.5.8), and names that
/// don't have the words that are seen (2.5.3).
const ASKED: &[&str] = &["target-size", "label-content-name-mismatch"];

/// What fades in has its contrast when it has faded in, and what is far from the window its size when
/// it is laid out. What moves is brought to its end, not waited for: WebKit forgets to settle the
/// promise of a transition that ends while nothing is drawn, as behind a dialog that opens.
const RUN_AXE: &str = "
    const elements = [...all('*', document), ...all('*')];
    const finite = elements.flatMap((it) => it.getAnimations())
        .filter((it) => it.effect.getComputedTiming().iterations !== Infinity);
    for (const it of finite) it.finish();
    const skipped = elements.filter((it) => getComputedStyle(it).contentVisibility === 'auto');
    const lay = (value) => {
        for (const it of skipped) it.style.contentVisibility = value;
    };
    lay('visible');
    axe.run(WHERE, { rules: Object.fromEntries(argument), resultTypes: ['violations'] })
        .then(({ violations }) => violations.map(({ id, help, nodes }) => ({
            id, help, targets: nodes.map((it) => `${it.html} ${it.failureSummary}`),
        })), (error) => [{ id: 'axe', help: String(error), targets: [] }])
        .then((violations) => {
            lay('');
            done(violations);
        });";

impl Reader {
    /// Checks the widget by axe-core: every rule of WCAG 2.0 to 2.2, A and AA, that a program can
    /// check, and axe's best practices.
    ///
    /// # Errors
    /// When there is a violation; it says which and where.
    pub async fn finds_no_barrier(&self) -> Result<()> {
        self.finds_no_barrier_in("host", PAGES_OWN).await
    }

    /// Checks the page as a whole, which is more than the widget answers for.
    ///
    /// # Errors
    /// When there is a violation; it says which and where.
    pub async fn finds_no_barrier_on_the_page(&self) -> Result<()> {
        self.finds_no_barrier_in("document", &[]).await
    }

    async fn finds_no_barrier_in(&self, what: &str, but: &[&str]) -> Result<()> {
        let path = std::env::var_os("AFTERWORD_AXE").map_or_else(
            || target().join("tools/npm/node_modules/axe-core/axe.min.js"),
            PathBuf::from,
        );
        let axe = std::fs::read_to_string(&path).with_context(|| {
            format!(
                "{} is missing: `cargo xtask setup` installs axe-core",
                path.display()
            )
        })?;
        self.run(&format!("if (!window.axe) {{ {axe} }}"), json!(null))
            .await?;
        // Forced colours are the reader's; axe takes the page's for those of some letters.
        let forced: &[_] = if self.browser.preferences.forced_colors {
            &["color-contrast"]
        } else {
            &[]
        };
        let asked = ASKED.iter().map(|id| (id, true));
        let rules = asked.chain(but.iter().chain(forced).map(|id| (id, false)));
        let rules: Vec<_> = rules
            .map(|(id, is_enabled)| json!([id, { "enabled": is_enabled }]))
            .collect();
        let violations: Vec<Violation> = self
            .ask_async(&RUN_AXE.replace("WHERE", what), json!(rules))
            .await?;
        let told: Vec<String> = violations
            .iter()
            .map(|it| format!("{} ({}): {}", it.id, it.help, it.targets.join(", ")))
            .collect();
        ensure!(
            told.is_empty(),
            "axe-core finds barriers:\n{}",
            told.join("\n")
        );
        Ok(())
    }
}
