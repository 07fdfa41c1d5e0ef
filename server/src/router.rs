//! Every route, top to bottom.

use std::{convert::Infallible, time::Instant};

use app::{
    domain::{calendar_file::LARGEST, person::Viewer, photo::Photo, team_meeting::Period},
    pages::{
        about, administration, asking, away, booking, calendar, calendar_file, calls, check_in, check_ins, child_words,
        children, contact, door, families, fridge, home, inbox, install, lock, looked, me, measures, meetings, notes,
        numbers, offline, plan, plan_changes,
        plan_edit::{self, Place},
        record, reminders, rights, sector_plans, settings, sharing, staff, team, team_meeting,
    },
    problem::Problem,
    ui::{
        Setting,
        page::{Answer, Left, Page},
    },
};
use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{Method, StatusCode, header, request::Parts},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    Shared, oidc,
    posts::{
        PathParts, act, act_at, act_at_with_file, act_counted, act_locked, act_with_file, answered, forgotten, holder,
        one_too_many, problem, read_form, setting, show, show_asked, show_at, show_locked, told, viewer, visit,
    },
    security,
};

/// Who meets a route, said beside it so that a test can hold every route to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Anybody.
    Anybody,
    /// Those who are signed in.
    SignedIn,
}

/// A route: its address, its method and who meets it.
pub type Route = (&'static str, Method, Door);

macro_rules! routes {
    ($($method:ident $path:literal for $door:ident => $handler:expr),+ $(,)?) => {
        /// Every route of the program.
        pub const ROUTES: &[Route] = &[$(($path, Method::$method, Door::$door)),+];

        fn routes() -> Router<Shared> {
            let mut router = Router::new();
            $(router = router.route($path, $handler);)+
            router
        }
    };
}

routes! {
    GET "/" for Anybody => get(first_page),
    GET "/sign-in/{token}" for Anybody => get(entry),
    POST "/sign-in/{token}" for Anybody => accept(),
    GET "/privacy" for Anybody => read(about::privacy),
    GET "/accessibility" for Anybody => read(about::accessibility),
    POST "/passkeys/enter/ask" for Anybody => post(ask_to_enter),
    POST "/passkeys/enter" for Anybody => post(enter),
    POST "/sign-in/{token}/oidc/{provider}" for Anybody => post(oidc::confirm_invitation),
    POST "/oidc/{provider}" for Anybody => post(oidc::set_out),
    GET "/oidc/{provider}/callback" for Anybody => get(oidc::come_back),
    POST "/oidc/{provider}/logout" for Anybody => post(oidc::back_channel),
    POST "/quick-exit" for Anybody => post(quick_exit),
    GET "/locked" for SignedIn => show_locked(lock::show),
    POST "/locked" for SignedIn => act_locked(lock::open),
    POST "/locked/finger/ask" for SignedIn => act_locked(lock::ask_finger),
    POST "/locked/finger" for SignedIn => act_locked(lock::open_with_finger),
    POST "/sign-out" for SignedIn => post(async |shared, request| oidc::sign_out(shared, request, false).await),
    POST "/sign-out/everywhere" for SignedIn => post(async |shared, request| oidc::sign_out(shared, request, true).await),

    GET "/plan" for SignedIn => show(plan::show),
    GET "/plan/fridge" for SignedIn => show(fridge::show),
    GET "/plan/sector-plans" for SignedIn => show(sector_plans::show),
    POST "/plan/changes/{change}" for SignedIn => act_at(plan::answer),
    POST "/plan/changes/{change}/undo" for SignedIn => act_at(plan_changes::undo),
    GET "/families/{family}/plan" for SignedIn => show_at(plan::of_family),
    GET "/families/{family}/plan/changes" for SignedIn => show_at(plan_changes::show),
    GET "/families/{family}/hopes/new" for SignedIn => {
        show_at(async |visit, family| plan_edit::open(visit, Place::NewHope(family)).await)
    },
    POST "/families/{family}/hopes/new" for SignedIn => {
        act_at(async |visit, family, fields| plan_edit::save(visit, Place::NewHope(family), fields).await)
    },
    GET "/hopes/{hope}" for SignedIn => show_at(async |visit, hope| plan_edit::open(visit, Place::Hope(hope)).await),
    POST "/hopes/{hope}" for SignedIn => {
        act_at(async |visit, hope, fields| plan_edit::save(visit, Place::Hope(hope), fields).await)
    },
    POST "/hopes/{hope}/remove" for SignedIn => {
        act_at(async |visit, hope, fields| plan_edit::remove(visit, Place::Hope(hope), fields).await)
    },
    GET "/families/{family}/goals/new" for SignedIn => {
        show_at(async |visit, family| plan_edit::open(visit, Place::NewGoal(family)).await)
    },
    POST "/families/{family}/goals/new" for SignedIn => {
        act_at(async |visit, family, fields| plan_edit::save(visit, Place::NewGoal(family), fields).await)
    },
    GET "/goals/{goal}" for SignedIn => show_at(async |visit, goal| plan_edit::open(visit, Place::Goal(goal)).await),
    POST "/goals/{goal}" for SignedIn => {
        act_at(async |visit, goal, fields| plan_edit::save(visit, Place::Goal(goal), fields).await)
    },
    POST "/goals/{goal}/order" for SignedIn => act_at(plan::order),
    GET "/goals/{goal}/steps/new" for SignedIn => {
        show_at(async |visit, goal| plan_edit::open(visit, Place::NewStep(goal)).await)
    },
    POST "/goals/{goal}/steps/new" for SignedIn => {
        act_at(async |visit, goal, fields| plan_edit::save(visit, Place::NewStep(goal), fields).await)
    },
    GET "/steps/{step}/edit" for SignedIn => show_at(async |visit, step| plan_edit::open(visit, Place::Step(step)).await),
    POST "/steps/{step}/edit" for SignedIn => {
        act_at(async |visit, step, fields| plan_edit::save(visit, Place::Step(step), fields).await)
    },
    POST "/steps/{step}/remove" for SignedIn => {
        act_at(async |visit, step, fields| plan_edit::remove(visit, Place::Step(step), fields).await)
    },
    GET "/families/{family}/measures" for SignedIn => show_at(measures::show),
    POST "/families/{family}/measures" for SignedIn => act_at(measures::ask_for),
    GET "/measures/{measure}" for SignedIn => show_at(measures::answer),
    POST "/measures/{measure}" for SignedIn => act_at(measures::decide),
    GET "/meetings" for SignedIn => show(meetings::show),
    GET "/meetings/{meeting}" for SignedIn => show_at(meetings::open),
    POST "/meetings/{meeting}/answer" for SignedIn => act_at(meetings::answer),
    POST "/meetings/{meeting}/agenda" for SignedIn => act_at(meetings::add_item),
    POST "/agenda/{item}/delete" for SignedIn => act_at(meetings::delete_item),
    POST "/meetings/{meeting}/note" for SignedIn => act_at(meetings::write_note),
    POST "/meetings/{meeting}/comments" for SignedIn => act_at(meetings::comment),
    POST "/meetings/{meeting}/decisions" for SignedIn => act_at(meetings::decide),
    POST "/meetings/{meeting}/missed" for SignedIn => act_at(meetings::set_missed),
    GET "/meetings/{meeting}/calendar.ics" for SignedIn => show_at(calendar::file),
    GET "/reminders" for SignedIn => show(reminders::show),
    POST "/reminders" for SignedIn => act(reminders::choose),
    POST "/reminders/channel" for SignedIn => act(reminders::choose_channel),
    POST "/reminders/on" for SignedIn => act(reminders::turn_on),
    POST "/reminders/off" for SignedIn => act(reminders::turn_off),
    POST "/reminders/try" for SignedIn => act(reminders::try_it),
    POST "/reminders/seen" for Anybody => post(seen),
    GET "/calendar" for SignedIn => show(calendar::show),
    POST "/calendar" for SignedIn => act(calendar::make),
    POST "/calendar-addresses/{address}/revoke" for SignedIn => act_at(calendar::revoke),
    GET "/calendar/{token}" for Anybody => get(feed),
    GET "/team" for SignedIn => show(team::show),
    GET "/me" for SignedIn => show(me::show),
    POST "/me/association" for SignedIn => act(me::offer),
    POST "/me/photo" for SignedIn => act_with_file(me::PHOTO, Photo::LARGEST, me::show_face),
    POST "/me/photo/remove" for SignedIn => act(me::hide_face),
    GET "/photos/{person}" for SignedIn => show_at(me::face),
    POST "/me/passkeys/ask" for SignedIn => act_counted(me::ask_for_passkey),
    POST "/me/passkeys" for SignedIn => act_counted(me::add_passkey),
    POST "/me/passkeys/prove/ask" for SignedIn => act_counted(me::ask_proof),
    POST "/me/passkeys/prove" for SignedIn => act_counted(me::prove),
    POST "/me/passkeys/no" for SignedIn => act(me::decline_passkey),
    GET "/me/passkeys/{passkey}" for SignedIn => show_at(me::edit_passkey),
    POST "/me/passkeys/{passkey}" for SignedIn => act_at(me::rename_passkey),
    POST "/me/passkeys/{passkey}/remove" for SignedIn => act_at(me::remove_passkey),
    POST "/me/prove" for SignedIn => act_counted(me::prove_by_code),
    GET "/me/code" for SignedIn => show(me::ask_for_code),
    POST "/me/code" for SignedIn => act_counted(me::save_code),
    POST "/me/code/remove" for SignedIn => act(me::remove_code),
    POST "/me/language" for SignedIn => act(me::speak),
    POST "/me/offline" for SignedIn => act(me::keep_pages),
    GET "/offline.json" for SignedIn => show(offline::words),
    GET "/waiting" for SignedIn => show(offline::waiting),
    GET "/install" for SignedIn => show(install::show),
    POST "/install" for SignedIn => act(install::read),
    GET "/manifest.webmanifest" for Anybody => get(manifest),
    POST "/me/quick-exit" for SignedIn => act(me::offer_quick_exit),
    POST "/me/quick-exit/locks" for SignedIn => act(me::lock_on_exit),
    POST "/me/oidc/{provider}/prove" for SignedIn => post(oidc::prove_own),
    POST "/me/oidc/{provider}" for SignedIn => post(oidc::confirm_own),
    POST "/me/oidc/{provider}/remove" for SignedIn => act_at(me::forget_provider),
    POST "/me/devices/{session}/sign-out" for SignedIn => act_at(me::sign_out_device),
    POST "/steps/{step}" for SignedIn => act_at(plan::tick),
    GET "/check-in/{instrument}" for SignedIn => show_at(check_in::ask),
    POST "/check-in/{instrument}" for SignedIn => act_at(check_in::save),
    POST "/check-in/{instrument}/not-today" for SignedIn => act_at(check_in::not_today),
    GET "/check-in/{instrument}/{about}" for SignedIn => show_at(check_in::ask_about),
    POST "/check-in/{instrument}/{about}" for SignedIn => act_at(check_in::save_about),
    POST "/check-in/{instrument}/{about}/not-today" for SignedIn => act_at(check_in::not_today_about),
    GET "/check-ins" for SignedIn => show(check_ins::show),
    GET "/check-ins/table.csv" for SignedIn => show(check_ins::table),
    GET "/check-ins/answers.json" for SignedIn => show(check_ins::answers),
    GET "/check-ins/{check_in}" for SignedIn => show_at(check_in::sent),
    POST "/check-ins/{check_in}/call" for SignedIn => act_at(check_in::call_anyway),

    GET "/looked" for SignedIn => show_asked(looked::show),
    GET "/looked/table.csv" for SignedIn => show_asked(looked::table),
    GET "/children" for SignedIn => show(children::show),
    GET "/notes" for SignedIn => show(notes::show),
    POST "/notes" for SignedIn => act(notes::write),
    POST "/notes/{note}/delete" for SignedIn => act_at(notes::delete),
    GET "/asking" for SignedIn => show(asking::show),
    POST "/asking" for SignedIn => act(asking::pause),
    POST "/pauses/{pause}/end" for SignedIn => act_at(asking::end_pause),

    GET "/inbox" for SignedIn => show(inbox::show),
    GET "/inbox/{item}" for SignedIn => show_at(inbox::open),
    POST "/inbox/{item}" for SignedIn => act_at(inbox::review),
    GET "/calls/{item}" for SignedIn => show_at(calls::show),
    POST "/calls/{item}" for SignedIn => act_at(calls::done),
    GET "/families" for SignedIn => show(families::show),
    POST "/families" for SignedIn => act(families::search),
    GET "/families/{family}" for SignedIn => show_at(families::open),
    POST "/families/{family}/people/{person}/invite" for SignedIn => act_at(families::invite),
    POST "/invitations/{invitation}/revoke" for SignedIn => act_at(families::revoke),

    GET "/families/{family}/meetings/new" for SignedIn => show_at(booking::ask),
    POST "/families/{family}/meetings/new" for SignedIn => act_at(booking::book),
    GET "/families/{family}/meetings/file" for SignedIn => show_at(calendar_file::ask),
    POST "/families/{family}/meetings/file" for SignedIn => {
        act_at_with_file(calendar_file::FILE, LARGEST, calendar_file::look)
    },
    POST "/families/{family}/meetings/file/take" for SignedIn => act_at(calendar_file::take),
    GET "/meetings/{meeting}/edit" for SignedIn => show_at(booking::ask_change),
    POST "/meetings/{meeting}/edit" for SignedIn => act_at(booking::change),
    POST "/meetings/{meeting}/cancel" for SignedIn => act_at(booking::cancel),
    GET "/families/{family}/asking" for SignedIn => show_at(asking::of_family),
    POST "/families/{family}/asking/{instrument}" for SignedIn => act_at(asking::set_rhythm),
    POST "/families/{family}/pause" for SignedIn => act_at(asking::pause_family),
    GET "/families/{family}/records" for SignedIn => show_at(record::list),
    GET "/families/{family}/records/{instrument}/{about}" for SignedIn => show_at(record::ask),
    POST "/families/{family}/records/{instrument}/{about}" for SignedIn => act_at(record::save),
    GET "/families/{family}/children" for SignedIn => show_at(rights::show),
    GET "/people/{about}/rights" for SignedIn => show_at(rights::edit),
    POST "/people/{about}/rights" for SignedIn => act_at(rights::save),
    GET "/people/{about}/words" for SignedIn => show_at(child_words::of_child),
    POST "/people/{about}/words" for SignedIn => act_at(child_words::write),
    GET "/words/{words}/open/{adult}" for SignedIn => show_at(child_words::confirm),
    POST "/words/{words}/open/{adult}" for SignedIn => act_at(child_words::open),
    POST "/words/{words}/close/{adult}" for SignedIn => act_at(child_words::close),
    GET "/families/{family}/sector-plans" for SignedIn => show_at(sector_plans::of_family),
    POST "/families/{family}/sector-plans" for SignedIn => act_at(sector_plans::add),
    GET "/sector-plans/{plan}" for SignedIn => show_at(sector_plans::edit),
    POST "/sector-plans/{plan}" for SignedIn => act_at(sector_plans::change),
    POST "/sector-plans/{plan}/remove" for SignedIn => act_at(sector_plans::remove),
    GET "/away" for SignedIn => show(away::show),
    POST "/away" for SignedIn => act(away::be_away),
    POST "/away/{absence}/remove" for SignedIn => act_at(away::be_back),

    GET "/team-meeting" for SignedIn => show(async |visit| team_meeting::show(visit, Period::SinceLast).await),
    GET "/team-meeting/{family}" for SignedIn => {
        show_at(async |visit, family| team_meeting::open(visit, Period::SinceLast, family).await)
    },
    POST "/team-meeting/{family}" for SignedIn => {
        act_at(async |visit, family, fields| team_meeting::agree(visit, Period::SinceLast, family, fields).await)
    },
    GET "/team-meeting/4-weeks" for SignedIn => show(async |visit| team_meeting::show(visit, Period::FourWeeks).await),
    GET "/team-meeting/4-weeks/{family}" for SignedIn => {
        show_at(async |visit, family| team_meeting::open(visit, Period::FourWeeks, family).await)
    },
    POST "/team-meeting/4-weeks/{family}" for SignedIn => {
        act_at(async |visit, family, fields| team_meeting::agree(visit, Period::FourWeeks, family, fields).await)
    },
    POST "/promises/{review}/kept" for SignedIn => act_at(team_meeting::keep),

    GET "/shared" for SignedIn => show(sharing::shared),
    GET "/sharing" for SignedIn => show(sharing::show),
    POST "/sharing" for SignedIn => act(sharing::give),
    GET "/sharing/preview/{thing}" for SignedIn => show_at(sharing::preview),
    POST "/consents/{consent}/withdraw" for SignedIn => act_at(sharing::withdraw),
    POST "/consents/{consent}/again" for SignedIn => act_at(sharing::renew),
    GET "/contact" for SignedIn => show(contact::show),
    POST "/contact" for SignedIn => act(contact::choose),
    POST "/contact/wish" for SignedIn => act(contact::wish),
    POST "/contact-wishes/{wish}/take-back" for SignedIn => act_at(contact::take_back),
    POST "/contact-wishes/{wish}/grant" for SignedIn => act_at(families::grant_wish),
    GET "/numbers" for SignedIn => show(numbers::show),
    GET "/staff" for SignedIn => show(staff::show),
    GET "/staff/new" for SignedIn => show(staff::ask_new),
    POST "/staff/new" for SignedIn => act(staff::propose_new),
    GET "/staff/{colleague}" for SignedIn => show_at(staff::open),
    POST "/staff/{colleague}/role" for SignedIn => act_at(staff::set_role),
    POST "/staff/{colleague}/unit" for SignedIn => act_at(staff::set_unit),
    POST "/staff/{colleague}/away" for SignedIn => act_at(staff::be_away),
    POST "/staff/{colleague}/invite" for SignedIn => act_at(staff::invite),
    GET "/staff/{colleague}/leave" for SignedIn => show_at(staff::ask_hand_over),
    POST "/staff/{colleague}/leave" for SignedIn => act_at(staff::hand_over),
    POST "/proposals/{proposal}" for SignedIn => act_at(staff::answer),
    GET "/units" for SignedIn => show(staff::show_units),
    POST "/units" for SignedIn => act(staff::open_unit),
    POST "/units/{unit}" for SignedIn => act_at(staff::rename_unit),
    GET "/administration" for SignedIn => show(administration::show),
    GET "/settings" for SignedIn => show(settings::show),
    POST "/settings" for SignedIn => act(settings::save),

    GET "/health" for Anybody => get(health),
    GET "/ready" for Anybody => get(ready),
}

/// The whole program behind HTTP.
pub fn router(shared: Shared) -> Router {
    routes()
        .fallback(file)
        .method_not_allowed_fallback(not_so)
        .layer(from_fn_with_state(shared.clone(), security::own_origin))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(shared.clone(), security::headers))
        .layer(from_fn(log))
        .with_state(shared)
}

