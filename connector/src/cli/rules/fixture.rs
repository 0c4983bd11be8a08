//! A fixture: posts, and what an author expects to come of them, in TOML.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::ToSpan;
use jiff::civil::{DateTime, date};
use jiff::tz::TimeZone;
use serde::Deserialize;
use thiserror::Error;
use toml::Spanned;

use super::posts::PostLine;
use crate::domain::{MemberId, NeighbourhoodId, PostId, PostKind, Private};

/// The largest file, in bytes.
const MAX_FIXTURE_BYTES: u64 = 1 << 20;
/// The most files in one folder.
const MAX_FIXTURES: usize = 1_000;
/// The most characters of a text, as in a posts file.
const MAX_TEXT_CHARS: usize = 5_000;

/// A fixture.
#[derive(Debug)]
pub(super) struct Fixture {
    pub path: PathBuf,
    pub posts: Vec<PostLine>,
    /// The moment of matching; when the newest post was written if there is none, and no post expires then.
    pub now: Option<DateTime>,
    /// Settings for this fixture alone, a JSON document.
    pub settings: Option<String>,
    pub expectations: Vec<Expectation>,
}

/// What is expected.
#[derive(Debug)]
pub(super) struct Expectation {
    /// Where it stands in the file, from 1.
    pub line: usize,
    pub what: Expected,
}

/// What the concierge is told, or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expected {
    /// These helpers for this request, in this order from the first on, for these reasons among others.
    Suggest { request: PostId, helpers: Vec<PostId>, reasons: Vec<String> },
    /// Nobody for this request, in no way.
    Nobody { request: PostId },
    /// Not this helper for this request.
    Never { request: PostId, helper: PostId },
    /// This post is for somebody other than a neighbour.
    Refer { post: PostId, kind: String },
    /// This post tells of something wrong in the public space.
    Report { post: PostId },
    /// This post is an emergency.
    Crisis { post: PostId },
    /// The authors of these posts can help each other.
    Exchange { posts: Vec<PostId> },
    /// The authors of these posts can act together.
    Group { posts: Vec<PostId> },
    /// Nothing is said of this post.
    Silence { post: PostId },
}

/// Why a fixture cannot be used.
#[derive(Debug, Error)]
pub(super) enum FixtureError {
    #[error("cannot read `{}`", .path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("`{}` has no fixtures\nhint: put `*.toml` files there, or in a folder `fixtures` in it", .path.display())]
    None { path: PathBuf },
    #[error("`{}` has more than `{MAX_FIXTURES}` fixtures\nhint: split the folder", .path.display())]
    TooMany { path: PathBuf },
    #[error("`{}` is larger than `{MAX_FIXTURE_BYTES}` bytes\nhint: split it by the idea that it tests", .path.display())]
    TooLarge { path: PathBuf },
    #[error("{}:{line}: {what}\nhint: {hint}", .path.display())]
    Line { path: PathBuf, line: usize, what: String, hint: &'static str },
}

/// Reads every fixture of a folder, or of the folder `fixtures` in it, sorted by name.
pub(super) fn load_all(folder: &Path) -> Result<Vec<Fixture>, FixtureError> {
    let inner = folder.join("fixtures");
    let folder = if inner.is_dir() { &inner } else { folder };
    let unreadable = |source| FixtureError::Read { path: folder.into(), source };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
        if paths.len() > MAX_FIXTURES {
            return Err(FixtureError::TooMany { path: folder.into() });
        }
    }
    if paths.is_empty() {
        return Err(FixtureError::None { path: folder.into() });
    }
    paths.sort();
    paths.iter().map(|path| load(path)).collect()
}

