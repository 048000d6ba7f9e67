"""What is promised of what is kept: the table, logs, layers, and the parameters by which all of it is set."""

import json
import re

import stacks
from seen import OWN_TABLE, Stack, arn, differs, functions, of_type, table

KEYS = (stacks.ROOT / "shared/store/src/keys.rs").read_text(encoding="utf-8")
# What a stack that is told nothing else does. None: it must be told.
DEFAULTS = {
    "Administrators": "", "SessionKeys": None, "SlipKeys": None, "SessionSecret": "lixiao/session-key", "SlipSecret": "lixiao/slip-key", "CheckpointSecret": "lixiao/checkpoint-key",
    "CheckpointKeys": "", "CheckpointDays": 1100, "BackupCopy": "", "Address": None,
    "SignIn": "cas", "University": None, "ClientId": "", "ClientSecret": "lixiao/client-secret",
    "Claims": "student=user,staff=user,external=user", "PortalOrigin": "", "Domain": "", "Certificate": "", "MailFrom": "",
    "MailSecret": "lixiao/mail", "StaffMail": "", "AlarmMail": "", "MonthlyBudget": 0, "TableName": "", "TableKey": "", "Rate": 1000,
    "Burst": 2000, "ProxySecret": "", "ProxyHeader": "x-lixiao-source", "DirectAddress": "yes", "Reserve": "yes",
    "SignInCopies": 200, "Traces": "yes", "LogDays": 180, "Architecture": "x86_64"}
# What nobody can mean, and what somebody may.
REFUSED = {
    "Administrators": ["20080001 20080002"], "SessionKeys": ["", "short"], "SlipKeys": ["", "short", "a b"], "SessionSecret": ["*", ""], "SlipSecret": ["*", ""],
    "CheckpointSecret": ["*", ""], "CheckpointKeys": ["short", "a b"], "CheckpointDays": ["0"], "BackupCopy": ["elsewhere", "arn:aws:s3:::elsewhere"],
    "Address": ["http://lixiao.example.edu", ""], "SignIn": ["ldap"], "University": ["http://cas.example.edu/cas"],
    "ClientSecret": ["*", ""], "PortalOrigin": ["*", "http://portal.example.edu", "https://portal.example.edu/page"],
    "Domain": ["https://lixiao.example.edu", "*.example.edu"], "Certificate": ["lixiao.example.edu"], "MailSecret": ["*", ""],
    "StaffMail": ["it@example.edu"], "MonthlyBudget": ["-1"], "TableName": ["arn:aws:dynamodb:eu-central-1:1:table/lixiao", "a*"], "TableKey": ["alias/lixiao"],
    "Rate": ["0"], "Burst": ["0"], "ProxySecret": ["*"], "ProxyHeader": ["", "X-Forwarded-For: 1"], "DirectAddress": ["maybe"],
    "Reserve": ["maybe"], "SignInCopies": ["0"], "Traces": ["maybe"], "LogDays": ["3653", "0", "1"], "Architecture": ["x86"]}
TAKEN = {
    "SignIn": ["cas", "oidc"], "DirectAddress": ["yes", "no"], "Reserve": ["yes", "no"], "Traces": ["yes", "no"],
    "LogDays": ["30", "60", "90", "180", "365"], "Architecture": ["x86_64", "arm64"], "SignInCopies": ["20", "500"],
    "MonthlyBudget": ["0", "50"], "Rate": ["50", "8000"], "Burst": ["50", "4000"]}

def constant(name: str) -> str:
    """A constant of the store's source."""
    return re.search(rf'const {name}: &str = "([^"]+)"', KEYS)[1]


def of_table(stack: Stack) -> dict:
    return stack.resources["Table"]["Properties"]


def the_table_outlives_the_stack(stack: Stack):
    about = stack.template["Resources"]["Table"]
    for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
        yield from differs(f"Table: {policy}", about.get(policy), "Retain")
    if "Condition" in about:
        yield f"Table: it is taken away when {about['Condition']} doesn't hold"
    yield from differs("tables", list(of_type(stack, "AWS::DynamoDB::Table")), ["Table"])


def the_table_is_protected_from_deletion(stack: Stack):
    yield from differs("Table: DeletionProtectionEnabled", of_table(stack).get("DeletionProtectionEnabled"), True)


def the_table_can_be_had_as_it_was_at_any_second(stack: Stack):
    found = of_table(stack).get("PointInTimeRecoverySpecification", {})
    yield from differs("Table: PointInTimeRecoveryEnabled", found.get("PointInTimeRecoveryEnabled"), True)
    yield from differs("Table: RecoveryPeriodInDays", found.get("RecoveryPeriodInDays", 35), 35)


