//! What a team goes through at a meeting: family by family, what changed, what was promised, and who speaks first.

use chrono::NaiveDate;

use super::{
    checkin::{Change, Instrument, Level, Need, Target},
    family::Family,
    id::Id,
    inbox::Matter,
    keyed,
    moment::Moment,
    person::Person,
    review::{NextStep, Review},
    team::Part,
    words::{Note, PersonName, Title, alphabetical},
    working_time::Office,
};

keyed! {
    /// How far a team meeting looks back.
    pub enum Period {
        /// The meeting of the advisers: since they met last.
        SinceLast = "since_last",
        /// The meeting with the wider circle: the last 28 days.
        FourWeeks = "4_weeks",
    }
}

/// Days the meeting with the wider circle looks back.
const FOUR_WEEKS: u64 = 28;

impl Period {
    /// The first day looked back on. On the day of a meeting the last one is the one before.
    pub fn since(self, office: &Office, today: NaiveDate) -> NaiveDate {
        let since = match self {
            Self::SinceLast => today.pred_opt().map(|yesterday| office.last_team_meeting(yesterday)),
            Self::FourWeeks => today.checked_sub_days(chrono::Days::new(FOUR_WEEKS)),
        };
        since.unwrap_or(today)
    }
}

/// The day of the next team meeting: today, where the teams meet today.
pub fn next_meeting(office: &Office, today: NaiveDate) -> NaiveDate {
    office.next_team_meeting(today.pred_opt().unwrap_or(today))
}

/// Somebody who reads for a family, and whether they are here today.
#[derive(Clone, Debug)]
pub struct Here {
    /// Who.
    pub person: Id<Person>,
    /// Their name.
    pub name: PersonName,
    /// Their part in the family's team.
    pub part: Part,
    /// Whether they are away today.
    pub away: bool,
}

/// What somebody promised a parent.
#[derive(Clone, Debug)]
pub struct Promise {
    /// The review that promises it.
    pub review: Id<Review>,
    /// Who promised.
    pub person: Id<Person>,
    /// Their name.
    pub name: PersonName,
    /// The parent it was promised.
    pub to: PersonName,
    /// What.
    pub next_step: NextStep,
    /// By which day.
    pub by: NaiveDate,
    /// Whether it is kept: today, for what was kept before is no longer talked about.
    pub kept: bool,
}

impl Promise {
    /// Whether the day by which it should have been kept was over when today began.
    pub fn is_late(&self, today: NaiveDate) -> bool {
        self.by < today
    }
}

/// Who speaks first about a family: whoever promised it something that is late, the longest overdue first, for they
/// owe an answer; else the first of those who read for it. Of either only those who are here, while anybody is.
///
/// Nothing said or ticked at the meeting changes it, so that everybody can prepare and nobody is passed over.
pub fn has_the_word<'a>(readers: &'a [Here], promises: &[Promise], today: NaiveDate) -> Option<&'a PersonName> {
    let mut late: Vec<&Promise> = promises.iter().filter(|promise| promise.is_late(today)).collect();
    late.sort_by_key(|promise| (promise.by, promise.review));
    let here = |person: Id<Person>| readers.iter().find(|reader| reader.person == person && !reader.away);
    let owes = late.iter().find_map(|promise| here(promise.person));
    let first = || readers.iter().min_by_key(|reader| (reader.away, reader.part));
    owes.or_else(first).map(|reader| &reader.name)
}

/// The numbers somebody told with one instrument about one person or goal.
#[derive(Clone, Debug)]
pub struct Trend {
    /// Who told them.
    pub person: PersonName,
    /// The instrument.
    pub instrument: &'static Instrument,
    /// What they are about.
    pub target: Target,
    /// What that is called, where it is not the teller.
    pub about: Option<String>,
    /// The latest.
    pub latest: (Moment, i64),
    /// Those before, the oldest first.
    pub earlier: Vec<(Moment, i64)>,
    /// Whether words came with the latest.
    pub wrote: bool,
}

impl Trend {
    /// Whether the latest came at `since` or later.
    pub fn is_new(&self, since: Moment) -> bool {
        self.latest.0 >= since
    }

    /// The last number before `since`.
    pub fn before(&self, since: Moment) -> Option<i64> {
        self.earlier.iter().rfind(|(at, _)| *at < since).map(|(_, score)| *score)
    }

    /// How the latest stands to the last number before `since`; nothing where there is none of either.
    pub fn change(&self, since: Moment) -> Option<Change> {
        let before = self.before(since).filter(|_| self.is_new(since))?;
        Some(self.instrument.change(before, self.latest.1))
    }

    /// Whether the team looks at it: always where numbers have a published meaning, else where they changed.
    pub fn matters(&self, since: Moment) -> bool {
        self.instrument.level.is_some() || matches!(self.change(since), Some(Change::Better | Change::Worse))
    }

