//! The page around what a feature shows, and what a request can be answered with.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    Setting, Visit,
    icon::{Icon, icon},
};
use crate::{
    domain::{
        chance::{self, Token},
        moment::Moment,
        person::{Role, Viewer},
        sign_in::Limits,
    },
    text::Text,
};

/// What a request is answered with.
pub enum Answer {
    /// A page: 200; 422 when it shows a refused form, 409 when somebody else changed meanwhile what it would change.
    Page(Page),
    /// Done; look there: 303.
    See(String),
    /// A file to keep: 200.
    File(File),
    /// A file the viewer's own device keeps to work without a net, with what the header `Offline` says of it: 200.
    Kept(File, String),
    /// What the script of a page asked for, as JSON: 200.
    Json(String),
    /// A picture to show: 200, kept for a while by the viewer's own browser.
    Picture(Vec<u8>),
    /// Signed in, with this token in the cookie: 303 to the first page.
    SignedIn(Token),
    /// Signed out: the cookie goes, 303 to the door.
    SignedOut,
    /// Left in a hurry: all that was kept goes, 303 to a site that tells a bystander nothing. The cookie goes too, unless it
    /// is only locked.
    QuickExit(Left),
}

/// What becomes of the session of somebody who leaves in a hurry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// It has ended.
    SignedOut,
    /// Its device waits for its code.
    Locked,
}

impl From<Page> for Answer {
    fn from(page: Page) -> Self {
        Self::Page(page)
    }
}

/// A file to keep. Its name tells nothing of what is in it: others see names of files.
pub struct File {
    /// What it is called.
    pub name: &'static str,
    /// What kind of file it is (RFC 6838).
    pub media_type: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// A page of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "a tab is what its name says")]
pub enum Tab {
    Home,
    Plan,
    Meetings,
    Team,
    Inbox,
    Families,
    Shared,
    Numbers,
    Staff,
    Me,
}

impl Tab {
    /// The pages somebody in that role has.
    pub const fn of(role: Role) -> &'static [Self] {
        match role {
            Role::Parent => &[Self::Home, Self::Plan, Self::Meetings, Self::Team, Self::Me],
            Role::Adviser | Role::Coordinator => &[Self::Inbox, Self::Families, Self::Me],
            Role::ProjectLead => &[Self::Numbers, Self::Me],
            Role::Administrator => &[Self::Staff, Self::Me],
            Role::ContactPerson => &[Self::Shared, Self::Me],
            Role::Child => &[Self::Me],
        }
    }

    /// Its address.
    pub const fn address(self) -> &'static str {
        match self {
            Self::Home => "/",
            Self::Plan => "/plan",
            Self::Meetings => "/meetings",
            Self::Team => "/team",
            Self::Inbox => "/inbox",
            Self::Families => "/families",
            Self::Shared => "/shared",
            Self::Numbers => "/numbers",
            Self::Staff => "/staff",
            Self::Me => "/me",
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Home | Self::Shared => Icon::Home,
            Self::Plan => Icon::Plan,
            Self::Meetings => Icon::Calendar,
            Self::Team | Self::Families | Self::Staff => Icon::People,
            Self::Inbox => Icon::Inbox,
            Self::Numbers => Icon::Chart,
            Self::Me => Icon::Person,
        }
    }

    /// What it is called.
    pub const fn words(self, text: &Text) -> &'static str {
        match self {
            Self::Home | Self::Shared => text.shell.home,
            Self::Plan => text.shell.plan,
            Self::Meetings => text.shell.meetings,
            Self::Team => text.shell.team,
            Self::Inbox => text.shell.inbox,
            Self::Families => text.shell.families,
            Self::Numbers => text.shell.numbers,
            Self::Staff => text.staff.title,
            Self::Me => text.shell.me,
        }
    }
}

/// A finished page.
pub struct Page {
    /// The whole document.
    pub html: String,
    /// Whether it shows a form that was refused, and why.
    pub standing: Standing,
    /// What its one script carries so that the browser runs it; none on pages without script.
    pub nonce: Option<String>,
    /// What the header `Offline` says of it: the session whose device may keep it and the second since 1970 until which,
    /// or [`NOT_KEPT`] where that device may keep nothing; none for a page that is never kept.
    pub offline: Option<String>,
}

