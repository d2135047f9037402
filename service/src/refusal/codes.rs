//! Stable codes: what kind of problem it is, and what is wrong at one place.

use std::fmt;

/// Defines a list of stable codes, each with one sentence for a person.
macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal, $message:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// Every code, in the order in which they are documented.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// One sentence for a person.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $(Self::$variant => $message),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

codes! {
    /// What kind of refusal a problem document reports; its `type` is `/problems/{code}`.
    ProblemCode {
        /// The body is no JSON, or an object names a field twice.
        MalformedJson = "malformed_json", "the body is not valid JSON, or an object in it names a field twice";
        /// No token, or one that is not known.
        Unauthenticated = "unauthenticated", "this operation needs a valid bearer token";
        /// The token is known and may not do this.
        Forbidden = "forbidden", "this token may not do this";
        /// Nothing is at this path, or the object named in it does not exist for this token.
        NotFound = "not_found", "nothing is here, or what the path names does not exist for this token";
        /// The path exists, but not for this method.
        MethodNotAllowed = "method_not_allowed", "the path exists, but not for this method; the `allow` header names those that it answers";
        /// The snapshot is older than the revision asked for.
        RevisionNotReached = "revision_not_reached", "the register has not reached the revision that the question asks for";
        /// The object's stage in life has no such step.
        WrongStage = "wrong_stage", "the stage of life that the object is in does not allow this step";
        /// What is to be activated is not permitted by the law.
        GateDenied = "gate_denied", "no transfer basis is recorded for what is to be activated; the findings say why, and the remedies what would give it one";
        /// Who asks is a person who proposed it.
        OwnProposal = "own_proposal", "nobody decides about what they proposed themselves, by whichever token";
        /// It needs approval, and cannot become a proposal.
        ApprovalRequired = "approval_required", "this needs another person's approval, and cannot become a proposal";
        /// The request of a proposal would be refused now.
        ProposalOutdated = "proposal_outdated", "the request that was proposed would be refused now; the detail says why";
        /// Who proposed it may no longer do what the request asks for.
        ProposerNotAllowed = "proposer_not_allowed", "who proposed this may no longer do it; somebody else must propose it";
        /// There are as many open proposals as there may be.
        TooManyProposals = "too_many_proposals", "there are as many open proposals as there may be; decide about some first";
        /// The object is no longer the one that the caller read.
        PreconditionFailed = "precondition_failed", "the object is not at the version that `if-match` names; read it again before changing it";
        /// The body is over the operation's limit.
        PayloadTooLarge = "payload_too_large", "the body is larger than this operation takes";
        /// The body's media type is not taken here.
        UnsupportedMediaType = "unsupported_media_type", "the body must be sent as one of the media types that this operation takes";
        /// The files of an import are wrong; the violations say in which cells.
        ImportRefused = "import_refused", "the import is refused and nothing was changed; its violations name the table, the row and the column";
        /// The request is readable and wrong; the violations say where.
        InvalidRequest = "invalid_request", "the request is readable, but not a valid one; its violations say where and why";
        /// A list of participants that cannot be believed.
        ListRefused = "list_refused", "the list of participants is not believed, and changed nothing; the detail says why";
        /// The idempotency key stands for another request.
        IdempotencyKeyReused = "idempotency_key_reused", "this idempotency key was given with another request before";
        /// The operation changes an object, and the request does not say which version of it.
        PreconditionRequired = "precondition_required", "this operation needs the `if-match` header, with the entity tag that the object had when it was read";
        /// The request could not be read as HTTP in the form that the operation needs.
        BadRequest = "bad_request", "the request could not be read";
        /// The line and the headers of the request are too large, or too many.
        HeadersTooLarge = "headers_too_large", "the line and the headers of the request are larger, or more, than the service reads";
        /// The request came too slowly.
        RequestTimeout = "request_timeout", "the request did not come in time";
        /// The caller asks too often.
        RateLimited = "rate_limited", "the caller asks too often; ask again after the seconds that the `retry-after` header names";
        /// The service has no turn for long work in time, or it is stopping.
        Unavailable = "unavailable", "the service is too busy for this now, or is stopping; ask again after the seconds that the `retry-after` header names";
        /// Another change holds the register for too long.
        Busy = "busy", "another change holds the register for too long; nothing was changed, so ask again after the seconds that the `retry-after` header names";
        /// The database broke off while it committed.
        OutcomeUnknown = "outcome_unknown", "whether the change was made is not known; send the same request again, with the same `idempotency-key` or `if-match`, after the seconds that the `retry-after` header names";
        /// A fault of the service itself.
        Internal = "internal_error", "a fault of the service itself; the request id finds it in the log";
    }
}

