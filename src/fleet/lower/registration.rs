//! How devices get registered: template and role, and the CA of just-in-time provisioning.

use super::binding::Source;
use super::method::{Entry, Jitp, Signer, Way};
use super::{Request, claim, device_config, names, private_ca, stack, trusted};
use crate::document::print::json_compact;
use crate::facts::{NameKind, limit};
use crate::fleet::authority::{Authority, Files};
use crate::fleet::composed::Part;
use crate::fleet::emit;
use crate::fleet::plan::{
    self, BillingGroup, Deployment, DevicePolicy, Note, NoteKind, Registration, Role,
    RoleStatement, Signing, Taker, Template, TemplatePart, TemplateText, ThingGroup, ThingType,
};
use crate::fleet::spec::{Existing, FleetSpec, Name};
use crate::fleet::{Error, ErrorKind, SubjectField};
use crate::model::{Date, TemplateDialect, registration as action};
use crate::source::{Span, Spanned};

use super::identity::Identity;

/// What a registration depends on.
pub(super) struct Context<'p> {
    pub spec: &'p FleetSpec,
    pub identity: &'p Identity,
    pub deployment: &'p Deployment,
    pub thing_type: &'p ThingType,
    pub groups: &'p [ThingGroup],
    pub billing_group: Option<&'p BillingGroup>,
    pub policies: &'p [DevicePolicy],
    /// How many Regions the environment has.
    pub regions: usize,
    pub request: &'p Request<'p>,
}

/// The registration that a method asks for.
pub(super) fn of(
    context: &Context<'_>,
    entry: &Entry<'_>,
    errors: &mut Vec<Error>,
    notes: &mut Vec<Note>,
) -> Option<Registration> {
    let template = template(context, entry, errors)?;
    let role = role(context, entry.name, &template, errors);
    let (way, origin) = match &entry.way {
        Way::Jitp(jitp) => {
            let (authority, factory) = match jitp.signer {
                Signer::OwnCa(path) => {
                    let (request, days) = (context.request, jitp.valid_days);
                    let authority = authority(request, path, days, errors, notes)?;
                    (Signing::Known(authority), None)
                }
                Signer::PrivateCa(ca) => {
                    private_ca::of(context, entry.name, jitp, ca, errors, notes)?
                }
            };
            let of_jitp = plan::Jitp {
                authority,
                factory,
                subject: subject(context, jitp),
                valid_days: jitp.valid_days.value,
            };
            (plan::Way::Jitp(Box::new(of_jitp)), jitp.signer_span)
        }
        Way::Claim(written) => {
            let claim = claim::of(context, entry, written, &template, errors, notes)?;
            (plan::Way::Claim(Box::new(claim)), entry.method.method.span)
        }
        Way::TrustedUser(written) => {
            let trusted = trusted::of(context, entry, written, &template, errors, notes)?;
            let way = plan::Way::TrustedUser(Box::new(trusted));
            (way, entry.method.method.span)
        }
    };
    Some(Registration {
        name: entry.name.value.clone(),
        template,
        role,
        existing_role: stack::existing_role(context, entry.name, errors),
        keys: entry.method.keys.value,
        way,
        origin,
    })
}

/// What the factory writes into certificates.
fn subject(context: &Context<'_>, jitp: &Jitp<'_>) -> Vec<(&'static str, String)> {
    let subject = SubjectField::all().filter_map(|place| {
        let written = place.written(jitp.subject)?;
        Some((place.word(), names::deployed(written, context.deployment)))
    });
    subject.collect()
}

