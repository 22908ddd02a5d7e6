#!/bin/sh
# Removes Chartside; the workspace with its documents stays unless --delete-data is given.
#   --delete-data   delete this person's workspace and models, too; nothing brings them back
#   --silent        ask and say nothing but errors
set -eu

prefix=$(cd "$(dirname "$0")" && pwd)
delete='' silent=''
for option in "$@"; do
    case $option in
    --delete-data) delete=yes ;;
    --silent) silent=yes ;;
    *)
        echo "The option $option is not known; there are --delete-data and --silent." >&2
        exit 2
        ;;
    esac
done
[ -f "$prefix/installation.json" ] || {
    echo "$prefix is not where Chartside was installed; nothing was removed." >&2
    exit 1
}
[ -w "$prefix" ] || {
    echo "$prefix belongs to an administrator. Run this with sudo." >&2
    exit 1
}
for process in /proc/[0-9]*; do
    case $(readlink "$process/exe" 2>/dev/null) in "$prefix"/versions/*)
        echo "Chartside is running. Close it, then start again." >&2
        exit 1
        ;;
    esac
done

data=${CHARTSIDE_DATA:-${XDG_DATA_HOME:-$HOME/.local/share}/chartside}
if [ -n "$delete" ] && [ -z "$silent" ]; then
    printf 'Delete the workspace in %s, with every document in it? Nothing brings it back. Type "delete": ' "$data"
    read -r answer
    [ "$answer" = delete ] || {
        echo "Nothing was removed."
        exit 1
    }
fi
if [ -f "$prefix/installed-files" ]; then
    while IFS= read -r file; do
        rm -f "$file"
    done <"$prefix/installed-files"
fi
rm -rf "${prefix:?}/versions" "$prefix/models" "${prefix:?}/bin"
rm -f "$prefix/current" "$prefix/previous" "$prefix/pending-start" "$prefix/installation.json" \
    "$prefix/installed-files" "$prefix/uninstall.sh"
rmdir "$prefix" 2>/dev/null || true
for tool in update-desktop-database update-mime-database; do
    folder=${XDG_DATA_HOME:-$HOME/.local/share}
    [ "$(id -u)" = 0 ] && folder=/usr/local/share
    case $tool in *desktop*) folder=$folder/applications ;; *) folder=$folder/mime ;; esac
    if command -v "$tool" >/dev/null && [ -d "$folder" ]; then "$tool" "$folder" >/dev/null 2>&1 || true; fi
done
if [ -n "$delete" ]; then
    rm -rf "$data"
    [ -n "$silent" ] || echo "Chartside and the workspace in $data were removed."
elif [ -z "$silent" ]; then
    echo "Chartside was removed. The workspace with your documents was left in $data; delete that folder to erase it."
fi
