//! The guard stands before every request: who may come in, under which name, and what a browser may do with an answer.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HOST, HeaderValue, ORIGIN, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use subtle::ConstantTimeEq;

use super::error::ApiError;

/// What the guard checks.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    /// The password that every request needs, if any.
    pub password: Option<String>,
    /// What programs of the same user show instead of a password.
    pub token: String,
    /// Host names, besides `localhost` and addresses in numbers, under which a browser may come.
    pub hosts: Vec<String>,
}

/// The page brings everything itself, runs no inline script and is framed by nobody else.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; object-src 'none'; \
                      base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

/// Lets a request through or answers it.
pub(crate) async fn check(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let mut response = match guard.refuse(request.method(), request.headers(), request.uri().path()) {
        Some(refusal) => refusal,
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.insert("content-security-policy", HeaderValue::from_static(POLICY));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    headers.insert("referrer-policy", HeaderValue::from_static("same-origin"));
    response
}

impl Guard {
    fn refuse(&self, method: &Method, headers: &HeaderMap, path: &str) -> Option<Response> {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        if !self.knows(host) {
            let hint = "add the name to hosts in config.toml";
            let message = format!("this server does not answer to the name {host:?}");
            return Some(ApiError::forbidden(&message, hint).into_response());
        }
        let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
        if !matches!(*method, Method::GET | Method::HEAD)
            && origin.is_some_and(|origin| origin.split_once("://").is_none_or(|(_, authority)| authority != host))
        {
            let hint = "open the page of this server and try there";
            return Some(ApiError::forbidden("another site asked for this", hint).into_response());
        }
        if path == "/healthz" || self.lets_in(headers) {
            return None;
        }
        let mut response = (StatusCode::UNAUTHORIZED, "a password is needed\n").into_response();
        let challenge = HeaderValue::from_static("Basic realm=\"aloud\", charset=\"UTF-8\"");
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        Some(response)
    }

    /// Names that anybody can point at this machine could carry another site's scripts to it (DNS rebinding).
    fn knows(&self, host: &str) -> bool {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        let name = name.trim_start_matches('[').trim_end_matches(']');
        name.eq_ignore_ascii_case("localhost")
            || name.parse::<IpAddr>().is_ok()
            || self.hosts.iter().any(|known| known.eq_ignore_ascii_case(name))
    }

    fn lets_in(&self, headers: &HeaderMap) -> bool {
        let Some(password) = &self.password else { return true };
        let Some(shown) = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()) else { return false };
        let Some((scheme, secret)) = shown.split_once(' ') else { return false };
        if scheme.eq_ignore_ascii_case("bearer") {
            return same(secret, password) | same(secret, &self.token);
        }
        let decoded = base64::engine::general_purpose::STANDARD.decode(secret).ok();
        let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        // Any user name will do: there is one password.
        scheme.eq_ignore_ascii_case("basic") && decoded.split_once(':').is_some_and(|(_, shown)| same(shown, password))
    }
}

/// Compares secrets in a time that tells nothing about them; hashing first hides their lengths too.
pub(crate) fn same(shown: &str, secret: &str) -> bool {
    !secret.is_empty()
        && blake3::hash(shown.as_bytes()).as_bytes().ct_eq(blake3::hash(secret.as_bytes()).as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(guard: &Guard, method: &Method, headers: &[(&'static str, &str)]) -> Option<u16> {
        let headers = headers
            .iter()
            .map(|&(name, value)| (name.parse().expect("a name"), value.parse().expect("a value")))
            .collect();
        guard.refuse(method, &headers, "/api/v1/search").map(|response| response.status().as_u16())
    }

    #[test]
    fn only_known_names_and_the_same_origin() {
        let guard = Guard { hosts: vec!["archive.example.org".into()], ..Guard::default() };
        for (host, expected) in [
            ("127.0.0.1:25683", None),
            ("[::1]:25683", None),
            ("localhost", None),
            ("Archive.example.org:443", None),
            ("evil.example.com:25683", Some(403)),
            ("", Some(403)),
        ] {
            assert_eq!(status(&guard, &Method::GET, &[("host", host)]), expected, "{host}");
        }
        let post = |origin| status(&guard, &Method::POST, &[("host", "localhost:1"), ("origin", origin)]);
        assert_eq!(post("http://localhost:1"), None);
        assert_eq!(post("http://localhost:2"), Some(403));
        assert_eq!(post("null"), Some(403));
    }

    #[test]
    fn the_password_opens_as_basic_and_as_bearer() {
        let guard =
            Guard { password: Some("a sentence: with colon".into()), token: "token".into(), ..Guard::default() };
        let basic = base64::engine::general_purpose::STANDARD.encode("anybody:a sentence: with colon");
        let wrong = base64::engine::general_purpose::STANDARD.encode("anybody:a sentence");
        for (shown, expected) in [
            (format!("Basic {basic}"), None),
            ("Bearer a sentence: with colon".into(), None),
            ("bearer token".into(), None),
            (format!("Basic {wrong}"), Some(401)),
            ("Bearer ".into(), Some(401)),
            ("Bearer".into(), Some(401)),
            ("Basic token".into(), Some(401)),
        ] {
            let headers = [("host", "localhost"), ("authorization", shown.as_str())];
            assert_eq!(status(&guard, &Method::GET, &headers), expected, "{shown}");
        }
        assert_eq!(status(&guard, &Method::GET, &[("host", "localhost")]), Some(401));
    }
}
