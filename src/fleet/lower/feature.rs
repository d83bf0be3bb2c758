//! What devices use beside the broker: jobs, uploads, and who pays.

use serde_json::Value;

use super::names::{self, DEPLOYMENT_WORDS, deployment_word, unknown_hole};
use super::registration::role_name_in;
use crate::facts::{NameKind, limit};
use crate::fleet::composed::Part;
use crate::fleet::error::FeatureFault;
use crate::fleet::plan::{
    Abort, Artifacts, BillingGroup, Deployment, Growth, Job, Note, NoteKind, Origin, Resource,
    Role, RoleStatement, Taker, Upload,
};
use crate::fleet::spec::{FleetSpec, JobSpec, Name, RolloutSpec, SwitchOr, UploadSpec};
use crate::fleet::{Error, ErrorKind, Files};
use crate::model::{CREDENTIALS_THING_NAME, object};
use crate::source::Span;

/// The billing group that a spec asks for.
pub(super) fn billing_group(
    spec: &FleetSpec,
    deployment: &Deployment,
    errors: &mut Vec<Error>,
) -> Option<BillingGroup> {
    let written = spec.things.billing_group.as_ref()?;
    let other = |name: &str| unknown_hole(name, &DEPLOYMENT_WORDS);
    let name = deployment.name(&names::expand(written, deployment, other, errors)?);
    let (kind, what) = (NameKind::BillingGroup, "the billing group");
    names::check_name(kind, what, &name, written.span, errors);
    let origin = written.span;
    Some(BillingGroup { name, origin })
}

/// The jobs and uploads of one environment and Region.
pub(super) struct Planning<'p> {
    pub(super) spec: &'p FleetSpec,
    pub(super) deployment: &'p Deployment,
    /// The tags of all resources.
    pub(super) tags: &'p [(Box<str>, String)],
    pub(super) files: &'p dyn Files,
    pub(super) errors: &'p mut Vec<Error>,
    pub(super) notes: &'p mut Vec<Note>,
}

