//! Types that a decoded type may hold: a value with its span, entries in written order.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, Visitor};

use crate::source::{SourceId, Span, Spanned};

/// By this name a [`Spanned`] asks for its span. No user text can be taken for it: it names a
/// struct, not a key.
pub(super) const SPANNED: &str = "$fleetwright::Spanned";
/// The order in which a [`Spanned`] is handed over.
pub(super) const SPANNED_FIELDS: &[&str] = &["$start", "$end", "$source", "$value"];

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    /// Reads a value of [`super::decode`] with its span. Any other deserializer has no span to
    /// give, and gets an error.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Spanned<T>, D::Error> {
        deserializer.deserialize_struct(SPANNED, SPANNED_FIELDS, SpannedVisitor(PhantomData))
    }
}

struct SpannedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for SpannedVisitor<T> {
    type Value = Spanned<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value with a place in a file")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Spanned<T>, A::Error> {
        let start = field(&mut map, "$start")?;
        let end = field(&mut map, "$end")?;
        let source = SourceId::new(field(&mut map, "$source")?);
        let value = field(&mut map, "$value")?;
        Ok(Spanned::new(value, Span::new(source, start, end)))
    }
}

/// The value of the next key, which must be `name`.
fn field<'de, A: MapAccess<'de>, T: Deserialize<'de>>(
    map: &mut A,
    name: &'static str,
) -> Result<T, A::Error> {
    match map.next_key_seed(Exactly(name))? {
        Some(()) => map.next_value(),
        None => Err(de::Error::missing_field(name)),
    }
}

/// A key that must be this one.
struct Exactly(&'static str);

impl<'de> DeserializeSeed<'de> for Exactly {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Exactly {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value with a place in a file")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<(), E> {
        if key == self.0 {
            Ok(())
        } else {
            Err(E::invalid_value(de::Unexpected::Str(key), &self))
        }
    }
}

impl<T: AsRef<str>> AsRef<str> for Spanned<T> {
    fn as_ref(&self) -> &str {
        self.value.as_ref()
    }
}

/// The entries of a mapping, in written order, each key once.
///
/// A `BTreeMap` would lose the order that messages and generated files follow; a [`Spanned`] key
/// also tells where an entry begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ordered<K, V> {
    entries: Vec<(K, V)>,
}

impl<K, V> Ordered<K, V> {
    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries, in written order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&K, &V)> + DoubleEndedIterator {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The keys, in written order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &K> + DoubleEndedIterator {
        self.entries.iter().map(|(key, _)| key)
    }

    /// The values, in written order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &V> + DoubleEndedIterator {
        self.entries.iter().map(|(_, value)| value)
    }

    /// The value of a key; looks at every entry.
    pub fn get(&self, key: &str) -> Option<&V>
    where
        K: AsRef<str>,
    {
        let entry = self.entries.iter().find(|(own, _)| own.as_ref() == key);
        entry.map(|(_, value)| value)
    }
}

impl<K, V> Default for Ordered<K, V> {
    fn default() -> Ordered<K, V> {
        Ordered {
            entries: Vec::new(),
        }
    }
}

impl<K, V> IntoIterator for Ordered<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<'o, K, V> IntoIterator for &'o Ordered<K, V> {
    type Item = &'o (K, V);
    type IntoIter = std::slice::Iter<'o, (K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter()
    }
}

impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Deserialize<'de> for Ordered<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Ordered<K, V>, D::Error> {
        deserializer.deserialize_map(OrderedVisitor(PhantomData))
    }
}

struct OrderedVisitor<K, V>(PhantomData<(K, V)>);

impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Visitor<'de> for OrderedVisitor<K, V> {
    type Value = Ordered<K, V>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ordered<K, V>, A::Error> {
        // INVARIANT: each key once. `super::decode` refuses a key that stands twice.
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Ordered { entries })
    }
}
