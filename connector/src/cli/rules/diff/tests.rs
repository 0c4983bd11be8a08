use std::fmt::Write as _;
use std::path::Path;

use clap::Parser;
use jiff::civil::date;

use super::compare::{Comparison, What, compare};
use super::recording::Recording;
use super::replay::replay;
use super::side::{Key, Side};
use super::*;
use crate::clock::Clock;
use crate::domain::{
    Author, Change, Concierge, Cursor, MemberId, MunicipalityId, Neighbourhood, NeighbourhoodId, Post,
};
use crate::domain::{PostId, Private};
use crate::matching::Limits;
use crate::store::Store;

/// The command line.
#[derive(clap::Parser)]
struct Line {
    #[command(flatten)]
    diff: DiffArgs,
}

/// Everything that must not come out holds this word: names, identifiers and texts.
const SECRET: &str = "xqzzy";

/// Two small neighbourhoods on two days: somebody always fits, somebody fits by little, an exchange, an emergency.
fn posts() -> tempfile::NamedTempFile {
    let posts = [
        ("n-een", "02", "Wie kan zaterdag mijn gras maaien? Ik heb zelf geen grasmachine xqzzy."),
        ("n-een", "02", "Ik maai graag je gras, ook zaterdag. Groeten xqzzy."),
        ("n-een", "03", "Ik zoek een oppas voor mijn dochter op woensdagnamiddag, xqzzy."),
        ("n-een", "03", "Ik kan op kinderen passen, xqzzy, woensdag ook."),
        ("n-een", "03", "Kan iemand mijn hond uitlaten? In ruil kook ik een maaltijd xqzzy."),
        ("n-twee", "02", "Zoek iemand die boodschappen voor me kan doen, xqzzy."),
        ("n-twee", "03", "Ik doe graag boodschappen voor een ander xqzzy."),
        ("n-twee", "03", "Qui peut m’aider avec mon ordinateur, xqzzy ?"),
        ("n-twee", "03", "J’aide volontiers avec un ordinateur ou un téléphone, xqzzy."),
        ("n-twee", "03", "De straatlamp in onze straat is stuk, xqzzy."),
    ];
    let mut file = tempfile::NamedTempFile::new().unwrap();
    for (i, (place, day, text)) in posts.iter().enumerate() {
        let line = serde_json::json!({
            "id": format!("{SECRET}-{i}"), "neighbourhood": place, "author": format!("Annelies {SECRET} {i}"),
            "created": format!("2026-03-{day}T1{i}:00:00+01:00"), "title": SECRET, "text": text,
        });
        std::io::Write::write_fmt(&mut file, format_args!("{line}\n")).unwrap();
    }
    file
}

fn settings(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new().prefix("strict").suffix(".toml").tempfile().unwrap();
    fs::write(&file, text).unwrap();
    file
}

/// What `old` and `new` would have told of `recording`, and what to call them.
fn sides(recording: &Recording, old: &str, new: &str) -> ([Side; 2], [RulesName; 2]) {
    let engine = RulesEngine::new().unwrap();
    let standard = RuleModule::standard(&engine).unwrap();
    let [old, new] = [old, new].map(|text| Rules::load(&engine, &standard, text).unwrap());
    let limits = Limits::default();
    let [one, other] =
        [&old, &new].map(|rules| replay(&rules.reader, recording, &limits, &ProgressBar::hidden()).unwrap());
    ([one, other], [old.name, new.name])
}

fn story<'a>(
    language: Language,
    recording: &'a Recording,
    sides: &'a ([Side; 2], [RulesName; 2]),
    comparison: &'a Comparison,
) -> Story<'a> {
    let rules = sides.1.clone();
    Story {
        words: Words(language),
        recording,
        source: Source::File,
        limits: Limits::default(),
        configured: false,
        sides: &sides.0,
        rules,
        comparison,
    }
}