fn template(context: &Context<'_>, entry: &Entry<'_>, errors: &mut Vec<Error>) -> Option<Template> {
    let (spec, name) = (context.spec, entry.name);
    // INVARIANT: `Identity::of` refused sources that the method does not have.
    let value = |field: &str| match Source::parse(&entry.method.bind.get(field)?.value)? {
        Source::Subject(place) => Some(TemplatePart::Parameter(place.parameter())),
        Source::Device | Source::Hook => Some(TemplatePart::Parameter(field.to_owned())),
        Source::Constant(value) => Some(TemplatePart::Text(value.into())),
        Source::Later => None,
    };
    let text = |parts: Vec<TemplatePart>| TemplateText { parts };
    let attributes = spec.things.attributes.keys();
    let is_known = |name: &&Name| super::binding::bound(entry, &name.value) != Some(Source::Later);
    let attributes = attributes.filter(is_known);
    let attributes =
        attributes.map(|name| Some((name.value.clone(), text(vec![value(&name.value)?]))));
    let parts = context.identity.name.parts.iter();
    let parts = parts.map(|part| match &part.value {
        Part::Literal(literal) => Some(TemplatePart::Text(literal.to_string())),
        Part::Hole(field) => value(field),
    });
    let thing_name = text(parts.collect::<Option<_>>()?);
    let template = Template {
        device_config: device_config::of(context, entry, &thing_name, value, errors),
        name: context.deployment.name(&name.value),
        dialect: match &entry.way {
            Way::Jitp(_) => TemplateDialect::Jitp,
            Way::Claim(_) | Way::TrustedUser(_) => TemplateDialect::Fleet,
        },
        thing_name,
        attributes: attributes.collect::<Option<_>>()?,
        thing_type: context.thing_type.name.clone(),
        groups: context.groups.iter().map(|it| it.name.clone()).collect(),
        billing_group: context.billing_group.map(|it| it.name.clone()),
        policies: context.policies.iter().map(|it| it.name.clone()).collect(),
        existing_attributes: spec.things.on_existing.attributes,
        existing_groups: spec.things.on_existing.groups,
        existing_type: spec.things.on_existing.kind,
        principal: spec.things.principal,
    };
    let kind = NameKind::ProvisioningTemplate;
    let what = "the provisioning template";
    names::check_name(kind, what, &template.name, name.span, errors);
    let chars = json_compact(&emit::template_body(&template))
        .chars()
        .count();
    if chars as u64 > limit::PROVISIONING_TEMPLATE_CHARS {
        let kind = ErrorKind::TemplateTooLong {
            chars,
            limit: limit::PROVISIONING_TEMPLATE_CHARS,
        };
        errors.push(Error::new(kind, name.span));
    }
    Some(template)
}

fn role(context: &Context<'_>, name: &Name, template: &Template, errors: &mut Vec<Error>) -> Role {
    let what = "the provisioning role";
    Role {
        name: role_name(context, &name.value, what, name.span, errors),
        taker: Taker::Iot,
        policy: "provisioning",
        statements: role_statements(context, template),
    }
}

/// The name of a role; IAM knows no Regions, so that it holds the Region.
pub(super) fn role_name(
    context: &Context<'_>,
    own: &str,
    what: &'static str,
    span: Span,
    errors: &mut Vec<Error>,
) -> String {
    role_name_in(context.deployment, own, what, span, errors)
}

/// The same, where the deployment alone is known.
pub(super) fn role_name_in(
    deployment: &Deployment,
    own: &str,
    what: &'static str,
    span: Span,
    errors: &mut Vec<Error>,
) -> String {
    let name = match deployment.naming.has_region {
        true => deployment.name(own),
        false => deployment.name(&format!("{own}-{}", deployment.region)),
    };
    names::check_name(NameKind::Role, what, &name, span, errors);
    name
}

