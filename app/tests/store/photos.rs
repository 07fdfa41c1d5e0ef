use app::{
    domain::{id::Id, person::Person, photo::Photo},
    store::{self, Error},
};

use crate::{
    cast::{NOW, cast, enter},
    ground::{Ground, number, on_both, run},
};

/// A PNG of one pixel.
const PIXEL: &[u8] = b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\x0d\x49\x44\x41\x54\x78\xda\x63\x64\x60\xf8\x5f\x0f\x00\x02\x87\x01\x80\xeb\x47\xba\x92\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

async fn sees(db: &Ground, who: Id<Person>, whose: Id<Person>) -> bool {
    let viewer = enter(db, who, NOW).await;
    match store::photo(db, &viewer, whose).await {
        Ok(photo) => {
            assert_eq!(photo, Photo::of(PIXEL).expect("a photo"));
            true
        }
        Err(Error::NotFound) => false,
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_face_is_seen_by_those_who_share_a_family_and_nobody_else() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (town, home, next_door) = (&house.here, house.here.home(), house.here.next_door());
        let photo = Photo::of(PIXEL).expect("a photo");
        for who in [town.primary, town.contact] {
            let viewer = enter(&db, who, NOW).await;
            assert!(!store::has_photo(&db, &viewer).await.expect("an answer"));
            store::set_photo(&db, &viewer, &photo, NOW).await.expect("kept");
            store::set_photo(&db, &viewer, &photo, NOW.plus_days(1)).await.expect("a newer one");
            assert!(store::has_photo(&db, &viewer).await.expect("an answer"));
        }
        assert_eq!(number!(db, "SELECT COUNT(*) FROM photo"), 2);
        for (who, primary, contact) in [
            (home.mother, true, true),
            (home.father, true, true),
            (town.primary, true, true),
            (town.secondary, true, true),
            (town.contact, true, true),
            (next_door.mother, false, true),
            (town.other_primary, false, true),
            (town.lead, false, false),
            (house.there.home().mother, false, false),
            (house.there.primary, false, false),
        ] {
            assert_eq!((sees(&db, who, town.primary).await, sees(&db, who, town.contact).await), (primary, contact));
        }
        run!(db, "UPDATE team_member SET until = $2 WHERE person = $1", town.primary, NOW).expect("she goes elsewhere");
        assert!(!sees(&db, home.mother, town.primary).await);
        let viewer = enter(&db, town.primary, NOW).await;
        store::remove_photo(&db, &viewer).await.expect("removed");
        store::remove_photo(&db, &viewer).await.expect("it was");
        assert!(!sees(&db, town.primary, town.primary).await);
        for nobody in [home.mother, town.lead] {
            let viewer = enter(&db, nobody, NOW).await;
            assert!(matches!(store::set_photo(&db, &viewer, &photo, NOW).await, Err(Error::NotFound)));
        }
        assert_eq!(number!(db, "SELECT COUNT(*) FROM photo"), 1);
    })
    .await;
}
