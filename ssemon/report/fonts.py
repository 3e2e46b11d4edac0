"""The fonts that reports are set in: a private font configuration, the same on every host.

Left to itself, a PDF takes whatever fonts its host happens to have, so that two hosts print two documents. Here
fontconfig sees the Noto Sans files of two packages and nothing else. `prepare` must run before WeasyPrint is
imported, because fontconfig reads the name of its configuration once.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from xml.sax.saxutils import escape

# Where Debian and Ubuntu put the two packages, then where Arch and Alpine put theirs.
FONT_FOLDERS = (
    Path("/usr/share/fonts/truetype/noto"),
    Path("/usr/share/fonts/opentype/noto"),
    Path("/usr/share/fonts/noto"),
    Path("/usr/share/fonts/noto-cjk"),
)
FAMILY = "Noto Sans"
# One file a weight and script; "NotoSans*" would also bring the display cuts, which a fallback could pick.
_PATTERNS = ("NotoSans-*", "NotoSans[A-Z]*-Regular.*", "NotoSans[A-Z]*-Bold.*")
_UNWANTED = ("NotoSansDisplay", "NotoSansMono")
# The faces of the Han collection differ in their glyphs, not in what they cover, so fontconfig cannot choose by
# itself. Language tag as fontconfig knows it, and the suffix that the font gives its face; the first is for texts
# in any other language: it is the collection's own first face. A later rule wins; "=" asks for that very tag.
# Asked for a letter that the page's language does not write, Pango and fontconfig prefer the languages of whoever
# is logged in.
_NO_LANGUAGE = "xx"
_HAN_FAMILY = "Noto Sans CJK"
_HAN_FACES = (
    ("", "JP"), ("ko", "KR"), ("ja", "JP"), ("zh", "SC"), ("zh-hant", "TC"), ("zh-tw", "TC"), ("zh-mo", "TC"),
    ("zh-hk", "HK"), ("=zh", "SC"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FontPackage:
    """A package of fonts, and what a report looks like without it."""

    package: str
    pattern: str
    cost: str


PACKAGES = (
    FontPackage(
        "fonts-noto-core",
        "NotoSans-Regular.*",
        "reports are set in whatever fonts this computer has, and differ by host",
    ),
    FontPackage("fonts-noto-cjk", "NotoSansCJK-Regular.*", "Chinese, Japanese and Korean names print as empty boxes"),
)
# Distributions that cut the first package in pieces may leave one out: each is looked for by itself.
_SCRIPTS = ("Arabic", "Khmer", "Lao", "Thai")


@dataclass(frozen=True, slots=True)
class FontState:
    """Which fonts a report will be set in.

    Missing: `config` is None where the system's own configuration serves, because Noto Sans is not installed;
             `missing` names the packages that would mend it.
    """

    config: Path | None
    files: tuple[Path, ...]
    missing: tuple[FontPackage, ...]

    @property
    def fingerprint(self) -> str:
        """A hash of the font files' names and sizes: two hosts with the same one print the same bytes."""
        lines = "".join(f"{path.name} {path.stat().st_size}\n" for path in sorted(self.files, key=lambda p: p.name))
        return sha256(lines.encode()).hexdigest()[:16]


def prepare(folders: Sequence[Path] = FONT_FOLDERS, cache_folder: Path | None = None) -> FontState:
    """Point fontconfig at Noto Sans alone and say what is missing.

    Errors: none: without the fonts, or without a folder to write to, the system's configuration stays in force.
    """
    state = inspect(folders, cache_folder)
    if state.config is not None:
        os.environ["FONTCONFIG_FILE"] = str(state.config)
        os.environ["FC_LANG"] = os.environ["PANGO_LANGUAGE"] = _NO_LANGUAGE
    return state


def inspect(folders: Sequence[Path] = FONT_FOLDERS, cache_folder: Path | None = None) -> FontState:
    """Write the private configuration where fonts are found, and leave the environment alone."""
    files = _font_files(folders)
    missing = tuple(package for package in PACKAGES if not any(path.match(package.pattern) for path in files))
    if PACKAGES[0] in missing:
        return FontState(None, files, missing)
    missing += tuple(_absent_scripts(files))
    home = cache_folder or _cache_folder()
    return FontState(_written(home, _configuration(files, home / "fontconfig")), files, missing)


def _absent_scripts(files: Sequence[Path]) -> Iterator[FontPackage]:
    """Yield what is needed for each script whose letters no file here has."""
    for script in _SCRIPTS:
        pattern = f"NotoSans{script}-Regular.*"
        if not any(path.match(pattern) for path in files):
            cost = f"Noto Sans {script} is not among them, and {script} prints as empty boxes"
            yield FontPackage(PACKAGES[0].package, pattern, cost)


def _font_files(folders: Iterable[Path]) -> tuple[Path, ...]:
    found = {path for folder in folders for pattern in _PATTERNS for path in folder.glob(pattern)}
    return tuple(sorted(path for path in found if not path.name.startswith(_UNWANTED)))


@cache
def _cache_folder() -> Path:
    """Return a folder of the user's that can be written, or a temporary one."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ssemon"
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="ssemon-fonts-"))
    return home if os.access(home, os.W_OK) else Path(tempfile.mkdtemp(prefix="ssemon-fonts-"))


def _written(home: Path, configuration: str) -> Path:
    """Write the configuration under a name made from its content, so that two versions never share a file."""
    # A folder whose name this locale cannot read is named by its bytes.
    content = configuration.encode("utf-8", "surrogateescape")
    target = home / f"fonts-{sha256(content).hexdigest()[:12]}.conf"
    if not target.exists():
        home.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=home, suffix=".part")
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(part).replace(target)
    return target


def _configuration(files: Sequence[Path], cache_folder: Path) -> str:
    folders = sorted({str(path.parent) for path in files})
    lines = [
        '<?xml version="1.0"?>',
        '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
        "<fontconfig>",
        *(f"<dir>{escape(folder)}</dir>" for folder in folders),
        f"<cachedir>{escape(str(cache_folder))}</cachedir>",
        # A system-wide cache of the same folders saves the first scan.
        "<cachedir>/var/cache/fontconfig</cachedir>",
        "<selectfont>",
        *(f"<rejectfont><glob>{escape(folder)}/*</glob></rejectfont>" for folder in folders),
        *(f"<acceptfont><glob>{escape(str(path))}</glob></acceptfont>" for path in files),
        "</selectfont>",
        *(_named_instead(generic) for generic in ("sans-serif", "serif", "monospace")),
        *(_han_rule(language, face) for language, face in _HAN_FACES),
        "</fontconfig>",
    ]
    return "\n".join(lines) + "\n"


def _named_instead(generic: str) -> str:
    """Return the rule that sets a generic family in ours."""
    return (
        f'<match target="pattern"><test name="family"><string>{generic}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{FAMILY}</string></edit></match>'
    )


def _han_rule(language: str, face: str) -> str:
    """Return the rule that prefers one Han face for a language, after our own family."""
    compare = "eq" if language.startswith("=") else "contains"
    test = f'<test name="lang" compare="{compare}"><string>{language.lstrip("=")}</string></test>' if language else ""
    return (
        f'<match target="pattern">{test}<test name="family"><string>{FAMILY}</string></test>'
        f'<edit name="family" mode="append" binding="strong"><string>{_HAN_FAMILY} {face}</string></edit></match>'
    )
