use app::{
    domain::{
        chance::Token,
        id::Id,
        moment::Moment,
        person::{Language, Person, Role},
        sign_in::{INVITATION_DAYS, InvitationState},
    },
    store::{self, Batch, Error},
};

use crate::{
    cast::{House, NOW, cast, look, person},
    ground::{Ground, number, on_both, run},
};

async fn state(db: &Ground, token: &Token, now: Moment) -> InvitationState {
    store::entry(db, token, now).await.expect("an answer").expect("an invitation").state
}

async fn enters(db: &Ground, token: &Token, now: Moment) -> bool {
    let session = Token::fresh();
    let before = number!(db, "SELECT COUNT(*) FROM session");
    match store::accept(db, token, &session, "Safari · iPhone", now).await {
        Ok(()) => {
            assert!(store::viewer(db, &session, now).await.expect("an answer").is_some());
            true
        }
        Err(Error::NotFound) => {
            assert!(store::viewer(db, &session, now).await.expect("an answer").is_none());
            assert_eq!(number!(db, "SELECT COUNT(*) FROM session"), before);
            false
        }
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn looking_at_an_invitation_tells_whose_it_is_and_uses_nothing_up() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let access = look(&db, town.primary, home.id).await;
        let (_, token) = store::invite(&db, &access, home.mother, NOW).await.expect("an invitation");
        for _ in 0..3 {
            let entry = store::entry(&db, &token, NOW).await.expect("an answer").expect("an invitation");
            assert_eq!((entry.state, entry.name.as_str()), (InvitationState::Open, "Mette Holm"));
            assert_eq!(entry.language, Language::Danish);
            let (inviter, phone) = entry.inviter.expect("who made it");
            assert_eq!((inviter.as_str(), phone.expect("a number").dial()), ("Anna Primær", "+4512345678"));
            assert_eq!(entry.municipality_phone.expect("a number").dial(), "+4570121314");
        }
        assert!(enters(&db, &token, NOW).await);
        assert!(store::entry(&db, &Token::fresh(), NOW).await.expect("an answer").is_none());
        assert!(!enters(&db, &Token::fresh(), NOW).await);
    })
    .await;
}

#[tokio::test]
async fn an_invitation_lets_in_once() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let token = store::invite_from_console(&db, home.mother, NOW).await.expect("an invitation");
        assert!(store::entry(&db, &token, NOW).await.expect("an answer").expect("an invitation").inviter.is_none());
        assert!(enters(&db, &token, NOW).await);
        assert_eq!(state(&db, &token, NOW).await, InvitationState::Used);
        assert!(!enters(&db, &token, NOW).await);
    })
    .await;
}

#[tokio::test]
async fn an_invitation_lives_fourteen_days() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let end = NOW.plus_days(INVITATION_DAYS);
        let token = store::invite_from_console(&db, town.primary, NOW).await.expect("an invitation");
        assert_eq!(state(&db, &token, end.plus_seconds(-1)).await, InvitationState::Open);
        assert_eq!(state(&db, &token, end).await, InvitationState::Expired);
        assert!(!enters(&db, &token, end).await);
        assert!(enters(&db, &token, end.plus_seconds(-1)).await);
    })
    .await;
}

#[tokio::test]
async fn a_newer_invitation_ends_the_older() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let access = look(&db, town.primary, home.id).await;
        let (_, older) = store::invite(&db, &access, home.mother, NOW).await.expect("an invitation");
        let (_, fathers) = store::invite(&db, &access, home.father, NOW).await.expect("an invitation");
        let (newer_id, newer) = store::invite(&db, &access, home.mother, NOW).await.expect("an invitation");
        assert_eq!(state(&db, &older, NOW).await, InvitationState::Revoked);
        assert!(!enters(&db, &older, NOW).await);
        let open = store::open_invitations(&db, &access, NOW).await.expect("a list");
        assert_eq!(open.len(), 2);
        assert!(open.iter().any(|(person, invitation)| *person == home.mother && invitation.id == newer_id));
        assert!(enters(&db, &newer, NOW).await && enters(&db, &fathers, NOW).await);
    })
    .await;
}

#[tokio::test]
async fn open_invitations_are_listed_until_used_taken_back_or_over() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let access = look(&db, town.secondary, home.id).await;
        let (first, token) = store::invite(&db, &access, home.mother, NOW).await.expect("an invitation");
        let (second, _) = store::invite(&db, &access, home.father, NOW.plus_days(1)).await.expect("an invitation");
        let (third, _) = store::invite(&db, &access, town.contact, NOW.plus_days(2)).await.expect("an invitation");
        let listed = async |now| -> Vec<_> {
            let open = store::open_invitations(&db, &access, now).await.expect("a list");
            assert!(open.iter().all(|(_, invitation)| invitation.state == InvitationState::Open));
            open.into_iter().map(|(_, invitation)| invitation.id).collect()
        };
        assert_eq!(listed(NOW.plus_days(2)).await, [third, second, first]);
        assert_eq!(listed(NOW.plus_days(14)).await, [third, second]);
        assert!(enters(&db, &token, NOW.plus_days(2)).await);
        store::revoke(&db, &access, second, NOW.plus_days(2)).await.expect("taken back");
        assert_eq!(listed(NOW.plus_days(2)).await, [third]);
        let colleague = look(&db, town.secondary, town.next_door().id).await;
        let others = store::open_invitations(&db, &colleague, NOW.plus_days(2)).await.expect("a list");
        assert!(others.is_empty(), "another family's list");
    })
    .await;
}

