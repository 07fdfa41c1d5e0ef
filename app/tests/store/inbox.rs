use app::{
    domain::{
        access::Purpose,
        checkin::{Need, Telling},
        family::Family,
        id::Id,
        inbox::{Absence, InboxItem, Matter, Reason},
        moment::Moment,
        person::{Person, Role},
        review::NextStep,
        team::Part,
    },
    store::{self, Access, Batch, Error, NewTeamMember, Whose},
};

use crate::{
    cast::{
        HOUR, NOW, Town, at, cast, enter, held, inbox, item, items, look, look_at, note, person, reply, send, telling,
    },
    ground::{Ground, number, on_both, rows, run},
};

fn not_found<T>(outcome: Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::NotFound))
}

/// Who has an item now and why, by name, as its readers see it.
async fn who(db: &Ground, reader: Id<Person>, family: Id<Family>, id: Id<InboxItem>) -> Vec<(String, Reason)> {
    let access = look(db, reader, family).await;
    let holders = store::holders(db, &access, id).await.expect("its holders");
    let now = holders.into_iter().filter(|(.., until)| until.is_none());
    now.map(|(name, reason, ..)| (name.as_str().to_owned(), reason)).collect()
}

fn named(expected: &[(&str, Reason)]) -> Vec<(String, Reason)> {
    expected.iter().map(|(name, reason)| ((*name).to_owned(), *reason)).collect()
}

async fn round(db: &Ground, now: Moment) -> u64 {
    store::move_on(db, now).await.expect("a round")
}

async fn away(db: &Ground, person: Id<Person>, from: &str, until: &str, now: Moment) -> Id<Absence> {
    let viewer = enter(db, person, now).await;
    let days = (from.parse().expect("a day"), until.parse().expect("a day"));
    store::be_away(db, &viewer, days, now).await.expect("away");
    let absences = store::absences(db, &viewer, now).await.expect("absences");
    absences.into_iter().find(|(_, of)| *of == days).expect("it is listed").0
}

const ANNA: (&str, Reason) = ("Anna Primær", Reason::First);

#[tokio::test]
async fn what_is_calm_goes_to_the_first_then_at_half_time_to_the_second_and_past_the_deadline_to_the_rest() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let told = send(&db, home.mother, home.id, 5, NOW).await;
        let who = async || who(&db, town.secondary, home.id, item(told)).await;
        assert_eq!(who().await, named(&[ANNA]));
        let half = at("2027-01-18T15:00");
        assert_eq!(round(&db, half.plus_seconds(-1)).await, 1, "looked at, as everything is once an hour");
        assert_eq!(who().await, named(&[ANNA]));
        round(&db, half).await;
        let second = ("Bent Sekundær", Reason::HalfTime);
        assert_eq!(who().await, named(&[ANNA, second]));
        let mother = look(&db, home.mother, home.id).await;
        let late = store::read_by(&db, &mother, told).await.expect("a time");
        assert_eq!(late, at("2027-01-20T15:00"), "the last working day before the team meets on the 21st");
        round(&db, late.plus_seconds(-1)).await;
        assert_eq!(who().await, named(&[ANNA, second]));
        round(&db, late).await;
        let rest = [("Eva Koordinator", Reason::Late), ("Dorte Afløser", Reason::Late)];
        assert_eq!(who().await, named(&[ANNA, second, rest[0], rest[1]]));
        assert_eq!(round(&db, late).await, 0, "and then there is nothing to do");

        let access = look(&db, town.back_up, home.id).await;
        let log = store::holders(&db, &access, item(told)).await.expect("its holders");
        let since: Vec<_> = log.iter().map(|(_, _, since, until)| (*since, *until)).collect();
        assert_eq!(since, [(NOW, None), (half, None), (late, None), (late, None)]);
        let closed = late.plus_seconds(HOUR);
        store::review(&db, &access, item(told), &reply(NextStep::Nothing, None), closed).await.expect("closed");
        for reader in [town.primary, town.secondary, town.coordinator, town.back_up] {
            assert_eq!(held(&db, reader).await, []);
        }
        let log = store::holders(&db, &access, item(told)).await.expect("its holders");
        assert!(log.iter().all(|(.., until)| *until == Some(closed)), "the log keeps who had it until when");
        assert_eq!(round(&db, closed.plus_days(400)).await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_is_pressing_goes_to_both_at_once_and_is_due_on_the_next_working_day() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mother = look(&db, home.mother, home.id).await;
        let low = send(&db, home.mother, home.id, 1, NOW).await;
        let call = Id::fresh(NOW);
        let telling = Telling { call_me: true, ..telling([5; 5]) };
        store::send(&db, &mother, call, &telling, NOW).await.expect("it is saved");
        let both = [ANNA, ("Bent Sekundær", Reason::Pressing)];
        for told in [low, call] {
            assert_eq!(who(&db, town.primary, home.id, item(told)).await, named(&both));
            assert_eq!(store::read_by(&db, &mother, told).await.expect("a time"), at("2027-01-18T15:00"));
        }
    })
    .await;
}

