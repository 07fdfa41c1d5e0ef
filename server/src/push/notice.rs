//! What a device is told: a declarative message that a browser can show by itself, and that our service worker reads too
//! (W3C Push API, §Declarative push messages).

use app::{
    domain::{calendar::Detail, push::Notice, reminder::Kind},
    text::text,
};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// What a declarative message begins with: the number of RFC 8030.
const DECLARATIVE: u16 = 8030;

/// The text of a message, as JSON.
pub fn message(notice: &Notice, public_url: &str) -> Vec<u8> {
    let text = text(notice.language);
    let words = &text.reminders;
    let body = match (notice.detail, notice.kind) {
        (Detail::Full, kind) | (_, kind @ Kind::Try) => (words.notice)(kind),
        (Detail::Poor, _) => words.poor_notice,
    };
    let told = serde_json::json!({
        "web_push": DECLARATIVE,
        "notification": {
            "title": text.app,
            "body": body,
            "lang": text.lang,
            "dir": text.dir,
            "tag": topic(notice),
            "navigate": format!("{public_url}{}", page(notice)),
        },
        "delivery": notice.delivery.to_string(),
    });
    told.to_string().into_bytes()
}

/// The page a message opens. It is seen by nobody before that: it is locked with the rest.
fn page(notice: &Notice) -> String {
    let subject = notice.subject.simple();
    match notice.kind {
        Kind::DayBefore | Kind::Soon | Kind::Changed | Kind::Cancelled => format!("/meetings/{subject}"),
        Kind::CheckIn => "/".into(),
        Kind::Read => format!("/check-ins/{subject}"),
        Kind::Proposed => "/plan".into(),
        Kind::ShareEnds => "/sharing".into(),
        Kind::Inbox => format!("/inbox/{subject}"),
        Kind::Try => "/reminders".into(),
    }
}

/// Names what a message is about without telling it: a later one about the same takes its place, on its way (RFC 8030
/// §5.4) and on the screen. 32 characters of base64url at most.
pub fn topic(notice: &Notice) -> String {
    let about = match notice.kind {
        Kind::DayBefore | Kind::Soon | Kind::Changed | Kind::Cancelled => "meeting",
        other => other.key(),
    };
    let hash = digest(&SHA256, &[about.as_bytes(), notice.subject.as_bytes(), &notice.keys.secret].concat());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..24])
}

#[cfg(test)]
mod tests {
    use app::domain::{id::Id, moment::Moment, person::Language, push::Keys};

    use super::*;

    fn notice(kind: Kind, detail: Detail, language: Language) -> Notice {
        let now = Moment::from_seconds(1_800_000_000);
        Notice {
            delivery: Id::fresh(now),
            tries: 1,
            kind,
            subject: Id::<()>::fresh(now).uuid(),
            not_before: now,
            ends_at: now,
            endpoint: "https://push.example/1".into(),
            keys: Keys { public: [4; 65], secret: [1; 16] },
            language,
            detail,
        }
    }

    #[test]
    fn a_message_is_short_and_says_nothing_unless_somebody_wants_it_to() {
        for language in Language::ALL {
            let said = |kind, detail| {
                let told = message(&notice(kind, detail, *language), "https://plan.a-municipality.example");
                assert!(told.len() <= 400, "{} bytes", told.len());
                let told: serde_json::Value = serde_json::from_slice(&told).expect("JSON");
                assert_eq!(
                    (&told["web_push"], &told["notification"]["lang"]),
                    (&8030.into(), &text(*language).lang.into())
                );
                told["notification"]["body"].as_str().expect("words").to_owned()
            };
            let kinds = Kind::ALL.iter().filter(|kind| **kind != Kind::Try);
            let poor: std::collections::BTreeSet<_> = kinds.clone().map(|kind| said(*kind, Detail::Poor)).collect();
            assert_eq!(poor.len(), 1, "a bystander cannot tell one from another: {poor:?}");
            let full: std::collections::BTreeSet<_> = kinds.map(|kind| said(*kind, Detail::Full)).collect();
            assert_eq!(full.len(), Kind::ALL.len() - 1);
        }
    }

    #[test]
    fn what_is_about_the_same_has_the_same_topic_on_one_device_only() {
        let one = notice(Kind::DayBefore, Detail::Poor, Language::Danish);
        let same = Notice { kind: Kind::Cancelled, ..one.clone() };
        let other = Notice { kind: Kind::Read, ..one.clone() };
        let elsewhere = Notice { keys: Keys { public: [4; 65], secret: [2; 16] }, ..one.clone() };
        assert_eq!(topic(&one), topic(&same));
        assert_ne!(topic(&one), topic(&other));
        assert_ne!(topic(&one), topic(&elsewhere), "two devices cannot be told to be about the same");
        assert!(topic(&one).len() <= 32 && topic(&one).chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)));
    }
}
