//! Every route × everybody: who gets through, and what they see. A route that is missing here fails the test.

use app::{
    domain::{
        id::Id,
        meeting::Place,
        moment::{Moment, WallTime},
        person::Person,
        plan::{Area, GoalState},
        words::{Note, Title},
    },
    store::{self, Batch, NewGoal, NewHope, NewMeeting, NewStep, load},
};
use axum::http::{Method, StatusCode};
use server::router::{Door, ROUTES};
use uuid::Uuid;

use crate::{
    browser::{Got, PIXEL, TestApp, at, play},
    calendar_file::{form, outlook},
    databases::{Database, each, rows},
    passkeys::{form_for, turn_on},
};

/// Everybody who may come, seen from the family of the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    Guest,
    Parent,
    OtherParent,
    Contact,
    Primary,
    Secondary,
    Lead,
    Administrator,
    StrangeParent,
    StrangeContact,
    StrangeAdviser,
    FarParent,
    FarContact,
    FarAdviser,
    FarLead,
    FarAdministrator,
}

use Who::*;

const EVERYBODY: [Who; 16] = [
    Guest,
    Parent,
    OtherParent,
    Contact,
    Primary,
    Secondary,
    Lead,
    Administrator,
    StrangeParent,
    StrangeContact,
    StrangeAdviser,
    FarParent,
    FarContact,
    FarAdviser,
    FarLead,
    FarAdministrator,
];

/// The public key of a device (RFC 8291 §5).
const DEVICE: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";

/// Words that stand in the family's data and nowhere else.
const HOPE: &str = "ugle-haab-4711";
const GOAL: &str = "ugle-maal-4711";
const STEP: &str = "ugle-skridt-4711";
const MEETING: &str = "ugle-moede-4711";
const TOLD: &str = "ugle-svar-4711";
const AGREED: &str = "ugle-aftale-4711";
const NOTE: &str = "ugle-note-4711";
const SECTOR_PLAN: &str = "ugle-jobplan-4711";
const SAID: &str = "ugle-barn-4711";
pub(crate) const SECRETS: [&str; 9] = [HOPE, GOAL, STEP, MEETING, TOLD, AGREED, NOTE, SECTOR_PLAN, SAID];

/// Ids of things of the family.
pub(crate) struct Things {
    family: Uuid,
    parent: Uuid,
    other_parent: Uuid,
    /// A meeting to come, and one that was held.
    meeting: Uuid,
    held: Uuid,
    point: Uuid,
    calendar: Uuid,
    face: Uuid,
    hope: Uuid,
    goal: Uuid,
    step: Uuid,
    /// A hope and a step that can go, with the numbers of their last changes.
    new_hope: (Uuid, String),
    new_step: (Uuid, String),
    proposal: Uuid,
    change: Uuid,
    measure: Uuid,
    child: Uuid,
    check_in: Uuid,
    review: Uuid,
    consent: Uuid,
    ended: Uuid,
    wish: Uuid,
    sector_plan: Uuid,
    /// What a child said, open to the parent.
    words: Uuid,
    other_check_in: Uuid,
    answered: Uuid,
    note: Uuid,
    pause: Uuid,
    absence: Uuid,
    session: Uuid,
    passkey: Uuid,
    delivery: Uuid,
    /// Somebody who is to be told of the meeting by phone.
    call: Uuid,
    invitation: Uuid,
    /// The form that takes a new meeting from a calendar file.
    chosen: String,
    /// Somebody of the staff who walks beside one family and never came in, who can take over, a unit, and a role that
    /// waits for a yes.
    colleague: Uuid,
    /// Somebody of the staff who never came in and walks beside nobody.
    newcomer: Uuid,
    heir: Uuid,
    unit: Uuid,
    role: Uuid,
}

