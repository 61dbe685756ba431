"""Pages as files: links lead to files beside them or nowhere, styles to the copied folder, and no script is left."""

from referendum.rehearsal.replay_pages import standing_alone

NAMES = {"/q/1/result": "result.html", "/a/4": "A-04.html"}


def test_links_lead_to_the_files_beside_and_to_nowhere_else() -> None:
    page = '<a href="/a/4">x</a><a href="/q/1/result?vote=1#arguments">y</a>'
    page += '<a class="z" href="/sign-in">z</a><a href="?lang=es">e</a>'
    assert standing_alone(page, NAMES, "simulation") == (
        '<a href="A-04.html">x</a><a href="result.html#arguments">y</a><a class="z" >z</a><a >e</a>'
    )


def test_styles_come_from_the_folder_beside_and_scripts_go() -> None:
    page = '<link rel="stylesheet" href="/static/base.css?v=1"><script type="module" src="/static/a.js"></script>'
    assert standing_alone(page, NAMES, "simulation") == '<link rel="stylesheet" href="static/base.css">'


def test_a_form_goes_nowhere() -> None:
    page = '<form method="post" action="/a/4/second"></form>'
    assert standing_alone(page, NAMES, "simulation") == '<form method="post" ></form>'


def test_each_page_stands_under_its_heading() -> None:
    alone = standing_alone('<main id="main" class="page"><h1>Result</h1></main>', NAMES, "simulation")
    assert alone.startswith('<main id="main" class="page"><p class="notice"><strong>simulation</strong><br>')
    assert alone.endswith("</p><h1>Result</h1></main>")
