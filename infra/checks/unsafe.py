"""Asks checkov for unsafe settings in the translated template, as checkov.yaml says. checkov alone ends well when it could
read nothing, so this also sees to it that it saw every resource. Run it with .venv-checks' Python, after transform.py."""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import stacks


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("template", nargs="?", type=Path, default=stacks.TARGET / "template.json")
    template = ask.parse_args().template
    if not template.is_file():
        print(f"unsafe: {template} isn't there; run transform.py first")
        return 1
    checkov = Path(sys.executable).with_name("checkov")
    config = Path(__file__).with_name("checkov.yaml")
    run = subprocess.run(
        [checkov, "--config-file", config, "--file", template, "--output", "json"], capture_output=True, text=True)
    try:
        answer = json.loads(run.stdout)
    except ValueError:
        print(f"unsafe: checkov gave no answer: {run.stderr.strip() or run.stdout.strip()}")
        return 1
    # One object if one framework found something to say, else a list; without any result there is no check_type.
    reports = {r["check_type"]: r for r in (answer if isinstance(answer, list) else [answer]) if "check_type" in r}
    wanted = len(json.loads(template.read_text(encoding="utf-8"))["Resources"])
    seen = reports.get("cloudformation", {}).get("summary", {}).get("resource_count", 0)
    failed = [check for report in reports.values() for check in report["results"]["failed_checks"]]
    for check in failed:
        print(f"unsafe: {check['resource']}: {check['check_name']} ({check['check_id']})")
    if seen != wanted:
        print(f"unsafe: checkov saw {seen} of {wanted} resources")
        return 1
    passed = reports["cloudformation"]["results"]["passed_checks"]
    kinds = len({check["check_id"] for check in passed})
    print(f"checkov: {seen} resources, {len(passed)} checks of {kinds} kinds passed, {len(failed)} failed")
    return int(bool(failed) or run.returncode != 0)


if __name__ == "__main__":
    sys.exit(main())
