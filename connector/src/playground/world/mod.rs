//! The pretend platform's state: municipalities, neighbourhoods, members, posts and private messages.
//!
//! A [`World`] is a handle: clones share one state. Everything lives in memory behind one lock, which is held for
//! the look-up or the change alone, never while something is written to the wire.

mod feed;
mod messages;
mod model;
mod posts;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::clock::SharedClock;

pub use feed::Page;
pub use model::*;

use feed::Feed;
use model::{check_id, check_length};

/// A handle on the state of the pretend platform.
#[derive(Debug, Clone)]
pub struct World {
    state: Arc<Mutex<State>>,
    clock: SharedClock,
    version: watch::Sender<u64>,
}

/// A neighbourhood with the people who look after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeighbourhoodView {
    /// The neighbourhood.
    pub neighbourhood: Neighbourhood,
    /// Its concierges, in the order in which they were added.
    pub concierges: Vec<Arc<Member>>,
    /// Number of the latest change of its feed.
    pub last_sequence: u64,
}

#[derive(Debug, Default)]
struct State {
    municipalities: BTreeMap<String, MunicipalityState>,
    neighbourhoods: BTreeMap<String, NeighbourhoodState>,
    members: HashMap<String, Arc<Member>>,
    /// Where each post stands: its neighbourhood and the number of its latest change there.
    posts: HashMap<String, (Arc<str>, u64)>,
    conversations: Vec<Conversation>,
    messages: usize,
    made_up_ids: u64,
}

#[derive(Debug)]
struct MunicipalityState {
    municipality: Municipality,
    neighbourhoods: Vec<String>,
    /// Changes whenever a neighbourhood or a concierge is added.
    version: u64,
    incoming: Vec<Arc<Message>>,
    conversation_of: HashMap<String, usize>,
    by_reference: HashMap<String, Vec<Arc<Message>>>,
}

#[derive(Debug)]
struct NeighbourhoodState {
    neighbourhood: Neighbourhood,
    /// Shared by its posts, so that a post does not carry a copy.
    id: Arc<str>,
    concierges: Vec<Arc<Member>>,
    feed: Feed,
}

#[derive(Debug)]
struct Conversation {
    municipality: String,
    concierge: String,
    messages: Vec<Arc<Message>>,
}

impl World {
    /// An empty world that takes the time from `clock`.
    pub fn new(clock: SharedClock) -> Self {
        Self { state: Arc::default(), clock, version: watch::Sender::new(0) }
    }

    /// Tells of every change: the number rises with each. For a page that renews itself, and for tests that wait
    /// for something to happen instead of sleeping.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    /// Adds a municipality, and with it an `OAuth2` client.
    pub fn add_municipality(&self, municipality: Municipality) -> Result<(), WorldError> {
        check_id(&municipality.id)?;
        check_length("municipality's name", &municipality.name, 1, NAME_MAX_CHARS)?;
        check_length("client secret", &municipality.client_secret, 1, NAME_MAX_CHARS)?;
        let mut state = self.lock();
        if state.municipalities.contains_key(&municipality.id) {
            return Err(WorldError::Taken { what: "municipality", id: municipality.id });
        }
        state.municipalities.insert(
            municipality.id.clone(),
            MunicipalityState {
                municipality,
                neighbourhoods: Vec::new(),
                version: 0,
                incoming: Vec::new(),
                conversation_of: HashMap::new(),
                by_reference: HashMap::new(),
            },
        );
        self.changed(state);
        Ok(())
    }

    /// Adds a neighbourhood to its municipality.
    pub fn add_neighbourhood(&self, neighbourhood: Neighbourhood) -> Result<(), WorldError> {
        check_id(&neighbourhood.id)?;
        check_length("neighbourhood's name", &neighbourhood.name, 1, NAME_MAX_CHARS)?;
        let mut guard = self.lock();
        let state = &mut *guard;
        if state.neighbourhoods.contains_key(&neighbourhood.id) {
            return Err(WorldError::Taken { what: "neighbourhood", id: neighbourhood.id });
        }
        if state.neighbourhoods.len() >= NEIGHBOURHOODS_MAX {
            return Err(WorldError::Full { what: "neighbourhoods", most: NEIGHBOURHOODS_MAX });
        }
        let municipality = municipality_mut(state, &neighbourhood.municipality)?;
        municipality.neighbourhoods.push(neighbourhood.id.clone());
        municipality.version += 1;
        let id = Arc::from(neighbourhood.id.as_str());
        state.neighbourhoods.insert(
            neighbourhood.id.clone(),
            NeighbourhoodState { neighbourhood, id, concierges: Vec::new(), feed: Feed::default() },
        );
        self.changed(guard);
        Ok(())
    }

