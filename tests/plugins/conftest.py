"""Several countries on the tiny framework, and extensions as modules on the path."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

COUNTRIES = ("CHN", "JPN", "KOR", "MNG")


def about(code: str) -> str:
    return (
        f'[plugin]\ncountry = "{code}"\napi = 1\nname = "{code.title()}"\n\n[[tables]]\ntable = "observations"\n'
        'file = "data/values.csv"\nsource = "Register"\nlicence = "CC BY 4.0"\n'
    )


def values(code: str) -> str:
    seed = sum(map(ord, code))
    cells = [
        f"{one},{year},{(seed * n + year) % 11}"
        for n, one in enumerate(("a1", "a2", "b1", "b2_f", "b2_m"), 1)
        for year in (2018, 2020)
    ]
    return "indicator,year,value\n" + "\n".join(cells) + "\n"


@pytest.fixture
def world(
    plugin_folder: Callable[..., Path], tiny_framework: Callable[..., Path]
) -> Callable[..., tuple[Path, list[Path]]]:
    """Write four countries, some with files changed or (None) without them; the profile and where the plugins are."""

    def write(
        changes: dict[str, dict] | None = None, countries: tuple[str, ...] = COUNTRIES, edition: str = ""
    ) -> tuple[Path, list[Path]]:
        names = ", ".join(f'"{code}"' for code in COUNTRIES)
        text = f'[edition]\nid = "t"\nframework = "."\nyears = [2018, 2020]\ncountries = [{names}]\n{edition}'
        profile = tiny_framework({"edition.toml": text}) / "edition.toml"
        shutil.rmtree(profile.parent.parent / "plugins", ignore_errors=True)
        for code in countries:
            files = {"plugin.toml": about(code), "data/values.csv": values(code), **(changes or {}).get(code, {})}
            plugin_folder(files, code.lower())
        return profile, [profile.parent.parent / "plugins"]

    return write


@pytest.fixture
def extension(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """Write an extension module; its name is what `--extension` takes."""
    folder = tmp_path / "extensions"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    written: list[str] = []

    def write(code: str, name: str = "house_extension") -> str:
        (folder / f"{name}.py").write_text(
            f"import polars as pl\nimport ssemon\nfrom ssemon import hookimpl\n\n{code}\n", encoding="utf-8"
        )
        sys.modules.pop(name, None)
        # What Python compiled of an earlier one of the same length and second would be taken for it.
        shutil.rmtree(folder / "__pycache__", ignore_errors=True)
        written.append(name)
        return name

    yield write
    for name in written:
        sys.modules.pop(name, None)
