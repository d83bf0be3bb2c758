//! What can be wrong with a spec, and how to say it.

use crate::document;
use crate::document::decode::DecodeErrorKind;
use crate::model::Date;
use crate::source::Span;

use super::authority::InvalidAuthority;
use super::language::InvalidPattern;
use super::subject::SubjectField;

mod account;
mod feature;
mod help;
mod private_ca;
mod stack;
mod topic;

pub use account::AccountFault;
pub use feature::FeatureFault;
pub use private_ca::PrivateCaFault;
pub use stack::StackFault;
pub use topic::Target;
pub(super) use topic::TopicFault;

/// Something wrong with a spec, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct Error {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where.
    pub span: Span,
    /// Another place that has to do with it, and what is there.
    pub related: Option<(Span, &'static str)>,
}

impl Error {
    /// An error at a place.
    pub fn new(kind: ErrorKind, span: Span) -> Error {
        Error {
            kind,
            span,
            related: None,
        }
    }

    /// This error with another place that has to do with it.
    #[must_use]
    pub fn with_related(self, span: Span, what: &'static str) -> Error {
        Error {
            related: Some((span, what)),
            ..self
        }
    }

    /// Each error once, in their order: what is wrong with the spec is wrong in each environment.
    pub(crate) fn without_repeats(errors: Vec<Error>) -> Vec<Error> {
        let mut kept: Vec<Error> = Vec::with_capacity(errors.len());
        for error in errors {
            if !kept.contains(&error) {
                kept.push(error);
            }
        }
        kept
    }
}

