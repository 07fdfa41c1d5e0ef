//! What was told as a table that Danish Excel opens as it is: UTF-8 with a mark, semicolons, Danish dates.

use super::told::{Told, asked};
use crate::{
    domain::{
        checkin::{CheckIn, instruments},
        moment::Zone,
    },
    text::Text,
    ui::{
        csv::{MARK, date, line},
        page::File,
    },
};

impl Told {
    /// The table (RFC 4180 with semicolons), the oldest first: a line for each check-in, a column for each question of
    /// the instruments that were used.
    pub fn csv(&self, text: &'static Text, zone: Zone) -> File {
        let used = |key: &str| self.check_ins.iter().any(|check_in| check_in.instrument.key == key);
        let columns: Vec<_> = instruments()
            .filter(|instrument| used(instrument.key))
            .flat_map(|instrument| instrument.items.iter().map(move |question| (instrument, question)))
            .collect();
        let words = &text.export;
        let first = [words.sent, words.person, words.about, words.instrument].map(str::to_owned);
        let questions = columns.iter().map(|(instrument, question)| asked(text, instrument, question));
        let last = [words.score, words.words, words.read].map(str::to_owned);
        let mut table = format!("{MARK}{}", line(first.into_iter().chain(questions).chain(last)));
        for check_in in self.check_ins.iter().rev() {
            let answers = columns.iter().map(|(instrument, question)| {
                let answer = self.answer(check_in, question).filter(|_| check_in.instrument == *instrument);
                answer.map_or_else(String::new, |answer| answer.to_string())
            });
            table.push_str(&line(before(text, zone, check_in).into_iter().chain(answers).chain(after(zone, check_in))));
        }
        File { name: "vores-plan.csv", media_type: "text/csv; charset=utf-8", bytes: table.into_bytes() }
    }
}

fn before(text: &Text, zone: Zone, check_in: &CheckIn) -> [String; 4] {
    let about = check_in.about.as_ref().map(ToString::to_string);
    let about = about.or_else(|| check_in.goal.as_ref().map(ToString::to_string));
    let instrument = text.instruments.of(check_in.instrument.key).map_or("", |words| words.title);
    [date(check_in.answered_at, zone), check_in.person.to_string(), about.unwrap_or_default(), instrument.to_owned()]
}

fn after(zone: Zone, check_in: &CheckIn) -> [String; 3] {
    let words = check_in.words.as_ref().map_or_else(String::new, ToString::to_string);
    let read = check_in.review.as_ref().map_or_else(String::new, |review| date(review.at, zone));
    [check_in.score.to_string(), words, read]
}
