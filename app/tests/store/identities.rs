use app::{
    domain::{
        chance::Token,
        detour::Detour,
        id::Id,
        identity::{Audience, ERRAND_SECONDS, Entered, Errand, Proof, Provider, Subject},
        moment::Moment,
        passkey::ceremony::Made,
        person::{Person, Viewer},
    },
    store::{self, Batch, Db, Error, NewPerson},
};

use crate::{
    cast::{House, NOW, cast, enter, enter_with_token, title},
    ground::{number, on_both, run},
};

const HERE: &str = "https://login.holmby.example";

fn directory() -> Provider {
    Provider {
        key: "ad".parse().expect("a key"),
        danish: "Kommunens login".into(),
        english: "Council login".into(),
        audience: Audience::Staff,
        municipality: Some("Holmby".into()),
    }
}

fn broker() -> Provider {
    Provider { key: "mitid".parse().expect("a key"), audience: Audience::Citizens, municipality: None, ..directory() }
}

fn subject(text: &str) -> Subject {
    text.parse().expect("a subject")
}

fn proof(who: &str, staff_id: Option<&str>) -> Proof {
    Proof {
        issuer: HERE.into(),
        subject: subject(who),
        staff_id: staff_id.map(|id| id.parse().expect("an id")),
        session: Some(format!("s-{who}")),
    }
}

async fn come(db: &Db, provider: &Provider, proof: &Proof, now: Moment) -> (Entered, Option<Viewer>) {
    let session = Token::fresh();
    let entered =
        store::enter_by_provider(db, provider, proof, &session, "Firefox · Linux", now).await.expect("an answer");
    let viewer = store::viewer(db, &session, now).await.expect("an answer").map(|(viewer, _)| viewer);
    assert_eq!(entered == Entered::In, viewer.is_some());
    (entered, viewer)
}

async fn come_invited(db: &Db, person: Id<Person>, proof: &Proof, now: Moment) -> (Entered, Option<Viewer>) {
    let token = store::invite_from_console(db, person, now).await.expect("an invitation");
    let invitation = store::entry(db, &token, now).await.expect("an answer").expect("an invitation").id;
    let session = Token::fresh();
    let entered = store::enter_invited(db, &broker(), proof, invitation, &session, "Safari · iPhone", now)
        .await
        .expect("an answer");
    let viewer = store::viewer(db, &session, now).await.expect("an answer").map(|(viewer, _)| viewer);
    assert_eq!(entered == Entered::In, viewer.is_some());
    if entered == Entered::In {
        let again = store::enter_invited(db, &broker(), proof, invitation, &session, "", now).await;
        assert_eq!(again.expect("an answer"), Entered::Over, "an invitation works once");
    }
    (entered, viewer)
}

async fn set_staff_id(db: &Db, house: &House, person: Id<Person>, id: &str) -> Result<u64, Error> {
    let batch = Batch { staff_ids: vec![(person, id.parse().expect("an id"))], ..Batch::default() };
    Ok(store::load(db, house.here.id, &batch, NOW).await?.people)
}

async fn living(db: &Db, viewer: &Viewer, now: Moment) -> bool {
    store::sessions(db, viewer, now).await.expect("a list").iter().any(|session| session.id == viewer.session)
}

