//! From a spec to a plan for each environment and Region. All choices are made here.

use std::collections::BTreeMap;

use super::authority::Files;
use super::language::Difference;
use super::plan::{
    Apart, Deployment, Naming, Note, NoteKind, Plan, Presence, Separation, Signing, ThingGroup,
    ThingType, Way,
};
use super::spec::{
    AttributeUse, Deletion, EnvironmentSpec, FleetSpec, Name, Notation, Outputs, Spec, SwitchOr,
};
use super::{Error, ErrorKind};
use crate::document::spelling::closest;
use crate::facts::{NameKind, limit};
use crate::model::Date;
use crate::source::Span;

mod account;
mod assertions;
mod attributes;
mod binding;
mod budget;
mod claim;
mod device_config;
mod feature;
mod firmware;
mod grants;
mod hook;
mod identity;
mod method;
mod names;
mod private_ca;
mod regions;
mod registration;
mod services;
mod stack;
mod topics;
mod trusted;

pub use account::lower_account;
use firmware::Release;
use identity::Identity;
use method::Entry;
use names::check_name;

/// What is asked of a spec.
pub struct Request<'r> {
    /// How files that the spec names are read.
    pub files: &'r dyn Files,
    /// The day; without it nothing is said to be expired.
    pub today: Option<Date>,
    /// The environments that are wanted; all when empty.
    pub environments: &'r [String],
}

/// A spec, decided.
#[derive(Debug)]
pub struct Lowered {
    /// The plans, in the order of environments and Regions.
    pub plans: Vec<Plan>,
    /// What there is to know.
    pub notes: Vec<Note>,
}

/// The environment that keeps what devices depend on when nothing is said.
const KEPT_ENVIRONMENT: &str = "prod";

/// Decides everything that a spec leaves open.
///
/// # Errors
/// All that keeps the spec from being deployed, each once.
pub fn lower(spec: &Spec, request: &Request<'_>) -> Result<Lowered, Vec<Error>> {
    let mut lowering = Lowering {
        request,
        plans: Vec::new(),
        notes: Vec::new(),
        errors: Vec::new(),
        identities: Vec::new(),
        chosen: budget::Chosen::default(),
    };
    for wanted in request.environments {
        let is_known = |it: &EnvironmentSpec| *it.name.value == **wanted;
        if !spec.environments.iter().any(is_known)
            && let Some(first) = spec.environments.first()
        {
            let kind = ErrorKind::UnknownEnvironment(wanted.as_str().into());
            lowering.errors.push(Error::new(kind, first.name.span));
        }
    }
    // All environments are looked at: what two of them share is wrong whichever one is wanted.
    for environment in &spec.environments {
        lowering.environment(environment, widest_region(spec));
    }
    lowering.shared();
    account::check(
        spec,
        &lowering.plans,
        request.files,
        &mut lowering.errors,
        &mut lowering.notes,
    );
    lowering.errors.extend(same_modules(spec));
    if !lowering.errors.is_empty() {
        return Err(Error::without_repeats(lowering.errors));
    }
    let Lowering {
        mut plans,
        mut notes,
        ..
    } = lowering;
    let wanted = request.environments;
    if !wanted.is_empty() {
        plans.retain(|plan| {
            wanted
                .iter()
                .any(|name| **name == *plan.deployment.environment)
        });
    }
    let mut seen = Vec::new();
    notes.retain(|note| {
        let is_new = !seen.contains(note);
        if is_new {
            seen.push(note.clone());
        }
        is_new
    });
    Ok(Lowered { plans, notes })
}

struct Lowering<'r> {
    request: &'r Request<'r>,
    plans: Vec<Plan>,
    notes: Vec<Note>,
    errors: Vec<Error>,
    /// The name of each environment, and who its devices are.
    identities: Vec<(Name, Identity)>,
    /// How policies were made to fit.
    chosen: budget::Chosen,
}

