//! Every sentence of the product, in every language.
//!
//! A language is one file with one value of [`Text`]; a missing sentence does not compile. Sentences for families
//! are short and free of blame: a child of twelve reads them.

mod da;
mod en;

use std::sync::OnceLock;

use crate::domain::{
    access::Relation,
    administration::Deed,
    calendar::Detail,
    calendar_file::{Every, Step},
    channel::Carrier,
    checkin::{Change, Level, Need},
    child_words::Assent,
    consent::Item,
    inbox::Reason,
    look::{Aim, Back, Looker},
    measure::Outcome,
    meeting::{Coming, Place, Repeat},
    numbers::Count,
    person::{Language, Role},
    plan::{Area, GoalState},
    plan_change::{ChangeKind, Entry},
    reminder::Kind,
    review::NextStep,
    rhythm::Rhythm,
    rights::Custody,
    sign_in::CameBy,
    team::Part,
    team_meeting::Period,
    why::Why,
};

/// The sentences of a language.
pub const fn text(language: Language) -> &'static Text {
    match language {
        Language::Danish => &da::TEXT,
        Language::English => &en::TEXT,
    }
}

/// The language a browser asks for first among those the product speaks (RFC 9110 §12.5.4); Danish when it asks for
/// none of them.
pub fn preferred(accept_language: &str) -> Language {
    let mut asked: Vec<(f32, Language)> = accept_language
        .split(',')
        .take(20)
        .filter_map(|part| {
            let mut pieces = part.split(';').map(str::trim);
            let tag = pieces.next()?.split('-').next()?.to_ascii_lowercase();
            let weight = pieces.find_map(|piece| piece.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
            let language = tag.parse().ok()?;
            (weight > 0.0).then_some((weight, language))
        })
        .collect();
    asked.sort_by(|a, b| b.0.total_cmp(&a.0));
    asked.first().map_or(Language::Danish, |(_, language)| *language)
}

/// A sentence with one name or number in it.
pub type With = fn(&str) -> String;
/// A sentence with two.
pub type With2 = fn(&str, &str) -> String;

/// All sentences of one language.
#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Text {
    pub language: Language,
    pub lang: &'static str,
    pub dir: &'static str,
    pub app: &'static str,
    pub shell: Shell,
    pub dates: Dates,
    pub people: People,
    pub home: Home,
    pub plan: Plan,
    pub fridge: Fridge,
    pub sector_plans: SectorPlans,
    pub rights: RightsText,
    pub children: Children,
    pub child_words: ChildWordsText,
    pub plan_edit: PlanEdit,
    pub plan_changes: PlanChanges,
    pub measures: Measures,
    pub meetings: Meetings,
    pub meeting: MeetingText,
    pub booking: Booking,
    pub reminders: RemindersText,
    pub calendar_file: CalendarFileText,
    pub calendar: CalendarText,
    pub team: Team,
    pub contact: Contact,
    pub face: Face,
    pub me: Me,
    pub phone_code: PhoneCodeText,
    pub prove: Prove,
    pub offline: Offline,
    pub install: Install,
    pub passkeys: Passkeys,
    pub check_in: CheckInText,
    pub sent: Sent,
    pub told: Told,
    pub notes: Notes,
    pub asking: Asking,
    pub record: Record,
    pub away: Away,
    pub settings: SettingsText,
    pub staff: Staff,
    pub administration: AdministrationText,
    pub instruments: Instruments,
    pub door: Door,
    pub providers: Providers,
    pub inbox: Inbox,
    pub calls: Calls,
    pub families: Families,
    pub team_meeting: TeamMeeting,
    pub invite: Invite,
    pub shared: Shared,
    pub sharing: Sharing,
    pub looked: Looked,
    pub numbers: Numbers,
    pub chart: Chart,
    pub export: Export,
    pub privacy: About,
    pub accessibility: About,
    pub problems: Problems,
    pub why: fn(Why) -> String,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Shell {
    pub skip: &'static str,
    pub pages: &'static str,
    pub home: &'static str,
    pub plan: &'static str,
    pub meetings: &'static str,
    pub team: &'static str,
    pub me: &'static str,
    pub inbox: &'static str,
    pub families: &'static str,
    pub numbers: &'static str,
    pub close: &'static str,
    pub quick_exit: &'static str,
    /// What is left, for those who hear it.
    pub quick_exit_what: &'static str,
    pub to_home: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Dates {
    pub today: &'static str,
    pub tomorrow: &'static str,
    pub yesterday: &'static str,
    /// Monday first.
    pub weekdays: [&'static str; 7],
    /// January first.
    pub months: [&'static str; 12],
    /// The hour and the minute.
    pub clock: fn(u32, u32) -> String,
    /// A day in words and a clock time.
    pub at: With2,
    /// The weekday, the day of the month and the month.
    pub date: fn(&str, u32, &str) -> String,
    /// A day of the month, the month and the year.
    pub date_in_year: fn(u32, &str, i32) -> String,
    /// Two clock times.
    pub from_to: With2,
    pub and: &'static str,
    pub or: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct People {
    pub role: fn(Role) -> &'static str,
    /// A part in the family's team, as a list names it.
    pub part: fn(Part) -> &'static str,
    /// What somebody with that part does, in plain words.
    pub part_words: fn(Part) -> &'static str,
    pub no_authority: &'static str,
    pub call: &'static str,
    pub call_whom: With,
    pub write: &'static str,
    pub write_whom: With,
    pub years_old: fn(u32) -> String,
    /// A place, said to the family.
    pub place: fn(Place) -> &'static str,
    /// A place, said to somebody else.
    pub place_of_family: fn(Place) -> &'static str,
    pub area: fn(Area) -> &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Home {
    pub title: &'static str,
    pub next_meeting: With,
    pub hello: With,
    pub no_meeting: &'static str,
    pub no_meeting_words: &'static str,
    pub with: With,
    pub see_meetings: &'static str,
    pub how_are_you: &'static str,
    /// With how many questions.
    pub check_in_words: fn(usize) -> String,
    pub answer_now: &'static str,
    pub not_today: &'static str,
    pub see_reply: &'static str,
    pub answer_again: &'static str,
    pub answered: With,
    pub reply: &'static str,
    pub read_by: With2,
    /// What happens, who does it, and by which day.
    pub next_step: fn(NextStep, &str, Option<&str>) -> String,
    pub goals: &'static str,
    pub no_goals: &'static str,
    pub no_steps: &'static str,
    pub contact: &'static str,
    pub no_contact: &'static str,
    pub you_can_call: &'static str,
    pub tick: &'static str,
    pub done: &'static str,
    pub done_on: With,
    pub undo: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Plan {
    pub title: &'static str,
    pub yours: &'static str,
    pub hopes: &'static str,
    pub no_hopes: &'static str,
    pub waiting: &'static str,
    pub reached: &'static str,
    pub laid_aside: &'static str,
    pub doer: With,
    pub due: With,
    pub of_family: With,
    pub edit: &'static str,
    pub edit_what: With,
    pub new_hope: &'static str,
    pub new_goal: &'static str,
    pub new_step: &'static str,
    pub going_well: &'static str,
    pub worries: &'static str,
    /// How far the family has come, of 10.
    pub scale: fn(i64) -> String,
    pub history: &'static str,
    pub measures: &'static str,
    pub open_plan: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct PlanEdit {
    pub hope: &'static str,
    pub hope_words: &'static str,
    pub own_words: &'static str,
    pub goal: &'static str,
    pub goal_title: &'static str,
    pub area: &'static str,
    pub when: &'static str,
    pub state: fn(GoalState) -> &'static str,
    pub scale: &'static str,
    pub scale_words: &'static str,
    pub not_chosen: &'static str,
    pub step: &'static str,
    pub step_title: &'static str,
    pub doer: &'static str,
    /// A doer whose name the viewer does not see.
    pub somebody: &'static str,
    pub due: &'static str,
    pub may_be_empty: &'static str,
    pub save: &'static str,
    pub propose: &'static str,
    pub family_decides: &'static str,
    pub remove: &'static str,
    pub propose_removal: &'static str,
    pub up: &'static str,
    pub down: &'static str,
    pub changed: &'static str,
    pub stands_now: &'static str,
    pub yours: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct PlanChanges {
    pub title: &'static str,
    pub lead: &'static str,
    pub none: &'static str,
    pub proposals: &'static str,
    /// Who did what: `None` before is something new, `None` after something that went.
    pub did: fn(&str, Entry, ChangeKind) -> String,
    pub proposes: fn(&str, Entry, ChangeKind) -> String,
    pub before: &'static str,
    pub after: &'static str,
    pub words: &'static str,
    pub order: &'static str,
    pub yes: &'static str,
    pub no: &'static str,
    pub take_back: &'static str,
    pub waits: &'static str,
    pub agreed: With2,
    pub declined: With2,
    pub taken_back: &'static str,
    pub undo: &'static str,
    pub meanwhile: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Measures {
    pub title: &'static str,
    pub lead: &'static str,
    pub none: &'static str,
    pub asked: With2,
    pub waits: &'static str,
    pub outcome: fn(Outcome) -> &'static str,
    pub decided: With2,
    pub what: &'static str,
    pub what_words: &'static str,
    pub ask: &'static str,
    pub answer: &'static str,
    pub reason: &'static str,
    pub reason_words: &'static str,
    pub decide: &'static str,
    pub no_authority: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Fridge {
    pub title: &'static str,
    pub next_meeting: &'static str,
    pub call: &'static str,
    pub code: &'static str,
    pub print: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct SectorPlans {
    pub title: &'static str,
    pub lead: &'static str,
    pub staff_lead: &'static str,
    pub none: &'static str,
    pub owned_by: With,
    /// Before where it is found.
    pub found: &'static str,
    pub made_on: With,
    pub next_review: With,
    pub stale: &'static str,
    pub add: &'static str,
    pub plan: &'static str,
    pub owner: &'static str,
    pub source: &'static str,
    pub about: &'static str,
    pub everybody: &'static str,
    pub made: &'static str,
    pub review: &'static str,
    pub save: &'static str,
    pub change: &'static str,
    pub change_title: &'static str,
    pub remove: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct RightsText {
    pub title: &'static str,
    pub lead: &'static str,
    pub no_authority: &'static str,
    /// Of one adult and one child, in a row of short sentences.
    pub custody: fn(Custody) -> &'static str,
    pub sees: &'static str,
    pub sees_not: &'static str,
    pub lives_here: &'static str,
    pub home_unknown: &'static str,
    pub address: &'static str,
    pub protected: &'static str,
    pub not_protected: &'static str,
    pub addresses: &'static str,
    pub addresses_words: &'static str,
    pub change: &'static str,
    pub history: &'static str,
    pub unchanged: &'static str,
    /// Who changed what is written down about whom; nobody where an import did.
    pub changed_by: fn(Option<&str>, &str) -> String,
    pub who_decides: &'static str,
    pub who_decides_hint: &'static str,
    pub who_sees: &'static str,
    pub who_sees_hint: &'static str,
    pub who_lives: &'static str,
    pub who_lives_hint: &'static str,
    pub protect: &'static str,
    pub save: &'static str,
}

/// A parent's children.
#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Children {
    pub title: &'static str,
    pub none: &'static str,
    /// Above what a child said.
    pub said: With,
    /// To whom, and on what day.
    pub heard: With2,
    pub who_decides: &'static str,
    pub custody: fn(Custody) -> &'static str,
    pub you_see: With,
    pub lives_with_you: With,
    pub wrong_title: &'static str,
    pub wrong: &'static str,
    pub wrong_tell: With,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct ChildWordsText {
    pub title: &'static str,
    pub lead: &'static str,
    pub said: &'static str,
    pub none: &'static str,
    pub write: &'static str,
    pub words: &'static str,
    pub words_hint: &'static str,
    pub heard_by: &'static str,
    pub heard_on: &'static str,
    pub save: &'static str,
    /// To whom it was said, and on what day.
    pub heard: With2,
    /// Who wrote it down, and when.
    pub written: With2,
    pub hidden: &'static str,
    pub reads: With,
    /// Of an adult to whom it is open.
    pub no_rights: With,
    /// Who opened it, and when.
    pub opened: With2,
    /// What the child says to somebody else reading it.
    pub assented: fn(Assent, &str) -> String,
    pub open_to: With,
    pub close_to: With,
    /// The adult, who closed it, when it was opened and when closed.
    pub closed: fn(&str, &str, &str, &str) -> String,
    /// The adult and the child.
    pub will_read: With2,
    pub what_says: With,
    pub read_is_read: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Meetings {
    pub title: &'static str,
    pub next: &'static str,
    pub none: &'static str,
    pub past: &'static str,
    pub open: &'static str,
    pub bring: With,
    pub digital_post: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct MeetingText {
    pub to_family: &'static str,
    pub cancelled: &'static str,
    pub missed: &'static str,
    pub join: &'static str,
    pub change: &'static str,
    pub say_missed: &'static str,
    pub not_missed: &'static str,
    pub cancel: &'static str,
    pub cancel_words: &'static str,
    pub following: &'static str,
    pub cancel_now: &'static str,
    pub your_answer: &'static str,
    pub answers: &'static str,
    pub nobody_said: &'static str,
    pub said: fn(&str, Coming) -> String,
    pub you_said: fn(Coming) -> &'static str,
    pub do_you_come: &'static str,
    pub coming: fn(Coming) -> &'static str,
    pub other_times: &'static str,
    /// The day and the time of day of each.
    pub proposals: [(&'static str, &'static str); 3],
    pub wishes: &'static str,
    pub wishes_words: &'static str,
    pub interpreter: &'static str,
    pub interpreter_hint: &'static str,
    pub lift: &'static str,
    pub leave_out: &'static str,
    pub nobody: &'static str,
    pub wish_words: &'static str,
    pub send: &'static str,
    pub needs_interpreter: With,
    pub needs_lift: &'static str,
    pub leave_out_whom: With,
    /// To staff, who alone see whom somebody wants left out.
    pub private: &'static str,
    pub agenda: &'static str,
    pub my_point: &'static str,
    pub add_point: &'static str,
    pub add: &'static str,
    pub delete: &'static str,
    pub note: &'static str,
    pub same_words: &'static str,
    pub write_note: &'static str,
    pub correct_note: &'static str,
    pub note_hint: &'static str,
    pub save_note: &'static str,
    pub note_changed: &'static str,
    pub comments: &'static str,
    pub comment: &'static str,
    pub comment_hint: &'static str,
    pub send_comment: &'static str,
    pub decisions: &'static str,
    pub decisions_words: &'static str,
    pub step: &'static str,
    pub which_goal: &'static str,
    pub doer: &'static str,
    pub due: &'static str,
    pub save_step: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Booking {
    pub title: &'static str,
    pub change: &'static str,
    pub about: &'static str,
    pub day: &'static str,
    pub time: &'static str,
    pub minutes: &'static str,
    pub repeats: &'static str,
    pub repeat: fn(Repeat) -> &'static str,
    pub times: &'static str,
    pub times_hint: &'static str,
    pub place: &'static str,
    pub place_words: &'static str,
    pub place_hint: &'static str,
    pub who: &'static str,
    pub who_hint: &'static str,
    pub bring: &'static str,
    pub agenda: &'static str,
    pub agenda_hint: &'static str,
    pub book: &'static str,
    pub save: &'static str,
    pub overlap: &'static str,
    /// Who has a meeting already, and when.
    pub busy: With2,
    pub anyway: &'static str,
    pub changed: &'static str,
    pub yours: &'static str,
    /// Who proposes another time, and which.
    pub proposed: With2,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct RemindersText {
    pub title: &'static str,
    pub lead: &'static str,
    pub not_set_up: &'static str,
    pub off: &'static str,
    pub on: &'static str,
    pub sent: &'static str,
    pub seen: With,
    pub gone: &'static str,
    pub turn_on: &'static str,
    pub turn_off: &'static str,
    pub try_it: &'static str,
    pub unsupported: &'static str,
    pub install: &'static str,
    pub denied: &'static str,
    pub failed: &'static str,
    pub when: &'static str,
    pub quiet_from: &'static str,
    pub quiet_until: &'static str,
    pub how_much: &'static str,
    pub detail: fn(Detail) -> &'static str,
    pub save: &'static str,
    pub channel: &'static str,
    pub channel_words: &'static str,
    pub channel_shared: &'static str,
    pub no_channel: &'static str,
    pub by: fn(Carrier) -> &'static str,
    pub address: fn(Carrier) -> &'static str,
    pub address_hint: fn(Carrier) -> &'static str,
    pub written_to: With,
    pub try_limit: &'static str,
    pub address_refused: With,
    /// What a letter says: that there is something to read, and where.
    pub letter: With,
    /// Why a letter comes.
    pub letter_why: &'static str,
    /// What a reminder says to whoever chose that it may.
    pub notice: fn(Kind) -> &'static str,
    /// What it says otherwise.
    pub poor_notice: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct CalendarFileText {
    pub title: &'static str,
    pub link: &'static str,
    pub how: &'static str,
    pub private: &'static str,
    pub choose: &'static str,
    pub hint: &'static str,
    pub look: &'static str,
    pub found: &'static str,
    pub found_lead: &'static str,
    pub nameless: &'static str,
    /// How many meetings of an event there are, and what becomes of them.
    pub step: fn(Step, usize) -> String,
    /// What becomes of one meeting.
    pub becomes: fn(Step) -> &'static str,
    /// When it was before.
    pub before: With,
    pub every: fn(Every) -> String,
    pub more: &'static str,
    /// What the clock shows where, by the file.
    pub elsewhere: With2,
    pub place_in_file: With,
    pub all_times: &'static str,
    pub only_time: &'static str,
    pub about: &'static str,
    pub place: &'static str,
    pub no_place: &'static str,
    pub who: &'static str,
    pub take: &'static str,
    pub another: &'static str,
    pub changed: &'static str,
    pub same: &'static str,
    pub same_words: &'static str,
    pub refused: &'static str,
    pub over: fn(usize) -> String,
    pub left_out: fn(usize) -> String,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct CalendarText {
    pub title: &'static str,
    pub lead: &'static str,
    /// What a meeting is called where nothing of it is told.
    pub appointment: &'static str,
    pub add: &'static str,
    pub there: &'static str,
    pub made: With,
    pub tells: fn(Detail) -> &'static str,
    pub revoke: &'static str,
    pub first: &'static str,
    pub another: &'static str,
    pub how_much: &'static str,
    pub detail: fn(Detail) -> &'static str,
    pub make: &'static str,
    pub make_another: &'static str,
    pub yours: &'static str,
    pub once: &'static str,
    pub open: &'static str,
    pub or_copy: &'static str,
    pub keep_private: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Team {
    pub title: &'static str,
    pub lead: &'static str,
    pub municipality: &'static str,
    pub nobody: &'static str,
    pub change: &'static str,
    pub decides: &'static str,
    /// From when to when somebody answers the telephone on working days.
    pub hours: With2,
    pub mobile: &'static str,
    /// Who is away, until which day.
    pub away: With2,
    pub covers: With,
    pub own_help: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Face {
    pub title: &'static str,
    pub alt: &'static str,
    pub choose: &'static str,
    pub hint: &'static str,
    pub save: &'static str,
    pub remove: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Contact {
    pub title: &'static str,
    pub lead: &'static str,
    pub now: &'static str,
    pub none: &'static str,
    pub choose: &'static str,
    pub pick: &'static str,
    pub new: &'static str,
    pub new_words: &'static str,
    pub name: &'static str,
    pub phone: &'static str,
    pub send: &'static str,
    /// Who would like whom.
    pub wished: With2,
    pub wished_words: &'static str,
    pub take_back: &'static str,
    pub nobody: &'static str,
    pub nobody_words: With,
    pub nobody_button: &'static str,
    /// Said to a contact person.
    pub offer: &'static str,
    pub offer_words: &'static str,
    pub association: &'static str,
    pub save_offer: &'static str,
    /// Said to staff: who would like whom.
    pub wish_of_family: With2,
    pub grant: &'static str,
    pub grant_words: &'static str,
}

/// What is said of a device without a net, and by it: it fills in what stands in braces.
#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Offline {
    pub title: &'static str,
    pub keeps: &'static str,
    pub keep_no_more: &'static str,
    pub keeps_not: &'static str,
    /// Why a device with a code keeps nothing.
    pub keeps_not_with_code: &'static str,
    pub keep: &'static str,
    pub today: &'static str,
    pub other_day: &'static str,
    pub kept: &'static str,
    pub something_waits: &'static str,
    pub saved_note: &'static str,
    pub waiting_title: &'static str,
    pub waiting_words: &'static str,
    pub arrived_title: &'static str,
    pub arrived_words: &'static str,
    pub waits: &'static str,
    pub saved: &'static str,
    pub see: &'static str,
    pub refused: &'static str,
    pub look: &'static str,
    pub check_in: &'static str,
    pub step: &'static str,
    pub meeting: &'static str,
    pub missing_title: &'static str,
    pub missing_words: &'static str,
    pub leaving_title: &'static str,
    pub leaving_words: &'static str,
    pub stay: &'static str,
    pub leave_anyway: &'static str,
    pub left_title: &'static str,
    pub left_words: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Install {
    pub title: &'static str,
    pub hint: &'static str,
    pub show: &'static str,
    pub no: &'static str,
    pub why: &'static str,
    pub android: &'static str,
    pub android_steps: &'static [&'static str],
    pub iphone: &'static str,
    pub iphone_steps: &'static [&'static str],
    pub others_title: &'static str,
    pub others: &'static str,
    pub read: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Passkeys {
    pub offer: &'static str,
    pub offer_words: &'static str,
    pub offer_show: &'static str,
    pub offer_no: &'static str,
    pub title: &'static str,
    pub words: &'static str,
    /// What somebody must know who lends a device, or is afraid of somebody who can open it.
    pub shared: &'static str,
    pub shared_and_afraid: &'static str,
    pub add: &'static str,
    pub instead: &'static str,
    pub made: With,
    pub used: With,
    pub not_used: &'static str,
    pub edit: &'static str,
    pub edit_which: With,
    pub name: &'static str,
    pub save_name: &'static str,
    pub remove: &'static str,
    pub remove_words: &'static str,
    pub remove_yes: &'static str,
    pub prove: &'static str,
    pub prove_words: &'static str,
    pub come_in_again: &'static str,
    pub enough: fn(usize) -> String,
    pub enter: &'static str,
    pub enter_words: &'static str,
    pub enter_failed: &'static str,
    pub failed: &'static str,
    pub twice: &'static str,
    pub counted_back: &'static str,
    pub removed: &'static str,
    pub too_slow: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Me {
    pub title: &'static str,
    pub language: &'static str,
    pub choose_language: &'static str,
    pub save_language: &'static str,
    pub devices: &'static str,
    pub this_device: &'static str,
    pub used_now: With,
    pub last_used: With,
    pub came_by: fn(CameBy) -> &'static str,
    pub quick_exit: &'static str,
    pub quick_exit_words: &'static str,
    pub quick_exit_show: &'static str,
    pub quick_exit_shown: &'static str,
    pub quick_exit_hide: &'static str,
    /// What the button does where it locks.
    pub quick_exit_locks: &'static str,
    pub exit_lock: &'static str,
    pub exit_lock_words: &'static str,
    pub exit_lock_on: &'static str,
    pub exit_end_words: &'static str,
    pub exit_end_on: &'static str,
    pub sign_out: &'static str,
    pub sign_out_on: With,
    pub unknown_device: &'static str,
    pub sign_out_words: &'static str,
    pub sign_out_here: &'static str,
    pub sign_out_everywhere: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct PhoneCodeText {
    pub title: &'static str,
    pub words: &'static str,
    pub on: &'static str,
    pub choose: &'static str,
    pub change: &'static str,
    pub remove: &'static str,
    pub form: &'static str,
    pub form_words: &'static str,
    pub code: &'static str,
    pub hint: &'static str,
    pub again: &'static str,
    pub save: &'static str,
    /// The page of a device that waits for its code. It tells nothing of whom it belongs to.
    pub locked: &'static str,
    pub locked_words: &'static str,
    pub own: &'static str,
    pub open: &'static str,
    pub finger: &'static str,
    pub forgotten: &'static str,
    pub forgotten_words: &'static str,
    pub wrong: fn(i64) -> String,
    pub over: &'static str,
    pub over_words: &'static str,
    pub over_next: &'static str,
    pub back: &'static str,
    pub back_words: &'static str,
    pub go_on: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Prove {
    pub title: &'static str,
    pub words: &'static str,
    pub code: &'static str,
    pub finger: &'static str,
    pub provider: With,
    pub no_way: &'static str,
    pub no_way_words: &'static str,
    pub cannot: &'static str,
    pub cannot_words: &'static str,
    pub not_now: &'static str,
    pub done: &'static str,
    pub done_words: &'static str,
    pub go_on: &'static str,
    pub file_words: &'static str,
    pub file: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct CheckInText {
    pub progress: fn(usize, usize) -> String,
    pub next: &'static str,
    pub back: &'static str,
    pub missing_answer: &'static str,
    pub summary: &'static str,
    pub summary_words: &'static str,
    pub question: fn(usize) -> String,
    pub more: &'static str,
    pub more_words: &'static str,
    pub own_words: &'static str,
    pub call_me: &'static str,
    /// Who reads it, and by when.
    pub who_reads: With2,
    /// By when it is read when the score is low or a call is asked for.
    pub sooner: With,
    /// By when it is read when a call is asked for.
    pub call_sooner: With,
    pub choose_child: &'static str,
    pub choose_goal: &'static str,
    pub nothing_to_choose: &'static str,
    /// Who reads where all who read for the family are away.
    pub somebody: &'static str,
    pub nobody_reads: &'static str,
    pub not_at_night: &'static str,
    pub help_before: &'static str,
    pub send: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Sent {
    pub title: &'static str,
    pub thanks: With,
    /// "gemt kl. 10.14"; a whole date and time when it is longer ago.
    pub saved: With,
    pub help: &'static str,
    pub hotlines: [(&'static str, &'static str, &'static str); 4],
    pub who_reads: &'static str,
    pub will_read: With2,
    pub read_late: With,
    pub will_call: With,
    pub call_late: &'static str,
    pub shows: &'static str,
    pub score: fn(i64, Level) -> String,
    pub not_a_diagnosis: &'static str,
    pub no_score: &'static str,
    pub change: fn(Change) -> &'static str,
    pub all: &'static str,
    pub not_enough: &'static str,
    pub call_anyway: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Told {
    pub title: &'static str,
    pub lead: &'static str,
    pub nothing: &'static str,
    pub more: &'static str,
    pub change: fn(Change) -> &'static str,
    pub number: fn(i64, i64) -> String,
    pub save_copy: &'static str,
    pub save_copy_words: &'static str,
    pub as_table: &'static str,
    pub as_fhir: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Notes {
    pub title: &'static str,
    pub lead: &'static str,
    /// With whom, and until which day.
    pub shared_with: With2,
    pub write: &'static str,
    pub save: &'static str,
    pub none: &'static str,
    pub written: With,
    pub delete: &'static str,
    pub delete_which: With,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Asking {
    pub title: &'static str,
    pub lead: &'static str,
    pub how_often: &'static str,
    pub rhythm: fn(Rhythm) -> &'static str,
    pub save: &'static str,
    pub pause: &'static str,
    pub pause_words: &'static str,
    /// The same, said to staff.
    pub pause_family: &'static str,
    pub from: &'static str,
    pub until: &'static str,
    pub begin_pause: &'static str,
    pub paused: With2,
    pub end_pause: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Record {
    pub title: &'static str,
    pub lead: &'static str,
    pub hidden: &'static str,
    pub open_form: &'static str,
    pub save: &'static str,
    pub noted: With2,
    pub note: &'static str,
    /// For those who hear it: the instrument, and about whom.
    pub what: With2,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Away {
    pub title: &'static str,
    pub lead: &'static str,
    pub from: &'static str,
    pub until: &'static str,
    pub save: &'static str,
    pub days: With2,
    pub remove: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct SettingsText {
    pub title: &'static str,
    pub lead: &'static str,
    pub opens: &'static str,
    pub closes: &'static str,
    pub team_meeting: &'static str,
    pub team_meeting_days: &'static str,
    pub sdq_address: &'static str,
    pub sdq_words: &'static str,
    pub association_contacts: &'static str,
    pub association_contacts_words: &'static str,
    pub staff_names: &'static str,
    pub staff_names_words: &'static str,
    pub help_lines: &'static str,
    pub help_lines_words: &'static str,
    pub links: &'static str,
    pub links_words: &'static str,
    pub save: &'static str,
    pub saved: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Staff {
    pub title: &'static str,
    pub lead: &'static str,
    pub add: &'static str,
    pub no_unit: &'static str,
    pub families: fn(i64) -> String,
    pub away_until: With,
    pub waiting: &'static str,
    pub becomes: fn(Option<&str>, &str) -> String,
    pub proposed: fn(&str, &str, &str) -> String,
    pub agree: &'static str,
    pub refuse: &'static str,
    pub take_back: &'static str,
    pub for_whom: With,
    pub other_agrees: &'static str,
    pub new_title: &'static str,
    pub new_lead: &'static str,
    pub name: &'static str,
    pub phone: &'static str,
    pub role: &'static str,
    pub role_words: fn(Role) -> &'static str,
    pub which_role: &'static str,
    pub role_hint: &'static str,
    pub works_in: &'static str,
    pub unit: &'static str,
    pub propose: &'static str,
    pub since: With,
    pub save_role: &'static str,
    pub save_unit: &'static str,
    pub away: &'static str,
    pub away_words: With,
    pub invite: &'static str,
    pub invite_words: &'static str,
    pub make_link: &'static str,
    pub hand_over: &'static str,
    pub hand_over_words: With,
    pub hand_over_link: &'static str,
    pub leaves: With,
    pub leaves_lead: With,
    pub no_families: &'static str,
    pub for_all: &'static str,
    pub for_all_hint: &'static str,
    pub nobody_chosen: &'static str,
    pub as_above: &'static str,
    pub nobody_yet: &'static str,
    pub each: &'static str,
    pub family: With,
    pub family_without_number: fn(usize) -> String,
    pub choose_contact: &'static str,
    pub stays: With,
    pub stays_hint: &'static str,
    pub hand_on: &'static str,
    pub units: &'static str,
    pub units_lead: &'static str,
    pub unit_name: &'static str,
    pub open_unit: &'static str,
    pub rename: &'static str,
    pub rename_which: With,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct AdministrationText {
    pub title: &'static str,
    pub lead: &'static str,
    pub none: &'static str,
    /// What was done, about whom or what.
    pub deed: fn(Deed, &str) -> String,
    pub by: fn(&str, Option<&str>) -> String,
    pub family: &'static str,
    pub yes: &'static str,
    pub no: &'static str,
}

/// The words of every instrument.
pub struct Instruments(pub(super) &'static [InstrumentText]);

/// The words of one instrument.
#[expect(missing_docs, reason = "the sentences speak for themselves")]
#[derive(Debug)]
pub struct InstrumentText {
    pub key: &'static str,
    pub title: &'static str,
    pub lead: &'static str,
    /// By the key of the question.
    pub items: &'static [(&'static str, &'static str)],
    /// By the value of the answer.
    pub answers: &'static [(i64, &'static str)],
    /// Answers of single questions, by the key of the question and the value of the answer.
    pub choices: &'static [(&'static str, &'static [(i64, &'static str)])],
    /// What the lowest and the highest number of a line mean.
    pub ends: Option<(&'static str, &'static str)>,
    /// What the free line asks for, where it is not just "in your own words".
    pub own_words: Option<&'static str>,
    pub source: &'static str,
}

/// The words of one more instrument, see [`checkin::add`](crate::domain::checkin::add).
static ONE_MORE: OnceLock<&'static InstrumentText> = OnceLock::new();

/// Adds the words of one more instrument, the same in every language.
pub fn add(words: &'static InstrumentText) {
    let _ = ONE_MORE.set(words);
}

impl Instruments {
    /// The words of the instrument with that key.
    pub fn of(&self, key: &str) -> Option<&'static InstrumentText> {
        self.0.iter().chain(ONE_MORE.get().copied()).find(|words| words.key == key)
    }
}

impl InstrumentText {
    /// The question with that key.
    pub fn item(&self, key: &str) -> &'static str {
        self.items.iter().find(|(item, _)| *item == key).map_or("", |(_, words)| words)
    }

    /// The words of an answer to the question with that key.
    pub fn answer(&self, item: &str, value: i64) -> &'static str {
        let own = self.choices.iter().find(|(question, _)| *question == item).map(|(_, answers)| *answers);
        own.unwrap_or(self.answers).iter().find(|(answer, _)| *answer == value).map_or("", |(_, words)| words)
    }
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct About {
    pub title: &'static str,
    pub lead: &'static str,
    /// What is told, by its heading.
    pub sections: &'static [(&'static str, &'static [&'static str])],
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Door {
    pub welcome: &'static str,
    pub welcome_words: &'static str,
    pub how: &'static str,
    pub how_words: &'static str,
    pub lost: &'static str,
    pub other_language: &'static str,
    pub hello: With,
    pub made_for_you: With,
    pub made: &'static str,
    pub open: &'static str,
    pub not_you: &'static str,
    pub not_you_words: &'static str,
    pub lending: &'static str,
    pub ends_old_ways: &'static str,
    pub closed: &'static str,
    pub closed_words: &'static str,
    pub unknown: &'static str,
    pub unknown_words: &'static str,
    pub new_link: &'static str,
    pub call_whom: With,
    pub call_sender: &'static str,
    pub call_number: With,
    pub signed_out: &'static str,
    pub signed_out_words: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Providers {
    pub again: &'static str,
    pub again_words: &'static str,
    pub staff: &'static str,
    pub sign_in_with: With,
    pub confirm_with: With,
    pub invited: &'static str,
    pub invited_words: With,
    pub own: With,
    pub own_words: With,
    pub known: With,
    pub remove: With,
    pub leaving: With,
    pub leaving_words: &'static str,
    pub on: With,
    pub unknown: &'static str,
    pub unknown_words: With,
    pub unknown_staff_words: With,
    pub what_now: &'static str,
    pub unknown_next: &'static str,
    pub unknown_staff_next: &'static str,
    pub left: &'static str,
    pub left_words: &'static str,
    pub left_next: &'static str,
    pub level: &'static str,
    pub level_words: With,
    pub level_next: &'static str,
    pub taken: &'static str,
    pub taken_words: With,
    pub taken_next: &'static str,
    pub over: &'static str,
    pub over_words: &'static str,
    pub over_next: &'static str,
    pub failed: &'static str,
    pub failed_words: With,
    pub down: &'static str,
    pub down_words: With,
    pub other_ways: &'static str,
    pub other_ways_staff: &'static str,
    pub to_door: &'static str,
    pub signed_out: &'static str,
    pub signed_out_words: With,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Inbox {
    pub title: &'static str,
    pub waiting: fn(usize) -> String,
    pub empty: &'static str,
    pub need: fn(Need, i64, Option<i64>) -> String,
    pub who: With2,
    pub answer_from: With,
    pub answered_offline: With,
    pub silent_since: With,
    pub call_anyway_since: With,
    pub wants_call: &'static str,
    pub read_by: With,
    pub late: With,
    pub told_so: &'static str,
    pub score: fn(i64, i64) -> String,
    pub band: fn(Level) -> &'static str,
    pub before: fn(i64) -> String,
    /// A score on a line between two numbers, with lines drawn across it.
    pub scale: fn(i64, i64, i64, &[i64]) -> String,
    pub scale_words: fn(&[i64]) -> String,
    pub answers: &'static str,
    pub of_ten: fn(i64) -> String,
    pub holders: &'static str,
    /// Who has it, since when.
    pub held: With2,
    pub held_until: With,
    pub reason: fn(Reason) -> &'static str,
    pub closed: &'static str,
    pub understood: &'static str,
    pub what_next: &'static str,
    pub next_step: fn(NextStep) -> &'static str,
    pub by: &'static str,
    pub by_hint: &'static str,
    pub words_hint: With,
    pub words_optional: With,
    pub save: With,
    pub preview: With2,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Calls {
    pub title: &'static str,
    pub why: &'static str,
    /// When the meeting is.
    pub about: With,
    pub by: With,
    pub late: With,
    pub meeting: &'static str,
    pub cancelled: &'static str,
    pub number: &'static str,
    pub no_number: &'static str,
    pub done: &'static str,
    pub closed: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct TeamMeeting {
    pub title: &'static str,
    pub next: With,
    /// How many families, and what has been looked at since when.
    pub lead: fn(usize, Period, &str) -> String,
    pub since_last: &'static str,
    pub four_weeks: &'static str,
    pub begin: &'static str,
    pub print: &'static str,
    pub word: With,
    pub changed: &'static str,
    pub nothing: &'static str,
    /// An instrument about somebody or something, told by somebody.
    pub about: fn(&str, &str, &str) -> String,
    pub from_to: fn(i64, i64) -> String,
    pub first: &'static str,
    pub no_news: &'static str,
    pub level: fn(Level) -> Option<&'static str>,
    pub steps: fn(usize) -> String,
    pub goals: fn(usize) -> String,
    pub unread: fn(usize) -> String,
    pub wants_call: With,
    pub silent: With,
    pub steps_done: &'static str,
    pub new_goals: &'static str,
    pub promises: &'static str,
    /// What somebody promised a parent.
    pub promise: fn(NextStep, &str, &str) -> String,
    pub by: With,
    pub late: With,
    pub keep: &'static str,
    pub kept_today: &'static str,
    pub agreed: With,
    pub agreed_today: &'static str,
    pub so_far: &'static str,
    pub by_whom: With2,
    pub place: fn(usize, usize) -> String,
    pub way: &'static str,
    pub next_family: &'static str,
    pub previous_family: &'static str,
    pub back_to_list: &'static str,
    pub agree: &'static str,
    pub agree_hint: &'static str,
    pub save: &'static str,
    pub save_last: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Families {
    pub title: &'static str,
    pub count: fn(usize) -> String,
    pub team_meeting: With,
    pub none: &'static str,
    pub search: &'static str,
    pub find: &'static str,
    pub found: fn(usize) -> String,
    pub number: With,
    pub waiting: fn(usize) -> String,
    pub logged: &'static str,
    pub people: &'static str,
    pub goals: &'static str,
    pub no_goals: &'static str,
    pub next_step: With,
    pub edit_goal: &'static str,
    pub edit_step: &'static str,
    pub meetings: &'static str,
    pub team: &'static str,
    pub invite: &'static str,
    pub invite_whom: With,
    pub invited_until: With,
    pub phone_lost: &'static str,
    pub unreached: &'static str,
    pub one_unreached: &'static str,
    pub revoke: &'static str,
    pub revoke_whose: With,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Invite {
    pub title: &'static str,
    pub point: With,
    pub code: &'static str,
    pub code_label: &'static str,
    pub or_link: &'static str,
    pub valid: With,
    pub revoke: &'static str,
    pub ends_old_ways: With,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Shared {
    pub no_meeting: With,
    pub nothing: &'static str,
    pub nothing_words: &'static str,
    pub why: With2,
    /// A thing that is shared, and of whom where it is somebody's own.
    pub item: fn(Item, &str) -> String,
    pub told_by: With,
    /// A child, and who told about it.
    pub about_child: With2,
    pub notes_of: With,
    pub not_yet: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Sharing {
    pub title: &'static str,
    pub lead: &'static str,
    pub none: &'static str,
    /// A thing to share, said to the parent who shares it, and the child where it is about one.
    pub item: fn(Item, &str) -> String,
    /// Who may see what, and until which day.
    pub may_see: fn(&str, &str, &str) -> String,
    /// Who said yes, and when.
    pub given: With2,
    pub stop: &'static str,
    pub past: &'static str,
    pub could_see: With2,
    /// When, and by whom where that is known.
    pub stopped: fn(&str, Option<&str>) -> String,
    pub ended: With,
    /// Whether somebody shall go on seeing something.
    pub still: With2,
    pub still_yes: &'static str,
    pub still_no: &'static str,
    pub sees_anyhow: With,
    pub more: &'static str,
    pub what: With,
    pub see_as: With,
    pub until: &'static str,
    pub yes: &'static str,
    pub as_seen: With,
    pub only_a_look: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Looked {
    pub title: &'static str,
    pub lead: &'static str,
    pub none: &'static str,
    pub none_so: &'static str,
    pub who: &'static str,
    pub anybody: &'static str,
    pub by: fn(Looker) -> &'static str,
    pub when: &'static str,
    pub always: &'static str,
    pub back: fn(Back) -> &'static str,
    pub show: &'static str,
    pub as_table: &'static str,
    pub role: &'static str,
    pub unit: &'static str,
    pub what: &'static str,
    pub relation: fn(Relation) -> &'static str,
    pub anything: &'static str,
    /// What somebody did, said of them.
    pub aim: fn(Aim) -> &'static str,
    /// How often they looked on one day, more than once.
    pub times: fn(usize) -> String,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Numbers {
    pub title: &'static str,
    pub lead: With,
    pub families_caption: &'static str,
    pub what: &'static str,
    pub how_many: &'static str,
    pub families: &'static str,
    pub parents: &'static str,
    pub parents_signed_in: &'static str,
    pub families_with_goals: &'static str,
    pub recent_caption: &'static str,
    pub steps_done: &'static str,
    pub told: &'static str,
    pub read: &'static str,
    pub levels_caption: &'static str,
    pub wellbeing: &'static str,
    pub level: fn(Level) -> &'static str,
    pub count: fn(Count) -> String,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Chart {
    pub lately: fn(&[i64]) -> String,
    /// For those who hear it: what it shows, how many numbers, the first and the last.
    pub said: fn(&str, usize, &str, &str) -> String,
    /// A number and its day, in that sentence.
    pub value_on: fn(i64, &str) -> String,
    pub none: &'static str,
    pub as_table: &'static str,
    pub day: &'static str,
    pub value: &'static str,
}

/// The headings of a table of check-ins.
#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Export {
    pub sent: &'static str,
    pub person: &'static str,
    pub about: &'static str,
    pub instrument: &'static str,
    pub score: &'static str,
    pub words: &'static str,
    pub read: &'static str,
}

#[expect(missing_docs, reason = "the sentences speak for themselves")]
pub struct Problems {
    pub not_found: (&'static str, &'static str),
    pub changed: (&'static str, &'static str),
    pub foreign: (&'static str, &'static str),
    pub too_many: (&'static str, &'static str),
    pub too_large: (&'static str, &'static str),
    pub malformed: (&'static str, &'static str),
    pub ours: (&'static str, &'static str),
    pub reference: &'static str,
}

/// Joins names as the language does: "A, B og C".
pub fn list(text: &Text, names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {} {last}", first.join(", "), text.dates.and),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::checkin::{INSTRUMENTS, Look};

    #[test]
    fn browsers_get_the_first_language_we_speak() {
        for (asked, language) in [
            ("", Language::Danish),
            ("en-GB,en;q=0.9,da;q=0.8", Language::English),
            ("da-DK,da;q=0.9,en;q=0.8", Language::Danish),
            ("fr,en;q=0.5", Language::English),
            ("fr", Language::Danish),
            ("en;q=0, da", Language::Danish),
            ("en;q=NaN,;;=,\u{1f980}", Language::Danish),
        ] {
            assert_eq!(preferred(asked), language, "{asked}");
        }
    }

    #[test]
    fn every_instrument_has_all_its_words_in_every_language() {
        for language in Language::ALL {
            for instrument in INSTRUMENTS {
                let words = text(*language).instruments.of(instrument.key).expect("the instrument has words");
                for question in instrument.items {
                    assert!(!words.item(question.key).is_empty(), "{} {}", instrument.key, question.key);
                    let said = |answer: &i64| !words.answer(question.key, *answer).is_empty();
                    let has_words = question.look == Look::Words && question.answers.iter().all(said);
                    let has_ends = question.look != Look::Words && words.ends.is_some();
                    assert!(has_words || has_ends, "{} {}", instrument.key, question.key);
                }
            }
        }
    }

    #[test]
    fn names_are_joined_as_people_say_them() {
        let names =
            |names: &[&str]| list(text(Language::Danish), &names.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(names(&[]), "");
        assert_eq!(names(&["Mette"]), "Mette");
        assert_eq!(names(&["Mette", "Jonas", "Sara"]), "Mette, Jonas og Sara");
    }
}
