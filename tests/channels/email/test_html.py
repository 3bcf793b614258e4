"""HTML of mails: inert, with its layout, and with the text in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.html import sanitise
from channels.email.quoting import fold


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href=" java\tscript:alert(1)">x</a>',
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        "<svg><script>alert(1)</script></svg>",
        "<svg/onload=alert(1)>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        '<iframe src="https://evil.example"></iframe>',
        "<style>@import 'https://evil.example/a.css'; body { display: none }</style>",
        '<link rel="stylesheet" href="https://evil.example/a.css">',
        '<meta http-equiv="refresh" content="0;url=https://evil.example">',
        '<base href="https://evil.example/">',
        '<form action="https://evil.example"><input name="password"><button>x</button></form>',
        '<p style="background: url(https://evil.example/a.png)">x</p>',
        '<p style="background-color: red; position: fixed; top: 0">x</p>',
        '<table background="https://evil.example/a.png"><tr><td>x</td></tr></table>',
        '<img srcset="https://evil.example/a.png 1x">',
        '<video poster="https://evil.example/a.png" src="https://evil.example/v"></video>',
        '<object data="https://evil.example"></object><embed src="https://evil.example">',
        '<p id="app" class="btn" onclick="x()">x</p>',
        "<!--[if mso]><script>alert(1)</script><![endif]-->",
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    ],
)
def test_nothing_that_acts_or_calls_out_is_left(source: str) -> None:
    shown = sanitise(source).html.lower()
    for word in (
        *("<script", "onerror", "onload", "onclick", "javascript:", "data:", "<iframe", "<style"),
        *("<link", "<meta", "<base", "<form", "<input", "<button", "url(", "position", "srcset"),
        *("poster", "<object", "<embed", "background=", " src=", "id=", "class=", "<svg", "<math"),
    ):
        assert word not in shown, word


def test_pictures_of_elsewhere_are_set_aside_and_counted() -> None:
    shown = sanitise(
        '<img src="https://t.example/p.gif" alt="Logo" width=10><img src="cid:a@b">'
        '<img src="//t.example/q.gif"><img>'
    )
    assert shown.blocked == 2
    assert shown.html == (
        '<img alt="Logo" width="10" data-src-blocked="https://t.example/p.gif">'
        '<img src="cid:a@b"><img data-src-blocked="//t.example/q.gif"><img>'
    )
    assert shown.text == "[Logo]"


@pytest.mark.parametrize("target", ["/settings", "//evil.example", "?a", "cid:a", "x", ""])
def test_a_link_without_a_place_leads_nowhere(target: str) -> None:
    assert "href" not in sanitise(f'<a href="{target}">x</a>').html


def test_layout_and_links_stay() -> None:
    source = (
        '<table width="600" style="border-collapse: collapse"><tr><td align="right" colspan="2">'
        '<a href="https://shop.example/?a=1&amp;b=2">Pay</a></td></tr></table>'
        '<p dir="rtl">שלום</p><a href="mailto:a@b.example">a@b.example</a>'
    )
    shown = sanitise(source)
    assert '<td align="right" colspan="2">' in shown.html
    assert 'href="https://shop.example/?a=1&amp;b=2"' in shown.html
    assert 'rel="noopener noreferrer nofollow"' in shown.html
    assert '<p dir="rtl">שלום</p>' in shown.html
    assert shown.text == "Pay <https://shop.example/?a=1&b=2>\n\nשלום\n\na@b.example"


def test_blocks_lists_tables_and_set_text_become_lines() -> None:
    shown = sanitise(
        "<div>Hello<br>there,</div><div><br></div><ul><li>one</li><li>two</li></ul>"
        "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table><pre>x\n  y</pre>end"
    )
    assert shown.text == "Hello\nthere,\n\n• one\n• two\n\na\tb\nc\n\nx\n  y\nend"


@pytest.mark.parametrize(
    "quotation",
    [
        '<div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Tue, 12 Mar 2024 at 10:22, '
        'Shop &lt;<a href="mailto:s@shop.example">s@shop.example</a>&gt; wrote:<br></div>'
        '<blockquote class="gmail_quote"><div>Which size?</div></blockquote></div>',
        "<blockquote type=cite><div>On 12 Mar 2024, at 10:22, Shop wrote:</div>Which size?"
        "</blockquote>",
        '<div class="moz-cite-prefix">On 12/03/2024 10:22, Shop wrote:<br></div>'
        '<blockquote type="cite"><p>Which size?</p></blockquote>',
        '<hr style="width:98%"><div id="divRplyFwdMsg" dir="ltr"><b>From:</b> Shop<br>'
        "<b>Sent:</b> Tuesday, March 12, 2024<br><b>To:</b> Ann<br><b>Subject:</b> Order</div>"
        "<div>Which size?</div>",
        '<div class="yahoo_quoted"><div>On Tuesday, 12 March 2024 at 10:22:11 CET, Shop wrote:'
        "</div><div>Which size?</div></div>",
    ],
)
def test_quotations_are_told_by_what_surrounds_them(quotation: str) -> None:
    folded = fold(sanitise(f"<div>L, please.</div><div><br></div>{quotation}").text)
    assert folded.text == "L, please."
    assert folded.quoted is not None
    assert "Which size?" in folded.quoted


@given(st.text(alphabet="<>/=\"'& abdiv pre:;script-!\n", max_size=200))
def test_any_source_gives_something_inert(source: str) -> None:
    shown = sanitise(source)
    assert "<script" not in shown.html.lower()
    assert sanitise(shown.html).blocked == 0
