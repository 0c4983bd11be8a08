//! Tests through real HTTP.

use std::sync::Arc;

use jiff::Timestamp;
use reqwest::{RequestBuilder, StatusCode, header};
use serde_json::json;

use crate::clock::ManualClock;
use crate::playground::seed::PostsFile;
use crate::playground::world::{Direction, Language, Member, Post, PostKind, PostState, PostType};
use crate::playground::{Playground, PlaygroundConfig};

const FEED: &str = "/n/waterwijk";
const INBOX: &str = "/n/waterwijk/inbox";
const CONCIERGE: &str = "concierge-lelystad";

/// A playground with posts in Waterwijk (Lelystad), and a visitor without cookies who follows no redirects.
struct Fixture {
    playground: Playground,
    http: reqwest::Client,
}

struct Answer {
    status: StatusCode,
    headers: header::HeaderMap,
    text: String,
}

impl Fixture {
    async fn start(lines: &[String]) -> Self {
        let clock = ManualClock::new("2026-03-02T08:00:00Z".parse::<Timestamp>().unwrap());
        let playground = Playground::start(PlaygroundConfig::new(Arc::new(clock))).await.unwrap();
        PostsFile::parse(&lines.join("\n")).unwrap().publish_all(playground.world()).unwrap();
        // Another test may have installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        Self { playground, http }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.playground.base_url())
    }

    async fn get(&self, path: &str) -> Answer {
        Answer::of(self.http.get(self.url(path))).await
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        Answer::of(self.http.post(self.url(path)).form(form)).await
    }

    fn newest(&self) -> Arc<Post> {
        self.playground.world().newest_posts("waterwijk", 1).remove(0)
    }

    fn tell(&self, text: &str) {
        self.playground.world().write_to_concierge("lelystad", CONCIERGE, text, "ref").unwrap();
    }
}

impl Answer {
    async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Self { status, headers, text: response.text().await.unwrap() }
    }

    fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    #[track_caller]
    fn has(&self, part: &str) {
        assert!(self.text.contains(part), "no `{part}` in\n{}", self.text);
    }

    #[track_caller]
    fn has_not(&self, part: &str) {
        assert!(!self.text.contains(part), "`{part}` in\n{}", self.text);
    }
}

fn line(id: &str, text: &str) -> String {
    json!({"id": id, "neighbourhood": "waterwijk", "author": "wa-r1", "category": "offer",
        "created": "2026-03-01T19:00:00+01:00", "title": null, "text": text})
    .to_string()
}

fn form<'a>(kind: &'a str, text: &'a str) -> [(&'a str, &'a str); 5] {
    [("name", "Anna"), ("kind", kind), ("title", "Boodschappen"), ("text", text), ("shared", "on")]
}

#[tokio::test]
async fn the_first_page_leads_to_the_neighbourhoods() {
    let fixture = Fixture::start(&[line("a", "x")]).await;
    let page = fixture.get("/").await;
    assert_eq!(page.status, 200);
    page.has("<html lang=\"nl\">");
    page.has(
        "<a href=\"/n/waterwijk\"><strong><bdi>Waterwijk</bdi></strong><span class=\"town\"><bdi>Lelystad</bdi></span>",
    );
    page.has("<span>Buurtconciërge: Ronald de Wit</span></a>");
    let empty = Fixture::start(&[]).await;
    empty.get("/").await.has("Er zijn nog geen buurten.");
}

#[tokio::test]
async fn pages_load_nothing_from_elsewhere() {
    let fixture = Fixture::start(&[line("a", "x")]).await;
    for path in ["/", FEED, INBOX, "/n/nergens"] {
        let page = fixture.get(path).await;
        assert!(page.header("content-security-policy").starts_with("default-src 'none';"), "{path}");
        assert_eq!(page.header("cache-control"), "no-store");
        page.has_not("<script>");
        page.has_not(" style=");
        for address in page.text.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert_eq!(fixture.get(address).await.status, 200, "{address}");
        }
    }
}

