# For ./run and ./check to source: installs what is missing and builds a preset. Writes messages only to
# standard error, because standard output belongs to the program.

# What the program is built from. The README says what each library is for.
build_packages=(
  g++ cmake ninja-build pkg-config
  libboost-program-options-dev libexpected-dev libfmt-dev libssl-dev libtomlplusplus-dev
  libxxhash-dev nlohmann-json3-dev
  libarchive-dev liblzma-dev libpcap-dev libseccomp-dev libzstd-dev zlib1g-dev
)
# What the tests need in addition.
test_packages=(doctest-dev python3 python3-jsonschema jq curl ethtool iproute2 tcpdump tcpreplay)
# What ./check --all needs besides, for scripts/format.
style_packages=(clang-format-14)
# What scripts/tidy needs.
tidy_packages=(clang-14 clang-tidy-14 jq)

say() {
  printf '== %s\n' "$*" >&2
}

is_installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# install_missing PACKAGE...: asks apt only for packages that are not installed.
install_missing() {
  local package missing=() as_root=()
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      say "these Debian packages are missing: ${missing[*]}"
      say "install them as root (apt-get install ${missing[*]}), or install sudo"
      return 77
    }
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  # An existing package list may be good enough; a fresh one is fetched only if it is not.
  apt_install "${missing[@]}" 2>/dev/null || {
    "${as_root[@]}" apt-get update -q >&2 && apt_install "${missing[@]}"
  }
}

apt_install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" >&2
}

# build PRESET: configures the preset if that was never done, then builds what has changed.
build() {
  local preset=$1 folder="build/$1"
  if [ ! -f "$folder/build.ninja" ]; then
    say "configuring $preset"
    cmake --preset "$preset" >&2 || return
  fi
  if ninja -C "$folder" -n 2>/dev/null | grep -q 'no work to do'; then
    return 0
  fi
  say "building $preset"
  cmake --build --preset "$preset" >&2
}
