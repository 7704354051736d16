//! Code in colours, by classes: which colour a class has is the reader's side's affair.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::{self, Write};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use comrak::adapters::SyntaxHighlighterAdapter;
use comrak::html::{escape, write_opening_tag};
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};
use syntect::util::LinesWithEndings;

/// What is longer is not looked at: somebody means to keep the server busy.
const LONGEST_LINE: usize = 500;
/// What is not in colours by then stays without.
const PATIENCE: Duration = Duration::from_millis(200);

/// The languages that are known.
static LANGUAGES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// What a kind of code is called: by the first scope that a name of the grammar begins with. Those
/// with an empty class look like text, whatever they stand in.
static CLASSES: LazyLock<Vec<(Scope, &str)>> = LazyLock::new(|| {
    let classes = [
        ("comment", "hl-comment"),
        ("constant.numeric", "hl-number"),
        ("constant", "hl-constant"),
        ("support.constant", "hl-constant"),
        ("variable.language", "hl-constant"),
        ("entity.name.tag", "hl-tag"),
        ("entity.other.attribute-name", "hl-attribute"),
        ("support.type.property-name", "hl-attribute"),
        ("entity.name.function", "hl-function"),
        ("entity.name.macro", "hl-function"),
        ("support.function", "hl-function"),
        ("support.macro", "hl-function"),
        ("variable.function", "hl-function"),
        ("entity.name", "hl-type"),
        ("entity.other.inherited-class", "hl-type"),
        ("support.type", "hl-type"),
        ("support.class", "hl-type"),
        ("keyword.operator", ""),
        ("keyword", "hl-keyword"),
        ("storage", "hl-keyword"),
        ("markup.inserted", "hl-inserted"),
        ("markup.deleted", "hl-deleted"),
        ("markup.heading", "hl-keyword"),
        ("string", "hl-string"),
        ("meta.interpolation", ""),
        ("meta.template.expression", ""),
    ];
    let classes = classes.into_iter();
    let scopes = classes.filter_map(|(name, class)| Some((Scope::new(name).ok()?, class)));
    scopes.collect()
});

/// Writes blocks of code.
pub(super) struct Highlighter;

impl SyntaxHighlighterAdapter for Highlighter {
    fn write_highlighted(
        &self,
        output: &mut dyn Write,
        lang: Option<&str>,
        code: &str,
    ) -> fmt::Result {
        let language = lang.and_then(language);
        let Some(language) = language else {
            return escape(output, code);
        };
        let until = Instant::now() + PATIENCE;
        let mut parser = ParseState::new(language);
        let mut scopes = ScopeStack::new();
        let mut open = "";
        let mut is_given_up = false;
        for line in LinesWithEndings::from(code) {
            is_given_up |= line.len() > LONGEST_LINE || Instant::now() > until;
            let parsed = (!is_given_up).then(|| parser.parse_line(line, &LANGUAGES));
            let Some(Ok(operations)) = parsed else {
                is_given_up = true;
                turn(output, &mut open, "")?;
                escape(output, line)?;
                continue;
            };
            let mut written = 0;
            for (place, operation) in operations {
                let text = line.get(written..place).unwrap_or_default();
                piece(output, &mut open, &scopes, text)?;
                written = written.max(place);
                if scopes.apply(&operation).is_err() {
                    is_given_up = true;
                    break;
                }
            }
            piece(
                output,
                &mut open,
                &scopes,
                line.get(written..).unwrap_or_default(),
            )?;
        }
        turn(output, &mut open, "")
    }

    fn write_pre_tag(
        &self,
        output: &mut dyn Write,
        attributes: HashMap<&'static str, Cow<'_, str>>,
    ) -> fmt::Result {
        write_opening_tag(output, "pre", attributes)
    }

    fn write_code_tag(
        &self,
        output: &mut dyn Write,
        attributes: HashMap<&'static str, Cow<'_, str>>,
    ) -> fmt::Result {
        write_opening_tag(output, "code", attributes)
    }
}

/// The language of that name: `rust`, `rs`, `Rust`.
fn language(info: &str) -> Option<&'static SyntaxReference> {
    let name = info.split([',', ' ', '{']).next()?;
    let name = match name {
        "" | "text" | "txt" | "plain" => return None,
        "shell" | "console" => "bash",
        "jsonc" | "json5" => "json",
        name => name,
    };
    LANGUAGES.find_syntax_by_token(name)
}

/// Writes a piece of code.
fn piece(
    output: &mut dyn Write,
    open: &mut &'static str,
    scopes: &ScopeStack,
    text: &str,
) -> fmt::Result {
    if text.is_empty() {
        return Ok(());
    }
    turn(output, open, class(scopes))?;
    escape(output, text)
}

/// Ends the class that is open, if it is another one, and begins that.
fn turn(output: &mut dyn Write, open: &mut &'static str, class: &'static str) -> fmt::Result {
    if *open == class {
        return Ok(());
    }
    if !open.is_empty() {
        output.write_str("</span>")?;
    }
    *open = class;
    if class.is_empty() {
        return Ok(());
    }
    write!(output, "<span class=\"{class}\">")
}

/// The class of what stands in these scopes: the innermost that has one.
fn class(scopes: &ScopeStack) -> &'static str {
    let classes = &*CLASSES;
    let of = |scope: &Scope| {
        let class = classes.iter().find(|(kind, _)| kind.is_prefix_of(*scope));
        class.map(|(_, class)| *class)
    };
    scopes
        .as_slice()
        .iter()
        .rev()
        .find_map(of)
        .unwrap_or_default()
}
