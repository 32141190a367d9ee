# shellcheck shell=sh disable=SC2154
# Sourced after harness.sh: a PostgreSQL that lives in $dir, without a port, and PHP; neither is installed.
#
#   require_php EXTENSION...  or the test is skipped; a few extensions are always there
#   php_command EXTENSION...  prints the words that start PHP with those extensions, and no configuration
#   require_postgres          or the test is skipped
#   database_start NAME       starts PostgreSQL in $dir/database, with a user and an empty database of that name
#   psql_quietly ARGUMENT...  psql as that user; what it reads is the caller's standard input

php_extensions='ctype mbstring gettext xml dom xmlreader xmlwriter simplexml pgsql sockets'

require_php() {
    apt-cache depends php-cli postgresql >"$dir/depends" 2>/dev/null
    php=$(sed -n 's/.* \(php[0-9.]*\)-cli$/\1/p' "$dir/depends")
    php=${php:-php}
    # shellcheck disable=SC2046 # words
    require "$php" "$php-cli" "$php-common" "$php-mbstring" "$php-pgsql" "$php-xml" $(printf "$php-%s " "$@")
    extensions=$(find "$packages/usr/lib/php" /usr/lib/php -name mbstring.so 2>/dev/null | head -n 1)
    extensions=${extensions%/*}
    for extension in "$@"; do
        [ -e "$extensions/$extension.so" ] || unpack "$php-$extension" >"$dir/unpack.log" 2>&1
    done
}

php_command() {
    printf '%s -n -d extension_dir=%s -d memory_limit=512M -d max_execution_time=300 -d error_reporting=0' "$(command -v "$php")" "$extensions"
    # shellcheck disable=SC2086 # words
    printf ' -d extension=%s' $php_extensions "$@"
}

postgres_program() {
    for postgres in "$packages"/usr/lib/postgresql/*/bin /usr/lib/postgresql/*/bin; do
        [ -x "$postgres/initdb" ] && return
    done
    return 1
}

require_postgres() {
    if ! postgres_program; then
        version=$(sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p' "$dir/depends")
        unpack "postgresql-$version" "postgresql-client-$version" >"$dir/unpack.log" 2>&1
        postgres_program || { skip 'all of it' 'no PostgreSQL' && done_testing; }
        LD_LIBRARY_PATH=$(library_path)
        export LD_LIBRARY_PATH
    fi
    tested_against "PostgreSQL $("$postgres/postgres" --version | sed 's/^[^0-9]*\([0-9.]*\).*/\1/')"
}

psql_quietly() {
    as_user env LD_LIBRARY_PATH="${LD_LIBRARY_PATH:-}" PGOPTIONS='--client-min-messages=warning' \
        "$postgres/psql" -X -q -v ON_ERROR_STOP=1 -h "$dir/database" -U "$database_user" "$@"
}

# shellcheck disable=SC2317 # await runs it
answers() { as_user "$postgres/pg_isready" -q -h "$dir/database" -U "$database_user"; }

database_start() {
    database_user=$1
    mkdir "$dir/database"
    own "$dir/database"
    run as_user env LD_LIBRARY_PATH="${LD_LIBRARY_PATH:-}" "$postgres/initdb" -D "$dir/database/data" -U "$1" -A trust -N -E UTF8 --locale=C
    is 'initdb' "$status" 0
    start database nice "$postgres/postgres" -D "$dir/database/data" -k "$dir/database" -c listen_addresses= \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c shared_buffers=64MB
    await 'PostgreSQL answers' 60 answers || give_up database
    psql_quietly -d postgres -c "CREATE DATABASE $1" || give_up database
}