#[tokio::test]
async fn who_goes_away_hands_on_at_once_and_who_had_it_keeps_it() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let told = send(&db, home.mother, home.id, 5, NOW).await;
        let who = async || who(&db, town.coordinator, home.id, item(told)).await;
        let today = away(&db, town.primary, "2027-01-15", "2027-01-15", NOW).await;
        let second = ("Bent Sekundær", Reason::Away);
        assert_eq!(who().await, named(&[ANNA, second]));
        let viewer = enter(&db, town.primary, NOW).await;
        store::be_back(&db, &viewer, today, NOW).await.expect("back");
        assert_eq!(who().await, named(&[ANNA, second]), "nobody who reads for the family loses it");
        assert!(not_found(store::be_back(&db, &viewer, today, NOW).await));

        away(&db, town.primary, "2027-01-16", "2027-01-20", NOW).await;
        let of_second = away(&db, town.secondary, "2027-01-16", "2027-01-19", NOW).await;
        assert!(not_found(store::be_back(&db, &viewer, of_second, NOW).await), "another's absence");
        assert_eq!(who().await, named(&[ANNA, second]), "not before the day has begun");
        round(&db, at("2027-01-15T23:59")).await;
        assert_eq!(who().await, named(&[ANNA, second]));
        round(&db, at("2027-01-16T00:00")).await;
        let third = ("Eva Koordinator", Reason::Away);
        assert_eq!(who().await, named(&[ANNA, second, third]), "at midnight in Copenhagen");
        assert_eq!(store::absences(&db, &viewer, NOW).await.expect("absences").len(), 1);
        assert!(store::absences(&db, &viewer, at("2027-01-21T00:00")).await.expect("absences").is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_comes_while_the_first_is_away_stands_with_the_second_from_the_start() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        away(&db, town.primary, "2027-01-11", "2027-01-29", NOW).await;
        let told = send(&db, home.mother, home.id, 5, NOW).await;
        let both = [ANNA, ("Bent Sekundær", Reason::Away)];
        assert_eq!(who(&db, town.secondary, home.id, item(told)).await, named(&both));
    })
    .await;
}

/// Why things stand in somebody's inbox no more, in the order in which they came there.
async fn ends(db: &Ground, person: Id<Person>) -> Vec<String> {
    let rows: Vec<(String,)> =
        rows!(db, "SELECT ended FROM holder WHERE person = $1 AND until IS NOT NULL ORDER BY id", person);
    rows.into_iter().map(|(end,)| end).collect()
}

async fn team_away(db: &Ground, town: &Town, from: &str, until: &str) -> Vec<Id<Absence>> {
    let mut absences = Vec::new();
    for reader in [town.primary, town.secondary, town.coordinator, town.back_up] {
        absences.push(away(db, reader, from, until, NOW).await);
    }
    absences
}

