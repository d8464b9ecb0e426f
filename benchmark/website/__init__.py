"""The results as a web site: `gan-benchmark site` writes public/, for any host or none.

The pages are made anew in results/pages: site/docs as it stands, and site/templates filled in with
results/*.csv, runs/, references/ and what the files of gans/ say of themselves. MkDocs builds them.
What they show, thousands of files that MkDocs has no need to see, is drawn in results/drawn and
joins the built pages in the end.

- pages, navigation, templates: which pages there are, and all of them written;
- known: what they take from the tables of the report;
- workers: the processes that write and draw side by side;
- leaderboards, variants: what the tables of a leaderboard and the page of a variant show;
- samples: pictures of samples as files of the site;
- display, papers, pictures, training, charts, theory_charts: how a single thing is shown.
"""

from pathlib import Path

SOURCE = Path("site")
PAGES = Path("results/pages")
DRAWN = Path("results/drawn")
