"""Holds the translated stacks against what is promised of them. A linter sees whether a template is valid; whether the table
is still kept, or an alarm still tells somebody, nobody sees but this. Each function of promises_of_*.py is a promise, its name
the sentence, and yields what breaks it. test_promises.py breaks each on purpose. Run it after transform.py."""

import inspect
import json
import sys

import promises_of_alarms
import promises_of_data
import promises_of_front
import promises_of_functions
import stacks
from seen import Stack, see

# Every kind that the template may make: another one, such as an address at which everybody may call a function, is decided on first.
KINDS = {
    "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::ApiMapping", "AWS::ApiGatewayV2::DomainName", "AWS::ApiGatewayV2::Stage",
    "AWS::Budgets::Budget", "AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::DynamoDB::Table", "AWS::Events::Rule",
    "AWS::IAM::Role", "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::Function", "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission", "AWS::Logs::LogGroup", "AWS::Logs::MetricFilter", "AWS::SNS::Subscription", "AWS::SNS::Topic"}


def nothing_is_made_that_nobody_decided_on(stack: Stack):
    for name, about in stack.template["Resources"].items():
        if about["Type"] not in KINDS:
            yield f"{name}: a {about['Type']}"


def promises() -> dict:
    """Sentence → promise."""
    modules = (promises_of_data, promises_of_front, promises_of_functions, promises_of_alarms, sys.modules[__name__])
    found = [one for module in modules for one in vars(module).values() if inspect.isgeneratorfunction(one)]
    return {one.__name__.replace("_", " "): one for one in found if one.__name__ != "differs"}


def broken(stack: Stack) -> dict[str, list[str]]:
    """The promises that a stack breaks, each with what breaks it."""
    faults = {}
    for sentence, promise in promises().items():
        try:
            found = list(promise(stack))
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as e:
            # What a promise looks for isn't there, or isn't what it was.
            found = [f"can't be seen: {type(e).__name__}: {e}"]
        if found:
            faults[sentence] = found
    return faults


def main() -> int:
    failed = False
    for region in stacks.PARTITIONS:
        for sign_in in stacks.SIGN_INS:
            template = json.loads(stacks.file(stacks.TARGET, region, sign_in).read_text(encoding="utf-8"))
            for sentence, found in broken(see(template, region, sign_in)).items():
                failed = True
                print(f"promises: {region}, {sign_in}: broken: {sentence}")
                for fault in found:
                    print(f"    {fault[:600]}")
    if not failed:
        print(f"promises: {len(promises())} kept by {len(stacks.PARTITIONS) * len(stacks.SIGN_INS)} stacks")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