    /// What the latest means, where the instrument says so.
    pub fn level(&self) -> Option<Level> {
        self.instrument.level.map(|level| level(self.latest.1))
    }

    fn needs(&self, since: Moment) -> impl Iterator<Item = Need> + use<> {
        let dropped = self.instrument.level.is_some() && self.change(since) == Some(Change::Worse);
        let new = self.is_new(since);
        [
            (Need::Low, self.level() == Some(Level::Low)),
            (Need::Middle, self.level() == Some(Level::Middle)),
            (Need::Drop, dropped),
            (Need::Wrote, new && self.wrote),
            (Need::New, new),
        ]
        .into_iter()
        .filter_map(|(need, holds)| holds.then_some(need))
    }
}

/// Something that stood in an inbox when today began, or came since.
#[derive(Clone, Debug)]
pub struct Unread {
    /// The parent it is about.
    pub person: PersonName,
    /// What it is.
    pub matter: Matter,
    /// Whether the parent asks to be called.
    pub call_me: bool,
    /// Whether somebody closed it today.
    pub closed: bool,
}

/// What a team agreed on about a family.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// Its identity.
    pub id: Id<Agreement>,
    /// Who wrote it down.
    pub author: PersonName,
    /// What was agreed.
    pub words: Note,
    /// When.
    pub made_at: Moment,
}

/// One family at a team meeting.
#[derive(Clone, Debug)]
pub struct Turn {
    /// The family.
    pub family: Id<Family>,
    /// What the team calls it.
    pub name: Title,
    /// Who speaks first.
    pub word: Option<PersonName>,
    /// The numbers told, by person and instrument.
    pub trends: Vec<Trend>,
    /// The steps done in the period.
    pub steps_done: Vec<Title>,
    /// The goals made in the period.
    pub new_goals: Vec<Title>,
    /// What nobody has read, or somebody only today.
    pub unread: Vec<Unread>,
    /// What was promised and is not kept, or only today; the longest overdue first.
    pub promises: Vec<Promise>,
    /// What was agreed on lately, the newest first.
    pub agreements: Vec<Agreement>,
}

/// Sorts the families of a meeting: those most in need first, by the same reasons as in an inbox; among equals those
/// with more late promises, then those where more happened, then by name.
///
/// What is read, kept or agreed on today changes nothing, so that a walk through the families keeps its way.
pub fn most_to_talk_about_first(turns: &mut [Turn], since: Moment, today: NaiveDate) {
    turns.sort_by_cached_key(|turn| {
        let of_inbox = turn.unread.iter().flat_map(|unread| {
            let call = (unread.call_me || unread.matter == Matter::CallAnyway).then_some(Need::CallMe);
            let silent = (unread.matter == Matter::Silent).then_some(Need::Silent);
            call.into_iter().chain(silent)
        });
        let needs: Vec<Need> = turn.trends.iter().flat_map(|trend| trend.needs(since)).chain(of_inbox).collect();
        let missing: Vec<bool> = Need::ALL.iter().map(|need| !needs.contains(need)).collect();
        let late = turn.promises.iter().filter(|promise| promise.is_late(today)).count();
        let happened = turn.steps_done.len() + turn.new_goals.len() + turn.unread.len();
        let more_first = std::cmp::Reverse((late, happened));
        (missing, more_first, alphabetical(turn.name.as_str()), turn.family)
    });
}

#[cfg(test)]
mod tests {
    use super::{
        super::{checkin::who5::WHO5, moment::Zone},
        *,
    };

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn at(seconds: i64) -> Moment {
        Moment::from_seconds(seconds)
    }

    fn name(words: &str) -> PersonName {
        PersonName::parse(words).expect("a name")
    }

    fn office() -> Office {
        Office::new(Zone::Europe__Copenhagen, 540, 900, day("2026-11-26"), 14).expect("an office")
    }

    #[test]
    fn a_meeting_looks_back_to_the_one_before_it_or_four_weeks() {
        for (today, since, next) in [
            ("2026-11-25", "2026-11-12", "2026-11-26"),
            ("2026-11-26", "2026-11-12", "2026-11-26"),
            ("2026-11-27", "2026-11-26", "2026-12-10"),
        ] {
            assert_eq!(Period::SinceLast.since(&office(), day(today)), day(since), "{today}");
            assert_eq!(next_meeting(&office(), day(today)), day(next), "{today}");
        }
        assert_eq!(Period::FourWeeks.since(&office(), day("2026-11-26")), day("2026-10-29"));
    }

    fn reader(words: &str, part: Part, away: bool) -> Here {
        Here { person: Id::drawn(at(0), [part as u8; 10]), name: name(words), part, away }
    }