impl Lowering<'_> {
    fn environment(&mut self, environment: &EnvironmentSpec, widest_region: &str) {
        let spec = &environment.spec;
        let is_kept = *environment.name.value == *KEPT_ENVIRONMENT;
        let deletion = environment.environment.delete.unwrap_or(if is_kept {
            Deletion::Retained
        } else {
            Deletion::Allowed
        });
        folders(&spec.outputs, &mut self.errors);
        let groups = spec.things.groups.iter();
        let groups = groups.map(|name| (name.value.to_string(), name));
        same_labels(groups, &mut self.errors);
        same_labels(labelled(spec), &mut self.errors);
        let Some(entries) = method::entries(spec, &mut self.errors) else {
            return;
        };
        stack::known_methods(&spec.stack, &entries, &mut self.errors);
        let Some(identity) = Identity::of(spec, &entries, &mut self.errors) else {
            return;
        };
        let apart = separations(spec, &identity, &mut self.errors);
        let Some(account) = self.account(environment) else {
            return;
        };
        let releases = firmware::of(spec, self.request.files, &mut self.errors);
        let mut seen = Vec::new();
        for region in &environment.environment.regions {
            if seen.contains(&&region.value) {
                self.errors
                    .push(Error::new(ErrorKind::RepeatedRegion, region.span));
                continue;
            }
            seen.push(&region.value);
            let known = match regions::known(&region.value) {
                Ok(known) => known,
                Err(kind) => {
                    self.errors.push(Error::new(kind, region.span));
                    continue;
                }
            };
            let is_elsewhere = |it: &&Plan| {
                it.deployment.account == account
                    && it.deployment.partition != known.partition.into()
            };
            if let Some(other) = self.plans.iter().find(is_elsewhere) {
                let kind = ErrorKind::TwoPartitions {
                    account: account.clone(),
                    first: other.deployment.region.clone(),
                    second: region.value.clone(),
                };
                self.errors.push(Error::new(kind, region.span));
                continue;
            }
            let mut deployment = Deployment {
                naming: Naming::usual(&spec.fleet.value, &environment.name.value),
                role_path: "/".into(),
                fleet: spec.fleet.value.clone(),
                environment: environment.name.value.clone(),
                region: region.value.clone(),
                account: account.clone(),
                partition: known.partition.into(),
            };
            if let Some(naming) = stack::naming(&spec.stack, &deployment, &mut self.errors) {
                deployment.naming = naming;
            }
            if let Some(path) = stack::role_path(&spec.stack, &deployment, &mut self.errors) {
                deployment.role_path = path;
            }
            let whole = Whole {
                spec,
                entries: &entries,
                identity: &identity,
                apart: &apart,
                releases: &releases,
                regions: environment.environment.regions.len(),
                named_regions: &environment.named_regions,
                widest_region,
            };
            self.deployment(&whole, deployment, deletion);
        }
        self.identities.push((environment.name.clone(), identity));
    }

    fn account(&mut self, environment: &EnvironmentSpec) -> Option<Box<str>> {
        let name = &environment.environment.account;
        let accounts = &environment.spec.accounts;
        if let Some(account) = accounts.get(&name.value) {
            return Some(account.0.value.clone());
        }
        let known = accounts.keys().map(|key| &*key.value);
        let kind = ErrorKind::UnknownAccount {
            name: name.value.clone(),
            nearest: closest(&name.value, known).map(Into::into),
        };
        self.errors.push(Error::new(kind, name.span));
        None
    }

    fn deployment(&mut self, whole: &Whole<'_>, deployment: Deployment, deletion: Deletion) {
        let Whole { spec, identity, .. } = *whole;
        let errors = &mut self.errors;
        let existing = stack::existing_type(&spec.stack, &deployment, errors);
        let thing_type = ThingType {
            presence: match &existing {
                Some(_) => Presence::Existing,
                None => Presence::Made,
            },
            name: existing.unwrap_or_else(|| deployment.name(&spec.things.kind.value)),
            searchable: searchable(spec, errors),
            origin: spec.things.kind.span,
        };
        if thing_type.presence == Presence::Made {
            check_name(
                NameKind::ThingType,
                "the thing type",
                &thing_type.name,
                spec.things.kind.span,
                errors,
            );
        }
        let groups = groups(spec, &deployment, errors);
        let notes = &mut self.notes;
        let mut assertions =
            assertions::of(spec, identity, whole.entries, &deployment, errors, notes);
        let fleet_assertions =
            assertions::of_releases(spec, identity, &deployment, whole.releases, errors);
        assertions.extend(fleet_assertions);
        let rights = grants::of(
            spec,
            identity,
            &deployment,
            whole.releases,
            self.request.today,
            errors,
            &mut self.notes,
        );
        let services = services::of(
            spec,
            identity,
            whole.entries,
            &deployment,
            &rights.uses,
            errors,
            &mut self.notes,
        );
        let billing_group = feature::billing_group(spec, &deployment, errors);
        let topics = topics::of(&rights.grants, identity, &thing_type.name);
        let furniture = stack::furniture(&spec.stack, &deployment, errors);
        let mut planning = feature::Planning {
            spec,
            tags: &furniture.tags,
            deployment: &deployment,
            files: self.request.files,
            errors,
            notes: &mut self.notes,
        };
        let (jobs, uploads) = (planning.jobs(), planning.uploads());
        let aliases = feature::aliases(&uploads, &deployment);
        let errors = &mut self.errors;
        let notes = &mut self.notes;
        let policies = budget::policies(
            rights.grants,
            aliases,
            spec,
            (&deployment, whole.widest_region),
            &mut self.chosen,
            errors,
            notes,
        );
        let mut registrations = Vec::new();
        for entry in whole.entries {
            let context = registration::Context {
                spec,
                identity,
                deployment: &deployment,
                thing_type: &thing_type,
                groups: &groups,
                billing_group: billing_group.as_ref(),
                policies: &policies,
                regions: whole.regions,
                request: self.request,
            };
            registrations.extend(registration::of(&context, entry, errors, &mut self.notes));
        }
        let alarms = stack::furnish(
            &spec.stack,
            &furniture,
            &deployment,
            &mut registrations,
            self.request,
            errors,
            &mut self.notes,
        );
        self.plans.push(Plan {
            deployment,
            deletion,
            account: None,
            named_regions: whole.named_regions.to_vec(),
            furniture,
            apart: whole.apart.to_vec(),
            thing_names: identity.thing_name.clone(),
            unique: identity.unique_keys(),
            plain: binding::plain_keys(spec, identity, whole.entries),
            assertions,
            shared: rights.shared,
            allowances: rights.allowances,
            services,
            thing_type,
            groups,
            billing_group,
            policies,
            topics,
            notation: spec
                .outputs
                .cloudformation
                .as_ref()
                .map_or_else(Notation::default, |it| it.format),
            registrations,
            alarms,
            jobs,
            uploads,
        });
    }

    /// What two deployments in one account and Region must not share.
    fn shared(&mut self) {
        let mut places: BTreeMap<(&str, &str), Vec<&Plan>> = BTreeMap::new();
        for plan in &self.plans {
            let deployment = &plan.deployment;
            let place = (&*deployment.account, &*deployment.region);
            places.entry(place).or_default().push(plan);
        }
        let (mut errors, mut notes) = (Vec::new(), Vec::new());
        for ((account, region), plans) in places {
            let place = (account, region);
            let mut authorities: Vec<(&[u8], Span)> = Vec::new();
            let mut names: Vec<(String, Span)> = Vec::new();
            for plan in &plans {
                for registration in &plan.registrations {
                    let span = registration.origin;
                    let mut own = vec![format!("template {}", registration.template.name)];
                    match &registration.way {
                        Way::Jitp(jitp) => {
                            let Signing::Known(authority) = &jitp.authority else {
                                shared_names(&mut names, own, span, place, &mut errors);
                                continue;
                            };
                            let der = &*authority.der;
                            let first = authorities.iter().find(|(it, _)| *it == der);
                            if let Some((_, first)) = first {
                                let kind = ErrorKind::SharedAuthority {
                                    account: account.into(),
                                    region: region.into(),
                                };
                                let error = Error::new(kind, span);
                                errors.push(error.with_related(*first, "also here"));
                            }
                            authorities.push((der, span));
                        }
                        Way::Claim(_) | Way::TrustedUser(_) => {}
                    }
                    let tables = registration.way.tables();
                    own.extend(tables.map(|it| format!("table {}", it.name)));
                    shared_names(&mut names, own, span, place, &mut errors);
                }
                let groups = plan.made_groups();
                for (name, span) in groups.map(|group| (&group.name, group.origin)) {
                    let name = format!("group {name}");
                    shared_name(&mut names, name, span, (account, region), &mut errors);
                }
            }
            for (at, second) in plans.iter().enumerate() {
                for first in plans.iter().take(at) {
                    notes.extend(self.shared_things(first, second));
                }
            }
        }
        self.errors.extend(errors);
        self.notes.extend(notes);
    }

    /// INVARIANT: a thing's name holds a field that no two devices share, or `Identity::of` refused it. So a
    /// device is in one of the environments, if the spec says the truth.
    fn shared_things(&self, first: &Plan, second: &Plan) -> Option<Note> {
        let of = |plan: &Plan| {
            let name = &plan.deployment.environment;
            self.identities.iter().find(|(it, _)| it.value == *name)
        };
        let ((first, one), (second, other)) = (of(first)?, of(second)?);
        let witness = match one.thing_name.shared_with(&other.thing_name) {
            Difference::None => return None,
            Difference::Witness(bytes) => format!("`{}`", String::from_utf8_lossy(&bytes)),
            Difference::Unknown => "that was not found".to_owned(),
        };
        let kind = NoteKind::SharedThings {
            first: first.value.clone(),
            second: second.value.clone(),
            witness: witness.into(),
        };
        let span = second.span;
        Some(Note { kind, span })
    }
}

