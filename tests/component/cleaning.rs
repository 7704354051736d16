//! Whatever a backend sends, nothing runs, and only what the protocol allows is left: with the
//! browser's own sanitizer, and with DOMPurify, which browsers without one load.

use afterword::browser::clean;
use afterword::browser::files::Files;
use afterword_protocol::html;
use js_sys::{Array, Function, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Element;

use crate::answers::{comment, list};
use crate::stage::{Page, document, elements, tick, window};

/// Ways to have a browser run something, or tell somebody something. Where `RUN` stands, something
/// is called that must never be called; `URL` would be fetched.
const HOSTILE: &[&str] = &[
    // Elements that run.
    "<script>RUN</script>",
    "<script src=URL></script>",
    "<scr<script>ipt>RUN</scr</script>ipt>",
    "<svg><script>RUN</script></svg>",
    "<svg onload=RUN>",
    "<svg><animate onbegin=RUN attributeName=x dur=1s></svg>",
    "<svg><a xlink:href=\"javascript:RUN\"><text>x</text></a></svg>",
    "<svg><set attributeName=href to=javascript:RUN></set></svg>",
    "<svg><foreignObject><img src=x onerror=RUN></foreignObject></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=RUN></style></mglyph></table></mtext></math>",
    "<math href=\"javascript:RUN\">x</math>",
    "<iframe src=\"javascript:RUN\"></iframe>",
    "<iframe srcdoc=\"<script>parent.RUN</script>\"></iframe>",
    "<object data=\"javascript:RUN\"></object>",
    "<embed src=\"javascript:RUN\">",
    "<applet code=URL></applet>",
    "<frameset onload=RUN><frame src=URL></frameset>",
    "<template><img src=x onerror=RUN></template>",
    "<noscript><p title=\"</noscript><img src=x onerror=RUN>\">",
    "<style>@import url(URL); * { background: url(URL) }</style>",
    "<link rel=stylesheet href=URL>",
    "<meta http-equiv=refresh content=\"0;url=javascript:RUN\">",
    "<base href=URL>",
    // Attributes that run.
    "<img src=x onerror=RUN>",
    "<img src=x onerror=\"RUN\"/>",
    "<img/src=x/onerror=RUN>",
    "<img src=x:x onerror&#61;RUN>",
    "<img src onerror=RUN//",
    "<video><source onerror=RUN></video>",
    "<audio src=x onerror=RUN>",
    "<video src=URL autoplay onloadstart=RUN></video>",
    "<body onload=RUN>",
    "<p onmouseover=RUN onclick=RUN>x</p>",
    "<p ONCLICK=RUN>x</p>",
    "<details open ontoggle=RUN>x</details>",
    "<input autofocus onfocus=RUN>",
    "<select autofocus onfocus=RUN><option>x</select>",
    "<textarea autofocus onfocus=RUN>x</textarea>",
    "<button autofocus onfocus=RUN>x</button>",
    "<form><button formaction=\"javascript:RUN\">x</button></form>",
    "<form action=\"javascript:RUN\"><input type=submit></form>",
    "<isindex type=image src=x onerror=RUN>",
    "<marquee onstart=RUN>x</marquee>",
    "<div style=\"background:url(javascript:RUN)\">x</div>",
    "<div style=\"animation-name:x\" onanimationstart=RUN>x</div>",
    "<a onclick=RUN href=\"https://example.org\">x</a>",
    // Links that run.
    "<a href=\"javascript:RUN\">x</a>",
    "<a href=\" javascript:RUN\">x</a>",
    "<a href=\"java\tscript:RUN\">x</a>",
    "<a href=\"java\nscript:RUN\">x</a>",
    "<a href=\"JaVaScRiPt:RUN\">x</a>",
    "<a href=\"&#106;avascript:RUN\">x</a>",
    "<a href=\"&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;RUN\">x</a>",
    "<a href=\"\u{1}javascript:RUN\">x</a>",
    "<a href=\"vbscript:RUN\">x</a>",
    "<a href=\"data:text/html,<script>RUN</script>\">x</a>",
    "<a href=\"data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==\">x</a>",
    "<a href=\"blob:https://example.org/x\">x</a>",
    "<a href=\"file:///etc/passwd\">x</a>",
    "<a href=\"tel:110\">x</a>",
    "<a href=\"intent://x#Intent;scheme=x;end\">x</a>",
    "<a xlink:href=\"javascript:RUN\">x</a>",
    "<area href=\"javascript:RUN\">",
    // Markup that becomes another one when it is read a second time.
    "<listing>&lt;img src=x onerror=RUN&gt;</listing>",
    "<xmp><img src=x onerror=RUN></xmp>",
    "<plaintext><img src=x onerror=RUN>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=RUN>\">",
    "<svg><p><style><!--</style><img src=x onerror=RUN>--></style>",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=RUN>",
    "<math><mi><table><mi><style><!--</style><img title=\"--&gt;&lt;img src=x onerror=RUN&gt;\">",
    "<noembed><img src=\"</noembed><iframe onload=RUN>\"></noembed>",
    "<select><template><style><!--</style><a rel=\"--></style></template></select><img src=x onerror=RUN>\">x</a>",
    "<!--[if gte IE 4]><script>RUN</script><![endif]-->",
    "<![CDATA[<img src=x onerror=RUN>]]>",
    "<?xml-stylesheet href=\"javascript:RUN\"?>",
    "</p></div><script>RUN</script>",
    "<b <script>RUN</script>",
    "<img src=`x`onerror=RUN>",
    "<a href=\"https://example.org\" x=\"><img src=x onerror=RUN>\">x</a>",
    // Names that stand in for something of the page.
    "<p id=thread-title name=getElementById>x</p>",
    "<form name=body><input name=firstChild></form>",
    "<a id=document href=https://example.org>x</a>",
    "<img name=cookie>",
    // What talks to others, or looks like the widget.
    "<img src=URL>",
    "<img srcset=\"URL 1x\">",
    "<video poster=URL></video>",
    "<p background=URL>x</p>",
    "<table background=URL><tr><td background=URL>x</td></tr></table>",
    "<a href=\"https://example.org\" ping=URL target=_self>x</a>",
    "<button class=\"button-danger\">Delete</button>",
    "<p class=\"comment-error\" role=alert aria-live=assertive tabindex=1>x</p>",
    "<p slot=x part=root is=x-y contenteditable draggable=true>x</p>",
    "<code class=\"button language-x\">x</code>",
    "<ol type=\"javascript:RUN\" start=3 reversed><li value=1>x</li></ol>",
    "<img src=\"/images/../beacon.png\" alt=x>",
    "<img src=\"//example.invalid/images/beacon.png\" alt=x>",
    "<img src=\"/images/a.png\" srcset=URL onload=RUN alt=x>",
    "<span class=\"button spoiler\" onclick=RUN>x</span>",
    "<span class=\"comment-error\">x</span>",
    "<afterword-comments data-api=URL></afterword-comments>",
    "<x-y onclick=RUN>x</x-y>",
];

/// What is allowed, and stays as it is.
const FRIENDLY: &[&str] = &[
    "<p>Two <strong>bold</strong> <em>words</em>, <del>gone</del><br>a line</p>",
    "<h1>1</h1><h2>2</h2><h3>3</h3><h4>4</h4><h5>5</h5><h6>6</h6><hr>",
    "<blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote>",
    "<ul><li>a</li><li>b<ol start=\"3\"><li>c</li></ol></li></ul>",
    "<p>H<sub>2</sub>O x<sup>2</sup> <code>a &lt; b</code></p>",
    "<table><thead><tr><th align=\"right\">a</th></tr></thead><tbody><tr><td align=\"left\">b</td></tr></tbody></table>",
    "<pre><code class=\"language-rust\"><span class=\"hl-keyword\">fn</span> a()\n</code></pre>",
    "<p>💪🇺🇦👊🏽👩‍👩‍👧 שלום &amp; مرحبا</p>",
];

/// How HTML is cleaned.
#[derive(Clone, Copy, Debug, PartialEq)]
enum By {
    TheBrowser,
    Purify,
}

const DOMPURIFY: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/target/tools/npm/node_modules/dompurify/dist/purify.es.mjs"
));

