//! Why each request got what it got: for people who try out rules. Production plans without it.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use jiff::Span;
use jiff::civil::Date;

use super::{OpenPost, Plan, Ranking, assess, candidates, eligible};
use crate::domain::{LocalTime, PostId};
use crate::rules::{self, Reason, RuleError, Slot, Verdict};

/// One request with everybody who gives something of what it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The post that asks.
    pub request: PostId,
    /// Why nobody is sought for it, when that is so.
    pub silence: Option<Silence>,
    /// Those who share a category with it, in this order: who is suggested, who fits, who does not.
    pub candidates: Vec<Candidate>,
}

/// Why nobody is sought for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// An emergency is never paired.
    Crisis,
    /// Its text says that it is solved or withdrawn.
    Closed,
    /// Its time is over.
    Expired,
    /// It is in an open or accepted suggestion.
    Engaged,
}

/// Somebody who shares a category with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The post with the offer.
    pub helper: PostId,
    /// What the rules said, 0 to 1000; none when they refused or were not asked.
    pub score: Option<u16>,
    /// What they gave as reasons.
    pub reasons: Vec<Reason>,
    /// What came of it.
    pub fate: Fate,
}

/// What came of a candidate. The order is that of [`Explanation::candidates`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Suggested first.
    First,
    /// Named beside the first.
    Alternate,
    /// Helps in a ring of people who help each other.
    Exchange,
    /// Fits; others are named before them.
    Further,
    /// Fits; suggested for another request.
    Elsewhere,
    /// Fits; in a ring with others.
    OtherExchange,
    /// Fits; the one who asks is in a ring.
    AskerInExchange,
    /// Fits; the one who asks is in a group.
    AskerInGroup,
    /// Fits; gives only if their own need is met, and no ring could be made.
    Condition,
    /// Fits; has had as many tasks as one helper gets in four weeks.
    Cap,
    /// Fits; a concierge has to see their certificate first.
    Certificate,
    /// The score is below the threshold.
    Threshold,
    /// The rules refuse, and the times that both name do not meet.
    Times,
    /// The rules refuse.
    Refused,
    /// Too many others share more: the rules were not asked.
    Crowded,
    /// The same person wrote both.
    SameAuthor,
    /// A concierge keeps these two apart.
    Apart,
    /// A concierge declined this pair.
    Declined,
    /// The offer's post is an emergency.
    Crisis,
    /// The offer's text says that it no longer stands.
    Closed,
    /// The offer's time is over.
    Expired,
    /// The offer is in an open or accepted suggestion.
    Engaged,
}

impl Fate {
    /// Whether the concierge is told of the candidate.
    pub fn is_suggested(self) -> bool {
        self <= Self::Exchange
    }
}

impl Ranking<'_> {
    /// Explains every request, the oldest first. `plan` is that of this ranking; `now` and `assess` are those that made
    /// it, and the rules are asked once more: the ranking itself keeps only who fits.
    pub fn explain(
        &self,
        plan: &Plan,
        now: LocalTime,
        assess: impl FnMut(&[rules::Question<'_>]) -> Result<Vec<Vec<Verdict>>, RuleError>,
    ) -> Result<Vec<Explanation>, RuleError> {
        let questions = candidates::find(&self.posts, &self.roles, None, self.history, self.limits, self.manifest);
        let mut verdicts = HashMap::new();
        assess::verdicts(&self.posts, &questions, now, self.history, assess, |question, answers| {
            let pairs = question.helpers.iter().map(|helper| (question.request, *helper));
            verdicts.extend(pairs.zip(answers));
        })?;
        let explaining = Explaining { ranking: self, verdicts, told: Planned::of(plan) };
        let asks = (0..self.posts.len()).filter(|i| eligible::asks(&self.posts[*i].reading.reading));
        Ok(asks.map(|request| explaining.request(request)).collect())
    }
}

/// The parts of a plan, by post.
struct Planned<'a> {
    first: HashSet<(&'a PostId, &'a PostId)>,
    alternates: HashSet<(&'a PostId, &'a PostId)>,
    first_helpers: HashSet<&'a PostId>,
    /// Each link of a ring: who asks, and who helps them.
    links: HashSet<(&'a PostId, &'a PostId)>,
    in_ring: HashSet<&'a PostId>,
    in_group: HashSet<&'a PostId>,
}

impl<'a> Planned<'a> {
    fn of(plan: &'a Plan) -> Self {
        let helpers = |first: bool| {
            plan.suggestions.iter().flat_map(move |pairing| {
                let helpers = pairing.helpers.iter().enumerate().filter(move |(at, _)| (*at == 0) == first);
                helpers.map(|(_, helper)| (&pairing.request, &helper.post))
            })
        };
        let links = plan.exchanges.iter().flat_map(|ring| {
            let asks = ring.posts.iter().cycle().skip(1);
            asks.zip(&ring.posts)
        });
        Self {
            first: helpers(true).collect(),
            alternates: helpers(false).collect(),
            first_helpers: helpers(true).map(|(_, helper)| helper).collect(),
            links: links.collect(),
            in_ring: plan.exchanges.iter().flat_map(|ring| &ring.posts).collect(),
            in_group: plan.groups.iter().flat_map(|group| &group.posts).collect(),
        }
    }
}

