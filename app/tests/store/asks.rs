use app::{
    domain::{
        checkin::{Need, Target, belief::BELIEF, child::CHILD, step_up::STEP_UP, who5::WHO5, work::WORK},
        family::Family,
        id::Id,
        inbox::Matter,
        moment::Moment,
        person::Person,
        review::NextStep,
        rhythm::{Pause, Rhythm},
    },
    store::{self, Asked, Error, News},
};
use chrono::NaiveDate;

use crate::{
    cast::{Home, NOW, ZONE, about, cast, held, items, look, look_at, news_at, reply, send},
    ground::{Behind, Ground, number, on_both, rows, run},
};

fn not_found<T>(outcome: Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::NotFound))
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

async fn ask(db: &Ground, now: Moment) -> Asked {
    store::ask_all(db, now).await.expect("a round")
}

async fn news_of(db: &Ground, parent: Id<Person>, family: Id<Family>, now: Moment) -> News {
    news_at(db, &look_at(db, parent, family, now).await, now).await
}

/// What a parent is asked at that time, by instrument and the name of whom or what it is about.
async fn asked(
    db: &Ground,
    parent: Id<Person>,
    family: Id<Family>,
    now: Moment,
) -> Option<(&'static str, Option<String>)> {
    news_of(db, parent, family, now).await.ask.map(|ask| (ask.instrument.key, ask.about))
}

/// Lets nothing be asked but with WHO-5.
async fn only_who5(db: &Ground, adviser: Id<Person>, family: Id<Family>) {
    let access = look(db, adviser, family).await;
    for instrument in [&WORK, &CHILD, &STEP_UP] {
        store::set_rhythm(db, &access, instrument, Rhythm::Never, NOW).await.expect("set");
    }
}

#[tokio::test]
async fn a_parent_is_asked_from_the_first_day_on_three_times_and_then_the_team_is_told_once() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        assert_eq!(ask(&db, NOW).await, Asked::default(), "nobody has signed in");
        only_who5(&db, town.primary, home.id).await;
        assert_eq!(asked(&db, home.mother, home.id, NOW).await, None);
        assert_eq!(ask(&db, NOW).await, Asked { asked: 1, silent: 0 });
        assert_eq!(ask(&db, NOW).await, Asked::default(), "again on the same day does nothing more");
        assert_eq!(asked(&db, home.mother, home.id, NOW).await, Some(("who5", None)));
        assert!(news_of(&db, home.mother, home.id, NOW).await.asked_before);
        let mut days = Vec::new();
        for nth in 1..30 {
            let done = ask(&db, NOW.plus_days(nth)).await;
            if done != Asked::default() {
                days.push((nth, done.asked, done.silent));
            }
        }
        assert_eq!(days, [(3, 1, 0), (6, 1, 0), (10, 0, 1)], "Monday, Thursday, and on Monday given up");
        assert_eq!(asked(&db, home.mother, home.id, NOW.plus_days(30)).await, None);

        let silence = items(&db, town.primary).await.remove(0);
        assert_eq!(
            (silence.matter, silence.needs(), silence.instrument),
            (Matter::Silent, vec![Need::Silent], Some(&WHO5))
        );
        assert_eq!((silence.person.as_str(), silence.check_in.is_none()), ("Mette Holm", true));
        let reader = look(&db, town.primary, home.id).await;
        let (read, answers) = store::inbox_item(&db, &reader, silence.id).await.expect("it opens");
        assert!(read.check_in.is_none() && answers.is_empty());
        let later = NOW.plus_days(31);
        store::review(&db, &reader, silence.id, &reply(NextStep::Call, None), later).await.expect("closed");
        assert_eq!(held(&db, town.primary).await, []);
        assert_eq!(ask(&db, later.plus_days(27)).await, Asked::default());
        assert_eq!(ask(&db, later.plus_days(28)).await, Asked { asked: 1, silent: 0 }, "the rhythm begins again");
    })
    .await;
}

#[tokio::test]
async fn an_answer_ends_the_silence_and_sets_the_next_day() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        look(&db, home.mother, home.id).await;
        only_who5(&db, town.primary, home.id).await;
        for nth in 0..12 {
            ask(&db, NOW.plus_days(nth)).await;
        }
        assert_eq!(items(&db, town.primary).await[0].matter, Matter::Silent);
        let told = send(&db, home.mother, home.id, 5, NOW.plus_days(12)).await;
        assert_eq!(held(&db, town.primary).await, [crate::cast::item(told)]);
        assert_eq!(ask(&db, NOW.plus_days(39)).await, Asked::default());
        assert_eq!(ask(&db, NOW.plus_days(40)).await.asked, 1, "four weeks after the answer");
    })
    .await;
}