#[tokio::test]
async fn where_nobody_who_reads_is_there_everybody_has_it_and_whoever_stands_in_sees_that_and_no_more() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (town, home) = (&house.here, house.here.home());
        let before = send(&db, home.father, home.id, 5, NOW).await;
        let reader = look(&db, town.primary, home.id).await;
        store::review(&db, &reader, item(before), &reply(NextStep::Call, None), NOW).await.expect("closed");
        let father = look(&db, home.father, home.id).await;
        let kept = store::own(&db, &father, before).await.expect("his own").review.expect("it was read").id;
        team_away(&db, town, "2027-01-15", "2027-01-15").await;
        let told = send(&db, home.mother, home.id, 5, NOW).await;
        let stand_in = town.other_primary;
        assert_eq!(held(&db, stand_in).await, [item(told)]);
        for nobody in [town.contact, town.lead, home.mother, house.there.primary] {
            assert_eq!(held(&db, nobody).await, []);
        }

        let viewer = enter(&db, stand_in, NOW).await;
        let open = |whose| Access::open(&db, &viewer, whose, Purpose::CheckIn, NOW);
        let access = open(Whose::InboxItem(item(told))).await.expect("while it is in the inbox");
        assert_eq!(access.relation().key(), "stand_in");
        let logged = "SELECT COUNT(*) FROM access_log WHERE person = $1 AND relation = 'stand_in'";
        assert!(number!(db, logged, stand_in) >= 1);
        let (read, answers) = store::inbox_item(&db, &access, item(told)).await.expect("it is in the inbox");
        assert_eq!((read.matter, answers.len()), (Matter::Told, 5));
        let all: Vec<_> = store::holders(&db, &access, item(told)).await.expect("its holders");
        assert!(all.iter().any(|(name, reason, ..)| (name.as_str(), *reason) == ("Carl Nabo", Reason::NobodyElse)));
        assert!(not_found(store::inbox_item(&db, &access, item(before)).await), "another item of the same family");
        assert!(store::holders(&db, &access, item(before)).await.expect("nothing").is_empty());
        assert!(not_found(store::review(&db, &access, item(before), &reply(NextStep::Call, None), NOW).await));
        assert!(not_found(store::keep(&db, &access, kept, NOW).await));
        assert!(not_found(store::told(&db, &access).await));
        assert!(not_found(store::answers(&db, &access).await));
        assert!(not_found(store::people(&db, &access).await));
        assert!(not_found(store::goals(&db, &access).await));
        assert!(not_found(store::upcoming(&db, &access, NOW, 9).await));
        assert!(not_found(store::targets(&db, &access, &app::domain::checkin::sdq::SDQ).await));
        assert!(not_found(store::pauses(&db, &access, NOW.date(crate::cast::ZONE)).await));
        let wishes = app::domain::rhythm::Rhythm::Never;
        let who5 = &app::domain::checkin::who5::WHO5;
        assert!(not_found(store::set_rhythm(&db, &access, who5, wishes, NOW).await));

        let monday = at("2027-01-18T00:00");
        round(&db, monday).await;
        assert_eq!(held(&db, stand_in).await, [], "the team is back");
        assert!(not_found(store::inbox_item(&db, &access, item(told)).await));
        assert!(not_found(store::review(&db, &access, item(told), &reply(NextStep::Call, None), monday).await));
        assert!(not_found(open(Whose::InboxItem(item(told))).await));
        assert!(not_found(open(Whose::Family(home.id)).await));
        assert_eq!(held(&db, town.back_up).await, [item(told)], "who reads for the family keeps it");
    })
    .await;
}

#[tokio::test]
async fn who_stands_in_may_answer_and_only_their_own_promise_is_theirs_to_keep() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        team_away(&db, &town, "2027-01-15", "2027-01-22").await;
        let first = send(&db, home.mother, home.id, 5, NOW).await;
        let second = send(&db, home.father, home.id, 5, NOW).await;
        let access = look(&db, town.other_primary, home.id).await;
        store::review(&db, &access, item(first), &reply(NextStep::Call, None), NOW).await.expect("closed");
        let mother = look(&db, home.mother, home.id).await;
        let review = store::own(&db, &mother, first).await.expect("her own").review.expect("it was read");
        assert_eq!(review.reviewer.as_str(), "Carl Nabo");
        store::keep(&db, &access, review.id, NOW).await.expect("kept");
        assert_eq!(held(&db, town.other_primary).await, [item(second)]);
    })
    .await;
}

