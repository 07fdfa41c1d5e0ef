//! Parts of pages, without opinions.

pub mod chart;
pub mod coming;
pub mod csv;
pub mod date;
pub mod days;
pub mod detour;
pub mod field;
pub mod form;
pub mod icon;
pub mod invitation;
pub mod page;
pub mod parts;
pub mod passkey;
pub mod plan_words;
pub mod qr;
pub mod questions;

use crate::{
    domain::{
        channel::Carrier,
        identity::Provider,
        moment::Moment,
        passkey::ceremony::Side,
        person::Viewer,
        push::{Keys, PushService},
        words::Phone,
    },
    store::Db,
    text::Text,
};

/// Where the program is reached and what its pages are made of.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// The address people use, without a slash at the end.
    pub public_url: String,
    /// The addresses of the built files by their names.
    pub files: std::collections::HashMap<String, String>,
    /// Whom to call where the program knows nobody else to name.
    pub phone: Option<Phone>,
    /// Where a quick exit leads: the origin of a site that tells a bystander nothing.
    pub quick_exit_to: String,
    /// How reminders reach devices, where that was set up.
    pub push: Option<Push>,
    /// How letters are brought to those who see no reminder; none where nothing was set up.
    pub carriers: Vec<Carrier>,
    /// The providers people can sign in by; none where nothing was set up.
    pub providers: Vec<Provider>,
}

/// How reminders reach devices.
#[derive(Clone, Debug)]
pub struct Push {
    /// The public key of the sender, in base64url: what a browser subscribes with.
    pub key: String,
    /// The push services that devices may be reached at.
    pub services: Vec<PushService>,
    /// Whether something can be locked for a device with these keys.
    pub locks: fn(&Keys) -> bool,
}

impl Site {
    /// The address of a built file; its plain name where it was not built.
    pub fn file(&self, name: &str) -> String {
        self.files.get(name).cloned().unwrap_or_else(|| format!("/{name}"))
    }

    /// What passkeys let in to; none where the address people use cannot have any.
    pub fn side(&self) -> Option<Side> {
        Side::at(&self.public_url)
    }
}

/// What every page has at hand.
#[derive(Clone)]
pub struct Setting {
    /// The database.
    pub db: Db,
    /// The time the request came.
    pub now: Moment,
    /// The language of the page.
    pub text: &'static Text,
    /// The site.
    pub site: std::sync::Arc<Site>,
}

/// A request by somebody who is signed in.
#[derive(Clone)]
pub struct Visit {
    /// What every page has at hand.
    pub setting: Setting,
    /// Who is signed in.
    pub viewer: Viewer,
    /// When the form that came was filled in, where it waited on the device for a net; the device says so.
    pub filled_in_at: Option<Moment>,
}

impl std::ops::Deref for Visit {
    type Target = Setting;

    fn deref(&self) -> &Setting {
        &self.setting
    }
}
