//! A world from a posts file: one JSON object a line, as `rules run` reads it too.

mod names;
mod places;

pub use places::pretend_secret;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::world::{
    Member, Moment, NewPost, POST_TEXT_MAX_CHARS, POST_TITLE_MAX_CHARS, POSTS_MAX, PostKind, PostType, World,
    WorldError, is_id,
};

const WEEK_HOURS: i64 = 7 * 24;
/// Longest file, in bytes.
const FILE_MAX_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// Why a posts file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PostsFileError {
    /// The file cannot be read.
    #[error("cannot read the posts in `{}`\nhint: check the path and that the file is UTF-8", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file is too long.
    #[error("the posts in `{}` are longer than {FILE_MAX_BYTES} bytes\nhint: split the file", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// A line is not a post.
    #[error(
        "line {line} is no post: {reason}\nhint: a line is one JSON object with `id`, `neighbourhood`, `author`, `created`, `category`, `title` and `text`"
    )]
    Line {
        /// Number of the line, from one.
        line: usize,
        /// What is wrong, without the post's text.
        reason: String,
    },
    /// There are too many posts.
    #[error("there are more than {POSTS_MAX} posts\nhint: split the file")]
    TooMany,
}

/// The posts of a file, sorted by the time of writing.
#[derive(Debug, Clone)]
pub struct PostsFile {
    posts: Vec<NewPost>,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    neighbourhood: String,
    author: String,
    created: String,
    #[serde(default)]
    category: Option<PostKind>,
    #[serde(default)]
    title: Option<String>,
    text: String,
    #[serde(default)]
    area: Option<String>,
    #[serde(default = "shared")]
    shared_with_municipality: bool,
}

impl PostsFile {
    /// The posts of six made-up neighbourhoods, which are built in.
    pub fn demo() -> Self {
        const POSTS: &str = include_str!("../../../../tests/fixtures/posts/posts.jsonl");
        Self::parse(POSTS).expect("a test reads the built-in posts")
    }

    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, PostsFileError> {
        let unreadable = |source| PostsFileError::Read { path: path.to_owned(), source };
        if fs::metadata(path).map_err(unreadable)?.len() > FILE_MAX_BYTES {
            return Err(PostsFileError::TooLong { path: path.to_owned() });
        }
        Self::parse(&fs::read_to_string(path).map_err(unreadable)?)
    }

    /// Reads the lines of a file; blank ones are skipped, unknown fields such as `labels` ignored.
    pub fn parse(text: &str) -> Result<Self, PostsFileError> {
        let mut posts = Vec::new();
        let mut ids = BTreeSet::new();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let wrong = |reason: String| PostsFileError::Line { line: index + 1, reason };
            let post = read_line(line).map_err(wrong)?;
            if !ids.insert(post.id.clone()) {
                return Err(wrong("its `id` stands on an earlier line too".to_owned()));
            }
            if posts.len() == POSTS_MAX {
                return Err(PostsFileError::TooMany);
            }
            posts.push(post);
        }
        posts.sort_by_key(|post| post.created_at.map(|created| created.at));
        Ok(Self { posts })
    }

    /// How many posts there are.
    pub fn len(&self) -> usize {
        self.posts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.posts.is_empty()
    }

    /// The posts, oldest first.
    pub fn posts(&self) -> &[NewPost] {
        &self.posts
    }

    /// When the newest post was written.
    pub fn newest(&self) -> Option<Timestamp> {
        self.posts.last().and_then(|post| post.created_at).map(|created| created.at)
    }

    /// Moves the dates of each neighbourhood by whole weeks, which keeps the weekday and the time of day, so that its
    /// newest post is at most a week old at `now` and none is in the future.
    pub fn shift_to(&mut self, now: Timestamp) {
        let mut newest: BTreeMap<String, Timestamp> = BTreeMap::new();
        for post in &self.posts {
            let Some(created) = post.created_at else { continue };
            let newest = newest.entry(post.neighbourhood.clone()).or_insert(created.at);
            *newest = created.at.max(*newest);
        }
        for post in &mut self.posts {
            let Some(created) = &mut post.created_at else { continue };
            let weeks = now.duration_since(newest[&post.neighbourhood]).as_hours().div_euclid(WEEK_HOURS);
            let shift = SignedDuration::from_hours(weeks * WEEK_HOURS);
            created.at = created.at.checked_add(shift).unwrap_or(created.at);
        }
        self.posts.sort_by_key(|post| post.created_at.map(|created| created.at));
    }

    /// Adds the municipalities, neighbourhoods and concierges of these posts, where they are not there yet.
    pub fn prepare(&self, world: &World) -> Result<(), WorldError> {
        let places: BTreeSet<&str> = self.posts.iter().map(|post| post.neighbourhood.as_str()).collect();
        places.into_iter().try_for_each(|place| places::prepare(world, place))
    }

    /// Prepares the world and publishes every post, oldest first.
    pub fn publish_all(self, world: &World) -> Result<(), WorldError> {
        self.prepare(world)?;
        self.posts.into_iter().try_for_each(|post| world.publish(post).map(|_| ()))
    }
}

