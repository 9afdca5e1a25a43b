#!/usr/bin/env bash
# A whole serving session with the published command line: fetch a model, quantise it, serve it with two adapters, stream
# answers that are bound to a JSON schema while tools are on offer, call a function, do it all at once, and stop.
#
#   samples/serving-session.sh [MODEL]
#
# MODEL is what 'gyre pull' takes (a folder, a .gguf file, a hub id, a URL) of a Llama-family model; without it, the model
# that comes with Gyre. Everything is written to $WORK (default: a temporary folder), each answer as the server sent it.
# $GYRE is the command to run (default: ./gyre of this clone).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
model=${1:-$here/../models/default}
work=${WORK:-$(mktemp -d)}
read -ra command <<<"${GYRE:-}"
[ ${#command[@]} -gt 0 ] || command=("$here/../gyre")
gyre() { "${command[@]}" "$@"; }
step() { printf '\n== %s\n' "$*"; }
fail() { printf 'serving-session: %s\n' "$*" >&2; exit 1; }
command -v curl >/dev/null || { echo "serving-session: needs curl." >&2; exit 127; }
mkdir -p "$work"

step "1. Fetch the model"
gyre pull "$model" --name session --data "$work/data"

step "2. Quantise it to Q4_K"
gyre quantize session Q4_K --output "$work/session-q4_k.gguf" --allow-requantize --force --data "$work/data"
gyre models show "$work/session-q4_k.gguf" --json >"$work/model.json"

step "3. Make two adapters (untrained: they only show that each changes the answers)"
number() { sed -n "s/^ *\"$1\": \([0-9]*\),*$/\1/p" "$work/model.json" | head -1; }
width=$(number hidden_size) head=$(number head_width)
for name in calm loud; do
  seed=$([ $name = calm ] && echo 1 || echo 2)
  "$here/random-adapter.sh" "$work/$name" "$seed" "$width" $(($(number heads) * head)) $(($(number key_value_heads) * head)) "$(number layers)"
done

step "4. Serve it with both"
set -m # Ctrl-C reaches a server in the background only if the shell treats it as a job of its own.
"${command[@]}" up --port 0 --json --model "$work/session-q4_k.gguf" --adapter "calm=$work/calm" --adapter "loud=$work/loud" --data "$work/data" \
  >"$work/up.json" 2>"$work/up.log" &
server=$!
set +m
trap 'kill -TERM $server 2>/dev/null || true' EXIT
for ((tries = 0; tries < 600; tries++)); do
  grep -q '^}' "$work/up.json" && break
  kill -0 $server 2>/dev/null || fail "the server ended: $(cat "$work/up.log")"
  sleep 0.1
done
address=$(sed -n 's/.*"address": "\([^"]*\)".*/\1/p' "$work/up.json")
base=$(sed -n 's/.*"default_model": "\([^"]*\)".*/\1/p' "$work/up.json")
[ -n "$address" ] || fail "the server did not say where it listens: $(cat "$work/up.json" "$work/up.log")"
echo "$address serves $base, calm and loud"
curl -sS "$address/v1/models" >"$work/models.json"

parameters='{"type":"object","properties":{"size":{"enum":["S","M","L"]},"amount":{"type":"integer","minimum":1,"maximum":9}},"required":["size","amount"],"additionalProperties":false}'
schema='{"type":"object","properties":{"colour":{"enum":["white","black","blue"]},"price":{"type":"integer","minimum":1,"maximum":999},"note":{"type":"string","maxLength":40}},"required":["colour","price","note"],"additionalProperties":false}'
ask='A black linen shirt for 49 euros.'
post() { curl -sS --fail-with-body -N "$address$1" -H 'content-type: application/json' -d "$2" >"$work/$3" || fail "$1 was refused: $(cat "$work/$3")"; }
# What a stream carries, put together: texts, names and arguments of chat; deltas and the events' names of responses.
show() {
  printf '%s, %s events: ' "$1" "$(grep -c '^data: ' "$work/$1")"
  sed -n -E '/chat\.completion\.chunk/ s/.*"(name|content|arguments)":"(([^"\\]|\\.)*)".*/\2/p
    /"response\.output_item\.added"/ s/.*"name":"(([^"\\]|\\.)*)".*/\1/p
    /"response\.[a-z_.]*\.delta"/ s/.*"delta":"(([^"\\]|\\.)*)".*/\1/p' "$work/$1" | tr -d '\n' | sed 's/\\"/"/g; s/\\[nt]/ /g'
  printf '\n'
}

chat() { # MODEL FILE CHOICE
  post /v1/chat/completions "{\"model\":\"$1\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"seed\":7,\"temperature\":0.8,\"max_tokens\":120,
    \"messages\":[{\"role\":\"user\",\"content\":\"$ask\"}],
    \"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"reserve\",\"description\":\"Reserve shirts.\",\"parameters\":$parameters}}],\"tool_choice\":$3,
    \"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"shirt\",\"schema\":$schema,\"strict\":true}}}" "$2"
}

respond() { # MODEL FILE CHOICE
  post /v1/responses "{\"model\":\"$1\",\"stream\":true,\"temperature\":0,\"max_output_tokens\":120,\"input\":\"$ask\",
    \"tools\":[{\"type\":\"function\",\"name\":\"reserve\",\"description\":\"Reserve shirts.\",\"parameters\":$parameters,\"strict\":true}],\"tool_choice\":$3,
    \"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"shirt\",\"schema\":$schema,\"strict\":true}}}" "$2"
}

step "5. Stream answers of a JSON schema, with a tool on offer: base and each adapter, alone"
for name in "$base" calm loud; do
  chat "$name" "chat-$name.sse" '"auto"'
  show "chat-$name.sse"
done

step "6. Stream a call that is asked for by name"
for name in "$base" calm loud; do
  chat "$name" "call-$name.sse" '{"type":"function","function":{"name":"reserve"}}'
  show "call-$name.sse"
done

step "7. The same over /v1/responses"
for name in "$base" calm loud; do
  respond "$name" "response-$name.sse" '"auto"'
  show "response-$name.sse"
  respond "$name" "response-call-$name.sse" '"required"'
  show "response-call-$name.sse"
done

step "8. All three, four times each, at once: the engine runs them in one batch, and each answers as it did alone"
running=()
for ((round = 1; round <= 4; round++)); do
  for name in "$base" calm loud; do
    chat "$name" "batch-$name-$round.sse" '"auto"' &
    running+=($!)
  done
done
for one in "${running[@]}"; do wait "$one"; done

# What may differ between two equal requests: ids, times, and how much of the prompt was known already.
told() { sed 's/"id":"[^"]*"//; s/"created":[0-9]*//; s/"cached_tokens":[0-9]*//; s/"timings":{[^}]*}//' "$work/$1"; }
for ((round = 1; round <= 4; round++)); do
  for name in "$base" calm loud; do
    [ "$(told "batch-$name-$round.sse")" = "$(told "chat-$name.sse")" ] || fail "$name answered otherwise in the batch (see $work/batch-$name-$round.sse)"
  done
done
echo "12 of 12 streams equal their solo runs"

step "9. Stop with Ctrl-C"
kill -INT $server
code=0
wait $server || code=$?
trap - EXIT
[ $code -eq 0 ] || fail "the server ended with $code: $(cat "$work/up.log")"
echo "The server ended in order."

step "10. What it did is in its traces"
gyre traces --limit 100 --json --data "$work/data" >"$work/traces.json"
gyre traces --limit 5 --data "$work/data"
echo "All answers are in $work"
