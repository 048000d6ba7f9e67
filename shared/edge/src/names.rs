//! The names in a route's path, read as what they name. What can't be one isn't found.

use std::collections::HashMap;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use domain::ids::{ImportId, LetterNumber, PersonId, StepNumber, StudentId};
use domain::refusal::{Refusal, What};

use crate::app::App;
use crate::problem::Problem;

/// The names in a route's path.
#[derive(Debug, Clone, Default)]
pub struct PathParams(HashMap<String, String>);

impl FromRequestParts<App> for PathParams {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let names = Path::<HashMap<String, String>>::from_request_parts(parts, app).await;
        names.map(|Path(names)| Self(names)).map_err(|_| Refusal::NotFound(What::Page).into())
    }
}

impl PathParams {
    /// One name as it stands there.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The student of the path; `me` is the caller.
    pub fn student(&self, caller: &PersonId) -> Result<StudentId, Problem> {
        let text = self.text("student").unwrap_or_default();
        let text = if text == "me" { caller.as_str() } else { text };
        text.parse().map_err(|_| Refusal::NotFound(What::Student).into())
    }

    /// The step of the path.
    pub fn step(&self) -> Result<StepNumber, Problem> {
        let digits = self.text("step").filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
        digits.and_then(|text| text.parse().ok()).map(StepNumber).ok_or(Refusal::NotFound(What::Step).into())
    }

    /// The import of the path.
    pub fn import(&self) -> Result<ImportId, Problem> {
        let import = self.text("import").and_then(|text| text.parse().ok());
        import.ok_or(Refusal::NotFound(What::Import).into())
    }

    /// The letter of the path.
    pub fn letter(&self) -> Result<LetterNumber, Problem> {
        let number = self.text("number").and_then(|text| text.parse().ok());
        number.ok_or(Refusal::NotFound(What::Letter).into())
    }

    /// The operator of the path.
    pub fn operator(&self) -> Result<PersonId, Problem> {
        let id = self.text("id").and_then(|text| text.parse().ok());
        id.ok_or(Refusal::NotFound(What::Operator).into())
    }
}
