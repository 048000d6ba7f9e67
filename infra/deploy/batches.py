"""Deploys the batch files and nothing else: takes the template as it is deployed, changes where its layer of batches
comes from, shows the change set, asks, and carries it out. Whatever else has changed in the work tree stays here."""

import argparse
import hashlib
import io
import json
import sys
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def zipped(folder: Path) -> bytes:
    """The layer's zip: `batches/*.toml`, the same bytes for the same files."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        sys.exit(f"there is no batch file in {folder}")
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as layer:
        for file in files:
            layer.writestr(zipfile.ZipInfo(f"batches/{file.name}"), file.read_bytes())
    return memory.getvalue()


def place(uri) -> tuple[str, str]:
    """Bucket and folder of a layer's content, as `sam deploy` wrote it."""
    if isinstance(uri, dict):
        return uri["Bucket"], uri["Key"].rpartition("/")[0]
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key.rpartition("/")[0]


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


def main() -> None:
    import boto3  # The SAM CLI brings it; the functions above are tested without.

    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--stack", default="lixiao")
    arguments.add_argument("--batches", type=Path, default=ROOT / "infra/batches")
    arguments.add_argument("--yes", action="store_true", help="don't ask")
    asked = arguments.parse_args()

    stacks, files = boto3.client("cloudformation"), boto3.client("s3")
    template = stacks.get_template(StackName=asked.stack, TemplateStage="Original")["TemplateBody"]
    if isinstance(template, str):
        template = yaml_of(template)
    layer = template["Resources"]["BatchLayer"]["Properties"]
    content = zipped(asked.batches)
    bucket, folder = place(layer["ContentUri"])
    key = "/".join(part for part in (folder, f"batches-{hashlib.sha256(content).hexdigest()[:32]}.zip") if part)
    files.put_object(Bucket=bucket, Key=key, Body=content)
    layer["ContentUri"] = f"s3://{bucket}/{key}"

    known = stacks.describe_stacks(StackName=asked.stack)["Stacks"][0].get("Parameters", [])
    name = f"batches-{int(time.time())}"
    stacks.create_change_set(
        StackName=asked.stack,
        ChangeSetName=name,
        TemplateBody=json.dumps(template, ensure_ascii=False),
        Parameters=[{"ParameterKey": one["ParameterKey"], "UsePreviousValue": True} for one in known],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    state = {"Status": "CREATE_PENDING"}
    while state["Status"] in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
        time.sleep(2)
        state = stacks.describe_change_set(StackName=asked.stack, ChangeSetName=name)
    if state["Status"] == "FAILED":
        stacks.delete_change_set(StackName=asked.stack, ChangeSetName=name)
        sys.exit(f"nothing to deploy, or it can't be: {state.get('StatusReason', '')}")
    changes = [change["ResourceChange"] for change in state["Changes"]]
    for change in changes:
        print(f"  {change['Action']:<8} {change['ResourceType']:<28} {change['LogicalResourceId']}")
    strange = [change["LogicalResourceId"] for change in changes if not harmless(change)]
    if strange or "NextToken" in state:
        stacks.delete_change_set(StackName=asked.stack, ChangeSetName=name)
        sys.exit(f"more than batch files would change, so nothing was done: {', '.join(strange) or 'too many changes'}")
    if not asked.yes and input("deploy this? [y/N] ").strip().lower() != "y":
        stacks.delete_change_set(StackName=asked.stack, ChangeSetName=name)
        sys.exit("nothing was done")
    stacks.execute_change_set(StackName=asked.stack, ChangeSetName=name)
    stacks.get_waiter("stack_update_complete").wait(StackName=asked.stack, WaiterConfig={"Delay": 5})
    print("deployed: new requests read the new files within a minute")


def yaml_of(text: str) -> dict:
    """The template with CloudFormation's short tags written out, so that it can be sent as JSON."""
    from samtranslator.yaml_helper import yaml_parse

    return yaml_parse(text)


if __name__ == "__main__":
    main()
