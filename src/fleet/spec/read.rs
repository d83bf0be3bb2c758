//! From a document to a spec for each environment.

use std::sync::OnceLock;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;
use unicode_normalization::is_nfc;

use super::upcoming::{is_upcoming_key, is_upcoming_value};
use super::{AccountSpec, Environment, FleetSpec, Name, Outputs, StackSpec};
use crate::document::decode::{decode, resolve_pointer, to_json};
use crate::document::spelling::closest;
use crate::document::{Document, Node, overlay};
use crate::fleet::{Error, ErrorKind};
use crate::source::{Span, Spanned};

/// The schema that the types derive; see `tests/fleet.rs`.
const SCHEMA: &str = include_str!("../../../schemas/fleet.schema.json");
/// The same of account specs.
const ACCOUNT_SCHEMA: &str = include_str!("../../../schemas/account.schema.json");
/// The keys that an environment has for itself.
const OWN_KEYS: &[&str] = &["account", "regions", "delete"];

/// A spec, resolved for each of its environments.
#[derive(Debug)]
pub struct Spec {
    /// The environments, in written order.
    pub environments: Vec<EnvironmentSpec>,
}

/// The spec as it is in one environment.
#[derive(Debug)]
pub struct EnvironmentSpec {
    /// The environment's name.
    pub name: Name,
    /// What the environment says of itself.
    pub environment: Environment,
    /// The spec with the environment laid over it.
    pub spec: FleetSpec,
    /// Parts of its texts, between holes, that name a Region of the environment themselves.
    pub named_regions: Vec<Box<str>>,
}

/// An account spec, resolved for each of its environments.
#[derive(Debug)]
pub struct AccountSpecs {
    /// The environments, in written order.
    pub environments: Vec<AccountEnvironment>,
}

/// The account spec as it is in one environment.
#[derive(Debug)]
pub struct AccountEnvironment {
    /// The environment's name.
    pub name: Name,
    /// What the environment says of itself.
    pub environment: Environment,
    /// The spec with the environment laid over it.
    pub spec: AccountSpec,
    /// What its stacks have besides.
    pub stack: StackSpec,
    /// Parts of its texts, between holes, that name a Region of the environment themselves.
    pub named_regions: Vec<Box<str>>,
}

/// Whether a document is an account spec, or wants to be one.
pub fn is_of_account(document: &Document) -> bool {
    let root = document.root();
    root.is_some_and(|it| it.entry("account").is_some() && it.entry("fleet").is_none())
}

/// Reads a spec: syntax, shape, then the values of each environment.
///
/// # Errors
/// All errors of the first of these steps that finds any.
pub fn read(document: &Document) -> Result<Spec, Vec<Error>> {
    let environments = read_all(document, schema(), |name, environment, merged| {
        let spec: FleetSpec = decode(merged).map_err(decoded)?;
        check_read(merged, &spec.extends, &spec.outputs)?;
        Ok(EnvironmentSpec {
            named_regions: named_regions(merged, &environment),
            name,
            environment,
            spec,
        })
    })?;
    Ok(Spec { environments })
}

/// Reads an account spec likewise.
///
/// # Errors
/// All errors of the first of these steps that finds any.
pub fn read_account(document: &Document) -> Result<AccountSpecs, Vec<Error>> {
    let environments = read_all(document, account_schema(), |name, environment, merged| {
        let mut spec: AccountSpec = decode(merged).map_err(decoded)?;
        check_read(merged, &spec.extends, &spec.outputs)?;
        Ok(AccountEnvironment {
            named_regions: named_regions(merged, &environment),
            name,
            environment,
            stack: std::mem::take(&mut spec.stack).into(),
            spec,
        })
    })?;
    Ok(AccountSpecs { environments })
}

/// A schema with its validator; without it shapes are not checked.
type Known = Option<&'static (Value, Validator)>;

