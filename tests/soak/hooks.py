"""What schemathesis must know of Lixiao: who asks, what a roster looks like, and which of its findings are none.

Runs inside schemathesis, which soak.py starts; it leaves what was answered in SOAK_TALLY."""

import atexit
import collections
import csv
import io
import itertools
import json
import os
import re
import unicodedata
import urllib.request
from pathlib import Path

import jsonschema_rs
import schemathesis

ADDRESS = os.environ["SOAK_ADDRESS"]
PEOPLE = [person for person in os.environ["SOAK_PEOPLE"].split(",") if person]
ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))
ROSTER = list(csv.reader((ROOT / "docs/samples/roster.csv").open(encoding="utf-8")))
TABLES = {"/api/batches/{batch}/roster", "/api/batches/{batch}/tables", "/api/batches/{batch}/party-forms/table", "/api/batches/{batch}/operators/sheet"}

DECISIONS = {"/api/batches/{batch}/students/{student}/steps/{step}", "/api/batches/{batch}/steps/{step}/decisions"}

# Rules that no schema says: they look at two fields together, at the batch's file, or at the clock. By a fault's code, the
# fields it may be of; everything else that is refused must be forbidden by the document.
BY_OTHER_FIELDS = {
    "only-with": {"amount_due", "cascade", "parts"},        # with one decision only
    "required": {
        "reason",                                           # of every decision but a pass, of a registrar's form
        "import",                                           # of an undo
        "offices", "colleges",                              # of the roles that have them
        "confirmed",                                        # pages ask what else is wrong before it is ticked
    },
    "one-of": {"parts", "offices", "import"},               # the batch's parts and offices; no import with a revocation
    "not-a-cursor": {"cursor"},                             # only what a page before gave
    "in-the-future": {"as_of", "received_on"},
    "too-early": {"received_on"},
    "branch": {"heading"},
}

END = r"(\\x..|\\u....|[^\x00-\uffff])"
RANGE = re.compile(f"{END}-{END}")

tally = collections.Counter()
turn = itertools.count()
tokens = {}


def token(person):
    """A session; kept, because signing in is none of what is counted."""
    if person not in tokens:
        body = json.dumps({"sub": person}).encode()
        request = urllib.request.Request(f"{ADDRESS}/dev/token", body, {"content-type": "application/json"})
        tokens[person] = json.load(urllib.request.urlopen(request))["token"]
    return tokens[person]


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """To draw from a class of ninety thousand characters takes seconds each time: the ends of its ranges do. What is
    forbidden only by that is told apart by the document itself, in `is_allowed`."""
    if isinstance(raw_schema, list):
        for item in raw_schema:
            before_load_schema(context, item)
    elif isinstance(raw_schema, dict):
        if len(str(raw_schema.get("pattern", ""))) > 300 and raw_schema["pattern"].startswith("^["):
            raw_schema["pattern"] = RANGE.sub(only_ends, raw_schema["pattern"])
        for item in raw_schema.values():
            before_load_schema(context, item)


def only_ends(found):
    first, last = (int(end[2:], 16) if end[0] == "\\" else ord(end) for end in found.groups())
    if last - first < 32:
        return found.group()
    return "".join(f"{chr(a)}-{chr(b)}" if a > 0xFFFF else f"\\u{a:04x}-\\u{b:04x}" for a, b in ((first, first + 7), (last - 7, last)))


@schemathesis.hook
def before_call(context, case, kwargs):
    # Budgets are a person's: several of a kind, in turn, and none of them is turned away for the rest of a minute.
    if PEOPLE:
        case.headers["Authorization"] = f"Bearer {token(PEOPLE[next(turn) % len(PEOPLE)])}"
    # What is drawn for a table is a cell of one; a table that is none is drawn too.
    if case.path in TABLES and case.media_type == "text/csv" and isinstance(case.body, str) and len(case.body) % 4:
        case.body = roster(case.body)
    if case.path in DECISIONS and isinstance(case.body, dict) and next(turn) % 4:
        case.path_parameters, case.body = agreeing(case.path_parameters, case.body)


