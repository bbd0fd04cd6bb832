//! Tables on `docs/performance.md`, each between marks of its own.

/// Puts `text` between `<!-- NAME: begin -->` and `<!-- NAME: end -->`.
pub fn write(name: &str, text: &str) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/performance.md");
    let page = std::fs::read_to_string(path).expect("the page is there");
    let (begin, end) = (format!("<!-- {name}: begin -->"), format!("<!-- {name}: end -->"));
    let (before, rest) = page.split_once(&begin).expect("the page has the mark of its begin");
    let (_, after) = rest.split_once(&end).expect("the page has the mark of its end");
    std::fs::write(path, format!("{before}{begin}\n{text}\n{end}{after}")).expect("the page can be written");
}
