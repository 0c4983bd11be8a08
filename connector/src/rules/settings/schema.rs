//! What a JSON Schema says about one place of a document, as far as people can be told.

use serde_json::Value;

use crate::domain::Language;

/// The most references that are followed one after the other: a schema may refer to itself.
const MAX_REFERENCES: usize = 8;

/// A part of a schema, with the whole that its references point into.
#[derive(Clone, Copy)]
pub(super) struct Schema<'a> {
    root: &'a Value,
    node: &'a Value,
}

impl<'a> Schema<'a> {
    pub fn new(root: &'a Value) -> Self {
        Self { root, node: root }.resolved()
    }

    fn at(self, node: &'a Value) -> Self {
        Self { node, ..self }.resolved()
    }

    /// Follows `$ref` within the document; one that leads elsewhere stays as it is.
    fn resolved(self) -> Self {
        let mut node = self.node;
        for _ in 0..MAX_REFERENCES {
            let target = node["$ref"].as_str().and_then(|to| to.strip_prefix('#'));
            let Some(target) = target.and_then(|pointer| self.root.pointer(pointer)) else { break };
            node = target;
        }
        Self { node, ..self }
    }

    /// What is said of the place that `pointer` leads to.
    pub fn of(self, pointer: &str) -> Option<Self> {
        pointer.split('/').skip(1).try_fold(self, |schema, step| {
            let step = step.replace("~1", "/").replace("~0", "~");
            schema.property(&step).or_else(|| step.parse::<usize>().ok().and_then(|_| schema.items()))
        })
    }

    /// The settings here, by name.
    pub fn properties(self) -> impl Iterator<Item = (&'a str, Schema<'a>)> {
        let known = self.node["properties"].as_object().into_iter().flatten();
        known.map(move |(name, node)| (name.as_str(), self.at(node)))
    }

    fn property(self, name: &str) -> Option<Self> {
        let own = self.node["properties"].get(name);
        own.or_else(|| self.node.get("additionalProperties").filter(|node| node.is_object())).map(|node| self.at(node))
    }

    /// Settings of any name.
    pub fn others(self) -> Option<Self> {
        self.node.get("additionalProperties").filter(|node| node.is_object()).map(|node| self.at(node))
    }

    /// Entries of a list.
    pub fn items(self) -> Option<Self> {
        self.node.get("items").map(|node| self.at(node))
    }

    /// Names that settings here can have.
    pub fn names(self) -> Vec<&'a str> {
        let own = self.properties().map(|(name, _)| name);
        let pattern = self.node.get("propertyNames").map(|node| self.at(node).words()).unwrap_or_default();
        own.chain(pattern).collect()
    }

    /// Words that are allowed here.
    pub fn words(self) -> Vec<&'a str> {
        self.node["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// What is said for people, in `language` where there is a translation (`x-descriptions`), on one line.
    pub fn description(self, language: Language) -> Option<String> {
        let translated = self.node["x-descriptions"].get(language.tag()).and_then(Value::as_str);
        let text = translated.or_else(|| self.node["description"].as_str())?;
        // The schema is the module's text: it must not move the cursor of a terminal.
        Some(text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(500).collect())
    }

    pub fn default(self) -> Option<&'a Value> {
        self.node.get("default")
    }

    pub fn example(self) -> Option<&'a Value> {
        self.node["examples"].get(0)
    }

    /// The type, where it is one.
    pub fn kind(self) -> &'a str {
        self.node["type"].as_str().unwrap_or_default()
    }

    /// A bound such as `maximum`.
    pub fn bound(self, name: &str) -> Option<i64> {
        self.node[name].as_i64()
    }
}
