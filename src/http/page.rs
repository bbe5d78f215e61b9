//! The page: one document for every view, and what it is made of, all inside the program.
//!
//! What the document names stands under an address with its version, a hash of everything: a browser keeps it for ever,
//! and a new program shows its new page at once, because only the document is asked for each time.

use std::borrow::Cow;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use super::error::{ApiError, no_such_address};

#[derive(RustEmbed)]
#[folder = "assets"]
struct Assets;

/// Kept as long as a browser has room.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Asked for again each time, and mostly not sent again.
const ASK_AGAIN: &str = "no-cache";

/// Where the document names the modules that a browser can fetch before it finds them one in another.
const MODULES: &str = "<!-- modules -->";

/// The texts of languages: each reader needs one of them, and the page knows which.
const LANGUAGES: &str = "js/languages/";

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Assets::iter().collect();
    names.sort_unstable();
    let mut hasher = blake3::Hasher::new();
    for name in names {
        hasher.update(name.as_bytes());
        hasher.update(&Assets::get(&name).map(|file| file.metadata.sha256_hash()).unwrap_or_default());
    }
    hasher.finalize().to_hex()[..12].to_owned()
});

static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    let file = Assets::get("index.html").map(|file| file.data).unwrap_or_default();
    let mut modules: Vec<_> = Assets::iter().filter(|name| is_module(name)).collect();
    modules.sort_unstable();
    let links: Vec<String> =
        modules.iter().map(|name| format!("<link rel=\"modulepreload\" href=\"/assets/{name}\">")).collect();
    String::from_utf8_lossy(&file)
        .replace(MODULES, &links.join("\n  "))
        .replace("\"/assets/", &format!("\"/assets/{}/", *VERSION))
});

fn is_module(name: &str) -> bool {
    name.ends_with(".js") && !name.starts_with(LANGUAGES)
}

/// Returns the document that shows every view by its address.
pub(crate) async fn index(headers: HeaderMap) -> Response {
    answer("index.html", Cow::Borrowed(DOCUMENT.as_bytes()), &VERSION, ASK_AGAIN, &headers)
}

/// Answers every address that does not exist: a person with the page, which says so, and a program with the error.
pub(crate) async fn missing(uri: Uri, headers: HeaderMap) -> Response {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_page = !["/api/", "/media/", "/assets/", "/work/"].iter().any(|start| uri.path().starts_with(start));
    if is_page && accepted.contains("text/html") {
        return (StatusCode::NOT_FOUND, index(HeaderMap::new()).await).into_response();
    }
    no_such_address(&uri).into_response()
}

/// Returns what the API is, in the words of `OpenAPI`.
pub(crate) async fn openapi() -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, ASK_AGAIN)];
    (kind, include_str!("../../docs/openapi.json")).into_response()
}

/// Returns a style, a script or a picture.
pub(crate) async fn asset(Path((version, path)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let Some(file) = Assets::get(&path) else {
        return ApiError::no_asset(&path).into_response();
    };
    let tag: String = file.metadata.sha256_hash()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    // A page of another version that is still open gets what there is now, and must not keep it under the old name.
    let keep = if version == *VERSION { FOR_EVER } else { ASK_AGAIN };
    answer(&path, file.data, &tag, keep, &headers)
}

fn answer(name: &str, body: Cow<'static, [u8]>, tag: &str, keep: &str, headers: &HeaderMap) -> Response {
    let tag = format!("\"{tag}\"");
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_known =
        known.is_some_and(|known| known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag));
    let fresh = [(header::ETAG, tag), (header::CACHE_CONTROL, keep.to_owned())];
    if is_known {
        return (StatusCode::NOT_MODIFIED, fresh).into_response();
    }
    let kind = mime_guess::from_path(name).first_raw().unwrap_or("application/octet-stream").to_owned();
    let kind = if kind.starts_with("text/") { kind + "; charset=utf-8" } else { kind };
    (fresh, [(header::CONTENT_TYPE, kind)], body.into_owned()).into_response()
}
