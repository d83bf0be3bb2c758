//! What the page says of jobs and uploads.

use serde::Serialize;

use crate::fleet::plan::Plan;

/// A job that operators can send, in one environment and Region.
#[derive(Serialize)]
pub(super) struct JobPage<'p> {
    environment: &'p str,
    region: &'p str,
    name: &'p str,
    arn: String,
    minutes: Option<u32>,
}

/// A place that devices write to, in one environment and Region.
#[derive(Serialize)]
pub(super) struct UploadPage<'p> {
    environment: &'p str,
    region: &'p str,
    name: &'p str,
    alias: &'p str,
    bucket: &'p str,
    prefix: &'p str,
    seconds: u32,
}

pub(super) fn jobs(plan: &Plan) -> impl Iterator<Item = JobPage<'_>> {
    let deployment = &plan.deployment;
    plan.jobs.iter().map(|job| JobPage {
        environment: &deployment.environment,
        region: &deployment.region,
        name: &job.name,
        arn: deployment.arn(&format!("jobtemplate/{}", job.id)),
        minutes: job.timeout_minutes,
    })
}

pub(super) fn uploads(plan: &Plan) -> impl Iterator<Item = UploadPage<'_>> {
    let deployment = &plan.deployment;
    plan.uploads.iter().map(|upload| UploadPage {
        environment: &deployment.environment,
        region: &deployment.region,
        name: &upload.name,
        alias: &upload.alias,
        bucket: &upload.bucket,
        prefix: &upload.prefix,
        seconds: upload.seconds,
    })
}