async fn first_page(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let viewer = match viewer(&shared, &parts).await {
        Ok(viewer) => viewer,
        Err(trouble) => return problem(&shared, &parts, None, trouble),
    };
    let Some(viewer) = viewer else {
        let welcome = door::welcome(&setting(&shared, &parts, None));
        return forgotten(&shared, &parts, answered(&shared, &parts, Answer::Page(welcome)));
    };
    let outcome = home::show(visit(&shared, &parts, viewer.clone())).await;
    told(&shared, &parts, &viewer, outcome).await
}

/// A page that anybody may read, in the language of whoever is signed in.
fn read(page: fn(&Setting, Option<&Viewer>) -> Page) -> MethodRouter<Shared, Infallible> {
    get(async move |State(shared): State<Shared>, request: Request| {
        let (parts, _) = request.into_parts();
        let viewer = viewer(&shared, &parts).await.ok().flatten();
        let viewer = viewer.as_ref();
        answered(&shared, &parts, Answer::Page(page(&setting(&shared, &parts, viewer), viewer)))
    })
}

/// Leaves at once, also with a session that has ended, or when the database does not answer.
async fn quick_exit(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let left = match holder(&shared, &parts).await {
        Ok(Some(viewer)) => me::quick_exit(visit(&shared, &parts, viewer)).await,
        Ok(None) => Ok(Left::SignedOut),
        Err(trouble) => Err(trouble),
    };
    let left = left.unwrap_or_else(|trouble| {
        tracing::error!(?trouble, "a session could not be closed");
        Left::SignedOut
    });
    answered(&shared, &parts, Answer::QuickExit(left))
}

