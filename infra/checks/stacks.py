"""The stacks that are checked: in an ordinary region and in China's partition, signing in by CAS and by OpenID Connect.
The first leaves every optional parameter at its default, the second gives them all, so that each condition of the
template is met once and missed once."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "target"
ACCOUNT = "123456789012"  # moto's
PARTITIONS = {"eu-central-1": "aws", "cn-north-1": "aws-cn"}
SUFFIXES = {"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn"}
SIGN_INS = ("cas", "oidc")
# A public key of sessions, and one of slips.
KEY, SLIP_KEY = "A" * 43, "B" * 43


def given(region: str, sign_in: str) -> dict[str, str]:
    """What an administrator would answer to `sam deploy --guided`."""
    needed = {"SessionKeys": KEY, "SlipKeys": SLIP_KEY, "Address": "https://lixiao.example.edu", "University": "https://sso.example.edu"}
    if sign_in == "cas":
        return needed
    return needed | {
        "Administrators": "20080123,20080124",
        "SessionKeys": f"{KEY},{KEY}",
        "SlipKeys": f"{SLIP_KEY},{SLIP_KEY},{SLIP_KEY}",
        "SessionSecret": "university/session-key",
        "SlipSecret": "university/slip-key",
        "CheckpointSecret": "university/checkpoint-key",
        "CheckpointKeys": KEY,
        "CheckpointDays": "400",
        "BackupCopy": f"arn:{PARTITIONS[region]}:backup:{region}:{ACCOUNT}:backup-vault:elsewhere",
        "SignIn": sign_in,
        "ClientId": "lixiao",
        "ClientSecret": "university/client-secret",
        "Claims": "student=xh,staff=gh",
        "PortalOrigin": "https://portal.example.edu",
        "Domain": "lixiao.example.edu",
        "Certificate": f"arn:{PARTITIONS[region]}:acm:{region}:{ACCOUNT}:certificate/00000000-0000-0000-0000-000000000000",
        "MailFrom": "lixiao@example.edu",
        "MailSecret": "university/mail",
        "StaffMail": "{id}@example.edu",
        "AlarmMail": "it@example.edu",
        "MonthlyBudget": "50",
        "ProxySecret": "university/proxy",
        "ProxyHeader": "cloudfront-viewer-address",
        "DirectAddress": "no",
        "TableName": "lixiao-restored-1",
        "TableKey": f"arn:{PARTITIONS[region]}:kms:{region}:{ACCOUNT}:key/00000000-0000-0000-0000-000000000000",
        "Rate": "2000",
        "Burst": "4000",
        "Reserve": "no",
        "SignInCopies": "100",
        "Traces": "no",
        "LogDays": "365",
        "Architecture": "arm64",
    }


def parameters(template: dict, region: str, sign_in: str) -> dict[str, str]:
    """Every parameter's value, the defaults included; a name that the template doesn't have is an error."""
    answers = given(region, sign_in)
    declared = template["Parameters"]
    if unknown := answers.keys() - declared.keys():
        raise SystemExit(f"stacks.py answers parameters that the template doesn't have: {', '.join(sorted(unknown))}")
    missing = [name for name, about in declared.items() if "Default" not in about and name not in answers]
    if missing:
        raise SystemExit(f"stacks.py doesn't answer the parameters {', '.join(missing)}")
    values = {name: str(answers.get(name, about.get("Default"))) for name, about in declared.items()}
    for name, about in declared.items():
        # Neither the translator nor moto looks at these.
        fits = re.search(about.get("AllowedPattern", ""), values[name])
        if not fits or values[name] not in map(str, about.get("AllowedValues", [values[name]])):
            raise SystemExit(f"the template's parameter {name} refuses {values[name]!r}")
    return values


def file(folder: Path, region: str, sign_in: str) -> Path:
    return folder / f"template.{region}.{sign_in}.json"
