"""What moto's CloudFormation has no type for, or drops of a type that it has, asked for by the call that CloudFormation would
make. The calls are checked against AWS's own description of them, and moto refuses what leads nowhere; that a stack can
hold such a resource isn't shown by this."""

import json

from stacks import ACCOUNT


def lower(value):
    """Logs' interface begins its names with a small letter, CloudFormation's with a capital."""
    if isinstance(value, dict):
        return {key[0].lower() + key[1:]: lower(inner) for key, inner in value.items()}
    return [lower(inner) for inner in value] if isinstance(value, list) else value


def api(aws, name, properties, ids):
    aws("apigatewayv2").reimport_api(ApiId=ids[name], Body=json.dumps(properties["Body"]))
    return ids[name]


def stage(aws, name, properties, ids):
    return aws("apigatewayv2").create_stage(**properties)["StageName"]


def domain(aws, name, properties, ids):
    return aws("apigatewayv2").create_domain_name(**properties)["DomainName"]


def mapping(aws, name, properties, ids):
    return aws("apigatewayv2").create_api_mapping(**properties)["ApiMappingId"]


def alarm(aws, name, properties, ids):
    aws("cloudwatch").put_metric_alarm(AlarmName=name, **properties)
    return name


def metric_filter(aws, name, properties, ids):
    aws("logs").put_metric_filter(filterName=name, **lower(properties))
    return name


def invoke_config(aws, name, properties, ids):
    aws("lambda").put_function_event_invoke_config(**properties)
    return properties["FunctionName"]


def subscription(aws, name, properties, ids):
    return aws("sns").subscribe(ReturnSubscriptionArn=True, **properties)["SubscriptionArn"]


def budget(aws, name, properties, ids):
    # The interface wants a name, and the amount as a text.
    limit = properties["Budget"]["BudgetLimit"]
    about = properties["Budget"] | {"BudgetName": name, "BudgetLimit": limit | {"Amount": str(limit["Amount"])}}
    aws("budgets").create_budget(
        AccountId=ACCOUNT, Budget=about, NotificationsWithSubscribers=properties["NotificationsWithSubscribers"])
    return name


# In this order, since a stage needs its interface and a mapping its name.
def bucket_policy(aws, name, properties, ids):
    aws("s3").put_bucket_policy(Bucket=properties["Bucket"], Policy=json.dumps(properties["PolicyDocument"]))
    return properties["Bucket"]


def vault(aws, name, properties, ids):
    return aws("backup").create_backup_vault(**properties)["BackupVaultName"]


def plan(aws, name, properties, ids):
    about = properties["BackupPlan"]
    rules = [
        {**{key: value for key, value in rule.items() if key not in ("TargetBackupVault",)}, "TargetBackupVaultName": rule["TargetBackupVault"]}
        for rule in about["BackupPlanRule"]]
    made = aws("backup").create_backup_plan(BackupPlan={"BackupPlanName": about["BackupPlanName"], "Rules": rules})
    return made["BackupPlanId"]


def versioning(aws, physical, wanted):
    aws("s3").put_bucket_versioning(Bucket=physical, VersioningConfiguration=wanted)


def object_lock(aws, physical, wanted):
    aws("s3").put_object_lock_configuration(Bucket=physical, ObjectLockConfiguration=wanted)


def public_access(aws, physical, wanted):
    aws("s3").put_public_access_block(Bucket=physical, PublicAccessBlockConfiguration=wanted)


def ownership(aws, physical, wanted):
    aws("s3").put_bucket_ownership_controls(Bucket=physical, OwnershipControls=wanted)


TYPES = {
    "AWS::ApiGatewayV2::Api": api,
    "AWS::ApiGatewayV2::Stage": stage,
    "AWS::ApiGatewayV2::DomainName": domain,
    "AWS::ApiGatewayV2::ApiMapping": mapping,
    "AWS::CloudWatch::Alarm": alarm,
    "AWS::Logs::MetricFilter": metric_filter,
    "AWS::Lambda::EventInvokeConfig": invoke_config,
    "AWS::SNS::Subscription": subscription,
    "AWS::Budgets::Budget": budget,
    "AWS::S3::BucketPolicy": bucket_policy,
    "AWS::Backup::BackupVault": vault,
    "AWS::Backup::BackupPlan": plan,
}


def expiry(aws, physical, value):
    aws("dynamodb").update_time_to_live(TableName=physical, TimeToLiveSpecification=value)


def recovery(aws, physical, value):
    aws("dynamodb").update_continuous_backups(TableName=physical, PointInTimeRecoverySpecification=value)


def layers(aws, physical, value):
    aws("lambda").update_function_configuration(FunctionName=physical, Layers=value)


def managed_policies(aws, physical, value):
    for arn in value:
        aws("iam").attach_role_policy(RoleName=physical, PolicyArn=arn)


PROPERTIES = {
    "AWS::DynamoDB::Table": {"TimeToLiveSpecification": expiry, "PointInTimeRecoverySpecification": recovery},
    "AWS::Lambda::Function": {"Layers": layers},
    "AWS::IAM::Role": {"ManagedPolicyArns": managed_policies},
    "AWS::S3::Bucket": {
        "VersioningConfiguration": versioning, "PublicAccessBlockConfiguration": public_access,
        "OwnershipControls": ownership, "ObjectLockConfiguration": object_lock},
}
