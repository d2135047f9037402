//! What a token looks like: `treg_`, 256 random bits and a checksum of both, in hex.
//!
//! Prefix and checksum let secret scanners recognise a leaked token without asking anybody:
//! `treg_[0-9a-f]{72}`, of which the last eight digits are the CRC-32 of what is before them.

use std::fmt;

use sha2::{Digest, Sha256};

/// How every token begins.
const PREFIX: &str = "treg_";
/// How many hexadecimal digits the random bits take.
const SECRET: usize = 64;

/// The text of a new token, to be shown once. It does not print by itself.
pub struct TokenText(String);

impl TokenText {
    /// A new one from the operating system's generator.
    ///
    /// # Errors
    /// When that gives no randomness.
    pub fn fresh() -> Result<Self, getrandom::Error> {
        let mut bits = [0_u8; 32];
        getrandom::fill(&mut bits)?;
        let secret = format!("{PREFIX}{}", hex::encode(bits));
        let checksum = crc32fast::hash(secret.as_bytes());
        Ok(Self(format!("{secret}{checksum:08x}")))
    }

    /// What is kept of it.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        fingerprint(&self.0)
    }

    /// The text itself, for the one answer that shows it.
    #[must_use]
    pub fn reveal(self) -> String {
        self.0
    }
}

impl fmt::Debug for TokenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The SHA-256 of a token's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The hash.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// What is kept of an offered text.
#[must_use]
pub fn fingerprint(offered: &str) -> Fingerprint {
    Fingerprint(Sha256::digest(offered.as_bytes()).into())
}

/// Whether a text can be a token at all: it has the prefix, the length and the checksum of one.
#[must_use]
pub fn is_well_formed(text: &str) -> bool {
    let Some(digits) = text.strip_prefix(PREFIX) else {
        return false;
    };
    let hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if digits.len() != SECRET + 8 || !digits.bytes().all(hexadecimal) {
        return false;
    }
    let (secret, checksum) = text.split_at(PREFIX.len() + SECRET);
    format!("{:08x}", crc32fast::hash(secret.as_bytes())) == checksum
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_token_is_told_from_anything_else_by_its_prefix_and_checksum() {
        let text = TokenText::fresh().unwrap().reveal();
        assert!(is_well_formed(&text), "its own form");
        assert_eq!(text.len(), 77);
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(!is_well_formed(&changed), "changed at {at}");
        }
        for other in ["", "treg_", &text[..76], &text.to_uppercase()] {
            assert!(!is_well_formed(other), "{other}");
        }
    }

    #[test]
    fn no_token_is_made_twice_and_none_prints() {
        let made: HashSet<String> = (0..10_000)
            .map(|_| TokenText::fresh().unwrap().reveal())
            .collect();
        assert_eq!(made.len(), 10_000);
        let token = TokenText::fresh().unwrap();
        assert_eq!(format!("{token:?}"), "[redacted]");
        let kept = token.fingerprint().to_string();
        assert_eq!(kept, fingerprint(&token.reveal()).to_string());
    }
}