#[tokio::test]
async fn whoever_stands_in_and_goes_away_hands_it_to_those_who_are_there_and_when_all_are_away_all_have_it() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.next_door();
        away(&db, town.other_primary, "2027-01-15", "2027-01-22", NOW).await;
        away(&db, town.secondary, "2027-01-15", "2027-01-22", NOW).await;
        let told = item(send(&db, home.mother, home.id, 5, NOW).await);
        for there in [town.primary, town.back_up, town.coordinator] {
            assert_eq!(held(&db, there).await, [told]);
        }
        away(&db, town.primary, "2027-01-15", "2027-01-22", NOW).await;
        assert_eq!(held(&db, town.primary).await, []);
        assert_eq!(held(&db, town.back_up).await, [told]);
        away(&db, town.back_up, "2027-01-16", "2027-01-22", NOW).await;
        away(&db, town.coordinator, "2027-01-16", "2027-01-22", NOW).await;
        assert_eq!(held(&db, town.primary).await, []);
        round(&db, at("2027-01-16T00:00")).await;
        for anybody in [town.primary, town.secondary, town.back_up, town.coordinator, town.other_primary] {
            assert_eq!(held(&db, anybody).await, [told], "from midnight on nobody is there");
        }
        round(&db, at("2027-01-23T00:00")).await;
        assert_eq!(held(&db, town.other_primary).await, [told]);
        assert_eq!(held(&db, town.secondary).await, [told]);
        assert_eq!(held(&db, town.primary).await, []);
        assert_eq!(ends(&db, town.primary).await, ["away", "readers_back"]);
        let reader = look(&db, town.other_primary, home.id).await;
        store::review(&db, &reader, told, &reply(NextStep::AtNextMeeting, Some("Tak")), NOW.plus_days(8))
            .await
            .expect("read");
        assert_eq!(ends(&db, town.other_primary).await, ["read"]);
        let closed = "SELECT COUNT(*) FROM inbox_item WHERE closed_at IS NOT NULL AND closed_by = $1";
        assert_eq!(number!(db, closed, town.other_primary), 1, "by whom it was read");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM holder WHERE (until IS NULL) <> (ended IS NULL)"), 0);
    })
    .await;
}

#[tokio::test]
async fn what_stood_with_somebody_who_left_stands_with_the_next_on_the_next_round() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let told = item(send(&db, home.mother, home.id, 5, NOW).await);
        run!(db, "UPDATE person SET left_at = $2 WHERE id = $1", town.primary, NOW).expect("she leaves");
        assert_eq!(round(&db, NOW.plus_seconds(1)).await, 1);
        assert_eq!(round(&db, NOW.plus_seconds(1)).await, 0);
        assert_eq!(who(&db, town.secondary, home.id, told).await, named(&[("Bent Sekundær", Reason::First)]));
        assert_eq!(ends(&db, town.primary).await, ["left"]);
        for leaver in [town.secondary, town.coordinator, town.back_up] {
            run!(db, "UPDATE person SET left_at = $2 WHERE id = $1", leaver, NOW).expect("they leave");
        }
        round(&db, NOW.plus_seconds(2)).await;
        assert_eq!(held(&db, town.other_primary).await, [told], "the last adviser of the municipality");
        run!(db, "UPDATE person SET left_at = $2 WHERE id = $1", town.other_primary, NOW).expect("he leaves");
        round(&db, NOW.plus_seconds(3)).await;
        assert_eq!(number!(db, "SELECT COUNT(*) FROM holding"), 0);
        let newcomer = person(None, "Nina Ny", Role::Adviser);
        let batch = Batch { people: vec![newcomer.clone()], ..Batch::default() };
        store::load(&db, town.id, &batch, NOW).await.expect("employed");
        round(&db, NOW.plus_seconds(3 + HOUR)).await;
        assert_eq!(held(&db, newcomer.id).await, [told], "within an hour");
    })
    .await;
}

