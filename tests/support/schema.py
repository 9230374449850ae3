# SPDX-License-Identifier: MIT
"""Holds what commands printed against docs/schema: schema.py SCHEMAS FOLDER

Each file of FOLDER is one output; beside it, NAME.schema has the schema's name, "lines" or
"whole", and the command. Prints one line for each that does not fit, and fails then.
"""
import json
import pathlib
import sys

from jsonschema import Draft202012Validator

schemas = {path.name: json.loads(path.read_text()) for path in pathlib.Path(sys.argv[1]).glob("*.json")}


def whole(node):
    """With other schemas in the place of their names, whatever this library's way to find them."""
    if isinstance(node, list):
        return [whole(each) for each in node]
    if not isinstance(node, dict):
        return node
    inner = {key: whole(value) for key, value in node.items() if key != "$schema"}
    if str(inner.get("$ref", "")).endswith(".json"):
        name = inner.pop("$ref")
        inner = {"allOf": [whole(schemas[name]), inner]}
    return inner


def problems(output, name, form):
    Draft202012Validator.check_schema(schemas[name + ".json"])
    schema = whole(schemas[name + ".json"])
    text = output.read_text()
    if form == "lines":
        if "items" in schema:
            schema = {**schema, "$ref": "#/$defs/row"}
            del schema["type"], schema["items"]
        values = [json.loads(line) for line in text.splitlines()]
    else:
        values = [json.loads(text)]
    check = Draft202012Validator(schema)
    return [str(error.message) for value in values for error in check.iter_errors(value)]


failed = False
for description in sorted(pathlib.Path(sys.argv[2]).glob("*.schema")):
    name, form, command = description.read_text().strip().split(" ", 2)
    try:
        wrong = problems(description.with_suffix(".out"), name, form)
    except (ValueError, KeyError) as error:
        wrong = [repr(error)]
    for each in wrong[:3]:
        print(f"{command}: {name}.json: {each[:300]}")
    failed = failed or bool(wrong)
sys.exit(failed)
