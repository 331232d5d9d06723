#!/bin/sh -p
# The entry of the archive for Macs with an Intel processor, for which Node makes no single executable: starts the
# node beside it with nothing that a kubeconfig's variables could have it load. -p: bash, which is sh there, then takes
# no functions and no SHELLOPTS (which would run what PS4 says) from variables.
unset NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS NODE_REPL_EXTERNAL_MODULE NODE_COMPILE_CACHE NODE_V8_COVERAGE \
  NODE_REDIRECT_WARNINGS NODE_ICU_DATA OPENSSL_CONF OPENSSL_MODULES OPENSSL_ENGINES
program=$0
# krew starts it through a link.
while link=$(/usr/bin/readlink "$program"); do
  case $link in
    /*) program=$link ;;
    *) program=${program%/*}/$link ;;
  esac
done
exec "${program%/*}/node" --disable-sigusr1 "${program%/*}/program/main.js" "$@"
