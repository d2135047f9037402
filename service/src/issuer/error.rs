//! Why nobody was let in. No word of it comes from outside, so that no secret can be in it.

/// Why nobody was let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    /// The issuer gave nothing that can be used; whoever asks is not at fault and may try again.
    #[error("the issuer cannot be used at the moment: {0}; try again later")]
    Unreachable(Failing),
    /// This sign-in or this token is not good.
    #[error("{0}")]
    Refused(#[from] Reason),
}

/// What is wrong at the issuer or on the way to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Failing {
    /// It has not been asked yet, or was asked in vain a moment ago.
    #[error("it has not answered yet")]
    NotYet,
    /// No connection.
    #[error("no connection")]
    NoConnection,
    /// The connection broke off.
    #[error("the connection broke off")]
    BrokeOff,
    /// No whole answer in the time allowed.
    #[error("it takes too long")]
    TooSlow,
    /// Another status than the protocol has.
    #[error("it answers with status {0}")]
    Status(u16),
    /// A redirect, which is not followed.
    #[error("it passes on to another address; configure the issuer's own")]
    PassedOn,
    /// More than is read.
    #[error("its answer is too large")]
    TooLarge,
    /// Compressed, which was not asked for.
    #[error("its answer is compressed")]
    Compressed,
    /// No such document.
    #[error("its answer is not what the protocol says")]
    NotUnderstood,
    /// The document of another issuer.
    #[error("its document names another issuer; configure the address letter by letter")]
    AnotherIssuer,
    /// An address in the document that may not be asked.
    #[error("its document names an address that is not encrypted or not to be asked")]
    Address,
    /// It does not offer the authorization code flow with PKCE (S256).
    #[error("it does not offer the authorization code flow with PKCE (S256)")]
    NoCodeFlow,
    /// It does not take a client secret in a way that is known here.
    #[error("it takes the client's secret neither as Basic nor in the form")]
    NoClientAuthentication,
    /// The operating system gives no randomness.
    #[error("this machine gives no randomness")]
    NoRandomness,
}

/// Why a sign-in or a token is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// JWTs are not accepted at the API.
    #[error("tokens of the issuer are not accepted here; use a token of the registry")]
    NotAccepted,
    /// More bytes than a token may have.
    #[error("the token is too long")]
    TooLong,
    /// Not a JWT.
    #[error("the token cannot be read")]
    Unreadable,
    /// Signed in a way that is not allowed.
    #[error("the token is signed in a way that is not allowed here")]
    Algorithm,
    /// A token of another kind.
    #[error("the token is of another kind; present an access token made for this API")]
    Kind,
    /// A key that the issuer does not publish.
    #[error("the token is signed with a key that the issuer does not publish; get a new one")]
    UnknownKey,
    /// The signature does not fit.
    #[error("the token's signature does not fit")]
    Signature,
    /// A claim that is needed is absent or malformed.
    #[error("the token lacks a claim that is needed, or has it in another form")]
    Claims,
    /// From another issuer.
    #[error("the token is from another issuer")]
    Issuer,
    /// For somebody else.
    #[error("the token is for another audience; ask the issuer for one for this service")]
    Audience,
    /// No longer valid.
    #[error("the token has expired; get a new one")]
    Expired,
    /// Not yet valid.
    #[error("the token is not valid yet; compare the clocks")]
    NotYetValid,
    /// Valid for too long.
    #[error("the token is valid for more than 24 hours; ask the issuer for a shorter one")]
    ValidTooLong,
    /// The answer to another sign-in.
    #[error("the answer belongs to another sign-in; begin again")]
    OtherSignIn,
    /// The answer of another issuer.
    #[error("the answer is not from the configured issuer; begin again")]
    OtherIssuerAnswered,
    /// The issuer did not sign the person in.
    #[error("the issuer did not sign you in; begin again or ask its administrator")]
    NotSignedIn,
    /// The code is not good (any more).
    #[error("the sign-in took too long or was used already; begin again")]
    Code,
    /// The issuer does not accept this service as its client.
    #[error("the issuer does not accept this service; its client settings must be corrected")]
    Client,
    /// No ID token was given.
    #[error("the issuer did not say who you are; its client settings must allow `openid`")]
    NoIdToken,
    /// The ID token does not belong to the access token given with it.
    #[error("the issuer's tokens do not belong together; begin again")]
    AccessTokenHash,
    /// A user who is disabled here.
    #[error("the user is disabled here; ask whoever looks after the registry")]
    Disabled,
    /// No known role.
    #[error("you have no role here; ask the issuer's administrator for one")]
    NoRole,
    /// No group.
    #[error("you are in no group here; ask the issuer's administrator for one")]
    NoGroups,
}
