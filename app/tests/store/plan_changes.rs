//! Changing the plan together.

use app::{
    domain::{
        id::Id,
        measure::{Measure, Outcome},
        moment::Moment,
        plan::{Area, Goal, GoalState, Hope, Step},
        plan_change::{Change, ChangeKind, ChangeState, Content, Entry, GoalContent, NewChange, StepContent},
    },
    store::{self, Access, Changed, Db, Error},
};

use crate::{
    cast::{HOUR, Home, NOW, cast, look, note, title},
    ground::on_both,
};

fn hope(words: &str) -> Option<Content> {
    Some(Content::Hope(note(words)))
}

fn goal(name: &str, state: GoalState) -> GoalContent {
    GoalContent { area: Area::Leisure, title: title(name), state, going_well: None, worries: None, scale: None }
}

fn new(entry: Entry, seen: i64, after: Option<Content>) -> NewChange {
    NewChange { id: Id::fresh(NOW), entry, seen, after }
}

async fn change(db: &Db, access: &Access, new: &NewChange) -> Changed {
    store::change_plan(db, access, new, NOW).await.expect("an outcome")
}

async fn hopes(db: &Db, access: &Access) -> Vec<String> {
    let hopes = store::hopes(db, access).await.expect("hopes");
    hopes.iter().map(|hope| hope.words.to_string()).collect()
}

async fn history(db: &Db, access: &Access) -> Vec<Change> {
    store::plan_history(db, access, 50).await.expect("a history")
}

#[tokio::test]
async fn what_a_parent_writes_stands_at_once_and_can_be_undone() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mother = look(&db, home.mother, home.id).await;
        let entry = Entry::Hope(home.hope);
        let (before, seen) = store::plan_entry(&db, &mother, entry).await.expect("the hope");
        assert_eq!((before, seen), (hope("Ro om morgenen").expect("a hope"), 0));
        let first = new(entry, 0, hope("Ro hele dagen"));
        assert_eq!(change(&db, &mother, &first).await, Changed::InForce);
        assert_eq!(change(&db, &mother, &first).await, Changed::InForce, "sent twice is one");
        assert_eq!(hopes(&db, &mother).await, ["Ro hele dagen"]);
        let made = history(&db, &mother).await;
        let [one] = made.as_slice() else { panic!("one change, not {}", made.len()) };
        assert_eq!((one.id, one.kind(), one.state), (first.id, ChangeKind::Changed, ChangeState::InForce));
        assert_eq!((&one.before, &one.after), (&hope("Ro om morgenen"), &hope("Ro hele dagen")));
        assert_eq!((one.author.0, one.made_at, one.is_newest()), (home.mother, NOW, true));
        let father = look(&db, home.father, home.id).await;
        let undone = store::undo_change(&db, &father, first.id, NOW.plus_seconds(HOUR)).await.expect("undone");
        assert_eq!(undone, Changed::InForce);
        assert_eq!(hopes(&db, &mother).await, ["Ro om morgenen"]);
        let made = history(&db, &mother).await;
        assert_eq!(made.iter().map(Change::is_newest).collect::<Vec<_>>(), [true, false]);
        assert_eq!(made[0].author.0, home.father);
        let again = store::undo_change(&db, &father, first.id, NOW).await.expect("an outcome");
        assert_eq!(again, Changed::Meanwhile, "something newer stands there");
    })
    .await;
}

