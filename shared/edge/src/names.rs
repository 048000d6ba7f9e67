//! The names in a route's path, read as what they name. What can't be one isn't found.

use std::collections::HashMap;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use domain::field::{FieldFault, FieldRule};
use domain::ids::{ImportId, LetterNumber, PersonId, StepNumber, StudentId};
use domain::refusal::{Refusal, What};
use domain::university::Numbers;

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
        let student = if text == "me" { caller.student() } else { number_in_path(text).parse().ok() };
        student.ok_or(Refusal::NotFound(What::Student).into())
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
    pub fn operator(&self, numbers: &Numbers) -> Result<PersonId, Problem> {
        let text = number_in_path(self.text("id").unwrap_or_default());
        match numbers.person(&text) {
            Ok(person) => Ok(person),
            Err(rule @ FieldRule::Unlike(..)) => {
                Err(Refusal::InvalidFields(vec![FieldFault::new("id", rule)]).into())
            }
            Err(_) => Err(Refusal::NotFound(What::Operator).into()),
        }
    }
}

/// A number as it stands in a path: a slash of its own is `~` there, which no number has, or `%2F` where whatever lies
/// between leaves that alone.
fn number_in_path(text: &str) -> String {
    text.replace('~', "/")
}
