//! The template: its functions, their programs and their limits.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use lixiao::table;
use serde_json::Value;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The program of a function: as `make zips` unpacked it, or, where `LIXIAO_PROGRAMS` names a folder, as
/// cargo put it there.
pub fn program(function: &str) -> PathBuf {
    let program = match std::env::var_os("LIXIAO_PROGRAMS") {
        Some(folder) => root().join(folder).join(function),
        None => root().join("target/lambda").join(function).join("bootstrap"),
    };
    assert!(program.exists(), "{} is missing: `make zips` builds it", program.display());
    program
}

/// The template, read once for all servers of a test program.
pub fn template() -> &'static Value {
    static TEMPLATE: OnceLock<Value> = OnceLock::new();
    TEMPLATE.get_or_init(|| table::template().unwrap())
}

/// The functions of the template: name of the folder, and its properties.
pub fn functions() -> Vec<(String, Value)> {
    let resources = template()["Resources"].as_object().unwrap();
    let functions = resources.values().filter(|resource| resource["Type"] == "AWS::Serverless::Function");
    let folder = |properties: &Value| {
        let code = properties["CodeUri"].as_str().unwrap();
        code.trim_start_matches("../target/lambda/").trim_end_matches("/bootstrap.zip").to_owned()
    };
    functions.map(|f| (folder(&f["Properties"]), f["Properties"].clone())).collect()
}

/// How long a function may take, by the template.
pub(crate) fn timeout(function: &str) -> Duration {
    static TIMEOUTS: OnceLock<(HashMap<String, u64>, u64)> = OnceLock::new();
    let (own, usual) = TIMEOUTS.get_or_init(|| {
        let usual = template()["Globals"]["Function"]["Timeout"].as_u64().unwrap();
        let own = functions().into_iter().filter_map(|(name, p)| Some((name, p["Timeout"].as_u64()?)));
        (own.collect(), usual)
    });
    Duration::from_secs(own.get(function).copied().unwrap_or(*usual))
}
