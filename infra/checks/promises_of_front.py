"""What is promised of the front: what API Gateway lets in, to whom it leads, what it says to other pages and to its log."""

import json
import re
from pathlib import Path

import stacks
from seen import Stack, arn, differs, functions, holds, of_type, routes

# Requests a second, and at once; every other route falls under Rate and Burst.
THROTTLES = {
    "POST /login/callback": (20, 40),
    "POST /login/token": (200, 400),
    "POST /api/batches/{batch}/roster": (5, 10),
    "POST /api/batches/{batch}/tables": (10, 20),
    "POST /api/batches/{batch}/party-forms/table": (5, 10),
    "POST /api/batches/{batch}/operators/sheet": (5, 10),
    "GET /api/batches/{batch}/exports/{file}": (5, 10),
}
BODY = {"info", "openapi", "paths", "servers", "tags", "x-amazon-apigateway-cors"}
# What may stand in the log of requests: nothing that says who asked, from where, or for whom.
LOGGED = {
    "request_id": "$context.requestId", "route": "$context.routeKey", "status": "$context.status",
    "ms": "$context.responseLatency", "function_request_id": "$context.integration.requestId",
    "error": "$context.integrationErrorMessage"}


def stage(stack: Stack) -> dict:
    found, = of_type(stack, "AWS::ApiGatewayV2::Stage").values()
    return found


def body(stack: Stack) -> dict:
    return stack.resources["Api"]["Properties"]["Body"]


def routes_of_the_code() -> dict[str, str]:
    """Each route, and the folder whose handler says that it answers it."""
    return {
        f"{method.upper()} {path}": file.parts[-3]
        for file in sorted((stacks.ROOT / "functions").glob("*/src/*.rs"))
        for method, path in re.findall(r'utoipa::path\(\s*(\w+),\s*path = "([^"]+)"', file.read_text(encoding="utf-8"))
    } | {"$default": "web"}


def every_route_leads_to_the_function_that_answers_it(stack: Stack):
    folder = {name: Path(about["Code"]["S3Key"]).parts[-2] for name, about in functions(stack).items()}
    for name in folder:
        own = re.sub("(?<=[a-z])(?=[A-Z])", "-", name.removesuffix("Function")).lower()
        yield from differs(f"{name}: its code", functions(stack)[name]["Code"]["S3Key"], f"target/lambda/{own}/bootstrap.zip")
    wanted, found = routes_of_the_code(), routes(stack)
    for route in sorted(wanted.keys() | found.keys()):
        function = found[route][0] if route in found else None
        yield from differs(f"{route}: leads to", folder.get(function), wanted.get(route))


def functions_get_requests_as_they_read_them(stack: Stack):
    if extra := body(stack).keys() - BODY:
        yield f"the interface: nobody decided on its {', '.join(sorted(extra))}"
    for route, (function, about) in routes(stack).items():
        asked = about["x-amazon-apigateway-integration"]
        plain = {key: value for key, value in asked.items() if key != "uri"}
        wanted = {"httpMethod": "POST", "type": "aws_proxy", "payloadFormatVersion": "2.0"}
        yield from differs(f"{route}: integration", plain, wanted)
        path = f"arn:{stack.given['AWS::Partition']}:apigateway:{stack.given['AWS::Region']}:lambda:path/2015-03-31/functions"
        uri = f"{path}/{arn(stack, 'lambda', f'function:{function}')}/invocations"
        yield from differs(f"{route}: uri", asked["uri"], uri)
        if extra := about.keys() - {"x-amazon-apigateway-integration", "responses", "parameters", "isDefaultRoute"}:
            yield f"{route}: nobody decided on its {', '.join(sorted(extra))}"


def only_api_gateway_and_the_schedule_call_functions(stack: Stack):
    api = f"{arn(stack, 'execute-api', 'Api')}/*/"
    rules = {"RemindFunction": "RemindFunctionMorning", "CheckpointFunction": "CheckpointFunctionHourly"}
    for name, about in of_type(stack, "AWS::Lambda::Permission").items():
        yield from differs(f"{name}: Action", about["Action"], "lambda:InvokeFunction")
        by_rule = about["FunctionName"] in rules
        rule = arn(stack, "events", f"rule/{rules.get(about['FunctionName'])}")
        wanted = "events.amazonaws.com" if by_rule else "apigateway.amazonaws.com"
        yield from differs(f"{name}: Principal", about["Principal"], wanted)
        source = about.get("SourceArn", "missing")
        if source != rule if by_rule else not source.startswith(api):
            yield f"{name}: lets {source} call"


