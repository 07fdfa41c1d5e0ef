use std::collections::HashSet;

use app::{
    domain::{
        checkin::{Target, child::CHILD},
        id::Id,
        person::{Guardianship, Person},
        rights::{Custody, OwnRights, Registered, Rights},
    },
    store::{self, Access, Batch, Error, NewGuardianship, NewPerson},
};

use crate::{
    cast::{Home, NOW, about, cast, look, news, send},
    ground::{Ground, number, on_both, run},
};

/// What is true of one adult: custody, seeing the child's page, and living with it.
fn adult(child: Id<Person>, adult: Id<Person>, is: [bool; 3]) -> Guardianship {
    Guardianship { child, adult, custody: is[0], may_see: is[1], lives_with: is[2] }
}

async fn of(db: &Ground, access: &Access, person: Id<Person>) -> Registered {
    let registered = store::registered(db, access).await.expect("staff");
    registered.into_iter().find(|one| one.person.id == person).expect("one of the family")
}

async fn set(
    db: &Ground,
    access: &Access,
    person: Id<Person>,
    protected: bool,
    adults: &[Guardianship],
) -> Result<(), Error> {
    let seen = of(db, access, person).await.number;
    store::set_rights(db, access, person, seen, &Rights::new(protected, adults.to_vec()), NOW).await
}

/// The children a parent reads about, by name, each with the part in the custody and whether it lives with them.
async fn own(db: &Ground, home: &Home, parent: Id<Person>) -> Vec<(String, Custody, bool)> {
    let access = look(db, parent, home.id).await;
    let rights = store::own_rights(db, &access).await.expect("a parent");
    let line = |one: OwnRights| (one.child.name.first().to_owned(), one.custody, one.lives_with);
    let mut lines: Vec<_> = rights.into_iter().map(line).collect();
    lines.sort_by(|(one, ..), (other, ..)| one.cmp(other));
    lines
}

#[tokio::test]
async fn rights_are_written_down_hold_at_once_and_what_stood_there_stays_to_be_read() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let access = look(&db, town.primary, home.id).await;
        let (mother, father) = (home.mother, home.father);
        let registered = store::registered(&db, &access).await.expect("staff");
        let who: HashSet<_> = registered.iter().map(|one| one.person.id).collect();
        assert_eq!(who, HashSet::from([mother, father, home.daughter, home.son]));
        let (dina, storm) = ("Dina".to_owned(), "Storm".to_owned());
        let daughter = of(&db, &access, home.daughter).await;
        assert_eq!((daughter.number, daughter.rights.custody(mother)), (0, Custody::Joint));
        assert_eq!(own(&db, home, father).await, [(dina.clone(), Custody::Joint, false)]);

        let hers = adult(home.daughter, mother, [true, true, true]);
        set(&db, &access, home.daughter, false, &[hers]).await.expect("written down");
        assert_eq!(own(&db, home, father).await, [], "at once");
        let of_mother = [(dina.clone(), Custody::Sole, true), (storm, Custody::Sole, false)];
        assert_eq!(own(&db, home, mother).await, of_mother);
        set(&db, &access, home.daughter, false, &[hers]).await.expect("sent twice");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM rights_change"), 1, "changes nothing more");

        let step = adult(home.daughter, father, [false, true, false]);
        set(&db, &access, home.daughter, true, &[hers, step]).await.expect("written down");
        assert_eq!(own(&db, home, father).await, [(dina, Custody::No, false)]);
        set(&db, &access, mother, true, &[]).await.expect("her address");
        let history = store::rights_history(&db, &access, 9).await.expect("staff");
        let lines: Vec<_> = history
            .iter()
            .map(|change| (change.person.first(), change.author.as_ref().map(|name| name.first()), change.made_at))
            .collect();
        let anna = Some("Anna");
        assert_eq!(lines, [("Mette", anna, NOW), ("Dina", anna, NOW), ("Dina", anna, NOW)]);
        assert_eq!(history[1].before, Rights::new(false, [hers]));
        assert_eq!(history[1].after, Rights::new(true, [hers, step]));
        assert_eq!((history[0].before.protected, history[0].after.protected), (false, true));
        assert_eq!(store::rights_history(&db, &access, 1).await.expect("staff").len(), 1);
        assert_eq!(of(&db, &access, home.daughter).await.number, 2);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_overwritten_that_somebody_else_wrote_meanwhile() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let (one, other) = (look(&db, town.primary, home.id).await, look(&db, town.secondary, home.id).await);
        let seen = of(&db, &one, home.daughter).await.number;
        let hers = Rights::new(false, [adult(home.daughter, home.mother, [true, true, false])]);
        let his = Rights::new(false, [adult(home.daughter, home.father, [true, true, false])]);
        store::set_rights(&db, &one, home.daughter, seen, &hers, NOW).await.expect("first");
        let late = store::set_rights(&db, &other, home.daughter, seen, &his, NOW).await;
        assert!(matches!(late, Err(Error::Taken(_))), "{late:?}");
        let now = of(&db, &other, home.daughter).await;
        assert_eq!(now.rights, hers);
        store::set_rights(&db, &other, home.son, 0, &Rights::default(), NOW).await.expect("another child");
        store::set_rights(&db, &other, home.daughter, now.number, &his, NOW).await.expect("having seen it");
        assert_eq!(of(&db, &one, home.daughter).await.rights, his);
    })
    .await;
}

