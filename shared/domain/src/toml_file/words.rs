//! Texts for people: plain, or once in each language; and lists that may be one.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

/// A text as it is written: `"图书馆"`, or `{ zh = "图书馆", en = "Library" }`.
#[derive(Debug, Clone)]
pub(crate) enum RawText {
    Plain(String),
    Each(RawEach),
}

/// A text once in each language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawEach {
    pub(crate) zh: Option<String>,
    pub(crate) en: Option<String>,
}

impl<'de> Deserialize<'de> for RawText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = RawText;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or one in each language")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<RawText, E> {
                Ok(RawText::Plain(text.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawText, A::Error> {
                RawEach::deserialize(MapAccessDeserializer::new(map)).map(RawText::Each)
            }
        }
        deserializer.deserialize_any(Read)
    }
}

/// A text, or several in brackets.
#[derive(Debug, Clone, Default)]
pub(crate) struct OneOrMany(pub(crate) Vec<Spanned<String>>);

/// What stands behind a key of a condition: values, another condition, or something that is neither.
#[derive(Debug, Clone)]
pub(crate) enum RawCondition {
    Values(Vec<Spanned<String>>),
    Of(RawWhen),
    /// `true` or `false`, which is the answer of a yes-no in the wrong word.
    Answer(bool),
    Neither,
}

/// A condition as it is written: `{ campus = ["lianhua"], not = { level = ["doctor"] } }`.
#[derive(Debug, Clone, Default)]
pub(crate) struct RawWhen(pub(crate) Vec<(Spanned<String>, Spanned<RawCondition>)>);

struct ReadCondition;

impl<'de> Visitor<'de> for ReadCondition {
    type Value = RawCondition;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("values in brackets")
    }
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<RawCondition, E> {
        Ok(RawCondition::Values(vec![Spanned::new(0..0, text.to_owned())]))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<RawCondition, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element::<Spanned<String>>()? {
            values.push(value);
        }
        Ok(RawCondition::Values(values))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawCondition, A::Error> {
        RawWhen::entries(map).map(RawCondition::Of)
    }
    fn visit_bool<E>(self, answer: bool) -> Result<RawCondition, E> {
        Ok(RawCondition::Answer(answer))
    }
    fn visit_i64<E>(self, _: i64) -> Result<RawCondition, E> {
        Ok(RawCondition::Neither)
    }
    fn visit_f64<E>(self, _: f64) -> Result<RawCondition, E> {
        Ok(RawCondition::Neither)
    }
}

impl<'de> Deserialize<'de> for RawCondition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReadCondition)
    }
}

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = OneOrMany;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("texts in brackets")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<OneOrMany, E> {
                Ok(OneOrMany(vec![Spanned::new(0..0, text.to_owned())]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<OneOrMany, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = list.next_element::<Spanned<String>>()? {
                    texts.push(text);
                }
                Ok(OneOrMany(texts))
            }
        }
        deserializer.deserialize_any(Read)
    }
}

impl RawWhen {
    fn entries<'de, A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry::<Spanned<String>, Spanned<RawCondition>>()? {
            entries.push(entry);
        }
        Ok(Self(entries))
    }
}

impl<'de> Deserialize<'de> for RawWhen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = RawWhen;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("facts and their values in braces")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawWhen, A::Error> {
                RawWhen::entries(map)
            }
        }
        deserializer.deserialize_map(Read)
    }
}
