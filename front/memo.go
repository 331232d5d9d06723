//go:build linux

package main

import "unsafe"

type kind int

const (
	nothing kind = iota
	fresh
	old     // in the last fifth of its life
	refused // this very client got it before, so it met a 401 with it: that is all that client-go lets a plugin know
)

const (
	notesName            = "given\x00"
	noteBytes, notesKept = 16, 64
)

// Set by the tests' linker only: a variable or flag would let a kubeconfig empty the keyring of another.
var ringName = "kubectl-oidc"

var (
	memoRoom  [32768]byte // no key of the type "user" is larger
	notesRoom [notesKept * noteBytes]byte
	ringRoom  [64]byte // ends in NUL
)

//go:nosplit
func findRing() uintptr {
	copy(ringRoom[:len(ringRoom)-1], ringName)
	return find(userKeyring, "keyring\x00", unsafe.String(&ringRoom[0], len(ringRoom)))
}

//go:nosplit
func findNotes() uintptr { return find(findRing(), "user\x00", notesName) }

//go:nosplit
func readKey(key uintptr, room []byte) string {
	size := keyctl(keyRead, key, uintptr(unsafe.Pointer(unsafe.SliceData(room))), uintptr(len(room)), 0)
	if key == 0 || size > uintptr(len(room)) {
		return ""
	}
	return unsafe.String(unsafe.SliceData(room), int(size))
}

// look finds the memo of this question: nothing, too, without a keyring and wherever clock or memo leave a doubt.
// It holds when it was stored (since the machine started, which no setting of the clock changes), how long it lives,
// when the credential expires (of the wall clock), all in seconds, and the credential as main printed it.
//
//go:nosplit
func look(a *asking) (credential string, _ kind) {
	name := unsafe.String(&a.question[0], len(a.question))
	credential = readKey(find(findRing(), "user\x00", name), memoRoom[:])
	var head [3]int64
	for i := range head {
		var number string
		number, credential = cut(credential, ' ')
		head[i] = numberIn(number)
	}
	age, life := clock(boottime)/1e9-head[0], head[1]
	switch {
	case credential == "" || age < 0 || age >= life || clock(realtime)/1e9 >= head[2]:
		return "", nothing
	case wasGiven(a, credential):
		return credential, refused
	case age*5 >= life*4:
		return credential, old
	}
	return credential, fresh
}

//go:nosplit
func wasGiven(a *asking, credential string) bool {
	note := noteOf(a, credential)
	for notes := readKey(findNotes(), notesRoom[:]); len(notes) >= noteBytes; notes = notes[noteBytes:] {
		if begins(notes, note) {
			return true
		}
	}
	return false
}

var noteRoom hexDigest

// noteOf takes the credential's end, signature and expiry, for the whole. A client may send one token to two clusters.
//
//go:nosplit
func noteOf(a *asking, credential string) string {
	hasher.start()
	hasher.add(credential[max(0, len(credential)-128):])
	hasher.add(valueOf(a.environment, "KUBERNETES_EXEC_INFO"))
	hasher.addNumber(a.pid)
	hasher.addNumber(a.since)
	hasher.finish(&noteRoom)
	return unsafe.String(&noteRoom[0], noteBytes)
}

// noteGiven is false where there are no notes yet. A note that gets lost costs one 401 that does not heal by itself.
//
//go:nosplit
func noteGiven(a *asking, credential string) bool {
	key := findNotes()
	size := len(readKey(key, notesRoom[:]))
	if size > len(notesRoom)-noteBytes {
		size = copy(notesRoom[:], notesRoom[noteBytes:size])
	}
	size += copy(notesRoom[size:], noteOf(a, credential))
	return key != 0 && keyctl(keyUpdate, key, uintptr(unsafe.Pointer(&notesRoom[0])), uintptr(size), 0) == 0
}
