//! A value that is a text, or `true` and `false`, in its short form, and a mapping in its long one.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

/// A text, or a mapping.
#[derive(Debug)]
pub enum Either<T> {
    /// As a text.
    Text(Box<str>),
    /// As a mapping.
    Mapping(T),
}

/// `true` or `false`, or a mapping.
#[derive(Debug)]
pub enum SwitchOr<T> {
    /// As `true` or `false`.
    Switch(bool),
    /// As a mapping.
    Mapping(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Either<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Either<T>, D::Error> {
        deserializer.deserialize_any(EitherVisitor(PhantomData))
    }
}

struct EitherVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for EitherVisitor<T> {
    type Value = Either<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string or a mapping")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Either<T>, E> {
        Ok(Either::Text(text.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Either<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Either::Mapping)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for SwitchOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<SwitchOr<T>, D::Error> {
        deserializer.deserialize_any(SwitchVisitor(PhantomData))
    }
}

struct SwitchVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for SwitchVisitor<T> {
    type Value = SwitchOr<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("`true`, `false` or a mapping")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<SwitchOr<T>, E> {
        Ok(SwitchOr::Switch(value))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SwitchOr<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(SwitchOr::Mapping)
    }
}

#[cfg(feature = "schema")]
mod schema {
    use std::borrow::Cow;

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::{Either, SwitchOr};

    impl<T: JsonSchema> JsonSchema for Either<T> {
        fn schema_name() -> Cow<'static, str> {
            format!("TextOr{}", T::schema_name()).into()
        }

        fn inline_schema() -> bool {
            true
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            let mapping = generator.subschema_for::<T>();
            json_schema!({ "anyOf": [{ "type": "string" }, mapping] })
        }
    }

    impl<T: JsonSchema> JsonSchema for SwitchOr<T> {
        fn schema_name() -> Cow<'static, str> {
            format!("SwitchOr{}", T::schema_name()).into()
        }

        fn inline_schema() -> bool {
            true
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            let mapping = generator.subschema_for::<T>();
            json_schema!({ "anyOf": [{ "type": "boolean" }, mapping] })
        }
    }
}