#[tokio::test]
async fn an_invitation_taken_back_lets_nobody_in() {
    on_both(async |db| {
        let house = cast(&db).await;
        let home = house.here.home();
        let access = look(&db, house.here.primary, home.id).await;
        let (id, token) = store::invite(&db, &access, home.mother, NOW).await.expect("an invitation");
        for (person, family) in [
            (house.here.other_primary, house.here.next_door().id),
            (house.there.primary, house.there.home().id),
            (home.mother, home.id),
            (house.here.contact, home.id),
        ] {
            let stranger = look(&db, person, family).await;
            assert!(matches!(store::revoke(&db, &stranger, id, NOW).await, Err(Error::NotFound)));
        }
        let (again, open) = store::invite(&db, &access, home.mother, NOW).await.expect("an invitation");
        assert_eq!(state(&db, &token, NOW).await, InvitationState::Revoked);
        for seconds in [1, 2] {
            store::revoke(&db, &access, again, NOW.plus_seconds(seconds)).await.expect("taken back");
        }
        assert_eq!(number!(db, "SELECT revoked_at FROM invitation WHERE id = $1", again), NOW.seconds() + 1);
        assert_eq!(state(&db, &open, NOW).await, InvitationState::Revoked);
        assert!(!enters(&db, &open, NOW).await);
        assert!(matches!(store::revoke(&db, &access, Id::fresh(NOW), NOW).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_strangers_attempt_to_take_back_leaves_it_open() {
    on_both(async |db| {
        let house = cast(&db).await;
        let home = house.here.home();
        let access = look(&db, house.here.primary, home.id).await;
        let stranger = look(&db, house.here.other_primary, house.here.next_door().id).await;
        let (id, token) = store::invite(&db, &access, home.mother, NOW).await.expect("an invitation");
        assert!(matches!(store::revoke(&db, &stranger, id, NOW).await, Err(Error::NotFound)));
        assert_eq!(state(&db, &token, NOW).await, InvitationState::Open);
        assert!(enters(&db, &token, NOW).await);
    })
    .await;
}

#[tokio::test]
async fn only_staff_beside_the_family_invite() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        for person in [home.mother, town.contact] {
            let access = look(&db, person, home.id).await;
            assert!(matches!(store::invite(&db, &access, home.father, NOW).await, Err(Error::NotFound)));
            assert!(matches!(store::open_invitations(&db, &access, NOW).await, Err(Error::NotFound)));
        }
        for person in [town.primary, town.secondary, town.coordinator, town.back_up] {
            let access = look(&db, person, home.id).await;
            store::invite(&db, &access, home.father, NOW).await.expect("an invitation");
        }
    })
    .await;
}

async fn gone(db: &Ground, house: &House) -> Id<Person> {
    let gone = person(Some(house.here.home().id), "Gitte Gået", Role::Parent);
    let id = gone.id;
    let batch = Batch { people: vec![gone], ..Batch::default() };
    store::load(db, house.here.id, &batch, NOW).await.expect("a person");
    run!(db, "UPDATE person SET left_at = $2 WHERE id = $1", id, NOW).expect("they leave");
    id
}

#[tokio::test]
async fn parents_and_the_contact_person_are_invited_and_nobody_else_through_the_family() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (town, home) = (&house.here, house.here.home());
        let gone = gone(&db, &house).await;
        let access = look(&db, town.primary, home.id).await;
        let before = number!(db, "SELECT COUNT(*) FROM invitation");
        for nobody in [
            home.daughter,
            gone,
            town.primary,
            town.lead,
            town.next_door().mother,
            house.there.home().mother,
            house.there.contact,
            Id::fresh(NOW),
        ] {
            assert!(matches!(store::invite(&db, &access, nobody, NOW).await, Err(Error::NotFound)));
        }
        assert_eq!(number!(db, "SELECT COUNT(*) FROM invitation"), before);
        for somebody in [home.mother, home.father, town.contact] {
            let (id, _) = store::invite(&db, &access, somebody, NOW).await.expect("an invitation");
            assert_eq!(number!(db, "SELECT COUNT(*) FROM invitation WHERE id = $1 AND family = $2", id, home.id), 1);
        }
        let ended = Batch { team_ends: vec![home.parts[0]], ..Batch::default() };
        store::load(&db, town.id, &ended, NOW).await.expect("the contact person leaves the team");
        assert!(matches!(store::invite(&db, &access, town.contact, NOW).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn the_console_invites_everybody_but_children_strangers_and_those_who_left() {
    on_both(async |db| {
        let house = cast(&db).await;
        let gone = gone(&db, &house).await;
        for person in [house.here.lead, house.here.primary, house.here.contact, house.here.home().father] {
            let token = store::invite_from_console(&db, person, NOW).await.expect("an invitation");
            assert!(enters(&db, &token, NOW).await);
        }
        for person in [house.here.home().son, gone, Id::fresh(NOW)] {
            assert!(matches!(store::invite_from_console(&db, person, NOW).await, Err(Error::NotFound)));
        }
    })
    .await;
}

#[tokio::test]
async fn who_has_left_is_not_let_in_by_an_older_invitation_and_is_told_so_at_once() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let token = store::invite_from_console(&db, town.primary, NOW).await.expect("an invitation");
        run!(db, "UPDATE person SET left_at = $2 WHERE id = $1", town.primary, NOW).expect("they leave");
        assert!(!enters(&db, &token, NOW).await);
        assert_eq!(state(&db, &token, NOW).await, InvitationState::Revoked);
    })
    .await;
}
