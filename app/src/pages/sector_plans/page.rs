//! What is shown: where each plan is and whose it is, and the form to point to one.

use leptos::prelude::*;

use super::form::{ABOUT, ID, MADE_ON, NEXT_REVIEW, OWNER, PointerForm, SOURCE, TITLE};
use crate::{
    domain::{
        family::Family,
        id::Id,
        person::Person,
        sector_plan::SectorPlan,
        words::{Source, Title},
    },
    ui::{
        Visit, date,
        field::problem_at,
        icon::{Icon, icon},
        page::{Page, Sheet, Tab},
    },
};

/// Where the plans are, as a parent sees it.
pub(super) fn of_parent(visit: &Visit, plans: &[SectorPlan]) -> Page {
    let text = visit.text;
    let words = &text.sector_plans;
    let rows: Vec<_> = plans.iter().map(|plan| view! { <li>{facts(visit, plan)}</li> }).collect();
    let rows = if rows.is_empty() {
        view! { <p class="soft">{words.none}</p> }.into_any()
    } else {
        view! { <ul class="rows">{rows}</ul> }.into_any()
    };
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href="/plan">{icon(Icon::Back)}{text.plan.title}</a></p>
                <h1>{words.title}</h1>
                <p>{words.lead}</p>
            </section>
        </div>
        {rows}
    };
    Sheet::new(words.title, main).tabs(&visit.viewer, Tab::Plan).page(&visit.setting)
}

/// What, whose, where, from when, and when it is looked at next.
fn facts(visit: &Visit, plan: &SectorPlan) -> impl IntoView + use<> {
    let text = visit.text;
    let words = &text.sector_plans;
    let pointer = &plan.pointer;
    let today = visit.now.date(visit.viewer.zone);
    let source = match pointer.address() {
        Some(address) => {
            let words = address.clone();
            view! { <a href=address rel="noreferrer noopener">{words}</a> }.into_any()
        }
        None => pointer.source.to_string().into_any(),
    };
    let about = plan.about.as_ref().map(|(_, name)| view! { " " <small>{name.to_string()}</small> });
    let review = pointer.next_review.map(|day| (words.next_review)(&date::full_date(text, day)));
    let stale = pointer.is_stale(today).then(|| view! { <p class="note"><strong>{words.stale}</strong></p> });
    view! {
        <h3>{pointer.title.to_string()} {about}</h3>
        <p>{(words.owned_by)(pointer.owner.as_str())}</p>
        <p>{words.found} " " {source}</p>
        <p class="soft">{(words.made_on)(&date::full_date(text, pointer.made_on))} " " {review}</p>
        {stale}
    }
}

/// What staff see of a family's plans with others.
pub(super) struct OfFamily {
    pub(super) family: Family,
    pub(super) plans: Vec<SectorPlan>,
    pub(super) people: Vec<Person>,
}

pub(super) fn of_family(visit: &Visit, of: &OfFamily, form: &PointerForm, id: Id<SectorPlan>) -> Page {
    let text = visit.text;
    let words = &text.sector_plans;
    let rows: Vec<_> = of.plans.iter().map(|plan| staff_row(visit, plan)).collect();
    let rows = if rows.is_empty() {
        view! { <p class="soft">{words.none}</p> }.into_any()
    } else {
        view! { <ul class="rows">{rows}</ul> }.into_any()
    };
    let address = format!("/families/{}/sector-plans", of.family.id);
    let main = view! {
        <div class="path">
            <section>
                <p>
                    <a class="quiet" href=format!("/families/{}", of.family.id)>
                        {icon(Icon::Back)}
                        {of.family.name.to_string()}
                    </a>
                </p>
                <h1>{words.title}</h1>
                <p>{words.staff_lead}</p>
                {rows}
            </section>
            <section>
                <h2>{words.add}</h2>
                <form method="post" action=address novalidate=true>
                    <input type="hidden" name=ID value=id.to_string() />
                    {fields(visit, &of.people, form)}
                    <p class="reach"><button class="button main">{words.save}</button></p>
                </form>
            </section>
        </div>
    };
    let sheet = Sheet::new(words.title, main).tabs(&visit.viewer, Tab::Families);
    sheet.refused(!form.refusals.is_empty()).page(&visit.setting)
}

fn staff_row(visit: &Visit, plan: &SectorPlan) -> impl IntoView + use<> {
    let words = &visit.text.sector_plans;
    let title = plan.pointer.title.to_string();
    view! {
        <li class="device">
            <div>{facts(visit, plan)}</div>
            <a class="button" href=format!("/sector-plans/{}", plan.id)>
                {words.change}
                <span class="unseen">": " {title.clone()}</span>
            </a>
            <form method="post" action=format!("/sector-plans/{}/remove", plan.id)>
                <button class="button">{words.remove}<span class="unseen">": " {title}</span></button>
            </form>
        </li>
    }
}

pub(super) fn edit(
    visit: &Visit,
    family: Id<Family>,
    plan: Id<SectorPlan>,
    people: &[Person],
    form: &PointerForm,
) -> Page {
    let words = &visit.text.sector_plans;
    let main = view! {
        <div class="path">
            <section>
                <p>
                    <a class="quiet" href=format!("/families/{family}/sector-plans")>
                        {icon(Icon::Back)}
                        {words.title}
                    </a>
                </p>
                <h1>{words.change_title}</h1>
                <form method="post" action=format!("/sector-plans/{plan}") novalidate=true>
                    {fields(visit, people, form)}
                    <p class="reach"><button class="button main">{words.save}</button></p>
                </form>
            </section>
        </div>
    };
    let sheet = Sheet::new(words.change_title, main).tabs(&visit.viewer, Tab::Families);
    sheet.refused(!form.refusals.is_empty()).page(&visit.setting)
}

fn fields(visit: &Visit, people: &[Person], form: &PointerForm) -> impl IntoView + use<> {
    let text = visit.text;
    let words = &text.sector_plans;
    let field = |name: &'static str, kind: &'static str, label: &'static str, max: Option<usize>| {
        let refused = form.refusals.of(name).is_some();
        view! {
            <div class="field">
                <label for=name>{label}</label>
                {problem_at(text, &form.refusals, name)}
                <input
                    type=kind
                    id=name
                    name=name
                    value=form.typed.get(name).unwrap_or_default().to_owned()
                    maxlength=max.map(|max| max.to_string())
                    aria-invalid=refused.then_some("true")
                    aria-describedby=refused.then(|| format!("{name}-problem"))
                />
            </div>
        }
    };
    let chosen = form.typed.get(ABOUT).unwrap_or_default();
    let people: Vec<_> = people
        .iter()
        .map(|person| {
            let id = person.id.to_string();
            let selected = id == chosen;
            view! { <option value=id selected=selected>{person.name.to_string()}</option> }
        })
        .collect();
    view! {
        {field(TITLE, "text", words.plan, Some(Title::MAX))}
        {field(OWNER, "text", words.owner, Some(Title::MAX))}
        {field(SOURCE, "text", words.source, Some(Source::MAX))}
        <div class="field">
            <label for=ABOUT>{words.about}</label>
            {problem_at(text, &form.refusals, ABOUT)}
            <select id=ABOUT name=ABOUT><option value="">{words.everybody}</option>{people}</select>
        </div>
        {field(MADE_ON, "date", words.made, None)}
        {field(NEXT_REVIEW, "date", words.review, None)}
    }
}
