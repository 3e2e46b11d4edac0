"""The tiny framework of the scoring tests, written once a module."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from panels import make_framework


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("framework")


@pytest.fixture(scope="module")
def framework(folder):
    return make_framework(folder)