struct Explaining<'a> {
    ranking: &'a Ranking<'a>,
    verdicts: HashMap<(usize, usize), Verdict>,
    told: Planned<'a>,
}

impl Explaining<'_> {
    fn request(&self, request: usize) -> Explanation {
        let posts = &self.ranking.posts;
        let silence = self.silence(request);
        let others = (0..posts.len()).filter(|helper| *helper != request && silence.is_none());
        let mut candidates: Vec<_> = others
            .filter(|helper| eligible::helps(&posts[*helper].reading.reading) && share(posts[request], posts[*helper]))
            .map(|helper| self.candidate(request, helper))
            .collect();
        candidates.sort_by_key(|candidate| (candidate.fate, Reverse(candidate.score)));
        Explanation { request: posts[request].id.clone(), silence, candidates }
    }

    fn silence(&self, request: usize) -> Option<Silence> {
        let post = self.ranking.posts[request];
        if post.reading.protection.crisis {
            Some(Silence::Crisis)
        } else if post.reading.protection.closed {
            Some(Silence::Closed)
        } else if self.ranking.expired[request] {
            Some(Silence::Expired)
        } else {
            self.ranking.history.engaged.contains(&post.id).then_some(Silence::Engaged)
        }
    }

    fn candidate(&self, request: usize, helper: usize) -> Candidate {
        let verdict = self.verdicts.get(&(request, helper));
        Candidate {
            helper: self.ranking.posts[helper].id.clone(),
            score: verdict.and_then(|verdict| verdict.score),
            reasons: verdict.map(|verdict| verdict.reasons.clone()).unwrap_or_default(),
            fate: self.veto(request, helper).unwrap_or_else(|| self.fate(request, helper, verdict)),
        }
    }

    /// The veto of the host that kept the rules from being asked.
    fn veto(&self, request: usize, helper: usize) -> Option<Fate> {
        let Ranking { posts, history, expired, .. } = self.ranking;
        let (asker, offer) = (posts[request], posts[helper]);
        let protection = &offer.reading.protection;
        let vetoes = [
            (asker.author == offer.author, Fate::SameAuthor),
            (protection.crisis, Fate::Crisis),
            (protection.closed, Fate::Closed),
            (expired[helper], Fate::Expired),
            (history.engaged.contains(&offer.id), Fate::Engaged),
            (history.safeguards.apart(&asker.author, &offer.author), Fate::Apart),
            (!eligible::may_meet(asker, offer, history), Fate::Declined),
        ];
        vetoes.into_iter().find_map(|(holds, fate)| holds.then_some(fate))
    }

    fn fate(&self, request: usize, helper: usize, verdict: Option<&Verdict>) -> Fate {
        let Ranking { posts, history, limits, .. } = self.ranking;
        let (asker, offer) = (posts[request], posts[helper]);
        let Some(verdict) = verdict else { return Fate::Crowded };
        let Some(score) = verdict.score else {
            return if may_be_the_times(asker, offer) { Fate::Times } else { Fate::Refused };
        };
        let pair = (&asker.id, &offer.id);
        let told = &self.told;
        if score < limits.minimum_score && !told.alternates.contains(&pair) {
            return Fate::Threshold;
        }
        let uncertified = |ranked: &&super::Ranked| ranked.request == request;
        let uncertified = self.ranking.uncertified.iter().filter(uncertified).flat_map(|ranked| &ranked.choices);
        let fates = [
            (told.first.contains(&pair), Fate::First),
            (told.alternates.contains(&pair), Fate::Alternate),
            (told.links.contains(&pair), Fate::Exchange),
            (uncertified.into_iter().any(|choice| choice.helper == helper), Fate::Certificate),
            (told.in_ring.contains(&asker.id), Fate::AskerInExchange),
            (told.in_group.contains(&asker.id), Fate::AskerInGroup),
            (offer.reading.reading.conditional, Fate::Condition),
            (told.in_ring.contains(&offer.id), Fate::OtherExchange),
            (eligible::load_of(offer, history) >= limits.tasks_per_helper, Fate::Cap),
            (told.first_helpers.contains(&offer.id), Fate::Elsewhere),
        ];
        fates.into_iter().find_map(|(holds, fate)| holds.then_some(fate)).unwrap_or(Fate::Further)
    }
}

/// Whether the second gives something that the first needs.
fn share(request: &OpenPost, helper: &OpenPost) -> bool {
    let gives = &helper.reading.reading.gives;
    request.reading.reading.needs.iter().any(|need| gives.iter().any(|give| give.category == need.category))
}

/// Whether both name times and none of them meet.
fn may_be_the_times(request: &OpenPost, helper: &OpenPost) -> bool {
    let (wanted, given) = (&request.reading.reading.slots, &helper.reading.reading.slots);
    let day = |post: &OpenPost, slot: &Slot| -> Option<Date> {
        let ahead = Span::new().days(i64::from(slot.days_ahead?));
        Some(post.written.0.date().saturating_add(ahead))
    };
    let meet = |want: &Slot, give: &Slot| {
        let dates = (day(request, want), day(helper, give));
        want.weekday == give.weekday
            && want.from_minute.max(give.from_minute) < want.to_minute.min(give.to_minute)
            && !matches!(dates, (Some(want), Some(give)) if want != give)
    };
    !wanted.is_empty() && !given.is_empty() && !wanted.iter().any(|want| given.iter().any(|give| meet(want, give)))
}
