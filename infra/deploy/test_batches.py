"""What deploying the batch files alone does, without AWS."""

import io
import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

import batches


def change(logical, kind, action="Modify", replacement="False", evaluation="Static"):
    details = [{"Evaluation": evaluation}]
    return {"LogicalResourceId": logical, "ResourceType": kind, "Action": action, "Replacement": replacement, "Details": details}


class Batches(unittest.TestCase):
    def test_only_the_layer_and_functions_that_use_it_may_change(self):
        layer, function = "AWS::Lambda::LayerVersion", "AWS::Lambda::Function"
        named = change("Api", "AWS::ApiGatewayV2::Api", replacement="Conditional", evaluation="Dynamic")
        for fine in [change("BatchLayerab12", layer, "Add"), change("StatusFunction", function), named]:
            self.assertTrue(batches.harmless(fine), fine)
        for strange in [
            change("Table", "AWS::DynamoDB::Table"),
            change("FontLayerab12", layer, "Add"),
            change("StatusFunction", function, "Remove"),
            change("StatusFunction", function, "Modify", "True"),
            change("StatusFunctionRole", "AWS::IAM::Role"),
            change("Api", "AWS::ApiGatewayV2::Api"),
            change("Api", "AWS::ApiGatewayV2::Api", replacement="True", evaluation="Dynamic"),
        ]:
            self.assertFalse(batches.harmless(strange), strange)

    def test_the_same_files_make_the_same_zip_and_other_files_another(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "2018-01.toml"
            file.write_text("a")
            first = batches.zipped(Path(folder))
            self.assertEqual(first, batches.zipped(Path(folder)))
            file.write_text("b")
            self.assertNotEqual(first, batches.zipped(Path(folder)))
            self.assertEqual(batches.files_of(first), {"batches/2018-01.toml": "a"})
            with zipfile.ZipFile(io.BytesIO(first)) as layer:
                modes = [entry.external_attr >> 16 for entry in layer.infolist()]
            self.assertEqual(modes, [0o100644], "Lambda reads what everybody may read")
        with tempfile.TemporaryDirectory() as empty, self.assertRaises(SystemExit):
            batches.zipped(Path(empty))

    def test_the_layer_is_put_where_the_last_one_was(self):
        self.assertEqual(batches.place("s3://bucket/lixiao/abc"), ("bucket", "lixiao/abc"))
        self.assertEqual(batches.place({"Bucket": "bucket", "Key": "lixiao/abc"}), ("bucket", "lixiao/abc"))

    def test_what_differs_is_shown_file_by_file(self):
        said = batches.difference({"a": "closes = 1\n", "b": "x"}, {"a": "closes = 2\n"})
        for line in ["-closes = 1", "+closes = 2", "--- deployed b", "-x"]:
            self.assertIn(line, said.splitlines())
        self.assertEqual(batches.difference({"a": "x"}, {"a": "x"}), "")

    def test_an_answer_of_no_leaves_nothing_behind(self):
        class Stacks:
            deleted = executed = False
            about = {"Parameters": [{"ParameterKey": "Address"}], "Tags": [{"Key": "lixiao:stack", "Value": "lixiao"}]}
            describe_stacks = lambda self, **_: {"Stacks": [self.about]}
            describe_change_set = lambda self, **_: {"Status": "CREATE_COMPLETE", "Changes": [{"ResourceChange": self.change}]}

            def create_change_set(self, Parameters, Tags, **_):
                assert Parameters == [{"ParameterKey": "Address", "UsePreviousValue": True}]
                assert Tags == [{"Key": "lixiao:stack", "Value": "lixiao"}], "what is sent without tags may lose them"

            def delete_change_set(self, **_):
                self.deleted = True

            def execute_change_set(self, **_):
                self.executed = True

        for changed, answer in [(change("StatusFunction", "AWS::Lambda::Function"), "n"), (change("Table", "AWS::DynamoDB::Table"), "y")]:
            stacks = Stacks()
            stacks.change = changed
            with mock.patch("builtins.input", return_value=answer), mock.patch("time.sleep"), mock.patch("builtins.print"):
                self.assertRaises(SystemExit, batches.carry_out, stacks, "lixiao", "https://…", False)
            self.assertTrue(stacks.deleted and not stacks.executed, changed)

    def test_a_template_keeps_its_tags(self):
        text = "Resources:\n  A: {Type: T, Properties: {X: !Ref B, Y: !GetAtt B.Arn, Z: !Sub '${B}'}}\n"
        properties = batches.yaml_of(text)["Resources"]["A"]["Properties"]
        self.assertEqual(properties["X"], {"Ref": "B"})
        self.assertEqual(properties["Y"], {"Fn::GetAtt": ["B", "Arn"]})
        self.assertEqual(properties["Z"], {"Fn::Sub": "${B}"})


if __name__ == "__main__":
    unittest.main()
