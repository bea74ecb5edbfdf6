#!/bin/sh
# An empty folder for the database of sqlite.toml.
set -eu
rm -rf /tmp/opbench-gatepost
mkdir -m 700 /tmp/opbench-gatepost
