//! From a document to its artifacts.

use super::detect::{detect, is_iot_policy, is_of_iot, registration};
use super::{
    Artifact, ArtifactKind, Artifacts, Embedded, Holder, MAX_EMBEDDED_BYTES, MAX_RESOURCES_BYTES,
    MIN_RESOURCE_BYTES, PolicyDocument, cloudformation, policy, provisioning, terraform,
};
use crate::document::{self, Document, ErrorKind, Kind, MAX_EMBEDDING, Node, Path, Syntax};
use crate::model::{Scope, TemplateDialect};
use crate::source::{Span, Spanned, Text};

/// Reads everything in a document that fleetwright knows.
pub fn read(document: &Document) -> Artifacts {
    let mut reader = Reader::default();
    for root in document.roots() {
        if let Some(artifact) = reader.root(root, document.syntax()) {
            reader.artifacts.list.push(artifact);
        }
    }
    reader.artifacts.sort_embedded();
    reader.artifacts
}

/// Reads the policy that a node writes, e.g. one inside a test case, whatever surrounds it.
pub fn policy_at(node: Node<'_>) -> PolicyDocument {
    policy::read_one(&mut Reader::default(), node, &(), Holder::Alone)
}

/// What is collected while a document is read.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) artifacts: Artifacts,
    /// What was read of all policies together, as [`super::MAX_POLICIES_BYTES`] counts.
    pub(super) policies_bytes: usize,
    /// What was read of texts inside strings.
    embedded_bytes: usize,
    /// What was read of resources.
    resources_bytes: usize,
}

impl Reader {
    fn root(&mut self, root: Node<'_>, syntax: Syntax) -> Option<Artifact> {
        let kind = match syntax {
            Syntax::Json | Syntax::Yaml => detect(root)?,
            Syntax::Hcl => terraform::is_configuration(root).then_some(ArtifactKind::Terraform)?,
        };
        let mut artifact = Artifact {
            kind,
            policies: Vec::new(),
            templates: Vec::new(),
            resources: Vec::new(),
            span: root.span(),
        };
        match kind {
            ArtifactKind::Policy => self.raw_policy(root, &mut artifact)?,
            ArtifactKind::ProvisioningTemplate => {
                provisioning::read(self, root, &Path::default(), None, &mut artifact);
            }
            ArtifactKind::RegistrationConfig => self.registration(root, &mut artifact)?,
            ArtifactKind::CloudFormation => cloudformation::read(self, root, &mut artifact),
            ArtifactKind::Terraform => terraform::read(self, root, &mut artifact),
        }
        Some(artifact)
    }

    /// A policy document, or a request or answer of the API that holds one.
    fn raw_policy(&mut self, root: Node<'_>, artifact: &mut Artifact) -> Option<()> {
        let held = ["policyDocument", "PolicyDocument"]
            .iter()
            .find_map(|key| root.get(key));
        let name = ["policyName", "PolicyName"]
            .iter()
            .find_map(|key| root.get(key)?.text());
        let Some(document) = held else {
            let policy = policy::read(self, root, &(), Holder::Alone);
            artifact.policies.extend(policy);
            return Some(());
        };
        let Some(text) = document.text() else {
            let policy = policy::read(self, document, &(), Holder::Alone);
            artifact.policies.extend(policy.map(|it| it.named(name)));
            return Some(());
        };
        let is_known = is_of_iot(root);
        let mut is_policy = false;
        let before = self.artifacts.embedded.len();
        self.embedded(text, document.path(), document.span(), |reader, root, _| {
            is_policy = is_known || is_iot_policy(root);
            if is_policy {
                let policy = policy::read(reader, root, &(), Holder::Alone);
                artifact.policies.extend(policy.map(|it| it.named(name)));
            }
        });
        if !is_policy {
            // Not ours: whatever is wrong with it is not for us to say.
            self.artifacts.embedded.truncate(before);
        }
        is_policy.then_some(())
    }

