//! Control by another process: benches and kill tests run the connector and the playground apart. Outside `/v1`, only
//! when it is switched on, on a loopback address only.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::faults::{FaultRule, RULES_MAX};
use super::problem::Problem;
use super::seed::PostsFile;
use super::server::Shared;
use super::world::{Member, Municipality, Neighbourhood};

/// Longest body, in bytes.
const BODY_MAX_BYTES: usize = 256 * 1024 * 1024;

/// A municipality with its neighbourhoods.
#[derive(Deserialize)]
struct NewMunicipality {
    #[serde(flatten)]
    municipality: Municipality,
    neighbourhoods: Vec<NewNeighbourhood>,
}

#[derive(Deserialize)]
struct NewNeighbourhood {
    id: String,
    name: String,
    concierges: Vec<Member>,
}

/// What happens to a post.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum Change {
    Edit { title: Option<String>, text: String },
    Withdraw,
    Share,
    Unshare,
    Delete,
}

#[derive(Deserialize)]
struct Reply {
    member_id: String,
    text: String,
}

/// The addresses under `/_control/`.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/_control/municipalities", post(add_municipality))
        .route("/_control/posts", post(publish))
        .route("/_control/posts/{id}", post(change))
        .route("/_control/messages", post(write_as_concierge))
        .route("/_control/faults", post(set_faults).get(faults))
        .route("/_control/ledger", get(messages))
        .route("/_control/requests", get(requests))
        .route("/_control/counts", get(counts))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
}

async fn add_municipality(State(app): State<Shared>, body: Bytes) -> Result<StatusCode, Problem> {
    let new: NewMunicipality = parse(&body)?;
    let id = new.municipality.id.clone();
    app.world.add_municipality(new.municipality)?;
    for NewNeighbourhood { id: place, name, concierges } in new.neighbourhoods {
        let municipality = id.clone();
        app.world.add_neighbourhood(Neighbourhood { id: place.clone(), name, municipality })?;
        for concierge in concierges {
            app.world.add_concierge(&place, concierge)?;
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Takes the lines of a posts file and publishes them all.
async fn publish(State(app): State<Shared>, body: Bytes) -> Result<Response, Problem> {
    let text = std::str::from_utf8(&body).map_err(|_| Problem::bad_request("the body is not UTF-8"))?;
    let posts = PostsFile::parse(text).map_err(|error| Problem::bad_request(error.to_string()))?;
    let published = posts.len();
    posts.publish_all(&app.world)?;
    Ok(axum::Json(json!({"published": published})).into_response())
}

async fn change(State(app): State<Shared>, Path(id): Path<String>, body: Bytes) -> Result<StatusCode, Problem> {
    match parse(&body)? {
        Change::Edit { title, text } => app.world.edit(&id, title, text)?,
        Change::Withdraw => app.world.withdraw(&id)?,
        Change::Share => app.world.set_shared(&id, true)?,
        Change::Unshare => app.world.set_shared(&id, false)?,
        Change::Delete => app.world.delete(&id)?,
    };
    Ok(StatusCode::NO_CONTENT)
}

async fn write_as_concierge(State(app): State<Shared>, body: Bytes) -> Result<StatusCode, Problem> {
    let reply: Reply = parse(&body)?;
    app.world.write_as_concierge(&reply.member_id, &reply.text)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Replaces the rules.
async fn set_faults(State(app): State<Shared>, body: Bytes) -> Result<StatusCode, Problem> {
    let rules: Vec<FaultRule> = parse(&body)?;
    if rules.len() > RULES_MAX {
        return Err(Problem::bad_request(format!("more than {RULES_MAX} rules")));
    }
    app.faults.clear();
    for rule in rules {
        app.faults.add(rule);
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn faults(State(app): State<Shared>) -> Response {
    axum::Json(app.faults.rules()).into_response()
}

/// Every accepted message, a line of JSON each.
async fn messages(State(app): State<Shared>) -> Response {
    json_lines(app.ledger.messages().iter().map(AsRef::as_ref))
}

/// The latest requests, a line of JSON each.
async fn requests(State(app): State<Shared>) -> Response {
    json_lines(app.ledger.requests().iter())
}

/// Counts of answers and of faults.
async fn counts(State(app): State<Shared>) -> Response {
    axum::Json(json!({"answers": app.ledger.counts(), "faults": app.ledger.fault_counts()})).into_response()
}

fn json_lines<'a, T: Serialize + 'a>(records: impl Iterator<Item = &'a T>) -> Response {
    let mut lines = Vec::new();
    for record in records {
        serde_json::to_writer(&mut lines, record).expect("strings and numbers always serialise");
        lines.push(b'\n');
    }
    ([(CONTENT_TYPE, "application/jsonl")], lines).into_response()
}

fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| Problem::bad_request(error.to_string()))
}
