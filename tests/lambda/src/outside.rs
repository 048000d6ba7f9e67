//! Whom functions ask outside of AWS, as far as an event needs them: a university that speaks OpenID Connect and
//! takes everybody at their word, and a mail server that takes everything.

use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use axum::extract::{Form, State};
use axum::response::Json;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Utc;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What a sign-in asks the university to repeat.
pub const NONCE: &str = "a-nonce";
const CLIENT: &str = "lixiao";
const KEY: &str = "a-key";

/// The university.
pub struct University {
    issuer: Arc<Issuer>,
    /// The audience of a token that is meant for this system.
    system: String,
}

struct Issuer {
    address: String,
    public: String,
    key: EncodingKey,
}

impl University {
    /// Opens one to a system at an address.
    pub async fn open(system: &str) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let pair = edge::token::generate()?;
        let key = EncodingKey::from_ed_der(&URL_SAFE_NO_PAD.decode(pair.private)?);
        let issuer = Arc::new(Issuer { address, public: pair.public, key });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/jwks", get(keys))
            .route("/token", post(exchange))
            .with_state(issuer.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { issuer, system: system.to_owned() })
    }

    /// How sign-in finds it.
    pub fn environment(&self) -> [(&str, &str); 5] {
        [
            ("LIXIAO_SIGN_IN", "oidc"),
            ("LIXIAO_UNIVERSITY", &self.issuer.address),
            ("LIXIAO_CLIENT_ID", CLIENT),
            ("LIXIAO_CLIENT_SECRET", "a-secret"),
            ("LIXIAO_CLAIMS", "student=user,staff=user,external=user"),
        ]
    }

    /// A token that the portal has of somebody, for this system.
    pub fn token(&self, who: &str) -> anyhow::Result<String> {
        self.issuer.sign(json!({"aud": self.system, "sub": who, "client_id": "portal"}))
    }

    /// Its word that somebody has signed out.
    pub fn sign_out(&self, who: &str) -> anyhow::Result<String> {
        let events = json!({"http://schemas.openid.net/event/backchannel-logout": {}});
        self.issuer.sign(json!({"aud": CLIENT, "sub": who, "jti": "1", "events": events}))
    }
}

impl Issuer {
    fn sign(&self, mut claims: Value) -> anyhow::Result<String> {
        let now = Utc::now().timestamp();
        claims["iss"] = json!(self.address);
        claims["iat"] = json!(now);
        claims["exp"] = json!(now + 7_200);
        let header = Header { kid: Some(KEY.to_owned()), ..Header::new(Algorithm::EdDSA) };
        encode(&header, &claims, &self.key).context("the university's token")
    }
}

async fn describe(State(issuer): State<Arc<Issuer>>) -> Json<Value> {
    let at = |path: &str| format!("{}/{path}", issuer.address);
    Json(json!({
        "issuer": issuer.address, "authorization_endpoint": at("auth"), "token_endpoint": at("token"),
        "jwks_uri": at("jwks"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
    }))
}

async fn keys(State(issuer): State<Arc<Issuer>>) -> Json<Value> {
    let key =
        json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": KEY, "x": issuer.public});
    Json(json!({ "keys": [key] }))
}

/// The code says whose it is.
async fn exchange(State(issuer): State<Arc<Issuer>>, Form(asked): Form<Value>) -> Json<Value> {
    let token = issuer.sign(json!({"aud": CLIENT, "sub": asked["code"], "nonce": NONCE}));
    Json(json!({"access_token": "x", "token_type": "Bearer", "id_token": token.unwrap()}))
}

/// A mail server, and its address.
pub async fn post_office() -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("smtp://{}", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((caller, _)) = listener.accept().await {
            tokio::spawn(take(caller));
        }
    });
    Ok(address)
}

async fn take(mut caller: TcpStream) -> std::io::Result<()> {
    let (read, mut write) = caller.split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 post\r\n").await?;
    let mut in_mail = false;
    while let Some(line) = lines.next_line().await? {
        let answer = match line.as_str() {
            "." if in_mail => "250 taken",
            _ if in_mail => continue,
            "DATA" => "354 go on",
            _ => "250 post",
        };
        in_mail = answer.starts_with("354");
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}
