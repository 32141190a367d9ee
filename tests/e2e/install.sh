#!/bin/sh
# make as users and packagers call it: their variables reach the compiler, make install puts everything
# where they say, and make uninstall leaves the machine as it was.
. "$(dirname "$0")/harness.sh"

if ! command -v make >/dev/null; then
    skip 'make' 'there is none here'
    done_testing
fi

# What the make that runs this test was given comes by the environment.
unset MAKEFLAGS MFLAGS MAKELEVEL V CC CPPFLAGS LDFLAGS LDLIBS DESTDIR
# shellcheck disable=SC2013  # words, and no subshell, where unset would be for nothing
for name in $(sed -n 's/^\([A-Z]*\) *?=.*/\1/p' "$top/Makefile" | grep -v '^BUILD$'); do
    unset "$name"
done

# make_in_top VARIABLE=VALUE... TARGET: its output in $dir/make
make_in_top() { make -C "$top" BUILD="$build" "$@" >"$dir/make" 2>&1 || fail "make $*: $(cat "$dir/make")"; }

# --- Variables. What would be run for one object and one plugin in an empty build directory.

commands() {
    make -C "$top" -n V=1 BUILD="$dir/none" JSON_LIBS=-ljson-c "$@" "$dir/none/check_claude_runlog" 2>&1
}
compile_line() { commands "$@" | grep -- '-c -o .*/lib/plugin/state\.o '; }
link_line() { commands "$@" | grep -- '-o .*/check_claude_runlog .*plugins/'; }

line=$(compile_line)
has 'compile: own flags' "$line" ' -std=c11 '
has 'compile: default optimisation' "$line" ' -O2 '
has 'compile: fortified' "$line" ' -D_FORTIFY_SOURCE=2 '
line=$(compile_line CC=clang CFLAGS='-O3 -march=native' CPPFLAGS=-DTHEIRS)
is 'compile: CC' "${line%% *}" clang
has 'compile: CPPFLAGS' "$line" ' -DTHEIRS '
has 'compile: own flags stay' "$line" ' -std=c11 '
has 'compile: CFLAGS win, being last' "${line#*-std=c11}" ' -O3 -march=native '
has_not 'compile: no flag of our own choice then' "$line" ' -O2 '
for flags in '-g' '-O0 -g' '-O2 -Wp,-D_FORTIFY_SOURCE=3'; do
    line=$(compile_line CFLAGS="$flags")
    has_not "compile: not fortified by us with $flags" "$line" ' -D_FORTIFY_SOURCE=2 '
    has "compile: $flags" "$line" " $flags "
done
has_not 'compile: not fortified by us, CPPFLAGS' "$(compile_line CPPFLAGS=-D_FORTIFY_SOURCE=3)" '_SOURCE=2'
line=$(CFLAGS=-Os CC=clang compile_line)
has 'compile: from the environment' "$line" ' -Os '

line=$(link_line CC=clang LDFLAGS=-Wl,-O1 LDLIBS=-lm)
is 'link: CC' "${line%% *}" clang
has 'link: LDFLAGS' "$line" ' -Wl,-O1 '
has 'link: LDLIBS are last' "$line|" ' -ljson-c -lrt -lm|'

make -C "$top" BUILD="$dir/object" CFLAGS='-O0 -g -Werror' "$dir/object/lib/plugin/state.o" >"$dir/make" 2>&1
is 'compile: -O0 without a warning' "$?:$(grep -i warning "$dir/make")" '0:'

# --- Install and uninstall

# Files with their modes, below $1.
files() { (cd "$1" && find . ! -type d -exec stat -c '%a %n' {} + | sort); }

directories() { (cd "$1" && find . -type d | sort); }

