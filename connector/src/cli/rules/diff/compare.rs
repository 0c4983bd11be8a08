//! What two sets of rules would have told, held side by side: plain figures, whatever they are shown in.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use serde::Serialize;

use super::recording::Recording;
use super::side::{Key, Role, Said, Side};
use crate::domain::MemberId;

/// The most tasks that have a column of their own in the figure of load; more are counted together.
pub(super) const LOAD_COLUMNS: usize = 5;

/// What differs between two sets of rules.
#[derive(Debug)]
pub(super) struct Comparison {
    /// What appears, vanishes or changes its rank, in the order of days.
    pub changes: Vec<Change>,
    /// Suggestions and notices that stay as they are.
    pub same: usize,
    /// What becomes of those who ask.
    pub outcomes: Outcomes,
    /// Both sides as a whole, before and after.
    pub totals: [Cover; 2],
    pub by_category: Vec<Row>,
    pub by_language: Vec<Row>,
    pub by_neighbourhood: Vec<Row>,
    pub load: [Load; 2],
    /// Why things appear and vanish: how many of each.
    pub causes: BTreeMap<Cause, [usize; 2]>,
}

/// One thing that is told differently.
#[derive(Debug)]
pub(super) struct Change {
    pub key: Key,
    pub what: What,
    /// How the old and the new rules tell it.
    pub told: [Option<Said>; 2],
    /// Why it appears or vanishes.
    pub why: Option<Why>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum What {
    Appears,
    Vanishes,
    Moves,
}

/// Why the other set of rules does not tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "cause", content = "read_as")]
pub(super) enum Why {
    /// It reads the post that asks as something else.
    Request(Role),
    /// It reads the helper's post as something else.
    Helper(Role),
    /// It sees other kinds of help in the two.
    OtherHelp,
    /// It finds that the two suit each other too little.
    NoFit,
    /// Both would suit, but others go first.
    OthersFirst,
}

/// The reasons in brief.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Cause {
    Reading,
    Fit,
    Others,
}

impl Cause {
    /// The text that tells it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Reading => "cause-reading",
            Self::Fit => "cause-fit",
            Self::Others => "cause-others",
        }
    }
}

impl Why {
    pub fn cause(self) -> Cause {
        match self {
            Self::Request(_) | Self::Helper(_) | Self::OtherHelp => Cause::Reading,
            Self::NoFit => Cause::Fit,
            Self::OthersFirst => Cause::Others,
        }
    }
}

/// What becomes of the posts that ask, by either set of rules; together they are all of them.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Outcomes {
    /// Nobody, before and after.
    pub without: usize,
    /// The same first helper, exchange or group as before.
    pub same: usize,
    /// Somebody else first.
    pub other: usize,
    pub gained: usize,
    pub lost: usize,
}

impl Outcomes {
    pub fn all(&self) -> usize {
        self.without + self.same + self.other + self.gained + self.lost
    }
}

/// Posts that ask, and those of them for whom somebody is suggested.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Cover {
    pub asks: usize,
    pub helped: usize,
}

impl Cover {
    /// The share that is helped, in whole percents.
    pub fn percent(self) -> usize {
        (self.helped * 200 + self.asks).checked_div(self.asks * 2).unwrap_or(0)
    }
}

/// The figures of one category, language or neighbourhood.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Its identifier or name.
    pub name: String,
    pub cover: [Cover; 2],
    /// Suggestions that appear and that vanish.
    pub appears: usize,
    pub vanishes: usize,
}

/// How many helpers have how many tasks.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Load {
    /// Helpers with one task, two, and so on; the last column holds those with more as well.
    pub helpers: [usize; LOAD_COLUMNS],
    /// The most tasks of one helper.
    pub most: u32,
    pub tasks: u32,
}