impl Page {
    /// Whether words can be typed on it, which would be lost if it led on by itself.
    pub fn takes_words(&self) -> bool {
        let fields = ["<textarea", "type=\"text\"", "type=\"tel\"", "type=\"email\"", "type=\"password\""];
        fields.iter().any(|field| self.html.contains(field))
    }
}

/// What the header `Offline` says of something of the viewer's.
pub fn offline(viewer: &Viewer, now: Moment) -> String {
    let until = now.plus_seconds(Limits::of(viewer.role).idle).seconds();
    if viewer.keeps_pages { format!("{} {until}", viewer.session) } else { NOT_KEPT.to_owned() }
}

/// How what was asked for stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing was asked for but the page.
    Fine,
    /// Something typed cannot be taken.
    Refused,
    /// Somebody else changed it meanwhile; the page shows both.
    Changed,
    /// The device waits for its code.
    Locked,
    /// Who it is must be shown first.
    Unproven,
}

/// What the header `Offline` says where a device may keep nothing.
pub const NOT_KEPT: &str = "no";

/// A page in the making.
pub struct Sheet {
    title: String,
    main: AnyView,
    class: Option<&'static str>,
    tabs: Option<(Role, Option<Tab>)>,
    close: bool,
    quick_exit: bool,
    script: Option<&'static str>,
    offline: Option<String>,
    standing: Standing,
}

/// The script that wakes the islands of a page.
const ISLANDS: &str = "islands.js";

impl Sheet {
    /// A page with that title and content.
    pub fn new(title: impl Into<String>, main: impl IntoAny) -> Self {
        Self {
            title: title.into(),
            main: main.into_any(),
            class: None,
            tabs: None,
            close: false,
            quick_exit: false,
            script: None,
            offline: None,
            standing: Standing::Fine,
        }
    }

    /// With the viewer's navigation, standing at `tab`.
    pub const fn tabs(mut self, viewer: &Viewer, tab: Tab) -> Self {
        self.tabs = Some((viewer.role, Some(tab)));
        self.quick_exit = viewer.quick_exit;
        self
    }

    /// A page outside the house: welcome, invitation, problems.
    pub const fn door(mut self) -> Self {
        self.class = Some("door");
        self
    }

    /// A page with one task, without navigation but with a way out.
    pub const fn task(mut self) -> Self {
        self.class = Some("narrow");
        self.close = true;
        self
    }

    /// With the button that leaves at once, where the viewer asked for it.
    pub const fn quick_exit(mut self, viewer: &Viewer) -> Self {
        self.quick_exit = viewer.quick_exit;
        self
    }

    /// As [`Sheet::quick_exit`], on a page that is there for anybody.
    pub const fn quick_exit_for(self, viewer: Option<&Viewer>) -> Self {
        match viewer {
            Some(viewer) => self.quick_exit(viewer),
            None => self,
        }
    }

    /// A page with an island: its script and WebAssembly come along.
    pub const fn island(mut self) -> Self {
        self.script = Some(ISLANDS);
        self
    }

    /// A page with a small script and no island.
    pub const fn script(mut self, name: &'static str) -> Self {
        self.script = Some(name);
        self
    }

    /// A page that the viewer's own device may keep, to be read without a net: of a parent's, and as it was asked for.
    pub fn kept(mut self, visit: &Visit) -> Self {
        self.offline = (visit.viewer.role == Role::Parent).then(|| offline(&visit.viewer, visit.now));
        self
    }

    /// The page of a device that waits for its code. The device keeps nothing.
    pub fn locked(mut self) -> Self {
        self.standing = Standing::Locked;
        self.offline = Some(NOT_KEPT.to_owned());
        self
    }

    /// The page that asks who somebody is.
    pub const fn unproven(mut self) -> Self {
        self.standing = Standing::Unproven;
        self
    }

