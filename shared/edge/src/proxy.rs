//! A proxy in front of API Gateway, such as CloudFront or a university's own: it proves itself by a secret
//! in a header and says where the caller is. Nobody else is believed, and nobody else is answered.

use std::net::{IpAddr, SocketAddr};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::http::{HeaderMap, HeaderValue};

/// The header that carries the secret.
const SECRET: &str = "x-lixiao-proxy";
/// Where the caller's address stands unless something else is said.
const USUAL_HEADER: &str = "x-lixiao-source";
/// CloudFront's own header, which always has a port, also behind an IPv6 address without brackets.
const CLOUDFRONT: &str = "cloudfront-viewer-address";
/// API Gateway appends the proxy's own address here, so the last entry is never the caller.
const APPENDED_TO: &str = "x-forwarded-for";
/// A secret that could be guessed is none.
const SHORTEST: usize = 16;

/// The proxy that is believed.
pub struct Proxy {
    /// One secret, or two while they are changed.
    secrets: Vec<String>,
    /// Where it writes the caller's address.
    header: String,
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Proxy({} secrets, {})", self.secrets.len(), self.header)
    }
}

/// Why a proxy can't be told from anybody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProxyConfigError {
    /// A secret could be guessed.
    #[error(
        "each secret of LIXIAO_PROXY_SECRET has at least {SHORTEST} characters; two are separated by a comma"
    )]
    ShortSecret,
    /// The header holds more than the proxy wrote.
    #[error(
        "LIXIAO_PROXY_HEADER can't be {APPENDED_TO}: API Gateway appends to it; let the proxy set a header of its own"
    )]
    SharedHeader,
}

impl Proxy {
    /// A proxy that sends one of these secrets, and the caller's address in a header.
    pub fn new(secrets: &str, header: &str) -> Result<Self, ProxyConfigError> {
        let secrets: Vec<String> = secrets.split(',').map(|secret| secret.trim().to_owned()).collect();
        if secrets.iter().any(|secret| secret.len() < SHORTEST) {
            return Err(ProxyConfigError::ShortSecret);
        }
        let header = header.to_ascii_lowercase();
        if header == APPENDED_TO { Err(ProxyConfigError::SharedHeader) } else { Ok(Self { secrets, header }) }
    }

    /// The proxy of `LIXIAO_PROXY_SECRET` and `LIXIAO_PROXY_HEADER`, if there is one.
    pub(crate) fn from_env() -> Result<Option<Self>, ProxyConfigError> {
        let variable = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
        let header = variable("LIXIAO_PROXY_HEADER");
        let header = header.as_deref().unwrap_or(USUAL_HEADER);
        variable("LIXIAO_PROXY_SECRET").map(|secrets| Self::new(&secrets, header)).transpose()
    }

    /// Whether a request came through it.
    pub(crate) fn sent(&self, headers: &HeaderMap) -> bool {
        let said = headers.get(SECRET).map(HeaderValue::as_bytes).unwrap_or_default();
        self.secrets.iter().any(|secret| verify_slices_are_equal(secret.as_bytes(), said).is_ok())
    }

    /// The client's IP address from its header; none if the header is repeated.
    pub(crate) fn source(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let mut said = headers.get_all(&self.header).iter();
        let (Some(said), None) = (said.next(), said.next()) else { return None };
        let said = said.to_str().ok()?.trim();
        let said = if self.header == CLOUDFRONT { said.rsplit_once(':')?.0 } else { said };
        address(said)
    }
}

/// An address, with or without a port: `192.0.2.7`, `192.0.2.7:443`, `2001:db8::7`, `[2001:db8::7]:443`.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "a-secret-of-enough-length";

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        pairs.iter().for_each(|(name, value)| {
            headers.append(*name, HeaderValue::from_static(value));
        });
        headers
    }

    #[test]
    fn only_who_knows_the_secret_is_the_proxy() {
        let proxy = Proxy::new(&format!("{LONG}, the-next-secret-of-it"), USUAL_HEADER).unwrap();
        assert!(proxy.sent(&headers(&[(SECRET, LONG)])));
        assert!(proxy.sent(&headers(&[(SECRET, "the-next-secret-of-it")])));
        for other in
            ["", "a-secret-of-enough-lengt", "a-secret-of-enough-lengthx", "a-secret-of-enough-length,"]
        {
            assert!(!proxy.sent(&headers(&[(SECRET, other)])), "{other}");
        }
        assert!(!proxy.sent(&headers(&[])));
        assert_eq!(Proxy::new("short", USUAL_HEADER).unwrap_err(), ProxyConfigError::ShortSecret);
        assert_eq!(Proxy::new(&format!("{LONG},"), USUAL_HEADER).unwrap_err(), ProxyConfigError::ShortSecret);
        assert_eq!(Proxy::new(LONG, "X-Forwarded-For").unwrap_err(), ProxyConfigError::SharedHeader);
    }

    #[test]
    fn the_caller_is_where_the_proxy_says() {
        let source = |header: &'static str, value| {
            let proxy = Proxy::new(LONG, header).unwrap();
            proxy.source(&headers(&[(header, value)])).map(|ip| ip.to_string())
        };
        for (said, read) in [
            ("192.0.2.7", Some("192.0.2.7")),
            ("192.0.2.7:4711", Some("192.0.2.7")),
            ("[2001:db8::7]:443", Some("2001:db8::7")),
            ("2001:db8::7", Some("2001:db8::7")),
            ("unknown", None),
            ("10.1.2.3, 192.0.2.7", None),
        ] {
            assert_eq!(source(USUAL_HEADER, said).as_deref(), read, "{said}");
        }
        assert_eq!(source(CLOUDFRONT, "192.0.2.7:4711").as_deref(), Some("192.0.2.7"));
        assert_eq!(source(CLOUDFRONT, "2001:db8::7:4711").as_deref(), Some("2001:db8::7"));
        let proxy = Proxy::new(LONG, USUAL_HEADER).unwrap();
        assert_eq!(proxy.source(&headers(&[(USUAL_HEADER, "10.1.2.3"), (USUAL_HEADER, "192.0.2.7")])), None);
        assert_eq!(proxy.source(&headers(&[])), None);
    }
}