/// Holds what the old and the new rules would have told side by side.
pub(super) fn compare(recording: &Recording, sides: &[Side; 2]) -> Comparison {
    let [old, new] = sides;
    let mut changes = Vec::new();
    let mut same = 0;
    let engaged = [engaged(old), engaged(new)];
    let keys: BTreeSet<&Key> = old.said.keys().chain(new.said.keys()).collect();
    for key in keys {
        let told = [old.said.get(key), new.said.get(key)];
        let (what, why) = match told {
            [Some(before), Some(after)] if before.rank == after.rank => {
                same += 1;
                continue;
            }
            [Some(_), Some(_)] => (What::Moves, None),
            [None, _] => (What::Appears, Some(why(key, old, &engaged[0], recording))),
            [_, None] => (What::Vanishes, Some(why(key, new, &engaged[1], recording))),
        };
        changes.push(Change { key: key.clone(), what, told: told.map(Option::<&Said>::cloned), why });
    }
    changes.sort_by(|a, b| (a.day(), &a.key).cmp(&(b.day(), &b.key)));
    let mut causes: BTreeMap<Cause, [usize; 2]> = BTreeMap::new();
    for change in &changes {
        if let Some(why) = change.why {
            causes.entry(why.cause()).or_default()[usize::from(change.what == What::Vanishes)] += 1;
        }
    }
    let helped = [helped(old), helped(new)];
    let place =
        |_: usize, post: usize| Some(recording.neighbourhoods[recording.posts[post].neighbourhood].name.clone());
    let rows = |name: &dyn Fn(usize, usize) -> Option<String>| rows(sides, &helped, &changes, name);
    Comparison {
        outcomes: outcomes(sides, &helped),
        totals: [0, 1].map(|side| cover(&sides[side], &helped[side])),
        by_category: rows(&|side, post| sides[side].seen[post].needs.first().cloned()),
        by_language: rows(&|side, post| Some(sides[side].seen[post].language.clone())),
        by_neighbourhood: rows(&place),
        load: [load(old, recording), load(new, recording)],
        same,
        causes,
        changes,
    }
}

impl Comparison {
    pub fn count(&self, what: What) -> usize {
        self.changes.iter().filter(|change| change.what == what).count()
    }
}

impl Change {
    /// The day on which it is, or was, told.
    pub fn day(&self) -> Date {
        self.told.iter().flatten().map(|said| said.day).min().unwrap_or_default()
    }

    /// The posts that it speaks of, the one that asks first.
    pub fn posts(&self) -> Vec<usize> {
        self.key.posts()
    }
}

impl Key {
    /// The posts that it speaks of, the one that asks first.
    pub fn posts(&self) -> Vec<usize> {
        match self {
            Self::Suggestion { request, helper } => vec![*request, *helper],
            Self::Exchange(posts) | Self::Group(_, posts) => posts.clone(),
            Self::Crisis(post) | Self::Referral(post, _) | Self::Report(post) => vec![*post],
        }
    }

    /// The posts for whose authors it is help.
    fn helped(&self) -> Vec<usize> {
        match self {
            Self::Suggestion { request, .. } => vec![*request],
            Self::Exchange(posts) | Self::Group(_, posts) => posts.clone(),
            _ => Vec::new(),
        }
    }

    /// The posts whose authors have something to do.
    fn helping(&self) -> Vec<usize> {
        match self {
            Self::Suggestion { helper, .. } => vec![*helper],
            Self::Exchange(posts) => posts.clone(),
            _ => Vec::new(),
        }
    }
}

/// Why `side` does not tell `key`.
fn why(key: &Key, side: &Side, engaged: &HashMap<usize, Date>, recording: &Recording) -> Why {
    let seen = |post: usize| &side.seen[post];
    let pair = |request: usize, helper: usize| {
        let (asks, gives) = (seen(request), seen(helper));
        if !asks.role.asks() {
            Why::Request(asks.role)
        } else if !gives.role.gives() {
            Why::Helper(gives.role)
        } else if !asks.needs.iter().any(|need| gives.gives.contains(need)) {
            Why::OtherHelp
        } else if !side.fits.contains(&(request, helper)) {
            // Whoever was helped before the other came was never judged with them.
            let met = [request, helper].map(|post| recording.posts[post].written.date()).into_iter().max();
            let before = |post: &usize| engaged.get(post).is_some_and(|day| Some(*day) < met);
            if [request, helper].iter().any(before) { Why::OthersFirst } else { Why::NoFit }
        } else {
            Why::OthersFirst
        }
    };
    match key {
        Key::Suggestion { request, helper } => pair(*request, *helper),
        Key::Exchange(posts) => {
            let askers = posts.iter().cycle().skip(1);
            let links = askers.zip(posts).map(|(request, helper)| pair(*request, *helper));
            links.into_iter().find(|why| *why != Why::OthersFirst).unwrap_or(Why::OthersFirst)
        }
        Key::Group(category, posts) => {
            let other = posts.iter().find(|post| !seen(**post).role.asks());
            let main = |post: &usize| seen(*post).needs.first() == Some(category);
            match other {
                Some(post) => Why::Request(seen(*post).role),
                None if posts.iter().all(main) => Why::OthersFirst,
                None => Why::OtherHelp,
            }
        }
        Key::Crisis(post) | Key::Referral(post, _) | Key::Report(post) => Why::Request(seen(*post).role),
    }
}

