"""The code on the wall that a phone's camera turns into the session's address."""

import segno
from flask import current_app


def join_code(path: str) -> dict[str, str]:
    """The address as text and as an image that the page carries itself."""
    address = f"{current_app.config['HUSTINGS'].base_url}{path}"
    code = segno.make(address, error="m")
    return {
        "address": address.partition("://")[2],
        "code": code.svg_data_uri(border=2, dark="#000", light="#fff", scale=8),
    }
