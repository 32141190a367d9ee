#!/bin/sh
# make install, make uninstall: install.sh install|uninstall BUILD, from the top directory. What is
# installed stands here once, in everything, and both go through it. DESTDIR, PLUGINDIR, BINDIR, MANDIR,
# DOCDIR, BASHCOMPDIR, ZSHCOMPDIR, FISHCOMPDIR and INSTALL come by the environment; with an empty DOCDIR no
# documents are installed, with an empty BINDIR no links, with an empty one of the others before INSTALL no
# completion for that shell.
#
# Monitoring systems look for the plugins in PLUGINDIR; everyone else finds them by the links in BINDIR.
#
# Documents, pages and examples are changed so that they are true where they go: the plugins are in
# PLUGINDIR, config/ is called examples/, and what is not installed beside them, a page of the manual or what
# is for those who change the source, is named, not linked.
#
# BUILD/made-directories lists the directories that an installation had to make, so that uninstall
# takes back these, and none that were there before.
set -eu
umask 022
build=$2
made=$build/made-directories

# everything put|take: calls it with MODE FILE DIRECTORY for each file
everything() {
    for plugin in check_claude_preflight check_claude_runlog; do
        "$1" 755 "$build/$plugin" "$PLUGINDIR"
        [ -z "$BINDIR" ] || [ "$BINDIR" = "$PLUGINDIR" ] || "$1_link" "$plugin"
        completion "$1" "bash/$plugin" "$BASHCOMPDIR"
        completion "$1" "zsh/_$plugin" "$ZSHCOMPDIR"
        completion "$1" "fish/$plugin.fish" "$FISHCOMPDIR"
    done
    for page in man/*.[1-8]; do
        "$1" 644 "$page" "$MANDIR/man${page##*.}"
    done
    [ -n "$DOCDIR" ] || return 0
    for document in README.md SECURITY.md NEWS LICENSE; do
        "$1" 644 "$document" "$DOCDIR"
    done
    for document in docs/*.md; do
        "$1" 644 "$document" "$DOCDIR/docs"
    done
    for example in config/*.* config/*/*; do
        directory=${example%/*}/
        directory=examples/${directory#config/}
        "$1" 644 "$example" "$DOCDIR/${directory%/}"
    done
}

# completion put|take FILE DIRECTORY: no directory, no completion for that shell
completion() { [ -z "$3" ] || "$1" 644 "$build/completion/$2" "$3"; }

# Notes $1 and the directories on the way to it that are not there yet.
note_missing() {
    missing=$1
    while [ ! -d "$missing" ]; do
        printf '%s\n' "$missing"
        missing=$(dirname "$missing")
    done >>"$made"
}

# A FILE as it is true where it goes, in $changed.
change() {
    changed=$work/${1##*/}
    sed -e 's,\[\([^]]*\)\]([./]*\(man\|tests\|lib\|plugins\)/[^)]*),\1,g' \
        -e 's,\[\([^]]*\)\]([./]*CONTRIBUTING\.md),\1,g' \
        -e 's,^config/,examples/,; s,\([^[:alnum:]./_-]\)config/,\1examples/,g; s,\(\.\./\)config/,\1examples/,g' \
        -e "s,/usr/local/lib/nagios/plugins,$(printf '%s\n' "$PLUGINDIR" | sed 's/[\\&,]/\\&/g'),g" "$1" >"$changed"
    touch -r "$1" "$changed"
}

make_directory() {
    [ ! -d "$1" ] || return 0
    note_missing "$1" 2>/dev/null || echo "  $made cannot be written: make uninstall will leave $1" >&2
    # shellcheck disable=SC2086  # INSTALL may carry options
    $INSTALL -d "$1"
}

put() {
    from=$2 to=$DESTDIR$3
    case $2 in
    *.png) ;;
    *.md | man/* | config/*)
        change "$2"
        from=$changed
        ;;
    esac
    make_directory "$to"
    # shellcheck disable=SC2086
    $INSTALL -m "$1" "$from" "$to"
    printf '  %s\n' "$to/${2##*/}"
}

take() { rm -f "$DESTDIR$3/${2##*/}"; }

# way FROM TO: the relative path from the directory FROM to TO, so that a link is right below DESTDIR too
way() {
    from=${1#/}/ to=${2#/}
    while [ -n "$from" ] && [ "${from%%/*}" = "${to%%/*}" ]; do
        from=${from#*/} to=${to#*/}
    done
    while [ -n "$from" ]; do
        from=${from#*/} to=../$to
    done
    printf '%s\n' "$to"
}

# Where BINDIR is itself reached by a link, the relative path leads nowhere.
put_link() {
    link=$DESTDIR$BINDIR/$1
    make_directory "$DESTDIR$BINDIR"
    if [ -e "$link" ] && [ ! -L "$link" ]; then
        printf '  %s is not a link and stays as it is\n' "$link"
        return
    fi
    ln -sf "$(way "$BINDIR" "$PLUGINDIR/$1")" "$link"
    [ -e "$link" ] || ln -sf "$PLUGINDIR/$1" "$link"
    printf '  %s\n' "$link"
}

# Only a link to our plugin is ours.
take_link() {
    case $(readlink "$DESTDIR$BINDIR/$1") in
    "$(way "$BINDIR" "$PLUGINDIR/$1")" | "$PLUGINDIR/$1") rm -f "$DESTDIR$BINDIR/$1" ;;
    esac
}

# Removes a directory if nothing is in it.
take_directory() { rmdir "$1" 2>/dev/null || :; }

# In reverse order a directory comes after those in it. What holds something of others stays, and listed.
take_made_directories() {
    sort -u -r "$made" >"$made.before"
    while IFS= read -r directory; do
        case $directory/ in "$DESTDIR"/*) take_directory "$directory" ;; esac
        [ ! -d "$directory" ] || printf '%s\n' "$directory"
    done <"$made.before" >"$made"
    rm "$made.before"
    [ -s "$made" ] || rm "$made"
}

# Directories that are nobody else's when they are empty, whoever made them.
take_own_directories() {
    case $PLUGINDIR in
    */nagios/plugins)
        take_directory "$DESTDIR$PLUGINDIR"
        take_directory "$DESTDIR${PLUGINDIR%/plugins}"
        ;;
    esac
    [ -n "$DOCDIR" ] || return 0
    for example in config/*; do
        take_directory "$DESTDIR$DOCDIR/examples/${example#config/}"
    done
    take_directory "$DESTDIR$DOCDIR/examples"
    take_directory "$DESTDIR$DOCDIR/docs"
    take_directory "$DESTDIR$DOCDIR"
}

case $1 in
install)
    work=$(mktemp -d "${TMPDIR:-/tmp}/check_claude-install.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
    everything put
    ;;
uninstall)
    everything take
    take_own_directories
    [ ! -f "$made" ] || take_made_directories
    ;;
esac
