//! How one cell is read: dates and times as Danes write them, fixed words in Danish or English.

use std::{borrow::Cow, fmt};

use app::domain::{
    meeting::Place,
    person::{Language, Role},
    plan::Area,
    why::Why,
};
use chrono::{Datelike, NaiveDate, NaiveTime};

/// What is wrong with a cell, said of it: `is not …`.
pub(super) struct Reason(Cow<'static, str>);

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&'static str> for Reason {
    fn from(reason: &'static str) -> Self {
        Self(Cow::Borrowed(reason))
    }
}

impl From<String> for Reason {
    fn from(reason: String) -> Self {
        Self(Cow::Owned(reason))
    }
}

impl From<Why> for Reason {
    fn from(why: Why) -> Self {
        Self(match why {
            Why::TooLong(most) => Cow::Owned(format!("is longer than {most} characters")),
            Why::Empty => Cow::Borrowed("is empty"),
            Why::NotText => Cow::Borrowed("holds a line break or a control character"),
            Why::NotAPhone => Cow::Borrowed("is not a telephone number"),
            Why::NotAnEmail => Cow::Borrowed("is not an e-mail address"),
            Why::NoSuchDate => Cow::Borrowed("is not a date that exists"),
            Why::NoSuchTime => Cow::Borrowed("does not exist on that day, for the clocks go forward"),
            Why::NotANumber => Cow::Borrowed("is not a number"),
            Why::OutOfRange => Cow::Borrowed("is out of range"),
            Why::NotAnAddress => Cow::Borrowed("is not a web address that begins with https://"),
            Why::Unknown
            | Why::Unanswered
            | Why::Twice
            | Why::CallPromised
            | Why::Outdated
            | Why::NoDay
            | Why::Past
            | Why::TooFar
            | Why::NotWithin(..)
            | Why::EndsFirst
            | Why::EnoughGoals
            | Why::NotAPicture
            | Why::NotACode
            | Why::EasyCode
            | Why::NotTheSame
            | Why::NoSeat
            | Why::NoDevice
            | Why::TooManyBytes(_)
            | Why::NotACalendar
            | Why::NoMeetings
            | Why::TooManyEvents
            | Why::AllDay
            | Why::UnknownZone
            | Why::UnknownRepeat
            | Why::EndsBeforeStart
            | Why::NotSoLong
            | Why::Over
            | Why::FromHere
            | Why::CancelledThere
            | Why::CancelledHere
            | Why::OlderFile
            | Why::NothingChosen
            | Why::TooManyLines(_)
            | Why::NoWords
            | Why::HasFamilies
            | Why::NameTaken => Cow::Borrowed("cannot be taken"),
        })
    }
}

/// Small letters, single spaces, `_` and `-` as spaces: how headings and fixed words are compared.
pub(super) fn plain(text: &str) -> String {
    let small = text.to_lowercase().replace(['_', '-'], " ");
    small.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A number that a municipality knows a thing by: letters, digits and `-_./`, no spaces, at most 40.
pub(super) fn number(text: &str) -> Result<String, Reason> {
    if text.chars().count() > 40 {
        return Err("is longer than 40 characters".into());
    }
    if !text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/')) {
        return Err("is not a number: letters, digits and -_./ only".into());
    }
    Ok(text.to_owned())
}

/// `31-12-2026`, `31.12.2026`, `31/12/2026`, `1-2-2026` or `2026-12-31`, from 1900 to 2199.
pub(super) fn date(text: &str) -> Result<NaiveDate, Reason> {
    const SHAPE: &str = "is not a date such as 31-12-2026";
    let separator = text.chars().find(|c| matches!(c, '-' | '.' | '/')).ok_or(SHAPE)?;
    let parts: Vec<&str> = text.split(separator).collect();
    let (year, month, day) = match parts[..] {
        [year, month, day] if year.len() == 4 && separator == '-' => (year, month, day),
        [day, month, year] if year.len() == 4 => (year, month, day),
        _ => return Err(SHAPE.into()),
    };
    let (Some(year), Some(month), Some(day)) = (digits(year, 4), digits(month, 2), digits(day, 2)) else {
        return Err(SHAPE.into());
    };
    let date = i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
    match date.ok_or(Why::NoSuchDate)? {
        date if (1900..2200).contains(&date.year()) => Ok(date),
        _ => Err("is not a date between 1900 and 2199".into()),
    }
}

/// `10:00`, `10.00`, `10:00:00` or `10`, on a clock of 24 hours.
pub(super) fn time(text: &str) -> Result<NaiveTime, Reason> {
    const SHAPE: &str = "is not a time such as 10:00";
    let mut parts = text.split([':', '.']);
    let hour = parts.next().and_then(|hour| digits(hour, 2)).ok_or(SHAPE)?;
    let minute = match parts.next() {
        Some(minute) if minute.len() == 2 => digits(minute, 2).ok_or(SHAPE)?,
        Some(_) => return Err(SHAPE.into()),
        None => 0,
    };
    if !matches!((parts.next(), parts.next()), (None | Some("00"), None)) {
        return Err(SHAPE.into());
    }
    NaiveTime::from_hms_opt(hour, minute, 0).ok_or_else(|| SHAPE.into())
}

