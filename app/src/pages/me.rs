//! Me: language, passkeys, devices, signing out.

mod passkeys;
mod phone_code;
mod proof;

pub use passkeys::{
    add as add_passkey, ask as ask_for_passkey, ask_proof, decline as decline_passkey, edit as edit_passkey, prove,
    remove as remove_passkey, rename as rename_passkey,
};
pub use phone_code::{ask as ask_for_code, lock_on_exit, remove as remove_code, save as save_code};
pub use proof::{ask as ask_who, by_code as prove_by_code, by_provider as prove_by_provider, done as proven};

use leptos::prelude::*;
use tokio::task::spawn_blocking;

use crate::{
    domain::{
        id::Id,
        identity::{Audience, Errand, ProviderKey},
        passkey::Refused,
        person::{Language, Person, Role},
        phone_code::PhoneLock,
        photo::Photo,
        sign_in::Session,
        why::Why,
        words::Title,
    },
    problem::Problem,
    store,
    ui::{
        Visit, date,
        field::{Fields, Refusals, problem_at},
        form::Form,
        icon::{Icon, icon},
        page::{Answer, Left, Sheet, Tab},
        parts, passkey,
    },
};

/// The field that shows the quick exit.
const SHOWN: &str = "shown";

/// The field that lets a device keep pages.
const KEEP: &str = "keep";

/// The field with where a contact person comes from.
const ASSOCIATION: &str = "association";

/// The field with a photo.
pub const PHOTO: &str = "photo";

/// Shows the page.
///
/// # Errors
/// Those of the store.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    shown(&visit, &offered(&visit).await?, &Refusals::default(), None).await
}

/// What stands in the form with which a contact person offers themselves.
async fn offered(visit: &Visit) -> Result<Fields, Problem> {
    let from = match visit.viewer.role {
        Role::ContactPerson => store::association(&visit.db, &visit.viewer).await?,
        _ => None,
    };
    Ok([(ASSOCIATION, from.map_or_else(String::new, |from| from.to_string()))].into_iter().collect())
}

async fn shown(
    visit: &Visit,
    typed: &Fields,
    refusals: &Refusals,
    refused: Option<Refused>,
) -> Result<Answer, Problem> {
    let passkeys = store::passkeys(&visit.db, &visit.viewer).await?;
    let devices = store::sessions(&visit.db, &visit.viewer, visit.now).await?;
    let known = store::own_providers(&visit.db, &visit.viewer).await?;
    let photo = walks_beside(visit.viewer.role) && store::has_photo(&visit.db, &visit.viewer).await?;
    let main = view! {
        <div class="path">
            <section><h1>{visit.viewer.name.to_string()}</h1>{links(visit)}</section>
            {language_section(visit)}
            {face_section(visit, photo, refusals)}
            {offer_section(visit, typed, refusals)}
            {passkeys::section(visit, &passkeys, refused)}
            {phone_code::section(visit)}
            {providers_section(visit, &known)}
            {devices_section(visit, &devices)}
            {offline_section(visit)}
            {quick_exit_section(visit)}
            {phone_code::exit_choice(visit)}
            {sign_out_section(visit)}
        </div>
        {parts::about(visit.text)}
    };
    let sheet = Sheet::new(visit.text.me.title, main).tabs(&visit.viewer, Tab::Me).empties(&visit.viewer);
    let sheet = sheet.refused(!refusals.is_empty() || refused.is_some());
    let sheet = if visit.site.side().is_some() { sheet.script(passkey::SCRIPT) } else { sheet };
    Ok(sheet.page(&visit.setting).into())
}

/// Whether families see the faces of those in that role.
const fn walks_beside(role: Role) -> bool {
    role.advises() || matches!(role, Role::ContactPerson)
}

