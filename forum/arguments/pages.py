"""Where a page of arguments goes on after an act."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse


def back_to(argument_id: int) -> AnyResponse:
    """Back to where the act was asked for: the list or card it stood in, else the argument's own page."""
    back = request.form.get("back", "")
    own = back.startswith("/q/") and "//" not in back and "\\" not in back
    return redirect(back if own else url_for("arguments.show_argument", argument_id=argument_id))
