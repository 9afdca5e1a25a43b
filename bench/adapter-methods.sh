#!/usr/bin/env bash
# Teaches the default model recipes/finetune-brand.yaml by each parameter-efficient method, and whole, one run after another,
# and prints what each gained on held-out rows and what it forgot. A run that is there is not run again.
# Usage: adapter-methods.sh GYRE FOLDER [METHOD...]
set -euo pipefail
export LC_ALL=C
gyre=$1 folder=$2
shift 2
recipe=$(dirname "$0")/../recipes/finetune-brand.yaml
text='Describe this product in the voice of StyleSprint: short sentences, the colour, the material, the price in euros.'
all='rank: 8, alpha: 16, targets: all-linear'

# method; steps; peak learning rate, chosen by the loss of the training data's held-out share; sections that take the adapter's place
methods() {
  cat <<EOF
full;60;0.0005;
lora;60;0.002;adapter: { method: lora, $all }
rslora;60;0.001;adapter: { method: rslora, $all }
dora;60;0.002;adapter: { method: dora, $all }
adalora;60;0.02;adapter: { method: adalora, alpha: 16, targets: all-linear, budget: { initial_rank: 12, target_rank: 4 } }
ia3;60;0.05;adapter: { method: ia3 }
prompt-random;60;0.3;adapter: { method: prompt, prompt: { tokens: 20, init: random } }
prompt-text;60;0.3;adapter: { method: prompt, prompt: { tokens: 20, init: text, text: "$text" } }
prompt-vocabulary;60;0.3;adapter: { method: prompt, prompt: { tokens: 20, init: vocabulary } }
p-tuning-mlp;60;0.005;adapter: { method: p-tuning, prompt: { tokens: 20, encoder: mlp } }
p-tuning-lstm;60;0.005;adapter: { method: p-tuning, prompt: { tokens: 20, encoder: lstm } }
p-tuning-lstm-240;240;0.005;adapter: { method: p-tuning, prompt: { tokens: 20, encoder: lstm } }
prefix;60;0.1;adapter: { method: prefix, prompt: { tokens: 20 } }
prefix-projection;60;0.005;adapter: { method: prefix, prompt: { tokens: 20, projection: true } }
qlora-nf4;60;0.002;base_format: nf4|adapter: { method: lora, $all }
qlora-nf4-double;60;0.002;base_format: nf4-double|adapter: { method: lora, $all }
EOF
}

derive() { # steps, peak, sections
  awk -v steps="$1" -v peak="$2" -v sections="${3//|/$'\n'}" '
    /^[a-z]/ { skip = 0 }
    /^adapter:/ { print sections "\n"; skip = 1 }
    /^samples:/ { skip = 1 }
    /^seed:/ { print; print "threads: 1"; next }
    skip { next }
    /^  steps:/ { print "  steps: " steps; next }
    /^  peak:/ { print "  peak: " peak; next }
    /^  every:/ { print "  every: 20"; next }
    { print }' "$recipe"
}

mkdir -p "$folder"
echo '| method | steps | trained numbers | tensors at most | task | measure | rows | before | after | difference | 95 % interval | |'
echo '|---|---:|---:|---:|---|---|---:|---:|---:|---:|---|---|'
while IFS=';' read -r name steps peak sections; do
  if (($# > 0)) && [[ " $* " != *" $name "* ]]; then
    continue
  fi
  run=$folder/$name
  if [[ ! -e $run/README.md ]]; then
    derive "$steps" "$peak" "$sections" >"$run.yaml"
    "$gyre" finetune "$run.yaml" --out "$run" --json >"$run.json" 2>"$run.log" </dev/null || { tail -n 5 "$run.log" >&2; exit 1; }
  fi
  trained=$(sed -n 's/^\([0-9,]*\) of [0-9,]* numbers.*/\1/p' "$run/README.md")
  peak_memory=$(sed -n 's/.*tensors took \(.*\) at most.*/\1/p' "$run/README.md")
  sed -n '/^## Before and after/,/^## /s/^| \(brand\|answer\|extract\)/| '"$name | $steps | $trained | $peak_memory"' | \1/p' "$run/README.md"
done < <(methods)
