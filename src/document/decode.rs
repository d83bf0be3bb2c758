//! Reads typed values out of a tree, through serde.
//!
//! Every error stands at the token that it is about. A type takes a [`Spanned`] wherever it wants
//! to point at a value or a key later. `flatten` and `untagged` take values out of order and lose
//! spans: a [`Spanned`] inside of them is an error. References are not resolved here: a hole, or
//! a call written as a tag, cannot stand for a value.

use std::collections::HashMap;

use serde::Deserializer;
use serde::de::{DeserializeOwned, Visitor};

use super::{Kind, MAX_DEPTH, Node, NodeKind};

mod access;
mod error;
mod json;
mod types;

pub use error::{DecodeError, DecodeErrorKind};
pub use json::{resolve_pointer, to_json};
pub use types::Ordered;

use access::{Entries, Items, SpannedFields, Variant};
use error::{Failure, Quoted, STRING, listed};
use types::{SPANNED, SPANNED_FIELDS};

#[cfg(doc)]
use crate::source::Spanned;

/// The value of type `T` that is written at `node`.
///
/// Numbers are written as in JSON. A mapping holds each key once; an own entry goes before one
/// from a merge key.
///
/// # Errors
/// The first value that is not what `T` asks for. A syntax error of the text is not repeated
/// here: see [`super::Document::errors`].
pub fn decode<T: DeserializeOwned>(node: Node<'_>) -> Result<T, DecodeError> {
    let decoder = Decoder { node, depth: 0 };
    T::deserialize(decoder).map_err(|failure| failure.finish(node.span()))
}

/// One value on its way into a type.
#[derive(Clone, Copy)]
struct Decoder<'t> {
    node: Node<'t>,
    /// Values around this one. Counted here because aliases can stack shallow parts.
    depth: usize,
}

impl<'t> Decoder<'t> {
    /// A value inside this one.
    fn inside(self, node: Node<'t>) -> Decoder<'t> {
        Decoder {
            node,
            depth: self.depth + 1,
        }
    }

    /// Gives this value's place to an error that has none.
    fn placed<R>(self, result: Result<R, Failure>) -> Result<R, Failure> {
        result.map_err(|failure| failure.at(self.node.span()))
    }

    fn invalid_type(self, expected: impl Into<Box<str>>) -> Failure {
        let found = match self.node.kind() {
            Kind::String if self.node.as_str().is_none() => Kind::Hole,
            // Also the long form is no mapping to someone who wrote it for a scalar.
            Kind::Mapping if self.node.call().is_some() => Kind::Call,
            kind => kind,
        };
        let expected = expected.into();
        Failure::new(DecodeErrorKind::InvalidType { expected, found }).at(self.node.span())
    }

    fn invalid_value(self, expected: impl Into<Box<str>>, found: impl Into<Box<str>>) -> Failure {
        Failure::new(DecodeErrorKind::InvalidValue {
            expected: expected.into(),
            found: found.into(),
        })
        .at(self.node.span())
    }

    fn string(self) -> Result<&'t str, Failure> {
        self.node.as_str().ok_or_else(|| self.invalid_type(STRING))
    }

    fn number(self, expected: &str) -> Result<serde_json::Number, Failure> {
        let text = self.node.number();
        let text = text.ok_or_else(|| self.invalid_type(expected))?;
        // YAML reads `012` as 10 or as 12, by its version: nobody should have to know.
        serde_json::from_str(text)
            .map_err(|_| self.invalid_value("a number as JSON writes it", Quoted(text).to_string()))
    }

    /// An integer from `least` to `greatest`.
    fn integer(self, least: i128, greatest: i128) -> Result<i128, Failure> {
        let number = self.number("an integer")?;
        let written = || Quoted(self.node.number().unwrap_or("")).to_string();
        let Some(integer) = number.as_i128() else {
            return Err(self.invalid_value("an integer", written()));
        };
        if integer < least || integer > greatest {
            let expected = format!("an integer from {least} to {greatest}");
            return Err(self.invalid_value(expected, written()));
        }
        Ok(integer)
    }

    fn sequence<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        if self.node.kind() != Kind::Sequence {
            return Err(self.invalid_type("a list"));
        }
        self.check_depth()?;
        let items: Vec<Node<'t>> = self.node.items().collect();
        let items = items.into_iter();
        self.placed(visitor.visit_seq(Items { items, of: self }))
    }

    fn mapping<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        if self.node.kind() != Kind::Mapping {
            return Err(self.invalid_type("a mapping"));
        }
        self.check_depth()?;
        let entries = self.entries()?.into_iter();
        self.placed(visitor.visit_map(Entries {
            entries,
            value: None,
            of: self,
        }))
    }

    fn check_depth(self) -> Result<(), Failure> {
        if self.depth >= MAX_DEPTH {
            return Err(Failure::new(DecodeErrorKind::TooDeep).at(self.node.span()));
        }
        Ok(())
    }

    /// The entries that count, in written order.
    fn entries(self) -> Result<Vec<(Node<'t>, Node<'t>)>, Failure> {
        let NodeKind::Mapping(written) = &self.node.data.kind else {
            return Ok(Vec::new());
        };
        let node = |id| self.node.tree.node(id);
        let mut places: HashMap<&str, usize> = HashMap::with_capacity(written.len());
        let mut counting: Vec<(Node<'t>, Node<'t>, bool)> = Vec::with_capacity(written.len());
        for entry in written {
            let key = node(entry.key);
            let name = key.visible_str().unwrap_or_else(|| key.written());
            let added = (key, node(entry.value), entry.merged);
            let earlier = places.get(name).and_then(|place| counting.get_mut(*place));
            match earlier {
                None => {
                    places.insert(name, counting.len());
                    counting.push(added);
                }
                Some(_) if entry.merged => {}
                Some(earlier @ (_, _, true)) => *earlier = added,
                Some((first, _, false)) => {
                    let first = Some(first.span());
                    let duplicate = DecodeErrorKind::DuplicateKey {
                        key: name.into(),
                        first,
                    };
                    return Err(Failure::new(duplicate).at(key.span()));
                }
            }
        }
        let entries = counting.into_iter().map(|(key, value, _)| (key, value));
        Ok(entries.collect())
    }
}

