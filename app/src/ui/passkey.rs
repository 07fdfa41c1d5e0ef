//! The form that asks a device for a passkey, and the offer to make one.

use leptos::prelude::*;

use super::Visit;
use crate::{domain::passkey::Refused, text::Text};

/// The field with what the device answered, which the script fills in.
pub const ANSWER: &str = "answer";

/// The script that asks the device.
pub const SCRIPT: &str = "scripts/passkey.js";

/// A form whose script asks at `action` + `/ask` what to sign, has the device sign it, and sends that to `action`. It is
/// there only where a browser can do it; what stands in `.instead` behind it stands there otherwise.
pub fn form(
    text: &'static Text,
    action: &'static str,
    button: &'static str,
    class: &'static str,
    failed: &'static str,
) -> impl IntoView {
    form_with(text, action, button, class, failed, ())
}

/// The same, which carries more hidden fields along.
pub fn form_with(
    text: &'static Text,
    action: &'static str,
    button: &'static str,
    class: &'static str,
    failed: &'static str,
    more: impl IntoView,
) -> impl IntoView {
    view! {
        <form class="passkey" method="post" action=action data-failed=failed data-twice=text.passkeys.twice hidden>
            <input type="hidden" name=ANSWER value="" />
            {more}
            <p class="reach"><button class=class>{button}</button></p>
            <p role="status"></p>
        </form>
    }
}

/// Why what a device answered was not taken, and what to do.
pub const fn refused(text: &Text, why: Refused, failed: &'static str) -> &'static str {
    let words = &text.passkeys;
    match why {
        Refused::Malformed | Refused::Unsound | Refused::Enough | Refused::NotProven => failed,
        Refused::NotAsked => words.too_slow,
        Refused::Unknown => words.removed,
        Refused::CountedBack => words.counted_back,
        Refused::Twice => words.twice,
    }
}

/// The offer to come in with a finger next time, to whoever has just come in with an invitation.
pub fn offer(visit: &Visit) -> Option<impl IntoView + use<>> {
    let words = &visit.text.passkeys;
    let can = visit.viewer.passkey_offer && visit.site.side().is_some();
    can.then(|| {
        view! {
            <section>
                <h2>{words.offer}</h2>
                <form method="post" action="/me/passkeys/no">
                    <p>{words.offer_words} " " {words.shared}</p>
                    <p class="reach">
                        <a class="button" href="/me#passkeys">{words.offer_show}</a>
                        " "
                        <button class="quiet">{words.offer_no}</button>
                    </p>
                </form>
            </section>
        }
    })
}
