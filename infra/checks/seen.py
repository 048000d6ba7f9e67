"""A stack as it will stand, for the promises: parameters filled in, conditions decided, and each resource called what the
template calls it. Only the stack's own table has another name, so that a mention of it can't hide among other words."""

import re
from copy import copy
from typing import NamedTuple

import stacks
from resolve import Resolver

NAME = "lixiao"
OWN_TABLE = "the-stacks-own-table"


class Stack(NamedTuple):
    template: dict  # as it was translated
    given: dict  # every parameter's value
    resources: dict[str, dict]  # those whose condition holds
    resolve: Resolver


def see(template: dict, region: str, sign_in: str) -> Stack:
    resolve = Resolver(template, region, sign_in, NAME)
    for name, resource in template["Resources"].items():
        # SAM puts a hash of its content behind a layer's name.
        layer = resource["Type"] == "AWS::Lambda::LayerVersion"
        resolve.ids[name] = re.sub("[0-9a-f]{10}$", "", name) if layer else name
    resolve.ids["Table"] = OWN_TABLE
    resources = {resolve.ids[name] if name != "Table" else name: resolve(about) for name, about in resolve.resources().items()}
    return Stack(template, resolve.values, resources, resolve)


def of_type(stack: Stack, kind: str) -> dict[str, dict]:
    """The properties of every resource of a type."""
    return {name: about.get("Properties", {}) for name, about in stack.resources.items() if about["Type"] == kind}


def functions(stack: Stack) -> dict[str, dict]:
    return of_type(stack, "AWS::Lambda::Function")


def holds(stack: Stack, condition: str, otherwise: dict) -> bool:
    """Whether a condition would hold if some parameters were otherwise."""
    resolve = copy(stack.resolve)
    resolve.values = stack.given | otherwise
    return resolve.holds(condition)


def arn(stack: Stack, service: str, rest: str) -> str:
    return f"arn:{stack.given['AWS::Partition']}:{service}:{stack.given['AWS::Region']}:{stacks.ACCOUNT}:{rest}"


def table(stack: Stack) -> str:
    """The name of the table that is used."""
    return stack.given["TableName"] or OWN_TABLE


def routes(stack: Stack) -> dict[str, tuple[str, dict]]:
    """Routes as `GET /path` or `$default`: the function that each leads to, and all that is said of it."""
    return {
        "$default" if about.get("isDefaultRoute") else f"{method.upper()} {path}":
            (about["x-amazon-apigateway-integration"]["uri"].split(":function:")[1].split("/")[0], about)
        for path, methods in stack.resources["Api"]["Properties"]["Body"]["paths"].items() for method, about in methods.items()
    }


def differs(what: str, found, wanted):
    """One fault if two values aren't the same."""
    if found != wanted:
        yield f"{what} is {found!r}, not {wanted!r}"
