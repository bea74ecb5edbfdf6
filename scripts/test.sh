#!/bin/bash
# Every test, on SQLite and on PostgreSQL:
#
#   scripts/test.sh                        everything
#   scripts/test.sh --test it token::      arguments go to `cargo test`, in both runs
#
# Installs what a Debian or Ubuntu machine lacks (PostgreSQL, Chromium and its driver, Node and npm) and
# the relying parties of tests/node, starts a throwaway PostgreSQL and stops it again. The tests find
# what they need in the environment:
#
#   TEST_DB             sqlite or postgres
#   TEST_DATABASE_URL   the PostgreSQL to use. When it is set already, none is started
#   CHROMIUM            the browser
#   CHROMEDRIVER        its driver; the tests start it
#   NODE                Node 18.17 or newer, for the relying parties of tests/node
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf 'test.sh: %s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

# --- what the machine must have -------------------------------------------------------------

command -v cargo >/dev/null || fail "cargo is missing. Install Rust from https://rustup.rs."
command -v cc >/dev/null || fail "A C compiler is missing. On Debian: apt-get install build-essential."

# The folder with initdb, pg_ctl and createdb of the newest PostgreSQL server, or nothing.
postgres_bin() {
  local dir
  for dir in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV) "$(pg_config --bindir 2>/dev/null || true)"; do
    if [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] && [ -x "$dir/createdb" ]; then
      printf '%s\n' "$dir"
      return
    fi
  done
}

first_command() { # the path of the first command that exists, or nothing
  local name
  for name in "$@"; do
    if command -v "$name"; then return; fi
  done
}
find_chromium() { first_command chromium chromium-browser google-chrome google-chrome-stable; }
find_chromedriver() { first_command chromedriver chromium.chromedriver; }

find_programs() {
  pgbin=$(postgres_bin)
  CHROMIUM=${CHROMIUM:-$(find_chromium)}
  CHROMEDRIVER=${CHROMEDRIVER:-$(find_chromedriver)}
  NODE=${NODE:-$(first_command node nodejs)}
}
find_programs

missing=()
if [ -z "$pgbin" ] && [ -z "${TEST_DATABASE_URL:-}" ]; then missing+=(postgresql); fi
if [ -z "$CHROMIUM" ]; then missing+=(chromium); fi
if [ -z "$CHROMEDRIVER" ]; then missing+=(chromium-driver); fi
if [ -z "$NODE" ]; then missing+=(nodejs); fi
if ! command -v npm >/dev/null; then missing+=(npm); fi

install_packages() {
  local by_hand="Install these and run this again: $* (Debian package names)."
  command -v apt-get >/dev/null || fail "$by_hand"
  local root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "$by_hand"
    sudo -n true 2>/dev/null || [ -t 0 ] || fail "$by_hand"
    root=(sudo)
  fi
  local apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120)
  say "installing $*"
  "${apt[@]}" update -qq || say "apt-get update failed; trying with the lists that are there"
  local conf=/etc/postgresql-common/createcluster.conf asked=
  if [[ " $* " == *" postgresql "* ]]; then
    # Debian makes and starts a database server at installation: not wanted here.
    "${apt[@]}" install -qq -y --no-install-recommends postgresql-common >/dev/null || fail "$by_hand"
    if [ -e $conf ] && ! grep -q '^ *create_main_cluster' $conf; then
      asked=yes
      echo 'create_main_cluster = false' | "${root[@]}" tee -a $conf >/dev/null
    fi
  fi
  local installed=yes
  "${apt[@]}" install -qq -y --no-install-recommends "$@" >/dev/null || installed=
  if [ -n "$asked" ]; then "${root[@]}" sed -i '/^create_main_cluster = false$/d' $conf; fi
  [ -n "$installed" ] || fail "$by_hand"
}