#[tokio::test]
async fn an_invitation_after_a_loss_ends_the_old_ways_in_also_where_mitid_confirms_it() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let (mother, father) = (enter(&db, home.mother, NOW).await, enter(&db, home.father, NOW).await);
        for (lost, stays) in [(false, true), (true, false)] {
            let made = Made { credential: vec![u8::from(lost); 32], public_key: vec![1], state: vec![0; 7] };
            store::passkey_handle(&db, &mother, [7; 32]).await.expect("a handle");
            store::keep_passkey(&db, &mother, &made, &title("Chrome · Android"), NOW).await.expect("kept");
            let token = match lost {
                true => store::invite_from_console_after_loss(&db, home.mother, NOW).await,
                false => store::invite_from_console(&db, home.mother, NOW).await,
            };
            let token = token.expect("an invitation");
            let invitation = store::entry(&db, &token, NOW).await.expect("an answer").expect("an invitation").id;
            let (session, proof) = (Token::fresh(), proof("mette", None));
            let entered = store::enter_invited(&db, &broker(), &proof, invitation, &session, "", NOW).await;
            assert_eq!(entered.expect("an answer"), Entered::In);
            assert_eq!(living(&db, &mother, NOW).await, stays, "the phone is gone: {lost}");
            assert_eq!(!store::passkeys(&db, &mother).await.expect("a list").is_empty(), stays);
            assert!(living(&db, &father, NOW).await);
            let (new, _) = store::viewer(&db, &session, NOW).await.expect("an answer").expect("a session");
            assert_eq!(new.passkey_offer, lost, "a passkey is offered to whom has none");
        }
    })
    .await;
}

#[tokio::test]
async fn a_proof_of_ones_own_shows_again_who_one_is_and_nobody_elses_does() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let (mother, token) = enter_with_token(&db, home.mother, NOW).await;
        let father = enter(&db, home.father, NOW).await;
        for (viewer, who) in [(&mother, "anna"), (&father, "bo")] {
            store::bind_own(&db, &broker(), &proof(who, None), viewer, NOW).await.expect("known");
        }
        let later = NOW.plus_seconds(9_000);
        for (who, entered, at) in
            [("bo", Entered::Taken, NOW), ("nobody", Entered::Unknown, NOW), ("anna", Entered::In, later)]
        {
            let proven = store::prove_by_provider(&db, &broker(), &proof(who, None), &mother, later).await;
            assert_eq!(proven.expect("an answer"), entered, "{who}");
            let (viewer, _) = store::viewer(&db, &token, later).await.expect("an answer").expect("living");
            assert_eq!(viewer.proven_at, at, "{who}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_errand_ends_once_in_time_for_the_browser_and_the_provider_it_began_with() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let viewer = enter(&db, home.mother, NOW).await;
        let token = store::invite_from_console(&db, home.mother, NOW).await.expect("an invitation");
        let invitation = store::entry(&db, &token, NOW).await.expect("an answer").expect("an invitation").id;
        let (ad, mitid) = (directory().key, broker().key);
        let on = Detour::to("/sharing").with(Some("item=goals".into()));
        let errands = [
            Errand::SignIn,
            Errand::Invited(invitation),
            Errand::Bind(viewer.session),
            Errand::Prove(viewer.session, on),
        ];
        for errand in errands {
            let (state, browser) = (Token::fresh(), Token::fresh());
            store::set_out(&db, &mitid, &errand, &state, &browser, NOW).await.expect("they set out");
            let back = async |key, state: &Token, browser: &Token, now| {
                store::come_back(&db, key, state, browser, now).await.expect("an answer")
            };
            let end = NOW.plus_seconds(ERRAND_SECONDS - 1);
            assert_eq!(back(&mitid, &state, &Token::fresh(), end).await, None, "another browser");
            assert_eq!(back(&mitid, &Token::fresh(), &browser, end).await, None, "another state");
            assert_eq!(back(&ad, &state, &browser, end).await, None, "another provider");
            assert_eq!(back(&mitid, &state, &browser, end).await, Some(errand.clone()));
            assert_eq!(back(&mitid, &state, &browser, end).await, None, "once");
            store::set_out(&db, &mitid, &errand, &state, &browser, NOW).await.expect("they set out");
            assert_eq!(back(&mitid, &state, &browser, NOW.plus_seconds(ERRAND_SECONDS)).await, None, "in time");
        }
        let (state, browser) = (Token::fresh(), Token::fresh());
        store::set_out(&db, &mitid, &Errand::SignIn, &state, &browser, NOW).await.expect("they set out");
        let later = NOW.plus_seconds(ERRAND_SECONDS);
        store::set_out(&db, &mitid, &Errand::SignIn, &Token::fresh(), &browser, later).await.expect("they set out");
        store::forget_errands(&db, later).await.expect("forgotten");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM errand"), 1, "who never came back is forgotten");
    })
    .await;
}

