//go:build linux

package main

import (
	"slices"
	"strings"
)

// Variables that run code, or read and write files, before main's first line: the loader's, libc's, OpenSSL's, Node's.
// Main judges all others that a kubeconfig brings, but would be too late for these. The front is static and reads none.
var loading = []string{"LD_", "GCONV_PATH", "GLIBC_TUNABLES", "LOCPATH", "OPENSSL_", "NODE_", "ICU_"}

// What main judges itself: it is asked for before the first connection, not at the start.
var judgedByMain = []string{"NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED", "NODE_USE_ENV_PROXY", "NODE_USE_SYSTEM_CA"}

// refuseLoaders ends an exec entry that brought such a variable. Where the client's environment is hidden, main runs
// without all of them: whose they are can't be told.
func refuseLoaders(a *asking) {
	if valueOf(a.environment, "KUBERNETES_EXEC_INFO") == "" {
		return
	}
	isKnown := a.client != "" || findClient(a)
	kept := slices.DeleteFunc(list(a.environment), func(entry string) bool {
		name, _ := cut(entry, '=')
		if !loads(name) || contains(a.client, 0, entry) {
			return false
		}
		if isKnown {
			fail("the kubeconfig's exec entry sets " + name + ", which could run other code; take it out of the entry's \"env\"")
		}
		return true
	})
	if !isKnown {
		a.environment = strings.Join(append(kept, ""), "\x00")
	}
}

func loads(name string) bool {
	return !slices.Contains(judgedByMain, name) &&
		slices.ContainsFunc(loading, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}
