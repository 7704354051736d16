//! What checks share.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use afterword_protocol::offers::USUAL;
use afterword_protocol::{
    Comment, CommentDetail, CommentList, Created, Deletion, ProblemKind, Replies, Status,
};
use http::Method;
use serde_json::{Value, json};

use crate::client::{Answer, Call, Client, Seen, Stop, Trouble, Verdict, encode, ensure};
use crate::{Options, Told};

/// A server that is checked.
pub(crate) struct Suite<'a> {
    pub(crate) client: Client<'a>,
    /// What the keys of its pages begin with.
    pub(crate) page: String,
    pub(crate) site: Option<String>,
    /// The list of a page that nobody has commented on.
    pub(crate) empty: CommentList,
    /// Whoever sends that body, with that key, posts the first comment of the scene.
    pub(crate) first: (Value, String),
    scene: OnceLock<Verdict<Scene>>,
    posted: Mutex<Vec<(String, String)>>,
}

/// The thread that most checks look at: a root `a` with its answer `b` and that one's `c`, another
/// answer `d`, and the roots `e` and `f`, in this order. Nobody changes it but by votes.
pub(crate) struct Scene {
    pub(crate) a: Created,
    pub(crate) b: Created,
    pub(crate) c: Created,
    pub(crate) d: Created,
    pub(crate) e: Created,
    pub(crate) f: Created,
}

impl Scene {
    pub(crate) fn all(&self) -> [&Created; 6] {
        [&self.a, &self.b, &self.c, &self.d, &self.e, &self.f]
    }
}

/// The name of the scene's first author: it is no HTML.
pub(crate) const AUTHOR: &str = "Ada <b>&amp;</b> \"Lovelace\"";

/// Something that nobody can guess, of 32 characters.
pub(crate) fn secret() -> Result<String, Trouble> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| Trouble::Random)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The same where a check needs it.
pub(crate) fn unguessable() -> Verdict<String> {
    secret().map_err(|trouble| Stop::NotChecked(trouble.to_string()))
}