/// What running the template takes, and no more. The policies exist already, and so does the
/// certificate, so that the role makes neither.
fn role_statements(context: &Context<'_>, template: &Template) -> Vec<RoleStatement> {
    let arn = |resource: &str| context.deployment.arn(resource);
    let prefix = context.identity.thing_name.prefix();
    let things = arn(&format!("thing/{prefix}*"));
    let certificates = arn("cert/*");
    let groups = template.groups.iter();
    let groups: Vec<String> = groups
        .map(|name| arn(&format!("thinggroup/{name}")))
        .collect();
    let policies = template.policies.iter();
    let policies = policies.map(|name| arn(&format!("policy/{name}")));
    let mut statements = vec![
        RoleStatement {
            purpose: "the certificate becomes active, and gets its policy",
            actions: vec![
                action::ATTACH_POLICY,
                action::ATTACH_PRINCIPAL_POLICY,
                action::DESCRIBE_CERTIFICATE,
                action::UPDATE_CERTIFICATE,
            ],
            resources: vec![certificates.clone()],
        },
        // Which of the two is asked, AWS does not say.
        RoleStatement {
            purpose: "the certificate gets its thing",
            actions: vec![action::ATTACH_THING_PRINCIPAL],
            resources: vec![certificates, things.clone()],
        },
        RoleStatement {
            purpose: "the policy is looked up",
            actions: vec![action::GET_POLICY],
            resources: policies.collect(),
        },
        RoleStatement {
            purpose: "the thing is made, or found",
            actions: vec![
                action::CREATE_THING,
                action::DESCRIBE_THING,
                action::LIST_THING_GROUPS_FOR_THING,
                action::LIST_THING_PRINCIPALS,
                action::UPDATE_THING,
            ],
            resources: vec![things.clone()],
        },
        RoleStatement {
            purpose: "the thing type is looked up",
            actions: vec![action::DESCRIBE_THING_TYPE],
            resources: vec![arn(&format!("thingtype/{}", template.thing_type))],
        },
    ];
    if !groups.is_empty() {
        let mut actions = vec![action::ADD_THING_TO_THING_GROUP];
        match template.existing_groups {
            Existing::Replace => actions.push(action::REMOVE_THING_FROM_THING_GROUP),
            Existing::Fail | Existing::Keep | Existing::Merge => {}
        }
        let mut resources = groups.clone();
        resources.push(things.clone());
        statements.push(RoleStatement {
            purpose: "the thing joins its groups",
            actions,
            resources,
        });
        statements.push(RoleStatement {
            purpose: "the groups are looked up",
            actions: vec![action::DESCRIBE_THING_GROUP],
            resources: groups,
        });
    }
    if let Some(name) = &template.billing_group {
        let group = arn(&format!("billinggroup/{name}"));
        statements.push(RoleStatement {
            purpose: "the thing joins its billing group",
            actions: vec![action::ADD_THING_TO_BILLING_GROUP],
            resources: vec![group.clone(), things],
        });
        statements.push(RoleStatement {
            purpose: "the billing group is looked up",
            actions: vec![action::DESCRIBE_BILLING_GROUP],
            resources: vec![group],
        });
    }
    statements.push(RoleStatement {
        purpose: "what the certificate has is listed; these actions know no resource",
        actions: vec![
            action::LIST_ATTACHED_POLICIES,
            action::LIST_PRINCIPAL_POLICIES,
            action::LIST_PRINCIPAL_THINGS,
        ],
        resources: vec!["*".to_owned()],
    });
    statements
}

/// The certificate of a signing CA, from its file; `days` is how long devices' are valid.
pub(super) fn authority(
    request: &Request<'_>,
    path: &Name,
    days: &Spanned<u32>,
    errors: &mut Vec<Error>,
    notes: &mut Vec<Note>,
) -> Option<Authority> {
    let files: &dyn Files = request.files;
    let authority = match Authority::read(files, &path.value) {
        Ok(authority) => authority,
        Err(fault) => {
            let path_text = path.value.clone();
            let kind = ErrorKind::Authority {
                path: path_text,
                fault,
            };
            errors.push(Error::new(kind, path.span));
            return None;
        }
    };
    if authority.is_self_signed {
        let path_text = path.value.clone();
        let kind = NoteKind::SignedByItself { path: path_text };
        let span = path.span;
        notes.push(Note { kind, span });
    }
    match request.today {
        Some(today) => expiry(&authority, path, days, today, errors, notes),
        None => notes.push(Note {
            kind: NoteKind::ExpiryUnchecked {
                path: path.value.clone(),
                until: authority.not_after,
            },
            span: path.span,
        }),
    }
    Some(authority)
}

fn expiry(
    authority: &Authority,
    path: &Name,
    days: &Spanned<u32>,
    today: Date,
    errors: &mut Vec<Error>,
    notes: &mut Vec<Note>,
) {
    if authority.not_after < today {
        let kind = ErrorKind::Expired {
            path: path.value.clone(),
            until: authority.not_after,
        };
        errors.push(Error::new(kind, path.span));
    } else if today < authority.not_before {
        let kind = ErrorKind::NotYetValid {
            path: path.value.clone(),
            from: authority.not_before,
        };
        errors.push(Error::new(kind, path.span));
    } else if authority.not_after < today.after_days(days.value) {
        notes.push(Note {
            kind: NoteKind::OutlivesAuthority {
                days: days.value,
                until: authority.not_after,
            },
            span: days.span,
        });
    }
}
