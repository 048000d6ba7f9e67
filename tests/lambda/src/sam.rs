//! The same events for `sam local invoke`, which runs a function in Amazon's own container: everything filled in, and
//! a template by which the containers find this machine's table, secrets and batch. The stack's own template won't
//! do: sam sets no variable that a template doesn't name, and the addresses of stand-ins have no place there.

use std::path::Path;

use api_tests::fleet::Environment;
use api_tests::template::template;
use serde_json::{Map, Value, json};

use crate::events::all;
use crate::scene::Scene;

/// Where files lie is said by the layers; the rest by sam and by Amazon's image.
const SAID_ELSEWHERE: [&str; 8] = [
    "LIXIAO_BATCHES",
    "LIXIAO_FONTS",
    "SSL_CERT_FILE",
    "TZ",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
];

/// Writes the events, the layer of the batch, and the template of them all.
pub async fn write(scene: &Scene, folder: &Path) -> anyhow::Result<()> {
    let layer = folder.join("layer/batches");
    std::fs::create_dir_all(&layer)?;
    for file in std::fs::read_dir(scene.deployed().layer.path())? {
        let file = file?;
        std::fs::copy(file.path(), layer.join(file.file_name()))?;
    }
    for event in all()? {
        let filled = scene.event(&event.text).await?;
        let file = folder.join(format!("{}.json", event.name));
        std::fs::write(file, serde_json::to_string_pretty(&filled)?)?;
    }
    std::fs::write(folder.join("template.json"), serde_json::to_string_pretty(&template_of(scene))?)?;
    Ok(())
}

/// The functions of the stack's template under their names, their roles aside.
fn template_of(scene: &Scene) -> Value {
    let layer =
        |folder: &str| json!({"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": folder}});
    let mut resources = Map::from_iter([
        ("BatchLayer".to_owned(), layer("layer")),
        ("FontLayer".to_owned(), layer("../layers/fonts")),
    ]);
    let usual = &template()["Globals"]["Function"];
    for (name, resource) in template()["Resources"].as_object().into_iter().flatten() {
        let own = &resource["Properties"];
        let Some(code) = own["CodeUri"].as_str() else { continue };
        let function = code.trim_start_matches("../target/lambda/").trim_end_matches("/bootstrap.zip");
        let timeout = if own["Timeout"].is_null() { &usual["Timeout"] } else { &own["Timeout"] };
        let properties = json!({
            "Runtime": usual["Runtime"], "Handler": usual["Handler"], "Architectures": ["x86_64"],
            // A container is no measure of memory.
            "MemorySize": 512, "Timeout": timeout,
            "CodeUri": format!("../lambda/{function}/bootstrap.zip"),
            "Layers": [{"Ref": "BatchLayer"}, {"Ref": "FontLayer"}],
            "Environment": {"Variables": environment(scene, function)},
        });
        resources.insert(name.clone(), json!({"Type": resource["Type"], "Properties": properties}));
    }
    json!({
        "AWSTemplateFormatVersion": "2010-09-09", "Transform": "AWS::Serverless-2016-10-31",
        "Resources": resources,
    })
}

fn environment(scene: &Scene, function: &str) -> Environment {
    let mut environment = scene.fleet().environment().clone();
    environment.retain(|name, _| !SAID_ELSEWHERE.contains(&name.as_str()));
    // By its key the table and the secrets know whose policy a call is held against.
    environment.insert("AWS_ACCESS_KEY_ID".to_owned(), function.to_owned());
    environment.extend(scene.fleet().overrides.lock().unwrap().get(function).cloned().unwrap_or_default());
    environment
}
