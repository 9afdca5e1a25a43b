#!/usr/bin/env bash
# From a model to a better one, and to a smaller one. The default model learns the shop's voice by a small adapter (LoRA),
# is aligned to the brand guide by preferences (DPO), and teaches a model of less than half its size. All of them then
# answer requests that none was trained on, side by side behind one server, and tables show quality with intervals.
#
#   samples/adapt-story.sh [FOLDER]     about a quarter of an hour on two cores
#
# Everything is written to FOLDER (default: runs/adapt-story). A second call goes on where the first was interrupted.
# $GYRE is the command to run (default: ./gyre of this clone). SCALE=quick makes every part tiny, to see that it runs.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=${1:-runs/adapt-story}
mkdir -p "$out"
out=$(cd "$out" && pwd)
data=$out/data
read -ra command <<<"${GYRE:-}"
[ ${#command[@]} -gt 0 ] || command=("$here/../gyre")
gyre() { "${command[@]}" "$@"; }
step() { printf '\n== %s\n' "$*"; }
fail() { printf 'adapt-story: %s\n' "$*" >&2; exit 1; }
command -v curl >/dev/null || { echo "adapt-story: needs curl." >&2; exit 127; }

# A recipe of the story with what earlier parts made put in, and made tiny when asked to.
recipe() { # NAME PLACEHOLDER VALUE
  sed "s#$2#$3#" "$here/adapt-story/$1.yaml" >"$out/$1.yaml"
  if [ "${SCALE:-}" = quick ]; then
    sed -i -E 's/^(  steps:) .*/\1 4/; s/^(  warmup:) .*/\1 1/; /^(evaluation|checkpoint|samples):/,/^$/ s/^(  every:) .*/\1 2/
      s/(examples|pairs): [0-9]+/\1: 60/; s/held_out: [0-9]+/held_out: 10/; s/^(  prompts:) [0-9]+/\1 6/; s/rows: [0-9]{2,}/rows: 8/
      s/(answer|unanswerable): [0-9]{2,}/\1: 6/g; s/max_tokens: [0-9]+/max_tokens: 24/' "$out/$1.yaml"
  fi
}

# Runs a job unless it is finished, and goes on with one that was interrupted.
job() { # VERB NAME RESULT [OPTION...]
  local verb=$1 name=$2 result=$3
  shift 3
  [ ! -e "$out/$name/$result" ] || { echo "Finished before: $out/$name"; return; }
  [ ! -e "$out/$name/recipe.yaml" ] || set -- --resume "$@"
  gyre "$verb" "$out/$name.yaml" --out "$out/$name" --data "$data" "$@"
}

step "1. The shop's voice: an adapter of the default model, from texts of which four in ten break the brand guide"
recipe voice NOTHING ''
job finetune voice report.json
[ -e "$out/voice-model" ] || gyre models merge default --adapter "$out/voice/adapter" --out "$out/voice-model" --data "$data"

step "2. Aligned to the brand guide by preferences"
recipe aligned VOICE "$out/voice-model"
job align aligned report.json

step "3. Less than half as large, taught by the aligned model"
recipe half ALIGNED "$out/aligned/model"
job distill half report.json

step "4. All of them behind one server"
mkdir -p "$data/adapters"
rm -rf "$data/adapters/voice"
cp -r "$out/voice/adapter" "$data/adapters/voice"
cat >"$data/aliases.yaml" <<YAML
default: base
aliases:
  base: {model: default, description: The model that comes with Gyre.}
  voice: {model: default, adapter: voice, description: The voice of the writers' texts.}
  aligned: {model: "$out/aligned/model", description: "The voice, aligned to the brand guide."}
  half: {model: "$out/half/model", description: A third of its layers.}
YAML
set -m # Ctrl-C reaches a server in the background only if the shell treats it as a job of its own.
"${command[@]}" up --port 0 --json --data "$data" >"$out/up.json" 2>"$out/up.log" &
server=$!
set +m
trap 'kill -TERM $server 2>/dev/null || true; wait $server 2>/dev/null || true' EXIT
for ((tries = 0; tries < 600; tries++)); do
  grep -q '^}' "$out/up.json" && break
  kill -0 $server 2>/dev/null || fail "the server ended: $(cat "$out/up.log")"
  sleep 0.1
done
address=$(sed -n 's/.*"address": "\([^"]*\)".*/\1/p' "$out/up.json")
[ -n "$address" ] || fail "the server did not say where it listens: $(cat "$out/up.json" "$out/up.log")"
echo "$address serves base, voice, aligned and half"
for name in base voice aligned half; do
  printf '\n%s: ' "$name"
  curl -sS --fail-with-body "$address/v1/chat/completions" -H 'content-type: application/json' -d "{\"model\":\"$name\",\"temperature\":0,\"max_tokens\":80,
    \"messages\":[{\"role\":\"user\",\"content\":\"Describe this product in a playful tone.\nname: Lunera Wrap Dress\ncolour: dusty teal\nprice: 79.90 euros\"}]}" |
    sed -E 's/.*"content":"(([^"\\]|\\.)*)".*/\1/; s/\\n/ /g; s/\\"/"/g'
done
echo

step "5. Compared on requests that none was trained on"
for part in voice answers; do
  recipe "compare-$part" URL "$address/v1"
  gyre eval "$out/compare-$part.yaml" --out "$out/compared-$part" --data "$data" --no-traces
done

step "6. What they weigh"
printf '%-8s %12s %14s\n' model parameters "weights, bytes"
for name in base aligned half; do
  path=$([ $name = base ] && echo default || echo "$out/$name/model")
  gyre models show "$path" --json --data "$data" >"$out/$name.json"
  number() { sed -n "s/^ *\"$1\": \([0-9]*\),*$/\1/p" "$out/$name.json" | head -1; }
  printf '%-8s %12s %14s\n' "$name" "$(number parameters)" "$(number weight_bytes)"
done
printf '%-8s %12s %14s\n' voice "as base, and" "$(wc -c <"$out/voice/adapter/adapter_model.safetensors")"
echo "Everything is in $out; the tables stand in compared-voice/report.html and compared-answers/report.html"
