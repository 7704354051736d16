//! A server for a test, and what clients do with it.

use std::time::{Duration, Instant};

use afterword_protocol::admin::{Grant, Outcome, Role};
use afterword_protocol::{
    API_PREFIX, Comment, CommentDetail, CommentList, Created, Deletion, IDEMPOTENCY_KEY,
    PROBLEM_MEDIA_TYPE, Problem, ProblemKind,
};
use afterword_server::config::{Config, Settings, Switch};
use afterword_server::{Account, App, Clock, Users};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// When every test begins: 2026-11-24T08:00:00Z.
pub(crate) const START: i64 = 1_795_507_200_000;

/// A server that is about to be started.
pub(crate) struct Builder {
    settings: Settings,
    file: Option<String>,
}

impl Builder {
    pub(crate) fn set(mut self, set: impl FnOnce(&mut Settings)) -> Self {
        set(&mut self.settings);
        self
    }

    /// With a configuration file, too.
    pub(crate) fn file(mut self, text: &str) -> Self {
        self.file = Some(text.to_owned());
        self
    }

    pub(crate) async fn start(mut self) -> TestApp {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("comments.sqlite");
        self.settings.database_url = Some(format!("sqlite:{}", database.display()));
        let file = self.file.map(|text| {
            let path = folder.path().join("afterword.toml");
            std::fs::write(&path, text).unwrap();
            path
        });
        let config = Config::load(self.settings, file.as_deref()).unwrap();
        let clock = Clock::manual(START);
        let running = Running::start(&config, &clock).await;
        TestApp {
            client: reqwest::Client::new(),
            clock,
            config,
            running,
            folder,
        }
    }
}

struct Running {
    url: String,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl Running {
    async fn start(config: &Config, clock: &Clock) -> Self {
        let app = App::start_at(config.clone(), false, clock.clone())
            .await
            .unwrap();
        let url = format!("http://{}", app.address());
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(app.serve(async {
            // A test that ends drops the sender, which is as good.
            let _ = stopped.await;
        }));
        Self { url, stop, served }
    }
}

/// A running server.
pub(crate) struct TestApp {
    client: reqwest::Client,
    pub(crate) clock: Clock,
    config: Config,
    running: Running,
    folder: TempDir,
}

impl TestApp {
    /// A server on a port that the kernel chooses, which lets anybody send as much as they like.
    pub(crate) fn with() -> Builder {
        let settings = Settings {
            listen: Some("127.0.0.1:0".to_owned()),
            writes_per_minute: Some(0),
            reads_per_minute: Some(0),
            // What a test does in a moment takes people minutes.
            spam: Some(Switch::Off),
            ..Settings::default()
        };
        Builder {
            settings,
            file: None,
        }
    }

    pub(crate) async fn start() -> Self {
        Self::with().start().await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.running.url)
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Ends it in good order, and starts it again on the same database.
    pub(crate) async fn restarted(mut self) -> Self {
        let running = Running::start(&self.config, &self.clock);
        let stop = async {
            self.running.stop.send(()).unwrap();
            self.running.served.await.unwrap();
        };
        stop.await;
        self.running = running.await;
        self
    }

    /// Asks it to end; gives what waits for its end.
    pub(crate) fn stop(self) -> (JoinHandle<()>, TempDir) {
        self.running.stop.send(()).unwrap();
        (self.running.served, self.folder)
    }

