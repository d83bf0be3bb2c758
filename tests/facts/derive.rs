//! Writes the tables. Each row stands on one line, whatever its length, so that a changed fact is a
//! changed line; hence `rustfmt::skip`.

use std::fmt::Write as _;

use crate::deployment::{deployment_table, prices_table};
use crate::entry::{
    Actions, Conditions, KeyType, Methods, Name, Names, Protocol, Provisioning, Quota, Quotas,
    Resources, Scope, Stack, Supplied, Topics, Usage, ValueRules, Variables,
};
use crate::read;

/// All tables: file name and text.
pub(crate) fn tables() -> Vec<(&'static str, String)> {
    let variables: Variables = read("variables.yaml");
    vec![
        ("actions.rs", actions_table(&read("actions.yaml"))),
        (
            "conditions.rs",
            conditions_table(&read("conditions.yaml"), &variables),
        ),
        ("deployment.rs", deployment_table(&read("deployment.yaml"))),
        ("limit.rs", limits(&read("quotas.yaml"))),
        ("methods.rs", methods_table(&read("methods.yaml"))),
        ("names.rs", names_table(&read("names.yaml"))),
        (
            "provisioning.rs",
            provisioning_table(&read("provisioning.yaml")),
        ),
        ("prices.rs", prices_table(&read("prices.yaml"))),
        ("quotas.rs", quotas_table(&read("quotas.yaml"))),
        ("resources.rs", resources_table(&read("resources.yaml"))),
        ("stack.rs", stack_table(&read("stack.yaml"))),
        ("topics.rs", topics_table(&read("topics.yaml"))),
        ("variables.rs", variables_table(&variables)),
    ]
}

fn actions_table(facts: &Actions) -> String {
    let mut rows: Vec<(String, String)> = Vec::new();
    for row in &facts.actions {
        let text = format!(
            "Action {{ name: {:?}, device: {}, protocols: {}, resources: {}, requires: {}, \
             requires_on_mqtt: {}, condition_keys: {}, legacy_of: {:?}, thing_variables: {}, \
             thing_group_policies: {}, checked: {:?}, provenance: {} }}",
            row.action,
            row.device,
            variants("Protocol", &row.protocols),
            strings(&row.resources),
            strings(&row.requires),
            strings(&row.requires_on_mqtt),
            strings(&row.condition_keys),
            row.legacy_of,
            row.thing_variables,
            row.thing_group_policies,
            row.checked,
            row.provenance(),
        );
        rows.push((row.action.clone(), text));
    }
    let mut sources = String::new();
    for list in &facts.control_plane {
        assert!(
            !list.device,
            "the control plane of {} is not for devices",
            list.service
        );
        let constant = format!("{}_CONTROL_PLANE", list.service.to_uppercase());
        sources += &format!(
            "#[rustfmt::skip]\nconst {constant}: Provenance = {};\n",
            list.provenance()
        );
        for action in &list.actions {
            let name = format!("{}:{action}", list.service);
            rows.push((name.clone(), format!("control_plane({name:?}, {constant})")));
        }
    }
    let mut types: Vec<(String, String)> = Vec::new();
    for row in &facts.resource_types {
        let text = format!(
            "ResourceType {{ name: {:?}, device: {}, arn: {:?}, provenance: {} }}",
            row.name,
            row.device,
            row.arn,
            row.provenance()
        );
        types.push((row.name.clone(), text));
    }
    let imports = "use crate::facts::action::{Action, Protocol, ResourceType, control_plane};\n\
                   use crate::facts::provenance::{Basis, Provenance, source};\n";
    let mut text = header("actions.yaml", imports);
    text += &format!("\n{sources}");
    table(
        &mut text,
        "Actions, sorted by name without case.",
        "ACTIONS",
        "Action",
        rows,
    );
    table(
        &mut text,
        "Resource types, sorted by name.",
        "RESOURCE_TYPES",
        "ResourceType",
        types,
    );
    text
}

