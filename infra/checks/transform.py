"""Translates infra/template.yaml as `sam deploy` has it translated, by AWS's own translator, into plain CloudFormation:
once for every stack in stacks.py, and target/template.json for whoever wants one. Then holds the result against the source,
since a permission or a route that the translator dropped shows only when somebody calls it. Run it with .venv's Python."""

import argparse
import json
import logging
import os
import sys
from pathlib import Path

from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.arn_generator import ArnGenerator
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse
from yaml import YAMLError

import stacks

LOCAL = ("CodeUri", "ContentUri")
ANY = "x-amazon-apigateway-any-method"


class NoManagedPolicies:
    """The translator asks for IAM's list only where a policy is named without its ARN; the template names none."""

    def load(self) -> dict[str, str]:
        return {}


def of_type(template: dict, kind: str) -> dict[str, dict]:
    return {name: r.get("Properties", {}) for name, r in template["Resources"].items() if r["Type"] == kind}


def translated(template: dict, region: str, sign_in: str) -> dict:
    """What becomes of a parsed template, which is used up."""
    for resource in template["Resources"].values():
        for key in LOCAL:
            # `sam deploy` uploads first, so the translator only ever sees addresses in S3.
            if key in resource.get("Properties", {}):
                resource["Properties"][key] = f"s3://placeholder/{resource['Properties'][key].removeprefix('../')}"
    os.environ["AWS_DEFAULT_REGION"] = region
    # The partition of managed policies; without this the translator remembers the first region it saw.
    ArnGenerator.BOTO_SESSION_REGION_NAME = region
    values = stacks.parameters(template, region, sign_in) | {"AWS::Region": region}
    return transform(template, values, NoManagedPolicies())


def routes_of_source(source: dict) -> dict[tuple[str, str], str]:
    return {
        (event["Properties"].get("Method", ANY).lower(), event["Properties"].get("Path", "$default")): name
        for name, function in of_type(source, "AWS::Serverless::Function").items()
        for event in function.get("Events", {}).values()
        if event["Type"] == "HttpApi"
    }


def routes_of(plain: dict) -> dict[tuple[str, str], str]:
    return {
        (method, path): about["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"].split("${")[-1].split(".Arn")[0]
        for path, methods in plain["Resources"]["Api"]["Properties"]["Body"]["paths"].items()
        for method, about in methods.items()
    }


def permitted(plain: dict) -> set[tuple[str, str]]:
    """Which function may be called for which `METHOD/path`, `*` standing for every route."""
    return {
        (about["FunctionName"]["Ref"], about["SourceArn"]["Fn::Sub"][0].split("${__Stage__}/")[1])
        for about in of_type(plain, "AWS::Lambda::Permission").values()
        if about["Principal"] == "apigateway.amazonaws.com"
    }


def faults(source: dict, plain: dict, region: str):
    left = sorted({r["Type"] for r in plain["Resources"].values() if r["Type"].startswith("AWS::Serverless")})
    if left or "Transform" in plain:
        yield f"SAM is left in the result: {', '.join(left) or 'Transform'}"
    yield from faults_of_functions(source, plain, region)
    yield from faults_of_statements(plain)
    yield from faults_of_routes(source, plain)


def faults_of_functions(source: dict, plain: dict, region: str):
    wanted = of_type(source, "AWS::Serverless::Function")
    functions, roles = of_type(plain, "AWS::Lambda::Function"), of_type(plain, "AWS::IAM::Role")
    if wanted.keys() != functions.keys():
        yield f"functions differ: {', '.join(sorted(wanted.keys() ^ functions.keys()))}"
    if (names := {f"{name}Role" for name in wanted} | of_type(source, "AWS::IAM::Role").keys()) != roles.keys():
        yield f"roles differ: {', '.join(sorted(names ^ roles.keys()))}"
    for name in sorted(wanted.keys() & functions.keys()):
        role = roles.get(f"{name}Role", {})
        if [policy["PolicyDocument"] for policy in role.get("Policies", [])] != wanted[name].get("Policies", []):
            yield f"{name}: its role's policies aren't the template's"
        for arn in role.get("ManagedPolicyArns", []):
            if arn.split(":")[1] != stacks.PARTITIONS[region]:
                yield f"{name}: {arn} is of another partition than {region}"
        variables = wanted[name].get("Environment", {}).get("Variables", {})
        variables = source["Globals"]["Function"]["Environment"]["Variables"] | variables
        if functions[name]["Environment"]["Variables"].keys() != variables.keys():
            yield f"{name}: its environment isn't the template's"


