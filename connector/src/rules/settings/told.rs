//! Faults of settings in the words of those who keep them.

use crate::domain::Language;
use crate::rules::error::{SettingFault, SettingProblem as Problem, SettingsFault};
use crate::rules::words::Words;

/// The most words that a hint lists.
const MAX_LISTED: usize = 40;

impl SettingsFault {
    /// What is wrong, where, and what to do, in `language`: a line for each fault, with a hint below it.
    pub fn told(&self, language: Language) -> String {
        let words = Words(language);
        match self {
            Self::TooLarge { .. } => self.to_string(),
            Self::Syntax { line, column: _, what } => {
                let place = words.say_with("settings-line", [("line", (*line).into())]);
                let what = words.say_with("fault-syntax", [("what", what.as_str().into())]);
                format!("{place}: {what}\nhint: {}", words.say("fault-syntax-hint"))
            }
            Self::Misfit { module, faults } => {
                let values = [("count", faults.len().into()), ("module", module.as_str().into())];
                let mut text = words.say_with("faults", values);
                for fault in faults {
                    text.push_str("\n  ");
                    text.push_str(&fault.told(words).replace('\n', "\n    "));
                }
                format!("{text}\nhint: {}", words.say("settings-hint-print"))
            }
        }
    }
}

impl SettingFault {
    /// The line and the name of the setting, what is wrong, and on a line of its own what to do.
    fn told(&self, words: Words) -> String {
        let mut place = Vec::new();
        place.extend(self.line.map(|line| words.say_with("settings-line", [("line", line.into())])));
        // An entry of a list is found by its line and its value; programs count from 0, and people do not.
        let steps = self.pointer.split('/').skip(1).filter(|step| step.parse::<usize>().is_err());
        let name = steps.map(|step| step.replace("~1", "/").replace("~0", "~")).collect::<Vec<_>>().join(".");
        place.push(if name.is_empty() { words.say("settings-whole") } else { format!("`{name}`") });
        let hint = self.problem.hint(words).map_or_else(String::new, |hint| format!("\nhint: {hint}"));
        format!("{}: {}{hint}", place.join(", "), self.problem.told(words))
    }
}

impl Problem {
    fn told(&self, words: Words) -> String {
        let quoted = |text: &str| format!("`{text}`").into();
        match self {
            Self::Unknown { .. } => words.say("fault-unknown"),
            Self::Choice { value, .. } => words.say_with("fault-choice", [("value", quoted(value))]),
            Self::Type { value, wanted } => {
                words.say_with("fault-type", [("value", quoted(value)), ("wanted", wanted.as_str().into())])
            }
            Self::Range { value, low, high } => words
                .say_with("fault-range", [("value", quoted(value)), ("low", (*low).into()), ("high", (*high).into())]),
            Self::Many { count, limit } => {
                words.say_with("fault-many", [("count", (*count).into()), ("limit", (*limit).into())])
            }
            Self::Twice { value } => words.say_with("fault-twice", [("value", quoted(value))]),
            Self::Length { value, low, high } => words
                .say_with("fault-length", [("value", quoted(value)), ("low", (*low).into()), ("high", (*high).into())]),
            Self::Missing { name } => words.say_with("fault-missing", [("name", quoted(name))]),
            Self::Other { what } => words.say_with("fault-other", [("what", what.as_str().into())]),
        }
    }

    fn hint(&self, words: Words) -> Option<String> {
        let (near, known, hint, variable) = match self {
            Self::Unknown { near, known } => (near, known, "settings-hint-known", "names"),
            Self::Choice { near, allowed, .. } => (near, allowed, "settings-hint-allowed", "values"),
            _ => return None,
        };
        if let Some(near) = near {
            return Some(words.say_with("settings-hint-near", [("name", format!("`{near}`").into())]));
        }
        let quoted: Vec<String> = known.iter().take(MAX_LISTED).map(|name| format!("`{name}`")).collect();
        (!quoted.is_empty()).then(|| words.say_with(hint, [(variable, words.alternatives(&quoted).into())]))
    }
}
