//! Passkeys, by an authenticator of this test's own: one that is carried along and asks its owner
//! for a finger.

use afterword_protocol::ProblemKind;
use afterword_protocol::admin::{Invited, Items, Passkey, PasskeyOptions, SignedIn, User};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer, SigningKey};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::app::{Answer, TestApp};

const PASSWORD: &str = "seven green apples";
const HOST: &str = "comments.example.org";
const ORIGIN: &str = "https://comments.example.org";

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;

/// Something that keeps a passkey.
struct Authenticator {
    key: SigningKey,
    id: [u8; 16],
    /// What it knows its user by.
    user: Vec<u8>,
    uses: u32,
    /// Whether its user has shown who they are.
    is_verified: bool,
    /// Where its browser believes to be.
    origin: &'static str,
}

fn text(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn bytes(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

/// A text of CBOR.
fn cbor(text: &str) -> Vec<u8> {
    [&[0x60 + u8::try_from(text.len()).unwrap()], text.as_bytes()].concat()
}

impl Authenticator {
    fn new(number: u8) -> Self {
        Self {
            key: SigningKey::from_bytes(&[number; 32]),
            id: [number; 16],
            user: Vec::new(),
            uses: 0,
            is_verified: true,
            origin: ORIGIN,
        }
    }

    fn data(&self, more: u8) -> Vec<u8> {
        let verified = if self.is_verified { VERIFIED } else { 0 };
        let mut data = Sha256::digest(HOST).to_vec();
        data.push(PRESENT | verified | more);
        data.extend(self.uses.to_be_bytes());
        data
    }

    fn client(&self, kind: &str, options: &Value) -> Vec<u8> {
        let client = json!({
            "type": kind, "challenge": options["challenge"], "origin": self.origin,
            "crossOrigin": false,
        });
        client.to_string().into_bytes()
    }

    /// What `navigator.credentials.create` gives.
    fn creates(&mut self, options: &PasskeyOptions) -> Value {
        let options = &options.options;
        assert_eq!(options["rp"]["id"], HOST);
        assert_ne!(options["user"]["name"], "");
        // Not every authenticator knows these, which would refuse then.
        assert!(
            options["extensions"]
                .get("enforceCredentialProtectionPolicy")
                .is_none()
        );
        self.user = bytes(&options["user"]["id"]);
        let mut data = self.data(ATTESTED);
        data.extend([0; 16]);
        data.extend([0, 16]);
        data.extend(self.id);
        // COSE: an octet key pair, EdDSA, Ed25519, and the key.
        data.extend([0xA4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20]);
        data.extend(self.key.verifying_key().as_bytes());
        let mut attestation = vec![0xA3];
        attestation.extend([cbor("fmt"), cbor("none"), cbor("attStmt"), vec![0xA0]].concat());
        attestation.extend(cbor("authData"));
        attestation.extend([0x58, u8::try_from(data.len()).unwrap()]);
        attestation.extend(data);
        json!({
            "id": text(self.id), "rawId": text(self.id), "type": "public-key",
            "response": {
                "clientDataJSON": text(self.client("webauthn.create", options)),
                "attestationObject": text(attestation),
                "transports": ["usb"],
            },
            "clientExtensionResults": {},
        })
    }

    /// What `navigator.credentials.get` gives.
    fn gets(&mut self, options: &PasskeyOptions) -> Value {
        let options = &options.options;
        assert_eq!(options["rpId"], HOST);
        self.uses += 1;
        let data = self.data(0);
        let client = self.client("webauthn.get", options);
        let signed = [data.as_slice(), &Sha256::digest(&client)].concat();
        json!({
            "id": text(self.id), "rawId": text(self.id), "type": "public-key",
            "response": {
                "clientDataJSON": text(client),
                "authenticatorData": text(data),
                "signature": text(self.key.sign(&signed).to_bytes()),
                "userHandle": text(&self.user),
            },
            "clientExtensionResults": {},
        })
    }
}

async fn server() -> TestApp {
    TestApp::with()
        .set(|settings| settings.public_url = Some(ORIGIN.to_owned()))
        .start()
        .await
}

async fn begin_registration(app: &TestApp, token: &str) -> PasskeyOptions {
    let begun = app.admin(Method::POST, "/me/passkeys/begin", token, None);
    begun.await.json(StatusCode::OK)
}

async fn finish_registration(app: &TestApp, token: &str, credential: Value) -> Answer {
    let new = json!({ "name": "my key", "credential": credential });
    app.admin(Method::POST, "/me/passkeys", token, Some(new))
        .await
}

async fn registers(app: &TestApp, token: &str, key: &mut Authenticator) -> Passkey {
    let options = begin_registration(app, token).await;
    let answer = finish_registration(app, token, key.creates(&options)).await;
    answer.json(StatusCode::CREATED)
}

async fn begin(app: &TestApp, body: Value) -> PasskeyOptions {
    let begun = app.post("/admin/session/passkey/begin", body).await;
    begun.json(StatusCode::OK)
}

async fn finish(app: &TestApp, credential: &Value) -> Answer {
    let body = json!({ "credential": credential });
    app.post("/admin/session/passkey/finish", body).await
}

#[tokio::test]
async fn who_has_a_passkey_signs_in_without_saying_who_they_are() {
    let app = server().await;
    let ada = app.user("Ada Lovelace", &["owner"], None).await;
    let token = app.session(&ada).await;
    let mut key = Authenticator::new(1);
    let registered = registers(&app, &token, &mut key).await;
    assert_eq!(registered.name, "my key");

    for _ in 0..2 {
        let options = begin(&app, json!({})).await;
        let credential = key.gets(&options);
        let session: SignedIn = finish(&app, &credential).await.json(StatusCode::CREATED);
        assert_eq!(session.user.id, ada);
        assert_eq!(session.user.passkeys, 1);
        // The same answer is good once.
        finish(&app, &credential)
            .await
            .problem(ProblemKind::CredentialsWrong);
    }
    let list = app.admin(Method::GET, "/me/passkeys", &token, None).await;
    let list: Items<Passkey> = list.json(StatusCode::OK);
    assert!(list.items[0].used.is_some());

    let again = begin_registration(&app, &token).await;
    let known = &again.options["excludeCredentials"];
    assert_eq!(known[0]["id"], text(key.id));
    let twice = finish_registration(&app, &token, key.creates(&again)).await;
    twice.problem(ProblemKind::Taken);
}

#[tokio::test]
async fn whoever_has_come_by_a_session_does_not_make_it_theirs_for_good() {
    let app = server().await;
    let ada = app.user("ada", &["owner"], Some(PASSWORD)).await;
    let token = app.session(&ada).await;
    let mut key = Authenticator::new(1);
    let registered = registers(&app, &token, &mut key).await;
    let calls = async |method, path: &str, body| app.admin(method, path, &token, body).await;
    let confirms = async |body| calls(Method::POST, "/session/confirm", Some(body)).await;
    let email = json!({ "email": "thief@example.org" });
    app.passes(601);
    let key_path = format!("/me/passkeys/{}", registered.id);
    for (method, path, body) in [
        (Method::POST, "/me/passkeys/begin", None),
        (Method::DELETE, "/me/password", None),
        (Method::DELETE, &key_path, None),
        (Method::PATCH, "/me", Some(email.clone())),
    ] {
        let refused = calls(method, path, body).await;
        refused.problem(ProblemKind::ConfirmationNeeded);
    }
    // What changes nothing about who comes in goes on.
    let same = json!({ "name": "Ada", "email": "ada@example.org" });
    let renamed = calls(Method::PATCH, "/me", Some(same)).await;
    assert_eq!(renamed.status, StatusCode::OK, "{}", renamed.body);
    let wrong = confirms(json!({ "password": "wrong apples" })).await;
    wrong.problem(ProblemKind::CredentialsWrong);
    confirms(json!({}))
        .await
        .problem(ProblemKind::InvalidRequest);
    let right = confirms(json!({ "password": PASSWORD })).await;
    assert_eq!(right.status, StatusCode::NO_CONTENT, "{}", right.body);
    begin_registration(&app, &token).await;
    let both = json!({ "second_factor": true });
    calls(Method::PATCH, "/me", Some(both))
        .await
        .json::<User>(StatusCode::OK);

    // Who needs both shows both.
    app.passes(601);
    let one = json!({ "second_factor": false });
    calls(Method::PATCH, "/me", Some(one.clone()))
        .await
        .problem(ProblemKind::ConfirmationNeeded);
    confirms(json!({ "password": PASSWORD }))
        .await
        .problem(ProblemKind::PasskeyRequired);
    let alone = begin(&app, json!({})).await;
    confirms(json!({ "credential": key.gets(&alone) }))
        .await
        .problem(ProblemKind::CredentialsWrong);
    let options = begin(&app, json!({ "user": "ada", "password": PASSWORD })).await;
    let shown = confirms(json!({ "credential": key.gets(&options) })).await;
    assert_eq!(shown.status, StatusCode::NO_CONTENT, "{}", shown.body);
    calls(Method::PATCH, "/me", Some(one))
        .await
        .json::<User>(StatusCode::OK);

    // A passkey is enough for who needs no password, if it is theirs.
    app.passes(601);
    let eve = app.user("eve", &["moderator"], None).await;
    let other = app.session(&eve).await;
    app.admin(
        Method::PUT,
        "/me/password",
        &other,
        Some(json!({ "password": PASSWORD })),
    )
    .await
    .problem(ProblemKind::ConfirmationNeeded);
    let begun = app.post(
        "/admin/session",
        json!({ "user": "ada", "password": PASSWORD }),
    );
    let fresh: SignedIn = begun.await.json(StatusCode::CREATED);
    let mut second = Authenticator::new(2);
    registers(&app, &fresh.token, &mut second).await;
    let options = begin(&app, json!({})).await;
    let credential = json!({ "credential": second.gets(&options) });
    let theirs = app.admin(Method::POST, "/session/confirm", &other, Some(credential));
    theirs.await.problem(ProblemKind::CredentialsWrong);
    let options = begin(&app, json!({})).await;
    let shown = confirms(json!({ "credential": second.gets(&options) })).await;
    assert_eq!(shown.status, StatusCode::NO_CONTENT, "{}", shown.body);
    calls(Method::PATCH, "/me", Some(email))
        .await
        .json::<User>(StatusCode::OK);
}

#[tokio::test]
async fn one_network_begins_no_more_than_it_needs() {
    let app = TestApp::with()
        .set(|settings| {
            settings.public_url = Some(ORIGIN.to_owned());
            settings.trusted_proxies = Some(vec!["127.0.0.1".to_owned()]);
        })
        .start()
        .await;
    let begins = async |from: String| {
        let call = app.call(
            Method::POST,
            "/admin/session/passkey/begin",
            Some(json!({})),
        );
        Answer::to(call.header("x-forwarded-for", from)).await
    };
    let mut refused = 0;
    for number in 0..100 {
        // A line of IPv6 has hundreds of networks, and is one all the same.
        let answer = begins(format!("2001:db8:0:{number:x}::1")).await;
        match answer.status {
            StatusCode::OK => {}
            _ => {
                answer.problem(ProblemKind::RateLimited);
                refused += 1;
            }
        }
    }
    assert!((60..=70).contains(&refused), "{refused}");
    assert_eq!(begins("192.0.2.1".to_owned()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_no_answer_of_that_passkey_lets_nobody_in() {
    let app = server().await;
    let ada = app.user("ada", &["owner"], None).await;
    let token = app.session(&ada).await;
    let mut key = Authenticator::new(1);
    registers(&app, &token, &mut key).await;

    let refused = async |name: &str, credential: &Value| {
        let answer = finish(&app, credential).await;
        assert_eq!(
            answer.status,
            StatusCode::FORBIDDEN,
            "{name}: {}",
            answer.body
        );
        answer.problem(ProblemKind::CredentialsWrong);
    };
    let mut other = Authenticator::new(2);
    other.id = key.id;
    other.user.clone_from(&key.user);
    refused("another key", &other.gets(&begin(&app, json!({})).await)).await;
    let mut unknown = Authenticator::new(3);
    unknown.user.clone_from(&key.user);
    refused(
        "an unknown key",
        &unknown.gets(&begin(&app, json!({})).await),
    )
    .await;
    key.is_verified = false;
    refused("no finger", &key.gets(&begin(&app, json!({})).await)).await;
    key.is_verified = true;
    key.origin = "https://evil.example";
    refused("another page", &key.gets(&begin(&app, json!({})).await)).await;
    key.origin = ORIGIN;
    let options = begin(&app, json!({})).await;
    app.passes(5 * 60);
    refused("too late", &key.gets(&options)).await;
    let mut made_up = options.clone();
    made_up.options["challenge"] = json!(text([7; 16]));
    refused("another question", &key.gets(&made_up)).await;
    assert_eq!(
        finish(&app, &key.gets(&begin(&app, json!({})).await))
            .await
            .status,
        StatusCode::CREATED
    );
    // A copy of it has counted less.
    key.uses = 0;
    refused("a copy", &key.gets(&begin(&app, json!({})).await)).await;
    refused("nothing", &json!({})).await;

    app.sql("UPDATE user SET disabled = 1").await;
    refused("kept out", &key.gets(&begin(&app, json!({})).await)).await;
}

#[tokio::test]
async fn a_question_to_one_user_is_not_answered_by_another() {
    let app = server().await;
    let ada = app.user("ada", &["owner"], None).await;
    let eve = app.user("eve", &["moderator"], None).await;
    let (ada, eve) = (app.session(&ada).await, app.session(&eve).await);
    let options = begin_registration(&app, &ada).await;
    let mut key = Authenticator::new(1);
    let answer = finish_registration(&app, &eve, key.creates(&options)).await;
    answer.problem(ProblemKind::InvalidRequest);
    let list = app.admin(Method::GET, "/session", &eve, None).await;
    assert!(list.body.contains("\"passkeys\":0"), "{}", list.body);
}

#[tokio::test]
async fn a_passkey_is_a_second_factor_for_who_wants_that() {
    let app = server().await;
    let ada = app.user("ada", &["owner"], Some(PASSWORD)).await;
    let token = app.session(&ada).await;
    let needed = json!({ "second_factor": true });
    let none = app
        .admin(Method::PATCH, "/me", &token, Some(needed.clone()))
        .await;
    none.problem(ProblemKind::InvalidRequest);
    let mut key = Authenticator::new(1);
    let passkey = registers(&app, &token, &mut key).await;
    let changed = app.admin(Method::PATCH, "/me", &token, Some(needed)).await;
    assert!(changed.json::<User>(StatusCode::OK).second_factor);

    let credentials = json!({ "user": "ada", "password": PASSWORD });
    let password = app.post("/admin/session", credentials.clone()).await;
    password.problem(ProblemKind::PasskeyRequired);
    // Nor under an article.
    let mut there = credentials.clone();
    there["in_place"] = json!(true);
    let there = app.call(Method::POST, "/admin/session", Some(there));
    let there = Answer::to(there.header(reqwest::header::ORIGIN, ORIGIN)).await;
    there.problem(ProblemKind::PasskeyRequired);
    let options = begin(&app, json!({})).await;
    let alone = finish(&app, &key.gets(&options)).await;
    alone.problem(ProblemKind::CredentialsWrong);
    let wrong = json!({ "user": "ada", "password": "seven red apples" });
    let wrong = app.post("/admin/session/passkey/begin", wrong).await;
    wrong.problem(ProblemKind::CredentialsWrong);
    let options = begin(&app, credentials.clone()).await;
    let both = finish(&app, &key.gets(&options)).await;
    assert_eq!(both.status, StatusCode::CREATED);

    // The last passkey takes with it that one is needed.
    let path = format!("/me/passkeys/{}", passkey.id);
    let removed = app.admin(Method::DELETE, &path, &token, None).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    let password = app.post("/admin/session", credentials).await;
    assert_eq!(password.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_link_to_a_new_password_is_no_way_around_the_passkey() {
    let app = server().await;
    let owner = app.moderator("owner").await;
    let ada = app.user("ada", &["moderator"], Some(PASSWORD)).await;
    let token = app.session(&ada).await;
    let mut key = Authenticator::new(1);
    registers(&app, &token, &mut key).await;
    let needed = json!({ "second_factor": true });
    let changed = app.admin(Method::PATCH, "/me", &token, Some(needed)).await;
    assert!(changed.json::<User>(StatusCode::OK).second_factor);

    let path = format!("/users/{ada}/reset");
    let link = app.admin(Method::POST, &path, &owner, None).await;
    let link: Invited = link.json(StatusCode::CREATED);
    let path = format!("/admin/invitations/{}", link.code);
    let new = json!({ "password": "seven red apples" });
    let accepted = app.post(&path, new.clone()).await;
    accepted.problem(ProblemKind::PasskeyRequired);
    assert!(!accepted.body.contains("token"), "{}", accepted.body);
    // It is done, once, and what there was has ended.
    app.post(&path, new)
        .await
        .problem(ProblemKind::NothingThere);
    let old = app.admin(Method::GET, "/session", &token, None).await;
    old.problem(ProblemKind::LoginRequired);
    let before = json!({ "user": "ada", "password": PASSWORD });
    let before = app.post("/admin/session", before).await;
    before.problem(ProblemKind::CredentialsWrong);
    let credentials = json!({ "user": "ada", "password": "seven red apples" });
    let password = app.post("/admin/session", credentials.clone()).await;
    password.problem(ProblemKind::PasskeyRequired);
    let options = begin(&app, credentials).await;
    let both = finish(&app, &key.gets(&options)).await;
    assert_eq!(both.status, StatusCode::CREATED);

    // The device is lost: the owner of the machine lets the password be enough again.
    let database = app.folder().join("comments.sqlite");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_afterword-server"))
        .args(["user", "set", "ada", "--forget-passkeys", "--database"])
        .arg(database)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let options = begin(&app, json!({})).await;
    let lost = finish(&app, &key.gets(&options)).await;
    lost.problem(ProblemKind::CredentialsWrong);
    let credentials = json!({ "user": "ada", "password": "seven red apples" });
    let password = app.post("/admin/session", credentials).await;
    let session: SignedIn = password.json(StatusCode::CREATED);
    assert_eq!(
        (session.user.passkeys, session.user.second_factor),
        (0, false)
    );
}

#[tokio::test]
async fn a_passkey_can_be_all_that_there_is() {
    let app = server().await;
    let ada = app.user("ada", &["owner"], Some(PASSWORD)).await;
    let token = app.session(&ada).await;
    let without = async || {
        app.admin(Method::DELETE, "/me/password", &token, None)
            .await
    };
    without().await.problem(ProblemKind::InvalidRequest);
    let mut key = Authenticator::new(1);
    let passkey = registers(&app, &token, &mut key).await;
    assert_eq!(without().await.status, StatusCode::NO_CONTENT);
    let credentials = json!({ "user": "ada", "password": PASSWORD });
    let password = app.post("/admin/session", credentials).await;
    password.problem(ProblemKind::CredentialsWrong);
    let path = format!("/me/passkeys/{}", passkey.id);
    let removed = app.admin(Method::DELETE, &path, &token, None).await;
    removed.problem(ProblemKind::InvalidRequest);
    let options = begin(&app, json!({})).await;
    let session = finish(&app, &key.gets(&options)).await;
    assert_eq!(session.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_server_without_a_name_has_no_passkeys() {
    let app = TestApp::start().await;
    let token = app.moderator("owner").await;
    let answer = app
        .admin(Method::POST, "/me/passkeys/begin", &token, None)
        .await;
    let problem = answer.problem(ProblemKind::InvalidRequest);
    assert!(problem.detail.unwrap().contains("reached by a name"));
}