fn variables_table(facts: &Variables) -> String {
    let mut rows = Vec::new();
    for row in &facts.variables {
        let text = format!(
            "Variable {{ name: {:?}, form: NameForm::{:?}, protocols: {}, authentications: {}, \
             need: Need::{:?}, multi_valued: {}, max_values: {:?}, value: {}, usable_in: {}, \
             provenance: {} }}",
            row.variable,
            row.form,
            variants("Protocol", &row.protocols),
            variants("Authentication", &row.authentication),
            row.needs,
            row.multi_valued,
            row.max_values,
            value_rules(&row.value),
            variants("Usage", &row.usable_in),
            row.provenance(),
        );
        rows.push((row.variable.clone(), text));
    }
    let mut escapes = Vec::new();
    for row in &facts.escapes {
        row.provenance();
        escapes.push((
            row.escape.clone(),
            format!("({:?}, {:?})", row.escape, row.value),
        ));
    }
    let mut elsewhere = Vec::new();
    for row in &facts.elsewhere {
        assert_eq!(
            row.prefix,
            row.name.ends_with('/'),
            "{}: a prefix ends in a slash",
            row.name
        );
        let text = format!(
            "MisplacedVariable {{ name: {:?}, why: {:?}, instead: {:?}, provenance: {} }}",
            row.name,
            row.why,
            row.instead,
            row.provenance()
        );
        elsewhere.push((row.name.clone(), text));
    }
    let imports = "use crate::facts::action::Protocol;\n\
                   use crate::facts::name::Characters;\n\
                   use crate::facts::provenance::{Basis, source};\n\
                   use crate::facts::variable::{\n    \
                       Authentication, MisplacedVariable, NameForm, Need, Usage, ValueRules, Variable,\n\
                   };\n";
    let mut text = header("variables.yaml", imports);
    table(
        &mut text,
        "Variables, sorted by name without case.",
        "VARIABLES",
        "Variable",
        rows,
    );
    table(
        &mut text,
        "What stands for one character.",
        "ESCAPES",
        "(&str, char)",
        escapes,
    );
    let doc = "Names that have no value in a device's policy.";
    table(&mut text, doc, "ELSEWHERE", "MisplacedVariable", elsewhere);
    text
}

fn conditions_table(facts: &Conditions, variables: &Variables) -> String {
    let mut operators = Vec::new();
    for row in &facts.operators {
        let text = format!(
            "Operator {{ name: {:?}, family: OperatorFamily::{:?}, negated: {}, wildcards: {}, \
             ignores_case: {}, provenance: {} }}",
            row.operator,
            row.family,
            row.negated,
            row.wildcards,
            row.ignores_case,
            row.provenance(),
        );
        operators.push((row.operator.clone(), text));
    }
    let mut keys = Vec::new();
    for row in &facts.keys {
        let actions = match &row.actions {
            Scope::Word(word) => {
                assert_eq!(word, "any", "{}: actions", row.key);
                &[][..]
            }
            Scope::List(actions) => {
                assert!(!actions.is_empty(), "{}: no actions", row.key);
                actions
            }
        };
        assert_eq!(
            row.prefix,
            row.key.ends_with('/'),
            "{}: a prefix ends in a slash",
            row.key
        );
        let form = if row.prefix { "Prefixed" } else { "Plain" };
        let text = key(
            &row.key,
            form,
            row.device,
            row.value_type,
            row.multi_valued,
            actions,
            &[],
            &row.words,
            &row.provenance(),
        );
        keys.push((row.key.clone(), text));
    }
    for row in &variables.variables {
        if !row.usable_in.contains(&Usage::Condition) {
            continue;
        }
        let value_type = match row.variable.as_str() {
            "aws:SourceIp" => KeyType::Ip,
            "iot:Connection.Thing.IsAttached" => KeyType::Bool,
            _ => KeyType::String,
        };
        let words = row.value.words.as_deref().unwrap_or_default();
        let form = format!("{:?}", row.form);
        let text = key(
            &row.variable,
            &form,
            true,
            value_type,
            row.multi_valued,
            &[],
            &row.protocols,
            words,
            &row.provenance(),
        );
        keys.push((row.variable.clone(), text));
    }
    let imports = "use crate::facts::action::Protocol;\n\
                   use crate::facts::condition::{ConditionKey, KeyType, Operator, OperatorFamily};\n\
                   use crate::facts::provenance::{Basis, source};\n\
                   use crate::facts::variable::NameForm;\n";
    let mut text = header("conditions.yaml and facts/variables.yaml", imports);
    table(
        &mut text,
        "Operators, sorted by name without case.",
        "OPERATORS",
        "Operator",
        operators,
    );
    table(
        &mut text,
        "Keys, sorted by name without case.",
        "KEYS",
        "ConditionKey",
        keys,
    );
    text
}