fn read_all<T>(
    document: &Document,
    schema: Known,
    read: impl Fn(Name, Environment, Node<'_>) -> Result<T, Vec<Error>>,
) -> Result<Vec<T>, Vec<Error>> {
    let syntax = document.errors().iter();
    let syntax = syntax.map(|error| Error::new(ErrorKind::Syntax(error.kind.clone()), error.span));
    let syntax: Vec<Error> = syntax.collect();
    if !syntax.is_empty() {
        return Err(syntax);
    }
    let Some(root) = document.root() else {
        return Err(vec![Error::new(
            ErrorKind::NoSpec,
            document.tree().text().whole(),
        )]);
    };
    check_shape(root, schema)?;
    let mut environments = Vec::new();
    let mut errors = Vec::new();
    let listed = root.get("environments");
    for (name, node) in listed.into_iter().flat_map(Node::entries) {
        let environment = || {
            let merged = overlay(root, node, OWN_KEYS);
            let Some(merged) = merged.root() else {
                return Err(vec![Error::new(ErrorKind::NoSpec, node.span())]);
            };
            // An overlay may add a topic, and then the topic has to be whole.
            check_shape(merged, schema)?;
            let name = Spanned::new(name.visible_str().unwrap_or("").into(), name.span());
            read(name, decode(node).map_err(decoded)?, merged)
        };
        match environment() {
            Ok(environment) => environments.push(environment),
            Err(more) => errors.extend(more),
        }
    }
    if errors.is_empty() {
        Ok(environments)
    } else {
        Err(Error::without_repeats(errors))
    }
}

/// What its shape does not show.
fn check_read(merged: Node<'_>, extends: &[Name], outputs: &Outputs) -> Result<(), Vec<Error>> {
    // What stands on top of the file was followed before.
    if let Some(first) = extends.first() {
        return Err(vec![Error::new(ErrorKind::ExtendsInside, first.span)]);
    }
    match outputs.terraform {
        Some(_) => check_normalized(merged),
        None => Ok(()),
    }
}

/// What a text says of a Region by its name, and not by `{region}`, it says wherever the stack is: e.g. the
/// id of an identity pool. Recursion is bounded by the depth of documents.
fn named_regions(merged: Node<'_>, environment: &Environment) -> Vec<Box<str>> {
    fn collect(node: Node<'_>, environment: &Environment, found: &mut Vec<Box<str>>) {
        let parts = node
            .as_str()
            .into_iter()
            .flat_map(|it| it.split(['{', '}']));
        let names = |part: &&str| {
            let mut regions = environment.regions.iter();
            regions.any(|it| part.contains(&*it.value) && *part != &*it.value)
        };
        found.extend(parts.filter(names).map(Box::from));
        for item in node.items() {
            collect(item, environment, found);
        }
        for (_, value) in node.entries() {
            collect(value, environment, found);
        }
    }
    let mut found = Vec::new();
    // What the environment says is laid over the rest already.
    let entries = merged
        .entries()
        .filter(|(key, _)| key.visible_str() != Some("environments"));
    for (_, value) in entries {
        collect(value, environment, &mut found);
    }
    found
}

/// Terraform puts every string into Unicode's normal form C, and AWS compares bytes: a name that
/// this changes would be another one there. Recursion is bounded by the depth of documents.
fn check_normalized(root: Node<'_>) -> Result<(), Vec<Error>> {
    fn collect(node: Node<'_>, errors: &mut Vec<Error>) {
        if node.as_str().is_some_and(|text| !is_nfc(text)) {
            errors.push(Error::new(ErrorKind::NotNormalized, node.span()));
        }
        for item in node.items() {
            collect(item, errors);
        }
        for (key, value) in node.entries() {
            collect(key, errors);
            collect(value, errors);
        }
    }
    let mut errors = Vec::new();
    collect(root, &mut errors);
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

fn decoded(error: crate::document::decode::DecodeError) -> Vec<Error> {
    vec![Error::new(ErrorKind::Decode(error.kind), error.span)]
}

fn check_shape(root: Node<'_>, schema: Known) -> Result<(), Vec<Error>> {
    let Some((schema, validator)) = schema else {
        return Ok(());
    };
    let json = to_json(root);
    let mut errors = Vec::new();
    for error in validator.iter_errors(&json) {
        explain(root, schema, &error, &mut errors);
    }
    if errors.is_empty() {
        Ok(())
    } else {
        errors.sort_by_key(|error| error.span);
        Err(Error::without_repeats(errors))
    }
}

/// The schema and its validator. Built once: the first build costs some milliseconds.
fn schema() -> Known {
    static KNOWN: OnceLock<Option<(Value, Validator)>> = OnceLock::new();
    KNOWN.get_or_init(|| compiled(SCHEMA)).as_ref()
}

/// The same of account specs.
fn account_schema() -> Known {
    static KNOWN: OnceLock<Option<(Value, Validator)>> = OnceLock::new();
    KNOWN.get_or_init(|| compiled(ACCOUNT_SCHEMA)).as_ref()
}

/// INVARIANT: the schemas are valid; tests derive and compile them.
fn compiled(schema: &str) -> Option<(Value, Validator)> {
    let schema: Value = serde_json::from_str(schema).ok()?;
    let validator = jsonschema::validator_for(&schema).ok()?;
    Some((schema, validator))
}

/// What is wrong with the one alternative that a value comes nearest to: a value that may be absent
/// is one of two, of which the other is `null`.
fn deepest<'e>(error: &'e ValidationError<'_>) -> Option<&'e [ValidationError<'e>]> {
    let ValidationErrorKind::AnyOf { context } = error.kind() else {
        return None;
    };
    let here = error.instance_path().as_str();
    let is_other_type = |it: &ValidationError<'_>| {
        it.instance_path().as_str() == here && matches!(it.kind(), ValidationErrorKind::Type { .. })
    };
    let mut fitting = context
        .iter()
        .filter(|errors| !errors.iter().any(is_other_type));
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// What is wrong with the one form that a mapping of one key names by it.
fn chosen<'e>(schema: &Value, error: &'e ValidationError<'_>) -> Option<&'e [ValidationError<'e>]> {
    let ValidationErrorKind::OneOfNotValid { context } = error.kind() else {
        return None;
    };
    let entries = error.instance().as_object()?;
    let key = entries.keys().next().filter(|_| entries.len() == 1)?;
    let options = follow(schema, error.schema_path().as_str())?.as_array()?;
    let is_named = |option: &&Value| {
        option
            .pointer("/properties")
            .is_some_and(|it| it.get(key).is_some())
    };
    let place = options.iter().position(|option| is_named(&option))?;
    context.get(place).map(|errors| &**errors)
}

/// One error of the schema, at the place that it is about and in our words.
fn explain(root: Node<'_>, schema: &Value, error: &ValidationError<'_>, errors: &mut Vec<Error>) {
    let pointer = error.instance_path().as_str();
    let node = resolve_pointer(root, pointer);
    let span = node.map_or_else(|| root.span(), Node::span);
    let key_span = |key: &str| -> Span {
        let entry = node.and_then(|node| node.entry(key));
        entry.map_or(span, |(key, _)| key.span())
    };
    let found = error.instance().as_str();
    if let Some(value) = found.filter(|value| is_upcoming_value(pointer, value)) {
        errors.push(Error::new(ErrorKind::NotBuilt(value.into()), span));
        return;
    }
    if let Some(inner) = deepest(error).or_else(|| chosen(schema, error)) {
        for error in inner {
            explain(root, schema, error, errors);
        }
        return;
    }
    let kind = match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let known = known_keys(schema, error.schema_path().as_str());
            for key in unexpected {
                let kind = if is_upcoming_key(pointer, key) {
                    ErrorKind::NotBuilt(key.as_str().into())
                } else {
                    let near = closest(key, known.iter().map(String::as_str));
                    ErrorKind::UnknownKey {
                        key: key.as_str().into(),
                        nearest: near.map(Into::into),
                        known: known.iter().map(|key| key.as_str().into()).collect(),
                    }
                };
                errors.push(Error::new(kind, key_span(key)));
            }
            return;
        }
        ValidationErrorKind::Required { property } => ErrorKind::MissingKey {
            key: property.as_str().unwrap_or("").into(),
        },
        ValidationErrorKind::Type { kind } => ErrorKind::WrongType {
            expected: type_words(kind),
        },
        ValidationErrorKind::Enum { options } => {
            let options = options.as_array().into_iter().flatten();
            not_one_of(found, options.filter_map(Value::as_str))
        }
        ValidationErrorKind::Constant { expected_value } => {
            not_one_of(found, expected_value.as_str())
        }
        // A key that may be left out: `null` is not what was meant.
        ValidationErrorKind::AnyOf { context }
            if context.len() == 2 && !error.instance().is_null() =>
        {
            for error in context.iter().flatten() {
                let is_null = matches!(error.kind(), ValidationErrorKind::Type { kind: TypeKind::Single(it) } if it.to_string() == "null");
                if !is_null {
                    explain(root, schema, error, errors);
                }
            }
            return;
        }
        ValidationErrorKind::OneOfNotValid { .. } | ValidationErrorKind::AnyOf { .. } => {
            let options = follow(schema, error.schema_path().as_str()).and_then(Value::as_array);
            let options: Vec<&Value> = options.into_iter().flatten().collect();
            let planned = node.into_iter().flat_map(Node::entries).map(|(key, _)| key);
            let planned = planned.filter_map(|key| Some((key.visible_str()?, key.span())));
            let mut planned = planned.filter(|(key, _)| is_upcoming_key(pointer, key));
            if let Some((key, span)) = planned.next() {
                errors.push(Error::new(ErrorKind::NotBuilt(key.into()), span));
                return;
            }
            one_of(found, &options)
        }
        ValidationErrorKind::Pattern { pattern } => ErrorKind::Mismatch {
            pattern: pattern.as_str().into(),
        },
        ValidationErrorKind::Minimum { limit } => ErrorKind::TooSmall {
            limit: limit.to_string().into(),
        },
        ValidationErrorKind::Maximum { limit } => ErrorKind::TooGreat {
            limit: limit.to_string().into(),
        },
        ValidationErrorKind::MinItems { .. } | ValidationErrorKind::MinProperties { .. } => {
            ErrorKind::Nothing
        }
        // The schema uses no other keyword; its own words are better than none.
        _ => ErrorKind::Shape(error.to_string().into()),
    };
    errors.push(Error::new(kind, span));
}