/// Each output has a folder of its own, below the spec's.
fn folders(outputs: &Outputs, errors: &mut Vec<Error>) {
    let cloudformation = outputs.cloudformation.as_ref().map(|it| &it.dir);
    let terraform = outputs.terraform.as_ref().map(|it| &it.dir);
    for folder in cloudformation.into_iter().chain(terraform) {
        if !is_below(&folder.value) {
            let kind = ErrorKind::OutsideFolder(folder.value.clone());
            errors.push(Error::new(kind, folder.span));
        }
    }
    if let (Some(one), Some(other)) = (cloudformation, terraform)
        && is_in(&one.value, &other.value)
    {
        let kind = ErrorKind::SharedFolder(other.value.clone());
        let error = Error::new(kind, other.span);
        errors.push(error.with_related(one.span, "also here"));
    }
}

/// An environment, read.
#[derive(Clone, Copy)]
struct Whole<'s> {
    spec: &'s FleetSpec,
    entries: &'s [Entry<'s>],
    identity: &'s Identity,
    apart: &'s [Separation],
    releases: &'s [Release],
    regions: usize,
    named_regions: &'s [Box<str>],
    /// The longest name of a Region that the fleet is in.
    widest_region: &'s str,
}

/// What becomes a name inside the stacks: methods, and what stands beside them.
fn labelled(spec: &FleetSpec) -> impl Iterator<Item = (String, &Name)> {
    let methods = spec.provision.keys();
    let methods = methods.map(|name| (name.value.to_string(), name));
    let jobs = match spec.features.jobs.as_ref().map(|it| &it.value) {
        Some(SwitchOr::Mapping(jobs)) => jobs.keys().collect(),
        Some(SwitchOr::Switch(_)) | None => Vec::new(),
    };
    let jobs = jobs.into_iter();
    let jobs = jobs.map(|name| (format!("{}-job", name.value), name));
    let uploads = spec.features.uploads.keys();
    let uploads = uploads.map(|name| (format!("{}-upload", name.value), name));
    methods.chain(jobs).chain(uploads)
}