impl Planning<'_> {
    /// The jobs that operators can send.
    pub(super) fn jobs(&mut self) -> Vec<Job> {
        let jobs = self.spec.features.jobs.as_ref();
        let Some(SwitchOr::Mapping(jobs)) = jobs.map(|it| &it.value) else {
            return Vec::new();
        };
        let jobs = jobs.iter();
        jobs.filter_map(|(name, job)| self.job(name, job)).collect()
    }

    /// Where devices write files to.
    pub(super) fn uploads(&mut self) -> Vec<Upload> {
        let uploads = self.spec.features.uploads.iter();
        let uploads = uploads.filter_map(|(name, upload)| self.upload(name, upload));
        uploads.collect()
    }

    fn fault(&mut self, fault: FeatureFault, span: Span) {
        self.errors
            .push(Error::new(ErrorKind::Feature(fault), span));
    }

    fn filled(&mut self, text: &Name) -> Option<String> {
        let other = |name: &str| unknown_hole(name, &DEPLOYMENT_WORDS);
        names::expand(text, self.deployment, other, self.errors)
    }

    fn job(&mut self, name: &Name, job: &JobSpec) -> Option<Job> {
        let document = self.document(&job.document)?;
        let place = match &job.artifacts {
            Some(written) => Some(self.place(written)?),
            None => None,
        };
        self.named_files(&document, job, place.as_ref());
        let artifacts = place.map(|place| self.artifacts(name, &place));
        let (most_per_minute, growth) = match &job.rollout {
            Some(rollout) => self.rollout(rollout),
            None => (None, None),
        };
        let abort = job.abort.as_ref().and_then(|abort| {
            // INVARIANT: the schema lets pass a number and `%` only.
            let percent = abort.failed.value.strip_suffix('%')?.parse().ok()?;
            let after = abort.after.value;
            Some(Abort { percent, after })
        });
        let timeout_minutes = job.timeout.as_ref().and_then(|it| self.timeout(it));
        let deployment = self.deployment;
        let (fleet, environment) = (&deployment.fleet, &deployment.environment);
        let mut planned = Job {
            name: name.value.clone(),
            id: String::new(),
            description: format!("{} of {fleet} in {environment}", name.value),
            document: document.to_string(),
            artifacts,
            most_per_minute,
            growth,
            abort,
            timeout_minutes,
            origin: name.span,
        };
        let hash = fingerprint(&said(&planned, self.tags, &deployment.region));
        planned.id = deployment.name(&format!("{}-{hash}", name.value));
        let (kind, what) = (NameKind::Job, "the job template");
        names::check_name(kind, what, &planned.id, name.span, self.errors);
        Some(planned)
    }

    /// The document of a job, with the words of the deployment filled in.
    fn document(&mut self, path: &Name) -> Option<Value> {
        let fault = match self.files.read(&path.value) {
            Err(error) => error.to_string(),
            Ok(bytes) => match serde_json::from_slice::<Value>(&bytes) {
                Ok(mut document @ Value::Object(_)) => {
                    fill(&mut document, self.deployment);
                    let chars = document.to_string().chars().count() as u64;
                    if chars <= limit::JOB_DOCUMENT_CHARS {
                        return Some(document);
                    }
                    let limit = limit::JOB_DOCUMENT_CHARS;
                    format!("the document has {chars} characters; AWS IoT allows {limit}")
                }
                Ok(_) => "the document is no JSON object".to_owned(),
                Err(error) => format!("it is no JSON: {error}"),
            },
        };
        let path_text = path.value.clone();
        let fault = FeatureFault::Document {
            path: path_text,
            fault: fault.into(),
        };
        self.fault(fault, path.span);
        None
    }

    /// The bucket and prefix of files.
    fn place(&mut self, written: &Name) -> Option<Place> {
        let text = self.filled(written)?;
        let place = text.strip_prefix("s3://").and_then(|it| it.split_once('/'));
        let is_key = |prefix: &str| {
            prefix.chars().all(is_of_key) && (prefix.is_empty() || prefix.ends_with('/'))
        };
        match place {
            Some((bucket, prefix)) if is_key(prefix) => {
                let (kind, what) = (NameKind::Bucket, "the bucket");
                names::check_name(kind, what, bucket, written.span, self.errors);
                Some(Place {
                    bucket: bucket.to_owned(),
                    prefix: prefix.to_owned(),
                })
            }
            _ => {
                self.fault(FeatureFault::Artifacts(text.into()), written.span);
                None
            }
        }
    }

    /// Checks that AWS IoT may read each file that a document names.
    fn named_files(&mut self, document: &Value, job: &JobSpec, place: Option<&Place>) {
        let text = document.to_string();
        let mut files = placeholders(&text).peekable();
        if let (None, Some(artifacts)) = (files.peek(), &job.artifacts) {
            let (kind, span) = (NoteKind::NoArtifactUsed, artifacts.span);
            self.notes.push(Note { kind, span });
        }
        for url in files {
            let is_below = place.is_some_and(|it| it.holds(url));
            if !is_below {
                let fault = FeatureFault::OutsideArtifacts(url.into());
                self.fault(fault, job.document.span);
            }
        }
    }

    fn artifacts(&mut self, name: &Name, place: &Place) -> Artifacts {
        let own = format!("{}-job", name.value);
        let what = "the role of the job";
        let partition = &self.deployment.partition;
        let Place { bucket, prefix } = place;
        Artifacts {
            role: Role {
                name: role_name_in(self.deployment, &own, what, name.span, self.errors),
                taker: Taker::Jobs,
                policy: "artifacts",
                statements: vec![RoleStatement {
                    purpose: "a link gives a device what it names, and nothing besides",
                    actions: vec![object::GET_OBJECT],
                    resources: vec![format!("arn:{partition}:s3:::{bucket}/{prefix}*")],
                }],
            },
            seconds: limit::PRESIGNED_URL_SECONDS,
        }
    }

    /// The highest rate, and how it grows.
    fn rollout(&mut self, rollout: &RolloutSpec) -> (Option<u32>, Option<Growth>) {
        let first = &rollout.per_minute;
        match (&rollout.factor, &rollout.every) {
            (Some(factor), Some(every)) => {
                let tenths = factor.value * 10.0;
                if (tenths - tenths.round()).abs() > 1e-9 {
                    self.fault(FeatureFault::FactorDecimals, factor.span);
                }
                if let Some(max) = rollout.max.as_ref().filter(|it| it.value < first.value) {
                    let fault = FeatureFault::MaxBelowFirst {
                        max: max.value,
                        first: first.value,
                    };
                    self.fault(fault, max.span);
                }
                let growth = Growth {
                    per_minute: first.value,
                    factor_tenths: tenths.round() as u32,
                    every: every.value,
                };
                (rollout.max.as_ref().map(|it| it.value), Some(growth))
            }
            (None, None) => {
                if let Some(max) = &rollout.max {
                    self.fault(FeatureFault::MaxWithoutGrowth, max.span);
                }
                (Some(first.value), None)
            }
            (Some(_), None) | (None, Some(_)) => {
                self.fault(FeatureFault::HalfGrowth, first.span);
                (None, None)
            }
        }
    }

    fn timeout(&mut self, written: &Name) -> Option<u32> {
        // INVARIANT: the schema lets pass digits and one of these letters only.
        let (digits, factor) = match written.value.split_at_checked(written.value.len() - 1)? {
            (digits, "h") => (digits, 60),
            (digits, "d") => (digits, 24 * 60),
            (digits, _) => (digits, 1),
        };
        let minutes = digits.parse::<u64>().ok();
        let minutes = minutes
            .and_then(|it| it.checked_mul(factor))
            .unwrap_or(u64::MAX);
        let limit = limit::JOB_TIMEOUT_MINUTES;
        if minutes > limit {
            self.fault(FeatureFault::Timeout { minutes, limit }, written.span);
        }
        u32::try_from(minutes).ok()
    }

    fn upload(&mut self, name: &Name, upload: &UploadSpec) -> Option<Upload> {
        let bucket = self.filled(&upload.s3)?;
        let (kind, what) = (NameKind::Bucket, "the bucket");
        names::check_name(kind, what, &bucket, upload.s3.span, self.errors);
        let prefix = self.prefix(&upload.prefix)?;
        let seconds = upload.seconds.as_ref().map(|it| it.value);
        let seconds = seconds.unwrap_or(limit::ROLE_SESSION_DEFAULT_SECONDS as u32);
        let deployment = self.deployment;
        let alias = deployment.name(&name.value);
        let (kind, what) = (NameKind::RoleAlias, "the role alias");
        names::check_name(kind, what, &alias, name.span, self.errors);
        let own = format!("{}-upload", name.value);
        let what = "the role of the upload";
        let variable = format!("${{{CREDENTIALS_THING_NAME}}}");
        let keys = prefix.replace(THING, &variable);
        let partition = &deployment.partition;
        Some(Upload {
            name: name.value.clone(),
            alias,
            role: Role {
                name: role_name_in(deployment, &own, what, name.span, self.errors),
                taker: Taker::Device { seconds },
                policy: "upload",
                statements: vec![RoleStatement {
                    purpose: "a device writes below its own name; without a thing the name is open, and nothing is allowed",
                    actions: vec![object::PUT_OBJECT],
                    resources: vec![format!("arn:{partition}:s3:::{bucket}/{keys}*")],
                }],
            },
            bucket,
            prefix,
            seconds,
            origin: name.span,
        })
    }

    /// A prefix with words of the deployment filled in, in which `{thing}` is one whole level. Thing
    /// names have no `/`, so that what is below one of them is below no other.
    fn prefix(&mut self, written: &Name) -> Option<String> {
        let composed = names::parse(written, self.errors)?;
        let mut prefix = String::new();
        for part in &composed.parts {
            match &part.value {
                Part::Literal(literal) => prefix.push_str(literal),
                Part::Hole(name) if format!("{{{name}}}") == THING => prefix.push_str(THING),
                Part::Hole(name) => match deployment_word(name, self.deployment) {
                    Some(value) => prefix.push_str(value),
                    None => {
                        let known = DEPLOYMENT_WORDS.into_iter().chain(["thing"]);
                        let known: Vec<&str> = known.collect();
                        let kind = unknown_hole(name, &known);
                        self.errors.push(Error::new(kind, part.span));
                        return None;
                    }
                },
            }
        }
        let levels = prefix.strip_suffix('/');
        let levels = levels.map(|it| it.split('/').collect::<Vec<_>>());
        let own = levels.iter().flatten();
        let own = own.filter(|level| **level == THING).count();
        let fault = match levels {
            None => Some("does not end with `/`"),
            Some(levels) if levels.iter().any(|it| it.is_empty()) => Some("has an empty level"),
            Some(_) if own == 0 => Some("has no level that is the device's own"),
            Some(_) if own > 1 || prefix.matches(THING).count() > 1 => {
                Some("has the device's name more than once")
            }
            Some(_) if !prefix.replace(THING, "").chars().all(is_of_key) => {
                Some("has a character that is no letter, digit, `_`, `-` or `.`")
            }
            Some(_) => None,
        };
        match fault {
            None => Some(prefix),
            Some(fault) => {
                let prefix = prefix.into();
                self.fault(FeatureFault::Prefix { prefix, fault }, written.span);
                None
            }
        }
    }
}

