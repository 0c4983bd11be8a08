//! What concierges write back, and what comes of it.

mod people;

use jiff::Timestamp;

use super::answers::{Answer, parse};
use super::compose::{Content, Lapse, MessageKind, Pair, PassedOver, compose};
use super::tell::sentences;
use crate::domain::{Country, MemberId, MunicipalityId, NeighbourhoodId, Private};
use crate::ingest::poll::Place;
use crate::pipeline::CycleError;
use crate::platform::Platform;
use crate::rules::{Reason, RuleModule};
use crate::store::{
    Answering, Outcome, Reply, Store, StoreError, ThreadState, ToldHelper, ToldSuggestion, WaitingAnswer,
};

/// The most pages of messages in one cycle.
const MAX_PAGES_PER_CYCLE: u32 = 20;
/// Answers that are taken from the store in one go.
const MAX_BATCH: u32 = 100;

/// What acting upon answers changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Handled {
    /// How many answers there were.
    pub answers: u32,
    /// Neighbourhoods that are to be matched afresh.
    pub reopened: Vec<NeighbourhoodId>,
}

/// Keeps what concierges have written since the last time, the cursor with each page.
pub async fn receive<P: Platform>(
    platform: &P,
    store: &Store,
    municipality: &MunicipalityId,
    place: &mut Place,
) -> Result<(), CycleError> {
    for _ in 0..MAX_PAGES_PER_CYCLE {
        let answer = platform.incoming(place.cursor.as_ref(), place.etag.as_deref()).await;
        if let Err(error) = &answer
            && place.forget_if_rejected(error)
        {
            tracing::warn!(%municipality, "the platform does not know the inbox cursor of `{municipality}` any more; reading from the start");
            continue;
        }
        let Some(page) = place.news(answer?) else { break };
        for entry in &page.set_aside {
            tracing::warn!(%municipality, reason = entry.reason, "set aside a message to `{municipality}`: {}", entry.reason);
        }
        store.save_incoming(municipality, &page.items, &page.next).await?;
        place.advance(page.next);
        if !page.has_more {
            break;
        }
    }
    Ok(())
}

/// The rules that are in force: they know the sentences of their own reasons only.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The module.
    pub module: &'a RuleModule,
    /// What suggestions of these rules carry.
    pub key: &'a str,
}

/// Acts upon every answer that waits, each in one transaction, and adds what that changed to `handled`.
pub async fn act(
    store: &Store,
    municipality: &MunicipalityId,
    country: Country,
    rules: Rules<'_>,
    now: Timestamp,
    handled: &mut Handled,
) -> Result<(), CycleError> {
    loop {
        let waiting = store.waiting_answers(municipality, MAX_BATCH).await?;
        if waiting.is_empty() {
            return Ok(());
        }
        for answer in waiting {
            let reopened = act_upon(store, municipality, country, rules, answer, now).await?;
            handled.answers += 1;
            handled.reopened.extend(reopened);
        }
    }
}

/// Acts upon one answer. Gives the neighbourhoods that are to be matched afresh.
async fn act_upon(
    store: &Store,
    municipality: &MunicipalityId,
    country: Country,
    rules: Rules<'_>,
    answer: WaitingAnswer,
    now: Timestamp,
) -> Result<Vec<NeighbourhoodId>, StoreError> {
    let language = answer.language;
    let meaning = parse(answer.text.reveal());
    let mut answering = store.answering(municipality, answer).await?;
    let thread = answering.thread().await?;
    let told = told(&mut answering, meaning, thread).await?;
    let apart = keeps_apart(&mut answering, &told).await?;
    let write = |content: &Content<'_>| {
        let kind = content.kind().as_str();
        Some(Reply { kind, text: compose(language, country, content) })
    };
    let (outcome, reply) = match (meaning, &told) {
        (Answer::Stop, _) => (Outcome::Paused(true), write(&Content::Paused)),
        (Answer::Start, _) => (Outcome::Paused(false), write(&Content::Resumed)),
        (Answer::Unclear, _) if thread.helped => (Outcome::Nothing, None),
        (Answer::Unclear, _) => (Outcome::Helped, write(&Content::Help)),
        (_, About::Nothing) => (Outcome::Nothing, write(&Content::NothingOpen)),
        (_, About::Unknown { number, open }) => {
            (Outcome::Nothing, write(&Content::UnknownNumber { number: *number, open }))
        }
        (Answer::Certificate { place, seen, .. }, About::Suggestion(number, told)) => {
            people::note_certificate(told, *number, place, seen, &write)
        }
        (Answer::Apart { places, apart, .. }, About::Suggestion(number, told)) => {
            people::note_apart(told, *number, places, apart, &write)
        }
        (Answer::Explain(_), About::Suggestion(number, told)) if told.is_about_certificate() => {
            (Outcome::Nothing, people::certificate_waits(told, *number, false, &write))
        }
        (Answer::Explain(_), About::Suggestion(number, told)) => {
            (Outcome::Nothing, explain(rules, *number, told, language, &write))
        }
        (_, About::Suggestion(number, told)) if told.state == "lapsed" || !told.is_whole() => {
            (Outcome::Nothing, write(&Content::Lapsed { number: *number, gone: told.lapse() }))
        }
        (_, About::Suggestion(number, told)) if told.state != "open" => {
            (Outcome::Nothing, write(&Content::AlreadyDecided { number: *number }))
        }
        (Answer::Accept(_), About::Suggestion(number, told)) if told.is_about_certificate() => {
            (Outcome::Nothing, people::certificate_waits(told, *number, false, &write))
        }
        (Answer::Accept(_), About::Suggestion(number, _)) if apart => {
            (Outcome::Nothing, write(&Content::Lapsed { number: *number, gone: Lapse::Apart }))
        }
        (Answer::Accept(_), About::Suggestion(number, told)) => {
            let names = told.names();
            (Outcome::Accepted(told.id.clone()), write(&Content::Accepted { number: *number, names: &names }))
        }
        (Answer::Decline(_), About::Suggestion(number, told)) if told.is_about_certificate() => {
            (Outcome::Declined(told.id.clone()), people::certificate_waits(told, *number, true, &write))
        }
        (Answer::Decline(_), About::Suggestion(number, told)) => {
            // Nobody else can stand in for one of those who help each other.
            let search_goes_on = told.kind == MessageKind::Suggestion.as_str();
            let content = Content::Declined { number: *number, search_goes_on };
            (Outcome::Declined(told.id.clone()), write(&content))
        }
    };
    answering.commit(outcome, reply, now).await
}

