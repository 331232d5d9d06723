# Sourced by scripts/test and scripts/demo: everything npm installs, and Node 26 first on PATH. Needs Node >= 20 and npm.

say_and_end() {
  printf '%s\n' "$1" >&2
  exit 1
}

command -v node >/dev/null 2>&1 || say_and_end 'Node.js 20 or newer is needed: https://nodejs.org/en/download'
command -v npm >/dev/null 2>&1 || say_and_end 'npm is needed beside Node.js (Debian and Ubuntu: apt-get install npm)'
node_major=$(node -p 'process.versions.node.split(".")[0]')
[ "$node_major" -ge 20 ] || say_and_end "Node.js 20 or newer is needed; this is $(node --version)"

installed=node_modules/.package-lock.json
if [ ! -e "$installed" ] || [ package-lock.json -nt "$installed" ]; then
  echo 'Installing the npm packages …'
  # The install script of the package "node" brings Node 26; a person may have scripts switched off.
  npm ci --no-audit --no-fund --ignore-scripts=false --loglevel=error || say_and_end 'npm ci failed'
  touch "$installed"
fi
PATH="$PWD/node_modules/.bin:$PATH"
export PATH

# Node 26 is linked against libatomic, which a small Debian lacks.
if ! node_said=$(node --version 2>&1); then
  case "$node_said" in
    *libatomic.so.1*) ;;
    *) say_and_end "Node.js 26 from npm does not start here: $node_said" ;;
  esac
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo 'Installing libatomic1, which Node.js 26 needs …'
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends libatomic1; } \
      >/dev/null || say_and_end 'apt-get install libatomic1 failed'
  else
    say_and_end 'Node.js 26 needs libatomic1. Run: sudo apt-get install -y libatomic1'
  fi
fi
