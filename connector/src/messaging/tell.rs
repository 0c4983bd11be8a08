//! From a plan to what each concierge is told: the rows to store, and how to write each message once its number is
//! known.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use serde::Serialize;

use super::compose::{Check, Content, FirstCheck, Helper, Lapse, Member, MessageKind, PassedOver, Voice, compose};
use super::services::{Referral, ReferralKind, Services};
use crate::domain::{Concierge, Country, Language, LocalTime, MemberId, MunicipalityId, PostId, Private};
use crate::matching::past::{self, LapseCause};
use crate::matching::{self, Group, OpenPost, Pairing, Plan, Ring, Safeguards};
use crate::rules::{HostReading, Manifest, Reason, Reserved};
use crate::store::{self, Lapsed, NewHelper, NewSuggestion, Recipient, digest};

/// All that messages about one neighbourhood are made of.
#[derive(Debug)]
pub struct Teller<'a> {
    /// The municipality.
    pub municipality: &'a MunicipalityId,
    /// Decides on help lines, certificates and wording.
    pub country: Country,
    /// Where its clocks are.
    pub time_zone: &'a TimeZone,
    /// What the indices of readings and reasons mean.
    pub manifest: &'a Manifest,
    /// Whom to tell.
    pub concierges: &'a [Concierge],
    /// The posts that were matched.
    pub posts: &'a HashMap<PostId, OpenPost>,
    /// What messages show of the posts that the plan names.
    pub voices: &'a HashMap<PostId, store::Voice>,
    /// What was told before.
    pub told: &'a [store::Told],
    /// What concierges noted about people.
    pub safeguards: &'a Safeguards,
    /// The municipality's own services.
    pub services: &'a Services,
}

/// How often the same is suggested when it was taken back each time, because somebody withdrew and came back.
const MAX_ROUNDS: usize = 4;

