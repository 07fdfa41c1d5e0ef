//! Counts for the project lead, with small cells hidden so that no family can be told from them.

/// Cells below this are hidden.
pub const SMALLEST_SHOWN: i64 = 5;

/// A count that may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// The number itself.
    Exact(i64),
    /// Hidden: too small, or hidden so that a small neighbour cannot be worked out.
    Hidden,
}

/// A count that stands alone.
pub const fn alone(count: i64) -> Count {
    if count < SMALLEST_SHOWN { Count::Hidden } else { Count::Exact(count) }
}

/// The cells of one table whose total is known or can be known.
///
/// Every cell under five is hidden. As the hidden ones together could be worked out from the total, further cells
/// are hidden, smallest first, until at least two are hidden and together they are five or more.
pub fn of_one_total(cells: &[i64]) -> Vec<Count> {
    let mut shown: Vec<Count> = cells.iter().copied().map(alone).collect();
    loop {
        let hidden = || shown.iter().zip(cells).filter(|(shown, _)| **shown == Count::Hidden);
        let (count, sum) = (hidden().count(), hidden().map(|(_, cell)| cell).sum::<i64>());
        if count == 0 || (count > 1 && sum >= SMALLEST_SHOWN) {
            return shown;
        }
        let smallest = (0..cells.len()).filter(|i| shown[*i] != Count::Hidden).min_by_key(|i| cells[*i]);
        match smallest {
            Some(i) => shown[i] = Count::Hidden,
            None => return shown,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Count::Exact, Count::Hidden, *};

    #[test]
    fn a_small_cell_hides_and_takes_a_neighbour_along() {
        assert_eq!(of_one_total(&[10, 20, 30]), [Exact(10), Exact(20), Exact(30)]);
        assert_eq!(of_one_total(&[4, 20, 30]), [Hidden, Hidden, Exact(30)]);
        assert_eq!(of_one_total(&[0, 1, 30]), [Hidden, Hidden, Hidden]);
        assert_eq!(of_one_total(&[3, 4, 30]), [Hidden, Hidden, Exact(30)]);
        assert_eq!(of_one_total(&[2]), [Hidden]);
    }

    proptest! {
        #[test]
        fn no_small_cell_is_shown_or_can_be_worked_out(cells in prop::collection::vec(0_i64..40, 1..8)) {
            let shown = of_one_total(&cells);
            for (shown, cell) in shown.iter().zip(&cells) {
                prop_assert!(*shown == Hidden || (*shown == Exact(*cell) && *cell >= SMALLEST_SHOWN));
            }
            let hidden: Vec<i64> =
                shown.iter().zip(&cells).filter(|(shown, _)| **shown == Hidden).map(|(_, cell)| *cell).collect();
            let safe = hidden.is_empty() || (hidden.len() > 1 && hidden.iter().sum::<i64>() >= SMALLEST_SHOWN);
            prop_assert!(safe || hidden.len() == cells.len());
        }
    }
}
