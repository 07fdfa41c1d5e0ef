use app::{
    domain::{
        access::{Purpose, Relation},
        family::{Family, Municipality},
        id::Id,
        moment::Moment,
        person::{Person, Role, Viewer},
        review::NextStep,
        rhythm::Pause,
        team::Part,
    },
    store::{self, Access, Batch, Caseload, Error, NewTeamMember, Overview, Whose},
};

use crate::{
    cast::{HOUR, NOW, ZONE, cast, enter, item, look, person, reply, send},
    ground::{Ground, number, on_both, rows, run},
};

type Line = (Id<Municipality>, Option<Id<Family>>, Id<Person>, Option<Relation>, Purpose, Moment);

async fn log(db: &Ground) -> Vec<Line> {
    rows!(db, "SELECT municipality, family, person, relation, purpose, at FROM access_log ORDER BY id")
}

async fn refused(db: &Ground, viewer: &Viewer, whose: Whose) {
    let before = log(db).await;
    let outcome = Access::open(db, viewer, whose, Purpose::FamilyPage, NOW).await;
    assert!(matches!(outcome, Err(Error::NotFound)), "{:?} looked at {whose:?}: {outcome:?}", viewer.role);
    assert_eq!(log(db).await, before);
}

async fn paused(db: &Ground, parent: Id<Person>, family: Id<Family>) -> Id<Pause> {
    let (access, today) = (look(db, parent, family).await, NOW.date(ZONE));
    store::pause(db, &access, (today, today), NOW).await.expect("a pause");
    store::pauses(db, &access, today).await.expect("pauses")[0].0
}

#[tokio::test]
async fn everybody_beside_a_family_may_look_and_each_look_is_one_line_in_the_log() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        for (person, relation, purpose) in [
            (home.mother, Relation::Parent, Purpose::OwnPages),
            (home.father, Relation::Parent, Purpose::OwnPages),
            (town.contact, Relation::ContactPerson, Purpose::Shared),
            (town.primary, Relation::Primary, Purpose::FamilyPage),
            (town.secondary, Relation::Secondary, Purpose::CheckIn),
            (town.coordinator, Relation::Coordinator, Purpose::Invite),
            (town.back_up, Relation::BackUp, Purpose::FamilyPage),
        ] {
            let viewer = enter(&db, person, NOW).await;
            let at = NOW.plus_seconds(7);
            let mut expected = log(&db).await;
            let access = Access::open(&db, &viewer, Whose::Family(home.id), purpose, at).await.expect("a relation");
            assert_eq!((access.relation(), access.family()), (relation, home.id));
            expected.push((town.id, Some(home.id), person, Some(relation), purpose, at));
            assert_eq!(log(&db).await, expected);
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_looks_at_a_family_they_stand_in_no_relation_to_and_no_line_is_written() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (town, home) = (&house.here, house.here.home());
        let check_in = send(&db, home.mother, home.id, 3, NOW).await;
        let (invitation, _) =
            store::invite(&db, &look(&db, town.primary, home.id).await, home.father, NOW).await.expect("an invitation");
        let pause = paused(&db, home.mother, home.id).await;
        for stranger in [
            town.next_door().mother,
            town.other_primary,
            town.lead,
            house.there.home().mother,
            house.there.primary,
            house.there.contact,
            house.there.lead,
        ] {
            let viewer = enter(&db, stranger, NOW).await;
            for whose in [
                Whose::Family(home.id),
                Whose::Person(home.mother),
                Whose::Person(home.daughter),
                Whose::CheckIn(check_in),
                Whose::InboxItem(item(check_in)),
                Whose::Invitation(invitation),
                Whose::Step(home.steps[0]),
                Whose::Pause(pause),
            ] {
                refused(&db, &viewer, whose).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_not_there_is_refused_as_what_is_not_ones_own() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let viewer = enter(&db, town.primary, NOW).await;
        for whose in [
            Whose::Family(Id::fresh(NOW)),
            Whose::CheckIn(Id::fresh(NOW)),
            Whose::InboxItem(Id::fresh(NOW)),
            Whose::Person(Id::fresh(NOW)),
            Whose::Invitation(Id::fresh(NOW)),
            Whose::Step(Id::fresh(NOW)),
            Whose::Pause(Id::fresh(NOW)),
            Whose::Person(town.contact),
        ] {
            refused(&db, &viewer, whose).await;
        }
    })
    .await;
}

#[tokio::test]
async fn whatever_belongs_to_a_family_leads_to_it() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let check_in = send(&db, home.mother, home.id, 3, NOW).await;
        let (invitation, _) =
            store::invite(&db, &look(&db, town.primary, home.id).await, home.mother, NOW).await.expect("an invitation");
        let viewer = enter(&db, town.secondary, NOW).await;
        for whose in [
            Whose::CheckIn(check_in),
            Whose::InboxItem(item(check_in)),
            Whose::Person(home.son),
            Whose::Invitation(invitation),
            Whose::Step(home.steps[1]),
            Whose::Pause(paused(&db, home.mother, home.id).await),
        ] {
            let access = Access::open(&db, &viewer, whose, Purpose::CheckIn, NOW).await.expect("a relation");
            assert_eq!(access.family(), home.id);
            assert_eq!(log(&db).await.last().expect("a line").1, Some(home.id));
        }
    })
    .await;
}

