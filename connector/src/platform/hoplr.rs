//! The platform of `platform-api.yaml`, over REST.

use std::sync::Arc;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH, LINK};
use reqwest::{Method, Request, Response, StatusCode, Url};

use super::auth::Tokens;
use super::http::{Http, may_be_json};
use super::wire::{self, SendBody, WireError, WirePage};
use super::{Destination, Incoming, Outgoing, Page, Platform, PlatformError, Poll, Receipt, WirePost};
use crate::config::Credentials;
use crate::domain::{ClientReference, Cursor, MunicipalityId, Neighbourhood, NeighbourhoodId, PostId};

/// How many entries a page is asked to have.
const PAGE_LIMIT: &str = "100";
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A Hoplr-style platform, seen with the permissions of one municipality. All municipalities share one [`Http`].
#[derive(Debug)]
pub struct HoplrPlatform {
    municipality: MunicipalityId,
    http: Arc<Http>,
    tokens: Tokens,
}

impl HoplrPlatform {
    /// The platform behind `http` with the permissions of `municipality`. Nothing is sent before the first call.
    pub fn new(http: Arc<Http>, municipality: MunicipalityId, credentials: &Credentials) -> Self {
        let tokens = Tokens::new(credentials.client_id.clone(), credentials.client_secret.reveal().to_owned());
        Self { municipality, http, tokens }
    }

    /// Sends `call` with a token; once more with another one when the first is not accepted.
    async fn ask(&self, call: &Call<'_>) -> Result<Response, PlatformError> {
        let access = self.tokens.access(&self.http).await?;
        let response = self.http.execute(call.operation, call.request(&access.header)?).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        let access = self.tokens.instead_of(&self.http, &access).await?;
        self.http.execute(call.operation, call.request(&access.header)?).await
    }

    /// The body of a successful answer of JSON.
    async fn json(&self, call: &Call<'_>, response: Response) -> Result<Vec<u8>, PlatformError> {
        if !matches!(response.status(), StatusCode::OK | StatusCode::CREATED) {
            return Err(self.http.failure(call.operation, response).await);
        }
        if !may_be_json(&response) {
            return Err(call.unusable("the answer is not JSON"));
        }
        self.http.body(call.operation, response).await
    }

    async fn answer(&self, call: &Call<'_>) -> Result<Vec<u8>, PlatformError> {
        let response = self.ask(call).await?;
        self.json(call, response).await
    }

    async fn page<T>(
        &self,
        call: Call<'_>,
        after: Option<&Cursor>,
        read: impl FnOnce(&[u8]) -> Result<WirePage<T>, WireError>,
    ) -> Result<Poll<T>, PlatformError> {
        let response = self.ask(&call).await?;
        if response.status() == StatusCode::NOT_MODIFIED && call.etag.is_some() {
            return Ok(Poll::Unchanged);
        }
        if !self.next_is_own(&response) {
            return Err(call.unusable("the next page's address leads away from the platform"));
        }
        let etag = response.headers().get(ETAG).and_then(|etag| etag.to_str().ok()).map(str::to_owned);
        let body = self.json(&call, response).await?;
        let page = read(&body).map_err(|error| call.unreadable(&error))?;
        Ok(Poll::Page(Page {
            // A page that leads nowhere must not be asked for again at once.
            has_more: page.has_more && after != Some(&page.next),
            items: page.items,
            set_aside: page.set_aside,
            next: page.next,
            etag,
        }))
    }

    /// The cursor is what we follow, but a platform whose links lead elsewhere is not to be trusted with the next token.
    fn next_is_own(&self, response: &Response) -> bool {
        let links = response.headers().get_all(LINK).iter();
        links.filter_map(|links| next_link(links.to_str().ok()?)).all(|next| self.http.is_own_address(next))
    }
}

impl Platform for HoplrPlatform {
    async fn neighbourhoods(&self) -> Result<Vec<Neighbourhood>, PlatformError> {
        let call = Call::get("listNeighbourhoods", self.http.url(&["v1", "neighbourhoods"]));
        let body = self.answer(&call).await?;
        let (neighbourhoods, set_aside) = wire::neighbourhoods(&body).map_err(|error| call.unreadable(&error))?;
        for entry in set_aside {
            let (municipality, id, reason) = (&self.municipality, entry.id.as_deref().unwrap_or("?"), &entry.reason);
            tracing::warn!(%municipality, id, reason, "entry `{id}` of `listNeighbourhoods` set aside: {reason}");
        }
        Ok(neighbourhoods)
    }

    async fn posts(
        &self,
        neighbourhood: &NeighbourhoodId,
        after: Option<&Cursor>,
        etag: Option<&str>,
    ) -> Result<Poll<WirePost>, PlatformError> {
        let mut url = self.http.url(&["v1", "neighbourhoods", neighbourhood.as_str(), "posts"]);
        continue_after(&mut url, after);
        let call = Call { etag, ..Call::get("listPosts", url) };
        self.page(call, after, |body| wire::posts(body, neighbourhood)).await
    }