# wanted PLUGINDIR MANDIR [DOCDIR]: what should be there; completions below $completions, links in $bin
wanted() {
    for plugin in check_claude_preflight check_claude_runlog; do
        echo "755 .$1/$plugin"
        [ -z "$bin" ] || echo "777 .$bin/$plugin"
        echo "644 .$completions/bash-completion/completions/$plugin"
        echo "644 .$completions/zsh/site-functions/_$plugin"
        echo "644 .$completions/fish/vendor_completions.d/$plugin.fish"
    done
    for page in "$top"/man/*; do
        echo "644 .$2/man${page##*.}/${page##*/}"
    done
    [ -n "${3:-}" ] || return
    for document in LICENSE NEWS README.md SECURITY.md; do
        echo "644 .$3/$document"
    done
    for document in "$top"/docs/*.md; do
        echo "644 .$3/docs/${document##*/}"
    done
    (cd "$top/config" && find . -type f) | sed "s,^\\.,644 .$3/examples,"
}

# installed WHAT WANTED-ARGUMENTS: $root holds that, and its documents, pages and examples name the plugins
# and each other where they are.
default=/usr/local/lib/nagios/plugins
installed() {
    what=$1
    shift
    is "$what" "$(files "$root")" "$(wanted "$@" | sort)"
    [ -z "$bin" ] || for plugin in check_claude_preflight check_claude_runlog; do
        is "$what: $bin/$plugin" "$(readlink -f "$root$bin/$plugin")" "$(readlink -f "$root$1/$plugin")"
    done
    is "$what: none names $default" "$(grep -rlF $default "$root")" ''
    sources=$top/man
    if [ -n "${3:-}" ]; then
        sources="$top/config $top/docs $top/SECURITY.md $sources"
        is "$what: links" "$(find "$root$3" -name '*.md' -exec grep -lF '](' {} + | tr '\n' '\0' | xargs -0 sh "$top/tests/links.sh")" ''
        is "$what: none names config/" "$(grep -rlE '(^|[ (`])config/' "$root$3")" ''
    fi
    # shellcheck disable=SC2086  # a list of words
    is "$what: those that name $1" "$(grep -rlF "$1" "$root" | wc -l)" "$(grep -rlF $default $sources | wc -l)"
}

built=$build root="$dir/root with blanks" completions=/usr/share bin=/usr/bin
(umask 077 && make_in_top install DESTDIR="$root" PREFIX=/usr)
installed 'install: files' /usr/lib/nagios/plugins /usr/share/man /usr/share/doc/check_claude
is 'install: directories are open, whatever the umask' "$(find "$root/usr" -type d ! -perm 755)" ''
has 'install: says what it did' "$(cat "$dir/make")" "  $root/usr/lib/nagios/plugins/check_claude_runlog"
for plugin in preflight runlog; do
    for place in lib/nagios/plugins bin; do
        run "$root/usr/$place/check_claude_$plugin" --version
        has "install: it runs from $place" "$out" "check_claude_$plugin v"
    done
done
make_in_top install DESTDIR="$root" PREFIX=/usr
make_in_top uninstall DESTDIR="$root" PREFIX=/usr
is 'uninstall: nothing is left' "$(find "$root" 2>/dev/null)" ''
make_in_top uninstall DESTDIR="$root" PREFIX=/usr

# from a tree that is not built, say, another day
make_in_top install DESTDIR="$root" PREFIX=/usr
build=$dir/fresh
make_in_top uninstall DESTDIR="$root" PREFIX=/usr
is 'uninstall: without the build directory: no file is left' "$(find "$root" ! -type d)" ''
is 'uninstall: nor a directory of our own' "$(directories "$root" | grep -e nagios -e check_claude)" ''
build=$built
make_in_top uninstall DESTDIR="$root" PREFIX=/usr
is 'uninstall: the directories by and by' "$(find "$root" 2>/dev/null)" ''

