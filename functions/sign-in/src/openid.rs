//! OpenID Connect: discovery, the code flow with PKCE, state and nonce; keys that change under way;
//! the university's word that somebody signed out; and the tokens of offices' own systems.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use edge::token::LoginState;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim,
    CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse,
    CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthType, AuthenticationFlow, AuthorizationCode, ClaimsVerificationError, Client,
    ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IdToken, IdTokenFields, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    StandardErrorResponse, StandardTokenResponse,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::protocol::{Callback, Identity, Protocol, SessionName, USER};
use crate::web::{SignInError, Web, field};

/// How long the provider's metadata and keys are cached.
const METADATA_TTL: Duration = Duration::from_secs(600);
/// Their age limit while a refresh fails.
const MAX_STALE: Duration = Duration::from_secs(3600);
/// How old they must be to refresh on an unknown key.
const MIN_REFRESH_INTERVAL: Duration = Duration::from_secs(10);
/// The algorithms that need the university's private key; never a shared secret, never none.
const SIGNED: [CoreJwsSigningAlgorithm; 5] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];
const BACK_CHANNEL: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Claims beside the standard's, by name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Others {
    #[serde(flatten)]
    all: HashMap<String, Value>,
}

impl AdditionalClaims for Others {}

type Fields = IdTokenFields<
    Others,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Token = IdToken<Others, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type OurClient = Client<
    Others,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The university's OpenID provider: issuer, our client registration, cached metadata.
pub(crate) struct OpenId {
    /// The issuer, compared to the letter.
    issuer: String,
    client: String,
    /// How we prove it; empty for a public client.
    secret: String,
    web: Web,
    known: Mutex<Option<(Instant, CoreProviderMetadata)>>,
}

/// The session's name before the person's: of what ended, the narrower is looked for first.
fn names(session: Option<String>, subject: Option<String>) -> Vec<SessionName> {
    let session = session.map(|name| SessionName { kind: "sid", name });
    session.into_iter().chain(subject.map(|name| SessionName { kind: "sub", name })).collect()
}

/// The identity in claims. Only JSON strings count: a number may have been rounded on the way.
fn identity(others: HashMap<String, Value>, subject: String, session: Option<String>) -> Identity {
    let texts = others.into_iter().filter_map(|(name, value)| match value {
        Value::String(text) => Some((name, text)),
        _ => None,
    });
    let mut claims: HashMap<String, String> = texts.collect();
    claims.insert(USER.to_owned(), subject.clone());
    Identity { claims, sessions: names(session, Some(subject)) }
}

impl OpenId {
    pub(crate) fn new(issuer: String, client: String, secret: String, web: Web) -> Self {
        Self { issuer, client, secret, web, known: Mutex::new(None) }
    }

    async fn metadata(&self, at_most: Duration) -> Result<CoreProviderMetadata, SignInError> {
        let mut known = self.known.lock().await;
        if let Some((since, metadata)) = known.as_ref()
            && since.elapsed() < at_most
        {
            return Ok(metadata.clone());
        }
        let issuer = IssuerUrl::new(self.issuer.clone()).map_err(|_| SignInError::Unconfigured)?;
        let asked = CoreProviderMetadata::discover_async(issuer, &self.web);
        match (asked.await, known.as_ref()) {
            (Ok(metadata), _) => {
                *known = Some((Instant::now(), metadata.clone()));
                Ok(metadata)
            }
            // While it can't be asked, what it said before goes on for a while.
            (Err(error), Some((since, metadata))) if since.elapsed() < MAX_STALE => {
                tracing::warn!(%error, "the issuer can't be asked again");
                Ok(metadata.clone())
            }
            (Err(error), _) => {
                tracing::error!(%error, "the issuer can't be asked");
                Err(SignInError::Unreachable)
            }
        }
    }

    fn client(&self, metadata: CoreProviderMetadata, callback: &str) -> Result<OurClient, SignInError> {
        // By the header, as the standard prefers, unless the university only takes it in the body.
        let taken = metadata.token_endpoint_auth_methods_supported();
        let header = taken.is_none_or(|taken| taken.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let proof = if header { AuthType::BasicAuth } else { AuthType::RequestBody };
        let secret = Some(&self.secret).filter(|secret| !secret.is_empty());
        let client = OurClient::from_provider_metadata(
            metadata,
            ClientId::new(self.client.clone()),
            secret.map(|secret| ClientSecret::new(secret.clone())),
        );
        let callback = RedirectUrl::new(callback.to_owned()).map_err(|_| SignInError::Unconfigured)?;
        Ok(client.set_auth_type(proof).set_redirect_uri(callback))
    }

    /// What a token of the university's says that isn't an identity token: for this audience, signed with
    /// one of its keys, and still valid.
    async fn read_signed<T: DeserializeOwned>(&self, token: &str, audience: &str) -> Result<T, SignInError> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| SignInError::Refused)?;
        let signed =
            [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA];
        if !signed.contains(&header.alg) {
            return Err(SignInError::Refused);
        }
        let mut validation = Validation::new(header.alg);
        validation.set_audience(&[audience]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_required_spec_claims(&["iss", "aud", "exp"]);
        validation.validate_nbf = true;
        for at_most in [METADATA_TTL, MIN_REFRESH_INTERVAL] {
            let metadata = self.metadata(at_most).await?;
            let keys = serde_json::to_value(metadata.jwks()).and_then(serde_json::from_value::<JwkSet>);
            let keys = keys.map_err(|_| SignInError::Unreachable)?;
            // Without a `kid` in the key or in the token, the key is tried.
            let fits = |jwk: &&Jwk| match (&header.kid, &jwk.common.key_id) {
                (Some(asked), Some(named)) => asked == named,
                _ => true,
            };
            let read = |jwk: &Jwk| {
                let key = DecodingKey::from_jwk(jwk).ok()?;
                jsonwebtoken::decode::<T>(token, &key, &validation).ok()
            };
            if let Some(decoded) = keys.keys.iter().filter(fits).find_map(read) {
                return Ok(decoded.claims);
            }
        }
        Err(SignInError::Refused)
    }
}