fn token(path: &PathParts) -> &str {
    path.as_ref().ok().and_then(|path| path.iter().next()).map_or("", |(_, token)| token)
}

async fn entry(State(shared): State<Shared>, path: PathParts, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    if one_too_many(&shared, &parts) {
        return problem(&shared, &parts, None, Problem::TooMany);
    }
    let before = match holder(&shared, &parts).await {
        Ok(before) => before,
        Err(trouble) => return problem(&shared, &parts, None, trouble),
    };
    match door::entry(setting(&shared, &parts, None), before.as_ref(), token(&path)).await {
        Ok(answer) => answered(&shared, &parts, answer),
        Err(trouble) => problem(&shared, &parts, None, trouble),
    }
}

/// A calendar program comes without a session: the address itself is the secret.
async fn feed(State(shared): State<Shared>, path: PathParts, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match calendar::feed(setting(&shared, &parts, None), token(&path)).await {
        Ok(answer) => answered(&shared, &parts, answer),
        Err(trouble) => problem(&shared, &parts, None, trouble),
    }
}

/// A device says that it showed a reminder: the delivery it names is known to nobody else.
async fn seen(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let fields = match read_form(&parts.headers, body).await {
        Ok(fields) => fields,
        Err(trouble) => return problem(&shared, &parts, None, trouble),
    };
    match reminders::seen(setting(&shared, &parts, None), fields).await {
        Ok(answer) => answered(&shared, &parts, answer),
        Err(trouble) => problem(&shared, &parts, None, trouble),
    }
}

