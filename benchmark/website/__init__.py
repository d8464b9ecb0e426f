"""The results as a website: `gan-benchmark site` writes public/, for any static host.

The pages are written to results/pages: site/docs unchanged, and site/templates filled with
results/*.csv, runs/, references/ and the docstrings of gans/. MkDocs builds the pages. Their
pictures, thousands of files, are drawn in results/drawn and moved to the built pages at the end.

- site: the stage, which builds and publishes;
- pages, bilingual, navigation, templates: the list of pages, and all of them written;
- tables: the tables of the report, which all pages draw on;
- workers: the processes that write and draw in parallel;
- leaderboards, columns, variants, studies, sensitivity, tuning, long_runs, few_images,
  few_images_findings, tricks, across, compare, changes, playground: the content of one kind of
  page;
- samples, pictures: samples as files of the site;
- display, papers, searches, training, charts, scatter, sensitivity_charts, theory_charts,
  tuning_charts, few_images_charts, tricks_charts: numbers, docstrings and charts.

How a track is shown is in benchmark/tracks/<name>/page.py and site/templates/tracks/<name>/.
"""

from pathlib import Path

SOURCE = Path("site")
PAGES = Path("results/pages")
DRAWN = Path("results/drawn")
