#!/usr/bin/env bash
# Writes a LoRA adapter in PEFT's form whose numbers are random: nothing learned, but enough to change what a Llama-family
# base answers. Equal seeds give equal files.
# Usage: random-adapter.sh FOLDER SEED WIDTH QUERY_WIDTH VALUE_WIDTH LAYERS
set -euo pipefail
export LC_ALL=C
folder=$1 seed=$2 width=$3 query=$4 value=$5 layers=$6
rank=4

mkdir -p "$folder"
cat >"$folder/adapter_config.json" <<EOF
{"peft_type":"LORA","task_type":"CAUSAL_LM","r":$rank,"lora_alpha":2,"lora_dropout":0.0,"bias":"none","target_modules":["q_proj","v_proj"]}
EOF

# The header of a safetensors file: every tensor's name, form and place.
header='{' at=0 numbers=0
add() {
  local end=$((at + 2 * $2 * $3))
  header+="\"base_model.model.model.layers.$1.weight\":{\"dtype\":\"BF16\",\"shape\":[$2,$3],\"data_offsets\":[$at,$end]},"
  at=$end numbers=$((end / 2))
}
for ((layer = 0; layer < layers; layer++)); do
  add "$layer.self_attn.q_proj.lora_A" "$rank" "$width"
  add "$layer.self_attn.q_proj.lora_B" "$query" "$rank"
  add "$layer.self_attn.v_proj.lora_A" "$rank" "$width"
  add "$layer.self_attn.v_proj.lora_B" "$value" "$rank"
done
header="${header%,}}"

{
  for ((byte = 0, length = ${#header}; byte < 8; byte++, length >>= 8)); do
    printf "\\x$(printf %02x $((length & 255)))"
  done
  printf %s "$header"

  # bfloat16 numbers between 1/16 and 1/8, or their negatives: the exponent is fixed, the rest is drawn.
  awk -v seed="$seed" -v numbers="$numbers" 'BEGIN {
    state = seed + 1
    for (i = 0; i < numbers; i++) {
      state = (state * 16807) % 2147483647
      printf "%c%c", 128 + int(state / 8) % 128, int(state / 1024) % 2 ? 61 : 189
    }
  }'
} >"$folder/adapter_model.safetensors"