#[tokio::test]
async fn an_employee_is_known_by_their_id_once_and_by_who_they_are_from_then_on() {
    on_both(async |db| {
        let house = cast(&db).await;
        let town = &house.here;
        let karen = proof("karen", Some("M-1"));
        assert_eq!(come(&db, &directory(), &karen, NOW).await.0, Entered::Unknown);
        assert_eq!(set_staff_id(&db, &house, town.primary, "M-1").await.expect("loaded"), 1);
        assert_eq!(set_staff_id(&db, &house, town.primary, "M-1").await.expect("loaded"), 0, "the same again");
        let known = store::known(&db, town.id).await.expect("what is known").staff_ids;
        assert_eq!(known.get("M-1"), Some(&town.primary));
        assert_eq!(come(&db, &directory(), &proof("karen", None), NOW).await.0, Entered::Unknown);
        assert_eq!(come(&db, &directory(), &proof("karen", Some("M-2")), NOW).await.0, Entered::Unknown);
        let elsewhere = Provider { municipality: Some("Lundby".into()), ..directory() };
        assert_eq!(come(&db, &elsewhere, &karen, NOW).await.0, Entered::Unknown, "the id counts in its municipality");
        assert_eq!(come(&db, &broker(), &karen, NOW).await.0, Entered::Unknown, "and at its directory");

        let (_, viewer) = come(&db, &directory(), &karen, NOW).await;
        let viewer = viewer.expect("they are in");
        assert_eq!(viewer.person, town.primary);
        assert_eq!(store::came_by(&db, &viewer).await.expect("an answer"), Some(directory().key));
        assert_eq!(store::own_providers(&db, &viewer).await.expect("a list"), [directory().key]);
        let by_link = enter(&db, town.primary, NOW).await;
        assert_eq!(store::came_by(&db, &by_link).await.expect("an answer"), None);

        assert_eq!(come(&db, &directory(), &proof("karen", None), NOW).await.0, Entered::In);
        assert_eq!(come(&db, &directory(), &proof("karen", Some("M-7")), NOW).await.0, Entered::In);
        assert_eq!(come(&db, &directory(), &proof("other", Some("M-1")), NOW).await.0, Entered::Taken);
        let same_elsewhere = Proof { issuer: "https://evil.example".into(), ..proof("karen", None) };
        assert_eq!(come(&db, &directory(), &same_elsewhere, NOW).await.0, Entered::Unknown);
        assert_eq!(number!(db, "SELECT COUNT(*) FROM identity"), 1);

        let moved = Proof { issuer: "https://new.holmby.example".into(), ..karen.clone() };
        assert_eq!(come(&db, &directory(), &moved, NOW).await.0, Entered::In, "the directory moved");
        assert!(!living(&db, &viewer, NOW).await);
        assert_eq!(come(&db, &directory(), &proof("karen", None), NOW).await.0, Entered::Unknown);
    })
    .await;
}

#[tokio::test]
async fn who_has_left_or_is_something_else_now_is_not_let_in() {
    on_both(async |db| {
        let house = cast(&db).await;
        let town = &house.here;
        set_staff_id(&db, &house, town.primary, "M-1").await.expect("loaded");
        set_staff_id(&db, &house, town.contact, "M-2").await.expect("loaded");
        assert_eq!(come(&db, &directory(), &proof("frida", Some("M-2")), NOW).await.0, Entered::Unknown, "no employee");
        let karen = proof("karen", Some("M-1"));
        assert_eq!(come(&db, &directory(), &karen, NOW).await.0, Entered::In);
        let elsewhere = Provider { municipality: Some("Lundby".into()), ..directory() };
        assert_eq!(come(&db, &elsewhere, &karen, NOW).await.0, Entered::Left);
        run!(db, "UPDATE person SET role = 'contact_person' WHERE id = $1", town.primary).expect("changed");
        assert_eq!(come(&db, &directory(), &karen, NOW).await.0, Entered::Left);
        run!(db, "UPDATE person SET role = 'adviser', left_at = $2 WHERE id = $1", town.primary, NOW).expect("left");
        assert_eq!(come(&db, &directory(), &karen, NOW).await.0, Entered::Left);
        run!(db, "UPDATE identity SET ended_at = 1").expect("ended");
        assert_eq!(come(&db, &directory(), &karen, NOW).await.0, Entered::Left, "nor the first time");
    })
    .await;
}

