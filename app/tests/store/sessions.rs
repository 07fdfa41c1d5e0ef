use app::{
    domain::{
        chance::Token,
        moment::Moment,
        person::Role,
        sign_in::{CameBy, Limits, SESSIONS},
    },
    store::{self, Error},
};

use crate::{
    cast::{HOUR, NOW, ZONE, cast, enter, enter_with_token},
    ground::{Ground, number, on_both, rows, run},
};

async fn lives(db: &Ground, token: &Token, seconds: i64) -> bool {
    store::viewer(db, token, NOW.plus_seconds(seconds)).await.expect("an answer").is_some()
}

const DAY: i64 = 24 * HOUR;

#[tokio::test]
async fn a_session_says_who_it_is_and_keeps_only_the_hash_of_its_token() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let (viewer, token) = enter_with_token(&db, home.mother, NOW).await;
        assert_eq!((viewer.person, viewer.municipality, viewer.family), (home.mother, town.id, Some(home.id)));
        assert_eq!((viewer.role, viewer.name.as_str(), viewer.zone), (Role::Parent, "Mette Holm", ZONE));
        let (staff, _) = enter_with_token(&db, town.primary, NOW).await;
        assert_eq!((staff.role, staff.family), (Role::Adviser, None));
        let kept: Vec<(Vec<u8>,)> = rows!(db, "SELECT token_hash FROM session WHERE person = $1", home.mother);
        assert_eq!(kept, [(token.hash(),)]);
        assert!(store::viewer(&db, &Token::fresh(), NOW).await.expect("an answer").is_none());
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_after_its_idle_time() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        for (person, idle) in [(town.home().mother, 60 * DAY), (town.contact, 60 * DAY), (town.primary, 8 * HOUR)] {
            let (viewer, token) = enter_with_token(&db, person, NOW).await;
            assert_eq!(Limits::of(viewer.role).idle, idle);
            assert!(lives(&db, &token, idle - 1).await);
            assert!(!lives(&db, &token, idle).await);
        }
    })
    .await;
}

#[tokio::test]
async fn use_moves_the_end_but_never_past_the_absolute_one() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let (parent, token) = enter_with_token(&db, town.home().mother, NOW).await;
        for day in [50, 100, 150, 200, 250, 300, 350] {
            assert!(lives(&db, &token, day * DAY).await);
            store::touch(&db, &parent, NOW.plus_days(day)).await.expect("in use");
            let (_, seen) = store::viewer(&db, &token, NOW.plus_days(day)).await.expect("an answer").expect("living");
            assert_eq!(seen, NOW.plus_days(day));
        }
        assert!(lives(&db, &token, 365 * DAY - 1).await);
        assert!(!lives(&db, &token, 365 * DAY).await);

        let (adviser, token) = enter_with_token(&db, town.primary, NOW).await;
        store::touch(&db, &adviser, NOW.plus_seconds(7 * HOUR)).await.expect("in use");
        assert!(lives(&db, &token, 8 * HOUR - 1).await);
        assert!(!lives(&db, &token, 8 * HOUR).await);
    })
    .await;
}

#[tokio::test]
async fn a_session_that_is_over_or_ended_is_not_woken_by_use() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let (over, over_token) = enter_with_token(&db, home.mother, NOW).await;
        store::touch(&db, &over, NOW.plus_days(60)).await.expect("too late");
        assert!(!lives(&db, &over_token, 60 * DAY).await);

        let (ended, ended_token) = enter_with_token(&db, home.father, NOW).await;
        store::close_session(&db, &ended, ended.session, NOW).await.expect("ended");
        store::touch(&db, &ended, NOW.plus_seconds(1)).await.expect("too late");
        assert!(!lives(&db, &ended_token, 1).await);
    })
    .await;
}

#[tokio::test]
async fn who_has_left_holds_no_session() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let (_, token) = enter_with_token(&db, town.primary, NOW).await;
        run!(db, "UPDATE person SET left_at = $2 WHERE id = $1", town.primary, NOW).expect("they leave");
        assert!(!lives(&db, &token, 0).await);
    })
    .await;
}

#[tokio::test]
async fn a_device_is_signed_out_alone() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let (phone, phone_token) = enter_with_token(&db, home.mother, NOW).await;
        let (tablet, tablet_token) = enter_with_token(&db, home.mother, NOW.plus_seconds(1)).await;
        for seconds in [2, 3] {
            let at = NOW.plus_seconds(seconds);
            store::close_session(&db, &tablet, phone.session, at).await.expect("signed out");
        }
        assert!(!lives(&db, &phone_token, 3).await);
        assert!(lives(&db, &tablet_token, 3).await);
        assert_eq!(number!(db, "SELECT revoked_at FROM session WHERE id = $1", phone.session), NOW.seconds() + 2);
    })
    .await;
}

