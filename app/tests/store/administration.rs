use std::collections::HashMap;

use app::{
    domain::{
        access::Purpose,
        administration::{Deed, Heirs, PROPOSAL_DAYS},
        calendar::Detail,
        chance::Token,
        id::Id,
        person::{Person, Role},
        review::NextStep,
        team::Part,
        words::PersonName,
    },
    store::{self, Access, Administration, Db, Error, NewColleague, Whose},
};

use crate::{
    cast::{NOW, Town, cast, enter, enter_with_token, held, item, look, phone, reply, send, title},
    ground::{Ground, number, on_both, rows, run},
};

fn not_found<T>(outcome: Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::NotFound))
}

fn taken<T>(outcome: Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Taken(_)))
}

async fn right(db: &Db, person: Id<Person>) -> Administration {
    Administration::open(db, &enter(db, person, NOW).await, NOW).await.expect("the administrator may")
}

fn for_all(heir: Id<Person>) -> Heirs {
    Heirs { for_all: Some(heir), of_family: HashMap::new() }
}

/// Who has which part of the team now.
async fn team(db: &Ground, town: &Town, at: usize) -> Vec<(Part, Id<Person>)> {
    const TEAM: &str = "SELECT part, person FROM team_member WHERE family = $1 AND until IS NULL";
    let rows: Vec<(String, Id<Person>)> = rows!(db, TEAM, town.homes[at].id);
    let mut team: Vec<(Part, Id<Person>)> =
        rows.into_iter().map(|(part, person)| (part.parse().expect("a part"), person)).collect();
    team.sort_unstable();
    team
}

/// What was done, about whom or what, before and after, the latest first.
async fn log(db: &Ground, right: &Administration) -> Vec<(Deed, String, String, String)> {
    let said = |said: Option<String>| said.unwrap_or_default();
    let done = store::administration_log(db, right, 100).await.expect("the log");
    done.into_iter().map(|done| (done.deed, said(done.about), said(done.before), said(done.after))).collect()
}

#[tokio::test]
async fn only_who_administers_sees_the_staff_and_a_project_lead_the_log_each_look_with_its_line() {
    on_both(async |db| {
        let house = cast(&db).await;
        let town = &house.here;
        for nobody in [town.primary, town.coordinator, town.contact, town.home().mother] {
            let viewer = enter(&db, nobody, NOW).await;
            assert!(not_found(Administration::open(&db, &viewer, NOW).await));
        }
        let hers = right(&db, town.administrator).await;
        let looked =
            "SELECT COUNT(*) FROM access_log WHERE person = $1 AND purpose = 'administration' AND family IS NULL";
        assert_eq!(number!(db, looked, town.administrator), 1);
        let names: Vec<_> = store::colleagues(&db, &hers, NOW).await.expect("colleagues");
        let seen: Vec<_> = names.iter().map(|one| (one.name.as_str(), one.families, one.came_in)).collect();
        assert_eq!(
            seen,
            [
                ("Anna Primær", 1, true),
                ("Bent Sekundær", 2, false),
                ("Carl Nabo", 1, false),
                ("Dorte Afløser", 1, false),
                ("Eva Koordinator", 1, true),
                ("Gert Leder", 0, false),
                ("Hanne Kontor", 0, true),
                ("Ib Kontor", 0, false),
            ]
        );
        let lead = right(&db, town.lead).await;
        assert!(store::administration_log(&db, &lead, 10).await.is_ok());
        assert!(not_found(store::colleagues(&db, &lead, NOW).await));
        assert!(not_found(store::units(&db, &lead).await));
        assert!(not_found(store::role_proposals(&db, &lead, NOW).await));
        assert!(not_found(store::parts_of(&db, &lead, town.primary).await));
        assert!(not_found(store::hand_over(&db, &lead, town.primary, &for_all(town.secondary), true, NOW).await));
        let viewer = enter(&db, town.administrator, NOW).await;
        let opened = Access::open(&db, &viewer, Whose::Family(town.home().id), Purpose::FamilyPage, NOW).await;
        assert!(not_found(opened), "never a family");
    })
    .await;
}

