"""What a batch costs: measured units and requests times prices. Prints the tables of costs.md; with `--check`, says
whether they stand there. Another region's prices: change PRICES and run it again."""

import sys
from pathlib import Path

# US dollars, us-east-1, list prices without any free tier, as published when this was written. Look them up again.
PRICES = {
    "request": 1.00e-6,  # HTTP API, each
    "invocation": 0.20e-6,  # Lambda, each
    "gb_second": 0.0000133334,  # Lambda, arm64
    "read_unit": 0.125e-6,  # DynamoDB on demand
    "write_unit": 0.625e-6,
    "gb_month": 0.25,  # DynamoDB storage
    "backup_gb_month": 0.20,  # point-in-time recovery
    "log_gb": 0.50,  # CloudWatch Logs, taken in
    "secret_month": 0.40,
    "alarm_metric_month": 0.10,
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
SECONDS = 0.012  # billed, at 128 MB, two milliseconds of processor, and waiting for the table
MEMORY_GB = 0.125
SECRETS, ALARM_METRICS = 2, 38


def batch(students: int) -> dict:
    requests = students * sum(times * each for _, times, each, _, _ in PER_STUDENT)
    reads = students * sum(times * units for _, times, _, units, _ in PER_STUDENT)
    writes = students * sum(times * units for _, times, _, _, units in PER_STUDENT)
    stored = students * BYTES / 1e9
    parts = {
        "API Gateway": requests * PRICES["request"],
        "Lambda": requests * (PRICES["invocation"] + SECONDS * MEMORY_GB * PRICES["gb_second"]),
        "DynamoDB, reads": reads * PRICES["read_unit"],
        "DynamoDB, writes": writes * PRICES["write_unit"],
        "DynamoDB, a year's storage and backups": stored * MONTHS * (PRICES["gb_month"] + PRICES["backup_gb_month"]),
        "logs": requests * LOG_BYTES / 1e9 * PRICES["log_gb"],
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
    standing = SECRETS * PRICES["secret_month"] + ALARM_METRICS * PRICES["alarm_metric_month"]
    lines += ["", f"Beside any batch, a month: {SECRETS} secrets and {ALARM_METRICS} metrics in alarms, ${standing:.2f}."]
    return "\n".join(lines)


if __name__ == "__main__":
    if "--check" not in sys.argv:
        print(tables())
    elif tables() not in Path(__file__).with_name("costs.md").read_text():
        sys.exit("docs/costs.md doesn't have the tables that docs/costs.py prints")
