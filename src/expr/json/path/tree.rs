//! What a path is made of.

/// A path.
#[derive(Clone, Debug)]
pub struct Path {
    /// `strict`, not `lax`.
    pub strict: bool,
    pub(super) body: Node,
}

#[derive(Clone, Debug)]
pub(super) enum Node {
    /// `$`
    Root,
    /// `@`
    Current,
    /// `last`
    Last,
    /// `$name`
    Variable(String),
    Null,
    Bool(bool),
    Number(String),
    String(String),
    /// The value, then what is looked up in it.
    Step(Box<Node>, Accessor),
    Arithmetic(Box<Node>, char, Box<Node>),
    Negative(Box<Node>),
    Compare(Box<Node>, Comparison, Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Not(Box<Node>),
    IsUnknown(Box<Node>),
    Exists(Box<Node>),
    StartsWith(Box<Node>, Box<Node>),
    LikeRegex(Box<Node>, regex::Regex),
}

impl Node {
    pub(super) fn is_predicate(&self) -> bool {
        use Node::*;
        matches!(
            self,
            Compare(..)
                | And(..)
                | Or(..)
                | Not(_)
                | IsUnknown(_)
                | Exists(_)
                | StartsWith(..)
                | LikeRegex(..)
        )
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

#[derive(Clone, Debug)]
pub(super) enum Accessor {
    /// `.key`
    Key(String),
    /// `.*`
    AnyKey,
    /// `.**`, from a level to another
    AnyLevel(usize, Option<usize>),
    /// `[*]`
    AnyItem,
    /// `[1, 3 to last]`
    Items(Vec<(Node, Option<Node>)>),
    /// `? (…)`
    Filter(Box<Node>),
    /// `.size()` and the like
    Method(String),
}
