"""Where the content folders live: packed into the wheel, or beside the package in a checkout.

`schemas/`, `templates/` and `plugins/` are content and never imported. A wheel carries them inside the
package; a clone or an editable install has them one level up.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
# In a wheel the shipped plugins cannot be called "plugins": that is the name of a module of ours.
_PACKED_NAMES = {"plugins": "plugins_content"}


def folder(name: str) -> Path:
    """Return the content folder `name`: the packed copy if there is one, else the checkout's.

    Errors: FileNotFoundError if neither is there, which is a broken installation.
    """
    packed = _PACKAGE / _PACKED_NAMES.get(name, name)
    beside = _PACKAGE.parent / name
    for candidate in (packed, beside):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"ssemon's folder {name!r} is in neither {packed} nor {beside}: reinstall ssemon")
