"""`python -m benchmark` and the script `gan-benchmark`."""

from benchmark.common.arithmetic import select_arithmetic
from benchmark.common.packages import PIPELINE_MODULES, require_packages


def main() -> None:
    """Run the command line, or exit with one line if packages are missing."""
    require_packages(PIPELINE_MODULES)
    select_arithmetic()  # before the libraries are imported

    from benchmark.cli import main

    main()


if __name__ == "__main__":
    main()