fn read_line(text: &str) -> Result<NewPost, String> {
    // The parser's own message may repeat what stands in the post.
    let line: Line =
        serde_json::from_str(text).map_err(|error| format!("it breaks off the form at column {}", error.column()))?;
    for (field, id) in [("id", &line.id), ("neighbourhood", &line.neighbourhood), ("author", &line.author)] {
        if !is_id(id) {
            return Err(format!("its `{field}` has characters or a length that no identifier has"));
        }
    }
    let created =
        Moment::parse(&line.created).map_err(|_| "its `created` is no RFC 3339 time with an offset".to_owned())?;
    let title = line.title.filter(|title| !title.is_empty());
    if title.as_ref().is_some_and(|title| title.chars().count() > POST_TITLE_MAX_CHARS) {
        return Err(format!("its title is longer than {POST_TITLE_MAX_CHARS} characters"));
    }
    if !(1..=POST_TEXT_MAX_CHARS).contains(&line.text.chars().count()) {
        return Err(format!("its text is not 1 to {POST_TEXT_MAX_CHARS} characters long"));
    }
    let (language, country) = places::language_and_country(&line.neighbourhood);
    let display_name = names::of(&line.author, language, country);
    Ok(NewPost {
        id: Some(line.id),
        neighbourhood: line.neighbourhood,
        post_type: if line.category == Some(PostKind::Event) { PostType::Event } else { PostType::Shout },
        kind: line.category,
        title,
        text: line.text,
        author: Member { id: line.author, display_name, area: line.area, language },
        created_at: Some(created),
        shared_with_municipality: line.shared_with_municipality,
    })
}

fn shared() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = concat!(
        r#"{"id":"b","neighbourhood":"waterwijk","author":"wa-r1","created":"2026-03-02T09:00:00+01:00","category":"event","title":null,"text":"feest","labels":{}}"#,
        "\n\n",
        r#"{"id":"a","neighbourhood":"waterwijk","author":"wa-r1","created":"2026-03-01T23:30:00+01:00","category":null,"title":"t","text":"x"}"#,
    );

    #[test]
    fn lines_are_sorted_and_keep_their_offset() {
        let file = PostsFile::parse(LINES).unwrap();
        let ids: Vec<_> = file.posts().iter().filter_map(|post| post.id.as_deref()).collect();
        assert_eq!(ids, ["a", "b"]);
        assert_eq!(file.posts()[0].created_at.unwrap().to_string(), "2026-03-01T23:30:00+01:00");
        assert_eq!(file.posts()[1].post_type, PostType::Event);
        assert_eq!(file.posts()[0].author, file.posts()[1].author);
    }

    #[test]
    fn shifting_keeps_weekday_and_time_and_invents_no_future() {
        let mut file = PostsFile::parse(LINES).unwrap();
        file.shift_to("2026-06-10T07:30:00Z".parse().unwrap());
        assert_eq!(file.newest(), Some("2026-06-08T08:00:00Z".parse().unwrap()));
        assert_eq!(file.posts()[0].created_at.unwrap().at, "2026-06-07T22:30:00Z".parse().unwrap());
    }

    #[test]
    fn the_built_in_posts_are_read() {
        assert_eq!(PostsFile::demo().len(), 256);
    }

    #[test]
    fn a_wrong_line_is_named_without_its_text() {
        let wrong = r#"{"id":"c","neighbourhood":"w","author":"x","created":"soon","text":"secret"}"#;
        let error = PostsFile::parse(&format!("{LINES}\n{wrong}")).unwrap_err().to_string();
        assert!(error.starts_with("line 4 is no post: its `created`"), "{error}");
        assert!(!error.contains("secret"));
        let twice = PostsFile::parse(&format!("{LINES}\n{}", LINES.lines().next().unwrap())).unwrap_err();
        assert!(twice.to_string().contains("earlier line"));
        let category = r#"{"id":"c","neighbourhood":"w","author":"x","created":"2026-03-02T09:00:00+01:00","category":"geheim","text":"t"}"#;
        assert!(!PostsFile::parse(category).unwrap_err().to_string().contains("geheim"));
    }
}
