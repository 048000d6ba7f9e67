"""What is promised of alarms and the dashboard: that each looks at something that is counted, rings when it should, and that
somebody hears it."""

import json

import stacks
from seen import NAME, Stack, differs, functions, holds, of_type, table

TOPIC = "Alarms"
STUDENTS = ["Status", "SubmitForm", "PrintSlip", "VerifySlip", "ListBatches", "SignIn", "Web"]
STAFF = ["CompleteStep", "IssueLetter", "ImportRoster", "GrantOperator", "Worklist", "Progress", "Remind", "ReadTable"]
# An alarm rings above its threshold, in so many of so many minutes.
RINGS = {
    "StudentErrorsAlarm": (0, 1, 1), "StaffErrorsAlarm": (0, 1, 1), "StudentThrottlesAlarm": (0, 3, 3),
    "StaffThrottlesAlarm": (0, 3, 3), "FaultAlarm": (0, 3, 5), "RateAlarm": (80, 1, 1), "TurnedAwayAlarm": (33, 2, 3),
    "LatencyAlarm": (3000, 5, 5), "TableAlarm": (0, 2, 2), "StartAlarm": (0, 1, 1),
    "UnreadableAlarm": (0, 1, 1), "CheckpointAlarm": (0, 1, 1)}
# What is counted in logs: the words of the line, and the file that writes it.
COUNTED = {
    "StartsThatFailed": ("the function can't start", "shared/edge/src/lambda.rs"),
    "UnreadableItems": ("an item can't be read", "shared/edge/src/problem.rs")}
SUM = "SUM(METRICS())"


def of_functions(metric: str, names: list[str]) -> list[tuple]:
    return [("AWS/Lambda", metric, (("FunctionName", f"{name}Function"),), "Sum") for name in names]


def of_api(metric: str, statistic: str = "Sum") -> tuple:
    return ("AWS/ApiGateway", metric, (("ApiId", "Api"),), statistic)


def of_table(metric: str, stack: Stack, index: bool = False) -> tuple:
    more = (("GlobalSecondaryIndexName", "by_college"),) if index else ()
    return ("AWS/DynamoDB", metric, (("TableName", table(stack)), *more), "Sum")


def watched(stack: Stack) -> dict[str, tuple]:
    """What each alarm calculates, and of which metrics in the order of their names."""
    throttled = ("ReadThrottleEvents", "WriteThrottleEvents")
    return {
        "StudentErrorsAlarm": (SUM, of_functions("Errors", STUDENTS)),
        "StaffErrorsAlarm": (SUM, of_functions("Errors", STAFF)),
        "StudentThrottlesAlarm": (SUM, of_functions("Throttles", STUDENTS)),
        "StaffThrottlesAlarm": (SUM, of_functions("Throttles", STAFF)),
        "FaultAlarm": (None, [of_api("5xx")]),
        "RateAlarm": (f"100 * m0 / (60 * {stack.given['Rate']})", [of_api("Count")]),
        "TurnedAwayAlarm": ("IF(m0 > 300, 100 * m1 / m0, 0)", [of_api("Count"), of_api("4xx")]),
        "LatencyAlarm": (None, [of_api("Latency", "p99")]),
        "TableAlarm": (SUM, [of_table(metric, stack, index) for index in (False, True) for metric in throttled]),
        "StartAlarm": (None, [(f"Lixiao/{NAME}", "StartsThatFailed", (), "Sum")]),
        "CheckpointAlarm": (SUM, of_functions("Errors", ["Checkpoint"]) + of_functions("Throttles", ["Checkpoint"])),
        "UnreadableAlarm": (None, [(f"Lixiao/{NAME}", "UnreadableItems", (), "Sum")]),
    }


def metric_of(about: dict, statistic: str) -> tuple:
    dimensions = tuple((one["Name"], one["Value"]) for one in about.get("Dimensions", []))
    return about["Namespace"], about["MetricName"], dimensions, statistic


def looked_at(about: dict) -> tuple:
    """What an alarm calculates, of which metrics, all of them by the minute."""
    if "Metrics" not in about:
        periods = {about.get("Period")}
        found = (None, [metric_of(about, about.get("Statistic") or about.get("ExtendedStatistic"))])
    else:
        inputs = sorted((one for one in about["Metrics"] if "MetricStat" in one), key=lambda one: int(one["Id"][1:]))
        calculated, = [one["Expression"] for one in about["Metrics"] if one.get("ReturnData", True)]
        periods = {one["MetricStat"]["Period"] for one in inputs}
        found = (calculated, [metric_of(one["MetricStat"]["Metric"], one["MetricStat"]["Stat"]) for one in inputs])
    return found if periods == {60} else (*found, f"every {periods} s")


def alarms(stack: Stack) -> dict[str, dict]:
    return of_type(stack, "AWS::CloudWatch::Alarm")


def every_alarm_tells_somebody(stack: Stack):
    for name, about in alarms(stack).items():
        for key in ("AlarmActions", "OKActions"):
            yield from differs(f"{name}: {key}", about.get(key), [TOPIC])
        yield from differs(f"{name}: ActionsEnabled", about.get("ActionsEnabled", True), True)
    mail = stack.given["AlarmMail"]
    wanted = [{"TopicArn": TOPIC, "Protocol": "email", "Endpoint": mail}] if mail else []
    yield from differs("who hears alarms", list(of_type(stack, "AWS::SNS::Subscription").values()), wanted)
    yield from differs("topics", list(of_type(stack, "AWS::SNS::Topic")), [TOPIC])


