//! The files of `events/`: what API Gateway or the schedule hands to a function, one for each route. What differs
//! from run to run stands in them as `<…>`; [`crate::scene`] says what each of these words means.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use api_tests::gateway::routes_of_the_template;
use api_tests::template::functions;
use serde_json::Value;

/// A file of `events/`.
pub struct Event {
    /// Its name, without folder and ending.
    pub name: String,
    /// The route as API Gateway knows it, `GET /api/me`; none of a scheduled one.
    pub route: Option<String>,
    /// The function that it is for.
    pub function: String,
    /// What it says, nothing filled in.
    pub text: String,
}

/// Where they are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events")
}

/// All of them, by name.
pub fn all() -> anyhow::Result<Vec<Event>> {
    let files = std::fs::read_dir(folder())?.map(|file| Ok(file?.path()));
    let mut files = files.collect::<anyhow::Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    files.iter().map(|file| Event::read(file)).collect()
}

impl Event {
    /// Reads one.
    pub fn read(file: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| format!("{}", file.display()))?;
        let event: Value =
            serde_json::from_str(&text).with_context(|| format!("{} is no JSON", file.display()))?;
        let route = event["routeKey"].as_str().map(str::to_owned);
        let function = match &route {
            Some(route) => routes_of_the_template().get(route).cloned(),
            None if event["source"] == "aws.events" => scheduled(&event["resources"]),
            None => bail!("{}: neither API Gateway's payload 2.0 nor a schedule's event", file.display()),
        };
        let function =
            function.with_context(|| format!("{}: the template has no such route", file.display()))?;
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { name, route, function, text })
    }
}

/// The function that a schedule's rule calls, by what it is called after.
fn scheduled(rules: &Value) -> Option<String> {
    let called = rules[0].as_str()?.rsplit('-').next()?.to_owned();
    let is_scheduled = |properties: &Value| {
        let events = properties["Events"].as_object();
        events.into_iter().flat_map(|events| events.values()).any(|event| event["Type"] == "Schedule")
    };
    let mut functions = functions().into_iter();
    functions.find(|(name, properties)| *name == called && is_scheduled(properties)).map(|(name, _)| name)
}

/// A text with each `<…>` replaced by what it stands for.
pub async fn filled(
    text: &str,
    mut meaning: impl AsyncFnMut(&str) -> anyhow::Result<String>,
) -> anyhow::Result<String> {
    let (mut filled, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('<') {
        let (word, after) = after.split_once('>').context("a < without its >")?;
        filled.push_str(before);
        filled.push_str(&meaning(word).await?);
        rest = after;
    }
    Ok(filled + rest)
}