    fn promise(reader: &Here, by: &str, kept: bool) -> Promise {
        Promise {
            review: Id::fresh(at(0)),
            person: reader.person,
            name: reader.name.clone(),
            to: name("Amina"),
            next_step: NextStep::Call,
            by: day(by),
            kept,
        }
    }

    #[test]
    fn whoever_is_late_has_the_word_else_the_first_reader_who_is_here() {
        let today = day("2026-11-26");
        let first = reader("Karen", Part::Primary, false);
        let second = reader("Thomas", Part::Secondary, false);
        let third = reader("Ida", Part::BackUp, false);
        let away = Here { away: true, ..first.clone() };
        let all = [third.clone(), second.clone(), first.clone()];
        let without_first = [third.clone(), second.clone(), away.clone()];
        for (readers, promises, word) in [
            (&all[..], vec![], Some("Karen")),
            (&without_first, vec![], Some("Thomas")),
            (&all, vec![promise(&second, "2026-11-25", false)], Some("Thomas")),
            (&all, vec![promise(&second, "2026-11-25", true)], Some("Thomas")),
            (&all, vec![promise(&second, "2026-11-26", false)], Some("Karen")),
            (&all, vec![promise(&second, "2026-11-25", false), promise(&third, "2026-11-24", false)], Some("Ida")),
            (&without_first, vec![promise(&first, "2026-11-20", false)], Some("Thomas")),
            (&[away][..], vec![], Some("Karen")),
            (&[], vec![], None),
        ] {
            assert_eq!(has_the_word(readers, &promises, today).map(PersonName::as_str), word);
        }
    }

    fn trend(scores: &[(i64, i64)]) -> Trend {
        let points: Vec<(Moment, i64)> = scores.iter().map(|(seconds, score)| (at(*seconds), *score)).collect();
        let (latest, earlier) = points.split_last().expect("a number");
        Trend {
            person: name("Amina"),
            instrument: &WHO5,
            target: Target::Teller,
            about: None,
            latest: *latest,
            earlier: earlier.to_vec(),
            wrote: false,
        }
    }

    #[test]
    fn a_change_is_from_the_last_number_before_the_period_to_the_latest_in_it() {
        let since = at(100);
        for (scores, before, change) in [
            (&[(10, 60), (50, 44), (150, 60), (160, 28)][..], Some(44), Some(Change::Worse)),
            (&[(10, 44), (100, 44)], Some(44), Some(Change::Same)),
            (&[(10, 60), (99, 44)], Some(60), None),
            (&[(100, 44)], None, None),
        ] {
            let trend = trend(scores);
            assert_eq!((trend.before(since), trend.change(since)), (before, change), "{scores:?}");
        }
    }

    fn turn(name: &str, trends: Vec<Trend>) -> Turn {
        Turn {
            family: Id::fresh(at(0)),
            name: Title::parse(name).expect("a title"),
            word: None,
            trends,
            steps_done: Vec::new(),
            new_goals: Vec::new(),
            unread: Vec::new(),
            promises: Vec::new(),
            agreements: Vec::new(),
        }
    }

    #[test]
    fn those_most_in_need_come_first_and_the_order_lasts_through_the_meeting() {
        let today = day("2026-11-26");
        let reader = reader("Karen", Part::Primary, false);
        let low = turn("Low", vec![trend(&[(10, 32)])]);
        let dropped = turn("Dropped", vec![trend(&[(10, 80), (150, 60)])]);
        let silence = Unread { person: name("Amina"), matter: Matter::Silent, call_me: false, closed: false };
        let silent = Turn { unread: vec![silence.clone()], ..turn("Silent", vec![]) };
        let late = Turn { promises: vec![promise(&reader, "2026-11-25", false)], ..turn("Late", vec![]) };
        let busy = Turn { steps_done: vec![Title::stored("A".into())], ..turn("Busy", vec![]) };
        let order = |mut turns: Vec<Turn>| {
            most_to_talk_about_first(&mut turns, at(100), today);
            turns.into_iter().map(|turn| turn.name.to_string()).collect::<Vec<_>>()
        };
        let quiet = ["Ærø", "Zimmer"].map(|name| turn(name, vec![]));
        let all = || {
            let mut all = quiet.to_vec();
            all.extend([busy.clone(), late.clone(), silent.clone(), dropped.clone(), low.clone()]);
            all
        };
        let sorted = ["Low", "Dropped", "Silent", "Late", "Busy", "Zimmer", "Ærø"];
        assert_eq!(order(all()), sorted);
        let mut after = all();
        for turn in &mut after {
            turn.promises.iter_mut().for_each(|promise| promise.kept = true);
            turn.unread.iter_mut().for_each(|unread| unread.closed = true);
        }
        assert_eq!(order(after), sorted);
    }
}