fn load(path: &Path) -> Result<Fixture, FixtureError> {
    let unreadable = |source| FixtureError::Read { path: path.into(), source };
    if fs::metadata(path).map_err(unreadable)?.len() > MAX_FIXTURE_BYTES {
        return Err(FixtureError::TooLarge { path: path.into() });
    }
    let text = fs::read_to_string(path).map_err(unreadable)?;
    parse(path, &text)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFixture {
    now: Option<Spanned<Moment>>,
    settings: Option<toml::Table>,
    #[serde(default)]
    post: Vec<Spanned<RawPost>>,
    #[serde(default)]
    expect: Vec<Spanned<RawExpect>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPost {
    id: String,
    author: Option<String>,
    written: Option<Moment>,
    kind: Option<PostKind>,
    title: Option<String>,
    text: String,
    area: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExpect {
    suggest: Option<OneOrMore>,
    #[serde(rename = "for")]
    about: Option<String>,
    #[serde(default)]
    reasons: Vec<String>,
    nobody: Option<String>,
    never: Option<String>,
    refer: Option<String>,
    report: Option<String>,
    crisis: Option<String>,
    exchange: Option<Vec<String>>,
    group: Option<Vec<String>>,
    silence: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

/// A local date and time, as TOML has them or in quotes.
#[derive(Deserialize)]
#[serde(untagged)]
enum Moment {
    Toml(toml::value::Datetime),
    Text(String),
}

impl Moment {
    fn local(&self) -> Option<DateTime> {
        match self {
            Self::Toml(moment) => moment.to_string().parse().ok(),
            Self::Text(text) => text.parse().ok(),
        }
    }
}

const MOMENT_HINT: &str = "a local date and time, such as `2026-03-02T09:15:00`";
const EXPECT_HINT: &str = "one of `suggest` and `for`, `nobody`, `never` and `for`, `refer` and `for`, `report`, \
                           `crisis`, `exchange`, `group` or `silence`";

/// Where things stand in a file.
struct Source<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Source<'_> {
    fn line(&self, at: usize) -> usize {
        1 + self.text.bytes().take(at).filter(|byte| *byte == b'\n').count()
    }

    fn fault(&self, at: usize, what: impl Into<String>, hint: &'static str) -> FixtureError {
        FixtureError::Line { path: self.path.into(), line: self.line(at), what: what.into(), hint }
    }
}

fn parse(path: &Path, text: &str) -> Result<Fixture, FixtureError> {
    let source = Source { path, text };
    let raw: RawFixture = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        source.fault(at, error.message(), "`wasm-rules/README.md` shows a fixture with every field")
    })?;
    let now = match &raw.now {
        None => None,
        Some(now) => {
            let at = || source.fault(now.span().start, "`now`: no date and time", MOMENT_HINT);
            Some(now.as_ref().local().ok_or_else(at)?)
        }
    };
    let mut ids = HashSet::new();
    let mut posts = Vec::with_capacity(raw.post.len());
    for (place, post) in raw.post.iter().enumerate() {
        let at = post.span().start;
        let post = post_line(&source, at, place, post.as_ref())?;
        if !ids.insert(post.id.clone()) {
            let what = format!("the post `{}` stands there twice", post.id);
            return Err(source.fault(at, what, "give every post its own id"));
        }
        posts.push(post);
    }
    if posts.is_empty() || raw.expect.is_empty() {
        return Err(source.fault(0, "it lacks posts or expectations", "add `[[post]]` and `[[expect]]` entries"));
    }
    let mut expectations = Vec::with_capacity(raw.expect.len());
    for expect in raw.expect {
        let at = expect.span().start;
        let what = expected(expect.into_inner())
            .ok_or_else(|| source.fault(at, "the expectation says nothing, or several things", EXPECT_HINT))?;
        if let Some(unknown) = what.posts().into_iter().find(|id| !ids.contains(*id)) {
            let fault = format!("there is no post `{unknown}` in this file");
            return Err(source.fault(at, fault, "name a post by the `id` of its `[[post]]`"));
        }
        expectations.push(Expectation { line: source.line(at), what });
    }
    let settings = raw.settings.map(|settings| serde_json::json!(settings).to_string());
    Ok(Fixture { path: path.into(), posts, now, settings, expectations })
}

fn post_line(source: &Source<'_>, at: usize, place: usize, raw: &RawPost) -> Result<PostLine, FixtureError> {
    let local = match &raw.written {
        Some(written) => written.local().ok_or_else(|| source.fault(at, "`written`: no date and time", MOMENT_HINT))?,
        // A Monday morning, one post a minute: who asks first is the oldest.
        None => date(2026, 3, 2).at(9, 0, 0, 0).saturating_add(i64::try_from(place).unwrap_or(0).minutes()),
    };
    let created =
        local.to_zoned(TimeZone::UTC).map_err(|_| source.fault(at, "`written`: too far away", MOMENT_HINT))?;
    if raw.id.is_empty() || raw.id.len() > 200 {
        return Err(source.fault(at, "`id`: it is empty or too long", "1 to 200 bytes of text"));
    }
    if raw.text.chars().count() > MAX_TEXT_CHARS {
        return Err(source.fault(at, "`text`: it has more than `5000` characters", "no platform takes more"));
    }
    Ok(PostLine {
        id: PostId::new(raw.id.as_str()),
        neighbourhood: NeighbourhoodId::new("fixture"),
        author: MemberId::new(raw.author.as_deref().unwrap_or(&raw.id)),
        created: created.timestamp(),
        local,
        kind: raw.kind,
        title: raw.title.as_deref().map(Private::new),
        text: Private::new(raw.text.as_str()),
        area: raw.area.clone(),
    })
}

/// What an entry says; none when it says nothing or several things.
fn expected(raw: RawExpect) -> Option<Expected> {
    let ids = |ids: Vec<String>| ids.into_iter().map(PostId::new).collect::<Vec<_>>();
    let about = raw.about.map(PostId::new);
    let needs_about = raw.suggest.is_some() || raw.never.is_some() || raw.refer.is_some();
    if needs_about != about.is_some() || (raw.suggest.is_none() && !raw.reasons.is_empty()) {
        return None;
    }
    let suggest = raw.suggest.map(|helpers| match helpers {
        OneOrMore::One(helper) => vec![helper],
        OneOrMore::More(helpers) => helpers,
    });
    let reasons = raw.reasons;
    let subject = || about.clone();
    let said = [
        suggest.zip(subject()).map(|(helpers, request)| Expected::Suggest { request, helpers: ids(helpers), reasons }),
        raw.nobody.map(|request| Expected::Nobody { request: PostId::new(request) }),
        raw.never.zip(subject()).map(|(helper, request)| Expected::Never { request, helper: PostId::new(helper) }),
        raw.refer.zip(subject()).map(|(kind, post)| Expected::Refer { post, kind }),
        raw.report.map(|post| Expected::Report { post: PostId::new(post) }),
        raw.crisis.map(|post| Expected::Crisis { post: PostId::new(post) }),
        raw.exchange.map(|posts| Expected::Exchange { posts: ids(posts) }),
        raw.group.map(|posts| Expected::Group { posts: ids(posts) }),
        raw.silence.map(|post| Expected::Silence { post: PostId::new(post) }),
    ];
    let mut said = said.into_iter().flatten();
    let what = said.next()?;
    let empty = matches!(&what, Expected::Suggest { helpers, .. } if helpers.is_empty());
    (said.next().is_none() && !empty).then_some(what)
}

impl Expected {
    /// Every post that it names, the one it is about first.
    pub fn posts(&self) -> Vec<&PostId> {
        match self {
            Self::Suggest { request, helpers, .. } => std::iter::once(request).chain(helpers).collect(),
            Self::Never { request, helper } => vec![request, helper],
            Self::Exchange { posts } | Self::Group { posts } => posts.iter().collect(),
            Self::Nobody { request: post }
            | Self::Refer { post, .. }
            | Self::Report { post }
            | Self::Crisis { post }
            | Self::Silence { post } => vec![post],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POSTS: &str =
        "[[post]]\nid = \"a\"\ntext = \"geheim\"\n[[post]]\nid = \"b\"\nwritten = 2026-03-04T20:00:00\ntext = \"\"\n";

    fn parse_with(rest: &str) -> Result<Fixture, FixtureError> {
        parse(Path::new("f.toml"), &format!("{POSTS}{rest}"))
    }

    #[test]
    fn every_form_of_expectation_is_read_with_its_line() {
        let (a, b) = (|| PostId::new("a"), || PostId::new("b"));
        let cases = [
            (
                "suggest = \"b\"\nfor = \"a\"\nreasons = [\"near\"]",
                Expected::Suggest { request: a(), helpers: vec![b()], reasons: vec!["near".into()] },
            ),
            ("nobody = \"a\"", Expected::Nobody { request: a() }),
            ("never = \"b\"\nfor = \"a\"", Expected::Never { request: a(), helper: b() }),
            ("refer = \"food-bank\"\nfor = \"a\"", Expected::Refer { post: a(), kind: "food-bank".into() }),
            ("report = \"a\"", Expected::Report { post: a() }),
            ("crisis = \"a\"", Expected::Crisis { post: a() }),
            ("exchange = [\"a\", \"b\"]", Expected::Exchange { posts: vec![a(), b()] }),
            ("group = [\"a\", \"b\"]", Expected::Group { posts: vec![a(), b()] }),
            ("silence = \"a\"", Expected::Silence { post: a() }),
        ];
        for (text, what) in cases {
            let fixture = parse_with(&format!("[[expect]]\n{text}\n")).unwrap();
            assert_eq!(fixture.expectations[0].what, what);
            assert_eq!(fixture.expectations[0].line, 8);
        }
        let posts = parse_with("[[expect]]\nsilence = \"a\"\n").unwrap().posts;
        assert_eq!(posts[0].local.to_string(), "2026-03-02T09:00:00");
        assert_eq!(posts[1].local.to_string(), "2026-03-04T20:00:00");
    }

    #[test]
    fn a_bad_fixture_is_told_with_its_line_and_never_quoted() {
        let cases = [
            ("[[expect]]\nsilence = \"c\"\n", ":8: there is no post `c`"),
            ("[[expect]]\nsilence = \"a\"\nnobody = \"a\"\n", ":8: the expectation says nothing, or several"),
            ("[[expect]]\nsuggest = \"a\"\n", ":8: the expectation says nothing"),
            ("[[expect]]\nsuggest = []\nfor = \"a\"\n", ":8: the expectation says nothing"),
            ("[[expect]]\nsilent = \"a\"\n", ":9: unknown field `silent`"),
            ("[[post]]\nid = \"a\"\ntext = \"\"\n[[expect]]\nnobody = \"a\"\n", ":8: the post `a` stands there twice"),
            ("[[post]]\nid = \"c\"\nwritten = \"gisteren\"\ntext = \"\"\n", ":8: `written`"),
            ("", ":1: it lacks posts or expectations"),
        ];
        for (rest, told) in cases {
            let error = parse_with(rest).unwrap_err().to_string();
            assert!(error.contains(told) && error.contains("hint: "), "{error}");
            assert!(!error.contains("geheim"), "{error}");
        }
    }
}
