"""What an administrator would look at: each function asks for one resource through boto3 and answers in the shape of the
template's properties. A property that it doesn't answer counts as not checked."""

import ast
import json

from stacks import ACCOUNT


def only(keys, found):
    return {key: found[key] for key in keys if key in found}


def capital(found):
    return {key[0].upper() + key[1:]: value for key, value in found.items()}


def table(aws, physical, wanted):
    client = aws("dynamodb")
    found = client.describe_table(TableName=physical)["Table"]
    backups = client.describe_continuous_backups(TableName=physical)["ContinuousBackupsDescription"]
    expiry = client.describe_time_to_live(TableName=physical)["TimeToLiveDescription"]
    return only(("KeySchema", "AttributeDefinitions", "DeletionProtectionEnabled"), found) | {
        "BillingMode": found["BillingModeSummary"]["BillingMode"],
        "GlobalSecondaryIndexes": [
            only(("IndexName", "KeySchema", "Projection"), index) for index in found["GlobalSecondaryIndexes"]],
        "TimeToLiveSpecification": {
            "AttributeName": expiry.get("AttributeName"), "Enabled": expiry["TimeToLiveStatus"] == "ENABLED"},
        "PointInTimeRecoverySpecification": {
            "PointInTimeRecoveryEnabled":
                backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"},
    }


def function(aws, physical, wanted):
    found = aws("lambda").get_function(FunctionName=physical)
    return only(("Runtime", "Handler", "MemorySize", "Timeout", "Environment", "Role"), found["Configuration"]) | {
        "Layers": [layer["Arn"] for layer in found["Configuration"]["Layers"]],
        "ReservedConcurrentExecutions": found.get("Concurrency", {}).get("ReservedConcurrentExecutions"),
    }


def role(aws, physical, wanted):
    client = aws("iam")
    names = client.list_role_policies(RoleName=physical)["PolicyNames"]
    # From CloudFormation moto keeps a document as Python writes it, which isn't JSON.
    documents = [client.get_role_policy(RoleName=physical, PolicyName=name)["PolicyDocument"] for name in names]
    found = {
        "AssumeRolePolicyDocument": client.get_role(RoleName=physical)["Role"]["AssumeRolePolicyDocument"],
        "ManagedPolicyArns": [
            policy["PolicyArn"]
            for policy in client.list_attached_role_policies(RoleName=physical)["AttachedPolicies"]],
    }
    policies = [
        {"PolicyName": name, "PolicyDocument": ast.literal_eval(text) if isinstance(text, str) else text}
        for name, text in zip(names, documents)]
    # A role without policies of its own has no such property.
    return found | {"Policies": policies or None}


def permission(aws, physical, wanted):
    policy = json.loads(aws("lambda").get_policy(FunctionName=wanted["FunctionName"])["Policy"])
    for said in policy["Statement"]:
        source = said["Condition"]["ArnLike"]["AWS:SourceArn"]
        if source == wanted["SourceArn"]:
            return {
                "Action": said["Action"], "FunctionName": said["FunctionName"],
                "Principal": said["Principal"]["Service"], "SourceArn": source}
    return {"SourceArn": None}


def layer(aws, physical, wanted):
    # moto has no get_layer_version_by_arn.
    name, version = physical.split(":")[-2:]
    found = aws("lambda").get_layer_version(LayerName=name, VersionNumber=int(version))
    return only(("Description", "CompatibleRuntimes"), found)


def log_group(aws, physical, wanted):
    found, = aws("logs").describe_log_groups(logGroupNamePrefix=physical)["logGroups"]
    return {"RetentionInDays": found["retentionInDays"]}


def topic(aws, physical, wanted):
    return only(("DisplayName",), aws("sns").get_topic_attributes(TopicArn=physical)["Attributes"])


def subscription(aws, physical, wanted):
    return only(wanted, aws("sns").get_subscription_attributes(SubscriptionArn=physical)["Attributes"])


def rule(aws, physical, wanted):
    client = aws("events")
    found = client.describe_rule(Name=physical)
    targets = client.list_targets_by_rule(Rule=physical)["Targets"]
    return only(("Description", "ScheduleExpression", "State"), found) | {"Targets": targets}


def dashboard(aws, physical, wanted):
    found = aws("cloudwatch").get_dashboard(DashboardName=physical)
    json.loads(found["DashboardBody"])
    return only(("DashboardName", "DashboardBody"), found)


def alarm(aws, physical, wanted):
    found, = aws("cloudwatch").describe_alarms(AlarmNames=[physical])["MetricAlarms"]
    return only(wanted, found)


def metric_filter(aws, physical, wanted):
    client = aws("logs")
    filters = client.describe_metric_filters(logGroupName=wanted["LogGroupName"])["metricFilters"]
    found, = [one for one in filters if one["filterName"] == physical]
    return {
        "LogGroupName": found["logGroupName"], "FilterPattern": found["filterPattern"],
        "MetricTransformations": [capital(one) for one in found["metricTransformations"]]}


def invoke_config(aws, physical, wanted):
    found = aws("lambda").get_function_event_invoke_config(FunctionName=physical)
    return only(("MaximumRetryAttempts", "MaximumEventAgeInSeconds"), found)


def api(aws, physical, wanted):
    """Of the OpenAPI document: every route and what it leads to, and which other origins may ask. moto keeps `$default` as a
    route of method `X-AMAZON-APIGATEWAY-ANY-METHOD`, so both sides are named that way here."""
    client = aws("apigatewayv2")
    uris = {
        f"integrations/{found['IntegrationId']}": found["IntegrationUri"]
        for found in client.get_integrations(ApiId=physical)["Items"]}
    routes = {route["RouteKey"]: uris[route["Target"]] for route in client.get_routes(ApiId=physical)["Items"]}
    cors = client.get_api(ApiId=physical).get("CorsConfiguration", {})
    body = wanted["Body"]
    expected = {
        f"{method.upper()} {path}": about["x-amazon-apigateway-integration"]["uri"]
        for path, methods in body["paths"].items() for method, about in methods.items()}
    if routes != expected:
        return {"Body": {"routes that differ": sorted(set(routes.items()) ^ set(expected.items()))}}
    return {"Body": body if cors == capital(body.get("x-amazon-apigateway-cors", {})) else {"CORS": cors}}


def stage(aws, physical, wanted):
    found = aws("apigatewayv2").get_stage(ApiId=wanted["ApiId"], StageName=physical)
    return only(wanted, found)


def domain(aws, physical, wanted):
    found = aws("apigatewayv2").get_domain_name(DomainName=physical)
    configurations = [
        only(asked, kept)
        for asked, kept in zip(wanted["DomainNameConfigurations"], found["DomainNameConfigurations"])]
    return {"DomainName": found["DomainName"], "DomainNameConfigurations": configurations}


def mapping(aws, physical, wanted):
    found = aws("apigatewayv2").get_api_mapping(ApiMappingId=physical, DomainName=wanted["DomainName"])
    return only(wanted, found) | {"DomainName": wanted["DomainName"]}


def budget(aws, physical, wanted):
    client = aws("budgets")
    found = client.describe_budget(AccountId=ACCOUNT, BudgetName=physical)["Budget"]
    limit = found["BudgetLimit"]
    told = client.describe_notifications_for_budget(AccountId=ACCOUNT, BudgetName=physical)["Notifications"]
    # Whom it tells moto doesn't say.
    same = [only(one["Notification"], kept) for one, kept in zip(wanted["NotificationsWithSubscribers"], told)]
    alike = same == [one["Notification"] for one in wanted["NotificationsWithSubscribers"]]
    return {
        "Budget": only(wanted["Budget"], found) | {"BudgetLimit": limit | {"Amount": float(limit["Amount"])}},
        "NotificationsWithSubscribers": wanted["NotificationsWithSubscribers"] if alike else told,
    }


def bucket(aws, physical, wanted):
    client = aws("s3")
    found = {
        "PublicAccessBlockConfiguration": client.get_public_access_block(Bucket=physical)["PublicAccessBlockConfiguration"],
        "OwnershipControls": client.get_bucket_ownership_controls(Bucket=physical)["OwnershipControls"],
        "VersioningConfiguration": only(("Status",), client.get_bucket_versioning(Bucket=physical))}
    try:
        lock = client.get_object_lock_configuration(Bucket=physical)["ObjectLockConfiguration"]
        # moto says no years as 0 of them.
        lock["Rule"]["DefaultRetention"].pop("Years", None)
        found["ObjectLockConfiguration"] = lock
    except client.exceptions.ClientError:
        pass
    return found


def bucket_policy(aws, physical, wanted):
    return {"Bucket": physical, "PolicyDocument": json.loads(aws("s3").get_bucket_policy(Bucket=physical)["Policy"])}


def vault(aws, physical, wanted):
    return only(wanted, aws("backup").describe_backup_vault(BackupVaultName=physical))


def plan(aws, physical, wanted):
    found = aws("backup").get_backup_plan(BackupPlanId=physical)["BackupPlan"]
    return {"BackupPlan": wanted["BackupPlan"] if found["BackupPlanName"] == wanted["BackupPlan"]["BackupPlanName"] else found}


TYPES = {
    "AWS::DynamoDB::Table": table,
    "AWS::Lambda::Function": function,
    "AWS::IAM::Role": role,
    "AWS::Lambda::Permission": permission,
    "AWS::Lambda::LayerVersion": layer,
    "AWS::Logs::LogGroup": log_group,
    "AWS::Events::Rule": rule,
    "AWS::SNS::Topic": topic,
    "AWS::CloudWatch::Dashboard": dashboard,
    "AWS::ApiGatewayV2::Api": api,
    "AWS::ApiGatewayV2::Stage": stage,
    "AWS::ApiGatewayV2::DomainName": domain,
    "AWS::ApiGatewayV2::ApiMapping": mapping,
    "AWS::CloudWatch::Alarm": alarm,
    "AWS::Logs::MetricFilter": metric_filter,
    "AWS::Lambda::EventInvokeConfig": invoke_config,
    "AWS::SNS::Subscription": subscription,
    "AWS::Budgets::Budget": budget,
    "AWS::S3::Bucket": bucket,
    "AWS::S3::BucketPolicy": bucket_policy,
    "AWS::Backup::BackupVault": vault,
    "AWS::Backup::BackupPlan": plan,
}
