//! The university's servers, asked with a limit on time and size, and never led elsewhere.

use std::pin::Pin;
use std::time::Duration;

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};

/// Why somebody can't be signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SignInError {
    /// Nothing says how the university signs people in.
    #[error("no sign-in is configured")]
    Unconfigured,
    /// The university's server is slow, down, or says what nobody understands.
    #[error("the university's sign-in does not answer")]
    Unreachable,
    /// What came back proves nothing: an old ticket, another browser's login state, a token that doesn't hold.
    #[error("the sign-in is not valid")]
    Refused,
    /// The university knows them, but by no number of ours (N2).
    #[error("the account has no number")]
    Nobody,
}

/// The most bytes of a response.
const MOST_BYTES: usize = 512 * 1024;

/// A field of a form that somebody sent.
pub(crate) fn field(form: &[u8], name: &str) -> Option<String> {
    form_urlencoded::parse(form).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// Asks the university's servers.
#[derive(Debug, Clone)]
pub(crate) struct Web(reqwest::Client);

impl Web {
    pub(crate) fn new() -> Result<Self, SignInError> {
        let client = reqwest::Client::builder()
            // Whoever answers answers here: a redirect could lead into our own network.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(2))
            .timeout(Duration::from_secs(6))
            .build();
        client.map(Self).map_err(|_| SignInError::Unconfigured)
    }

    /// A page's text.
    pub(crate) async fn get(&self, address: &str) -> Result<String, SignInError> {
        let request = self.0.get(address).build().map_err(|_| SignInError::Unreachable)?;
        let answer = self.send(request).await?;
        if !answer.status().is_success() {
            return Err(SignInError::Unreachable);
        }
        String::from_utf8(answer.into_body()).map_err(|_| SignInError::Refused)
    }

    async fn send(&self, request: reqwest::Request) -> Result<HttpResponse, SignInError> {
        let mut answer = self.0.execute(request).await.map_err(|_| SignInError::Unreachable)?;
        let mut response = HttpResponse::default();
        *response.status_mut() = answer.status();
        response.headers_mut().clone_from(answer.headers());
        while let Some(chunk) = answer.chunk().await.map_err(|_| SignInError::Unreachable)? {
            response.body_mut().extend_from_slice(&chunk);
            if response.body().len() > MOST_BYTES {
                return Err(SignInError::Unreachable);
            }
        }
        Ok(response)
    }
}

/// Carries the requests of the OpenID Connect library.
impl<'c> AsyncHttpClient<'c> for Web {
    type Error = SignInError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, SignInError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move { self.send(request.try_into().map_err(|_| SignInError::Unreachable)?).await })
    }
}