#[tokio::test]
async fn who_advises_no_more_has_nothing_more() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.next_door();
        let told = item(send(&db, home.mother, home.id, 5, NOW).await);
        run!(db, "UPDATE person SET role = 'project_lead' WHERE id = $1", town.other_primary).expect("promoted");
        assert_eq!(held(&db, town.other_primary).await, []);
        assert_eq!(round(&db, NOW.plus_seconds(1)).await, 1);
        assert_eq!(held(&db, town.secondary).await, [told]);
    })
    .await;
}

#[tokio::test]
async fn what_was_missed_in_the_instant_it_came_is_found_within_the_hour() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let told = item(send(&db, home.mother, home.id, 5, NOW).await);
        const UNSEEN: &str = "INSERT INTO absence (id, municipality, person, from_day, until_day)
            VALUES ($1, $2, $3, '2027-01-15', '2027-01-20')";
        run!(db, UNSEEN, Id::<Absence>::fresh(NOW), town.id, town.primary).expect("at the same instant");
        round(&db, NOW.plus_seconds(HOUR)).await;
        assert_eq!(held(&db, town.secondary).await, [told]);
    })
    .await;
}

#[tokio::test]
async fn who_read_the_answer_and_wants_a_call_all_the_same_stands_in_the_inbox_once_more() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let (home, next_door) = (town.home(), town.next_door());
        let told = send(&db, home.mother, home.id, 5, NOW).await;
        let mother = look(&db, home.mother, home.id).await;
        assert!(not_found(store::call_anyway(&db, &mother, told, NOW).await), "nobody has answered yet");
        let reader = look(&db, town.primary, home.id).await;
        store::review(&db, &reader, item(told), &reply(NextStep::Nothing, None), NOW).await.expect("closed");
        assert_eq!(store::call_waiting(&db, &mother, told).await.expect("an answer"), None);
        for (parent, family) in [(home.father, home.id), (next_door.mother, next_door.id)] {
            let access = look(&db, parent, family).await;
            assert!(not_found(store::call_anyway(&db, &access, told, NOW).await));
            assert_eq!(store::call_waiting(&db, &access, told).await.expect("an answer"), None);
        }
        assert!(not_found(store::call_anyway(&db, &reader, told, NOW).await));
        assert!(not_found(store::call_waiting(&db, &reader, told).await));

        for seconds in [1, 2] {
            store::call_anyway(&db, &mother, told, NOW.plus_seconds(seconds)).await.expect("asked");
        }
        let by = at("2027-01-18T15:00");
        assert_eq!(store::call_waiting(&db, &mother, told).await.expect("an answer"), Some(by));
        let calls = items(&db, town.primary).await;
        assert_eq!(calls.len(), 1);
        assert_eq!(
            (calls[0].matter, calls[0].needs(), calls[0].waiting.read_by),
            (Matter::CallAnyway, vec![Need::CallMe], by)
        );
        assert_eq!(calls[0].check_in.as_ref().map(|check_in| check_in.id), Some(told));
        assert_eq!(held(&db, town.secondary).await, [calls[0].id], "it is pressing");

        let later = NOW.plus_seconds(HOUR);
        store::review(&db, &reader, calls[0].id, &reply(NextStep::Call, None), later).await.expect("closed");
        assert_eq!(store::call_waiting(&db, &mother, told).await.expect("an answer"), None);
        let own = store::own(&db, &mother, told).await.expect("her own").review.expect("the latest answer");
        assert_eq!((own.at, own.reply.next_step), (later, NextStep::Call));
        assert_eq!(number!(db, "SELECT COUNT(*) FROM review"), 2, "the first answer stays");
        store::call_anyway(&db, &mother, told, later).await.expect("and once more");
        assert_eq!(held(&db, town.primary).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_inbox_shows_beside_each_what_the_same_parent_told_before_about_the_same() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let reader = look(&db, town.primary, home.id).await;
        for nth in 0..14 {
            let now = NOW.plus_days(nth - 14);
            let told = send(&db, home.mother, home.id, nth % 6, now).await;
            store::review(&db, &reader, item(told), &reply(NextStep::Nothing, None), now).await.expect("closed");
        }
        send(&db, home.father, home.id, 5, NOW).await;
        let last = send(&db, home.mother, home.id, 0, NOW).await;
        let of_primary = inbox(&db, town.primary).await;
        let scores = store::scores_before(&db, &of_primary).await.expect("scores");
        let expected: Vec<i64> = (3..14).map(|nth| nth % 6 * 20).chain([0]).collect();
        assert_eq!(scores[&last], expected, "the latest twelve, the newest last");
        assert_eq!(scores.len(), 2);
        let of_other = inbox(&db, town.other_primary).await;
        assert!(store::scores_before(&db, &of_other).await.expect("scores").is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_answer_with_words_counts_for_the_item_it_answers_and_no_other() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let told = [send(&db, home.mother, home.id, 5, NOW).await, send(&db, home.mother, home.id, 4, NOW).await];
        let reader = look_at(&db, town.primary, home.id, NOW).await;
        let said = app::domain::review::Reply { words: Some(note("Tak")), ..reply(NextStep::AtNextMeeting, None) };
        store::review(&db, &reader, item(told[0]), &said, NOW).await.expect("closed");
        let mother = look(&db, home.mother, home.id).await;
        assert_eq!(store::own(&db, &mother, told[0]).await.expect("her own").review.expect("an answer").reply, said);
        assert!(store::own(&db, &mother, told[1]).await.expect("her own").review.is_none());
        assert_eq!(held(&db, town.primary).await, [item(told[1])]);
    })
    .await;
}

