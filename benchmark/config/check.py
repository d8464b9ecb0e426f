"""Say whether params.yaml is right: `gan-benchmark check`."""

from benchmark import config


def main() -> None:
    runs = config.load().runs
    print(f"params.yaml is right: {len(runs)} runs")


if __name__ == "__main__":
    main()