    /// Turns the clock on.
    pub(crate) fn passes(&self, seconds: i64) {
        self.clock.set(self.clock.now() + seconds * 1000);
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path))
    }

    /// A request of the API with a body, if any.
    pub(crate) fn call(&self, method: Method, path: &str, body: Option<Value>) -> RequestBuilder {
        let request = self.request(method, &format!("{API_PREFIX}{path}"));
        match body {
            Some(body) => request.json(&body),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::to(self.call(Method::GET, path, None)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::to(self.call(Method::POST, path, Some(body))).await
    }

    /// Posts a comment with a key.
    pub(crate) async fn post_once(&self, key: &str, body: Value) -> Answer {
        Answer::to(
            self.call(Method::POST, "/comments", Some(body))
                .header(IDEMPOTENCY_KEY, key),
        )
        .await
    }

    /// Posts a comment that is taken.
    pub(crate) async fn comments(&self, page: &str, text: &str) -> Created {
        self.post("/comments", json!({ "page": page, "text": text }))
            .await
            .created()
    }

    /// Answers a comment.
    pub(crate) async fn answers(&self, page: &str, parent: &str, text: &str) -> Created {
        let body = json!({ "page": page, "parent": parent, "text": text });
        self.post("/comments", body).await.created()
    }

    pub(crate) async fn edit(&self, id: &str, token: &str, text: &str) -> Answer {
        let call = self.call(
            Method::PATCH,
            &format!("/comments/{id}"),
            Some(json!({ "text": text })),
        );
        Answer::to(call.header(AUTHORIZATION, format!("Bearer {token}"))).await
    }

    pub(crate) async fn delete(&self, id: &str, token: &str) -> Answer {
        let call = self.call(Method::DELETE, &format!("/comments/{id}"), None);
        Answer::to(call.header(AUTHORIZATION, format!("Bearer {token}"))).await
    }

    pub(crate) async fn restore(&self, id: &str, token: &str) -> Answer {
        let call = self.call(Method::POST, &format!("/comments/{id}/restore"), None);
        Answer::to(call.header(AUTHORIZATION, format!("Bearer {token}"))).await
    }

    /// Does something to the database behind the server's back.
    pub(crate) async fn sql(&self, statement: &'static str) {
        let file = self.folder().join("comments.sqlite");
        let url = format!("sqlite:{}", file.display());
        let mut database = SqliteConnection::connect(&url).await.unwrap();
        sqlx::query(statement).execute(&mut database).await.unwrap();
        database.close().await.unwrap();
    }

    /// What a query for one column of texts finds.
    pub(crate) async fn texts(&self, query: &'static str) -> Vec<String> {
        let mut database = self.connection().await;
        let found = sqlx::query_scalar(query).fetch_all(&mut database).await;
        database.close().await.unwrap();
        found.unwrap()
    }

    /// Where its database is.
    pub(crate) fn database(&self) -> std::path::PathBuf {
        self.folder().join("comments.sqlite")
    }

    /// Adds a user who looks after comments, as the command line does; gives their id. A role is like
    /// `owner` or `moderator@blog`.
    pub(crate) async fn user(&self, name: &str, roles: &[&str], password: Option<&str>) -> String {
        let grant = |role: &&str| {
            let (role, site) = role
                .split_once('@')
                .map_or((*role, None), |(role, site)| (role, Some(site.to_owned())));
            let role = Role::from_name(role).unwrap();
            Grant { site, role }
        };
        let users = Users::open(&self.config.database).await.unwrap();
        let account = Account {
            name: name.to_owned(),
            email: Some(format!("{}@example.org", name.replace(' ', "-"))),
            grants: roles.iter().map(grant).collect(),
            password: password.map(str::to_owned),
        };
        users.add(account).await.unwrap();
        let mut database = self.connection().await;
        let id = sqlx::query_scalar("SELECT id FROM user WHERE name = ?")
            .bind(name)
            .fetch_one(&mut database)
            .await
            .unwrap();
        database.close().await.unwrap();
        id
    }

    /// A session of a user, without signing in: a moderator's token.
    pub(crate) async fn session(&self, user: &str) -> String {
        let token = format!("{user}-{}", ulid());
        let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let mut database = self.connection().await;
        sqlx::query(
            "INSERT INTO session (user_id, token_hash, means, created, used, expires) \
             VALUES (?, ?, 'password', ?, ?, ?)",
        )
        .bind(user)
        .bind(hash.as_slice())
        .bind(START)
        .bind(START)
        .bind(START + 30 * 24 * 3_600_000)
        .execute(&mut database)
        .await
        .unwrap();
        database.close().await.unwrap();
        token
    }

    /// Somebody of that role who is signed in: their token.
    pub(crate) async fn moderator(&self, role: &str) -> String {
        let name = format!("{}-{}", role.replace('@', "-of-"), ulid());
        let user = self.user(&name, &[role], None).await;
        self.session(&user).await
    }

    /// A call below `/admin`, as whoever has that token.
    pub(crate) async fn admin(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: Option<Value>,
    ) -> Answer {
        let call = self.call(method, &format!("/admin{path}"), body);
        Answer::to(call.bearer_auth(token)).await
    }

    /// What somebody with that token decides, and what came of it.
    pub(crate) async fn decides(&self, token: &str, action: Value) -> Outcome {
        let done = self.admin(Method::POST, "/actions", token, Some(action));
        done.await.json(StatusCode::OK)
    }

    pub(crate) async fn connection(&self) -> SqliteConnection {
        let url = format!("sqlite:{}", self.database().display());
        SqliteConnection::connect(&url).await.unwrap()
    }

    /// Waits until a question to the database is answered by 1.
    pub(crate) async fn comes_true(&self, question: &'static str) {
        let mut database = self.connection().await;
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let asked = sqlx::query_scalar(question);
            let found: i64 = asked.fetch_one(&mut database).await.unwrap();
            if found == 1 {
                break;
            }
            assert!(Instant::now() < deadline, "{found}: {question}");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        database.close().await.unwrap();
    }

    /// Whether those words, or bytes, stand in a file of the database.
    pub(crate) fn has_on_disk(&self, words: impl AsRef<[u8]>) -> bool {
        let words = words.as_ref();
        std::fs::read_dir(self.folder()).unwrap().any(|entry| {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            bytes.windows(words.len()).any(|window| window == words)
        })
    }

    /// Waits until they stand in none.
    pub(crate) async fn goes_off_disk(&self, words: impl AsRef<[u8]>) {
        let words = words.as_ref();
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.has_on_disk(words) {
            assert!(
                Instant::now() < deadline,
                "{}",
                String::from_utf8_lossy(words)
            );
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    pub(crate) async fn deletes(&self, posted: &Created) -> Deletion {
        self.delete(&posted.comment.id, &posted.edit_token)
            .await
            .json(StatusCode::OK)
    }

    /// A page's thread; `query` begins with `page=`.
    pub(crate) async fn list(&self, query: &str) -> CommentList {
        self.get(&format!("/comments?{query}"))
            .await
            .json(StatusCode::OK)
    }

    pub(crate) async fn show(&self, id: &str) -> CommentDetail {
        self.get(&format!("/comments/{id}"))
            .await
            .json(StatusCode::OK)
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) async fn to(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let is_stream = headers
            .get(CONTENT_TYPE)
            .is_some_and(|it| it.as_bytes().starts_with(b"text/event-stream"));
        // A stream has no end.
        let body = match is_stream {
            true => String::new(),
            false => response.text().await.unwrap(),
        };
        Self {
            status,
            headers,
            body,
        }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// What a call promises.
    #[track_caller]
    pub(crate) fn json<T: DeserializeOwned>(&self, status: StatusCode) -> T {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.header("content-type"), "application/json");
        serde_json::from_str(&self.body).unwrap()
    }

    #[track_caller]
    pub(crate) fn created(&self) -> Created {
        self.json(StatusCode::CREATED)
    }

    #[track_caller]
    pub(crate) fn comment(&self) -> Comment {
        self.json(StatusCode::OK)
    }

    /// A refusal of that kind, as a problem document that any page may read.
    #[track_caller]
    pub(crate) fn problem(&self, kind: ProblemKind) -> Problem {
        assert_eq!(self.status.as_u16(), kind.status(), "{}", self.body);
        assert_eq!(self.headers.get(CONTENT_TYPE).unwrap(), PROBLEM_MEDIA_TYPE);
        assert_eq!(self.header("access-control-allow-origin"), "*");
        let problem: Problem = serde_json::from_str(&self.body).unwrap();
        assert_eq!(problem.type_uri, kind.type_uri());
        assert_eq!(problem.status, kind.status());
        problem
    }
}

/// Something that nothing else is called.
fn ulid() -> String {
    ulid::Ulid::generate().to_string().to_lowercase()
}

/// The numbers of the roots, each with those of its replies.
pub(crate) fn numbers(list: &CommentList) -> Vec<(u32, Vec<u32>)> {
    let number = |comment: &Comment| comment.number;
    list.branches
        .iter()
        .map(|branch| {
            (
                number(&branch.root),
                branch.replies.iter().map(number).collect(),
            )
        })
        .collect()
}