/// Whether a route lets somebody through, and which of the family's words they then read.
pub(crate) fn expected(method: &Method, path: &str, who: Who) -> Option<Vec<&'static str>> {
    let parent = matches!(who, Parent | OtherParent);
    let any_parent = parent || matches!(who, StrangeParent | FarParent);
    let adviser = matches!(who, Primary | Secondary);
    let any_adviser = adviser || matches!(who, StrangeAdviser | FarAdviser);
    let any_contact = matches!(who, Contact | StrangeContact | FarContact);
    let any_lead = matches!(who, Lead | FarLead);
    let any_administrator = matches!(who, Administrator | FarAdministrator);
    let signed_in = who != Guest;
    let seen = |may: bool, words: &[&'static str]| may.then(|| words.to_vec());
    let own = |may: bool, own: bool, words: &[&'static str]| may.then(|| if own { words.to_vec() } else { Vec::new() });
    match (method.as_str(), path) {
        (
            "GET",
            "/health" | "/ready" | "/manifest.webmanifest" | "/privacy" | "/accessibility" | "/sign-in/{token}",
        )
        | ("POST", "/sign-in/{token}" | "/passkeys/enter/ask" | "/passkeys/enter" | "/quick-exit") => seen(true, &[]),
        (
            "POST",
            "/me/passkeys/ask" | "/me/passkeys" | "/me/passkeys/prove/ask" | "/me/passkeys/prove" | "/me/passkeys/no",
        ) => seen(signed_in, &[]),
        (_, "/me/passkeys/{passkey}" | "/me/passkeys/{passkey}/remove") => seen(who == Parent, &[]),
        (_, "/locked" | "/me/code")
        | ("POST", "/locked/finger" | "/locked/finger/ask" | "/me/code/remove" | "/me/prove") => seen(signed_in, &[]),
        // None is set up: what is for those who can prove who they are elsewhere is not there.
        (_, "/oidc/{provider}" | "/oidc/{provider}/callback" | "/oidc/{provider}/logout")
        | (
            "POST",
            "/sign-in/{token}/oidc/{provider}"
            | "/me/oidc/{provider}"
            | "/me/oidc/{provider}/prove"
            | "/me/oidc/{provider}/remove",
        ) => seen(false, &[]),
        ("GET", "/") => own(true, parent, &[GOAL, STEP, MEETING]),
        ("POST", "/sign-out" | "/sign-out/everywhere" | "/me/language") | ("GET", "/me") => seen(signed_in, &[]),
        ("POST", "/me/quick-exit" | "/me/quick-exit/locks" | "/me/offline") | ("GET", "/offline.json") => {
            seen(any_parent, &[])
        }
        (_, "/install") | ("GET", "/waiting") => seen(signed_in, &[]),
        ("POST", "/me/devices/{session}/sign-out") => seen(who == Parent, &[]),
        ("GET", "/plan") => own(any_parent, parent, &[HOPE, GOAL, STEP]),
        ("GET", "/meetings") => own(any_parent, parent, &[MEETING]),
        ("GET", "/calendar/{token}") => seen(true, &[]),
        (_, "/reminders") | ("POST", "/reminders/channel" | "/reminders/on" | "/reminders/off" | "/reminders/try") => {
            seen(signed_in, &[])
        }
        // Whoever names a delivery is the device that it came to.
        ("POST", "/reminders/seen") => seen(true, &[]),
        (_, "/calendar") => seen(any_parent || any_adviser || any_contact, &[]),
        ("POST", "/calendar-addresses/{address}/revoke") => seen(who == Parent, &[]),
        ("GET", "/meetings/{meeting}/calendar.ics") => seen(parent || adviser || who == Contact, &[]),
        ("GET", "/meetings/{meeting}") => seen(parent || adviser || who == Contact, &[MEETING]),
        ("POST", "/meetings/{meeting}/answer" | "/meetings/{meeting}/comments") => seen(parent, &[]),
        ("POST", "/meetings/{meeting}/agenda") => seen(parent || adviser, &[]),
        ("POST", "/agenda/{item}/delete") => seen(who == Parent, &[]),
        ("POST", "/meetings/{meeting}/note" | "/meetings/{meeting}/decisions" | "/meetings/{meeting}/missed") => {
            seen(adviser, &[])
        }
        (_, "/families/{family}/meetings/new" | "/families/{family}/meetings/file")
        | ("POST", "/families/{family}/meetings/file/take")
        | ("POST", "/meetings/{meeting}/edit" | "/meetings/{meeting}/cancel") => seen(adviser, &[]),
        ("GET", "/meetings/{meeting}/edit") => seen(adviser, &[MEETING]),
        ("GET", "/plan/fridge") => own(any_parent, parent, &[GOAL, STEP]),
        ("GET", "/plan/sector-plans") => own(any_parent, parent, &[SECTOR_PLAN]),
        ("GET", "/families/{family}/sector-plans" | "/sector-plans/{plan}") => seen(adviser, &[SECTOR_PLAN]),
        ("POST", "/families/{family}/sector-plans" | "/sector-plans/{plan}" | "/sector-plans/{plan}/remove") => {
            seen(adviser, &[])
        }
        (_, "/contact") | ("POST", "/contact/wish") => seen(any_parent, &[]),
        ("POST", "/contact-wishes/{wish}/take-back") => seen(parent, &[]),
        ("POST", "/contact-wishes/{wish}/grant") => seen(adviser, &[]),
        ("POST", "/me/photo") => seen(any_adviser || any_contact, &[]),
        ("POST", "/me/photo/remove") => seen(signed_in, &[]),
        ("GET", "/photos/{person}") => seen(parent || adviser || who == Contact, &[]),
        ("POST", "/me/association") => seen(any_contact, &[]),
        ("POST", "/consents/{consent}/again") => seen(who == Parent, &[]),
        ("GET", "/team" | "/check-in/{instrument}" | "/asking" | "/looked" | "/sharing") => seen(any_parent, &[]),
        ("GET", "/children") => own(any_parent, who == Parent, &[SAID]),
        ("GET", "/people/{about}/words" | "/words/{words}/open/{adult}") => seen(adviser, &[SAID]),
        ("POST", "/people/{about}/words" | "/words/{words}/open/{adult}" | "/words/{words}/close/{adult}") => {
            seen(adviser, &[])
        }
        ("GET", "/families/{family}/children") | (_, "/people/{about}/rights") => seen(adviser, &[]),
        ("POST", "/check-in/{instrument}" | "/check-in/{instrument}/not-today" | "/asking" | "/notes" | "/sharing") => {
            seen(any_parent, &[])
        }
        (_, "/check-in/{instrument}/{about}" | "/check-in/{instrument}/{about}/not-today") => seen(parent, &[]),
        ("POST", "/check-ins/{check_in}/call" | "/notes/{note}/delete") => seen(who == Parent, &[]),
        ("GET", "/notes") => own(any_parent, who == Parent, &[NOTE]),
        ("POST", "/pauses/{pause}/end") => seen(parent || adviser, &[]),
        ("GET", "/check-ins" | "/looked/table.csv") => seen(any_parent, &[]),
        ("GET", "/check-ins/table.csv" | "/check-ins/answers.json") => own(any_parent, parent, &[TOLD]),
        ("GET", "/check-ins/{check_in}") => seen(who == Parent, &[]),
        ("POST", "/steps/{step}" | "/plan/changes/{change}" | "/plan/changes/{change}/undo") => seen(parent, &[]),
        ("GET", "/families/{family}/plan") => seen(parent || adviser, &[HOPE, GOAL, STEP]),
        ("GET", "/hopes/{hope}") => seen(parent || adviser, &[HOPE]),
        ("GET", "/goals/{goal}") => seen(parent || adviser, &[GOAL]),
        ("GET", "/steps/{step}/edit") => seen(parent || adviser, &[STEP]),
        ("GET", "/families/{family}/plan/changes") => seen(parent || adviser, &[GOAL]),
        ("GET", "/families/{family}/measures")
        | (_, "/families/{family}/hopes/new" | "/families/{family}/goals/new" | "/goals/{goal}/steps/new")
        | (
            "POST",
            "/hopes/{hope}"
            | "/hopes/{hope}/remove"
            | "/goals/{goal}"
            | "/goals/{goal}/order"
            | "/steps/{step}/edit"
            | "/steps/{step}/remove",
        ) => seen(parent || adviser, &[]),
        ("POST", "/families/{family}/measures") => seen(parent, &[]),
        (_, "/measures/{measure}") => seen(adviser, &[]),
        ("GET", "/inbox") => seen(any_adviser, &[]),
        ("GET", "/inbox/{item}") => seen(adviser, &[TOLD]),
        ("POST", "/inbox/{item}") => seen(adviser, &[]),
        (_, "/calls/{item}") => seen(adviser, &[]),
        (_, "/away") => seen(any_adviser, &[]),
        ("POST", "/away/{absence}/remove") => seen(who == Primary, &[]),
        (_, "/families") => seen(any_adviser, &[]),
        ("GET", "/families/{family}") => seen(adviser, &[GOAL, STEP, MEETING]),
        ("POST", "/families/{family}/people/{person}/invite" | "/invitations/{invitation}/revoke") => {
            seen(adviser, &[])
        }
        ("GET", "/families/{family}/asking" | "/families/{family}/records") => seen(adviser, &[]),
        ("POST", "/families/{family}/asking/{instrument}" | "/families/{family}/pause") => seen(adviser, &[]),
        (_, "/families/{family}/records/{instrument}/{about}") => seen(adviser, &[]),
        ("GET", "/team-meeting" | "/team-meeting/4-weeks") => own(any_adviser, adviser, &[AGREED]),
        ("GET", "/team-meeting/{family}" | "/team-meeting/4-weeks/{family}") => seen(adviser, &[GOAL, AGREED]),
        ("POST", "/team-meeting/{family}" | "/team-meeting/4-weeks/{family}" | "/promises/{review}/kept") => {
            seen(adviser, &[])
        }
        ("GET", "/sharing/preview/{thing}") => own(any_parent, parent, &[MEETING]),
        ("POST", "/consents/{consent}/withdraw") => seen(parent, &[]),
        ("GET", "/shared") => own(any_contact, who == Contact, &[MEETING]),
        ("GET", "/numbers") => seen(any_lead, &[]),
        (_, "/settings") | ("GET", "/administration") => seen(any_lead || any_administrator, &[]),
        // Who administers elsewhere sees and changes the own alone.
        (_, "/staff" | "/staff/new" | "/units") => seen(any_administrator, &[]),
        (
            _,
            "/staff/{colleague}"
            | "/staff/{colleague}/role"
            | "/staff/{colleague}/unit"
            | "/staff/{colleague}/away"
            | "/staff/{colleague}/invite"
            | "/staff/{colleague}/leave"
            | "/proposals/{proposal}"
            | "/units/{unit}",
        ) => seen(who == Administrator, &[]),
        (method, path) => panic!("{method} {path} is missing from the matrix"),
    }
}

/// An address of the family's thing, and a form that would do something there.
pub(crate) fn address(path: &str, things: &Things, fresh: Id<()>) -> (String, String) {
    let simple = |id: Uuid| id.simple().to_string();
    let instrument = match path {
        path if path.contains("/records/") => "sdq",
        path if path.contains("{about}") => "child",
        _ => "who5",
    };
    let (hope, step) =
        if path.ends_with("/remove") { (things.new_hope.0, things.new_step.0) } else { (things.hope, things.step) };
    let change = if path.ends_with("/undo") { things.change } else { things.proposal };
    let check_in = if path.ends_with("/call") { things.answered } else { things.check_in };
    let item = match path {
        path if path.starts_with("/agenda/") => things.point,
        path if path.starts_with("/calls/") => things.call,
        _ => things.check_in,
    };
    let afterwards = ["/note", "/comments", "/decisions", "/missed"].iter().any(|end| path.ends_with(end));
    let meeting = if afterwards { things.held } else { things.meeting };
    let consent = if path.ends_with("/again") { things.ended } else { things.consent };
    let path = path
        .replace("{family}", &simple(things.family))
        .replace("/photos/{person}", &format!("/photos/{}", simple(things.face)))
        .replace("{person}", &simple(things.parent))
        .replace("{colleague}", &simple(if path.ends_with("/invite") { things.newcomer } else { things.colleague }))
        .replace("{proposal}", &simple(things.role))
        .replace("{unit}", &simple(things.unit))
        .replace("{step}", &simple(step))
        .replace("{hope}", &simple(hope))
        .replace("{goal}", &simple(things.goal))
        .replace("{change}", &simple(change))
        .replace("{measure}", &simple(things.measure))
        .replace("{check_in}", &simple(check_in))
        .replace("{item}", &simple(item))
        .replace("{meeting}", &simple(meeting))
        .replace("{address}", &simple(things.calendar))
        .replace("{thing}", "meetings")
        .replace("{consent}", &simple(consent))
        .replace("{wish}", &simple(things.wish))
        .replace("{plan}", &simple(things.sector_plan))
        .replace("{about}", &simple(things.child))
        .replace("{words}", &simple(things.words))
        .replace("{adult}", &simple(things.parent))
        .replace("{note}", &simple(things.note))
        .replace("{pause}", &simple(things.pause))
        .replace("{absence}", &simple(things.absence))
        .replace("{review}", &simple(things.review))
        .replace("{session}", &simple(things.session))
        .replace("{passkey}", &simple(things.passkey))
        .replace("{invitation}", &simple(things.invitation))
        .replace("{instrument}", instrument)
        .replace("{token}", &"A".repeat(43))
        .replace("{provider}", "mitid");
    let form = match path.as_str() {
        "/me/language" => "language=da".into(),
        "/me/code" => "code=2580&again=2580".into(),
        "/calendar" => "detail=poor".into(),
        "/reminders/seen" => format!("delivery={}", simple(things.delivery)),
        "/reminders" => "quiet_from=20:00&quiet_until=08:00&detail=poor".into(),
        "/reminders/channel" => "channel=email&email=amina%40eksempel.dk&sms=".into(),
        "/reminders/on" => {
            format!("endpoint=http://127.0.0.1:9/{fresh}&p256dh={DEVICE}&auth={}", "A".repeat(22))
        }
        "/check-in/who5" => format!("id={fresh}&version=1&happy=5&calm=5&active=5&rested=5&interest=5"),
        "/sharing" => "item=meetings&until=2027-01-02".into(),
        "/notes" => format!("id={fresh}&words=Hej"),
        "/contact" => "person=".into(),
        "/contact/wish" => "name=Kim&phone=12345678".into(),
        "/me/association" => "association=Klubben".into(),
        path if path.starts_with("/me/passkeys/") => "name=Telefon".into(),
        path if path.ends_with("/again") => "again=no&from=sharing".into(),
        path if path.contains("sector-plans") => {
            format!("id={fresh}&about=&title=Plan&owner=Jobcentret&source=Mappen&made_on=2026-10-01&next_review=")
        }
        "/asking" | "/away" => "from=2027-01-01&until=2027-01-02".into(),
        path if path.ends_with("/file/take") => things.chosen.clone(),
        path if path.ends_with("/meetings/new") || (path.starts_with("/meetings/") && path.ends_with("/edit")) => {
            format!(
                "id={fresh}&version=0&title=M%C3%B8de&day=2026-11-26&time=10:00&minutes=60&place=elsewhere\
             &place_words={MEETING}&repeat=never"
            )
        }
        "/settings" => "opens=09:00&closes=15:00&team_meeting=2026-11-26&team_meeting_days=14&sdq_address=\
            &association_contacts=yes&staff_names=yes&help_lines=1888+Lev&links=https://a.dk+Hjem"
            .into(),
        "/staff/new" => "name=Bo+Ny&phone=12345678&role=adviser&unit=".into(),
        "/units" => format!("name=Enhed+{fresh}"),
        path if path.starts_with("/units/") => format!("name=Enhed+{fresh}"),
        path if path.starts_with("/proposals/") => "answer=yes".into(),
        path if path.starts_with("/staff/") && path.ends_with("/role") => "role=coordinator".into(),
        path if path.starts_with("/staff/") && path.ends_with("/unit") => format!("unit={}", simple(things.unit)),
        path if path.starts_with("/staff/") && path.ends_with("/away") => "from=2027-01-01&until=2027-01-02".into(),
        path if path.starts_with("/staff/") && path.ends_with("/leave") => {
            format!("for_all={}&to={}:nobody", simple(things.heir), simple(things.family))
        }
        path if path.starts_with("/team-meeting/") => format!("id={fresh}&words=Aftalt"),
        path if path.starts_with("/promises/") => "period=since_last&on=list".into(),
        path if path.starts_with("/plan/changes/") => "seen=0&answer=yes".into(),
        path if path.ends_with("/remove") => {
            let (_, seen) = if path.starts_with("/hopes/") { &things.new_hope } else { &things.new_step };
            format!("id={fresh}&seen={seen}")
        }
        path if path.ends_with("/hopes/new") => format!("id={fresh}&entry={fresh}&words=Ro"),
        path if path.starts_with("/hopes/") => format!("id={fresh}&seen=0&words={HOPE}"),
        path if path.ends_with("/goals/new") => {
            format!("id={fresh}&entry={fresh}&title=Fred&area=money&state=waiting&going_well=&worries=&scale=")
        }
        path if path.ends_with("/steps/new") => {
            format!("id={fresh}&entry={fresh}&title=Ring&doer={}&due=", simple(things.parent))
        }
        path if path.ends_with("/order") => "to=up".into(),
        path if path.starts_with("/goals/") => {
            format!("id={fresh}&seen=0&title={GOAL}&area=school&state=live&going_well=&worries=&scale=")
        }
        path if path.ends_with("/edit") => {
            format!("id={fresh}&seen=0&title={STEP}&doer={}&due=", simple(things.parent))
        }
        path if path.ends_with("/measures") => format!("id={fresh}&title=Aflastning"),
        path if path.starts_with("/measures/") => "seen=0&outcome=granted&reason=Ja".into(),
        path if path.starts_with("/steps/") => "done=yes".into(),
        path if path.starts_with("/inbox/") => "next_step=at_next_meeting&words=Tak".into(),
        path if path.starts_with("/check-in/child/") => {
            format!("id={fresh}&version=1&school=5&friends=5&leisure=5&home=5")
        }
        path if path.contains("/records/") => {
            format!("id={fresh}&version=1&emotional=1&conduct=1&hyperactivity=1&peer=1&prosocial=9&informant=0&norms=0")
        }
        path if path.contains("/asking/") => "rhythm=4_weeks".into(),
        path if path.ends_with("/answer") => "version=0&coming=yes".into(),
        path if path.ends_with("/agenda") => format!("id={fresh}&point=Penge"),
        path if path.ends_with("/note") => "before=&note=Ord".into(),
        path if path.ends_with("/comments") => format!("id={fresh}&comment=Tak"),
        path if path.ends_with("/decisions") => {
            format!("id={fresh}&step=Ring&goal={}&doer=&due=", simple(things.goal))
        }
        path if path.ends_with("/missed") => "missed=yes".into(),
        path if path.starts_with("/people/") && path.ends_with("/words") => {
            format!("id={fresh}&words=Hej&heard_by=Karen&heard_on=2026-11-20")
        }
        path if path.contains("/open/") => "assent=agreed".into(),
        path if path.ends_with("/rights") => {
            let adults = [simple(things.parent), simple(things.other_parent)];
            let ticked = |field| adults.iter().map(move |adult| format!("&{field}={adult}")).collect::<String>();
            format!("seen=0{}{}{}", ticked("custody"), ticked("may_see"), ticked("lives_with"))
        }
        path if path.ends_with("/pause") => "from=2027-01-01&until=2027-01-02".into(),
        _ => String::new(),
    };
    (path, form)
}

async fn one(database: &Database, sql: String) -> Uuid {
    let found: Vec<(Uuid,)> = rows!(database, sql);
    found.first().map(|(id,)| *id).expect(&sql)
}

/// An id as a literal of either database.
fn literal(database: &Database, id: Uuid) -> String {
    match database.rows {
        crate::databases::Rows::Sqlite(_) => format!("X'{}'", id.simple()),
        crate::databases::Rows::Postgres(_) => format!("'{id}'"),
    }
}

/// Puts words into the family's data that stand nowhere else, and a check-in of either parent.
pub(crate) async fn plant(app: &TestApp, database: &Database) -> Things {
    database.unlock_rights().await;
    let parent = app.person("parent").uuid();
    let of_parent = literal(database, parent);
    let family = one(database, format!("SELECT family FROM person WHERE id = {of_parent}")).await;
    let municipality = one(database, format!("SELECT municipality FROM person WHERE id = {of_parent}")).await;
    let of_family = literal(database, family);
    let now = app.clock.now();
    for sql in [
        format!("UPDATE goal SET state = 'waiting' WHERE family = {of_family}"),
        format!("DELETE FROM participant WHERE family = {of_family}"),
        format!("DELETE FROM meeting WHERE family = {of_family}"),
    ] {
        database.run(sql).await;
    }
    let (meeting, held) = (Id::fresh(now), Id::fresh(now));
    let (hope, goal, step, family_id) = (Id::fresh(now), Id::fresh(now), Id::fresh(now), Id::from_uuid(family));
    let title = |words: &str| Title::parse(words).expect("a title");
    let batch = Batch {
        hopes: vec![NewHope {
            id: hope,
            family: family_id,
            author: Id::from_uuid(parent),
            words: Note::parse(HOPE).expect("a note"),
        }],
        goals: vec![NewGoal {
            id: goal,
            family: family_id,
            number: None,
            area: Area::School,
            title: title(GOAL),
            state: GoalState::Live,
            position: 0,
        }],
        steps: vec![NewStep {
            id: step,
            family: family_id,
            goal,
            title: title(STEP),
            doer: Some(Id::from_uuid(parent)),
            due: None,
            position: 0,
            done: None,
        }],
        meetings: [(meeting, "2026-11-24 10:00"), (held, "2026-11-20 10:00")]
            .map(|(id, starts)| NewMeeting {
                id,
                family: family_id,
                number: None,
                title: title("Møde"),
                starts: WallTime::at(at(starts), chrono_tz::Europe::Copenhagen),
                minutes: 60,
                place: Place::Elsewhere,
                place_words: Some(title(MEETING)),
                bring: None,
                participants: vec![app.person("adviser")],
            })
            .to_vec(),
        ..Batch::default()
    };
    load(&app.db, Id::from_uuid(municipality), &batch, now).await.expect("a batch");
    let mut check_ins = Vec::new();
    for (role, happy) in [("parent", 0), ("other_parent", 0), ("parent", 1)] {
        let mut browser = app.sign_in(role).await;
        let id = browser.get("/check-in/who5").await.hidden("id");
        let form = format!("id={id}&version=1&happy={happy}&calm=0&active=0&rested=0&interest=0&words={TOLD}");
        assert_eq!(browser.post("/check-in/who5", &form).await.status, StatusCode::SEE_OTHER);
        check_ins.push(id.parse::<Uuid>().expect("an id"));
    }
    let mut adviser = app.sign_in("adviser").await;
    let answered =
        adviser.post(&format!("/inbox/{}", check_ins[2].simple()), "next_step=at_next_meeting&words=Tak").await;
    assert_eq!(answered.status, StatusCode::SEE_OTHER);
    let child = format!(
        "SELECT g.child FROM guardianship g JOIN person p ON p.id = g.child
        WHERE p.name = 'Villads Solsort' AND g.adult = {of_parent}"
    );
    let (agreed, turn) = (Id::<()>::fresh(now), format!("/team-meeting/{}", family.simple()));
    let form = format!("id={agreed}&words={AGREED}");
    assert_eq!(adviser.post(&turn, &form).await.status, StatusCode::SEE_OTHER);
    Things {
        family,
        parent,
        other_parent: app.person("other_parent").uuid(),
        face: with_a_face(database, &of_family, now).await,
        child: one(database, child).await,
        meeting: meeting.uuid(),
        held: held.uuid(),
        point: family,
        calendar: family,
        hope: hope.uuid(),
        goal: goal.uuid(),
        step: step.uuid(),
        new_hope: (family, String::new()),
        new_step: (family, String::new()),
        proposal: family,
        change: family,
        measure: family,
        check_in: check_ins[0],
        review: agreed.uuid(),
        consent: one(database, format!("SELECT id FROM consent WHERE family = {of_family}")).await,
        other_check_in: check_ins[1],
        answered: check_ins[2],
        ended: family,
        wish: family,
        sector_plan: family,
        words: Id::<()>::fresh(now).uuid(),
        note: family,
        pause: family,
        absence: family,
        session: family,
        passkey: family,
        invitation: family,
        delivery: family,
        call: family,
        chosen: String::new(),
        colleague: family,
        newcomer: family,
        heir: app.person("second_adviser").uuid(),
        unit: family,
        role: family,
    }
}

/// Somebody in the team of this family alone, of whom there is a photo.
async fn with_a_face(database: &Database, family: &str, now: Moment) -> Uuid {
    let [person, part] = [(), ()].map(|()| Id::<()>::fresh(now).uuid());
    let who = literal(database, person);
    let jpeg = match database.rows {
        crate::databases::Rows::Sqlite(_) => "X'FFD8FF'",
        crate::databases::Rows::Postgres(_) => "'\\xFFD8FF'",
    };
    for sql in [
        format!(
            "INSERT INTO person (id, municipality, role, name, language, created_at)
            SELECT {who}, municipality, 'coordinator', 'Eva Ansigt', 'da', 0 FROM family WHERE id = {family}"
        ),
        format!("UPDATE team_member SET until = 0 WHERE family = {family} AND part = 'coordinator'"),
        format!(
            "INSERT INTO team_member (id, municipality, family, person, part, since)
            SELECT {}, municipality, id, {who}, 'coordinator', 0 FROM family WHERE id = {family}",
            literal(database, part)
        ),
        format!(
            "INSERT INTO photo (person, municipality, jpeg, taken_at)
            SELECT {who}, municipality, {jpeg}, 0 FROM family WHERE id = {family}"
        ),
    ] {
        database.run(sql).await;
    }
    person
}

/// Somebody with that role in another family than the story's, in the same municipality.
async fn stranger(app: &TestApp, database: &Database, things: &Things, role: &str) -> Id<Person> {
    let own = literal(database, things.family);
    let parent = literal(database, app.person("parent").uuid());
    let sql = format!(
        "SELECT id FROM person p WHERE role = '{role}' AND (family IS NULL OR family <> {own})
            AND municipality = (SELECT municipality FROM person WHERE id = {parent})
            AND NOT EXISTS (SELECT 1 FROM team_member t WHERE t.person = p.id AND t.family = {own}) ORDER BY id LIMIT 1"
    );
    Id::from_uuid(one(database, sql).await)
}

#[tokio::test]
async fn every_route_lets_through_whom_it_should_and_nobody_else() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let far = play(&database.db, 4, 2, app.clock.now()).await;
        let mut things = plant(&app, database).await;
        let person = |role: &str| app.person(role);
        let people: Vec<(Who, Option<Id<Person>>)> = vec![
            (Guest, None),
            (Parent, Some(person("parent"))),
            (OtherParent, Some(person("other_parent"))),
            (Contact, Some(person("contact_person"))),
            (Primary, Some(person("adviser"))),
            (Secondary, Some(person("second_adviser"))),
            (Lead, Some(person("project_lead"))),
            (Administrator, Some(person("administrator"))),
            (StrangeParent, Some(stranger(&app, database, &things, "parent").await)),
            (StrangeContact, Some(stranger(&app, database, &things, "contact_person").await)),
            (StrangeAdviser, Some(stranger(&app, database, &things, "adviser").await)),
            (FarParent, Some(far["parent"].person)),
            (FarContact, Some(far["contact_person"].person)),
            (FarAdviser, Some(far["adviser"].person)),
            (FarLead, Some(far["project_lead"].person)),
            (FarAdministrator, Some(far["administrator"].person)),
        ];
        assert_eq!(people.iter().map(|(who, _)| *who).collect::<Vec<_>>(), EVERYBODY);
        let mut device = turn_on(&mut app.sign_in("parent").await).await;
        let mut leaks = Vec::new();
        for (path, method, door) in ROUTES {
            for (who, person) in &people {
                refresh(&app, database, &mut things, path).await;
                let mut browser = match person {
                    Some(person) => app.sign_in_as(*person).await,
                    None => app.browser(),
                };
                let (address, form) = address(path, &things, Id::fresh(app.clock.now()));
                let form = form_for(path, &mut browser, &mut device).await.unwrap_or(form);
                let before = looks(database, &things, *person).await;
                let got = match *method {
                    Method::GET => browser.get(&address).await,
                    _ if *path == "/me/photo" => browser.post_file(&address, "photo", PIXEL).await,
                    _ if path.ends_with("/meetings/file") => {
                        browser
                            .post_file(&address, "calendar", appointment(Id::fresh(app.clock.now())).as_bytes())
                            .await
                    }
                    _ => browser.post(&address, &form).await,
                };
                let through = got.status.is_success() || got.status == StatusCode::SEE_OTHER;
                if through && matches!(who, Contact | Primary | Secondary) && is_about_a_family(path) {
                    let looked = looks(database, &things, *person).await > before;
                    leaks.extend((!looked).then(|| format!("{method} {path} as {who:?}: no line in the log of looks")));
                }
                let fault = judge(method, path, *door, *who, &got);
                leaks.extend(fault.map(|fault| format!("{method} {path} as {who:?}: {fault}")));
            }
        }
        assert!(leaks.is_empty(), "{}", leaks.join("\n"));
    })
    .await;
}

