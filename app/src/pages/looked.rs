//! Who looked at the family's data, in the family's words.

use leptos::prelude::*;

use super::{confirmed, own_family, own_family_for, parent_of};
use crate::{
    domain::{
        access::Purpose,
        look::{Aim, Back, Look, LookFilter, Looker},
        moment::WallTime,
    },
    problem::Problem,
    store,
    ui::{
        Visit, csv, date,
        field::Fields,
        icon::{Icon, icon},
        page::{Answer, File, Sheet, Tab},
    },
};

/// So many looks are shown at most.
const LINES: i64 = 1000;
/// So many looks are handed out at most.
const ALL: i64 = 100_000;

/// The field with who looked; anybody where it is empty.
const BY: &str = "by";
/// The field with how far back; as far as it goes where it is empty.
const BACK: &str = "back";
/// The field with what for; anything where it is empty.
const WHAT: &str = "what";

/// What was chosen to be seen.
struct Chosen {
    by: Option<Looker>,
    back: Option<Back>,
    aim: Option<Aim>,
}

impl Chosen {
    fn of(fields: &Fields) -> Self {
        Self { by: fields.parsed(BY), back: fields.parsed(BACK), aim: fields.parsed(WHAT) }
    }

    fn filter(&self, visit: &Visit) -> LookFilter {
        LookFilter { by: self.by, since: self.back.map(|back| visit.now.plus_days(-back.days())), aim: self.aim }
    }
}

/// Shows them day by day, the newest first.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent.
pub async fn show(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    let text = visit.text;
    let zone = visit.viewer.zone;
    let chosen = Chosen::of(&fields);
    let looks = store::looks(&visit.db, &own_family(&visit).await?, chosen.filter(&visit), LINES).await?;
    let days: Vec<_> =
        looks.chunk_by(|one, other| one.at.date(zone) == other.at.date(zone)).map(|looks| day(&visit, looks)).collect();
    let none = days.is_empty().then(|| {
        let anything = chosen.by.is_none() && chosen.back.is_none() && chosen.aim.is_none();
        view! { <p class="soft">{if anything { text.looked.none } else { text.looked.none_so }}</p> }
    });
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href="/me">{icon(Icon::Back)}{text.me.title}</a></p>
                <h1>{text.looked.title}</h1>
                <p>{text.looked.lead}</p>
                {choice(&visit, &chosen)}
                {none}
            </section>
            {days}
        </div>
    };
    Ok(Sheet::new(text.looked.title, main).tabs(&visit.viewer, Tab::Me).page(&visit.setting).into())
}

/// Whom and how far back to see, and the way to take it along.
fn choice(visit: &Visit, chosen: &Chosen) -> impl IntoView + use<> {
    let words = &visit.text.looked;
    let option = |key: &'static str, words: &'static str, selected: bool| {
        view! { <option value=key selected=selected>{words}</option> }
    };
    let by: Vec<_> =
        Looker::ALL.iter().map(|one| option(one.key(), (words.by)(*one), chosen.by == Some(*one))).collect();
    let back: Vec<_> =
        Back::ALL.iter().map(|one| option(one.key(), (words.back)(*one), chosen.back == Some(*one))).collect();
    let aims: Vec<_> = Aim::ALL
        .iter()
        .map(|one| option(one.key(), (words.aim)(*one).trim_end_matches('.'), chosen.aim == Some(*one)))
        .collect();
    let query = format!(
        "{BY}={}&{BACK}={}&{WHAT}={}",
        chosen.by.map_or("", Looker::key),
        chosen.back.map_or("", Back::key),
        chosen.aim.map_or("", Aim::key)
    );
    view! {
        <form class="pick" method="get" action="/looked">
            <div class="field">
                <label for=BY>{words.who}</label>
                <select id=BY name=BY><option value="">{words.anybody}</option>{by}</select>
            </div>
            <div class="field">
                <label for=BACK>{words.when}</label>
                <select id=BACK name=BACK><option value="">{words.always}</option>{back}</select>
            </div>
            <div class="field">
                <label for=WHAT>{words.what}</label>
                <select id=WHAT name=WHAT><option value="">{words.anything}</option>{aims}</select>
            </div>
            <p class="reach">
                <button class="button">{words.show}</button>
                " "
                <a class="quiet" href=format!("/looked/table.csv?{query}") download="">{words.as_table}</a>
            </p>
        </form>
    }
}

/// Hands them out as a table, the newest first.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent, [`Problem::Unproven`] for whoever has not shown lately that it is them.
pub async fn table(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    let words = &visit.text.looked;
    parent_of(&visit.viewer)?;
    confirmed(&visit, None)?;
    let access = own_family_for(&visit, Purpose::Export).await?;
    let looks = store::looks(&visit.db, &access, Chosen::of(&fields).filter(&visit), ALL).await?;
    let head = [words.when, words.who, words.role, words.unit, words.what].map(str::to_owned);
    let mut table = format!("{}{}", csv::MARK, csv::line(head.into_iter()));
    for look in looks {
        let or_nothing = |words: Option<String>| words.unwrap_or_default();
        let cells = [
            csv::date(look.at, visit.viewer.zone),
            or_nothing(look.name.map(|name| name.to_string())),
            (words.relation)(look.relation).to_owned(),
            or_nothing(look.unit.map(|unit| unit.to_string())),
            (words.aim)(look.aim).to_owned(),
        ];
        table.push_str(&csv::line(cells.into_iter()));
    }
    let media_type = "text/csv; charset=utf-8";
    Ok(Answer::File(File { name: "vores-plan.csv", media_type, bytes: table.into_bytes() }))
}

/// The looks of one day. What somebody did again and again is one row: when last, and how often.
fn day(visit: &Visit, looks: &[Look]) -> impl IntoView + use<> {
    let zone = visit.viewer.zone;
    let heading = looks.first().map(|look| date::day(visit.text, look.at.date(zone), visit.now.date(zone)));
    let mut looked: Vec<(&Look, usize)> = Vec::new();
    for look in looks {
        match looked.iter_mut().find(|(last, _)| last.is_like(look)) {
            Some((_, times)) => *times += 1,
            None => looked.push((look, 1)),
        }
    }
    let rows: Vec<_> = looked.into_iter().map(|(look, times)| row(visit, look, times)).collect();
    view! {
        <section>
            <h2>{heading.as_deref().map(date::capital)}</h2>
            <ol class="rows">{rows}</ol>
        </section>
    }
}

fn row(visit: &Visit, look: &Look, times: usize) -> impl IntoView + use<> {
    let text = visit.text;
    let wall = WallTime::at(look.at, visit.viewer.zone);
    let relation = (text.looked.relation)(look.relation);
    let name = look.name.as_ref().map(ToString::to_string);
    let unit = look.unit.as_ref().map(ToString::to_string);
    let who: Vec<String> = name.into_iter().chain([relation.to_owned()]).chain(unit).collect();
    let who = date::capital(&who.join(", "));
    view! {
        <li>
            <h3>{who}</h3>
            <p>
                <time class="soft" datetime=date::machine(&wall)>
                    {date::capital(&date::instant(text, look.at, visit.viewer.zone, visit.now))}
                </time>
                ". "
                {(text.looked.aim)(look.aim)}
                {(times > 1).then(|| format!(" {}", (text.looked.times)(times)))}
            </p>
        </li>
    }
}