/// Writes a condition key; both lists that give keys come here.
#[expect(
    clippy::too_many_arguments,
    reason = "one argument for each field of the row"
)]
fn key(
    name: &str,
    form: &str,
    device: bool,
    value_type: KeyType,
    multi_valued: bool,
    actions: &[String],
    protocols: &[Protocol],
    words: &[String],
    provenance: &str,
) -> String {
    format!(
        "ConditionKey {{ name: {name:?}, form: NameForm::{form}, device: {device}, \
         value_type: KeyType::{value_type:?}, multi_valued: {multi_valued}, actions: {}, \
         protocols: {}, words: {}, provenance: {provenance} }}",
        strings(actions),
        variants("Protocol", protocols),
        strings(words),
    )
}

fn topics_table(facts: &Topics) -> String {
    let mut rows = Vec::new();
    for row in &facts.topics {
        assert!(!row.operations.is_empty(), "{}: no operation", row.topic);
        let text = format!(
            "ReservedTopic {{ pattern: {:?}, family: TopicFamily::{:?}, operations: {}, \
             fleet_wide: {}, provenance: {} }}",
            row.topic,
            row.family,
            variants("ClientOperation", &row.operations),
            row.fleet_wide,
            row.provenance(),
        );
        rows.push((row.topic.clone(), text));
    }
    let imports = "use crate::facts::provenance::{Basis, source};\n\
                   use crate::facts::topic::{ClientOperation, ReservedTopic, TopicFamily};\n";
    let mut text = header("topics.yaml", imports);
    table(
        &mut text,
        "Reserved topics, sorted by pattern.",
        "TOPICS",
        "ReservedTopic",
        rows,
    );
    text
}

fn quotas_table(facts: &Quotas) -> String {
    let mut rows = Vec::new();
    for row in &facts.quotas {
        let text = format!(
            "Quota {{ name: {:?}, value: {}, smaller_regions: {:?}, unit: {:?}, adjustable: {}, \
             provenance: {} }}",
            row.quota,
            row.value,
            row.smaller_regions,
            row.unit,
            row.adjustable,
            row.provenance(),
        );
        rows.push((row.quota.clone(), text));
    }
    let imports =
        "use crate::facts::provenance::{Basis, source};\nuse crate::facts::quota::Quota;\n";
    let mut text = header("quotas.yaml", imports);
    table(
        &mut text,
        "Quotas, sorted by name.",
        "QUOTAS",
        "Quota",
        rows,
    );
    text
}

fn limits(facts: &Quotas) -> String {
    let mut text = String::from(
        "//! Each quota as a constant: the default value in the larger Regions, for code that knows\n\
         //! which one it wants.\n//!\n\
         //! Derived from facts/quotas.yaml by `BLESS=1 cargo test`; edit that.\n",
    );
    let mut rows: Vec<&Quota> = facts.quotas.iter().collect();
    rows.sort_by_key(|row| &row.quota);
    for row in rows {
        let note = row
            .note
            .as_ref()
            .map_or(String::new(), |note| format!("; {note}"));
        writeln!(
            text,
            "\n/// `{}`, in {}{note}.\n///\n/// Source: <{}>\npub const {}: u64 = {};",
            row.quota,
            row.unit,
            row.source,
            row.quota.to_uppercase(),
            row.value
        )
        .unwrap();
    }
    text
}