def faults_of_statements(plain: dict):
    """checkov's look for actions like `*` ends with a policy's first statement."""
    for name, role in of_type(plain, "AWS::IAM::Role").items():
        for policy in role.get("Policies", []):
            for said in policy["PolicyDocument"]["Statement"]:
                actions = said["Action"] if isinstance(said["Action"], list) else [said["Action"]]
                if wide := [action for action in actions if "*" in action]:
                    yield f"{name}: may do {', '.join(wide)}"
                if "*" in (said["Resource"] if isinstance(said["Resource"], list) else [said["Resource"]]):
                    yield f"{name}: may do {', '.join(actions)} to everything"
                on_table = any(action.startswith("dynamodb:") for action in actions)
                # A Scan has no key that it could be held to: promises_of_functions.py says who may.
                if on_table and actions != ["dynamodb:Scan"] and "dynamodb:LeadingKeys" not in said.get("Condition", {}).get("ForAllValues:StringLike", {}):
                    yield f"{name}: may do {', '.join(actions)} with every key"


def faults_of_routes(source: dict, plain: dict):
    wanted, routes, allowed = routes_of_source(source), routes_of(plain), permitted(plain)
    for route in sorted(wanted.items() ^ routes.items()):
        yield f"route {route[0][0]} {route[0][1]} → {route[1]} is on one side only"
    for (method, path), function in routes.items():
        call = "*" if method == ANY else method.upper() + "".join(
            "/*" if part.startswith("{") else f"/{part}" for part in path.split("/")[1:])
        if not {(function, call), (function, "*")} & allowed:
            yield f"{function}: nothing lets API Gateway call it for {method} {path}"
    keys = {f"{method.upper()} {path}" for method, path in routes}
    for stage in of_type(plain, "AWS::ApiGatewayV2::Stage").values():
        # API Gateway refuses a whole deployment for one such key.
        for key in stage.get("RouteSettings", {}).keys() - keys:
            yield f"RouteSettings names {key}, which is no route"


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("template", nargs="?", type=Path, default=stacks.ROOT / "infra/template.yaml")
    source = ask.parse_args().template.read_text(encoding="utf-8")
    stacks.TARGET.mkdir(exist_ok=True)
    for old in stacks.TARGET.glob("template*.json"):
        # Nobody is to check yesterday's after a failure.
        old.unlink()
    # The translator complains that nobody collects its metrics.
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    for region in stacks.PARTITIONS:
        for sign_in in stacks.SIGN_INS:
            try:
                plain = translated(yaml_parse(source), region, sign_in)
            except (InvalidDocumentException, YAMLError) as e:
                print(f"transform: {region}, {sign_in}: {e}")
                return 1
            found = list(faults(yaml_parse(source), plain, region))
            for fault in found:
                print(f"transform: {region}, {sign_in}: {fault}")
            if found:
                return 1
            text = json.dumps(plain, indent=1, ensure_ascii=False)
            stacks.file(stacks.TARGET, region, sign_in).write_text(text, encoding="utf-8")
            print(f"{region}, {sign_in}: {len(plain['Resources'])} resources, {len(routes_of(plain))} routes, "
                  "translated and as the source says")
    (stacks.TARGET / "template.json").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
