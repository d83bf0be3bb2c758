//! What can be wrong with jobs and uploads.

/// What can be wrong with jobs and uploads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FeatureFault {
    /// A document that can't be sent.
    #[error("`{path}`: {fault}")]
    Document {
        /// Its file.
        path: Box<str>,
        /// Why not.
        fault: Box<str>,
    },
    /// A place that is no bucket with a prefix.
    #[error("`{0}` is no bucket of S3 with a prefix that ends with `/`")]
    Artifacts(Box<str>),
    /// A file that AWS IoT could not read.
    #[error("the document names `{0}`, and AWS IoT may read below `artifacts` only")]
    OutsideArtifacts(Box<str>),
    /// `factor` without `every`, or the other way round.
    #[error(
        "a rate grows by `factor` each time that `every` devices have the job: both are needed"
    )]
    HalfGrowth,
    /// A highest rate of a rate that does not grow.
    #[error("`max` is the highest rate of one that grows, and this one stays as it is")]
    MaxWithoutGrowth,
    /// A highest rate below the first one.
    #[error("the highest rate is {max} in a minute, and the first one is {first}")]
    MaxBelowFirst {
        /// The highest.
        max: u32,
        /// The first.
        first: u32,
    },
    /// e.g. 1.25
    #[error("a factor has at most one decimal")]
    FactorDecimals,
    /// A time that AWS IoT does not wait.
    #[error("a device would have {minutes} minutes; AWS IoT allows {limit}")]
    Timeout {
        /// How many it would have.
        minutes: u64,
        /// The limit.
        limit: u64,
    },
    /// A prefix under which devices would not be apart.
    #[error("the prefix `{prefix}` {fault}")]
    Prefix {
        /// The prefix.
        prefix: Box<str>,
        /// Why it can't be, in words that follow the prefix.
        fault: &'static str,
    },
}

impl FeatureFault {
    /// How to put it right, if that is known.
    pub(super) fn help(&self) -> Option<&'static str> {
        match self {
            FeatureFault::Artifacts(_) => {
                Some("write it as `s3://bucket/` or `s3://bucket/folder/`")
            }
            FeatureFault::OutsideArtifacts(_) => Some(
                "name files as `https://s3.{region}.amazonaws.com/bucket/folder/file`, below the bucket and prefix of `artifacts`",
            ),
            FeatureFault::MaxWithoutGrowth => {
                Some("leave it out, or say how the rate grows: `factor` and `every`")
            }
            FeatureFault::Prefix { .. } => {
                Some("let `{thing}` be a level of its own, e.g. `{thing}/` or `logs/{thing}/`")
            }
            FeatureFault::Document { .. }
            | FeatureFault::HalfGrowth
            | FeatureFault::MaxBelowFirst { .. }
            | FeatureFault::FactorDecimals
            | FeatureFault::Timeout { .. } => None,
        }
    }
}