fn methods_table(facts: &Methods) -> String {
    let imports = "use crate::facts::method::{MethodReason, ProvisioningMethod, Reason, WayIn};\n\
                   use crate::facts::provenance::{Basis, source};\n";
    let mut text = header("methods.yaml", imports);
    let sentence = |text: &str| {
        assert!(
            !text.is_empty() && !text.ends_with('.') && !text.contains('\n'),
            "one line, without a full stop: {text}"
        );
    };
    // The order is that of the file: it is what the table says.
    text += "\n/// The ways in, the better ones first.\n#[rustfmt::skip]\n\
             pub(in crate::facts) static METHODS: &[ProvisioningMethod] = &[\n";
    for row in &facts.methods {
        for said in [&row.summary, &row.stolen].into_iter().chain(&row.mind) {
            sentence(said);
        }
        writeln!(
            text,
            "    ProvisioningMethod {{ way: WayIn::{:?}, name: {:?}, summary: {:?}, stolen: {:?}, \
             mind: {}, provenance: {} }},",
            row.method,
            row.name,
            row.summary,
            row.stolen,
            strings(&row.mind),
            row.provenance(),
        )
        .unwrap();
    }
    text += "];\n";
    let mut arms = String::new();
    for row in &facts.reasons {
        sentence(&row.text);
        let constant = constant(&format!("{:?}", row.reason));
        writeln!(
            text,
            "\n#[rustfmt::skip]\nstatic {constant}: MethodReason = MethodReason {{ text: {:?}, \
             provenance: {} }};",
            row.text,
            row.provenance(),
        )
        .unwrap();
        writeln!(arms, "        Reason::{:?} => &{constant},", row.reason).unwrap();
    }
    text += &format!(
        "\n/// What a reason says.\n\
         pub(in crate::facts) fn reason(reason: Reason) -> &'static MethodReason {{\n    \
         match reason {{\n{arms}    }}\n}}\n"
    );
    text
}

fn names_table(facts: &Names) -> String {
    let imports = "use crate::facts::name::{Characters, NameKind, NameLimit};\n\
                   use crate::facts::provenance::{Basis, source};\n";
    let mut text = header("names.yaml", imports);
    let mut rows: Vec<&Name> = facts.names.iter().collect();
    rows.sort_by_key(|row| row.name);
    let mut arms = String::new();
    for row in rows {
        let constant = constant(&format!("{:?}", row.name));
        let class = row.characters.replace('[', r"\[").replace(']', r"\]");
        let pattern = format!("[{class}]{{{},{}}}", row.min_chars, row.max_chars);
        check_pattern(&pattern, &row.characters);
        writeln!(
            text,
            "\n#[rustfmt::skip]\nstatic {constant}: NameLimit = NameLimit {{ kind: NameKind::{:?}, \
             pattern: {pattern:?}, characters: Characters::of({}), min_chars: {}, max_chars: {}, \
             provenance: {} }};",
            row.name,
            ranges(&row.characters),
            row.min_chars,
            row.max_chars,
            row.provenance(),
        )
        .unwrap();
        writeln!(arms, "        NameKind::{:?} => &{constant},", row.name).unwrap();
    }
    text += &format!(
        "\n/// The rule for a kind of name.\n\
         pub(crate) fn of(kind: NameKind) -> &'static NameLimit {{\n    match kind {{\n{arms}    }}\n}}\n"
    );
    text
}

