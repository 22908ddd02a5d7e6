#!/bin/sh
# Puts Chartside in place, from the folder that this file was unpacked to. Nothing is fetched.
#   --user      for this person alone, in ~/.local (the default unless run as root)
#   --system    for everybody, in /opt/chartside and /usr/local (needs root)
#   --silent    ask and say nothing but errors
# Running it again puts in this version beside the one there, and switches to it; documents and settings are not touched.
set -eu

version=@VERSION@
needed_libc=@LIBC@
needed_mb=@MEGABYTES@
here=$(cd "$(dirname "$0")" && pwd)
scope='' silent=''

say() { [ -n "$silent" ] || printf '%s\n' "$1"; }
fail() {
    printf 'Chartside was not installed: %s\n' "$1" >&2
    exit 1
}

for option in "$@"; do
    case $option in
    --user | --system) scope=${option#--} ;;
    --silent) silent=yes ;;
    *) fail "the option $option is not known; there are --user, --system and --silent." ;;
    esac
done
if [ -z "$scope" ]; then
    if [ "$(id -u)" = 0 ]; then scope=system; else scope=user; fi
fi
if [ "$scope" = system ]; then
    [ "$(id -u)" = 0 ] || fail "--system needs an administrator. Run it with sudo, or use --user."
    prefix=/opt/chartside share=/usr/local/share programs=/usr/local/bin
else
    [ -n "${HOME:-}" ] || fail "it is not known where your files are (HOME is not set)."
    prefix=$HOME/.local/opt/chartside share=${XDG_DATA_HOME:-$HOME/.local/share} programs=$HOME/.local/bin
fi

# What the program needs of this computer, said before anything is changed.
case $(uname -s)-$(uname -m) in
Linux-@MACHINE@) ;;
*) fail "it is made for Linux on @MACHINE@, and this is $(uname -s) on $(uname -m)." ;;
esac
command -v xz >/dev/null || fail "the program xz is missing. Install it (package xz-utils or xz), then start again."
libc=$(getconf GNU_LIBC_VERSION 2>/dev/null | sed 's/[^0-9]*//')
if [ "$(printf '%s\n%s\n' "$needed_libc" "${libc:-0}" | sort -t. -k1,1n -k2,2n | head -n 1)" != "$needed_libc" ]; then
    fail "this system is too old: it needs the C library glibc $needed_libc or newer, and here is ${libc:-another one}."
fi
if grep -q '"deb"' "$prefix/installation.json" 2>/dev/null; then
    fail "the system's package manager already looks after $prefix. Install the .deb file instead, or use --user."
fi
mkdir -p "$prefix/versions" "$prefix/bin" "$share" "$programs" || fail "$prefix cannot be written."
free_mb=$(df -Pm "$prefix" | awk 'NR == 2 { print $4 }')
[ "$free_mb" -ge "$needed_mb" ] || fail "$prefix needs $needed_mb MB of free space, and there are $free_mb MB."

say "Installing Chartside $version in $prefix"
umask 022
partial=$prefix/versions/.$version.partial
rm -rf "$partial"
mkdir "$partial"
trap 'rm -rf "$partial" "$prefix/.models.partial"' EXIT
xz -dc "$here/bundle.tar.xz" | tar -x -C "$partial" --strip-components=1 --no-same-owner ||
    fail "it could not be unpacked. Check the free space on the disk, then start again."
[ -x "$partial/chartside" ] || fail "the file is damaged. Fetch it again."

if [ -d "$here/models" ]; then
    say "Copying the models"
    rm -rf "$prefix/.models.partial"
    cp -Rp "$here/models" "$prefix/.models.partial" || fail "the models could not be copied."
    rm -rf "$prefix/models"
    mv "$prefix/.models.partial" "$prefix/models"
fi

# A version that is running keeps its files until the next installation; the others make room.
in_use() {
    for process in /proc/[0-9]*; do
        case $(readlink "$process/exe" 2>/dev/null) in "$1"/*) return 0 ;; esac
    done
    return 1
}
if [ -d "$prefix/versions/$version" ]; then
    if in_use "$prefix/versions/$version"; then
        fail "Chartside $version is running. Close it, then start again."
    fi
    rm -rf "$prefix/versions/$version"
fi
mv "$partial" "$prefix/versions/$version"
cp "$here/launcher.sh" "$prefix/bin/.chartside.new"
chmod 755 "$prefix/bin/.chartside.new"
mv -f "$prefix/bin/.chartside.new" "$prefix/bin/chartside"
cp "$here/uninstall.sh" "$prefix/uninstall.sh"
chmod 755 "$prefix/uninstall.sh"
printf '{"kind": "run", "scope": "%s"}\n' "$scope" >"$prefix/installation.json"
rm -f "$prefix/.current.new"
ln -s "versions/$version" "$prefix/.current.new"
mv -f -T "$prefix/.current.new" "$prefix/current"
rm -f "$prefix/previous" "$prefix/pending-start"
for folder in "$prefix"/versions/*; do
    [ "$folder" = "$prefix/versions/$version" ] || in_use "$folder" || rm -rf "$folder"
done

# The menu entry, icons, file types, manual and completions; what was put where is written down for uninstall.sh.
: >"$prefix/installed-files"
(cd "$here/share" && find . -type f) | while IFS= read -r file; do
    target=$share/${file#./}
    mkdir -p "$(dirname "$target")"
    cp "$here/share/$file" "$target"
    chmod 644 "$target"
    printf '%s\n' "$target" >>"$prefix/installed-files"
done
escaped=$(printf '%s' "$prefix/bin/chartside" | sed 's/[&|\\]/\\&/g')
entry=$share/applications/chartside.desktop
sed -e "s|^Exec=/opt/chartside/bin/chartside|Exec=\"$escaped\"|" -e "s|^TryExec=.*|TryExec=$escaped|" "$entry" >"$entry.new"
mv "$entry.new" "$entry"
rm -f "$programs/chartside"
ln -s "$prefix/bin/chartside" "$programs/chartside"
printf '%s\n' "$programs/chartside" >>"$prefix/installed-files"
for tool in "update-desktop-database $share/applications" "update-mime-database $share/mime" \
    "gtk-update-icon-cache -q -t -f $share/icons/hicolor"; do
    if command -v "${tool%% *}" >/dev/null; then
        # shellcheck disable=SC2086 # a command and its arguments
        "${tool%% *}" ${tool#* } >/dev/null 2>&1 || true
    fi
done

say "Done. Chartside is in the menu; in a terminal it starts as $programs/chartside"
case :$PATH: in *:"$programs":*) ;; *) say "($programs is not among the folders that commands are looked for in.)" ;; esac
say "To remove it again: $prefix/uninstall.sh"
