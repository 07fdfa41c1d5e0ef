//! QR codes as one SVG path.

use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

/// Draws an address as a QR code (ISO/IEC 18004) with its quiet zone of four modules. Nothing when it is too long.
pub fn qr(address: &str, label: &'static str) -> Option<impl IntoView + use<>> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M).ok()?;
    let width = code.width();
    let path: String = code
        .to_colors()
        .chunks(width)
        .enumerate()
        .flat_map(|(row, modules)| runs(modules).into_iter().map(move |(start, length)| (row, start, length)))
        .map(|(row, start, length)| format!("M{} {}h{length}v1h-{length}z", start + 4, row + 4))
        .collect();
    let size = width + 8;
    Some(view! {
        <figure class="code">
            <svg viewBox=format!("0 0 {size} {size}") role="img" aria-label=label shape-rendering="crispEdges">
                <path d=path></path>
            </svg>
        </figure>
    })
}

/// Where dark modules stand side by side: start and length.
fn runs(modules: &[Color]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, _) in modules.iter().enumerate().filter(|(_, module)| **module == Color::Dark) {
        match runs.last_mut() {
            Some((start, length)) if *start + *length == at => *length += 1,
            _ => runs.push((at, 1)),
        }
    }
    runs
}
