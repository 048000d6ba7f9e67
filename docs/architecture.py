"""The picture of docs/ARCHITECTURE.md, made from infra/template.yaml: every function with its routes and what its role may do.
Writes it between its marks; with `--check`, says whether it stands there."""

import sys
from pathlib import Path

import yaml

HERE = Path(__file__).parent
PAGE = HERE / "ARCHITECTURE.md"
TEMPLATE = HERE.parent / "infra" / "template.yaml"
BEGIN, END = "<!-- made by docs/architecture.py -->\n", "<!-- end -->\n"
WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"}
COUNTS = (["sign-ins#*"], ["sign-ins#*", "budget#*"])
PATHS = {"/api/batches/{batch}": "…", "/students/{student}": "/{student}"}


class Loader(yaml.SafeLoader):
    """CloudFormation's short functions, as what they hold."""


def inner(loader, _, node):
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)


Loader.add_multi_constructor("!", inner)


def actions(function: dict) -> set[str]:
    """What a function's own role may do. Refusals and calls are counted by nearly every function; that is left out."""
    statements = [one for policy in function.get("Policies", []) if isinstance(policy, dict) for one in policy["Statement"]]
    keys = lambda one: one.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys")
    return {action for one in statements if keys(one) not in COUNTS for action in one["Action"]}


def route(event: dict) -> str:
    properties = event["Properties"]
    if event["Type"] != "HttpApi":
        return "each morning" if "0,20,40" in properties["Schedule"] else "each hour"
    path = properties.get("Path", "")
    for long, short in PATHS.items():
        path = path.replace(long, short)
    return f"{properties['Method']} {path}" if path else "every other path"


def main() -> int:
    resources = yaml.load(TEMPLATE.read_text(encoding="utf-8"), Loader)["Resources"]
    functions = {
        Path(one["Properties"]["CodeUri"]).parent.name: one["Properties"]
        for one in resources.values()
        if one["Type"] == "AWS::Serverless::Function"
    }
    lines = ["```mermaid", "flowchart LR", "  people([students, staff, portal]) --> api[API Gateway]", "  schedule([a schedule]) --> remind & checkpoint"]
    edges = []
    for name, function in functions.items():
        may = actions(function)
        routes = "<br/>".join(route(event) for event in function.get("Events", {}).values())
        lines.append(f'  {name}["<b>{name}</b><br/>{routes}"]')
        if name not in ("remind", "checkpoint"):
            edges.append(f"  api --> {name}")
        table = {action.removeprefix("dynamodb:") for action in may if action.startswith("dynamodb:")}
        if table:
            edges.append(f"  {name} {'==>' if table & WRITES else '-.->'} table")
    lines += ["  table[(the table)]", *edges, "```", f"{len(functions)} functions. A thick arrow writes, a dotted one only reads; `…` is `/api/batches/{{batch}}`."]
    made = "\n".join(lines) + "\n"
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    now = f"{before}{BEGIN}{made}{END}{after}"
    if "--check" not in sys.argv:
        PAGE.write_text(now, encoding="utf-8")
    elif now != text:
        print("docs/ARCHITECTURE.md shows another stack: run .venv/bin/python docs/architecture.py")
        return 1
    return 0


sys.exit(main())
