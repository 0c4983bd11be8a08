//! Laws of the reading of `platform-api.yaml`'s JSON. What needs a server is tested in the package `koppelaar-tests`.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::wire;
use super::{PostId, SetAside, WirePost};
use crate::domain::{Language, MemberId, NeighbourhoodId, PostKind};

fn good_post(id: &str) -> Value {
    json!({
        "id": id, "type": "message", "kind": "question", "title": "Boodschappen", "text": "Wie kan helpen?",
        "author": {"id": "m-1", "display_name": "Jan", "area": null}, "neighbourhood_id": "n-1",
        "created_at": "2026-03-02T09:00:00+01:00", "updated_at": "2026-03-02T09:00:00+01:00",
        "shared_with_municipality": true, "state": "active", "a_member_of_tomorrow": {"x": []},
    })
}

fn changed(member: &str, value: Value) -> Value {
    let mut post = good_post("p-1");
    post[member] = value;
    post
}

fn page_of(items: &[Value]) -> Vec<u8> {
    json!({"items": items, "next_cursor": "c-9", "has_more": true, "more": 1}).to_string().into_bytes()
}

fn read(items: &[Value]) -> (Vec<WirePost>, Vec<SetAside>) {
    let page = wire::posts(&page_of(items), &NeighbourhoodId::new("n-1")).unwrap();
    (page.items, page.set_aside)
}

fn reason(post: Value) -> String {
    let (items, set_aside) = read(&[good_post("p-0"), post, good_post("p-2")]);
    assert_eq!(items.iter().map(|post| post.id.as_str()).collect::<Vec<_>>(), ["p-0", "p-2"]);
    let [aside] = &set_aside[..] else { panic!("one entry set aside: {set_aside:?}") };
    aside.reason.clone()
}

#[test]
fn a_post_is_read_whole() {
    let (items, set_aside) = read(&[good_post("p-1")]);
    assert_eq!(set_aside, []);
    let post = &items[0];
    assert_eq!((post.id.as_str(), post.neighbourhood.as_str()), ("p-1", "n-1"));
    assert_eq!(
        post.author.as_ref().map(|(id, name, area)| (id.as_str(), name.reveal(), area)),
        Some(("m-1", "Jan", &None))
    );
    assert_eq!(post.kind, Some(PostKind::Question));
    assert_eq!((post.title.as_ref().unwrap().reveal(), post.text.reveal()), ("Boodschappen", "Wie kan helpen?"));
    assert_eq!(post.created_at, "2026-03-02T08:00:00Z".parse().unwrap());
    assert!(post.active && post.shared);
}

#[test]
fn a_wrong_member_is_named_and_its_value_is_not() {
    assert_eq!(reason(changed("id", json!(7))), "`id` is not a text");
    assert_eq!(reason(changed("id", json!("a b"))), "`id` is not an identifier");
    assert_eq!(reason(changed("id", json!(".."))), "`id` is not an identifier");
    assert_eq!(reason(changed("text", Value::Null)), "`text` is missing");
    assert_eq!(reason(changed("created_at", json!("gisteren"))), "`created_at` is not a moment in RFC 3339");
    assert_eq!(
        reason(changed("shared_with_municipality", json!("Jan"))),
        "`shared_with_municipality` is not true or false"
    );
    assert_eq!(reason(changed("shared_with_municipality", Value::Null)), "`shared_with_municipality` is missing");
    assert_eq!(reason(changed("author", json!({"display_name": "Jan"}))), "`author` is not a readable author");
    assert_eq!(reason(changed("title", json!(["Jan"]))), "`title` is not a text");
    assert_eq!(
        reason(changed("neighbourhood_id", json!("n-2"))),
        "`neighbourhood_id` is not the neighbourhood that was asked for"
    );
    assert_eq!(reason(json!("Jan")), "not a readable object");
}

#[test]
fn unknown_words_are_no_kind_and_no_active_state() {
    let (items, _) =
        read(&[changed("kind", json!("swap")), changed("kind", Value::Null), changed("state", json!("hidden"))]);
    assert_eq!(items.iter().map(|post| post.kind).collect::<Vec<_>>(), [None, None, None]);
    assert_eq!(items.iter().map(|post| post.active).collect::<Vec<_>>(), [true, true, false]);
}

#[test]
fn what_is_gone_needs_no_more_than_its_identifiers() {
    let gone = json!({"id": "p-1", "neighbourhood_id": "n-1", "shared_with_municipality": true, "state": "deleted"});
    let hidden = changed("shared_with_municipality", json!(false));
    let (items, set_aside) = read(&[gone, hidden]);
    assert_eq!(set_aside, []);
    assert_eq!(items.iter().map(|post| (post.active, post.shared)).collect::<Vec<_>>(), [(false, true), (true, false)]);
    assert!(items.iter().all(|post| post.text.reveal().is_empty() && post.author.is_none() && post.title.is_none()));
}

