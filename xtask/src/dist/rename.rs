//! Short names for what Wasm and glue call each other: the long ones end in hashes, which no
//! compression makes smaller.

use anyhow::{Context, Result, bail};

/// The glue with the names that `wasm-opt --minify-imports-and-exports-and-modules` has given, which
/// it printed in `map`.
pub(super) fn in_glue(glue: &str, map: &str) -> Result<String> {
    let mut glue = glue.to_owned();
    let mut modules = Vec::new();
    for line in map.lines() {
        let names: Vec<_> = line.split('"').skip(1).step_by(2).collect();
        match names[..] {
            [module, import, short] => {
                replace(&mut glue, &format!(" {import}: "), &format!(" {short}: "))?;
                if !modules.contains(&module) {
                    modules.push(module);
                }
            }
            [export, short] => {
                let long = format!("wasm.{export}");
                if calls(&glue, &long).is_empty() {
                    bail!("the glue never calls {long}");
                }
                for at in calls(&glue, &long).into_iter().rev() {
                    glue.replace_range(at..at + long.len(), &format!("wasm.{short}"));
                }
            }
            _ => {}
        }
    }
    let [module] = modules[..] else {
        bail!("the Wasm imports from one module, not from {modules:?}");
    };
    replace(&mut glue, &format!("\"{module}\": "), "a: ")?;
    Ok(glue)
}

/// Where the glue has that expression, and not just the beginning of a longer one.
fn calls(glue: &str, expression: &str) -> Vec<usize> {
    let is_whole = |at: &usize| {
        let next = glue[at + expression.len()..].chars().next();
        !next.is_some_and(|next| next == '_' || next == '$' || next.is_alphanumeric())
    };
    let found = glue.match_indices(expression).map(|(at, _)| at);
    found.filter(is_whole).collect()
}

/// Replaces what must be there exactly once.
fn replace(glue: &mut String, long: &str, short: &str) -> Result<()> {
    let at = glue
        .find(long)
        .with_context(|| format!("the glue lacks {long}"))?;
    if glue[at + 1..].contains(long) {
        bail!("the glue has {long} twice");
    }
    glue.replace_range(at..at + long.len(), short);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::in_glue;

    const GLUE: &str = "
    const import0 = {
        __wbg_now_5f: function() { wasm.go(); wasm.go_on(); wasm.memory.buffer },
    };
    return { \"./w_bg.js\": import0 };";

    const MAP: &str = "{
 \"imports\": [
  [\"./w_bg.js\", \"__wbg_now_5f\", \"$\"]
 ],
\"exports\": [
  [\"memory\", \"b\"],
  [\"go\", \"c\"],
  [\"go_on\", \"d\"]
 ]
}";

    #[test]
    fn both_sides_agree() {
        let glue = in_glue(GLUE, MAP).unwrap();
        assert_eq!(
            glue,
            "
    const import0 = {
        $: function() { wasm.c(); wasm.d(); wasm.b.buffer },
    };
    return { a: import0 };"
        );
    }

    #[test]
    fn a_name_that_the_glue_lacks_is_an_error() {
        assert!(in_glue(GLUE, &MAP.replace("__wbg_now_5f", "__wbg_then_5f")).is_err());
        assert!(in_glue(GLUE, &MAP.replace("\"go\"", "\"stop\"")).is_err());
    }
}
