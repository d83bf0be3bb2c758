//! Registration by claim, for people.

use serde::Serialize;

use super::sequence::{Sequence, keys};
use crate::facts;
use crate::fleet::emit::Format;
use crate::fleet::emit::rendering::prose;
use crate::fleet::emit::scripts::Script;
use crate::fleet::plan::{Claim, Plan, Registration};
use crate::fleet::spec::MadeFrom;

/// Registration by claim, in all environments and Regions where it goes in the same way.
#[derive(Serialize)]
pub(super) struct ClaimPage<'p> {
    name: &'p str,
    because: String,
    client_id_prefix: &'p str,
    is_csr: bool,
    keys: &'static str,
    sends: Vec<&'p str>,
    runtime: Option<(&'static str, &'static str)>,
    key: Option<&'p str>,
    sequence: String,
    claim_script: String,
    devices_script: String,
    places: Vec<Place<'p>>,
}

/// What is called differently in each environment and Region.
#[derive(PartialEq, Serialize)]
struct Place<'p> {
    folder: String,
    template: &'p str,
    policy: &'p str,
    log: Option<&'p str>,
    table: Option<&'p str>,
}

pub(super) fn page<'p>(
    plan: &'p Plan,
    registration: &'p Registration,
    claim: &'p Claim,
    format: Format,
) -> ClaimPage<'p> {
    let function = claim.hooked.hook.function.as_ref();
    let table = function.and_then(|it| it.table.as_ref());
    ClaimPage {
        name: &registration.name,
        because: prose(&claim.because),
        client_id_prefix: &claim.client_id_prefix,
        is_csr: claim.hooked.from == MadeFrom::Csr,
        keys: keys(registration),
        sends: claim.hooked.sends.iter().map(|it| &**it).collect(),
        runtime: function.map(|it| (it.runtime, facts::hook_runtime().until)),
        key: table.map(|it| &*it.key),
        sequence: Sequence::of(registration).to_string(),
        claim_script: Script::Claim.file(&registration.name),
        devices_script: Script::Devices.file(&registration.name),
        places: vec![Place {
            folder: format.folder(&plan.deployment),
            template: &registration.template.name,
            policy: &claim.policy.name,
            log: function.map(|it| it.logs.name.as_str()),
            table: table.map(|it| it.name.as_str()),
        }],
    }
}

/// Adds a page, to one that says the same if there is one.
pub(super) fn join<'p>(pages: &mut Vec<ClaimPage<'p>>, page: ClaimPage<'p>) {
    let is_same = |it: &&mut ClaimPage<'_>| {
        (it.name, &it.because, &it.sequence, it.runtime)
            == (page.name, &page.because, &page.sequence, page.runtime)
    };
    match pages.iter_mut().find(is_same) {
        Some(same) => same.places.extend(page.places),
        None => pages.push(page),
    }
}
