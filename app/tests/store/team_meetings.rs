use app::{
    domain::{
        access::Purpose,
        checkin::{Answers, CheckIn, Target, Telling, who5::WHO5},
        id::Id,
        moment::Moment,
        person::Person,
        review::{NextStep, Reply},
        team_meeting::{Period, Turn},
        working_time::Office,
    },
    store::{self, Access, Caseload, Error},
};

use crate::{
    cast::{Home, NOW, ZONE, cast, enter, look_at, note},
    ground::{Ground, number, on_both, rows, run},
};

/// A working day before the last team meeting, which was on Thursday 7 January 2027.
const BEFORE: i64 = -10;

/// What somebody goes through at a team meeting.
async fn meeting(db: &Ground, person: Id<Person>, now: Moment, period: Period) -> Vec<Turn> {
    let viewer = enter(db, person, now).await;
    let caseload = Caseload::open(db, &viewer, Purpose::TeamMeeting, now).await.expect("a caseload");
    store::team_meeting(db, &caseload, &Office::usual(ZONE), period).await.expect("a meeting")
}

async fn at_meeting(db: &Ground, person: Id<Person>, home: &Home) -> Access {
    look_at(db, person, home.id, NOW).await
}

/// A parent tells with WHO-5, every question answered with the same.
async fn tell(db: &Ground, person: Id<Person>, home: &Home, answer: i64, days: i64) -> Id<CheckIn> {
    let now = NOW.plus_days(days);
    let access = look_at(db, person, home.id, now).await;
    let answer = answer.to_string();
    let answers = Answers::parse(&WHO5, |_| Ok(Some(answer.as_str()))).expect("five answers");
    let (target, words) = (Target::Teller, None);
    let telling = Telling { instrument: &WHO5, target, answers, words, call_me: false, answered_at: None };
    store::send(db, &access, Id::fresh(now), &telling, now).await.expect("it is saved")
}

/// Somebody reads it and promises to call.
async fn promise(db: &Ground, person: Id<Person>, home: &Home, told: Id<CheckIn>, by: &str, days: i64) {
    let now = NOW.plus_days(days);
    let access = look_at(db, person, home.id, now).await;
    let reply = Reply { next_step: NextStep::Call, by: Some(by.parse().expect("a day")), words: None };
    store::review(db, &access, Id::from_uuid(told.uuid()), &reply, now).await.expect("it is closed");
}

fn names(turns: &[Turn]) -> Vec<&str> {
    turns.iter().map(|turn| turn.name.as_str()).collect()
}

fn word(turn: &Turn) -> Option<&str> {
    turn.word.as_ref().map(|name| name.as_str())
}

