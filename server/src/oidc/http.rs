//! All that goes out to a provider: to its own hosts, over https, following no redirect, bounded in time and size.

use std::{pin::Pin, time::Duration};

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http, url::Url};
use reqwest::{Client, redirect};

/// A provider that says nothing for so long is not there.
const PATIENCE: Duration = Duration::from_secs(10);

/// The most bytes an answer may have.
const LARGEST: usize = 512 * 1024;

/// A way to one provider.
#[derive(Clone, Debug)]
pub struct Http {
    client: Client,
    hosts: Vec<String>,
}

/// Why an answer did not come.
#[derive(Debug, thiserror::Error)]
pub enum Unreached {
    /// The address is none of the provider's.
    #[error("the address is not https, or its host is not one of the provider's")]
    Elsewhere,
    /// There was no answer.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// The answer is too large.
    #[error("the answer is too large")]
    TooLarge,
}

impl Http {
    /// A way to these hosts.
    ///
    /// # Errors
    /// When the machine has no TLS.
    pub fn to(hosts: Vec<String>) -> Result<Self, String> {
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .timeout(PATIENCE)
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { client, hosts })
    }

    /// Whether an address is the provider's: https and one of its hosts, or on this machine.
    pub fn leads_to(&self, address: &Url) -> bool {
        let Some(host) = address.host_str() else { return false };
        let plain = address.username().is_empty() && address.password().is_none();
        let safe = address.scheme() == "https" || (address.scheme() == "http" && is_here(host));
        safe && plain && self.hosts.iter().any(|own| own == host)
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, Unreached> {
        let no_answer = |error: reqwest::Error| Unreached::NoAnswer(cause(&error));
        let (parts, body) = request.into_parts();
        let address: Url = parts.uri.to_string().parse().map_err(|_| Unreached::Elsewhere)?;
        if !self.leads_to(&address) {
            return Err(Unreached::Elsewhere);
        }
        let request = self.client.request(parts.method, address).headers(parts.headers).body(body);
        let mut answer = request.send().await.map_err(no_answer)?;
        let mut response = http::Response::builder().status(answer.status());
        if let Some(kind) = answer.headers().get(http::header::CONTENT_TYPE) {
            response = response.header(http::header::CONTENT_TYPE, kind);
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(no_answer)? {
            if body.len() + chunk.len() > LARGEST {
                return Err(Unreached::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        response.body(body).map_err(|error| Unreached::NoAnswer(error.to_string()))
    }
}

/// What went wrong at the bottom of it: that names no address.
fn cause(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), cause)
}

/// Whether a host is this machine.
pub fn is_here(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = Unreached;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Unreached>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_goes_anywhere_but_to_the_provider_over_https_or_on_this_machine() {
        let http = Http::to(vec!["login.example".into(), "127.0.0.1".into()]).expect("a way");
        for (address, leads) in [
            ("https://login.example/token", true),
            ("https://login.example:8443/token", true),
            ("http://127.0.0.1:4000/token", true),
            ("http://login.example/token", false),
            ("https://login.example.evil/token", false),
            ("https://evil.example/login.example", false),
            ("https://login.example@evil.example/", false),
            ("https://somebody@login.example/", false),
            ("http://localhost/token", false),
            ("file:///etc/passwd", false),
        ] {
            assert_eq!(http.leads_to(&address.parse().expect("an address")), leads, "{address}");
        }
    }
}
