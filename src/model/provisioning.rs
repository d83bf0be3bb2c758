//! Provisioning templates.

use super::Expression;
use crate::source::{Span, Spanned};

/// Which of the three dialects a template is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TemplateDialect {
    /// The body of `RegisterThing` or of a bulk registration.
    Bulk,
    /// `JITP`: just-in-time provisioning.
    Jitp,
    /// `FLEET_PROVISIONING`: by claim or trusted user.
    Fleet,
}

/// A provisioning template.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// The dialect, as far as the surroundings or the content show it.
    pub dialect: Option<TemplateDialect>,
    /// `Parameters`.
    pub parameters: Vec<Parameter>,
    /// `Resources`.
    pub resources: Vec<TemplateResource>,
    /// Every name that a `Ref` or a `Fn::Sub` asks for, in order.
    pub references: Vec<Spanned<Box<str>>>,
    /// `DeviceConfiguration`, if there is one.
    pub device_configuration: Option<Expression>,
    /// The names in `Mappings`.
    pub mappings: Vec<Spanned<Box<str>>>,
    /// The whole template.
    pub span: Span,
}

/// An entry of `Parameters`.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: Spanned<Box<str>>,
    /// `Type`.
    pub kind: Option<Expression>,
    /// `Default`.
    pub default: Option<Expression>,
}

/// An entry of `Resources`.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateResource {
    /// Its logical name.
    pub name: Spanned<Box<str>>,
    /// `Type`: a known kind, or what stands there.
    pub kind: Option<Spanned<Result<TemplateResourceKind, Box<str>>>>,
    /// `Properties`, in order.
    pub properties: Vec<(Spanned<Box<str>>, Expression)>,
    /// `OverrideSettings`, in order.
    pub overrides: Vec<(Spanned<Box<str>>, Expression)>,
    /// The whole resource.
    pub span: Span,
}

impl TemplateResource {
    /// The value of a property.
    pub fn property(&self, name: &str) -> Option<&Expression> {
        self.properties
            .iter()
            .find(|(key, _)| &*key.value == name)
            .map(|(_, value)| value)
    }

    /// Whether the resource is of this kind.
    pub fn is(&self, kind: TemplateResourceKind) -> bool {
        self.kind.as_ref().is_some_and(|it| it.value == Ok(kind))
    }
}

/// What a template can make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TemplateResourceKind {
    /// `AWS::IoT::Thing`
    Thing,
    /// `AWS::IoT::Certificate`
    Certificate,
    /// `AWS::IoT::Policy`
    Policy,
}

impl TemplateResourceKind {
    /// The kind of a `Type`.
    pub fn parse(name: &str) -> Option<TemplateResourceKind> {
        match name {
            "AWS::IoT::Thing" => Some(TemplateResourceKind::Thing),
            "AWS::IoT::Certificate" => Some(TemplateResourceKind::Certificate),
            "AWS::IoT::Policy" => Some(TemplateResourceKind::Policy),
            _ => None,
        }
    }

    /// The `Type`.
    pub fn as_str(self) -> &'static str {
        match self {
            TemplateResourceKind::Thing => "AWS::IoT::Thing",
            TemplateResourceKind::Certificate => "AWS::IoT::Certificate",
            TemplateResourceKind::Policy => "AWS::IoT::Policy",
        }
    }
}
