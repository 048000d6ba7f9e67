"""Deploys the batch files and nothing else: takes the template as it is deployed, shows how the files differ from those
that are out there, changes where the layer of batches comes from, shows what would change, asks, and carries it out.
Whatever else has changed in the work tree stays here."""

import argparse
import difflib
import hashlib
import io
import json
import subprocess
import sys
import time
import tomllib
import zipfile
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]


def zipped(folder: Path) -> bytes:
    """The layer's zip: `batches/*.toml`, the same bytes for the same files, readable for everybody as Lambda wants it."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        sys.exit(f"there is no batch file in {folder}")
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as layer:
        for file in files:
            entry = zipfile.ZipInfo(f"batches/{file.name}")
            entry.create_system, entry.external_attr, entry.compress_type = 3, 0o100644 << 16, zipfile.ZIP_DEFLATED
            layer.writestr(entry, file.read_bytes())
    return memory.getvalue()


def files_of(layer: bytes) -> dict[str, str]:
    """The batch files of a layer's zip."""
    with zipfile.ZipFile(io.BytesIO(layer)) as entries:
        return {name: entries.read(name).decode() for name in entries.namelist() if name.endswith(".toml")}


def difference(before: dict[str, str], after: dict[str, str]) -> str:
    """What is different, file by file."""
    lines = []
    for name in sorted(before | after):
        old, new = before.get(name, "").splitlines(), after.get(name, "").splitlines()
        lines += difflib.unified_diff(old, new, f"deployed {name}", f"new {name}", lineterm="", n=1)
    return "\n".join(lines)


def place(uri) -> tuple[str, str]:
    """Bucket and key of a layer's content, as `sam deploy` wrote it."""
    if isinstance(uri, dict):
        return uri["Bucket"], uri["Key"]
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


def address(endpoint: str, bucket: str, key: str) -> str:
    """Where CloudFormation fetches an uploaded file; `endpoint` is S3's own, which differs by region and in China."""
    return f"{endpoint.rstrip('/')}/{bucket}/{quote(key)}"


def harmless(change: dict) -> bool:
    """Whether a change is one that new batch files make: a new version of their layer, and functions that use it.
    Whatever names a function by its attributes is listed too, in case these change; they don't."""
    logical, kind = change["LogicalResourceId"], change["ResourceType"]
    if kind == "AWS::Lambda::LayerVersion":
        return logical.startswith("BatchLayer")
    if change["Action"] != "Modify" or change.get("Replacement") == "True":
        return False
    if kind == "AWS::Lambda::Function":
        return change["Replacement"] == "False"
    details = change.get("Details", [])
    return bool(details) and all(detail["Evaluation"] == "Dynamic" for detail in details)


def yaml_of(text: str) -> dict:
    """The template with CloudFormation's short tags written out, so that it can be sent as JSON."""
    from samtranslator.yaml_helper import yaml_parse

    return yaml_parse(text)


def region() -> str | None:
    """The region of samconfig.toml, if it says one."""
    settings = tomllib.loads((ROOT / "samconfig.toml").read_text())["default"]
    return next((part["parameters"]["region"] for part in settings.values() if "region" in part.get("parameters", {})), None)


def carry_out(stacks, stack: str, template_url: str, sure: bool) -> None:
    """Makes the change set, and executes it if it is harmless and somebody says yes; otherwise nothing is left of it."""
    known = stacks.describe_stacks(StackName=stack)["Stacks"][0]
    name = f"batches-{int(time.time())}"
    stacks.create_change_set(
        StackName=stack,
        ChangeSetName=name,
        ChangeSetType="UPDATE",
        # Sent with the call, a template may have 51,200 bytes; fetched from S3, 1 MB.
        TemplateURL=template_url,
        Parameters=[{"ParameterKey": one["ParameterKey"], "UsePreviousValue": True} for one in known.get("Parameters", [])],
        Tags=known.get("Tags", []),
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    try:
        state = {"Status": "CREATE_PENDING"}
        while state["Status"] in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
            time.sleep(2)
            state = stacks.describe_change_set(StackName=stack, ChangeSetName=name)
        if state["Status"] == "FAILED":
            sys.exit(f"nothing to deploy, or it can't be: {state.get('StatusReason', '')}")
        changes = [change["ResourceChange"] for change in state["Changes"]]
        for change in changes:
            print(f"  {change['Action']:<8} {change['ResourceType']:<28} {change['LogicalResourceId']}")
        strange = [change["LogicalResourceId"] for change in changes if not harmless(change)]
        if strange or "NextToken" in state:
            sys.exit(f"more than batch files would change, so nothing was done: {', '.join(strange) or 'too many'}")
        if not sure and input("deploy this? [y/N] ").strip().lower() != "y":
            sys.exit("nothing was done")
    except BaseException:
        stacks.delete_change_set(StackName=stack, ChangeSetName=name)
        raise
    stacks.execute_change_set(StackName=stack, ChangeSetName=name)
    stacks.get_waiter("stack_update_complete").wait(StackName=stack, WaiterConfig={"Delay": 5})
    print("deployed: new requests read the new files within a minute")


def main(words: list[str] | None = None) -> None:
    import boto3  # The SAM CLI brings it; the functions above are tested without.

    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--stack", default="lixiao")
    arguments.add_argument("--batches", type=Path, default=ROOT / "infra/batches")
    arguments.add_argument("--remove", action="store_true", help="also takes batches away: their slips read as forged then")
    arguments.add_argument("--yes", action="store_true", help="don't ask")
    asked = arguments.parse_args(words)
    unsaved = subprocess.run(["git", "status", "--porcelain", asked.batches], capture_output=True, text=True, cwd=ROOT, check=True)
    if unsaved.stdout:
        sys.exit(f"commit these first, so that everybody has what is out there:\n{unsaved.stdout}")

    session = boto3.Session(region_name=region())
    stacks, files = session.client("cloudformation"), session.client("s3")
    template = stacks.get_template(StackName=asked.stack, TemplateStage="Original")["TemplateBody"]
    if isinstance(template, str):
        template = yaml_of(template)
    layer = template["Resources"]["BatchLayer"]["Properties"]
    bucket, old = place(layer["ContentUri"])
    content = zipped(asked.batches)
    before = files_of(files.get_object(Bucket=bucket, Key=old)["Body"].read())
    after = files_of(content)
    print(difference(before, after) or "the files are those that are deployed")
    gone = sorted(before.keys() - after.keys())
    if gone and not asked.remove:
        sys.exit(f"deployed, and not here: {', '.join(gone)}. Is this folder up to date? --remove takes them away")
    folder = old.rpartition("/")[0]

    def upload(body: bytes, ending: str) -> str:
        key = "/".join(part for part in (folder, f"batches-{hashlib.sha256(body).hexdigest()[:32]}.{ending}") if part)
        files.put_object(Bucket=bucket, Key=key, Body=body)
        return key

    layer["ContentUri"] = f"s3://{bucket}/{upload(content, 'zip')}"
    text = upload(json.dumps(template, ensure_ascii=False).encode(), "template")
    carry_out(stacks, asked.stack, address(files.meta.endpoint_url, bucket, text), asked.yes)


if __name__ == "__main__":
    main()