#[tokio::test]
async fn nobody_signs_somebody_else_out() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let (mother, token) = enter_with_token(&db, town.home().mother, NOW).await;
        for other in [town.home().father, town.primary] {
            let viewer = enter(&db, other, NOW).await;
            let outcome = store::close_session(&db, &viewer, mother.session, NOW).await;
            assert!(matches!(outcome, Err(Error::NotFound)));
            store::close_every_session(&db, &viewer, NOW).await.expect("their own");
        }
        assert!(lives(&db, &token, 1).await);
    })
    .await;
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session_this_one_too() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let (viewer, first) = enter_with_token(&db, home.mother, NOW).await;
        let (_, second) = enter_with_token(&db, home.mother, NOW).await;
        let (_, fathers) = enter_with_token(&db, home.father, NOW).await;
        store::close_every_session(&db, &viewer, NOW.plus_seconds(5)).await.expect("signed out everywhere");
        assert!(!lives(&db, &first, 5).await && !lives(&db, &second, 5).await);
        assert!(lives(&db, &fathers, 5).await);
        assert!(store::sessions(&db, &viewer, NOW.plus_seconds(5)).await.expect("a list").is_empty());
    })
    .await;
}

#[tokio::test]
async fn ones_own_living_devices_are_listed_the_latest_used_first() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let at = |seconds| NOW.plus_seconds(seconds);
        let first = enter(&db, home.mother, at(0)).await;
        let second = enter(&db, home.mother, at(10)).await;
        let closed = enter(&db, home.mother, at(20)).await;
        enter(&db, home.father, at(30)).await;
        store::close_session(&db, &first, closed.session, at(40)).await.expect("signed out");
        store::touch(&db, &first, at(50)).await.expect("in use");
        let listed = store::sessions(&db, &second, at(60)).await.expect("a list");
        let told: Vec<_> =
            listed.iter().map(|s| (s.id, s.created_at, s.seen_at, s.device.as_str(), s.came_by)).collect();
        let (device, by) = ("Firefox · Linux", Some(CameBy::Invitation));
        assert_eq!(told, [(first.session, at(0), at(50), device, by), (second.session, at(10), at(10), device, by)]);
        run!(db, "UPDATE session SET came_by = NULL WHERE id = $1", first.session).expect("as it was before");
        assert_eq!(store::sessions(&db, &second, at(60)).await.expect("a list")[0].came_by, None);
        assert!(store::sessions(&db, &second, NOW.plus_days(61)).await.expect("a list").is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_twenty_first_session_ends_the_oldest() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let mut tokens = Vec::new();
        for second in 0..=SESSIONS {
            tokens.push(enter_with_token(&db, home.mother, NOW.plus_seconds(second)).await.1);
            let oldest_lives = lives(&db, &tokens[0], second).await;
            assert_eq!(oldest_lives, second < SESSIONS, "after {} sessions", second + 1);
        }
        for token in &tokens[1..] {
            assert!(lives(&db, token, SESSIONS).await);
        }
    })
    .await;
}

#[tokio::test]
async fn however_many_sign_in_at_the_same_second_the_newest_session_lives() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        for _ in 0..SESSIONS + 10 {
            let (_, token) = enter_with_token(&db, home.mother, NOW).await;
            assert!(lives(&db, &token, 0).await);
        }
        let viewer = enter(&db, home.mother, NOW).await;
        assert_eq!(store::sessions(&db, &viewer, NOW).await.expect("a list").len(), 20);
    })
    .await;
}

#[tokio::test]
async fn a_session_in_use_makes_no_room_for_those_that_are_over() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let (viewer, used) = enter_with_token(&db, home.mother, NOW).await;
        for second in 1..SESSIONS {
            enter(&db, home.mother, NOW.plus_seconds(second)).await;
        }
        store::touch(&db, &viewer, NOW.plus_days(59)).await.expect("in use");
        enter(&db, home.mother, NOW.plus_days(61)).await;
        assert!(lives(&db, &used, 61 * DAY).await, "the other nineteen are over already");
    })
    .await;
}

#[tokio::test]
async fn what_a_device_keeps_and_was_told_of_the_home_screen_is_each_devices_own() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let (phone, phone_token) = enter_with_token(&db, home.mother, NOW).await;
        let (_, other_token) = enter_with_token(&db, home.mother, NOW).await;
        let seen = async |token: &Token, now: Moment| {
            let (viewer, _) = store::viewer(&db, token, now).await.expect("an answer").expect("a session");
            (viewer.keeps_pages, viewer.install_hint)
        };
        assert_eq!(seen(&phone_token, NOW.plus_seconds(DAY - 1)).await, (true, false), "not on the first day");
        assert_eq!(seen(&phone_token, NOW.plus_seconds(DAY)).await, (true, true));
        store::keep_pages(&db, &phone, false).await.expect("no more");
        store::hide_install_hint(&db, &phone).await.expect("read");
        assert_eq!(seen(&phone_token, NOW.plus_seconds(DAY)).await, (false, false));
        assert_eq!(seen(&other_token, NOW.plus_seconds(DAY)).await, (true, true));
        store::keep_pages(&db, &phone, true).await.expect("again");
        assert_eq!(seen(&phone_token, NOW.plus_seconds(DAY)).await, (true, false));
    })
    .await;
}