fn accept() -> MethodRouter<Shared, Infallible> {
    post(async |State(shared): State<Shared>, path: PathParts, request: Request| {
        let (parts, _) = request.into_parts();
        if one_too_many(&shared, &parts) {
            return problem(&shared, &parts, None, Problem::TooMany);
        }
        let before = match holder(&shared, &parts).await {
            Ok(before) => before,
            Err(trouble) => return problem(&shared, &parts, None, trouble),
        };
        match door::accept(setting(&shared, &parts, None), before, token(&path), agent(&parts)).await {
            Ok(answer) => answered(&shared, &parts, answer),
            Err(trouble) => problem(&shared, &parts, None, trouble),
        }
    })
}

async fn ask_to_enter(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    if one_too_many(&shared, &parts) {
        return problem(&shared, &parts, None, Problem::TooMany);
    }
    match door::ask(setting(&shared, &parts, None)).await {
        Ok(answer) => answered(&shared, &parts, answer),
        Err(trouble) => problem(&shared, &parts, None, trouble),
    }
}

/// Why a passkey let nobody in goes to the log: never which one, or whose.
async fn enter(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if one_too_many(&shared, &parts) {
        return problem(&shared, &parts, None, Problem::TooMany);
    }
    let entered = async {
        let fields = read_form(&parts.headers, body).await?;
        let before = holder(&shared, &parts).await?;
        door::enter(setting(&shared, &parts, None), before, fields, agent(&parts)).await
    };
    match entered.await {
        Ok((answer, refused)) => {
            if let Some(refused) = refused {
                tracing::warn!(why = refused.key(), "a passkey let nobody in");
            }
            answered(&shared, &parts, answer)
        }
        Err(trouble) => problem(&shared, &parts, None, trouble),
    }
}

