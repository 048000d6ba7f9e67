"""Sends the interface what docs/openapi.json allows and what it forbids, as everybody who can ask: schemathesis draws the
requests and checks each answer. No answer may be 5xx, none may be other than documented, nothing that the document allows
may be refused for a bound it doesn't state, and nothing that it forbids may be taken.

Each kind of person gets a program of their own, with the same demo, so that whatever is found is found again by
`soak.py --only KIND --seed SEED`. Run with .venv-soak's Python; ends what it starts."""

import argparse
import collections
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
AT = "2017-12-20T09:00:00+08:00"
BATCH = "/api/batches/2018-01"
ADMINISTRATOR, PARTY_OFFICE, CLEARED = "10000001", "10000003", "20151000002"
OFFICES = ["library", "college", "laboratory", "finance", "residence", "degree"]
CHECKS = [
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance", "negative_data_rejection", "positive_data_acceptance",
]
# Who asks. Of those who are granted something there are ten, of the others as many as the demo has: budgets are a person's.
GRANTED = {
    "operator": {"roles": ["operator"], "offices": OFFICES, "colleges": ["*"]},
    "system": {"roles": ["operator"], "offices": ["library"], "colleges": ["*"]},
    "counsellor": {"roles": ["counsellor"], "offices": [], "colleges": ["信息学院"]},
    "party-office": {"roles": ["party-office"], "offices": [], "colleges": []},
    "registrar": {"roles": ["registrar"], "offices": [], "colleges": []},
    "administrator": {"roles": ["administrator"], "offices": [], "colleges": []},
}
PEOPLE = {
    "nobody": [],
    "student": [CLEARED, *(f"20151{number:06}" for number in range(20, 60, 4))],
    "advisor": ["W0001", "W0002", "W0003", "W0004"],
    **{kind: [f"3000000{i}" for i in range(10)] for kind in GRANTED},
    "system": ["feed-library", *(f"feed-library-{i}" for i in range(9))],
}


class Program:
    """`lixiao local` with the demo, for as long as the block lasts."""

    def __init__(self, kind):
        # Who isn't signed in can try the university's sign-in; this one's server isn't there.
        university = {"LIXIAO_SIGN_IN": "cas", "LIXIAO_UNIVERSITY": "http://127.0.0.1:9/cas"} if kind == "nobody" else {}
        self.log = tempfile.TemporaryFile("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [ROOT / "target/debug/lixiao", "local", "--listen", "127.0.0.1:0", "--demo", "60", "--at", AT],
            cwd=ROOT, env={"LIXIAO_FONTS": str(ROOT / ".fonts"), **os.environ, **university},
            stdout=subprocess.PIPE, stderr=self.log, text=True)

    def __enter__(self):
        for line in iter(self.process.stdout.readline, ""):
            if line.startswith("listening on "):
                self.address = line.split()[-1]
                return self
        self.log.seek(0)
        raise SystemExit(f"soak: lixiao did not start: {self.log.read()}")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)

    def panics(self):
        """What it said of itself that no answer shows."""
        self.log.seek(0)
        return [line.rstrip() for line in self.log if "panicked" in line]

    def ask(self, person, method, path, body=None):
        headers = {"content-type": "application/json"}
        if person:
            headers["authorization"] = f"Bearer {self.ask(None, 'POST', '/dev/token', {'sub': person})['token']}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


def entry(roles, offices=(), colleges=()):
    """An operator's entry: every role with the same offices and colleges."""
    return {"name": "老师", "grants": [{"role": role, "offices": list(offices), "colleges": list(colleges)} for role in roles]}


