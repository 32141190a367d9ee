#!/bin/sh
# make static: static.sh DIRECTORY, from the top directory. Builds both plugins without shared libraries, in
# DIRECTORY, for images and machines that have none.
#
# LIBC says which C library goes into them, by default musl where musl-gcc and cmake are there, else own:
#   musl  json-c is built for it by json-c.sh, or lies below MUSL_JSON_C already, in include and lib
#   own   the one that CC links with -static-pie; json-c is the machine's libjson-c.a
#
# Where such a plugin gets the names and homes of users: from /etc/passwd. musl asks nscd's socket too; glibc
# loads what nsswitch.conf names, where modules of its very version are there. A user whom only LDAP or SSSD
# knows is a number to them and has no home: name it by --agent-home.
#
# json-c's license, MIT as ours, asks for its notice where the plugins are passed on.
set -eu
mkdir -p "$1"
to=$(cd "$1" && pwd)
if [ -z "${LIBC:-}" ]; then
    LIBC=own
    ! command -v musl-gcc >/dev/null || ! command -v cmake >/dev/null || LIBC=musl
fi

# make's own settings would reach this one
unset MAKEFLAGS MAKELEVEL MFLAGS LDFLAGS LDLIBS JSON_CFLAGS JSON_LIBS
plugins() { make --no-print-directory BUILD="$to" "$@" "$to/check_claude_preflight" "$to/check_claude_runlog"; }

case $LIBC in
musl)
    if [ -z "${MUSL_JSON_C:-}" ]; then
        MUSL_JSON_C=$to/json-c
        [ -e "$MUSL_JSON_C/lib/libjson-c.a" ] || sh packaging/json-c.sh musl-gcc "$MUSL_JSON_C"
    fi
    plugins CC=musl-gcc LDFLAGS=-static JSON_CFLAGS="-isystem $MUSL_JSON_C/include" \
        JSON_LIBS="$MUSL_JSON_C/lib/libjson-c.a"
    ;;
own)
    # The linker of glibc warns of what is said above of users.
    plugins CC="${CC:-cc}" LDFLAGS=-static-pie STATIC_JSON_C=1
    ;;
*)
    echo "make static: LIBC=$LIBC: write LIBC=musl or LIBC=own" >&2
    exit 1
    ;;
esac
