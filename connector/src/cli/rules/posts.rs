//! Reads posts, and the labels of a labelled set, from files of one JSON object a line.

use std::collections::HashSet;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::temporal::Pieces;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::domain::{MemberId, NeighbourhoodId, PostId, PostKind, Private};

/// The longest line, in bytes.
const MAX_LINE_BYTES: u64 = 64 << 10;
/// The most lines of a file.
const MAX_LINES: usize = 1_000_000;

/// A post of a file.
#[derive(Debug)]
pub(super) struct PostLine {
    pub id: PostId,
    pub neighbourhood: NeighbourhoodId,
    pub author: MemberId,
    /// When it was written.
    pub created: Timestamp,
    /// The same by the clock of the place: the offset in the file is local time.
    pub local: DateTime,
    pub kind: Option<PostKind>,
    pub title: Option<Private>,
    pub text: Private,
    /// The platform's part of the neighbourhood.
    pub area: Option<String>,
}

/// A labelled set.
#[derive(Debug)]
pub(super) struct LabelledSet {
    pub posts: Vec<PostLine>,
    /// The labels of each post, in the same order.
    pub labels: Vec<Labels>,
    pub pairs: Vec<GoldLine>,
}

/// What people say of a post.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Labels {
    pub language: String,
    pub intent: String,
    pub needs: Vec<String>,
    pub gives: Vec<String>,
    pub closed: bool,
    pub refer: Option<String>,
    pub urgent: bool,
}

/// What people say of several posts.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum GoldLine {
    Pair { request: PostId, helper: PostId, grade: u32 },
    Exchange { exchange: Vec<PostId> },
    Group { group: Vec<PostId> },
}

/// Why a file of posts cannot be used.
#[derive(Debug, Error)]
pub(super) enum PostsError {
    #[error("cannot read `{}`", .path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{}:{line}: {what}\nhint: {hint}", .path.display())]
    Line { path: PathBuf, line: usize, what: String, hint: &'static str },
    #[error("`{}` has no posts\nhint: one JSON object a line, as `koppelaar rules run --help` shows", .path.display())]
    Empty { path: PathBuf },
}

/// Reads posts from `path`, or from the standard input when it is `-`.
pub(super) fn load(path: &Path) -> Result<Vec<PostLine>, PostsError> {
    parse_posts(path, |_| Ok(())).map(|posts| posts.into_iter().map(|(post, ())| post).collect())
}

/// Reads a labelled set from the folder `path`.
pub(super) fn load_set(path: &Path) -> Result<LabelledSet, PostsError> {
    let (posts, labels) = parse_posts(&path.join("posts.jsonl"), labels_of)?.into_iter().unzip();
    let pairs = lines(&path.join("pairs.jsonl"), |place, text| {
        typed(place, parse(place, text)?, "`request` with `helper` and `grade`, or `exchange`, or `group`")
    })?;
    Ok(LabelledSet { posts, labels, pairs })
}

fn parse_posts<T>(
    path: &Path,
    also: impl Fn(&Fields<'_>) -> Result<T, PostsError>,
) -> Result<Vec<(PostLine, T)>, PostsError> {
    let mut seen = HashSet::new();
    let posts = lines(path, |place, text| {
        let object = match parse(place, text)? {
            Value::Object(object) => Ok(object),
            _ => Err(place.fault("the line is no JSON object", "one object a line, such as `{\"id\":\"kr-01\",…}`")),
        }?;
        let fields = Fields { object: &object, place };
        let post = fields.post()?;
        if !seen.insert(post.id.clone()) {
            return Err(place.fault(format!("`id`: `{}` stands there twice", post.id), "give every post its own id"));
        }
        Ok((post, also(&fields)?))
    })?;
    if posts.is_empty() { Err(PostsError::Empty { path: path.into() }) } else { Ok(posts) }
}

/// Where a line stands.
struct Place<'a> {
    path: &'a Path,
    line: usize,
}

impl Place<'_> {
    fn fault(&self, what: impl Into<String>, hint: &'static str) -> PostsError {
        PostsError::Line { path: self.path.into(), line: self.line, what: what.into(), hint }
    }
}

/// Applies `each` to every line that is not empty. Lines are read one by one, so that a wrong file is refused before it
/// fills the memory.
fn lines<T>(
    path: &Path,
    mut each: impl FnMut(&Place<'_>, &str) -> Result<T, PostsError>,
) -> Result<Vec<T>, PostsError> {
    let unreadable = |source| PostsError::Read { path: path.into(), source };
    let mut input: Box<dyn BufRead> = if path == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(BufReader::new(File::open(path).map_err(unreadable)?))
    };
    let mut all = Vec::new();
    let mut buffer = Vec::new();
    for line in 1.. {
        let place = Place { path, line };
        buffer.clear();
        let read = (&mut input).take(MAX_LINE_BYTES + 1).read_until(b'\n', &mut buffer).map_err(unreadable)?;
        if read == 0 {
            break;
        }
        if read as u64 > MAX_LINE_BYTES {
            return Err(place.fault(
                "the line has more than `65536` bytes",
                "one post a line; a text has at most 5,000 characters",
            ));
        }
        if line > MAX_LINES {
            return Err(place.fault("the file has more than `1000000` lines", "split it by neighbourhood"));
        }
        let text = std::str::from_utf8(&buffer).map_err(|error| {
            place.fault(format!("no UTF-8 at byte `{}`", error.valid_up_to()), "save the file as UTF-8")
        })?;
        // An editor may have put a byte order mark before the first line.
        let text = text.trim_start_matches('\u{feff}').trim();
        if !text.is_empty() {
            all.push(each(&place, text)?);
        }
    }
    Ok(all)
}

