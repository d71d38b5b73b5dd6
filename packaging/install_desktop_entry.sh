#!/usr/bin/env bash
# Puts CNNViz into the menu of the Linux desktop of whoever runs this; "--remove" takes it out again.
# It lies beside the programs in the frozen folder, which must stay where it is afterwards.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
data=${XDG_DATA_HOME:-$HOME/.local/share}
entry="$data/applications/cnnviz.desktop"
icon="$data/icons/hicolor/256x256/apps/cnnviz.png"

if [ "${1:-}" = --remove ]; then
    rm -f "$entry" "$icon"
    echo "CNNViz is no longer in the menu."
    exit 0
fi
[ -x "$here/cnnviz-app" ] || { echo "cnnviz-app is not in this folder." >&2; exit 1; }
mkdir -p "$(dirname "$entry")" "$(dirname "$icon")"
cp "$here/cnnviz.png" "$icon"
sed "s|^Exec=.*|Exec=\"$here/cnnviz-app\" %F|" "$here/cnnviz.desktop" >"$entry"
if command -v update-desktop-database >/dev/null 2>&1; then update-desktop-database "$data/applications"; fi
echo "CNNViz is in the menu."
