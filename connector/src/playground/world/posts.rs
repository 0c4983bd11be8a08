//! Posts: what residents do with them and how they are read.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::feed::Page;
use super::model::{
    Member, Moment, NewPost, POST_TEXT_MAX_CHARS, POST_TITLE_MAX_CHARS, POSTS_MAX, Post, PostState, WorldError,
    check_id, check_length,
};
use super::{State, World, known_member, neighbourhood_mut, unknown};

impl World {
    /// Publishes a post.
    pub fn publish(&self, new: NewPost) -> Result<Arc<Post>, WorldError> {
        check_content(new.title.as_deref(), &new.text)?;
        let mut guard = self.lock();
        let state = &mut *guard;
        let here = self.here_and_now(state, &new.neighbourhood)?;
        if state.posts.len() >= POSTS_MAX {
            return Err(WorldError::Full { what: "posts", most: POSTS_MAX });
        }
        let id = match new.id {
            Some(id) => id,
            None => made_up_id(state),
        };
        check_id(&id)?;
        if state.posts.contains_key(&id) {
            return Err(WorldError::Taken { what: "post", id });
        }
        let author = known_member(state, new.author)?;
        let created_at = new.created_at.unwrap_or(here);
        let place = neighbourhood_mut(state, &new.neighbourhood)?;
        let post = Arc::new(Post {
            id,
            neighbourhood: Arc::clone(&place.id),
            post_type: new.post_type,
            kind: new.kind,
            title: new.title,
            text: new.text,
            author,
            created_at,
            updated_at: created_at,
            shared_with_municipality: new.shared_with_municipality,
            state: PostState::Active,
        });
        let sequence = place.feed.record(None, Arc::clone(&post));
        let place = Arc::clone(&place.id);
        state.posts.insert(post.id.clone(), (place, sequence));
        self.changed(guard);
        Ok(post)
    }

    /// Changes a post's title and text.
    pub fn edit(&self, id: &str, title: Option<String>, text: String) -> Result<Arc<Post>, WorldError> {
        check_content(title.as_deref(), &text)?;
        self.change(id, |post| {
            post.title = title;
            post.text = text;
        })
    }

    /// Takes a post back, as its author does when the matter is settled. Its text stays readable.
    pub fn withdraw(&self, id: &str) -> Result<Arc<Post>, WorldError> {
        self.change(id, |post| post.state = PostState::Withdrawn)
    }

    /// Sets whether the municipality may read a post.
    pub fn set_shared(&self, id: &str, shared_with_municipality: bool) -> Result<Arc<Post>, WorldError> {
        self.change(id, |post| post.shared_with_municipality = shared_with_municipality)
    }

    /// Deletes a post for good.
    pub fn delete(&self, id: &str) -> Result<Arc<Post>, WorldError> {
        self.change(id, |post| {
            post.state = PostState::Deleted;
            post.title = None;
            post.text = String::new();
        })
    }

    /// One post in its latest state.
    pub fn post(&self, id: &str) -> Option<Arc<Post>> {
        let state = self.lock();
        let (place, sequence) = state.posts.get(id)?;
        state.neighbourhoods.get(&**place)?.feed.at(*sequence).cloned()
    }

    /// One post if it belongs to a neighbourhood of `municipality`.
    pub(in crate::playground) fn post_of(&self, municipality: &str, id: &str) -> Option<Arc<Post>> {
        let state = self.lock();
        let (place, sequence) = state.posts.get(id)?;
        let place = state.neighbourhoods.get(&**place)?;
        if place.neighbourhood.municipality != municipality {
            return None;
        }
        place.feed.at(*sequence).cloned()
    }

    /// The latest `limit` changes of a neighbourhood, newest first.
    pub fn newest_posts(&self, neighbourhood: &str, limit: usize) -> Vec<Arc<Post>> {
        self.lock().neighbourhoods.get(neighbourhood).map(|place| place.feed.newest(limit)).unwrap_or_default()
    }

    /// One resident or concierge.
    pub fn member(&self, id: &str) -> Option<Arc<Member>> {
        self.lock().members.get(id).cloned()
    }

    /// Number of the latest change of a neighbourhood, if it belongs to `municipality`.
    pub(in crate::playground) fn last_sequence(&self, municipality: &str, neighbourhood: &str) -> Option<u64> {
        let state = self.lock();
        let place = state.neighbourhoods.get(neighbourhood)?;
        (place.neighbourhood.municipality == municipality).then(|| place.feed.last_sequence())
    }

    /// A page of a neighbourhood's changes and the number of the latest, if it belongs to `municipality`.
    pub(in crate::playground) fn changes(
        &self,
        municipality: &str,
        neighbourhood: &str,
        after: u64,
        limit: usize,
    ) -> Option<(u64, Page<Arc<Post>>)> {
        let state = self.lock();
        let place = state.neighbourhoods.get(neighbourhood)?;
        if place.neighbourhood.municipality != municipality {
            return None;
        }
        Some((place.feed.last_sequence(), place.feed.page(after, limit)))
    }

    fn change(&self, id: &str, edit: impl FnOnce(&mut Post)) -> Result<Arc<Post>, WorldError> {
        let mut guard = self.lock();
        let state = &mut *guard;
        let (place, sequence) = state.posts.get(id).cloned().ok_or_else(|| unknown("post", id))?;
        let now = self.here_and_now(state, &place)?;
        let feed = &mut neighbourhood_mut(state, &place)?.feed;
        let mut post = feed.at(sequence).ok_or_else(|| unknown("post", id))?.as_ref().clone();
        if post.state == PostState::Deleted {
            return Err(WorldError::Deleted { id: id.to_owned() });
        }
        edit(&mut post);
        post.updated_at = now;
        let post = Arc::new(post);
        let sequence = feed.record(Some(sequence), Arc::clone(&post));
        state.posts.insert(id.to_owned(), (place, sequence));
        self.changed(guard);
        Ok(post)
    }

    /// The present moment as the clocks of a neighbourhood show it.
    fn here_and_now(&self, state: &State, neighbourhood: &str) -> Result<Moment, WorldError> {
        let place = state.neighbourhoods.get(neighbourhood).ok_or_else(|| unknown("neighbourhood", neighbourhood))?;
        let municipality = &place.neighbourhood.municipality;
        let known = state.municipalities.get(municipality).ok_or_else(|| unknown("municipality", municipality))?;
        let at = self.clock.now();
        // The time zones are compiled in, so UTC would only stand in for a broken build.
        let zone = TimeZone::get(known.municipality.country.time_zone()).unwrap_or(TimeZone::UTC);
        Ok(Moment { at, offset: zone.to_offset(at) })
    }
}

fn check_content(title: Option<&str>, text: &str) -> Result<(), WorldError> {
    if let Some(title) = title {
        check_length("title", title, 1, POST_TITLE_MAX_CHARS)?;
    }
    check_length("text", text, 1, POST_TEXT_MAX_CHARS)
}

fn made_up_id(state: &mut State) -> String {
    loop {
        state.made_up_ids += 1;
        let id = format!("post-{}", state.made_up_ids);
        if !state.posts.contains_key(&id) {
            return id;
        }
    }
}