    /// Makes `member` a concierge of a neighbourhood. The same person may look after several.
    pub fn add_concierge(&self, neighbourhood: &str, member: Member) -> Result<(), WorldError> {
        let mut guard = self.lock();
        let state = &mut *guard;
        if !state.neighbourhoods.contains_key(neighbourhood) {
            return Err(unknown("neighbourhood", neighbourhood));
        }
        let member = known_member(state, member)?;
        let place = neighbourhood_mut(state, neighbourhood)?;
        if !place.concierges.iter().any(|known| known.id == member.id) {
            place.concierges.push(member);
        }
        let municipality = place.neighbourhood.municipality.clone();
        municipality_mut(state, &municipality)?.version += 1;
        self.changed(guard);
        Ok(())
    }

    /// All municipalities, by identifier.
    pub fn municipalities(&self) -> Vec<Municipality> {
        self.lock().municipalities.values().map(|known| known.municipality.clone()).collect()
    }

    /// One municipality.
    pub fn municipality(&self, id: &str) -> Option<Municipality> {
        self.lock().municipalities.get(id).map(|known| known.municipality.clone())
    }

    /// All neighbourhoods with their concierges, by identifier.
    pub fn neighbourhoods(&self) -> Vec<NeighbourhoodView> {
        self.lock().neighbourhoods.values().map(NeighbourhoodState::view).collect()
    }

    /// One neighbourhood with its concierges.
    pub fn neighbourhood(&self, id: &str) -> Option<NeighbourhoodView> {
        self.lock().neighbourhoods.get(id).map(NeighbourhoodState::view)
    }

    /// The neighbourhoods of one municipality and the version of that list.
    pub(super) fn neighbourhoods_of(&self, municipality: &str) -> Option<(u64, Vec<NeighbourhoodView>)> {
        let state = self.lock();
        let known = state.municipalities.get(municipality)?;
        let views = known.neighbourhoods.iter().filter_map(|id| state.neighbourhoods.get(id));
        Some((known.version, views.map(NeighbourhoodState::view).collect()))
    }

    /// The version of a municipality's list of neighbourhoods.
    pub(super) fn neighbourhoods_version(&self, municipality: &str) -> Option<u64> {
        self.lock().municipalities.get(municipality).map(|known| known.version)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change is complete before anything can panic, so the state stays usable.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Releases the lock and tells the subscribers.
    fn changed(&self, state: MutexGuard<'_, State>) {
        drop(state);
        self.version.send_modify(|version| *version += 1);
    }
}

impl NeighbourhoodState {
    fn view(&self) -> NeighbourhoodView {
        NeighbourhoodView {
            neighbourhood: self.neighbourhood.clone(),
            concierges: self.concierges.clone(),
            last_sequence: self.feed.last_sequence(),
        }
    }
}

fn unknown(what: &'static str, id: &str) -> WorldError {
    WorldError::Unknown { what, id: id.chars().take(ID_MAX_CHARS).collect() }
}

fn municipality_mut<'a>(state: &'a mut State, id: &str) -> Result<&'a mut MunicipalityState, WorldError> {
    state.municipalities.get_mut(id).ok_or_else(|| unknown("municipality", id))
}

fn neighbourhood_mut<'a>(state: &'a mut State, id: &str) -> Result<&'a mut NeighbourhoodState, WorldError> {
    state.neighbourhoods.get_mut(id).ok_or_else(|| unknown("neighbourhood", id))
}

/// The member with that identifier; `member` itself when there was none.
fn known_member(state: &mut State, member: Member) -> Result<Arc<Member>, WorldError> {
    if let Some(known) = state.members.get(&member.id) {
        return Ok(Arc::clone(known));
    }
    check_id(&member.id)?;
    check_length("member's name", &member.display_name, 1, NAME_MAX_CHARS)?;
    if let Some(area) = &member.area {
        check_length("area", area, 1, NAME_MAX_CHARS)?;
    }
    if state.members.len() >= MEMBERS_MAX {
        return Err(WorldError::Full { what: "members", most: MEMBERS_MAX });
    }
    let member = Arc::new(member);
    state.members.insert(member.id.clone(), Arc::clone(&member));
    Ok(member)
}
