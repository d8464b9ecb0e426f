"""Say whether params.yaml is right: `python -m benchmark.check`."""

from benchmark import params


def main() -> None:
    cells = params.load().cells
    print(f"params.yaml is right: {len(cells)} cells")


if __name__ == "__main__":
    main()
