//! OpenID Connect: discovery, the code flow with PKCE, state and nonce; keys that change under way;
//! the university's word that somebody signed out; and the tokens of offices' own systems.

use std::collections::HashMap;
use std::time::{Duration, Instant};

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

use crate::config::{Config, USER};
use crate::web::{Trouble, Web};

/// How long what the university says of itself is believed.
const BELIEVED: Duration = Duration::from_secs(600);
/// How long at most, while it does not answer.
const AT_WORST: Duration = Duration::from_secs(3600);
/// How soon it is asked again because a key is unknown.
const PATIENCE: Duration = Duration::from_secs(10);
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

/// The university's server, and what it last said of itself.
pub(crate) struct OpenId {
    known: Mutex<Option<(Instant, CoreProviderMetadata)>>,
}

/// Whom an identity token names.
#[derive(Debug)]
pub(crate) struct Identified {
    others: HashMap<String, Value>,
    pub(crate) subject: String,
    /// What the university calls this session, if it says.
    pub(crate) session: Option<String>,
}

impl Identified {
    /// A claim by its name; `user` is the subject.
    pub(crate) fn claim(&self, name: &str) -> Option<String> {
        if name == USER {
            return Some(self.subject.clone());
        }
        // A number is no text: 20151104027 without quotes may have been rounded on the way.
        self.others.get(name).and_then(Value::as_str).map(str::to_owned)
    }
}

impl OpenId {
    pub(crate) fn new() -> Self {
        Self { known: Mutex::new(None) }
    }

    async fn metadata(
        &self,
        web: &Web,
        config: &Config,
        at_most: Duration,
    ) -> Result<CoreProviderMetadata, Trouble> {
        let mut known = self.known.lock().await;
        if let Some((since, metadata)) = known.as_ref()
            && since.elapsed() < at_most
        {
            return Ok(metadata.clone());
        }
        let issuer = IssuerUrl::new(config.university.clone()).map_err(|_| Trouble::Unconfigured)?;
        let asked = CoreProviderMetadata::discover_async(issuer, web);
        match (asked.await, known.as_ref()) {
            (Ok(metadata), _) => {
                *known = Some((Instant::now(), metadata.clone()));
                Ok(metadata)
            }
            // While it can't be asked, what it said before goes on for a while.
            (Err(error), Some((since, metadata))) if since.elapsed() < AT_WORST => {
                tracing::warn!(%error, "the issuer can't be asked again");
                Ok(metadata.clone())
            }
            (Err(error), _) => {
                tracing::error!(%error, "the issuer can't be asked");
                Err(Trouble::Unreachable)
            }
        }
    }

