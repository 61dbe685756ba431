"""What the installation signs, as files for a check with openssl alone: the public key, heads of the log, results."""

from flask import Blueprint, Response, make_response

from forum.kernel import signed_log, signing
from forum.kernel.doors import Actor, anyone
from forum.kernel.errors import Missing
from referendum.process.queries import vote_by_public_id
from referendum.results.signed_queries import signed_result

blueprint = Blueprint("signed", __name__)
SIGNATURE = "application/octet-stream"


@blueprint.get("/record/key.pem")
@anyone(limit="60/minute")
def download_key(_actor: Actor) -> Response:
    """The installation's public key."""
    return _file(signing.public_pem(), "application/x-pem-file", "key.pem")


@blueprint.get("/record/heads/<int:height>.json")
@anyone(limit="60/minute")
def download_head(_actor: Actor, height: int) -> Response:
    """The audit log's head as it stood with this entry: the bytes that are signed."""
    return _file(_head(height), "application/json", "head.json")


@blueprint.get("/record/heads/<int:height>.sig")
@anyone(limit="60/minute")
def download_head_signature(_actor: Actor, height: int) -> Response:
    """Its signature, 64 bytes."""
    return _file(signing.sign_raw(_head(height)), SIGNATURE, "head.sig")


@blueprint.get("/record/votes/<public_id>/result.json")
@anyone(limit="60/minute")
def download_result(_actor: Actor, public_id: str) -> Response:
    """The published result of a vote with the hashes of its archives: the bytes that are signed."""
    return _file(_result(public_id), "application/json", "result.json")


@blueprint.get("/record/votes/<public_id>/result.sig")
@anyone(limit="60/minute")
def download_result_signature(_actor: Actor, public_id: str) -> Response:
    """Its signature, 64 bytes."""
    return _file(signing.sign_raw(_result(public_id)), SIGNATURE, "result.sig")


def _head(height: int) -> bytes:
    found = signed_log.head(height)
    if found is None:
        raise Missing
    return found


def _result(public_id: str) -> bytes:
    found = signed_result(vote_by_public_id(public_id))
    if found is None:
        raise Missing
    return found


def _file(content: bytes, kind: str, name: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