fn assert_adds_up(comparison: &Comparison, sides: &[Side; 2]) {
    let kept = comparison.same + comparison.count(What::Moves);
    assert_eq!(kept + comparison.count(What::Vanishes), sides[0].said.len());
    assert_eq!(kept + comparison.count(What::Appears), sides[1].said.len());
    let causes: usize = comparison.causes.values().flatten().sum();
    assert_eq!(causes, comparison.count(What::Appears) + comparison.count(What::Vanishes));
    let outcomes = &comparison.outcomes;
    let helped = |gone: usize| outcomes.same + outcomes.other + gone;
    assert_eq!(comparison.totals[0].helped, helped(outcomes.lost));
    assert_eq!(comparison.totals[1].helped, helped(outcomes.gained));
    for rows in [&comparison.by_language, &comparison.by_neighbourhood] {
        for side in [0, 1] {
            assert_eq!(rows.iter().map(|row| row.cover[side].asks).sum::<usize>(), comparison.totals[side].asks);
            assert_eq!(rows.iter().map(|row| row.cover[side].helped).sum::<usize>(), comparison.totals[side].helped);
        }
    }
    for (load, side) in comparison.load.iter().zip(sides) {
        let firsts = side.said.iter().filter(|(_, said)| said.rank == 1);
        let tasks = firsts.map(|(key, _)| match key {
            Key::Suggestion { .. } => 1,
            Key::Exchange(posts) => posts.len(),
            _ => 0,
        });
        assert_eq!(load.tasks as usize, tasks.sum::<usize>());
        assert!(load.helpers.iter().sum::<usize>() <= load.tasks as usize);
    }
}

#[test]
fn a_small_change_is_told_in_the_terminal() {
    let (posts, strict) = (posts(), settings("minimum_score = 800\nexcluded_categories = [\"digital\"]\n"));
    let recording = Recording::of_file(posts.path()).unwrap();
    let sides = sides(&recording, "standard", strict.path().to_str().unwrap());
    let comparison = compare(&recording, &sides.0);
    assert_adds_up(&comparison, &sides.0);
    let told = text::write(&story(Language::Nl, &recording, &sides, &comparison)).unwrap();
    let name = strict.path().file_name().unwrap().to_str().unwrap();
    insta::assert_snapshot!(told.replace(name, "strict.toml"));
}

#[test]
fn no_name_no_identifier_and_no_text_comes_out_in_any_language() {
    let (posts, strict) = (posts(), settings("minimum_score = 1000"));
    let recording = Recording::of_file(posts.path()).unwrap();
    let sides = sides(&recording, "standard", strict.path().to_str().unwrap());
    let comparison = compare(&recording, &sides.0);
    assert!(!comparison.changes.is_empty());
    for language in Language::ALL {
        let story = story(language, &recording, &sides, &comparison);
        for out in [text::write(&story).unwrap(), page::page(&story), json::document(&story).to_string()] {
            assert!(!out.to_lowercase().contains(SECRET) && !out.contains("Annelies") && !out.contains("grasmachine"));
        }
    }
}

#[test]
fn the_page_needs_nothing_else() {
    let (posts, strict) = (posts(), settings("minimum_score = 1000"));
    let recording = Recording::of_file(posts.path()).unwrap();
    let sides = sides(&recording, "standard", strict.path().to_str().unwrap());
    let comparison = compare(&recording, &sides.0);
    let page = page::page(&story(Language::Fr, &recording, &sides, &comparison));
    for outside in ["http", "src=", "<script", "@import", "<link", "href"] {
        assert!(!page.contains(outside), "{outside}");
    }
    let links: Vec<&str> = page.match_indices("url(").map(|(at, _)| &page[at..at + 10]).collect();
    assert!(!links.is_empty() && links.iter().all(|link| *link == "url(#hatch"), "{links:?}");
    assert!(page.contains("<html lang=\"fr\">") && page.contains("règles actuelles"));
}

#[test]
fn the_figures_of_the_labelled_posts_add_up_and_the_same_rules_change_nothing() {
    let set = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/posts/posts.jsonl");
    let recording = Recording::of_file(&set).unwrap();
    let strict = settings("minimum_score = 620");
    let changed = sides(&recording, "standard", &format!("standard+{}", strict.path().display()));
    let comparison = compare(&recording, &changed.0);
    assert_adds_up(&comparison, &changed.0);
    assert!(comparison.count(What::Vanishes) > 0);
    let same = sides(&recording, "standard", "standard");
    let comparison = compare(&recording, &same.0);
    assert_adds_up(&comparison, &same.0);
    assert!(comparison.changes.is_empty() && comparison.same == same.0[0].said.len() && comparison.same > 20);
    let told = text::write(&story(Language::En, &recording, &same, &comparison)).unwrap();
    assert!(told.contains("Nothing changes"), "{told}");
}

