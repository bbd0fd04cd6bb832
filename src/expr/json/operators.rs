//! The operators of `jsonb` as calls.

use arrow::datatypes::DataType;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::planner::RawBinaryExpr;
use datafusion::sql::sqlparser::ast::BinaryOperator;

use crate::expr::literals;
use crate::expr::type_operators::call;
use crate::types::logical;

/// The call that an operator on these types is; `None` if it is none of ours.
pub fn plan(expr: &RawBinaryExpr, left: &DataType, right: &DataType) -> Option<Expr> {
    use BinaryOperator::*;
    let is_json = |t: &DataType| *t == logical::jsonb() || *t == logical::json();
    let (a, b) = (expr.left.clone(), expr.right.clone());
    if !is_json(left) {
        // A literal on the left becomes what stands on the right.
        let swapped = match expr.op {
            ArrowAt if *right == logical::jsonb() => return call("ms_jsonb_contains", vec![b, a]),
            AtArrow if *right == logical::jsonb() => "ms_jsonb_contains",
            StringConcat if *right == logical::jsonb() && literals::is_text(&a) => "ms_jsonb_concat",
            _ => return None,
        };
        return call(swapped, vec![a, b]);
    }
    let is_list = matches!(right, DataType::List(_));
    let name = match expr.op {
        Arrow => "ms_json_get",
        LongArrow => "ms_json_get_text",
        HashArrow => "ms_json_path",
        HashLongArrow => "ms_json_path_text",
        AtArrow => "ms_jsonb_contains",
        ArrowAt => return call("ms_jsonb_contains", vec![b, a]),
        Question => "ms_jsonb_exists",
        QuestionPipe => "ms_jsonb_exists_any",
        QuestionAnd => "ms_jsonb_exists_all",
        HashMinus => "ms_jsonb_delete_path",
        AtQuestion => "ms_jsonb_path_exists",
        AtAt => "ms_jsonb_path_match",
        StringConcat if is_json(right) || literals::is_text(&b) => "ms_jsonb_concat",
        Minus if is_list => "ms_jsonb_delete_keys",
        Minus => "ms_jsonb_delete",
        _ => return None,
    };
    call(name, vec![a, b])
}
