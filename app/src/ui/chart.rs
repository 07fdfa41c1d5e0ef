//! Numbers through time as a drawing, and beside it as a table that says exactly the same.
//!
//! The plot has no size of its own: places in it are per mille of its width and height, so the page decides how large
//! it is and the type in it stays as large as the type around it.

use chrono::NaiveDate;
use leptos::prelude::*;

use super::date;
use crate::text::Text;

/// The far edge of the plot, across and down.
const EDGE: i64 = 1000;
/// The least way from one number at the side to the next: the style makes the plot ten lines of text high.
const LINE: i64 = EDGE / 10;
/// The most figures a number in the drawing may have: the style keeps room for so many.
const FIGURES: usize = 3;

/// What a chart shows.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Whose numbers these are, and which. Its accessible name begins with it.
    pub label: String,
    /// The least and the greatest value there can be. A value outside is drawn at the edge and told as it is.
    pub range: (i64, i64),
    /// Cut-offs to draw across it. One outside the range is left out.
    pub marks: Vec<i64>,
    /// The values, oldest first.
    pub points: Vec<Point>,
    /// The day it is looked at.
    pub today: NaiveDate,
}

/// A value on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The day.
    pub on: NaiveDate,
    /// The value.
    pub value: i64,
}

/// The range from top to bottom.
struct Height {
    least: i64,
    greatest: i64,
}

impl Height {
    fn of((one, other): (i64, i64)) -> Self {
        Self { least: one.min(other), greatest: one.max(other) }
    }

    /// How far down a value stands; in the middle where the range is a single number.
    fn down(&self, value: i64, bottom: i64) -> i64 {
        let above = i128::from(self.greatest) - i128::from(value.clamp(self.least, self.greatest));
        share(above, i128::from(self.greatest) - i128::from(self.least), bottom)
    }
}

/// That part of the whole as a part of `edge`, to the nearest; half of `edge` where the whole is nothing.
fn share(part: i128, whole: i128, edge: i64) -> i64 {
    let share = if whole == 0 { i128::from(edge) / 2 } else { (part * i128::from(edge) + whole / 2) / whole };
    i64::try_from(share).unwrap_or(edge)
}

/// A line across the plot.
struct GridLine {
    value: i64,
    is_mark: bool,
    down: i64,
    /// Where its number stands: beside it, or as near as its neighbours leave room.
    number_down: i64,
}

/// Everything in the plot, in its own places.
struct Drawing {
    grid: Vec<GridLine>,
    /// Across and down, one for each point.
    dots: Vec<(i64, i64)>,
}

impl Drawing {
    fn of(chart: &Chart) -> Self {
        let height = Height::of(chart.range);
        let marks = chart.marks.iter().copied().filter(|mark| (height.least..=height.greatest).contains(mark));
        let mut values: Vec<i64> = marks.chain([height.least, height.greatest]).collect();
        values.sort_unstable_by(|one, other| other.cmp(one));
        values.dedup();
        let downs: Vec<i64> = values.iter().map(|value| height.down(*value, EDGE)).collect();
        let grid = values
            .iter()
            .zip(downs.iter().zip(spread(&downs)))
            .map(|(value, (down, number_down))| GridLine {
                value: *value,
                is_mark: chart.marks.contains(value),
                down: *down,
                number_down,
            })
            .collect();
        let first = chart.points.iter().map(|point| point.on).min().unwrap_or(chart.today);
        let last = chart.points.iter().map(|point| point.on).max().unwrap_or(chart.today);
        let days = |until: NaiveDate| i128::from((until - first).num_days());
        let dots = chart
            .points
            .iter()
            .map(|point| (share(days(point.on), days(last), EDGE), height.down(point.value, EDGE)))
            .collect();
        Self { grid, dots }
    }

    /// The class of the plot and the radius of a dot in CSS pixels: where there are many, they are drawn finer.
    const fn strokes(&self) -> (&'static str, &'static str) {
        match self.dots.len() {
            ..=24 => ("plot", "4.5"),
            25..=80 => ("plot many", "3"),
            _ => ("plot many", "1.75"),
        }
    }
}