#[tokio::test]
async fn a_hope_and_a_step_come_and_go_and_come_back_with_their_words() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mother = look(&db, home.mother, home.id).await;
        let entry = Entry::Hope(Id::<Hope>::fresh(NOW));
        assert_eq!(change(&db, &mother, &new(entry, 0, hope("En have"))).await, Changed::InForce);
        assert_eq!(hopes(&db, &mother).await.len(), 2);
        let (_, seen) = store::plan_entry(&db, &mother, entry).await.expect("the hope");
        let gone = new(entry, seen, None);
        assert_eq!(change(&db, &mother, &gone).await, Changed::InForce);
        assert_eq!(hopes(&db, &mother).await, ["Ro om morgenen"]);
        store::undo_change(&db, &mother, gone.id, NOW).await.expect("undone");
        assert_eq!(hopes(&db, &mother).await.len(), 2);

        let step = Entry::Step(Id::<Step>::fresh(NOW));
        let content = |name: &str| {
            let (goal, doer) = (home.goal, Some(home.father));
            Some(Content::Step(StepContent { goal, title: title(name), doer, due: "2027-02-01".parse().ok() }))
        };
        assert_eq!(change(&db, &mother, &new(step, 0, content("Ring til skolen"))).await, Changed::InForce);
        let steps = store::live_goals(&db, &mother).await.expect("goals").remove(0).steps;
        let last = steps.last().expect("steps");
        assert_eq!((last.title.as_str(), steps.len()), ("Ring til skolen", 3));
        assert_eq!(last.doer.as_ref().map(|(id, _)| *id), Some(home.father));
        store::tick(&db, &mother, last.id, true, NOW).await.expect("done");
        let (_, seen) = store::plan_entry(&db, &mother, step).await.expect("the step");
        assert_eq!(change(&db, &mother, &new(step, seen, None)).await, Changed::Meanwhile, "a done step stays");
        store::tick(&db, &mother, last.id, false, NOW).await.expect("not done");
        assert_eq!(change(&db, &mother, &new(step, seen, None)).await, Changed::InForce);
        assert!(matches!(store::plan_entry(&db, &mother, step).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn two_who_write_at_once_lose_nothing() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let (mother, father) = (look(&db, home.mother, home.id).await, look(&db, home.father, home.id).await);
        let entry = Entry::Hope(home.hope);
        let (hers, his) = (new(entry, 0, hope("Ro hver dag")), new(entry, 0, hope("Ro om aftenen")));
        let both =
            tokio::join!(store::change_plan(&db, &mother, &hers, NOW), store::change_plan(&db, &father, &his, NOW));
        let both = [both.0.expect("an outcome"), both.1.expect("an outcome")];
        assert_eq!(both.iter().filter(|outcome| **outcome == Changed::InForce).count(), 1);
        assert_eq!(both.iter().filter(|outcome| **outcome == Changed::Meanwhile).count(), 1);
        let (stands, seen) = store::plan_entry(&db, &father, entry).await.expect("the hope");
        assert_eq!(history(&db, &mother).await.len(), 1);
        assert!(Some(stands.clone()) == hers.after || Some(stands) == his.after);
        assert_eq!(change(&db, &father, &new(entry, seen, hope("Begge dele"))).await, Changed::InForce);
    })
    .await;
}

#[tokio::test]
async fn the_team_proposes_and_the_family_decides() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let (adviser, mother) = (look(&db, town.primary, home.id).await, look(&db, home.mother, home.id).await);
        let entry = Entry::Goal(home.waiting);
        let after = Some(Content::Goal(goal("Fodbold for Storm", GoalState::Live)));
        let proposal = new(entry, 0, after.clone());
        assert_eq!(change(&db, &adviser, &proposal).await, Changed::Proposed);
        let (stands, _) = store::plan_entry(&db, &mother, entry).await.expect("the goal");
        assert_ne!(Some(stands), after, "not before the family says yes");
        let open = store::proposals(&db, &mother).await.expect("proposals");
        assert_eq!(open.iter().map(|change| change.id).collect::<Vec<_>>(), [proposal.id]);
        let answer =
            async |access: &Access, id, seen, yes| store::answer_proposal(&db, access, id, seen, yes, NOW).await;
        assert!(matches!(answer(&adviser, proposal.id, 0, true).await, Err(Error::NotFound)), "not the team itself");
        let secondary = look(&db, town.secondary, home.id).await;
        let taken_back = store::take_back_proposal(&db, &secondary, proposal.id, NOW).await;
        assert!(matches!(taken_back, Err(Error::NotFound)), "somebody else's");
        assert_eq!(answer(&mother, proposal.id, 7, true).await.expect("an outcome"), Changed::Meanwhile);
        for _ in 0..2 {
            assert_eq!(answer(&mother, proposal.id, 0, true).await.expect("an outcome"), Changed::InForce);
        }
        assert_eq!(answer(&mother, proposal.id, 0, false).await.expect("an outcome"), Changed::Meanwhile);
        assert_eq!(Some(store::plan_entry(&db, &mother, entry).await.expect("the goal").0), after);
        let made = history(&db, &adviser).await;
        assert_eq!((made[0].author.0, made[0].answer.as_ref().map(|(_, at)| *at)), (town.primary, Some(NOW)));

        let no = new(entry, made[0].number, Some(Content::Goal(goal("Håndbold", GoalState::Live))));
        change(&db, &adviser, &no).await;
        for _ in 0..2 {
            assert_eq!(answer(&mother, no.id, 0, false).await.expect("an outcome"), Changed::Dropped);
        }
        let back = new(entry, made[0].number, Some(Content::Goal(goal("Svømning", GoalState::Live))));
        change(&db, &adviser, &back).await;
        for _ in 0..2 {
            store::take_back_proposal(&db, &adviser, back.id, NOW).await.expect("taken back");
        }
        assert_eq!(answer(&mother, back.id, 0, true).await.expect("an outcome"), Changed::Meanwhile);
        assert_eq!(Some(store::plan_entry(&db, &mother, entry).await.expect("the goal").0), after);
        assert_eq!(store::proposals(&db, &mother).await.expect("proposals").len(), 0);
    })
    .await;
}

