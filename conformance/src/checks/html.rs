//! The HTML of texts, hostile ones too.

use afterword_protocol::{Preview, ProblemKind};
use serde_json::json;

use super::part;
use crate::client::{Verdict, ensure, expect};
use crate::html::{fault, read};
use crate::suite::Suite;

part! { "HTML":
    "html-says-it", HTML, "", "the HTML has the words of the text", says_it;
    "html-plain", HTML, "preview", "the HTML of ordinary texts holds no more than it may", plain;
    "html-hostile", HTML, "preview", "the HTML of hostile texts holds no more than it may", hostile;
    "html-posted", HTML, "", "what is posted is no less harmless than what is previewed", posted;
    "preview", PREVIEW, "preview", "a preview is the HTML that the comment has", preview;
    "preview-refuses", PREVIEW, "preview", "a preview is refused where the comment would be", preview_refuses;
}

/// Texts of people.
const PLAIN: &[&str] = &[
    "One.\nTwo.\n\nThree & four < five > six \"seven\" 'eight'.",
    "*a* **b** `c <i>` ~~d~~ [e](https://example.org/?a=1&b=2) <https://example.org>",
    "> quoted\n\n- a\n- b\n\n3. c\n4. d\n\n---\n\n# e\n\n###### f",
    "```rust\nfn main() {}\n```\n\n| a | b |\n|:--|--:|\n| 1 | 2 |",
    "![alt](https://elsewhere.example/x.png \"title\") ||spoiler|| :tada: H~2~O x^2^",
    "مرحبا 👩‍👩‍👧 日本語",
];

/// Texts of those who are after readers.
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<form action=\"https://evil.example\"><input name=a><button>x</button></form>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<p style=\"position:fixed\" class=\"header\" id=\"x\" onclick=\"alert(1)\">x</p>",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<base href=\"https://evil.example\"><meta http-equiv=refresh content=\"0;url=https://evil.example\">",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
    "<textarea></textarea><title></title><xmp><p></xmp><plaintext>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#x0A;script:alert&lpar;1&rpar;)",
    "[x](<java\tscript:alert(1)>)",
    "[x](&#x6A;avascript:alert&#40;1&#41;)",
    "[x](\u{1}javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:msgbox(1)) [y](blob:https://example.org/a)",
    "[x](https://example.org/\"onmouseover=\"alert(1))",
    "[x]: javascript:alert(1)\n\n[x] and ![x]",
    "<javascript:alert(1)> <data:text/html,x>",
    "![x](javascript:alert(1)) ![\" onerror=\"alert(1)](x)",
    "![x](https://evil.example/pixel.png)",
    "```\"><img src=x onerror=alert(1)>\ncode\n```",
    "``` \" onclick=alert(1) x\ncode\n```",
    "~~~<script>\n</code></pre><script>alert(1)</script>\n~~~",
    "`</code><script>alert(1)</script>`",
    "| <img src=x onerror=alert(1)> |\n|---|\n| [x](javascript:alert(1)) |",
    "> <script\n> >alert(1)</script\n> >",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62;",
    "https://example.org/<script>alert(1)</script> javascript:alert(1) www.example.org\"onclick=x",
    "\\<script>alert(1)\\</script> <scr<script>ipt>alert(1)</scr</script>ipt>",
    "||<script>alert(1)</script>|| **<b onclick=x>** ~~<s/onclick=x>~~",
];

fn says_it(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    let text = read(&scene.a.comment.html).text;
    for word in [
        "Anchovies are",
        "salty",
        "Are they?",
        "https://fish.example/?a=1&b=2",
    ] {
        ensure(text.contains(word), || {
            format!("{:?} does not say {word:?}", scene.a.comment.html)
        })?;
    }
    Ok(())
}

/// The fault in the HTML of a text, if a server takes it at all.
fn checked(suite: &Suite<'_>, text: &str) -> Verdict {
    let answer = suite.preview(text)?;
    if (400..500).contains(&answer.status) {
        return Ok(());
    }
    let html = answer.json::<Preview>(200)?.html;
    match fault(&html) {
        None => Ok(()),
        Some(fault) => ensure(false, || {
            format!("{text:?} becomes {html:?}, where {fault}")
        }),
    }
}

fn plain(suite: &Suite<'_>) -> Verdict {
    if let Some(fault) = suite
        .scene()?
        .all()
        .into_iter()
        .find_map(|it| fault(&it.comment.html))
    {
        return ensure(false, || {
            format!("of the comments that were posted, {fault}")
        });
    }
    PLAIN.iter().try_for_each(|text| checked(suite, text))
}

fn hostile(suite: &Suite<'_>) -> Verdict {
    HOSTILE.iter().try_for_each(|text| checked(suite, text))
}

fn posted(suite: &Suite<'_>) -> Verdict {
    // Few comments, with few links in each: a server may have its bounds.
    let texts = [
        &HOSTILE[..14],
        &[HOSTILE[14], HOSTILE[18], HOSTILE[25]],
        &HOSTILE[27..33],
    ];
    for texts in texts {
        let text = texts.join("\n\n");
        let body = json!({ "page": suite.other("hostile"), "text": text });
        let answer = suite.create(body, None)?;
        if (400..500).contains(&answer.status) {
            continue;
        }
        let created = suite.taken(&answer)?;
        for html in [
            &created.comment.html,
            &suite.show(&created.comment.id)?.comment.html,
        ] {
            if let Some(fault) = fault(html) {
                return ensure(false, || {
                    format!("{text:?} becomes {html:?}, where {fault}")
                });
            }
        }
        suite.deleted(&created)?;
    }
    Ok(())
}

fn preview(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    let text = suite.first.0["text"].as_str().unwrap_or_default();
    let preview: Preview = suite.preview(text)?.json(200)?;
    expect("the preview", &preview.html, &scene.a.comment.html)
}

fn preview_refuses(suite: &Suite<'_>) -> Verdict {
    suite.preview(" \n ")?.problem(ProblemKind::TextEmpty)?;
    let most = suite.empty.limits.text_bytes;
    let long = "x".repeat(most as usize + 1);
    let problem = suite.preview(&long)?.problem(ProblemKind::TextTooLong)?;
    expect("`limit`", problem.limit, Some(most))
}
