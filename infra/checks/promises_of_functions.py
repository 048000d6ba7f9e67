"""What is promised of the functions: how large they are, what they are told, what they may do, and when the one without a
caller runs."""

import stacks
from seen import Stack, arn, differs, functions, of_type, routes, table

# Megabytes, as measured (docs/measurements.md, cold starts), and seconds.
SIZES = {
    "StatusFunction": (128, 15), "CompleteStepFunction": (128, 29), "SubmitFormFunction": (128, 15),
    "IssueLetterFunction": (128, 29), "PrintSlipFunction": (1769, 15), "VerifySlipFunction": (128, 15),
    "ListBatchesFunction": (128, 15), "ImportRosterFunction": (512, 29), "ReadTableFunction": (512, 15), "GrantOperatorFunction": (256, 15),
    "WorklistFunction": (256, 15), "ProgressFunction": (512, 29), "SignInFunction": (256, 15), "WebFunction": (128, 15),
    "RemindFunction": (512, 840), "CheckpointFunction": (1769, 840)}
# Variables, and the parameters that they are.
EVERYBODY = {
    "LIXIAO_SESSION_KEYS": "SessionKeys", "LIXIAO_SLIP_KEYS": "SlipKeys", "LIXIAO_ADMINISTRATORS": "Administrators",
    "LIXIAO_ADDRESS": "Address", "LIXIAO_PROXY_HEADER": "ProxyHeader"}
FROM_SECRETS = {"LIXIAO_PROXY_SECRET", "LIXIAO_CLIENT_SECRET"}
OWN = {
    "PrintSlipFunction": {"LIXIAO_SLIP_KEY_SECRET": "SlipSecret"},
    "SignInFunction": {
        "LIXIAO_SESSION_KEY_SECRET": "SessionSecret", "LIXIAO_SIGN_IN": "SignIn", "LIXIAO_UNIVERSITY": "University",
        "LIXIAO_CLIENT_ID": "ClientId", "LIXIAO_CLAIMS": "Claims"},
    "CheckpointFunction": {"LIXIAO_CHECKPOINT_SECRET": "CheckpointSecret", "LIXIAO_CHECKPOINT_KEYS": "CheckpointKeys"},
    "RemindFunction": {
        "LIXIAO_MAIL_FROM": "MailFrom", "LIXIAO_MAIL_SECRET": "MailSecret", "LIXIAO_STAFF_MAIL": "StaffMail"}}

# What may be asked of the table, by what its keys begin with.
BATCHES = [f"{digit}*" for digit in range(10)]
CALLERS = ["administrators", "operators#*", "signed-out#*"]
COUNTED = {"UpdateItem": ["sign-ins#*"]}  # refusals, by person and day
SPENT = {"UpdateItem": ["sign-ins#*", "budget#*"]}  # and calls that cost much, by person and minute
ADMITTED = COUNTED | {"BatchGetItem": BATCHES + CALLERS}
READS = ADMITTED | {"GetItem": BATCHES + ["start"]}
RIGHTS = {
    "StatusFunction": ADMITTED | {"GetItem": ["start"], "Query": BATCHES},
    "CompleteStepFunction": READS | SPENT | {
        "Query": BATCHES + ["start"], "PutItem": BATCHES, "DeleteItem": BATCHES, "ConditionCheckItem": BATCHES},
    "SubmitFormFunction": READS | {"PutItem": BATCHES, "DeleteItem": BATCHES, "ConditionCheckItem": BATCHES},
    "IssueLetterFunction": READS | {"Query": BATCHES + ["start"], "PutItem": BATCHES},
    "PrintSlipFunction": ADMITTED | SPENT | {"GetItem": ["start"], "Query": BATCHES, "PutItem": ["slip#*"]},
    "VerifySlipFunction": {"GetItem": BATCHES + ["start", "slip#*"]},
    "ListBatchesFunction": COUNTED | {"GetItem": ["start"], "BatchGetItem": CALLERS},
    "ImportRosterFunction": READS | {
        "PutItem": BATCHES, "DeleteItem": BATCHES, "ConditionCheckItem": BATCHES, "UpdateItem": BATCHES + SPENT["UpdateItem"], "Query": BATCHES},
    "ReadTableFunction": ADMITTED | SPENT | {"GetItem": ["start"]},
    "GrantOperatorFunction": SPENT | {
        "GetItem": BATCHES + ["administrators", "administrator#*", "operators#*", "operator#*", "start"], "BatchGetItem": CALLERS,
        "PutItem": ["administrators", "administrator#*", "operators#*", "operator#*"], "Query": ["administrators", "operators#*"]},
    "WorklistFunction": READS | {"Query": BATCHES},
    "ProgressFunction": READS | SPENT | {"Query": BATCHES + ["operators#*", "sign-ins#*"]},
    "SignInFunction": COUNTED | {
        "GetItem": ["start"], "BatchGetItem": CALLERS, "Query": ["sign-ins#*"],
        "PutItem": ["signed-out#*", "entry#*"], "DeleteItem": ["entry#*"]},
    "WebFunction": {},
    "CheckpointFunction": {"GetItem": ["start"], "Scan": ["*"]},
    "RemindFunction": {
        "GetItem": BATCHES + ["start"], "BatchGetItem": BATCHES + ["start"], "Query": BATCHES + ["operators#*", "reminded#*"],
        "PutItem": ["reminded#*"], "DeleteItem": ["reminded#*"]}}