#[tokio::test]
async fn at_most_three_goals_are_worked_on_at_once_however_they_come() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let (mother, adviser) = (look(&db, home.mother, home.id).await, look(&db, town.primary, home.id).await);
        let live = || {
            let entry = Entry::Goal(Id::<Goal>::fresh(NOW));
            new(entry, 0, Some(Content::Goal(goal("Et mål", GoalState::Live))))
        };
        let (one, two) = (live(), live());
        assert_eq!(change(&db, &mother, &one).await, Changed::InForce);
        assert_eq!(change(&db, &mother, &two).await, Changed::InForce);
        assert_eq!(change(&db, &mother, &live()).await, Changed::EnoughGoals);
        let proposed = live();
        assert_eq!(change(&db, &adviser, &proposed).await, Changed::Proposed);
        let answer =
            async || store::answer_proposal(&db, &mother, proposed.id, 0, true, NOW).await.expect("an outcome");
        assert_eq!(answer().await, Changed::EnoughGoals);
        assert_eq!(store::live_goals(&db, &mother).await.expect("goals").len(), 3);
        let undone = store::undo_change(&db, &mother, two.id, NOW).await.expect("undone");
        assert_eq!(undone, Changed::InForce);
        let (laid_aside, _) = store::plan_entry(&db, &mother, two.entry).await.expect("the goal stays");
        assert_eq!(laid_aside, Content::Goal(goal("Et mål", GoalState::LaidAside)));
        assert_eq!(answer().await, Changed::InForce);
        assert_eq!(store::live_goals(&db, &mother).await.expect("goals").len(), 3);
        let back = history(&db, &mother).await;
        let undoing = back.iter().find(|change| change.entry == two.entry).expect("the undoing");
        let redone = store::undo_change(&db, &mother, undoing.id, NOW).await.expect("an outcome");
        assert_eq!(redone, Changed::EnoughGoals);
    })
    .await;
}