/// The longest name of a Region of any environment: room in policies is measured with it, so that all Regions
/// have the same policies.
fn widest_region(spec: &Spec) -> &str {
    let environments = spec.environments.iter();
    let regions = environments.flat_map(|it| &it.environment.regions);
    let longest = regions.max_by_key(|it| it.value.len());
    longest.map_or("", |it| &it.value)
}

/// What `isolation` asks for.
fn separations(spec: &FleetSpec, identity: &Identity, errors: &mut Vec<Error>) -> Vec<Separation> {
    /// Not a field: the thing itself.
    const THING: &str = "thing";
    let mut separations = Vec::new();
    for isolation in &spec.isolation {
        let name = &isolation.between;
        let between = if *name.value == *THING {
            Apart::Things
        } else if spec.things.attributes.get(&name.value).is_some() {
            Apart::Attribute(name.value.clone())
        } else {
            let fields = identity.fields.iter().map(|field| &*field.name);
            let kind = match identity.field(&name.value) {
                Some(_) => ErrorKind::NotAnAttribute(name.value.clone()),
                None => ErrorKind::UnknownField {
                    name: name.value.clone(),
                    nearest: closest(&name.value, fields.chain([THING])).map(Into::into),
                },
            };
            errors.push(Error::new(kind, name.span));
            continue;
        };
        separations.push(Separation {
            between,
            because: isolation.because.as_ref().map(|it| it.value.clone()),
            origin: name.span,
        });
    }
    separations
}

/// What stands beside a way to register is named after it.
const BESIDE: [&str; 6] = [
    "-hook",
    "-claim",
    "-broker",
    "-claims",
    "-installers",
    "-api",
];

