#!/bin/sh
# make deb and make rpm, for real. Builds the packages twice, checks them with lintian and rpmlint, installs
# Debian's package in an overlay of this machine, runs its tests there, and removes it again. The packages' own
# make check is left out: it runs elsewhere. Needs debhelper, lintian, rpm and rpmlint, and root for the
# installation. What is missing is skipped. Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/steps.sh
chmod 755 "$work"
unset SOURCE_DATE_EPOCH
export DEB_BUILD_OPTIONS=nocheck NOCHECK=1

# same WANTED COMMAND...: prints nothing but that, in any order
same() {
    printf '%s\n' "$1" | sort >"$work/wanted"
    shift
    "$@" | sort | diff "$work/wanted" -
}

# refused COMMAND...: fails, and its last line is $says
refused() { ! "$@" >"$work/refusal" 2>&1 && tail -n 1 "$work/refusal" | grep -x "$says"; }

# What both packages hold below /usr, PLUGINDIR and ZSHDIR named.
plugin_files() {
    for name in check_claude_preflight check_claude_runlog; do
        printf '%s\n' "bin/$name" "$1/$name" "share/bash-completion/completions/$name" "$2/_$name" \
            "share/fish/vendor_completions.d/$name.fish"
    done
}
pages() { (cd man && for page in *; do echo "share/man/man${page##*.}/$page$1"; done); }
documents() { find docs -name '*.md'; }
examples() { find config -type f; }

# true_there ROOT DOCUMENTS PLUGINDIR: the documents' links lead somewhere, and the rule of sudo names the
# plugin that is there
true_there() {
    sh tests/links.sh "$1/usr/share/doc/$2"/*.md || return
    rule=$(grep -o '/[^ ]*/check_claude_preflight -a' "$1/usr/share/doc/$2/examples/sudo/check_claude")
    [ "$rule" = "$3/check_claude_preflight -a" ] && [ -x "$1${rule% -a}" ]
}

# --- Debian

deb() { make deb BUILD="$work/$1"; }

deb_files() { dpkg-deb --fsys-tarfile "$deb" | tar t | sed -n 's,^\./usr/,,; /[^/]$/p'; }
deb_wanted() {
    doc=share/doc/monitoring-plugins-check-claude
    plugin_files lib/nagios/plugins share/zsh/vendor-completions
    pages .gz
    printf '%s\n' "$doc/README.md" "$doc/SECURITY.md" "$doc/changelog.Debian.gz" "$doc/changelog.gz" "$doc/copyright" \
        share/lintian/overrides/monitoring-plugins-check-claude
    documents | sed "s,^,$doc/,"
    examples | sed "s,^config,$doc/examples,"
}

deb_holds() { deb_files | same "$(deb_wanted)" cat; }

# No tag of any level: what is meant to be is in the overrides, with why.
lintian_has_nothing() {
    lintian --allow-root -EI --pedantic "$work"/a/deb/*.changes >"$work/tags" 2>&1
    status=$?
    cat "$work/tags"
    [ "$status" -eq 0 ] && ! grep '^[EWIPX]:' "$work/tags"
}

reproducible() {
    for file in "$work"/a/deb/*.deb "$work"/a/deb/*.debian.tar.xz "$work"/a/deb/*.orig.tar.gz; do
        cmp "$file" "$work/elsewhere/b/deb/${file##*/}" || return 1
    done
}

hardened() {
    for name in check_claude_preflight check_claude_runlog; do
        readelf -Wdl "$work/root/usr/lib/nagios/plugins/$name" >"$work/elf"
        grep GNU_RELRO "$work/elf" && grep BIND_NOW "$work/elf" && grep 'Flags.*PIE' "$work/elf" || return 1
    done
}

# package_tests BIN: those that debian/tests runs, by the links in BIN
package_tests() {
    # shellcheck disable=SC2013  # words
    for test in $(sed -n 's/^Tests: //p' packaging/debian/tests/control); do
        PLUGINS=$1 sh "packaging/debian/tests/$test" || return
    done
}
unpacked() { package_tests "$work/root/usr/bin"; }