#[tokio::test]
async fn goals_change_places() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mother = look(&db, home.mother, home.id).await;
        let entry = Entry::Order(home.id);
        let (before, seen) = store::plan_entry(&db, &mother, entry).await.expect("the order");
        assert_eq!((before, seen), (Content::Order(vec![home.goal, home.waiting]), 0));
        let turned = new(entry, 0, Some(Content::Order(vec![home.waiting, home.goal])));
        assert_eq!(change(&db, &mother, &turned).await, Changed::InForce);
        let late = Entry::Goal(Id::<Goal>::fresh(NOW));
        let content = Some(Content::Goal(goal("Sidst", GoalState::Waiting)));
        assert_eq!(change(&db, &mother, &new(late, 0, content)).await, Changed::InForce);
        let order = async || {
            let goals = store::goals(&db, &mother).await.expect("goals");
            goals.iter().map(|goal| goal.title.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(order().await, ["Mål 1", "Mål 0", "Sidst"]);
        store::undo_change(&db, &mother, turned.id, NOW).await.expect("undone");
        assert_eq!(order().await, ["Mål 0", "Mål 1", "Sidst"]);
        let strange = Entry::Order(town.next_door().id);
        assert!(matches!(store::plan_entry(&db, &mother, strange).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn nothing_of_another_family_is_changed_or_named() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (home, next_door) = (house.here.home(), house.here.next_door());
        let mother = look(&db, home.mother, home.id).await;
        let step = |goal, doer| {
            let content = StepContent { goal, title: title("Ring"), doer: Some(doer), due: None };
            new(Entry::Step(Id::<Step>::fresh(NOW)), 0, Some(Content::Step(content)))
        };
        for refused in [
            new(Entry::Hope(next_door.hope), 0, hope("Ro")),
            new(Entry::Goal(next_door.goal), 0, Some(Content::Goal(goal("Et mål", GoalState::Waiting)))),
            new(Entry::Hope(next_door.hope), 0, None),
            new(Entry::Step(next_door.steps[0]), 0, None),
            step(next_door.goal, home.mother),
            step(home.goal, next_door.mother),
            step(home.goal, house.there.primary),
            new(Entry::Hope(home.hope), 0, Some(Content::Order(Vec::new()))),
        ] {
            let before = state(&db, &house.here.homes).await;
            let outcome = store::change_plan(&db, &mother, &refused, NOW).await;
            assert!(matches!(outcome, Err(Error::NotFound | Error::Taken(_)) | Ok(Changed::Meanwhile)), "{outcome:?}");
            assert_eq!(state(&db, &house.here.homes).await, before);
        }
        let hers = new(Entry::Hope(home.hope), 0, hope("Ro hele dagen"));
        change(&db, &mother, &hers).await;
        let neighbour = look(&db, next_door.mother, next_door.id).await;
        let taken = NewChange { id: hers.id, ..new(Entry::Hope(next_door.hope), 0, hope("Ro")) };
        assert!(matches!(store::change_plan(&db, &neighbour, &taken, NOW).await, Err(Error::NotFound)));
        assert!(matches!(store::undo_change(&db, &neighbour, hers.id, NOW).await, Err(Error::NotFound)));
        let contact = look(&db, house.here.contact, home.id).await;
        assert!(matches!(store::plan_history(&db, &contact, 9).await, Err(Error::NotFound)));
        let doers = async |person| {
            let doers = store::doers(&db, &look(&db, person, home.id).await).await.expect("doers");
            doers.into_iter().map(|(id, _)| id).collect::<Vec<_>>()
        };
        let (mothers, fathers) = (doers(home.mother).await, doers(home.father).await);
        assert!(mothers.contains(&home.son) && !fathers.contains(&home.son), "rights are per child per adult");
        assert!(fathers.contains(&home.daughter) && fathers.contains(&house.here.contact));
        assert!(!mothers.contains(&next_door.mother) && !mothers.contains(&house.here.other_primary));
    })
    .await;
}

async fn state(db: &Db, homes: &[Home; 2]) -> Vec<String> {
    let mut all = Vec::new();
    for home in homes {
        let access = look(db, home.mother, home.id).await;
        all.extend(hopes(db, &access).await);
        for goal in store::goals(db, &access).await.expect("goals") {
            all.push(goal.title.to_string());
            all.extend(goal.steps.iter().map(|step| step.title.to_string()));
        }
    }
    all
}

#[tokio::test]
async fn help_is_asked_for_by_the_family_and_decided_by_those_with_authority() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let (mother, adviser) = (look(&db, home.mother, home.id).await, look(&db, town.primary, home.id).await);
        let id = Id::<Measure>::fresh(NOW);
        for _ in 0..2 {
            store::ask_for(&db, &mother, id, &title("Aflastning"), NOW).await.expect("asked");
        }
        let asked = store::measures(&db, &adviser).await.expect("measures");
        assert_eq!(asked.iter().map(|measure| (measure.id, measure.decisions.len())).collect::<Vec<_>>(), [(id, 0)]);
        let decide = async |access: &Access, seen, outcome, at: Moment| {
            store::decide(&db, access, id, seen, outcome, &note("Fordi"), at).await
        };
        let coordinator = look(&db, town.coordinator, home.id).await;
        for access in [&mother, &coordinator] {
            assert!(matches!(decide(access, 0, Outcome::Granted, NOW).await, Err(Error::NotFound)));
        }
        decide(&adviser, 0, Outcome::Refused, NOW).await.expect("decided");
        let secondary = look(&db, town.secondary, home.id).await;
        assert!(matches!(decide(&secondary, 0, Outcome::Granted, NOW).await, Err(Error::Taken(_))), "unseen");
        assert!(matches!(decide(&secondary, 2, Outcome::Granted, NOW).await, Err(Error::NotFound)));
        decide(&secondary, 1, Outcome::Granted, NOW.plus_days(1)).await.expect("decided anew");
        let measures = store::measures(&db, &mother).await.expect("measures");
        let told: Vec<_> =
            measures[0].decisions.iter().map(|made| (made.outcome, made.by.as_str(), made.reason.as_str())).collect();
        assert_eq!(told, [(Outcome::Refused, "Anna Primær", "Fordi"), (Outcome::Granted, "Bent Sekundær", "Fordi")]);
        let neighbour = look(&db, town.other_primary, town.next_door().id).await;
        assert!(matches!(decide(&neighbour, 2, Outcome::Granted, NOW).await, Err(Error::NotFound)));
        assert!(matches!(
            store::ask_for(&db, &adviser, Id::fresh(NOW), &title("Nej"), NOW).await,
            Err(Error::NotFound)
        ));
    })
    .await;
}
