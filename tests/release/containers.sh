#!/bin/sh
# config/docker, config/kubernetes and config/github-actions, as far as they can be run without a container
# engine, a cluster and a runner: their files by the schemas and types that are published for them, and their
# commands, as they stand there, in a bare Debian: tests/release/containers_steps.sh. What is left out is named
# at the end. With ROOTS=DIRECTORY the bare Debian is kept there, and used again the next time. Needs npm's
# packages, root, mmdebstrap and the right to mount; what is missing is skipped. Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/steps.sh
chmod 755 "$work"
roots=${ROOTS:-$work}
docker=config/docker/Dockerfile actions=config/github-actions/claude.yml
export MODULES="${MODULES:-$work/modules}"

# refused FILE OLD NEW COMMAND...: the command fails on a copy of FILE in which OLD is NEW
refused() {
    mkdir -p "$work/bad" && sed "s/$2/$3/" "$1" >"$work/bad/${1##*/}"
    ! cmp -s "$1" "$work/bad/${1##*/}" || return
    shift 3
    ! "$@" "$work/bad"/*
    status=$?
    rm -r "$work/bad"
    return $status
}

ask() { node tests/release/containers.js "$@"; }
typed() {
    ask typescript "$@" >"$MODULES/kubernetes.ts" &&
        "$MODULES/node_modules/.bin/tsc" --noEmit --strict --skipLibCheck --moduleResolution node "$MODULES/kubernetes.ts"
}
workflow() { "$MODULES/node_modules/.bin/action-validator" "$@"; }
modules() {
    mkdir -p "$MODULES" && npm install --prefix "$MODULES" --no-audit --no-fund --ignore-scripts --loglevel=error \
        yaml@2 kubernetes-models@4 @kubernetes-models/validate@5 kubernetes-types@1 typescript@5 \
        @action-validator/cli@0.6 @action-validator/core@0.6 dockerfile-ast@0.7 dockerfile-utils@0.16
}

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    skip 'all of it' 'node and npm are not installed'
    done_stepping
    exit
elif ! [ -d "$MODULES/node_modules" ] && ! modules >"$work/npm" 2>&1; then
    tail -n 3 "$work/npm"
    skip 'all of it' 'what checks the files could not be got by npm'
    done_stepping
    exit
fi

# --- The files

step 'Kubernetes: the schemas of its API' ask validate config/kubernetes/*.yaml
step '  a schedule that is missing is found' refused config/kubernetes/cronjob.yaml '^  schedule:.*' '' ask validate
step 'Kubernetes: the types of its API' typed config/kubernetes/*.yaml
step '  a wrong name is found' refused config/kubernetes/deployment.yaml periodSeconds periodSecond typed
step 'GitHub Actions: the schema of workflows' workflow $actions
step '  a wrong name is found' refused $actions runs-on run-on workflow
step 'Docker: a linter has nothing to say' ask dockerfile $docker
step '  a wrong word is found' refused $docker '^COPY --from' 'COPI --from' ask dockerfile

# --- The commands

pod=spec.jobTemplate.spec.template.spec
shared=$work/shared
commands() {
    mkdir -p "$shared/source" &&
        sh packaging/dist.sh "$work/check_claude.tar.gz" &&
        tar xzf "$work/check_claude.tar.gz" --no-same-owner --strip-components=1 -C "$shared/source" &&
        cp tests/release/containers_steps.sh tests/steps.sh "$shared" &&
        ask steps $docker >"$shared/docker.sh" &&
        ask value config/kubernetes/cronjob.yaml CronJob $pod.initContainers.0.command >"$shared/init" &&
        ask value config/kubernetes/cronjob.yaml CronJob $pod.containers.0.command.2 >"$shared/run.sh" &&
        ask value config/kubernetes/deployment.yaml '' spec.template.spec.containers.0.readinessProbe.exec.command \
            >"$shared/probe" &&
        ask value $actions '' jobs.run.steps.1.run >"$shared/before" &&
        ask value $actions '' jobs.run.steps.2.run >"$shared/action" &&
        ask value $actions '' jobs.run.steps.3.run >"$shared/after" &&
        ask value $actions '' jobs.run.steps.3.env.STATUS >"$work/status"
}
step 'their commands' commands
# shellcheck disable=SC2016  # as it stands in the file
step '  the status of a run, or TERM where it was cancelled' \
    grep -xF '${{ steps.run.outputs.status || '"'TERM'"' }}' "$work/status"

if ! sh tests/overlay.sh / / true 2>/dev/null; then
    skip 'the commands' 'mounting is not allowed here'
elif ! sh tests/bare_debian.sh "$roots/bookworm" bookworm >"$work/made" 2>&1; then
    skip 'the commands' "$(tail -n 1 "$work/made")"
else
    sh tests/overlay.sh "$roots/bookworm" "$shared" sh /mnt/containers_steps.sh >"$work/steps"
    sed '$d' "$work/steps"
    counts=$(sed -n '$s/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$work/steps")
    [ -n "$counts" ] || { tail -n 1 "$work/steps" && counts='0 1'; }
    passed=$((passed + ${counts% *})) failed=$((failed + ${counts#* }))
fi
skip 'docker build, docker run' 'no container engine runs here: its instructions are run one by one instead'
skip 'kubectl apply' 'there is no cluster: volumes, users and probes of the kubelet'
skip 'a runner of GitHub' 'there is none: checkout, and its own evaluation of expressions'
done_stepping