#[tokio::test]
async fn a_new_id_of_an_employee_is_proven_anew_and_is_nobody_elses() {
    on_both(async |db| {
        let house = cast(&db).await;
        let town = &house.here;
        set_staff_id(&db, &house, town.primary, "M-1").await.expect("loaded");
        let viewer = come(&db, &directory(), &proof("karen", Some("M-1")), NOW).await.1.expect("they are in");
        let by_link = enter(&db, town.primary, NOW).await;
        assert!(matches!(set_staff_id(&db, &house, town.secondary, "M-1").await, Err(Error::Taken(_))));
        set_staff_id(&db, &house, town.primary, "M-3").await.expect("loaded");
        assert!(!living(&db, &viewer, NOW).await && living(&db, &by_link, NOW).await);
        assert_eq!(come(&db, &directory(), &proof("karen", Some("M-1")), NOW).await.0, Entered::Unknown);
        assert_eq!(come(&db, &directory(), &proof("new", Some("M-3")), NOW).await.0, Entered::In);
        let stranger = Batch {
            people: vec![NewPerson {
                id: house.there.primary,
                ..crate::cast::person(None, "Overtaget", app::domain::person::Role::Adviser)
            }],
            staff_ids: vec![(house.there.primary, "M-9".parse().expect("an id"))],
            ..Batch::default()
        };
        store::load(&db, town.id, &stranger, NOW).await.expect("nothing of theirs");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM person WHERE staff_id = 'M-9'"), 0);
    })
    .await;
}

#[tokio::test]
async fn an_invitation_makes_a_citizen_known_and_a_later_one_makes_them_known_anew() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        assert_eq!(come_invited(&db, town.primary, &proof("mette", None), NOW).await.0, Entered::Over, "staff do not");
        let (_, first) = come_invited(&db, home.mother, &proof("mette", None), NOW).await;
        let first = first.expect("she is in");
        assert_eq!(first.person, home.mother);
        assert_eq!(come(&db, &broker(), &proof("mette", None), NOW).await.1.expect("in").person, home.mother);
        assert_eq!(come_invited(&db, home.father, &proof("mette", None), NOW).await.0, Entered::Taken);
        assert_eq!(
            number!(db, "SELECT COUNT(*) FROM invitation WHERE used_at IS NULL AND person = $1", home.father),
            1
        );
        assert_eq!(come_invited(&db, home.mother, &proof("mette", None), NOW).await.0, Entered::In, "the same again");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM identity"), 1);

        let by_link = enter(&db, home.mother, NOW).await;
        assert_eq!(come_invited(&db, home.mother, &proof("mette-2", None), NOW).await.0, Entered::In);
        assert!(!living(&db, &first, NOW).await && living(&db, &by_link, NOW).await);
        assert_eq!(come(&db, &broker(), &proof("mette", None), NOW).await.0, Entered::Unknown);
        assert_eq!(come(&db, &broker(), &proof("mette-2", None), NOW).await.0, Entered::In);
        assert_eq!(come_invited(&db, home.father, &proof("mette", None), NOW).await.0, Entered::In, "it is free again");
        run!(db, "UPDATE person SET left_at = $2 WHERE id = $1", home.mother, NOW).expect("she left");
        assert_eq!(come(&db, &broker(), &proof("mette-2", None), NOW).await.0, Entered::Left);
    })
    .await;
}