/// Places of numbers, from the top down, moved just so far that each has a line of its own.
fn spread(downs: &[i64]) -> Vec<i64> {
    let gaps = i64::try_from(downs.len()).unwrap_or(EDGE).saturating_sub(1).max(1);
    let line = LINE.min(EDGE / gaps);
    let mut places: Vec<i64> = downs.to_vec();
    for at in 1..places.len() {
        places[at] = places[at].max(places[at - 1] + line);
    }
    let mut lowest = EDGE;
    for place in places.iter_mut().rev() {
        *place = (*place).min(lowest);
        lowest = *place - line;
    }
    places
}

/// Per mille as a length the browser measures itself: "12.5%".
fn percent(place: i64) -> String {
    format!("{}.{}%", place / 10, place % 10)
}

/// A number for the drawing; `None` where it is too long for the room kept for it.
fn figures(value: i64) -> Option<String> {
    Some(value.to_string()).filter(|figures| figures.len() <= FIGURES)
}

/// The places of a line, as SVG writes them.
fn places(places: &[(i64, i64)]) -> String {
    places.iter().map(|(across, down)| format!("{across},{down}")).collect::<Vec<_>>().join(" ")
}

/// Draws a chart with its table. Without points it says that there are none.
pub fn chart(text: &'static Text, chart: &Chart) -> impl IntoView + use<> {
    chart_with_links(text, chart, &[])
}

/// As [`chart`], where each day in the table leads to the address of its point.
pub fn chart_with_links(text: &'static Text, chart: &Chart, addresses: &[String]) -> impl IntoView + use<> {
    match (chart.points.first(), chart.points.last()) {
        (Some(first), Some(last)) => view! {
            <figure class="chart">
                {plot(text, chart, *first, *last)}
                {ends(text, chart, first.on, last.on)}
                <details>
                    <summary>{text.chart.as_table}<span class="unseen">{format!(": {}", chart.label)}</span></summary>
                    {table(text, &chart.points, addresses)}
                </details>
            </figure>
        }
        .into_any(),
        _ => view! { <p class="soft">{text.chart.none}</p> }.into_any(),
    }
}

fn plot(text: &'static Text, chart: &Chart, first: Point, last: Point) -> impl IntoView + use<> {
    let told = |point: Point| (text.chart.value_on)(point.value, &date::full_date(text, point.on));
    let said = (text.chart.said)(&chart.label, chart.points.len(), &told(first), &told(last));
    let drawing = Drawing::of(chart);
    let (class, radius) = drawing.strokes();
    let grid: Vec<_> = drawing
        .grid
        .iter()
        .map(|line| {
            let down = percent(line.down);
            let number = figures(line.value)
                .map(|figures| view! { <text x="0" dx="-.6em" y=percent(line.number_down)>{figures}</text> });
            view! {
                <line class=line.is_mark.then_some("mark") x1="0" x2="100%" y1=down.clone() y2=down></line>
                {number}
            }
        })
        .collect();
    let dot = |(across, down): (i64, i64), radius: &'static str| {
        view! { <circle cx=percent(across) cy=percent(down) r=radius></circle> }
    };
    let (end, before) = drawing.dots.split_last().map_or(((EDGE, EDGE), &[][..]), |(end, before)| (*end, before));
    let dots: Vec<_> = before.iter().map(|place| dot(*place, radius)).collect();
    let number =
        figures(last.value).map(|figures| view! { <text x=percent(end.0) y=percent(end.1) dx=".6em">{figures}</text> });
    view! {
        <svg class=class role="img" aria-label=said>
            {grid}
            <svg viewBox=format!("0 0 {EDGE} {EDGE}") preserveAspectRatio="none" overflow="visible">
                <polyline points=places(&drawing.dots)></polyline>
            </svg>
            {dots}
            <g class="last">{dot(end, "7")} {number}</g>
        </svg>
    }
}

/// The first and the last day, under the two ends of the plot; one of them where they are the same.
fn ends(text: &'static Text, chart: &Chart, first: NaiveDate, last: NaiveDate) -> impl IntoView + use<> {
    let word = |day: NaiveDate| {
        let word = if day == chart.today { text.dates.today.to_owned() } else { date::full_date(text, day) };
        view! { <span>{date::capital(&word)}</span> }
    };
    let first = (first != last).then(|| word(first));
    view! { <div class="ends" aria-hidden="true">{first}{word(last)}</div> }
}

