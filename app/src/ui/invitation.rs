//! A way in that is shown on a screen: to be photographed, or sent as an address.

use leptos::prelude::*;

use super::{Visit, date, qr::qr};
use crate::domain::{chance::Token, sign_in::Invitation};

/// The code of an invitation, its address, how long it is good for, and what can be done with it.
pub fn code(visit: &Visit, invitation: &Invitation, token: &Token, acts: impl IntoView) -> impl IntoView {
    let words = &visit.text.invite;
    let address = format!("{}/sign-in/{}", visit.site.public_url, token.reveal());
    let until = date::instant(visit.text, invitation.expires_at, visit.viewer.zone, visit.now);
    view! {
        <section>
            <h2>{words.code}</h2>
            <div class="invite">
                {qr(&address, words.code_label)}
                <div>
                    <p><label for="link"><strong>{words.or_link}</strong></label></p>
                    <input id="link" readonly=true value=address />
                    <p class="soft">{(words.valid)(&until)}</p>
                    {acts}
                </div>
            </div>
        </section>
    }
}