/// The right to ask for the credentials of each upload.
pub(super) fn aliases(uploads: &[Upload], deployment: &Deployment) -> Vec<Resource> {
    let alias = |upload: &Upload| Resource {
        arn: deployment.arn(&format!("rolealias/{}", upload.alias)),
        origins: vec![Origin {
            span: upload.origin,
            path: format!("features.uploads.{}", upload.name),
        }],
    };
    uploads.iter().map(alias).collect()
}

/// The device's own name in a prefix.
const THING: &str = "{thing}";

/// Characters of keys that mean themselves in an ARN and in a URL.
fn is_of_key(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_-./".contains(character)
}

/// A bucket, and a prefix in it.
struct Place {
    bucket: String,
    prefix: String,
}

impl Place {
    /// Whether a URL names something here: `https://s3.REGION.amazonaws.com/BUCKET/KEY`, with or without a
    /// Region, or `https://BUCKET.s3.REGION.amazonaws.com/KEY`.
    fn holds(&self, url: &str) -> bool {
        let named = url.strip_prefix("https://").unwrap_or(url);
        let Some((host, path)) = named.split_once('/') else {
            return false;
        };
        let is_s3 = |host: &str| {
            let rest = host.strip_prefix("s3.");
            let rest = rest.map(|it| it.trim_end_matches(".cn"));
            rest.is_some_and(|it| it == AMAZON || it.ends_with(&format!(".{AMAZON}")))
        };
        let own = format!("{}.", self.bucket);
        let key = match host.strip_prefix(&own) {
            Some(host) if is_s3(host) => Some(path),
            _ if is_s3(host) => path
                .strip_prefix(&*self.bucket)
                .and_then(|it| it.strip_prefix('/')),
            _ => None,
        };
        key.is_some_and(|it| it.starts_with(&self.prefix) && it != self.prefix)
    }
}