#[tokio::test]
async fn an_adviser_whom_the_family_chose_as_contact_person_opens_what_nobody_else_is_there_to_read() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let chosen = NewTeamMember {
            id: Id::fresh(NOW),
            family: home.id,
            person: town.other_primary,
            part: Part::ContactPerson,
        };
        let batch = Batch { team_ends: vec![home.parts[0]], team: vec![chosen], ..Batch::default() };
        store::load(&db, town.id, &batch, NOW).await.expect("the family chooses an adviser");
        team_away(&db, &town, "2027-01-15", "2027-01-15").await;
        let told = send(&db, home.mother, home.id, 5, NOW).await;
        let viewer = enter(&db, town.other_primary, NOW).await;
        let open = |whose, purpose| Access::open(&db, &viewer, whose, purpose, NOW);
        let access = open(Whose::InboxItem(item(told)), Purpose::CheckIn).await.expect("it stands in their inbox");
        assert_eq!(access.relation().key(), "stand_in");
        store::inbox_item(&db, &access, item(told)).await.expect("it opens");
        store::review(&db, &access, item(told), &reply(NextStep::Call, None), NOW).await.expect("and is answered");
        let shared = open(Whose::Family(home.id), Purpose::Shared).await.expect("chosen");
        assert_eq!(shared.relation().key(), "contact_person");
        let after = open(Whose::CheckIn(told), Purpose::CheckIn).await.expect("chosen still");
        assert!(not_found(store::inbox_item(&db, &after, item(told)).await));
    })
    .await;
}

#[tokio::test]
async fn nobody_answers_from_the_servers_own_machine() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let told = send(&db, town.home().mother, town.home().id, 5, NOW).await;
        let console = Access::from_console(&db, town.id, "Holm", Purpose::Export, NOW).await.expect("the family");
        let outcome = store::review(&db, &console, item(told), &reply(NextStep::Call, None), NOW).await;
        assert!(not_found(outcome));
        assert_eq!(number!(db, "SELECT COUNT(*) FROM inbox_item WHERE closed_at IS NULL"), 1);
    })
    .await;
}
