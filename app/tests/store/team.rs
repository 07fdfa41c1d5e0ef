use app::{
    domain::{
        id::Id,
        inbox::will_read,
        person::Role,
        team::{Part, first_to_call},
        working_time::Office,
    },
    store::{self, Batch, NewTeamMember},
};

use crate::{
    cast::{NOW, ZONE, cast, look},
    ground::{on_both, run},
};

#[tokio::test]
async fn the_team_is_told_those_to_call_first_coming_first() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        for viewer in [home.mother, town.primary] {
            let access = look(&db, viewer, home.id).await;
            let team = store::team(&db, &access).await.expect("a team");
            let told: Vec<_> = team.iter().map(|member| (member.person, member.part, member.role)).collect();
            assert_eq!(
                told,
                [
                    (town.contact, Part::ContactPerson, Role::ContactPerson),
                    (town.primary, Part::Primary, Role::Adviser),
                    (town.secondary, Part::Secondary, Role::Adviser),
                    (town.coordinator, Part::Coordinator, Role::Coordinator),
                    (town.back_up, Part::BackUp, Role::Adviser),
                ]
            );
            assert_eq!(team[0].name.as_str(), "Frida Forening");
            assert_eq!(team[0].phone.as_ref().map(|phone| phone.dial()), Some("+4512345678"));
            assert_eq!(first_to_call(&team).map(|member| member.person), Some(town.contact));
            let readers = will_read(&team, &[], &Office::usual(ZONE), NOW, NOW.plus_days(3));
            assert_eq!(readers.first().map(|name| name.as_str()), Some("Anna Primær"));
        }
    })
    .await;
}

#[tokio::test]
async fn who_left_and_whose_part_ended_are_told_no_more_and_who_follows_is() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        run!(db, "UPDATE person SET left_at = $2 WHERE id = $1", town.coordinator, NOW).expect("one leaves");
        let follows =
            NewTeamMember { id: Id::fresh(NOW), family: home.id, person: town.other_primary, part: Part::Primary };
        let batch = Batch { team_ends: vec![home.parts[1]], team: vec![follows], ..Batch::default() };
        store::load(&db, town.id, &batch, NOW).await.expect("a new primary adviser");
        let access = look(&db, home.mother, home.id).await;
        let team = store::team(&db, &access).await.expect("a team");
        let told: Vec<_> = team.iter().map(|member| member.person).collect();
        assert_eq!(told, [town.contact, town.other_primary, town.secondary, town.back_up]);
    })
    .await;
}
