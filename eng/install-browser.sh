#!/usr/bin/env bash
# Makes sure that a Chromium is installed for the console's browser tests. Quiet when there is one already.
set -u
for candidate in "${GYRE_CHROMIUM:-}" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
  if [ -n "$candidate" ] && [ -x "$candidate" ]; then exit 0; fi
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "test: installing Chromium for the browser tests…"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-liberation; } >/dev/null 2>&1
fi
[ -x /usr/bin/chromium ]
