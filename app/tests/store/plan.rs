use app::{
    domain::{
        id::Id,
        moment::Moment,
        person::Person,
        plan::{Area, Goal, GoalState, LIVE_GOALS, Step},
    },
    store::{self, Batch, Error, NewGoal, NewHope},
};

use crate::{
    cast::{HOUR, NOW, cast, look, note, title},
    ground::{Ground, on_both, rows},
};

async fn ticks(db: &Ground, step: Id<Step>) -> (Option<Moment>, Option<Id<Person>>) {
    let rows: Vec<(Option<Moment>, Option<Id<Person>>)> =
        rows!(db, "SELECT done_at, done_by FROM step WHERE id = $1", step);
    rows[0]
}

#[tokio::test]
async fn goals_come_in_the_familys_order_with_their_steps() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        for person in [home.mother, home.father, town.primary, town.coordinator] {
            let access = look(&db, person, home.id).await;
            let goals = store::goals(&db, &access).await.expect("goals");
            assert_eq!(goals.iter().map(|goal| goal.id).collect::<Vec<_>>(), [home.goal, home.waiting]);
            let [live, waiting] = &goals[..] else { panic!("two goals") };
            assert_eq!((live.state, live.area, live.title.as_str()), (GoalState::Live, Area::School, "Mål 0"));
            assert_eq!(live.steps.iter().map(|step| step.id).collect::<Vec<_>>(), home.steps);
            let (doer, name) = live.steps[0].doer.clone().expect("a doer");
            assert_eq!((doer, name.as_str()), (home.mother, "Mette Holm"));
            assert_eq!(live.next_step().map(|step| step.id), Some(home.steps[0]));
            assert!(waiting.steps.is_empty());
        }
    })
    .await;
}

#[tokio::test]
async fn live_goals_are_three_at_most_the_first_in_order() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let goal = |position, state| NewGoal {
            id: Id::fresh(NOW),
            family: home.id,
            number: None,
            area: Area::Money,
            title: title("Et mål"),
            state,
            position,
        };
        let more = [9, 7, 5].map(|position| goal(position, GoalState::Live));
        let [last, third, second] = more.each_ref().map(|goal| goal.id);
        let goals = [more.to_vec(), vec![goal(3, GoalState::Reached)]].concat();
        store::load(&db, town.id, &Batch { goals, ..Batch::default() }, NOW).await.expect("goals");
        let access = look(&db, home.mother, home.id).await;
        let ids = |goals: Vec<Goal>| goals.into_iter().map(|goal| goal.id).collect::<Vec<_>>();
        let live = ids(store::live_goals(&db, &access).await.expect("live goals"));
        assert_eq!((live.len(), live), (LIVE_GOALS, vec![home.goal, second, third]));
        let all = ids(store::goals(&db, &access).await.expect("goals"));
        assert_eq!((all.len(), all.last()), (6, Some(&last)));
    })
    .await;
}

#[tokio::test]
async fn hopes_come_with_whose_words_they_are_the_oldest_first() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let hope = NewHope { id: Id::fresh(NOW), family: home.id, author: home.father, words: note("Et job\ntil mig") };
        let later = NOW.plus_seconds(HOUR);
        let batch = Batch { hopes: vec![hope], ..Batch::default() };
        store::load(&db, town.id, &batch, later).await.expect("a hope");
        let access = look(&db, town.primary, home.id).await;
        let hopes = store::hopes(&db, &access).await.expect("hopes");
        let told: Vec<_> = hopes.iter().map(|hope| (hope.words.as_str(), hope.author.as_str())).collect();
        assert_eq!(told, [("Ro om morgenen", "Mette Holm"), ("Et job\ntil mig", "Finn Holm")]);
        assert_eq!(hopes[0].id, home.hope);
    })
    .await;
}

#[tokio::test]
async fn a_step_ticked_twice_keeps_its_first_tick_and_unticked_twice_has_none() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let (mother, father) = (look(&db, home.mother, home.id).await, look(&db, home.father, home.id).await);
        let (step, other) = (home.steps[0], home.steps[1]);
        store::tick(&db, &mother, step, true, NOW).await.expect("done");
        store::tick(&db, &father, step, true, NOW.plus_seconds(9)).await.expect("done already");
        assert_eq!(ticks(&db, step).await, (Some(NOW), Some(home.mother)));
        let goals = store::live_goals(&db, &mother).await.expect("goals");
        assert_eq!(goals[0].next_step().map(|step| step.id), Some(other));
        assert_eq!(goals[0].last_done().map(|step| (step.id, step.done)), Some((step, Some(NOW))));
        for _ in 0..2 {
            store::tick(&db, &father, step, false, NOW.plus_seconds(20)).await.expect("not done");
            assert_eq!(ticks(&db, step).await, (None, None));
        }
        store::tick(&db, &father, step, true, NOW.plus_seconds(30)).await.expect("done after all");
        assert_eq!(ticks(&db, step).await, (Some(NOW.plus_seconds(30)), Some(home.father)));
        assert_eq!(ticks(&db, other).await, (None, None));
    })
    .await;
}

#[tokio::test]
async fn another_familys_step_is_not_found_and_stays_as_it_is() {
    on_both(async |db| {
        let house = cast(&db).await;
        let access = look(&db, house.here.secondary, house.here.home().id).await;
        let mother = look(&db, house.here.home().mother, house.here.home().id).await;
        for step in [house.here.next_door().steps[0], house.there.home().steps[0]] {
            for access in [&access, &mother] {
                assert!(matches!(store::tick(&db, access, step, true, NOW).await, Err(Error::NotFound)));
            }
            assert_eq!(ticks(&db, step).await, (None, None));
        }
        assert!(matches!(store::tick(&db, &mother, Id::fresh(NOW), true, NOW).await, Err(Error::NotFound)));
    })
    .await;
}
