use app::{
    domain::{id::Id, moment::Moment, plan::Step},
    store::{self, Access, Decision, Error},
};

use crate::{
    cast::{NOW, cast, look_at, note, title},
    ground::{Ground, number, on_both},
};

/// The instant after the meeting at which notes are written.
const AFTER: Moment = NOW.plus_days(2);

async fn read(db: &Ground, access: &Access, meeting: Id<app::domain::meeting::Meeting>) -> Vec<String> {
    let found = store::meeting_note(db, access, meeting).await.expect("an answer");
    let (note, comments) = found.expect("a note");
    std::iter::once(note.words.to_string()).chain(comments.into_iter().map(|said| said.words.to_string())).collect()
}

#[tokio::test]
async fn all_read_the_same_words_and_the_family_says_something_to_them() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let staff = look_at(&db, town.primary, home.id, AFTER).await;
        let mother = look_at(&db, home.mother, home.id, AFTER).await;
        let write = async |access: &Access, before, words: &str, now| {
            store::write_meeting_note(&db, access, home.meeting, before, &note(words), now).await
        };
        assert!(matches!(write(&staff, None, "Før", NOW).await, Err(Error::Taken(_))), "it has not begun");
        assert!(matches!(write(&mother, None, "Hej", AFTER).await, Err(Error::NotFound)));
        let comment = Id::fresh(AFTER);
        let too_early = store::comment(&db, &mother, home.meeting, comment, &note("Tak"), AFTER).await;
        assert!(matches!(too_early, Err(Error::NotFound)), "there is no note yet");

        write(&staff, None, "Vi prøver en uge", AFTER).await.expect("written");
        write(&staff, None, "Vi prøver en uge", AFTER.plus_seconds(1)).await.expect("sent twice");
        assert!(matches!(write(&staff, None, "Noget andet", AFTER).await, Err(Error::Taken(_))), "written meanwhile");
        for _ in 0..2 {
            store::comment(&db, &mother, home.meeting, comment, &note("Tak"), AFTER).await.expect("said");
        }
        let said = store::comment(&db, &staff, home.meeting, Id::fresh(NOW), &note("Nej"), AFTER).await;
        assert!(matches!(said, Err(Error::NotFound)), "staff write the note");
        for person in [home.mother, town.primary, town.coordinator] {
            let access = look_at(&db, person, home.id, AFTER).await;
            assert_eq!(read(&db, &access, home.meeting).await, ["Vi prøver en uge", "Tak"]);
        }
        let (seen, _) = store::meeting_note(&db, &mother, home.meeting).await.expect("an answer").expect("a note");
        let other = look_at(&db, town.secondary, home.id, AFTER).await;
        write(&other, Some(seen.written_at), "Vi prøver to uger", AFTER.plus_seconds(5)).await.expect("corrected");
        assert_eq!(read(&db, &mother, home.meeting).await[0], "Vi prøver to uger");

        let father = look_at(&db, home.father, home.id, AFTER).await;
        assert!(matches!(store::meeting_note(&db, &father, home.meeting).await, Err(Error::NotFound)));
        let said = store::comment(&db, &father, home.meeting, Id::fresh(NOW), &note("Hej"), AFTER).await;
        assert!(matches!(said, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn what_was_decided_becomes_the_last_step_of_a_live_goal() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let staff = look_at(&db, town.primary, home.id, AFTER).await;
        let decision = Decision {
            step: Id::fresh(AFTER),
            goal: home.goal,
            title: title("Ring til skolen"),
            doer: Some(town.primary),
            due: Some(AFTER.plus_days(7).date(crate::cast::ZONE)),
        };
        for _ in 0..2 {
            store::decide(&db, &staff, home.meeting, &decision).await.expect("decided");
        }
        let goals = store::live_goals(&db, &staff).await.expect("goals");
        let last: &Step = goals[0].steps.last().expect("a step");
        assert_eq!((goals[0].steps.len(), last.id, last.title.as_str()), (3, decision.step, "Ring til skolen"));
        assert_eq!((last.doer.as_ref().map(|doer| doer.0), last.due), (decision.doer, decision.due));

        let fresh = || Id::fresh(AFTER);
        for wrong in [
            Decision { step: fresh(), goal: home.waiting, ..decision.clone() },
            Decision { step: fresh(), goal: town.next_door().goal, ..decision.clone() },
            Decision { step: fresh(), doer: Some(town.other_primary), ..decision.clone() },
            Decision { step: town.next_door().steps[0], ..decision.clone() },
        ] {
            let outcome = store::decide(&db, &staff, home.meeting, &wrong).await;
            assert!(outcome.is_err(), "{wrong:?}");
        }
        let mother = look_at(&db, home.mother, home.id, AFTER).await;
        assert!(matches!(store::decide(&db, &mother, home.meeting, &decision).await, Err(Error::NotFound)));
        let another = Decision { step: fresh(), doer: None, due: None, ..decision.clone() };
        let more = Decision { step: fresh(), ..another.clone() };
        let other = look_at(&db, town.secondary, home.id, AFTER).await;
        let (a, b) = tokio::join!(
            store::decide(&db, &staff, home.meeting, &another),
            store::decide(&db, &other, home.meeting, &more)
        );
        assert!(a.is_ok() && b.is_ok(), "two at once: {a:?} {b:?}");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM step WHERE goal = $1", home.goal), 5);
    })
    .await;
}
