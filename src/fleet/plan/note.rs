//! What there is to know of a spec that is no error.

use crate::model::Date;
use crate::source::Span;

/// Something to know that is no error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What.
    pub kind: NoteKind,
    /// What it is about.
    pub span: Span,
}

/// What there is to know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteKind {
    /// A right that was rounded up to fit.
    #[error(
        "to fit into one policy, `{action}` is allowed on everything below `{below}`, e.g. also on `{example}`"
    )]
    Rounded {
        /// The action.
        action: &'static str,
        /// The prefix.
        below: String,
        /// What nobody asked for.
        example: String,
    },
    /// Topics of AWS that a pattern stands for.
    #[error(
        "`{action}` on `{pattern}` stands for {count} topics: AWS documents no other there, and `{example}` works with no policy"
    )]
    Documented {
        /// The action.
        action: &'static str,
        /// The topic pattern.
        pattern: String,
        /// How many topics.
        count: usize,
        /// What the pattern covers besides.
        example: String,
    },
    /// A level that `*` cannot keep to.
    #[error(
        "policies have no wildcard for one level: `{action}` on `{topic}` also allows `{example}`"
    )]
    CrossesLevels {
        /// The action.
        action: &'static str,
        /// The topic pattern.
        topic: String,
        /// What nobody asked for.
        example: String,
    },
    /// Messages without a connection.
    #[error(
        "over HTTPS nobody asks for the connection or the thing: `{topic}` is the certificate's own, and open to it until it is deactivated"
    )]
    OverHttps {
        /// The topic.
        topic: Box<str>,
    },
    /// What was let pass.
    #[error("`{what}` is let pass here: {because}")]
    LetPass {
        /// What, as the spec calls it.
        what: Box<str>,
        /// Why.
        because: Box<str>,
    },
    /// Without a day no exception ends.
    #[error("this is let pass until {0}; whether that is over, was not checked: no `--today`")]
    EndUnchecked(Date),
    /// A topic with one end.
    #[error("no service {does} `{topic}`: say `by`")]
    OneEnd {
        /// `reads` or `writes`.
        does: &'static str,
        /// The topic's name.
        topic: Box<str>,
    },
    /// Retained messages that a wildcard hides.
    #[error(
        "AWS IoT sends retained messages to who subscribes without wildcards: with `{filter}` none comes"
    )]
    RetainedByFilter {
        /// The filter.
        filter: Box<str>,
    },
    /// Attributes that no index has.
    #[error(
        "`{path}` turns on no index of things in `{region}`: searchable attributes are found by listing things only, one at a time"
    )]
    NoIndex {
        /// The account spec.
        path: Box<str>,
        /// The Region.
        region: Box<str>,
    },
    /// What a service may do beside setting a field.
    #[error(
        "to set `{field}`, `{service}` may update things: IAM can't limit that to one attribute, nor to values of the pattern, which are taken for granted"
    )]
    Sets {
        /// The service.
        service: Box<str>,
        /// The field.
        field: Box<str>,
    },
    /// Without a day nothing expires.
    #[error("`{path}` is valid until {until}; whether it still is, was not checked: no `--today`")]
    ExpiryUnchecked {
        /// The file.
        path: Box<str>,
        /// The last day of its certificate.
        until: Date,
    },
    /// A private key that AWS IoT makes.
    #[error(
        "AWS IoT makes the private key and sends it to the device: whoever listens or logs has it; `from: csr` keeps it in the device"
    )]
    KeysFromCloud,
    /// A reminder whose day is over.
    #[error("the reminder of the CA's end would have come on {day}: generate again with a new CA")]
    ReminderOver {
        /// The day.
        day: Date,
    },
    /// A function whose runtime is no longer kept up.
    #[error("the hook runs on {runtime}, which AWS keeps up until {until}")]
    RuntimeEnds {
        /// The runtime.
        runtime: &'static str,
        /// The last day.
        until: Date,
    },
    /// A promise about a function of the user's.
    #[error(
        "that the hook checks what the device sends is taken from `checks`: nothing here can prove it"
    )]
    HookTrusted,
    /// Nobody gets the right to issue certificates.
    #[error(
        "no role for the factory is made: nobody is named by `factory`, with the CA's `arn` if it is there"
    )]
    NoFactory,
    /// An account that decides who issues certificates.
    #[error(
        "everyone whom the account {account} lets may take the factory role; the ARN of a role says who"
    )]
    FactoryOfAccount {
        /// Its number.
        account: Box<str>,
    },
    /// A CA in another account.
    #[error(
        "the signing CA is in the account {account}: until it is shared with this one, nobody can issue"
    )]
    AuthorityElsewhere {
        /// Its number.
        account: Box<str>,
    },
    /// A CA of which nothing is known yet.
    #[error(
        "the stack makes the signing CA, so that its certificate was not checked; from day {last} on it issues no certificate of {days} days any more"
    )]
    AuthorityUnchecked {
        /// The last day, counted from the first deployment.
        last: u32,
        /// Days that a device's certificate is valid.
        days: u32,
    },
    /// A CA for each Region.
    #[error(
        "each Region gets a signing CA and a root of its own: a device is known where the CA is that signed it"
    )]
    AuthorityPerRegion,
    /// A CA whose last day is not known.
    #[error(
        "no reminder of the CA's end is made: the stack makes the CA, and its last day is not known here"
    )]
    NoReminder,
    /// A root where a signing CA is expected.
    #[error("`{path}` is a root, signed by itself: a CA below it can be replaced when it is lost")]
    SignedByItself {
        /// The file.
        path: Box<str>,
    },
    /// Files that nothing of a job's document names.
    #[error("the document names no file below `artifacts`")]
    NoArtifactUsed,
    /// Claims that are nobody's.
    #[error(
        "with `form: direct` nothing ties a claim to the installer who asked for it: the hook sees the id of the claim and no user, and each installer can register each device that the hook lets in"
    )]
    ClaimsOfNobody,
    /// Rights that only AWS knows.
    #[error(
        "what a claim of `{method}` may do is a policy of AWS's own, which AWS does not show: taken are the topics of registration by its template, under any client id ({page})"
    )]
    RightsOfAws {
        /// The way of registration.
        method: Box<str>,
        /// Where AWS says what such a claim is for.
        page: &'static str,
    },
    /// Environments whose devices only a promise keeps apart.
    #[error(
        "`{first}` and `{second}` share account and Region, and both could have a thing named {witness}: that no device is in both is taken from `unique`, and who signs or lets in devices of one could make one of the other"
    )]
    SharedThings {
        /// One environment.
        first: Box<str>,
        /// The other.
        second: Box<str>,
        /// A name, in backticks.
        witness: Box<str>,
    },
    /// A group that no trust policy can see.
    #[error(
        "who is in the group `{group}`, the identity pool decides: as long as its classic flow is on, every signed-in user can take the role of installers"
    )]
    GroupOfPool {
        /// The group.
        group: Box<str>,
    },
    /// Users who are known by a name that may be theirs to choose.
    #[error(
        "installers with the role `{role}` are known by the names of their sessions: let its trust policy fix them, with `sts:RoleSessionName`, or let IAM Identity Center give it"
    )]
    NamesOfSessions {
        /// The role.
        role: Box<str>,
    },
    /// Devices that outlive their CA.
    #[error(
        "a certificate of {days} days signed today outlives its CA, which is valid until {until}"
    )]
    OutlivesAuthority {
        /// Days that a device's certificate is valid.
        days: u32,
        /// The last day of the CA's certificate.
        until: Date,
    },
}