impl Teller<'_> {
    /// What the plan tells, the most pressing first. A post that has gone since it was matched is not spoken of.
    pub fn suggestions<'t>(&'t self, plan: &'t Plan) -> Vec<NewSuggestion<'t>> {
        let crises = plan.crises.iter().filter_map(|post| self.single(MessageKind::Crisis, post, None));
        let pairings = plan.suggestions.iter().filter_map(|pairing| self.pairing(pairing));
        let rings = plan.exchanges.iter().filter_map(|ring| self.ring(ring));
        let groups = plan.groups.iter().filter_map(|group| self.group(group));
        let referrals = plan
            .referrals
            .iter()
            .filter_map(|(post, kind)| self.single(MessageKind::Referral, post, Some(ReferralKind::from_id(kind))));
        let reports = plan.reports.iter().filter_map(|post| self.single(MessageKind::Report, post, None));
        let certificates = plan.certificates.iter().filter_map(|(helper, request)| self.certificate(helper, request));
        let pairs = pairings.chain(rings).chain(groups).chain(certificates);
        crises.chain(pairs).chain(referrals).chain(reports).collect()
    }

    /// How to say that open suggestions no longer hold.
    pub fn lapsed<'t>(&'t self, lapsed: &'t [past::Lapse]) -> Vec<Lapsed<'t>> {
        let told = lapsed.iter().map(|lapse| {
            let gone = match lapse.cause {
                LapseCause::Request => Lapse::Request,
                LapseCause::Helper => Lapse::Helper,
                LapseCause::Apart => Lapse::Apart,
                LapseCause::Certificate => Lapse::Certificate,
            };
            let recipients = self.recipients(move |_, number, write| write(&Content::Lapsed { number, gone }));
            Lapsed { suggestion: lapse.suggestion.clone(), cause: gone.as_str(), recipients }
        });
        told.collect()
    }

    fn pairing<'t>(&'t self, pairing: &'t Pairing) -> Option<NewSuggestion<'t>> {
        let request = self.post(&pairing.request)?;
        let helpers: Vec<(&matching::Helper, &OpenPost)> =
            pairing.helpers.iter().filter_map(|helper| Some((helper, self.post(&helper.post)?))).collect();
        let first = helpers.first()?.1;
        self.voices.get(&request.id)?;
        let category = shared_category(&request.reading, &first.reading)?;
        let first_check = pairing.first_check.then(|| self.check(request, first)).flatten();
        let new_helpers =
            helpers.iter().map(|(helper, post)| new_helper(post, helper.score, &helper.reasons)).collect();
        let recipients = self.recipients(move |language, number, write| {
            let reasons: Vec<Vec<String>> =
                pairing.helpers.iter().map(|helper| self.sentences(&helper.reasons, language)).collect();
            let voices = pairing
                .helpers
                .iter()
                .zip(&reasons)
                .filter_map(|(helper, reasons)| Some(Helper { voice: self.voice(&helper.post)?, reasons }));
            let voices: Vec<Helper<'_>> = voices.collect();
            let (Some(request_voice), Some((helper, alternates))) = (self.voice(&request.id), voices.split_first())
            else {
                return Private::default();
            };
            write(&Content::Suggestion {
                number,
                request: request_voice,
                need: self.label(category, language),
                helper: *helper,
                alternates,
                passed_over: pairing.passed_over.as_ref().and_then(|other| self.passed_over(other)),
                first_check,
                urgent: request.reading.reading.urgent,
                referral: pairing.referral.as_deref().map(|kind| self.referral(ReferralKind::from_id(kind))),
            })
        });
        let row = self.row(MessageKind::Suggestion, Some(request), new_helpers, recipients)?;
        let passed_over = pairing.passed_over.as_ref().filter(|other| self.voices.contains_key(&other.post));
        Some(NewSuggestion { passed_over: passed_over.map(|other| (other.post.clone(), json(&other.cause))), ..row })
    }

    /// The oldest post stands as the request, and the others as its helpers, in the order of the ring.
    fn ring<'t>(&'t self, ring: &'t Ring) -> Option<NewSuggestion<'t>> {
        let posts: Vec<&OpenPost> = ring.posts.iter().map(|post| self.post(post)).collect::<Option<_>>()?;
        posts.iter().all(|post| self.voices.contains_key(&post.id)).then_some(())?;
        let (first, others) = posts.split_first()?;
        let (first_reasons, reasons) = ring.reasons.split_first()?;
        let helpers = others.iter().zip(reasons).map(|(post, reasons)| new_helper(post, ring.score, reasons));
        let helpers = helpers.collect();
        let request = *first;
        let all_or_nothing = posts.len() > 2 || posts.iter().any(|post| post.reading.reading.conditional);
        let recipients = self.recipients(move |language, number, write| {
            let members = posts.iter().enumerate().filter_map(|(i, post)| {
                let next = posts[(i + 1) % posts.len()];
                let previous = posts[(i + posts.len() - 1) % posts.len()];
                let check = ring.first_checks[i].then(|| self.check(next, post)).flatten();
                Some(Member {
                    voice: self.voice(&post.id)?,
                    need: self.label(shared_category(&post.reading, &previous.reading)?, language),
                    give: self.label(shared_category(&next.reading, &post.reading)?, language),
                    first_check: check,
                })
            });
            write(&Content::Exchange { number, members: &members.collect::<Vec<_>>(), all_or_nothing })
        });
        let row = self.row(MessageKind::Exchange, Some(request), helpers, recipients)?;
        Some(NewSuggestion { asker_reasons: json(first_reasons), ..row })
    }

    /// Nobody in a group asks alone: all of them stand as helpers of each other.
    fn group<'t>(&'t self, group: &'t Group) -> Option<NewSuggestion<'t>> {
        let posts: Vec<&OpenPost> = group.posts.iter().map(|post| self.post(post)).collect::<Option<_>>()?;
        let helpers = posts.iter().map(|post| new_helper(post, 0, &[])).collect();
        let recipients = self.recipients(move |language, number, write| {
            let members: Vec<Voice<'_>> = group.posts.iter().filter_map(|post| self.voice(post)).collect();
            write(&Content::Group { number, need: self.label(group.category, language), members: &members })
        });
        self.row(MessageKind::Group, None, helpers, recipients)
    }

    /// The request that this helper could meet is not spoken of: nobody is suggested yet.
    fn certificate<'t>(&'t self, helper: &PostId, request: &PostId) -> Option<NewSuggestion<'t>> {
        let (helper, request) = (self.post(helper)?, self.post(request)?);
        self.voices.get(&helper.id)?;
        let matter = first_check(&request.reading, &helper.reading)?;
        let recipients = self.recipients(move |_, number, write| {
            let Some(helper) = self.voice(&helper.id) else { return Private::default() };
            write(&Content::Certificate { number, helper, matter })
        });
        self.row(MessageKind::Certificate, None, vec![new_helper(helper, 0, &[])], recipients)
    }

    fn single<'t>(
        &'t self,
        kind: MessageKind,
        post: &'t PostId,
        referral: Option<ReferralKind>,
    ) -> Option<NewSuggestion<'t>> {
        let open = self.post(post)?;
        self.voices.get(post)?;
        let recipients = self.recipients(move |_, _, write| {
            let Some(voice) = self.voice(post) else { return Private::default() };
            write(&match (kind, referral) {
                (MessageKind::Crisis, _) => Content::Crisis { voice },
                (_, Some(kind)) => Content::Referral { request: voice, to: self.referral(kind) },
                _ => Content::Report { voice, department: self.services.department(voice.title, voice.text) },
            })
        });
        self.row(kind, Some(open), Vec::new(), recipients)
    }

    fn row<'t>(
        &self,
        kind: MessageKind,
        request: Option<&OpenPost>,
        helpers: Vec<NewHelper>,
        recipients: Vec<Recipient<'t>>,
    ) -> Option<NewSuggestion<'t>> {
        let asks = request.map_or("", |post| post.id.as_str());
        let named: Vec<&str> = helpers.iter().map(|helper| helper.post.as_str()).collect();
        let readings = request.into_iter().chain(helpers.iter().filter_map(|helper| self.post(&helper.post)));
        let readings: Vec<String> = readings.map(|post| past::freeze(&post.reading)).collect();
        // Told anew after it was taken back, the same content is another suggestion; told twice, it is one.
        let same = |told: &&store::Told| {
            told.kind == kind.as_str()
                && told.request.as_ref().map_or("", PostId::as_str) == asks
                && told.helpers.iter().map(|(post, _)| post.as_str()).eq(named.iter().copied())
        };
        let round = self.told.iter().filter(same).filter(|told| told.state == "lapsed").count();
        if round >= MAX_ROUNDS {
            return None;
        }
        let round = round.to_string();
        Some(NewSuggestion {
            id: digest(&[&[self.municipality.as_str(), kind.as_str(), &round, asks], named.as_slice()].concat()),
            kind: kind.as_str(),
            request: request.map(|post| post.id.clone()),
            asker: request.map(|post| post.author.clone()),
            numbered: kind.is_answered(),
            inputs: digest(&readings.iter().map(String::as_str).collect::<Vec<_>>()),
            helpers,
            asker_reasons: json::<[Reason]>(&[]),
            passed_over: None,
            recipients,
        })
    }

    /// One recipient for each concierge, who is written to in her own language.
    fn recipients<'t>(
        &'t self,
        content: impl Fn(Language, u32, &dyn Fn(&Content<'_>) -> Private) -> Private + Clone + Send + Sync + 't,
    ) -> Vec<Recipient<'t>> {
        let recipient = |concierge: &'t Concierge| {
            let content = content.clone();
            let compose = move |number| {
                content(concierge.language, number, &|content| compose(concierge.language, self.country, content))
            };
            Recipient { concierge: MemberId::new(concierge.id.as_str()), compose: Box::new(compose) }
        };
        self.concierges.iter().map(recipient).collect()
    }

    fn post(&self, id: &PostId) -> Option<&OpenPost> {
        self.posts.get(id)
    }

    fn voice(&self, id: &PostId) -> Option<Voice<'_>> {
        let voice = self.voices.get(id)?;
        Some(Voice {
            name: &voice.name,
            title: voice.title.as_ref(),
            text: &voice.text,
            written: LocalTime::of(voice.created_at, self.time_zone),
        })
    }

    fn passed_over(&self, other: &matching::PassedOver) -> Option<PassedOver<'_>> {
        Some(PassedOver { name: &self.voices.get(&other.post)?.name, cause: other.cause })
    }

    /// What to make sure of before `helper` helps, and whether the certificate was seen.
    fn check(&self, request: &OpenPost, helper: &OpenPost) -> Option<Check> {
        let matter = first_check(&request.reading, &helper.reading)?;
        Some(Check { matter, seen: self.safeguards.certified(&helper.author) })
    }

    fn referral(&self, kind: ReferralKind) -> Referral<'_> {
        Referral { kind, partner: self.services.partner(kind) }
    }

    fn label(&self, category: u16, language: Language) -> &str {
        let category = self.manifest.categories.get(usize::from(category));
        category.map_or("", |category| category.labels.get(language).unwrap_or(&category.id))
    }

    fn sentences(&self, reasons: &[Reason], language: Language) -> Vec<String> {
        sentences(self.manifest, reasons, language)
    }
}