fn parse(place: &Place<'_>, text: &str) -> Result<Value, PostsError> {
    // The parser's own message may quote the text of a post.
    serde_json::from_str(text).map_err(|error| {
        place.fault(format!("no JSON at column `{}`", error.column()), "look for a missing quote, comma or brace there")
    })
}

fn typed<T: DeserializeOwned>(place: &Place<'_>, value: Value, wanted: impl Display) -> Result<T, PostsError> {
    let hint = "the README beside a labelled set shows the form of its files";
    serde_json::from_value(value).map_err(|_| place.fault(format!("wanted {wanted}"), hint))
}

/// The fields of a line.
struct Fields<'a> {
    object: &'a Map<String, Value>,
    place: &'a Place<'a>,
}

impl Fields<'_> {
    fn post(&self) -> Result<PostLine, PostsError> {
        let (created, local) = self.created()?;
        Ok(PostLine {
            id: PostId::new(self.identifier("id")?),
            neighbourhood: NeighbourhoodId::new(self.identifier("neighbourhood")?),
            author: MemberId::new(self.identifier("author")?),
            created,
            local,
            kind: self.kind()?,
            title: self.optional("title")?.map(Private::new),
            text: Private::new(self.required("text")?),
            area: self.optional("area")?.map(Into::into),
        })
    }

    fn created(&self) -> Result<(Timestamp, DateTime), PostsError> {
        let created = self.required("created")?;
        let both = || {
            let pieces = Pieces::parse(created).ok()?;
            Some((created.parse().ok()?, pieces.date().to_datetime(pieces.time()?)))
        };
        both().ok_or_else(|| {
            let hint = "a date and time with an offset, such as `2026-03-02T09:15:00+01:00`";
            self.place.fault("`created`: no moment in time", hint)
        })
    }

    fn kind(&self) -> Result<Option<PostKind>, PostsError> {
        let Some(kind) = self.optional("category")? else { return Ok(None) };
        let parsed = serde_json::from_value(kind.into()).map(Some);
        parsed.map_err(|_| {
            self.place.fault(
                "`category`: no kind of post",
                "question, offer, lend, notice or event, or null when nothing was clicked",
            )
        })
    }

    fn identifier(&self, name: &str) -> Result<&str, PostsError> {
        let id = self.required(name)?;
        let fault = || self.place.fault(format!("`{name}`: it is empty or too long"), "1 to 200 bytes of text");
        (1..=200).contains(&id.len()).then_some(id).ok_or_else(fault)
    }

    fn required(&self, name: &str) -> Result<&str, PostsError> {
        self.optional(name)?.ok_or_else(|| {
            self.place
                .fault(format!("`{name}`: it is missing"), "a post has id, neighbourhood, author, created and text")
        })
    }

    fn optional(&self, name: &str) -> Result<Option<&str>, PostsError> {
        match self.object.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.place.fault(format!("`{name}`: it is no text"), "put the value in double quotes")),
        }
    }
}

fn labels_of(fields: &Fields<'_>) -> Result<Labels, PostsError> {
    let labels = fields.object.get("labels").cloned().unwrap_or_default();
    typed(fields.place, labels, "`labels` with language, intent, needs, gives, closed, refer and urgent")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load_text(text: &str) -> Result<Vec<PostLine>, PostsError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("posts.jsonl");
        std::fs::write(&path, text).unwrap();
        load(&path)
    }

    const GOOD: &str =
        r#"{"id":"a","neighbourhood":"n","author":"m","created":"2026-03-02T23:30:00-05:00","text":"Hallo"}"#;

    #[test]
    fn a_post_keeps_its_local_time() {
        let posts = load_text(&format!("\u{feff}{GOOD}\n\n")).unwrap();
        assert_eq!(posts[0].local.to_string(), "2026-03-02T23:30:00");
        assert_eq!(posts[0].created.to_string(), "2026-03-03T04:30:00Z");
        assert_eq!(posts[0].kind, None);
    }

    #[test]
    fn a_bad_line_is_named_with_its_field_and_never_quoted() {
        let cases = [
            ("{\"id\":\"geheim", "no JSON"),
            ("[\"geheim\"]", "no JSON object"),
            (r#"{"id":"a","neighbourhood":"n","author":"m","created":"2026-03-02T23:30:00Z"}"#, "`text`"),
            (r#"{"id":7,"neighbourhood":"n","author":"m","created":"2026-03-02T23:30:00Z","text":"geheim"}"#, "`id`"),
            (r#"{"id":"","neighbourhood":"n","author":"m","created":"2026-03-02T23:30:00Z","text":"geheim"}"#, "`id`"),
            (r#"{"id":"b","neighbourhood":"n","author":"m","created":"geheim","text":"x"}"#, "`created`"),
            (r#"{"id":"b","neighbourhood":"n","author":"m","created":"2026-03-02T23:30:00","text":"x"}"#, "`created`"),
            (
                r#"{"id":"b","neighbourhood":"n","author":"m","created":"2026-03-02T23:30:00Z","category":"geheim","text":"x"}"#,
                "`category`",
            ),
            (GOOD, "twice"),
        ];
        for (line, place) in cases {
            let error = load_text(&format!("{GOOD}\n{line}\n")).unwrap_err().to_string();
            assert!(error.contains(":2: ") && error.contains(place) && error.contains("hint: "), "{error}");
            assert!(!error.contains("geheim"), "{error}");
        }
        assert!(matches!(load_text("\n"), Err(PostsError::Empty { .. })));
        let long = format!("{GOOD}\n{}", "x".repeat(70_000));
        assert!(load_text(&long).unwrap_err().to_string().contains("65536"));
    }
}
