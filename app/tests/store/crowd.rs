//! Many at once: nothing is lost, nothing happens twice, and nobody hears that the database is busy.

use app::{
    domain::{
        access::Purpose, chance::Token, family::Family, id::Id, moment::start_of, person::Viewer, review::NextStep,
    },
    store::{self, Access, Caseload, Db, Error, Whose},
};
use tokio::task::JoinSet;

use crate::{
    cast::{NOW, ZONE, at, cast, enter, item, look, look_at, reply, send, telling},
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
        assert_eq!(number!(db, "SELECT COUNT(*) FROM holder WHERE until IS NULL"), 0);
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
                store::send(&writer, &access, Id::fresh(now), &telling([nth % 6, nth / 6 % 6, nth / 36, 3, 3]), now)
                    .await?;
                store::tick(&writer, &access, step, nth % 2 == 0, now).await?;
                store::touch(&writer, &viewer, now).await
            });
            let (reader, viewer, family, adviser) = (bare(&db), mother.clone(), home.id, adviser.clone());
            crowd.spawn(async move {
                let access = own_pages(&reader, &viewer, family, nth).await?;
                store::live_goals(&reader, &access).await?;
                store::upcoming(&reader, &access, NOW, 3).await?;
                let today = NOW.date(ZONE);
                store::news(&reader, &access, today, start_of(today, ZONE)).await?;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn servers_that_move_things_on_while_people_go_away_and_answer_never_wait_for_each_other_in_vain() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let (home, next_door) = (town.home(), town.next_door());
        let mut items = Vec::new();
        for nth in 0..40 {
            let (parent, family) = if nth % 2 == 0 { (home.mother, home.id) } else { (next_door.mother, next_door.id) };
            items.push(item(send(&db, parent, family, nth % 6, NOW.plus_seconds(nth)).await));
        }
        let half = at("2027-01-19T09:00");
        let reader = look(&db, town.secondary, home.id).await;
        let mut crowd: JoinSet<Result<(), Error>> = JoinSet::new();
        for nth in 0..4 {
            let db = bare(&db);
            crowd.spawn(async move {
                for round in 0..10 {
                    store::move_on(&db, half.plus_seconds(nth + 3600 * round)).await?;
                }
                Ok(())
            });
        }
        for person in [town.primary, town.secondary, town.other_primary, town.back_up] {
            let (db, viewer, day) = (bare(&db), enter(&db, person, NOW).await, half.date(ZONE));
            crowd.spawn(async move {
                for _ in 0..5 {
                    store::be_away(&db, &viewer, (day, day), half).await?;
                    let (away, _) = store::absences(&db, &viewer, half).await?.remove(0);
                    store::be_back(&db, &viewer, away, half).await?;
                }
                Ok(())
            });
        }
        let of_home: Vec<_> = items.iter().copied().step_by(2).take(10).collect();
        let closing = bare(&db);
        crowd.spawn(async move {
            for id in of_home {
                store::review(&closing, &reader, id, &reply(NextStep::Nothing, None), half).await?;
            }
            Ok(())
        });
        for done in crowd.join_all().await {
            done.expect("nobody fails");
        }
        let held = "SELECT COUNT(DISTINCT item) FROM holding h JOIN inbox_item i ON i.id = h.item
            WHERE i.closed_at IS NULL";
        assert_eq!(number!(db, held), 30);
        assert_eq!(number!(db, "SELECT COUNT(*) FROM inbox_item WHERE closed_at IS NULL"), 30);
        let of_closed = "SELECT COUNT(*) FROM holding h JOIN inbox_item i ON i.id = h.item
            WHERE i.closed_at IS NOT NULL";
        assert_eq!(number!(db, of_closed), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn servers_that_ask_at_once_ask_nobody_twice_and_tell_of_a_silence_once() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        look(&db, home.mother, home.id).await;
        let mut silent = 0;
        for day in 0..30 {
            let now = NOW.plus_days(day);
            let mut servers = JoinSet::new();
            for _ in 0..4 {
                let db = bare(&db);
                servers.spawn(async move { store::ask_all(&db, now).await });
            }
            let rounds = servers.join_all().await.into_iter().map(|done| done.expect("a round"));
            let (asked, told) = rounds.fold((0, 0), |sum, done| (sum.0 + done.asked, sum.1 + done.silent));
            assert!(asked <= 1, "{asked} askings on day {day}");
            silent += told;
        }
        assert!(silent >= 2, "{silent}");
        let told: Vec<(String, i64)> =
            rows!(db, "SELECT instrument, COUNT(*) FROM inbox_item WHERE matter = 'silent' GROUP BY instrument");
        assert!(told.len() >= 2 && told.iter().all(|(_, items)| *items == 1), "{told:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_asks_many_times_at_once_to_be_called_is_called_once() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let told = send(&db, home.mother, home.id, 1, NOW).await;
        let reader = look(&db, town.primary, home.id).await;
        store::review(&db, &reader, item(told), &reply(NextStep::Nothing, None), NOW).await.expect("closed");
        let mut asks = JoinSet::new();
        for _ in 0..8 {
            let (db, access) = (bare(&db), look_at(&db, home.mother, home.id, NOW).await);
            asks.spawn(async move { store::call_anyway(&db, &access, told, NOW).await });
        }
        for asked in asks.join_all().await {
            asked.expect("asked");
        }
        assert_eq!(number!(db, "SELECT COUNT(*) FROM inbox_item WHERE matter = 'call_anyway'"), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_changed_check_in_sent_many_times_at_once_is_told_once_more() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let id = send(&db, home.mother, home.id, 3, NOW).await;
        let mut sends = JoinSet::new();
        for _ in 0..8 {
            let (db, access) = (bare(&db), look(&db, home.mother, home.id).await);
            sends.spawn(async move { store::send(&db, &access, id, &telling([4; 5]), NOW).await });
        }
        let sent: Vec<_> = sends.join_all().await.into_iter().map(|sent| sent.expect("it is saved")).collect();
        assert!(sent.iter().all(|anew| *anew == sent[0] && *anew != id), "{sent:?}");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM check_in"), 2);
    })
    .await;
}
