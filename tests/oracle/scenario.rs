//! One scenario: a few tables, a stream of changes, and views made and dropped
//! along the way. Each view is one case of the oracle.

use crate::change::{Change, Changer};
use crate::coverage::Coverage;
use crate::expression::Generator;
use crate::query::{EventTime, Relation};
use crate::rng::Rng;
use crate::schema::{DUE, Table};
use crate::view::View;
use crate::watched::mentions;

#[derive(Clone, Debug)]
pub struct Scenario {
    pub tables: Vec<Table>,
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug)]
pub enum Step {
    Change(Change),
    View(View),
    /// Drops a view.
    Drop(String),
    /// Milliseconds in which nothing comes.
    Wait(u64),
}

/// Changes of data in a scenario; each is an epoch.
const CHANGES: usize = 9;

impl Scenario {
    /// The same seed makes the same scenario.
    pub fn random(seed: u64, views: usize) -> (Scenario, Coverage) {
        let mut rng = Rng::new(seed);
        let mut coverage = Coverage::default();
        let tables: Vec<Table> =
            (0..1 + rng.below(3)).map(|i| Table::random(&mut rng, &format!("t{i}"))).collect();
        let generator = Generator { rng: &mut rng, coverage: &mut coverage };
        let steps = Story::new(&tables, generator).steps(views);
        (Scenario { tables, steps }, coverage)
    }

    pub fn views(&self) -> usize {
        self.steps.iter().filter(|s| matches!(s, Step::View { .. })).count()
    }

    /// The statements, in order.
    pub fn script(&self) -> Vec<String> {
        let tables = self.tables.iter().map(Table::create);
        let steps = self.steps.iter().map(|step| match step {
            Step::Change(change) => change.sql(),
            Step::View(view) => view.create(),
            Step::Drop(name) => format!("DROP MATERIALIZED VIEW {name}"),
            Step::Wait(millis) => format!("-- wait {millis}"),
        });
        tables.chain(steps).collect()
    }
}

/// What happens, as it is made up.
struct Story<'a> {
    generator: Generator<'a>,
    changers: Vec<Changer>,
    /// What can be read now.
    relations: Vec<Relation>,
    /// What each view reads.
    reads: Vec<(String, Vec<String>)>,
    steps: Vec<Step>,
    views: usize,
}

impl Story<'_> {
    fn new<'a>(tables: &[Table], generator: Generator<'a>) -> Story<'a> {
        Story {
            generator,
            changers: tables.iter().cloned().map(Changer::new).collect(),
            relations: tables.iter().map(relation).collect(),
            reads: vec![],
            steps: vec![],
            views: 0,
        }
    }

    fn steps(mut self, views: usize) -> Vec<Step> {
        for changer in &mut self.changers {
            if self.generator.rng.chance(60) {
                self.steps.push(Step::Change(changer.insert(self.generator.rng)));
            }
        }
        let clocked = self.relations.iter().any(|r| r.columns.iter().any(|c| c.name == DUE));
        let mut left = CHANGES;
        while left > 0 {
            // Most views come first, some only after changes.
            let share = if left == CHANGES { 70 } else { 40 };
            if self.views < views && self.generator.rng.chance(share) {
                self.make();
            } else if self.generator.rng.chance(5) {
                self.drop();
            } else {
                self.change();
                left -= 1;
                if clocked && self.generator.rng.chance(5) {
                    self.generator.coverage.count("wait");
                    self.steps.push(Step::Wait(50 * self.generator.rng.between(1, 6) as u64));
                }
            }
        }
        self.steps
    }

    fn make(&mut self) {
        let name = format!("v{}", self.views);
        self.views += 1;
        let (view, relation) = self.generator.view(&self.relations, &name);
        let text = view.query.sql();
        let names = self.relations.iter().map(|r| &r.name).filter(|name| mentions(&text, name));
        let reads: Vec<String> = names.cloned().collect();
        let depth = self.depth(&reads);
        let what = ["view on table", "view on view", "view on view on view"][depth.min(2)];
        self.generator.coverage.count(what);
        if self.steps.iter().any(|s| matches!(s, Step::Change(_))) {
            self.generator.coverage.count("view from a snapshot");
        }
        self.reads.push((name, reads));
        self.steps.push(Step::View(view));
        self.relations.push(relation);
    }

    /// How many views are below a view that reads these.
    fn depth(&self, reads: &[String]) -> usize {
        let below = self.reads.iter().filter(|(name, _)| reads.contains(name));
        below.map(|(_, reads)| 1 + self.depth(reads)).max().unwrap_or(0)
    }

    /// Drops a view that no other view reads.
    fn drop(&mut self) {
        let free = |name: &&String| {
            let standing = |r: &Relation, n: &String| r.name == *n;
            name.starts_with('v')
                && !self
                    .reads
                    .iter()
                    .any(|(n, reads)| reads.contains(name) && self.relations.iter().any(|r| standing(r, n)))
        };
        let free: Vec<String> = self.relations.iter().map(|r| &r.name).filter(free).cloned().collect();
        if free.is_empty() {
            return;
        }
        let name = self.generator.rng.pick(&free).clone();
        self.generator.coverage.count("DROP");
        self.relations.retain(|r| r.name != name);
        self.steps.push(Step::Drop(name));
    }

    fn change(&mut self) {
        let which = self.generator.rng.below(self.changers.len());
        let change = self.changers[which].next(&mut self.generator);
        self.generator.coverage.count(match change {
            Change::Insert { .. } => "INSERT",
            Change::Update { .. } => "UPDATE",
            Change::Delete { .. } => "DELETE",
        });
        self.steps.push(Step::Change(change));
    }
}

fn relation(table: &Table) -> Relation {
    let columns = table.columns.iter().map(|c| c.column.clone()).collect();
    let time = table.watermark.as_ref().map(|(column, delay)| EventTime {
        column: column.clone(),
        watermark: format!("(SELECT max({column}) - INTERVAL '{delay}' FROM {})", table.name),
        hourly: false,
    });
    let types = Some(table.columns.iter().map(|c| c.sql_type).collect());
    Relation { append_only: table.append_only, time, types, ..Relation::of(&table.name, columns) }
}
