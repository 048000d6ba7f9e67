//! The OpenAPI document of functions, under the system's own name: what they have in common is said here once.

use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::{PartialSchema as _, ToSchema as _};

use crate::answer::ProblemBody;
use crate::identity::SESSION_COOKIE;

/// The names of the two ways to say who asks.
const COOKIE: &str = "session";
const BEARER: &str = "token";

/// The OpenAPI document of functions, under the system's own name.
pub fn openapi(mut document: OpenApi) -> OpenApi {
    document.info.title = "Lixiao".to_owned();
    document.info.description =
        Some("Graduation clearance 离校. See docs/SEMANTICS.md for what is promised.".to_owned());
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    document.info.contact = None;
    document.info.license = None;
    let components = document.components.get_or_insert_default();
    components.schemas.insert(ProblemBody::name().into_owned(), ProblemBody::schema());
    let mut cookie = ApiKeyValue::new(SESSION_COOKIE);
    cookie.description = Some("What a browser carries once somebody has signed in at `/login`".to_owned());
    components.add_security_scheme(COOKIE, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").description(Some(
        "A session of `POST /login/token`: an office's own system, or the portal's page for its user",
    ));
    components.add_security_scheme(BEARER, SecurityScheme::Http(bearer.build()));
    let nothing: [&str; 0] = [];
    document.security =
        Some([COOKIE, BEARER].map(|scheme| SecurityRequirement::new(scheme, nothing)).to_vec());
    document
}