/// Since when each post waits for an answer, and is not suggested to others who ask.
fn engaged(side: &Side) -> HashMap<usize, Date> {
    let mut engaged: HashMap<usize, Date> = HashMap::new();
    for (key, said) in &side.said {
        for post in key.helped() {
            let since = engaged.entry(post).or_insert(said.day);
            *since = said.day.min(*since);
        }
    }
    engaged
}

/// Who is suggested first for each post that asks, or with whom in a ring or group.
fn helped(side: &Side) -> HashMap<usize, Vec<usize>> {
    let first = side.said.iter().filter(|(_, said)| said.rank == 1);
    first.flat_map(|(key, _)| key.helped().into_iter().map(|post| (post, key.posts()))).collect()
}

fn outcomes(sides: &[Side; 2], helped: &[HashMap<usize, Vec<usize>>; 2]) -> Outcomes {
    let mut outcomes = Outcomes::default();
    for post in 0..sides[0].seen.len() {
        if !sides.iter().any(|side| side.seen[post].role.asks()) {
            continue;
        }
        let count = match [helped[0].get(&post), helped[1].get(&post)] {
            [None, None] => &mut outcomes.without,
            [None, Some(_)] => &mut outcomes.gained,
            [Some(_), None] => &mut outcomes.lost,
            [before, after] if before == after => &mut outcomes.same,
            _ => &mut outcomes.other,
        };
        *count += 1;
    }
    outcomes
}

fn cover(side: &Side, helped: &HashMap<usize, Vec<usize>>) -> Cover {
    let asking = || side.seen.iter().enumerate().filter(|(_, seen)| seen.role.asks());
    Cover { asks: asking().count(), helped: asking().filter(|(post, _)| helped.contains_key(post)).count() }
}

/// The figures of `name`, new ones where there are none yet.
fn row(rows: &mut BTreeMap<String, Row>, name: String) -> &mut Row {
    let fresh = Row { name: name.clone(), cover: [Cover::default(); 2], appears: 0, vanishes: 0 };
    rows.entry(name).or_insert(fresh)
}

/// The figures by what `name` says of a post, as a side sees it; those with the most requests first.
fn rows(
    sides: &[Side; 2],
    helped: &[HashMap<usize, Vec<usize>>; 2],
    changes: &[Change],
    name: &dyn Fn(usize, usize) -> Option<String>,
) -> Vec<Row> {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for (side, helped) in helped.iter().enumerate() {
        for (post, _) in sides[side].seen.iter().enumerate().filter(|(_, seen)| seen.role.asks()) {
            if let Some(name) = name(side, post) {
                let cover = &mut row(&mut rows, name).cover[side];
                cover.asks += 1;
                cover.helped += usize::from(helped.contains_key(&post));
            }
        }
    }
    for change in changes {
        // The side that tells it knows what it is about.
        let side = usize::from(change.what == What::Appears);
        let Some(post) = change.key.helped().first().copied() else { continue };
        let Some(name) = name(side, post) else { continue };
        match change.what {
            What::Appears => row(&mut rows, name).appears += 1,
            What::Vanishes => row(&mut rows, name).vanishes += 1,
            What::Moves => {}
        }
    }
    let mut rows: Vec<Row> = rows.into_values().collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.cover[0].asks.max(row.cover[1].asks)));
    rows
}

/// Tasks are those of whoever is suggested first, and of everybody in a ring.
fn load(side: &Side, recording: &Recording) -> Load {
    let mut tasks: HashMap<&MemberId, u32> = HashMap::new();
    for (key, _) in side.said.iter().filter(|(_, said)| said.rank == 1) {
        for post in key.helping() {
            *tasks.entry(&recording.posts[post].author).or_default() += 1;
        }
    }
    let mut load = Load::default();
    for tasks in tasks.into_values() {
        load.helpers[(tasks as usize).min(LOAD_COLUMNS) - 1] += 1;
        load.most = load.most.max(tasks);
        load.tasks += tasks;
    }
    load
}