/// The photo families see, and how to change it.
fn face_section(visit: &Visit, photo: bool, refusals: &Refusals) -> Option<impl IntoView + use<>> {
    let text = visit.text;
    let words = &text.face;
    let fields = Form { text, typed: &Fields::default(), refusals };
    let face = if photo {
        let address = format!("/photos/{}", visit.viewer.person);
        view! { <img class="face" src=address alt=words.alt width="52" height="52" /> }.into_any()
    } else {
        view! { <span class="face" aria-hidden="true">{visit.viewer.name.initials()}</span> }.into_any()
    };
    let remove = photo.then(|| {
        view! {
            <form class="reach" method="post" action="/me/photo/remove">
                <button class="button">{words.remove}</button>
            </form>
        }
    });
    walks_beside(visit.viewer.role).then(|| {
        view! {
            <section>
                <h2>{words.title}</h2>
                <div>
                    {face}
                    <form method="post" action="/me/photo" enctype="multipart/form-data" novalidate=true>
                        {fields.file(PHOTO, "image/jpeg,image/png,image/webp", words.choose, words.hint)}
                        <p class="reach"><button class="button">{words.save}</button></p>
                    </form>
                    {remove}
                </div>
            </section>
        }
    })
}

/// Keeps the photo families see.
///
/// # Errors
/// [`Problem::NotFound`] for anybody who walks beside no families.
pub async fn show_face(visit: Visit, sent: Vec<u8>) -> Result<Answer, Problem> {
    if !walks_beside(visit.viewer.role) {
        return Err(Problem::NotFound);
    }
    let made = spawn_blocking(move || Photo::of(&sent)).await.unwrap_or(Err(Why::NotAPicture));
    let mut refusals = Refusals::default();
    match refusals.take(PHOTO, made) {
        Some(photo) => {
            store::set_photo(&visit.db, &visit.viewer, &photo, visit.now).await?;
            Ok(Answer::See("/me".into()))
        }
        None => shown(&visit, &offered(&visit).await?, &refusals, None).await,
    }
}

/// Removes the photo families see.
///
/// # Errors
/// Those of the store.
pub async fn hide_face(visit: Visit, _: Fields) -> Result<Answer, Problem> {
    store::remove_photo(&visit.db, &visit.viewer).await?;
    Ok(Answer::See("/me".into()))
}

/// Hands out the photo of somebody.
///
/// # Errors
/// [`Problem::NotFound`] where there is none, and for whoever shares no family with them.
pub async fn face(visit: Visit, person: Id<Person>) -> Result<Answer, Problem> {
    Ok(Answer::Picture(store::photo(&visit.db, &visit.viewer, person).await?.into_jpeg()))
}

/// Whether families may choose this contact person.
fn offer_section(visit: &Visit, typed: &Fields, refusals: &Refusals) -> Option<impl IntoView + use<>> {
    let text = visit.text;
    let words = &text.contact;
    let refused = refusals.of(ASSOCIATION).is_some();
    let value = typed.get(ASSOCIATION).unwrap_or_default().to_owned();
    (visit.viewer.role == Role::ContactPerson).then(|| {
        view! {
            <section>
                <h2>{words.offer}</h2>
                <form method="post" action="/me/association" novalidate=true>
                    <p>{words.offer_words}</p>
                    <div class="field">
                        <label for=ASSOCIATION>{words.association}</label>
                        {problem_at(text, refusals, ASSOCIATION)}
                        <input
                            id=ASSOCIATION
                            name=ASSOCIATION
                            value=value
                            maxlength=Title::MAX.to_string()
                            aria-invalid=refused.then_some("true")
                            aria-describedby=refused.then_some("association-problem")
                        />
                    </div>
                    <p class="reach"><button class="button">{words.save_offer}</button></p>
                </form>
            </section>
        }
    })
}

/// A contact person says where they come from, so that families may choose them, or nothing.
///
/// # Errors
/// [`Problem::NotFound`] for anybody else.
pub async fn offer(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    if visit.viewer.role != Role::ContactPerson {
        return Err(Problem::NotFound);
    }
    let mut refusals = Refusals::default();
    let from = fields.once(ASSOCIATION).and_then(|from| Title::parse_optional(from.unwrap_or_default()));
    match refusals.take(ASSOCIATION, from) {
        Some(from) => {
            store::set_association(&visit.db, &visit.viewer, from.as_ref()).await?;
            Ok(Answer::See("/me".into()))
        }
        None => shown(&visit, &fields, &refusals, None).await,
    }
}

