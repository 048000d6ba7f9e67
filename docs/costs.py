"""What a batch costs: measured units and requests times prices. Prints the tables of costs.md; with `--check`, says
whether they stand there. Another region's prices: change PRICES and run it again."""

import sys
from pathlib import Path

# US dollars, us-east-1, list prices without any free tier, as published when this was written. Look them up again.
PRICES = {
    "request": 1.00e-6,  # HTTP API, each
    "invocation": 0.20e-6,  # Lambda, each
    "gb_second": 0.0000166667,  # Lambda, x86_64, as `make zips` builds
    "gb_second_arm64": 0.0000133334,
    "read_unit": 0.125e-6,  # DynamoDB on demand
    "write_unit": 0.625e-6,
    "gb_month": 0.25,  # DynamoDB storage
    "backup_gb_month": 0.20,  # point-in-time recovery
    "log_gb": 0.50,  # CloudWatch Logs, taken in
    "log_gb_month": 0.03,  # and kept
    "traffic_gb": 0.09,  # out to the Internet; an account's first 100 GB a month are free
    "secret_month": 0.40,
    "alarm_metric_month": 0.10,
    "dashboard_month": 3.00,  # beyond the three with up to 50 metrics that are free
    "metric_month": 0.30,  # one of one's own, and one of a route
}

# Per student, over a whole batch: how often, requests, read units, write units (docs/measurements.md, docs/bench.md).
PER_STUDENT = [
    ("put on the roster", 1, 1 / 1500, 1, 8),
    ("a first look at the own page, sign-in included", 1, 8, 4, 2),
    ("fourteen more looks", 14, 2, 2, 0),
    ("eleven decisions, eight of them by sheets", 11, 1 / 4, 1.6, 9),
    ("lists of offices, a page of 50 twice a step", 22 / 50, 1, 3, 0),
    ("a member's form and letter, one student in ten", 0.1, 6, 8, 14),
    ("slip and its verification", 1, 2, 2, 0),
    ("reminders, five mornings", 5, 0, 1.1, 1),
]
MONTHS = 12  # a batch's data is kept a year
BYTES = 12_000  # a finished student: document, twelve events, index
LOG_BYTES = 900  # a request: a line of API Gateway's, one of ours, Lambda's two
LOG_MONTHS = 6  # the parameter LogDays
OUT_BYTES = 32_100 + 14 * 9_900 + 82_000 + 20_000  # a student: a first look, later ones, the slip, and their part of staff's pages
SECONDS = 0.012  # billed, at 128 MB, two milliseconds of processor, and waiting for the table
MEMORY_GB = 0.125
SECRETS, ALARM_METRICS, DASHBOARDS = 2, 39, 1
ROUTES, ROUTE_METRICS = 38, 6  # switched off


def calls(requests: float, processor: str) -> float:
    return requests * (PRICES["invocation"] + SECONDS * MEMORY_GB * PRICES[processor])


def batch(students: int) -> dict:
    requests = students * sum(times * each for _, times, each, _, _ in PER_STUDENT)
    reads = students * sum(times * units for _, times, _, units, _ in PER_STUDENT)
    writes = students * sum(times * units for _, times, _, _, units in PER_STUDENT)
    stored = students * BYTES / 1e9
    parts = {
        "API Gateway": requests * PRICES["request"],
        "Lambda": calls(requests, "gb_second"),
        "DynamoDB, reads": reads * PRICES["read_unit"],
        "DynamoDB, writes": writes * PRICES["write_unit"],
        "DynamoDB, a year's storage and backups": stored * MONTHS * (PRICES["gb_month"] + PRICES["backup_gb_month"]),
        "logs, kept for half a year": requests * LOG_BYTES / 1e9 * (PRICES["log_gb"] + LOG_MONTHS * PRICES["log_gb_month"]),
        "traffic out": students * OUT_BYTES / 1e9 * PRICES["traffic_gb"],
    }
    return {"requests": requests, "reads": reads, "writes": writes, "parts": parts, "sum": sum(parts.values())}


def tables() -> str:
    lines = ["| per student | times | requests | read units | write units |", "|---|---|---|---|---|"]
    for what, times, each, reads, writes in PER_STUDENT:
        lines.append(f"| {what} | {times:.3g} | {times * each:.3g} | {times * reads:.3g} | {times * writes:.3g} |")
    sizes = [5_000, 500_000]
    results = [batch(size) for size in sizes]
    lines += ["", "| a batch of | " + " | ".join(f"{size:,} students" for size in sizes) + " |", "|---|---|---|"]
    for name, word in (("requests", "requests"), ("reads", "read units"), ("writes", "write units")):
        lines.append(f"| {word} | " + " | ".join(f"{r[name]:,.0f}" for r in results) + " |")
    for part in results[0]["parts"]:
        lines.append(f"| {part} | " + " | ".join(f"${r['parts'][part]:,.2f}" for r in results) + " |")
    lines.append("| **in all** | " + " | ".join(f"**${r['sum']:,.2f}**" for r in results) + " |")
    lines.append("| a student | " + " | ".join(f"${r['sum'] / size:.5f}" for r, size in zip(results, sizes)) + " |")
    cheaper = [f"${calls(result['requests'], 'gb_second_arm64'):,.2f}" for result in results]
    lines.append("| *Lambda, were it built for arm64* | " + " | ".join(cheaper) + " |")
    lines += [
        "", "| beside any batch, a month | |", "|---|---|",
        f"| {SECRETS} secrets | ${SECRETS * PRICES['secret_month']:.2f} |",
        f"| {ALARM_METRICS} metrics in alarms | ${ALARM_METRICS * PRICES['alarm_metric_month']:.2f} |",
        f"| the dashboard, if the account has three others | ${DASHBOARDS * PRICES['dashboard_month']:.2f} |",
        f"| *metrics of {ROUTES} routes, were they switched on* | ${ROUTES * ROUTE_METRICS * PRICES['metric_month']:.2f} |"]
    return "\n".join(lines)


if __name__ == "__main__":
    if "--check" not in sys.argv:
        print(tables())
    elif tables() not in Path(__file__).with_name("costs.md").read_text():
        sys.exit("docs/costs.md doesn't have the tables that docs/costs.py prints")
