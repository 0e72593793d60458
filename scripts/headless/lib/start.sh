#!/bin/sh
# Unpacks Node and Dawn on first use, then runs one of Tabtune's programs: ./tabtune trial|bench-training [arguments]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
unpacked=${TABTUNE_UNPACKED:-$here/unpacked}

if [ ! -e "$unpacked/complete" ]; then
  mkdir -p "$unpacked"
  for dawn in "$here"/dawn-*.gz; do
    arch=${dawn##*/dawn-}
    folder=$unpacked/dist/linux-${arch%.gz}
    mkdir -p "$folder"
    gzip -dc "$dawn" >"$folder/dawn.node"
  done
  gzip -dc "$here/node.gz" >"$unpacked/node"
  chmod +x "$unpacked/node"
  : >"$unpacked/complete"
fi
# Dawn is looked for beside the bundle.
cp "$here/tabtune.mjs" "$unpacked/"

# A Vulkan loader unpacked beside this script serves a machine that has none.
for libraries in "$here"/loader/usr/lib/*-linux-gnu; do
  if [ -d "$libraries" ]; then
    export LD_LIBRARY_PATH="$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
  fi
done
export XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-/tmp}"
exec "$unpacked/node" "$unpacked/tabtune.mjs" "$@"