#[tokio::test]
async fn posts_show_newest_first_with_their_day_in_words() {
    let later = line("b", "tweede").replace("03-01T19:00", "03-02T07:00");
    let fixture = Fixture::start(&[line("a", "eerste"), later]).await;
    let page = fixture.get(FEED).await;
    assert!(page.text.find("tweede") < page.text.find("eerste"));
    page.has("<time datetime=\"2026-03-01T19:00:00+01:00\">gisteravond</time>");
    page.has("<p class=\"kind kind-offer\">Aanbod</p>");
    fixture.playground.world().edit("a", None, "eerste, veranderd".to_owned()).unwrap();
    let page = fixture.get(FEED).await;
    assert!(page.text.find("tweede") < page.text.find("eerste, veranderd"), "an edit does not move a post up");
    fixture.playground.world().delete("a").unwrap();
    fixture.get(FEED).await.has_not("post-a");
}

#[tokio::test]
async fn older_posts_are_pages_away() {
    let lines: Vec<_> = (10..51).map(|number| line(&format!("p{number}"), &format!("tekst {number}"))).collect();
    let fixture = Fixture::start(&lines).await;
    let mut seen = Vec::new();
    for page in 1..=3 {
        let page = fixture.get(&format!("{FEED}?page={page}")).await;
        seen.extend((10..51).filter(|number| page.text.contains(&format!("tekst {number}<"))));
    }
    seen.sort_unstable();
    assert_eq!(seen, (10..51).collect::<Vec<_>>());
    fixture.get(FEED).await.has("<a class=\"older\" href=\"/n/waterwijk?page=2\"");
    let last = fixture.get(&format!("{FEED}?page=3")).await;
    last.has_not("class=\"older\"");
    for page in ["0", "4", "99999999999999999999", "x"] {
        assert_eq!(fixture.get(&format!("{FEED}?page={page}")).await.status, 200, "{page}");
    }
}

#[tokio::test]
async fn a_resident_posts() {
    let fixture = Fixture::start(&[line("a", "x")]).await;
    fixture.get(&format!("{FEED}?write=question")).await.has("value=\"question\" checked");
    for (kind, expected) in [
        ("question", Some(PostKind::Question)),
        ("offer", Some(PostKind::Offer)),
        ("lend", Some(PostKind::Lend)),
        ("notice", Some(PostKind::Notice)),
        ("event", Some(PostKind::Event)),
        ("none", None),
    ] {
        let answer = fixture.post("/n/waterwijk/posts", &form(kind, "Wie gaat mee?\r\nZaterdag.")).await;
        let post = fixture.newest();
        assert_eq!(answer.status, 303);
        assert_eq!(answer.header("location"), format!("{FEED}?posted={}#posted", post.id));
        assert_eq!((post.kind, post.text.as_str()), (expected, "Wie gaat mee?\nZaterdag."));
        assert_eq!(post.post_type == PostType::Event, kind == "event");
        assert_eq!((post.title.as_deref(), post.author.display_name.as_str()), (Some("Boodschappen"), "Anna"));
        assert!(post.shared_with_municipality);
        let page = fixture.get(answer.header("location")).await;
        page.has("Je bericht staat in de buurt.");
        page.has("Koppelaar leest het bij de volgende ronde.");
    }
}

#[tokio::test]
async fn a_post_is_kept_from_the_municipality_when_the_box_is_not_ticked() {
    let fixture = Fixture::start(&[line("a", "x")]).await;
    let answer = fixture.post("/n/waterwijk/posts", &form("question", "Onder ons")[..4]).await;
    assert!(!fixture.newest().shared_with_municipality);
    let page = fixture.get(answer.header("location")).await;
    page.has("De gemeente ziet het niet, dus Koppelaar ook niet.");
    page.has("Niet gedeeld met de gemeente");
}