#[test]
fn rules_are_named_in_one_word() {
    let folder = tempfile::tempdir().unwrap();
    let [module, plus] = ["m.wasm", "a+b.toml"].map(|name| folder.path().join(name));
    fs::write(&module, b"\0asm\x0d\0\x01\0").unwrap();
    fs::write(&plus, "minimum_score = 1").unwrap();
    let [module_text, plus_text] = [&module, &plus].map(|path| path.to_str().unwrap().to_owned());
    assert_eq!(parts("standard").unwrap(), (None, None));
    assert_eq!(parts(&module_text).unwrap(), (Some(module.clone()), None));
    assert_eq!(parts(&plus_text).unwrap(), (None, Some(plus)));
    assert_eq!(parts(&format!("{module_text}+s.toml")).unwrap(), (Some(module), Some("s.toml".into())));
    assert_eq!(parts("standard+s.toml").unwrap(), (None, Some("s.toml".into())));
    assert!(parts("no-such").unwrap_err().to_string().contains("hint: "));
}

#[tokio::test]
async fn a_store_is_replayed_while_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("store.sqlite").display());
    let store = Store::open(&url).await.unwrap();
    let (town, place) = (MunicipalityId::new("sint-niklaas"), NeighbourhoodId::new("n-1"));
    let concierge = Concierge { id: MemberId::new("c"), name: Private::new(SECRET), language: Language::Nl };
    let neighbourhood = Neighbourhood { id: place.clone(), name: "Kroonmolen".into(), concierges: vec![concierge] };
    store.save_neighbourhoods(&town, &[neighbourhood]).await.unwrap();
    let now = SystemClock.now();
    let post = |id: &str, text: &str, days: i64| {
        Change::Shared(Post {
            id: PostId::new(id),
            neighbourhood: place.clone(),
            author: Author { id: MemberId::new(id), name: Private::new(SECRET), area: Some("oost".into()) },
            kind: None,
            title: None,
            text: Private::new(text),
            created_at: now - jiff::SignedDuration::from_hours(24 * days),
        })
    };
    let changes = [
        post("p-1", "Wie kan mijn gras maaien?", 3),
        post("p-2", "Ik maai graag je gras.", 2),
        post("p-3", "Wie kan mijn haag snoeien?", 40),
    ];
    store.save_page(&town, &place, &changes, &[], &Cursor::new("1"), now).await.unwrap();
    let line = |more: &[&str]| {
        let arguments = [&["diff", "standard", "standard", "--store", url.as_str()], more].concat();
        Line::try_parse_from(arguments).unwrap().diff
    };
    let replayed = |more: &[&str]| {
        let args = line(more);
        std::thread::scope(|scope| {
            // The command has a runtime of its own.
            scope.spawn(|| args.recording(&Ground::of(&args).unwrap())).join().unwrap()
        })
    };
    let recording = replayed(&["--days", "30"]).unwrap();
    assert_eq!((recording.posts.len(), recording.neighbourhoods[0].name.as_str()), (2, "Kroonmolen"));
    assert_eq!(replayed(&["--days", "60"]).unwrap().posts.len(), 3);
    assert!(replayed(&["--days", "1"]).unwrap_err().to_string().contains("--days"));
    let other = replayed(&["--days", "30", "--municipality", "lelystad"]).unwrap_err().to_string();
    assert!(other.contains("`sint-niklaas`"), "{other}");
    let (sides, _) = sides(&recording, "standard", "standard");
    assert_eq!(sides[0].said.len(), 1);
    store.close().await;
}

