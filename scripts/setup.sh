#!/usr/bin/env bash
# Set up everything that ssemon needs on a fresh Debian or Ubuntu: system libraries, fonts, Python packages.
# With "test", or where CI is "true", also the browser that the site is tested in.
# With "bench", what `make bench` draws beside our reports; with "fuzz", what `make fuzz` needs; with "pdf-check", what
# `make check-pdf` needs: Java and the engine of veraPDF.
# Idempotent. Installs system packages where it may (root, or sudo without a password); says the exact command where not.
set -euo pipefail
cd "$(dirname "$0")/.."

UV_VERSION=0.13.9
LIBRARIES="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig"
FONTS="fonts-noto-core fonts-noto-cjk"

say() { printf '%s\n' "ssemon set-up: $*" >&2; }

python_found() {
  local name
  for name in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"; return 0
    fi
  done
  return 1
}

absent() {  # the packages of a list that are not installed
  local name
  for name in "$@"; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || printf '%s ' "$name"
  done
}

browser_found() { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo -n "$@"; else return 126; fi
}

install() {  # install packages, or say how
  local wanted="$*"
  [ -n "${wanted// /}" ] || return 0
  say "installing $wanted"
  if as_root sh -c "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted" >/dev/null 2>"${TMPDIR:-/tmp}/ssemon-apt.$$"; then
    rm -f "${TMPDIR:-/tmp}/ssemon-apt.$$"; return 0
  fi
  tail -n 3 "${TMPDIR:-/tmp}/ssemon-apt.$$" >&2 || true
  rm -f "${TMPDIR:-/tmp}/ssemon-apt.$$"
  say "these system packages are needed and could not be installed. Run this, then try again:"
  say "    sudo apt-get update && sudo apt-get install -y --no-install-recommends $wanted"
  return 1
}

PYTHON=$(python_found) || { say "Python 3.11 or newer is needed. Run this, then try again:"; say "    sudo apt-get update && sudo apt-get install -y python3"; exit 1; }

if command -v apt-get >/dev/null; then
  venv=""
  "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null || venv="python3-venv python3-pip"
  # shellcheck disable=SC2086
  install $venv $(absent $LIBRARIES) || exit 1
  # shellcheck disable=SC2086
  install $(absent $FONTS) || say "going on without these fonts: names in some scripts print as empty boxes"
  if [ "${1:-}" = test ] || [ "${CI:-}" = true ]; then
    if ! browser_found && ! install chromium; then
      [ "${CI:-}" != true ] || exit 1
      say "going on without chromium: the tests of the site in a browser are skipped"
    fi
  fi
else
  say "not Debian or Ubuntu: install Pango, HarfBuzz (with its subset library), fontconfig and the Noto Sans fonts yourself"
fi

if [ "${1:-}" = pdf-check ]; then  # what only `make check-pdf` needs; the rest has been set up before
  command -v java >/dev/null || install default-jre-headless || exit 1
  # shellcheck disable=SC2046
  install $(absent libjaxb-java) || exit 1
  exec .venv/bin/uv sync --frozen --inexact --quiet --group pdf-check
fi

if [ "${1:-}" = fuzz ]; then  # what only `make fuzz` needs
  exec .venv/bin/uv sync --frozen --inexact --quiet --group fuzz
fi

if [ "${1:-}" = bench ]; then  # what only `make bench` needs
  exec .venv/bin/uv sync --frozen --inexact --quiet --group bench
fi

STAMP=.venv/.ssemon-set-up
want=$("$PYTHON" -V; cat uv.lock pyproject.toml 2>/dev/null | cksum)
if [ -f "$STAMP" ] && [ "$(cat "$STAMP")" = "$want" ]; then exit 0; fi

[ -x .venv/bin/python ] && .venv/bin/python -c 'import pip' 2>/dev/null || { rm -rf .venv; "$PYTHON" -m venv .venv; }
say "installing the Python packages of uv.lock"
.venv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
# Compiled once here: else every start pays for it where Python may not write its caches (PYTHONDONTWRITEBYTECODE).
.venv/bin/uv sync --frozen --inexact --quiet --compile-bytecode
.venv/bin/python -m compileall -q ssemon
printf '%s\n' "$want" > "$STAMP"
