//! The faults, and what they change.

use std::collections::BTreeMap;

use serde_json::Value;

const TABLE: &str = include_str!("mutants.yaml");

/// One fault.
pub(crate) struct Mutant {
    pub(crate) id: String,
    /// What a user would meet.
    pub(crate) wrong: String,
    changes: Vec<Change>,
}

struct Change {
    /// From the root of the package.
    file: String,
    find: String,
    replace: String,
}

/// The faults, in the order of the table.
pub(crate) fn mutants() -> Vec<Mutant> {
    let table: Value = serde_yaml::from_str(TABLE).unwrap();
    let text = |value: &Value, key: &str| value[key].as_str().unwrap().to_owned();
    let list = |value: &Value| value.as_array().unwrap().clone();
    let change = |value: &Value| Change {
        file: text(value, "file"),
        find: text(value, "find"),
        replace: text(value, "replace"),
    };
    let mutant = |value: &Value| Mutant {
        id: text(value, "id"),
        wrong: text(value, "wrong"),
        changes: list(&value["changes"]).iter().map(change).collect(),
    };
    list(&table).iter().map(mutant).collect()
}

impl Mutant {
    /// The texts of the files that it changes, by path.
    ///
    /// # Errors
    /// When what is to be replaced does not stand once in a file, or stays.
    pub(crate) fn changed(
        &self,
        read: impl Fn(&str) -> String,
    ) -> Result<BTreeMap<String, String>, String> {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        for Change {
            file,
            find,
            replace,
        } in &self.changes
        {
            let text = files.entry(file.clone()).or_insert_with(|| read(file));
            let count = text.matches(find.as_str()).count();
            if count != 1 || find == replace {
                return Err(format!("{file}: {count} times\n{find}"));
            }
            *text = text.replace(find, replace);
        }
        match files.is_empty() {
            true => Err("changes nothing".to_owned()),
            false => Ok(files),
        }
    }
}

/// Whether a text can be the id of a fault.
pub(crate) fn is_kebab_case(id: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    id.split('-').all(is_word)
}