#[tokio::test]
async fn an_answer_about_one_child_lets_the_other_be_asked_about_again() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mother = look(&db, home.mother, home.id).await;
        let reader = look(&db, town.primary, home.id).await;
        for instrument in [&WHO5, &WORK, &STEP_UP] {
            store::set_rhythm(&db, &reader, instrument, Rhythm::Never, NOW).await.expect("set");
        }
        let mut silent = 0;
        for nth in 0..60 {
            silent += ask(&db, NOW.plus_days(nth)).await.silent;
        }
        assert_eq!(silent, 2, "about both children");
        assert_eq!(held(&db, town.primary).await.len(), 1, "and told once");
        let now = NOW.plus_days(60);
        let told = about(&CHILD, Target::Person(home.son), 5);
        store::send(&db, &mother, Id::fresh(now), &told, now).await.expect("it is saved");
        let left: i64 = number!(db, "SELECT COUNT(*) FROM ask WHERE instrument = 'child' AND next_on IS NULL");
        assert_eq!(left, 0, "nobody is forgotten");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM inbox_item WHERE matter = 'silent' AND closed_at IS NULL"), 0);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_ever_asked_twice_on_one_day_or_after_an_answer() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mother = look(&db, home.mother, home.id).await;
        let mut sequence = Vec::new();
        for nth in 0..120 {
            let now = NOW.plus_days(nth);
            let done = ask(&db, now).await;
            assert!(done.asked <= 1, "{} on day {nth}", done.asked);
            if done.asked == 1 {
                let today = now.date(ZONE).to_string();
                assert_eq!(number!(db, "SELECT COUNT(*) FROM ask WHERE asked_on = $1", today.clone()), 1);
                let ask = news_of(&db, home.mother, home.id, now).await.ask.expect("something");
                let told = about(ask.instrument, ask.target, 4);
                store::send(&db, &mother, Id::fresh(now), &told, now).await.expect("it is saved");
                sequence.push((nth, ask.instrument.key, ask.about));
            }
            assert_eq!(asked(&db, home.mother, home.id, now).await, None, "nothing more on day {nth}");
            assert_eq!(ask(&db, now).await.asked, 0);
        }
        let whom = |name: &str| sequence.iter().filter(|(_, _, about)| about.as_deref() == Some(name)).count();
        assert_eq!((whom("Dina Holm"), whom("Storm Holm")), (2, 2), "{sequence:?}");
        let with = |key: &str| sequence.iter().filter(|(_, instrument, _)| *instrument == key).count();
        assert_eq!((with("who5"), with("step_up"), with("belief")), (5, 0, 0), "{sequence:?}");
        assert!(with("work") >= 1, "{sequence:?}");
    })
    .await;
}

#[tokio::test]
async fn who_told_today_of_their_own_accord_is_asked_nothing_today() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let mother = look(&db, home.mother, home.id).await;
        let told = about(&STEP_UP, Target::Goal(home.goal), 3);
        store::send(&db, &mother, Id::fresh(NOW), &told, NOW).await.expect("it is saved");
        assert_eq!(ask(&db, NOW).await, Asked::default());
        assert_eq!(ask(&db, NOW.plus_days(3)).await.asked, 1, "on Monday");
    })
    .await;
}

#[tokio::test]
async fn not_today_is_tomorrow_and_asks_nobody_who_was_not_asked() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mother = look(&db, home.mother, home.id).await;
        only_who5(&db, town.primary, home.id).await;
        let not_today = async |now| store::not_today(&db, &mother, &WHO5, Target::Teller, now).await.expect("put off");
        not_today(NOW).await;
        assert_eq!(number!(db, "SELECT COUNT(*) FROM ask"), 0);
        ask(&db, NOW).await;
        not_today(NOW).await;
        not_today(NOW).await;
        assert_eq!(asked(&db, home.mother, home.id, NOW).await, None);
        assert_eq!(ask(&db, NOW).await, Asked::default());
        assert_eq!(ask(&db, NOW.plus_days(2)).await, Asked::default(), "on Sunday nobody is asked");
        assert_eq!(asked(&db, home.mother, home.id, NOW.plus_days(2)).await, None);
        let monday = NOW.plus_days(3);
        assert_eq!(ask(&db, monday).await.asked, 1);
        assert_eq!(asked(&db, home.mother, home.id, monday).await, Some(("who5", None)));

        send(&db, home.mother, home.id, 5, monday).await;
        not_today(monday).await;
        assert_eq!(ask(&db, NOW.plus_days(4)).await, Asked::default(), "a page left open asks nobody again");
        assert_eq!(ask(&db, monday.plus_days(28)).await.asked, 1);

        let reader = look(&db, town.primary, home.id).await;
        store::set_rhythm(&db, &reader, &WHO5, Rhythm::Never, monday).await.expect("set");
        not_today(monday).await;
        assert_eq!(ask(&db, monday.plus_days(60)).await, Asked::default(), "never is never");
        assert!(not_found(store::not_today(&db, &reader, &WHO5, Target::Teller, NOW).await));
        assert!(not_found(store::not_today(&db, &reader, &BELIEF, Target::Person(home.mother), NOW).await));
        let father = look(&db, home.father, home.id).await;
        assert!(not_found(store::not_today(&db, &father, &CHILD, Target::Person(home.son), NOW).await));
    })
    .await;
}