#[tokio::test]
async fn a_family_stands_with_what_changed_since_the_last_meeting() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let (home, next_door) = (town.home(), town.next_door());
        run!(db, "UPDATE goal SET created_at = 0 WHERE id <> $1", home.waiting).expect("older goals");
        tell(&db, home.mother, home, 4, BEFORE - 20).await;
        tell(&db, home.father, home, 3, BEFORE).await;
        let told = tell(&db, home.mother, home, 1, -2).await;
        tell(&db, next_door.mother, next_door, 5, BEFORE).await;
        let mother = look_at(&db, home.mother, home.id, NOW.plus_days(-1)).await;
        store::tick(&db, &mother, home.steps[0], true, NOW.plus_days(-1)).await.expect("done");
        let father = look_at(&db, home.father, home.id, NOW.plus_days(BEFORE)).await;
        store::tick(&db, &father, home.steps[1], true, NOW.plus_days(BEFORE)).await.expect("done before");
        promise(&db, town.secondary, home, told, "2027-01-14", -1).await;

        let turns = meeting(&db, town.secondary, NOW, Period::SinceLast).await;
        assert_eq!(names(&turns), ["Holm", "Madsen"], "the one in need first");
        let turn = &turns[0];
        let numbers: Vec<_> = turn.trends.iter().map(|trend| (trend.person.first(), trend.latest.1)).collect();
        let mut numbers_by_name = numbers.clone();
        numbers_by_name.sort_unstable();
        assert_eq!(numbers_by_name, [("Finn", 60), ("Mette", 20)]);
        let since = app::domain::moment::start_of("2027-01-07".parse().expect("a day"), ZONE);
        for trend in &turn.trends {
            let of_mother = trend.person.first() == "Mette";
            assert_eq!((trend.is_new(since), trend.before(since)), (of_mother, of_mother.then_some(80)));
        }
        let titles = |titles: &[app::domain::words::Title]| titles.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(titles(&turn.steps_done), ["Skridt 0"]);
        assert_eq!(titles(&turn.new_goals), ["Mål 1"]);
        assert_eq!(turn.unread.iter().map(|unread| unread.person.first()).collect::<Vec<_>>(), ["Mette", "Finn"]);
        let [promised] = &turn.promises[..] else { panic!("one promise") };
        assert_eq!((promised.name.as_str(), promised.to.first()), ("Bent Sekundær", "Mette"));
        assert_eq!((promised.next_step, promised.by.to_string().as_str()), (NextStep::Call, "2027-01-14"));
        assert_eq!(word(turn), Some("Bent Sekundær"), "a late promise speaks first");
        assert_eq!(word(&turns[1]), Some("Carl Nabo"));

        let four_weeks = meeting(&db, town.primary, NOW, Period::FourWeeks).await;
        assert_eq!(names(&four_weeks), ["Holm"], "only one's own families");
        assert_eq!(titles(&four_weeks[0].steps_done), ["Skridt 1", "Skridt 0"]);
        assert_eq!(meeting(&db, town.lead, NOW, Period::FourWeeks).await.len(), 0);
        assert_eq!(meeting(&db, town.contact, NOW, Period::FourWeeks).await.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn twelve_numbers_of_a_parent_are_looked_back_on() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        for day in 0..14 {
            tell(&db, home.mother, home, (14 - day) % 6, -20 - day).await;
        }
        let turns = meeting(&db, town.primary, NOW, Period::SinceLast).await;
        let [trend] = &turns[0].trends[..] else { panic!("one trend") };
        assert_eq!(trend.earlier.len(), 11);
        assert_eq!(trend.latest.1, 14 % 6 * 20);
        assert!(
            trend.earlier.is_sorted_by_key(|(at, _)| *at) && trend.earlier.iter().all(|(at, _)| *at < trend.latest.0)
        );
    })
    .await;
}

#[tokio::test]
async fn a_promise_kept_today_is_still_told_and_one_kept_before_is_not() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let told = tell(&db, home.mother, home, 1, -2).await;
        promise(&db, town.secondary, home, told, "2027-01-14", -1).await;
        let kept = async |now| {
            let turns = meeting(&db, town.primary, now, Period::SinceLast).await;
            let kept = turns[0].promises.iter().map(|promise| promise.kept).collect::<Vec<_>>();
            (kept, word(&turns[0]).map(str::to_owned))
        };
        assert_eq!(kept(NOW).await, (vec![false], Some("Bent Sekundær".to_owned())));
        let review = meeting(&db, town.primary, NOW, Period::SinceLast).await[0].promises[0].review;
        let primary = at_meeting(&db, town.primary, home).await;
        store::keep(&db, &primary, review, NOW).await.expect("kept");
        assert_eq!(kept(NOW).await, (vec![true], Some("Bent Sekundær".to_owned())), "the word stays for the day");
        assert_eq!(kept(NOW.plus_days(1)).await, (vec![], Some("Anna Primær".to_owned())));
    })
    .await;
}

#[tokio::test]
async fn whoever_is_away_today_does_not_have_the_word() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let today = NOW.date(ZONE);
        for (person, word_then) in [(town.primary, "Bent Sekundær"), (town.secondary, "Eva Koordinator")] {
            let viewer = enter(&db, person, NOW).await;
            store::be_away(&db, &viewer, (today, today), NOW).await.expect("away");
            assert_eq!(word(&meeting(&db, town.back_up, NOW, Period::SinceLast).await[0]), Some(word_then));
        }
        let tomorrow = meeting(&db, town.back_up, NOW.plus_days(1), Period::SinceLast).await;
        assert_eq!(word(&tomorrow[0]), Some("Anna Primær"));
    })
    .await;
}

