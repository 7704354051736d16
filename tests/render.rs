//! A server renders a thread with the components that run in the browser.
#![cfg(feature = "ssr")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests panic")]

#[path = "support/answers.rs"]
mod answers;

use afterword::i18n::I18n;
use afterword::thread::{Draft, Failure, Progress, Slot, Tree};
use afterword::ui::{FormState, Forms, Node, Opening, Panel, Preview, Ui, thread};
use afterword::{Drawing, Subject, render};
use afterword_protocol::{CommentList, ProblemKind, Sort, Status};
use leptos::prelude::*;

use answers::{comment, list};

/// A server with a thread to render.
struct Server {
    list: CommentList,
    max_depth: u32,
    forms: Option<Forms>,
}

impl Server {
    fn with(list: CommentList) -> Self {
        Self {
            list,
            max_depth: 6,
            forms: None,
        }
    }

    /// With pages for readers without a script.
    fn pages(mut self) -> Self {
        self.forms = Some(forms());
        self
    }

    fn max_depth(mut self, max_depth: u32) -> Self {
        self.max_depth = max_depth;
        self
    }

    fn renders(self) -> String {
        self.renders_after(|_, _| ())
    }

    /// The thread's HTML after something was done to its signals; a line for each element.
    fn renders_after(self, change: impl FnOnce(Ui, &[Node])) -> String {
        let owner = Owner::new();
        let html = owner.with(|| {
            let ui = Ui::new(
                I18n::english(),
                String::new(),
                Sort::Newest,
                String::new(),
                self.forms,
            );
            let (mut tree, mut nodes) = (Tree::new(self.max_depth), Vec::new());
            let portion = self.list.branches.len();
            ui.show_list(&mut tree, &mut nodes, self.list, portion);
            change(ui, &nodes);
            thread(ui).to_html()
        });
        without_parts(&html).replace("><", ">\n<")
    }
}

/// Without the parts that owners may style: tests/theming.rs asks for those.
fn without_parts(html: &str) -> String {
    let mut pieces = html.split(" part=\"");
    let mut rest = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        rest.push_str(piece.split_once('"').map_or("", |(_, after)| after));
    }
    rest
}

fn forms() -> Forms {
    Forms {
        base: "https://comments.example".to_owned(),
        fields: vec![("site", "news".to_owned()), ("page", "/a?b&c".to_owned())],
        key: Some("0123456789abcdef".to_owned()),
        token: None,
        has_program: true,
    }
}

/// The lines of a comment's element, from its first to its last.
fn element<'a>(html: &'a str, start: &str, end: &str) -> &'a str {
    let from = html
        .find(start)
        .unwrap_or_else(|| panic!("no {start} in\n{html}"));
    let to = html[from..].find(end).unwrap();
    &html[from..from + to + end.len()]
}

#[test]
fn a_comment_is_whole() {
    let html = Server::with(list([comment("a")
        .number(7)
        .by("Ada")
        .html("<p>One &amp; <em>two</em></p>")]))
    .renders();
    assert_eq!(
        element(&html, "<li", "</li>"),
        r##"<li class="branch">
<article tabindex="-1" class="comment" id="comment-a" aria-label="Comment by Ada">
<header class="comment-head">
<span class="avatar" aria-hidden="true" data-letters="A" data-hue="4">
</span>
<bdi class="comment-author">Ada</bdi>
<a class="comment-time" href="#comment-a">
<time datetime="2026-11-23T19:14:36.626Z" title="2026-11-23T19:14:36.626Z">2026-11-23</time>
<span class="visually-hidden">, 2026-11-23T19:14:36.626Z</span>
</a>
<span class="comment-mark">
</span>
<span class="comment-number">#7</span>
</header>
<div class="comment-main">
<div class="comment-body body" dir="auto">
<p>One &amp; <em>two</em>
</p>
</div>
<form class="comment-actions">
<button class="text-button" type="button" aria-label="Reply to Ada">Reply</button>
<button class="text-button comment-more" type="button" aria-label="More" aria-haspopup="menu" aria-expanded="false">⋯</button>
</form>
</div>
</article>
</li>"##
    );
}

