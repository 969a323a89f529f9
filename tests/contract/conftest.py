"""Lets pytest show what an assert of the shared suite compared."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.contract.suite", "tests.contract.stand")
