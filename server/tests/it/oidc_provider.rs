//! A small identity provider: real discovery, keys, PKCE and signatures, on loopback. It lies when it is told to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::body::Bytes;
use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use reqwest::Url;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;

pub(crate) const CLIENT: &str = "fovea";

/// Changes the header and the claims of a token.
pub(crate) type Lie = fn(&mut Value, &mut Value);

/// A running provider.
#[derive(Clone)]
pub(crate) struct IdentityProvider {
    pub(crate) issuer: String,
    inside: Arc<Mutex<Inside>>,
}

struct Inside {
    issuer: String,
    key: SigningKey,
    key_id: String,
    now_s: i64,
    /// What was allowed by a person and not yet taken, by code or device code.
    allowed: HashMap<String, Allowed>,
    /// Changes the header and the claims of the next tokens.
    lie: Lie,
    questions: usize,
}

#[derive(Clone)]
struct Allowed {
    claims: Value,
    challenge: Option<String>,
    redirect_uri: Option<String>,
}

impl IdentityProvider {
    /// A provider whose clock says `now_us`.
    pub(crate) async fn start(now_us: i64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let inside = Arc::new(Mutex::new(Inside {
            issuer: issuer.clone(),
            key: SigningKey::from_bytes(&[1; 32]),
            key_id: "first".into(),
            now_s: now_us / 1_000_000,
            allowed: HashMap::new(),
            lie: |_, _| {},
            questions: 0,
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/device", post(device))
            .with_state(Arc::clone(&inside));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { issuer, inside }
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().expect("nobody has panicked")
    }

    /// `[oidc]` for `server.toml`.
    pub(crate) fn settings(&self) -> String {
        format!(
            "\n[oidc]\nissuer = \"{}\"\nclient_id = \"{CLIENT}\"\nrole_claim = \"groups\"\nroles = [{{ value = \"eye-admins\", role = \"admin\" }}, {{ value = \"eye-labelers\", role = \"labeler\" }}]\n",
            self.issuer
        )
    }

    /// From now on tokens are signed with another key.
    pub(crate) fn rotate(&self) {
        let mut inside = self.inside();
        inside.key = SigningKey::from_bytes(&[2; 32]);
        inside.key_id = "second".into();
    }

    /// Has `lie` change the header and the claims of each token.
    pub(crate) fn lie(&self, lie: Lie) {
        self.inside().lie = lie;
    }

    /// How often tokens were asked for.
    pub(crate) fn questions(&self) -> usize {
        self.inside().questions
    }

    /// What a browser does at `authorization_url` when the person agrees: gives the code.
    pub(crate) fn agree(&self, authorization_url: &str, person: Value) -> String {
        let url = Url::parse(authorization_url).expect("an address");
        let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(query["response_type"], "code");
        assert_eq!(query["code_challenge_method"], "S256");
        assert_eq!(query["client_id"], CLIENT);
        assert!(query["scope"].split(' ').any(|scope| scope == "openid"));
        let mut claims = person;
        claims["nonce"] = query["nonce"].clone().into();
        let code = format!("code-{}", query["state"]);
        let allowed = Allowed {
            claims,
            challenge: Some(query["code_challenge"].clone()),
            redirect_uri: Some(query["redirect_uri"].clone()),
        };
        self.inside().allowed.insert(code.clone(), allowed);
        code
    }

    /// What happens when the person types the code in.
    pub(crate) fn agree_on_device(&self, person: Value) {
        let allowed = Allowed {
            claims: person,
            challenge: None,
            redirect_uri: None,
        };
        self.inside().allowed.insert("device-1".into(), allowed);
    }
}

impl Inside {
    fn sign(&self, mut claims: Value) -> String {
        let mut header = json!({ "alg": "EdDSA", "typ": "JWT", "kid": self.key_id });
        for (name, value) in [
            ("iss", json!(self.issuer)),
            ("aud", json!(CLIENT)),
            ("iat", json!(self.now_s)),
            ("exp", json!(self.now_s + 300)),
        ] {
            claims[name] = value;
        }
        (self.lie)(&mut header, &mut claims);
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(&header), part(&claims));
        let signature = match header["alg"].as_str() {
            Some("none") => String::new(),
            _ => URL_SAFE_NO_PAD.encode(self.key.sign(text.as_bytes()).to_bytes()),
        };
        format!("{text}.{signature}")
    }
}

type Shared = State<Arc<Mutex<Inside>>>;

async fn discovery(State(inside): Shared) -> Json<Value> {
    let issuer = inside.lock().expect("whole").issuer.clone();
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "device_authorization_endpoint": format!("{issuer}/device"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
    }))
}

async fn keys(State(inside): Shared) -> Json<Value> {
    let inside = inside.lock().expect("whole");
    let x = URL_SAFE_NO_PAD.encode(inside.key.verifying_key().as_bytes());
    Json(json!({ "keys": [{
        "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": inside.key_id, "x": x,
    }] }))
}

async fn device() -> Json<Value> {
    Json(json!({
        "device_code": "device-1", "user_code": "WDJB-MJHT", "verification_uri": "https://example.org/device",
        "expires_in": 600, "interval": 5,
    }))
}

async fn token(State(inside): Shared, body: Bytes) -> Json<Value> {
    let text = String::from_utf8(body.to_vec()).expect("text");
    let url = Url::parse(&format!("http://form/?{text}")).expect("a form");
    let form: HashMap<String, String> = url.query_pairs().into_owned().collect();
    let mut inside = inside.lock().expect("whole");
    inside.questions += 1;
    let code = form.get("code").or_else(|| form.get("device_code"));
    let Some(allowed) = code.and_then(|code| inside.allowed.remove(code)) else {
        let error = match form.contains_key("device_code") {
            true => "authorization_pending",
            false => "invalid_grant",
        };
        return Json(json!({ "error": error }));
    };
    let challenge = form
        .get("code_verifier")
        .map(|verifier| URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())));
    if challenge != allowed.challenge || form.get("redirect_uri") != allowed.redirect_uri.as_ref() {
        return Json(json!({ "error": "invalid_grant" }));
    }
    let id_token = inside.sign(allowed.claims);
    Json(json!({ "access_token": "a", "token_type": "Bearer", "id_token": id_token }))
}
