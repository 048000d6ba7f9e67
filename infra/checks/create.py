"""Creates the translated stacks in moto, an AWS in memory, and looks at every resource as an administrator would. What moto
can't create or doesn't keep is listed as that and counts for nothing. Run transform.py first; run this with .venv-checks'
Python."""

import argparse
import json
import os
import sys
from collections import defaultdict
from pathlib import Path

import boto3
from moto import mock_aws
from moto.cloudformation.parsing import get_model_map

import calls
import look
import stacks
from resolve import Resolver

STACK = "lixiao"
# Where only a part of a property can be compared.
PARTS = {
    "Body": "Body (every route, which function it leads to, CORS)",
    "NotificationsWithSubscribers": "NotificationsWithSubscribers (not whom they tell)",
    "Environment": "Environment (a reference to a secret only as it is written)",
}
# moto has nothing of these at all: only the promises look at them.
NOWHERE = {"AWS::Backup::BackupSelection"}
EMPTY_ZIP = b"PK\x05\x06" + bytes(18)


class Report:
    """Over all stacks: what of each type was compared, what wasn't, and what differed."""

    def __init__(self):
        self.stack = ""
        self.checked = defaultdict(set)
        self.compared = defaultdict(set)
        self.unseen = defaultdict(set)
        self.faults = []

    def resource(self, name: str, kind: str, wanted: dict, found: dict) -> bool:
        self.compared[kind] |= found.keys() & wanted.keys()
        self.unseen[kind] |= {(key, f"{self.stack}: {name}") for key in wanted.keys() - found.keys()}
        different = [key for key in found if found[key] != wanted.get(key)]
        for key in different:
            self.fault(f"{name}: {key} is {str(found[key])[:300]}, not {str(wanted.get(key))[:300]}")
        if not different:
            self.checked[kind].add(name)
        return not different

    def fault(self, text: str):
        self.faults.append(f"{self.stack}: {text}")

    def lost(self, kind: str) -> set[str]:
        """What moto never shows of a type; a property that only one resource lacks is a fault."""
        return {key for key, _ in self.unseen[kind]} - self.compared[kind]

    def finish(self):
        for kind, pairs in self.unseen.items():
            self.faults += [f"{name}: {key} is missing" for key, name in sorted(pairs) if key in self.compared[kind]]

    def print(self, supported: set[str]):
        print("created by the stack, and checked:")
        self.print_types(sorted(self.checked.keys() & supported))
        print("moto's CloudFormation does not create these; created by their own calls instead, and checked:")
        self.print_types(sorted(self.checked.keys() - supported))
        print("not checked, since moto doesn't keep it or doesn't show it:")
        for kind in sorted(self.unseen):
            if lost := self.lost(kind):
                print(f"    {kind}: {', '.join(sorted(lost))}")

    def print_types(self, kinds: list[str]):
        for kind in kinds:
            by_call = calls.PROPERTIES.get(kind, {})
            properties = [
                f"{key} (by its own call)" if key in by_call else PARTS.get(key, key)
                for key in sorted(self.compared[kind])]
            print(f"  {len(self.checked[kind]):3} {kind}: {', '.join(properties)}")


def client_of(region: str):
    clients = {}

    def client(service: str):
        if service not in clients:
            clients[service] = boto3.client(service, region_name=region)
        return clients[service]

    return client


def stack_template(template: dict, supported: set[str], resolver: Resolver) -> str:
    """What of the template moto's CloudFormation can take."""
    reduced = {key: value for key, value in template.items() if key != "Outputs"}
    reduced["Resources"] = {
        name: resource for name, resource in template["Resources"].items() if resource["Type"] in supported}
    # moto takes every region for one of partition `aws`, and can't know an interface that it didn't create.
    return (json.dumps(reduced).replace("${AWS::Partition}", resolver.partition)
            .replace('{"Ref": "Api"}', json.dumps(resolver.ids["Api"])).replace("${Api}", resolver.ids["Api"]))


def upload(aws, template: dict, region: str):
    """Something at each address in S3 that the template names."""
    aws("s3").create_bucket(Bucket="placeholder", CreateBucketConfiguration={"LocationConstraint": region})
    for resource in template["Resources"].values():
        code = resource["Properties"].get("Code") or resource["Properties"].get("Content")
        if code:
            aws("s3").put_object(Bucket=code["S3Bucket"], Key=code["S3Key"], Body=EMPTY_ZIP)


