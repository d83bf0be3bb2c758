//! Job templates as AWS IoT takes them, the same in every output.

use crate::document::print::Value;
use crate::fleet::plan::Job;

/// The type of a job template, in CloudFormation and in Cloud Control.
pub const JOB_TYPE: &str = "AWS::IoT::JobTemplate";

/// The properties of a job template. `role` is the ARN of the role that links are made by.
pub fn job_template(job: &Job, role: Option<Value>) -> Vec<(&'static str, Value)> {
    let mut properties = vec![
        ("JobTemplateId", Value::from(job.id.as_str())),
        ("Description", Value::from(job.description.as_str())),
        ("Document", Value::from(job.document.as_str())),
    ];
    if let (Some(artifacts), Some(role)) = (&job.artifacts, role) {
        let seconds = i64::try_from(artifacts.seconds).unwrap_or(i64::MAX);
        let links = [("RoleArn", role), ("ExpiresInSec", Value::from(seconds))];
        properties.push(("PresignedUrlConfig", Value::mapping(links)));
    }
    if let Some(rollout) = rollout(job) {
        properties.push(("JobExecutionsRolloutConfig", rollout));
    }
    if let Some(abort) = &job.abort {
        let criteria = Value::mapping([
            ("Action", Value::from("CANCEL")),
            ("FailureType", Value::from("FAILED")),
            ("MinNumberOfExecutedThings", Value::from(abort.after)),
            ("ThresholdPercentage", Value::from(abort.percent)),
        ]);
        let list = Value::sequence([criteria]);
        properties.push(("AbortConfig", Value::mapping([("CriteriaList", list)])));
    }
    if let Some(minutes) = job.timeout_minutes {
        let minutes = Value::mapping([("InProgressTimeoutInMinutes", minutes)]);
        properties.push(("TimeoutConfig", minutes));
    }
    properties
}

fn rollout(job: &Job) -> Option<Value> {
    let growth = job.growth.map(|growth| {
        let every = Value::mapping([("NumberOfNotifiedThings", growth.every)]);
        let factor = Value::tenths(i64::from(growth.factor_tenths));
        let rate = Value::mapping([
            ("BaseRatePerMinute", Value::from(growth.per_minute)),
            ("IncrementFactor", factor),
            ("RateIncreaseCriteria", every),
        ]);
        ("ExponentialRolloutRate", rate)
    });
    let most = job.most_per_minute;
    let most = most.map(|most| ("MaximumPerMinute", Value::from(most)));
    let entries: Vec<(&str, Value)> = growth.into_iter().chain(most).collect();
    (!entries.is_empty()).then(|| Value::mapping(entries))
}
