#!/bin/sh
# Creates the client and the person of the peer files. opbench runs it with the
# server's environment, so it works on the database of the server just started.
set -eu
cd "$(dirname "$0")"
gatepost=../../../target/release/gatepost
$gatepost clients create --metadata client.json
printf '%s\n' "$BENCH_PASSWORD" |
  $gatepost users create --username bench --email bench@example.test --password-stdin