fn files(load: &Function) -> Files {
    let options = js_sys::Object::new();
    Reflect::set(&options, &"load".into(), load).unwrap();
    Files::new(options.into())
}

/// Cleans by one way for as long as it is there.
struct Cleaner(Option<JsValue>);

impl Cleaner {
    async fn new(by: By) -> Self {
        let cleaner = Self::none();
        if by == By::TheBrowser {
            drop(cleaner);
            return Self(None);
        }
        let code = serde_json::to_string(DOMPURIFY).unwrap();
        let import = Function::new_no_args(&format!(
            "return import(URL.createObjectURL(new Blob([{code}], {{type: 'text/javascript'}})))"
        ));
        clean::prepare(&files(&import)).await;
        cleaner
    }
}

impl Cleaner {
    /// A browser that can't clean by itself.
    fn none() -> Self {
        let prototype = prototype();
        let own = Reflect::get(&prototype, &"setHTML".into()).unwrap();
        assert!(own.is_function(), "this browser can clean by itself");
        Reflect::delete_property(&prototype, &"setHTML".into()).unwrap();
        Self(Some(own))
    }
}

impl Drop for Cleaner {
    fn drop(&mut self) {
        if let Some(own) = &self.0 {
            Reflect::set(&prototype(), &"setHTML".into(), own).unwrap();
        }
    }
}

