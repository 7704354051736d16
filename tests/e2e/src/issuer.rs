//! An OpenID provider for tests: of anybody it says what their code says. Its page asks whoever is led
//! there, and knows just one person.

use std::io;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer, SigningKey};
use reqwest::{StatusCode, Url};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The provider, on a port of the kernel's choice.
#[derive(Debug)]
pub struct Issuer {
    /// Its address, as it calls itself.
    pub url: String,
    serving: JoinHandle<()>,
}

struct Provider {
    url: String,
    person: Value,
    /// Whether its pages keep to themselves.
    is_alone: bool,
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[9; 32])
}

/// As tokens write bytes.
fn text(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A field of an address.
pub(crate) fn query(url: &Url, name: &str) -> String {
    let mut pairs = url.query_pairs();
    let found = pairs.find(|(other, _)| other == name);
    found
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// The code of whom those claims are of, over and above the usual ones, who was led to that address.
pub(crate) fn code(issuer: &str, way: &Url, claims: &Value) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.unwrap_or_default().as_secs();
    let mut all = json!({
        "iss": issuer, "sub": "7", "aud": query(way, "client_id"), "exp": now + 300, "iat": now,
        "nonce": query(way, "nonce"),
    });
    for (name, value) in claims.as_object().into_iter().flatten() {
        all[name] = value.clone();
    }
    let code = json!({
        "claims": all,
        "challenge": query(way, "code_challenge"),
        "redirect": query(way, "redirect_uri"),
    });
    text(code.to_string())
}

impl Issuer {
    /// Starts it. `person`: what it says of the one whom its page knows.
    ///
    /// # Errors
    /// When there is no port.
    pub async fn start(person: Value) -> io::Result<Self> {
        Self::serve(person, false).await
    }

    /// The same, whose pages cut what leads from their window to the page that has opened it, as
    /// `Cross-Origin-Opener-Policy` lets them.
    ///
    /// # Errors
    /// When there is no port.
    pub async fn start_alone(person: Value) -> io::Result<Self> {
        Self::serve(person, true).await
    }

    async fn serve(person: Value, is_alone: bool) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let provider = Provider {
            url: url.clone(),
            person,
            is_alone,
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/authorize", get(authorize))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(Arc::new(provider));
        let serving = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { url, serving })
    }
}

fn answered(value: &Value) -> Response {
    ([(CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

async fn discovery(State(provider): State<Arc<Provider>>) -> Response {
    let issuer = &provider.url;
    answered(&json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA", "RS256", "HS256"],
    }))
}

async fn keys() -> Response {
    let x = text(key().verifying_key().as_bytes());
    let key =
        json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "1", "x": x });
    answered(&json!({ "keys": [key] }))
}

/// Asks whether it may say who somebody is.
async fn authorize(State(provider): State<Arc<Provider>>, request: Request) -> Response {
    let way = Url::parse(
        &[
            &provider.url,
            "/?",
            request.uri().query().unwrap_or_default(),
        ]
        .concat(),
    );
    let Some((way, mut back)) = way.ok().and_then(|way| {
        let back = Url::parse(&query(&way, "redirect_uri")).ok()?;
        Some((way, back))
    }) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let mut lead = |name: &str, value: &str| {
        let state = query(&way, "state");
        let pairs = [(name, value), ("state", &state)];
        back.query_pairs_mut().clear().extend_pairs(pairs);
        back.as_str().replace('&', "&amp;")
    };
    let yes = lead("code", &code(&provider.url, &way, &provider.person));
    let no = lead("error", "access_denied");
    let page = Html(format!(
        "<!doctype html><title>Example ID</title><h1>Example ID</h1>\
         <p><a id=yes href=\"{yes}\">Yes</a> <a id=no href=\"{no}\">No</a>"
    ));
    let policy = match provider.is_alone {
        true => "same-origin",
        false => "unsafe-none",
    };
    let name = HeaderName::from_static("cross-origin-opener-policy");
    ([(name, policy)], page).into_response()
}

/// The token of a code, which is what it is to say; refused where the code is not of that asker.
async fn token(request: Request) -> Response {
    let body = to_bytes(request.into_body(), 64 * 1024).await;
    match answer(&body.unwrap_or_default()) {
        Some(token) => answered(&token),
        None => {
            let error = json!({ "error": "invalid_grant" });
            (StatusCode::BAD_REQUEST, answered(&error)).into_response()
        }
    }
}

fn answer(body: &Bytes) -> Option<Value> {
    let body = String::from_utf8_lossy(body);
    let asked = Url::parse(&["http://x/?", &body].concat()).ok()?;
    let code = URL_SAFE_NO_PAD.decode(query(&asked, "code")).ok()?;
    let code: Value = serde_json::from_slice(&code).ok()?;
    let challenge = text(Sha256::digest(query(&asked, "code_verifier")));
    if code["challenge"] != *challenge || code["redirect"] != *query(&asked, "redirect_uri") {
        return None;
    }
    let header = json!({ "alg": "EdDSA", "kid": "1", "typ": "JWT" });
    let parts = [text(header.to_string()), text(code["claims"].to_string())];
    let signed = parts.join(".");
    let signature = text(key().sign(signed.as_bytes()).to_bytes());
    let id = [signed, signature].join(".");
    Some(json!({ "access_token": "a", "token_type": "Bearer", "id_token": id }))
}
