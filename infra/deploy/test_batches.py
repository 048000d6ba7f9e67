"""What deploying the batch files alone does, without AWS."""

import tempfile
import unittest
from pathlib import Path

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
        with tempfile.TemporaryDirectory() as empty, self.assertRaises(SystemExit):
            batches.zipped(Path(empty))

    def test_the_layer_is_put_where_the_last_one_was(self):
        self.assertEqual(batches.place("s3://bucket/lixiao/abc"), ("bucket", "lixiao"))
        self.assertEqual(batches.place("s3://bucket/abc"), ("bucket", ""))
        self.assertEqual(batches.place({"Bucket": "bucket", "Key": "lixiao/abc"}), ("bucket", "lixiao"))

    def test_a_template_keeps_its_tags(self):
        text = "Resources:\n  A: {Type: T, Properties: {X: !Ref B, Y: !GetAtt B.Arn, Z: !Sub '${B}'}}\n"
        properties = batches.yaml_of(text)["Resources"]["A"]["Properties"]
        self.assertEqual(properties["X"], {"Ref": "B"})
        self.assertEqual(properties["Y"], {"Fn::GetAtt": ["B", "Arn"]})
        self.assertEqual(properties["Z"], {"Fn::Sub": "${B}"})


if __name__ == "__main__":
    unittest.main()
