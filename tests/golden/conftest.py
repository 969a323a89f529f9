"""`pytest tests/golden --golden-update` writes the expected renditions anew; the diff is the review."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden-update", action="store_true", help="write the expected renditions anew")
