//! Moments as people say them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

use super::words::Words;
use crate::playground::world::{Country, Moment};

/// The day and part of the day in which something was written, such as “gisteravond”.
pub(super) fn part_of_day(words: Words, moment: Moment, now: Timestamp) -> String {
    let local = moment.offset.to_datetime(moment.at);
    let part = match local.hour() {
        0..6 => "night",
        6..12 => "morning",
        12..18 => "afternoon",
        _ => "evening",
    };
    if let Some(near) = near(local.date(), today(moment.offset, now)) {
        return words.say(&format!("{near}-{part}"));
    }
    let date = full_date(words, local.date(), today(moment.offset, now));
    words.say_with(&format!("day-{part}"), [("date", date.into())])
}

/// The day and the minute at which a message came, such as “gisteren om 20:15”.
pub(super) fn minute(words: Words, at: Timestamp, country: Country, now: Timestamp) -> String {
    let offset = offset(country, at);
    let local = offset.to_datetime(at);
    let today = today(offset, now);
    let date = match near(local.date(), today) {
        Some(near) => words.say(near),
        None => full_date(words, local.date(), today),
    };
    let time = format!("{:02}:{:02}", local.hour(), local.minute());
    words.say_with("date-time", [("date", date.into()), ("time", time.into())])
}

/// The offset that the clocks of a country show.
pub(super) fn offset(country: Country, at: Timestamp) -> Offset {
    // The time zones are compiled in, so UTC would only stand in for a broken build.
    TimeZone::get(country.time_zone()).unwrap_or(TimeZone::UTC).to_offset(at)
}

fn today(offset: Offset, now: Timestamp) -> Date {
    offset.to_datetime(now).date()
}

fn near(date: Date, today: Date) -> Option<&'static str> {
    if date == today {
        Some("today")
    } else if date.tomorrow().is_ok_and(|next| next == today) {
        Some("yesterday")
    } else {
        None
    }
}

fn full_date(words: Words, date: Date, today: Date) -> String {
    let weekday = words.say(&format!("weekday-{}", date.weekday().to_monday_one_offset()));
    let month = words.say(&format!("month-{}", date.month()));
    let id = if date.year() == today.year() { "date" } else { "date-year" };
    words.say_with(
        id,
        [
            ("weekday", weekday.into()),
            ("day", date.day().into()),
            ("month", month.into()),
            ("year", date.year().into()),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(code: &str, written: &str, now: &str) -> String {
        part_of_day(Words::from_code(code).unwrap(), Moment::parse(written).unwrap(), now.parse().unwrap())
    }

    #[test]
    fn posts_are_dated_as_people_say_it() {
        // Half past midnight in Brussels, the day before in UTC.
        let now = "2026-03-02T23:30:00Z";
        assert_eq!(said("nl", "2026-03-03T00:10:00+01:00", now), "vannacht");
        assert_eq!(said("nl", "2026-03-02T20:00:00+01:00", now), "gisteravond");
        assert_eq!(said("nl", "2026-02-28T09:00:00+01:00", now), "zaterdag 28 februari, ’s ochtends");
        assert_eq!(said("fr", "2026-02-01T13:00:00+01:00", now), "dimanche 1er février, l’après-midi");
        assert_eq!(said("en", "2025-12-31T13:00:00+01:00", now), "Wednesday 31 December 2025, in the afternoon");
    }

    #[test]
    fn messages_carry_the_clock_of_their_country() {
        let at = "2026-07-01T18:05:00Z".parse().unwrap();
        let now = "2026-07-02T08:00:00Z".parse().unwrap();
        assert_eq!(minute(Words::from_code("nl").unwrap(), at, Country::Be, now), "gisteren om 20:05");
    }
}
