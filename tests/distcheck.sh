#!/bin/sh
# make distcheck: builds and tests what a release's tarball holds, from a source tree that cannot be
# written, installs it and takes it back: tests/distcheck.sh TARBALL. Root becomes an ordinary user for
# it, whom the modes of a tree stop. Ends with "N passed, N failed".
set -u
tarball=$1
. "$(dirname "$0")/steps.sh"
export HOME="$work"

as_user() {
    if [ "$(id -u)" -eq 0 ]; then
        setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
    else
        "$@"
    fi
}

build() { as_user make -C "$source" BUILD="$work/out/build" "$@"; }

# --- What the tarball holds

name=$(basename "$tarball" .tar.gz)
source=$work/$name
mkdir "$work/out" "$work/root"
[ "$(id -u)" -ne 0 ] || chown 65534 "$work" "$work/out" "$work/root"
step 'unpack' tar xzf "$tarball" --no-same-owner -C "$work"

one_directory() { ! tar tzf "$tarball" | grep -v "^$name/"; }
step 'all files in one directory' one_directory

same_tarball() {
    build dist BUILD="$work/out/again" && cmp "$work/out/again/$name.tar.gz" "$tarball"
}
step 'the tarball made from it has the same bytes' same_tarball

# --- Build and test it where nothing can be written

tree() { (cd "$source" && find . -printf '%p %m %T@ ' -type f -exec sha256sum {} + -o -printf '\n' | sort); }
chmod -R a-w "$source"
tree >"$work/tree"
not_writable() { ! as_user touch "$source/lib/new" 2>/dev/null; }
step 'the source tree cannot be written' not_writable
step 'make' build -j2
step 'make check' build check

# --- Install, look, take back

# Modes and paths below /usr, as make install PREFIX=/usr should leave them.
wanted() {
    cat <<-END
	777 bin/check_claude_preflight
	777 bin/check_claude_runlog
	755 lib/nagios/plugins/check_claude_preflight
	755 lib/nagios/plugins/check_claude_runlog
	644 share/bash-completion/completions/check_claude_preflight
	644 share/bash-completion/completions/check_claude_runlog
	644 share/doc/check_claude/LICENSE
	644 share/doc/check_claude/NEWS
	644 share/doc/check_claude/README.md
	644 share/doc/check_claude/SECURITY.md
	644 share/fish/vendor_completions.d/check_claude_preflight.fish
	644 share/fish/vendor_completions.d/check_claude_runlog.fish
	644 share/zsh/site-functions/_check_claude_preflight
	644 share/zsh/site-functions/_check_claude_runlog
	END
    cd "$source" || return
    for page in man/*; do
        echo "644 share/man/man${page##*.}/${page#*/}"
    done
    for document in docs/*.md; do
        echo "644 share/doc/check_claude/$document"
    done
    find config -type f | sed 's,^config,644 share/doc/check_claude/examples,'
}

files() { (cd "$1" && find . ! -type d -printf '%m %P\n' | sort); }

as_wanted() {
    (wanted) | sort >"$work/wanted"
    files "$root/usr" | diff "$work/wanted" -
}

root="$work/root/with a blank"
step 'make install' build install DESTDIR="$root" PREFIX=/usr
step 'installed is what should be, with its modes' as_wanted
step 'the links of its documents lead somewhere' sh "$source/tests/links.sh" "$root"/usr/share/doc/check_claude/*.md
for plugin in preflight runlog; do
    is_version() { [ "$("$root/usr/bin/check_claude_$plugin" -V)" = "check_claude_$plugin v${name##*-}" ]; }
    step "check_claude_$plugin -V" is_version
done
step 'make uninstall' build uninstall DESTDIR="$root" PREFIX=/usr
nothing_left() { ! find "$work/root" -mindepth 1 | grep .; }
step 'uninstall leaves neither file nor directory' nothing_left

unchanged() { tree | diff "$work/tree" -; }
step 'the source tree is as it was' unchanged

done_stepping
