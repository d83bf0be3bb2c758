//! Options that say what policies are attached to, and where their devices are.

use clap::{Args, ValueEnum};

use super::Failure;
use crate::model::{self, PolicySet};
use crate::question::{Origin, Place};

/// Where the devices are.
#[derive(Debug, Args)]
pub(super) struct PlaceArguments {
    /// The account of the device; without it, the first that the policies show
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// The Region of the device; without it, the first that the policies show
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
}

impl PlaceArguments {
    /// The place that the user gives, or else the policies show.
    pub(super) fn place(&self, set: &PolicySet) -> Place {
        let mut place = Place::of(set);
        if let Some(account) = &self.account {
            place.account = (account.as_str().into(), Origin::Given);
        }
        if let Some(region) = &self.region {
            place.region = (region.as_str().into(), Origin::Given);
        }
        place
    }
}

impl PlaceArguments {
    /// The places that the user gives, or else all that the policies show.
    pub(super) fn places(&self, set: &PolicySet) -> Vec<Place> {
        match (&self.account, &self.region) {
            (None, None) => Place::all(set),
            (Some(_), _) | (_, Some(_)) => vec![self.place(set)],
        }
    }
}

/// What policies are attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Attachment {
    /// An X.509 certificate
    Certificate,
    /// A thing group of the device
    ThingGroup,
    /// An Amazon Cognito identity
    CognitoIdentity,
    /// The role of a Cognito identity pool
    CognitoRole,
    /// The answer of a custom authorizer
    CustomAuthorizer,
    /// An IAM user or role
    Iam,
}

impl From<Attachment> for model::Attachment {
    fn from(attachment: Attachment) -> model::Attachment {
        match attachment {
            Attachment::Certificate => model::Attachment::Certificate,
            Attachment::ThingGroup => model::Attachment::ThingGroup,
            Attachment::CognitoIdentity => model::Attachment::CognitoIdentity,
            Attachment::CognitoRole => model::Attachment::CognitoRole,
            Attachment::CustomAuthorizer => model::Attachment::CustomAuthorizer,
            Attachment::Iam => model::Attachment::Iam,
        }
    }
}

/// What each of `needed` arguments is attached to: as `given` says, once for all or once for each,
/// or else as is usual.
///
/// # Errors
/// Any other number of them.
pub(super) fn attachments(
    given: &[Attachment],
    needed: usize,
    usual: model::Attachment,
) -> Result<Vec<model::Attachment>, Failure> {
    match given {
        [] => Ok(vec![usual; needed]),
        [one] => Ok(vec![(*one).into(); needed]),
        several if several.len() == needed => Ok(several.iter().map(|it| (*it).into()).collect()),
        several => {
            let given = several.len();
            let why = format!(
                "`--attached-to` stands {given} times for {needed} policies: \
                 it must stand once, or once for each"
            );
            Err(Failure(why))
        }
    }
}