#[tokio::test]
async fn somebody_who_wrote_before_is_the_same_resident() {
    let fixture = Fixture::start(&[line("a", "x")]).await;
    let author = fixture.newest().author.clone();
    let name = author.display_name.to_uppercase();
    fixture.post("/n/waterwijk/posts", &[("name", &name), ("kind", "offer"), ("text", "nog iets")]).await;
    let post = fixture.newest();
    assert_eq!((post.text.as_str(), &post.author), ("nog iets", &author));
}

#[tokio::test]
async fn wrong_forms_keep_what_was_typed_and_publish_nothing() {
    let fixture = Fixture::start(&[line("a", "x")]).await;
    let text = format!("\n{}</textarea>", "é".repeat(20_000));
    let bad = [("name", "  "), ("kind", "geheim"), ("title", "Mijn \"titel\""), ("text", text.as_str())];
    let page = fixture.post("/n/waterwijk/posts?lang=en", &bad).await;
    assert_eq!(page.status, 422);
    page.has("<title>Error: ");
    for link in ["<a href=\"#name\">Fill in a name.", "<a href=\"#kind-question\">", "<a href=\"#text\">"] {
        page.has(link);
    }
    page.has("id=\"name\" name=\"name\"");
    page.has("aria-describedby=\"name-error name-hint\" aria-invalid=\"true\"");
    page.has("value=\"Mijn &quot;titel&quot;\"");
    page.has("éé&lt;/textarea&gt;</textarea>");
    page.has("at most 20000 characters, now 20011.");
    page.has_not("name=\"shared\" type=\"checkbox\" checked");
    assert_eq!(fixture.newest().id, "a");
}

#[tokio::test]
async fn unreadable_forms_are_refused() {
    let fixture = Fixture::start(&[line("a", "x")]).await;
    let url = fixture.url("/n/waterwijk/posts");
    let plain = Answer::of(fixture.http.post(&url).body("name=x")).await;
    assert_eq!(plain.status, 415);
    plain.has("Dit formulier was niet te lezen");
    let huge = "x".repeat(super::FORM_MAX_BYTES + 1);
    assert_eq!(fixture.post("/n/waterwijk/posts", &form("offer", &huge)).await.status, 413);
    let twice = fixture.post("/n/waterwijk/posts", &[("text", "a"), ("text", "b")]).await;
    assert_eq!(twice.status, 422);
    assert_eq!(fixture.post("/n/nergens/posts", &form("offer", "x")).await.status, 404);
    assert_eq!(fixture.newest().id, "a");
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let fixture = Fixture::start(&[line("a", "x")]).await;
    for path in ["/n/waterwijk/posts", "/n/waterwijk/posts/a/withdraw", INBOX] {
        for (name, value) in [("origin", "http://elsewhere.example"), ("sec-fetch-site", "cross-site")] {
            let request = fixture.http.post(fixture.url(path)).header(name, value).form(&form("offer", "y"));
            let answer = Answer::of(request).await;
            assert_eq!(answer.status, 403, "{path} {name}");
            answer.has("Dit formulier kwam niet van deze site");
        }
    }
    assert_eq!((fixture.newest().text.as_str(), fixture.newest().state), ("x", PostState::Active));
    assert!(fixture.playground.world().inbox(CONCIERGE).is_empty());
    let own = fixture.http.post(fixture.url("/n/waterwijk/posts")).header("origin", fixture.playground.base_url());
    assert_eq!(Answer::of(own.form(&form("offer", "y"))).await.status, 303);
}