/// How often somebody looked at the family's data.
async fn looks(database: &Database, things: &Things, person: Option<Id<Person>>) -> usize {
    let Some(person) = person else { return 0 };
    let (family, person) = (literal(database, things.family), literal(database, person.uuid()));
    let sql = format!("SELECT person FROM access_log WHERE family = {family} AND person = {person}");
    let lines: Vec<(Uuid,)> = rows!(database, sql);
    lines.len()
}

/// Whether who walks beside the family sees or does something of the family there, and not of their own. Photos are those
/// of who walks beside a family, never of its members.
fn is_about_a_family(path: &str) -> bool {
    const OWN: [&str; 21] = [
        "",
        "accessibility",
        "administration",
        "away",
        "calendar",
        "calendar-addresses",
        "health",
        "install",
        "locked",
        "manifest.webmanifest",
        "me",
        "passkeys",
        "oidc",
        "photos",
        "privacy",
        "quick-exit",
        "ready",
        "reminders",
        "sign-in",
        "sign-out",
        "waiting",
    ];
    path.split('/').nth(1).is_some_and(|first| !OWN.contains(&first))
}

/// A reminder that is on its way to a device of the parent.
async fn reminded(app: &TestApp, things: &Things) -> Uuid {
    let mut parent = app.sign_in("parent").await;
    for path in ["/reminders/on", "/reminders/try"] {
        let (address, form) = address(path, things, Id::fresh(app.clock.now()));
        assert_eq!(parent.post(&address, &form).await.status, StatusCode::SEE_OTHER, "{path}");
    }
    let now = app.clock.now();
    store::deliver_due(&app.db, now).await.expect("taken");
    let notices = store::take_deliveries(&app.db, 100, now).await.expect("notices");
    notices.last().expect("one").delivery.uuid()
}