/// The sentences of `reasons`, with their arguments filled in.
pub fn sentences(manifest: &Manifest, reasons: &[Reason], language: Language) -> Vec<String> {
    let sentence = |reason: &Reason| {
        let code = manifest.reasons.get(usize::from(reason.code))?;
        let mut sentence = code.sentences.get(language)?.to_owned();
        for (i, argument) in reason.arguments.iter().enumerate() {
            sentence = sentence.replace(&format!("{{{i}}}"), &argument.to_string());
        }
        Some(sentence)
    };
    reasons.iter().filter_map(sentence).collect()
}

/// The most important thing that one asks and the other gives.
fn shared_category(request: &HostReading, helper: &HostReading) -> Option<u16> {
    let gives = |category: u16| helper.reading.gives.iter().any(|given| given.category == category);
    let needs = &request.reading.needs;
    needs.iter().find(|need| gives(need.category)).or_else(|| needs.first()).map(|need| need.category)
}

/// What to do first: the strictest check that both sides touch.
fn first_check(request: &HostReading, helper: &HostReading) -> Option<FirstCheck> {
    let seen = request.protection.needs.iter().chain(&helper.protection.gives);
    seen.min().map(|reserved| match reserved {
        Reserved::Childcare => FirstCheck::Childcare,
        Reserved::Care => FirstCheck::Care,
        Reserved::Company => FirstCheck::Company,
    })
}

fn new_helper(post: &OpenPost, score: u16, reasons: &[Reason]) -> NewHelper {
    NewHelper { post: post.id.clone(), author: post.author.clone(), score, reasons: json(reasons) }
}

fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
