//! Conversations and messages.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri};
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::request::{Id, ListQuery, is_visible_ascii, parse_json, path_id, read_body};
use super::response::{List, json, set};
use crate::playground::endpoint::Scope;
use crate::playground::faults::Hold;
use crate::playground::idempotency::{Decision, Reservation, request_digest};
use crate::playground::ledger::AcceptedMessage;
use crate::playground::problem::Problem;
use crate::playground::server::{App, Shared};
use crate::playground::world::{MESSAGE_TEXT_MAX_CHARS, Message, Page, WorldError};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StartBody {
    recipient_id: String,
    text: String,
    client_reference: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddBody {
    text: String,
    client_reference: String,
}

#[derive(Serialize)]
struct Written<'a> {
    conversation_id: &'a str,
    message: &'a Message,
}

pub async fn start(State(app): State<Shared>, headers: HeaderMap, request: Request) -> Result<Response, Problem> {
    let caller = app.oauth.authorise(&headers, Scope::MessagesWrite)?;
    let hold = request.extensions().get::<Hold>().copied();
    let path = request.uri().path().to_owned();
    let bytes = read_body(request, "application/json").await?;
    let shape = "an object with exactly the strings `recipient_id`, `text` and `client_reference`";
    let body: StartBody = parse_json(&bytes, shape)?;
    check(&body.text, &body.client_reference)?;
    let municipality = &*caller.municipality;
    let write = || {
        let written =
            app.world.write_to_concierge(municipality, &body.recipient_id, &body.text, &body.client_reference);
        written.map(|message| (body.recipient_id.clone(), message))
    };
    once(&app, municipality, &headers, request_digest(&path, &bytes), hold, write).await
}

pub async fn add(State(app): State<Shared>, headers: HeaderMap, id: Id, request: Request) -> Result<Response, Problem> {
    let caller = app.oauth.authorise(&headers, Scope::MessagesWrite)?;
    let id = path_id(id, "conversation")?;
    let hold = request.extensions().get::<Hold>().copied();
    let path = request.uri().path().to_owned();
    let bytes = read_body(request, "application/json").await?;
    let body: AddBody = parse_json(&bytes, "an object with exactly the strings `text` and `client_reference`")?;
    check(&body.text, &body.client_reference)?;
    let municipality = &*caller.municipality;
    let write = || app.world.write_in_conversation(municipality, &id, &body.text, &body.client_reference);
    once(&app, municipality, &headers, request_digest(&path, &bytes), hold, write).await
}

pub async fn messages(State(app): State<Shared>, headers: HeaderMap, uri: Uri) -> Result<Response, Problem> {
    let caller = app.oauth.authorise(&headers, Scope::MessagesRead)?;
    let query = ListQuery::parse(&uri)?;
    let municipality = &*caller.municipality;
    let find = |after, limit| match &query.client_reference {
        None => app.world.incoming(municipality, after, limit),
        Some(_) if !app.profile.reference_lookup => (0, Page::empty()),
        Some(reference) => app.world.by_reference(municipality, reference, after, limit),
    };
    let (version, _) = find(0, 0);
    let name = match &query.client_reference {
        None => format!("incoming/{municipality}"),
        Some(reference) => format!("reference/{municipality}/{reference}"),
    };
    let list = List { path: "/v1/messages".to_owned(), name, query: &query, version };
    list.answer(&app, &headers, |after, limit| Some(find(after, limit)))
}

pub async fn thread(State(app): State<Shared>, headers: HeaderMap, id: Id, uri: Uri) -> Result<Response, Problem> {
    let caller = app.oauth.authorise(&headers, Scope::MessagesRead)?;
    let id = path_id(id, "conversation")?;
    let query = ListQuery::parse(&uri)?;
    let find = |after, limit| app.world.thread(&caller.municipality, &id, after, limit);
    let (version, _) = find(0, 0).ok_or_else(|| Problem::not_found("conversation"))?;
    let path = format!("/v1/conversations/{id}/messages");
    let list = List { path, name: format!("thread/{id}"), query: &query, version };
    list.answer(&app, &headers, find)
}

/// Writes a message at most once per idempotency key.
async fn once(
    app: &App,
    municipality: &str,
    headers: &HeaderMap,
    digest: [u8; 32],
    hold: Option<Hold>,
    write: impl FnOnce() -> Result<(String, Arc<Message>), WorldError>,
) -> Result<Response, Problem> {
    let key = idempotency_key(headers);
    let mut reservation: Option<Reservation> = None;
    if app.profile.idempotency_keys {
        let key = key.ok_or_else(|| {
            Problem::bad_request("the header `Idempotency-Key` is missing or not 1 to 128 visible ASCII characters")
        })?;
        match app.keys.begin(municipality, key, digest, app.clock.now()) {
            Decision::Go(taken) => reservation = Some(taken),
            Decision::Replay(message) => {
                let mut response = written(&message);
                set(&mut response, IDEMPOTENT_REPLAYED, "true");
                return Ok(response);
            }
            Decision::Reused => return Err(Problem::key_reused()),
            Decision::InFlight => return Err(Problem::key_in_flight()),
            Decision::Full => return Err(Problem::full("the platform remembers no more idempotency keys")),
        }
    }
    if let Some(Hold(duration)) = hold {
        app.wait(duration).await;
    }
    // From here on there is no point at which a client that goes away could stop it halfway.
    let (recipient, message) = write()?;
    let accepted = AcceptedMessage {
        at: message.created_at,
        municipality: municipality.to_owned(),
        recipient,
        conversation_id: message.conversation_id.clone(),
        message_id: message.id.clone(),
        text: message.text.clone(),
        client_reference: message.client_reference.clone().unwrap_or_default(),
        idempotency_key: key.map(str::to_owned),
    };
    app.ledger.accept(accepted);
    if let Some(reservation) = reservation {
        reservation.complete(Arc::clone(&message), app.clock.now());
    }
    Ok(written(&message))
}

fn written(message: &Message) -> Response {
    json(StatusCode::CREATED, &Written { conversation_id: &message.conversation_id, message })
}

fn idempotency_key(headers: &HeaderMap) -> Option<&str> {
    headers.get(IDEMPOTENCY_KEY)?.to_str().ok().filter(|key| is_visible_ascii(key))
}

fn check(text: &str, client_reference: &str) -> Result<(), Problem> {
    if !(1..=MESSAGE_TEXT_MAX_CHARS).contains(&text.chars().count()) {
        let detail = format!("`text` is not 1 to {MESSAGE_TEXT_MAX_CHARS} characters long");
        return Err(Problem::bad_request(detail));
    }
    if !is_visible_ascii(client_reference) {
        return Err(Problem::bad_request("`client_reference` is not 1 to 128 visible ASCII characters"));
    }
    Ok(())
}
