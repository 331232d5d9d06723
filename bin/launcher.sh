#!/bin/sh
# The entry of the archive for Macs with an Intel processor, for which Node makes no single executable: starts the
# node beside it with nothing that a kubeconfig's variables could have it load.
unset NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS NODE_REPL_EXTERNAL_MODULE NODE_COMPILE_CACHE NODE_V8_COVERAGE \
  NODE_REDIRECT_WARNINGS NODE_ICU_DATA OPENSSL_CONF OPENSSL_MODULES OPENSSL_ENGINES
program=$0
# krew starts it through a link.
while [ -L "$program" ]; do
  link=$(/usr/bin/readlink "$program")
  case $link in
    /*) program=$link ;;
    *) program=${program%/*}/$link ;;
  esac
done
exec "${program%/*}/node" --disable-sigusr1 "${program%/*}/program/main.js" "$@"
