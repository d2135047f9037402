//! What a form says of the answers so far: how they would be judged, and what follows from them.

use super::super::{explain::State, remedies::Healing, standing::Judged};

/// Something that is said within a form.
#[derive(Debug, Default)]
pub(in super::super) struct Told {
    /// How it stands, where it is judged.
    pub(in super::super) state: Option<State>,
    /// Whether it warns, and stands above the answers.
    pub(in super::super) warns: bool,
    /// The same in a word, where it is another than the state's own.
    pub(in super::super) word: Option<&'static str>,
    /// What is said, sentence by sentence; the summary repeats it.
    pub(in super::super) sentences: Vec<String>,
    /// Findings: how each came out, whose data goes where, on what it rests.
    pub(in super::super) findings: Vec<(State, String, String)>,
    /// What would make it permitted.
    pub(in super::super) healing: Vec<Healing>,
    /// Where something is done that the form does not do.
    pub(in super::super) links: Vec<(String, &'static str)>,
}

impl Told {
    /// A verdict: its sentence, each finding once, and what would heal it.
    pub(in super::super) fn judged(judged: Judged) -> Self {
        let mut told = Self::saying(judged.sentence);
        told.state = Some(judged.state);
        told.word = Some(judged.word);
        let findings = judged.parts.into_iter().flat_map(|part| part.findings);
        for finding in findings {
            let line = (finding.state, finding.heading, finding.sentence);
            if !told.findings.contains(&line) {
                told.findings.push(line);
            }
        }
        told.healing = judged.remedies;
        told
    }

    /// A sentence.
    pub(in super::super) fn saying(sentence: impl Into<String>) -> Self {
        Self {
            sentences: vec![sentence.into()],
            ..Self::default()
        }
    }

    /// A warning.
    pub(in super::super) fn warning(sentence: impl Into<String>) -> Self {
        Self {
            warns: true,
            ..Self::saying(sentence)
        }
    }
}