if [ ${#missing[@]} -gt 0 ]; then
  install_packages "${missing[@]}"
  find_programs
fi
[ -x "$CHROMIUM" ] || fail "No Chromium at '$CHROMIUM'. Install it or say with CHROMIUM where it is."
[ -x "$CHROMEDRIVER" ] || fail "No chromedriver at '$CHROMEDRIVER'. Install it or say with CHROMEDRIVER where it is."
node_version=$("$NODE" -p process.versions.node) || fail "No Node at '$NODE'. Install it or say with NODE where it is."
printf '18.17.0\n%s\n' "$node_version" | sort -CV ||
  fail "Node $node_version is too old: 18.17 or newer is needed. Install one (https://nodejs.org) or say with NODE where it is."
export CHROMIUM CHROMEDRIVER NODE

# npm writes node_modules/.package-lock.json last
if [ ! tests/node/node_modules/.package-lock.json -nt tests/node/package-lock.json ]; then
  say "installing the relying parties of tests/node"
  (cd tests/node && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2) || fail "npm ci failed in tests/node."
fi

# --- a PostgreSQL of our own ----------------------------------------------------------------

pgdir=
as_postgres() { # PostgreSQL refuses to run as root
  if [ "$(id -u)" != 0 ]; then
    "$@"
  else
    runuser -u "$pguser" -- "$@"
  fi
}

stop_postgres() {
  trap - EXIT
  if [ -z "$pgdir" ]; then return; fi
  if [ -e "$pgdir/data/postmaster.pid" ]; then
    as_postgres "$pgbin/pg_ctl" -D "$pgdir/data" -m immediate -w stop >/dev/null 2>&1 || say "PostgreSQL in $pgdir did not stop"
  fi
  rm -rf "$pgdir"
}
trap stop_postgres EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

start_postgres() {
  [ -n "$pgbin" ] || fail "No PostgreSQL server found. On Debian: apt-get install postgresql."
  pguser=postgres
  id -u postgres >/dev/null 2>&1 || pguser=nobody
  # Not in TMPDIR: a socket's path must be short, and another user must get there.
  pgdir=$(mktemp -d /tmp/gatepost-test-pg.XXXXXX)
  local password
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '%s\n' "$password" >"$pgdir/password"
  if [ "$(id -u)" = 0 ]; then chown -R "$pguser" "$pgdir"; fi
  (
    cd "$pgdir"
    as_postgres "$pgbin/initdb" -D "$pgdir/data" -U gatepost --encoding=UTF8 --locale=C --no-sync \
      --auth-local=trust --auth-host=password --pwfile="$pgdir/password" >"$pgdir/initdb.log" 2>&1
  ) || {
    cat "$pgdir/initdb.log" >&2
    fail "initdb failed"
  }
  cat >>"$pgdir/data/postgresql.conf" <<C
listen_addresses = '127.0.0.1'
unix_socket_directories = '$pgdir'
max_connections = 200
max_locks_per_transaction = 256
shared_buffers = 128MB
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
C
  local port attempt
  for attempt in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 10000))
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then continue; fi
    if (cd "$pgdir" && as_postgres "$pgbin/pg_ctl" -D "$pgdir/data" -o "-p $port" -l "$pgdir/data/log" -w start >/dev/null 2>&1); then
      "$pgbin/createdb" -h "$pgdir" -p "$port" -U gatepost gatepost_test
      export TEST_DATABASE_URL="postgres://gatepost:$password@127.0.0.1:$port/gatepost_test"
      return
    fi
  done
  cat "$pgdir/data/log" >&2 || true
  fail "PostgreSQL did not start"
}

if [ -z "${TEST_DATABASE_URL:-}" ]; then start_postgres; fi

# --- the tests ------------------------------------------------------------------------------

say "SQLite (after $SECONDS s)"
TEST_DB=sqlite cargo test --locked "$@"
say "PostgreSQL (after $SECONDS s)"
TEST_DB=postgres cargo test --locked --test it "$@"
say "passed (after $SECONDS s)"