#[tokio::test]
async fn not_today_is_no_reason_to_ask_sooner() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mother = look(&db, home.mother, home.id).await;
        only_who5(&db, town.primary, home.id).await;
        let (mut asked, mut silent) = (Vec::new(), Vec::new());
        for nth in 0..14 {
            let now = NOW.plus_days(nth);
            let today = ask(&db, now).await;
            asked.extend((today.asked > 0).then_some(nth));
            silent.extend((today.silent > 0).then_some(nth));
            store::not_today(&db, &mother, &WHO5, Target::Teller, now).await.expect("put off");
        }
        assert_eq!((asked, silent), (vec![0, 3, 6], vec![10]), "as gently as somebody who said nothing");
    })
    .await;
}

async fn begin_pause(db: &Ground, home: &Home, days: Pause) -> Id<Pause> {
    let mother = look(db, home.mother, home.id).await;
    store::pause(db, &mother, days, NOW).await.expect("a pause");
    let pauses = store::pauses(db, &mother, NOW.date(ZONE)).await.expect("pauses");
    pauses.into_iter().find(|(_, of)| *of == days).expect("it is listed").0
}

#[tokio::test]
async fn a_family_that_has_a_pause_is_not_asked_until_it_is_over_or_ended() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (town, home) = (&house.here, house.here.home());
        only_who5(&db, town.primary, home.id).await;
        let pause = begin_pause(&db, home, (day("2027-01-15"), day("2036-01-29"))).await;
        for nth in 0..9 {
            assert_eq!(ask(&db, NOW.plus_days(nth)).await, Asked::default());
            assert_eq!(asked(&db, home.mother, home.id, NOW.plus_days(nth)).await, None);
        }
        let father = look(&db, home.father, home.id).await;
        let seen = store::pauses(&db, &father, NOW.date(ZONE)).await.expect("the family's");
        assert_eq!(seen.len(), 1);
        assert!(store::pauses(&db, &father, day("2036-01-30")).await.expect("none left").is_empty());
        let strangers = [
            look(&db, town.contact, home.id).await,
            look(&db, town.other_primary, town.next_door().id).await,
            look(&db, house.there.home().mother, house.there.home().id).await,
        ];
        for stranger in &strangers {
            assert!(not_found(store::end_pause(&db, stranger, pause, NOW).await));
        }
        assert!(not_found(store::pauses(&db, &strangers[0], NOW.date(ZONE)).await));
        assert!(not_found(store::pause(&db, &strangers[0], (day("2027-01-15"), day("2027-01-15")), NOW).await));

        let adviser = look(&db, town.secondary, home.id).await;
        store::end_pause(&db, &adviser, pause, NOW.plus_days(9)).await.expect("ended");
        assert!(not_found(store::end_pause(&db, &adviser, pause, NOW.plus_days(9)).await));
        assert!(store::pauses(&db, &adviser, NOW.date(ZONE)).await.expect("none left").is_empty());
        ask(&db, NOW.plus_days(10)).await;
        let asked = "SELECT COUNT(*) FROM ask WHERE family = $1 AND asked_on = '2027-01-25'";
        assert_eq!(number!(db, asked, home.id), 2, "both parents, on the next working day though the pause was long");
    })
    .await;
}