#[async_trait]
impl Protocol for OpenId {
    async fn sign_in_address(&self, login: &LoginState, callback: &str) -> Result<String, SignInError> {
        let client = self.client(self.metadata(METADATA_TTL).await?, callback)?;
        let challenge =
            PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(login.verifier.clone()));
        let (state, nonce) = (login.state.clone(), login.nonce.clone());
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge);
        if login.renew {
            request = request.add_prompt(CoreAuthPrompt::Login);
        }
        Ok(request.url().0.to_string())
    }

    fn proof(&self, brought: Callback) -> Option<String> {
        brought.code
    }

    /// Whom a code was given for: it is good only to whoever holds the verifier.
    async fn identify(
        &self,
        login: &LoginState,
        code: &str,
        callback: &str,
    ) -> Result<Identity, SignInError> {
        let client = self.client(self.metadata(METADATA_TTL).await?, callback)?;
        let exchange = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|_| SignInError::Unreachable)?
            .set_pkce_verifier(PkceCodeVerifier::new(login.verifier.clone()));
        let answer = exchange.request_async(&self.web).await.map_err(|error| {
            use openidconnect::RequestTokenError::{Parse, Request, ServerResponse};
            match error {
                ServerResponse(_) | Parse(..) => SignInError::Refused,
                Request(_) => SignInError::Unreachable,
                _ => SignInError::Refused,
            }
        })?;
        let token = answer.extra_fields().id_token().ok_or(SignInError::Refused)?;
        let nonce = Nonce::new(login.nonce.clone());
        match identify(&client, token, &nonce) {
            // A key that has come since we last looked: look again, once.
            Err(ClaimsVerificationError::SignatureVerification(_)) => {
                let client = self.client(self.metadata(MIN_REFRESH_INTERVAL).await?, callback)?;
                identify(&client, token, &nonce).map_err(|_| SignInError::Refused)
            }
            identified => identified.map_err(|_| SignInError::Refused),
        }
    }

    /// Who signed out at the university: its name for the session, or for the person.
    async fn read_logout(&self, form: &[u8]) -> Result<Vec<SessionName>, SignInError> {
        #[derive(Deserialize)]
        struct Logout {
            #[serde(default)]
            sub: Option<String>,
            #[serde(default)]
            sid: Option<String>,
            #[serde(default)]
            nonce: Option<String>,
            events: HashMap<String, Value>,
        }
        let token = field(form, "logout_token").ok_or(SignInError::Refused)?;
        let logout: Logout = self.read_signed(&token, &self.client).await?;
        let sound = logout.nonce.is_none() && logout.events.contains_key(BACK_CHANNEL);
        if sound { Ok(names(logout.sid, logout.sub)) } else { Err(SignInError::Refused) }
    }

    /// The person in a JWT for this audience. A client's own token (`client_id` = `sub`) and a logout token
    /// are refused.
    async fn read_person(&self, token: &str, audience: &str) -> Result<Identity, SignInError> {
        #[derive(Deserialize)]
        struct Person {
            sub: String,
            #[serde(flatten)]
            others: HashMap<String, Value>,
        }
        let Person { sub, others } = self.read_signed(token, audience).await?;
        let says = |name: &str| others.get(name).and_then(Value::as_str);
        if says("client_id") == Some(&sub) || others.contains_key("events") {
            return Err(SignInError::Refused);
        }
        Ok(identity(others, sub, None))
    }

    /// Which of the offices' systems holds a token of its own, and no person's.
    async fn read_machine(&self, token: &str, audience: &str) -> Result<String, SignInError> {
        #[derive(Deserialize)]
        struct Machine {
            client_id: String,
            sub: String,
        }
        let machine: Machine = self.read_signed(token, audience).await?;
        if machine.sub == machine.client_id { Ok(machine.client_id) } else { Err(SignInError::Refused) }
    }
}

fn identify(client: &OurClient, token: &Token, nonce: &Nonce) -> Result<Identity, ClaimsVerificationError> {
    let verifier = client.id_token_verifier().set_allowed_algs(SIGNED);
    let claims = token.claims(&verifier, nonce)?;
    let mut others = claims.additional_claims().all.clone();
    // Where many servers keep the user name.
    if let Some(name) = claims.preferred_username() {
        others.insert("preferred_username".to_owned(), Value::String(name.to_string()));
    }
    let session = others.get("sid").and_then(Value::as_str).map(str::to_owned);
    Ok(identity(others, claims.subject().to_string(), session))
}
