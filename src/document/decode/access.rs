//! What serde asks of a list, a mapping, a spanned value and a variant.

use std::{slice, vec};

use serde::Deserializer;
use serde::de::value::{BorrowedStrDeserializer, U32Deserializer};
use serde::de::{
    DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::Decoder;
use super::error::{Failure, Quoted};
use crate::document::{Kind, Node};
use crate::source::Span;

/// The items of a sequence.
pub(super) struct Items<'t> {
    pub(super) items: vec::IntoIter<Node<'t>>,
    pub(super) of: Decoder<'t>,
}

impl<'t> SeqAccess<'t> for Items<'t> {
    type Error = Failure;

    fn next_element_seed<S: DeserializeSeed<'t>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Failure> {
        let item = self.items.next().map(|item| self.of.inside(item));
        item.map(|item| item.placed(seed.deserialize(item)))
            .transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

/// The entries of a mapping.
pub(super) struct Entries<'t> {
    pub(super) entries: vec::IntoIter<(Node<'t>, Node<'t>)>,
    /// The value of the key that was read last.
    pub(super) value: Option<Node<'t>>,
    pub(super) of: Decoder<'t>,
}

impl<'t> MapAccess<'t> for Entries<'t> {
    type Error = Failure;

    fn next_key_seed<S: DeserializeSeed<'t>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Failure> {
        let Some((key, value)) = self.entries.next() else {
            return Ok(None);
        };
        self.value = Some(value);
        let key = self.of.inside(key);
        key.placed(seed.deserialize(key)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<S::Value, Failure> {
        let value = self.value.take().ok_or_else(asked_too_early)?;
        let value = self.of.inside(value);
        value.placed(seed.deserialize(value))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

/// A visitor that asks for a value before its key breaks serde's contract.
fn asked_too_early() -> Failure {
    serde::de::Error::custom("value asked for before its key")
}

/// A value and its span, as a [`Spanned`] asks for them.
pub(super) struct SpannedFields<'t> {
    pub(super) fields: slice::Iter<'static, &'static str>,
    pub(super) value: Decoder<'t>,
}

impl<'t> MapAccess<'t> for SpannedFields<'t> {
    type Error = Failure;

    fn next_key_seed<S: DeserializeSeed<'t>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Failure> {
        let Some(name) = self.fields.as_slice().first() else {
            return Ok(None);
        };
        let key = BorrowedStrDeserializer::new(name);
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<S::Value, Failure> {
        let span: Span = self.value.node.span();
        let number = match self.fields.next().copied() {
            Some("$start") => span.start(),
            Some("$end") => span.end(),
            Some("$source") => span.source().index() as u32,
            Some(_) => return seed.deserialize(self.value),
            None => return Err(asked_too_early()),
        };
        let number: U32Deserializer<Failure> = number.into_deserializer();
        seed.deserialize(number)
    }
}

/// A variant: the word alone, or the one key of a mapping.
pub(super) struct Variant<'t> {
    pub(super) key: Decoder<'t>,
    pub(super) value: Option<Decoder<'t>>,
}

impl<'t> EnumAccess<'t> for Variant<'t> {
    type Error = Failure;
    type Variant = Variant<'t>;

    fn variant_seed<S: DeserializeSeed<'t>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Variant<'t>), Failure> {
        let variant = self.key.placed(seed.deserialize(self.key))?;
        Ok((variant, self))
    }
}

impl<'t> Variant<'t> {
    fn value(&self) -> Result<Decoder<'t>, Failure> {
        self.value.ok_or_else(|| {
            let word = self.key.node.as_str().unwrap_or("");
            self.key
                .invalid_type(format!("a mapping with the key {}", Quoted(word)))
        })
    }
}

impl<'t> VariantAccess<'t> for Variant<'t> {
    type Error = Failure;

    fn unit_variant(self) -> Result<(), Failure> {
        match self.value {
            Some(value) if value.node.kind() != Kind::Null => Err(value.invalid_type("nothing")),
            Some(_) | None => Ok(()),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'t>>(self, seed: S) -> Result<S::Value, Failure> {
        let value = self.value()?;
        value.placed(seed.deserialize(value))
    }

    fn tuple_variant<V: Visitor<'t>>(self, length: usize, visitor: V) -> Result<V::Value, Failure> {
        self.value()?.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'t>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.value()?.mapping(visitor)
    }
}