fn agent(parts: &Parts) -> &str {
    parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default()
}

/// A browser fetches it without a cookie, so the language stands in its address.
async fn manifest(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let manifest = install::manifest(&setting(&shared, &parts, None));
    ([(header::CONTENT_TYPE, "application/manifest+json")], manifest).into_response()
}

async fn health() -> &'static str {
    "ok"
}

async fn ready(State(shared): State<Shared>) -> Response {
    match shared.db.is_ready().await {
        Ok(true) => "ready".into_response(),
        Ok(false) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "not ready").into_response(),
    }
}

async fn file(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let reads = matches!(parts.method, Method::GET | Method::HEAD);
    match shared.files.get(parts.uri.path(), &parts.headers) {
        Some(file) if reads => file,
        _ => nowhere(&shared, &parts).await,
    }
}

/// There is nothing there, said to whoever is signed in as all else is.
async fn nowhere(shared: &Shared, parts: &Parts) -> Response {
    let viewer = viewer(shared, parts).await.ok().flatten();
    problem(shared, parts, viewer.as_ref(), Problem::NotFound)
}

async fn not_so(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let mut response = nowhere(&shared, &parts).await;
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

/// One line per request: the pattern of its route, never its address, which may hold a secret.
async fn log(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let response = next.run(request).await;
    tracing::info!(
        %method,
        route = route.as_deref().unwrap_or("-"),
        status = response.status().as_u16(),
        ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "request"
    );
    response
}
