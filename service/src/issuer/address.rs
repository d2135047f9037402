//! Addresses that may be asked: encrypted, or on this machine.

use std::{fmt, net::IpAddr, str::FromStr};

use hyper::{
    Uri,
    http::uri::{Authority, Scheme},
};

/// Where the issuer's document is, below its address.
const DOCUMENT: &str = "/.well-known/openid-configuration";

/// The issuer's address, letter by letter as it stands in its tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuerAddress {
    text: String,
    document: Uri,
    is_here: bool,
}

impl IssuerAddress {
    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where the issuer describes itself.
    pub(super) const fn document(&self) -> &Uri {
        &self.document
    }

    /// An address that the issuer's document names. An issuer elsewhere has no business on this
    /// machine; other hosts are usual, and as trusted as the document that names them.
    pub(super) fn names(&self, text: &str) -> Option<Uri> {
        let uri = allowed(text).ok()?;
        (self.is_here || !uri.authority().is_some_and(is_this_machine)).then_some(uri)
    }
}

impl FromStr for IssuerAddress {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uri = allowed(text)?;
        if uri.query().is_some() {
            return Err("must have no parameters");
        }
        let document = format!("{}{DOCUMENT}", text.trim_end_matches('/'));
        Ok(Self {
            text: text.to_owned(),
            document: document
                .parse()
                .map_err(|_| "must be an address such as https://host/path")?,
            is_here: uri.authority().is_some_and(is_this_machine),
        })
    }
}

impl fmt::Display for IssuerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for IssuerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An address with a scheme and a host that may be asked.
pub(super) fn allowed(text: &str) -> Result<Uri, &'static str> {
    const SHAPE: &str = "must be an address such as https://host/path";
    if text.contains('#') {
        return Err("must have no fragment");
    }
    let uri: Uri = text.parse().map_err(|_| SHAPE)?;
    let (scheme, authority) = uri.scheme().zip(uri.authority()).ok_or(SHAPE)?;
    if authority.as_str().contains('@') {
        return Err("must have no user or password in it");
    }
    if authority.host().is_empty() {
        return Err(SHAPE);
    }
    // Keys that anybody on the way could swap would prove nothing.
    if *scheme != Scheme::HTTPS && !(*scheme == Scheme::HTTP && is_this_machine(authority)) {
        return Err("must begin with https:// (or http:// on this machine)");
    }
    Ok(uri)
}

fn is_this_machine(authority: &Authority) -> bool {
    let host = authority.host().trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn only_an_encrypted_issuer_or_one_on_this_machine_is_asked() {
        for good in [
            "https://login.example",
            "https://login.example/realms/one/",
            "http://127.0.0.1:4000",
            "http://[::1]:4000/a",
            "http://localhost",
        ] {
            assert_eq!(good.parse::<IssuerAddress>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            "login.example",
            "http://login.example",
            "http://10.0.0.1",
            "http://127.0.0.1.example",
            "ftp://login.example",
            "https://user:hunter2@login.example",
            "https://login.example/?a=b",
            "https://login.example/#top",
        ] {
            assert!(bad.parse::<IssuerAddress>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_document_is_below_the_address_with_one_slash() {
        for issuer in ["https://login.example/a", "https://login.example/a/"] {
            assert_eq!(
                issuer
                    .parse::<IssuerAddress>()
                    .unwrap()
                    .document()
                    .to_string(),
                "https://login.example/a/.well-known/openid-configuration"
            );
        }
    }

    #[test]
    fn an_issuer_elsewhere_names_no_address_on_this_machine() {
        let elsewhere: IssuerAddress = "https://login.example".parse().unwrap();
        assert!(elsewhere.names("https://keys.example/jwks").is_some());
        for bad in [
            "http://keys.example/jwks",
            "http://127.0.0.1/jwks",
            "https://127.0.0.1/jwks",
            "https://localhost/jwks",
            "https://[::1]/jwks",
            "/jwks",
        ] {
            assert!(elsewhere.names(bad).is_none(), "{bad}");
        }
        let here: IssuerAddress = "http://127.0.0.1:4000".parse().unwrap();
        assert!(here.names("http://127.0.0.1:4000/jwks").is_some());
    }
}