#[tokio::test]
async fn markup_in_texts_is_text() {
    let attack = "<script>alert(1)</script><img src=x onerror=alert(1)>\" onfocus=\"alert(1) \u{202e}om\u{0}";
    let fixture = Fixture::start(&[line("a", attack)]).await;
    fixture
        .post("/n/waterwijk/posts", &[("name", "<b>An</b>"), ("kind", "none"), ("title", attack), ("text", attack)])
        .await;
    fixture.tell(attack);
    fixture.post(INBOX, &[("concierge", CONCIERGE), ("text", attack)]).await;
    for path in [FEED.to_owned(), format!("{FEED}?write=offer"), INBOX.to_owned()] {
        let page = fixture.get(&path).await;
        page.has("&lt;script&gt;alert(1)&lt;/script&gt;");
        for part in ["<script>", "<img src=x", "<b>", "\" onfocus", "\u{202e}", "\u{0}"] {
            page.has_not(part);
        }
    }
    fixture.get(FEED).await.has("<bdi>&lt;b&gt;An&lt;/b&gt;</bdi>");
    for path in ["/n/%3Cscript%3E", "/n/waterwijk?lang=%3Cscript%3E&write=%3Cscript%3E&page=%3Cscript%3E"] {
        fixture.get(path).await.has_not("<script>");
    }
}

