"""The console twin shows what CloudWatch would, and runs nothing that CloudWatch would not."""

import pytest

from infra.local.console_twin.widgets import event_for, shown, strip


@pytest.mark.parametrize(
    "html",
    [
        "<p>a</p><script>alert(1)</script>",
        "<p>a</p><iframe src='x'><p>b</p></iframe>",
        "<p>a</p><SCRIPT src=x></SCRIPT>",
        "<p>a</p><script>'</scr' + 'ipt>'</script>",
    ],
)
def test_script_and_iframe_go_with_all_that_is_in_them(html: str) -> None:
    assert strip(html) == "<p>a</p>"


def test_svg_stays_without_use() -> None:
    svg = '<svg viewBox="0 0 1 1"><path d="M0,0Z"></path><use href="#x"></use></svg>'

    assert strip(svg) == '<svg viewbox="0 0 1 1"><path d="M0,0Z"></path></svg>'


def test_handlers_and_script_links_are_taken_off() -> None:
    html = '<a onclick="x()" href="java\nscript:y()" title="t">a</a>'

    assert strip(html) == '<a title="t">a</a>'


def test_an_action_and_what_it_sends_stay_as_they_are() -> None:
    html = (
        '<a class="btn btn-primary">Run query</a>'
        '<cwdb-action action="call" endpoint="arn:aws:lambda:x" confirmation="Sure?">'
        '{"a":"&lt;b&gt;"}</cwdb-action>'
    )

    assert strip(html) == html


def test_markdown_and_json_are_told_apart_from_html() -> None:
    assert shown({"markdown": "# a"}) == {"markdown": "# a"}
    assert shown("<b>a</b>") == {"html": "<b>a</b>"}
    assert shown({"a": 1}) == {"html": "<pre>{&#x27;a&#x27;: 1}</pre>"}


def test_the_function_gets_its_parameters_beside_the_context() -> None:
    assert event_for({"view": "today"}, {"theme": "dark"}) == {
        "view": "today",
        "widgetContext": {"theme": "dark"},
    }
