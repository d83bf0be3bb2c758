//! Jobs, uploads and the billing group.

use super::{Module, json, label};
use crate::document::print::{Block, Body, Value};
use crate::fleet::emit::{Format, JOB_TYPE, furniture, job_template};
use crate::fleet::plan::{BillingGroup, Job, Upload};

impl Module<'_> {
    pub(super) fn billing_group(&self, group: &BillingGroup) -> Block {
        let body = Body::default().with("name", group.name.as_str());
        self.resource("aws_iot_billing_group", "billing", body)
            .with_comment(self.asked("things.billingGroup", group.origin))
    }

    /// The blocks of a job. The provider has no job templates; Cloud Control has.
    pub(super) fn job(&self, job: &Job) -> Vec<Block> {
        let name = label(&job.name);
        let mut blocks = Vec::new();
        let role = job.artifacts.as_ref().map(|artifacts| {
            let own = format!("{name}_job");
            blocks.push(self.role(&artifacts.role, &own));
            blocks.push(self.role_policy(&artifacts.role, &own));
            Value::reference(format!("aws_iam_role.{own}.arn"))
        });
        let mut state = job_template(job, role);
        let tags = furniture::tags(Format::CloudFormation, JOB_TYPE, self.plan);
        state.extend(tags.map(|tags| ("Tags", tags)));
        let state = Value::mapping(state);
        let body = Body::default()
            .with("type_name", JOB_TYPE)
            .with("desired_state", json(state));
        let comment = format!(
            "{}\nThrough Cloud Control: the provider has no resource for job templates",
            self.asked(&format!("features.jobs.{}", job.name), job.origin)
        );
        let block = self.resource("aws_cloudcontrolapi_resource", &name, body);
        blocks.push(block.with_comment(comment));
        blocks
    }

    /// The blocks of an upload.
    pub(super) fn upload(&self, upload: &Upload) -> Vec<Block> {
        let name = label(&upload.name);
        let own = format!("{name}_upload");
        let body = Body::default()
            .with("alias", upload.alias.as_str())
            .with(
                "role_arn",
                Value::reference(format!("aws_iam_role.{own}.arn")),
            )
            .with("credential_duration", upload.seconds)
            .with(
                "depends_on",
                Value::sequence([Value::reference(format!("aws_iam_role_policy.{own}"))]),
            );
        let alias = self
            .resource("aws_iot_role_alias", &name, body)
            .with_comment(self.asked(&format!("features.uploads.{}", upload.name), upload.origin));
        vec![
            self.role(&upload.role, &own),
            self.role_policy(&upload.role, &own),
            alias,
        ]
    }
}