#[tokio::test]
async fn who_is_signed_in_becomes_known_and_stops_being_so() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mother = enter(&db, home.mother, NOW).await;
        let own = async |viewer: &Viewer, who| {
            store::bind_own(&db, &broker(), &proof(who, None), viewer, NOW).await.expect("an answer")
        };
        assert_eq!(own(&mother, "mette").await, Entered::In);
        assert_eq!(own(&mother, "mette").await, Entered::In, "twice is once");
        assert_eq!(own(&mother, "another").await, Entered::Taken, "she is known by one already");
        assert_eq!(own(&enter(&db, home.father, NOW).await, "mette").await, Entered::Taken);
        assert_eq!(own(&enter(&db, town.primary, NOW).await, "anna").await, Entered::Over, "no citizen");
        let gone = enter(&db, town.contact, NOW).await;
        store::close_session(&db, &gone, gone.session, NOW).await.expect("closed");
        assert_eq!(own(&gone, "frida").await, Entered::Over, "the session is over");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM identity"), 1);

        let phone = come(&db, &broker(), &proof("mette", None), NOW).await.1.expect("she is in");
        let tablet = come(&db, &broker(), &proof("mette", None), NOW).await.1.expect("she is in");
        assert!(matches!(store::unbind_own(&db, &phone, &directory().key, NOW).await, Err(Error::NotFound)));
        store::unbind_own(&db, &phone, &broker().key, NOW).await.expect("ended");
        assert!(matches!(store::unbind_own(&db, &phone, &broker().key, NOW).await, Err(Error::NotFound)));
        let still = (living(&db, &phone, NOW).await, living(&db, &mother, NOW).await);
        assert_eq!((still, living(&db, &tablet, NOW).await), ((true, true), false));
        assert!(store::own_providers(&db, &phone).await.expect("a list").is_empty());
        assert_eq!(come(&db, &broker(), &proof("mette", None), NOW).await.0, Entered::Unknown);
        assert_eq!(own(&mother, "mette").await, Entered::In, "and again");
    })
    .await;
}

#[tokio::test]
async fn a_provider_ends_the_sessions_it_says_and_no_other() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let (_, link) = enter_with_token(&db, home.mother, NOW).await;
        let begin = async || {
            let mother = come_invited(&db, home.mother, &proof("mette", None), NOW).await.1.expect("she is in");
            let father = come_invited(&db, home.father, &proof("mads", None), NOW).await.1.expect("he is in");
            (mother, father)
        };
        let close = async |issuer: &str, who: Option<&str>, session: Option<&str>, until| {
            let who = who.map(subject);
            store::close_sessions_by(&db, &broker().key, issuer, (who.as_ref(), session), until, NOW)
                .await
                .expect("an answer")
        };
        let (mother, father) = begin().await;
        for (issuer, who, session, until) in [
            (HERE, None, None, NOW),
            (HERE, Some("mona"), None, NOW),
            (HERE, None, Some("s-mona"), NOW),
            (HERE, Some("mette"), Some("s-mads"), NOW),
            (HERE, Some("mette"), None, NOW.plus_seconds(-1)),
            ("https://evil.example", Some("mette"), None, NOW),
        ] {
            assert_eq!(close(issuer, who, session, until).await, 0, "{who:?} {session:?}");
        }
        let (other, mette) = (directory().key, subject("mette"));
        let closed = store::close_sessions_by(&db, &other, HERE, (Some(&mette), None), NOW, NOW).await;
        assert_eq!(closed.expect("an answer"), 0, "another provider");
        assert_eq!(close(HERE, Some("mette"), Some("s-mette"), NOW).await, 1);
        assert_eq!((living(&db, &mother, NOW).await, living(&db, &father, NOW).await), (false, true));
        assert_eq!(close(HERE, None, Some("s-mads"), NOW).await, 1);
        assert!(!living(&db, &father, NOW).await);
        begin().await;
        run!(db, "UPDATE session SET provider_session = NULL").expect("it did not say");
        assert_eq!(close(HERE, None, Some("s-mette"), NOW).await, 0);
        assert_eq!(close(HERE, Some("mette"), Some("s-mette"), NOW).await, 1);
        assert!(store::viewer(&db, &link, NOW).await.expect("an answer").is_some());
    })
    .await;
}