# In an overlay of this machine. What the package manager itself keeps is not looked at.
installed() {
    cp "$deb" packaging/debian/tests/installed packaging/debian/tests/gate "$work/shared"
    sh tests/overlay.sh / "$work/shared" sh -euc '
        files() { find /etc /usr /var ! -path "/var/lib/dpkg/*" ! -path "/var/log/*" ! -path "/var/cache/*" | sort; }
        files >/tmp/before
        dpkg -i /mnt/*.deb
        sh /mnt/installed
        sh /mnt/gate
        dpkg -V monitoring-plugins-check-claude
        dpkg -P monitoring-plugins-check-claude
        files | diff /tmp/before -'
}

if command -v dh >/dev/null && command -v dpkg-buildpackage >/dev/null; then
    step 'make deb' deb a
    deb=$(echo "$work"/a/deb/monitoring-plugins-check-claude_*.deb)
    step 'make deb, somewhere else' deb elsewhere/b
    step '  the same bytes' reproducible
    step '  holds what it should' deb_holds
    mkdir "$work/root" "$work/shared"
    step '  unpacks' dpkg-deb -x "$deb" "$work/root"
    step '  its documents and examples name what is there' true_there \
        "$work/root" monitoring-plugins-check-claude /usr/lib/nagios/plugins
    step '  its own tests, unpacked' unpacked
    step '  hardened' hardened
    if command -v lintian >/dev/null; then
        step '  lintian: nothing' lintian_has_nothing
    else
        skip '  lintian' 'it is not installed'
    fi
    if sh tests/overlay.sh / / true 2>/dev/null; then
        step '  installs, runs its tests, is removed without a trace' installed
    else
        skip '  installs' 'no right to mount here'
    fi
    says='make deb: the first version in packaging/debian/changelog is not 9.9.9-..., as in lib/base/version.h'
    step '  another version is refused' refused sh packaging/deb.sh "$work/check_claude-9.9.9.tar.gz"
else
    skip 'make deb' 'debhelper or dpkg-dev is not installed'
fi

# --- Fedora and its like

rpm() { make rpm BUILD="$work/a"; }

rpm_files() { command rpm -qp --qf '[%{FILEFLAGS:fflags} %{FILENAMES} %{FILEMODES:perms}\n]' "$rpm"; }
rpm_wanted() {
    doc=share/doc/$1 license=share/licenses/$1
    plugin_files lib64/nagios/plugins share/zsh/site-functions
    pages ''
    printf '%s\n' "$doc/README.md" "$doc/SECURITY.md" "$doc/NEWS" "$doc/LICENSE" "$license/LICENSE"
    documents | sed "s,^,$doc/,"
    examples | sed "s,^config,$doc/examples,"
}
rpm_holds() {
    rpm_files | sed -n 's,^[a-z]* /usr/\(.*\) [-l][rwx-]*$,\1,p' | grep -v '^lib/.build-id' |
        sed '/share\/man/s/\.gz$//' | same "$(rpm_wanted "nagios-plugins-check-claude-$version")" cat
}
marks() {
    rpm_files | grep '^l /usr/share/licenses/.*/LICENSE -rw-r--r--$' &&
        rpm_files | grep '^d /usr/share/doc/.*/README.md -rw-r--r--$' &&
        rpm_files | grep '/check_claude_preflight -rwxr-xr-x$'
}
needs() { command rpm -qp --requires "$rpm" | grep "^$1"; }
license() { [ "$(command rpm -qp --qf '%{LICENSE} %{VERSION}' "$rpm")" = "MIT $version" ]; }
rpm_runs() {
    mkdir "$work/rpm" && rpm2archive - <"$rpm" | tar xz -C "$work/rpm" && package_tests "$work/rpm/usr/bin"
}
# Of the source package, the program packages and the spec.
rpmlint_has_nothing() {
    rpmlint -c packaging/rpmlint.toml packaging/*.spec "$work"/a/rpm/SRPMS/*.rpm "$work"/a/rpm/RPMS/*/*.rpm >"$work/tags" 2>&1
    cat "$work/tags"
    grep -q '0 errors, 0 warnings' "$work/tags"
}

if command -v rpmbuild >/dev/null; then
    step 'make rpm' rpm
    rpm=$(echo "$work"/a/rpm/RPMS/*/nagios-plugins-check-claude-[0-9]*.rpm)
    version=$(sed -n 's/.*CHECK_CLAUDE_VERSION "\(.*\)"/\1/p' lib/base/version.h)
    step '  holds what it should' rpm_holds
    step '  documents, license and modes are marked' marks
    step '  needs json-c' needs libjson-c.so
    step '  needs who owns the directory of plugins' needs nagios-common
    step '  license and version' license
    step '  its tests, unpacked' rpm_runs
    if command -v rpmlint >/dev/null; then
        step '  rpmlint: nothing' rpmlint_has_nothing
    else
        skip '  rpmlint' 'it is not installed'
    fi
    step '  its documents and examples name what is there' true_there \
        "$work/rpm" "nagios-plugins-check-claude-$version" /usr/lib64/nagios/plugins
    says='make rpm: the version in .* is not 9.9.9, as in lib/base/version.h'
    step '  another version is refused' refused sh packaging/rpm.sh "$work/check_claude-9.9.9.tar.gz"
else
    skip 'make rpm' 'rpmbuild is not installed'
fi

done_stepping