BY_INDEX = {"ImportRosterFunction", "WorklistFunction", "ProgressFunction", "RemindFunction"}
SECRETS = {
    "CheckpointFunction": "CheckpointSecret", "PrintSlipFunction": "SlipSecret", "SignInFunction": "SessionSecret", "RemindFunction": "MailSecret"}


def nobody_waits_longer_than_api_gateway(stack: Stack):
    asked = {function for function, _ in routes(stack).values()}
    for name, about in functions(stack).items():
        if not 1 <= about.get("Timeout", 3) <= (29 if name in asked else 900):
            yield f"{name}: runs for {about.get('Timeout')} s"


def functions_have_the_memory_and_time_that_were_measured(stack: Stack):
    found = {name: (about.get("MemorySize"), about.get("Timeout")) for name, about in functions(stack).items()}
    for name in sorted(found.keys() | SIZES.keys()):
        yield from differs(f"{name}: MB and seconds", found.get(name), SIZES.get(name))


def functions_are_what_was_built(stack: Stack):
    wanted = {"Runtime": "provided.al2023", "Handler": "bootstrap", "Architectures": [stack.given["Architecture"]]}
    for name, about in functions(stack).items():
        for key, value in wanted.items():
            yield from differs(f"{name}: {key}", about.get(key), value)


def every_function_has_the_batch_files(stack: Stack):
    for name, about in functions(stack).items():
        fonts = ["FontLayer"] if name == "PrintSlipFunction" else []
        yield from differs(f"{name}: Layers", about.get("Layers"), ["BatchLayer", *fonts])


def every_function_is_traced_if_traces_are_on(stack: Stack):
    wanted = "Active" if stack.given["Traces"] == "yes" else "PassThrough"
    for name, about in functions(stack).items():
        yield from differs(f"{name}: tracing", about.get("TracingConfig", {}).get("Mode"), wanted)


def functions_are_told_what_the_stack_is_told(stack: Stack):
    for name, about in functions(stack).items():
        wanted = {variable: stack.given[one] for variable, one in (EVERYBODY | OWN.get(name, {})).items()}
        if name == "CheckpointFunction":
            wanted["LIXIAO_CHECKPOINT_BUCKET"] = "Checkpoints"
        wanted |= {"SSL_CERT_FILE": "/etc/pki/tls/certs/ca-bundle.crt", "LIXIAO_TABLE": table(stack)}
        found = {key: value for key, value in about["Environment"]["Variables"].items() if key not in FROM_SECRETS}
        for key in sorted(found.keys() | wanted.keys()):
            yield from differs(f"{name}: {key}", found.get(key), wanted.get(key))


