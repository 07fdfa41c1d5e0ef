//! A detour: where somebody was going when they first had to show who they are, and the form they sent there.

/// The most bytes of an address to go on to.
const LONGEST: usize = 1024;

/// Where to go on, on this site and nowhere else, and what was sent there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detour {
    to: String,
    sent: Option<Sent>,
}

/// A form as it was sent (`application/x-www-form-urlencoded`). `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
struct Sent(String);

impl std::fmt::Debug for Sent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sent(…)")
    }
}

impl Default for Detour {
    fn default() -> Self {
        Self::to("/")
    }
}

impl Detour {
    /// On to an address; to the first page where that is none of this site.
    ///
    /// It is an absolute path (RFC 3986 §3.3) of visible ASCII. A browser takes `//` and `\` for the beginning of another
    /// site, and drops what cannot be seen.
    pub fn to(address: &str) -> Self {
        let own = address.len() <= LONGEST
            && address.starts_with('/')
            && !address.starts_with("//")
            && address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        Self { to: if own { address } else { "/" }.to_owned(), sent: None }
    }

    /// With a form that is to be sent there.
    #[must_use]
    pub fn with(self, form: Option<String>) -> Self {
        Self { sent: form.map(Sent), ..self }
    }

    /// Where it goes on.
    pub fn address(&self) -> &str {
        &self.to
    }

    /// The form that is to be sent there.
    pub fn sent(&self) -> Option<&str> {
        self.sent.as_ref().map(|sent| sent.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_on_on_this_site_alone() {
        for own in ["/", "/plan", "/looked?by=&back=month", "/goals/00ff#s1"] {
            assert_eq!(Detour::to(own).address(), own);
        }
        let long = format!("/{}", "a".repeat(LONGEST));
        for other in [
            "",
            "plan",
            "//evil.example",
            "/\\evil.example",
            "\\/evil",
            "https://evil.example",
            "/\t/evil",
            "/å",
            &long,
        ] {
            assert_eq!(Detour::to(other).address(), "/", "{other}");
        }
        let sent = Detour::to("/notes").with(Some("words=hemmeligt".into()));
        assert_eq!(sent.sent(), Some("words=hemmeligt"));
        assert!(!format!("{sent:?}").contains("hemmeligt"));
    }
}
