//! Many at once: nothing is lost, nothing happens twice, and nobody hears that the database is busy.

use app::{
    domain::{
        access::Purpose, chance::Token, checkin::Telling, family::Family, id::Id, moment::start_of, person::Viewer,
        review::NextStep,
    },
    store::{self, Access, Caseload, Db, Error, Whose},
};
use tokio::task::JoinSet;

use crate::{
    cast::{NOW, ZONE, cast, enter, item, look, note, reply, send, telling},
    ground::{Ground, number, on_both, rows},
};

fn bare(db: &Ground) -> Db {
    Db::clone(db)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_who_press_the_same_invitation_at_once_get_one_session() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let token = store::invite_from_console(&db, home.mother, NOW).await.expect("an invitation");
        let mut presses = JoinSet::new();
        for _ in 0..8 {
            let (db, token) = (bare(&db), token.clone());
            presses.spawn(async move { store::accept(&db, &token, &Token::fresh(), "Chrome · Android", NOW).await });
        }
        let outcomes = presses.join_all().await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(()) | Err(Error::NotFound))), "{outcomes:?}");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM session"), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn invitations_made_at_once_leave_one_open() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let mother = town.home().mother;
        let mut makers = JoinSet::new();
        for _ in 0..8 {
            let db = bare(&db);
            makers.spawn(async move { store::invite_from_console(&db, mother, NOW).await });
        }
        for made in makers.join_all().await {
            made.expect("an invitation");
        }
        assert_eq!(number!(db, "SELECT COUNT(*) FROM invitation WHERE revoked_at IS NULL"), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_check_in_sent_many_times_at_once_is_one() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let viewer = enter(&db, home.mother, NOW).await;
        let id = Id::fresh(NOW);
        let mut sends = JoinSet::new();
        for _ in 0..8 {
            let (db, viewer, family) = (bare(&db), viewer.clone(), home.id);
            sends.spawn(async move {
                let access = Access::open(&db, &viewer, Whose::Family(family), Purpose::OwnPages, NOW).await?;
                store::send(&db, &access, id, &telling([3; 5]), NOW).await
            });
        }
        for sent in sends.join_all().await {
            sent.expect("it is saved");
        }
        let stored: Vec<(i64, i64)> =
            rows!(db, "SELECT (SELECT COUNT(*) FROM check_in), (SELECT COUNT(*) FROM answer)");
        assert_eq!(stored, [(1, 5)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_who_close_the_same_check_in_at_once_close_it_once() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let id = send(&db, home.mother, home.id, 1, NOW).await;
        let mut closers = JoinSet::new();
        for (at, person) in [town.primary, town.secondary, town.coordinator, town.back_up].into_iter().enumerate() {
            let access = look(&db, person, home.id).await;
            let (db, at) = (bare(&db), NOW.plus_seconds(i64::try_from(at).expect("a second")));
            closers.spawn(async move { store::review(&db, &access, item(id), &reply(NextStep::Call, None), at).await });
        }
        let outcomes = closers.join_all().await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(()) | Err(Error::Taken(_)))), "{outcomes:?}");
        let times: Vec<(i64, i64)> =
            rows!(db, "SELECT c.reviewed_at, r.at FROM check_in c JOIN review r ON r.check_in = c.id");
        assert_eq!(times.len(), 1);
        assert_eq!(times[0].0, times[0].1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_who_write_and_fifty_who_read_are_all_served() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let (mother, adviser) = (enter(&db, home.mother, NOW).await, enter(&db, town.primary, NOW).await);
        let mut crowd = JoinSet::new();
        for nth in 0..50_i64 {
            let (writer, viewer, family, step) = (bare(&db), mother.clone(), home.id, home.steps[0]);
            crowd.spawn(async move {
                let now = NOW.plus_seconds(nth);
                let access = own_pages(&writer, &viewer, family, nth).await?;
                let telling = Telling { words: Some(note(&nth.to_string())), ..telling([3; 5]) };
                store::send(&writer, &access, Id::fresh(now), &telling, now).await?;
                store::tick(&writer, &access, step, nth % 2 == 0, now).await?;
                store::touch(&writer, &viewer, now).await
            });
            let (reader, viewer, family, adviser) = (bare(&db), mother.clone(), home.id, adviser.clone());
            crowd.spawn(async move {
                let access = own_pages(&reader, &viewer, family, nth).await?;
                store::live_goals(&reader, &access).await?;
                store::upcoming(&reader, &access, NOW, 3).await?;
                let morning = start_of(NOW.date(ZONE), ZONE);
                store::news(&reader, &access, NOW.date(ZONE), morning).await?;
                let caseload = Caseload::open(&reader, &adviser, Purpose::Inbox, NOW.plus_seconds(nth)).await?;
                store::inbox(&reader, &caseload).await.map(|_| ())
            });
        }
        for served in crowd.join_all().await {
            served.expect("everybody is served");
        }
        assert_eq!(number!(db, "SELECT COUNT(*) FROM check_in"), 50);
        assert_eq!(number!(db, "SELECT COUNT(*) FROM answer"), 250);
        assert_eq!(number!(db, "SELECT COUNT(*) FROM access_log WHERE purpose = 'own_pages'"), 100);
    })
    .await;
}

async fn own_pages(db: &Db, viewer: &Viewer, family: Id<Family>, seconds: i64) -> Result<Access, Error> {
    Access::open(db, viewer, Whose::Family(family), Purpose::OwnPages, NOW.plus_seconds(seconds)).await
}
