//! Short names for what Wasm and glue call each other: the long ones end in hashes, which no
//! compression makes smaller.

use anyhow::{Context, Result, bail};

/// The glue with the names that `wasm-opt --minify-imports-and-exports-and-modules` has given, which
/// it printed in `map`, and without what the Wasm no longer imports.
pub(super) fn in_glue(glue: &str, map: &str) -> Result<String> {
    let mut imports = Vec::new();
    let mut exports = Vec::new();
    let mut modules = Vec::new();
    for line in map.lines() {
        let names: Vec<_> = line.split('"').skip(1).step_by(2).collect();
        match names[..] {
            [module, import, short] => {
                imports.push((import, short));
                modules.push(module);
            }
            [export, short] => exports.push((export, short)),
            _ => {}
        }
    }
    modules.dedup();
    let [module] = modules[..] else {
        bail!("the Wasm imports from one module, not from {modules:?}");
    };
    let mut glue = rename_imports(glue, &imports)?;
    for (export, short) in exports {
        let long = format!("wasm.{export}");
        let calls = calls(&glue, &long);
        if calls.is_empty() {
            bail!("the glue never calls {long}");
        }
        for at in calls.into_iter().rev() {
            glue.replace_range(at..at + long.len(), &format!("wasm.{short}"));
        }
    }
    let module = format!("\"{module}\": ");
    if glue.matches(&module).count() != 1 {
        bail!("the glue must have {module} once");
    }
    Ok(glue.replace(&module, "a: "))
}

/// What begins and ends the object of what the Wasm imports, and each of its entries.
const OBJECT: (&str, &str) = ("const import0 = {\n", "\n    };\n");
const ENTRY: &str = "\n        __wb";

fn rename_imports(glue: &str, imports: &[(&str, &str)]) -> Result<String> {
    let object = glue
        .split_once(OBJECT.0)
        .and_then(|(before, rest)| Some((before, rest.split_once(OBJECT.1)?)));
    let (before, (entries, after)) = object.context("the glue has no object of imports")?;
    let (prototype, entries) = entries.split_once(ENTRY).context("an object of nothing")?;
    let mut renamed = String::new();
    let mut found = 0;
    for entry in entries.split(ENTRY) {
        let (name, body) = entry.split_once(": ").context("an import has a name")?;
        let name = format!("__wb{name}");
        if let Some((_, short)) = imports.iter().find(|(long, _)| *long == name) {
            renamed.push_str(&format!("\n        {short}: {body}"));
            found += 1;
        }
    }
    if found != imports.len() {
        bail!("the glue has {found} of {} imports", imports.len());
    }
    let (start, end) = OBJECT;
    Ok([before, start, prototype, &renamed, end, after].concat())
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

#[cfg(test)]
mod tests {
    use super::in_glue;

    const GLUE: &str = "function imports() {
    const import0 = {
        __proto__: null,
        __wbg_now_5f: function() {
            wasm.go(); wasm.go_on(); wasm.memory.buffer
        },
        __wbg_never_a0: function() {
            wasm.go();
        },
        __wbindgen_init: function() { return 1; },
    };
    return { \"./w_bg.js\": import0 };
}";

    const MAP: &str = "{
 \"imports\": [
  [\"./w_bg.js\", \"__wbindgen_init\", \"$\"],
  [\"./w_bg.js\", \"__wbg_now_5f\", \"b\"]
 ],
\"exports\": [
  [\"memory\", \"b\"],
  [\"go\", \"c\"],
  [\"go_on\", \"d\"]
 ]
}";

    #[test]
    fn both_sides_agree_and_what_is_not_imported_goes() {
        let glue = in_glue(GLUE, MAP).unwrap();
        assert_eq!(
            glue,
            "function imports() {
    const import0 = {
        __proto__: null,
        b: function() {
            wasm.c(); wasm.d(); wasm.b.buffer
        },
        $: function() { return 1; },
    };
    return { a: import0 };
}"
        );
    }

    #[test]
    fn a_name_that_the_glue_lacks_is_an_error() {
        assert!(in_glue(GLUE, &MAP.replace("__wbg_now_5f", "__wbg_then_5f")).is_err());
        assert!(in_glue(GLUE, &MAP.replace("\"go\"", "\"stop\"")).is_err());
    }

    #[test]
    fn a_glue_of_another_make_is_an_error() {
        assert!(in_glue("const imports = {};", MAP).is_err());
    }
}
