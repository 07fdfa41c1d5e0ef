use app::{
    domain::{id::Id, note::OwnNote},
    store::{self, Access, Error},
};

use crate::{
    cast::{HOUR, NOW, cast, look, note},
    ground::{Ground, number, on_both},
};

async fn words(db: &Ground, access: &Access) -> Vec<(Id<OwnNote>, String)> {
    let notes = store::notes(db, access).await.expect("notes");
    notes.into_iter().map(|note| (note.id, note.words.as_str().to_owned())).collect()
}

#[tokio::test]
async fn a_note_is_its_writers_alone_and_deleting_it_deletes_it() {
    on_both(async |db| {
        let house = cast(&db).await;
        let home = house.here.home();
        let mother = look(&db, home.mother, home.id).await;
        let (first, second) = (Id::fresh(NOW), Id::fresh(NOW));
        store::write_note(&db, &mother, first, &note("Spørg om skolen"), NOW).await.expect("written");
        store::write_note(&db, &mother, second, &note("Husk nøglen"), NOW.plus_seconds(HOUR)).await.expect("written");
        let both = [(second, "Husk nøglen".to_owned()), (first, "Spørg om skolen".to_owned())];
        assert_eq!(words(&db, &mother).await, both);

        let father = look(&db, home.father, home.id).await;
        assert_eq!(words(&db, &father).await, []);
        assert!(matches!(store::delete_note(&db, &father, first).await, Err(Error::NotFound)));
        assert!(matches!(store::write_note(&db, &father, first, &note("Min"), NOW).await, Err(Error::NotFound)));
        for person in [house.here.contact, house.here.primary, house.here.coordinator, house.here.back_up] {
            let access = look(&db, person, home.id).await;
            assert!(matches!(store::notes(&db, &access).await, Err(Error::NotFound)));
            assert!(matches!(store::delete_note(&db, &access, first).await, Err(Error::NotFound)));
            let outcome = store::write_note(&db, &access, Id::fresh(NOW), &note("Nej"), NOW).await;
            assert!(matches!(outcome, Err(Error::NotFound)));
        }
        assert_eq!(words(&db, &mother).await, both);

        store::delete_note(&db, &mother, first).await.expect("deleted");
        assert!(matches!(store::delete_note(&db, &mother, first).await, Err(Error::NotFound)));
        assert_eq!(number!(db, "SELECT COUNT(*) FROM note"), 1);
    })
    .await;
}

#[tokio::test]
async fn a_note_sent_twice_is_one_and_a_changed_one_loses_nothing() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let mother = look(&db, home.mother, home.id).await;
        let id = Id::fresh(NOW);
        for (seconds, text) in [(0, "Ro"), (1, "Ro"), (2, "Ro og sang"), (3, "Ro og sang"), (4, "Ro")] {
            store::write_note(&db, &mother, id, &note(text), NOW.plus_seconds(seconds)).await.expect("written");
        }
        let kept: Vec<_> = words(&db, &mother).await.into_iter().map(|(_, words)| words).collect();
        assert_eq!(kept, ["Ro og sang", "Ro"]);
    })
    .await;
}
