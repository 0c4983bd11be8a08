//! The sandbox as production has it, but for the compiler's time.

use std::fmt;
use std::path::PathBuf;

use jiff::civil::date;
use koppelaar::domain::{LocalTime, Private};
use koppelaar::rules::engine::{Compiler, RulesLimits};
use koppelaar::rules::{
    Candidate, Question, Reading, RuleError, RuleModule, RulePost, RulesEngine, RulesOptions, Verdict,
};

/// Processor time of a compiler, in seconds: sound modules take a hundredth of one.
const COMPILE_CPU_SECS: u64 = 1;

pub struct Sandbox {
    engine: RulesEngine,
    standard: RuleModule,
    before: (Vec<Reading>, Vec<Vec<Verdict>>),
}

/// What became of a module.
pub enum Outcome {
    Accepted { sentences: Vec<String> },
    Refused { during: &'static str, error: RuleError },
}

impl Sandbox {
    pub fn new() -> Self {
        let compiler = Compiler::Process(PathBuf::from(env!("CARGO_BIN_EXE_koppelaar")));
        let limits = RulesLimits { compile_cpu_secs: COMPILE_CPU_SECS, ..RulesLimits::default() };
        let options = RulesOptions { limits, compiler: Some(compiler), ..RulesOptions::default() };
        let engine = RulesEngine::with_options(options).unwrap();
        let standard = RuleModule::standard(&engine).unwrap();
        let before = answers(&standard).map_err(|(_, error)| error).unwrap();
        Self { engine, standard, before }
    }

    /// Loads a module, lets it read three posts and judge three candidates.
    pub fn try_out(&self, module: &[u8]) -> Outcome {
        let refused = |during| move |error| Outcome::Refused { during, error };
        let module = match RuleModule::load(&self.engine, module, None) {
            Ok(module) => module,
            Err(error) => return refused("load")(error),
        };
        match answers(&module) {
            Ok(_) => Outcome::Accepted {
                sentences: module
                    .manifest()
                    .reasons
                    .iter()
                    .flat_map(|r| r.sentences.0.clone())
                    .map(|(_, s)| s)
                    .collect(),
            },
            Err((during, error)) => refused(during)(error),
        }
    }

    /// The standard module answers as it did before anything hostile ran.
    pub fn assert_unharmed(&self, after: &str) {
        let now = answers(&self.standard).map_err(|(_, error)| error).unwrap();
        assert!(now == self.before, "after `{after}` the standard module answers differently");
    }
}

type Answers = (Vec<Reading>, Vec<Vec<Verdict>>);

fn answers(module: &RuleModule) -> Result<Answers, (&'static str, RuleError)> {
    let texts = ["Wie kan zaterdag mijn gras maaien?", "Ik maai graag je gras.", ""];
    let written = LocalTime(date(2026, 3, 2).at(9, 0, 0, 0));
    let post = |text: &str| RulePost { kind: None, title: None, text: Private::new(text), written };
    let readings = module.read(&texts.map(post)).map_err(|error| ("read", error))?;
    let candidate = |offer| Candidate { offer, load: 1, same_area: true, helped_before: 0 };
    let question =
        Question { request: &readings[0], now: written, candidates: readings.iter().map(candidate).collect() };
    let verdicts = module.assess(&[question]).map_err(|error| ("assess", error))?;
    Ok((readings, verdicts))
}

impl Outcome {
    /// The name of the fault.
    pub fn kind(&self) -> String {
        let fault: &dyn fmt::Debug = match self {
            Self::Accepted { .. } => return "accepted".to_owned(),
            Self::Refused { error: RuleError::Author(fault), .. } => fault,
            Self::Refused { error, .. } => error,
        };
        format!("{fault:?}").split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
    }
}

impl fmt::Display for Outcome {
    /// The error with its causes, as an author reads it, each on a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted { sentences } => write!(f, "accepted: {sentences:?}"),
            Self::Refused { during, error } => {
                write!(f, "{during}: {}: {}", self.kind(), error.to_string().replace('\n', "\n    "))?;
                let mut cause = std::error::Error::source(error);
                while let Some(source) = cause {
                    write!(f, "\n    cause: {}", source.to_string().replace('\n', " "))?;
                    cause = source.source();
                }
                Ok(())
            }
        }
    }
}
