//! A plan as lines of text.

use std::fmt::Write;

use super::tree::PlanTree;

/// One operator a line, inputs below and indented.
pub fn text(tree: &PlanTree) -> String {
    let mut text = String::new();
    write(tree, 0, &mut text);
    text.trim_end().to_string()
}

fn write(tree: &PlanTree, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    let shared = if tree.shared { " (shared, see above)" } else { "" };
    let _ = writeln!(text, "{indent}{}{shared}", tree.line);
    for remark in &tree.remarks {
        let _ = writeln!(text, "{indent}  {remark}");
    }
    let mut role = None;
    for input in &tree.inputs {
        if input.role.is_some() && input.role != role {
            role = input.role;
            let _ = writeln!(text, "{indent}  {}:", input.role.unwrap_or_default());
        }
        write(input, depth + 1 + usize::from(input.role.is_some()), text);
    }
}