/// A living session and an open invitation of the parent, and a check-in that is unread again.
pub(crate) async fn refresh(app: &TestApp, database: &Database, things: &mut Things, path: &str) {
    if path.contains("{change}") || path.contains("{measure}") || path.ends_with("/remove") {
        write_in_plan(app, things).await;
    }
    if path.ends_with("/file/take") {
        let address = format!("/families/{}/meetings/file", things.family.simple());
        let file = appointment(Id::fresh(app.clock.now()));
        let mut adviser = app.sign_in("adviser").await;
        let seen = adviser.post_file(&address, "calendar", file.as_bytes()).await;
        things.chosen = form(&seen, &[]);
    }
    if path.contains("{passkey}") {
        database.run("DELETE FROM passkey".into()).await;
        turn_on(&mut app.sign_in("parent").await).await;
        things.passkey = one(database, "SELECT id FROM passkey".into()).await;
    }
    if ["{colleague}", "{unit}", "{proposal}"].iter().any(|part| path.contains(part)) {
        employ(app, database, things).await;
    }
    if path == "/reminders/seen" {
        things.delivery = reminded(app, things).await;
    }
    let parent = literal(database, things.parent);
    app.sign_in("parent").await;
    app.invitation(app.person("parent")).await;
    things.session = one(
        database,
        format!("SELECT id FROM session WHERE person = {parent} AND revoked_at IS NULL ORDER BY id DESC"),
    )
    .await;
    things.invitation = one(
        database,
        format!("SELECT id FROM invitation WHERE person = {parent} AND revoked_at IS NULL AND used_at IS NULL"),
    )
    .await;
    let check_in = literal(database, things.check_in);
    let adviser = literal(database, app.person("adviser").uuid());
    let family = literal(database, things.family);
    let fresh = || Id::<()>::fresh(app.clock.now()).uuid();
    let of_family = |columns: &str, id: Uuid, values: String| {
        let id = literal(database, id);
        format!(
            "(id, municipality, family, {columns}) SELECT {id}, municipality, id, {values} FROM family WHERE id = {family}"
        )
    };
    (things.note, things.pause, things.absence, things.point) = (fresh(), fresh(), fresh(), fresh());
    (things.calendar, things.call) = (fresh(), fresh());
    let calendar = literal(database, things.calendar);
    // The SHA-256 of the token that the addresses of the matrix carry, 32 bytes of zeros.
    let calendar_hash = "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925";
    let calendar_hash = match database.rows {
        crate::databases::Rows::Sqlite(_) => format!("X'{calendar_hash}'"),
        crate::databases::Rows::Postgres(_) => format!("'\\x{calendar_hash}'"),
    };
    let (meeting, held) = (literal(database, things.meeting), literal(database, things.held));
    let point =
        of_family("meeting, author, words, written_at", things.point, format!("{meeting}, {parent}, 'Penge', 0"));
    let call = of_family(
        "person, matter, pressing, came_at, read_by, move_at, meeting",
        things.call,
        format!("{parent}, 'by_phone', TRUE, 0, 0, 0, {meeting}"),
    );
    let note = of_family("person, words, written_at", things.note, format!("{parent}, '{NOTE}', 0"));
    let pause =
        of_family("made_by, from_day, until_day", things.pause, format!("{parent}, '2027-01-01', '2027-01-02'"));
    let absence = literal(database, things.absence);
    (things.ended, things.wish, things.sector_plan) = (fresh(), fresh(), fresh());
    let contact = literal(database, app.person("contact_person").uuid());
    let ended = of_family(
        "recipient, item, given_by, given_at, ends_at",
        things.ended,
        format!("{contact}, 'goals', {parent}, 0, 1"),
    );
    let wish = of_family("made_by, name, phone, made_at", things.wish, format!("{parent}, 'Kim', '+4512345678', 0"));
    let sector_plan = of_family(
        "title, owner, source, made_on, added_by, added_at",
        things.sector_plan,
        format!("'{SECTOR_PLAN}', 'Jobcentret', 'Mappen', '2026-10-01', {adviser}, 0"),
    );
    let child = literal(database, things.child);
    let words = of_family(
        "child, author, heard_by, heard_on, words, written_at",
        things.words,
        format!("{child}, {adviser}, 'Frk. Nielsen', '2026-11-20', '{SAID}', 0"),
    );
    let opening = of_family(
        "child_words, adult, assent, opened_by, opened_at",
        fresh(),
        format!("{}, {parent}, 'agreed', {adviser}, 0", literal(database, things.words)),
    );
    for sql in [
        "DELETE FROM opening".to_owned(),
        "DELETE FROM child_words".to_owned(),
        format!("INSERT INTO child_words {words}"),
        format!("INSERT INTO opening {opening}"),
        "DELETE FROM rights_change".to_owned(),
        format!("UPDATE guardianship SET custody = TRUE, may_see = TRUE, lives_with = TRUE WHERE child = {child}"),
        format!("UPDATE person SET address_protected = FALSE WHERE family = {family}"),
        "DELETE FROM contact_wish".to_owned(),
        "DELETE FROM sector_plan".to_owned(),
        "DELETE FROM consent WHERE ends_at = 1".to_owned(),
        format!("INSERT INTO consent {ended}"),
        format!("INSERT INTO contact_wish {wish}"),
        format!("INSERT INTO sector_plan {sector_plan}"),
        "DELETE FROM note".to_owned(),
        "DELETE FROM meeting_note".to_owned(),
        format!(
            "INSERT INTO meeting_note (meeting, municipality, family, author, words, written_at)
            SELECT {held}, municipality, id, {adviser}, 'Ord', 0 FROM family WHERE id = {family}"
        ),
        format!("INSERT INTO agenda_item {point}"),
        "DELETE FROM holder WHERE item IN (SELECT id FROM inbox_item WHERE matter = 'by_phone')".to_owned(),
        "DELETE FROM inbox_item WHERE matter = 'by_phone'".to_owned(),
        format!("INSERT INTO inbox_item {call}"),
        "DELETE FROM calendar_address".to_owned(),
        format!(
            "INSERT INTO calendar_address (id, municipality, family, person, token_hash, detail, created_at)
            SELECT {calendar}, municipality, family, id, {calendar_hash}, 'poor', 0 FROM person WHERE id = {parent}"
        ),
        format!("UPDATE meeting SET version = 0, cancelled_at = NULL, missed_at = NULL WHERE family = {family}"),
        format!("INSERT INTO note {note}"),
        format!("INSERT INTO pause {pause}"),
        format!(
            "INSERT INTO absence (id, municipality, person, from_day, until_day)
            SELECT {absence}, municipality, id, '2027-01-01', '2027-01-02' FROM person WHERE id = {adviser}"
        ),
        format!("DELETE FROM review WHERE check_in = {check_in}"),
        format!(
            "INSERT INTO review (id, municipality, family, check_in, reviewer, next_step, by_day, at)
                SELECT {}, municipality, family, id, person, 'call', '2026-11-25', 0 FROM check_in WHERE id = {check_in}",
            literal(database, things.review)
        ),
        format!("UPDATE check_in SET reviewed_at = NULL WHERE id = {check_in}"),
        format!("UPDATE inbox_item SET closed_at = NULL, closed_by = NULL WHERE id = {check_in}"),
        format!("UPDATE step SET done_at = NULL, done_by = NULL WHERE id = {}", literal(database, things.step)),
    ] {
        database.run(sql).await;
    }
}

