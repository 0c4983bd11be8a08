//! No line of any level holds a text, a name or a token.

use std::sync::Arc;

use koppelaar::clock::{Clock, SystemClock};
use koppelaar::playground::seed::PostsFile;
use koppelaar::playground::{Playground, PlaygroundConfig};

use crate::process::{Life, write_config};

/// Texts are looked for by any run of so many characters.
const EXCERPT_CHARS: usize = 24;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logs_of_every_level_hold_nothing_private() {
    let mut posts = PostsFile::demo();
    posts.shift_to(SystemClock.now());
    let playground = Playground::start(PlaygroundConfig::new(Arc::new(SystemClock))).await.unwrap();
    posts.clone().publish_all(playground.world()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    write_config(&playground, folder.path(), "trace");
    let places = playground.world().neighbourhoods().len();
    let path = folder.path().to_owned();
    let log = tokio::task::spawn_blocking(move || Life::begin(&path).until_done(places)).await.unwrap();
    assert!(log.contains("\"stage\":\"sent\""), "the log tells of the work");

    for municipality in playground.world().municipalities() {
        assert!(!log.contains(&municipality.client_secret), "a secret");
    }
    assert!(!log.to_ascii_lowercase().contains("bearer "), "a token");
    for post in posts.posts() {
        assert!(!log.contains(&post.author.display_name), "a name");
        let chars: Vec<char> = post.text.chars().collect();
        let start = (chars.len() / 2).saturating_sub(EXCERPT_CHARS / 2);
        let excerpt: String = chars[start..].iter().take(EXCERPT_CHARS).collect();
        assert!(!log.contains(&excerpt), "the text of {}", post.id.as_deref().unwrap_or_default());
    }
}
