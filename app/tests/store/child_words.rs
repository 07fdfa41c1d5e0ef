use app::{
    domain::{
        child_words::{Assent, ChildWords, Said},
        id::Id,
        person::Person,
        words::PersonName,
    },
    store::{self, Access, Batch, Error, NewChildWords},
};

use crate::{
    cast::{Home, NOW, cast, look, note},
    ground::{Ground, number, on_both, run},
};

fn said(words: &str) -> Said {
    let heard_by = PersonName::parse("Frk. Nielsen").expect("a name");
    Said { words: note(words), heard_by, heard_on: "2027-01-14".parse().expect("a day") }
}

async fn write(db: &Ground, access: &Access, child: Id<Person>, words: &str) -> Id<ChildWords> {
    let id = Id::fresh(NOW);
    store::write_child_words(db, access, id, child, &said(words), NOW).await.expect("written down");
    id
}

/// What a parent reads.
async fn reads(db: &Ground, home: &Home, parent: Id<Person>) -> Vec<String> {
    let access = look(db, parent, home.id).await;
    let opened = store::opened_words(db, &access).await.expect("a parent");
    opened.into_iter().map(|opened| opened.said.words.to_string()).collect()
}

#[tokio::test]
async fn what_a_child_said_is_read_by_whom_it_is_opened_to_while_they_have_rights_and_it_is_not_closed() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let access = look(&db, town.primary, home.id).await;
        let (one, other) =
            (write(&db, &access, home.daughter, "ugle").await, write(&db, &access, home.daughter, "uhu").await);
        write(&db, &access, home.son, "ulv").await;
        let nothing: [&str; 0] = [];
        for parent in [home.mother, home.father] {
            assert_eq!(reads(&db, home, parent).await, nothing, "hidden until somebody opens it");
        }
        let open = async |id, adult| store::open_child_words(&db, &access, id, adult, Assent::Agreed, NOW).await;
        open(one, home.father).await.expect("opened");
        open(one, home.father).await.expect("pressed twice");
        assert_eq!(reads(&db, home, home.father).await, ["ugle"]);
        assert_eq!(reads(&db, home, home.mother).await, nothing, "to him alone");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM opening"), 1);

        let later = NOW.plus_seconds(60);
        store::close_child_words(&db, &access, one, home.father, later).await.expect("closed");
        store::close_child_words(&db, &access, one, home.father, later.plus_seconds(60)).await.expect("closed before");
        assert_eq!(reads(&db, home, home.father).await, nothing);
        store::open_child_words(&db, &access, one, home.father, Assent::Told, later).await.expect("opened again");
        let shown = store::one_of_child_words(&db, &access, one).await.expect("staff");
        let openings: Vec<_> = shown
            .openings
            .iter()
            .map(|opening| (opening.adult.0, opening.assent, opening.closed.as_ref().map(|(_, at)| *at), opening.reads))
            .collect();
        let father = home.father;
        assert_eq!(openings, [(father, Assent::Agreed, Some(later), false), (father, Assent::Told, None, true)]);
        assert_eq!((shown.said, shown.author.first()), (said("ugle"), "Anna"));

        run!(db, "UPDATE guardianship SET may_see = FALSE WHERE child = $1 AND adult = $2", home.daughter, father)
            .expect("his rights end");
        assert_eq!(reads(&db, home, father).await, nothing, "with his rights");
        assert!(matches!(open(other, father).await, Err(Error::NotFound)), "nobody opens to one without rights");
        let shown = store::one_of_child_words(&db, &access, one).await.expect("staff");
        assert!(shown.is_open_to(father) && shown.openings.iter().all(|opening| !opening.reads));
        let all = store::child_words(&db, &access, home.daughter).await.expect("staff");
        assert_eq!(all.len(), 2, "and nothing of her brother's");
        run!(db, "UPDATE guardianship SET may_see = TRUE WHERE child = $1 AND adult = $2", home.daughter, father)
            .expect("they are given back");
        assert_eq!(reads(&db, home, father).await, ["ugle"]);
        run!(db, "UPDATE person SET left_at = $2 WHERE id = $1", home.daughter, NOW).expect("she leaves");
        assert_eq!(reads(&db, home, father).await, nothing);
    })
    .await;
}