def alarms_ring_when_they_should(stack: Stack):
    found = {
        name: (about.get("Threshold"), about.get("DatapointsToAlarm", about.get("EvaluationPeriods")), about.get("EvaluationPeriods"))
        for name, about in alarms(stack).items()}
    for name in sorted(found.keys() | RINGS.keys()):
        yield from differs(f"{name}: threshold, minutes, of minutes", found.get(name), RINGS.get(name))
    for name, about in alarms(stack).items():
        yield from differs(f"{name}: rings", about.get("ComparisonOperator"), "GreaterThanThreshold")


def whoever_hears_an_alarm_finds_it_in_the_handbook(stack: Stack):
    handbook = (stacks.ROOT / "docs/operations.md").read_text(encoding="utf-8")
    for name, about in alarms(stack).items():
        if f"`{name}`" not in handbook:
            yield f"{name}: docs/operations.md doesn't say what to do"
        if not about.get("AlarmDescription"):
            yield f"{name}: its mail doesn't say what it is about"


def silence_is_no_alarm(stack: Stack):
    for name, about in alarms(stack).items():
        yield from differs(f"{name}: TreatMissingData", about.get("TreatMissingData"), "notBreaching")


def alarms_look_at_what_is_counted(stack: Stack):
    wanted = watched(stack)
    for name, about in alarms(stack).items():
        yield from differs(f"{name}: looks at", looked_at(about), wanted.get(name))


def every_function_is_watched(stack: Stack):
    for metric in ("Errors", "Throttles"):
        seen = [
            dimensions[0][1] for about in alarms(stack).values() for _, name, dimensions, _ in looked_at(about)[1] if name == metric]
        yield from differs(f"functions whose {metric} ring", sorted(seen), sorted(functions(stack)))


def what_the_log_says_of_faults_is_counted(stack: Stack):
    filters = of_type(stack, "AWS::Logs::MetricFilter")
    yield from differs("what is counted in logs", sorted(filters), sorted(COUNTED))
    for name, (words, source) in COUNTED.items():
        about = filters[name]
        yield from differs(f"{name}: log", about["LogGroupName"], "FunctionLog")
        if f'"{words}"' not in (stacks.ROOT / source).read_text(encoding="utf-8"):
            yield f"{source} has other words than {words!r}"
        yield from differs(f"{name}: pattern", about["FilterPattern"], f'{{ $.message = "{words}" }}')
        one, = about["MetricTransformations"]
        for key, wanted in {"MetricNamespace": f"Lixiao/{NAME}", "MetricName": name, "MetricValue": "1"}.items():
            yield from differs(f"{name}: {key}", one.get(key), wanted)


def the_dashboard_shows_what_the_handbook_looks_at(stack: Stack):
    about, = of_type(stack, "AWS::CloudWatch::Dashboard").values()
    yield from differs("Dashboard: name", about["DashboardName"], NAME)
    everybody = STUDENTS + STAFF
    # Fifty metrics are free. Nobody waits for reminders, which run once at a time; sheets are a few a day.
    asked = [name for name in everybody if name not in ("Remind", "ReadTable")]
    wanted = {of_api("Count"), of_api("4xx"), of_api("5xx"), of_api("Latency", "p99")}
    wanted |= {of_api("IntegrationLatency", "p99"), *of_functions("Errors", everybody)}
    wanted |= {(*one[:3], "Maximum") for one in of_functions("ConcurrentExecutions", asked)}
    wanted |= {(*one[:3], "p99") for one in of_functions("Duration", asked)}
    wanted |= {
        of_table(f"{what}{events}", stack)
        for what, events in (("ConsumedRead", "CapacityUnits"), ("ConsumedWrite", "CapacityUnits"),
                             ("Read", "ThrottleEvents"), ("Write", "ThrottleEvents"))}
    found = set()
    for widget in json.loads(about["DashboardBody"])["widgets"]:
        yield from differs("Dashboard: region", widget["properties"]["region"], stack.given["AWS::Region"])
        for namespace, metric, dimension, value, options in widget["properties"]["metrics"]:
            found.add((namespace, metric, ((dimension, value),), options["stat"]))
    for one in sorted(wanted - found):
        yield f"Dashboard: doesn't show {one}"
    for one in sorted(found - wanted):
        yield f"Dashboard: shows {one}, which nobody counts"


def a_budget_that_is_asked_for_tells_somebody(stack: Stack):
    # Without an amount, without anybody to tell, and in China, where an account is billed in yuan, there is none.
    for otherwise in ({"MonthlyBudget": 0}, {"AlarmMail": ""}, {"AWS::Partition": "aws-cn"}):
        if holds(stack, "Budgeted", otherwise):
            yield f"Budgeted: holds with {otherwise}"
    asked, mail = stack.given["MonthlyBudget"], stack.given["AlarmMail"]
    budgets = list(of_type(stack, "AWS::Budgets::Budget").values())
    if not (asked and mail and stack.given["AWS::Partition"] == "aws"):
        yield from differs("budgets", budgets, [])
        return
    about, = budgets
    wanted = {"BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": asked, "Unit": "USD"}}
    yield from differs("Budget", about["Budget"], wanted)
    heard = [
        (one["Notification"]["NotificationType"], one["Notification"]["Threshold"], one["Notification"]["ComparisonOperator"],
         one["Notification"].get("ThresholdType"), [whom["Address"] for whom in one["Subscribers"]])
        for one in about.get("NotificationsWithSubscribers", [])]
    rings = [("ACTUAL", 80), ("FORECASTED", 100)]
    yield from differs("Budget: who hears", heard, [(*one, "GREATER_THAN", "PERCENTAGE", [mail]) for one in rings])
