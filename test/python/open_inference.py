"""Asks a running service for decisions with the protocol's own Python client: open_inference.py HOST:PORT MODEL."""

import sys

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

ROWS = 3


def values_of(tensor, binary):
    """Values every model accepts: not known where that can be said, else a plain one."""
    if tensor["name"] == "customer_id":
        return np.array([f"python-{row}".encode() for row in range(ROWS)], dtype=np.object_)
    if tensor["datatype"] == "BYTES":
        return np.array([b""] * ROWS, dtype=np.object_)
    return np.full(ROWS, np.nan) if binary else np.full(ROWS, 10_000.0 if tensor["name"] == "credit_limit" else 1.0)


def inputs_of(metadata, binary):
    tensors = []
    for tensor in metadata["inputs"]:
        values = values_of(tensor, binary)
        described = triton.InferInput(tensor["name"], list(values.shape), tensor["datatype"])
        described.set_data_from_numpy(values, binary_data=binary)
        tensors.append(described)
    return tensors


def check(result, model):
    assert result.get_response()["model_name"] == model
    probability = result.as_numpy("probability")
    assert probability.shape == (ROWS,) and ((probability > 0) & (probability < 1)).all()
    assert result.as_numpy("micro_logits").dtype == np.int64
    texts = [text.decode() if isinstance(text, bytes) else text for text in result.as_numpy("tier")]
    assert set(texts) <= {"low", "medium", "high"}
    assert len(set(result.as_numpy("decision_id"))) == ROWS


def main(address, model):
    client = triton.InferenceServerClient(address)
    assert client.is_server_live() and client.is_server_ready() and client.is_model_ready(model)
    assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
    metadata = client.get_model_metadata(model)
    binary = inputs_of(metadata, binary=True)
    plain = [triton.InferRequestedOutput(output["name"], binary_data=False) for output in metadata["outputs"]]

    check(client.infer(model, binary, request_id="binary"), model)
    check(client.infer(model, inputs_of(metadata, binary=False), outputs=plain), model)
    check(client.infer(model, binary, request_compression_algorithm="gzip"), model)
    check(client.infer(model, binary, model_version=metadata["versions"][0]), model)
    try:
        client.infer("no-such-model", binary)
    except InferenceServerException as refused:
        assert refused.status() == "404" and "no-such-model" in refused.message(), refused
    else:
        raise AssertionError("a model that is not there was inferred from")
    print("the protocol's own client is answered as it expects")


main(*sys.argv[1:])
