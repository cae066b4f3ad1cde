"""Asks a running service for decisions with the protocol's own Python client: python open_inference.py HOST:PORT MODEL."""

import sys

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

ROWS = 3


def column(tensor, rows):
    """One raw column: 0 is a plausible value or a refused one, not known is always accepted."""
    if tensor["name"] == "customer_id":
        values = np.array([f"python-{row}".encode() for row in range(rows)], dtype=np.object_)
    elif tensor["datatype"] == "BYTES":
        values = np.array([b""] * rows, dtype=np.object_)
    else:
        values = np.full(rows, np.nan)
    return values


def inputs_of(metadata, binary):
    tensors = []
    for tensor in metadata["inputs"]:
        values = column(tensor, ROWS)
        if not binary and tensor["datatype"] == "FP64":
            values = np.zeros(ROWS) + KNOWN.get(tensor["name"], 1)
        described = triton.InferInput(tensor["name"], list(values.shape), tensor["datatype"])
        described.set_data_from_numpy(values, binary_data=binary)
        tensors.append(described)
    return tensors


KNOWN = {"credit_limit": 50_000}


def check(result, model):
    answer = result.get_response()
    assert answer["model_name"] == model, answer
    assert result.as_numpy("probability").shape == (ROWS,)
    assert ((result.as_numpy("probability") > 0) & (result.as_numpy("probability") < 1)).all()
    assert result.as_numpy("micro_logits").dtype == np.int64
    assert {tier.decode() if isinstance(tier, bytes) else tier for tier in result.as_numpy("tier")} <= {"low", "medium", "high"}
    assert len(set(result.as_numpy("decision_id"))) == ROWS


def main(address, model):
    client = triton.InferenceServerClient(address)
    assert client.is_server_live() and client.is_server_ready() and client.is_model_ready(model)
    assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
    metadata = client.get_model_metadata(model)
    names = [output["name"] for output in metadata["outputs"]]

    check(client.infer(model, inputs_of(metadata, binary=True), request_id="binary"), model)
    text = [triton.InferRequestedOutput(name, binary_data=False) for name in names]
    check(client.infer(model, inputs_of(metadata, binary=False), outputs=text, request_id="text"), model)
    packed = client.infer(model, inputs_of(metadata, binary=True), request_compression_algorithm="gzip")
    check(packed, model)
    by_version = client.infer(model, inputs_of(metadata, binary=True), model_version=metadata["versions"][0])
    check(by_version, model)

    try:
        client.infer("no-such-model", inputs_of(metadata, binary=True))
    except InferenceServerException as refused:
        assert refused.status() == "404" and "no-such-model" in refused.message(), refused
    else:
        raise AssertionError("a model that is not there was inferred from")
    print("the protocol's client is answered as it expects")


main(*sys.argv[1:])
