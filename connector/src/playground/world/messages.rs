//! Private messages between the plugin and concierges.

use std::sync::Arc;

use super::feed::{Page, page_of};
use super::model::{Direction, MESSAGE_TEXT_MAX_CHARS, MESSAGES_MAX, Message, PLUGIN_SENDER, WorldError, check_length};
use super::{Conversation, State, World, municipality_mut, unknown};

impl World {
    /// A concierge writes to the plugin, in the one conversation with the municipality.
    pub fn write_as_concierge(&self, member: &str, text: &str) -> Result<Arc<Message>, WorldError> {
        check_length("text", text, 1, MESSAGE_TEXT_MAX_CHARS)?;
        let mut guard = self.lock();
        let municipality = municipality_of(&guard, member).ok_or_else(|| not_a_concierge(member))?;
        let conversation = conversation_with(&mut guard, &municipality, member)?;
        let message = self.append(&mut guard, conversation, member, text, None)?;
        self.changed(guard);
        Ok(message)
    }

    /// Everything between the plugin and a concierge, oldest first: the concierge's inbox.
    pub fn inbox(&self, member: &str) -> Vec<Arc<Message>> {
        let state = self.lock();
        let found = municipality_of(&state, member)
            .and_then(|municipality| state.municipalities.get(&municipality)?.conversation_of.get(member).copied());
        found.map(|index| state.conversations[index].messages.clone()).unwrap_or_default()
    }

    /// The plugin writes to a concierge of its municipality, in their one conversation, which begins if need be.
    pub(in crate::playground) fn write_to_concierge(
        &self,
        municipality: &str,
        recipient: &str,
        text: &str,
        client_reference: &str,
    ) -> Result<Arc<Message>, WorldError> {
        let mut guard = self.lock();
        if !is_concierge_of(&guard, municipality, recipient) {
            return Err(not_a_concierge(recipient));
        }
        let conversation = conversation_with(&mut guard, municipality, recipient)?;
        let message = self.append(&mut guard, conversation, PLUGIN_SENDER, text, Some(client_reference))?;
        self.changed(guard);
        Ok(message)
    }

    /// The plugin writes in a conversation of its municipality. Returns the recipient too.
    pub(in crate::playground) fn write_in_conversation(
        &self,
        municipality: &str,
        conversation: &str,
        text: &str,
        client_reference: &str,
    ) -> Result<(String, Arc<Message>), WorldError> {
        let mut guard = self.lock();
        let index = conversation_index(&guard, municipality, conversation)
            .ok_or_else(|| unknown("conversation", conversation))?;
        let recipient = guard.conversations[index].concierge.clone();
        let message = self.append(&mut guard, index, PLUGIN_SENDER, text, Some(client_reference))?;
        self.changed(guard);
        Ok((recipient, message))
    }

    /// How many messages concierges wrote to a municipality, and a page of them.
    pub(in crate::playground) fn incoming(
        &self,
        municipality: &str,
        after: u64,
        limit: usize,
    ) -> (u64, Page<Arc<Message>>) {
        let state = self.lock();
        let all = state.municipalities.get(municipality).map_or(&[][..], |known| &known.incoming);
        (all.len() as u64, page_of(all, after, limit))
    }

    /// How many messages of the plugin carry a reference, and a page of them.
    pub(in crate::playground) fn by_reference(
        &self,
        municipality: &str,
        client_reference: &str,
        after: u64,
        limit: usize,
    ) -> (u64, Page<Arc<Message>>) {
        let state = self.lock();
        let found = state.municipalities.get(municipality).and_then(|known| known.by_reference.get(client_reference));
        let all = found.map_or(&[][..], Vec::as_slice);
        (all.len() as u64, page_of(all, after, limit))
    }

    /// How many messages a conversation of `municipality` has, and a page of them.
    pub(in crate::playground) fn thread(
        &self,
        municipality: &str,
        conversation: &str,
        after: u64,
        limit: usize,
    ) -> Option<(u64, Page<Arc<Message>>)> {
        let state = self.lock();
        let index = conversation_index(&state, municipality, conversation)?;
        let all = &state.conversations[index].messages;
        Some((all.len() as u64, page_of(all, after, limit)))
    }

    fn append(
        &self,
        state: &mut State,
        conversation: usize,
        from: &str,
        text: &str,
        client_reference: Option<&str>,
    ) -> Result<Arc<Message>, WorldError> {
        if state.messages >= MESSAGES_MAX {
            return Err(WorldError::Full { what: "messages", most: MESSAGES_MAX });
        }
        state.messages += 1;
        let outgoing = client_reference.is_some();
        let message = Arc::new(Message {
            id: format!("m-{}", state.messages),
            conversation_id: format!("c-{}", conversation + 1),
            from: from.to_owned(),
            direction: if outgoing { Direction::Outgoing } else { Direction::Incoming },
            text: text.to_owned(),
            client_reference: client_reference.map(str::to_owned),
            created_at: self.clock.now(),
        });
        state.conversations[conversation].messages.push(Arc::clone(&message));
        let id = state.conversations[conversation].municipality.clone();
        let municipality = municipality_mut(state, &id)?;
        match client_reference {
            Some(reference) => {
                municipality.by_reference.entry(reference.to_owned()).or_default().push(Arc::clone(&message));
            }
            None => municipality.incoming.push(Arc::clone(&message)),
        }
        Ok(message)
    }
}

fn not_a_concierge(member: &str) -> WorldError {
    WorldError::NotAConcierge { id: member.chars().take(super::ID_MAX_CHARS).collect() }
}

fn is_concierge_of(state: &State, municipality: &str, member: &str) -> bool {
    let Some(known) = state.municipalities.get(municipality) else { return false };
    // Someone with a conversation was a concierge when it began.
    known.conversation_of.contains_key(member)
        || known
            .neighbourhoods
            .iter()
            .filter_map(|id| state.neighbourhoods.get(id))
            .any(|place| place.concierges.iter().any(|concierge| concierge.id == member))
}

fn municipality_of(state: &State, member: &str) -> Option<String> {
    state.municipalities.keys().find(|id| is_concierge_of(state, id, member)).cloned()
}

fn conversation_with(state: &mut State, municipality: &str, member: &str) -> Result<usize, WorldError> {
    let next = state.conversations.len();
    let known = municipality_mut(state, municipality)?;
    let index = *known.conversation_of.entry(member.to_owned()).or_insert(next);
    if index == next {
        state.conversations.push(Conversation {
            municipality: municipality.to_owned(),
            concierge: member.to_owned(),
            messages: Vec::new(),
        });
    }
    Ok(index)
}

fn conversation_index(state: &State, municipality: &str, conversation: &str) -> Option<usize> {
    let index = conversation.strip_prefix("c-")?.parse::<usize>().ok()?.checked_sub(1)?;
    let found = state.conversations.get(index)?;
    // `c-01` and `c-+1` would parse as well.
    (found.municipality == municipality && conversation == format!("c-{}", index + 1)).then_some(index)
}
