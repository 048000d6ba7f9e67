"""How the template reaches CloudFormation, in moto, an AWS in memory; run it with .venv-checks' Python."""

import json
import logging
import os
import tempfile
import unittest
import warnings
from pathlib import Path
from unittest import mock

import boto3
from botocore.client import BaseClient
from moto import mock_aws

import batches

REGION = "eu-central-1"
# CloudFormation's most for a template that is sent with the call; moto takes any length.
MOST = 51_200
TAGS = [{"Key": "lixiao:stack", "Value": "lixiao"}]


def call_as_cloudformation(client, operation, words, call=BaseClient._make_api_call):
    if len(words.get("TemplateBody", "")) > MOST:
        raise AssertionError(f"{operation}: at most {MOST} bytes of a TemplateBody")
    return call(client, operation, words)


def stack_of(files, stacks, layer: bytes) -> dict:
    """A stack as `sam deploy` leaves it, larger than a call may carry."""
    files.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": REGION})
    files.put_object(Bucket="bucket", Key="lixiao/old", Body=layer)
    template = {"Resources": {
        "BatchLayer": {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": "s3://bucket/lixiao/old"}},
        "Topic": {"Type": "AWS::SNS::Topic", "Metadata": {"large": "界" * MOST}},
    }}
    files.put_object(Bucket="bucket", Key="lixiao/first", Body=json.dumps(template, ensure_ascii=False).encode())
    url = batches.address(files.meta.endpoint_url, "bucket", "lixiao/first")
    stacks.create_stack(StackName="lixiao", TemplateURL=url, Tags=TAGS)
    return template


class Upload(unittest.TestCase):
    def setUp(self):
        # No call may reach a real account; moto says at length that it knows no layer of SAM's.
        self.enterContext(mock.patch.dict(
            os.environ, AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_SESSION_TOKEN="none"))
        self.enterContext(warnings.catch_warnings(action="ignore"))
        logging.disable()
        self.addCleanup(logging.disable, logging.NOTSET)

    def test_cloudformation_is_told_where_the_template_lies_in_each_partition(self):
        for region, host in [(REGION, "s3.eu-central-1.amazonaws.com"), ("cn-north-1", "s3.cn-north-1.amazonaws.com.cn")]:
            endpoint = boto3.client("s3", region_name=region).meta.endpoint_url
            self.assertEqual(batches.address(endpoint, "bucket", "lixiao/a.template"), f"https://{host}/bucket/lixiao/a.template")

    def test_new_files_go_out_with_a_template_larger_than_a_call_may_carry(self):
        for patch in [
            mock_aws(),
            mock.patch.object(BaseClient, "_make_api_call", call_as_cloudformation),
            mock.patch.object(batches, "region", lambda: REGION),
            # moto calls everything in a template a change; what is harmless has a test of its own.
            mock.patch.object(batches, "harmless", lambda change: True),
            mock.patch("subprocess.run", return_value=mock.Mock(stdout="")),
            mock.patch("time.sleep"),
            mock.patch("builtins.print"),
        ]:
            self.enterContext(patch)
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        files, stacks = (boto3.client(name, region_name=REGION) for name in ("s3", "cloudformation"))
        (folder / "2018-01.toml").write_text("a")
        template = stack_of(files, stacks, batches.zipped(folder))
        (folder / "2018-01.toml").write_text("b")

        batches.main(["--batches", str(folder), "--yes"])

        now = stacks.get_template(StackName="lixiao", TemplateStage="Original")["TemplateBody"]
        bucket, key = batches.place(now["Resources"]["BatchLayer"]["Properties"]["ContentUri"])
        content = files.get_object(Bucket=bucket, Key=key)["Body"].read()
        self.assertEqual(batches.files_of(content), {"batches/2018-01.toml": "b"})
        self.assertEqual(now["Resources"]["Topic"], template["Resources"]["Topic"])
        self.assertEqual(stacks.describe_stacks(StackName="lixiao")["Stacks"][0]["Tags"], TAGS)


if __name__ == "__main__":
    unittest.main()