#[tokio::test]
async fn a_viewer_of_one_municipality_is_nobody_in_another_even_under_a_known_id() {
    on_both(async |db| {
        let house = cast(&db).await;
        let mut viewer = enter(&db, house.here.primary, NOW).await;
        viewer.municipality = house.there.id;
        refused(&db, &viewer, Whose::Family(house.here.home().id)).await;
        refused(&db, &viewer, Whose::Family(house.there.home().id)).await;
    })
    .await;
}

#[tokio::test]
async fn who_has_left_sees_nothing_more_even_while_a_page_of_theirs_is_still_open() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let told = send(&db, town.home().mother, town.home().id, 0, NOW).await;
        for leaver in [town.primary, town.home().mother, town.contact] {
            let viewer = enter(&db, leaver, NOW).await;
            run!(db, "UPDATE person SET left_at = $2 WHERE id = $1", leaver, NOW).expect("they leave");
            refused(&db, &viewer, Whose::Family(town.home().id)).await;
            refused(&db, &viewer, Whose::InboxItem(item(told))).await;
            let before = log(&db).await;
            let caseload = Caseload::open(&db, &viewer, Purpose::Inbox, NOW).await.expect("an empty one");
            assert_eq!(log(&db).await, before);
            assert!(store::families(&db, &caseload).await.expect("a list").is_empty());
            assert!(store::inbox(&db, &caseload).await.expect("a list").is_empty());
        }
        let lead = enter(&db, town.lead, NOW).await;
        run!(db, "UPDATE person SET left_at = $2 WHERE id = $1", town.lead, NOW).expect("they leave");
        assert!(matches!(Overview::open(&db, &lead, NOW).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn whose_part_in_the_team_has_ended_sees_nothing_more() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let viewers = [enter(&db, town.contact, NOW).await, enter(&db, town.primary, NOW).await];
        let batch = Batch { team_ends: home.parts[..2].to_vec(), ..Batch::default() };
        store::load(&db, town.id, &batch, NOW).await.expect("both parts end");
        for viewer in viewers {
            refused(&db, &viewer, Whose::Family(home.id)).await;
        }
        assert_eq!(look(&db, town.secondary, home.id).await.relation(), Relation::Secondary);
    })
    .await;
}

#[tokio::test]
async fn who_has_two_parts_sees_with_the_wider_one() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.next_door();
        let part =
            NewTeamMember { id: Id::fresh(NOW), family: home.id, person: town.secondary, part: Part::ContactPerson };
        let batch = Batch { team_ends: vec![home.parts[0]], team: vec![part], ..Batch::default() };
        store::load(&db, town.id, &batch, NOW).await.expect("the family chooses its adviser");
        assert_eq!(look(&db, town.secondary, home.id).await.relation(), Relation::Secondary);
    })
    .await;
}

#[tokio::test]
async fn a_part_in_the_team_gives_nobody_more_than_their_role_may_have() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let newcomers = [person(None, "Ida Leder", Role::ProjectLead), person(None, "Bo Klub", Role::ContactPerson)];
        for newcomer in newcomers {
            let member = NewTeamMember { id: Id::fresh(NOW), family: home.id, person: newcomer.id, part: Part::BackUp };
            let who = newcomer.id;
            let ends =
                run!(db, "UPDATE team_member SET until = $2 WHERE family = $1 AND part = 'back_up'", home.id, NOW);
            ends.expect("the part is free");
            let batch = Batch { people: vec![newcomer], team: vec![member], ..Batch::default() };
            store::load(&db, town.id, &batch, NOW).await.expect("a part that does not fit");
            let viewer = enter(&db, who, NOW).await;
            refused(&db, &viewer, Whose::Family(home.id)).await;
            let caseload = Caseload::open(&db, &viewer, Purpose::FamilyList, NOW).await.expect("an empty one");
            assert!(store::families(&db, &caseload).await.expect("a list").is_empty());
        }
    })
    .await;
}