mkdir -p "$root/usr/share/man" "$root/usr/lib/nagios/plugins" "$root/usr/share/doc/check_claude/examples"
echo theirs >"$root/usr/lib/nagios/plugins/check_other"
echo theirs >"$root/usr/share/doc/check_claude/examples/mine.conf"
was=$(directories "$root")
make_in_top install DESTDIR="$root" PREFIX=/usr
make_in_top uninstall DESTDIR="$root" PREFIX=/usr
is 'uninstall: directories that were there stay' "$(directories "$root")" "$was"
is 'uninstall: what others put there stays' "$(find "$root" -type f -exec cat {} +)" 'theirs
theirs'
rm -r "$root"

# What another put in the place of a link is neither replaced nor removed.
mkdir -p "$root/usr/bin"
echo theirs >"$root/usr/bin/check_claude_preflight"
ln -s /elsewhere/check_claude_runlog "$root/usr/bin/check_claude_runlog"
make_in_top install DESTDIR="$root" PREFIX=/usr
has 'install: a file of others is named' "$(cat "$dir/make")" \
    "  $root/usr/bin/check_claude_preflight is not a link and stays as it is"
is 'install: a link becomes ours' "$(readlink "$root/usr/bin/check_claude_runlog")" \
    ../lib/nagios/plugins/check_claude_runlog
ln -sf /elsewhere/check_claude_runlog "$root/usr/bin/check_claude_runlog"
make_in_top uninstall DESTDIR="$root" PREFIX=/usr
is 'uninstall: a file of others stays' "$(cat "$root/usr/bin/check_claude_preflight")" theirs
is 'uninstall: a link to elsewhere stays' "$(readlink "$root/usr/bin/check_claude_runlog")" \
    /elsewhere/check_claude_runlog
rm -r "$root"

# A bin that is itself a link, to where the relative path would lead nowhere.
mkdir -p "$root/usr" "$root/other/place/bin"
ln -s ../other/place/bin "$root/usr/bin"
make_in_top install PREFIX="$root/usr"
run "$root/usr/bin/check_claude_runlog" --version
has 'install: a linked bin' "$out" 'check_claude_runlog v'
make_in_top uninstall PREFIX="$root/usr"
is 'uninstall: a linked bin' "$(find "$root" ! -type d)" "$root/usr/bin"
rm -r "$root"

completions='/c d' bin=/b
elsewhere() {
    make_in_top "$1" DESTDIR="$root" PLUGINDIR='/p/q&r,s' BINDIR="$bin" MANDIR='/a b/man' DOCDIR="${2-/d}" PREFIX=/unused \
        BASHCOMPDIR="$completions/bash-completion/completions" ZSHCOMPDIR="$completions/zsh/site-functions" \
        FISHCOMPDIR="$completions/fish/vendor_completions.d"
}
elsewhere install
installed 'install: elsewhere' '/p/q&r,s' '/a b/man' /d
elsewhere uninstall
is 'uninstall: elsewhere' "$(find "$root" 2>/dev/null)" ''
bin=''
elsewhere install ''
installed 'install: no documents with an empty DOCDIR' '/p/q&r,s' '/a b/man'
elsewhere uninstall ''
is 'uninstall: without documents' "$(find "$root" 2>/dev/null)" ''

mkdir "$root"
completions=/usr/share bin=/usr/bin
make_in_top install DESTDIR="$root" LIBDIR=/usr/lib64 PREFIX=/usr DOCDIR=
installed 'install: LIBDIR' /usr/lib64/nagios/plugins /usr/share/man
make_in_top uninstall DESTDIR="$root" LIBDIR=/usr/lib64 PREFIX=/usr DOCDIR=
is 'uninstall: LIBDIR' "$(find "$root" -mindepth 1)" ''

bin=''
make_in_top install DESTDIR="$root" PREFIX=/usr PLUGINDIR=/usr/bin DOCDIR=
is 'install: the plugins themselves in bin' "$(files "$root")" "$(wanted /usr/bin /usr/share/man | sort)"
make_in_top uninstall DESTDIR="$root" PREFIX=/usr PLUGINDIR=/usr/bin DOCDIR=
is 'uninstall: the plugins themselves in bin' "$(find "$root" -mindepth 1)" ''

done_testing
