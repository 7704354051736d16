//! What a screen reader is told: the accessibility tree, as Chromium makes it of the page.

use afterword_e2e::{Engine, Page, Reader, Story, until};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::layout::fits;

/// An element as assistive technology knows it.
#[derive(Debug)]
struct Told {
    depth: usize,
    role: String,
    name: String,
    properties: Vec<(String, Value)>,
}

impl Told {
    fn property(&self, name: &str) -> Option<&Value> {
        let found = self.properties.iter().find(|(it, _)| it == name);
        found.map(|(_, value)| value)
    }
}

/// The tree below the page, in the order of reading, without what it leaves out.
async fn tree(reader: &Reader) -> Result<Vec<Told>> {
    let cdp = reader.driver().cdp();
    let answer = cdp
        .send_raw("Accessibility.getFullAXTree", json!({}))
        .await?;
    let nodes = answer["nodes"].as_array().context("no nodes")?;
    let find = |id: &Value| nodes.iter().find(|node| node["nodeId"] == *id);
    let mut told = Vec::new();
    let mut open = vec![(nodes.first().context("no root")?, 0)];
    while let Some((node, depth)) = open.pop() {
        let is_ignored = node["ignored"] == true;
        if !is_ignored {
            let text = |name: &str| node[name]["value"].as_str().unwrap_or_default().to_owned();
            let properties = node["properties"].as_array().into_iter().flatten();
            let properties = properties.map(|it| {
                let name = it["name"].as_str().unwrap_or_default();
                (name.to_owned(), it["value"]["value"].clone())
            });
            told.push(Told {
                depth,
                role: text("role"),
                name: text("name"),
                properties: properties.collect(),
            });
        }
        let children = node["childIds"].as_array().into_iter().flatten();
        let children: Vec<&Value> = children.filter_map(find).collect();
        let below = depth + usize::from(!is_ignored);
        open.extend(children.into_iter().rev().map(|child| (child, below)));
    }
    Ok(told)
}

/// The tree as lines, for whoever reads why a test fails.
fn outline(told: &[Told]) -> String {
    let lines = told.iter().map(|it| {
        let indent = "  ".repeat(it.depth);
        format!("{indent}{} \"{}\"\n", it.role, it.name)
    });
    lines.collect()
}

/// Where in the tree, from the outside in, something of that role and name stands.
fn around(told: &[Told], role: &str, name: &str) -> Option<Vec<String>> {
    let at = told
        .iter()
        .position(|it| it.role == role && it.name.contains(name))?;
    let mut depth = told[at].depth;
    let mut roles = vec![told[at].role.clone()];
    for it in told[..at].iter().rev() {
        if it.depth < depth {
            depth = it.depth;
            roles.insert(0, it.role.clone());
        }
    }
    Some(roles)
}