fn provisioning_table(facts: &Provisioning) -> String {
    let imports = "use crate::facts::name::NameKind;\n\
                   use crate::facts::provenance::{Basis, source};\n\
                   use crate::facts::provisioning::{\n    \
                       CertificateResource, DialectRules, DocumentForm, HookRules, Override, Runtime,\n    \
                       SuppliedParameter, TemplateProperty, TemplateResource, ValueShape,\n\
                   };\n\
                   use crate::model::TemplateDialect;\n";
    let mut text = header("provisioning.yaml", imports);
    let mut arms = String::new();
    for row in &facts.dialects {
        let mut supplied: Vec<&Supplied> = row.supplied.iter().collect();
        supplied.sort_by_key(|parameter| &parameter.parameter);
        let supplied = supplied.iter().map(|parameter| {
            format!(
                "        SuppliedParameter {{ name: {:?}, subject_attribute: {:?}, provenance: {} }},\n",
                parameter.parameter,
                parameter.subject_attribute,
                parameter.provenance()
            )
        });
        let constant = constant(&format!("{:?}", row.dialect));
        writeln!(
            text,
            "\n#[rustfmt::skip]\nstatic {constant}: DialectRules = DialectRules {{\n    \
             dialect: TemplateDialect::{:?},\n    template_type: {:?},\n    sections: {},\n    \
             functions: {},\n    functions_not_in_policy: {},\n    \
             certificate: CertificateResource::{:?},\n    certificate_from: {},\n    \
             policy_document: {},\n    hook: {},\n    supplied: &[\n{}    ],\n    \
             caller_may_supply: {},\n    provenance: {},\n}};",
            row.dialect,
            row.template_type,
            strings(&row.sections),
            strings(&row.functions),
            strings(&row.functions_not_in_policy),
            row.certificate,
            strings(&row.certificate_from),
            variants("DocumentForm", &row.policy_document),
            row.hook,
            supplied.collect::<String>(),
            strings(&row.caller_may_supply),
            row.provenance(),
        )
        .unwrap();
        writeln!(
            arms,
            "        TemplateDialect::{:?} => &{constant},",
            row.dialect
        )
        .unwrap();
    }
    text += &format!(
        "\n/// The rules of a dialect.\n\
         pub(crate) fn of(dialect: TemplateDialect) -> &'static DialectRules {{\n    match dialect {{\n{arms}    }}\n}}\n"
    );
    let mut resources = Vec::new();
    for row in &facts.resources {
        let properties = row.properties.iter().map(|property| {
            format!(
                "        TemplateProperty {{ name: {:?}, shape: ValueShape::{:?}, required: {}, \
                 holds: {}, values: {}, provenance: {} }},\n",
                property.property,
                property.shape,
                property.required,
                property.holds.map_or("None".to_owned(), |kind| format!(
                    "Some(NameKind::{kind:?})"
                )),
                strings(&property.values),
                property.provenance()
            )
        });
        let overrides = row.overrides.iter().map(|setting| {
            format!(
                "        Override {{ key: {:?}, values: {}, provenance: {} }},\n",
                setting.key,
                strings(&setting.values),
                setting.provenance()
            )
        });
        let text = format!(
            "TemplateResource {{ name: {:?}, at_most: {:?}, properties: &[\n{}    ], \
             overrides: &[\n{}    ], provenance: {} }}",
            row.resource,
            row.at_most,
            properties.collect::<String>(),
            overrides.collect::<String>(),
            row.provenance(),
        );
        resources.push((row.resource.clone(), text));
    }
    let doc = "Types of resources, sorted by name.";
    table(&mut text, doc, "RESOURCES", "TemplateResource", resources);
    let (hook, runtime) = (&facts.hook, &facts.runtime);
    writeln!(
        text,
        "\n/// What AWS IoT asks of a hook.\n#[rustfmt::skip]\n\
         pub(crate) static HOOK: HookRules = HookRules {{ payload_version: {:?}, provenance: {} }};\n\
         \n/// What our hooks run on.\n#[rustfmt::skip]\n\
         pub(crate) static RUNTIME: Runtime = Runtime {{ name: {:?}, until: {:?}, provenance: {} }};",
        hook.payload_version,
        hook.provenance(),
        runtime.runtime,
        runtime.until,
        runtime.provenance(),
    )
    .unwrap();
    text
}