/// Names become names inside the stacks, of letters and digits only: there two must differ too, also
/// when one has e.g. a hook beside it.
fn same_labels<'n>(names: impl Iterator<Item = (String, &'n Name)>, errors: &mut Vec<Error>) {
    let mut labels: Vec<(String, &Name)> = Vec::new();
    for (label, name) in names {
        let words = label.split(|it: char| !it.is_ascii_alphanumeric());
        let label = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
        let meets = |known: &str, own: &str| {
            let behind = known.strip_prefix(own);
            behind.is_some_and(|it| it.is_empty() || BESIDE.contains(&it))
        };
        let mut known = labels.iter();
        if let Some((_, first)) =
            known.find(|(known, _)| meets(known, &label) || meets(&label, known))
        {
            let kind = ErrorKind::SameLabel {
                first: first.value.clone(),
                second: name.value.clone(),
            };
            errors.push(Error::new(kind, name.span).with_related(first.span, "the other"));
        }
        labels.push((label, name));
    }
}

/// A Region's own module is named by environment and Region: no environment may be called so.
fn same_modules(spec: &Spec) -> Vec<Error> {
    let mut errors = Vec::new();
    for one in &spec.environments {
        for other in &spec.environments {
            let named = other.name.value.strip_prefix(&*one.name.value);
            let region = named.and_then(|it| it.strip_prefix('-'));
            let mut regions = one.environment.regions.iter();
            if regions.any(|it| Some(&*it.value) == region)
                && other.spec.outputs.terraform.is_some()
            {
                let kind = ErrorKind::ModuleName {
                    environment: one.name.value.clone(),
                };
                let error = Error::new(kind, other.name.span);
                errors.push(error.with_related(one.name.span, "the other environment"));
            }
        }
    }
    errors
}

/// Whether a folder is below the one that it is relative to, on every system.
fn is_below(folder: &str) -> bool {
    let is_plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':']);
    let folder = folder.strip_suffix('/').unwrap_or(folder);
    folder.split('/').all(is_plain)
}

/// Whether two folders are one, or one is inside of the other. On some systems letters of either case
/// name one folder.
fn is_in(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|it| it.trim_end_matches('/').to_lowercase() + "/");
    one.starts_with(&other) || other.starts_with(&one)
}

fn shared_names(
    names: &mut Vec<(String, Span)>,
    own: Vec<String>,
    span: Span,
    place: (&str, &str),
    errors: &mut Vec<Error>,
) {
    for name in own {
        shared_name(names, name, span, place, errors);
    }
}

fn shared_name(
    names: &mut Vec<(String, Span)>,
    name: String,
    span: Span,
    (account, region): (&str, &str),
    errors: &mut Vec<Error>,
) {
    if let Some((_, first)) = names.iter().find(|(it, _)| *it == name) {
        let kind = ErrorKind::SharedName {
            name: name.as_str().into(),
            account: account.into(),
            region: region.into(),
        };
        errors.push(Error::new(kind, span).with_related(*first, "also here"));
    }
    names.push((name, span));
}

fn searchable(spec: &FleetSpec, errors: &mut Vec<Error>) -> Vec<Box<str>> {
    let attributes = spec.things.attributes.iter();
    let searchable: Vec<_> = attributes
        .filter(|(_, use_)| **use_ == AttributeUse::Searchable)
        .map(|(name, _)| name)
        .collect();
    too_many(
        &searchable.iter().map(|name| name.span).collect::<Vec<_>>(),
        "searchable attributes",
        limit::SEARCHABLE_ATTRIBUTES,
        errors,
    );
    searchable.iter().map(|name| name.value.clone()).collect()
}

/// Points at the first entry that is one too many.
fn too_many(spans: &[Span], what: &'static str, limit: u64, errors: &mut Vec<Error>) {
    if let Some(span) = spans.get(limit as usize) {
        let kind = ErrorKind::TooMany {
            count: spans.len(),
            what,
            limit,
        };
        errors.push(Error::new(kind, *span));
    }
}

fn groups(spec: &FleetSpec, deployment: &Deployment, errors: &mut Vec<Error>) -> Vec<ThingGroup> {
    let mut groups: Vec<ThingGroup> = Vec::new();
    for group in &spec.things.groups {
        let decided = |name: &str| ErrorKind::DecidedGroup(name.into());
        let Some(name) = names::expand(group, deployment, decided, errors) else {
            continue;
        };
        let name = deployment.name(&name);
        check_name(
            NameKind::ThingGroup,
            "the thing group",
            &name,
            group.span,
            errors,
        );
        groups.push(ThingGroup {
            name,
            presence: Presence::Made,
            origin: group.span,
        });
    }
    groups.extend(stack::existing_groups(&spec.stack, deployment, errors));
    let spans: Vec<Span> = groups.iter().map(|group| group.origin).collect();
    let limit = limit::THING_GROUPS_PER_THING;
    too_many(&spans, "thing groups", limit, errors);
    groups
}