def more_than_rate_and_burst_are_turned_away(stack: Stack):
    wanted = {"ThrottlingRateLimit": stack.given["Rate"], "ThrottlingBurstLimit": stack.given["Burst"]}
    found = stage(stack).get("DefaultRouteSettings", {})
    yield from differs("throttle", {key: value for key, value in found.items() if key.startswith("Thr")}, wanted)
    # The figures of the opening minute: 5,000 students with eight requests each, and half as many again.
    opening = 5_000 * 8 / 60 * 1.5
    yield from differs("default of Rate", stack.template["Parameters"]["Rate"].get("Default"), opening)
    yield from differs("default of Burst", stack.template["Parameters"]["Burst"].get("Default"), 2 * opening)


def heavy_routes_and_those_of_strangers_have_a_throttle_of_their_own(stack: Stack):
    found = {
        route: (about.get("ThrottlingRateLimit"), about.get("ThrottlingBurstLimit"))
        for route, about in stage(stack).get("RouteSettings", {}).items()}
    for route in sorted(found.keys() | THROTTLES.keys()):
        yield from differs(f"{route}: a second and at once", found.get(route), THROTTLES.get(route))


def no_metrics_are_paid_for_that_nobody_looks_at(stack: Stack):
    # No alarm and no widget asks for a route: promises_of_alarms.py.
    for route, about in {"every route": stage(stack).get("DefaultRouteSettings", {}), **stage(stack).get("RouteSettings", {})}.items():
        for key in sorted(about.keys() - {"ThrottlingRateLimit", "ThrottlingBurstLimit"}):
            if about[key] is not False:
                yield f"{route}: {key}"


def a_deploy_is_there_when_it_is_done(stack: Stack):
    for key, wanted in {"AutoDeploy": True, "StageName": "$default", "ApiId": "Api"}.items():
        yield from differs(f"stage: {key}", stage(stack).get(key), wanted)


def the_log_of_requests_says_nothing_of_anybody(stack: Stack):
    found = stage(stack).get("AccessLogSettings", {})
    yield from differs("log of requests: place", found.get("DestinationArn"), arn(stack, "logs", "log-group:AccessLog"))
    yield from differs("log of requests: line", json.loads(found["Format"]), LOGGED)


def other_pages_may_ask_only_if_they_are_the_portals(stack: Stack):
    portal = stack.given["PortalOrigin"]
    wanted = {
        "allowOrigins": [portal], "allowMethods": ["GET", "POST"], "allowHeaders": ["authorization", "accept-language"],
        "maxAge": 600}
    yield from differs("CORS", body(stack).get("x-amazon-apigateway-cors"), wanted if portal else None)


def the_direct_address_is_off_when_somebody_says_so(stack: Stack):
    found = [one["x-amazon-apigateway-endpoint-configuration"] for one in body(stack).get("servers", [])]
    off = stack.given["DirectAddress"] == "no"
    yield from differs("API Gateway's own address", found, [{"disableExecuteApiEndpoint": off}])


def the_own_name_asks_for_tls_1_2_and_leads_to_this_stage(stack: Stack):
    for missing in ("Domain", "Certificate"):
        if holds(stack, "OwnName", {missing: ""}):
            yield f"OwnName: holds without {missing}"
    domains, mappings = of_type(stack, "AWS::ApiGatewayV2::DomainName"), of_type(stack, "AWS::ApiGatewayV2::ApiMapping")
    if not (stack.given["Domain"] and stack.given["Certificate"]):
        yield from differs("own names without a name", [*domains, *mappings], [])
        return
    wanted = {"CertificateArn": stack.given["Certificate"], "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}
    yield from differs("OwnDomain: DomainName", domains["OwnDomain"]["DomainName"], stack.given["Domain"])
    yield from differs("OwnDomain: configuration", domains["OwnDomain"]["DomainNameConfigurations"], [wanted])
    whole = {"ApiId": "Api", "DomainName": "OwnDomain", "Stage": "ApiApiGatewayDefaultStage"}
    yield from differs("OwnDomainMapping", mappings["OwnDomainMapping"], whole)