fn prototype() -> js_sys::Object {
    let element = Reflect::get(&window(), &"Element".into()).unwrap();
    let prototype = Reflect::get(&element, &"prototype".into()).unwrap();
    prototype.unchecked_into()
}

/// Where the server's images are.
const IMAGES: &str = "https://comments.invalid";

fn around() -> clean::Around {
    clean::Around {
        spoiler: "Spoiler".to_owned(),
        images: IMAGES.to_owned(),
    }
}

/// An element of the page that has this HTML in it, cleaned.
fn shown(html: &str) -> Element {
    let element = document().create_element("div").unwrap();
    document().body().unwrap().append_child(&element).unwrap();
    clean::show(&element, html, &around());
    element
}

/// What is in an element that must not be.
fn offences(element: &Element) -> Vec<String> {
    let mut offences = Vec::new();
    for child in elements(element, "*") {
        let tag = child.local_name();
        if !html::ELEMENTS.contains(&tag.as_str()) {
            offences.push(format!("<{tag}>"));
        }
        let names: Array = child.get_attribute_names();
        for name in names.iter().filter_map(|name| name.as_string()) {
            let value = child.get_attribute(&name).unwrap();
            let is_allowed = match (tag.as_str(), name.as_str()) {
                ("a", "href") => {
                    let (scheme, _) = value.split_once(':').unwrap_or_default();
                    html::LINK_SCHEMES.contains(&scheme)
                }
                ("a", "rel") => value == html::LINK_REL,
                ("code", "class") => value.starts_with("language-") && !value.contains(' '),
                ("pre" | "table", "tabindex") => value == "0",
                ("span", "class") => html::SPAN_CLASSES.contains(&value.as_str()),
                ("span", "tabindex" | "role" | "aria-label") => child.class_name() == "spoiler",
                ("img", "src") => value.starts_with(IMAGES),
                (tag, name) => html::ATTRIBUTES.contains(&(tag, name)),
            };
            if !is_allowed {
                offences.push(format!("<{tag} {name}={value:?}>"));
            }
        }
    }
    offences
}

/// A payload whose execution is counted.
fn armed(payload: &str) -> String {
    payload
        .replace("RUN", "window.ran_=1+(window.ran_||0)")
        .replace("URL", "https://example.invalid/beacon")
}

async fn nothing_runs_and_nothing_else_is_left(by: By) {
    let cleaner = Cleaner::new(by).await;
    Reflect::set(&window(), &"ran_".into(), &0.into()).unwrap();
    // Even a click on all that is left does nothing, and leads nowhere.
    let stay = Closure::<dyn FnMut(web_sys::Event)>::new(|event: web_sys::Event| {
        event.prevent_default();
    });
    for payload in HOSTILE {
        let element = shown(&armed(payload));
        assert_eq!(
            offences(&element),
            Vec::<String>::new(),
            "{by:?}: {payload}"
        );
        element
            .add_event_listener_with_callback("click", stay.as_ref().unchecked_ref())
            .unwrap();
        for child in elements(&element, "*") {
            child.click();
            let _ = child.focus();
        }
        tick().await;
        let ran = Reflect::get(&window(), &"ran_".into()).unwrap();
        assert_eq!(ran.as_f64(), Some(0.0), "{by:?}: {payload}");
        element.remove();
    }
    // What runs late has run by now.
    for _ in 0..20 {
        tick().await;
    }
    let ran = Reflect::get(&window(), &"ran_".into()).unwrap();
    assert_eq!(ran.as_f64(), Some(0.0), "{by:?}");
    let beacons = Function::new_no_args(
        "return performance.getEntriesByType('resource').filter((it) => it.name.includes('beacon')).length",
    );
    assert_eq!(beacons.call0(&JsValue::NULL).unwrap().as_f64(), Some(0.0));
    drop(cleaner);
}

#[wasm_bindgen_test]
async fn nothing_runs_by_the_browser() {
    nothing_runs_and_nothing_else_is_left(By::TheBrowser).await;
}