/// The pages that belong to a person and have no tab.
fn links(visit: &Visit) -> Option<impl IntoView + use<>> {
    let text = visit.text;
    let pages: &[(&str, &str)] = match visit.viewer.role {
        Role::Parent => &[
            ("/children", text.children.title),
            ("/check-ins", text.told.title),
            ("/notes", text.notes.title),
            ("/asking", text.asking.pause),
            ("/reminders", text.reminders.title),
            ("/calendar", text.calendar.title),
            ("/sharing", text.sharing.title),
            ("/looked", text.looked.title),
            ("/install", text.install.title),
        ],
        Role::Adviser | Role::Coordinator => {
            &[("/away", text.away.title), ("/reminders", text.reminders.title), ("/calendar", text.calendar.title)]
        }
        Role::ProjectLead | Role::Administrator => {
            &[("/settings", text.settings.title), ("/administration", text.administration.title)]
        }
        Role::ContactPerson => &[("/reminders", text.reminders.title), ("/calendar", text.calendar.title)],
        Role::Child => &[],
    };
    let links: Vec<_> = pages
        .iter()
        .map(|(address, title)| view! { <li><a href=*address>{*title} {icon(Icon::Forward)}</a></li> })
        .collect();
    (!links.is_empty()).then(|| view! { <ul class="links">{links}</ul> })
}

fn language_section(visit: &Visit) -> impl IntoView + use<> {
    let text = visit.text;
    let choices: Vec<_> = Language::ALL
        .iter()
        .map(|language| {
            let name = match language {
                Language::Danish => "Dansk",
                Language::English => "English",
            };
            let key = language.key();
            view! {
                <label class="choice">
                    <input type="radio" name="language" value=key checked=*language == visit.viewer.language />
                    <span lang=key>{name}</span>
                </label>
            }
        })
        .collect();
    view! {
        <section>
            <h2>{text.me.language}</h2>
            <form method="post" action="/me/language">
                <fieldset>
                    <legend class="unseen">{text.me.choose_language}</legend>
                    {choices}
                </fieldset>
                <p class="reach"><button class="button">{text.me.save_language}</button></p>
            </form>
        </section>
    }
}

/// Whether parents and contact persons can come in by a provider, and how they begin to or stop.
fn providers_section(visit: &Visit, known: &[ProviderKey]) -> impl IntoView + use<> {
    let words = &visit.text.providers;
    let own = visit.site.providers.iter().filter(|provider| provider.audience == Audience::Citizens);
    own.filter(|provider| provider.audience.fits(visit.viewer.role))
        .map(|provider| {
            let title = provider.title(visit.text.language);
            let form = |action: String, said: String, button: String| {
                view! {
                    <form method="post" action=action>
                        <p>{said}</p>
                        <p class="reach"><button class="button">{button}</button></p>
                    </form>
                }
                .into_any()
            };
            let way = if known.contains(&provider.key) {
                form(format!("/me/oidc/{}/remove", provider.key), (words.known)(title), (words.remove)(title))
            } else if visit.viewer.has_just_proven(visit.now) {
                form(format!("/me/oidc/{}", provider.key), (words.own_words)(title), (words.confirm_with)(title))
            } else {
                view! { <p class="soft">{visit.text.passkeys.come_in_again}</p> }.into_any()
            };
            view! { <section><h2>{(words.own)(title)}</h2>{way}</section> }
        })
        .collect::<Vec<_>>()
}

