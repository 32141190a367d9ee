#!/bin/sh
# make deps on machines of each kind: what it asks of apt-get, dnf and apk, word by word, and what it
# says when it cannot. The package managers, sudo and the compiler are stand-ins that write down how
# they were called.
. "$(dirname "$0")/harness.sh"

unset CC PKG_CONFIG # of a make whose tests are these
bin=$dir/bin calls=$dir/calls stock=$dir/stock
cp=$(command -v cp)

# machine PROGRAM...: has these and nothing else. id of a user of its own.
machine() {
    rm -rf "$bin" "$calls" "$dir/has"
    mkdir "$bin" "$dir/has"
    : >"$calls"
    for tool in sh env cat; do
        ln -s "$(command -v $tool)" "$bin/$tool"
    done
    uid=0
    for program in "$@"; do
        case $program in
        json-c | check) : >"$dir/has/$program" ;;
        user) uid=1000 ;;
        *) "$cp" "$stock/$program" "$bin" ;;
        esac
    done
    script "$bin/id" "echo $uid"
}

# A package manager that installs whatever is asked for: all of it, for simplicity.
mkdir "$stock"
for manager in apt-get dnf apk; do
    script "$stock/$manager" "echo \"$manager \$*\" >>'$calls'" \
        "case \" \$* \" in *' install '* | *' add '*) ;; *) exit ;; esac" \
        "[ ! -e '$dir/empty' ] || exit 0" \
        "[ ! -e '$dir/broken' ] || exit 100" \
        "'$cp' '$stock/cc' '$stock/make' '$stock/pkg-config' '$stock/mandoc' '$bin'" \
        ": >'$dir/has/json-c'; : >'$dir/has/check'"
done
script "$stock/sudo" "echo \"sudo \$*\" >>'$calls'" 'exec "$@"'
script "$stock/cc" 'cat >/dev/null'
script "$stock/make" ':'
script "$stock/mandoc" ':'
script "$stock/pkg-config" "[ -e '$dir/has/'\"\$2\" ]"

# Its status in $status, what it said in $out, both streams.
deps() {
    out=$(PATH=$bin "$bin/sh" "$top/tests/deps.sh" 2>&1)
    status=$?
}

# asks WHAT CALLS: all is well, and these are the calls
asks() {
    is "$1: status" "$status" 0
    is "$1: calls" "$(cat "$calls")" "$2"
}

# fails WHAT TEXT CALLS: status 1, that last line, these calls
fails() {
    is "$1: status" "$status" 1
    is "$1: says" "$(printf '%s\n' "$out" | tail -n 1)" "$2"
    is "$1: calls" "$(cat "$calls")" "$3"
}

apt_update='apt-get -q -o DPkg::Lock::Timeout=300 update'
apt_install='apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 install'
dnf_install='dnf -y --setopt=install_weak_deps=False install'
apk_add='apk add --no-progress --update-cache'

machine apt-get
deps
asks 'Debian, bare' "$apt_update
$apt_install gcc libc6-dev make pkg-config libjson-c-dev check mandoc"
is 'Debian, bare: says' "$out" \
    'make deps: apt-get installs gcc libc6-dev make pkg-config libjson-c-dev check mandoc'

machine dnf
deps
asks 'Fedora, bare' "$dnf_install gcc glibc-devel make pkgconf-pkg-config json-c-devel check-devel mandoc"

machine apk
deps
asks 'Alpine, bare' "$apk_add gcc musl-dev make pkgconf json-c-dev check-dev mandoc"

for manager in apt-get dnf apk; do
    machine $manager cc make pkg-config json-c check mandoc
    deps
    asks "$manager: all there" ''
    is "$manager: all there: says nothing" "$out" ''
done

machine dnf cc make pkg-config json-c mandoc
deps
asks 'Fedora without check' "$dnf_install check-devel"
machine apk cc make pkg-config check
deps
asks 'Alpine without json-c and mandoc' "$apk_add json-c-dev mandoc"

machine dnf user sudo make
deps
asks 'Fedora, a user with sudo' "sudo $dnf_install gcc glibc-devel pkgconf-pkg-config json-c-devel check-devel mandoc
$dnf_install gcc glibc-devel pkgconf-pkg-config json-c-devel check-devel mandoc"
machine apt-get user sudo cc make pkg-config check mandoc
deps
asks 'Debian, a user with sudo' "sudo $apt_update
$apt_update
sudo env DEBIAN_FRONTEND=noninteractive $apt_install libjson-c-dev
$apt_install libjson-c-dev"
machine apk user make
deps
fails 'a user without sudo' \
    'make deps: neither root nor sudo, let root run: apk add gcc musl-dev pkgconf json-c-dev check-dev mandoc' ''
machine apt-get user cc make pkg-config check mandoc
deps
fails 'a user without sudo, Debian' \
    'make deps: neither root nor sudo, let root run: apt-get install libjson-c-dev' ''

machine make
deps
fails 'no package manager' \
    'make deps: no apt-get, dnf or apk here, install by hand: cc pkg-config json-c check mandoc' ''

: >"$dir/broken"
machine dnf cc make pkg-config check mandoc
deps
fails 'the package manager fails' 'make deps: dnf could not install json-c-devel' "$dnf_install json-c-devel"
rm "$dir/broken"

: >"$dir/empty"
machine apk cc make pkg-config check mandoc
deps
fails 'it says that it did, but no' 'make deps: still missing after apk: json-c' "$apk_add json-c-dev"
rm "$dir/empty"

done_testing