#[tokio::test]
async fn a_pause_stops_the_asking_again_and_what_was_asked_waits() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        look(&db, home.mother, home.id).await;
        only_who5(&db, town.primary, home.id).await;
        assert_eq!(ask(&db, NOW).await.asked, 1);
        begin_pause(&db, home, (day("2027-01-16"), day("2027-01-31"))).await;
        for nth in 1..17 {
            assert_eq!(ask(&db, NOW.plus_days(nth)).await, Asked::default());
            assert_eq!(asked(&db, home.mother, home.id, NOW.plus_days(nth)).await, None);
        }
        assert_eq!(ask(&db, NOW.plus_days(17)).await, Asked { asked: 1, silent: 0 }, "the first of February");
    })
    .await;
}

#[tokio::test]
async fn nobody_is_asked_about_a_child_they_may_not_see_or_a_goal_that_is_no_longer_live() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let reader = look(&db, town.primary, home.id).await;
        look(&db, home.father, home.id).await;
        for instrument in [&WHO5, &WORK] {
            store::set_rhythm(&db, &reader, instrument, Rhythm::Never, NOW).await.expect("set");
        }
        store::set_rhythm(&db, &reader, &STEP_UP, Rhythm::TwoWeeks, NOW).await.expect("set");
        ask(&db, NOW).await;
        let of_father: Vec<(String,)> =
            rows!(db, "SELECT p.name FROM ask k JOIN person p ON p.id = k.about WHERE k.person = $1", home.father);
        assert_eq!(of_father, [("Dina Holm".to_owned(),)], "never about the son");
        let day = NOW.plus_days(14);
        assert_eq!(ask(&db, day).await.asked, 1);
        assert_eq!(asked(&db, home.father, home.id, day).await, Some(("child", Some("Dina Holm".to_owned()))));
        run!(db, "UPDATE guardianship SET may_see = FALSE WHERE adult = $1", home.father).expect("no more");
        assert_eq!(asked(&db, home.father, home.id, day).await, None, "not even her name");

        let day = NOW.plus_days(24);
        ask(&db, day).await;
        assert_eq!(asked(&db, home.father, home.id, day).await, Some(("step_up", Some("Mål 0".to_owned()))));
        run!(db, "UPDATE goal SET state = 'reached' WHERE id = $1", home.goal).expect("reached");
        assert_eq!(asked(&db, home.father, home.id, day).await, None);
        for nth in 24..90 {
            assert_eq!(ask(&db, NOW.plus_days(nth)).await, Asked::default(), "and nobody hears of a silence");
        }
        run!(db, "UPDATE goal SET state = 'live' WHERE id = $1", home.goal).expect("live again");
        assert_eq!(ask(&db, NOW.plus_days(91)).await.asked, 1);
    })
    .await;
}

#[tokio::test]
async fn who_has_left_the_family_is_asked_nothing_and_missed_by_nobody() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        look(&db, home.mother, home.id).await;
        assert_eq!(ask(&db, NOW).await.asked, 1);
        run!(db, "UPDATE person SET left_at = $2 WHERE id = $1", home.mother, NOW).expect("she leaves");
        for nth in 1..40 {
            assert_eq!(ask(&db, NOW.plus_days(nth)).await, Asked::default());
        }
    })
    .await;
}

#[tokio::test]
async fn a_familys_own_rhythm_counts_for_it_alone_and_only_its_staff_set_it() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (town, home) = (&house.here, house.here.home());
        let reader = look(&db, town.secondary, home.id).await;
        let usual: Vec<_> = store::rhythms(&db, &reader).await.expect("rhythms");
        let keys: Vec<_> = usual.iter().map(|(instrument, _)| instrument.key).collect();
        assert_eq!(keys, ["who5", "work", "child", "step_up"], "what parents answer");
        assert!(usual.iter().all(|(instrument, rhythm)| *rhythm == instrument.rhythm));
        store::set_rhythm(&db, &reader, &WHO5, Rhythm::TwoWeeks, NOW).await.expect("set");
        store::set_rhythm(&db, &reader, &WHO5, Rhythm::TeamMeeting, NOW).await.expect("set");
        let who5 = async |person, family| {
            let access = look(&db, person, family).await;
            store::rhythms(&db, &access).await.expect("rhythms")[0].1
        };
        assert_eq!(who5(town.primary, home.id).await, Rhythm::TeamMeeting);
        assert_eq!(who5(town.other_primary, town.next_door().id).await, WHO5.rhythm);
        for person in [home.mother, town.contact] {
            let access = look(&db, person, home.id).await;
            assert!(not_found(store::set_rhythm(&db, &access, &WHO5, Rhythm::Never, NOW).await));
        }
        assert!(not_found(store::set_rhythm(&db, &reader, &BELIEF, Rhythm::TwoWeeks, NOW).await));
        let contact = look(&db, town.contact, home.id).await;
        assert!(not_found(store::rhythms(&db, &contact).await));

        send(&db, home.mother, home.id, 5, NOW).await;
        let next =
            async || -> Vec<(Option<String>,)> { rows!(db, "SELECT next_on FROM ask WHERE instrument = 'who5'") };
        assert_eq!(next().await, [(Some("2027-01-18".to_owned()),)], "three working days before the 21st");
        for (rhythm, expected) in [
            (Rhythm::TwoWeeks, Some("2027-01-29")),
            (Rhythm::TwelveWeeks, Some("2027-04-09")),
            (Rhythm::Never, None),
            (Rhythm::FourWeeks, Some("2027-02-12")),
        ] {
            store::set_rhythm(&db, &reader, &WHO5, rhythm, NOW).await.expect("set");
            assert_eq!(next().await, [(expected.map(str::to_owned),)], "{rhythm:?}");
        }
        let late = look_at(&db, town.primary, home.id, NOW.plus_days(60)).await;
        store::set_rhythm(&db, &late, &WHO5, Rhythm::TwoWeeks, NOW.plus_days(60)).await.expect("set");
        assert_eq!(next().await, [(Some("2027-03-16".to_owned()),)], "today, when the day has passed");
    })
    .await;
}

