# shellcheck shell=sh disable=SC2154
# Sourced after ../engines/harness.sh by the scripts that make pictures, by hand, as root:
#
#   shot ADDRESS WIDTH HEIGHT FILE.png   a picture of a page, of at most 150 KB, by chromium
#   installed COMMAND PACKAGE...         a program of this machine, which is installed where it is missing
#   homes_of_agents                      /home and /var/log are empty and nobody is called agent, in this mount
#                                        namespace, so that a picture says nothing of the machine
#
# chromium and pngquant are installed from Debian's packages.

# installed COMMAND PACKAGE...: the machine's own, or installed now
installed() {
    command -v "$1" >/dev/null && return
    shift
    with_lists apt -y --no-install-recommends install "$@" >"$dir/install.log" 2>&1 || { cat "$dir/install.log" && exit 1; }
}

installed chromium chromium fonts-liberation fonts-dejavu-core || exit 1
installed pngquant pngquant || exit 1

homes_of_agents() {
    for directory in /home /var/log; do
        mount -t tmpfs -o mode=1777 tmpfs $directory
    done
    sed 's/^nobody:/agent:/' /etc/passwd >"$dir/passwd"
    mount --bind "$dir/passwd" /etc/passwd
}

# The rest of its arguments goes to chromium.
shot() {
    address=$1 width=$2 height=$3 picture=$4
    shift 4
    chromium --headless --no-sandbox --disable-gpu --user-data-dir="$dir/chromium" --hide-scrollbars \
        --window-size="$width,$height" --screenshot="$dir/shot.png" "$@" "$address" >"$dir/chromium.log" 2>&1
    pngquant --force --quality 60-95 --output "$picture" "$dir/shot.png" || cp "$dir/shot.png" "$picture"
    is "$(basename "$picture"): a picture" "$(dd if="$picture" bs=1 skip=1 count=3 2>/dev/null)" PNG
    is "$(basename "$picture"): at most 150 KB" "$([ "$(wc -c <"$picture")" -le 153600 ] && echo yes)" yes
}