fn resources_table(facts: &Resources) -> String {
    let mut carriers = Vec::new();
    for row in &facts.carriers {
        let path: Vec<String> = row.path.split('.').map(str::to_owned).collect();
        let text = format!(
            "Carrier {{ name: {:?}, format: Format::{:?}, content: Content::{:?}, path: {}, \
             embedding: Embedding::{:?}, provenance: {} }}",
            row.carrier,
            row.format,
            row.carries,
            strings(&path),
            row.form,
            row.provenance(),
        );
        carriers.push((
            format!("{} {} {}", row.format as u8, row.carrier, row.path),
            text,
        ));
    }
    let mut regions = Vec::new();
    for row in &facts.regions {
        let text = format!(
            "Region {{ code: {:?}, partition: {:?}, provisioning: {}, smaller_quotas: {}, \
             provenance: {} }}",
            row.region,
            row.partition,
            row.provisioning,
            row.smaller,
            row.provenance(),
        );
        regions.push((row.region.clone(), text));
    }
    let mut features = Vec::new();
    for row in &facts.provider_features {
        let mut numbers = row.since.split('.').map(|it| it.parse::<u16>().unwrap());
        let since = [(); 3].map(|()| numbers.next().unwrap());
        let text = format!(
            "ProviderFeature {{ kind: ProviderFeatureKind::{:?}, since: {since:?}, provenance: {} }}",
            row.feature,
            row.provenance(),
        );
        features.push((format!("{:?}", row.feature), text));
    }
    let imports = "use crate::facts::carrier::{\n    Carrier, Content, Embedding, Format, ProviderFeature, ProviderFeatureKind, Region,\n};\n\
                   use crate::facts::provenance::{Basis, source};\n";
    let mut text = header("resources.yaml", imports);
    table(
        &mut text,
        "Carriers, sorted by format and name.",
        "CARRIERS",
        "Carrier",
        carriers,
    );
    table(
        &mut text,
        "What the Terraform provider does since some version, sorted by name.",
        "PROVIDER_FEATURES",
        "ProviderFeature",
        features,
    );
    table(
        &mut text,
        "Regions, sorted by code.",
        "REGIONS",
        "Region",
        regions,
    );
    text
}

fn stack_table(facts: &Stack) -> String {
    let mut tags = Vec::new();
    for row in &facts.tags {
        let text = format!(
            "Tagging {{ resource: {:?}, form: TagForm::{:?}, provenance: {} }}",
            row.resource,
            row.form,
            row.provenance(),
        );
        tags.push((row.resource.clone(), text));
    }
    let mut metrics = Vec::new();
    for row in &facts.metrics {
        let text = format!(
            "Metric {{ kind: MetricKind::{:?}, namespace: {:?}, name: {:?}, dimension: {:?}, \
             provenance: {} }}",
            row.metric,
            row.namespace,
            row.name,
            row.dimension,
            row.provenance(),
        );
        metrics.push((format!("{:?}", row.metric), text));
    }
    let imports = "use crate::facts::provenance::{Basis, source};\n\
                   use crate::facts::stack::{AuditChecks, Metric, MetricKind, Retention, TagForm, Tagging};\n";
    let mut text = header("stack.yaml", imports);
    let doc = "How types take tags, sorted by name.";
    table(&mut text, doc, "TAGS", "Tagging", tags);
    let doc = "Metrics, sorted by kind.";
    table(&mut text, doc, "METRICS", "Metric", metrics);
    writeln!(
        text,
        "\n/// For how many days logs are kept.\n#[rustfmt::skip]\n\
         pub(crate) static RETENTION: Retention = Retention {{ days: &{:?}, provenance: {} }};",
        facts.retention.days,
        facts.retention.provenance(),
    )
    .unwrap();
    writeln!(
        text,
        "\n/// What Device Defender looks for.\n#[rustfmt::skip]\n\
         pub(crate) static AUDIT_CHECKS: AuditChecks = AuditChecks {{ names: &{:?}, not_in: &{:?}, provenance: {} }};",
        facts.audit_checks.names,
        facts.audit_checks.not_in,
        facts.audit_checks.provenance(),
    )
    .unwrap();
    text
}