pub(crate) async fn a_thread_as_it_is_told(story: &Story) -> Result<()> {
    if story.engine != Engine::Chromium {
        return Ok(());
    }
    let server = story.server()?;
    let first = server
        .has_comment("/article", Some("Ana"), "What do you think?", None)
        .await?;
    server
        .has_comment("/article", Some("Ben"), "- calm\n- slow", Some(&first))
        .await?;
    server
        .has_comment("/article", None, "Nothing.", None)
        .await?;
    let reader = story.reader().await?;
    let page = Page::new().script(&server.url(), "data-sort=oldest");
    reader.opens(&story.page("/article", &page)).await?;
    reader.comments("My own words.").await?;
    reader.clicks_at("What do you think?", "Reply").await?;
    reader
        .finds(
            "the composer",
            "return !!composer('What do you think?') && !root.querySelector('[aria-busy=true]');",
        )
        .await?;
    // The tree is made a moment after the page.
    let told = until("the tree to have the composer", || async {
        let told = tree(&reader).await?;
        let is_there = told.iter().any(|it| {
            let is_focused = it.property("focused") == Some(&json!(true));
            it.name.contains("Your reply to Ana") && is_focused
        });
        Ok(is_there.then_some(told))
    })
    .await?;
    let outline = outline(&told);
    let has = |role: &str, name: &str| {
        let found = told
            .iter()
            .find(|it| it.role == role && it.name.contains(name));
        found.with_context(|| format!("no {role} \"{name}\" in\n{outline}"))
    };

    // One can go there by landmark, and by heading.
    has("region", "Comments")?;
    let heading = has("heading", "4 comments")?;
    ensure!(
        heading.property("level") == Some(&json!(2)),
        "below the article's own heading: {heading:?}"
    );

    // How many there are, and what answers what, is told by lists in lists.
    for (name, levels) in [
        ("Comment by Ana", 1),
        ("Comment by Ben", 2),
        ("Comment by Anonymous", 1),
    ] {
        let path = around(&told, "article", name)
            .with_context(|| format!("no article \"{name}\" in\n{outline}"))?;
        let lists = path.iter().filter(|role| *role == "list").count();
        ensure!(lists == levels, "{name} stands in {path:?}\n{outline}");
        let items = path.iter().filter(|role| *role == "listitem").count();
        ensure!(items == levels, "{name} stands in {path:?}\n{outline}");
    }

    // What can be pressed says what it does, and to whom.
    has("button", "Newest")?;
    has("button", "Post comment")?;
    // These lead somewhere without a script, and so are links.
    has("link", "Reply to Ana")?;
    has("link", "Reply to Ben")?;
    has("link", "Edit")?;
    let order = has("button", "Oldest")?;
    ensure!(
        order.property("pressed") == Some(&json!("true")),
        "{order:?}"
    );
    let vote = has("button", "Vote up, 0 votes")?;
    ensure!(
        vote.property("pressed") == Some(&json!("false")),
        "{vote:?}"
    );
    let menu = has("link", "More")?;
    ensure!(
        menu.property("hasPopup") == Some(&json!("menu"))
            && menu.property("expanded") == Some(&json!(false)),
        "{menu:?}"
    );
    let fold = has("button", "Ana and 1 reply")?;
    ensure!(fold.property("expanded") == Some(&json!(true)), "{fold:?}");
    let acts = [
        "button", "link", "textbox", "combobox", "checkbox", "menuitem",
    ];
    for it in told.iter().filter(|it| acts.contains(&it.role.as_str())) {
        ensure!(
            !it.name.trim().is_empty(),
            "a {} without a name in\n{outline}",
            it.role
        );
    }

    // Fields have labels; the text for the reply has the focus.
    has("textbox", "Enter comments here")?;
    has("textbox", "Name")?;
    let field = has("textbox", "Your reply to Ana")?;
    ensure!(field.property("focused") == Some(&json!(true)), "{field:?}");
    ensure!(
        field.property("multiline") == Some(&json!(true)),
        "{field:?}"
    );

    // What happens is said by one polite voice.
    let status: Vec<&Told> = told.iter().filter(|it| it.role == "status").collect();
    ensure!(status.len() == 1, "{outline}");
    ensure!(
        status[0].property("live") == Some(&json!("polite")),
        "{:?}",
        status[0]
    );
    Ok(())
}

pub(crate) async fn at_400_per_cent(story: &Story) -> Result<()> {
    // A window of 1280 by 1024 has 320 by 256 pixels of the page at that zoom (WCAG 1.4.10).
    let server = story.server()?;
    let root = server
        .has_comment(
            "/article",
            Some("Ana"),
            "What do you think of *this*?",
            None,
        )
        .await?;
    server
        .has_comment(
            "/article",
            Some("Ben"),
            "```\na line of code that is longer than the window is wide\n```",
            Some(&root),
        )
        .await?;
    let page = Page::new()
        .style("body { margin: 16px; }")
        .script(&server.url(), "");
    let article = story.page("/article", &page);
    let frame = Page::new().article("").body(&format!(
        "<iframe src=\"{article}\" title=article width=320 height=256 style=\"border: 0\"></iframe>"
    ));
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/frame", &frame)).await?;
    reader.looks_into_frame().await?;
    reader.run("host.scrollIntoView();", json!(null)).await?;
    reader.waits_for_the_thread().await?;
    fits(&reader).await?;
    reader.comments("Read at 400 per cent.").await?;
    reader.clicks_at("What do you think", "Reply").await?;
    reader
        .finds("the composer", "return !!composer('What do you think');")
        .await?;
    fits(&reader).await?;
    reader
        .answers_there("What do you think", "An answer.")
        .await?;
    reader.clicks_at("An answer.", "Edit").await?;
    reader
        .finds("the editor", "return active()?.matches('textarea');")
        .await?;
    fits(&reader).await?;
    reader.finds_no_barrier().await?;
    // What opens over the thread.
    let opens = async |opener: &str, shows: &str| {
        let script = "return root.querySelector(argument);";
        reader.clicks_on(opener, script, json!(opener)).await?;
        let is_there = format!("return all({shows:?}).some(visible);");
        reader.finds(shows, &is_there).await?;
        fits(&reader).await?;
        reader.presses("\u{e00c}").await
    };
    opens(
        "article .toolbar-button[data-name=emoji]",
        "dialog .emoji-option",
    )
    .await?;
    opens(".comment-more", ".menu-item").await?;
    opens(".search-open", ".search").await?;
    opens(".thread-foot > :last-child", "dialog .code-field").await
}
