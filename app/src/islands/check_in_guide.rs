//! One question, then the next, and nothing sent half answered.

use std::{cell::Cell, rc::Rc, time::Duration};

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, Event, HtmlElement, js_sys::Function};

use super::draft::{self, Draft};

/// Long enough to see the answer marked before the next question comes.
const PAUSE: Duration = Duration::from_millis(350);

/// How long a second press of the send button is ignored, should the first lead nowhere.
const PATIENCE: Duration = Duration::from_secs(8);

/// A question has choices to pick one from; the last step of the form has none.
const QUESTION: &str = ".question:has([type=radio])";

/// Guides a person through the form it stands in, which works without it.
///
/// The form is made of neighbouring `fieldset.question[id][tabindex="-1"]`, each beginning with a
/// `legend`; style shows one at a time. On a question, `data-progress` says where it stands ("2 of
/// 5"); on the form, `data-missing` is what is said at a question left without an answer, `data-draft` says whose
/// answers at which address these are, and `data-saved` which check-ins need no draft any more. A form without the
/// class `one-by-one` was refused: it shows what the server kept, not an older draft.
#[island]
pub fn CheckInGuide() -> impl IntoView {
    view! { <p class="guide" role="status" use:guide></p> }
}

fn guide(place: Element) {
    let Ok(Some(form)) = place.closest("form") else {
        return;
    };
    let guide = Rc::new(Guide { place, form: form.clone(), by_pointer: Cell::default(), turning: Cell::default() });
    // From here on the draft keeps the answers; what the browser would fill in again has been sent or is older.
    let _ = form.set_attribute("autocomplete", "off");
    if !form.class_list().contains("one-by-one") {
        draft::keep(&form);
    } else if let Some(draft) = Draft::of(&form) {
        draft.fill(&form);
        guide.go_on_from(&draft);
    } else if is_begun(&form) {
        draft::keep(&form);
    }
    guide.tell_progress();

    let notice: Function =
        Closure::<dyn Fn(Event)>::new(move |event: Event| guide.notice(&event)).into_js_value().unchecked_into();
    for event in ["pointerdown", "keydown", "click", "input", "change", "submit"] {
        let _ = form.add_event_listener_with_callback(event, &notice);
    }
    for event in ["hashchange", "pageshow"] {
        let _ = window().add_event_listener_with_callback(event, &notice);
    }
}

struct Guide {
    place: Element,
    form: Element,
    by_pointer: Cell<bool>,
    turning: Cell<Option<TimeoutHandle>>,
}

impl Guide {
    fn notice(&self, event: &Event) {
        let at = event.target().map(JsCast::unchecked_into::<Element>);
        match (&*event.type_(), at) {
            ("pointerdown", _) => self.by_pointer.set(true),
            ("keydown", _) => self.by_pointer.set(false),
            // Arrow keys click every choice they pass, so only a pointer's click turns the page.
            ("click", Some(at)) if is_choice(&at) && self.by_pointer.get() => self.turn_from(&at),
            ("input", _) => draft::keep(&self.form),
            ("change", Some(at)) if is_choice(&at) => forget_problem(&at),
            ("submit", _) => self.send(event),
            ("hashchange", _) => {
                self.stay();
                self.tell_progress();
                if is_begun(&self.form) {
                    draft::keep(&self.form);
                }
            }
            ("pageshow", _) => hold(&self.form, false),
            _ => {}
        }
    }

    /// Shows the question where the person stopped, unless the address names another.
    fn go_on_from(&self, draft: &Draft) {
        if location().hash().is_ok_and(|hash| hash.is_empty()) && !draft.at().is_empty() {
            let _ = location().replace(draft.at());
        }
    }

    fn tell_progress(&self) {
        let progress = self.shown().and_then(|question| question.get_attribute("data-progress"));
        self.place.set_text_content(progress.as_deref());
    }

    /// The question the page shows, unless it shows several.
    fn shown(&self) -> Option<HtmlElement> {
        let questions = self.form.query_selector_all(QUESTION).ok()?;
        let mut shown = (0..questions.length())
            .filter_map(|at| questions.item(at).map(JsCast::unchecked_into::<HtmlElement>))
            .filter(|question| question.offset_height() > 0);
        shown.next().filter(|_| shown.next().is_none())
    }

    fn turn_from(&self, choice: &Element) {
        self.stay();
        if self.shown().is_none() {
            return;
        }
        let next = question_of(choice).and_then(|question| question.next_element_sibling());
        let turn = move || {
            if let Some(next) = &next {
                go_to(next);
            }
        };
        self.turning.set(set_timeout_with_handle(turn, PAUSE).ok());
    }

    fn stay(&self) {
        if let Some(turning) = self.turning.take() {
            turning.clear();
        }
    }

    fn send(&self, event: &Event) {
        let unanswered = format!("{QUESTION}:not(:has(:checked))");
        if let Ok(Some(question)) = self.form.query_selector(&unanswered) {
            event.prevent_default();
            go_to(&question);
            self.point_out(&question);
        } else if is_held(&self.form) {
            event.prevent_default();
        } else {
            hold(&self.form, true);
            let form = self.form.clone();
            set_timeout(move || hold(&form, false), PATIENCE);
        }
    }

    fn point_out(&self, question: &Element) {
        forget_problem(question);
        let (Ok(Some(legend)), Ok(problem)) = (question.query_selector("legend"), document().create_element("p"))
        else {
            return;
        };
        let id = format!("{}-problem", question.id());
        problem.set_id(&id);
        problem.set_class_name("problem");
        problem.set_text_content(self.form.get_attribute("data-missing").as_deref());
        let _ = problem.set_attribute("role", "alert");
        let _ = question.set_attribute("aria-describedby", &id);
        let _ = legend.insert_adjacent_element("afterend", &problem);
    }
}

fn is_choice(element: &Element) -> bool {
    element.matches("[type=radio]").unwrap_or(false)
}

/// Whether anything is answered.
fn is_begun(form: &Element) -> bool {
    matches!(form.query_selector(":checked"), Ok(Some(_)))
}

fn question_of(inside: &Element) -> Option<Element> {
    inside.closest(".question").ok().flatten()
}

fn forget_problem(inside: &Element) {
    if let Some(question) = question_of(inside)
        && let Ok(Some(problem)) = question.query_selector(".problem")
    {
        problem.remove();
        let _ = question.remove_attribute("aria-describedby");
    }
}

fn go_to(step: &Element) {
    let _ = location().set_hash(&step.id());
    let _ = step.unchecked_ref::<HtmlElement>().focus();
}

/// Marks the send button as pressed, or as ready again.
fn hold(form: &Element, held: bool) {
    if let Ok(Some(button)) = form.query_selector("[type=submit]") {
        let _ =
            if held { button.set_attribute("aria-disabled", "true") } else { button.remove_attribute("aria-disabled") };
    }
}

fn is_held(form: &Element) -> bool {
    matches!(form.query_selector("[type=submit][aria-disabled]"), Ok(Some(_)))
}
