use app::{
    domain::{id::Id, moment::Moment, plan::Step, plan_change::StepContent},
    store::{self, Access, Error},
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
async fn what_was_decided_becomes_a_step_of_the_plan_that_the_family_can_undo() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let staff = look_at(&db, town.primary, home.id, AFTER).await;
        let step = StepContent {
            goal: home.goal,
            title: title("Ring til skolen"),
            doer: Some(town.primary),
            due: Some(AFTER.plus_days(7).date(crate::cast::ZONE)),
        };
        let decide = async |access: &Access, id, step: &StepContent| {
            store::decide_step(&db, access, home.meeting, id, step.clone(), AFTER).await
        };
        let id = Id::fresh(AFTER);
        for _ in 0..2 {
            decide(&staff, id, &step).await.expect("decided");
        }
        let goals = store::live_goals(&db, &staff).await.expect("goals");
        let last: &Step = goals[0].steps.last().expect("a step");
        assert_eq!((goals[0].steps.len(), last.title.as_str()), (3, "Ring til skolen"));
        assert_eq!((last.doer.as_ref().map(|doer| doer.0), last.due), (step.doer, step.due));

        for wrong in [
            StepContent { goal: town.next_door().goal, ..step.clone() },
            StepContent { doer: Some(town.other_primary), ..step.clone() },
        ] {
            assert!(matches!(decide(&staff, Id::fresh(AFTER), &wrong).await, Err(Error::NotFound)), "{wrong:?}");
        }
        let taken = decide(&staff, Id::from_uuid(home.steps[0].uuid()), &step).await;
        assert!(matches!(taken, Err(Error::Taken(_))), "nothing that stands there already is written over");
        let mother = look_at(&db, home.mother, home.id, AFTER).await;
        assert!(matches!(decide(&mother, Id::fresh(AFTER), &step).await, Err(Error::NotFound)));
        let other = look_at(&db, town.secondary, home.id, AFTER).await;
        let (a, b) = tokio::join!(decide(&staff, Id::fresh(AFTER), &step), decide(&other, Id::fresh(AFTER), &step));
        assert!(a.is_ok() && b.is_ok(), "two at once: {a:?} {b:?}");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM step WHERE goal = $1", home.goal), 5);
        let mother = look_at(&db, home.mother, home.id, AFTER).await;
        store::undo_change(&db, &mother, id, AFTER).await.expect("the family undoes it as any change");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM step WHERE goal = $1", home.goal), 4);
    })
    .await;
}