#[tokio::test]
async fn who_leaves_hands_all_over_at_once_and_is_out_with_the_next_request() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let read = send(&db, home.father, home.id, 5, NOW).await;
        let hers = look(&db, town.primary, home.id).await;
        store::review(&db, &hers, item(read), &reply(NextStep::Call, None), NOW).await.expect("she promises a call");
        let told = send(&db, home.mother, home.id, 1, NOW).await;
        let (viewer, session) = enter_with_token(&db, town.primary, NOW).await;
        store::make_calendar_address(&db, &viewer, Detail::Poor, NOW).await.expect("an address");
        let open_link = store::invite_from_console(&db, town.primary, NOW).await.expect("an invitation");
        assert_eq!(held(&db, town.primary).await, [item(told)]);
        let right = right(&db, town.administrator).await;
        let parts = store::parts_of(&db, &right, town.primary).await.expect("parts");
        assert_eq!(parts.iter().map(|held| held.part).collect::<Vec<_>>(), [Part::Primary]);
        assert_eq!(parts[0].number.as_deref(), Some("Holm"), "her families by number");

        let nobody = Heirs::default();
        assert!(taken(store::hand_over(&db, &right, town.primary, &nobody, true, NOW).await));
        for unfit in [town.lead, town.contact, home.mother, town.primary] {
            assert!(taken(store::hand_over(&db, &right, town.primary, &for_all(unfit), true, NOW).await));
        }
        assert!(store::viewer(&db, &session, NOW).await.expect("an answer").is_some(), "nothing happened");
        let heirs = for_all(town.other_primary);
        assert!(not_found(store::hand_over(&db, &right, town.administrator, &heirs, true, NOW).await), "oneself");
        store::hand_over(&db, &right, town.primary, &heirs, true, NOW).await.expect("handed over");

        assert!(store::viewer(&db, &session, NOW).await.expect("an answer").is_none(), "out at once");
        assert!(not_found(store::accept(&db, &open_link, &Token::fresh(), "Firefox", NOW).await));
        assert!(not_found(store::invite_from_console(&db, town.primary, NOW).await));
        const LEFT: &str = "SELECT (SELECT COUNT(*) FROM session WHERE person = $1 AND revoked_at IS NULL)
            + (SELECT COUNT(*) FROM calendar_address WHERE person = $1 AND revoked_at IS NULL)
            + (SELECT COUNT(*) FROM invitation WHERE person = $1 AND used_at IS NULL AND revoked_at IS NULL)
            + (SELECT COUNT(*) FROM passkey WHERE person = $1)
            + (SELECT COUNT(*) FROM participant r JOIN meeting m ON m.id = r.meeting
                WHERE r.person = $1 AND m.starts_at > $2)
            + (SELECT COUNT(*) FROM holder WHERE person = $1 AND until IS NULL)";
        assert_eq!(number!(db, LEFT, town.primary, NOW), 0);
        assert_eq!(
            team(&db, &town, 0).await,
            [
                (Part::ContactPerson, town.contact),
                (Part::Primary, town.other_primary),
                (Part::Secondary, town.secondary),
                (Part::Coordinator, town.coordinator),
                (Part::BackUp, town.back_up),
            ]
        );
        assert_eq!(held(&db, town.other_primary).await, [item(told)], "before anybody looked again");
        let heir = look(&db, town.other_primary, home.id).await;
        let father = look(&db, home.father, home.id).await;
        let promise = store::own(&db, &father, read).await.expect("his own").review.expect("it was read").id;
        store::keep(&db, &heir, promise, NOW).await.expect("what she promised is kept by the new one");
        let meeting = store::meeting(&db, &heir, home.meeting).await.expect("the meeting");
        let comes: Vec<_> = meeting.participants.iter().map(|who| who.person).collect();
        assert!(comes.contains(&town.other_primary) && !comes.contains(&town.primary));
        assert_eq!(
            log(&db, &right).await[..2],
            [
                (Deed::Left, "Anna Primær".to_owned(), String::new(), String::new()),
                (Deed::HandedOver, "Holm".to_owned(), "Anna Primær".to_owned(), "Carl Nabo".to_owned()),
            ]
        );
        let again = store::hand_over(&db, &right, town.primary, &heirs, true, NOW).await;
        assert!(not_found(again), "she is not here any more");
    })
    .await;
}

