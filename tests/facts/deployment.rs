//! Tables of what deploying takes and costs.

use std::fmt::Write as _;

use crate::derive::{header, strings, table};
use crate::entry::{Deployment, Prices};

pub(crate) fn deployment_table(facts: &Deployment) -> String {
    let imports = "use crate::facts::deployment::{DeployedType, KeyUse, StackActions};\n\
                   use crate::facts::provenance::{Basis, source};\n";
    let mut text = header("deployment.yaml", imports);
    let mut types = Vec::new();
    for row in &facts.types {
        let written = format!(
            "DeployedType {{ cloudformation: {:?}, terraform: {:?}, arns: {}, actions: {}, \
             anywhere: {}, is_marked: {}, tags_with: {:?}, provenance: {} }}",
            row.name,
            row.terraform,
            strings(&row.arns),
            strings(&row.actions),
            strings(&row.anywhere),
            row.marked,
            row.tags_with,
            row.provenance(),
        );
        types.push((row.name.clone(), written));
    }
    let doc = "Types, sorted by their name in CloudFormation.";
    table(&mut text, doc, "TYPES", "DeployedType", types);
    let mut keys = Vec::new();
    for row in &facts.keys {
        let written = format!(
            "KeyUse {{ cloudformation: {:?}, service: {:?}, actions: {}, provenance: {} }}",
            row.name,
            row.service,
            strings(&row.actions),
            row.provenance(),
        );
        keys.push((row.name.clone(), written));
    }
    let doc = "What whoever makes a resource needs of its key, by type.";
    table(&mut text, doc, "KEYS", "KeyUse", keys);
    let stack = &facts.stack;
    writeln!(
        text,
        "\n/// What CloudFormation itself asks for.\n#[rustfmt::skip]\n\
         pub(crate) static STACK: StackActions = StackActions {{ actions: {}, anywhere: {}, provenance: {} }};",
        strings(&stack.actions),
        strings(&stack.anywhere),
        stack.provenance(),
    )
    .unwrap();
    text
}

pub(crate) fn prices_table(facts: &Prices) -> String {
    let imports = "use crate::facts::price::Price;\n\
                   use crate::facts::provenance::{Basis, source};\n";
    let mut text = header("prices.yaml", imports);
    let mut prices = Vec::new();
    for row in &facts.prices {
        let written = format!(
            "Price {{ name: {:?}, microdollars: {}, units: {}, provenance: {} }}",
            row.price,
            row.microdollars,
            row.units,
            row.provenance(),
        );
        prices.push((row.price.clone(), written));
    }
    table(
        &mut text,
        "Prices, sorted by name.",
        "PRICES",
        "Price",
        prices,
    );
    // Checks the source as well.
    let provenance = facts.metered.provenance();
    assert!(!provenance.is_empty());
    writeln!(
        text,
        "\n/// Operations of the registry that are counted.\n#[rustfmt::skip]\n\
         pub(crate) static METERED: &[&str] = {};",
        strings(&facts.metered.operations),
    )
    .unwrap();
    text
}
