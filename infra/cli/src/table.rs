//! The embedded table, made from the table's description in `template.yaml`, so that the two can't
//! drift; and the real one, for commands that are told no file.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context as _, bail};
use dynoxide::Database;
use serde_json::{Map, Value};
use store::Store;
use tokio::net::TcpListener;

/// What the table is called on this machine.
pub const TABLE: &str = "lixiao";

const TEMPLATE: &str = include_str!("../../template.yaml");
/// What of the template's description the embedded table understands.
const UNDERSTOOD: [&str; 4] = ["AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode"];

/// The template as plain values, for those who compare with it. CloudFormation's tags are kept as
/// maps of one entry, `!Ref X` as `{"!Ref": "X"}`.
pub fn template() -> anyhow::Result<Value> {
    let yaml: serde_yaml_ng::Value = serde_yaml_ng::from_str(TEMPLATE).context("template.yaml")?;
    plain(yaml)
}

fn plain(yaml: serde_yaml_ng::Value) -> anyhow::Result<Value> {
    use serde_yaml_ng::Value as Yaml;
    Ok(match yaml {
        Yaml::Tagged(tagged) => {
            Value::Object(Map::from_iter([(tagged.tag.to_string(), plain(tagged.value)?)]))
        }
        Yaml::Sequence(items) => Value::Array(items.into_iter().map(plain).collect::<Result<_, _>>()?),
        Yaml::Mapping(pairs) => {
            let mut map = Map::new();
            for (key, value) in pairs {
                let key = key.as_str().context("template.yaml has a key that isn't text")?.to_owned();
                map.insert(key, plain(value)?);
            }
            Value::Object(map)
        }
        scalar => serde_json::to_value(scalar)?,
    })
}

/// Opens the embedded table in a file or in memory, making it if it isn't there.
pub fn open(file: Option<&Path>) -> anyhow::Result<Database> {
    let database = match file {
        Some(file) => Database::new(file.to_str().context("the data file's name isn't UTF-8")?),
        None => Database::memory(),
    };
    let database = database.map_err(|error| anyhow::anyhow!("the embedded table: {error}"))?;
    if database.get_table_metadata(TABLE).ok().flatten().is_none() {
        let mut description = Map::from_iter([("TableName".to_owned(), TABLE.into())]);
        let template = template()?;
        let properties = &template["Resources"]["Table"]["Properties"];
        for name in UNDERSTOOD {
            description.insert(name.to_owned(), properties[name].clone());
        }
        let request =
            serde_json::from_value(Value::Object(description)).context("the table in template.yaml")?;
        database.create_table(request).map_err(|error| anyhow::anyhow!("the embedded table: {error}"))?;
    }
    Ok(database)
}

/// Serves the embedded table to any DynamoDB client. It has threads of its own: its calls block.
pub async fn serve(database: Database, address: SocketAddr) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind(address).await.with_context(|| format!("listen on {address}"))?;
    let address = listener.local_addr()?;
    let listener = listener.into_std()?;
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let served = runtime.map(|runtime| {
            runtime.block_on(async {
                let listener = TcpListener::from_std(listener)?;
                dynoxide::server::serve_on(listener, database).await;
                std::io::Result::Ok(())
            })
        });
        if let Err(error) = served {
            eprintln!("lixiao: the embedded table stopped: {error}");
        }
    });
    Ok(address)
}

/// The table in a file, or the one that the environment names.
pub async fn existing(file: Option<&Path>) -> anyhow::Result<Store> {
    match file {
        Some(file) => {
            if !file.exists() {
                bail!("there is no file {}", file.display());
            }
            let name = file.to_str().context("the data file's name isn't UTF-8")?;
            if std::fs::metadata(file)?.len() == 0 {
                bail!("{name} is empty");
            }
            let database = Database::new(name).map_err(|error| anyhow::anyhow!("{name}: {error}"))?;
            if database.get_table_metadata(TABLE).ok().flatten().is_none() {
                bail!("{name} holds no table of Lixiao");
            }
            let address = serve(database, SocketAddr::from(([127, 0, 0, 1], 0))).await?;
            Ok(Store::at_address(&format!("http://{address}"), TABLE.to_owned()))
        }
        None => {
            let table = std::env::var("LIXIAO_TABLE")
                .context("name the embedded table with --data FILE, or one on AWS with LIXIAO_TABLE")?;
            if let Some(missing) = aws_env::missing() {
                bail!(
                    "the environment lacks {missing}: `eval \"$(aws configure export-credentials --format env)\"`, and AWS_REGION"
                );
            }
            Ok(Store::on_aws(&aws_env::config(), table))
        }
    }
}