#[wasm_bindgen_test]
async fn nothing_runs_by_purify() {
    nothing_runs_and_nothing_else_is_left(By::Purify).await;
}

#[wasm_bindgen_test]
async fn what_is_allowed_stays() {
    for by in [By::TheBrowser, By::Purify] {
        let cleaner = Cleaner::new(by).await;
        for html in FRIENDLY {
            let element = shown(html);
            let left = element.inner_html().replace(" tabindex=\"0\"", "");
            assert_eq!(left, *html, "{by:?}");
            element.remove();
        }
        let link = shown("<a href=\"https://example.org/?a=1&amp;b=2#c\" title=t>x</a>");
        assert_eq!(
            link.inner_html(),
            format!(
                "<a href=\"https://example.org/?a=1&amp;b=2#c\" rel=\"{}\">x</a>",
                html::LINK_REL
            ),
            "{by:?}"
        );
        link.remove();
        let code = shown("<pre><code class=\"language-rust\">fn main() {}\n</code></pre>");
        assert_eq!(
            code.inner_html(),
            "<pre tabindex=\"0\"><code class=\"language-rust\">fn main() {}\n</code></pre>",
            "{by:?}"
        );
        code.remove();
        let spoiler = shown("<p>it was <span class=\"spoiler\">he</span></p>");
        assert_eq!(
            spoiler.inner_html(),
            "<p>it was <span class=\"spoiler\" tabindex=\"0\" role=\"group\" aria-label=\"Spoiler\">he</span></p>",
            "{by:?}"
        );
        spoiler.remove();
        let image = shown(
            "<img src=\"/images/a-1x2.png\" alt=\"b\"><img src=\"https://x.invalid/images/a.png\">",
        );
        assert_eq!(
            image.inner_html(),
            format!("<img src=\"{IMAGES}/images/a-1x2.png\" alt=\"b\">"),
            "{by:?}"
        );
        image.remove();
        // What is not allowed goes, and its words stay.
        let words = shown("<div><u>some</u> <b>words</b> <span>stay</span></div>");
        assert_eq!(words.text_content().unwrap(), "some words stay", "{by:?}");
        words.remove();
        drop(cleaner);
    }
}

#[wasm_bindgen_test]
async fn cleaning_twice_equals_once() {
    for by in [By::TheBrowser, By::Purify] {
        let cleaner = Cleaner::new(by).await;
        for payload in HOSTILE.iter().chain(FRIENDLY) {
            let element = shown(&armed(payload));
            let once = element.inner_html();
            // Its images have the server's address by then.
            let again = once.replace(&format!("src=\"{IMAGES}"), "src=\"");
            clean::show(&element, &again, &around());
            assert_eq!(element.inner_html(), once, "{by:?}: {payload}");
            element.remove();
        }
        drop(cleaner);
    }
}

#[wasm_bindgen_test]
async fn a_widget_cleans_whatever_its_backend_sends() {
    Reflect::set(&window(), &"ran_".into(), &0.into()).unwrap();
    let comments = HOSTILE.iter().enumerate().map(|(id, payload)| {
        comment(&id.to_string())
            .by(&armed(payload))
            .html(&armed(payload))
    });
    let page = Page::new();
    let images = format!("<img src=\"{}/images/", page.config().api);
    let reader = page.opened(list(comments)).await;
    assert_eq!(reader.ids().len(), HOSTILE.len());
    for body in reader.all(".body") {
        let mut offences = offences(&body);
        offences.retain(|it| !it.starts_with(&images));
        assert_eq!(offences, Vec::<String>::new());
    }
    for author in reader.all(".comment-author") {
        assert_eq!(elements(&author, "*").len(), 0);
    }
    for _ in 0..20 {
        tick().await;
    }
    let ran = Reflect::get(&window(), &"ran_".into()).unwrap();
    assert_eq!(ran.as_f64(), Some(0.0));
}

/// Then a comment is its bare words, and nobody waits for more.
#[wasm_bindgen_test]
async fn a_cleaner_that_cannot_be_loaded_is_done_without() {
    let cleaner = Cleaner::none();
    for code in [
        "return Promise.reject(new TypeError('offline'))",
        "return Promise.resolve({})",
        "throw new TypeError('no such file')",
    ] {
        clean::prepare(&files(&Function::new_no_args(code))).await;
    }
    clean::prepare(&Files::default()).await;
    let element = shown(&armed("<p>some <img src=x onerror=RUN> words</p>"));
    assert_eq!(element.text_content().unwrap().trim(), "some  words");
    assert_eq!(offences(&element), Vec::<String>::new());
    element.remove();
    drop(cleaner);
}