/// Whether those whom the suggestion brings together are kept apart: until the next cycle it may still be open.
async fn keeps_apart(answering: &mut Answering, about: &About) -> Result<bool, StoreError> {
    let About::Suggestion(_, told) = about else { return Ok(false) };
    let members: Vec<&MemberId> = told.asker.iter().chain(told.helpers().map(|helper| &helper.member)).collect();
    for (i, one) in members.iter().enumerate() {
        for other in &members[i + 1..] {
            if answering.kept_apart(one, other).await? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// What an answer is about.
enum About {
    /// A suggestion, with the number that the concierge knows.
    Suggestion(u32, Box<ToldSuggestion>),
    /// A number that was never given out, with those that wait for an answer.
    Unknown { number: u32, open: Vec<u32> },
    /// No number, and nothing waits.
    Nothing,
}

/// Finds the suggestion that the answer names, else the newest that waits for a decision.
async fn told(answering: &mut Answering, answer: Answer, thread: ThreadState) -> Result<About, StoreError> {
    let named = match answer {
        Answer::Accept(number)
        | Answer::Decline(Some(number))
        | Answer::Explain(Some(number))
        | Answer::Certificate { number, .. }
        | Answer::Apart { number, .. } => Some(number),
        Answer::Decline(None) | Answer::Explain(None) => thread.newest_open,
        Answer::Stop | Answer::Start | Answer::Unclear => None,
    };
    let Some(number) = named else { return Ok(About::Nothing) };
    Ok(match answering.told(number).await? {
        Some(told) => About::Suggestion(number, Box::new(told)),
        None => About::Unknown { number, open: answering.open_numbers().await? },
    })
}

fn explain(
    rules: Rules<'_>,
    number: u32,
    told: &ToldSuggestion,
    language: crate::domain::Language,
    write: &impl Fn(&Content<'_>) -> Option<Reply>,
) -> Option<Reply> {
    let Some(request) = told.request.as_ref().filter(|_| told.is_whole()) else {
        let group = told.kind == MessageKind::Group.as_str();
        return write(&if group { Content::Help } else { Content::Lapsed { number, gone: Lapse::Request } });
    };
    let manifest = rules.module.manifest();
    let ours = told.rules == rules.key;
    let sentences = |reasons: &str| {
        let reasons: Vec<Reason> = if ours { serde_json::from_str(reasons).unwrap_or_default() } else { Vec::new() };
        sentences(manifest, &reasons, language)
    };
    // In a ring the one who asks helps too: each the next one, and the last the first.
    let ring = told.kind == MessageKind::Exchange.as_str();
    let first = ring.then(|| (&request.name, sentences(&told.asker_reasons)));
    let helpers = told.helpers.iter().take(told.members());
    let helpers = helpers.filter_map(|helper| Some((&helper.voice.as_ref()?.name, sentences(&helper.reasons))));
    let helping: Vec<(&Private, Vec<String>)> = first.into_iter().chain(helpers).collect();
    let next = helping.iter().cycle().skip(1).map(|(name, _)| *name);
    let asking = next.map(|next| if ring { next } else { &request.name });
    let pairs: Vec<Pair<'_>> =
        helping.iter().zip(asking).map(|((helper, reasons), request)| Pair { request, helper, reasons }).collect();
    let passed_over = told
        .passed_over
        .as_ref()
        .and_then(|(voice, cause)| Some(PassedOver { name: &voice.name, cause: serde_json::from_str(cause).ok()? }));
    let score = told.helpers.first()?.score;
    write(&Content::Explained { number, pairs: &pairs, score, passed_over })
}

impl ToldSuggestion {
    /// Whether the posts of all whom it brings together are still there. Alternates do not count.
    fn is_whole(&self) -> bool {
        let asked = self.asker.is_none() || self.request.is_some();
        asked && self.helpers().all(|helper| helper.voice.is_some())
    }

    /// Everybody whom it brings together: alternates stay out of it.
    fn names(&self) -> Vec<&Private> {
        let helpers = self.helpers().filter_map(|helper| helper.voice.as_ref());
        self.request.iter().chain(helpers).map(|voice| &voice.name).collect()
    }

    fn helpers(&self) -> impl Iterator<Item = &ToldHelper> {
        self.helpers.iter().take(self.members())
    }

    /// How many of the helpers it brings together.
    fn members(&self) -> usize {
        if self.kind == MessageKind::Suggestion.as_str() { 1 } else { self.helpers.len() }
    }

    fn is_about_certificate(&self) -> bool {
        self.kind == MessageKind::Certificate.as_str()
    }

    /// Why it no longer holds.
    fn lapse(&self) -> Lapse {
        let kept = self.cause.as_deref().and_then(Lapse::from_word);
        kept.unwrap_or(if self.request.is_some() || self.is_about_certificate() {
            Lapse::Helper
        } else {
            Lapse::Request
        })
    }
}
