//! Makes a failing scenario small: fewer statements, rows, columns and
//! expressions, as long as it still fails.

use std::time::{Duration, Instant};

use crate::change::Change;
use crate::check::{Difference, check};
use crate::expression::Expression;
use crate::query::{From, Query, Select};
use crate::scenario::{Scenario, Step};
use crate::schema::Class;

/// How long shrinking may take.
const SECONDS_MAX: u64 = 60;

/// The smallest failing scenario found, and how it fails.
pub async fn shrink(scenario: Scenario, found: Difference) -> (Scenario, Difference) {
    let deadline = Instant::now() + Duration::from_secs(SECONDS_MAX);
    let mut best = (scenario, found);
    // What came after the difference has nothing to do with it.
    best.0.steps.truncate((best.1.step + 1).saturating_sub(best.0.tables.len()));
    let mut progress = true;
    while progress && Instant::now() < deadline {
        progress = false;
        let mut i = 0;
        // Candidates are numbered in a fixed order; a success changes the list, so start over at the same place.
        loop {
            let candidates = smaller(&best.0);
            if i >= candidates.len() || Instant::now() >= deadline {
                break;
            }
            let candidate = candidates[i].clone();
            match fails(&candidate, &best.1).await {
                Some(difference) => {
                    best = (candidate, difference);
                    progress = true;
                }
                None => i += 1,
            }
        }
    }
    best
}

/// Does it still fail in the same way: a view differs, or something else?
async fn fails(scenario: &Scenario, like: &Difference) -> Option<Difference> {
    let difference = check(&scenario.script(), &[like.workers]).await.difference?;
    let rows = |d: &Difference| d.report.contains("only in the view");
    (rows(&difference) == rows(like) && difference.view.is_some() == like.view.is_some())
        .then_some(difference)
}

/// All scenarios one step smaller, the boldest first.
fn smaller(scenario: &Scenario) -> Vec<Scenario> {
    let mut found = vec![];
    let steps = scenario.steps.len();
    let mut width = steps / 2;
    while width >= 1 {
        for start in (0..steps).step_by(width).rev() {
            let mut candidate = scenario.clone();
            candidate.steps.drain(start..(start + width).min(steps));
            found.push(candidate);
        }
        width /= 2;
    }
    for i in 0..steps {
        for step in smaller_step(&scenario.steps[i]) {
            let mut candidate = scenario.clone();
            candidate.steps[i] = step;
            found.push(candidate);
        }
    }
    found.extend(without_a_column(scenario));
    for i in 0..scenario.tables.len() {
        let used = scenario.script()[scenario.tables.len()..].join(" ");
        if !used.contains(&scenario.tables[i].name) {
            let mut candidate = scenario.clone();
            candidate.tables.remove(i);
            found.push(candidate);
        }
    }
    found
}

fn smaller_step(step: &Step) -> Vec<Step> {
    match step {
        Step::Change(change) => smaller_change(change).into_iter().map(Step::Change).collect(),
        Step::View(view) => {
            smaller_query(&view.query).into_iter().map(|q| Step::View(view.with_query(q))).collect()
        }
        Step::Drop(_) | Step::Wait(_) => vec![],
    }
}

fn smaller_change(change: &Change) -> Vec<Change> {
    let mut found = vec![];
    match change {
        Change::Insert { table, columns, rows } => {
            let mut width = rows.len() / 2;
            while width >= 1 {
                for start in (0..rows.len()).step_by(width) {
                    let mut rows = rows.clone();
                    rows.drain(start..(start + width).min(rows.len()));
                    if !rows.is_empty() {
                        found.push(Change::Insert { table: table.clone(), columns: columns.clone(), rows });
                    }
                }
                width /= 2;
            }
        }
        Change::Update { table, sets, filter } => {
            for filter in smaller_expression(filter) {
                found.push(Change::Update { table: table.clone(), sets: sets.clone(), filter });
            }
        }
        Change::Delete { table, filter } => {
            for filter in smaller_expression(filter) {
                found.push(Change::Delete { table: table.clone(), filter });
            }
        }
    }
    found
}