#[tokio::test]
async fn what_a_child_said_is_written_once_and_what_was_changed_before_it_was_sent_again_is_kept_too() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let access = look(&db, town.coordinator, home.id).await;
        let id = write(&db, &access, home.son, "ulv").await;
        for words in ["ulv", "ulv og ræv", "ulv og ræv"] {
            store::write_child_words(&db, &access, id, home.son, &said(words), NOW).await.expect("sent again");
        }
        let mut all: Vec<_> = store::child_words(&db, &access, home.son).await.expect("staff");
        all.sort_by_key(|words| words.id);
        let words: Vec<_> = all.iter().map(|words| words.said.words.as_str()).collect();
        assert_eq!(words, ["ulv", "ulv og ræv"]);
    })
    .await;
}

#[tokio::test]
async fn only_the_familys_team_reads_and_only_an_adviser_opens() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (town, home) = (&house.here, house.here.home());
        let access = look(&db, town.primary, home.id).await;
        let id = write(&db, &access, home.son, "ulv").await;
        for person in [home.mother, home.father, town.contact] {
            let access = look(&db, person, home.id).await;
            assert!(matches!(store::child_words(&db, &access, home.son).await, Err(Error::NotFound)));
            assert!(matches!(store::one_of_child_words(&db, &access, id).await, Err(Error::NotFound)));
            let written = store::write_child_words(&db, &access, Id::fresh(NOW), home.son, &said("x"), NOW).await;
            assert!(matches!(written, Err(Error::NotFound)));
            let opened = store::open_child_words(&db, &access, id, home.mother, Assent::Told, NOW).await;
            assert!(matches!(opened, Err(Error::NotFound)));
            let closed = store::close_child_words(&db, &access, id, home.mother, NOW).await;
            assert!(matches!(closed, Err(Error::NotFound)));
        }
        for person in [town.contact, town.primary, town.coordinator] {
            let access = look(&db, person, home.id).await;
            assert!(matches!(store::opened_words(&db, &access).await, Err(Error::NotFound)));
        }
        let coordinator = look(&db, town.coordinator, home.id).await;
        assert_eq!(store::child_words(&db, &coordinator, home.son).await.expect("she reads").len(), 1);
        let opened = store::open_child_words(&db, &coordinator, id, home.mother, Assent::Told, NOW).await;
        assert!(matches!(opened, Err(Error::NotFound)), "without authority to decide");

        let next_door = town.next_door();
        let neighbour = look(&db, town.other_primary, next_door.id).await;
        assert!(store::child_words(&db, &neighbour, home.son).await.expect("nothing").is_empty());
        assert!(matches!(store::one_of_child_words(&db, &neighbour, id).await, Err(Error::NotFound)));
        for adult in [home.mother, next_door.mother] {
            let opened = store::open_child_words(&db, &neighbour, id, adult, Assent::Told, NOW).await;
            assert!(matches!(opened, Err(Error::NotFound)));
        }
        for adult in [next_door.mother, home.father, home.daughter, town.contact, Id::fresh(NOW)] {
            let opened = store::open_child_words(&db, &access, id, adult, Assent::Told, NOW).await;
            assert!(matches!(opened, Err(Error::NotFound)), "no adult with rights for him");
            let closed = store::close_child_words(&db, &access, id, adult, NOW).await;
            assert!(matches!(closed, Err(Error::NotFound)));
        }
        for child in [next_door.son, home.mother, Id::fresh(NOW)] {
            let written = store::write_child_words(&db, &access, Id::fresh(NOW), child, &said("x"), NOW).await;
            assert!(matches!(written, Err(Error::NotFound)), "no child of the family");
        }
        let theirs = store::write_child_words(&db, &coordinator, id, home.son, &said("ulv"), NOW).await;
        assert!(matches!(theirs, Err(Error::NotFound)), "the id is somebody else's");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM opening"), 0);
    })
    .await;
}

#[tokio::test]
async fn loaded_words_are_open_to_whom_they_say() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let new = |words, open_to: Option<Id<Person>>| NewChildWords {
            id: Id::fresh(NOW),
            family: home.id,
            child: home.son,
            author: town.primary,
            said: said(words),
            written_at: NOW,
            open_to: open_to.map(|adult| (Id::fresh(NOW), adult, Assent::Agreed)),
        };
        let child_words = vec![new("ulv", None), new("ugle", Some(home.mother))];
        let batch = Batch { child_words, ..Batch::default() };
        for _ in 0..2 {
            store::load(&db, town.id, &batch, NOW).await.expect("loaded");
        }
        let access = look(&db, town.primary, home.id).await;
        assert_eq!(store::child_words(&db, &access, home.son).await.expect("staff").len(), 2);
        assert_eq!(reads(&db, home, home.mother).await, ["ugle"]);
    })
    .await;
}
