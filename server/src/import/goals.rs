//! `goals.csv`: the families' goals, each with its next step.

use std::collections::HashMap;

use app::{
    domain::{
        family::Family,
        id::Id,
        person::Person,
        plan::{Area, GoalState, LIVE_GOALS},
        words::Title,
    },
    store::{KnownPlan, NewGoal, NewStep},
};
use chrono::NaiveDate;

use super::{
    bad_line::{BadLines, quoted},
    cell,
    draft::{At, Draft, World},
    sheet::{Column, Row, Sheet},
};

pub(super) const FILE: &str = "goals.csv";

const NUMBER: Column = Column::open("nr", &["nummer", "number", "no"]).required();
const FAMILY: Column = Column::open("familie", &["family"]).required();
const AREA: Column = Column::open("område", &["area"]).required();
const GOAL: Column = Column::private("mål", &["goal"]).required();
const STEP: Column = Column::private("næste skridt", &["skridt", "next step", "step"]);
const DOER: Column = Column::open("hvem", &["who", "doer"]);
const DUE: Column = Column::open("senest", &["frist", "due"]);
const COLUMNS: [&Column; 7] = [&NUMBER, &FAMILY, &AREA, &GOAL, &STEP, &DOER, &DUE];

struct Line {
    line: usize,
    number: Option<String>,
    family: Option<String>,
    area: Option<Area>,
    title: Option<Title>,
    step: Option<Title>,
    doer: Option<String>,
    due: Option<NaiveDate>,
}

/// The sheet of goals.
pub(super) struct Goals {
    sheet: Sheet,
    lines: Vec<Line>,
}

impl Goals {
    pub(super) fn read(bytes: &[u8], bad: &mut BadLines) -> Self {
        let sheet = Sheet::read(FILE, bytes, &COLUMNS, bad);
        let mut seen = HashMap::new();
        let mut read = |row: Row<'_>| {
            let line = Line {
                line: row.line(),
                number: row.own_number(&NUMBER, bad, &mut seen),
                family: row.required_reference(&FAMILY, bad),
                area: row.required(&AREA, bad, cell::area),
                title: row.required(&GOAL, bad, Title::parse),
                step: row.optional(&STEP, bad, Title::parse),
                doer: row.reference(&DOER, bad),
                due: row.optional(&DUE, bad, cell::date),
            };
            for column in [&DOER, &DUE] {
                if row.is_blank(&STEP) && !row.is_blank(column) {
                    row.refuse(bad, column, "the line has no next step for this");
                }
            }
            line
        };
        let lines = sheet.rows().map(&mut read).collect();
        Self { sheet, lines }
    }

    const fn at<'a>(&'a self, line: &Line, column: &'a Column) -> At<'a> {
        At { sheet: &self.sheet, line: line.line, column }
    }

    /// New goals come after those a family has. The first of them are live while there is room for live goals.
    pub(super) fn draft(&self, world: &World<'_>, draft: &mut Draft, bad: &mut BadLines) {
        let mut plans: HashMap<Id<Family>, KnownPlan> = world.known.plans.clone();
        for line in &self.lines {
            let at = self.at(line, &FAMILY);
            let family = line.family.as_ref().and_then(|number| world.families.find(number, &at, bad));
            let before = line.number.as_ref().and_then(|number| world.known.goals.get(number)).copied();
            if let (Some(number), Some((_, before)), Some(family)) = (&line.number, before, family)
                && before != family
            {
                at.refuse(
                    bad,
                    format!("{} belongs to another family already, and an import moves no goal", quoted(number)),
                );
            }
            let doer = self.find_doer(line, family, world, bad);
            let (Some(number), Some(family), Some(area), Some(title)) = (&line.number, family, line.area, &line.title)
            else {
                continue;
            };
            let mut goal = NewGoal {
                id: before.map_or_else(|| Id::fresh(world.now), |(id, _)| id),
                family,
                number: Some(number.clone()),
                area,
                title: title.clone(),
                state: GoalState::Waiting,
                position: 0,
            };
            if before.is_none() {
                let plan = plans.entry(family).or_default();
                goal.position = plan.next;
                plan.next += 1;
                if usize::try_from(plan.live).is_ok_and(|live| live < LIVE_GOALS) {
                    goal.state = GoalState::Live;
                    plan.live += 1;
                }
                draft.new.goals += 1;
            }
            draft.batch.steps.extend(line.step.clone().map(|title| NewStep {
                id: Id::fresh(world.now),
                family,
                goal: goal.id,
                title,
                doer,
                due: line.due,
                position: 0,
                done: None,
            }));
            draft.batch.goals.push(goal);
        }
    }

    /// Who does the next step: somebody of the family or of its team.
    fn find_doer(
        &self,
        line: &Line,
        family: Option<Id<Family>>,
        world: &World<'_>,
        bad: &mut BadLines,
    ) -> Option<Id<Person>> {
        let number = line.doer.as_ref()?;
        world.find_near(number, family, &self.at(line, &DOER), bad)
    }
}
