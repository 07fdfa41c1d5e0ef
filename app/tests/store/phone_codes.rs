//! The code of a device: it locks that session after a pause, opens it again, and ends it when it is guessed at.

use app::{
    domain::{
        chance::Token,
        moment::Moment,
        person::Viewer,
        phone_code::{PAUSE, PhoneCode, PhoneLock, TRIES, Tried},
        sign_in::PROVEN,
    },
    store::{self, Error},
};

use crate::{
    cast::{NOW, cast, enter_with_token},
    ground::{Ground, number, on_both, rows},
};

fn code(digits: &str) -> PhoneCode {
    PhoneCode::parse(digits).expect("a code")
}

async fn viewer(db: &Ground, token: &Token, now: Moment) -> Option<Viewer> {
    store::viewer(db, token, now).await.expect("an answer").map(|(viewer, _)| viewer)
}

async fn lock(db: &Ground, token: &Token, now: Moment) -> PhoneLock {
    viewer(db, token, now).await.expect("a living session").lock
}

#[tokio::test]
async fn a_device_with_a_code_locks_after_a_pause_and_no_other_does() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let (phone, token) = enter_with_token(&db, home.mother, NOW).await;
        let (_, other) = enter_with_token(&db, home.mother, NOW).await;
        assert!(phone.keeps_pages);
        store::set_phone_code(&db, &phone, code("2580"), NOW).await.expect("a code");
        assert_eq!(lock(&db, &token, NOW.plus_seconds(PAUSE - 1)).await, PhoneLock::Open);
        assert_eq!(lock(&db, &token, NOW.plus_seconds(PAUSE)).await, PhoneLock::Locked);
        assert_eq!(lock(&db, &other, NOW.plus_seconds(PAUSE)).await, PhoneLock::None);
        assert!(!viewer(&db, &token, NOW).await.expect("living").keeps_pages, "it keeps nothing others could read");

        store::touch(&db, &phone, NOW.plus_seconds(200)).await.expect("in use");
        assert_eq!(lock(&db, &token, NOW.plus_seconds(PAUSE)).await, PhoneLock::Open, "use puts it off");
        store::remove_phone_code(&db, &phone).await.expect("no more");
        let open = viewer(&db, &token, NOW.plus_seconds(9_000)).await.expect("living");
        assert_eq!((open.lock, open.keeps_pages), (PhoneLock::None, true));
        let kept: Vec<(Option<String>,)> = rows!(db, "SELECT code_hash FROM session WHERE id = $1", phone.session);
        assert_eq!(kept, [(None,)]);
    })
    .await;
}

#[tokio::test]
async fn the_right_code_opens_and_confirms_and_proves_no_more_than_that() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let (phone, token) = enter_with_token(&db, home.mother, NOW).await;
        store::set_phone_code(&db, &phone, code("2580"), NOW).await.expect("a code");
        let kept: Vec<(String,)> = rows!(db, "SELECT code_hash FROM session WHERE id = $1", phone.session);
        assert!(kept[0].0.starts_with("$argon2id$") && !kept[0].0.contains("2580"));

        let later = NOW.plus_seconds(10_000);
        assert_eq!(lock(&db, &token, later).await, PhoneLock::Locked);
        let tried = store::try_phone_code(&db, &phone, code("2581"), later).await.expect("an answer");
        assert_eq!((tried, lock(&db, &token, later).await), (Tried::Wrong(TRIES - 1), PhoneLock::Locked));
        let tried = store::try_phone_code(&db, &phone, code("2580"), later).await.expect("an answer");
        assert_eq!(tried, Tried::Right);
        let open = viewer(&db, &token, later.plus_seconds(PAUSE - 1)).await.expect("living");
        assert_eq!((open.lock, open.proven_at), (PhoneLock::Open, NOW));
        assert!(open.has_just_confirmed(later.plus_seconds(PROVEN - 1)) && !open.has_just_proven(later));
        assert!(!open.has_just_confirmed(later.plus_seconds(PROVEN)));
        assert_eq!(number!(db, "SELECT code_tries FROM session WHERE id = $1", phone.session), 0);
    })
    .await;
}

#[tokio::test]
async fn five_wrong_codes_end_that_session_and_no_other() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let (phone, token) = enter_with_token(&db, home.mother, NOW).await;
        let (_, other) = enter_with_token(&db, home.mother, NOW).await;
        store::set_phone_code(&db, &phone, code("2580"), NOW).await.expect("a code");
        for left in [Tried::Wrong(4), Tried::Wrong(3), Tried::Wrong(2), Tried::Wrong(1), Tried::Over] {
            assert!(viewer(&db, &token, NOW).await.is_some());
            assert_eq!(store::try_phone_code(&db, &phone, code("0000"), NOW).await.expect("an answer"), left);
        }
        assert!(viewer(&db, &token, NOW).await.is_none());
        assert!(viewer(&db, &other, NOW).await.is_some());
        let late = store::try_phone_code(&db, &phone, code("2580"), NOW).await.expect("an answer");
        assert_eq!(late, Tried::Over, "the right one comes too late");
        assert!(viewer(&db, &token, NOW).await.is_none());
        let set = store::set_phone_code(&db, &phone, code("2580"), NOW).await;
        assert!(matches!(set, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn whoever_tries_many_codes_at_once_has_no_more_tries() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let (phone, token) = enter_with_token(&db, home.mother, NOW).await;
        store::set_phone_code(&db, &phone, code("2580"), NOW).await.expect("a code");
        let tries = (0..12).map(|n| {
            let (db, phone) = (db.clone(), phone.clone());
            tokio::spawn(async move {
                let code = code(&format!("90{n:02}"));
                store::try_phone_code(&db, &phone, code, NOW).await.expect("an answer")
            })
        });
        let mut wrong = 0;
        for tried in tries.collect::<Vec<_>>() {
            match tried.await.expect("it ends") {
                Tried::Wrong(_) => wrong += 1,
                Tried::Over => {}
                Tried::Right => panic!("none of them is the code"),
            }
        }
        assert!(wrong < TRIES, "{wrong} were looked at, and the last one ended it");
        assert!(viewer(&db, &token, NOW).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn leaving_at_once_locks_only_where_there_is_a_code() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let (phone, token) = enter_with_token(&db, home.mother, NOW).await;
        store::lock_on_exit(&db, &phone, true).await.expect("chosen");
        store::lock_phone(&db, &phone).await.expect("nothing to lock");
        let without = viewer(&db, &token, NOW).await.expect("living");
        assert_eq!((without.lock, without.exit_locks), (PhoneLock::None, false));
        store::set_phone_code(&db, &phone, code("2580"), NOW).await.expect("a code");
        assert_eq!(lock(&db, &token, NOW).await, PhoneLock::Open, "it was not locked before it had one");
        store::lock_on_exit(&db, &phone, true).await.expect("chosen");
        store::lock_phone(&db, &phone).await.expect("locked");
        let locked = viewer(&db, &token, NOW).await.expect("living");
        assert_eq!((locked.lock, locked.exit_locks), (PhoneLock::Locked, true), "at once");
        store::touch(&db, &phone, NOW).await.expect("in use");
        assert_eq!(lock(&db, &token, NOW).await, PhoneLock::Locked, "use does not open it");
        store::open_phone(&db, &phone, NOW).await.expect("opened");
        assert_eq!(lock(&db, &token, NOW).await, PhoneLock::Open);
    })
    .await;
}