fn digits(text: &str, most: usize) -> Option<u32> {
    let sound = (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    sound.then(|| text.parse().ok()).flatten()
}

/// `ja` or `nej`.
pub(super) fn yes(text: &str) -> Result<bool, Reason> {
    match plain(text).as_str() {
        "ja" | "yes" => Ok(true),
        "nej" | "no" => Ok(false),
        _ => Err("is neither ja nor nej".into()),
    }
}

/// A language, by its name or its tag.
pub(super) fn language(text: &str) -> Result<Language, Reason> {
    match plain(text).as_str() {
        "da" | "dansk" | "danish" => Ok(Language::Danish),
        "en" | "engelsk" | "english" => Ok(Language::English),
        _ => Err("is not one of dansk, engelsk".into()),
    }
}

/// What a person is.
pub(super) fn role(text: &str) -> Result<Role, Reason> {
    match plain(text).as_str() {
        "forælder" | "parent" => Ok(Role::Parent),
        "barn" | "child" => Ok(Role::Child),
        "kontaktperson" | "contact person" => Ok(Role::ContactPerson),
        "rådgiver" | "adviser" | "advisor" => Ok(Role::Adviser),
        "koordinator" | "familiekoordinator" | "coordinator" => Ok(Role::Coordinator),
        "projektleder" | "project lead" => Ok(Role::ProjectLead),
        "administrator" => Ok(Role::Administrator),
        _ => {
            Err("is not one of forælder, barn, kontaktperson, rådgiver, koordinator, projektleder, administrator"
                .into())
        }
    }
}

/// What a role is called in a report.
pub(super) const fn role_words(role: Role) -> &'static str {
    match role {
        Role::Parent => "a parent",
        Role::Child => "a child",
        Role::ContactPerson => "a contact person",
        Role::Adviser => "an adviser",
        Role::Coordinator => "a coordinator",
        Role::ProjectLead => "a project lead",
        Role::Administrator => "an administrator",
    }
}

/// What part of life a goal is about, by its Danish name on screen, a usual word for it, or its key.
pub(super) fn area(text: &str) -> Result<Area, Reason> {
    match plain(text).as_str() {
        "hverdag" | "hverdagsliv" | "everyday life" => Ok(Area::EverydayLife),
        "penge" | "økonomi" | "money" => Ok(Area::Money),
        "arbejde" | "job" | "work" => Ok(Area::Work),
        "skole og dagtilbud" | "skole" | "dagtilbud" | "school" => Ok(Area::School),
        "fritid" | "leisure" => Ok(Area::Leisure),
        "fritidsjob" | "ungdomsjob" | "youth job" => Ok(Area::YouthJob),
        "krop og sind" | "helbred" | "sundhed" | "health" => Ok(Area::Health),
        "venner og familie" | "netværk" | "network" => Ok(Area::Network),
        _ => Err("is not one of hverdag, penge, arbejde, skole og dagtilbud, fritid, fritidsjob, krop og sind, \
            venner og familie"
            .into()),
    }
}

/// Where people meet.
pub(super) fn place(text: &str) -> Result<Place, Reason> {
    match plain(text).as_str() {
        "hjemme" | "hjem" | "home" => Ok(Place::Home),
        "kontor" | "kontoret" | "office" => Ok(Place::Office),
        "telefon" | "phone" => Ok(Place::Phone),
        "video" => Ok(Place::Video),
        "andet" | "et andet sted" | "elsewhere" | "other" => Ok(Place::Elsewhere),
        _ => Err("is not one of hjemme, kontor, telefon, video, andet".into()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates_are_read_as_danes_write_them() {
        let day = NaiveDate::from_ymd_opt(2026, 2, 1);
        for written in ["01-02-2026", "1-2-2026", "1.2.2026", "01/02/2026", "2026-02-01"] {
            assert_eq!(date(written).ok(), day, "{written}");
        }
        for (written, reason) in [
            ("31-02-2020", "is not a date that exists"),
            ("29.02.2026", "is not a date that exists"),
            ("2026-13-01", "is not a date that exists"),
            ("1-2-26", "is not a date such as 31-12-2026"),
            ("1-2.2026", "is not a date such as 31-12-2026"),
            ("2026/02/01", "is not a date such as 31-12-2026"),
            ("+1-2-2026", "is not a date such as 31-12-2026"),
            ("i morgen", "is not a date such as 31-12-2026"),
            ("1-2-0026", "is not a date between 1900 and 2199"),
        ] {
            assert_eq!(date(written).map_err(|reason| reason.to_string()), Err(reason.to_owned()), "{written}");
        }
    }

    #[test]
    fn times_stand_on_a_clock_of_24_hours() {
        let ten = NaiveTime::from_hms_opt(10, 0, 0);
        for written in ["10:00", "10.00", "10", "10:00:00"] {
            assert_eq!(time(written).ok(), ten, "{written}");
        }
        for written in ["24:00", "10:60", "10:0", "10:00:01", "10:00:00:00", "kl. 10", "", ":"] {
            assert!(time(written).is_err(), "{written}");
        }
    }

    #[test]
    fn every_fixed_word_may_be_its_key() {
        for known in Area::ALL {
            assert_eq!(area(known.key()).ok(), Some(*known));
        }
        for known in Role::ALL {
            assert_eq!(role(known.key()).ok(), Some(*known));
        }
        for known in Place::ALL {
            assert_eq!(place(known.key()).ok(), Some(*known));
        }
        for known in Language::ALL {
            assert_eq!(language(known.key()).ok(), Some(*known));
        }
    }

    proptest! {
        #[test]
        fn no_cell_panics(text in any::<String>()) {
            let _ = (date(&text).is_ok(), time(&text).is_ok(), number(&text).is_ok(), area(&text).is_ok());
        }
    }
}