def checkpoints_can_be_taken_back_by_nobody(stack: Stack):
    bucket, = of_type(stack, "AWS::S3::Bucket").values()
    about = stack.template["Resources"]["Checkpoints"]
    for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
        yield from differs(f"Checkpoints: {policy}", about.get(policy), "Retain")
    if "Condition" in about:
        yield f"Checkpoints: they are taken away when {about['Condition']} doesn't hold"
    yield from differs("Checkpoints: ObjectLockEnabled", bucket.get("ObjectLockEnabled"), True)
    lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": stack.given["CheckpointDays"]}}}
    yield from differs("Checkpoints: ObjectLockConfiguration", bucket.get("ObjectLockConfiguration"), lock)
    yield from differs("Checkpoints: VersioningConfiguration", bucket.get("VersioningConfiguration"), {"Status": "Enabled"})
    for rule in bucket["LifecycleConfiguration"]["Rules"]:
        yield from differs("Checkpoints: go after", rule.get("ExpirationInDays"), stack.given["CheckpointDays"])


def checkpoints_are_nobody_elses_to_see(stack: Stack):
    bucket, = of_type(stack, "AWS::S3::Bucket").values()
    closed = {key: True for key in ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")}
    yield from differs("Checkpoints: public access", bucket.get("PublicAccessBlockConfiguration"), closed)
    yield from differs("Checkpoints: owner", bucket.get("OwnershipControls"), {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]})
    kept = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    yield from differs("Checkpoints: encryption", kept, [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}])
    policy, = of_type(stack, "AWS::S3::BucketPolicy").values()
    said, = policy["PolicyDocument"]["Statement"]
    wanted = ("Deny", "*", "s3:*", {"Bool": {"aws:SecureTransport": "false"}})
    yield from differs("Checkpoints: policy", (said["Effect"], said["Principal"], said["Action"], said["Condition"]), wanted)


def a_copy_of_the_table_goes_elsewhere_each_night_if_a_vault_is_named(stack: Stack):
    elsewhere = stack.given["BackupCopy"]
    plans = of_type(stack, "AWS::Backup::BackupPlan")
    yield from differs("backup plans", len(plans), 1 if elsewhere else 0)
    for about in plans.values():
        rule, = about["BackupPlan"]["BackupPlanRule"]
        yield from differs("backups", rule["ScheduleExpression"], "cron(30 19 * * ? *)")
        copy, = rule["CopyActions"]
        yield from differs("where copies go", copy, {"DestinationBackupVaultArn": elsewhere, "Lifecycle": {"DeleteAfterDays": 35}})
        selection, = of_type(stack, "AWS::Backup::BackupSelection").values()
        chosen = selection["BackupSelection"]["Resources"]
        yield from differs("what is backed up", chosen, [arn(stack, "dynamodb", f"table/{table(stack)}")])
        vault = stack.template["Resources"]["BackupVault"]
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            yield from differs(f"BackupVault: {policy}", vault.get(policy), "Retain")


def the_table_is_encrypted(stack: Stack):
    own = stack.given["TableKey"]
    wanted = {"SSEEnabled": True, "SSEType": "KMS"} | ({"KMSMasterKeyId": own} if own else {})
    yield from differs("Table: SSESpecification", of_table(stack).get("SSESpecification"), wanted)


def the_table_forgets_by_the_attribute_that_the_store_writes(stack: Stack):
    wanted = {"AttributeName": constant("EXPIRES"), "Enabled": True}
    yield from differs("Table: TimeToLiveSpecification", of_table(stack).get("TimeToLiveSpecification"), wanted)


def the_table_has_the_keys_that_the_store_asks_for(stack: Stack):
    def keys(hashed: str, ranged: str):
        return [{"AttributeName": constant(hashed), "KeyType": "HASH"}, {"AttributeName": constant(ranged), "KeyType": "RANGE"}]

    index = {
        "IndexName": "by_college", "KeySchema": keys("BY_COLLEGE", "STUDENT_ID"),
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["outline"]}}
    yield from differs("Table: KeySchema", of_table(stack)["KeySchema"], keys("PK", "SK"))
    yield from differs("Table: GlobalSecondaryIndexes", of_table(stack).get("GlobalSecondaryIndexes"), [index])
    kinds = {one["AttributeName"]: one["AttributeType"] for one in of_table(stack)["AttributeDefinitions"]}
    wanted = dict.fromkeys(map(constant, ("PK", "SK", "BY_COLLEGE", "STUDENT_ID")), "S")
    yield from differs("Table: types of its keys", kinds, wanted)


def the_table_grows_with_its_load(stack: Stack):
    yield from differs("Table: BillingMode", of_table(stack).get("BillingMode"), "PAY_PER_REQUEST")