    async fn post(&self, id: &PostId) -> Result<Option<WirePost>, PlatformError> {
        let call = Call::get("getPost", self.http.url(&["v1", "posts", id.as_str()]));
        let response = self.ask(&call).await?;
        if matches!(response.status(), StatusCode::NOT_FOUND | StatusCode::GONE) && may_be_json(&response) {
            return Ok(None);
        }
        let body = self.json(&call, response).await?;
        let post = wire::post(&body).map_err(|error| call.unreadable(&error))?;
        if post.id == *id { Ok(Some(post)) } else { Err(call.unusable("`id` is not the post that was asked for")) }
    }

    async fn incoming(&self, after: Option<&Cursor>, etag: Option<&str>) -> Result<Poll<Incoming>, PlatformError> {
        let mut url = self.http.url(&["v1", "messages"]);
        continue_after(&mut url, after);
        let call = Call { etag, ..Call::get("listMessages", url) };
        self.page(call, after, wire::incoming).await
    }

    async fn send(&self, message: Outgoing<'_>) -> Result<Receipt, PlatformError> {
        let (operation, url, recipient) = match message.to {
            Destination::Member(member) => {
                ("startConversation", self.http.url(&["v1", "conversations"]), Some(member.as_str()))
            }
            Destination::Conversation(conversation) => {
                let url = self.http.url(&["v1", "conversations", conversation.as_str(), "messages"]);
                ("addMessage", url, None)
            }
        };
        let body = SendBody {
            recipient_id: recipient,
            text: message.text.reveal(),
            client_reference: message.reference.as_str(),
        };
        let call = Call {
            method: Method::POST,
            key: Some(message.reference.as_str()),
            // Serialising texts cannot fail.
            body: Some(serde_json::to_vec(&body).expect("texts are JSON")),
            ..Call::get(operation, url)
        };
        let answer = self.answer(&call).await?;
        wire::receipt(&answer).map_err(|error| call.unreadable(&error))
    }

    async fn sent(&self, reference: &ClientReference) -> Result<Option<Receipt>, PlatformError> {
        let mut url = self.http.url(&["v1", "messages"]);
        url.query_pairs_mut().append_pair("client_reference", reference.as_str());
        let call = Call::get("listMessages", url);
        let body = self.answer(&call).await?;
        wire::sent(&body, reference.as_str()).map_err(|error| call.unreadable(&error))
    }
}

/// A request that can be made twice, with different tokens.
struct Call<'a> {
    operation: &'static str,
    method: Method,
    url: Url,
    etag: Option<&'a str>,
    key: Option<&'a str>,
    body: Option<Vec<u8>>,
}

impl Call<'_> {
    fn get(operation: &'static str, url: Url) -> Self {
        Self { operation, method: Method::GET, url, etag: None, key: None, body: None }
    }

    fn request(&self, authorization: &HeaderValue) -> Result<Request, PlatformError> {
        let mut request = Request::new(self.method.clone(), self.url.clone());
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, authorization.clone());
        headers.insert(ACCEPT, HeaderValue::from_static("application/json, application/problem+json"));
        // A validator that is no header value came from nowhere: without it the whole page comes again.
        if let Some(etag) = self.etag.and_then(|etag| HeaderValue::from_str(etag).ok()) {
            headers.insert(IF_NONE_MATCH, etag);
        }
        if let Some(key) = self.key {
            // Never sent without its key: a second attempt would no longer be harmless.
            let key = HeaderValue::from_str(key).map_err(|_| PlatformError::Rejected {
                operation: self.operation,
                status: StatusCode::BAD_REQUEST.as_u16(),
                cause: "the idempotency key does not fit into a header".into(),
            })?;
            headers.insert(IDEMPOTENCY_KEY, key);
        }
        if let Some(body) = &self.body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *request.body_mut() = Some(body.clone().into());
        }
        Ok(request)
    }

    fn unusable(&self, cause: &str) -> PlatformError {
        PlatformError::Unknown { operation: self.operation, cause: cause.to_owned() }
    }

    fn unreadable(&self, error: &WireError) -> PlatformError {
        PlatformError::Unknown { operation: self.operation, cause: error.to_string() }
    }
}

fn continue_after(url: &mut Url, after: Option<&Cursor>) {
    let mut query = url.query_pairs_mut();
    if let Some(after) = after {
        query.append_pair("after", after.as_str());
    }
    query.append_pair("limit", PAGE_LIMIT);
}

/// The target of the link with `rel=next` (RFC 8288), if there is one.
fn next_link(header: &str) -> Option<&str> {
    header.split('<').skip(1).find_map(|link| {
        let (target, parameters) = link.split_once('>')?;
        let is_next = parameters.split([';', ',']).any(|parameter| {
            let Some((name, value)) = parameter.split_once('=') else { return false };
            let value = value.trim().trim_matches('"');
            name.trim().eq_ignore_ascii_case("rel") && value.split(' ').any(|rel| rel.eq_ignore_ascii_case("next"))
        });
        is_next.then_some(target)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_link_is_found_among_others() {
        assert_eq!(
            next_link(r#"</a?b,c>; rel="prev", <https://x/y>; title="z"; rel="next last""#),
            Some("https://x/y")
        );
        assert_eq!(next_link("</v1/messages?after=4>; rel=next"), Some("/v1/messages?after=4"));
        assert_eq!(next_link(r#"</a>; rel="prev""#), None);
        assert_eq!(next_link("rel=next"), None);
    }
}
