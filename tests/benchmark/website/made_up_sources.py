"""Sources of variants and sentences, with texts that must be escaped."""

SENTENCES = (
    "<script>alert('sentence')</script>",
    "```",
    "~~~ <img src=x onerror=alert(1)>",
    "$$x$$ [a link](javascript:alert(1)) &amp; \x02wzxhzdk:0\x03",
    "",
)


HOSTILE = '''r"""Evil <script>alert("name")</script>: A title with <img src=x onerror=alert(1)>.

Nobody </p><script>alert("citation")</script>, 2020, arXiv:2001.00001, equation 1.

A paragraph with <script>alert("body")</script> and [a link](javascript:alert(1)).

```
a fence
```

$$L = \\mathbb{E}_x[\\log D(x)] + \\text{<script>alert("formula")</script>}$$

$$\\left( <script>alert("broken")</script>$$

Departs from the paper: <iframe src="https://example.org"></iframe> and `code < 1`.
"""

CODE = "</pre></div><script>alert('code')</script>"
'''


TAME = '''"""Tame: A title.

Somebody, 2019, arXiv:1901.00001.

$$\\max_{\\|f\\|_L \\le K} \\; \\mathbb{E}_x[f(x)]$$
"""
'''