#[tokio::test]
async fn who_reads_later_moves_up_who_reads_before_stays_and_a_family_chooses_its_contact_person_itself() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let right = right(&db, town.administrator).await;
        store::hand_over(&db, &right, town.primary, &for_all(town.secondary), true, NOW).await.expect("handed over");
        let team_now = team(&db, &town, 0).await;
        assert!(team_now.contains(&(Part::Primary, town.secondary)));
        assert!(team_now.iter().all(|(part, _)| *part != Part::Secondary), "she moved up");
        store::hand_over(&db, &right, town.coordinator, &for_all(town.other_primary), false, NOW)
            .await
            .expect("handed over");
        let team_now = team(&db, &town, 0).await;
        assert!(team_now.contains(&(Part::Secondary, town.other_primary)), "an adviser reads, but coordinates nothing");
        store::hand_over(&db, &right, town.back_up, &for_all(town.secondary), false, NOW).await.expect("handed over");
        let team_now = team(&db, &town, 0).await;
        assert!(team_now.iter().all(|(part, _)| *part != Part::BackUp), "who reads first reads already");
        let viewer = enter(&db, town.back_up, NOW).await;
        assert_eq!(viewer.person, town.back_up, "who stays comes in as before");
        let mother = look(&db, town.home().mother, town.home().id).await;
        store::choose_contact(&db, &mother, Some(town.other_primary), NOW).await.expect("chosen");
        let heirs = Heirs {
            for_all: Some(town.back_up),
            of_family: HashMap::from([(town.home().id, None), (town.next_door().id, Some(town.back_up))]),
        };
        store::hand_over(&db, &right, town.other_primary, &heirs, true, NOW).await.expect("handed over");
        assert_eq!(team(&db, &town, 0).await, [(Part::Primary, town.secondary)]);
        assert!(team(&db, &town, 1).await.contains(&(Part::Primary, town.back_up)));
    })
    .await;
}

#[tokio::test]
async fn who_can_have_no_part_beside_a_family_takes_over_nothing_of_it() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let right = right(&db, town.administrator).await;
        let before = (team(&db, &town, 0).await, log(&db, &right).await);
        let full = store::hand_over(&db, &right, town.coordinator, &for_all(town.other_primary), true, NOW).await;
        assert!(matches!(full, Err(Error::Taken(what)) if what == store::NO_SEAT), "three advisers read already");
        assert_eq!((team(&db, &town, 0).await, log(&db, &right).await), before);
        let nobody = Heirs { for_all: None, of_family: HashMap::from([(town.home().id, None)]) };
        store::hand_over(&db, &right, town.coordinator, &nobody, true, NOW).await.expect("handed over");
        assert!(team(&db, &town, 0).await.iter().all(|(part, _)| *part != Part::Coordinator));
    })
    .await;
}

#[tokio::test]
async fn a_role_takes_two_people_who_are_not_the_one_it_is_for() {
    on_both(async |db| {
        let house = cast(&db).await;
        let town = &house.here;
        let (hers, his) = (right(&db, town.administrator).await, right(&db, town.other_administrator).await);
        let far = right(&db, house.there.administrator).await;
        let role = async || {
            let rows: Vec<(String,)> = rows!(db, "SELECT role FROM person WHERE id = $1", town.lead);
            rows[0].0.clone()
        };
        assert!(!store::propose_role(&db, &hers, town.lead, Role::Adviser, NOW).await.expect("proposed"));
        let waits = async || store::role_proposals(&db, &hers, NOW).await.expect("proposals");
        let proposal = waits().await.remove(0);
        assert_eq!(
            (proposal.person, proposal.before, proposal.role),
            (Some(town.lead), Some(Role::ProjectLead), Role::Adviser)
        );
        assert!(not_found(store::answer_role(&db, &hers, proposal.id, true, NOW).await), "not who proposed it");
        assert!(not_found(store::answer_role(&db, &far, proposal.id, true, NOW).await), "nobody from elsewhere");
        let lead = right(&db, town.lead).await;
        assert!(not_found(store::answer_role(&db, &lead, proposal.id, true, NOW).await));
        let late = NOW.plus_days(PROPOSAL_DAYS);
        assert!(not_found(store::answer_role(&db, &his, proposal.id, true, late).await), "it lapsed");
        assert_eq!(role().await, "project_lead");
        store::answer_role(&db, &his, proposal.id, true, NOW).await.expect("given");
        assert_eq!(role().await, "adviser");
        assert!(not_found(store::answer_role(&db, &his, proposal.id, true, NOW).await), "once");

        store::propose_role(&db, &hers, town.other_administrator, Role::ProjectLead, NOW).await.expect("proposed");
        let about_him = waits().await.remove(0);
        assert!(not_found(store::answer_role(&db, &his, about_him.id, true, NOW).await), "not whom it is about");
        store::answer_role(&db, &his, about_him.id, false, NOW).await.expect("but he may refuse");
        assert!(waits().await.is_empty());

        assert!(taken(store::propose_role(&db, &hers, town.primary, Role::ProjectLead, NOW).await), "she has families");
        let fits_not = store::propose_role(&db, &hers, town.coordinator, Role::Adviser, NOW).await;
        assert!(taken(fits_not), "no adviser has a coordinator's part");
        assert!(store::propose_role(&db, &hers, town.primary, Role::Coordinator, NOW).await.expect("at once"));
        assert!(not_found(store::propose_role(&db, &hers, town.primary, Role::Parent, NOW).await));
        assert!(not_found(store::propose_role(&db, &far, town.primary, Role::Adviser, NOW).await));
        let deeds: Vec<_> = log(&db, &hers).await.into_iter().take(5).map(|(deed, ..)| deed).collect();
        assert_eq!(
            deeds,
            [Deed::RoleNarrowed, Deed::RoleRefused, Deed::RoleProposed, Deed::RoleGiven, Deed::RoleProposed]
        );
    })
    .await;
}

