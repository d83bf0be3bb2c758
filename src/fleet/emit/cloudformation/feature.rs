//! Jobs, uploads and the billing group.

use super::{Stack, logical};
use crate::document::print::Value;
use crate::fleet::emit::{JOB_TYPE, job_template};
use crate::fleet::plan::{BillingGroup, Job, Upload};

/// The logical id of the billing group. No other id ends so.
pub(super) const BILLING: &str = "Billing";

impl Stack<'_> {
    pub(super) fn billing_group(&self, group: &BillingGroup) -> Value {
        let properties = vec![("BillingGroupName", Value::from(group.name.as_str()))];
        self.resource("AWS::IoT::BillingGroup", &[], properties)
            .with_comment(self.asked("things.billingGroup", group.origin))
            .with_origin(group.origin)
    }

    /// The resources of a job by logical id.
    pub(super) fn job(&self, job: &Job) -> Vec<(String, Value)> {
        let name = logical(&job.name);
        let role_id = format!("{name}JobRole");
        let mut resources = Vec::new();
        let role = job.artifacts.as_ref().map(|artifacts| {
            resources.push((role_id.clone(), self.role(&artifacts.role)));
            Value::call("Fn::GetAtt", format!("{role_id}.Arn"))
        });
        let template = self.resource(JOB_TYPE, &[], job_template(job, role));
        let template = template
            .with_comment(self.asked(&format!("features.jobs.{}", job.name), job.origin))
            .with_origin(job.origin);
        resources.push((format!("{name}Job"), template));
        resources
    }

    /// The resources of an upload by logical id.
    pub(super) fn upload(&self, upload: &Upload) -> Vec<(String, Value)> {
        let name = logical(&upload.name);
        let role_id = format!("{name}UploadRole");
        let role = Value::call("Fn::GetAtt", format!("{role_id}.Arn"));
        let properties = vec![
            ("RoleAlias", Value::from(upload.alias.as_str())),
            ("RoleArn", role),
            ("CredentialDurationSeconds", Value::from(upload.seconds)),
        ];
        let alias = self
            .resource("AWS::IoT::RoleAlias", &[], properties)
            .with_comment(self.asked(&format!("features.uploads.{}", upload.name), upload.origin))
            .with_origin(upload.origin);
        vec![
            (role_id, self.role(&upload.role)),
            (format!("{name}UploadAlias"), alias),
        ]
    }
}
