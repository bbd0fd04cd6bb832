//! One scenario: a few tables, a stream of changes, and views made along the
//! way. Each view is one case of the oracle.

use crate::change::{Change, Changer};
use crate::coverage::Coverage;
use crate::expression::Generator;
use crate::query::{Query, Relation};
use crate::rng::Rng;
use crate::schema::Table;

#[derive(Clone, Debug)]
pub struct Scenario {
    pub tables: Vec<Table>,
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug)]
pub enum Step {
    Change(Change),
    /// `closed` is the condition of `EMIT ON WINDOW CLOSE`, see `Generator::window_close`.
    View {
        name: String,
        query: Query,
        closed: Option<String>,
    },
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
        let mut relations: Vec<Relation> = tables.iter().map(relation).collect();
        let mut changers: Vec<Changer> = tables.iter().cloned().map(Changer::new).collect();
        let mut generator = Generator { rng: &mut rng, coverage: &mut coverage };
        let mut steps = vec![];
        for changer in &mut changers {
            if generator.rng.chance(60) {
                steps.push(Step::Change(changer.insert(generator.rng)));
            }
        }
        let (mut left, mut made) = (CHANGES, 0);
        while left > 0 {
            // Most views come first, some only after changes.
            if made < views && generator.rng.chance(if left == CHANGES { 70 } else { 40 }) {
                let name = format!("v{made}");
                let close = generator.rng.chance(20);
                let windowed = if close { generator.window_close(&relations, &name) } else { None };
                let (query, closed, relation) = match windowed {
                    Some((query, closed, relation)) => (query, Some(closed), relation),
                    None => {
                        let (query, relation) = generator.query(&relations, &name, 2);
                        (query, None, relation)
                    }
                };
                generator.coverage.count(if query.reads().iter().any(|r| r.starts_with('v')) {
                    "view on view"
                } else {
                    "view on table"
                });
                steps.push(Step::View { name, query, closed });
                relations.push(relation);
                made += 1;
                continue;
            }
            let which = generator.rng.below(changers.len());
            let change = changers[which].next(&mut generator);
            generator.coverage.count(match change {
                Change::Insert { .. } => "INSERT",
                Change::Update { .. } => "UPDATE",
                Change::Delete { .. } => "DELETE",
            });
            steps.push(Step::Change(change));
            left -= 1;
        }
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
            Step::View { name, query, closed: None } => {
                format!("CREATE MATERIALIZED VIEW {name} AS {}", query.sql())
            }
            Step::View { name, query, closed: Some(condition) } => {
                let query = query.sql();
                format!(
                    "CREATE MATERIALIZED VIEW {name} AS {query} EMIT ON WINDOW CLOSE \
                     /* batch: SELECT * FROM ({query}) AS w WHERE {condition} */"
                )
            }
        });
        tables.chain(steps).collect()
    }
}

fn relation(table: &Table) -> Relation {
    Relation {
        name: table.name.clone(),
        columns: table.columns.iter().map(|c| c.column.clone()).collect(),
        append_only: table.append_only,
        watermark: table.watermark.clone(),
    }
}