def create_stack(aws, template: dict, resolver: Resolver, values: dict[str, str], supported: set[str]):
    aws("cloudformation").create_stack(
        StackName=STACK, TemplateBody=stack_template(template, supported, resolver), Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()])
    stack, = aws("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    if stack["StackStatus"] != "CREATE_COMPLETE":
        raise SystemExit(f"create: the stack is {stack['StackStatus']}")
    for made in aws("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]:
        # moto gives permissions no name.
        # Nor does it say which resource a bucket is.
        if logical := made.get("LogicalResourceId"):
            resolver.ids[logical] = made.get("PhysicalResourceId", logical)
    resolver.ids["Checkpoints"], = [
        bucket["Name"] for bucket in aws("s3").list_buckets()["Buckets"] if bucket["Name"] != "placeholder"]
    for layer in aws("lambda").list_layers()["Layers"]:
        # moto names a layer after the resource, and not as the template says.
        logical = layer["LayerName"].removeprefix(f"{STACK}-").rsplit("-", 1)[0]
        resolver.ids[logical] = layer["LatestMatchingVersion"]["LayerVersionArn"]


def call_for_the_rest(aws, resolver: Resolver):
    for kind, call in calls.TYPES.items():
        for name, resource in resolver.resources().items():
            if resource["Type"] == kind:
                resolver.ids[name] = call(aws, name, resolver(resource["Properties"]), resolver.ids)
    for name, resource in resolver.resources().items():
        for key, call in calls.PROPERTIES.get(resource["Type"], {}).items():
            if key in resource["Properties"]:
                call(aws, resolver.ids[name], resolver(resource["Properties"][key]))


def check(template: dict, region: str, sign_in: str, supported: set[str], report: Report):
    """Creates one stack and looks at each of its resources."""
    report.stack = f"{region}, {sign_in}"
    aws, resolver = client_of(region), Resolver(template, region, sign_in, STACK)
    upload(aws, template, region)
    resolver.ids["Api"] = aws("apigatewayv2").create_api(Name=STACK, ProtocolType="HTTP")["ApiId"]
    create_stack(aws, template, resolver, stacks.parameters(template, region, sign_in), supported)
    call_for_the_rest(aws, resolver)
    count = {True: 0, False: 0}
    for name, resource in resolver.resources().items():
        kind, wanted = resource["Type"], resolver(resource["Properties"])
        if kind in NOWHERE:
            report.unseen[kind].add(("all of it", f"{report.stack}: {name}"))
        elif kind not in look.TYPES:
            report.fault(f"{name}: nothing looks at a {kind} yet")
        elif name not in resolver.ids:
            report.fault(f"{name}: moto did not create this {kind}, though it says that it can")
        else:
            found = look.TYPES[kind](aws, resolver.ids[name], wanted)
            count[kind in supported] += report.resource(name, kind, wanted, found)
    print(f"{report.stack}: of {len(template['Resources'])} resources {count[True]} created by the stack and "
          f"{count[False]} by their own calls, and checked")
    if left_out := template["Resources"].keys() - resolver.resources().keys():
        print(f"    left out by the template's own conditions: {', '.join(sorted(left_out))}")


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("folder", nargs="?", type=Path, default=stacks.TARGET, help="where transform.py left its stacks")
    folder = ask.parse_args().folder
    # No call may reach a real account.
    os.environ.update(AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_SESSION_TOKEN="none")
    report, supported = Report(), set(get_model_map())
    for region in stacks.PARTITIONS:
        for sign_in in stacks.SIGN_INS:
            try:
                template = json.loads(stacks.file(folder, region, sign_in).read_text(encoding="utf-8"))
                with mock_aws(config={"iam": {"load_aws_managed_policies": True}}):
                    check(template, region, sign_in, supported, report)
            except Exception as e:
                # moto runs in this process and lets out whatever goes wrong inside it.
                print(f"create: {region}, {sign_in}: {type(e).__name__}: {e}")
                return 1
    report.finish()
    report.print(supported)
    for fault in report.faults:
        print(f"create: {fault}")
    return int(bool(report.faults))


if __name__ == "__main__":
    sys.exit(main())
