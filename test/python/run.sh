#!/usr/bin/env bash
# Other people's tools against a service of our own: run.sh VENV, a Python environment with what requirements.txt names.
# promtool (Debian's package prometheus) is asked too where it is installed.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools=$(cd "$1" && pwd)/bin
home=$(mktemp -d)
VIGIL_HOME="$home" VIGIL_DEMO=0 node src/vigil.js serve --port 0 --json >"$home/out" &
service=$!
trap 'kill $service; wait $service || true; rm -rf "$home"' EXIT
until url=$(sed -nE '1s/.*"listening":"([^"]+)".*/\1/p' "$home/out") && [ -n "$url" ]; do
  kill -0 "$service"
  sleep 0.2
done

"$tools/python" test/python/open_inference.py "${url#http://}" taiwan-card

rules=$PWD/test/python/schemathesis.toml
# It keeps notes in the folder it runs in. JSON lines it cannot write; that tensors agree with their shapes a schema cannot say.
# One worker: Python 3.11 counts the depth of its syntax trees for all threads together, and stops where two read source at once.
cd "$home"
"$tools/schemathesis" --config-file "$rules" run "$url/openapi.json" --checks all --max-examples 15 --workers 1 --no-color --continue-on-failure \
  --seed 1 --exclude-path-regex '/(infer|stream)$'

if command -v promtool >/dev/null; then
  node -e 'fetch(process.argv[1]).then((answer) => answer.text()).then((text) => process.stdout.write(text))' \
    "$url/metrics" | promtool check metrics
fi