def agreeing(path, body):
    """A decision whose fields go together. Drawn each by itself they seldom do, and what is refused for that shows nothing
    of any bound. What is wrong with a field by itself stays so."""
    body = {**body}
    if body.get("amount_due") is not None:
        body["decision"] = "reject"
    elif body.get("parts"):
        path, body["decision"] = {**path, "step": 11}, "pass"
    elif body.get("cascade"):
        body["decision"] = "revoke"
    decision = body.get("decision")
    if decision != "reject":
        body.pop("amount_due", None)
    if decision != "revoke":
        body.pop("cascade", None)
    if decision in ("reject", "waive", "revoke", "undo") and not body.get("reason"):
        body["reason"] = "有书未还"
    if decision == "undo" and not body.get("import"):
        body["import"] = "first"
    if decision == "revoke":
        body.pop("import", None)
    if fits({"$ref": "#/components/schemas/PastInstant"}, body.get("as_of")):
        body["as_of"] = "2017-12-01T09:00:00+08:00"
    return path, body


def roster(drawn):
    """The sample roster with what was drawn in the place of one cell."""
    rows = [list(row) for row in ROSTER]
    place = sum(drawn.encode("utf-8", "replace"))
    row = rows[place % len(rows)]
    row[place // 7 % len(row)] = drawn
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


@schemathesis.hook
def after_call(context, case, response):
    tally[response.status_code] += 1
    if response.status_code == 429:
        tally[f"429 {case.method} {case.path}"] += 1
    # Signing out ended every session of theirs.
    if case.path == "/logout" and response.status_code == 204:
        tokens.clear()


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Whether a finding is one."""
    if "positive_data_acceptance" in failure.checks:
        return not is_explained(case, response)
    if "negative_data_rejection" in failure.checks:
        taken = is_allowed(case, as_read)
        tally["read otherwise"] += taken
        return not taken
    return True


def is_explained(case, response):
    """Whether what was refused breaks only rules that no schema says; of a table, or of the university's word that somebody
    signed out, it says only that it is a text."""
    if case.path in TABLES or case.path == "/login/callback":
        return response.status_code in (400, 413, 422)
    # A value of ours that was put into a list can stand there twice.
    if not is_allowed(case, lambda value: value):
        return True
    problem = json.loads(response.content)
    # 45.0 is an integer for JSON Schema; money is written without a fraction.
    if problem.get("at") == "amount_due" and isinstance(case.body["amount_due"], float):
        return True
    if problem["type"] == "too-large":
        return problem["unit"] == "letters"
    faults = [(fault["code"], fault["field"].split("[")[0]) for fault in problem.get("fields", [])]
    tally.update(f"{code} {field}" for code, field in faults)
    return bool(faults) and all(field in BY_OTHER_FIELDS.get(code, ()) for code, field in faults)


def is_allowed(case, read):
    """Whether the document allows a request, once its texts are read in some way."""
    operation = DOCUMENT["paths"][case.path][case.method.lower()]
    for parameter in operation.get("parameters", []):
        values = case.query if parameter["in"] == "query" else case.path_parameters
        value = read((values or {}).get(parameter["name"], ""))
        if value == "":
            if parameter["required"]:
                return False
        elif not fits(parameter["schema"], number(value) if parameter["schema"]["type"] == "integer" else value):
            return False
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return body is None or fits(body["schema"], read(case.body))


def as_read(value):
    """A value as Lixiao reads it: without what surrounds it, full and half width alike, and a name in a query without a
    value as none. The document forbids it as it was sent, for whoever builds on it; a slip of the hand is taken all the same."""
    if isinstance(value, str):
        return unicodedata.normalize("NFKC", value).strip()
    if isinstance(value, list):
        return [as_read(item) for item in value]
    if isinstance(value, dict):
        return {name: as_read(item) for name, item in value.items()}
    return value


def number(text):
    try:
        return int(text)
    except (TypeError, ValueError):
        return text


def fits(schema, value):
    try:
        return jsonschema_rs.is_valid({**schema, "components": DOCUMENT["components"]}, value)
    except ValueError:
        return False


@atexit.register
def leave_the_tally():
    with open(os.environ["SOAK_TALLY"], "w", encoding="utf-8") as file:
        json.dump(tally, file)