/// Somebody of the staff, the back-up of the family, and somebody new; a unit; and a role that waits for a yes.
async fn employ(app: &TestApp, database: &Database, things: &mut Things) {
    let fresh = || Id::<()>::fresh(app.clock.now()).uuid();
    (things.colleague, things.newcomer, things.unit, things.role) = (fresh(), fresh(), fresh(), fresh());
    let [colleague, newcomer, unit, role, part] =
        [things.colleague, things.newcomer, things.unit, things.role, fresh()].map(|id| literal(database, id));
    let family = literal(database, things.family);
    let other = literal(database, app.person("second_administrator").uuid());
    let at = app.clock.now().seconds();
    for sql in [
        "UPDATE role_proposal SET answered_at = 0".to_owned(),
        format!("UPDATE team_member SET until = 0 WHERE family = {family} AND part = 'back_up' AND until IS NULL"),
        format!(
            "INSERT INTO person (id, municipality, role, name, language, created_at)
            SELECT {colleague}, municipality, 'adviser', 'Ib Ny', 'da', 0 FROM family WHERE id = {family}"
        ),
        format!(
            "INSERT INTO person (id, municipality, role, name, language, created_at)
            SELECT {newcomer}, municipality, 'adviser', 'Eva Ny', 'da', 0 FROM family WHERE id = {family}"
        ),
        format!(
            "INSERT INTO team_member (id, municipality, family, person, part, since)
            SELECT {part}, municipality, id, {colleague}, 'back_up', 0 FROM family WHERE id = {family}"
        ),
        format!(
            "INSERT INTO unit (id, municipality, name)
            SELECT {unit}, municipality, 'Enhed {}' FROM family WHERE id = {family}",
            things.unit
        ),
        format!(
            "INSERT INTO role_proposal (id, municipality, name, role, proposed_by, proposed_at)
            SELECT {role}, municipality, 'Bo Ny', 'adviser', {other}, {at} FROM family WHERE id = {family}"
        ),
    ] {
        database.run(sql).await;
    }
}