#[tokio::test]
async fn every_look_at_a_list_writes_a_line_for_each_family_in_it() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let viewer = enter(&db, town.secondary, NOW).await;
        send(&db, town.home().mother, town.home().id, 0, NOW).await;
        send(&db, town.next_door().mother, town.next_door().id, 0, NOW).await;
        let families = [town.home().id, town.next_door().id];
        let lines = async |purpose: Purpose| {
            number!(db, "SELECT COUNT(*) FROM access_log WHERE person = $1 AND purpose = $2", town.secondary, purpose)
        };
        for (purpose, seconds, expected) in [
            (Purpose::FamilyList, 0, 2),
            (Purpose::FamilyList, 1, 4),
            (Purpose::FamilyList, HOUR, 6),
            (Purpose::Inbox, HOUR, 2),
            (Purpose::Inbox, HOUR + 1, 4),
        ] {
            let at = NOW.plus_seconds(seconds);
            let caseload = Caseload::open(&db, &viewer, purpose, at).await.expect("a caseload");
            let seen: Vec<Id<Family>> =
                store::families(&db, &caseload).await.expect("a list").into_iter().map(|family| family.id).collect();
            assert_eq!(seen, families);
            assert_eq!(lines(purpose).await, expected, "{purpose:?} after {seconds}");
        }
        let of_viewer = |line: &Line| (line.2, line.5) == (town.secondary, NOW);
        let mut first: Vec<Line> = log(&db).await.into_iter().filter(of_viewer).collect();
        first.sort_by_key(|line| line.1);
        let mut expected =
            families.map(|f| (town.id, Some(f), town.secondary, Some(Relation::Secondary), Purpose::FamilyList, NOW));
        expected.sort_by_key(|line| line.1);
        assert_eq!(first, expected);
    })
    .await;
}

#[tokio::test]
async fn who_walks_beside_nobody_has_an_empty_list_and_leaves_no_line() {
    on_both(async |db| {
        let house = cast(&db).await;
        let strays = [house.here.home().mother, house.here.lead];
        for person in strays {
            let viewer = enter(&db, person, NOW).await;
            let caseload = Caseload::open(&db, &viewer, Purpose::FamilyList, NOW).await.expect("an empty one");
            assert!(store::families(&db, &caseload).await.expect("a list").is_empty());
        }
        let mut viewer = enter(&db, house.here.primary, NOW).await;
        viewer.municipality = house.there.id;
        let caseload = Caseload::open(&db, &viewer, Purpose::FamilyList, NOW).await.expect("an empty one");
        assert!(store::families(&db, &caseload).await.expect("a list").is_empty());
        assert!(log(&db).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn only_a_project_lead_counts_and_the_line_names_no_family() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        for person in [town.home().mother, town.contact, town.primary, town.coordinator] {
            let viewer = enter(&db, person, NOW).await;
            assert!(matches!(Overview::open(&db, &viewer, NOW).await, Err(Error::NotFound)));
        }
        assert!(log(&db).await.is_empty());
        let viewer = enter(&db, town.lead, NOW).await;
        Overview::open(&db, &viewer, NOW).await.expect("an overview");
        assert_eq!(log(&db).await, [(town.id, None, town.lead, None, Purpose::Numbers, NOW)]);
    })
    .await;
}

#[tokio::test]
async fn an_inbox_writes_a_line_for_each_family_something_of_which_stands_in_it_and_no_other() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.next_door();
        send(&db, home.mother, home.id, 5, NOW).await;
        let before = log(&db).await.len();
        for (person, families) in [(town.other_primary, vec![Some(home.id)]), (town.secondary, vec![])] {
            let viewer = enter(&db, person, NOW).await;
            Caseload::open(&db, &viewer, Purpose::Inbox, NOW).await.expect("a caseload");
            let lines = log(&db).await.split_off(before);
            let seen: Vec<_> = lines.iter().filter(|line| line.2 == person).map(|line| line.1).collect();
            assert_eq!(seen, families);
        }
    })
    .await;
}

#[tokio::test]
async fn a_look_from_the_servers_own_machine_is_a_line_in_a_log_of_its_own_and_reads_without_answering() {
    on_both(async |db| {
        let house = cast(&db).await;
        let home = house.here.home();
        let told = send(&db, home.mother, home.id, 3, NOW).await;
        let looks = async || number!(db, "SELECT COUNT(*) FROM console_log");
        let number = |text: &'static str| Access::from_console(&db, house.here.id, text, Purpose::Export, NOW);
        assert!(matches!(number("Lundby").await, Err(Error::NotFound)));
        assert_eq!(looks().await, 0);
        let access = number("Holm").await.expect("a family");
        assert_eq!((access.relation(), access.family(), looks().await), (Relation::Console, home.id, 1));
        let lines: Vec<(Id<Municipality>, Id<Family>, Purpose, Moment)> =
            rows!(db, "SELECT municipality, family, purpose, at FROM console_log");
        assert_eq!(lines, [(house.here.id, home.id, Purpose::Export, NOW)]);
        let seen = store::told(&db, &access).await.expect("check-ins");
        assert_eq!(seen.iter().map(|check_in| check_in.id).collect::<Vec<_>>(), [told]);
        assert_eq!(store::answers(&db, &access).await.expect("answers")[&told].len(), 5);
        assert!(store::notes(&db, &access).await.is_err());
        assert!(store::review(&db, &access, item(told), &reply(NextStep::Nothing, None), NOW).await.is_err());
        assert_eq!(number!(db, "SELECT COUNT(*) FROM review"), 0);
    })
    .await;
}