    /// `{"templateBody": "…", "roleArn": "…"}`, of a CA certificate or of a template.
    fn registration(&mut self, root: Node<'_>, artifact: &mut Artifact) -> Option<()> {
        let root = registration(root)?;
        // The API writes `templateBody`, CloudFormation and PowerShell `TemplateBody`.
        let get = |name: &str| {
            let is_named = |key: &Node<'_>| {
                key.as_str()
                    .is_some_and(|key| key.eq_ignore_ascii_case(name))
            };
            root.entries()
                .find(|(key, _)| is_named(key))
                .map(|(_, value)| value)
        };
        let body = get("templateBody")?;
        // A request to create a template says of which type it is; a registration configuration of
        // a CA certificate is always for just-in-time provisioning.
        let name = get("templateName");
        let dialect = match get("type")
            .or_else(|| get("templateType"))
            .and_then(Node::as_str)
        {
            Some("JITP") => Some(TemplateDialect::Jitp),
            Some(_) => Some(TemplateDialect::Fleet),
            None if get("provisioningRoleArn").is_some() => Some(TemplateDialect::Fleet),
            None if get("roleArn").is_some() && get("inputFileBucket").is_none() => {
                Some(TemplateDialect::Jitp)
            }
            None => None,
        };
        let name = name.and_then(|it| it.text().map(|text| Spanned::new(text, it.span())));
        self.template_body(body, dialect, name, &(), artifact);
        Some(())
    }

    /// A body that is a string, an expression that makes one, or (wrongly) an object.
    pub(super) fn template_body(
        &mut self,
        body: Node<'_>,
        dialect: Option<TemplateDialect>,
        name: Option<Spanned<Text>>,
        scope: &dyn Scope,
        artifact: &mut Artifact,
    ) {
        if body.kind() == Kind::Mapping && body.call().is_none() {
            let before = artifact.templates.len();
            provisioning::read(self, body, &body.path(), dialect, artifact);
            if let Some(template) = artifact.templates.get_mut(before) {
                template.name = name;
            }
            return;
        }
        match super::expression(body).to_text(scope) {
            Some(text) => self.template_text(body, text, dialect, name, artifact),
            None => self.unresolved(body.span()),
        }
    }

    /// A template whose text a node writes.
    pub(super) fn template_text(
        &mut self,
        body: Node<'_>,
        text: Text,
        dialect: Option<TemplateDialect>,
        name: Option<Spanned<Text>>,
        artifact: &mut Artifact,
    ) {
        let before = artifact.templates.len();
        self.embedded(text, body.path(), body.span(), |reader, root, path| {
            provisioning::read(reader, root, path, dialect, artifact);
        });
        if let Some(template) = artifact.templates.get_mut(before) {
            template.name = name;
        }
    }

    /// Reads a text inside a string as JSON and keeps it for addresses.
    pub(super) fn embedded(
        &mut self,
        text: Text,
        path: Path,
        span: Span,
        read: impl FnOnce(&mut Reader, Node<'_>, &Path),
    ) {
        let is_open = text.as_str().trim().is_empty() && !text.holes().is_empty();
        let is_dynamic = text.as_str().trim_start().starts_with("{{resolve:");
        if is_open || is_dynamic || text.depth() >= MAX_EMBEDDING {
            return self.unresolved(span);
        }
        self.embedded_bytes = self.embedded_bytes.saturating_add(text.as_str().len());
        if self.embedded_bytes > MAX_EMBEDDED_BYTES {
            self.limit("texts inside strings", MAX_EMBEDDED_BYTES, span);
            return self.unresolved(span);
        }
        let document = Document::parse(&text.embedded(), Syntax::Json);
        if let Some(root) = document.root() {
            read(self, root, &path);
        }
        self.artifacts.embedded.push(Embedded {
            document,
            path,
            span,
            around: None,
        });
    }

    /// Counts a resource of which so many bytes are kept; `false` when it is over the limit.
    pub(super) fn counts_resource(&mut self, bytes: usize, span: Span) -> bool {
        self.resources_bytes = self
            .resources_bytes
            .saturating_add(bytes.max(MIN_RESOURCE_BYTES));
        let is_over = self.resources_bytes > MAX_RESOURCES_BYTES;
        if is_over {
            self.limit("resources", MAX_RESOURCES_BYTES, span);
        }
        !is_over
    }

    /// Notes where a limit is hit, once.
    fn limit(&mut self, what: &'static str, limit_bytes: usize, span: Span) {
        let kind = ErrorKind::TooMuch { what, limit_bytes };
        let limits = &mut self.artifacts.limits;
        if limits.iter().all(|it| it.kind != kind) {
            let span = span.at_start();
            limits.push(document::Error { kind, span });
        }
    }

    /// Notes that a value is left open.
    pub(super) fn unresolved(&mut self, span: Span) {
        self.artifacts.unresolved.push(span);
    }
}