def secrets_stay_in_secrets_manager(stack: Stack):
    def reference(parameter: str, used: bool) -> str:
        return f"{{{{resolve:secretsmanager:{stack.given[parameter]}}}}}" if used else ""

    proxy = reference("ProxySecret", bool(stack.given["ProxySecret"]))
    client = reference("ClientSecret", stack.given["SignIn"] == "oidc")
    for name, about in functions(stack).items():
        variables = about["Environment"]["Variables"]
        yield from differs(f"{name}: LIXIAO_PROXY_SECRET", variables.get("LIXIAO_PROXY_SECRET"), proxy)
        wanted = client if name == "SignInFunction" else None
        yield from differs(f"{name}: LIXIAO_CLIENT_SECRET", variables.get("LIXIAO_CLIENT_SECRET"), wanted)


def nobody_uses_up_everybodys_copies(stack: Stack):
    held = {
        "ImportRosterFunction": 5, "ReadTableFunction": 5, "ProgressFunction": 20, "RemindFunction": 1, "CheckpointFunction": 1,
        "SignInFunction": stack.given["SignInCopies"]}
    for name, about in functions(stack).items():
        wanted = held.get(name) if stack.given["Reserve"] == "yes" else None
        yield from differs(f"{name}: copies", about.get("ReservedConcurrentExecutions"), wanted)


def listed(value) -> list:
    return value if isinstance(value, list) else [value]


def statements(about: dict) -> list[dict]:
    return [said for policy in about.get("Policies", []) for said in policy["PolicyDocument"]["Statement"]]


def each_role_is_its_functions_alone(stack: Stack):
    aws = f"arn:{stack.given['AWS::Partition']}:iam::aws:policy/"
    # China has another policy for X-Ray.
    tracing = "AWSXRayDaemonWriteAccess" if stack.given["AWS::Partition"] == "aws-cn" else "AWSXrayWriteOnlyAccess"
    managed = {aws + "service-role/AWSLambdaBasicExecutionRole", aws + tracing}
    assume = {"Action": ["sts:AssumeRole"], "Effect": "Allow", "Principal": {"Service": ["lambda.amazonaws.com"]}}
    roles = of_type(stack, "AWS::IAM::Role")
    backup = roles.pop("BackupRole", None)
    if backup is not None:
        yield from differs("BackupRole: who takes it", backup["AssumeRolePolicyDocument"]["Statement"], [assume | {"Principal": {"Service": ["backup.amazonaws.com"]}}])
        yield from differs("BackupRole: may", backup["ManagedPolicyArns"], [aws + "service-role/AWSBackupServiceRolePolicyForBackup"])
    yield from differs("roles", set(roles), {f"{name}Role" for name in functions(stack)})
    for name, about in functions(stack).items():
        role = f"arn:{stack.given['AWS::Partition']}:iam::{stacks.ACCOUNT}:role/{name}Role"
        yield from differs(f"{name}: Role", about.get("Role"), role)
    for name, about in roles.items():
        yield from differs(f"{name}: who takes it", about["AssumeRolePolicyDocument"]["Statement"], [assume])
        if wide := set(about.get("ManagedPolicyArns", [])) - managed:
            yield f"{name}: has {', '.join(sorted(wide))}"


