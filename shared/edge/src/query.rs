//! Queries: one declaration says which names there are, how each is read and what the document says of it. All that
//! is wrong with a query is named at once.

use std::collections::BTreeMap;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::field::{FieldFault, FieldRule};
use domain::refusal::Refusal;
use utoipa::openapi::path::{self, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{RefOr, Required as IsRequired};

use crate::problem::Problem;

pub mod value;

/// Declares a query as an extractor, with the words of its parameters in the document:
/// `edge::query! { /** … */ struct LettersQuery { /** One state only. */ state: Option<State>, /** How many. */ limit: Limit<50> } }`.
#[macro_export]
macro_rules! query {
    ($(#[$about:meta])* $vis:vis struct $name:ident { $($(#[doc = $words:literal])+ $field:ident: $kind:ty),* $(,)? }) => {
        $(#[$about])*
        #[derive(Debug)]
        $vis struct $name { $($(#[doc = $words])+ $vis $field: $kind),* }

        impl<S: Send + Sync> ::axum::extract::FromRequestParts<S> for $name {
            type Rejection = $crate::Problem;

            #[allow(unused_mut, reason = "a query may have no names")]
            async fn from_request_parts(
                parts: &mut ::axum::http::request::Parts,
                _state: &S,
            ) -> Result<Self, $crate::Problem> {
                let mut query = $crate::Query::of(parts)?;
                $(let $field = query.read::<$kind>(stringify!($field));)*
                let read = || Some(Self { $($field: $field?),* });
                query.finish(read())
            }
        }

        impl ::utoipa::IntoParams for $name {
            fn into_params(
                _: impl Fn() -> Option<::utoipa::openapi::path::ParameterIn>,
            ) -> Vec<::utoipa::openapi::path::Parameter> {
                vec![$($crate::query::described::<$kind>(stringify!($field), concat!($($words),+))),*]
            }
        }
    };
}

query! {
    /// A query without any name.
    pub struct NoQuery {}
}

/// What can stand in a query.
pub trait Value: Sized {
    /// The most characters it may have.
    const LONGEST: usize;

    /// Reads it.
    fn read(text: &str) -> Result<Self, FieldRule>;

    /// What the document says of it.
    fn schema() -> RefOr<Schema>;
}

/// A parameter: a value that must be there or may be missing. One without any character is missing.
pub trait Parameter: Sized {
    /// Whether it must be there.
    const REQUIRED: bool;
    /// The most characters it may have.
    const LONGEST: usize;

    /// Reads it, if it was given.
    fn read(given: Option<&str>) -> Result<Self, FieldRule>;

    /// What the document says of it.
    fn schema() -> RefOr<Schema>;
}

impl<T: Value> Parameter for Option<T> {
    const REQUIRED: bool = false;
    const LONGEST: usize = T::LONGEST;

    fn read(given: Option<&str>) -> Result<Self, FieldRule> {
        given.map(T::read).transpose()
    }

    fn schema() -> RefOr<Schema> {
        T::schema()
    }
}

/// A parameter that must be there.
#[derive(Debug)]
pub struct Required<T>(pub T);

impl<T: Value> Parameter for Required<T> {
    const REQUIRED: bool = true;
    const LONGEST: usize = T::LONGEST;

    fn read(given: Option<&str>) -> Result<Self, FieldRule> {
        T::read(given.ok_or(FieldRule::Required)?).map(Self)
    }

    fn schema() -> RefOr<Schema> {
        T::schema()
    }
}

/// The query of a request, taken apart name by name.
#[derive(Debug)]
pub struct Query {
    values: BTreeMap<String, String>,
    faults: Vec<FieldFault>,
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        Self::of(parts)
    }
}

impl Query {
    /// The query of a request; a name that stands there twice is a fault.
    pub fn of(parts: &Parts) -> Result<Self, Problem> {
        let pairs =
            axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map_err(|_| {
                Refusal::InvalidFields(vec![FieldFault::new("query", FieldRule::ControlCharacters)])
            })?;
        let mut values = BTreeMap::new();
        let mut faults = Vec::new();
        for (name, value) in pairs.0 {
            if values.insert(name.clone(), value).is_some() {
                faults.push(FieldFault::new(name, FieldRule::Duplicate));
            }
        }
        Ok(Self { values, faults })
    }

    /// A text parameter, read leniently, for the sign-in: one that is too long counts as missing.
    pub fn text(&mut self, name: &str, longest: usize) -> Option<String> {
        self.take(name).filter(|value| value.chars().count() <= longest)
    }

    /// A value, if it was given and isn't empty.
    fn take(&mut self, name: &str) -> Option<String> {
        let value = self.values.remove(name)?;
        Some(value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// A parameter, unless something is wrong with it.
    pub fn read<P: Parameter>(&mut self, name: &str) -> Option<P> {
        let parameter = match self.take(name) {
            Some(value) if value.chars().count() > P::LONGEST => Err(FieldRule::TooLong { most: P::LONGEST }),
            value => P::read(value.as_deref()),
        };
        parameter.map_err(|rule| self.faults.push(FieldFault::new(name, rule))).ok()
    }

    /// What was read, unless something was wrong, or there is a name that nothing asked for.
    pub fn finish<T>(mut self, read: Option<T>) -> Result<T, Problem> {
        let unexpected = self.values.into_keys().take(20);
        self.faults.extend(unexpected.map(|name| FieldFault::new(name, FieldRule::Unexpected)));
        match read {
            Some(read) if self.faults.is_empty() => Ok(read),
            _ => Err(Refusal::InvalidFields(self.faults).into()),
        }
    }
}

/// A parameter in the document.
#[doc(hidden)]
pub fn described<P: Parameter>(name: &str, words: &str) -> path::Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(if P::REQUIRED { IsRequired::True } else { IsRequired::False })
        .description(Some(words.trim()))
        .schema(Some(P::schema()))
        .build()
}
