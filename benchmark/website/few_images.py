"""The page on few images: scores of variants against the number of images they learn from."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from benchmark.config import Params
from benchmark.website.few_images_charts import choose_highlights, draw_charts
from benchmark.website.few_images_findings import (
    COPIES,
    Size,
    check_pairs,
    find_best,
    find_copies,
    list_pairs,
)


def build_families(
    settings: Params,
    leaderboards: Sequence[dict[str, Any]],
    scores: pd.DataFrame,
    claims: Mapping[str, dict[str, Any]],
) -> list[dict[str, Any]]:
    """Build what the page shows of each data set that has subsets, and of these.

    Args:
        settings: the parameters.
        leaderboards: see `leaderboards.build_leaderboard`.
        scores: results/scores.csv, after `statistics.mask_diverged`.
        claims: of site/claims.yaml. Those that are judged on a subset are judged on all sizes.

    Returns:
        Of each family ``dataset`` (the whole), ``sizes`` (those with results, the fewest images
        first; empty if no subset has results), ``unrecorded`` (data sets without results),
        ``missing`` (rows without results on these sizes), ``groups`` (see `build_group`) and
        ``comparisons``: the number of tests of claims.
    """
    families = []
    for track, section in settings.whole.tracks.items():
        subsets = {
            dataset: subset
            for dataset, block in section.datasets.items()
            if (subset := getattr(block, "subset", None)) and subset.images and not block.only
        }
        pairs = list_pairs(claims, track, subsets)
        for whole in dict.fromkeys(subset.of for subset in subsets.values()):
            names = [name for name, subset in subsets.items() if subset.of == whole]
            names += [whole] if whole in section.datasets else []
            sizes = list_sizes(names, leaderboards)
            if not any(size.dataset in subsets for size in sizes):
                sizes = []
            rows = [
                f"{size.dataset}-{name}"
                for size in sizes
                for name in section.variants_of(size.dataset)
            ]
            recorded = {size.dataset for size in sizes}
            family = {
                "dataset": whole,
                "sizes": sizes,
                "unrecorded": [name for name in names if name not in recorded],
            }
            families.append(family | build_family(sizes, rows, pairs, scores))
    return families


def build_family(
    sizes: Sequence[Size],
    rows: Sequence[str],
    pairs: Sequence[tuple[str, str]],
    scores: pd.DataFrame,
) -> dict[str, Any]:
    """Build ``missing``, ``groups`` and ``comparisons`` of a family; see `build_families`.

    Args:
        sizes: with results.
        rows: of params.yaml on these sizes, such as digits_100-ada.
        pairs: of `list_pairs`.
        scores: as for `build_families`.
    """
    boards = [size.leaderboard for size in sizes]
    trained = {
        f"{board['dataset']}-{row['variant']}" for board in boards for row in board["trained"]
    }
    conditions = dict.fromkeys(group["condition"] for board in boards for group in board["groups"])
    checks = check_pairs(pairs, sizes, scores)
    return {
        "missing": [row for row in rows if row not in trained],
        "groups": [build_group(condition, sizes, checks, scores) for condition in conditions],
        "comparisons": sum(
            not math.isnan(part["p"]) for check in checks for part in check["parts"]
        ),
    }


def list_sizes(names: Sequence[str], leaderboards: Sequence[dict[str, Any]]) -> list[Size]:
    """List the data sets with trained rows, the fewest training images first."""
    sizes = [
        Size(
            board["dataset"],
            board["subset"].images if board["subset"] else board["facts"]["real_images"],
            board,
        )
        for board in leaderboards
        if board["dataset"] in names and board["trained"]
    ]
    return sorted(sizes, key=lambda size: size.images)


def build_group(
    condition: str,
    sizes: Sequence[Size],
    checks: Sequence[dict[str, Any]],
    scores: pd.DataFrame,
) -> dict[str, Any]:
    """Build what the page shows of the rows with one condition.

    Args:
        condition: of the rows.
        sizes: of the family.
        checks: of `check_pairs`.
        scores: as for `build_families`.

    Returns:
        ``key``, ``title`` (as of a group of a leaderboard), ``headline``, ``metrics`` (of
        memorisation), ``columns`` (each size and its group of rows, or None), ``variants`` and
        ``references`` (of each its ``name`` and ``entries``, a row a size or None), ``best`` (see
        `find_best`), ``copies`` (see `find_copies`), ``checks`` and ``charts``.
    """
    columns = [(size, size.find_group(condition)) for size in sizes]
    present = [group for _, group in columns if group]
    names = list(dict.fromkeys(row["variant"] for group in present for row in group["trained"]))
    metrics = [
        metric
        for metric in present[0]["page"].subset_metrics
        if any(metric in group["higher"] for group in present)
    ]
    headline = present[0]["headline"]
    ranked = [
        (size, [row for row in group["trained"] if math.isfinite(row[f"{headline}_mean"])])
        for size, group in columns
        if group
    ]
    coloured = choose_highlights([[row["variant"] for row in rows] for _, rows in ranked])
    variants = list_entries(names, columns, "trained")
    references = list_entries(["held_out", "memoriser"], columns, "references")
    return {
        "key": present[0]["key"],
        "title": present[0]["title"],
        "headline": headline,
        "metrics": metrics,
        "columns": columns,
        "variants": variants,
        "references": references,
        "best": [find_best(size, rows, headline) for size, rows in ranked if rows],
        "copies": [
            find_copies(size, [row["variant"] for row in rows], scores) for size, rows in ranked
        ],
        "checks": [check for check in checks if check["better"] in names],
        "charts": draw_charts(
            [headline, *COPIES],
            [size.images for size in sizes],
            variants,
            references[0]["entries"],
            coloured,
        ),
    }


def list_entries(
    names: Sequence[str], columns: Sequence[tuple[Size, dict[str, Any] | None]], kind: str
) -> list[dict[str, Any]]:
    """List the rows of variants on each size, None where a size lacks them.

    Args:
        names: of the variants or of the reference rows.
        columns: of `build_group`.
        kind: ``trained`` or ``references``.
    """
    by_size = [
        {row["variant"]: row for row in group[kind]} if group else {} for _, group in columns
    ]
    return [{"name": name, "entries": [rows.get(name) for rows in by_size]} for name in names]
