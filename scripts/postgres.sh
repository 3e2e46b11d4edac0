#!/usr/bin/env bash
# Run a command beside a PostgreSQL server of its own: installed where it is absent, started in a temporary folder on a
# socket without a network, stopped and removed afterwards. The command finds its address in SSEMON_TEST_POSTGRES.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "ssemon: $*" >&2; }

binaries() { find /usr/lib/postgresql -maxdepth 2 -name bin -type d 2>/dev/null | sort -V | tail -n 1; }

if [ -z "$(binaries)" ]; then
  say "installing postgresql"
  as_root=""
  [ "$(id -u)" = 0 ] || as_root="sudo -n"
  if ! $as_root sh -c 'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql' >/dev/null 2>&1; then
    say "PostgreSQL is needed. Run this, then try again:"
    say "    sudo apt-get update && sudo apt-get install -y --no-install-recommends postgresql"
    exit 1
  fi
fi
BIN=$(binaries)
.venv/bin/python -c 'import psycopg' 2>/dev/null || .venv/bin/uv sync --frozen --inexact --quiet --extra postgres

HOME_OF_SERVER=$(mktemp -d "${TMPDIR:-/tmp}/ssemon-postgres-XXXXXX")
# The server refuses to be run by root: then its own user runs it.
as_server() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
[ "$(id -u)" != 0 ] || chown postgres "$HOME_OF_SERVER"

stop() {
  as_server "$BIN/pg_ctl" -D "$HOME_OF_SERVER/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$HOME_OF_SERVER"
}
trap stop EXIT

cd "$HOME_OF_SERVER"
as_server "$BIN/initdb" -D "$HOME_OF_SERVER/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
as_server "$BIN/pg_ctl" -D "$HOME_OF_SERVER/data" -w -l "$HOME_OF_SERVER/log" \
  -o "-k $HOME_OF_SERVER -c listen_addresses=''" start >/dev/null || { cat "$HOME_OF_SERVER/log" >&2; exit 1; }
cd - >/dev/null
export SSEMON_TEST_POSTGRES="postgresql:///postgres?host=$HOME_OF_SERVER&user=postgres"
"$@"