/// What can be wrong. Displays the problem alone; see [`ErrorKind::help`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ErrorKind {
    /// The text cannot be read.
    #[error("{0}")]
    Syntax(document::ErrorKind),
    /// The file is empty.
    #[error("the file holds no fleet spec")]
    NoSpec,
    /// Another spec that this one can't be laid over.
    #[error("`{path}` can't be extended: {fault}")]
    Extends {
        /// Its path, as written.
        path: Box<str>,
        /// Why.
        fault: super::spec::ExtendsFault,
    },
    /// An environment that extends a spec.
    #[error("a spec extends others, and an environment does not")]
    ExtendsInside,
    /// A key that nothing reads.
    #[error("unknown key `{key}`")]
    UnknownKey {
        /// The key.
        key: Box<str>,
        /// The known key that was probably meant.
        nearest: Option<Box<str>>,
        /// All known keys.
        known: Vec<Box<str>>,
    },
    /// A key or value of the grammar that this version does not build.
    #[error("`{0}` is not built yet")]
    NotBuilt(Box<str>),
    /// A key that has to be there.
    #[error("missing key `{key}`")]
    MissingKey {
        /// The key.
        key: Box<str>,
    },
    /// A value that is none of the known words.
    #[error("expected {}", listed(options))]
    NotOneOf {
        /// The known word that was probably meant.
        nearest: Option<Box<str>>,
        /// The known words.
        options: Vec<Box<str>>,
    },
    /// e.g. a list where a mapping should stand.
    #[error("expected {expected}")]
    WrongType {
        /// What should stand here.
        expected: Box<str>,
    },
    /// A value that does not look as it has to.
    #[error("the value does not match `{pattern}`")]
    Mismatch {
        /// How it has to look.
        pattern: Box<str>,
    },
    /// A number below its limit.
    #[error("the least value is {limit}")]
    TooSmall {
        /// The limit.
        limit: Box<str>,
    },
    /// A number above its limit.
    #[error("the greatest value is {limit}")]
    TooGreat {
        /// The limit.
        limit: Box<str>,
    },
    /// An empty list or mapping.
    #[error("nothing stands here; at least one entry is needed")]
    Nothing,
    /// Another error of the schema, in its words.
    #[error("{0}")]
    Shape(Box<str>),
    /// A value that cannot be read.
    #[error("{0}")]
    Decode(DecodeErrorKind),

    /// Something about the settings of an account.
    #[error("{0}")]
    Account(AccountFault),

    /// Something about the furniture of stacks.
    #[error("{0}")]
    Stack(StackFault),

    /// A pattern that is no regular language.
    #[error("the pattern can't be used: {0}")]
    Pattern(InvalidPattern),
    /// A pattern that matches nothing.
    #[error("no text matches the pattern")]
    EmptyPattern,
    /// A value that does not fit where it goes.
    #[error("{what} could be {witness}, and {target} {fault}")]
    Unfit {
        /// What could, e.g. `` `serial` ``.
        what: Box<str>,
        /// A text that it could be, in backticks.
        witness: Box<str>,
        /// Where it goes.
        target: Target,
        /// Why it does not fit, e.g. `can't hold a space`.
        fault: Box<str>,
    },
    /// A comparison that was given up.
    #[error("the pattern is too complex to show that every value fits {0}")]
    Undecided(Target),
    /// A `{` without `}`, or the other way round.
    #[error("a brace has no partner")]
    UnpairedBrace,
    /// A hole that stands for nothing.
    #[error("nothing is called `{{{name}}}` here")]
    UnknownHole {
        /// The name.
        name: Box<str>,
        /// The known name that was probably meant.
        nearest: Option<Box<str>>,
        /// All known names.
        known: Vec<Box<str>>,
    },
    /// A name of a field that is not declared.
    #[error("no field is called `{name}`")]
    UnknownField {
        /// The name.
        name: Box<str>,
        /// The field that was probably meant.
        nearest: Option<Box<str>>,
    },
    /// A field of a name that means something else.
    #[error("a field can't be called `{0}`: the word has a meaning of its own")]
    ReservedField(Box<str>),
    /// Two devices could have one name.
    #[error("two devices could get the same thing name: it is made of no `unique` field")]
    NotUnique,
    /// JITP knows only references.
    #[error("{0} is more than one field, and a JITP template can't compose values")]
    Composed(&'static str),
    /// A field without a source.
    #[error("the method says nothing about where `{field}` comes from")]
    Unbound {
        /// The field.
        field: Box<str>,
    },
    /// A source that the method does not have.
    #[error("the method `{method}` takes no value from `{word}`")]
    UnknownSource {
        /// The method.
        method: &'static str,
        /// The source.
        word: Box<str>,
    },
    /// A key that a method has to have.
    #[error("the method `{method}` needs `{key}`")]
    NeededKey {
        /// The key.
        key: &'static str,
        /// The method.
        method: &'static str,
    },
    /// A key that a method does not have.
    #[error("`{key}` is no key of the method `{method}`")]
    ForeignKey {
        /// The key.
        key: &'static str,
        /// The method.
        method: &'static str,
    },
    /// A CA that the method does not work with.
    #[error("certificates of the method `{method}` are issued by `{expected}`")]
    WrongIssuer {
        /// The method.
        method: &'static str,
        /// Who issues them.
        expected: &'static str,
    },
    /// No hook, or several.
    #[error("a hook is one of `allowList`, `arn` and `source`")]
    OneHook,
    /// No way to sign in, or several.
    #[error("installers are one of `cognito`, `saml` and `role`")]
    OneSignIn,
    /// A hook that does not know the broker.
    #[error("what the broker writes down of a claim, a hook of your own does not look at")]
    HookOfBroker,
    /// Installers of a partition whose names are not known here.
    #[error(
        "installers who sign in with `{word}` are not built yet in the partition `{partition}`"
    )]
    PartitionOfInstallers {
        /// How they sign in.
        word: &'static str,
        /// The partition.
        partition: Box<str>,
    },
    /// A role or a provider of another account.
    #[error("`{arn}` is not in account `{account}`, or is {what}")]
    ForeignPrincipal {
        /// As written, with the words of the deployment filled in.
        arn: Box<str>,
        /// What it has to be, e.g. `no role`.
        what: &'static str,
        /// The account.
        account: Box<str>,
    },
    /// `checks` beside `allowList`.
    #[error("an allow-list checks its key, and nothing else can be asked of it")]
    ChecksItself,
    /// Keys made in the cloud for a chip.
    #[error(
        "with `from: keys` AWS IoT makes the private key and sends it: it can't be kept in a chip"
    )]
    KeysFromCloud,
    /// Keys made in the cloud with an allow-list.
    #[error(
        "an allow-list ties a device to its public key, and with `from: keys` each answer brings another"
    )]
    KeysOfAllowList,
    /// A key of an allow-list that tells no device apart.
    #[error("the allow-list is looked up by `{field}`, and {fault}")]
    AllowListKey {
        /// The field.
        field: Box<str>,
        /// Why it can't be, in words that follow the field.
        fault: &'static str,
    },
    /// A field that the hook should know, and the table does not.
    #[error("`{0}` comes from the hook, and the allow-list does not return it")]
    NotReturned(Box<str>),
    /// A field that the table returns for nothing.
    #[error("the allow-list returns `{0}`, which is not bound to `hook`")]
    NotBoundToHook(Box<str>),
    /// A constant that is no value of its field.
    #[error("`{value}` does not match the pattern of `{field}`")]
    NotAValue {
        /// The constant.
        value: Box<str>,
        /// The field.
        field: Box<str>,
    },
    /// A constant for a field that tells devices apart.
    #[error("`{0}` is `unique`, and a constant is the same for all devices")]
    SharedConstant(Box<str>),
    /// A field that can't be the name of a parameter.
    #[error("`{0}` can't be a parameter of a template: use ASCII letters, digits, `_` and `-`")]
    ParameterName(Box<str>),
    /// A word that the hook's own entries have.
    #[error("the allow-list keeps something of its own as `{0}`")]
    HookWord(Box<str>),
    /// Things that are called as claims call themselves.
    #[error("a thing could be named {0}, and who comes with the claim may connect under that name")]
    ClaimedName(Box<str>),
    /// A function in another place than the template.
    #[error("the function is not in account `{account}`, `{region}`")]
    ForeignFunction {
        /// The account.
        account: Box<str>,
        /// The Region.
        region: Box<str>,
    },
    /// The source of a hook that can't be used.
    #[error("`{path}`: {fault}")]
    HookSource {
        /// The file.
        path: Box<str>,
        /// Why not.
        fault: Box<str>,
    },
    /// A field of isolation that no policy can see.
    #[error("devices can't be kept apart by `{0}`: it is no attribute of the thing")]
    NotAnAttribute(Box<str>),
    /// A value that nobody vouches for.
    #[error("`{field}` {decides}, and the device alone would decide it, unchecked")]
    Unchecked {
        /// The field.
        field: Box<str>,
        /// What it decides, e.g. `names the thing`.
        decides: &'static str,
    },
    /// A parameter that no certificate gives.
    #[error("the certificate's subject has no `{}`", _0.word())]
    NotInSubject(SubjectField),
    /// A subject that says something else.
    #[error("the subject's `{}` is not `{{{field}}}` alone", place.word())]
    NotTheField {
        /// The field.
        field: Box<str>,
        /// The field of the subject.
        place: SubjectField,
    },
    /// A field in a topic that two methods take from different places.
    #[error("`{0}` stands in a topic, and methods take it from different places")]
    Ambiguous(Box<str>),
    /// A field in a topic without `decides: rights`.
    #[error("`{0}` stands in a topic, so that it decides what a device may do")]
    Unstated(Box<str>),
    /// A group that a device's value decides.
    #[error("a group that `{{{0}}}` decides is not built yet")]
    DecidedGroup(Box<str>),

    /// A topic of AWS.
    #[error("topics of AWS IoT itself are not written out")]
    Reserved,
    /// A topic with a wildcard that its direction does not have.
    #[error("{0}")]
    Topic(TopicFault),
    /// A topic that can be too long.
    #[error("the topic can have {bytes} bytes; AWS IoT allows {limit}")]
    TopicTooLong {
        /// The most bytes.
        bytes: usize,
        /// The limit.
        limit: u64,
    },
    /// A topic of too many levels.
    #[error("the topic has {slashes} slashes; AWS IoT allows {limit}")]
    TopicTooDeep {
        /// How many it has.
        slashes: usize,
        /// The limit.
        limit: u64,
    },
    /// `retain` where nobody publishes.
    #[error("`retain` says how messages are published, and no service writes this topic")]
    RetainedRead,
    /// `will` where the device publishes nothing.
    #[error("a last will is published, and the device only reads this topic")]
    WillRead,
    /// A message that is received over HTTPS.
    #[error("over HTTPS a device only publishes, and it reads this topic")]
    HttpsRead,
    /// A topic of a device that HTTPS does not know by its certificate.
    #[error(
        "over HTTPS there is no connection, and `{{{0}}}` is known from the certificate alone, which does not hold it in every method"
    )]
    NotInCertificate(Box<str>),
    /// A file of a firmware that can't be used.
    #[error("`{path}`: {fault}")]
    Firmware {
        /// The file.
        path: Box<str>,
        /// Why not.
        fault: Box<str>,
    },
    /// A service that is not declared.
    #[error("no service is called `{name}`")]
    UnknownService {
        /// The name.
        name: Box<str>,
        /// The service that was probably meant.
        nearest: Option<Box<str>>,
    },
    /// A topic for many with the device's own level.
    #[error("a topic that names the device itself is no one's but its own")]
    SharedOwn,
    /// A topic for many that does not say for whom.
    #[error("the topic is shared by `{0}`, and `{{{0}}}` does not stand in it")]
    SharedWithout(Box<str>),
    /// A topic for the whole fleet that names a part of it.
    #[error("the topic is shared by the whole fleet, and `{{{0}}}` stands in it")]
    SharedByFewer(Box<str>),
    /// An exception without a reason.
    #[error("an exception needs a reason")]
    NoReason,
    /// A reason without an exception.
    #[error("`{0}` belongs to an exception, and none stands here")]
    NothingAllowed(&'static str),
    /// No day.
    #[error("no such day")]
    NoDay,
    /// An exception that is over.
    #[error("the exception ended on {0}")]
    Ended(Date),
    /// An exception of something unknown.
    #[error("nothing that is refused is called `{name}`")]
    UnknownAllowance {
        /// The name.
        name: Box<str>,
        /// What was probably meant.
        nearest: Option<Box<str>>,
    },
    /// A field bound `later` that can't be.
    #[error("`{field}` is set after registration, and {fault}")]
    Later {
        /// The field.
        field: Box<str>,
        /// Why it can't be, in words that follow.
        fault: &'static str,
    },
    /// A field that a service sets, and no method leaves to it.
    #[error("no method binds `{0}` to `later`")]
    NotLater(Box<str>),
    /// A client id of a service that a thing could have.
    #[error("a thing could be named {witness}, and `{service}` connects under such names")]
    ServiceName {
        /// A name, in backticks.
        witness: Box<str>,
        /// The service.
        service: Box<str>,
    },
    /// Neither a device nor a claim, or both.
    #[error("an assertion is about `device` or about `claim`")]
    OneHolder,
    /// A method without a claim.
    #[error("no method with a claim is called `{name}`")]
    NoClaim {
        /// The name.
        name: Box<str>,
        /// The method that was probably meant.
        nearest: Option<Box<str>>,
    },
    /// A wildcard that reaches beyond the device's own topics.
    #[error(
        "policies have no wildcard for one level: `{pattern}` would also allow `{example}`, and the device's own level does not stand before it"
    )]
    CrossesLevels {
        /// The pattern.
        pattern: Box<str>,
        /// What nobody asked for.
        example: Box<str>,
    },
    /// A topic of everyone's.
    #[error("`{topic}` is open to all things alike, and the spec says that things are isolated")]
    NotApart {
        /// What the policy says of it.
        topic: Box<str>,
    },
    /// One device reaches what belongs to another.
    #[error("not true: {claim}. `{device}` is allowed {action} on `{name}`")]
    NotIsolated {
        /// What the spec claims, e.g. `no device can connect as another`.
        claim: Box<str>,
        /// The device that reaches.
        device: Box<str>,
        /// What it does.
        action: Box<str>,
        /// On what.
        name: Box<str>,
    },
    /// Isolation that was neither proved nor refuted.
    #[error("not proved: {claim}, because {reason}")]
    Unproved {
        /// What the spec claims.
        claim: Box<str>,
        /// Why it is not known.
        reason: Box<str>,
    },
    /// Names that an assertion cannot be about.
    #[error("{0}")]
    Assertion(Box<str>),
    /// An assertion without an action.
    #[error("nothing is asserted: no `publish`, `subscribe`, `receive`, `retain` or `connect`")]
    NothingAsserted,
    /// An assertion that does not hold.
    #[error("not true: {claim}. {example}")]
    NotAsserted {
        /// What the spec asserts, e.g. `never publish t/b/**`.
        claim: Box<str>,
        /// A request that shows it.
        example: Box<str>,
    },
    /// A rule finds something in what the spec asks for.
    #[error("{message} ({rule})")]
    Finding {
        /// The rule.
        rule: Box<str>,
        /// What it says.
        message: Box<str>,
    },
    /// A part of the certificate that two devices may share.
    #[error("topics are kept apart by `{0}`, and the spec does not say that it is unique")]
    NotDistinct(Box<str>),
    /// Room that AWS does not give.
    #[error("this is from 1 to {limit}: AWS IoT takes no more")]
    Room {
        /// The most.
        limit: u64,
    },
    /// Rights that fit into no policy.
    #[error(
        "the device policy has {chars} characters without white space; at most {limit} are allowed"
    )]
    PolicyTooLong {
        /// How many it has.
        chars: usize,
        /// The limit.
        limit: u64,
    },
    /// More policies than a certificate can have.
    #[error("the rights take {policies} policies; at most {limit} are allowed")]
    TooManyPolicies {
        /// How many it takes.
        policies: usize,
        /// The limit.
        limit: u64,
    },

    /// A name that AWS refuses.
    #[error("{what} would be named `{name}`, and {fault}")]
    Name {
        /// What.
        what: &'static str,
        /// The name.
        name: Box<str>,
        /// Why not.
        fault: Box<str>,
    },
    /// More entries than AWS allows.
    #[error("{count} {what}; AWS IoT allows {limit}")]
    TooMany {
        /// How many.
        count: usize,
        /// What.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// A template that is too long.
    #[error("the provisioning template has {chars} characters; AWS IoT allows {limit}")]
    TemplateTooLong {
        /// How many it has.
        chars: usize,
        /// The limit.
        limit: u64,
    },
    /// An account that is not declared.
    #[error("no account is called `{name}`")]
    UnknownAccount {
        /// The name.
        name: Box<str>,
        /// The account that was probably meant.
        nearest: Option<Box<str>>,
    },
    /// A Region that is not known.
    #[error("`{name}` is no known Region")]
    UnknownRegion {
        /// The name.
        name: Box<str>,
        /// The Region that was probably meant.
        nearest: Option<Box<str>>,
    },
    /// A Region without what the stack needs.
    #[error("CloudFormation can't make provisioning templates in `{name}`")]
    NoProvisioning {
        /// The Region.
        name: Box<str>,
        /// A Region that has them, near in name.
        nearest: Option<Box<str>>,
    },
    /// A Region of which AWS does not say whether it has AWS IoT.
    #[error("AWS does not say whether AWS IoT is offered in `{name}`")]
    UnstatedRegion {
        /// The Region.
        name: Box<str>,
        /// A Region that has it, near in name.
        nearest: Option<Box<str>>,
    },
    /// A Region that stands twice.
    #[error("the Region stands twice")]
    RepeatedRegion,
    /// An environment that nobody declared.
    #[error("no environment is called `{0}`")]
    UnknownEnvironment(Box<str>),
    /// A CA that cannot be registered.
    #[error("`{path}`: {fault}")]
    Authority {
        /// The file.
        path: Box<str>,
        /// Why not.
        fault: InvalidAuthority,
    },
    /// A CA in AWS Private CA that can't be used.
    #[error("{0}")]
    PrivateCa(PrivateCaFault),
    /// A job or an upload that can't be made.
    #[error("{0}")]
    Feature(FeatureFault),
    /// A CA that is no longer valid.
    #[error("`{path}` was valid until {until}")]
    Expired {
        /// The file.
        path: Box<str>,
        /// The last day.
        until: Date,
    },
    /// A CA that is not valid yet.
    #[error("`{path}` is valid from {from} on")]
    NotYetValid {
        /// The file.
        path: Box<str>,
        /// The first day.
        from: Date,
    },
    /// A CA that is registered twice.
    #[error("the same CA is registered twice in account `{account}`, `{region}`")]
    SharedAuthority {
        /// The account.
        account: Box<str>,
        /// The Region.
        region: Box<str>,
    },
    /// Two resources of one name.
    #[error("two resources would be named `{name}` in account `{account}`, `{region}`")]
    SharedName {
        /// The name.
        name: Box<str>,
        /// The account.
        account: Box<str>,
        /// The Region.
        region: Box<str>,
    },
    /// Two names that are one inside the stacks.
    #[error("`{first}` and `{second}` would be one name inside the stacks")]
    SameLabel {
        /// One.
        first: Box<str>,
        /// The other.
        second: Box<str>,
    },
    /// An account that would be in two partitions.
    #[error(
        "the account {account} can't be in `{first}` and in `{second}`: these are different partitions of AWS"
    )]
    TwoPartitions {
        /// Its number.
        account: Box<str>,
        /// A Region.
        first: Box<str>,
        /// A Region of another partition.
        second: Box<str>,
    },
    /// An output folder that is not below the spec's.
    #[error("`{0}` is no plain path below the output folder")]
    OutsideFolder(Box<str>),
    /// A text that Terraform would change.
    #[error(
        "this text is not in Unicode's normal form C, and Terraform would write it in that form"
    )]
    NotNormalized,
    /// Two outputs in one folder, or one inside of the other.
    #[error("`{0}` is a folder of both outputs, and each takes what is in its own for its own")]
    SharedFolder(Box<str>),
    /// A module of another environment may have its name.
    #[error(
        "a module of the environment `{environment}` for one Region may be called like this one"
    )]
    ModuleName {
        /// The other environment.
        environment: Box<str>,
    },
}

/// `` `a`, `b` or `c` ``
fn listed(words: &[Box<str>]) -> String {
    match words {
        [] => "something else".to_owned(),
        [word] => format!("`{word}`"),
        [first @ .., last] => format!("{} or `{last}`", listed_all(first)),
    }
}

/// `` `a`, `b`, `c` ``
fn listed_all(words: &[Box<str>]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}