impl<'a> Suite<'a> {
    /// Asks for a list, to know that there is a server.
    pub(crate) fn begin(
        options: &Options,
        tell: &'a (dyn Fn(Told<'_>) + Sync),
    ) -> Result<Self, Trouble> {
        let client = Client::new(options, tell);
        let random = secret()?;
        let page = format!("{}/{}", options.page.trim_end_matches('/'), &random[..12]);
        let mut path = format!("/comments?page={}", encode(&format!("{page}/empty")));
        if let Some(site) = &options.site {
            path = format!("{path}&site={}", encode(site));
        }
        let url = client.url(&path);
        let answer = client.send(&Call::get(path)).map_err(|stop| match stop {
            Stop::Fault(why) | Stop::NotChecked(why) | Stop::NotOffered(why) => Trouble::Silent {
                url: client.url(""),
                why: why.rsplit("no answer: ").next().unwrap_or(&why).to_owned(),
            },
        })?;
        let empty = first_list(url, &answer)?;
        *client.seen.lock().unwrap_or_else(PoisonError::into_inner) = Seen::default();
        let mut body = json!({
            "page": page,
            "title": "A <title> & more",
            "url": "https://elsewhere.invalid/article",
            "text": "Anchovies are *salty*.\n\n> Are they?\n\nhttps://fish.example/?a=1&b=2",
        });
        if offers(&empty, "name") {
            body["author"] = json!(AUTHOR);
        }
        if offers(&empty, "website") {
            body["website"] = json!("https://ada.example/about");
        }
        Ok(Self {
            client,
            page,
            site: options.site.clone(),
            empty,
            first: (body, secret()?),
            scene: OnceLock::new(),
            posted: Mutex::default(),
        })
    }

    /// Ends a check where the server does not offer that.
    pub(crate) fn offers(&self, word: &str) -> Verdict {
        match offers(&self.empty, word) {
            true => Ok(()),
            false => Err(Stop::NotOffered(format!("`offers` has no {word}"))),
        }
    }

    /// The same as a question.
    pub(crate) fn does(&self, word: &str) -> bool {
        offers(&self.empty, word)
    }

    /// The key of another page.
    pub(crate) fn other(&self, name: &str) -> String {
        format!("{}/{name}", self.page)
    }

    /// A query about a page.
    pub(crate) fn query(&self, page: &str) -> String {
        let mut query = format!("page={}", encode(page));
        if let Some(site) = &self.site {
            query.push_str("&site=");
            query.push_str(&encode(site));
        }
        query
    }

    pub(crate) fn send(&self, call: &Call) -> Verdict<Answer> {
        self.client.send(call)
    }

    pub(crate) fn get(&self, path: impl Into<String>) -> Verdict<Answer> {
        self.send(&Call::get(path))
    }

    /// The list of a page; `more` begins with `&`, if there is any.
    pub(crate) fn list_of(&self, page: &str, more: &str) -> Verdict<CommentList> {
        self.get(format!("/comments?{}{more}", self.query(page)))?
            .json(200)
    }

    /// The list of the scene.
    pub(crate) fn list(&self, more: &str) -> Verdict<CommentList> {
        self.list_of(&self.page, more)
    }

    pub(crate) fn replies(&self, id: &str, query: &str) -> Verdict<Replies> {
        self.get(format!("/comments/{id}/replies?{query}"))?
            .json(200)
    }

    pub(crate) fn show(&self, id: &str) -> Verdict<CommentDetail> {
        self.get(format!("/comments/{id}"))?.json(200)
    }

    /// A body for `POST /comments`, with the site, and with what the server insists on.
    pub(crate) fn body(&self, mut body: Value) -> Value {
        let insists = |word, value: &str| self.does(word).then(|| value.to_owned());
        let wanted = [
            ("site", self.site.clone()),
            ("author", insists("name-required", "Ada")),
            ("email", insists("email-required", "ada@elsewhere.invalid")),
        ];
        if let Some(fields) = body.as_object_mut() {
            for (name, value) in wanted {
                if let Some(value) = value {
                    fields.entry(name).or_insert_with(|| json!(value));
                }
            }
        }
        body
    }

    /// Tries to post a comment; what is posted will be deleted in the end.
    pub(crate) fn create(&self, body: Value, key: Option<&str>) -> Verdict<Answer> {
        let mut call = Call::new(Method::POST, "/comments").json(&self.body(body));
        if let Some(key) = key {
            call = call.key(key);
        }
        self.create_by(&call)
    }

    /// The same by whatever request.
    pub(crate) fn create_by(&self, call: &Call) -> Verdict<Answer> {
        let answer = self.send(call)?;
        self.remember(&answer);
        Ok(answer)
    }

    /// Has what an answer says was posted deleted in the end.
    pub(crate) fn remember(&self, answer: &Answer) {
        let created: Option<Value> = serde_json::from_str(&answer.body).ok();
        let text = |pointer| created.as_ref()?.pointer(pointer)?.as_str();
        if answer.is_ok()
            && let (Some(id), Some(token)) = (text("/comment/id"), text("/edit_token"))
        {
            self.know(id, token);
        }
    }

    fn know(&self, id: &str, token: &str) {
        let mut posted = self.known();
        if !posted.iter().any(|(known, _)| known == id) {
            posted.push((id.to_owned(), token.to_owned()));
        }
    }

    /// What is to be deleted, with the tokens for that.
    fn known(&self) -> MutexGuard<'_, Vec<(String, String)>> {
        self.posted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Posts a comment that is to be taken.
    pub(crate) fn post(
        &self,
        page: &str,
        parent: Option<&Created>,
        text: &str,
    ) -> Verdict<Created> {
        let mut body = json!({ "page": page, "text": text });
        if let Some(parent) = parent {
            body["parent"] = json!(parent.comment.id);
        }
        self.taken(&self.create(body, None)?)
    }

    /// A comment that was taken, and may be seen.
    pub(crate) fn taken(&self, answer: &Answer) -> Verdict<Created> {
        let created: Created = answer.json(201)?;
        seen(&created.comment)?;
        Ok(created)
    }

    /// A comment that was edited, and may be seen.
    pub(crate) fn edited(&self, answer: &Answer) -> Verdict<Comment> {
        let comment: Comment = answer.json(200)?;
        seen(&comment)?;
        Ok(comment)
    }

    pub(crate) fn edit(&self, id: &str, token: Option<&str>, text: &str) -> Verdict<Answer> {
        let call = Call::new(Method::PATCH, format!("/comments/{id}"));
        let call = call.json(&json!({ "text": text }));
        self.send(&authorized(call, token))
    }

    pub(crate) fn delete(&self, id: &str, token: Option<&str>) -> Verdict<Answer> {
        let call = Call::new(Method::DELETE, format!("/comments/{id}"));
        let answer = self.send(&authorized(call, token))?;
        if answer.is_ok() {
            self.known().retain(|(known, _)| known != id);
        }
        Ok(answer)
    }

    pub(crate) fn deleted(&self, created: &Created) -> Verdict<Deletion> {
        self.delete(&created.comment.id, Some(&created.edit_token))?
            .json(200)
    }

    pub(crate) fn restore(&self, id: &str, token: Option<&str>) -> Verdict<Answer> {
        let call = Call::new(Method::POST, format!("/comments/{id}/restore"));
        let answer = self.send(&authorized(call, token))?;
        if let (true, Some(token)) = (answer.is_ok(), token) {
            self.know(id, token);
        }
        Ok(answer)
    }

    pub(crate) fn preview(&self, text: &str) -> Verdict<Answer> {
        let call = Call::new(Method::POST, "/preview");
        self.send(&call.json(&json!({ "text": text })))
    }

    /// What a reader with that secret thinks, `about` being a comment's path or nothing.
    pub(crate) fn think(
        &self,
        path: &str,
        voice: Option<&str>,
        thought: &Value,
    ) -> Verdict<Answer> {
        let call = Call::new(Method::PUT, path).json(thought);
        self.send(&authorized(call, voice))
    }

    /// The thread that most checks look at. Who asks first posts it, and hears why that failed.
    pub(crate) fn scene(&self) -> Verdict<&Scene> {
        let mut is_first = false;
        let scene = self.scene.get_or_init(|| {
            is_first = true;
            self.posted_scene()
        });
        match scene {
            Ok(scene) => Ok(scene),
            Err(stop @ Stop::NotOffered(_)) => Err(stop.clone()),
            Err(stop) if is_first => Err(stop.clone()),
            Err(_) => Err(Stop::NotChecked(
                "the comments that it needs could not be posted".to_owned(),
            )),
        }
    }

    fn posted_scene(&self) -> Verdict<Scene> {
        self.offers("post")?;
        self.offers("reply")?;
        let (body, key) = &self.first;
        let a = self.taken(&self.create(body.clone(), Some(key))?)?;
        let b = self.post(&self.page, Some(&a), "Barley.")?;
        let c = self.post(&self.page, Some(&b), "Cinnamon.")?;
        let d = self.post(&self.page, Some(&a), "Dill.")?;
        let e = self.post(&self.page, None, "Endive.")?;
        let f = self.post(&self.page, None, "Fennel.")?;
        Ok(Scene { a, b, c, d, e, f })
    }

    /// Deletes what was posted; gives the ids of what stays.
    pub(crate) fn clean(&self) -> Vec<String> {
        // The latest first, so that no tombstone is needed in between.
        let posted = self.known().clone();
        for (id, token) in posted.into_iter().rev() {
            let answer = self.delete(&id, Some(&token));
            if answer.is_ok_and(|answer| answer.status == 404) {
                self.known().retain(|(known, _)| *known != id);
            }
        }
        self.known().iter().map(|(id, _)| id.clone()).collect()
    }
}

