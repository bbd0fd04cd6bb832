//! A plan as a graph for graphviz: rows flow along the arrows.

use std::fmt::Write;

use super::tree::PlanTree;

/// Letters of a line of a label.
const LINE_LETTERS: usize = 60;

/// The whole text, as `dot -Tsvg` takes it.
pub fn dot(tree: &PlanTree) -> String {
    let mut text =
        "digraph plan {\n  rankdir=BT;\n  node [shape=box, fontname=\"sans-serif\"];\n".to_string();
    write(tree, &mut text);
    text.push('}');
    text
}

fn write(tree: &PlanTree, text: &mut String) {
    if !tree.shared {
        let lines = std::iter::once(&tree.line).chain(&tree.remarks);
        let label: String = lines.map(|line| wrapped(line)).collect();
        let _ = writeln!(text, "  n{} [label=\"{label}\"];", tree.id);
    }
    for input in &tree.inputs {
        write(input, text);
        let role = input.role.map(|role| format!(" [label=\"{role}\"]")).unwrap_or_default();
        let _ = writeln!(text, "  n{} -> n{}{role};", input.id, tree.id);
    }
}

/// Lines of bearable length, each aligned to the left.
fn wrapped(line: &str) -> String {
    let mut lines = vec![String::new()];
    for word in line.split(' ') {
        let last = lines.last_mut().expect("there is always a line");
        if !last.is_empty() && last.chars().count() + word.chars().count() >= LINE_LETTERS {
            lines.push(word.to_string());
        } else {
            let gap = if last.is_empty() { "" } else { " " };
            let _ = write!(last, "{gap}{word}");
        }
    }
    lines.iter().map(|line| format!("{}\\l", escaped(line))).collect()
}

fn escaped(line: &str) -> String {
    line.replace('\\', "\\\\").replace('"', "\\\"").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_dot_takes_for_its_own_is_escaped() {
        assert_eq!(wrapped("a \"b\" \\n c"), "a \\\"b\\\" \\\\n c\\l");
        assert_eq!(wrapped(&"word ".repeat(20)).matches("\\l").count(), 2);
    }
}
