#!/bin/sh
# Runs trust_probe with a folder to read and one to write to: trust_test.sh PROBE
set -eu
[ "$(id -u)" -eq 0 ] || { echo "skipped: only root can give up root"; exit 77; }
folder=$(mktemp -d /tmp/portproof-trust-XXXXXX)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/readable" "$folder/writable"
echo text > "$folder/readable/file"
chmod -R a+rX "$folder"
chown nobody "$folder/writable" "$folder/readable"
"$1" "$folder/readable" "$folder/writable"
echo text > "$folder/readable/other"
# setuid needs an unprivileged user with nothing to lose.
if command -v setpriv > /dev/null; then
  chmod 777 "$folder/writable"
  chmod 755 "$folder"
  cp "$1" "$folder/probe"
  setpriv --reuid=65534 --regid=65534 --clear-groups "$folder/probe" "$folder/readable" "$folder/writable" audit
fi