#[test]
fn damage_within_an_entry_stays_there() {
    let good = good_post("p-2").to_string();
    let damaged = [r#"{"id":"p-1","text":"\ud800"}"#, r#"{"id":"p-1","text":1e999}"#, "[]", "null", "{}"];
    for damaged in damaged {
        let body = format!(r#"{{"items":[{damaged},{good}],"next_cursor":"c","has_more":false}}"#);
        let page = wire::posts(body.as_bytes(), &NeighbourhoodId::new("n-1")).unwrap();
        assert_eq!(page.items.len(), 1, "{damaged}");
        assert_eq!(page.set_aside.len(), 1, "{damaged}");
        assert_eq!(page.set_aside[0].id.as_deref(), damaged.contains("p-1").then_some("p-1"), "{damaged}");
    }
    let mut body = page_of(&[good_post("p-1"), good_post("p-2")]);
    let at = body.windows(4).position(|window| window == b"Wie ").unwrap();
    body[at] = 0xff;
    assert_eq!(wire::posts(&body, &NeighbourhoodId::new("n-1")).unwrap().items.len(), 2);
}

#[test]
fn a_page_needs_a_cursor() {
    let read =
        |body: &str| wire::posts(body.as_bytes(), &NeighbourhoodId::new("n-1")).map(|page| page.next).unwrap_err();
    assert_eq!(read(r#"{"items":[]}"#).to_string(), "`next_cursor` is missing");
    assert_eq!(read(r#"{"items":[],"next_cursor":null}"#).to_string(), "`next_cursor` is missing");
    assert_eq!(read(r#"{"items":[],"next_cursor":""}"#).to_string(), "`next_cursor` is missing");
    let long = format!(r#"{{"items":[],"next_cursor":"{}"}}"#, "c".repeat(4097));
    assert_eq!(read(&long).to_string(), "`next_cursor` is longer than 4096 bytes");
    assert_eq!(read("{\n \"items\": \"Jan\"}").to_string(), "not the JSON of the contract, at line 2, column 15");
}

#[test]
fn neighbourhoods_keep_what_is_readable() {
    let body = json!({"items": [
        {"id": "n-1", "name": "Waterwijk\n", "municipality": "Lelystad", "concierges": [
            {"member_id": "m-1", "display_name": "An", "language": "fr-BE"},
            {"member_id": "m-2", "display_name": "Bo", "language": "tlh"},
            {"member_id": 3, "display_name": "Cé", "language": "nl"},
            {"member_id": "m-4", "display_name": "Di"},
        ]},
        {"id": "n-2", "name": "Atol"},
    ]});
    let (neighbourhoods, set_aside) = wire::neighbourhoods(body.to_string().as_bytes()).unwrap();
    let [one] = &neighbourhoods[..] else { panic!("one neighbourhood") };
    assert_eq!(one.name, "Waterwijk ");
    let languages: Vec<_> =
        one.concierges.iter().map(|concierge| (concierge.id.as_str(), concierge.language)).collect();
    assert_eq!(languages, [("m-1", Language::Fr), ("m-2", Language::Nl), ("m-4", Language::Nl)]);
    let reasons: Vec<_> = set_aside.iter().map(|aside| aside.reason.as_str()).collect();
    assert_eq!(reasons, ["`concierges` is missing", "a concierge: `member_id` is not a text"]);
}

#[test]
fn only_incoming_messages_are_messages() {
    let message = |direction: &str| {
        json!({"id": "k-1", "conversation_id": "c-1", "from": "m-1", "direction": direction, "text": "1",
               "client_reference": null, "created_at": "2026-03-02T08:00:00Z"})
    };
    let page = wire::incoming(&page_of(&[message("incoming"), message("outgoing")])).unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!(page.items[0].from, MemberId::new("m-1"));
    assert_eq!(page.set_aside[0].reason, "`direction` is not `incoming`");
}

#[test]
fn a_message_counts_as_absent_only_when_the_answer_proves_it() {
    let found = |items: Value| wire::sent(json!({"items": items}).to_string().as_bytes(), "r-1");
    let message = |reference: &str| json!({"id": "k-1", "conversation_id": "c-1", "client_reference": reference});
    assert_eq!(found(json!([])), Ok(None));
    assert_eq!(found(json!([message("r-2"), message("r-1")])).unwrap().unwrap().message.as_str(), "k-1");
    assert!(found(json!([message("r-2")])).is_err(), "a platform that ignores the reference");
    assert!(found(json!([{"id": "k-1"}])).is_err(), "a message without its reference");
    assert!(found(json!([7])).is_err());
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "active|withdrawn|question|n-1|2026-03-02T08:00:00Z".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let member = "id|text|author|state|kind|created_at|neighbourhood_id|shared_with_municipality|[a-z]{0,5}";
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(member, inner, 0..6).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes: Vec<u8>, text: String) {
        for body in [&bytes[..], text.as_bytes()] {
            let _ = wire::posts(body, &NeighbourhoodId::new("n-1"));
            let _ = wire::post(body);
            let _ = wire::incoming(body);
            let _ = wire::neighbourhoods(body);
            let _ = wire::receipt(body);
            let _ = wire::sent(body, "r-1");
        }
    }

    #[test]
    fn good_entries_survive_any_others(others in proptest::collection::vec((0_usize..4, any_json()), 0..8)) {
        let mut items: Vec<Value> = (0..3).map(|n| good_post(&format!("good-{n}"))).collect();
        for (at, other) in others {
            items.insert(at.min(items.len()), other);
        }
        let (posts, set_aside) = read(&items);
        prop_assert_eq!(posts.len() + set_aside.len(), items.len(), "no entry disappears");
        for n in 0..3 {
            let id = PostId::new(format!("good-{n}"));
            prop_assert!(posts.iter().any(|post| post.id == id && post.text.reveal() == "Wie kan helpen?"));
        }
    }

    #[test]
    fn a_changed_member_never_reaches_a_reason(member in "id|text|state|title|kind|created_at|author", value in any_json()) {
        let secret = "Mevrouw Peeters";
        let value = json!([value, secret]);
        let (_, set_aside) = read(&[changed(&member, value)]);
        let shown = format!("{set_aside:?}");
        prop_assert!(!shown.contains("Peeters"));
    }
}
