"""Say whether params.yaml is right: `gan-benchmark check`."""

from benchmark import config


def main() -> None:
    cells = config.load().cells
    print(f"params.yaml is right: {len(cells)} cells")


if __name__ == "__main__":
    main()