#[tokio::test]
async fn the_look_is_in_the_log_of_every_family_gone_through_and_of_no_other() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        run!(db, "UPDATE team_member SET person = $1 WHERE part = 'back_up'", town.primary).expect("two parts");
        run!(
            db,
            "UPDATE team_member SET person = $1 WHERE part = 'contact_person' AND family = $2",
            town.primary,
            town.next_door().id
        )
        .expect("chosen next door");
        meeting(&db, town.primary, NOW, Period::SinceLast).await;
        meeting(&db, town.primary, NOW.plus_seconds(60), Period::FourWeeks).await;
        let looks: Vec<(uuid::Uuid,)> =
            rows!(db, "SELECT family FROM access_log WHERE purpose = 'team_meeting' AND person = $1", town.primary);
        assert_eq!(looks, [(town.home().id.uuid(),); 2], "each look, and not for the family that merely chose them");
    })
    .await;
}

#[tokio::test]
async fn what_was_agreed_is_kept_once_however_often_the_page_is_sent() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let primary = at_meeting(&db, town.primary, home).await;
        let secondary = at_meeting(&db, town.secondary, home).await;
        let id = Id::fresh(NOW);
        for words in ["Karen ringer", "Karen ringer", "Karen ringer mandag"] {
            store::agree(&db, &primary, id, &note(words), NOW).await.expect("it is kept");
        }
        store::agree(&db, &secondary, id, &note("Karen ringer"), NOW.plus_seconds(9)).await.expect("another's page");
        let agreed = store::agreements(&db, &secondary).await.expect("agreements");
        let mut words: Vec<_> = agreed.iter().map(|one| (one.author.as_str(), one.words.as_str())).collect();
        assert_eq!(words[0], ("Bent Sekundær", "Karen ringer"), "the newest first");
        words.sort_unstable();
        assert_eq!(
            words,
            [
                ("Anna Primær", "Karen ringer"),
                ("Anna Primær", "Karen ringer mandag"),
                ("Bent Sekundær", "Karen ringer")
            ]
        );
        let turns = meeting(&db, town.secondary, NOW, Period::SinceLast).await;
        let lately: Vec<_> = turns.iter().map(|turn| (turn.name.as_str(), turn.agreements.len())).collect();
        assert!(lately.contains(&("Holm", 3)) && lately.contains(&("Madsen", 0)), "{lately:?}");
    })
    .await;
}

#[tokio::test]
async fn what_was_agreed_is_for_those_who_read_for_the_family_alone() {
    on_both(async |db| {
        let house = cast(&db).await;
        let town = house.here;
        let home = town.home();
        let told = tell(&db, home.mother, home, 1, -2).await;
        run!(
            db,
            "INSERT INTO holder (municipality, family, item, person, reason, since)
                VALUES ($1, $2, $3, $4, 'nobody_else', 0)",
            town.id,
            home.id,
            told,
            town.other_primary
        )
        .expect("somebody stands in");
        for person in [home.mother, town.contact, town.other_primary] {
            let access = at_meeting(&db, person, home).await;
            assert!(matches!(store::agreements(&db, &access).await, Err(Error::NotFound)));
            let agreed = store::agree(&db, &access, Id::fresh(NOW), &note("Nej"), NOW).await;
            assert!(matches!(agreed, Err(Error::NotFound)));
        }
        assert_eq!(names(&meeting(&db, town.other_primary, NOW, Period::SinceLast).await), ["Madsen"]);
        assert!(
            meeting(&db, house.there.primary, NOW, Period::SinceLast).await.iter().all(|turn| turn.family != home.id)
        );
        for person in [town.primary, town.secondary, town.coordinator, town.back_up] {
            let access = at_meeting(&db, person, home).await;
            store::agree(&db, &access, Id::fresh(NOW), &note("Ja"), NOW).await.expect("it is kept");
        }
        assert_eq!(number!(db, "SELECT COUNT(*) FROM agreement"), 4);
    })
    .await;
}