/// Integers differ by their limits only.
macro_rules! integers {
    ($($method:ident $type:ident $visit:ident;)*) => {
        $(fn $method<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
            let integer = self.integer($type::MIN.into(), $type::MAX.into())?;
            // INVARIANT: `integer` keeps the limits of the type.
            self.placed(visitor.$visit(integer as $type))
        })*
    };
}

impl<'t> Deserializer<'t> for Decoder<'t> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.node.kind() {
            Kind::Null => self.deserialize_unit(visitor),
            Kind::Bool => self.deserialize_bool(visitor),
            Kind::Number => {
                let number = self.number("a number")?;
                self.placed(match (number.as_u64(), number.as_i64()) {
                    (Some(number), _) => visitor.visit_u64(number),
                    (None, Some(number)) => visitor.visit_i64(number),
                    (None, None) => visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN)),
                })
            }
            Kind::String => self.deserialize_str(visitor),
            Kind::Sequence => self.sequence(visitor),
            Kind::Mapping => self.mapping(visitor),
            Kind::Call | Kind::Hole => Err(self.invalid_type("a value")),
        }
    }

    fn deserialize_bool<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        let value = self.node.as_bool();
        let value = value.ok_or_else(|| self.invalid_type("`true` or `false`"))?;
        self.placed(visitor.visit_bool(value))
    }

    integers! {
        deserialize_i8 i8 visit_i8;
        deserialize_i16 i16 visit_i16;
        deserialize_i32 i32 visit_i32;
        deserialize_i64 i64 visit_i64;
        deserialize_u8 u8 visit_u8;
        deserialize_u16 u16 visit_u16;
        deserialize_u32 u32 visit_u32;
        deserialize_u64 u64 visit_u64;
    }

    fn deserialize_f32<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        let number = self.number("a number")?.as_f64();
        let number = number.ok_or_else(|| self.invalid_type("a number"))?;
        self.placed(visitor.visit_f64(number))
    }

    fn deserialize_char<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        let text = self.string()?;
        self.placed(visitor.visit_borrowed_str(text))
    }

    fn deserialize_string<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_str(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        if self.node.kind() == Kind::Null {
            return self.placed(visitor.visit_none());
        }
        self.placed(visitor.visit_some(self))
    }

    fn deserialize_unit<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        if self.node.kind() != Kind::Null {
            return Err(self.invalid_type("nothing"));
        }
        self.placed(visitor.visit_unit())
    }

    fn deserialize_unit_struct<V: Visitor<'t>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'t>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.placed(visitor.visit_newtype_struct(self))
    }

    fn deserialize_seq<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.sequence(visitor)
    }

    fn deserialize_tuple<V: Visitor<'t>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        let items = self.node.items().len();
        if self.node.kind() == Kind::Sequence && items != length {
            let expected = format!("a list of {length}");
            return Err(self.invalid_value(expected, format!("{items} items")));
        }
        self.sequence(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'t>>(
        self,
        _name: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.mapping(visitor)
    }

    fn deserialize_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        if name == SPANNED {
            let fields = SPANNED_FIELDS.iter();
            return self.placed(visitor.visit_map(SpannedFields {
                fields,
                value: self,
            }));
        }
        self.mapping(visitor)
    }

    fn deserialize_enum<V: Visitor<'t>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        let variant = match self.node.kind() {
            Kind::String if self.node.as_str().is_some() => Variant {
                key: self,
                value: None,
            },
            Kind::Mapping => {
                self.check_depth()?;
                let entries = self.entries()?;
                let [(key, value)] = &*entries else {
                    let expected = format!("one key of {}", listed(variants));
                    return Err(self.invalid_value(expected, format!("{} keys", entries.len())));
                };
                Variant {
                    key: self.inside(*key),
                    value: Some(self.inside(*value)),
                }
            }
            Kind::Null
            | Kind::Bool
            | Kind::Number
            | Kind::String
            | Kind::Sequence
            | Kind::Call
            | Kind::Hole => return Err(self.invalid_type(format!("one of {}", listed(variants)))),
        };
        self.placed(visitor.visit_enum(variant))
    }

    fn deserialize_identifier<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.placed(visitor.visit_unit())
    }
}

#[cfg(test)]
mod tests;