#[tokio::test]
async fn only_an_adviser_of_the_family_writes_and_only_about_its_own_people() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (town, home) = (&house.here, house.here.home());
        let none = Rights::default();
        for person in [home.mother, home.father, town.contact, town.coordinator] {
            let access = look(&db, person, home.id).await;
            let outcome = store::set_rights(&db, &access, home.son, 0, &none, NOW).await;
            assert!(matches!(outcome, Err(Error::NotFound)), "{person}");
            let reads = store::registered(&db, &access).await.is_ok();
            assert_eq!(reads, person == town.coordinator, "a coordinator reads");
            assert_eq!(store::rights_history(&db, &access, 9).await.is_ok(), reads);
            let parent = [home.mother, home.father].contains(&person);
            assert_eq!(store::own_rights(&db, &access).await.is_ok(), parent);
        }
        let access = look(&db, town.primary, home.id).await;
        for stranger in [town.next_door().son, house.there.home().son, town.contact, town.primary, Id::fresh(NOW)] {
            let outcome = store::set_rights(&db, &access, stranger, 0, &none, NOW).await;
            assert!(matches!(outcome, Err(Error::NotFound)));
        }
        for stranger in [town.next_door().mother, home.daughter, town.contact] {
            let rights = Rights::new(false, [adult(home.son, stranger, [false, true, false])]);
            let outcome = store::set_rights(&db, &access, home.son, 0, &rights, NOW).await;
            assert!(matches!(outcome, Err(Error::NotFound)));
        }
        let of_an_adult = Rights::new(false, [adult(home.mother, home.father, [false, true, false])]);
        let outcome = store::set_rights(&db, &access, home.mother, 0, &of_an_adult, NOW).await;
        assert!(matches!(outcome, Err(Error::NotFound)), "nobody sees a parent's page");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM rights_change"), 0);
    })
    .await;
}

#[tokio::test]
async fn what_a_parent_told_of_a_child_is_read_only_with_rights_for_it_and_stays_with_the_team() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let (father, adviser) = (look(&db, home.father, home.id).await, look(&db, town.primary, home.id).await);
        let himself = send(&db, home.father, home.id, 3, NOW.plus_seconds(-60)).await;
        let telling = about(&CHILD, Target::Person(home.daughter), 5);
        let told = store::send(&db, &father, Id::fresh(NOW), &telling, NOW).await.expect("told");
        let reads = async || {
            let ids: Vec<_> = store::told(&db, &father).await.expect("his").iter().map(|told| told.id).collect();
            let answers = store::answers(&db, &father).await.expect("his");
            assert!(answers.len() == ids.len() && ids.iter().all(|id| answers.contains_key(id)));
            assert_eq!(store::own(&db, &father, told).await.is_ok(), ids.contains(&told));
            assert_eq!(news(&db, &father).await.last.map(|told| told.id), ids.first().copied());
            ids
        };
        assert_eq!(reads().await, [told, himself]);
        let hers = adult(home.daughter, home.mother, [true, true, false]);
        let his = adult(home.daughter, home.father, [true, true, false]);
        set(&db, &adviser, home.daughter, false, &[hers]).await.expect("taken away");
        assert_eq!(reads().await, [himself]);
        assert_eq!(store::told(&db, &adviser).await.expect("the family's").len(), 2);
        set(&db, &adviser, home.daughter, false, &[hers, his]).await.expect("given back");
        assert_eq!(reads().await, [told, himself]);
    })
    .await;
}