#[test]
fn the_thread_has_a_heading_an_order_a_composer_and_a_live_region() {
    let html = Server::with(list([comment("a"), comment("b")])).renders();
    for part in [
        r#"<section class="thread" aria-label="Comments" dir="ltr" aria-busy="false">"#,
        r#"<h2 class="thread-title" id="thread-title" tabindex="-1">2 comments</h2>"#,
        r#"<form class="sort" aria-label="Sort by">"#,
        r#"<button class="text-button" name="sort" value="newest" aria-pressed="true">Newest</button>"#,
        r#"<button class="text-button" name="sort" value="oldest" aria-pressed="false">Oldest</button>"#,
        r#"<label class="field-label" for="text-new">Enter comments here:</label>"#,
        r#"<textarea class="field composer-text" id="text-new""#,
        r#"<ol class="comments" role="list">"#,
        r#"<p class="visually-hidden" role="status">"#,
    ] {
        assert!(html.contains(part), "no {part} in\n{html}");
    }
    // The composer before the comments, and these in the order given.
    let places = ["composer-text", "comment-a", "comment-b", "role=\"status\""];
    let places = places.map(|part| html.find(part).unwrap());
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn replies_stand_in_what_they_answer() {
    let html = Server::with(list([comment("a")
        .reply(comment("b").parent("a"))
        .reply(comment("c").parent("b"))]))
    .renders();
    assert_eq!(
        html.matches(r#"<ol class="replies" role="list">"#).count(),
        2
    );
    // Each list ends where the comment above it ends.
    let tags = html.split('<').filter_map(|tag| {
        let is_told = |name| tag.starts_with(name);
        let ends = ["ol", "li", "/ol", "/li"].into_iter().any(is_told);
        (ends || tag.starts_with("article")).then(|| tag.split([' ', '>']).next().unwrap())
    });
    assert_eq!(
        tags.collect::<Vec<_>>().join(" "),
        "ol li article ol li article ol li article /li /ol /li /ol /li /ol"
    );
    assert!(!html.contains("comment-context"), "{html}");
}

#[test]
fn what_the_greatest_depth_flattens_says_what_it_answers() {
    let html = Server::with(list([comment("a")
        .reply(comment("b").parent("a").number(2).by("Grace <3"))
        .reply(comment("c").parent("b").number(3))]))
    .max_depth(1)
    .renders();
    assert_eq!(
        html.matches(r#"<ol class="replies" role="list">"#).count(),
        1
    );
    assert_eq!(
        element(&html, r#"<p class="comment-context">"#, "</p>"),
        "<p class=\"comment-context\">\n<a href=\"#comment-b\">In reply to <bdi>Grace &lt;3, #2</bdi>\n</a>\n</p>"
    );
}

#[test]
fn a_reply_leads_to_what_it_answers() {
    let html = Server::with(list([comment("a")
        .number(7)
        .by("Ada")
        .reply(comment("b").parent("a"))]))
    .renders();
    assert_eq!(
        element(&html, r#"<a class="comment-up""#, "</a>"),
        r##"<a class="comment-up" href="#comment-a" aria-label="In reply to Ada, #7">↑</a>"##
    );
}

#[test]
fn a_branch_says_what_it_hides() {
    let html = Server::with(list([comment("a")
        .by("Ada")
        .reply(comment("b").parent("a"))
        .reply(comment("c").parent("b"))
        .more(12, "cursor")]))
    .renders();
    assert_eq!(
        element(&html, r#"<button class="fold"#, "</button>"),
        r#"<button class="fold text-button" type="button" aria-expanded="true">Ada and 14 replies</button>"#
    );
    assert_eq!(html.matches("aria-expanded=\"true\"").count(), 2, "{html}");
}

#[test]
fn a_long_comment_is_cut_short_and_all_there() {
    let long = format!("<p>{}</p>", "word ".repeat(1000));
    let html = Server::with(list([comment("a").html(&long), comment("b")]))
        .pages()
        .renders();
    assert_eq!(html.matches("is-cut").count(), 1);
    assert!(html.contains(&long));
    let link = element(&html, r#"<a class="text-button read-more""#, "</a>");
    assert!(link.contains("/thread?comment=a\">Read more"), "{link}");
}

#[test]
fn nobody_has_a_face_without_a_colour() {
    let html = Server::with(list([comment("a")])).renders();
    assert!(html.contains(r#"<span class="avatar" aria-hidden="true" data-letters="A">"#));
}

#[test]
fn a_name_is_never_markup() {
    let name = r#""><script>alert(1)</script><b x='"#;
    let html = Server::with(list([comment("a").by(name)])).renders();
    assert!(!html.contains("<script"), "{html}");
    assert!(!html.contains("<b "), "{html}");
    let escaped = "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;b x='";
    assert!(html.contains(&format!(r#"<bdi class="comment-author">{escaped}</bdi>"#)));
    assert!(html.contains(&format!(r#"aria-label="Comment by {escaped}""#)));
}

#[test]
fn an_id_is_never_markup() {
    let html = Server::with(list([comment(r#"a" onfocus="alert(1)"#).html("")])).renders();
    assert!(!html.contains(r#" onfocus=""#), "{html}");
    assert!(html.contains(r#"id="comment-a&quot; onfocus=&quot;alert(1)""#));
}

#[test]
fn nobody_is_anonymous() {
    let html = Server::with(list([comment("a")])).renders();
    assert!(html.contains(r#"<span class="comment-author is-anonymous">Anonymous</span>"#));
    assert!(html.contains(r#"aria-label="Comment by Anonymous""#));
}

#[test]
fn a_tombstone_holds_the_place_of_its_replies_and_says_nothing_else() {
    let html = Server::with(list([comment("a")
        .status(Status::Deleted)
        .html("")
        .reply(comment("b").parent("a").html("<p>still here</p>"))]))
    .renders();
    let tombstone = element(&html, "<article", "</article>");
    assert!(
        tombstone.contains("This comment was deleted."),
        "{tombstone}"
    );
    assert!(!tombstone.contains("<button"), "{tombstone}");
    assert!(!tombstone.contains("Anonymous"), "{tombstone}");
    assert!(tombstone.contains(r#"aria-label="This comment was deleted.""#));
    assert!(html.contains("<p>still here</p>"));
}

#[test]
fn each_state_has_its_mark_and_its_class() {
    let marks = |html: &str| element(html, r#"<span class="comment-mark">"#, "</span>").to_owned();
    let states: [(Status, bool, &str, &str); 3] = [
        (Status::Published, false, "comment", "\n"),
        (Status::Published, true, "comment", "\n"),
        (
            Status::Pending,
            false,
            "comment is-pending",
            "waiting for approval",
        ),
    ];
    for (status, is_edited, class, mark) in states {
        let one = comment("a").status(status);
        let one = if is_edited { one.edited() } else { one };
        let html = Server::with(list([one])).renders();
        assert!(html.contains(&format!(r#"class="{class}" id="#)), "{html}");
        assert_eq!(
            marks(&html),
            format!(r#"<span class="comment-mark">{mark}</span>"#)
        );
        let leads = r#"<button class="comment-mark text-button" type="button" aria-haspopup="dialog">edited</button>"#;
        assert_eq!(html.contains(leads), is_edited, "{html}");
    }
    let sending = |progress| {
        Server::with(list([comment("a")])).renders_after(move |_, nodes| {
            nodes[0].row.update(|row| row.sending = progress);
        })
    };
    let html = sending(Progress::Waiting);
    assert!(marks(&html).contains("sending…"), "{html}");
    assert!(!element(&html, "<article", "</article>").contains("<button"));
    let html = sending(Progress::Failed(Failure::Network));
    assert!(marks(&html).contains("not sent yet"), "{html}");
    assert_eq!(
        element(&html, r#"<p class="comment-error""#, "</p>"),
        r#"<p class="comment-error" role="alert">The comment server can't be reached. Check your connection, then try again. Your text is kept.</p>"#
    );
    for action in ["Try again", "Change the text", "Discard"] {
        assert!(html.contains(action), "no {action} in {html}");
    }
}

#[test]
fn there_is_more() {
    let mut first = list([comment("a").more(12, "cursor")]);
    first.next = Some("next".to_owned());
    let html = Server::with(first).renders();
    assert!(html.contains("Show 12 more replies"), "{html}");
    assert!(html.contains("Show more comments"), "{html}");

    let mut list = list([comment("a"), comment("b")]);
    list.next = Some("next".to_owned());
    for (roots, label) in [(9, "Show 2 more"), (3, "Show 1 more")] {
        list.root_count = Some(roots);
        let html = Server::with(list.clone()).renders();
        assert!(html.contains(label), "{html}");
    }
}

#[test]
fn an_empty_thread_invites() {
    let html = Server::with(list([])).renders();
    assert!(html.contains(">0 comments<"), "{html}");
    assert!(html.contains("No comments yet. Be the first to say something."));
}

#[test]
fn a_failure_stands_where_comments_would() {
    let html = Server::with(list([])).renders_after(|ui, _| {
        ui.state
            .update(|state| state.load = Progress::Failed(Failure::Timeout));
    });
    let notice = element(
        &html,
        r#"<div class="notice notice-error" role="alert">"#,
        "</div>",
    );
    assert!(notice.contains("The comments could not be loaded. The comment server takes too long"));
    assert!(notice.contains("Try again</button>"), "{notice}");
    assert!(!html.contains("No comments yet"));
}

#[test]
fn what_is_on_its_way_has_its_place_already() {
    let html = Server::with(list([])).renders_after(|ui, _| {
        ui.state.update(|state| state.load = Progress::Waiting);
    });
    assert!(html.contains(r#"aria-busy="true""#));
    assert!(html.contains(r#"<div class="skeleton" aria-hidden="true">"#));
}

#[test]
fn without_a_script_every_form_leads_to_a_page_of_the_server() {
    let mut list = list([comment("a").more(12, "cursor")]);
    list.next = Some("next".to_owned());
    let html = Server::with(list).pages().renders();
    let composer = element(
        &html,
        r#"<form target="_self" method="post" action="https://comments.example/thread/comments" accept-charset="utf-8""#,
        "</form>",
    );
    for field in [
        r#"<input type="hidden" name="site" value="news">"#,
        r#"<input type="hidden" name="page" value="/a?b&amp;c">"#,
        r#"<input type="hidden" name="key" value="0123456789abcdef">"#,
        r#"<textarea class="field composer-text" id="text-new" name="text""#,
        r#"name="preview" value="on""#,
    ] {
        assert!(composer.contains(field), "no {field} in\n{composer}");
    }
    assert!(!composer.contains("parent"), "{composer}");
    for link in [
        r#"<a class="text-button" target="_self" href="https://comments.example/thread?reply=a""#,
        r#"<a class="text-button" target="_self" href="https://comments.example/thread?branch=a">"#,
    ] {
        assert!(html.contains(link), "no {link} in\n{html}");
    }
    let more = element(&html, r#"<form class="more""#, "</form>");
    assert!(more.contains(r#"method="get" action="https://comments.example/thread""#));
    for field in [
        r#"name="page" value="/a?b&amp;c""#,
        r#"name="sort" value="newest""#,
        r#"name="cursor" value="next""#,
    ] {
        assert!(more.contains(field), "no {field} in {more}");
    }
    assert!(!more.contains("key"), "{more}");
}

/// A page about one comment.
fn about(panel: Panel, opening: Option<Opening>) -> String {
    render(Drawing {
        i18n: I18n::english(),
        list: list([comment("a").by("Ada").reply(comment("b").parent("a"))]),
        sort: Sort::Newest,
        max_depth: 6,
        forms: Forms {
            token: Some("secret".to_owned()),
            ..forms()
        },
        subject: Some(Subject {
            id: "a".to_owned(),
            is_own: true,
            panel,
            thought: String::new(),
        }),
        opening,
        thought: String::new(),
    })
}

#[test]
fn a_page_about_a_comment_has_what_its_author_can_do() {
    let html = about(Panel::Closed, None);
    for part in [
        r#"href="https://comments.example/thread?edit=a&amp;token=secret""#,
        r#"href="https://comments.example/thread?delete=a&amp;token=secret""#,
        r#"id="comment-b""#,
    ] {
        assert!(html.contains(part), "no {part} in\n{html}");
    }
    assert!(!html.contains("text-new"), "{html}");
    assert!(!html.contains(r#"class="sort""#), "{html}");

    let html = about(Panel::Edit("as it _was_".to_owned()), None);
    assert!(html.contains(r#"action="https://comments.example/thread/comments/a""#));
    assert!(html.contains(">as it _was_</textarea>"), "{html}");
    assert!(!html.contains(r#"name="author""#), "{html}");

    let html = about(Panel::Delete, None);
    let question = element(&html, r#"<form class="confirm""#, "</form>");
    assert!(question.contains(r#"action="https://comments.example/thread/comments/a/delete""#));
    assert!(
        question.contains(r#"name="token" value="secret""#),
        "{question}"
    );
}

#[test]
fn what_was_refused_stands_in_its_composer_with_the_reason() {
    let opening = Opening {
        slot: Slot::Reply("a".to_owned()),
        draft: Some(Draft {
            text: "</textarea><script>".to_owned(),
            author: "Grace \"<3\"".to_owned(),
            ..Draft::default()
        }),
        form: FormState {
            progress: Progress::Failed(Failure::Problem(ProblemKind::TextTooLong, Some(5))),
            ..FormState::default()
        },
    };
    let html = about(Panel::Reply, Some(opening));
    let composer = element(&html, r#"<form target="_self" method="post""#, "</form>");
    assert!(composer.contains(r#"<input type="hidden" name="parent" value="a">"#));
    assert!(composer.contains("&lt;/textarea&gt;&lt;script&gt;</textarea>"));
    assert!(
        composer.contains(r#"value="Grace &quot;&lt;3&quot;""#),
        "{composer}"
    );
    assert!(composer.contains(r#"aria-invalid="true""#), "{composer}");
    assert!(composer.contains("longer than a comment may be (5 bytes)"));
}

#[test]
fn a_preview_keeps_the_text_and_the_way_back_to_it() {
    let opening = Opening {
        slot: Slot::Edit("a".to_owned()),
        draft: Some(Draft {
            text: "**now**".to_owned(),
            ..Draft::default()
        }),
        form: FormState {
            preview: Preview::Ready("<p><strong>now</strong></p>".to_owned()),
            ..FormState::default()
        },
    };
    let html = about(Panel::Edit(String::new()), Some(opening));
    assert!(html.contains("<p><strong>now</strong></p>"), "{html}");
    assert!(html.contains(">**now**</textarea>"), "{html}");
    assert!(html.contains(r#"name="preview" value="off" aria-pressed="true""#));
}