/// What the viewer sets out to a provider for, to come in by it the next time.
///
/// # Errors
/// [`Problem::NotFound`] where there is no such provider for somebody like them, [`Problem::Foreign`] for whoever came in too
/// long ago: somebody else who holds the phone must not come in as them the next time.
pub fn confirm(visit: &Visit, key: &ProviderKey) -> Result<Errand, Problem> {
    let own = visit.site.providers.iter().find(|provider| provider.key == *key);
    own.filter(|provider| provider.audience == Audience::Citizens && provider.audience.fits(visit.viewer.role))
        .ok_or(Problem::NotFound)?;
    if !visit.viewer.has_just_proven(visit.now) {
        return Err(Problem::Foreign);
    }
    Ok(Errand::Bind(visit.viewer.session))
}

/// From now on the viewer does not come in by a provider any more.
///
/// # Errors
/// [`Problem::NotFound`] when they never did; [`Problem::Unproven`] as for passkeys.
pub async fn forget_provider(visit: Visit, key: String, form: Fields) -> Result<Answer, Problem> {
    let key: ProviderKey = key.parse().map_err(|_| Problem::NotFound)?;
    let own = visit.site.providers.iter().find(|provider| provider.key == key);
    if own.is_none_or(|provider| provider.audience != Audience::Citizens) {
        return Err(Problem::NotFound);
    }
    super::confirmed(&visit, Some(form))?;
    store::unbind_own(&visit.db, &visit.viewer, &key, visit.now).await?;
    Ok(Answer::See("/me".into()))
}

fn devices_section(visit: &Visit, devices: &[Session]) -> impl IntoView + use<> {
    let text = visit.text;
    let rows: Vec<_> = devices
        .iter()
        .map(|device| {
            let name = device.device.clone();
            let came_by = device.came_by.map(|way| view! { <br /> {(text.me.came_by)(way)} });
            if device.id == visit.viewer.session {
                return view! {
                    <li class="device">
                        {icon(Icon::Device)}
                        <div><h3>{text.me.this_device}</h3><p class="soft">{(text.me.used_now)(&name)} {came_by}</p></div>
                    </li>
                }
                .into_any();
            }
            let used = date::instant(text, device.seen_at, visit.viewer.zone, visit.now);
            view! {
                <li class="device">
                    {icon(Icon::Device)}
                    <div><h3>{name.clone()}</h3><p class="soft">{(text.me.last_used)(&used)} {came_by}</p></div>
                    <form method="post" action=format!("/me/devices/{}/sign-out", device.id)>
                        <button class="button">
                            {text.me.sign_out}
                            <span class="unseen">{(text.me.sign_out_on)(&name)}</span>
                        </button>
                    </form>
                </li>
            }
            .into_any()
        })
        .collect();
    view! {
        <section>
            <h2>{text.me.devices}</h2>
            <div>
                <ul class="rows">{rows}</ul>
                <p class="soft">{text.me.unknown_device}</p>
            </div>
        </section>
    }
}

/// Whether this device keeps pages to be read without a net.
fn offline_section(visit: &Visit) -> Option<impl IntoView + use<>> {
    let text = &visit.text.offline;
    let section = match (visit.viewer.lock, visit.viewer.keeps_pages) {
        (PhoneLock::None, true) => {
            choice(text.title, text.keeps, "/me/offline", KEEP, false, text.keep_no_more).into_any()
        }
        (PhoneLock::None, false) => choice(text.title, text.keeps_not, "/me/offline", KEEP, true, text.keep).into_any(),
        _ => view! { <section><h2>{text.title}</h2><p>{text.keeps_not_with_code}</p></section> }.into_any(),
    };
    (visit.viewer.role == Role::Parent).then_some(section)
}

/// What the button does is said before it is there.
fn quick_exit_section(visit: &Visit) -> Option<impl IntoView + use<>> {
    let text = &visit.text.me;
    let (on, words, button) = match visit.viewer.quick_exit {
        true if visit.viewer.exit_locks => (false, text.quick_exit_locks, text.quick_exit_hide),
        true => (false, text.quick_exit_shown, text.quick_exit_hide),
        false => (true, text.quick_exit_words, text.quick_exit_show),
    };
    (visit.viewer.role == Role::Parent).then(|| choice(text.quick_exit, words, "/me/quick-exit", SHOWN, on, button))
}

