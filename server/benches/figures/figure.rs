//! One measured figure, its budget, and the report they are collected in.

use serde::Serialize;
use serde_json::Number;

/// What was measured.
#[derive(Serialize)]
pub(crate) struct Figure {
    bench: &'static str,
    figure: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    database: Option<&'static str>,
    value: Number,
    unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    budget: Option<Number>,
    ok: bool,
    #[serde(skip)]
    bound: &'static str,
}

impl Figure {
    /// A count of something.
    pub(crate) fn count(bench: &'static str, figure: &'static str, value: u64, unit: &'static str) -> Self {
        Self { bench, figure, database: None, value: value.into(), unit, budget: None, ok: true, bound: "" }
    }

    /// A quantity, kept to two decimals.
    pub(crate) fn quantity(bench: &'static str, figure: &'static str, value: f64, unit: &'static str) -> Self {
        Self { value: two_decimals(value), ..Self::count(bench, figure, 0, unit) }
    }

    /// Measured on that database.
    pub(crate) const fn on(mut self, database: &'static str) -> Self {
        self.database = Some(database);
        self
    }

    /// It may not be more than that.
    pub(crate) fn at_most(mut self, budget: u64) -> Self {
        self.ok = self.value.as_u64().is_some_and(|value| value <= budget);
        self.budget = Some(budget.into());
        self.bound = "≤";
        self
    }

    /// A quantity that may not be more than that.
    pub(crate) fn below(mut self, budget: f64) -> Self {
        self.ok = self.value.as_f64().is_some_and(|value| value <= budget);
        self.budget = Some(two_decimals(budget));
        self.bound = "≤";
        self
    }

    /// It may not be less than that.
    pub(crate) fn at_least(mut self, budget: f64) -> Self {
        self.ok = self.value.as_f64().is_some_and(|value| value >= budget);
        self.budget = Some(two_decimals(budget));
        self.bound = "≥";
        self
    }

    /// Its line in the table: figure, database, value and budget with unit, verdict.
    fn cells(&self) -> [String; 5] {
        let budget = self.budget.as_ref().map(|budget| format!("{} {budget} {}", self.bound, self.unit));
        let verdict = if self.budget.is_none() {
            ""
        } else if self.ok {
            "ok"
        } else {
            "NOT OK"
        };
        [
            format!("{} {}", self.bench, self.figure),
            self.database.unwrap_or_default().to_owned(),
            format!("{} {}", self.value, self.unit),
            budget.unwrap_or_default(),
            verdict.to_owned(),
        ]
    }
}

/// The one in the middle; 0 where there are none.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

fn two_decimals(value: f64) -> Number {
    Number::from_f64((value * 100.0).round() / 100.0).unwrap_or_else(|| 0.into())
}

/// The figures of a run, for a person as a table or for a program as one JSON object a line.
pub(crate) struct Report {
    json: bool,
    figures: Vec<Figure>,
}

impl Report {
    pub(crate) const fn new(json: bool) -> Self {
        Self { json, figures: Vec::new() }
    }

    /// Takes a figure. JSON goes out at once, so that what was measured is kept whatever happens next.
    pub(crate) fn add(&mut self, figure: Figure) {
        if self.json
            && let Ok(line) = serde_json::to_string(&figure)
        {
            print(&line);
        }
        self.figures.push(figure);
    }

    /// Prints the table, and says whether every figure keeps its budget.
    pub(crate) fn finish(self) -> bool {
        if !self.json {
            self.table();
        }
        self.figures.iter().all(|figure| figure.ok)
    }

    fn table(&self) {
        let head = ["figure", "database", "value", "budget", ""].map(str::to_owned);
        let lines: Vec<[String; 5]> = [head].into_iter().chain(self.figures.iter().map(Figure::cells)).collect();
        let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
        let widths = [0, 1, 2, 3, 4].map(width);
        for line in &lines {
            let [figure, database, value, budget, verdict] = line;
            let [a, b, c, d, _] = widths;
            print(format!("{figure:<a$}  {database:<b$}  {value:>c$}  {budget:>d$}  {verdict}").trim_end());
        }
    }
}

#[expect(clippy::print_stdout, reason = "this is what a bench answers with")]
fn print(line: &str) {
    println!("{line}");
}