#[test]
fn many_posts_are_replayed_day_by_day_with_what_was_told_before() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let mut lines = String::new();
    for day in 0..8 {
        let at = date(2026, 3, 2).saturating_add(jiff::Span::new().days(day));
        let post = |id: String, author: &str, text: &str| serde_json::json!({"id": id, "neighbourhood": "n", "author": author, "created": format!("{at}T09:00:00+01:00"), "text": text});
        if day == 0 {
            writeln!(lines, "{}", post("offer".into(), "helper", "Ik maai graag gras voor wie dat niet kan.")).unwrap();
        }
        let asks = post(format!("ask-{day}"), &format!("asker-{day}"), "Wie kan mijn gras maaien?");
        writeln!(lines, "{asks}").unwrap();
    }
    std::io::Write::write_all(&mut file, lines.as_bytes()).unwrap();
    let recording = Recording::of_file(file.path()).unwrap();
    let (sides, _) = sides(&recording, "standard", "standard");
    // The cap of four tasks in four weeks holds over the days, as in production.
    let load = &compare(&recording, &sides).load[0];
    assert_eq!((load.most, load.tasks), (4, 4));
    assert_eq!(sides[0].said.len(), 4);
}

#[test]
fn a_small_change_is_told_to_programs() {
    let (posts, strict) = (posts(), settings("minimum_score = 800\nexcluded_categories = [\"digital\"]\n"));
    let recording = Recording::of_file(posts.path()).unwrap();
    let sides = sides(&recording, "standard", strict.path().to_str().unwrap());
    let comparison = compare(&recording, &sides.0);
    let document = json::document(&story(Language::Nl, &recording, &sides, &comparison));
    assert_eq!(document["changes"].as_array().unwrap().len(), comparison.changes.len());
    assert_eq!(document["told"]["vanishes"], comparison.count(What::Vanishes));
    let first = &document["changes"][0];
    assert_eq!((&first["kind"], &first["what"]), (&"suggestion".into(), &"vanishes".into()));
    assert!(first["why"]["cause"].is_string() && first["told"][1].is_null(), "{first}");
    assert!(first["told"][0]["score"].is_u64() && first["told"][0]["reasons"][0]["code"].is_string(), "{first}");
}

#[test]
fn a_configuration_says_within_which_limits() {
    let folder = tempfile::tempdir().unwrap();
    let config = |limits: &str, towns: &[&str]| {
        let path = folder.path().join("koppelaar.toml");
        fs::write(folder.path().join("secret"), "s3cret").unwrap();
        let town = |id: &&str| {
            format!(
                "[[municipality]]\nid = \"{id}\"\ntime_zone = \"Europe/Amsterdam\"\ncountry = \"NL\"\nlanguage = \"nl\"\n\
                 credentials = {{ client_id = \"{id}\", client_secret_file = \"secret\" }}\n"
            )
        };
        fs::write(&path, format!("[matching]\n{limits}\n{}", towns.iter().map(town).collect::<String>())).unwrap();
        path
    };
    let ground = |path: &Path, more: &[&str]| {
        let posts = ["diff", "standard", "standard", "--posts", "-", "--config", path.to_str().unwrap()];
        Ground::of(&Line::try_parse_from([&posts, more].concat()).unwrap().diff)
    };
    let path = config("minimum_score = 900\ntasks_per_helper_in_four_weeks = 1", &["lelystad"]);
    let limits = ground(&path, &[]).unwrap().limits;
    assert_eq!((limits.minimum_score, limits.tasks_per_helper), (900, 1));

    let posts = posts();
    let recording = Recording::of_file(posts.path()).unwrap();
    let engine = RulesEngine::new().unwrap();
    let standard = RuleModule::standard(&engine).unwrap();
    let reader = Reader::new(standard.clone(), &standard);
    let said = |limits: &Limits| replay(&reader, &recording, limits, &ProgressBar::hidden()).unwrap().said.len();
    assert!(said(&limits) < said(&Limits::default()));

    let two = config("", &["lelystad", "utrecht"]);
    let error = ground(&two, &[]).unwrap_err().to_string();
    assert!(error.contains("--municipality") && error.contains("`utrecht`"), "{error}");
    ground(&two, &["--municipality", "utrecht"]).unwrap();
}