/// The first lines of a table.
pub(crate) fn header(file: &str, imports: &str) -> String {
    format!("//! Derived from facts/{file} by `BLESS=1 cargo test`; edit that.\n\n{imports}")
}

/// Appends a sorted slice, one row a line, and fails when two rows have one name.
pub(crate) fn table(
    text: &mut String,
    doc: &str,
    name: &str,
    row: &str,
    mut rows: Vec<(String, String)>,
) {
    rows.sort_by_key(|(name, _)| name.to_ascii_lowercase());
    for pair in rows.windows(2) {
        let (first, second) = (&pair[0].0, &pair[1].0);
        assert!(
            !first.eq_ignore_ascii_case(second),
            "{first} is there twice"
        );
    }
    writeln!(
        text,
        "\n/// {doc}\n#[rustfmt::skip]\npub(crate) static {name}: &[{row}] = &["
    )
    .unwrap();
    for (_, row) in rows {
        writeln!(text, "    {row},").unwrap();
    }
    text.push_str("];\n");
}

/// Writes a slice of strings.
pub(crate) fn strings(items: &[String]) -> String {
    format!("&{items:?}")
}

/// Writes a slice of enum variants, whose debug form is the variant's name.
fn variants<T: std::fmt::Debug>(name: &str, items: &[T]) -> String {
    let items: Vec<String> = items
        .iter()
        .map(|item| format!("{name}::{item:?}"))
        .collect();
    format!("&[{}]", items.join(", "))
}

/// Turns `ThingGroup` into `THING_GROUP`.
fn constant(variant: &str) -> String {
    let mut text = String::new();
    for character in variant.chars() {
        if character.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(character.to_ascii_uppercase());
    }
    text
}

/// Writes what a value may be.
fn value_rules(rules: &ValueRules) -> String {
    if let Some(words) = &rules.words {
        assert!(rules.characters.is_none() && rules.not_characters.is_none());
        return format!("ValueRules::Words({})", strings(words));
    }
    let characters = match (&rules.characters, &rules.not_characters) {
        (Some(class), None) => format!("Characters::of({})", ranges(class)),
        (None, Some(class)) => format!("Characters::except({})", ranges(class)),
        _ => panic!("a value has either `characters` or `not_characters`"),
    };
    format!(
        "ValueRules::Text {{ characters: {characters}, not_first: {:?}, min_chars: {}, \
         max_chars: {} }}",
        rules.not_first,
        rules.min_chars.expect("`min_chars` is there"),
        rules.max_chars.expect("`max_chars` is there"),
    )
}

/// Reads the inside of a character class: `a-z` between letters or digits is a range, every other
/// character is itself.
fn read_class(class: &str) -> Vec<(char, char)> {
    let characters: Vec<char> = class.chars().collect();
    let mut ranges = Vec::new();
    let mut place = 0;
    while let Some(&first) = characters.get(place) {
        match (characters.get(place + 1), characters.get(place + 2)) {
            (Some('-'), Some(&last)) if first.is_alphanumeric() && last.is_alphanumeric() => {
                assert!(first < last, "`{first}-{last}` is not a range");
                ranges.push((first, last));
                place += 3;
            }
            _ => {
                ranges.push((first, first));
                place += 1;
            }
        }
    }
    ranges.sort_unstable();
    ranges
}

/// Writes the ranges of a character class.
fn ranges(class: &str) -> String {
    format!("&{:?}", read_class(class))
}

/// Fails unless a regular expression and the ranges mean the same.
fn check_pattern(pattern: &str, class: &str) {
    let (head, _) = pattern.rsplit_once('{').unwrap();
    let regex = regex::Regex::new(&format!("^{head}$")).expect("the pattern compiles");
    let ranges = read_class(class);
    for character in (0..=0x17f_u32)
        .filter_map(char::from_u32)
        .filter(|&other| other != '\n')
    {
        let listed = ranges
            .iter()
            .any(|&(first, last)| (first..=last).contains(&character));
        assert_eq!(
            regex.is_match(&character.to_string()),
            listed,
            "{pattern} and {character:?}"
        );
    }
}