/// A file with an appointment nobody has.
fn appointment(uid: Id<()>) -> String {
    outlook(&uid.to_string(), 0, "DTSTART:20261201T070000Z\r\nDTEND:20261201T073000Z")
}

/// A proposal of the adviser's, a hope and a step of the parent's, and help the parent asked for.
async fn write_in_plan(app: &TestApp, things: &mut Things) {
    let fresh = || Id::<()>::fresh(app.clock.now()).uuid();
    let simple = |id: Uuid| id.simple().to_string();
    (things.proposal, things.change) = (fresh(), fresh());
    let (new_hope, new_step) = (fresh(), fresh());
    things.measure = fresh();
    let (family, goal) = (simple(things.family), simple(things.goal));
    let hope = |id, entry| format!("id={}&entry={}&words=Ro", simple(id), simple(entry));
    let (mut adviser, mut parent) = (app.sign_in("adviser").await, app.sign_in("parent").await);
    let mut written = vec![
        adviser.post(&format!("/families/{family}/hopes/new"), &hope(things.proposal, fresh())).await,
        parent.post(&format!("/families/{family}/hopes/new"), &hope(things.change, new_hope)).await,
        parent.post(&format!("/families/{family}/measures"), &format!("id={}&title=Ro", simple(things.measure))).await,
    ];
    let [id, entry, doer] = [fresh(), new_step, things.parent].map(simple);
    let step = format!("id={id}&entry={entry}&title=Ring&doer={doer}&due=");
    written.push(parent.post(&format!("/goals/{goal}/steps/new"), &step).await);
    assert!(written.iter().all(|got| got.status == StatusCode::SEE_OTHER));
    let hope = parent.get(&format!("/hopes/{}", new_hope.simple())).await.hidden("seen");
    let step = parent.get(&format!("/steps/{}/edit", new_step.simple())).await.hidden("seen");
    (things.new_hope, things.new_step) = ((new_hope, hope), (new_step, step));
}

