//! What a neighbourhood's concierge should be told, and what explains it.

use serde::{Deserialize, Serialize};

use crate::domain::PostId;
use crate::rules::Reason;

/// What the concierge of one neighbourhood should be told now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Requests with those who may help.
    pub suggestions: Vec<Pairing>,
    /// People who can help each other.
    pub exchanges: Vec<Ring>,
    /// People who can act together.
    pub groups: Vec<Group>,
    /// Emergencies that were not told yet.
    pub crises: Vec<PostId>,
    /// Posts for somebody other than a neighbour, with the kind of referral, that were not told yet.
    pub referrals: Vec<(PostId, String)>,
    /// Reports of the public space that were not told yet.
    pub reports: Vec<PostId>,
    /// Offers of helpers whose certificate the concierge is to be asked for, each with a request that they could help;
    /// the request is not to be shown.
    pub certificates: Vec<(PostId, PostId)>,
}

impl Plan {
    /// Every post that the plan speaks of.
    pub fn posts(&self) -> impl Iterator<Item = &PostId> {
        let pairings = self.suggestions.iter();
        let suggested = pairings.flat_map(|p| {
            let helpers = p.helpers.iter().map(|helper| &helper.post);
            std::iter::once(&p.request).chain(helpers).chain(p.passed_over.iter().map(|other| &other.post))
        });
        let together =
            self.exchanges.iter().flat_map(|ring| &ring.posts).chain(self.groups.iter().flat_map(|g| &g.posts));
        let single = self.crises.iter().chain(&self.reports).chain(self.referrals.iter().map(|(post, _)| post));
        let certificates = self.certificates.iter().map(|(helper, _)| helper);
        suggested.chain(together).chain(single).chain(certificates)
    }
}

/// A request with those who may help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairing {
    /// The request.
    pub request: PostId,
    /// The suggested helper first, then alternates; never empty.
    pub helpers: Vec<Helper>,
    /// Who suits better than the suggested helper, or was suggested before them.
    pub passed_over: Option<PassedOver>,
    /// Whether the concierge should make sure of the helper first (childcare, care, company).
    pub first_check: bool,
    /// The kind of referral to name in the same message; none when it was told before.
    pub referral: Option<String>,
}

/// Somebody who may help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Helper {
    /// The post with the offer.
    pub post: PostId,
    /// 0 to 1000.
    pub score: u16,
    /// Why, the most telling first.
    pub reasons: Vec<Reason>,
}

/// Somebody who is not suggested first although the concierge might expect it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// The post with the offer.
    pub post: PostId,
    /// Why not.
    pub cause: Cause,
}

/// Why somebody who suits better is not suggested first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cause {
    /// So many tasks in the last four weeks: no more, or others first.
    Tasks(u16),
    /// Suggested for somebody else today.
    Elsewhere,
    /// In an exchange that is suggested today.
    Exchange,
    /// Gives only if their own need is met.
    Condition,
    /// The suggested helper has helped this person before.
    Familiar,
    /// A concierge said no to them for this request.
    Declined,
}

/// People of whom each helps the next, and the last the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    /// Two or three posts: `posts[i]` gives what `posts[i + 1]` needs, and the last what the first needs. The oldest
    /// post is the first.
    pub posts: Vec<PostId>,
    /// Why, for each post as the one who helps the next.
    pub reasons: Vec<Vec<Reason>>,
    /// The lowest score of the ring, 0 to 1000.
    pub score: u16,
    /// For each post whether the concierge should make sure of its author first, as in [`Pairing`].
    pub first_checks: Vec<bool>,
}

/// People with one need who can act together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Index into the manifest's categories.
    pub category: u16,
    /// Their posts, the oldest first; one per author.
    pub posts: Vec<PostId>,
}
