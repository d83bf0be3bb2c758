//! Jobs, uploads and the billing group.

use serde_json::Value;

use super::{link, resource, role, value};
use crate::document::print::{self, to_json};
use crate::fleet::emit;
use crate::fleet::plan::{BillingGroup, Job, Plan, Upload};
use crate::project::{Kind, Resource, arn_of};

pub(super) fn billing_group(group: &BillingGroup) -> Resource {
    let settings = [value("name", group.name.as_str())];
    resource(Kind::BillingGroup, &group.name, settings)
}

/// A job template, with the role that makes links.
pub(super) fn job(plan: &Plan, job: &Job) -> Vec<Resource> {
    let mut resources = Vec::new();
    let artifacts = job.artifacts.as_ref();
    resources.extend(artifacts.map(|it| role(plan, &it.role)));
    let properties = emit::job_template(job, artifacts.map(|_| print::Value::null()));
    let settings = properties.into_iter().filter_map(|(property, written)| {
        let mut written = to_json(&written);
        let setting = match property {
            "JobTemplateId" => "name",
            "Description" => "description",
            "Document" => {
                written = document(&job.document)?;
                "document"
            }
            "PresignedUrlConfig" => {
                let arn = arn_of(&Kind::Role, &artifacts?.role.name);
                written.as_object_mut()?.insert("RoleArn".to_owned(), arn);
                "links"
            }
            "JobExecutionsRolloutConfig" => "rollout",
            "AbortConfig" => "abort",
            "TimeoutConfig" => "timeout",
            _ => return None,
        };
        Some(value(setting, written))
    });
    resources.push(resource(Kind::JobTemplate, &job.id, settings));
    resources
}

fn document(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

/// A role alias, with its role.
pub(super) fn upload(plan: &Plan, upload: &Upload) -> [Resource; 2] {
    let settings = [
        value("name", upload.alias.as_str()),
        link("role", Kind::Role, &upload.role.name),
        value("seconds", upload.seconds),
    ];
    [
        role(plan, &upload.role),
        resource(Kind::RoleAlias, &upload.alias, settings),
    ]
}
