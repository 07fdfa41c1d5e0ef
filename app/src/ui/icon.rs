//! The icon set: strokes on a 24-unit grid.

use leptos::prelude::*;

/// An icon. It only ever stands beside words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "an icon is what its name says")]
pub enum Icon {
    Home,
    Plan,
    Calendar,
    People,
    Person,
    Phone,
    Message,
    Check,
    Circle,
    Ticked,
    Forward,
    Back,
    Inbox,
    Language,
    SignOut,
    Device,
    Place,
    Clock,
    Chart,
    Bring,
    Cross,
}

impl Icon {
    const fn strokes(self) -> &'static str {
        match self {
            Self::Home => r#"<path d="M4 11l8-7 8 7v9h-5v-6H9v6H4z"/>"#,
            Self::Plan => {
                r#"<path d="M6 7v3a3 3 0 0 0 3 3h6a3 3 0 0 1 3 3v1"/><circle cx="6" cy="5" r="2"/><circle cx="18" cy="19" r="2"/>"#
            }
            Self::Calendar => r#"<path d="M4 6h16v14H4zM4 10.5h16M8 3v5M16 3v5"/>"#,
            Self::People => {
                r#"<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20a6.5 6.5 0 0 1 13 0M16 4.5a3.5 3.5 0 0 1 0 7M18.5 14.5a6 6 0 0 1 3 5.5"/>"#
            }
            Self::Person => r#"<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5a7.5 7.5 0 0 1 15 0"/>"#,
            Self::Phone => {
                r#"<path d="M8.5 4H5a1 1 0 0 0-1 1c0 8.5 6.5 15 15 15a1 1 0 0 0 1-1v-3.5L15.5 14 13 16a11 11 0 0 1-5-5l2-2.5z"/>"#
            }
            Self::Message => r#"<path d="M4 5h16v11h-9l-4 4v-4H4z"/>"#,
            Self::Check => r#"<path d="M5 12.5l4.5 4.5L19 7.5"/>"#,
            Self::Circle => r#"<circle cx="12" cy="12" r="9"/>"#,
            Self::Ticked => r#"<circle cx="12" cy="12" r="9"/><path d="M8 12.5l3 3 5.5-6.5"/>"#,
            Self::Forward => r#"<path d="M4 12h16M14 6l6 6-6 6"/>"#,
            Self::Back => r#"<path d="M20 12H4M10 6l-6 6 6 6"/>"#,
            Self::Inbox => r#"<path d="M4 13l3-8h10l3 8v6H4zM4 13h5a3 3 0 0 0 6 0h5"/>"#,
            Self::Language => {
                r#"<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18"/>"#
            }
            Self::SignOut => r#"<path d="M10 4H5v16h5M10 12h10M16 8l4 4-4 4"/>"#,
            Self::Device => r#"<rect x="7" y="3" width="10" height="18" rx="2"/><path d="M11 18h2"/>"#,
            Self::Place => {
                r#"<path d="M12 21c5-6 7-8.5 7-11.5a7 7 0 0 0-14 0C5 12.5 7 15 12 21z"/><circle cx="12" cy="9.5" r="2.5"/>"#
            }
            Self::Clock => r#"<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 2"/>"#,
            Self::Chart => r#"<path d="M4 4v16h16M9 16v-4M13 16V8M17 16v-6"/>"#,
            Self::Bring => r#"<path d="M5 8h14l1 12H4zM9 11V7a3 3 0 0 1 6 0v4"/>"#,
            Self::Cross => r#"<path d="M6 6l12 12M18 6L6 18"/>"#,
        }
    }

    /// Whether it turns round where one reads from right to left.
    const fn turns(self) -> bool {
        matches!(self, Self::Forward | Self::Back | Self::SignOut)
    }
}

/// Draws an icon.
pub fn icon(icon: Icon) -> impl IntoView {
    let class = if icon.turns() { "icon flip" } else { "icon" };
    view! { <svg class=class viewBox="0 0 24 24" aria-hidden="true" inner_html=icon.strokes()></svg> }
}
