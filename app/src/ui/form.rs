//! The fields of a form: a label, a hint, what is wrong with it, and what was typed.

use leptos::prelude::*;

use super::field::{Fields, FilledIn, Refusals, problem_at};
use crate::{domain::phone_code::PhoneCode, text::Text};

/// A form as it was filled in, ready to be shown again.
#[derive(Clone, Copy)]
pub struct Form<'a> {
    /// The language it is shown in.
    pub text: &'static Text,
    /// What was typed.
    pub typed: &'a Fields,
    /// What cannot be taken, and why.
    pub refusals: &'a Refusals,
}

impl<'a> Form<'a> {
    /// That form, in that language.
    pub const fn of(text: &'static Text, filled_in: &'a FilledIn) -> Self {
        Self { text, typed: &filled_in.typed, refusals: &filled_in.refusals }
    }

    /// What was typed in a field.
    pub fn value(&self, name: &str) -> String {
        self.typed.get(name).unwrap_or_default().to_owned()
    }

    /// A field of one line; `kind` is the type of the input (HTML §4.10.5).
    pub fn line(&self, name: &'static str, kind: &'static str, label: &'static str, hint: &'static str) -> AnyView {
        let value = self.value(name);
        self.field(name, label, hint, move |refused, described| {
            view! { <input type=kind id=name name=name value=value aria-invalid=refused aria-describedby=described /> }
        })
    }

    /// A field for the code of a device: digits that nobody reads along, and no browser keeps.
    pub fn code(&self, name: &'static str, label: &'static str, hint: &'static str) -> AnyView {
        self.field(name, label, hint, move |refused, described| {
            view! {
                <input
                    type="password"
                    inputmode="numeric"
                    autocomplete="off"
                    id=name
                    name=name
                    maxlength=PhoneCode::MAX.to_string()
                    aria-invalid=refused
                    aria-describedby=described
                />
            }
        })
    }

    /// A field for one file of the kinds in `accept` (HTML §4.10.5.1.17).
    pub fn file(&self, name: &'static str, accept: &'static str, label: &'static str, hint: &'static str) -> AnyView {
        self.field(name, label, hint, move |refused, described| {
            view! { <input type="file" id=name name=name accept=accept aria-invalid=refused aria-describedby=described /> }
        })
    }

    /// A field of several lines with at most `max` characters.
    pub fn lines(&self, name: &'static str, label: &'static str, hint: &'static str, max: usize) -> AnyView {
        let value = self.value(name);
        let max = max.to_string();
        self.field(name, label, hint, move |refused, described| {
            view! {
                <textarea id=name name=name rows="4" maxlength=max aria-invalid=refused aria-describedby=described>
                    {value}
                </textarea>
            }
        })
    }

    /// A choice of one among `options`, each a value with its words.
    pub fn choice(
        &self,
        name: &'static str,
        label: &'static str,
        hint: &'static str,
        options: impl IntoIterator<Item = (String, String)>,
    ) -> AnyView {
        let value = self.value(name);
        let options: Vec<_> = options
            .into_iter()
            .map(|(key, words)| {
                let selected = key == value;
                view! { <option value=key selected=selected>{words}</option> }
            })
            .collect();
        self.field(name, label, hint, move |refused, described| {
            view! {
                <select id=name name=name aria-invalid=refused aria-describedby=described>{options}</select>
            }
        })
    }

    /// A row to tick, alone or among others of the same name; `kind` is the type of the input: a radio button or a check
    /// box.
    pub fn tick(&self, name: &'static str, kind: &'static str, value: String, words: String) -> AnyView {
        let checked = self.typed.all(name).any(|ticked| ticked == value);
        let refused = self.refusals.of(name).map(|_| "true");
        view! {
            <label class="choice">
                <input type=kind name=name value=value checked=checked aria-invalid=refused />
                <span>{words}</span>
            </label>
        }
        .into_any()
    }

    /// What is wrong with a field that is ticked.
    pub fn problem(&self, name: &str) -> AnyView {
        problem_at(self.text, self.refusals, name).into_any()
    }

    fn field<V: IntoView + 'static>(
        &self,
        name: &'static str,
        label: &'static str,
        hint: &'static str,
        control: impl FnOnce(Option<&'static str>, Option<String>) -> V,
    ) -> AnyView {
        let problem = problem_at(self.text, self.refusals, name);
        let hint = (!hint.is_empty()).then_some(hint);
        let ids: Vec<String> =
            [hint.map(|_| format!("{name}-hint")), problem.is_some().then(|| format!("{name}-problem"))]
                .into_iter()
                .flatten()
                .collect();
        let control = control(problem.is_some().then_some("true"), (!ids.is_empty()).then(|| ids.join(" ")));
        view! {
            <div class="field">
                <label for=name>{label}</label>
                {hint.map(|hint| view! { <small id=format!("{name}-hint")>{hint}</small> })}
                {problem}
                {control}
            </div>
        }
        .into_any()
    }
}