#[tokio::test]
async fn every_municipality_has_its_own_day() {
    on_both(async |db| {
        let house = cast(&db).await;
        run!(db, "UPDATE municipality SET zone = 'Pacific/Auckland' WHERE id = $1", house.there.id).expect("far away");
        let (here, there) = (house.here.home(), house.there.home());
        let thursday_night = crate::cast::at("2027-01-14T13:00");
        look_at(&db, here.mother, here.id, thursday_night).await;
        look_at(&db, there.mother, there.id, thursday_night).await;
        assert_eq!(ask(&db, thursday_night).await.asked, 2);
        let days: Vec<(String,)> = rows!(db, "SELECT DISTINCT asked_on FROM ask WHERE asked = 1 ORDER BY asked_on");
        assert_eq!(days, [("2027-01-14".to_owned(),), ("2027-01-15".to_owned(),)]);
    })
    .await;
}

#[tokio::test]
async fn after_not_today_nothing_that_was_asked_before_comes_in_its_place() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        look(&db, home.mother, home.id).await;
        ask(&db, NOW).await;
        run!(db, "UPDATE ask SET asked = 1, asked_on = '2027-01-12', next_on = '2027-01-20' WHERE instrument = 'work'")
            .expect("asked on Tuesday");
        assert_eq!(asked(&db, home.mother, home.id, NOW).await, Some(("who5", None)));
        let mother = look(&db, home.mother, home.id).await;
        store::not_today(&db, &mother, &WHO5, Target::Teller, NOW).await.expect("put off");
        assert_eq!(asked(&db, home.mother, home.id, NOW).await, None, "one thing a day");
        let monday = NOW.plus_days(3);
        ask(&db, monday).await;
        assert_eq!(asked(&db, home.mother, home.id, monday).await, Some(("who5", None)));
    })
    .await;
}

/// Holds up whoever wants to write what a round may write.
enum Standstill {
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

impl Standstill {
    async fn of(db: &Ground) -> Self {
        match &db.behind {
            Behind::Sqlite(on) => Self::Sqlite(on.begin_with("BEGIN IMMEDIATE").await.expect("the only writer")),
            Behind::Postgres(on) => {
                let mut tx = on.begin().await.expect("a transaction");
                let lock = "LOCK TABLE ask, inbox_item, holder IN SHARE MODE";
                sqlx::query(lock).execute(&mut *tx).await.expect("nobody writes");
                Self::Postgres(tx)
            }
        }
    }

    async fn end(self) {
        match self {
            Self::Sqlite(tx) => tx.rollback().await.expect("the end"),
            Self::Postgres(tx) => tx.rollback().await.expect("the end"),
        }
    }
}

#[tokio::test]
async fn a_round_with_nothing_new_writes_nothing_and_waits_for_nobody() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        send(&db, home.mother, home.id, 5, NOW).await;
        ask(&db, NOW).await;
        store::move_on(&db, NOW).await.expect("a round");
        let standstill = Standstill::of(&db).await;
        let rounds = async {
            assert_eq!(ask(&db, NOW).await, Asked::default());
            assert_eq!(store::move_on(&db, NOW).await.expect("a round"), 0);
        };
        let outcome = tokio::time::timeout(std::time::Duration::from_secs(5), rounds).await;
        standstill.end().await;
        outcome.expect("it only reads");
    })
    .await;
}