fn authorized(call: Call, token: Option<&str>) -> Call {
    match token {
        Some(token) => call.bearer(token),
        None => call,
    }
}

/// The first list, or why there is none.
fn first_list(url: String, answer: &Answer) -> Result<CommentList, Trouble> {
    let to = answer.header("location");
    if let (300..400, Some(to)) = (answer.status, to) {
        let to = to.to_owned();
        return Err(Trouble::Moved { url, to });
    }
    if answer.is(ProblemKind::SiteUnknown) {
        let problem: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let detail = problem["detail"].as_str().or(problem["title"].as_str());
        let detail = detail.unwrap_or("site-unknown").to_owned();
        return Err(Trouble::Site { detail });
    }
    let is_html = answer.body.trim_start().starts_with('<');
    let what = match serde_json::from_str::<CommentList>(&answer.body) {
        Ok(list) if answer.status == 200 => return Ok(list),
        _ if is_html => "HTML".to_owned(),
        _ if answer.body.is_empty() => "nothing".to_owned(),
        Err(error) if answer.status == 200 => format!("{} ({error})", answer.excerpt()),
        _ => answer.excerpt(),
    };
    let status = answer.status;
    Err(Trouble::Other { url, status, what })
}

/// Whether a server does what the word says; one that says nothing does what is usual.
fn offers(list: &CommentList, word: &str) -> bool {
    match &list.offers {
        Some(words) => words.iter().any(|it| it == word),
        None => USUAL.split_whitespace().any(|it| it == word),
    }
}

/// The ids of comments.
pub(crate) fn ids<'c>(comments: impl IntoIterator<Item = &'c Comment>) -> Vec<&'c str> {
    comments.into_iter().map(|it| it.id.as_str()).collect()
}

/// The ids of a list's roots.
pub(crate) fn roots(list: &CommentList) -> Vec<&str> {
    ids(list.branches.iter().map(|branch| &branch.root))
}

/// A fault, if comments are not those, in that order.
pub(crate) fn expect_ids(what: &str, is: &[&str], should: &[&Created]) -> Verdict {
    let should: Vec<&str> = should.iter().map(|it| it.comment.id.as_str()).collect();
    ensure(is == should, || {
        format!("{what} are {is:?}, not {should:?}")
    })
}

/// Stops where a comment waits for a moderator: of what nobody sees little can be checked.
fn seen(comment: &Comment) -> Verdict {
    match comment.status {
        Status::Pending => Err(Stop::NotChecked(
            "the server holds comments back for a moderator: let them through while it is checked"
                .to_owned(),
        )),
        _ => Ok(()),
    }
}
