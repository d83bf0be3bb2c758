//! `fixtures/fleet/<name>/spec.yaml`: what a spec becomes, and what is refused.

use std::fs;
use std::path::Path;

/// The schema of the spec is derived from its types; `BLESS=1` rewrites it.
#[test]
fn the_schema_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/fleet.schema.json");
    let schema = fleetwright::fleet::spec::schema();
    let fresh = serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n";
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &fresh).expect("the schema can be written");
    }
    let kept = fs::read_to_string(&path).expect("the schema can be read");
    assert!(
        kept == fresh,
        "stale: schemas/fleet.schema.json; run `BLESS=1 cargo test`"
    );
}