def a_function_may_do_what_it_does_and_no_more(stack: Stack):
    whole = arn(stack, "dynamodb", f"table/{table(stack)}")
    for name in functions(stack):
        may: dict[str, set] = {}
        versions = [policy["PolicyDocument"].get("Version") for policy in stack.resources[f"{name}Role"]["Properties"].get("Policies", [])]
        if set(versions) - {"2012-10-17"}:
            yield f"{name}: a policy of another version than 2012-10-17 is read by other rules"
        for said in statements(stack.resources[f"{name}Role"]["Properties"]):
            if said.get("Effect") != "Allow" or said.keys() - {"Effect", "Action", "Resource", "Condition"}:
                yield f"{name}: {said} isn't a plain allowance"
            actions, resources = listed(said.get("Action", "*")), listed(said.get("Resource", "*"))
            if actions == ["secretsmanager:GetSecretValue"] or all(action.startswith("s3:") for action in actions):
                continue
            keys = said.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", ["*"])
            for action in actions:
                may.setdefault(action.removeprefix("dynamodb:"), set()).update(keys)
            index = name in BY_INDEX and actions == ["dynamodb:Query"]
            yield from differs(f"{name}: {actions} on", resources, [whole, f"{whole}/index/by_college"] if index else [whole])
        wanted = {action: set(keys) for action, keys in RIGHTS.get(name, {}).items()}
        for action in sorted(may.keys() | wanted.keys()):
            yield from differs(f"{name}: {action} on keys", sorted(may.get(action, [])), sorted(wanted.get(action, [])))


def a_function_reads_its_own_secret_and_no_other(stack: Stack):
    for name in functions(stack):
        found = [
            resource for said in statements(stack.resources[f"{name}Role"]["Properties"])
            if any(action.startswith("secretsmanager:") for action in listed(said.get("Action")))
            for resource in listed(said.get("Resource"))]
        secret = SECRETS.get(name)
        wanted = [arn(stack, "secretsmanager", f"secret:{stack.given[secret]}-??????")] if secret else []
        yield from differs(f"{name}: secrets", found, wanted)


def one_function_reaches_the_bucket_and_never_to_delete(stack: Stack):
    bucket = f"arn:{stack.given['AWS::Partition']}:s3:::Checkpoints"
    may = {"s3:ListBucket": bucket, "s3:GetObject": f"{bucket}/*", "s3:PutObject": f"{bucket}/*"}
    for name in functions(stack):
        found = {
            action: resource for said in statements(stack.resources[f"{name}Role"]["Properties"])
            for action in listed(said.get("Action")) if action.startswith("s3:") for resource in listed(said.get("Resource"))}
        yield from differs(f"{name}: bucket", found, may if name == "CheckpointFunction" else {})


def checkpoints_are_due_every_hour(stack: Stack):
    rule = of_type(stack, "AWS::Events::Rule")["CheckpointFunctionHourly"]
    yield from differs("checkpoints", rule["ScheduleExpression"], "cron(7 * * * ? *)")
    yield from differs("checkpoints", rule.get("State"), "ENABLED")


def reminders_are_due_three_times_an_hour(stack: Stack):
    rules = of_type(stack, "AWS::Events::Rule")
    yield from differs("schedules", sorted(rules), ["CheckpointFunctionHourly", "RemindFunctionMorning"])
    rule = rules["RemindFunctionMorning"]
    # EventBridge counts in UTC; which of the hours is the university's morning, the function asks its zone.
    yield from differs("times of reminders", rule["ScheduleExpression"], "cron(0,20,40 * * * ? *)")
    yield from differs("reminders", rule.get("State"), "ENABLED" if stack.given["MailFrom"] else "DISABLED")
    targets = [{key: value for key, value in one.items() if key != "Id"} for one in rule["Targets"]]
    yield from differs("who reminds", targets, [{"Arn": arn(stack, "lambda", "function:RemindFunction")}])


def a_failed_reminder_is_tried_again_soon_or_not_at_all(stack: Stack):
    found = of_type(stack, "AWS::Lambda::EventInvokeConfig")
    tries = {"RemindFunction": 1, "CheckpointFunction": 0}  # a checkpoint that isn't written is due in the next hour
    wanted = [
        {"FunctionName": name, "MaximumRetryAttempts": times, "MaximumEventAgeInSeconds": 600, "DestinationConfig": {}}
        for name, times in sorted(tries.items())]
    kept = [{key: one.get(key) for key in wanted[0]} for one in found.values()]
    yield from differs("retries", sorted(kept, key=lambda one: one["FunctionName"]), wanted)