def prepare(program, kind):
    """Something of everything: ten people of a kind, forms, letters, an import, a student who is cleared."""
    for person in PEOPLE[kind] if kind in GRANTED else []:
        program.ask(ADMINISTRATOR, "PUT", f"{BATCH}/operators/{person}", entry(**GRANTED[kind]))
    everything = entry(["operator"], ["advisor", *OFFICES], ["*"])
    program.ask(ADMINISTRATOR, "PUT", f"{BATCH}/operators/40000001", everything)
    members = program.ask(PARTY_OFFICE, "GET", f"{BATCH}/party-forms?limit=4")["members"]
    form = {"heading": "中共昆明市委组织部", "destination": "昆明市第一中学党委", "transfer_kind": "in-province", "confirmed": True}
    for member in members:
        program.ask(PARTY_OFFICE, "PUT", f"{BATCH}/students/{member['id']}/party-form", form)
    program.ask(PARTY_OFFICE, "POST", f"{BATCH}/letters", {"students": [member["id"] for member in members[:3]]})
    students = [f"20151{number:06}" for number in range(1, 20)]
    for name in ("first", "second"):
        reject = {"students": students, "decision": "reject", "reason": "有书未还", "amount_due": 4500, "import": name}
        program.ask("40000001", "POST", f"{BATCH}/steps/2/decisions", reject)
    for _ in range(3):
        for step in program.ask(CLEARED, "GET", f"{BATCH}/students/me")["steps"]:
            if step["state"] in ("ready", "rejected"):
                parts = [part["id"] for part in step["parts"] if part["applies"]]
                decision = {"decision": "pass", "parts": parts}
                program.ask("40000001", "PUT", f"{BATCH}/students/{CLEARED}/steps/{step['number']}", decision)


def soak(kind, seconds, seed, only):
    """Runs schemathesis as one kind of person. Gives back what was answered, and whether all was well."""
    with Program(kind) as program, tempfile.TemporaryDirectory() as folder:
        if kind != "nobody":
            prepare(program, kind)
        tally = Path(folder, "tally.json")
        command = [
            Path(sys.executable).with_name("schemathesis"), "--config-file", HERE / "schemathesis.toml", "run",
            ROOT / "docs/openapi.json", "--url", program.address, "--seed", str(seed), "--max-time", str(seconds),
            "--phases", "examples,coverage,fuzzing", "--checks", ",".join(CHECKS), "--workers", "1", "--warnings", "off",
        ]
        # Where the program stands for the university itself, it signs anybody in by a page of its own.
        command += ["--exclude-path-regex", "^/login"] if kind != "nobody" else []
        command += ["--include-name", only] if only else []
        env = {
            **os.environ, "PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1", "SOAK_ADDRESS": program.address,
            "SOAK_PEOPLE": ",".join(PEOPLE[kind]), "SOAK_TALLY": str(tally),
        }
        run = subprocess.run(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        counted = json.loads(tally.read_text(encoding="utf-8")) if tally.exists() else {}
        panics = program.panics()
    # Whoever had no time to ask for everything has shown nothing.
    selected, tested = (re.search(f"{word}: *([0-9]+)", run.stdout) for word in ("Selected", "Tested"))
    whole = bool(selected and tested and selected[1] == tested[1])
    well = run.returncode == 0 and not panics and whole
    if not well or os.environ.get("SOAK_SHOW"):
        print(run.stdout, *panics, sep="\n")
        if not whole:
            print("Not every route was asked for: give it more SOAK_MINUTES.")
        who = f"; its token is POST /dev/token's for {', '.join(PEOPLE[kind][:3])} …" if PEOPLE[kind] else ""
        print(f"Again: make fuzz SOAK_ARGS='--only {kind} --seed {seed}'{who}\n")
    return counted, well


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--only", choices=list(PEOPLE), help="one kind of person")
    ask.add_argument("--operation", help="one operation, such as 'GET /api/me'")
    ask.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000, help="another draws other requests")
    ask.add_argument("--minutes", type=float, default=float(os.environ.get("SOAK_MINUTES") or 10), help="in all")
    asked = ask.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    kinds = [asked.only] if asked.only else list(PEOPLE)
    seconds = max(20, round(asked.minutes * 60 / (len(PEOPLE) if asked.only else len(kinds))))
    print(f"soak: seed {asked.seed}, {seconds} seconds each as {', '.join(kinds)}", flush=True)
    print(f"{'':14}{'requests':>9}{'2xx, 3xx':>10}{'4xx':>8}{'429':>6}{'5xx':>6}", flush=True)
    sound, explained = True, collections.Counter()
    for kind in kinds:
        counted, well = soak(kind, seconds, asked.seed, asked.operation)
        sound &= well
        of = lambda *firsts: sum(n for status, n in counted.items() if status.isdigit() and status[0] in firsts)
        print(f"{kind:14}{of(*'12345'):9}{of('2', '3'):10}{of('4'):8}{counted.get('429', 0):6}{of('5'):6}"
              f"  {'ok' if well else 'FAILED'}", flush=True)
        explained.update({what: n for what, n in counted.items() if not what[0].isdigit()})
    print("no finding, as hooks.py says:", ", ".join(f"{what} {n}" for what, n in explained.most_common()) or "nothing")
    return 0 if sound else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
