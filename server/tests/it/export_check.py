"""Reads an export as others would, and prints what it says as JSON: export_check.py fhir|csv < EXPORT

The bundle is read by fhir.resources, the models of FHIR R4B; the table by Python's own csv. The exit code is 1, with the
reason on standard error, when something in it is not as it must be.
"""

import csv
import io
import json
import re
import sys

from fhir.resources.R4B import get_fhir_model_class

WHO5 = "http://fhir.kl.dk/ffinst/Questionnaire/KLToolsCareWHO5"
CODES = "http://fhir.kl.dk/ffinst/CodeSystem/KLToolsCodes"
ITEMS = ["happy", "calm", "active", "rested", "interest"]
WITH_OFFSET = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


def must(holds, why):
    if not holds:
        sys.exit(why)


def value_of(answer):
    """The answer as a plain value; a code as the number in what it is called."""
    if answer.valueCoding is None:
        return answer.valueString if answer.valueInteger is None else answer.valueInteger
    coding = answer.valueCoding
    if coding.system is None:
        return int(coding.code)
    must(coding.system == CODES, f"an unknown code system: {coding.system}")
    must(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", coding.code), "no code of that system")
    return int(re.fullmatch(r"WHO-5 .+ - ([0-5]) \(\w+\)", coding.display)[1])


def whose(reference):
    must(reference.display is None and reference.reference is None, "somebody is named, or referred to in vain")
    must(reference.identifier.system == "urn:ietf:rfc:3986", "an identifier without a system")
    return {"type": reference.type, "id": reference.identifier.value.removeprefix("urn:uuid:")}


def told(response):
    must(response["status"] == "completed", "not completed")
    must(WITH_OFFSET.fullmatch(response["authored"]), "a time without its offset")
    read = get_fhir_model_class("QuestionnaireResponse").model_validate(response)
    answers = {item.linkId: value_of(item.answer[0]) for item in read.item or []}
    if read.questionnaire == WHO5:
        must([key for key in answers if key != "who5comment"] == ITEMS, "not the five questions in their order")
    subject, source = whose(read.subject), whose(read.source)
    return {"questionnaire": read.questionnaire, "at": response["authored"], "answers": answers, "subject": subject, "source": source}


def scored(observation, responses):
    must(observation["status"] == "final", "not final")
    read = get_fhir_model_class("Observation").model_validate(observation)
    code = read.code.coding[0]
    must((code.system, code.code) == ("http://snomed.info/sct", "1144665009"), "not the score of WHO-5")
    must(len(read.derivedFrom) == 1, "derived from more than one")
    response = responses.get(read.derivedFrom[0].reference)
    must(response is not None, "derived from nothing in the bundle")
    must("score" not in response, "scored twice")
    must(whose(read.subject) == response["subject"], "about somebody else")
    must(observation["effectiveDateTime"] == response["at"], "at another time")
    must(float(read.valueQuantity.value) == 4 * sum(response["answers"][item] for item in ITEMS), "the score is wrong")
    response["score"] = int(read.valueQuantity.value)


def fhir(text):
    raw = json.loads(text)
    bundle = get_fhir_model_class("Bundle").model_validate(raw)
    must(bundle.type == "collection", "no collection")
    must(WITH_OFFSET.fullmatch(raw["timestamp"]), "a time without its offset")
    entries = {entry["fullUrl"]: entry["resource"] for entry in raw.get("entry", [])}
    must(len(entries) == len(raw.get("entry", [])), "two entries have one address")
    must(all(f"urn:uuid:{resource['id']}" == url for url, resource in entries.items()), "an address of something else")
    kinds = {"QuestionnaireResponse": {}, "Observation": {}}
    for url, resource in entries.items():
        kinds[resource["resourceType"]][url] = resource
    responses = {url: told(resource) for url, resource in kinds["QuestionnaireResponse"].items()}
    for observation in kinds["Observation"].values():
        scored(observation, responses)
    for response in responses.values():
        must(("score" in response) == (response["questionnaire"] == WHO5), "a score is missing, or made up")
    return {url.removeprefix("urn:uuid:"): response for url, response in responses.items()}


def table(data):
    must(data.startswith(b"\xef\xbb\xbf"), "no mark of UTF-8")
    text = data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))
    must(text.endswith("\r\n") and text.count("\r\n") == len(rows), "lines that do not end as they must")
    must(all(len(row) == len(rows[0]) for row in rows), "rows of different lengths")
    must(not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row), "a formula")
    return rows


def main(kind):
    data = sys.stdin.buffer.read()
    json.dump(fhir(data.decode()) if kind == "fhir" else table(data), sys.stdout)


main(sys.argv[1])