/// A value that has none of these forms: words, or mappings with one key.
fn one_of(found: Option<&str>, options: &[&Value]) -> ErrorKind {
    let words = options.iter().filter_map(|it| it.get("const")?.as_str());
    let words: Vec<&str> = words.collect();
    let keys = options.iter();
    let keys = keys.filter_map(|it| it.get("properties")?.as_object()?.keys().next());
    let keys: Vec<&String> = keys.collect();
    if keys.is_empty() {
        return not_one_of(found, words);
    }
    let words = words.iter().map(|word| format!("`{word}`"));
    let keys = keys
        .iter()
        .map(|key| format!("a mapping with the key `{key}`"));
    let expected: Vec<String> = words.chain(keys).collect();
    ErrorKind::WrongType {
        expected: expected.join(" or ").into(),
    }
}

fn not_one_of<'o>(found: Option<&str>, options: impl IntoIterator<Item = &'o str>) -> ErrorKind {
    let options: Vec<&str> = options.into_iter().collect();
    ErrorKind::NotOneOf {
        nearest: found
            .and_then(|found| closest(found, options.iter().copied()))
            .map(Into::into),
        options: options.into_iter().map(Into::into).collect(),
    }
}

/// The keys that the schema knows where it refused one.
fn known_keys(schema: &Value, schema_path: &str) -> Vec<String> {
    let parent = schema_path
        .rsplit_once('/')
        .map_or("", |(parent, _)| parent);
    // The path leads through references; the definition is what stands behind the last one.
    let place = match parent.rsplit_once("/$ref") {
        Some((before, rest)) => {
            let reference = follow(schema, before).and_then(|it| it.get("$ref")?.as_str());
            reference.map(|it| format!("{}{rest}", it.trim_start_matches('#')))
        }
        None => Some(parent.to_owned()),
    };
    let properties = place
        .and_then(|place| schema.pointer(&place)?.get("properties")?.as_object())
        .or_else(|| follow(schema, parent)?.get("properties")?.as_object());
    properties.map_or_else(Vec::new, |keys| keys.keys().cloned().collect())
}

/// The schema at a path that may lead through references.
fn follow<'s>(schema: &'s Value, path: &str) -> Option<&'s Value> {
    let mut place = schema;
    for token in path.split('/').filter(|token| !token.is_empty()) {
        let token = token.replace("~1", "/").replace("~0", "~");
        place = if token == "$ref" {
            let reference = place.get("$ref")?.as_str()?;
            schema.pointer(reference.trim_start_matches('#'))?
        } else {
            place
                .get(&token)
                .or_else(|| place.as_array()?.get(token.parse::<usize>().ok()?))?
        };
    }
    Some(place)
}

fn type_words(kind: &TypeKind) -> Box<str> {
    let word = |name: &str| match name {
        "object" => "a mapping",
        "array" => "a list",
        "string" => "a string",
        "boolean" => "`true` or `false`",
        "integer" => "an integer",
        "number" => "a number",
        _ => "nothing",
    };
    match kind {
        TypeKind::Single(single) => word(&single.to_string()).into(),
        TypeKind::Multiple(several) => {
            let words: Vec<&str> = several
                .iter()
                .map(|it| word(&it.to_string()))
                .filter(|word| *word != "nothing")
                .collect();
            words.join(" or ").into()
        }
    }
}
