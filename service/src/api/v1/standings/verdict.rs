//! The verdict by which lists are narrowed.

/// How an engagement or flow in effect stands before the legal gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StandingVerdict {
    /// It is permitted.
    Allow,
    /// It is permitted, but no longer by what carried it before it last changed.
    Fallback,
    /// It is denied.
    Deny,
}

impl StandingVerdict {
    /// Every verdict.
    pub(crate) const ALL: &'static [Self] = &[Self::Allow, Self::Fallback, Self::Deny];

    /// The stable code.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Fallback => "fallback",
            Self::Deny => "deny",
        }
    }

    /// Whether a list of those that stand like `self` shows one of this verdict.
    pub(super) fn shows(self, verdict: Self) -> bool {
        self == verdict || (self == Self::Allow && verdict == Self::Fallback)
    }
}