/// Something that is on or off, how it stands, and the button that turns it the other way.
fn choice(
    title: &'static str,
    words: &'static str,
    address: &'static str,
    field: &'static str,
    on: bool,
    button: &'static str,
) -> impl IntoView {
    view! {
        <section>
            <h2>{title}</h2>
            <form method="post" action=address>
                <p>{words}</p>
                <p class="reach">
                    <button class="button" name=on.then_some(field) value=on.then_some("yes")>{button}</button>
                </p>
            </form>
        </section>
    }
}

fn sign_out_section(visit: &Visit) -> impl IntoView + use<> {
    let text = visit.text;
    view! {
        <section>
            <h2>{text.me.sign_out}</h2>
            <div>
                <p>{text.me.sign_out_words}</p>
                <div class="reach">
                    <form method="post" action="/sign-out">
                        <button class="button">{icon(Icon::SignOut)} {text.me.sign_out_here}</button>
                    </form>
                    <form method="post" action="/sign-out/everywhere">
                        <button class="button">{text.me.sign_out_everywhere}</button>
                    </form>
                </div>
            </div>
        </section>
    }
}

/// Changes the language of the viewer.
///
/// # Errors
/// [`Problem::Malformed`] when it is none of ours.
pub async fn speak(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    let language = fields.parsed("language");
    store::speak(&visit.db, &visit.viewer, language.ok_or(Problem::Malformed)?).await?;
    Ok(Answer::See("/me".into()))
}

/// Signs the viewer out on one device.
///
/// # Errors
/// [`Problem::NotFound`] when it is not the viewer's own.
pub async fn sign_out_device(visit: Visit, session: Id<Session>, _fields: Fields) -> Result<Answer, Problem> {
    store::close_session(&visit.db, &visit.viewer, session, visit.now).await?;
    Ok(if session == visit.viewer.session { Answer::SignedOut } else { Answer::See("/me".into()) })
}

/// Signs the viewer out here.
///
/// # Errors
/// Those of the store.
pub async fn sign_out(visit: Visit, _fields: Fields) -> Result<Answer, Problem> {
    store::close_session(&visit.db, &visit.viewer, visit.viewer.session, visit.now).await?;
    Ok(Answer::SignedOut)
}

/// Signs the viewer out here, in a hurry; or locks the device, where they chose that.
///
/// # Errors
/// Those of the store.
pub async fn quick_exit(visit: Visit) -> Result<Left, Problem> {
    let viewer = &visit.viewer;
    if viewer.exit_locks {
        store::lock_phone(&visit.db, viewer).await?;
        return Ok(Left::Locked);
    }
    store::close_session(&visit.db, viewer, viewer.session, visit.now).await?;
    Ok(Left::SignedOut)
}

/// Shows the button for that on every page, or takes it away.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent, [`Problem::Malformed`] for a form of somebody else's.
pub async fn offer_quick_exit(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    if visit.viewer.role != Role::Parent {
        return Err(Problem::NotFound);
    }
    let shown = fields.ticked(SHOWN).map_err(|_| Problem::Malformed)?;
    store::set_quick_exit(&visit.db, &visit.viewer, shown).await?;
    Ok(Answer::See("/me".into()))
}

/// Lets the device keep pages, or no more.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent, [`Problem::Malformed`] for a form of somebody else's.
pub async fn keep_pages(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    if visit.viewer.role != Role::Parent {
        return Err(Problem::NotFound);
    }
    let keep = fields.ticked(KEEP).map_err(|_| Problem::Malformed)?;
    store::keep_pages(&visit.db, &visit.viewer, keep).await?;
    Ok(Answer::See("/me".into()))
}

/// Signs the viewer out on every device.
///
/// # Errors
/// Those of the store.
pub async fn sign_out_everywhere(visit: Visit, _fields: Fields) -> Result<Answer, Problem> {
    store::close_every_session(&visit.db, &visit.viewer, visit.now).await?;
    Ok(Answer::SignedOut)
}
