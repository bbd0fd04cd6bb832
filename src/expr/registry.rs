//! The one list of functions that SQL can call.
//!
//! Invariant: a name means the same function in the binder, in ad-hoc queries
//! and in views, because all of them look here.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use datafusion::execution::SessionStateDefaults;
use datafusion::logical_expr::planner::ExprPlanner;
use datafusion::logical_expr::{AggregateUDF, HigherOrderUDF, ScalarUDF, WindowUDF};

use super::date_arithmetic::DateArithmetic;
use super::operators::Operators;
use super::type_operators::TypeOperators;
use super::{aggregates, functions, ranks};

/// Functions by name (aliases too, all in lower case) and expression planners.
#[derive(Debug)]
pub struct Registry {
    /// Functions of one row.
    pub scalar: HashMap<String, Arc<ScalarUDF>>,
    /// Functions that take lambdas.
    pub higher_order: HashMap<String, Arc<HigherOrderUDF>>,
    /// Functions of a group.
    pub aggregate: HashMap<String, Arc<AggregateUDF>>,
    /// Functions of a window.
    pub window: HashMap<String, Arc<WindowUDF>>,
    /// What `EXTRACT`, `POSITION`, `[…]` and the like mean.
    pub planners: Vec<Arc<dyn ExprPlanner>>,
}

/// The registry; built on first use.
pub fn registry() -> &'static Registry {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    REGISTRY.get_or_init(Registry::build)
}

impl Registry {
    fn build() -> Registry {
        let mut scalar = HashMap::new();
        let defaults = SessionStateDefaults::default_scalar_functions();
        for function in defaults.into_iter().chain(functions::scalar_functions()) {
            for alias in function.aliases() {
                scalar.insert(alias.clone(), function.clone());
            }
            scalar.insert(function.name().to_string(), function);
        }
        let mut aggregate = HashMap::new();
        let defaults = SessionStateDefaults::default_aggregate_functions();
        for function in defaults.into_iter().chain(aggregates::aggregate_functions()) {
            for alias in function.aliases() {
                aggregate.insert(alias.clone(), function.clone());
            }
            aggregate.insert(function.name().to_lowercase(), function);
        }
        if let Some(bool_and) = aggregate.get("bool_and").cloned() {
            aggregate.insert("every".to_string(), bool_and);
        }
        let mut window = HashMap::new();
        for function in SessionStateDefaults::default_window_functions().into_iter().map(ranks::signed) {
            for alias in function.aliases() {
                window.insert(alias.clone(), function.clone());
            }
            window.insert(function.name().to_lowercase(), function);
        }
        let mut higher_order = HashMap::new();
        for function in SessionStateDefaults::default_higher_order_functions() {
            for alias in function.aliases() {
                higher_order.insert(alias.clone(), function.clone());
            }
            higher_order.insert(function.name().to_string(), function);
        }
        let mut planners: Vec<Arc<dyn ExprPlanner>> =
            vec![Arc::new(TypeOperators), Arc::new(Operators), Arc::new(DateArithmetic)];
        planners.extend(SessionStateDefaults::default_expr_planners());
        Registry { scalar, higher_order, aggregate, window, planners }
    }
}
