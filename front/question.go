//go:build linux

package main

import "syscall"

// asking is one request for a token. Lists hold entries that end in NUL, as the kernel keeps them.
type asking struct {
	words, environment string
	// The client is who asks: its environment, process id and start time.
	client     string
	pid, since int64
	folder     [4200]byte // ours, ends in NUL
	index      [2]fileState
	question   hexDigest // of everything that main's answer depends on
	turn       hexDigest // the question whose lock is ours
	asked      int64     // when we began to wait for it, of the wall clock; waits: how long, of boottime
	waits      int64
}

// Where main looks for logins. Of the other variables that client and front share, a stored answer depends on none.
const places = "HOME DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR XDG_CONFIG_HOME XDG_DATA_HOME GNOME_KEYRING_CONTROL SECRET_BACKEND SECRET_FILE_TEST_PATH SECRET_SERVICE_BUS_NAME"

// What only the front may tell main, and nobody the front. docs/front.md says what main makes of it.
const wish, askedAt = "KUBECTL_OIDC_REFRESH=", "KUBECTL_OIDC_ASKED_MS="

var hasher digest

// mayRemember is false where a memo must not answer: switched off, a token not to be stored, or an unknown server.
//
//go:nosplit
func mayRemember(a *asking) bool {
	for list := a.words; list != ""; {
		var word string
		word, list = cut(list, 0)
		if next, _ := cut(list, 0); word == "--token-store=none" || word == "--token-store" && next == "none" {
			return false
		}
	}
	return valueOf(a.environment, "KUBERNETES_EXEC_INFO") != "" && valueOf(a.environment, "KUBECTL_OIDC_MEMO") != "off" &&
		valueOf(a.environment, "KUBECTL_OIDC_TOKEN_STORE") != "none"
}

//go:nosplit
func valueOf(list, name string) string {
	for list != "" {
		var entry string
		if entry, list = cut(list, 0); len(entry) > len(name) && entry[len(name)] == '=' && begins(entry, name) {
			return entry[len(name)+1:]
		}
	}
	return ""
}

var (
	clientRoom [1 << 18]byte
	statRoom   [1024]byte
)

// findClient finds who asks like main does: the nearest ancestor that was not itself started with this exec info.
//
//go:nosplit
func findClient(a *asking) bool {
	info := valueOf(a.environment, "KUBERNETES_EXEC_INFO")
	parent, _, _ := syscall.RawSyscall(syscall.SYS_GETPPID, 0, 0, 0)
	for pid, depth := int64(parent), 0; depth < 16 && pid > 1; depth++ {
		stat, environment := processFile(pid, "/stat\x00", statRoom[:]), processFile(pid, "/environ\x00", clientRoom[:])
		for behind := stat; behind != ""; { // the program's name, in parentheses, may hold any character
			if _, behind = cut(behind, ')'); behind != "" {
				stat = behind
			}
		}
		if environment == "" || stat == "" {
			return false
		}
		if valueOf(environment, "KUBERNETES_EXEC_INFO") != info {
			a.client, a.pid, a.since = environment, pid, numberIn(field(stat, 20))
			return true
		}
		pid = numberIn(field(stat, 2))
	}
	return false
}

// field counts from 0; fields have a space between them.
//
//go:nosplit
func field(text string, number int) string {
	for ; number > 0; number-- {
		_, text = cut(text, ' ')
	}
	text, _ = cut(text, ' ')
	return text
}

// ask puts the question that the words, the files they name, our settings, what an exec entry brought into this
// environment that the client itself does not have, and the index make together. It is false without an index.
//
//go:nosplit
func ask(a *asking) bool {
	if !lookAtIndex(a) {
		return false
	}
	hasher.start()
	hasher.addState(&a.index[0])
	hasher.addState(&a.index[1])
	for list := a.words; list != ""; {
		var word string
		word, list = cut(list, 0)
		_, value := cut(word, '=')
		hasher.addNamed("word", word, value)
		hasher.addNamed("file", "", word)
	}
	expected := a.client
	for list := a.environment; list != ""; {
		var entry string
		entry, list = cut(list, 0)
		name, value := cut(entry, '=')
		if begins(entry, wish) || begins(entry, askedAt) {
			continue
		}
		// Both lists have nearly the same order.
		if same, behind := cut(expected, 0); same == entry {
			expected = behind
		} else if !contains(a.client, 0, entry) {
			hasher.addNamed("brought", entry, value)
			continue
		}
		if begins(name, "KUBECTL_OIDC_") || contains(places, ' ', name) {
			hasher.addNamed("shared", entry, value)
		}
	}
	hasher.finish(&a.question)
	return true
}

//go:nosplit
func contains(list string, separator byte, entry string) bool {
	for list != "" {
		var each string
		if each, list = cut(list, separator); each == entry {
			return true
		}
	}
	return false
}

// addNamed adds a text and the state of a file, if that is what the value names.
//
//go:nosplit
func (d *digest) addNamed(as, text, value string) {
	var state fileState
	stateOf(value, &state)
	d.add(as)
	d.add(text)
	d.addState(&state)
}