#[tokio::test]
async fn somebody_new_is_there_once_another_agrees_and_comes_in_once_invited() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let (hers, his) = (right(&db, town.administrator).await, right(&db, town.other_administrator).await);
        let new = |role, unit| NewColleague {
            name: PersonName::parse("Nina Ny").expect("a name"),
            phone: Some(phone("12345678")),
            unit,
            role,
        };
        assert!(not_found(store::propose_colleague(&db, &hers, &new(Role::Parent, None), NOW).await));
        assert!(not_found(store::propose_colleague(&db, &hers, &new(Role::Adviser, Some(Id::fresh(NOW))), NOW).await));
        store::propose_colleague(&db, &hers, &new(Role::Adviser, Some(town.unit)), NOW).await.expect("proposed");
        let find = async || {
            let all = store::colleagues(&db, &hers, NOW).await.expect("colleagues");
            all.into_iter().find(|one| one.name.as_str() == "Nina Ny")
        };
        assert!(find().await.is_none());
        let proposal = store::role_proposals(&db, &his, NOW).await.expect("proposals").remove(0);
        store::answer_role(&db, &his, proposal.id, true, NOW).await.expect("given");
        let nina = find().await.expect("she is there");
        assert_eq!((nina.role, nina.unit, nina.came_in), (Role::Adviser, Some(town.unit), false));
        for other in [town.other_administrator, town.secondary] {
            let made = store::invite_colleague(&db, &hers, other, NOW).await;
            assert!(not_found(made), "nobody agrees as another administrator, or sees families as their adviser");
        }
        let (_, token) = store::invite_colleague(&db, &hers, nina.id, NOW).await.expect("an invitation");
        let session = Token::fresh();
        store::accept(&db, &token, &session, "Firefox", NOW).await.expect("she comes in");
        assert!(not_found(store::invite_colleague(&db, &hers, nina.id, NOW).await), "nobody comes in as her");
        assert_eq!(log(&db, &hers).await[0].0, Deed::Invited);

        let days = ("2027-01-15".parse().expect("a day"), "2027-01-20".parse().expect("a day"));
        store::write_away(&db, &hers, nina.id, days, NOW).await.expect("away");
        assert_eq!(find().await.expect("there").away, Some(days));
        assert!(not_found(store::write_away(&db, &hers, town.lead, days, NOW).await));
    })
    .await;
}

#[tokio::test]
async fn where_nobody_else_administers_the_servers_own_machine_agrees() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (town, hers) = (&house.here, right(&db, house.here.administrator).await);
        store::propose_role(&db, &hers, town.lead, Role::Administrator, NOW).await.expect("proposed");
        let waits = store::role_proposals_from_console(&db, town.id, NOW).await.expect("proposals");
        assert_eq!(waits.len(), 1);
        assert!(not_found(store::give_role_from_console(&db, house.there.id, waits[0].id, NOW).await));
        store::give_role_from_console(&db, town.id, waits[0].id, NOW).await.expect("given");
        let done = store::administration_log(&db, &hers, 1).await.expect("the log");
        assert_eq!((done[0].deed, &done[0].author), (Deed::RoleGiven, &None));
        assert!(store::role_proposals_from_console(&db, town.id, NOW).await.expect("proposals").is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_somebody_proposed_falls_with_them_and_who_left_does_nothing_more() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let (hers, his) = (right(&db, town.administrator).await, right(&db, town.other_administrator).await);
        store::propose_role(&db, &his, town.lead, Role::Administrator, NOW).await.expect("proposed");
        let proposal = store::role_proposals(&db, &hers, NOW).await.expect("proposals").remove(0);
        store::hand_over(&db, &hers, town.other_administrator, &Heirs::default(), true, NOW).await.expect("he leaves");
        assert!(not_found(store::answer_role(&db, &hers, proposal.id, true, NOW).await));
        assert!(not_found(store::open_unit(&db, &his, &title("Ny"), NOW).await), "with the right from before");
        assert!(not_found(store::propose_role(&db, &his, town.lead, Role::Adviser, NOW).await));
        assert!(not_found(store::set(&db, &his, &settings_of(&db, &town).await, NOW).await));
    })
    .await;
}

