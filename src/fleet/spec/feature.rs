//! Jobs with their documents, and what devices upload.

use serde::Deserialize;

use super::Name;
use crate::source::Spanned;

/// A job that operators send to devices.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct JobSpec {
    /// The file of its document (JSON), relative to the spec. `{env}`, `{region}`, `{account}`,
    /// `{partition}` and `{fleet}` in its texts are words of the deployment.
    pub document: Name,
    /// Where the files are that its document names by `${aws:iot:s3-presigned-url-v2:https://…}`: a bucket
    /// and a prefix, e.g. `s3://firmware-{env}/`. AWS IoT may read there, and nowhere else.
    #[serde(default)]
    pub artifacts: Option<Name>,
    /// How fast it goes out. Without it as fast as AWS IoT can.
    #[serde(default)]
    pub rollout: Option<RolloutSpec>,
    /// When it is stopped.
    #[serde(default)]
    pub abort: Option<AbortSpec>,
    /// How long a device may take from its start: minutes, hours or days, e.g. `60m`.
    #[serde(default)]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<String>", regex(pattern = r"^[1-9][0-9]*[mhd]$"))
    )]
    pub timeout: Option<Name>,
}

/// How fast a job goes out.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RolloutSpec {
    /// The devices that get it in each minute; with `factor` those in the first ones.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = crate::facts::limit::JOB_ROLLOUT_PER_MINUTE)))]
    pub per_minute: Spanned<u32>,
    /// What the rate is multiplied by, each time that `every` devices have it; at most one decimal.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(range(min = 1.1, max = 5)))]
    pub factor: Option<Spanned<f64>>,
    /// After how many devices the rate grows.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub every: Option<Spanned<u32>>,
    /// The highest rate.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 1000)))]
    pub max: Option<Spanned<u32>>,
}

/// When a job is stopped.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AbortSpec {
    /// The share of devices that failed, e.g. `5%`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^([1-9][0-9]?|100)%$")))]
    pub failed: Name,
    /// The number of devices that must have ended it before the share counts.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub after: Spanned<u32>,
}

/// A place that each device may write its own files to.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UploadSpec {
    /// The bucket of S3, which is there already; words of the deployment may stand in it.
    pub s3: Name,
    /// Where in it: levels that end with `/`, one of which is `{thing}`.
    pub prefix: Name,
    /// How long a device's credentials last, in seconds.
    #[serde(default)]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<u32>", range(min = 900, max = 43200))
    )]
    pub seconds: Option<Spanned<u32>>,
}