    /// A page after which a device that may keep nothing forgets what it kept before.
    pub fn empties(mut self, viewer: &Viewer) -> Self {
        self.offline = (!viewer.keeps_pages).then(|| NOT_KEPT.to_owned());
        self
    }

    /// A page that shows a refused form.
    pub const fn refused(mut self, refused: bool) -> Self {
        if refused {
            self.standing = Standing::Refused;
        }
        self
    }

    /// A page that shows a form about something that somebody else changed meanwhile.
    pub const fn changed(mut self, changed: bool) -> Self {
        if changed {
            self.standing = Standing::Changed;
        }
        self
    }

    /// The finished page.
    pub fn page(self, setting: &Setting) -> Page {
        let standing = self.standing;
        let nonce = (self.script.is_some() || self.quick_exit)
            .then(|| chance::bytes::<16>().iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        let keeps_nothing = self.offline.as_deref() == Some(NOT_KEPT);
        let offline = self.offline.clone().filter(|_| standing == Standing::Fine || keeps_nothing);
        let script_nonce = nonce.clone();
        let owner = Owner::new_root(Some(Arc::new(hydration_context::SsrSharedContext::new_islands())));
        let html = owner.with(|| self.document(setting, script_nonce).to_html());
        owner.unset_with_forced_cleanup();
        Page { html: format!("<!doctype html>{html}"), standing, nonce, offline }
    }

    fn document(self, setting: &Setting, nonce: Option<String>) -> impl IntoView + use<> {
        let text = setting.text;
        let site = &setting.site;
        let title = format!("{} · {}", self.title, text.app);
        let wasm = (self.script == Some(ISLANDS)).then(|| view! { <link rel="preload" href=site.file("browser.wasm") r#as="fetch" r#type="application/wasm" crossorigin="" /> });
        let leave = self.quick_exit.then_some("scripts/leave.js");
        let scripts: Vec<_> = self
            .script
            .into_iter()
            .chain(leave)
            .map(|name| view! { <script r#type="module" nonce=nonce.clone() src=site.file(name)></script> })
            .collect();
        let tabs = self.tabs.map(|(role, at)| tabs(text, role, at));
        let quick_exit = self.quick_exit.then(|| {
            view! { <form method="post" action="/quick-exit" data-to=site.quick_exit_to.clone()><button class="quiet">{icon(Icon::Cross)}{text.shell.quick_exit}<span class="unseen">{text.shell.quick_exit_what}</span></button></form> }
        });
        let close = self.close.then(|| view! { <a class="quiet" href="/">{text.shell.close}</a> });
        view! {
            <html lang=text.lang dir=text.dir>
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                    <meta name="theme-color" content="#f3f1e8" media="(prefers-color-scheme: light)" />
                    <meta name="theme-color" content="#0d2123" media="(prefers-color-scheme: dark)" />
                    <title>{title}</title>
                    <link rel="stylesheet" href=site.file("main.css") />
                    <link rel="icon" href=site.file("icons/favicon.svg") />
                    <link rel="apple-touch-icon" href=site.file("icons/maskable-192.png") />
                    <link rel="manifest" href=format!("/manifest.webmanifest?language={}", text.lang) />
                    {wasm}
                    {scripts}
                </head>
                <body>
                    <header class="bar">
                        <a class="skip unseen" href="#main">{text.shell.skip}</a>
                        <a class="mark" href="/">{text.app}</a>
                        {close}
                        {quick_exit}
                    </header>
                    {tabs}
                    <main id="main" tabindex="-1" class=self.class>{self.main}</main>
                </body>
            </html>
        }
    }
}

fn tabs(text: &'static Text, role: Role, at: Option<Tab>) -> impl IntoView {
    let items: Vec<_> = Tab::of(role)
        .iter()
        .map(|tab| {
            view! {
                <li>
                    <a href=tab.address() aria-current=(at == Some(*tab)).then_some("page")>
                        {icon(tab.icon())}
                        {tab.words(text)}
                    </a>
                </li>
            }
        })
        .collect();
    view! { <nav class="tabs" aria-label=text.shell.pages><ul>{items}</ul></nav> }
}