codes! {
    /// What is wrong at one place of a request.
    ViolationCode {
        /// No JSON.
        MalformedJson = "malformed_json", "is not valid JSON";
        /// A field stands twice.
        DuplicateKey = "duplicate_key", "stands more than once in its object";
        /// A required field is absent.
        MissingField = "missing_field", "is required";
        /// A field that the operation does not know.
        UnknownField = "unknown_field", "is not a field of this object";
        /// A body where none is taken.
        UnexpectedBody = "unexpected_body", "this operation takes no body";
        /// Another JSON type than the field's.
        WrongType = "wrong_type", "has the wrong type";
        /// A value outside of what the field takes.
        BadValue = "bad_value", "has a value that this field does not take";
        /// A code that its vocabulary does not have.
        UnknownCode = "unknown_code", "is not a code of its vocabulary";
        /// Not an ISO 3166-1 alpha-2 code in upper case.
        UnknownCountry = "unknown_country", "must be an ISO 3166-1 alpha-2 code in upper case";
        /// Not a day in the form `YYYY-MM-DD`.
        BadDay = "bad_day", "must be a calendar day in exactly the form YYYY-MM-DD";
        /// Before the first day that the law pack knows.
        DayTooEarly = "day_too_early", "must not be before 2000-01-01";
        /// Not an RFC 3339 instant in UTC.
        BadInstant = "bad_instant", "must be an RFC 3339 instant in UTC, ending in Z";
        /// NUL or another control character, a mark of direction, or more than one line.
        ControlCharacter = "control_character", "must not contain control characters or marks of direction";
        /// Shorter than the field takes.
        TooShort = "too_short", "is too short";
        /// Longer than the field takes.
        TooLong = "too_long", "is too long";
        /// Fewer items than the list takes.
        TooFewItems = "too_few_items", "has too few items";
        /// More items than the list takes.
        TooManyItems = "too_many_items", "has too many items";
        /// Below or above the field's range.
        OutOfRange = "out_of_range", "is outside of the range that this field takes";
        /// A query parameter that the operation does not know.
        UnknownParameter = "unknown_parameter", "is not a query parameter of this operation";
        /// A query parameter given twice.
        RepeatedParameter = "repeated_parameter", "is given more than once";
        /// A header given twice.
        RepeatedHeader = "repeated_header", "is a header that may stand once, and stands more often";
        /// A cursor that this list did not give out.
        BadCursor = "bad_cursor", "is not a cursor that this list, with these filters, gave out";
        /// An instant whose knowledge nobody can have yet.
        KnownAtInFuture = "known_at_in_future", "must not be in the future";
        /// A field that stays as it was when the object was created.
        ImmutableField = "immutable_field", "cannot be changed after the object was created";
        /// A change in which nothing is to be done.
        NothingToChange = "nothing_to_change", "holds nothing that is to be changed";
        /// Another content than the one that was seen.
        ContentChanged = "content_changed", "is not the hash of what would be published now";
        /// A text of nothing but spaces.
        Blank = "blank", "must not be blank";
        /// Not the form of a slug.
        MalformedSlug = "malformed_slug", "must be 2 to 63 lower-case letters and digits, with single hyphens between";
        /// Not the form of a code.
        MalformedCode = "malformed_code", "must be a code in snake_case";
        /// A slug that would be mistaken for something else in a path.
        Reserved = "reserved", "would be mistaken for something else in a path";
        /// A slug that something has already.
        Taken = "taken", "is taken";
        /// A day that cannot be meant.
        DayOutOfRange = "day_out_of_range", "must be between 1900-01-01 and 9999-12-31";
        /// A last day before the first.
        DaysReversed = "days_reversed", "must not be before the first day";
        /// A day on which nobody can have checked or done anything yet.
        FutureDay = "future_day", "must not be after today";
        /// No such group, or not for this token.
        UnknownGroup = "unknown_group", "names a group that does not exist for this token";
        /// No such organisation, or not for this token.
        UnknownOrganisation = "unknown_organisation", "names an organisation that does not exist for this token";
        /// No such mechanism, or not for this token.
        UnknownMechanism = "unknown_mechanism", "names a mechanism that does not exist for this token";
        /// No such flow, or not for this token.
        UnknownFlow = "unknown_flow", "names a flow that does not exist for this token";
        /// No such object, or not for this token.
        UnknownObject = "unknown_object", "names an object that does not exist for this token";
        /// A step that the stage of the object does not allow, among several.
        StageForbids = "stage_forbids", "names an object whose stage does not allow this step";
        /// A group company without its group.
        GroupMissing = "group_missing", "is required of a group company";
        /// A group on an organisation that no group has.
        GroupNotAllowed = "group_not_allowed", "is for group companies only";
        /// A seat recorded as an activity.
        SeatIsNoLocation = "seat_is_no_location", "is recorded with the organisation, not as a location";
        /// A day of a location on which its engagement or flow does not run.
        OutsideOfDays = "outside_of_days", "is outside of the days of the engagement or flow";
        /// A location twice on a day.
        OverlappingLocation = "overlapping_location", "is a location that is there already on some of its days";
        /// No such location.
        UnknownLocation = "unknown_location", "names a place where the engagement or flow has no such location";
        /// A group that engages a company of its own.
        OwnCompany = "own_company", "is a company of the group itself, which no engagement is needed for";
        /// A flow from an organisation to itself.
        SameOrganisation = "same_organisation", "must be another organisation than the exporter";
        /// An onward flow of somebody who receives nothing in the flow that it continues.
        NotContinued = "not_continued", "names a flow whose importer is not this flow's exporter";
        /// A certification beside another of the same framework.
        OverlappingCertification = "overlapping_certification", "overlaps another certification of the same framework";
        /// A tool that has modules, without one.
        ModuleMissing = "module_missing", "is required with this tool";
        /// A module of a tool that has none.
        ModuleNotAllowed = "module_not_allowed", "is not for this tool";
        /// A mechanism that does not connect two sides.
        PartiesMissing = "parties_missing", "must name an exporter and an importer";
        /// What is neither a country, an area nor an organisation.
        NotADestination = "not_a_destination", "must be a country, an area, or the slug of an international organisation";
        /// Not the form of a hash.
        MalformedHash = "malformed_hash", "must be SHA-256 in 64 lower-case hexadecimal digits";
        /// A contact that reaches nobody.
        ContactEmpty = "contact_empty", "says neither a name nor how to reach anybody";
        /// A mechanism on a day on which it is not in force.
        NotInForce = "not_in_force", "names a day on which the mechanism is not in force";
        /// A mechanism that may not be used once more.
        UsesExhausted = "uses_exhausted", "was used as often as it may be";
        /// A change of which the group's customers would hear too late.
        NoticeTooShort = "notice_too_short", "is too early: the group's customers are told ahead";
        /// A change to which the group's customers can still object.
        ObjectionWindowOpen = "objection_window_open", "is a day on which the group's customers can still object";
        /// An amendment with which the law pack would contradict itself.
        LawContradicted = "law_contradicted", "contradicts the law pack";
        /// Something that has ended, without its last day.
        LastDayMissing = "last_day_missing", "has no last day, and has ended";
        /// Something that has ended, with a last day that is still to come.
        LastDayAhead = "last_day_ahead", "is not past, and it has ended";
        /// A change that the group's customers were not told of.
        NotAnnounced = "not_announced", "is missing: the group's customers are told before it takes effect";
        /// A row that makes something active which the gate denies.
        GateDenied = "gate_denied", "makes active what the gate denies";
        /// An object that an earlier row is about.
        RepeatedObject = "repeated_object", "names an object that an earlier row of the import is about";
        /// A file or what is inside of it is larger than what is taken.
        TooLarge = "too_large", "is larger than what is taken";
        /// A file that is not what it is said to be.
        UnreadableFile = "unreadable_file", "cannot be read";
        /// A file without content.
        EmptyFile = "empty_file", "is empty";
        /// A table whose first row does not name its columns.
        MissingHeader = "missing_header", "must hold the columns' names in its first row";
        /// A file without the table that is asked for, or one of which nobody says what it is.
        MissingSheet = "missing_sheet", "has no table of the resource";
        /// A table that is no resource's.
        UnknownSheet = "unknown_sheet", "is no resource";
        /// More rows than a table takes.
        TooManyRows = "too_many_rows", "has too many rows";
        /// Text in another encoding.
        NotUtf8 = "not_utf8", "is not UTF-8";
        /// A quoted cell that is never closed.
        UnclosedQuote = "unclosed_quote", "opens a quoted cell that is never closed";
        /// A column that the resource does not have.
        UnknownColumn = "unknown_column", "is not a column of this table";
        /// A column that the resource needs.
        MissingColumn = "missing_column", "is a column that this table must have";
        /// A column given twice.
        RepeatedColumn = "repeated_column", "is a column that stands more than once";
        /// Another number of cells than columns.
        WrongWidth = "wrong_width", "has another number of cells than the header";
        /// A row before one that it should follow.
        MisplacedRow = "misplaced_row", "stands before a row that it should follow";
        /// A list or flags that cannot be taken apart.
        MalformedList = "malformed_list", "cannot be taken apart";
        /// The snapshot is older than this.
        RevisionNotReached = "revision_not_reached", "is a revision that the register has not reached";
        /// Nothing answered where the list is asked for.
        ListUnreachable = "list_unreachable", "could not be reached";
        /// Something else than the list was answered.
        ListFailed = "list_failed", "was answered with an error";
        /// The list took too long.
        ListTooSlow = "list_too_slow", "did not arrive in time";
        /// The list is said to be at another address.
        ListElsewhere = "list_elsewhere", "is said to be at another address than the configured one";
        /// More than may be read.
        ListTooLarge = "list_too_large", "is larger than may be read";
        /// No list at all.
        NotAList = "not_a_list", "is not the list of participants";
        /// A list in a form that is not known.
        ListReshaped = "list_reshaped", "has changed its form";
        /// Fewer entries than the list itself says.
        ListIncomplete = "list_incomplete", "arrived incomplete";
        /// A list on which nobody is active.
        ListEmpty = "list_empty", "names nobody as active";
        /// A list older than the last.
        ListStale = "list_stale", "is older than the list that was already read";
        /// A list too old to say how things stand.
        ListTooOld = "list_too_old", "is too old";
        /// A list of a day that has not come.
        ListOfAFutureDay = "list_of_a_future_day", "bears a day that has not come";
        /// A list of far fewer participants than the last.
        ListShrunken = "list_shrunken", "names far fewer participants than the last";
    }
}
