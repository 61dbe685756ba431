"""Roll files for tests: a good one, and ways to make it bad."""

HEADINGS = "number,name,email,local,council,country,standing,since,office"
GOOD = f"""{HEADINGS}
1001,Marta Quill,marta@example.org,88,Lakes District,US,good,2019-05-01,
1002,Len Fairweather,,88,Lakes District,US,retired,1984-02-29,host
1003,دينا الخطيب,dina@example.org,156,Harbour District,CA,good,2021-11-30,officer
"""


def roll(*rows: str) -> bytes:
    """A file with the usual headings and these rows."""
    return "\n".join([HEADINGS, *rows, ""]).encode()


def row(number: str = "1", **changes: str) -> str:
    """One good row, with some cells changed."""
    cells = {
        "number": number, "name": "Ann Bell", "email": "", "local": "88", "council": "Lakes District", "country": "US",
        "standing": "good", "since": "2019-05-01", "office": "", **changes,
    }  # fmt: skip
    return ",".join(f'"{each}"' if "," in each else each for each in cells.values())