def a_restored_table_takes_the_place_of_the_stacks_own_everywhere(stack: Stack):
    used = table(stack)
    for name, function in functions(stack).items():
        yield from differs(f"{name}: LIXIAO_TABLE", function["Environment"]["Variables"].get("LIXIAO_TABLE"), used)
    yield from differs("output TableName", stack.resolve(stack.template["Outputs"]["TableName"]["Value"]), used)
    for name, about in stack.resources.items():
        text = json.dumps(about)
        if used != OWN_TABLE and name != "Table" and OWN_TABLE in text:
            yield f"{name}: mentions the stack's own table, though {used} is used"
        for other in set(re.findall(r":table/([^/\"*]+)", text)) - {used}:
            yield f"{name}: means a table {other}"


def logs_are_kept_as_long_as_said_and_no_longer(stack: Stack):
    groups = of_type(stack, "AWS::Logs::LogGroup")
    yield from differs("groups of logs", set(groups), {"AccessLog", "FunctionLog"})
    for name, group in groups.items():
        yield from differs(f"{name}: RetentionInDays", group.get("RetentionInDays"), stack.given["LogDays"])
    for name, function in functions(stack).items():
        wanted = {"LogFormat": "JSON", "LogGroup": "FunctionLog"}
        yield from differs(f"{name}: LoggingConfig", function.get("LoggingConfig"), wanted)


def layers_hold_what_they_are_called_after_and_old_ones_stay(stack: Stack):
    layers = of_type(stack, "AWS::Lambda::LayerVersion")
    yield from differs("layers", set(layers), {"BatchLayer", "FontLayer"})
    for name, folder in (("BatchLayer", "batches"), ("FontLayer", "fonts")):
        # A function that is rolled back needs the version it had.
        yield from differs(f"{name}: DeletionPolicy", stack.resources[name].get("DeletionPolicy"), "Retain")
        yield from differs(f"{name}: content", layers[name]["Content"]["S3Key"], f"target/layers/{folder}")
        yield from differs(f"{name}: LayerName", layers[name]["LayerName"], f"lixiao-{folder}")
        yield from differs(f"{name}: runtimes", layers[name].get("CompatibleRuntimes"), ["provided.al2023"])


def an_untold_stack_does_what_the_handbook_says(stack: Stack):
    found = {name: about.get("Default") for name, about in stack.template["Parameters"].items()}
    for name in sorted(found.keys() | DEFAULTS.keys()):
        yield from differs(f"parameter {name}: default", found.get(name, "missing"), DEFAULTS.get(name, "missing"))


def takes(about: dict, value: str) -> bool:
    listed = value in map(str, about.get("AllowedValues", [value]))
    fits = re.search(about.get("AllowedPattern", ""), value)
    number = about["Type"] == "Number"
    return bool(listed and fits) and (not number or float(value) >= about.get("MinValue", float("-inf")))


def a_parameter_refuses_what_nobody_can_mean(stack: Stack):
    for right, examples in ((False, REFUSED), (True, TAKEN)):
        for name, values in examples.items():
            for value in values:
                found = takes(stack.template["Parameters"][name], value)
                yield from differs(f"parameter {name}: takes {value!r}", found, right)


def costs_can_be_told_apart(stack: Stack):
    for kind in ("AWS::Lambda::Function", "AWS::DynamoDB::Table", "AWS::Logs::LogGroup", "AWS::SNS::Topic",
                 "AWS::ApiGatewayV2::Stage", "AWS::ApiGatewayV2::DomainName", "AWS::IAM::Role"):
        for name, about in of_type(stack, kind).items():
            tags = about.get("Tags", {})
            tags = tags if isinstance(tags, dict) else {tag["Key"]: tag["Value"] for tag in tags}
            yield from differs(f"{name}: its tag lixiao:stack", tags.get("lixiao:stack"), "lixiao")


def whoever_runs_it_finds_what_the_handbook_asks_for(stack: Stack):
    outputs = stack.template.get("Outputs", {})
    yield from differs("outputs", sorted(outputs), [
        "AccessLogGroup", "AlarmTopic", "CheckpointBucket", "DomainTarget", "FunctionLogGroup", "Interface", "TableName"])
    wanted = {
        "TableName": table(stack), "FunctionLogGroup": "FunctionLog", "AccessLogGroup": "AccessLog", "CheckpointBucket": "Checkpoints", "AlarmTopic": "Alarms",
        "Interface": f"https://Api.execute-api.{stack.given['AWS::Region']}.{stack.given['AWS::URLSuffix']}"}
    for name, value in wanted.items():
        yield from differs(f"output {name}", stack.resolve(outputs.get(name, {}).get("Value")), value)
    target = {"Fn::GetAtt": ["OwnDomain", "RegionalDomainName"]}
    yield from differs("output DomainTarget", outputs.get("DomainTarget", {}).get("Value"), target)