/// Where S3 lives.
const AMAZON: &str = "amazonaws.com";

/// The URLs that AWS IoT replaces by links.
///
/// Source: <https://docs.aws.amazon.com/iot/latest/developerguide/create-manage-jobs.html>
fn placeholders(document: &str) -> impl Iterator<Item = &str> {
    const BEFORE: &str = "${aws:iot:s3-presigned-url";
    document.split(BEFORE).skip(1).filter_map(|rest| {
        let (inside, _) = rest.split_once('}')?;
        Some(inside.trim_start_matches("-v2").trim_start_matches(':'))
    })
}

/// Fills the words of the deployment into all texts. Recursion is bounded by what serde_json reads.
fn fill(value: &mut Value, deployment: &Deployment) {
    match value {
        Value::String(text) => *text = names::filled(text, deployment),
        Value::Array(items) => items.iter_mut().for_each(|it| fill(it, deployment)),
        Value::Object(entries) => entries.values_mut().for_each(|it| fill(it, deployment)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// All that a template says. The Region is left out, so that all Regions have one id.
fn said(job: &Job, tags: &[(Box<str>, String)], region: &str) -> String {
    let role = job.artifacts.as_ref();
    let role = role.map(|it| (&it.role.name, &it.role.statements, it.seconds));
    let rest = (job.most_per_minute, job.growth, job.abort);
    let all = (
        &job.document,
        &job.description,
        role,
        rest,
        job.timeout_minutes,
        tags,
    );
    format!("{all:?}").replace(region, "{region}")
}

/// FNV-1a of 32 bits, in hexadecimal digits: tells two texts apart that nobody made alike on purpose.
fn fingerprint(text: &str) -> String {
    let step = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    format!("{:08x}", text.as_bytes().iter().fold(0x811c_9dc5, step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_holds_what_is_below_it() {
        let place = Place {
            bucket: "fw".into(),
            prefix: "a/".into(),
        };
        for held in [
            "https://s3.amazonaws.com/fw/a/b",
            "https://s3.eu-west-1.amazonaws.com/fw/a/b.bin",
            "https://fw.s3.eu-west-1.amazonaws.com/a/b",
            "https://s3.cn-north-1.amazonaws.com.cn/fw/a/b",
        ] {
            assert!(place.holds(held), "{held}");
        }
        for other in [
            "https://s3.amazonaws.com/fw/b",
            "https://s3.amazonaws.com/fw/a/",
            "https://s3.amazonaws.com/fwx/a/b",
            "https://s3.example.com/fw/a/b",
            "https://other.s3.eu-west-1.amazonaws.com/fw/a/b",
            "https://fw.example.com/a/b",
            "fw/a/b",
        ] {
            assert!(!place.holds(other), "{other}");
        }
    }

    #[test]
    fn placeholders_of_both_kinds_are_found() {
        let text =
            "a ${aws:iot:s3-presigned-url:https://x} ${aws:iot:s3-presigned-url-v2:https://y} ${z}";
        let found: Vec<&str> = placeholders(text).collect();
        assert_eq!(found, ["https://x", "https://y"]);
    }

    #[test]
    fn the_fingerprint_is_that_of_the_algorithm() {
        assert_eq!(fingerprint(""), "811c9dc5");
        assert_eq!(fingerprint("a"), "e40c292c");
    }
}