fn judge(method: &Method, path: &str, door: Door, who: Who, got: &Got) -> Option<String> {
    let words: Vec<&str> = SECRETS.into_iter().filter(|secret| got.body.contains(secret)).collect();
    match expected(method, path, who) {
        Some(_) if who == Guest && door == Door::SignedIn => Some("the matrix lets a guest through".into()),
        Some(may) => {
            let through = got.status.is_success() || got.status == StatusCode::SEE_OTHER;
            (!through || words != may).then(|| format!("{} {words:?}, expected {may:?}", got.status))
        }
        None if who == Guest && door == Door::SignedIn => {
            let to_the_door = got.status == StatusCode::SEE_OTHER && got.location() == "/";
            let told = got.status == StatusCode::UNAUTHORIZED && *method == Method::POST;
            let turned = (to_the_door || told) && words.is_empty();
            (!turned).then(|| format!("{} {words:?}, expected to be sent to the door", got.status))
        }
        None => {
            let hidden = got.status == StatusCode::NOT_FOUND && words.is_empty();
            (!hidden).then(|| format!("{} {words:?}, expected 404", got.status))
        }
    }
}

#[tokio::test]
async fn the_other_parents_check_in_is_nobodys_but_hers_and_the_advisers() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let things = plant(&app, database).await;
        let other = things.other_check_in.simple().to_string();
        let mut parent = app.sign_in("parent").await;
        assert_eq!(parent.get(&format!("/check-ins/{other}")).await.status, StatusCode::NOT_FOUND);
        let form = format!("id={other}&version=1&happy=5&calm=5&active=5&rested=5&interest=5");
        assert_eq!(parent.post("/check-in/who5", &form).await.status, StatusCode::NOT_FOUND, "nor overwritten");
        let mut adviser = app.sign_in("adviser").await;
        assert!(adviser.get(&format!("/inbox/{other}")).await.body.contains(TOLD));
        let mut contact = app.sign_in("contact_person").await;
        assert_eq!(contact.get(&format!("/inbox/{other}")).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_look_of_staff_is_in_the_log_with_its_purpose() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let things = plant(&app, database).await;
        let adviser = literal(database, app.person("adviser").uuid());
        let mut browser = app.sign_in("adviser").await;
        for (path, purpose) in [
            (format!("/inbox/{}", things.check_in.simple()), "check_in"),
            (format!("/families/{}", things.family.simple()), "family_page"),
            ("/inbox".into(), "inbox"),
            ("/families".into(), "family_list"),
            ("/team-meeting".into(), "team_meeting"),
            (format!("/families/{}/children", things.family.simple()), "children"),
            (format!("/people/{}/rights", things.child.simple()), "children"),
        ] {
            browser.get(&path).await;
            let sql = format!(
                "SELECT person FROM access_log WHERE family = {} AND person = {adviser} AND purpose = '{purpose}'",
                literal(database, things.family)
            );
            one(database, sql).await;
        }
    })
    .await;
}
