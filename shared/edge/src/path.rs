//! The names in a route's path, as the document says them: `params(path::Batch, path::Student)`.

use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::{IntoParams, PartialSchema as _};

use crate::contract;

macro_rules! names {
    ($($(#[doc = $words:literal])+ $name:ident = $text:literal: $schema:ty;)+) => {$(
        $(#[doc = $words])+
        #[derive(Debug)]
        pub struct $name;

        impl IntoParams for $name {
            fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
                let parameter = ParameterBuilder::new()
                    .name($text)
                    .parameter_in(ParameterIn::Path)
                    .required(Required::True)
                    .description(Some(concat!($($words),+).trim()))
                    .schema(Some(<$schema>::schema()));
                vec![parameter.build()]
            }
        }
    )+};
}

names! {
    /// The batch, e.g. 2018-01
    Batch = "batch": contract::Batch;
    /// A student number, a slash in it as `~`; or `me`
    Student = "student": contract::StudentOrMe;
    /// The step's number
    Step = "step": contract::Step;
    /// The letter's number
    Letter = "number": contract::LetterNumber;
    /// The import, as its caller named it
    Import = "import": contract::ImportName;
    /// A number, behind its kind where only that says whose: `20080123`, `external:20080123`; a slash in it as `~`
    Operator = "id": contract::PersonInPath;
    /// `party-forms.xlsx`, `letters.xlsx` or `progress.xlsx`
    SheetFile = "file": contract::SheetFile;
    /// `{number}.pdf`, or `{first}-{last}.pdf`
    LettersFile = "file": contract::LettersFile;
    /// A file of the pages, e.g. `app.css`
    Asset = "file": contract::AnyText;
    /// The version of the files, as the page says it
    AssetVersion = "version": contract::AnyText;
    /// What the slip's QR code holds
    SlipToken = "token": contract::AnyText;
}
