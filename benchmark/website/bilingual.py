"""The pages in two languages."""

from functools import cached_property
from typing import Any

from benchmark.reporting.report import FOLDER
from benchmark.reporting.tricks import read_results
from benchmark.website import few_images, tricks, tuning
from benchmark.website.home import build_home
from benchmark.website.navigation import LEARN
from benchmark.website.tables import Tables


class Bilingual(Tables):
    """The tables, and the pages in English and Chinese that they make."""

    @cached_property
    def searches(self) -> list[dict[str, Any]]:
        """The searches for hyperparameters, by data set; see `tuning.build_results`."""
        names = {variant: paper.name for variant, paper in self.papers.items()}
        return tuning.read_results(self.settings, self.metrics, names)

    @cached_property
    def home(self) -> dict[str, Any]:
        """The findings of the home page."""
        return build_home(self.leaderboards, self.claims, self.searches)

    def write_learn(self) -> None:
        """Write the pages that explain, in two languages, with the verdict on each claim."""
        for folder, language in (("learn", "en"), ("zh", "zh")):
            for name in (*LEARN, *(["index"] if language == "zh" else [])):
                self.render(
                    f"{folder}/{name}.md",
                    f"{folder}/{name}.md",
                    leaderboards=self.leaderboards,
                    papers=self.papers,
                    claims=self.claims,
                    lang=language,
                    value=self.format_mean,
                    best=self.format_best,
                    home=self.home,
                    **self.costs,
                )

    def write_few_images(self) -> None:
        """Write the page on few training images."""
        families = few_images.build_families(
            self.settings, self.leaderboards, self.scores, self.claims
        )
        for page, language in (("few_images.md", "en"), ("zh/few_images.md", "zh")):
            self.render(page, page, families=families, papers=self.papers, lang=language)

    def write_tricks(self) -> None:
        """Write the page on tricks of the trade."""
        entries = tricks.load_tricks()
        boards = tricks.build_boards(
            self.settings, self.leaderboards, read_results(FOLDER), entries
        )
        for page, language in (("tricks.md", "en"), ("zh/tricks.md", "zh")):
            self.render(
                page, page, boards=boards, entries=entries, papers=self.papers, lang=language
            )
