//! What a municipality decides for itself.

use super::{moment::clock, why::Why, words::Title, working_time::Office};

/// How a municipality works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// When it is open and when its teams meet.
    pub office: Office,
    /// Where staff find the form of the SDQ that the municipality has a licence for.
    pub sdq_address: Option<String>,
    /// Whether contact persons may come from outside the municipality. Where not, those there are see nothing.
    pub association_contacts: bool,
    /// Whether families see the names of staff who looked, and not only what they are.
    pub staff_names: bool,
    /// Numbers of the municipality's own that families can call, before those of the whole country.
    pub help_lines: Vec<HelpLine>,
    /// Pages of the municipality's own that families are led to.
    pub links: Vec<Link>,
}

/// A telephone number that families can call, however short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelpLine {
    /// The number, as people read it.
    pub number: String,
    /// Who answers.
    pub words: Title,
}

impl HelpLine {
    /// Reads a line such as `70 20 12 34 Kommunens døgnvagt`.
    fn parse(line: &str) -> Result<Self, Why> {
        let end = line.find(|c: char| !c.is_ascii_digit() && !matches!(c, ' ' | '+')).unwrap_or(line.len());
        let (number, words) = line.split_at(end);
        let digits = number.chars().filter(char::is_ascii_digit).count();
        let number = number.split_whitespace().collect::<Vec<_>>().join(" ");
        if !(3..=15).contains(&digits) || number.rfind('+').is_some_and(|at| at > 0) {
            return Err(Why::NotAPhone);
        }
        Ok(Self { number, words: what_it_is(words)? })
    }

    /// The number as a telephone takes it.
    pub fn dial(&self) -> String {
        self.number.replace(' ', "")
    }
}

/// A page that families are led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its address, which begins with `https://`.
    pub address: String,
    /// What is there.
    pub words: Title,
}

impl Link {
    /// Reads a line such as `https://kommunen.example/hjaelp Hjælp i hverdagen`.
    fn parse(line: &str) -> Result<Self, Why> {
        let (address, words) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let address = Settings::address(address)?.ok_or(Why::NotAnAddress)?;
        Ok(Self { address, words: what_it_is(words)? })
    }
}

fn what_it_is(words: &str) -> Result<Title, Why> {
    Title::parse(words).map_err(|why| if why == Why::Empty { Why::NoWords } else { why })
}

/// The most lines of a kind.
const LINES: usize = 5;

fn lines<T>(typed: &str, read: fn(&str) -> Result<T, Why>) -> Result<Vec<T>, Why> {
    let lines: Vec<&str> = typed.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > LINES { Err(Why::TooManyLines(LINES)) } else { lines.into_iter().map(read).collect() }
}

/// When things are begun to be read.
pub const OPENS: &str = "opens";
/// When no more is read.
pub const CLOSES: &str = "closes";
/// A day on which teams meet.
pub const TEAM_MEETING: &str = "team_meeting";
/// How many days there are between two team meetings.
pub const TEAM_MEETING_DAYS: &str = "team_meeting_days";
/// Where the form of the SDQ is.
pub const SDQ_ADDRESS: &str = "sdq_address";
/// Whether contact persons may come from outside the municipality.
pub const ASSOCIATION_CONTACTS: &str = "association_contacts";
/// Whether families see the names of staff who looked.
pub const STAFF_NAMES: &str = "staff_names";
/// Numbers to call.
pub const HELP_LINES: &str = "help_lines";
/// Pages that families are led to.
pub const LINKS: &str = "links";

/// The most characters an address may have.
const LONGEST: usize = 500;

impl Settings {
    /// How a municipality works that said nothing else.
    pub const fn usual(office: Office) -> Self {
        Self {
            office,
            sdq_address: None,
            association_contacts: true,
            staff_names: true,
            help_lines: Vec::new(),
            links: Vec::new(),
        }
    }

    /// Reads numbers to call, one a line.
    ///
    /// # Errors
    /// [`Why::TooManyLines`], or what is wrong with a line: [`Why::NotAPhone`], [`Why::NoWords`] or that of [`Title`].
    pub fn help_lines(typed: &str) -> Result<Vec<HelpLine>, Why> {
        lines(typed, HelpLine::parse)
    }

    /// Reads links, one a line.
    ///
    /// # Errors
    /// [`Why::TooManyLines`], or what is wrong with a line: [`Why::NotAnAddress`], [`Why::NoWords`] or that of [`Title`].
    pub fn links(typed: &str) -> Result<Vec<Link>, Why> {
        lines(typed, Link::parse)
    }

