"""The results as a website: `gan-benchmark site` writes public/, for any host or none.

The pages are written anew to results/pages: site/docs as it is, and site/templates filled with
results/*.csv, runs/, references/ and the docstrings of gans/. MkDocs builds them. The pictures they
show, thousands of files that MkDocs need not see, are drawn in results/drawn and join the built
pages at the end.

- site: the stage, which builds and publishes;
- pages, navigation, templates: the list of pages, and all of them written;
- tables: the tables of the report, which all pages draw on;
- workers: the processes that write and draw side by side;
- leaderboards, variants, studies, across, compare, changes, playground: the content of one kind of
  page;
- samples, pictures: samples as files of the site;
- display, papers, training, charts, scatter, theory_charts: numbers, docstrings and charts.

How a track is shown is in benchmark/tracks/<name>/page.py and site/templates/tracks/<name>/.
"""

from pathlib import Path

SOURCE = Path("site")
PAGES = Path("results/pages")
DRAWN = Path("results/drawn")
