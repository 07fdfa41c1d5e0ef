//! The fields of a form: a label, a hint, what is wrong with it, and what was typed.

use leptos::prelude::*;

use super::field::{Fields, Refusals, problem_at};
use crate::text::Text;

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

impl Form<'_> {
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
