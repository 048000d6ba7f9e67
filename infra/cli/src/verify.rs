//! `lixiao verify`: whether a slip is genuine, without asking anybody: its code's signature, the paper's number and name
//! against the code's digest, and a later checkpoint that must hold the record.

use std::io::{BufRead as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, bail};
use domain::clearance::Clearance;
use edge::token::{SlipClaims, SlipVerifier};
use ledger::Head;

use crate::notes::{self, KnownKeys};

/// What stands on the paper.
#[derive(Debug, Clone, Default)]
pub struct Paper {
    /// 学号.
    pub number: Option<String>,
    /// 姓名.
    pub name: Option<String>,
}

/// Checks a slip's code against the paper, and against a checkpoint if there is one.
pub fn run(
    token: &str,
    keys: &str,
    paper: Paper,
    checkpoint: Option<&Path>,
    checkpoint_keys: Vec<String>,
) -> anyhow::Result<()> {
    let token = token.rsplit('/').next().unwrap_or(token);
    let slip = SlipVerifier::of(keys.split(','))?.verify(token).context("不是真的 / not genuine")?;
    let number = paper.number.map_or_else(|| ask("纸上的学号 / student number on the paper"), Ok)?;
    let name = paper.name.map_or_else(|| ask("纸上的姓名 / name on the paper"), Ok)?;
    if !slip.proves(number.trim(), name.trim()) {
        bail!(
            "签名为真，但学号或姓名与纸上不符 / the signature is ours, but of another number or name than this paper's"
        );
    }
    println!("真实 / genuine: {} {} {} {}", slip.batch, number.trim(), name.trim(), slip.on);
    if let Some(file) = checkpoint {
        println!("{}", held(&slip, number.trim(), file, checkpoint_keys)?);
    }
    println!(
        "签名为真；是否在开出后被撤销，请联网核验。/ The signature is ours; whether a step was revoked since, only the address can say."
    );
    Ok(())
}

/// Whether a checkpoint holds a slip's record.
fn held(slip: &SlipClaims, number: &str, file: &Path, public_key: Vec<String>) -> anyhow::Result<String> {
    let (signed, known) = notes::read(file, &slip.batch, &KnownKeys { public_key })?;
    let subject = Clearance::subject(&slip.batch, &number.parse().context("the student number")?);
    let taken = &signed.checkpoint.taken_at;
    let then = Head { version: slip.version, hash: slip.head };
    let said = match signed.heads.get(&subject) {
        Some(head) if head == then => {
            format!("{taken} 的存证包含本单 / the checkpoint of {taken} holds this record")
        }
        Some(head) if head.version > then.version => format!(
            "{taken} 的存证包含其后的记录（又有 {0} 条） / the checkpoint of {taken} holds this record with {0} more events",
            head.version - then.version
        ),
        Some(_) => bail!(
            "{taken} 的存证与本单不符 / the checkpoint of {taken} holds another record than this slip's"
        ),
        None => bail!("{taken} 的存证没有此人 / the checkpoint of {taken} doesn't hold this record"),
    };
    let unsure = if known {
        ""
    } else {
        "；未核对存证签名 / its signature was not checked: give --checkpoint-keys"
    };
    Ok(format!("{said}{unsure}"))
}

fn ask(what: &str) -> anyhow::Result<String> {
    print!("{what}: ");
    std::io::stdout().flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line)
}
