"""Say whether params.yaml is right: `python -m benchmark.check`."""

from benchmark import params

if __name__ == "__main__":
    cells = params.load().cells
    print(f"params.yaml is right: {len(cells)} cells")
