use app::{
    domain::{
        chance::{self, Token},
        id::Id,
        passkey::{
            Kind, PASSKEYS, Passkey,
            ceremony::{Asked, Made, Side},
        },
        person::{Person, Viewer},
        sign_in::{OldWays, PROVEN},
    },
    store::{self, Db, Error},
};

use crate::{
    cast::{NOW, cast, enter, look, title},
    ground::{Ground, number, on_both, run},
};

fn asked() -> Asked {
    Side::at("https://plan.eksempel.dk").expect("a side").ask().expect("asked")
}

fn made() -> Made {
    Made { credential: chance::bytes::<32>().to_vec(), public_key: vec![1, 2, 3], state: vec![0; 7] }
}

async fn keep(db: &Db, viewer: &Viewer) -> (Id<Passkey>, Made) {
    let made = made();
    store::passkey_handle(db, viewer, chance::bytes()).await.expect("a handle");
    store::keep_passkey(db, viewer, &made, &title("Chrome · Android"), NOW).await.expect("kept");
    let (id, ..) = store::find_passkey(db, &made.credential).await.expect("found");
    (id, made)
}

async fn comes_in(db: &Db, whose: (Id<Passkey>, Id<Person>), state: (&[u8], &[u8])) -> Option<Viewer> {
    let token = Token::fresh();
    match store::enter_with_passkey(db, whose, state, &token, "Safari · iPhone", NOW).await {
        Ok(()) => Some(store::viewer(db, &token, NOW).await.expect("an answer").expect("a session").0),
        Err(Error::NotFound) => None,
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn what_was_asked_can_be_answered_once_in_five_minutes_by_whom_and_for_what_it_was_asked() {
    on_both(async |db: Ground| {
        let town = cast(&db).await.here;
        let home = town.home();
        let (mother, father) = (enter(&db, home.mother, NOW).await, enter(&db, home.father, NOW).await);
        let late = NOW.plus_seconds(300);
        for (kind, viewer, answered_as, answered_by, at, fine) in [
            (Kind::Enter, None, Kind::Enter, None, NOW, true),
            (Kind::Enter, None, Kind::Enter, None, late.plus_seconds(-1), true),
            (Kind::Enter, None, Kind::Enter, None, late, false),
            (Kind::Enter, None, Kind::Prove, None, NOW, false),
            (Kind::Enter, None, Kind::Enter, Some(&mother), NOW, false),
            (Kind::Make, Some(&mother), Kind::Make, Some(&mother), NOW, true),
            (Kind::Make, Some(&mother), Kind::Make, Some(&father), NOW, false),
            (Kind::Prove, Some(&mother), Kind::Prove, None, NOW, false),
        ] {
            let asked = asked();
            store::begin_ceremony(&db, kind, viewer, &asked, NOW).await.expect("asked");
            let answered = store::end_ceremony(&db, answered_as, answered_by, asked.challenge, at).await;
            assert_eq!(answered.is_ok(), fine, "{kind:?} {answered_as:?}");
            assert!(answered.is_err() || answered.is_ok_and(|state| state == asked.state));
            let again = store::end_ceremony(&db, kind, viewer, asked.challenge, NOW).await;
            assert!(matches!(again, Err(Error::NotFound)), "whatever came of it");
        }
    })
    .await;
}

#[tokio::test]
async fn of_one_session_only_the_latest_is_kept_and_what_nobody_answered_goes() {
    on_both(async |db: Ground| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mother = enter(&db, home.mother, NOW).await;
        for _ in 0..3 {
            store::begin_ceremony(&db, Kind::Make, Some(&mother), &asked(), NOW).await.expect("asked");
            store::begin_ceremony(&db, Kind::Enter, None, &asked(), NOW).await.expect("asked");
        }
        assert_eq!(number!(db, "SELECT COUNT(*) FROM ceremony"), 4);
        store::begin_ceremony(&db, Kind::Enter, None, &asked(), NOW.plus_seconds(300)).await.expect("asked");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM ceremony"), 1);
    })
    .await;
}

#[tokio::test]
async fn a_person_is_known_by_the_same_random_bytes_every_time_and_by_other_bytes_than_anybody_else() {
    on_both(async |db: Ground| {
        let town = cast(&db).await.here;
        let home = town.home();
        let (mother, father) = (enter(&db, home.mother, NOW).await, enter(&db, home.father, NOW).await);
        let handle = store::passkey_handle(&db, &mother, [1; 32]).await.expect("a handle");
        assert_eq!(handle, [1; 32]);
        assert_eq!(store::passkey_handle(&db, &mother, [2; 32]).await.expect("a handle"), handle);
        let taken = store::passkey_handle(&db, &father, [1; 32]).await;
        assert!(matches!(taken, Err(Error::Taken(_))));
    })
    .await;
}

#[tokio::test]
async fn a_passkey_is_its_persons_own_to_see_to_name_and_to_remove() {
    on_both(async |db: Ground| {
        let town = cast(&db).await.here;
        let home = town.home();
        let (mother, father) = (enter(&db, home.mother, NOW).await, enter(&db, home.father, NOW).await);
        assert_eq!(store::device_name(&db, &mother).await.expect("a name").as_str(), "Firefox · Linux");
        let (id, made) = keep(&db, &mother).await;
        let mine = store::passkeys(&db, &mother).await.expect("a list");
        assert_eq!((mine.len(), mine[0].0.id, &mine[0].1), (1, id, &made.credential));
        assert_eq!((mine[0].0.created_at, mine[0].0.used_at), (NOW, None));
        assert!(store::passkeys(&db, &father).await.expect("a list").is_empty());
        let name = title("Min telefon");
        assert!(matches!(store::passkey(&db, &father, id).await, Err(Error::NotFound)));
        assert!(matches!(store::rename_passkey(&db, &father, id, &name).await, Err(Error::NotFound)));
        assert!(matches!(store::remove_passkey(&db, &father, id).await, Err(Error::NotFound)));
        store::rename_passkey(&db, &mother, id, &name).await.expect("renamed");
        assert_eq!(store::passkey(&db, &mother, id).await.expect("hers").name, name);

        let again = store::keep_passkey(&db, &father, &made, &name, NOW).await;
        assert!(matches!(again, Err(Error::Taken(what)) if what == "passkey_credential"));
        store::remove_passkey(&db, &mother, id).await.expect("removed");
        assert!(matches!(store::find_passkey(&db, &made.credential).await, Err(Error::NotFound)));
        assert!(comes_in(&db, (id, home.mother), (&made.state, &made.state)).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_person_has_ten_at_most_also_when_several_are_kept_at_once() {
    on_both(async |db: Ground| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mother = enter(&db, home.mother, NOW).await;
        for _ in 1..PASSKEYS {
            keep(&db, &mother).await;
        }
        let (name, [one, other]) = (title("Telefon"), [made(), made()]);
        let (one, other) = tokio::join!(
            store::keep_passkey(&db, &mother, &one, &name, NOW),
            store::keep_passkey(&db, &mother, &other, &name, NOW)
        );
        assert!(one.is_ok() != other.is_ok());
        let refused = one.err().or(other.err());
        assert!(matches!(refused, Some(Error::Taken(what)) if what == "passkey_count"));
        assert_eq!(store::passkeys(&db, &mother).await.expect("a list").len(), PASSKEYS);
    })
    .await;
}

#[tokio::test]
async fn a_passkey_lets_its_person_in_once_for_each_state_and_not_when_they_have_left() {
    on_both(async |db: Ground| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mother = enter(&db, home.mother, NOW).await;
        let (id, made) = keep(&db, &mother).await;
        let (_, whose, kept) = store::find_passkey(&db, &made.credential).await.expect("found");
        assert_eq!((whose, &kept.public_key, &kept.state), (home.mother, &made.public_key, &made.state));
        let (zero, one, two) = (vec![0; 7], vec![1; 7], vec![2; 7]);
        assert!(comes_in(&db, (id, home.father), (&zero, &one)).await.is_none(), "it is hers");
        let in_again = comes_in(&db, (id, home.mother), (&zero, &one)).await.expect("in");
        assert_eq!((in_again.person, in_again.proven_at, in_again.passkey_offer), (home.mother, NOW, false));
        assert_eq!(store::passkey(&db, &mother, id).await.expect("hers").used_at, Some(NOW));
        assert!(comes_in(&db, (id, home.mother), (&zero, &one)).await.is_none(), "it has moved on");
        run!(db, "UPDATE person SET left_at = 1 WHERE id = $1", home.mother).expect("gone");
        assert!(comes_in(&db, (id, home.mother), (&one, &two)).await.is_none());
        assert!(matches!(store::find_passkey(&db, &made.credential).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn who_somebody_is_is_proven_as_they_come_in_and_again_with_a_passkey_of_their_own() {
    on_both(async |db: Ground| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mother = enter(&db, home.mother, NOW).await;
        let father = enter(&db, home.father, NOW).await;
        assert!(mother.has_just_proven(NOW.plus_seconds(PROVEN - 1)));
        assert!(!mother.has_just_proven(NOW.plus_seconds(PROVEN)));
        let (id, made) = keep(&db, &mother).await;
        let later = NOW.plus_seconds(PROVEN);
        let state = (&made.state[..], &made.state[..]);
        assert!(matches!(store::prove(&db, &father, id, state, later).await, Err(Error::NotFound)));
        store::prove(&db, &mother, id, state, later).await.expect("proven");
        let at = async |person| number!(db, "SELECT MAX(proven_at) FROM session WHERE person = $1", person);
        assert_eq!((at(home.mother).await, at(home.father).await), (later.seconds(), NOW.seconds()));
    })
    .await;
}

#[tokio::test]
async fn a_passkey_is_offered_after_an_invitation_until_there_is_one_or_it_was_declined() {
    on_both(async |db: Ground| {
        let town = cast(&db).await.here;
        let home = town.home();
        let offered = async |now| {
            let invitation = store::invite_from_console(&db, home.mother, NOW).await.expect("an invitation");
            let session = Token::fresh();
            store::accept(&db, &invitation, &session, "Firefox · Linux", NOW).await.expect("a session");
            let (viewer, _) = store::viewer(&db, &session, now).await.expect("an answer").expect("a session");
            (viewer, session)
        };
        let again = async |session: &Token| {
            store::viewer(&db, session, NOW).await.expect("an answer").expect("a session").0.passkey_offer
        };
        assert!(!offered(NOW.plus_seconds(PROVEN)).await.0.passkey_offer, "by then she could not make one");
        let (viewer, session) = offered(NOW).await;
        assert!(viewer.passkey_offer);
        store::set_quick_exit(&db, &viewer, true).await.expect("set");
        assert!(!again(&session).await, "it is not offered to who must leave in a hurry");
        store::set_quick_exit(&db, &viewer, false).await.expect("set");
        assert!(again(&session).await);
        store::decline_passkey(&db, &viewer).await.expect("declined");
        assert!(!again(&session).await);
        let (viewer, session) = offered(NOW).await;
        keep(&db, &viewer).await;
        assert!(!again(&session).await);
        assert!(!offered(NOW).await.0.passkey_offer, "she has one");
    })
    .await;
}

#[tokio::test]
async fn an_invitation_after_a_loss_ends_every_way_in_once_it_is_used_and_not_before() {
    on_both(async |db: Ground| {
        let town = cast(&db).await.here;
        let home = town.home();
        let (mother, father) = (enter(&db, home.mother, NOW).await, enter(&db, home.father, NOW).await);
        keep(&db, &mother).await;
        keep(&db, &father).await;
        let living = async |viewer: &Viewer| store::sessions(&db, viewer, NOW).await.expect("a list").len();
        let keys = async |viewer: &Viewer| store::passkeys(&db, viewer).await.expect("a list").len();
        let access = look(&db, town.primary, home.id).await;
        let (_, token) = store::invite_after_loss(&db, &access, home.mother, NOW).await.expect("an invitation");
        let entry = store::entry(&db, &token, NOW).await.expect("an answer").expect("an invitation");
        assert_eq!(entry.old_ways, OldWays::End);
        assert_eq!((living(&mother).await, keys(&mother).await), (1, 1), "a link nobody used ends nothing");
        let session = Token::fresh();
        store::accept(&db, &token, &session, "Safari · iPhone", NOW).await.expect("in");
        assert_eq!((living(&mother).await, keys(&mother).await), (1, 0));
        let (new, _) = store::viewer(&db, &session, NOW).await.expect("an answer").expect("a session");
        assert!(new.session != mother.session && new.passkey_offer);
        assert_eq!((living(&father).await, keys(&father).await), (1, 1), "his stay");

        keep(&db, &new).await;
        let (_, token) = store::invite(&db, &access, home.mother, NOW).await.expect("an invitation");
        assert_eq!(store::entry(&db, &token, NOW).await.expect("one").expect("one").old_ways, OldWays::Stay);
        store::accept(&db, &token, &Token::fresh(), "Safari · iPhone", NOW).await.expect("in");
        assert_eq!((living(&mother).await, keys(&mother).await), (2, 1));
        let token = store::invite_from_console_after_loss(&db, home.mother, NOW).await.expect("an invitation");
        store::accept(&db, &token, &Token::fresh(), "Safari · iPhone", NOW).await.expect("in");
        assert_eq!((living(&mother).await, keys(&mother).await), (1, 0));
        assert!(matches!(store::invite_after_loss(&db, &access, town.primary, NOW).await, Err(Error::NotFound)));
    })
    .await;
}