fn table(text: &'static Text, points: &[Point], addresses: &[String]) -> impl IntoView + use<> {
    let rows: Vec<_> = points
        .iter()
        .zip(addresses.iter().map(Some).chain(std::iter::repeat(None)))
        .map(|(point, address)| {
            let day = date::full_date(text, point.on);
            let day = match address {
                Some(address) => view! { <a class="quiet" href=address.clone()>{day}</a> }.into_any(),
                None => day.into_any(),
            };
            view! { <tr><th scope="row">{day}</th><td class="number">{point.value}</td></tr> }
        })
        .collect();
    view! {
        <table>
            <thead>
                <tr><th scope="col">{text.chart.day}</th><th scope="col" class="number">{text.chart.value}</th></tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

/// The size of a sparkline in its own units, and the room at its edges for the stroke and the last dot.
const SPARK: (i64, i64) = (72, 20);
const ROOM: i64 = 3;

/// Where the values of a sparkline stand: evenly across, each as far down as it is below the greatest of the range.
fn spark_places(range: (i64, i64), values: &[i64]) -> Vec<(i64, i64)> {
    let (height, (wide, high)) = (Height::of(range), SPARK);
    let steps = values.len().saturating_sub(1) as i128;
    values
        .iter()
        .zip(0_i128..)
        .map(|(value, at)| (ROOM + share(at, steps, wide - 2 * ROOM), ROOM + height.down(*value, high - 2 * ROOM)))
        .collect()
}

/// Draws values, oldest first, as a small line for a list. Nothing for fewer than two: they make no line.
pub fn spark(label: String, range: (i64, i64), values: &[i64]) -> Option<impl IntoView + use<>> {
    let line = spark_places(range, values);
    let (across, down) = *line.last().filter(|_| line.len() > 1)?;
    let (wide, high) = SPARK;
    Some(view! {
        <svg class="spark" viewBox=format!("0 0 {wide} {high}") role="img" aria-label=label>
            <polyline points=places(&line)></polyline>
            <circle cx=across cy=down r="2.25"></circle>
        </svg>
    })
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use proptest::prelude::*;

    use super::*;
    use crate::{domain::person::Language, text::text};

    fn day(days: u64) -> NaiveDate {
        let first = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a date");
        first.checked_add_days(Days::new(days)).expect("a date")
    }

    fn of(values: &[(u64, i64)]) -> Chart {
        Chart {
            label: "WHO-5, Sofie & Co".into(),
            range: (0, 100),
            marks: vec![35, 50],
            points: values.iter().map(|(days, value)| Point { on: day(*days), value: *value }).collect(),
            today: day(365),
        }
    }

    fn html(shown: &Chart) -> String {
        Owner::new().with(|| chart(text(Language::Danish), shown).to_html())
    }

    /// What stands between two marks, each time they come.
    fn between<'a>(text: &'a str, before: &str, after: &str) -> Vec<&'a str> {
        text.split(before).skip(1).map(|rest| rest.split(after).next().expect("a first part")).collect()
    }

    #[test]
    fn time_goes_across_in_proportion_and_values_go_up() {
        let drawing = Drawing::of(&of(&[(0, 0), (25, 50), (100, 100)]));
        assert_eq!(drawing.dots, [(0, 1000), (250, 500), (1000, 0)]);
    }

    #[test]
    fn one_day_stands_in_the_middle_however_many_points_it_has() {
        for points in [&[(7, 40)][..], &[(7, 40), (7, 20), (7, 44)]] {
            let drawing = Drawing::of(&of(points));
            assert!(drawing.dots.iter().all(|(across, _)| *across == 500));
            let html = html(&of(points));
            assert_eq!(html.matches("<span>8. januar 2026</span>").count(), 1, "one day is named once: {html}");
        }
    }

    #[test]
    fn values_outside_the_range_stand_at_its_edge_and_are_told_as_they_are() {
        let chart = of(&[(0, -7), (1, 120)]);
        assert_eq!(Drawing::of(&chart).dots, [(0, 1000), (1000, 0)]);
        let html = html(&chart);
        assert!(html.contains("<td class=\"number\">-7</td>") && html.contains("<td class=\"number\">120</td>"));
    }

    #[test]
    fn a_range_of_one_number_and_a_range_turned_round_are_drawn() {
        for (range, dots) in [((5, 5), [(0, 500), (1000, 500)]), ((100, 0), [(0, 1000), (1000, 0)])] {
            let chart = Chart { range, ..of(&[(0, 0), (1, 100)]) };
            assert_eq!(Drawing::of(&chart).dots, dots);
        }
    }

    #[test]
    fn the_grid_has_its_ends_and_the_marks_inside_with_their_numbers() {
        let chart = Chart { marks: vec![50, 35, 35, 101, -1], ..of(&[(0, 20)]) };
        let grid: Vec<_> = Drawing::of(&chart).grid.into_iter().map(|line| (line.value, line.is_mark)).collect();
        assert_eq!(grid, [(100, false), (50, true), (35, true), (0, false)]);
        let html = html(&chart);
        let drawn = html.split("<details>").next().expect("the drawing");
        assert_eq!(between(drawn, "<text", "</text>").len(), 5, "four at the side and the last value: {drawn}");
    }

    #[test]
    fn numbers_at_the_side_keep_a_line_apart_and_stay_in_the_plot() {
        for (marks, places) in [
            (vec![14, 17], vec![0, 575, 675, 1000]),
            (vec![1, 2], vec![0, 800, 900, 1000]),
            (vec![39, 38], vec![0, 100, 200, 1000]),
        ] {
            let chart = Chart { range: (0, 40), marks, ..of(&[]) };
            let found: Vec<i64> = Drawing::of(&chart).grid.iter().map(|line| line.number_down).collect();
            assert_eq!(found, places);
        }
    }

    #[test]
    fn the_drawing_names_the_first_the_last_and_how_many() {
        let named = html(&of(&[(0, 44), (30, 32), (90, 68)]));
        assert!(named.contains(
            "aria-label=\"WHO-5, Sofie &amp; Co. 3 tal. Det første er 44 den 1. januar 2026. \
             Det sidste er 68 den 1. april 2026.\""
        ));
        assert!(html(&of(&[(0, 44)])).contains("Co. 1 tal: 44 den 1. januar 2026.\""));
        let english = Owner::new().with(|| chart(text(Language::English), &of(&[(0, 44), (90, 68)])).to_html());
        assert!(english.contains("2 numbers. The first is 44 on 1 January 2026. The last is 68 on 1 April 2026.\""));
    }

    #[test]
    fn each_day_in_the_table_leads_to_its_own_address() {
        let addresses = ["/a", "/b"].map(str::to_owned);
        let shown = of(&[(0, 44), (1, 32), (2, 68)]);
        let html = Owner::new().with(|| chart_with_links(text(Language::Danish), &shown, &addresses).to_html());
        let days: Vec<_> = between(&html, "<th scope=\"row\">", "</th>").into_iter().map(str::to_owned).collect();
        let [first, second, third] = days.as_slice() else { panic!("three days: {days:?}") };
        assert!(first.contains("href=\"/a\"") && first.contains("1. januar 2026"));
        assert!(second.contains("href=\"/b\"") && second.contains("2. januar 2026"));
        assert_eq!(third, "3. januar 2026");
    }

    #[test]
    fn the_table_has_exactly_the_same_numbers() {
        let values: Vec<(u64, i64)> = (0..200).map(|at| (at * 3, (at as i64 * 37) % 101)).collect();
        let chart = of(&values);
        let html = html(&chart);
        let told: Vec<i64> = between(&html, "<td class=\"number\">", "</td>")
            .into_iter()
            .map(|n| n.parse().expect("a number"))
            .collect();
        assert_eq!(told, values.iter().map(|(_, value)| *value).collect::<Vec<_>>());
        let days = between(&html, "<th scope=\"row\">", "</th>");
        assert_eq!(days.len(), 200);
        assert_eq!(days.last(), Some(&"21. august 2027"));
        assert_eq!(html.matches("<circle").count(), 200, "each point is seen");
    }

    #[test]
    fn today_is_called_today() {
        let chart = Chart { today: day(90), ..of(&[(0, 44), (90, 68)]) };
        assert!(html(&chart).contains("<span>1. januar 2026</span><span>I\u{a0}dag</span>"), "{}", html(&chart));
    }

    #[test]
    fn no_points_are_said_and_not_drawn() {
        assert_eq!(html(&of(&[])), "<p class=\"soft\">Her er ingen tal endnu.</p>");
    }

    #[test]
    fn a_number_too_long_for_its_room_stands_in_the_table_only() {
        let drawn = |value| html(&of(&[(0, value)])).split("<details>").next().expect("the drawing").to_owned();
        assert!(drawn(100).contains(">100</text></g>"), "{}", drawn(100));
        assert!(!drawn(1000).contains(">1000<"));
        assert!(html(&of(&[(0, 1000)])).contains(">1000</td>"));
    }

    #[test]
    fn nothing_is_styled_in_place() {
        assert!(!html(&of(&[(0, 44), (90, 68)])).contains("style="));
    }

    fn sparked(values: &[i64]) -> Option<String> {
        Owner::new().with(|| spark("To tal".into(), (0, 100), values).map(|view| view.to_html()))
    }

    #[test]
    fn a_sparkline_needs_two_values() {
        assert_eq!((sparked(&[]), sparked(&[40])), (None, None));
        let two = sparked(&[0, 100]).expect("a line");
        assert!(two.contains("aria-label=\"To tal\"") && two.contains("points=\"3,17 69,3\""), "{two}");
        assert!(two.contains("cx=\"69\" cy=\"3\""), "{two}");
    }

    proptest! {
        #[test]
        fn whatever_the_points_all_is_drawn_inside(
            range in any::<(i64, i64)>(),
            marks in prop::collection::vec(any::<i64>(), 0..30),
            mut points in prop::collection::vec((0_u64..40_000, any::<i64>()), 1..200),
            small in any::<bool>(),
        ) {
            if small {
                points.iter_mut().for_each(|point| point.1 %= 200);
            }
            points.sort_by_key(|point| point.0);
            let chart = Chart { range: if small { (0, 100) } else { range }, marks, ..of(&points) };
            let drawing = Drawing::of(&chart);
            let inside = |place: i64| (0..=EDGE).contains(&place);
            prop_assert_eq!(drawing.dots.len(), points.len());
            prop_assert!(drawing.dots.iter().all(|(across, down)| inside(*across) && inside(*down)));
            prop_assert!(drawing.dots.is_sorted_by_key(|(across, _)| *across));
            prop_assert!(drawing.grid.iter().all(|line| inside(line.down) && inside(line.number_down)));
            prop_assert!(drawing.grid.is_sorted_by_key(|line| line.number_down));

            let html = html(&chart);
            let drawn = html.split("<div").next().expect("the drawing");
            prop_assert!(!drawn.contains("NaN") && !drawn.contains("inf"));
            for name in ["cx", "cy", "y1", "y2", "x", "y"] {
                for place in between(drawn, &format!(" {name}=\""), "\"") {
                    let place: f64 = place.trim_end_matches('%').parse().expect("a number");
                    prop_assert!((0.0..=100.0).contains(&place));
                }
            }
            for number in between(drawn, "<text", "</text>") {
                let figures = number.rsplit('>').next().expect("its figures");
                prop_assert!(figures.len() <= FIGURES);
            }
        }

        #[test]
        fn whatever_the_values_a_sparkline_stays_inside(
            range in any::<(i64, i64)>(),
            values in prop::collection::vec(any::<i64>(), 2..200),
        ) {
            let line = spark_places(range, &values);
            let (wide, high) = SPARK;
            prop_assert!(line.is_sorted_by_key(|(across, _)| *across));
            prop_assert!(line.iter().all(|(x, y)| (ROOM..=wide - ROOM).contains(x) && (ROOM..=high - ROOM).contains(y)));
        }
    }
}
