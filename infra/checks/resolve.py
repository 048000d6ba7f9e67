"""CloudFormation's functions, as far as the template uses them: what a property must be once the stack stands. It is written
apart from moto's, so that the two are held against each other."""

import re

import stacks

NOTHING = object()


class Resolver:
    """Values of one stack; `ids` grows as resources get their physical names."""

    def __init__(self, template: dict, region: str, sign_in: str, name: str):
        self.template = template
        self.region = region
        self.partition = stacks.PARTITIONS[region]
        self.values = {
            "AWS::Region": region,
            "AWS::Partition": self.partition,
            "AWS::URLSuffix": stacks.SUFFIXES[self.partition],
            "AWS::AccountId": stacks.ACCOUNT,
            "AWS::StackName": name,
            "AWS::NoValue": NOTHING,
        }
        for parameter, value in stacks.parameters(template, region, sign_in).items():
            number = template["Parameters"][parameter]["Type"] == "Number"
            self.values[parameter] = int(value) if number else value
        self.ids: dict[str, str] = {}

    def __call__(self, node):
        if isinstance(node, list):
            return [value for value in map(self, node) if value is not NOTHING]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            (function, argument), = node.items()
            if function == "Ref":
                return self.reference(argument)
            if function.startswith("Fn::"):
                return self.function(function, argument)
        pairs = ((key, self(value)) for key, value in node.items())
        return {key: value for key, value in pairs if value is not NOTHING}

    def reference(self, name: str):
        return self.values[name] if name in self.values else self.ids[name]

    def function(self, name: str, argument):
        match name:
            case "Fn::GetAtt":
                return self.attribute(*argument)
            case "Fn::If":
                return self(argument[1] if self.holds(argument[0]) else argument[2])
            case "Fn::FindInMap":
                return self.template["Mappings"][argument[0]][argument[1]][argument[2]]
            case "Fn::Sub":
                return self.substitute(argument)
        raise SystemExit(f"resolve.py doesn't know {name}, which the template now uses")

    def substitute(self, argument) -> str:
        text, own = (argument, {}) if isinstance(argument, str) else (argument[0], self(argument[1]))

        def value(match: re.Match) -> str:
            name = match[1]
            if name in own:
                return str(own[name])
            return str(self.attribute(*name.split(".", 1)) if "." in name else self.reference(name))

        return re.sub(r"\$\{([^!}]+)\}", value, text)

    def attribute(self, name: str, attribute: str) -> str:
        if attribute != "Arn":
            raise SystemExit(f"resolve.py doesn't know {name}.{attribute}, which the template now uses")
        kind, physical = self.template["Resources"][name]["Type"], self.ids[name]
        here = f"{self.region}:{stacks.ACCOUNT}"
        rest = {
            "AWS::DynamoDB::Table": f"dynamodb:{here}:table/{physical}",
            "AWS::Lambda::Function": f"lambda:{here}:function:{physical}",
            "AWS::S3::Bucket": f"s3:::{physical}",
            "AWS::Logs::LogGroup": f"logs:{here}:log-group:{physical}",
            "AWS::IAM::Role": f"iam::{stacks.ACCOUNT}:role/{physical}",
            "AWS::Events::Rule": f"events:{here}:rule/{physical}",
        }[kind]
        return f"arn:{self.partition}:{rest}"

    def holds(self, condition) -> bool:
        if isinstance(condition, str):
            return self.holds(self.template["Conditions"][condition])
        (function, argument), = condition.items()
        match function:
            case "Fn::Equals":
                return self(argument[0]) == self(argument[1])
            case "Fn::Not":
                return not self.holds(argument[0])
            case "Condition":
                return self.holds(argument)
            case "Fn::And":
                return all(map(self.holds, argument))
        raise SystemExit(f"resolve.py doesn't know {function}, which the template now uses")

    def resources(self) -> dict[str, dict]:
        """The resources whose condition holds."""
        return {
            name: resource for name, resource in self.template["Resources"].items()
            if "Condition" not in resource or self.holds(resource["Condition"])
        }
