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

# What the template may make, and what it may say of it: anything else, such as an address at which everybody may call a
# function, or a stream out of the table, is decided on first.
MAY_SAY = {
    "AWS::ApiGatewayV2::Api": "Body",
    "AWS::ApiGatewayV2::ApiMapping": "ApiId DomainName Stage",
    "AWS::ApiGatewayV2::DomainName": "DomainName DomainNameConfigurations Tags",
    "AWS::ApiGatewayV2::Stage": "AccessLogSettings ApiId AutoDeploy DefaultRouteSettings RouteSettings StageName Tags",
    "AWS::Backup::BackupPlan": "BackupPlan",
    "AWS::Backup::BackupSelection": "BackupPlanId BackupSelection",
    "AWS::Backup::BackupVault": "BackupVaultName",
    "AWS::Budgets::Budget": "Budget NotificationsWithSubscribers",
    "AWS::CloudWatch::Alarm":
        "AlarmActions AlarmDescription ComparisonOperator DatapointsToAlarm Dimensions EvaluationPeriods ExtendedStatistic MetricName "
        "Metrics Namespace OKActions Period Statistic Threshold TreatMissingData",
    "AWS::CloudWatch::Dashboard": "DashboardBody DashboardName",
    "AWS::DynamoDB::Table":
        "AttributeDefinitions BillingMode DeletionProtectionEnabled GlobalSecondaryIndexes KeySchema "
        "PointInTimeRecoverySpecification SSESpecification Tags TimeToLiveSpecification",
    "AWS::Events::Rule": "Description ScheduleExpression State Targets",
    "AWS::IAM::Role": "AssumeRolePolicyDocument ManagedPolicyArns Policies Tags",
    "AWS::Lambda::EventInvokeConfig": "DestinationConfig FunctionName MaximumEventAgeInSeconds MaximumRetryAttempts Qualifier",
    "AWS::Lambda::Function":
        "Architectures Code Environment Handler Layers LoggingConfig MemorySize ReservedConcurrentExecutions Role Runtime Tags "
        "Timeout TracingConfig",
    "AWS::Lambda::LayerVersion": "CompatibleRuntimes Content Description LayerName",
    "AWS::Lambda::Permission": "Action FunctionName Principal SourceArn",
    "AWS::Logs::LogGroup": "RetentionInDays Tags",
    "AWS::Logs::MetricFilter": "FilterPattern LogGroupName MetricTransformations",
    "AWS::S3::Bucket":
        "BucketEncryption LifecycleConfiguration ObjectLockConfiguration ObjectLockEnabled OwnershipControls "
        "PublicAccessBlockConfiguration Tags VersioningConfiguration",
    "AWS::S3::BucketPolicy": "Bucket PolicyDocument",
    "AWS::SNS::Subscription": "Endpoint Protocol TopicArn",
    "AWS::SNS::Topic": "DisplayName Tags",
}


def nothing_is_made_or_said_that_nobody_decided_on(stack: Stack):
    for name, about in stack.template["Resources"].items():
        if about["Type"] not in MAY_SAY:
            yield f"{name}: a {about['Type']}"
        elif more := about.get("Properties", {}).keys() - set(MAY_SAY[about["Type"]].split()):
            yield f"{name}: {', '.join(sorted(more))}"


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