    fn client(config: &Config, metadata: CoreProviderMetadata, back: &str) -> Result<OurClient, Trouble> {
        // By the header, as the standard prefers, unless the university only takes it in the body.
        let taken = metadata.token_endpoint_auth_methods_supported();
        let header = taken.is_none_or(|taken| taken.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let proof = if header { AuthType::BasicAuth } else { AuthType::RequestBody };
        let secret = Some(&config.secret).filter(|secret| !secret.is_empty());
        let client = OurClient::from_provider_metadata(
            metadata,
            ClientId::new(config.client.clone()),
            secret.map(|secret| ClientSecret::new(secret.clone())),
        );
        let back = RedirectUrl::new(back.to_owned()).map_err(|_| Trouble::Unconfigured)?;
        Ok(client.set_auth_type(proof).set_redirect_uri(back))
    }

    /// Where one signs in.
    pub(crate) async fn sign_in_address(
        &self,
        web: &Web,
        config: &Config,
        back: &str,
        errand: (&str, &str, &str),
        renew: bool,
    ) -> Result<String, Trouble> {
        let (state, nonce, verifier) = errand;
        let metadata = self.metadata(web, config, BELIEVED).await?;
        let client = Self::client(config, metadata, back)?;
        let challenge =
            PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.to_owned()));
        let (state, nonce) = (state.to_owned(), nonce.to_owned());
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge);
        if renew {
            request = request.add_prompt(CoreAuthPrompt::Login);
        }
        Ok(request.url().0.to_string())
    }

    /// Whom a code was given for. It is good once, and only to whoever holds the verifier.
    pub(crate) async fn exchange(
        &self,
        web: &Web,
        config: &Config,
        back: &str,
        code: &str,
        errand: (&str, &str),
    ) -> Result<Identified, Trouble> {
        let (nonce, verifier) = errand;
        let client = Self::client(config, self.metadata(web, config, BELIEVED).await?, back)?;
        let exchange = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|_| Trouble::Unreachable)?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()));
        let answer = exchange.request_async(web).await.map_err(|error| {
            use openidconnect::RequestTokenError::{Parse, Request, ServerResponse};
            match error {
                ServerResponse(_) | Parse(..) => Trouble::Refused,
                Request(_) => Trouble::Unreachable,
                _ => Trouble::Refused,
            }
        })?;
        let token = answer.extra_fields().id_token().ok_or(Trouble::Refused)?;
        let nonce = Nonce::new(nonce.to_owned());
        match identify(&client, token, &nonce) {
            // A key that has come since we last looked: look again, once.
            Err(ClaimsVerificationError::SignatureVerification(_)) => {
                let client = Self::client(config, self.metadata(web, config, PATIENCE).await?, back)?;
                identify(&client, token, &nonce).map_err(|_| Trouble::Refused)
            }
            identified => identified.map_err(|_| Trouble::Refused),
        }
    }

    /// What a token of the university's says that isn't an identity token: for this audience, signed with
    /// one of its keys, and still valid.
    async fn read_signed<T: DeserializeOwned>(
        &self,
        web: &Web,
        config: &Config,
        token: &str,
        audience: &str,
    ) -> Result<T, Trouble> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| Trouble::Refused)?;
        let signed =
            [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA];
        if !signed.contains(&header.alg) {
            return Err(Trouble::Refused);
        }
        let mut validation = Validation::new(header.alg);
        validation.set_audience(&[audience]);
        validation.set_issuer(&[&config.university]);
        validation.set_required_spec_claims(&["iss", "aud", "exp"]);
        validation.validate_nbf = true;
        for at_most in [BELIEVED, PATIENCE] {
            let metadata = self.metadata(web, config, at_most).await?;
            let keys = serde_json::to_value(metadata.jwks()).and_then(serde_json::from_value::<JwkSet>);
            let keys = keys.map_err(|_| Trouble::Unreachable)?;
            // A key without a name may be meant by any token, and a token without one by any key.
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
        Err(Trouble::Refused)
    }

    /// Who signed out at the university: its name for the session, or for the person.
    pub(crate) async fn read_logout(
        &self,
        web: &Web,
        config: &Config,
        token: &str,
    ) -> Result<(Option<String>, Option<String>), Trouble> {
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
        let logout: Logout = self.read_signed(web, config, token, &config.client).await?;
        let sound = logout.nonce.is_none() && logout.events.contains_key(BACK_CHANNEL);
        if sound { Ok((logout.sid, logout.sub)) } else { Err(Trouble::Refused) }
    }

    /// Whom a person's token names that was given for this audience: no system's own token, and nothing that
    /// says somebody signed out.
    pub(crate) async fn read_person(
        &self,
        web: &Web,
        config: &Config,
        token: &str,
        audience: &str,
    ) -> Result<Identified, Trouble> {
        #[derive(Deserialize)]
        struct Person {
            sub: String,
            #[serde(flatten)]
            others: HashMap<String, Value>,
        }
        let Person { sub, others } = self.read_signed(web, config, token, audience).await?;
        let says = |name: &str| others.get(name).and_then(Value::as_str);
        if says("client_id") == Some(&sub) || others.contains_key("events") {
            return Err(Trouble::Refused);
        }
        Ok(Identified { others, subject: sub, session: None })
    }

    /// Which of the offices' systems holds a token of its own, and no person's.
    pub(crate) async fn read_machine(
        &self,
        web: &Web,
        config: &Config,
        token: &str,
        audience: &str,
    ) -> Result<String, Trouble> {
        #[derive(Deserialize)]
        struct Machine {
            client_id: String,
            sub: String,
        }
        let machine: Machine = self.read_signed(web, config, token, audience).await?;
        if machine.sub == machine.client_id { Ok(machine.client_id) } else { Err(Trouble::Refused) }
    }
}

fn identify(client: &OurClient, token: &Token, nonce: &Nonce) -> Result<Identified, ClaimsVerificationError> {
    let verifier = client.id_token_verifier().set_allowed_algs(SIGNED);
    let claims = token.claims(&verifier, nonce)?;
    let mut others = claims.additional_claims().all.clone();
    // Where many servers keep the user name.
    if let Some(name) = claims.preferred_username() {
        others.insert("preferred_username".to_owned(), Value::String(name.to_string()));
    }
    let session = others.get("sid").and_then(Value::as_str).map(str::to_owned);
    Ok(Identified { others, subject: claims.subject().to_string(), session })
}