#[tokio::test]
async fn a_post_is_withdrawn() {
    let fixture = Fixture::start(&[line("a", "x"), line("b", "y")]).await;
    let answer = fixture.post("/n/waterwijk/posts/a/withdraw", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/n/waterwijk#post-a"));
    assert_eq!(fixture.playground.world().post("a").unwrap().state, PostState::Withdrawn);
    let page = fixture.get(FEED).await;
    page.has("<p class=\"mark\">Ingetrokken</p>");
    page.has_not("/posts/a/withdraw");
    page.has("/posts/b/withdraw");
    fixture.playground.world().delete("b").unwrap();
    assert_eq!(fixture.post("/n/waterwijk/posts/b/withdraw", &[]).await.status, 404);
    assert_eq!(fixture.post("/n/waterwijk/posts/zz/withdraw", &[]).await.status, 404);
    assert_eq!(fixture.post("/n/elders/posts/a/withdraw", &[]).await.status, 404);
}

#[tokio::test]
async fn the_concierge_reads_and_answers() {
    let fixture = Fixture::start(&[line("a", "x")]).await;
    fixture.get(INBOX).await.has("Nog geen berichten.");
    fixture.tell("Voorstel 3: boodschappen\nAn helpt Piet.");
    let page = fixture.get(INBOX).await;
    page.has("Postvak van Ronald de Wit");
    page.has("<p class=\"text\" dir=\"auto\"><strong>Voorstel 3: boodschappen</strong>\nAn helpt Piet.</p>");
    page.has("vandaag om 09:00");
    page.has("name=\"text\" value=\"nee 3\"");
    let answer = fixture.post(INBOX, &[("concierge", CONCIERGE), ("text", " 3\r\n")]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/n/waterwijk/inbox#latest"));
    let inbox = fixture.playground.world().inbox(CONCIERGE);
    let last = inbox.last().unwrap();
    assert_eq!((last.text.as_str(), last.direction, last.from.as_str()), (" 3", Direction::Incoming, CONCIERGE));
    let page = fixture.get(INBOX).await;
    page.has(&format!("<li class=\"own\" id=\"{}\">", last.id));
    page.has_not("nee 3");
}

#[tokio::test]
async fn an_empty_or_endless_answer_is_not_sent() {
    let fixture = Fixture::start(&[line("a", "x")]).await;
    let page = fixture.post(&format!("{INBOX}?lang=fr"), &[("concierge", CONCIERGE), ("text", " \r\n ")]).await;
    assert_eq!(page.status, 422);
    page.has("<a href=\"#answer\">Écrivez une réponse.</a>");
    let long = "é".repeat(10_001);
    let page = fixture.post(INBOX, &[("concierge", CONCIERGE), ("text", &long)]).await;
    assert_eq!(page.status, 422);
    page.has(&format!("{long}</textarea>"));
    assert_eq!(fixture.post(INBOX, &[("concierge", "wa-r1"), ("text", "3")]).await.status, 404);
    assert!(fixture.playground.world().inbox(CONCIERGE).is_empty());
}

#[tokio::test]
async fn each_concierge_has_an_inbox() {
    let fixture = Fixture::start(&[line("a", "x")]).await;
    let second =
        Member { id: "tweede".to_owned(), display_name: "Tweede".to_owned(), area: None, language: Language::Nl };
    fixture.playground.world().add_concierge("waterwijk", second).unwrap();
    let answer = fixture.post(INBOX, &[("concierge", "tweede"), ("text", "hallo")]).await;
    assert_eq!(answer.header("location"), "/n/waterwijk/inbox?concierge=tweede#latest");
    fixture.get("/n/waterwijk/inbox?concierge=tweede").await.has("hallo</p>");
    fixture.get(INBOX).await.has_not("hallo</p>");
    assert_eq!(fixture.get("/n/waterwijk/inbox?concierge=niemand").await.status, 404);
}

#[tokio::test]
async fn a_long_thread_shows_its_end_first() {
    let fixture = Fixture::start(&[line("a", "x")]).await;
    for number in 0..60 {
        fixture.tell(&format!("bericht {number}."));
    }
    let page = fixture.get(INBOX).await;
    page.has("bericht 59.");
    page.has("bericht 10.");
    page.has_not("bericht 9.");
    page.has("href=\"?looks=2&amp;concierge=concierge-lelystad\"");
    let all = fixture.get(&format!("{INBOX}?looks=2")).await;
    all.has("bericht 0.");
    all.has_not("looks=3");
}

#[tokio::test]
async fn the_language_is_chosen_and_remembered() {
    let fixture = Fixture::start(&[line("a", "x")]).await;
    let french = fixture.get(&format!("{FEED}?page=1&lang=fr")).await;
    french.has("<html lang=\"fr\">");
    french.has("<h1>Messages de Waterwijk</h1>");
    french.has("href=\"/n/waterwijk?page=1&amp;lang=en\"");
    let cookie = french.header("set-cookie");
    assert!(cookie.starts_with("lang=fr; Path=/; "), "{cookie}");
    let request = fixture.http.get(fixture.url(INBOX)).header("cookie", "lang=fr").header("accept-language", "en");
    Answer::of(request).await.has("Messagerie de Ronald de Wit");
    let english = Answer::of(fixture.http.get(fixture.url(FEED)).header("accept-language", "en-GB,nl;q=0.5")).await;
    english.has("<html lang=\"en\">");
    assert_eq!(english.header("set-cookie"), "");
    let unknown = fixture.get(&format!("{FEED}?lang=xx")).await;
    unknown.has("<html lang=\"nl\">");
    assert_eq!(unknown.header("set-cookie"), "");
}

#[tokio::test]
async fn an_open_page_is_told_of_changes() {
    let fixture = Fixture::start(&[line("a", "x")]).await;
    let open = |query: &str| fixture.http.get(fixture.url(&format!("/n/waterwijk/live?{query}"))).send();
    let mut feed = open("seen=1").await.unwrap();
    let mut inbox = open(&format!("seen=0&concierge={CONCIERGE}")).await.unwrap();
    assert_eq!(feed.headers()["content-type"], "text/event-stream");
    fixture.tell("hallo");
    assert_eq!(inbox.chunk().await.unwrap().unwrap(), "data: 1\n\n");
    fixture.post("/n/waterwijk/posts", &form("offer", "y")).await;
    assert_eq!(feed.chunk().await.unwrap().unwrap(), "data: 2\n\n", "a message is no news for the feed");
    let mut late = open("seen=1").await.unwrap();
    assert_eq!(late.chunk().await.unwrap().unwrap(), "data: 2\n\n", "what changed since the page was made");
    for query in ["", "seen=x", "seen=0&concierge=wa-r1"] {
        assert_eq!(open(query).await.unwrap().status(), 204, "{query}");
    }
    fixture.playground.shutdown().await;
    assert_eq!(feed.chunk().await.unwrap(), None, "a shutdown ends the stream");
}

#[tokio::test]
async fn pages_are_not_in_the_ledger_of_the_api() {
    let fixture = Fixture::start(&[line("a", "x")]).await;
    fixture.get(FEED).await;
    assert!(fixture.playground.ledger().requests().is_empty());
}