    /// The numbers to call as they are typed.
    pub fn help_lines_typed(&self) -> String {
        let line = |line: &HelpLine| format!("{} {}", line.number, line.words);
        self.help_lines.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// The links as they are typed.
    pub fn links_typed(&self) -> String {
        self.links.iter().map(|link| format!("{} {}", link.address, link.words)).collect::<Vec<_>>().join("\n")
    }

    /// Each setting as it is typed, by the name of its field; `yes` or `no` where it is ticked or not.
    pub fn typed(&self) -> [(&'static str, String); 9] {
        let (opens, closes) = self.office.hours();
        let (day, days) = self.office.team_meetings();
        let ticked = |on: bool| if on { "yes" } else { "no" }.to_owned();
        [
            (OPENS, clock(opens)),
            (CLOSES, clock(closes)),
            (TEAM_MEETING, day.to_string()),
            (TEAM_MEETING_DAYS, days.to_string()),
            (SDQ_ADDRESS, self.sdq_address.clone().unwrap_or_default()),
            (ASSOCIATION_CONTACTS, ticked(self.association_contacts)),
            (STAFF_NAMES, ticked(self.staff_names)),
            (HELP_LINES, self.help_lines_typed()),
            (LINKS, self.links_typed()),
        ]
    }

    /// Reads a web address; nothing when it is empty.
    ///
    /// # Errors
    /// [`Why::NotAnAddress`] unless it is `https://…` without spaces, [`Why::TooLong`].
    pub fn address(typed: &str) -> Result<Option<String>, Why> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(None);
        }
        let host = typed.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next());
        let sound = host.is_some_and(|host| host.contains('.') && !host.starts_with('.') && !host.contains('@'))
            && !typed.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>'));
        match (sound, typed.chars().count()) {
            (_, LONGEST..) => Err(Why::TooLong(LONGEST - 1)),
            (true, _) => Ok(Some(typed.to_owned())),
            (false, _) => Err(Why::NotAnAddress),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_addresses_are_taken() {
        assert_eq!(Settings::address(" "), Ok(None));
        let fine = "https://skema.eksempel.dk/sdq?a=1";
        assert_eq!(Settings::address(fine), Ok(Some(fine.to_owned())));
        for wrong in ["http://eksempel.dk", "javascript:alert(1)", "https://", "https://x y.dk", "https://a@b.dk"] {
            assert_eq!(Settings::address(wrong), Err(Why::NotAnAddress), "{wrong}");
        }
        assert_eq!(Settings::address(&format!("https://a.dk/{}", "x".repeat(500))), Err(Why::TooLong(499)));
    }

    #[test]
    fn a_line_is_a_number_or_an_address_and_what_it_is() {
        let typed = " 1888 Lev uden vold \r\n\n+45 70 20  12 34 Kommunens døgnvagt";
        let lines = Settings::help_lines(typed).expect("two lines");
        let read: Vec<_> = lines.iter().map(|line| (line.dial(), line.words.as_str())).collect();
        assert_eq!(read, [("1888".to_owned(), "Lev uden vold"), ("+4570201234".to_owned(), "Kommunens døgnvagt")]);
        for (wrong, why) in [
            ("12 Kort", Why::NotAPhone),
            ("1234567890123456 Lang", Why::NotAPhone),
            ("12+34 Plus", Why::NotAPhone),
            ("Ring til os", Why::NotAPhone),
            ("1888", Why::NoWords),
            ("1888 a\u{7}", Why::NotText),
            (&"1888 x\n".repeat(6), Why::TooManyLines(5)),
        ] {
            assert_eq!(Settings::help_lines(wrong), Err(why), "{wrong}");
        }
        let links = Settings::links("https://kommunen.example/hjaelp Hjælp i hverdagen").expect("a link");
        assert_eq!(links[0].address, "https://kommunen.example/hjaelp");
        for (wrong, why) in [
            ("http://kommunen.example Hjælp", Why::NotAnAddress),
            ("javascript:alert(1) Hjælp", Why::NotAnAddress),
            ("https://kommunen.example", Why::NoWords),
            (&"https://a.dk x\n".repeat(6), Why::TooManyLines(5)),
        ] {
            assert_eq!(Settings::links(wrong), Err(why), "{wrong}");
        }
        assert_eq!((Settings::help_lines(" \n "), Settings::links("")), (Ok(Vec::new()), Ok(Vec::new())));
    }
}
