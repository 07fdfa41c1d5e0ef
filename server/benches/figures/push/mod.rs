//! What it takes to send reminders: beside what others take, from the database to the push service, when the push
//! service fails, and when there is nothing to send.

mod beside;
mod child;
mod due;
mod idle;
mod service;
mod town;

use crate::{database::Kind, figure::Report};

pub(crate) use child::{CHILD, run};

/// So many devices are sent to.
const DEVICES: usize = 10_000;
/// Whom a push service may write to.
const CONTACT: &str = "mailto:plan@kommune.example";

/// Measures beside the others, then on both databases.
pub(crate) fn measure(report: &mut Report) -> Result<(), String> {
    let running = service::Running::start()?;
    beside::measure(&running, report)?;
    for kind in Kind::ALL {
        due::measure(kind, &running, report)?;
        idle::measure(kind, report)?;
    }
    Ok(())
}
