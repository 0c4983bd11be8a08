//! Discovery (RFC 8414) and the token endpoint (RFC 6749).

use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Form, extract::FromRequest};
use serde_json::json;

use super::request::read_body;
use super::response::{json as answer, set};
use crate::playground::endpoint::{Endpoint, Scope};
use crate::playground::oauth::Refusal;
use crate::playground::problem::Problem;
use crate::playground::server::Shared;

pub async fn discovery(State(app): State<Shared>) -> Response {
    let body = json!({
        "issuer": app.base_url,
        "token_endpoint": format!("{}{}", app.base_url, Endpoint::Token.path()),
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "scopes_supported": Scope::ALL.map(Scope::name),
    });
    answer(StatusCode::OK, &body)
}

pub async fn token(State(app): State<Shared>, headers: HeaderMap, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let bytes = read_body(Request::from_parts(parts.clone(), body), "application/x-www-form-urlencoded").await?;
    let form = Form::<Vec<(String, String)>>::from_request(Request::from_parts(parts, bytes.into()), &()).await;
    let granted = match form {
        Ok(Form(form)) => app.oauth.grant(&headers, &form),
        Err(_) => Err(Refusal::InvalidRequest),
    };
    let mut response = match granted {
        Ok(granted) => answer(StatusCode::OK, &granted),
        Err(refusal) => refuse(refusal),
    };
    set(&mut response, CACHE_CONTROL, "no-store");
    Ok(response)
}

fn refuse(refusal: Refusal) -> Response {
    let body = json!({"error": refusal.code(), "error_description": refusal.description()});
    if refusal == Refusal::InvalidClient {
        let mut response = answer(StatusCode::UNAUTHORIZED, &body).into_response();
        set(&mut response, WWW_AUTHENTICATE, "Basic realm=\"playground\"");
        return response;
    }
    answer(StatusCode::BAD_REQUEST, &body)
}
