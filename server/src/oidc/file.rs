//! The file that tells by which providers people can sign in: a list in JSON, as the README describes it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use app::domain::identity::{Audience, Levels, Provider, ProviderKey};
use openidconnect::{ClientId, ClientSecret, IssuerUrl, RedirectUrl, Scope, url::Url};
use serde::Deserialize;

use super::{
    http::{Http, is_here},
    party::{Ourselves, Party, Terms},
    signer::Signer,
};

/// Claims that name a mailbox. Those are given anew to others, so that nobody is known by one (OpenID Connect Core 1.0
/// §5.7).
const MAILBOXES: [&str; 4] = ["email", "preferred_username", "upn", "unique_name"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    key: String,
    title: Title,
    #[serde(rename = "for")]
    audience: String,
    municipality: Option<String>,
    issuer: String,
    client_id: String,
    client_secret_file: Option<PathBuf>,
    private_key_file: Option<PathBuf>,
    key_id: Option<String>,
    #[serde(default)]
    scopes: Vec<String>,
    acr: Vec<String>,
    #[serde(default = "acr")]
    acr_claim: String,
    #[serde(default = "sub")]
    subject_claim: String,
    staff_claim: Option<String>,
    #[serde(default)]
    hosts: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Title {
    Everywhere(String),
    InEach { da: String, en: String },
}

fn acr() -> String {
    "acr".into()
}

fn sub() -> String {
    "sub".into()
}

/// Reads the file.
///
/// # Errors
/// What is wrong with it, as a sentence that tells nothing of a secret.
pub(super) fn read(file: &Path, public_url: &str) -> Result<Vec<Party>, String> {
    let wrong = |why: &dyn std::fmt::Display| format!("--providers cannot be {}: {why}", file.display());
    let text = fs::read_to_string(file).map_err(|error| wrong(&error))?;
    let written: Vec<Written> = serde_json::from_str(&text).map_err(|error| wrong(&error))?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut parties: Vec<Party> = Vec::new();
    for written in written {
        let name = written.key.clone();
        let party = written.party(folder, public_url).map_err(|why| wrong(&format!("{name}: {why}")))?;
        if parties.iter().any(|before| before.shown().key == party.shown().key) {
            return Err(wrong(&format!("{name} stands there twice")));
        }
        parties.push(party);
    }
    Ok(parties)
}

impl Written {
    fn party(self, folder: &Path, public_url: &str) -> Result<Party, String> {
        let key: ProviderKey =
            self.key.parse().map_err(|_| "a key is up to 32 small letters, digits and -".to_owned())?;
        let audience: Audience = self.audience.parse().map_err(|_| "\"for\" is staff or citizens".to_owned())?;
        match (audience, &self.staff_claim, &self.municipality) {
            (Audience::Staff, None, _) => return Err("staff need a \"staff_claim\"".into()),
            (Audience::Staff, _, None) => return Err("staff need a \"municipality\"".into()),
            (Audience::Citizens, Some(_), _) => return Err("citizens have no \"staff_claim\"".into()),
            _ => {}
        }
        let mailbox = |claim: &str| MAILBOXES.contains(&claim);
        if mailbox(&self.subject_claim) || self.staff_claim.as_deref().is_some_and(mailbox) {
            return Err("nobody is known by an address of e-mail: name a claim that is never given to another".into());
        }
        let (issuer, host) = issuer(&self.issuer)?;
        let levels =
            Levels::new(self.acr).map_err(|_| "\"acr\" names at least one level, without spaces".to_owned())?;
        let ourselves = match (&self.client_secret_file, &self.private_key_file) {
            (Some(file), None) => {
                let secret = secret(folder, file)?;
                Ourselves::Secret(ClientSecret::new(secret.trim().to_owned()))
            }
            (None, Some(file)) => {
                let signer = Signer::new(&secret(folder, file)?, self.key_id);
                Ourselves::Key(signer.map_err(|why| format!("{}: {why}", file.display()))?)
            }
            _ => return Err("name either a \"client_secret_file\" or a \"private_key_file\"".into()),
        };
        let (danish, english) = match self.title {
            Title::Everywhere(title) => (title.clone(), title),
            Title::InEach { da, en } => (da, en),
        };
        if [&danish, &english].iter().any(|title| title.trim().is_empty() || title.chars().count() > 60) {
            return Err("a title has 1 to 60 characters".into());
        }
        let redirect = RedirectUrl::new(format!("{public_url}/oidc/{key}/callback")).map_err(|why| why.to_string())?;
        let hosts = self.hosts.into_iter().chain([host]).collect();
        let shown = Provider { key, danish, english, audience, municipality: self.municipality };
        let terms = Terms {
            issuer,
            client: ClientId::new(self.client_id),
            ourselves,
            redirect,
            afterwards: format!("{public_url}/"),
            scopes: self.scopes.into_iter().filter(|scope| scope != "openid").map(Scope::new).collect(),
            levels,
            level_claim: self.acr_claim,
            subject_claim: self.subject_claim,
            staff_claim: self.staff_claim,
        };
        Ok(Party::new(shown, terms, Http::to(hosts)?))
    }
}

/// An issuer (OpenID Connect Discovery 1.0 §3) and its host.
fn issuer(text: &str) -> Result<(IssuerUrl, String), String> {
    const WRONG: &str = "\"issuer\" is an address that begins with https://, without ? or #";
    let url: Url = text.parse().map_err(|_| WRONG.to_owned())?;
    let host = url.host_str().ok_or(WRONG)?.to_owned();
    let safe = url.scheme() == "https" || (url.scheme() == "http" && is_here(&host));
    if !safe || url.query().is_some() || url.fragment().is_some() {
        return Err(WRONG.into());
    }
    Ok((IssuerUrl::new(text.to_owned()).map_err(|_| WRONG.to_owned())?, host))
}

fn secret(folder: &Path, file: &Path) -> Result<String, String> {
    let text = fs::read_to_string(folder.join(file)).map_err(|error| format!("{}: {error}", file.display()))?;
    if text.trim().is_empty() { Err(format!("{} is empty", file.display())) } else { Ok(text) }
}
