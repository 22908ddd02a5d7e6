#!/bin/sh
# Starts the version of Chartside that "current" leads to, and goes back to "previous" where a new version has twice
# failed to report a good start. Installed as PREFIX/bin/chartside. engine/updates/versions.py writes what this reads:
#   PREFIX/pending-start   line 1: the version on trial; then one line per start: its process number.
# Nothing in here may keep the program from starting: every step that fails is left out.
set -u

self=$(readlink -f -- "$0") || self=$0
prefix=${self%/bin/*}
pending=$prefix/pending-start

goal() { # the folder that a link of versions leads to, "" where there is none
    folder=$(readlink -f -- "$prefix/$1" 2>/dev/null) && [ -x "$folder/chartside" ] && printf '%s' "$folder"
}

failed_starts() { # starts of the version on trial that ended without a report; one still running does not count
    failed=0
    while read -r process; do
        case $process in *[!0-9]* | '') continue ;; esac
        case $(readlink -- "/proc/$process/exe" 2>/dev/null) in "$prefix"/versions/*) ;; *) failed=$((failed + 1)) ;; esac
    done
    echo "$failed"
}

current=$(goal current)
previous=$(goal previous)
# Where only an administrator may write, only the administrator goes back: chartside update --roll-back.
if [ -f "$pending" ] && [ -w "$pending" ] && [ -w "$prefix" ]; then
    trial=$(head -n 1 -- "$pending")
    if [ -n "$trial" ] && [ "$trial" = "${current##*/}" ]; then
        failed=$(tail -n +2 -- "$pending" | failed_starts)
        if [ "$failed" -ge 2 ] && [ -n "$previous" ] && [ "$previous" != "$current" ]; then
            rm -f -- "$prefix/.current.new"
            if ln -s -- "versions/${previous##*/}" "$prefix/.current.new" &&
                mv -f -T -- "$prefix/.current.new" "$prefix/current"; then
                rm -f -- "$prefix/previous" "$pending"
                current=$previous
                # For the next window, should this start be a command.
                echo "$trial" >"$prefix/versions/.rolled-back"
                CHARTSIDE_ROLLED_BACK=$trial
                export CHARTSIDE_ROLLED_BACK
            fi
        else
            echo "$$" >>"$pending"
        fi
    fi
fi

# By its own folder, not through the link: children of a running program stay with their version after a switch.
if [ -z "$current" ]; then
    current=$previous
fi
if [ -z "$current" ]; then
    echo "Chartside is not complete in $prefix. Install it again; your documents and settings are kept." >&2
    exit 127
fi
exec "$current/chartside" "$@"
