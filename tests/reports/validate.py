"""Validates a JSON document, or each element of an array, against a schema; exit code 1 says it does not conform."""
import json
import sys

from jsonschema import Draft202012Validator


def main(schema_file, document_file):
    with open(schema_file, encoding="utf-8") as f:
        schema = json.load(f)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    with open(document_file, encoding="utf-8") as f:
        document = json.load(f)
    faults = [
        error
        for element in (document if isinstance(document, list) else [document])
        for error in validator.iter_errors(element)
    ]
    for error in faults:
        print(f"/{'/'.join(map(str, error.path))}: {error.message}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
