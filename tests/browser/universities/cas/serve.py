"""Starts the CAS server: tables, one service that may use it, and the server itself on the port given."""

import os
import sys

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()
call_command("migrate", verbosity=0)

from cas_server.models import ReplaceAttributName, ServicePattern  # noqa: E402 (needs django.setup)

service, _ = ServicePattern.objects.get_or_create(
    pos=1, name="lixiao", pattern="^http://127\\.0\\.0\\.1:", single_log_out=True
)
ReplaceAttributName.objects.get_or_create(name="*", service_pattern=service)
call_command("runserver", f"127.0.0.1:{sys.argv[1]}", "--noreload", "--insecure")