fn smaller_query(query: &Query) -> Vec<Query> {
    match query {
        Query::Select(select) => smaller_select(select),
        Query::Whole { sql, reads } => {
            smaller_parts(sql).into_iter().map(|sql| Query::Whole { sql, reads: reads.clone() }).collect()
        }
        Query::Set { operation, branches } => {
            let mut found = branches.clone();
            for i in 0..branches.len() {
                if branches.len() > 2 {
                    let mut fewer = branches.clone();
                    fewer.remove(i);
                    found.push(Query::Set { operation, branches: fewer });
                }
                for branch in smaller_query(&branches[i]) {
                    let mut branches = branches.clone();
                    branches[i] = branch;
                    found.push(Query::Set { operation, branches });
                }
            }
            found
        }
    }
}

fn smaller_select(select: &Select) -> Vec<Query> {
    let mut found = vec![];
    let mut add = |select: Select| found.push(Query::Select(Box::new(select)));
    if select.filter.is_some() {
        add(Select { filter: None, ..select.clone() });
    }
    if select.having.is_some() {
        add(Select { having: None, ..select.clone() });
    }
    if select.grouping.is_some() {
        add(Select { grouping: None, ..select.clone() });
    }
    if select.distinct {
        add(Select { distinct: false, ..select.clone() });
    }
    for i in 0..select.items.len() {
        if select.items.len() > 1 {
            let mut fewer = select.clone();
            fewer.items.remove(i);
            fewer.keys = select.keys.map(|keys| if i < keys { keys - 1 } else { keys });
            add(fewer);
        }
        for expression in smaller_expression(&select.items[i].0) {
            let mut simpler = select.clone();
            simpler.items[i].0 = expression;
            add(simpler);
        }
    }
    for filter in select.filter.iter().flat_map(smaller_expression) {
        add(Select { filter: Some(filter), ..select.clone() });
    }
    for having in select.having.iter().flat_map(smaller_expression) {
        add(Select { having: Some(having), ..select.clone() });
    }
    match &select.from {
        From::Relation(_) => {}
        From::Derived { sql, reads } => {
            for sql in smaller_parts(sql) {
                add(Select { from: From::Derived { sql, reads: reads.clone() }, ..select.clone() });
            }
        }
        From::Window { relation, .. } => {
            add(Select { from: From::Relation(relation.clone()), ..select.clone() });
        }
        From::Subquery(inner) => {
            for relation in inner.reads() {
                add(Select { from: From::Relation(relation.to_string()), ..select.clone() });
            }
            for query in smaller_query(inner) {
                add(Select { from: From::Subquery(Box::new(query)), ..select.clone() });
            }
        }
    }
    found
}

/// The template with one of its arguments made smaller.
fn smaller_parts(sql: &Expression) -> Vec<Expression> {
    let mut found = vec![];
    for (i, argument) in sql.arguments.iter().enumerate() {
        for simpler in smaller_expression(argument) {
            let mut copy = sql.clone();
            copy.arguments[i] = simpler;
            found.push(copy);
        }
    }
    found
}

/// The expression with one part of it replaced by something simpler of its class.
fn smaller_expression(expression: &Expression) -> Vec<Expression> {
    let mut found: Vec<Expression> =
        expression.arguments.iter().filter(|a| a.class == expression.class).cloned().collect();
    if !expression.arguments.is_empty()
        && let Some(sql) = simplest(expression.class)
    {
        found.push(Expression::leaf("literal", expression.class, sql.into()));
    }
    found.extend(smaller_parts(expression));
    found
}

fn simplest(class: Class) -> Option<&'static str> {
    match class {
        Class::Whole => Some("1"),
        Class::Bool => Some("TRUE"),
        Class::Text => Some("'a'"),
        _ => None,
    }
}

/// Takes one column away that nothing but the inserts mention.
fn without_a_column(scenario: &Scenario) -> Vec<Scenario> {
    let mut found = vec![];
    for (t, table) in scenario.tables.iter().enumerate() {
        for c in usize::from(table.keyed)..table.columns.len() {
            if table.columns.len() == 1 {
                continue;
            }
            let mut candidate = scenario.clone();
            let name = candidate.tables[t].columns.remove(c).column.name;
            for step in &mut candidate.steps {
                if let Step::Change(Change::Insert { table: into, columns, rows }) = step
                    && *into == table.name
                    && let Some(at) = columns.iter().position(|column| *column == name)
                {
                    columns.remove(at);
                    rows.iter_mut().for_each(|row| {
                        row.remove(at);
                    });
                }
            }
            found.push(candidate);
        }
    }
    found
}