#[tokio::test]
async fn an_import_only_takes_from_what_staff_wrote_and_its_changes_stay_to_be_read() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let access = look(&db, town.primary, home.id).await;
        let hers = adult(home.daughter, home.mother, [true, true, false]);
        let his = adult(home.daughter, home.father, [true, true, false]);
        let import = async |row: Guardianship| {
            let guardianships = vec![NewGuardianship { family: home.id, guardianship: row }];
            let batch = Batch { guardianships, ..Batch::default() };
            store::load(&db, town.id, &batch, NOW).await.expect("loaded").people
        };
        let rights = async || of(&db, &access, home.daughter).await.rights;
        let without = Guardianship { custody: false, may_see: false, ..his };
        assert_eq!((import(his).await, import(without).await), (0, 1));
        assert_eq!(rights().await, Rights::new(false, [hers]), "an import takes away");
        assert_eq!(import(his).await, 1);
        assert_eq!(rights().await, Rights::new(false, [hers, his]), "and gives back what only imports wrote");

        let mine = Guardianship { custody: true, may_see: false, lives_with: true, ..his };
        set(&db, &access, home.daughter, false, &[hers, mine]).await.expect("written down");
        assert_eq!(import(his).await, 0);
        assert_eq!(rights().await, Rights::new(false, [hers, mine]), "not what staff took away");
        assert_eq!(import(without).await, 1);
        let left = Guardianship { custody: false, may_see: false, ..mine };
        assert_eq!(rights().await, Rights::new(false, [hers, left]), "nor whom the child lives with");
        let history = store::rights_history(&db, &access, 9).await.expect("staff");
        let by_import: Vec<_> = history.iter().map(|change| change.author.is_none()).collect();
        assert_eq!(by_import, [true, false, true, true]);
        assert_eq!(history[0].after, Rights::new(false, [hers, left]));
    })
    .await;
}

#[tokio::test]
async fn an_import_does_not_lift_the_protection_staff_wrote() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let access = look(&db, town.primary, home.id).await;
        let mother = of(&db, &access, home.mother).await.person;
        let import = async |address_protected| {
            let person = NewPerson {
                id: home.mother,
                family: Some(home.id),
                number: None,
                role: mother.role,
                name: mother.name.clone(),
                born: None,
                phone: mother.phone.clone(),
                email: None,
                language: mother.language,
                address_protected,
                unit: None,
            };
            let batch = Batch { people: vec![person], ..Batch::default() };
            store::load(&db, town.id, &batch, NOW).await.expect("loaded").people
        };
        let protected = async || of(&db, &access, home.mother).await.rights.protected;
        assert_eq!((import(true).await, protected().await), (1, true));
        assert_eq!((import(false).await, protected().await), (1, false), "an import lifts what an import set");
        set(&db, &access, home.mother, true, &[]).await.expect("protected");
        assert_eq!((import(false).await, protected().await), (0, true));
        set(&db, &access, home.mother, false, &[]).await.expect("lifted");
        assert_eq!((import(true).await, protected().await), (1, true));
        assert_eq!(store::rights_history(&db, &access, 9).await.expect("staff").len(), 5);
    })
    .await;
}

#[tokio::test]
async fn an_adult_who_left_the_family_has_no_part_in_it() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let access = look(&db, town.primary, home.id).await;
        run!(db, "UPDATE person SET left_at = $2 WHERE id = $1", home.father, NOW).expect("he leaves");
        let daughter = of(&db, &access, home.daughter).await;
        assert_eq!(daughter.rights.custody(home.mother), Custody::Sole);
        assert_eq!(own(&db, home, home.mother).await[0], ("Dina".to_owned(), Custody::Sole, false));
        let his = adult(home.daughter, home.father, [true, true, false]);
        assert!(matches!(set(&db, &access, home.daughter, false, &[his]).await, Err(Error::NotFound)));
    })
    .await;
}