async fn settings_of(db: &Db, town: &Town) -> app::domain::settings::Settings {
    store::settings(db, &enter(db, town.administrator, NOW).await).await.expect("settings")
}

#[tokio::test]
async fn units_have_names_of_their_own_and_people_move_between_those_of_their_municipality() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (town, hers) = (&house.here, right(&db, house.here.administrator).await);
        store::open_unit(&db, &hers, &title("Nord"), NOW).await.expect("opened");
        assert!(taken(store::open_unit(&db, &hers, &title("Nord"), NOW).await));
        let units = store::units(&db, &hers).await.expect("units");
        assert_eq!(units.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>(), ["Familiehuset", "Nord"]);
        let north = units[1].id;
        assert!(taken(store::rename_unit(&db, &hers, north, &title("Familiehuset"), NOW).await));
        store::rename_unit(&db, &hers, north, &title("Nordhuset"), NOW).await.expect("renamed");
        store::rename_unit(&db, &hers, north, &title("Nordhuset"), NOW).await.expect("nothing to do");
        assert!(not_found(store::rename_unit(&db, &hers, house.there.unit, &title("Vores"), NOW).await));
        store::move_to_unit(&db, &hers, town.primary, Some(north), NOW).await.expect("moved");
        for (person, unit) in [
            (town.primary, Some(house.there.unit)),
            (house.there.primary, Some(north)),
            (town.home().mother, Some(north)),
            (town.contact, None),
        ] {
            assert!(not_found(store::move_to_unit(&db, &hers, person, unit, NOW).await));
        }
        let all = store::colleagues(&db, &hers, NOW).await.expect("colleagues");
        assert_eq!(all[0].unit, Some(north));
        let entries = log(&db, &hers).await;
        let said = |at: usize| (entries[at].0, entries[at].1.as_str(), entries[at].2.as_str(), entries[at].3.as_str());
        assert_eq!(said(0), (Deed::Moved, "Anna Primær", "", "Nordhuset"));
        assert_eq!(said(1), (Deed::UnitRenamed, "", "Nord", "Nordhuset"));
        assert_eq!(said(2), (Deed::UnitOpened, "Nord", "", ""));
    })
    .await;
}

#[tokio::test]
async fn a_change_of_settings_stands_there_with_what_was_before_and_what_an_import_gives_without_an_author() {
    on_both(async |db| {
        let house = cast(&db).await;
        let town = &house.here;
        let hers = right(&db, town.administrator).await;
        let came = log(&db, &hers).await;
        assert_eq!(came.len(), 8, "everybody of the staff came by an import");
        assert!(came.iter().all(|(deed, _, before, _)| *deed == Deed::RoleGiven && before.is_empty()));
        let before = settings_of(&db, town).await;
        let after = app::domain::settings::Settings { staff_names: false, ..before.clone() };
        store::set(&db, &hers, &after, NOW).await.expect("set");
        store::set(&db, &hers, &after, NOW).await.expect("the same again");
        let entries = log(&db, &hers).await;
        assert_eq!(entries.len(), 9);
        let (no, yes) = (r#"{"staff_names":"no"}"#.to_owned(), r#"{"staff_names":"yes"}"#.to_owned());
        assert_eq!(entries[0], (Deed::Settings, String::new(), yes, no));
        let far = right(&db, house.there.administrator).await;
        assert_eq!(log(&db, &far).await.len(), 8, "nothing of it is seen elsewhere");
        assert!(run!(db, "UPDATE administration_change SET about = 'x'").is_err(), "a log only grows");
        assert!(run!(db, "DELETE FROM administration_change").is_err());
    })
    .await;
}
