"""Breaks every promise on purpose: an edit of the template, translated as `sam deploy` has it translated, must break the promise
beside it (edits.py). Run it with .venv's Python."""

import logging
import unittest
from unittest import mock

import yaml
from samtranslator.yaml_helper import yaml_parse

import promises
import transform
from edits import EDITS
from seen import see

SOURCE = (transform.stacks.ROOT / "infra/template.yaml").read_text(encoding="utf-8")


def edited(where: str, old: str, new: str) -> str:
    """The template with the first `old` behind a resource's or parameter's name replaced."""
    start = SOURCE.index(f"\n  {where}:\n") if where else 0
    found = SOURCE.find(old, start)
    if found < 0 or old == new:
        raise AssertionError(f"{where}: {old!r} isn't in the template any more")
    return SOURCE[:found] + new + SOURCE[found + len(old):]


def copied(node):
    if isinstance(node, dict):
        return {key: copied(value) for key, value in node.items()}
    return [copied(value) for value in node] if isinstance(node, list) else node


def translated(source: str, region: str, sign_in: str) -> dict:
    """As transform.py has it, in a fifth of the time: by PyYAML's parser in C, where there is one, and without the care that the
    translator takes of Python 2's order of keys whenever it copies the interface, which is once or more a route."""
    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        yaml_constructors = yaml.SafeLoader.yaml_constructors
        yaml_multi_constructors = yaml.SafeLoader.yaml_multi_constructors

    with mock.patch("samtranslator.open_api.open_api._deepcopy", copied):
        return transform.translated(yaml.load(source, Loader), region, sign_in)


class Promises(unittest.TestCase):
    def setUp(self):
        logging.getLogger("samtranslator").setLevel(logging.ERROR)
        yaml_parse("{}")  # teaches PyYAML CloudFormation's short tags

    def test_each_condition_is_met_by_one_stack_and_missed_by_another(self):
        met = [
            {name: see(plain, region, sign_in).resolve.holds(name) for name in plain["Conditions"]}
            for region in transform.stacks.PARTITIONS for sign_in in transform.stacks.SIGN_INS
            for plain in [translated(SOURCE, region, sign_in)]]
        for name in met[0]:
            self.assertEqual({stack[name] for stack in met}, {True, False}, name)

    def test_the_template_keeps_them_all(self):
        for region in transform.stacks.PARTITIONS:
            for sign_in in transform.stacks.SIGN_INS:
                stack = translated(SOURCE, region, sign_in)
                self.assertEqual(stack, transform.translated(yaml_parse(SOURCE), region, sign_in), "the fast way is the same way")
                self.assertEqual(promises.broken(see(stack, region, sign_in)), {}, (region, sign_in))

    def test_each_is_broken_by_the_edits_that_break_it(self):
        for stack, promised in EDITS.items():
            for promise, edits in promised.items():
                for edit in edits:
                    with self.subTest(stack=stack, promise=promise, edit=edit):
                        found = promises.broken(see(translated(edited(*edit), *stack), *stack))
                        self.assertIn(promise, found, f"{edit} goes by unseen")

    def test_there_is_no_promise_that_nothing_breaks(self):
        tried = {promise for promised in EDITS.values() for promise in promised}
        self.assertEqual(tried, set(promises.promises()))


if __name__ == "__main__":
    unittest.main()
